"""How fast balanced territories drift: what was measured on real centers, and this plan's own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from territory.wording import LIMIT, measure_label, percent

if TYPE_CHECKING:
    from territory.monitor.indicators.now import Now
    from territory.plan import Plan

__all__ = ["MEASURED", "Drift", "drift_words"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """Drift of k territories within two years, by several ways to cut them.

    Attributes
    ----------
    k : int
    median, worst : float
        Of how far shares moved, means over the cuts.
    least, most : int
        Fewest and most territories outside ±10 % of any cut.
    """

    k: int
    median: float
    worst: float
    least: int
    most: int

    @property
    def outside(self) -> str:
        """How many were outside, in words."""
        return f"{self.least}" if self.least == self.most else f"{self.least} to {self.most}"


CUTS = 12
"""Ways to cut the country that `MEASURED` rests on."""

MEASURED: tuple[Drift, ...] = (
    Drift(k=20, median=0.0197, worst=0.0818, least=0, most=0),
    Drift(k=40, median=0.0286, worst=0.1088, least=0, most=2),
    Drift(k=80, median=0.0337, worst=0.1489, least=5, most=9),
)
"""US surgery centers, cut equal on the cases of 2021 (CMS measure ASC-17) and seen in 2023, twelve
times with the map turned a little.

The figures of ``tests/benchmarks/results/drift.csv``, measured again by
``python -m tests.benchmarks.forecasts --drift``."""


def _word(measure: str) -> str:
    return measure_label(measure).partition(" (")[0].lower()


def drift_words(now: Now, plan: Plan) -> str:
    """Say how far the plan's territories have drifted, beside what is usual."""
    parts = []
    for measure in ("workload_h", "potential_usd"):
        if measure not in plan.measures:
            continue
        tolerance = float(plan.record.measures[measure].tolerance)
        load, goal = (
            (now.workload_h, now.workload_goal_h)
            if measure == "workload_h"
            else (now.potential_usd, now.potential_goal_usd)
        )
        was = plan.territories[f"{measure}_deviation"].to_numpy(float)
        moved = np.abs(load / np.maximum(goal, 1e-300) - 1.0 - was)
        outside = int(now.outside(measure, tolerance).sum())
        before = int((np.abs(was) > tolerance + LIMIT).sum())
        parts.append(
            f"{_word(measure)} moved by {percent(float(np.median(moved)))} (median), "
            f"{percent(float(moved.max()))} at most, and {outside} of {load.size} are outside "
            f"±{100 * tolerance:.0f} % now ({before} when planned)"
        )
    usual = "; ".join(
        f"{row.k} territories {percent(row.median)} (median), {percent(row.worst)} at "
        f"most, {row.outside} outside ±10 %"
        for row in MEASURED
    )
    return (
        f"Since the plan {'; '.join(parts)}. What is usual: territories cut equal on the case "
        "volumes of US surgery centers in 2021 had drifted by 2023 as follows, on average of "
        f"{CUTS} ways to cut them: {usual}."
    )
