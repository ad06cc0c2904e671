"""The reasons in the plan's own table of accounts: ``reason``, a code, and ``why``, a sentence."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from territory.encoding.explain.position import open_position
from territory.encoding.explain.reasons import reasons
from territory.errors import InputError, TravelError

if TYPE_CHECKING:
    from territory.encoding.roads import Estimate
    from territory.plan import Plan

__all__ = ["with_known_reasons", "with_reasons"]

_COLUMNS = ("reason", "why")


def with_reasons(
    plan: Plan, *, over: Callable[[], bool] = lambda: False, solved: Estimate | None = None
) -> Plan:
    """Return the plan with why each account moves or stays: columns ``reason`` and ``why``.

    Parameters
    ----------
    plan : Plan
    over : callable, optional
        Asked whether nobody waits for them any more; the plan then comes back as it is.
    solved : Estimate, optional
        The ways that the plan was solved with, where they are still at hand.

    Raises
    ------
    InputError
        The plan was made before plans kept their keys.
    TravelError
        The scenario names a travel matrix that is no longer there.
    """
    position = open_position(plan, solved=solved)
    if over():
        return plan
    table = reasons(position)
    told = {name: table[name].to_numpy() for name in _COLUMNS}
    return replace(plan, accounts=plan.accounts.assign(**told))


def with_known_reasons(plan: Plan) -> Plan:
    """Return a plan with its reasons where they are not there yet and can be found again.

    A plan of an earlier version, or one whose travel matrix is gone, gets empty ones: nothing is
    said where nothing is known.
    """
    if set(_COLUMNS) <= set(plan.accounts):
        return plan
    try:
        return with_reasons(plan)
    except (InputError, TravelError):
        nothing = dict.fromkeys(_COLUMNS, "")
        return replace(plan, accounts=plan.accounts.assign(**nothing))
