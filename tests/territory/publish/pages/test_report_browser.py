"""The report in a real browser without a network: on a phone, on paper, with hostile names."""

import pytest

from territory.publish.pages.report import draw_report
from tests.territory.plans import balanced_plan
from tests.territory.publish.maps.test_map_browser import hostile_plan

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    folder = tmp_path_factory.mktemp("reports")
    found = {}
    for name, plan in {"plain": balanced_plan(), "hostile": hostile_plan()}.items():
        found[name] = folder / f"{name}.html"
        found[name].write_text(draw_report(plan), encoding="utf-8")
    return found


@pytest.mark.parametrize("name", ["plain", "hostile"])
def test_a_phone_never_scrolls_sideways(browser, pages, name):
    browser.open(pages[name], width=390, height=844)
    assert browser.run("return document.documentElement.scrollWidth") <= 390


def test_on_paper_today_and_the_plan_stand_side_by_side(browser, pages):
    browser.open(pages["plain"], width=718, height=1000)
    browser.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    tops = browser.run(
        """
        return [...document.querySelectorAll("svg")]
          .filter((node) => node.getAttribute("aria-label").startsWith("map of"))
          .map((node) => Math.round(node.getBoundingClientRect().left))
        """
    )
    browser.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
    assert len(tops) == 2
    assert tops[1] > tops[0] + 200


def test_hostile_names_run_nothing_and_nothing_is_asked_for(browser, pages):
    browser.open(pages["hostile"])
    assert browser.run("return window.hacked") is None
    assert browser.messages() == []
    assert browser.asked() == []
