"""How far a figure of the review moves by chance alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from territory.monitor.indicators.table import IndicatorRow, levels_of
from territory.wording import Z80

if TYPE_CHECKING:
    from territory.monitor.monitoring import Monitoring

__all__ = ["noise_of"]


_SALES = {"quota_attainment": "year", "run_rate": "year", "sales_change": "quarter"}
"""Figures that are sales over something known: how long the sales are counted for."""


def noise_of(found: Monitoring, row: IndicatorRow) -> float:
    """Return half the 80 % interval of a figure; 0 for what is counted and not drawn by chance.

    A figure with an interval has that one's half. Sales in a window scatter like the pieces behind
    them, by ``sqrt(phi / pieces)`` of themselves, where phi is the field's over-dispersion as the
    signals estimate it; without pieces the noise is not known (NaN). Today's workload, vacancies
    and calls are facts: they have none.
    """
    low, high = float(row["low"]), float(row["high"])
    if np.isfinite(low) and np.isfinite(high) and low < high:
        return 0.5 * (high - low)
    name = str(row["indicator"])
    if name not in _SALES and name != "penetration":
        return 0.0
    span, panel = found.facts.span, found.facts.panel
    columns: Sequence[int]
    if name == "penetration":
        columns = range(max(0, span.count - 12 // span.step), span.count)
    elif _SALES[name] == "quarter":
        quarter = span.in_quarter()
        columns = range(quarter.start, quarter.stop)
    else:
        year = span.quarter[:4]
        columns = [at for at in range(span.count) if span.quarter_at(at)[:4] == year]
    pieces = found.facts.by_territory(panel.events[:, list(columns)].sum(axis=1))
    members = {(level, place): each for level, place, each in levels_of(found.facts)}
    count = float(pieces[members[str(row["level"]), str(row["id"])]].sum())
    if count <= 0:
        return float("nan")
    # A change against before is a ratio less 1: what scatters is the ratio.
    ratio = float(row["value"]) + (1.0 if name == "sales_change" else 0.0)
    return Z80 * abs(ratio) * float(np.sqrt(found.judged.chart.phi / count))
