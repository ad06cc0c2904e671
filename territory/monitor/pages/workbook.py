"""The monitor as a workbook: its tables, and charts that stay charts when they are pasted."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import numpy as np
import pandas as pd

from territory.monitor.signals.charts import LIMIT
from territory.publish.excel.sheets import write_sheets

if TYPE_CHECKING:
    from openpyxl.chart import BarChart, LineChart
    from openpyxl.chart._chart import ChartBase
    from openpyxl.worksheet.worksheet import Worksheet

    from territory.monitor.monitoring import Monitoring

_Chart = TypeVar("_Chart", "BarChart", "LineChart")

__all__ = ["over_time", "red_counts", "write_monitor_workbook"]

_LINES = 6
"""Territories that a chart over time has at most: those that are farthest from before."""
_WIDE_CM, _HIGH_CM, _ROWS = 17, 9, 19


def over_time(found: Monitoring) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return shares against before and CUSUMs by period, a column a territory.

    The CUSUM is the side that is farther out, below 0 for a fall; ``limit`` and ``lower limit``
    are where it alarms.
    """
    facts, judged = found.facts, found.judged
    count = len(judged.periods)
    events = facts.by_territory(facts.panel.events)[:, facts.span.count - count :]
    base = facts.by_territory(facts.base_events)
    usual = base / max(float(base.sum()), 1e-300)
    share = events / np.maximum(events.sum(axis=0), 1e-300)
    index = np.where(usual[:, None] > 0, share / np.where(usual > 0, usual, 1.0)[:, None], np.nan)
    chart = judged.chart
    sides = np.where(chart.up >= chart.down, chart.up, -chart.down)
    names = list(facts.territory_ids)
    periods = pd.DataFrame({"period": list(judged.periods)})
    shares = pd.concat([periods, pd.DataFrame(index.T, columns=names)], axis=1)
    sums = pd.concat([periods, pd.DataFrame(sides, columns=names)], axis=1)
    return shares, sums.assign(limit=LIMIT, **{"lower limit": -LIMIT})


def red_counts(found: Monitoring) -> pd.DataFrame:
    """Return how many territories are red, amber and green by indicator that is known."""
    table = found.indicators[found.indicators["level"] == "territory"]
    table = table[~table["indicator"].str.contains(":")]
    rows = []
    for label, part in table.groupby("label", sort=False):
        counts = part["status"].value_counts()
        row = {name: int(counts.get(name, 0)) for name in ("red", "amber", "green")}
        if any(row.values()):
            rows.append({"label": str(label), **row})
    return pd.DataFrame(rows, columns=["label", "red", "amber", "green"])


def write_monitor_workbook(found: Monitoring, path: Path) -> None:
    """Write charts and tables; the same monitoring gives the same bytes."""
    shares, cusum = over_time(found)
    tables = {name.replace("_", " ").capitalize(): frame for name, frame in found.tables().items()}
    reds = red_counts(found)
    sheets = {
        "Charts": pd.DataFrame(),
        **tables,
        "Red by indicator": reds,
    }
    if found.facts.panel.known:
        sheets |= {"Share over time": shares, "CUSUM over time": cusum}

    def draw(sheet: Worksheet) -> None:
        charts = _charts(found, tables["Territories now"], shares, cusum, reds)
        for number, chart in enumerate(charts):
            chart.width, chart.height = _WIDE_CM, _HIGH_CM
            sheet.add_chart(chart, f"{'AK'[number % 2]}{2 + _ROWS * (number // 2)}")

    write_sheets(path, sheets, finish={"Charts": draw})


