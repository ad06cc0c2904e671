"""The monitor's page: offline, no scripts, hostile names escaped, all that a review needs."""

import re
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from territory.currency import amounts_in
from territory.monitor.monitoring import monitor
from territory.monitor.pages.page import _head, _heat, draw_monitor, moved_potential, open_actions
from territory.monitor.reviews.record import Item, Review
from tests.territory.monitor.worlds import steady_sales
from tests.territory.plans import balanced_plan


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory):
    """A plan with hostile names that loses T02's accounts half a year after go-live."""
    folder = tmp_path_factory.mktemp("facts")
    plan = balanced_plan()
    sales = steady_sales(plan, per_month=30)
    mine = plan.accounts.loc[plan.accounts["territory_id"] == "T02", "account_id"]
    late = sales["period"] > "2025-06"
    sales = sales[~(late & sales["account_id"].isin(mine))]
    tables = {"actuals": sales, "accounts": plan.accounts.drop(columns="workload_h")}
    files = {}
    for name, frame in tables.items():
        files[name] = folder / f"{name}.csv"
        frame.to_csv(files[name], index=False)
    return monitor(plan, files, as_of="2025-12-31")


@pytest.fixture(scope="module")
def page(found) -> str:
    item = Item(
        key="k", kind="figure", indicator="reach", level="territory", place="<b>T01</b>",
        answers="rep", value=0.5, noise=0.0, evidence=(), action="call <script>x</script>",
        owner="Ann", due="2026-02-01",
    )  # fmt: skip
    closed = Review(quarter="2025Q3", as_of="2025-09-30", closed_on="2025-10-10", items=(item,))
    return draw_monitor(found, reviews=[closed])


def test_the_page_runs_no_script_and_loads_nothing(page):
    assert "<script" not in page.lower()
    assert not re.search(r"(src|href)\s*=\s*[\"']?(https?:)?//", page)
    assert "<img src=x" not in page
    assert "call &lt;script&gt;x" in page


def test_no_table_of_indicators_is_wider_than_a_sheet_of_paper(found):
    rows = found.indicators[found.indicators["level"] == "territory"]
    first = rows[rows["indicator"] == "retention"]
    more = [first.assign(indicator=f"own{at}", label=f"Own {at}") for at in range(14)]
    wide = replace(found, indicators=pd.concat([found.indicators, *more], ignore_index=True))
    tables = _heat(wide)
    known = len(set(rows.query("status != 'not known'")["indicator"])) + 14
    assert sum(len(each["names"]) for each in tables) == known
    assert max(len(each["names"]) for each in tables) <= 10
    assert draw_monitor(wide).count('class="heat"') == len(tables) > 1
    for each in tables:
        assert [row["id"] for row in each["rows"]] == found.facts.territory_ids


def test_the_lost_territory_is_told_with_its_accounts(page, found):
    signal = next(each for each in found.judged.signals if each.territory_ids[0] == "T02")
    assert signal.cause.name == "account loss"
    assert signal.quarter == "2025-Q3"
    assert "What changed, and why" in page
    assert "account loss -100 %" in page


def test_the_head_of_a_signal_names_the_place_and_leaves_out_what_is_not_known(found):
    signal = found.judged.signals[0]
    unit = found.facts.plan.geography.units
    there = replace(signal, level="unit", id=str(unit.index[0]), change=0.5, usd_q=2_000.0)
    head = _head(found, there)
    assert f"unit {unit['name'].iloc[0]} ({unit.index[0]}), {signal.cause.name} +50 %" in head
    assert head.endswith(", $2,000 a quarter")
    gone = _head(found, replace(there, level="rep", id="R04", change=np.nan, usd_q=np.nan))
    assert gone == f"{signal.quarter}: rep R04, {signal.cause.name}"


def test_every_part_is_there(page):
    for heading in (
        "Balanced scorecard", "Indicators by territory", "Every territory over time",
        "The quarter at a glance: funnel", "Drift of the potential since the plan", "Open actions",
    ):  # fmt: skip
        assert heading in page
    assert page.count("CUSUM of") == 3


def test_only_actions_that_are_not_done_are_open():
    base = Item(
        key="k", kind="figure", indicator="reach", level="territory", place="T01", answers="rep",
        value=0.5, noise=0.0, evidence=(), action="call", owner="Ann", due="2026-02-01",
    )  # fmt: skip
    items = (base, replace(base, done=True), replace(base, action="", decision="leave it"))
    found = open_actions([Review(quarter="2025Q3", as_of="", closed_on="x", items=items)])
    assert [row["action"] for row in found] == ["call"]


def test_the_tables_hold_what_the_page_says(found, tmp_path: Path):
    tables = found.tables()
    assert set(tables) == {
        "indicators", "signals", "accounts_behind", "territories_now", "changed_accounts", "notes",
    }  # fmt: skip
    behind = tables["accounts_behind"]
    assert set(behind["territory_id"]) == {"T02"}
    assert isinstance(tables["signals"], pd.DataFrame)
    assert tables["signals"]["n_accounts"].sum() == len(behind)


def test_amounts_that_are_not_in_dollars_are_written_so(found):
    with amounts_in("EUR"):
        assert not any("$" in line or "USD" in line for line in found.words())


def test_the_map_of_drift_is_what_moved_since_the_plan_not_how_far_goals_are(found):
    facts = found.facts
    planned = facts.accounts["potential_usd"].to_numpy(float)
    load = facts.by_territory(planned)
    same = SimpleNamespace(potential_usd=2.0 * load, potential_goal_usd=load[::-1])
    assert moved_potential(replace(found, now=same)) == pytest.approx(np.zeros(load.size))
    same.potential_usd = load * np.array([1.1, 1.0, 1.0])
    assert moved_potential(replace(found, now=same))[0] > 0.05
