"""What a map draws: dense areas are closer views, and what would hide the map is said instead."""

import pandas as pd
import pytest

from geo.map.draw import draw
from geo.map.scene import scene_of
from tests.geo.map.test_draw import grid_content

PLACES = pd.DataFrame(
    {
        "name": ["Bigtown", "Midtown", "Elsewhere"],
        "kind": "city",
        "rank": [3.0, 2.0, 1.0],
        "lon": [-95.9, -95.9, 10.0],
        "lat": [31.05, 31.9, 10.0],
    }
)


@pytest.fixture(scope="module")
def long_chain():
    """A hundred small territories in one row, each beside the next."""
    return grid_content(columns=2, rows=100, places=PLACES)


def test_a_long_chain_of_small_territories_is_several_areas(long_chain):
    areas = scene_of(long_chain).areas
    _, south, _, north = scene_of(long_chain).shapes.bounds
    assert len(areas) == 4
    assert all(area.bounds[3] - area.bounds[1] < 0.31 * (north - south) for area in areas)
    chosen = [at for area in areas for at in area.territories]
    assert len(chosen) == len(set(chosen)) > 150


def test_each_dense_area_has_a_name_of_its_own(long_chain):
    names = [area.name for area in scene_of(long_chain).areas]
    assert len(set(names)) == len(names)


@pytest.mark.browser
@pytest.mark.parametrize("size", [(1400, 900), (1920, 1080), (390, 844)])
def test_each_of_very_many_territories_has_its_name_and_no_two_collide(
    browser, long_chain, tmp_path, size
):
    page = tmp_path / "map.html"
    page.write_text(draw(long_chain), encoding="utf-8")
    width, height = size
    browser.open(page, width=width, height=height)
    written = """
      const hit = (a, b) => a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];
      const names = territoryMap.written;
      return [names.filter((l) => l.must).map((l) => l.text).sort(),
        names.flatMap((a, i) => names.slice(0, i).filter((b) => hit(a.box, b.box)))
          .map((b) => b.text),
        names.filter((l) => l.box[0] < 0 || l.box[2] > territoryMap.map.getSize().x).length];
    """
    names, collisions, outside = browser.run(written)
    assert names == sorted(long_chain.territories.index)
    assert (collisions, outside) == ([], 0)
    browser.run("territoryMap.select(150)")
    names, collisions, _ = browser.run(written)
    assert names == sorted(long_chain.territories.index)
    assert collisions == []
    assert browser.messages() == []


@pytest.mark.browser
def test_of_many_names_the_lines_that_lead_to_them_do_not_cross(browser, long_chain, tmp_path):
    page = tmp_path / "map.html"
    page.write_text(draw(long_chain), encoding="utf-8")
    browser.open(page, width=500, height=700)
    lines = browser.run("""
      return territoryMap.written.filter((l) => l.lead)
        .map((l) => [l.anchor, [l.x, l.y], l.as, l.box[2] - l.box[0]]);
    """)
    assert len(lines) > 20

    def side(a, b, c):
        return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]) > 0

    crossing = [
        (one, other)
        for i, one in enumerate(lines)
        for other in lines[:i]
        if one[2:] == other[2:]
        and side(one[0], one[1], other[0]) != side(one[0], one[1], other[1])
        and side(other[0], other[1], one[0]) != side(other[0], other[1], one[1])
    ]
    assert crossing == []


@pytest.mark.browser
def test_a_territory_that_only_reaches_into_a_corner_of_the_view_is_named(browser, tmp_path):
    page = tmp_path / "map.html"
    page.write_text(draw(grid_content(columns=2, rows=2)), encoding="utf-8")
    browser.open(page, width=900, height=700)
    browser.run("""
      const m = territoryMap, box = m.cells.outlineBounds[0], size = m.map.getSize();
      const corner = m.map.options.crs.pointToLatLng(L.point(box[2], box[3]), 0);
      m.map.setView(corner, 11, { animate: false });
      m.map.panBy([size.x / 2 - 9, size.y / 2 - 9], { animate: false });
    """)
    seen, named = browser.run("""
      const m = territoryMap, size = m.map.getSize(), seen = new Set();
      for (let x = 2; x < size.x; x += 6) for (let y = 2; y < size.y; y += 6) {
        const c = m.cellAt(m.map.containerPointToLatLng([x, y]));
        if (c >= 0) seen.add(m.data.territories[m.cells.owner[c]].label);
      }
      return [[...seen].sort(), m.written.filter((l) => l.must).map((l) => l.text).sort()];
    """)
    assert len(seen) > 1
    assert set(seen) <= set(named)
