"""A plan after an accepted edit, and after one that is taken back: whole, as design leaves it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from territory.changes.edits import edits_of, places_before, without_last
from territory.encoding.desk.desk import desk_of
from territory.encoding.desk.named import Move
from territory.encoding.explain.column import with_known_reasons
from territory.encoding.reopen import scenario_of
from territory.encoding.routed.routing import MOST_ACCOUNTS, with_routed
from territory.review.context import with_shape
from territory.workforce.travel_check import check_travel

if TYPE_CHECKING:
    from territory.changes.edits import Edit
    from territory.plan import Plan

__all__ = ["accepted", "finished", "undone"]

_JUDGED = ("status", "stop_reason", "bound", "gap", "routed")
"""What plan.json says of a plan that its tables do not: an edit keeps it for the way back."""


def accepted(
    plan: Plan,
    after: Plan,
    wanted: Sequence[tuple[Move, Mapping[str, str]]],
    *,
    when: str,
) -> Plan:
    """Return the moved plan with the edits on record, finished as `finished` does.

    Parameters
    ----------
    plan : Plan
        Before the moves.
    after : Plan
        After them, as the ledger gives it.
    wanted : sequence of (Move, mapping)
        The moves, each with ``by, why``; all of them are one step, taken back together.
    when : str
        Day, YYYY-MM-DD.
    """
    entries = list(plan.record.edits)
    step = 1 + max((each.step for each in edits_of(plan)), default=0)
    told = plan.record.to_dict()
    was = {name: told.get(name) for name in _JUDGED}
    places = places_before(plan, (name for move, _ in wanted for name in move.what))
    made = [
        {
            "to": move.to,
            "what": list(move.what),
            "when": when,
            "before": {key: owner for name in move.what for key, owner in places[name].items()},
            "step": step,
            "team": plan.team,
            **record,
            **({} if at else {"was": was}),
        }
        for at, (move, record) in enumerate(wanted)
    ]
    return finished(plan, replace(after, record=after.record.but(edits=[*entries, *made])))


def undone(plan: Plan) -> tuple[Plan, tuple[Edit, ...]]:
    """Return the plan before its last step of edits, and these edits.

    Raises
    ------
    InputError
        There is none, or one of them does not say where things were.
    """
    moves, last = without_last(plan)
    entries = plan.record.edits
    kept, gone = entries[: -len(last)], entries[-len(last) :]
    after = desk_of(plan, moves).after()[1]
    further = {name: each for name, each in after.record.further.items() if name != "edits"}
    record = after.record.but(further={**further, "edits": list(kept)} if kept else further)
    told = finished(plan, replace(after, record=record))
    was = gone[0].get("was")
    if isinstance(was, Mapping):
        known = {name: value for name, value in was.items() if name in _JUDGED}
        told = replace(told, record=told.record.but(**known))
    return told, last


def finished(before: Plan, after: Plan) -> Plan:
    """Return a plan that was changed by hand with all that a designed one has.

    Outlines and chances anew, routed hours where the plan before had some, and the reasons.

    Parameters
    ----------
    before, after : Plan
    """
    scenario = scenario_of(after)
    after = with_shape(after, scenario)
    routed = before.record.routed
    few = len(after.accounts) <= MOST_ACCOUNTS
    if routed is not None and few and after.accounts["n_calls"].ge(1).any():
        after = with_routed(after, check_travel(after, scenario), rounds=routed.rounds).plan
    return with_known_reasons(after)
