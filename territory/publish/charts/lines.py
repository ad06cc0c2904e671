"""Lines over numbers or periods, with intervals around them."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, cast

from territory.publish.charts.sheet import ALARM, COLOURS, GRID, INK, SOFT, Axis, clean, svg

if TYPE_CHECKING:
    from markupsafe import Markup
    from matplotlib.axes import Axes

__all__ = ["line_chart"]


def line_chart(
    along: Sequence[float] | Sequence[str] | Axis,
    lines: Mapping[str, Sequence[float]],
    *,
    label: str,
    show: Callable[[float], str],
    level: float | None = None,
    marks: Mapping[float, str] | Mapping[str, str] | None = None,
    intervals: Mapping[str, tuple[Sequence[float], Sequence[float]]] | None = None,
    width: float = 440.0,
) -> Markup:
    """Draw lines over numbers or over periods in their order.

    Parameters
    ----------
    along : sequence of float, ascending, or of str, or Axis
    lines : mapping of str to sequence of float
        Name, shown at the line's end → values; NaN leaves a gap.
    label : str
        What a screen reader says.
    show : callable
        Text of a value on the axis.
    level : float, optional
        A value that is drawn across, dashed.
    marks : mapping, optional
        Vertical lines: a value of x → words above it.
    intervals : mapping of str to (low, high), optional
        Name of a line → lowest and highest values around it, shaded.
    width : float
        Points.
    """
    axis = along if isinstance(along, Axis) else Axis(values=along)
    x = axis.values
    words = [value for value in x if isinstance(value, str)]
    places = list(range(len(x))) if words else [float(value) for value in x]
    where: dict[float | str, float] = dict(zip(x, places, strict=True))

    def draw(axes: Axes) -> None:
        _axes(axes, places, words, show, axis.label)
        if level is not None:
            axes.axhline(level, color=ALARM, linewidth=0.9, linestyle=(0, (5, 4)))
        ends: list[tuple[float, str, str]] = []
        for number, (name, values) in enumerate(lines.items()):
            colour = COLOURS[number % len(COLOURS)]
            heights = [float(value) for value in values]
            if intervals and name in intervals:
                low, high = ([float(v) for v in side] for side in intervals[name])
                axes.fill_between(places, low, high, color=colour, alpha=0.16, linewidth=0)
            axes.plot(places, heights, "-o", color=colour, linewidth=1.6, markersize=2.6)
            known = [value for value in heights if math.isfinite(value)]
            if known:
                ends.append((known[-1], name, colour))
        _ends(axes, ends, places[-1] if places else 0.0)
        for number, (value, text) in enumerate(
            cast("Mapping[float | str, str]", marks or {}).items()
        ):
            place = where[value] if value in where else float(value)
            axes.axvline(place, color=SOFT, linewidth=0.9, linestyle=(0, (2, 3)))
            axes.annotate(
                clean(text),
                (place, 1.0),
                (0, 3 + 11 * number),
                xycoords=axes.get_xaxis_transform(),
                textcoords="offset points",
                ha="center",
                va="bottom",
                color=INK,
            )

    return svg(draw, width=width, height=0.5 * width, label=label)


def _axes(
    axes: Axes,
    places: Sequence[float],
    words: Sequence[str],
    show: Callable[[float], str],
    x_label: str,
) -> None:
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    axes.grid(axis="y", color=GRID, linewidth=0.6)
    axes.yaxis.set_major_locator(MaxNLocator(5))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: show(value)))
    every = max(1, math.ceil(len(places) / (8 if words else 12)))
    if words:
        axes.set_xticks(places[::every], [clean(word, 12) for word in words[::every]])
    else:
        axes.xaxis.set_major_locator(MaxNLocator(8, integer=True))
    if x_label:
        axes.set_xlabel(clean(x_label, 60))


def _ends(axes: Axes, ends: Sequence[tuple[float, str, str]], right: float) -> None:
    """Name the lines at their ends; names that would cover each other are moved apart."""
    low, high = axes.get_ylim()
    # A line of words takes 11 points, whatever the height of the chart.
    points = max(axes.bbox.height * 72.0 / axes.figure.dpi, 1.0)
    step = min(0.5, 11.0 / points) * (high - low)
    previous = -math.inf
    for height, name, colour in sorted(ends):
        previous = max(height, previous + step)
        axes.annotate(
            clean(name, 18), (right, previous), (6, 0), textcoords="offset points",
            va="center", color=colour, fontweight="bold", annotation_clip=False,
        )  # fmt: skip
