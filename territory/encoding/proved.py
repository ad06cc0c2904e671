"""What is proved of a plan, and of which question: for homes, located centers, or any centers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import solvers
    from territory.encoding.encode import Encoding
    from territory.encoding.roads import Roads
    from territory.inputs.scenario.scenario import Scenario

__all__ = ["bound_for", "bound_of", "free_centers", "is_optimum"]


def bound_of(result: solvers.Result, encoding: Encoding, objective: float) -> float | None:
    """Proven lower bound of the plan's own objective, USD a year; None where there is none.

    The price that keeps account-free units near is no part of the plan's objective, so all that it
    can amount to is taken off: an optimal plan may show a gap of a few dollars.
    """
    bound = result.bound - encoding.prospect_usd
    return min(round(bound, 2), objective) if np.isfinite(bound) and bound > 0 else None


def bound_for(roads: Roads, encoding: Encoding) -> str:
    """Say for which places of the centers the bound holds."""
    told = "the reps' homes" if not roads.located else "the located centers"
    if roads.factor is not None:
        return f"{told}, with the hours of this plan's tours"
    if not roads.located or roads.free is None:
        return told
    return f"centers at any of {encoding.problem.n:,} places, one a unit"


def free_centers(roads: Roads, encoding: Encoding) -> dict[str, object]:
    """Say what is proved for any choice of centers, by estimated hours; nothing with homes."""
    free = roads.free
    if free is None:
        return {}
    bound = round(free.bound, 2) if np.isfinite(free.bound) and free.bound > 0 else None
    told = {"objective": round(free.objective, 2), "bound": bound, "places": encoding.problem.n}
    return {"free_centers": told}


def is_optimum(roads: Roads, objective: float, n_accounts: int, scenario: Scenario) -> bool:
    """Whether the plan costs what is proved least for free centers, but for rounded hours."""
    if roads.free is None or roads.free.status != "optimal":
        return False
    rounding = 5e-5 * n_accounts * scenario.objective.travel_usd_h
    return bool(objective <= roads.free.objective * (1.0 + 1e-6) + min(rounding, 1.0))
