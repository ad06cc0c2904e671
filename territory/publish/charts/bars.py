"""Bars: of one or several series, from today to the plan, and one bar of parts."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from territory.publish.charts.sheet import ALARM, BAND, COLOURS, GRID, INK, SOFT, clean, svg

if TYPE_CHECKING:
    from markupsafe import Markup
    from matplotlib.axes import Axes

__all__ = ["bar_chart", "change_chart", "stacked_bar"]

_Show = Callable[[float], str]
_MOST = 60
"""Rows of a chart; what is more is said below it."""


def bar_chart(
    names: Sequence[str],
    series: Mapping[str, Sequence[float]],
    *,
    label: str,
    show: _Show,
    band: tuple[float, float] | None = None,
    level: float | None = None,
    intervals: tuple[Sequence[float], Sequence[float]] | None = None,
    width: float = 460.0,
) -> Markup:
    """Draw a horizontal bar for each name and series, the first name on top.

    Parameters
    ----------
    names : sequence of str, n
    series : mapping of str to sequence of float, n
        Name of the series → values; NaN, not known, has no bar and says so.
    label : str
        What a screen reader says.
    show : callable
        Text of a value, on the axis and at the bars' ends.
    band : (float, float), optional
        What is allowed, shaded; bars of the last series that end outside it are red.
    level : float, optional
        A value drawn across all bars.
    intervals : (low, high), optional
        Between which values the last series lies, drawn over its bars.
    width : float
        Points.
    """
    shown = list(names)[:_MOST]
    n, k = len(shown), max(1, len(series))
    thick = 0.78 / k

    def draw(axes: Axes) -> None:
        _behind(axes, band, level)
        for number, (name, values) in enumerate(series.items()):
            colour = COLOURS[0] if number == k - 1 else "#b9c3cd"
            places = [at - 0.39 + thick * (number + 0.5) for at in range(n)]
            known = [float(v) if v is not None else math.nan for v in list(values)[:n]]
            fills = [
                ALARM if number == k - 1 and band and not band[0] <= v <= band[1] else colour
                for v in known
            ]
            lengths = [v if math.isfinite(v) else 0.0 for v in known]
            axes.barh(places, lengths, height=thick, color=fills, label=clean(name))
            for at, (place, value) in enumerate(zip(places, known, strict=True)):
                text = show(value) if math.isfinite(value) else "not known"
                behind = math.isfinite(value) and value < 0
                tip = (
                    intervals[1 if not behind else 0][at]
                    if intervals and number == k - 1
                    else value
                )
                end = tip if math.isfinite(tip) else value
                axes.annotate(
                    text, (end if math.isfinite(value) else 0.0, place),
                    (-3 if behind else 3, 0), textcoords="offset points",
                    ha="right" if behind else "left", va="center", fontsize=7.5, color=SOFT,
                )  # fmt: skip
        if intervals is not None:
            low, high = (list(side)[:n] for side in intervals)
            axes.hlines([at - 0.39 + thick * (k - 0.5) for at in range(n)], low, high, color=INK,
                        linewidth=0.9)  # fmt: skip
        _rows(axes, shown, show)
        axes.margins(x=0.2)
        _key(axes, k)

    return svg(draw, width=width, height=46 + n * max(15.0, 11.0 * k), label=label)


def change_chart(
    names: Sequence[str],
    before: Sequence[float],
    after: Sequence[float],
    *,
    label: str,
    show: _Show,
    band: tuple[float, float] | None = None,
    width: float = 460.0,
) -> Markup:
    """Draw for each name where it was and where it goes: a ring, a line, a dot.

    Parameters
    ----------
    names : sequence of str, n
    before, after : sequence of float, n
        Today and in the plan; NaN, not known, is left out.
    label : str
    show : callable
        Text of a value on the axis.
    band : (float, float), optional
        What is allowed, shaded; dots outside it are red.
    width : float
        Points.
    """
    shown = list(names)[:_MOST]

    def draw(axes: Axes) -> None:
        _behind(axes, band, 0.0 if band and band[0] <= 0 <= band[1] else None)
        for at, (was, now) in enumerate(
            zip(list(before)[:_MOST], list(after)[:_MOST], strict=True)
        ):
            inside = band is None or band[0] <= now <= band[1]
            colour = COLOURS[0] if inside else ALARM
            if math.isfinite(was) and math.isfinite(now):
                axes.plot([was, now], [at, at], color="#9aa7b3", linewidth=1.4, zorder=2)
            if math.isfinite(was):
                axes.plot([was], [at], "o", color="#ffffff", markeredgecolor=SOFT, markersize=5)
            if math.isfinite(now):
                axes.plot([now], [at], "o", color=colour, markersize=6, zorder=4)
        axes.plot([], [], "o", color="#ffffff", markeredgecolor=SOFT, label="today")
        axes.plot([], [], "o", color=COLOURS[0], label="plan")
        _rows(axes, shown, show)
        _key(axes, 2)

    return svg(draw, width=width, height=48 + 15.0 * len(shown), label=label)


def stacked_bar(
    parts: Mapping[str, float], *, label: str, show: _Show, width: float = 920.0
) -> Markup:
    """Draw one bar divided in proportion to its parts, with a key of their names and values."""
    from matplotlib.patches import Patch

    total = sum(parts.values())

    def draw(axes: Axes) -> None:
        left, handles = 0.0, []
        for number, (name, value) in enumerate(parts.items()):
            colour = COLOURS[number % len(COLOURS)]
            share = value / total if total > 0 else 0.0
            axes.barh([0], [share], left=left, color=colour, height=0.9)
            if share > 0.06:
                axes.text(left + share / 2, 0, f"{100 * share:.0f} %", color="#ffffff",
                          ha="center", va="center", fontweight="bold")  # fmt: skip
            handles.append(Patch(facecolor=colour, label=f"{clean(name, 60)}: {show(value)}"))
            left += share
        axes.set_xlim(0, 1)
        axes.set_axis_off()
        axes.legend(handles=handles, loc="upper left", bbox_to_anchor=(0, -0.1), frameon=False,
                    ncols=columns, borderaxespad=0, handlelength=1.0)  # fmt: skip

    columns = 1 if width < 600 else 2 if len(parts) < 7 else 3
    rows = -(-len(parts) // columns)
    return svg(draw, width=width, height=44 + 14.0 * rows, label=label)


def _behind(axes: Axes, band: tuple[float, float] | None, level: float | None) -> None:
    if band is not None:
        axes.axvspan(*band, color=BAND, zorder=0)
    if level is not None:
        axes.axvline(level, color=SOFT, linewidth=0.8, zorder=1)


def _rows(axes: Axes, names: Sequence[str], show: _Show) -> None:
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    axes.set_yticks(range(len(names)), [clean(name) for name in names], color=INK)
    axes.set_ylim(max(1, len(names)) - 0.5, -0.5)
    axes.xaxis.set_major_locator(MaxNLocator(5))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: show(value)))
    axes.grid(axis="x", color=GRID, linewidth=0.6)
    axes.spines["left"].set_visible(False)


def _key(axes: Axes, k: int) -> None:
    if k > 1:
        axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=k, frameon=False,
                    borderaxespad=0.2, handlelength=1.0)  # fmt: skip
