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


def test_a_map_of_very_many_territories_says_that_names_wait(long_chain):
    said = "Names of territories that find no room wait for a closer view"
    assert said in draw(long_chain)
    assert said not in draw(grid_content())


@pytest.mark.browser
def test_of_very_many_names_only_those_with_room_are_written_and_the_chosen_one(
    browser, long_chain, tmp_path
):
    page = tmp_path / "map.html"
    page.write_text(draw(long_chain), encoding="utf-8")
    browser.open(page, width=900, height=700)
    written = """
      return territoryMap.written.filter((l) => ["territory", "chosen"].includes(l.kind))
        .map((l) => [l.text, Math.hypot(l.x - l.anchor[0], l.y - l.anchor[1])]);
    """
    names = browser.run(written)
    assert 10 < len(names) < 200
    assert max(gap for _, gap in names) < 80
    browser.run("territoryMap.select(150)")
    assert long_chain.territories.index[150] in [name for name, _ in browser.run(written)]
    assert browser.messages() == []
