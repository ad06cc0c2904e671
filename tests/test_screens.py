"""Every layer, size and page is pictured, and what is drawn is held against the plan."""

import os
import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from selenium.common.exceptions import WebDriverException

from territory.monitor.monitoring import monitor
from territory.monitor.pages.page import draw_monitor
from territory.publish.maps.map import write_map
from territory.publish.pages.report import draw_report
from territory.rollout.briefs.facts import briefs_of
from territory.rollout.briefs.page import brief_page, small_maps
from territory.rollout.change_set import change_set
from territory.workforce.equipment.resources import resources_of
from tests.screens import PRINTS, SIZES, map_screens, page_screens, printed
from tests.territory.monitor.worlds import steady_sales
from tests.territory.plans import balanced_plan, small_plan
from tests.territory.publish.maps.test_map_browser import hostile_plan

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Where pictures lie: outside the repository; TERRITORY_SHOTS keeps them."""
    kept = os.environ.get("TERRITORY_SHOTS")
    if kept:
        Path(kept).mkdir(parents=True, exist_ok=True)
        return Path(kept)
    return tmp_path_factory.mktemp("screens")


def monitored(plan, folder):
    """A year after go-live of a plan, from files."""
    sales = folder / "sales.csv"
    steady_sales(plan, per_month=30).to_csv(sales, index=False)
    now = folder / "now.csv"
    plan.accounts.drop(columns="workload_h").to_csv(now, index=False)
    return monitor(plan, {"actuals": sales, "accounts": now}, as_of="2025-12-31")


@pytest.fixture(scope="module")
def pages(folder, tmp_path_factory):
    """The map, report, brief and monitor of plain plans, and of those with attacks in each name."""
    made = tmp_path_factory.mktemp("pages")
    found = {}
    for kind, plan in {"plain": balanced_plan(), "hostile": hostile_plan()}.items():
        brief = briefs_of(plan, change_set(plan), resources=resources_of(plan))[0]
        texts = {
            "report": draw_report(plan),
            "brief": brief_page(brief, small_maps(plan), title="plan"),
            "monitor": draw_monitor(monitored(plan, made)),
        }
        found[f"{kind} map"] = write_map(plan, made / f"{kind}-map.html")
        for name, text in texts.items():
            found[f"{kind} {name}"] = made / f"{kind}-{name}.html"
            found[f"{kind} {name}"].write_text(text, encoding="utf-8")
    return found


def test_every_layer_draws_all_territories_with_names_and_a_legend_in_every_size(
    browser, pages, folder
):
    seen = list(map_screens(browser, pages["plain map"], folder))
    assert {each.width for each in seen} == {width for width, _ in SIZES}
    assert [wrong for each in seen for wrong in each.wrong()] == []
    for each in seen:
        assert each.picture.stat().st_size > 5_000
        assert each.drawn["territories"] == 3
        assert each.drawn["named"] == ["T01", "T02", "T03"]
        assert re.search(r"\d", each.drawn["note"]), each.what
        if each.drawn["judged"]:
            counted = [int(count.replace(",", "")) for _, count in each.drawn["legend"]]
            assert sum(counted) == each.drawn["judged"], each.what


def test_a_territory_has_the_same_colour_in_two_plans_of_one_alignment(browser, pages, tmp_path):
    plan = balanced_plan()
    accounts = plan.accounts.copy()
    accounts.loc[0, "territory_id"] = "T02"
    units = plan.alignment.copy()
    units.loc[1, "territory_id"] = "T02"
    other = write_map(replace(plan, accounts=accounts, alignment=units), tmp_path / "map.html")
    fills = []
    script = "return territoryMap.data.territories.map((t) => [t.id, t.fill])"
    for page in (pages["plain map"], other):
        browser.open(page)
        fills.append(browser.run(script))
    assert fills[0] == fills[1]
    assert len({fill for _, fill in fills[0]}) == 3


@pytest.mark.parametrize("name", ["report", "monitor", "brief"])
def test_no_page_scrolls_sideways_or_lays_words_upon_words_in_any_size(
    browser, pages, folder, name
):
    seen = list(page_screens(browser, pages[f"plain {name}"], folder))
    assert [wrong for each in seen for wrong in each.wrong()] == []
    assert all(each.drawn["charts"] > 0 for each in seen)


@pytest.mark.parametrize("name", ["monitor", "brief"])
def test_hostile_names_run_nothing_in_any_page(browser, pages, name):
    browser.open(pages[f"hostile {name}"])
    assert browser.run("return typeof window.hacked") == "undefined"
    assert browser.run("return document.querySelectorAll('img, script, [onerror]').length") == 0
    assert browser.messages() == []
    assert browser.asked() == []


@pytest.mark.parametrize("paper", [(8.27, 11.69), (11.0, 8.5)])
def test_every_territory_is_on_some_printed_page(browser, pages, tmp_path, paper):
    if shutil.which("pdftotext") is None:
        reason = "what is printed is read by pdftotext of poppler-utils; missing here"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    for name in ("map", "report", "monitor"):
        pdf = tmp_path / f"{name}.pdf"
        width, height = paper
        pdf.write_bytes(printed(browser, pages[f"plain {name}"], width_in=width, height_in=height))
        said = subprocess.run(
            ["pdftotext", "-layout", str(pdf), "-"], check=True, capture_output=True, text=True
        ).stdout
        for territory in small_plan().territories["territory_id"]:
            assert territory in said, (name, territory)
        if name == "map":  # the scorecard, and the whole map with its legend on one page
            assert said.count("\f") == 2
            assert "Territories: the plan" in said.split("\f")[1]


@pytest.mark.parametrize("width", [1400, 390])
def test_very_long_names_stay_apart_and_push_nothing_off_the_page(browser, tmp_path, width):
    name = "Greater Metropolitan Northwestern Orthopaedic Surgery Territory of the Region number"
    ids = {each: f"{name} {each}" for each in ("T01", "T02", "T03")}
    plan = balanced_plan()
    frames = {
        part: getattr(plan, part).replace(ids)
        for part in ("alignment", "accounts", "territories", "reps")
    }
    plan = replace(plan, **frames)
    report = tmp_path / "report.html"
    report.write_text(draw_report(plan), encoding="utf-8")
    for page in (write_map(plan, tmp_path / "map.html"), report):
        browser.open(page, width=width, height=900)
        assert browser.run("return document.documentElement.scrollWidth") <= width
    browser.open(tmp_path / "map.html", width=width, height=900)
    names = browser.run("return territoryMap.written.filter((l) => l.must).map((l) => l.text)")
    heads = "return [...document.querySelectorAll('tbody th b')].map((n) => n.textContent)"
    rows = browser.run(heads)
    assert len(set(names)) == len(set(rows)) == 3


def test_a_layer_is_printed_with_its_own_legend(browser, pages):
    browser.open(pages["plain map"], width=1400, height=900)
    browser.run("territoryMap.layers.choose('potential')")
    browser.run("territoryMap.printMap()")
    rows = "return [...document.querySelectorAll('%s li')].map((n) => n.textContent)"
    assert len(browser.run(rows % "#paper-legend")) > 1
    assert browser.run(rows % "#paper-legend") == browser.run(rows % "#layer-legend")
    assert browser.messages() == []


class _Busy:
    """A browser whose first printings fail as Chromium's do where cores are busy."""

    def __init__(self, words, fails):
        self.words, self.fails, self.asked, self.driver = words, fails, 0, self

    def open(self, page, **size):
        pass

    def execute_cdp_cmd(self, command, options):
        self.asked += 1
        if self.asked <= self.fails:
            raise WebDriverException(self.words)
        return {"data": "UERG"}


def test_a_printing_that_chromium_had_no_time_for_is_asked_for_again(tmp_path):
    """It failed two whole test runs on loaded cores."""
    busy = _Busy('{"code":-32000,"message":"Printing failed"}', 2)
    assert printed(busy, tmp_path, width_in=8.3, height_in=11.7) == b"PDF"
    assert busy.asked == 3
    for words, asked in (("Printing failed", PRINTS), ("no such window", 1)):
        never = _Busy(words, 99)
        with pytest.raises(WebDriverException):
            printed(never, tmp_path, width_in=8.3, height_in=11.7)
        assert never.asked == asked
