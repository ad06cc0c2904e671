"""The monitor's workbook has charts over its own tables, and hostile names stay text."""

from dataclasses import replace

import numpy as np
import pytest
from openpyxl import load_workbook

from territory.monitor.monitoring import monitor
from territory.monitor.pages.workbook import over_time, red_counts, write_monitor_workbook
from tests.territory.monitor.worlds import steady_sales
from tests.territory.plans import balanced_plan


def found_of(folder, **changes):
    plan = replace(balanced_plan(), **changes)
    sales, now = folder / "sales.csv", folder / "now.csv"
    steady_sales(plan, per_month=30).to_csv(sales, index=False)
    plan.accounts.drop(columns="workload_h").to_csv(now, index=False)
    return monitor(plan, {"actuals": sales, "accounts": now}, as_of="2025-12-31")


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    return found_of(tmp_path_factory.mktemp("facts"))


@pytest.fixture(scope="module")
def book(found, tmp_path_factory):
    path = tmp_path_factory.mktemp("book") / "monitor.xlsx"
    write_monitor_workbook(found, path)
    return load_workbook(path)


def cells(book, reference):
    sheet, _, area = reference.partition("!")
    block = book[sheet.strip("'")][area.replace("$", "")]
    rows = block if isinstance(block, tuple) else ((block,),)
    return [row[0].value for row in rows]


def test_every_chart_shows_cells_that_have_values(book, found):
    charts = book["Charts"]._charts
    assert len(charts) == 5
    for chart in charts:
        for series in chart.series:
            assert cells(book, series.tx.strRef.f)[0]
            values = cells(book, series.val.numRef.f)
            assert values
            assert all(isinstance(value, int | float) for value in values)
            assert len(cells(book, series.cat.numRef.f)) == len(values)
    assert cells(book, charts[0].series[0].cat.numRef.f) == list(found.facts.territory_ids)


def test_shares_over_time_stay_near_one_in_steady_sales_and_the_limits_are_there(found):
    shares, cusum = over_time(found)
    values = shares.drop(columns="period").to_numpy(float)
    assert values.shape == (len(found.judged.periods), 3)
    assert np.abs(values.mean(axis=0) - 1.0).max() < 0.1
    assert set(cusum["limit"]) == {8.0}
    assert cusum.columns.tolist() == ["period", "T01", "T02", "T03", "limit", "lower limit"]


def test_statuses_are_counted_by_indicator(found):
    counts = red_counts(found)
    table = found.indicators
    red = (table["level"] == "territory") & (table["status"] == "red")
    assert counts["red"].sum() == int((red & ~table["indicator"].str.contains(":")).sum())


def test_the_same_monitoring_gives_the_same_bytes(found, tmp_path):
    for name in ("a.xlsx", "b.xlsx"):
        write_monitor_workbook(found, tmp_path / name)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_a_territory_called_like_a_formula_stays_text(tmp_path):
    plan = balanced_plan()
    name = '=HYPERLINK("http://x")'
    changes = {
        part: getattr(plan, part).replace({"territory_id": {"T01": name}})
        for part in ("accounts", "territories", "alignment", "reps")
    }
    write_monitor_workbook(found_of(tmp_path, **changes), tmp_path / "m.xlsx")
    book = load_workbook(tmp_path / "m.xlsx")
    assert [cell.data_type for cell in book["Share over time"][1]] == ["s"] * 4
    assert name in [cell.value for cell in book["Share over time"][1]]
