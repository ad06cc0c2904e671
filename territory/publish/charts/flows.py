"""What flows from where to where: ribbons from today's territories to the plan's."""

from __future__ import annotations

from collections.abc import Callable, Sequence, Sized
from typing import TYPE_CHECKING

from territory.publish.charts.sheet import COLOURS, INK, SOFT, clean, svg

if TYPE_CHECKING:
    from markupsafe import Markup
    from matplotlib.axes import Axes

__all__ = ["flow_chart"]

_MOST = 60
"""Ribbons of a chart, largest first; what is left is one sentence."""
_GAP = 0.02


def flow_chart(
    flows: Sequence[tuple[str, str, float]],
    *,
    label: str,
    show: Callable[[float], str],
    width: float = 460.0,
) -> Markup:
    """Draw ribbons from the left side to the right, as thick as what they carry.

    Parameters
    ----------
    flows : sequence of (str, str, float)
        From, to, how much (more than 0).
    label : str
        What a screen reader says.
    show : callable
        Text of an amount.
    width : float
        Points.
    """
    known = sorted((f for f in flows if f[2] > 0), key=lambda f: (-f[2], f[0], f[1]))
    shown, rest = known[:_MOST], known[_MOST:]
    left = _columns([(a, value) for a, _, value in shown])
    right = _columns([(b, value) for _, b, value in shown])

    def draw(axes: Axes) -> None:
        from matplotlib.patches import PathPatch
        from matplotlib.path import Path

        starts, ends = {n: c[0] for n, c in left.items()}, {n: c[0] for n, c in right.items()}
        scale = _scale(left, right, sum(f[2] for f in shown))
        order = sorted(shown, key=lambda f: (left[f[0]][0], right[f[1]][0]))
        for a, b, value in order:
            high = value * scale
            colour = COLOURS[sorted(left).index(a) % len(COLOURS)]
            y0, y1 = starts[a], ends[b]
            starts[a], ends[b] = y0 + high, y1 + high
            above = [(0.0, y0), (0.5, y0), (0.5, y1), (1.0, y1)]
            corners = [*above, *((x, y + high) for x, y in reversed(above))]
            codes = [Path.MOVETO, *[Path.CURVE4] * 3, Path.LINETO, *[Path.CURVE4] * 3]
            axes.add_patch(PathPatch(Path(corners, codes), facecolor=colour, alpha=0.55, lw=0))
        for columns, align, x in ((left, "right", -0.02), (right, "left", 1.02)):
            for name, (low, total) in columns.items():
                axes.text(x, low + total * scale / 2, f"{clean(name, 18)}  {show(total)}",
                          ha=align, va="center", fontsize=8, color=INK)  # fmt: skip
        axes.text(-0.02, -0.035, "today", ha="right", color=SOFT)
        axes.text(1.02, -0.035, "plan", ha="left", color=SOFT)
        if rest:
            more = f"and {len(rest)} smaller ones: {show(sum(f[2] for f in rest))}"
            axes.text(0.5, 1.03, more, ha="center", color=SOFT, fontsize=8)
        axes.set_xlim(-0.3, 1.3)
        axes.set_ylim(1.05, -0.05)
        axes.set_axis_off()

    rows = max(len(left), len(right), 1)
    return svg(draw, width=width, height=60 + 16.0 * rows, label=label)


def _columns(ends: Sequence[tuple[str, float]]) -> dict[str, tuple[float, float]]:
    """Return for each name where it begins, from 0 to 1 with gaps, and what it comes to."""
    totals: dict[str, float] = {}
    for name, value in ends:
        totals[name] = totals.get(name, 0.0) + value
    whole = sum(totals.values()) or 1.0
    free = 1.0 - _GAP * max(0, len(totals) - 1)
    free = max(free, 0.3)
    gap = (1.0 - free) / max(1, len(totals) - 1)
    found, at = {}, 0.0
    for name in sorted(totals):
        found[name] = (at, totals[name])
        at += totals[name] / whole * free + gap
    return found


def _scale(left: Sized, right: Sized, total: float) -> float:
    free = [max(1.0 - _GAP * max(0, len(side) - 1), 0.3) for side in (left, right)]
    return min(free) / total if total > 0 else 0.0
