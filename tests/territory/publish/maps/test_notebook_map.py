"""The map of a notebook: folium's own, with the plan's layers, in a browser without a network."""

import pytest

from territory.publish.maps.map import folium_map
from tests.territory.plans import small_plan
from tests.territory.publish.maps.test_map_browser import hostile_plan

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    folder = tmp_path_factory.mktemp("notebook")
    found = {}
    for name, plan in {"plain": small_plan(), "hostile": hostile_plan()}.items():
        page = folium_map(plan)
        page.save(folder / f"{name}.html")
        found[name] = (folder / f"{name}.html", page.get_name())
    return found


def test_each_layer_can_be_chosen_and_colours_every_unit(browser, pages):
    path, name = pages["plain"]
    browser.open(path, width=1200, height=640)
    n = browser.run(f"return {name}.plainLayers.groups.length")
    assert n >= 6
    for at in range(n):
        browser.run(f"{name}.plainLayers.choose({at})")
        assert browser.run(f"return {name}.plainLayers.groups[{at}].getLayers().length") == 6
        words = browser.run("return document.querySelector('.plain-legend').textContent")
        assert any(letter.isdigit() for letter in words)
    assert browser.messages() == []
    assert browser.asked() == []


def test_the_legend_leaves_the_map_free_at_640_pixels(browser, pages):
    path, name = pages["plain"]
    browser.open(path, width=640, height=640)
    browser.run(f"{name}.plainLayers.choose(0)")
    wide, high = browser.run(
        "const box = document.querySelector('.plain-legend').getBoundingClientRect();"
        "return [box.width, box.height]"
    )
    assert wide * high < 0.05 * 640 * 640


def test_hostile_names_run_nothing(browser, pages):
    path, name = pages["hostile"]
    browser.open(path)
    for at in range(-1, browser.run(f"return {name}.plainLayers.groups.length")):
        browser.run(f"{name}.plainLayers.choose({at})")
    assert browser.run("return window.hacked") is None
    assert browser.messages() == []
    assert browser.asked() == []
