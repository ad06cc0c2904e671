"""The charts of the report: maps, balance before and after, cost, flows, forecast."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from typing import TYPE_CHECKING

from territory.currency import short_money
from territory.publish.charts import bar_chart, change_chart, flow_chart, stacked_bar
from territory.review.moves import today_deviations
from territory.review.scorecard import moved_mask
from territory.wording import measure_label, percent, signed_percent, term_label

if TYPE_CHECKING:
    import pandas as pd
    from markupsafe import Markup

    from territory.plan import Plan
    from territory.publish.maps.outline_map import OutlineMaps
    from territory.publish.pages.beside import Beside

__all__ = [
    "account_flows",
    "balance_charts",
    "case_chart",
    "company_year",
    "cost_chart",
    "flow_of",
    "forecast_chart",
    "forecast_quarters",
    "map_pair",
    "outlook_chart",
]


def map_pair(maps: OutlineMaps) -> list[tuple[str, Markup]]:
    """Return today's map and the plan's; only the plan's, wider, where today is not known."""
    if not maps.has_today:
        return [("The plan", maps.inline("plan", width=640))]
    return [("Today", maps.inline("today")), ("The plan", maps.inline("plan"))]


def balance_charts(plan: Plan) -> Iterator[tuple[str, Markup]]:
    """Yield a chart for each measure: each territory's deviation today and in the plan."""
    today = today_deviations(plan)
    names = [str(name) for name in plan.territories["territory_id"]]
    for measure, options in plan.record.measures.items():
        band = (-options.tolerance - 1e-6, options.tolerance + 1e-6)
        after = plan.territories[f"{measure}_deviation"].tolist()
        title = measure_label(measure).partition(" (")[0]
        if measure in today:
            words = f"{title}, deviation from the goal by territory, today and in the plan"
            drawing = change_chart(
                names, today[measure].tolist(), after, label=words, show=_signed, band=band
            )
        else:
            words = f"{title}, deviation from the goal by territory"
            drawing = bar_chart(names, {"plan": after}, label=words, show=_signed, band=band)
        yield title, drawing


def cost_chart(plan: Plan) -> Markup:
    """Draw the plan's cost a year as one bar of its parts."""
    parts = {term_label(name): float(value) for name, value in plan.record.terms.items()}
    return stacked_bar(parts, label="parts of the plan's cost a year", show=short_money, width=460)


def account_flows(plan: Plan) -> list[tuple[str, str, float]]:
    """Return how many accounts go from which territory of today to which of the plan."""
    moved = plan.accounts[moved_mask(plan.accounts)]
    counts = moved.groupby(["current_territory_id", "territory_id"]).size()
    frame = counts.reset_index(name="n")
    return [
        (str(row["current_territory_id"]), str(row["territory_id"]), float(row["n"]))
        for row in frame.to_dict("records")
    ]


def flow_of(plan: Plan) -> Markup | None:
    """Draw the accounts that change territory; None where none does."""
    flows = account_flows(plan)
    if not flows:
        return None
    return flow_chart(flows, label="accounts that change territory, from today to the plan",
                      show=lambda value: f"{value:,.0f}")  # fmt: skip


def case_chart(beside: Beside) -> Markup | None:
    """Draw what the plan earns and costs in its first year."""
    frame = beside.business_case
    if frame is None:
        return None
    return bar_chart(
        [str(item) for item in frame["item"]], {"expected": frame["expected_usd"].tolist()},
        label="margin of the first year against today", show=short_money, level=0.0,
        intervals=_interval(frame),
    )  # fmt: skip


def forecast_chart(beside: Beside) -> Markup | None:
    """Draw each territory's expected sales of next year beside last year's."""
    frame = beside.forecast
    if frame is None:
        return None
    series: dict[str, list[float]] = {"next year": frame["expected_usd"].tolist()}
    if "last_usd" in frame:
        series = {"last year": frame["last_usd"].tolist(), **series}
    return bar_chart([str(name) for name in frame["territory_id"]], series,
                     label="sales of last year and expected ones by territory", show=short_money,
                     intervals=_interval(frame))  # fmt: skip


def forecast_quarters(beside: Beside) -> tuple[list[str], list[list[str]]] | None:
    """Return the quarters, and a row a territory: expected sales and what 8 of 10 years bring.

    The last row is the company's where its forecast is there: no sum of the territories' ends.
    """
    frame = beside.forecast
    if frame is None:
        return None
    ends = ("_expected_usd", "_p10_usd", "_p90_usd")
    quarters = [name.removesuffix(ends[0]) for name in frame.columns if name.endswith(ends[0])]
    if not quarters or not all(f"{name}{end}" in frame for name in quarters for end in ends):
        return None
    rows = []
    for row in frame.to_dict("records"):
        cells = [
            "{} ({} to {})".format(*(short_money(float(row[f"{name}{end}"])) for end in ends))
            for name in quarters
        ]
        rows.append([str(row["territory_id"]), *cells])
    known = {} if beside.company is None else {
        str(row["period"]): _expected(row) for row in beside.company.to_dict("records")
    }  # fmt: skip
    if set(quarters) <= set(known):
        rows.append(["Company", *(known[name] for name in quarters)])
    return quarters, rows


def company_year(beside: Beside) -> str:
    """Return what the company is expected to sell next year, in a sentence; "" if not known."""
    frame = beside.company
    if frame is None or not (frame["period"] == "year").any():
        return ""
    row = frame[frame["period"] == "year"].to_dict("records")[0]
    goal, share = (float(row.get(name, float("nan"))) for name in ("goal_usd", "attainment"))
    of_goal = f", {percent(share)} of its goal of {short_money(goal)}" if goal > 0 else ""
    return f"The company is expected to sell {_expected(row)} in 8 of 10 years{of_goal}."


def _expected(row: Mapping[Hashable, object]) -> str:
    ends = (float(str(row.get(name, "nan"))) for name in ("expected_usd", "p10_usd", "p90_usd"))
    return "{} ({} to {})".format(*(short_money(each) for each in ends))


def outlook_chart(beside: Beside) -> Markup | None:
    """Draw by how much each territory's potential is expected to grow."""
    frame = beside.outlook
    if frame is None or not {"potential_usd", "potential_ahead_usd"} <= set(frame.columns):
        return None
    grown = frame["potential_ahead_usd"] / frame["potential_usd"].where(frame["potential_usd"] > 0)
    names = [str(name) for name in frame["territory_id"]]
    words = "expected growth of potential by territory"
    return bar_chart(names, {"growth": (grown - 1).tolist()}, label=words, show=_signed)


def _interval(frame: pd.DataFrame) -> tuple[list[float], list[float]] | None:
    if not {"p10_usd", "p90_usd"} <= set(frame.columns):
        return None
    return frame["p10_usd"].tolist(), frame["p90_usd"].tolist()


def _signed(value: float) -> str:
    return signed_percent(value, 0)
