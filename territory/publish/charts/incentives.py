"""Charts of quotas and pay: attainment over penetration and potential, pay over attainment."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from territory.currency import money, short_money
from territory.publish.charts.points import draw_trend, frame_points, name_points
from territory.publish.charts.sheet import ALARM, COLOURS, SOFT, svg
from territory.wording import percent

if TYPE_CHECKING:
    import pandas as pd
    from markupsafe import Markup
    from matplotlib.axes import Axes

    from territory.inputs.scenario.incentives import PayPlan

__all__ = ["attainment_chart", "payout_chart"]

_NAMED = 3
"""Territories in a panel that are named, where there is room: the farthest from 100 percent."""


def attainment_chart(table: pd.DataFrame, correlations: pd.DataFrame) -> Markup:
    """Draw attainment over penetration and over potential, a dot for each territory.

    A level cloud is fair; a rising or falling one is not. The line is the least-squares line.

    Parameters
    ----------
    table : DataFrame
        Indexed by territory: ``penetration, potential_usd, attainment``.
    correlations : DataFrame
        ``against, correlation``.
    """
    known = table.dropna(subset=["attainment", "penetration"])
    found = correlations.set_index("against")["correlation"]

    def draw(*panels: Axes) -> None:
        for axes, (column, word) in zip(
            panels, (("penetration", "penetration"), ("potential_usd", "potential")), strict=True
        ):
            show = _whole if column == "penetration" else short_money
            frame_points(axes, show, _whole)
            axes.set_title(f"Attainment over {word}", loc="left", fontweight="bold", fontsize=9)
            value = float(found[word])
            axes.set_xlabel(f"{word}; Spearman {value:+.2f}" if math.isfinite(value) else word)
            heights = known["attainment"].astype(float)
            low, high = min([0.8, *heights]) - 0.05, max([1.2, *heights]) + 0.05
            axes.set_ylim(low, high)
            axes.axhline(1.0, color=SOFT, linewidth=0.9)
            points = [
                (float(x), float(y), str(name), False)
                for name, x, y in zip(known.index, known[column], heights, strict=True)
            ]
            axes.plot([p[0] for p in points], [p[1] for p in points], "o", color=COLOURS[0],
                      markersize=5, alpha=0.85)  # fmt: skip
            axes.set_xlim(0, 1.05 * max([p[0] for p in points], default=1.0) or 1.0)
            draw_trend(axes, points)
            name_points(axes, points, 1.0, _NAMED)

    words = "attainment against penetration and potential"
    return svg(draw, width=640, height=240, label=words, panels=2)


def payout_chart(plan: PayPlan, expected: Sequence[float] = ()) -> Markup:
    """Draw the incentive over attainment, with the reps' expected attainment as ticks below.

    Parameters
    ----------
    plan : PayPlan
    expected : sequence of float
        Attainments, fractions.
    """
    import numpy as np

    from territory.incentives.payout.payplan import payout

    corners = {0.0, 1.0, *(tier.above for tier in plan.rates)}
    end = max(1.5, *(corner + 0.2 for corner in corners), *(1.05 * one for one in expected))
    grid = np.union1d(np.linspace(0.0, end, 61), np.array(sorted(corners)))
    paid = payout(plan, grid)

    def draw(axes: Axes) -> None:
        frame_points(axes, _whole, _whole)
        axes.set_title("Incentive over attainment", loc="left", fontweight="bold", fontsize=9)
        ticks = "; ticks: the reps as expected" if expected else ""
        axes.set_xlabel(f"sales divided by quota{ticks}")
        axes.set_xlim(0, end)
        axes.set_ylim(0, max(1.2, 1.08 * float(paid.max())))
        axes.plot(grid, paid, color=COLOURS[0], linewidth=2)
        axes.plot([1.0], [1.0], "o", color=ALARM, markersize=5)
        axes.annotate(f"target: {money(plan.target_incentive_usd)}", (1.0, 1.0), (6, -10),
                      textcoords="offset points")  # fmt: skip
        if expected:
            axes.plot(list(expected), [0.0] * len(expected), "|", color=ALARM, markersize=14,
                      alpha=0.7, clip_on=False)  # fmt: skip

    return svg(draw, width=380, height=260, label="incentive over attainment")


def _whole(value: float) -> str:
    return percent(value, 0)
