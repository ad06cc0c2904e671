"""The least further change that makes moves keep the rules."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from solvers.whatif.least_change import least_change
from territory.encoding.desk.desk import desk_of
from territory.encoding.desk.named import Move, ids_of
from territory.encoding.rules import items_of

if TYPE_CHECKING:
    from territory.plan import Plan

__all__ = ["repaired"]


def repaired(plan: Plan, moves: Sequence[Move]) -> tuple[Move, ...] | None:
    """Return the moves with what has to move besides; None where nothing nearby keeps the rules.

    Everything else has a price on changing, so that what comes along is little; units that can go
    back one by one without breaking a rule have done so.

    Raises
    ------
    InputError
        As `desk_of`.
    """
    desk = desk_of(plan, moves, whole=True)
    fixed = {int(item): int(desk.target[item]) for item in desk.moved}
    case = desk.opened.case
    found = least_change(
        desk.encoding.problem, desk.target, fixed=fixed, seed=case.scenario.solve.seed
    )
    if not found.evaluation.feasible:
        return None
    ids = case.team["territory_id"].tolist()
    named = case.accounts["account_id"].iloc[items_of(case).named].tolist()
    known = ids_of(plan)
    further: dict[str, list[str]] = {}
    for item in np.flatnonzero(found.assignment != desk.target).tolist():
        n = len(case.unit_ids)
        what = (
            known.only(unit=case.unit_ids[item])
            if item < n
            else known.only(account=str(named[item - n]))
        )
        further.setdefault(ids[int(found.assignment[item])], []).append(what)
    more = [Move(to=to, what=tuple(what)) for to, what in sorted(further.items())]
    return (*moves, *more)
