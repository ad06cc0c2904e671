"""Line charts as inline SVG: one quantity or several over the number of reps."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markupsafe import Markup

__all__ = ["LINE_COLOURS", "line_chart"]

LINE_COLOURS = ("#2a6f97", "#e0a458", "#6a994e", "#bc4b51", "#5b4b8a", "#8d99ae")
"""Stroke of each line, in order; tell-apart for the colour-blind by their end labels too."""

_WIDTH, _HEIGHT = 560.0, 280.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 64.0, 92.0, 34.0, 34.0
_TICKS = 5


def line_chart(
    x: Sequence[int],
    lines: Mapping[str, Sequence[float]],
    *,
    label: str,
    show: Callable[[float], str],
    level: float | None = None,
    marks: Mapping[int, str] | None = None,
    x_label: str = "reps",
) -> Markup:
    """Draw lines over whole numbers.

    Parameters
    ----------
    x : sequence of int, ascending
    lines : mapping of str to sequence of float
        Name, shown at the line's end → values; NaN leaves a gap.
    label : str
        What a screen reader says.
    show : callable
        Text of a value on the axis.
    level : float, optional
        A value that is drawn across, dashed.
    marks : mapping of int to str, optional
        Vertical lines: x → words beside it.
    x_label : str
    """
    from markupsafe import Markup, escape

    known = [float(v) for values in lines.values() for v in values if math.isfinite(v)]
    ticks = _ticks(min([*known, *([level] if level is not None else [])], default=0.0),
                   max([*known, *([level] if level is not None else [])], default=1.0))  # fmt: skip
    low, high = ticks[0], ticks[-1]
    span = max(1, x[-1] - x[0])

    def at(value: float, height: float) -> tuple[float, float]:
        across = _LEFT + (value - x[0]) / span * (_WIDTH - _LEFT - _RIGHT)
        share = (height - low) / (high - low) if high > low else 0.5
        return across, _HEIGHT - _BOTTOM - share * (_HEIGHT - _TOP - _BOTTOM)

    parts = []
    for tick in ticks:
        _, y = at(x[0], tick)
        parts.append(
            f'<line class="grid" x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'
            f'<text class="tick" x="{_LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">'
            f"{escape(show(tick))}</text>"
        )
    every = max(1, math.ceil(len(x) / 12))
    for value in x[::every]:
        across, _ = at(value, low)
        parts.append(
            f'<text class="tick" x="{across:.1f}" y="{_HEIGHT - 14}" text-anchor="middle">'
            f"{value}</text>"
        )
    parts.append(
        f'<text class="tick" x="{_WIDTH - _RIGHT + 8}" y="{_HEIGHT - 14}">{escape(x_label)}</text>'
    )
    if level is not None:
        _, y = at(x[0], level)
        parts.append(
            f'<line class="level" x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'
        )
    for number, (value, words) in enumerate((marks or {}).items()):
        across, _ = at(value, low)
        parts.append(
            f'<line class="mark" x1="{across:.1f}" x2="{across:.1f}" y1="{_TOP}" '
            f'y2="{_HEIGHT - _BOTTOM}"/><text class="mark" x="{across:.1f}" '
            f'y="{_TOP - 6 - 13 * number:.1f}" text-anchor="middle">{escape(words)}</text>'
        )
    parts += _drawn(x, lines, at)
    return Markup(
        f'<svg class="curve" viewBox="0 0 {_WIDTH:.0f} {_HEIGHT:.0f}" role="img" '
        f'aria-label="{escape(label)}">{"".join(parts)}</svg>'
    )


def _drawn(
    x: Sequence[int],
    lines: Mapping[str, Sequence[float]],
    at: Callable[[float, float], tuple[float, float]],
) -> list[str]:
    """Return paths, points and end labels; labels that would cover each other are moved apart."""
    from markupsafe import escape

    parts: list[str] = []
    ends: list[tuple[float, int, str]] = []
    for number, (name, values) in enumerate(lines.items()):
        colour = LINE_COLOURS[number % len(LINE_COLOURS)]
        pairs = zip(x, values, strict=True)
        points = [at(a, float(b)) for a, b in pairs if math.isfinite(b)]
        if not points:
            continue
        path = "L".join(f"{px:.1f} {py:.1f}" for px, py in points)
        parts.append(f'<path d="M{path}" stroke="{colour}"/>')
        parts += [f'<circle cx="{px:.1f}" cy="{py:.1f}" r="2.4" fill="{colour}"/>'
                  for px, py in points]  # fmt: skip
        ends.append((points[-1][1], number, name))
    previous = -math.inf
    for y, number, name in sorted(ends):
        colour = LINE_COLOURS[number % len(LINE_COLOURS)]
        placed = max(y, previous + 13.0)
        previous = placed
        parts.append(
            f'<text class="end" style="fill:{colour}" x="{_WIDTH - _RIGHT + 8}" '
            f'y="{placed + 4:.1f}">{escape(name)}</text>'
        )
    return parts


def _ticks(low: float, high: float) -> list[float]:
    """Return about five round values that hold the range between them.

    Examples
    --------
    >>> _ticks(0.53, 1.27)
    [0.4, 0.6, 0.8, 1.0, 1.2, 1.4]
    """
    if high <= low:
        high = low + max(abs(low) * 0.1, 1e-9)
    rough = (high - low) / _TICKS
    unit = 10.0 ** math.floor(math.log10(rough))
    step = next(factor * unit for factor in (1.0, 2.0, 5.0, 10.0) if factor * unit >= rough)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    digits = max(0, 1 - math.floor(math.log10(step)))
    return [round(at * step, digits) for at in range(first, last + 1)]
