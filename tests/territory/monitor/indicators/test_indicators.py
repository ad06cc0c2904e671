"""Indicators by territory, district and company: known answers on small tables."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from territory.monitor.facts.baseline import USUAL_MONTHS
from territory.monitor.facts.calendar import Span
from territory.monitor.indicators import figures
from territory.monitor.indicators.catalogue import indicators_of
from territory.monitor.indicators.figures import Part
from territory.monitor.indicators.survival import median_days
from territory.monitor.indicators.table import _rows, edge_for_all, status_of
from territory.monitor.monitoring import monitor
from territory.monitor.signals.charts import chart_of
from tests.territory.monitor.worlds import steady_sales
from tests.territory.plans import balanced_plan


def watched(tmp_path: Path, **tables: pd.DataFrame):
    plan = balanced_plan()
    files = {}
    for name, frame in {"actuals": steady_sales(plan), **tables}.items():
        files[name] = tmp_path / f"{name}.csv"
        frame.to_csv(files[name], index=False)
    return monitor(plan, files, as_of="2025-12-31")


def value(found, indicator: str, level: str = "company", identity: str = "company") -> float:
    table = found.indicators
    row = table[(table["indicator"] == indicator) & (table["level"] == level)]
    return float(row[row["id"] == identity]["value"].iloc[0])


def test_what_is_not_given_is_not_known(tmp_path):
    table = watched(tmp_path).indicators
    status = table[table["level"] == "company"].set_index("indicator")["status"]
    for name in ("quota_attainment", "satisfaction", "frequency", "workload_now", "cycle_days"):
        assert status[name] == "not known"
    assert set(table["owner"]) - {""} == set(table["owner"])


def test_calls_made_of_those_planned(tmp_path):
    plan = balanced_plan()
    calls = pd.DataFrame(
        {"account_id": plan.accounts["account_id"], "period": "2025-11", "n_calls": 3}
    )
    found = watched(tmp_path, calls=calls)
    assert value(found, "frequency") == pytest.approx(0.5)  # 24 a year are 6 a quarter
    assert value(found, "reach") == 1.0


def test_today_s_loads_are_held_against_goals_that_move_with_the_total(tmp_path):
    plan = balanced_plan()
    now = plan.accounts.copy()
    now["potential_usd"] *= 1.3
    found = watched(tmp_path, accounts=now)
    deviation = plan.territories.set_index("territory_id")["potential_usd_deviation"]
    assert value(found, "potential_now", "territory", "T01") == pytest.approx(deviation["T01"])
    # All together are 0 by definition: the company's line is that of the farthest territory.
    farthest = deviation.loc[deviation.abs().idxmax()]
    assert value(found, "potential_now") == pytest.approx(farthest)
    labels = found.indicators.set_index(["indicator", "level"])["label"]
    assert labels["potential_now", "company"].endswith("farthest territory")


def test_a_vacant_territory_is_told(tmp_path):
    plan = balanced_plan()
    reps = plan.territories[["rep_id", "territory_id"]].assign(status=["active", "left", "active"])
    found = watched(tmp_path, roster=reps)
    assert value(found, "reps_in_place", "territory", "T02") == 0.0
    assert value(found, "reps_in_place") == pytest.approx(2 / 3)


def test_the_median_of_deals_counts_open_ones_as_not_won_yet():
    days = np.array([10.0, 20, 30, 40, 50, 60, 70, 80])
    none_open = median_days(days, np.ones(8, dtype=bool))
    some_open = median_days(days, np.array([1, 0, 1, 0, 1, 0, 1, 0], dtype=bool))
    assert none_open.days == 40.0
    assert some_open.days > none_open.days
    assert none_open.low <= none_open.days <= none_open.high


def test_intervals_of_the_median_cover_what_they_say():
    rng = np.random.default_rng(3)
    held = 0
    for _ in range(200):
        days, end = rng.exponential(100.0, 60), rng.uniform(20, 300, 60)
        found = median_days(np.minimum(days, end), days <= end)
        held += found.low <= 100.0 * np.log(2.0) <= found.high
    assert 0.90 <= held / 200 <= 0.99


def test_a_figure_whose_interval_holds_its_goal_is_left_open():
    assert status_of(0.8, 0.7, 0.95, 0.9, better="higher") == "open"
    assert status_of(0.88, 0.88, 0.88, 0.9, better="higher") == "amber"
    assert status_of(120.0, 110.0, 130.0, 100.0, better="lower") == "red"


def test_sales_that_changed_within_their_scatter_are_not_red():
    events = np.array([100.0, 100.0, 2_000.0])
    part = Part(part=events * 0.95, whole=events, minus_one=True, events=events)
    by_name = {each.name: each for each in indicators_of(None)}
    levels = [("territory", str(at), np.array([at])) for at in range(3)]
    rows = _rows(by_name["sales_change"], "sales_change", part, levels, None, 8.0)
    assert [row["status"] for row in rows] == ["open", "open", "open"]
    rows = _rows(by_name["sales_change"], "sales_change", part, levels, None, 1.0)
    assert [row["status"] for row in rows][:2] == ["open", "open"]
    assert rows[2]["status"] != "open"  # by 5 % of two thousand: surely


def test_of_quiet_territories_a_tenth_is_red_at_most_and_for_all_at_once_one_review_in_ten():
    rng = np.random.default_rng(4)
    k, reviews = 20, 300
    sales = next(each for each in indicators_of(None) if each.name == "sales_change")
    sales = replace(sales, goal=0.0)
    levels = [("territory", f"T{at}", np.array([at])) for at in range(k)]
    red, beyond = 0, 0
    for _ in range(reviews):
        # Twice as much scatter as chance, which only the charts of the year can tell.
        before = rng.negative_binomial(40 * USUAL_MONTHS, 0.5, k) / USUAL_MONTHS * 3
        year = rng.negative_binomial(40, 0.5, (12, k)).astype(float)
        chart = chart_of(year, before / before.sum(), known_from=USUAL_MONTHS)
        events = year[-3:].sum(axis=0)
        part = Part(
            part=events, whole=before * events.sum() / before.sum(), minus_one=True, events=events
        )
        rows = _rows(sales, "sales_change", part, levels, None, chart.scatter)
        reds = [each for each in rows if each["status"] == "red"]
        red += len(reds)
        beyond += any(edge_for_all(each, k) < 0.0 for each in reds)
    assert 0.05 < red / (reviews * k) < 0.12
    assert 0.04 < beyond / reviews < 0.14


def test_quotas_of_a_year_that_is_not_the_calendars_count_by_their_own_quarters():
    k = 2
    names = ["2025-Q2", "2025-Q3", "2025-Q4", "2026-Q1"]
    table = pd.DataFrame(
        [(f"T{at}", name, 0.25, 100.0) for at in range(k) for name in names],
        columns=["territory_id", "quarter", "season_share", "quota_usd"],
    )

    days = [date(2025, 6, 30), date(2025, 9, 30), date(2025, 12, 31), date(2026, 3, 31)]

    def found(quarters: int):
        months = 3 * quarters
        facts = SimpleNamespace(
            territory_ids=["T0", "T1"],
            span=Span(
                go_live=date(2025, 4, 1), as_of=days[quarters - 1], step=1,
                first=12 * 2025 + 3, count=months,
            ),
            panel=SimpleNamespace(revenue_usd=np.full((k, months), 30.0)),
            by_territory=lambda values: values,
            deals=None,
        )  # fmt: skip
        out = {}
        figures._quota(facts, table, out)
        return {name: (part.part / part.whole).tolist() for name, part in out.items()}

    # In January the first three quarters were forgotten, and one quarter was held for the year.
    for quarters in (1, 3, 4):
        parts = found(quarters)
        assert parts["quota_attainment"] == pytest.approx([0.9, 0.9])
        assert parts["run_rate"] == pytest.approx([0.9, 0.9])