def _charts(
    found: Monitoring,
    now: pd.DataFrame,
    shares: pd.DataFrame,
    cusum: pd.DataFrame,
    reds: pd.DataFrame,
) -> list[ChartBase]:
    k = len(now)
    charts: list[ChartBase] = []
    if found.facts.panel.known:
        charts = _over_time(found, now, shares, cusum)
    away = [name for name in ("workload_now_deviation", "potential_now_deviation") if name in now]
    if away:
        charts.append(
            _bars("Load now against its goal", "Territories now", now, away, rows=k, format="0%")
        )
    if len(reds):
        chart = _bars(
            "Territories by status", "Red by indicator", reds, ["red", "amber", "green"],
            rows=len(reds), format="0", colours=("B3261E", "E0A030", "4C8C4A"),
        )  # fmt: skip
        chart.type, chart.grouping, chart.overlap = "bar", "stacked", 100
        chart.x_axis.scaling.orientation = "maxMin"
        charts.append(chart)
    return charts


def _over_time(
    found: Monitoring, now: pd.DataFrame, shares: pd.DataFrame, cusum: pd.DataFrame
) -> list[ChartBase]:
    """Return the charts of sales."""
    last = shares.drop(columns="period").iloc[-1].to_numpy(float)
    far = np.argsort(-np.abs(np.nan_to_num(last, nan=1.0) - 1.0), kind="stable")[:_LINES]
    names = [found.facts.territory_ids[at] for at in sorted(far.tolist())]
    places = [1 + list(found.facts.territory_ids).index(each) for each in names]
    limits = [cusum.shape[1] - 2, cusum.shape[1] - 1]
    return [
        _bars(
            "Share of sales: before, and this quarter", "Territories now", now,
            ["share_before", "share_quarter"], rows=len(now), format="0.0%",
        ),
        _lines("Share of sales against before", "Share over time", shares, places, format="0%"),
        _lines(
            f"CUSUM: an alarm beyond {LIMIT:.0f}", "CUSUM over time", cusum, [*places, *limits],
            format="0", dashed=2,
        ),
    ]  # fmt: skip


_COLOURS = ("2A6F97", "C77F1F", "5B8C5A", "7A1F5C", "51606F", "B3261E")


def _bars(
    title: str,
    sheet: str,
    frame: pd.DataFrame,
    columns: Sequence[str],
    *,
    rows: int,
    format: str,  # noqa: A002 - Excel's word
    colours: Sequence[str] = _COLOURS,
) -> BarChart:
    from openpyxl.chart import BarChart

    chart = BarChart()
    chart.type, chart.gapWidth = "col", 60
    places = [list(frame.columns).index(each) for each in columns]
    return _filled(chart, title, sheet, rows, places, format, colours)


def _lines(
    title: str,
    sheet: str,
    frame: pd.DataFrame,
    places: Sequence[int],
    *,
    format: str,  # noqa: A002 - Excel's word
    dashed: int = 0,
) -> LineChart:
    from openpyxl.chart import LineChart

    chart = _filled(LineChart(), title, sheet, len(frame), places, format, _COLOURS)
    for at, series in enumerate(chart.series):
        series.smooth = False
        series.graphicalProperties.line.width = 19_050
        if at >= len(chart.series) - dashed:
            series.graphicalProperties.line.solidFill = "9AA5B1"
            series.graphicalProperties.line.dashStyle = "dash"
    return chart


def _filled(
    chart: _Chart,
    title: str,
    sheet: str,
    rows: int,
    places: Sequence[int],
    format: str,  # noqa: A002 - Excel's word
    colours: Sequence[str],
) -> _Chart:
    from openpyxl.chart import Reference, Series
    from openpyxl.utils import get_column_letter

    def cells(place: int, first: int, last: int) -> str:
        letter = get_column_letter(place + 1)
        return f"'{sheet}'!${letter}${first}:${letter}${last}"

    for at, place in enumerate(places):
        values = Reference(range_string=cells(place, 1, rows + 1))
        series = Series(values, title_from_data=True)
        series.graphicalProperties.line.solidFill = colours[at % len(colours)]
        series.graphicalProperties.solidFill = colours[at % len(colours)]
        chart.series.append(series)
    chart.set_categories(Reference(range_string=cells(0, 2, rows + 1)))
    chart.title = title
    if chart.legend is not None:
        chart.legend.position = "b"
    chart.x_axis.delete = chart.y_axis.delete = False
    chart.y_axis.number_format = format
    chart.x_axis.tickLblPos = "low"
    return chart
