"""How a report's figures are reckoned, in the words of its last section."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from territory.messages import counted
from territory.wording import measure_label, percent

if TYPE_CHECKING:
    from territory.plan import Plan

__all__ = ["method_of"]


def method_of(plan: Plan) -> Iterator[str]:
    """Yield what its goals, its travel and its pieces mean, one sentence or two each."""
    hours = plan.record.travel
    for name, options in plan.record.measures.items():
        label = measure_label(name).partition(" (")[0]
        goal = (
            "an equal share"
            if options.goal == "equal"
            else "a share in proportion to the rep's capacity"
        )
        travel = " It contains travel, so its total is the plan's own." if options.travel else ""
        yield (
            f"{label}: each territory's goal is {goal} of the total, and "
            f"± {percent(options.tolerance, 0)} is allowed.{travel}"
        )
    yield (
        "Travel of an account in hours a year = calls × (2 × minutes from the rep's base + (stops "
        "− 1) × minutes from stop to stop) ÷ stops of the trip ÷ 60, times what routed tours made "
        "of it (travel_factor). Stops are what fits into a day of at most "
        f"{hours.get('day_h', 9.0):g} h with one visit's time to spare, at least 2; from "
        f"{hours.get('overnight_min', 120):g} minutes on, a trip may last several days."
    )
    first = plan.territories.get("estimate_reason")
    if first is not None and (first != "").any():
        off = plan.territories[first != ""]
        yield (
            "Before tours corrected it, the estimate was more than 15 % off them in "
            f"{counted(len(off), 'territory', 'territories')}. "
            + ". ".join(f"{each.territory_id}: {each.estimate_reason}" for each in off.itertuples())
            + "."
        )
    yield (
        "Contiguous means: one can go from any unit of a territory to any other without leaving "
        "it, along the borders and bridges listed in adjacency.csv."
    )
    yield "Every number here can be recomputed from accounts.csv and alignment.csv of the plan."
