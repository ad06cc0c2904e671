"""Points over two quantities, with limits around a level: clouds and funnels."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from territory.publish.charts.sheet import ALARM, COLOURS, GRID, INK, SOFT, Axis, clean, svg

if TYPE_CHECKING:
    from markupsafe import Markup
    from matplotlib.axes import Axes

__all__ = ["Limits", "draw_trend", "frame_points", "name_points", "scatter_chart"]

_Show = Callable[[float], str]
_WIDTH = 560.0
_Point = tuple[float, float, str, bool]
"""Place, name, and whether it lies where it should not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Between which heights points are expected, over x.

    Attributes
    ----------
    x, low, high : sequence of float
        Of the same length, x ascending.
    words : str
        What the limits are, for the key.
    """

    x: Sequence[float]
    low: Sequence[float]
    high: Sequence[float]
    words: str = ""


def scatter_chart(
    x: Axis,
    y: Axis,
    names: Sequence[str],
    *,
    label: str,
    level: float | None = None,
    limits: Sequence[Limits] = (),
    alarming: Sequence[bool] | None = None,
    named: int = 3,
) -> Markup:
    """Draw a point for each name; those that stand out have their names beside them.

    Parameters
    ----------
    x, y : Axis, n numbers each
        Points with a NaN, not known, are left out and counted below.
    names : sequence of str, n
    label : str
        What a screen reader says.
    level : float, optional
        A height drawn across.
    limits : sequence of Limits
    alarming : sequence of bool, n, optional
        Red points; all of them are named.
    named : int
        As many others are named: the farthest from the level, or from the mean height.
    """
    points = [
        (a, b, str(name), bool(alarming[at]) if alarming is not None else False)
        for at, (a, b, name) in enumerate(zip(_numbers(x), _numbers(y), names, strict=True))
        if math.isfinite(a) and math.isfinite(b)
    ]
    unknown = len(names) - len(points)

    def draw(axes: Axes) -> None:
        frame_points(axes, x.show, y.show)
        missing = f" ({unknown} not known)" if unknown else ""
        axes.set_xlabel(clean(x.label, 60) + missing)
        axes.set_ylabel(clean(y.label, 60))
        for number, each in enumerate(limits):
            for heights, words in ((each.low, clean(each.words, 60) or None), (each.high, None)):
                axes.plot(each.x, heights, color=SOFT, linewidth=0.9,
                          linestyle=(0, (5, 2 + 2 * number)), label=words)  # fmt: skip
        if level is not None:
            axes.axhline(level, color=SOFT, linewidth=0.9)
        for alarm, colour in ((False, COLOURS[0]), (True, ALARM)):
            own = [point for point in points if point[3] is alarm]
            axes.plot([p[0] for p in own], [p[1] for p in own], "o", color=colour,
                      markersize=5, alpha=0.85, zorder=3)  # fmt: skip
        name_points(axes, points, level, named)
        if any(each.words for each in limits):
            axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=2, frameon=False)

    return svg(draw, width=_WIDTH, height=0.62 * _WIDTH, label=label)


def _numbers(axis: Axis) -> list[float]:
    return [float(value) for value in axis.values]


def frame_points(axes: Axes, show_x: _Show, show_y: _Show) -> None:
    """Set the grid and the texts of both axes."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    axes.grid(color=GRID, linewidth=0.6)
    for axis, show in ((axes.xaxis, show_x), (axes.yaxis, show_y)):
        axis.set_major_locator(MaxNLocator(5))
        axis.set_major_formatter(FuncFormatter(lambda value, _, show=show: show(value)))


def name_points(axes: Axes, points: Sequence[_Point], level: float | None, named: int) -> None:
    """Name the points that lie where they should not, and the farthest others that have room."""
    if not points:
        return
    middle = level if level is not None else sum(p[1] for p in points) / len(points)
    order = sorted(points, key=lambda p: (not p[3], -abs(p[1] - middle), p[2]))
    chosen = order[: max(named, sum(p[3] for p in points))]
    left, right = axes.get_xlim()
    low, high = axes.get_ylim()
    placed: list[tuple[float, float]] = []
    for x, y, name, alarm in chosen:
        across, up = (x - left) / (right - left or 1), (y - low) / (high - low or 1)
        if any(abs(across - a) < 0.2 and abs(up - b) < 0.055 for a, b in placed):
            continue
        placed.append((across, up))
        end = across > 0.75
        axes.annotate(
            clean(name, 18), (x, y), (-5 if end else 5, 0), textcoords="offset points",
            ha="right" if end else "left", va="center", fontsize=8, color=ALARM if alarm else INK,
        )  # fmt: skip


def draw_trend(axes: Axes, points: Sequence[_Point]) -> None:
    """Draw the least-squares line over the range of the points."""
    n = len(points)
    if n < 2:
        return
    mean_x, mean_y = sum(p[0] for p in points) / n, sum(p[1] for p in points) / n
    spread = sum((p[0] - mean_x) ** 2 for p in points)
    if spread <= 0:
        return
    slope = sum((p[0] - mean_x) * (p[1] - mean_y) for p in points) / spread
    ends = min(p[0] for p in points), max(p[0] for p in points)
    axes.plot(ends, [mean_y + slope * (end - mean_x) for end in ends], color=ALARM,
              linewidth=1.2, linestyle=(0, (5, 3)), zorder=2)  # fmt: skip
