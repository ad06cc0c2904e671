"""Pictures of the monitor: shares of each territory over time, the funnel, forecast fans."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from territory.currency import short_money
from territory.messages import visible
from territory.monitor.signals.charts import LIMIT, funnel
from territory.wording import Z80, percent, signed_percent

if TYPE_CHECKING:
    from markupsafe import Markup

    from territory.monitor.monitoring import Monitoring
    from territory.monitor.outlook import Outlook

__all__ = ["fans", "funnel_chart", "small_multiples"]

_FANS = 6


def small_multiples(found: Monitoring) -> list[dict[str, object]]:
    """Return for each territory its index (share ÷ share before) and its CUSUM, as charts."""
    from territory.publish.charts.lines import line_chart

    facts, judged = found.facts, found.judged
    count = len(judged.periods)
    events = facts.by_territory(facts.panel.events)[:, facts.span.count - count :]
    base = facts.by_territory(facts.base_events)
    share = events / np.maximum(events.sum(axis=0), 1e-300)
    usual = base / max(float(base.sum()), 1e-300)
    out = []
    names = [each.partition("-")[2] for each in judged.periods]
    for at, name in enumerate(facts.territory_ids):
        index = share[at] / usual[at] if usual[at] > 0 else np.full(count, np.nan)
        side = int(judged.chart.side[at])
        words = {1: "above", -1: "below", 0: ""}[side]
        alarm = judged.periods[int(judged.chart.first[at])] if side else ""
        out.append(
            {
                "id": visible(name),
                "alarm": f"{words} since {alarm}" if side else "",
                "quiet": name in judged.quiet,
                "purchases": name in judged.by_purchases,
                "index": line_chart(
                    names, {"": index.tolist()}, level=1.0, show=lambda v: percent(v, 0),
                    label=f"share of {visible(name)} against before", width=220.0,
                ),
                "cusum": line_chart(
                    names,
                    {
                        "up": judged.chart.up[:, at].tolist(),
                        "down": (-judged.chart.down[:, at]).tolist(),
                        " ": [0.0] * count,
                    },
                    intervals={" ": ([-LIMIT] * count, [LIMIT] * count)}, show=lambda v: f"{v:.0f}",
                    label=f"CUSUM of {visible(name)}; limits 8", width=220.0,
                ),
            }
        )  # fmt: skip
    return out


def funnel_chart(found: Monitoring) -> Markup:
    """Return the quarter's events ÷ expected ones against what was expected, with limits."""
    from territory.publish.charts.points import Limits, scatter_chart
    from territory.publish.charts.sheet import Axis

    facts = found.facts
    quarter = facts.span.in_quarter()
    events = facts.by_territory(facts.panel.events)[:, quarter].sum(axis=1)
    base = facts.by_territory(facts.base_events)
    expected = base / max(float(base.sum()), 1e-300) * events.sum()
    judged = funnel(events, expected)
    order = np.argsort(expected, kind="stable")
    rate = np.where(expected > 0, events / np.where(expected > 0, expected, 1.0), np.nan)
    limits = [
        Limits(
            x=expected[order].tolist(), low=judged.low[order, at].tolist(),
            high=judged.high[order, at].tolist(), words=words,
        )
        for at, words in enumerate(("95 %", "99.8 %"))
    ]  # fmt: skip
    return scatter_chart(
        Axis(values=expected.tolist(), label="events expected", show=lambda v: f"{v:,.0f}"),
        Axis(values=rate.tolist(), label="sold ÷ expected", show=lambda v: percent(v, 0)),
        [visible(each) for each in facts.territory_ids],
        label="events of the quarter against those expected",
        level=judged.center, limits=limits, alarming=judged.outside.tolist(),
    )  # fmt: skip


def fans(ahead: Outlook) -> list[dict[str, object]]:
    """Return forecasts of the company and of the territories that grow and shrink most."""
    from territory.publish.charts.lines import line_chart

    part = ahead.levels["territory"]
    found = part.found
    spread = np.sqrt(found.unit_sd**2 + found.market_sd**2) * Z80
    last = 8
    steps = len(ahead.quarters)
    past = part.sales[:, -last:]
    names = [f"-{last - at}" for at in range(past.shape[1])] + [
        quarter.removeprefix("20") for quarter in ahead.quarters
    ]
    gap = [float("nan")] * past.shape[1]

    def fan(
        title: str,
        before: Sequence[float],
        expected: Sequence[float],
        low: Sequence[float],
        high: Sequence[float],
    ) -> dict[str, object]:
        join = [float(before[-1])]
        ahead_line = gap[:-1] + join + [float(each) for each in expected]
        edges = (
            gap[:-1] + join + [float(each) for each in low],
            gap[:-1] + join + [float(each) for each in high],
        )
        return {
            "title": title,
            "chart": line_chart(
                names,
                {"sold": [float(each) for each in before] + [float("nan")] * steps, "": ahead_line},
                intervals={"": edges}, show=short_money, label=f"forecast of {title}", width=300.0,
            ),
        }  # fmt: skip

    total = part.expected.sum(axis=0)
    unit = ahead.levels["unit"].found
    scale = total / np.maximum(unit.expected.sum(axis=0), 1e-300)
    out = [
        fan("the company", past.sum(axis=0), total, unit.total_low * scale,
            unit.total_high * scale)
    ]  # fmt: skip
    grown = found.grown(4) - 1.0
    order = np.argsort(-found.growth.rate, kind="stable")
    half = _FANS // 2
    chosen = [*order[:half].tolist(), *order[-half:].tolist()] if order.size > _FANS else order
    for at in dict.fromkeys(chosen):
        growth = signed_percent(float(grown[at]), 0)
        out.append(
            fan(
                f"{visible(str(part.ids[at]))}, {growth} a year", past[at], part.expected[at],
                part.expected[at] * np.exp(-spread[at]), part.expected[at] * np.exp(spread[at]),
            )
        )  # fmt: skip
    return out
