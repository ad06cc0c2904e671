"""Charts of quotas and pay as inline SVG: attainment over penetration and potential, pay."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from territory.wording import compact_usd, percent

if TYPE_CHECKING:
    import pandas as pd
    from markupsafe import Markup

    from territory.inputs.scenario.incentives import PayPlan

__all__ = ["attainment_chart", "payout_chart"]

_INK, _GRID, _DOT, _LINE = "#1f2d3a", "#d7dee5", "#2a6f97", "#b3261e"
_WIDTH, _HEIGHT = 380.0, 260.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 56.0, 12.0, 30.0, 44.0
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
    from markupsafe import Markup

    known = table.dropna(subset=["attainment", "penetration"])
    panels = []
    for at, (column, word, title) in enumerate(
        (
            ("penetration", "penetration", "penetration"),
            ("potential_usd", "potential", "potential"),
        )
    ):
        value = float(correlations.set_index("against")["correlation"][word])
        note = f"Spearman {value:+.2f}" if math.isfinite(value) else ""
        body = "".join(_panel(known, column, f"Attainment over {title}", note))
        panels.append(f'<g transform="translate({at * _WIDTH:.0f} 0)">{body}</g>')
    return Markup(
        f'<svg xmlns="http://www.w3.org/2000/svg" class="chart" width="{2 * _WIDTH:.0f}" '
        f'height="{_HEIGHT:.0f}" viewBox="0 0 {2 * _WIDTH:.0f} {_HEIGHT:.0f}" role="img" '
        'aria-label="attainment against penetration and potential" '
        f'font-family="sans-serif" font-size="11" fill="{_INK}">'
        f'<rect width="100%" height="100%" fill="#ffffff"/>{"".join(panels)}</svg>'
    )


@dataclass(frozen=True, slots=True)
class _Axes:
    """From values to units of the drawing."""

    x: tuple[float, float]
    y: tuple[float, float]

    def at(self, x: float, y: float) -> tuple[float, float]:
        across = (x - self.x[0]) / (self.x[1] - self.x[0] or 1.0)
        up = (y - self.y[0]) / (self.y[1] - self.y[0] or 1.0)
        return (
            _LEFT + across * (_WIDTH - _LEFT - _RIGHT),
            _HEIGHT - _BOTTOM - up * (_HEIGHT - _TOP - _BOTTOM),
        )

    def levels(self, step: float) -> Iterator[str]:
        """Yield the horizontal lines and their labels in percent; 100 percent is the quota."""
        first, last = math.ceil(self.y[0] / step - 1e-9), math.floor(self.y[1] / step + 1e-9)
        for number in range(first, last + 1):
            value = number * step
            left, height = self.at(self.x[0], value)
            colour = "#51606f" if abs(value - 1) < 1e-9 else _GRID
            yield (
                f'<line x1="{left:.1f}" x2="{_WIDTH - _RIGHT:.1f}" y1="{height:.1f}" '
                f'y2="{height:.1f}" stroke="{colour}"/>'
                f'<text x="{left - 6:.1f}" y="{height + 4:.1f}" text-anchor="end">'
                f"{percent(value, 0)}</text>"
            )


def _panel(table: pd.DataFrame, column: str, title: str, note: str) -> Iterator[str]:
    from markupsafe import escape

    from territory.messages import visible

    yield f'<text x="{_LEFT}" y="16" font-weight="bold">{title}</text>'
    yield (f'<text x="{_WIDTH - _RIGHT:.0f}" y="{_HEIGHT - 8:.0f}" text-anchor="end">{note}</text>')
    if table.empty:
        return
    x, y = table[column].astype(float), table["attainment"].astype(float)
    low, high = min(0.8, float(y.min())) - 0.05, max(1.2, float(y.max())) + 0.05
    axes = _Axes(x=(0.0, 1.05 * float(x.max()) or 1.0), y=(low, high))
    yield from axes.levels(0.1 if high - low <= 1 else 0.5)
    for value in _steps(axes.x[1]):
        place, bottom = axes.at(value, low)
        yield (
            f'<text x="{place:.1f}" y="{bottom + 16:.1f}" text-anchor="middle">'
            f"{percent(value, 0) if column == 'penetration' else compact_usd(value)}</text>"
        )
    yield _trend(axes, x.tolist(), y.tolist())
    for name, value, attained in zip(table.index, x, y, strict=True):
        across, up = axes.at(value, attained)
        yield (
            f'<circle cx="{across:.1f}" cy="{up:.1f}" r="4" fill="{_DOT}" fill-opacity="0.8">'
            f"<title>{escape(visible(str(name)))}: {percent(attained)}</title></circle>"
        )
    # The farthest from the quota are named, the farthest first where two would cover each other.
    placed: list[tuple[float, float]] = []
    order = y.sub(1).abs().reset_index(drop=True).nlargest(_NAMED).index
    for at in order.tolist():
        across, up = axes.at(float(x.iloc[at]), float(y.iloc[at]))
        if all(abs(across - a) > 60 or abs(up - b) > 12 for a, b in placed):
            placed.append((across, up))
            left = across > _WIDTH * 0.75
            yield (
                f'<text x="{across + (-7 if left else 7):.1f}" y="{up + 4:.1f}" '
                f'text-anchor="{"end" if left else "start"}">'
                f"{escape(visible(str(table.index[at])))}</text>"
            )


def _steps(top: float) -> list[float]:
    """Return round values from 0 up to a top, four to eight of them."""
    power = 10.0 ** math.floor(math.log10(top)) if top > 0 else 1.0
    step = next(part * power for part in (0.2, 0.5, 1.0, 2.0) if top / (part * power) <= 5.5)
    return [step * number for number in range(int(top / step * 0.98) + 1)]


def _trend(axes: _Axes, x: list[float], y: list[float]) -> str:
    """Return the least-squares line over the range of the dots."""
    n = len(x)
    mean_x, mean_y = sum(x) / n, sum(y) / n
    spread = sum((value - mean_x) ** 2 for value in x)
    if spread <= 0:
        return ""
    slope = sum((a - mean_x) * (b - mean_y) for a, b in zip(x, y, strict=True)) / spread
    ends = [
        axes.at(value, min(max(mean_y + slope * (value - mean_x), axes.y[0]), axes.y[1]))
        for value in (min(x), max(x))
    ]
    return (
        f'<line x1="{ends[0][0]:.1f}" y1="{ends[0][1]:.1f}" x2="{ends[1][0]:.1f}" '
        f'y2="{ends[1][1]:.1f}" stroke="{_LINE}" stroke-width="1.5" stroke-dasharray="5 3"/>'
    )


def payout_chart(plan: PayPlan, expected: Sequence[float] = ()) -> Markup:
    """Draw the incentive over attainment, with the reps' expected attainment as ticks below.

    Parameters
    ----------
    plan : PayPlan
    expected : sequence of float
        Attainments, fractions.
    """
    import numpy as np
    from markupsafe import Markup

    from territory.incentives.payout.payplan import payout

    corners = {0.0, 1.0, *(tier.above for tier in plan.rates)}
    end = max(1.5, *(corner + 0.2 for corner in corners), *(1.05 * one for one in expected))
    grid = np.union1d(np.linspace(0.0, end, 301), np.array(sorted(corners)))
    paid = payout(plan, grid)
    axes = _Axes(x=(0.0, end), y=(0.0, max(1.2, 1.08 * float(paid.max()))))
    points = "L".join(
        "{:.1f} {:.1f}".format(*axes.at(float(a), float(b)))
        for a, b in zip(grid, paid, strict=True)
    )
    parts = [f'<text x="{_LEFT}" y="16" font-weight="bold">Incentive over attainment</text>']
    parts += axes.levels(0.5 if axes.y[1] <= 4 else 1.0)
    for number in range(int(end / 0.25 * 0.99) + 1):
        place, bottom = axes.at(0.25 * number, 0.0)
        parts.append(
            f'<text x="{place:.1f}" y="{bottom + 20:.1f}" text-anchor="middle">'
            f"{percent(0.25 * number, 0)}</text>"
        )
    parts.append(
        f'<path d="M{points}" fill="none" stroke="{_DOT}" stroke-width="2" '
        'stroke-linejoin="round"/>'
    )
    across, up = axes.at(1.0, 1.0)
    parts.append(
        f'<circle cx="{across:.1f}" cy="{up:.1f}" r="4" fill="{_LINE}"/>'
        f'<text x="{across + 7:.1f}" y="{up + 13:.1f}">target: '
        f"${plan.target_incentive_usd:,.0f}</text>"
    )
    for one in expected:
        place, bottom = axes.at(one, 0.0)
        parts.append(
            f'<line x1="{place:.1f}" x2="{place:.1f}" y1="{bottom:.1f}" y2="{bottom - 8:.1f}" '
            f'stroke="{_LINE}" stroke-opacity="0.7"/>'
        )
    parts.append(
        f'<text x="{_WIDTH - _RIGHT:.0f}" y="{_HEIGHT - 6:.0f}" text-anchor="end">'
        f"sales divided by quota{'; ticks: the reps as expected' if expected else ''}</text>"
    )
    return Markup(
        f'<svg xmlns="http://www.w3.org/2000/svg" class="chart" width="{_WIDTH:.0f}" '
        f'height="{_HEIGHT:.0f}" viewBox="0 0 {_WIDTH:.0f} {_HEIGHT:.0f}" role="img" '
        'aria-label="incentive over attainment" font-family="sans-serif" font-size="11" '
        f'fill="{_INK}"><rect width="100%" height="100%" fill="#ffffff"/>{"".join(parts)}</svg>'
    )
