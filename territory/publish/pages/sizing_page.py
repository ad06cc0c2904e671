"""The size of the force on one page: the answer in words, its curves, its table."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING

from territory.currency import money
from territory.messages import counted, visible
from territory.publish.charts import Axis, line_chart

if TYPE_CHECKING:
    from markupsafe import Markup

    from territory.workforce.sizing import Sizing
    from territory.workforce.travel_check import TravelCheck

__all__ = ["answer", "draw_sizing", "size_rows"]

HEADER = (
    *("reps", "FTE", "use", "busiest", "travel", "selling", "coverage"),
    *("sales", "cost", "profit", "n-th rep", "±", "home"),
)
"""Columns of the short table."""


def answer(sizing: Sizing) -> list[str]:
    """Return what was asked, in sentences."""
    rows: dict[int, dict[Hashable, float]] = {
        int(row["n_reps"]): row for row in sizing.table.to_dict("records")
    }
    first, last = min(rows), max(rows)
    lines = []
    if sizing.needed is None:
        lines.append(f"The work needs more than {counted(last, 'rep')}: raise --to.")
    else:
        use = rows[sizing.needed]["utilisation"]
        fewer = " or fewer" if sizing.needed == first else ""
        lines.append(
            f"The work needs {counted(sizing.needed, 'rep')}{fewer}: "
            f"{_percent(use)} of their hours are used."
        )
    if sizing.today is not None and sizing.today in rows:
        row = rows[sizing.today]
        lines.append(
            f"Today's {sizing.today} reps use {_percent(row['utilisation'])} of their hours; "
            f"{_percent(row['coverage'])} of the planned calls fit."
        )
    edge = " (the end of the range)" if sizing.most_profitable in {first, last} else ""
    low, high = sizing.alike
    others = (
        f"between {low} and {high} all are within {_usd(sizing.within_usd)} of it"
        if low < high
        else f"no other size is within {_usd(sizing.within_usd)} of it"
    )
    lines.append(
        f"Profit is highest with {counted(sizing.most_profitable, 'rep')}{edge}; {others}."
    )
    home = sizing.next_home()
    if home is not None:
        row = rows[int(str(home["n_reps"]))]
        pays = float(str(row["marginal_profit_usd"])) > 0
        who = "The next rep should live" if pays else "A further rep would not pay, and would live"
        lines.append(
            f"{who} near {visible(str(home['near']))}: "
            f"profit {_usd(row['marginal_profit_usd'], sign=True)} a year, give or take "
            f"{_usd(row['marginal_error_usd'])}."
        )
    return lines


def size_rows(sizing: Sizing) -> list[list[str]]:
    """Return the short table, one row a size, under `HEADER`."""
    return [
        [
            str(row["n_reps"]), f"{row['fte']:.1f}", _percent(row["utilisation"]),
            _percent(row["busiest"]), _percent(row["travel_share"]),
            _percent(row["selling_share"]), _percent(row["coverage"]), _usd(row["sales_usd"]),
            _usd(row["cost_usd"]), _usd(row["profit_usd"]),
            _usd(row["marginal_profit_usd"], sign=True), _usd(row["marginal_error_usd"]),
            str(row["home"]),
        ]
        for row in sizing.table.to_dict("records")
    ]  # fmt: skip


def draw_sizing(
    sizing: Sizing, *, title: str, description: str = "", check: TravelCheck | None = None
) -> str:
    """Return the page as self-contained HTML without scripts; user's text is escaped."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("territory.publish", "."), autoescape=True,
        undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    today = str(sizing.today)
    rows = [
        {"cells": [visible(cell) for cell in row], "today": row[0] == today}
        for row in size_rows(sizing)
    ]
    tables: list[tuple[str, Sequence[str], list[dict[str, object]]]] = [
        ("The figures", HEADER, rows)
    ]
    notes = list(sizing.notes)
    if check is not None:
        tables.append(("Travel: estimate and routed tours", *_check_table(check)))
        notes.append(check.text())
    content = {
        "title": visible(title),
        "description": visible(description),
        "answer": answer(sizing),
        "charts": _charts(sizing),
        "tables": tables,
        "notes": notes,
    }
    return environment.get_template("sizing.html.j2").render(content) + "\n"


def _charts(sizing: Sizing) -> list[tuple[str, Markup]]:
    table = sizing.table
    sizes = [int(value) for value in table["n_reps"]]
    n = Axis(values=sizes, label="reps")
    marks: dict[float, str] = {}
    if sizing.today in sizes:
        marks[int(sizing.today or 0)] = "today"
    use = {"mean": table["utilisation"].tolist(), "busiest": table["busiest"].tolist()}
    shares = {"selling": table["selling_share"].tolist(), "travel": table["travel_share"].tolist()}
    tiers = {
        name.removeprefix("coverage_"): table[name].tolist()
        for name in table.columns
        if name.startswith("coverage_")
    } or {"all": table["coverage"].tolist()}
    profit = {"profit": table["profit_usd"].tolist()}
    margin = {"n-th rep": table["marginal_profit_usd"].tolist()}
    best = {**marks, sizing.most_profitable: "highest"}
    return [
        ("Hours used of those there are",
         line_chart(n, use, label="utilisation by number of reps", show=_percent, level=1.0,
                    marks=marks)),
        ("Planned calls that fit, by tier",
         line_chart(n, tiers, label="coverage by tier and number of reps", show=_percent,
                    marks=marks)),
        ("Profit a year",
         line_chart(n, profit, label="profit by number of reps", show=_usd, marks=best)),
        ("Profit that the n-th rep adds",
         line_chart(n, margin, label="marginal profit of the n-th rep", show=_usd, level=0.0,
                    marks=marks)),
        ("Where the hours go",
         line_chart(n, shares, label="selling and travel share by number of reps", show=_percent,
                    marks=marks)),
    ]  # fmt: skip


def _check_table(check: TravelCheck) -> tuple[Sequence[str], list[dict[str, object]]]:
    header = ("territory", "accounts", "calls", "estimate h", "tours h", "error", "stops a day",
              "days", "long days", "rep")  # fmt: skip
    rows = [
        {
            "today": False,
            "cells": [
                visible(str(row["territory_id"])), f"{row['n_accounts']:,}",
                f"{row['n_calls']:,.0f}", f"{row['estimate_h']:,.0f}", f"{row['tour_h']:,.0f}",
                f"{100 * row['error']:+.1f} %", f"{row['stops_per_day']:.1f}",
                f"{row['n_days']:,}", f"{row['long_days']:,}", visible(str(row["rep_id"])),
            ],
        }
        for row in check.table.to_dict("records")
    ]  # fmt: skip
    return header, rows


def _percent(value: float) -> str:
    return f"{100 * value:.0f} %"


def _usd(value: float, *, sign: bool = False) -> str:
    if value != value:  # noqa: PLR0124 - NaN only
        return ""
    mark = "-" if value < 0 else "+" if sign else ""
    size = abs(value)
    if size >= 9_995_000:
        return f"{mark}{money(size / 1e6, 1)}M"
    if size >= 995_000:
        return f"{mark}{money(size / 1e6, 2)}M"
    return f"{mark}{money(size / 1e3)}k" if size else money(0)
