"""What moves do to the hours on the road, by tours instead of the estimate."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from territory.workforce.travel_check import check_travel

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from territory.inputs.scenario.scenario import Scenario
    from territory.monitor.realign.standing import Standing
    from territory.monitor.realign.steps import Step

__all__ = ["routed_moves"]


def routed_moves(standing: Standing, scenario: Scenario, step: Step) -> pd.DataFrame:
    """Route the years of both territories before and after each move.

    Parameters
    ----------
    standing : Standing
    scenario : Scenario
        Speeds and working days.
    step : Step
        Whose moves, in order.

    Returns
    -------
    DataFrame
        One row a move: ``move, unit_id, from_territory_id, to_territory_id``, hours of tours a year
        ``from_before_h, from_after_h, to_before_h, to_after_h``, and ``routed_change_h``, their
        sum after less before; 0 of a territory without calls.

    Notes
    -----
    Two territories are routed for each move, half a second each.
    """
    assignment = standing.assignment.copy()
    names, hours = standing.territory_ids, dict[int, float]()
    rows = []
    for number, move in enumerate(step.moves, start=1):
        both = (move.source, move.target)
        missing = [each for each in both if each not in hours]
        hours |= _tours(standing, scenario, assignment, missing)
        before = [hours[each] for each in both]
        assignment[move.unit] = move.target
        hours |= _tours(standing, scenario, assignment, list(both))
        after = [hours[each] for each in both]
        rows.append(
            {
                "move": number,
                "unit_id": standing.unit_ids[move.unit],
                "from_territory_id": names[move.source],
                "to_territory_id": names[move.target],
                "from_before_h": before[0],
                "from_after_h": after[0],
                "to_before_h": before[1],
                "to_after_h": after[1],
                "routed_change_h": sum(after) - sum(before),
            }
        )
    columns = ["move", "unit_id", "from_territory_id", "to_territory_id", "from_before_h"]
    columns += ["from_after_h", "to_before_h", "to_after_h", "routed_change_h"]
    return pd.DataFrame(rows, columns=columns)


def _tours(
    standing: Standing, scenario: Scenario, assignment: NDArray[np.int32], wanted: list[int]
) -> dict[int, float]:
    """Return the hours of the tours of territories, by their position."""
    if not wanted:
        return {}
    names = [standing.territory_ids[each] for each in wanted]
    plan = standing.plan_with(assignment)
    called = plan.accounts[plan.accounts["n_calls"] > 0]["territory_id"].astype("str")
    known = [name for name in names if (called == name).any()]
    found = check_travel(plan, scenario, territories=known).table if known else None
    by_id = {} if found is None else found.set_index("territory_id")["tour_h"].to_dict()
    return {at: float(by_id.get(name, 0.0)) for at, name in zip(wanted, names, strict=True)}
