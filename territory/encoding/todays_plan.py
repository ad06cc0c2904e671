"""Today's alignment as a plan: judged, priced and routed like any other, and nothing moved."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

import solvers
from solvers.events import ignore
from solvers.stop import never
from territory.arrays import Ints
from territory.encoding.attempts import Attempts
from territory.encoding.encode import encode
from territory.encoding.routed.road_loop import as_driven
from territory.encoding.routed.routing import rounds_of
from territory.encoding.rules import items_of
from territory.encoding.travel import roads_of
from territory.errors import InputError
from territory.messages import Message, counted
from territory.wording import LIMIT

if TYPE_CHECKING:
    from geo.geography import Geography
    from territory.audit import Audit
    from territory.encoding.case import Case
    from territory.plan import Plan

__all__ = ["as_today", "todays_plan"]


def todays_plan(
    case: Case, *, geography: Geography, audit: Audit, tours: bool | None = None
) -> Plan:
    """Return the plan that today's alignment is.

    A unit belongs to the rep of most of its accounts, the others of its accounts are named
    exceptions; a unit without accounts takes after its neighbours. Accounts without a rep, or of a
    territory that is no more, are counted to their unit's, and a note says how many there are.

    Parameters
    ----------
    case : Case
    geography : Geography
    audit : Audit
    tours : bool, optional
        Whether its hours become those of routed tours, or are the estimate's; as those of a plan
        of the scenario unless given.

    Returns
    -------
    Plan
        Of status ``feasible``, or ``no_solution`` with what it breaks; ``kind`` is ``today``.

    Raises
    ------
    InputError
        There is no alignment of today, or none of its territories is in the team.
    """
    case, assignment, notes = as_today(case)
    case, roads = roads_of(case, assignment=assignment)
    attempts = Attempts(case, geography=geography, audit=audit, observer=ignore, stop=never)
    encoding = encode(case, roads)
    result = solvers.certified(
        encoding.problem, assignment, effort="quick", seed=case.scenario.solve.seed
    )
    plan = attempts.plan(encoding, result, roads)
    if bool(rounds_of(case.scenario, case.accounts)) if tours is None else tours:
        plan = as_driven(attempts, plan, result, roads)
    told = [*plan.record.notes, *notes]
    status = "no_solution" if plan.record.violations else "feasible"
    return replace(plan, record=plan.record.but(kind="today", status=status, notes=told))


def as_today(case: Case) -> tuple[Case, Ints, tuple[str, ...]]:
    """Return the case with today's exceptions as named accounts, today's assignment, and notes.

    Returns
    -------
    Case
    int32, shape (items,)
        Territory of each item.
    tuple of str
        What had no rep, and where it is counted.

    Raises
    ------
    InputError
        As `todays_plan`.
    """
    ids = case.team["territory_id"].tolist()
    number = {name: t for t, name in enumerate(ids)}
    of_account = case.current.map(number).fillna(-1).to_numpy().astype(np.int32)
    if not (of_account >= 0).any() and not case.unit_current.isin(ids).any():
        known = sorted({name for name in case.current if name})
        raise InputError(
            Message(
                f"{case.scenario.display}: today's alignment is not known: no account and no unit "
                "belongs to one of the team's territories",
                evidence=tuple(f"the alignment names {name}" for name in known[:5]),
                hint='name a table under [inputs], alignment = "today.csv", with account_id or '
                "unit_id and territory_id",
            )
        )
    unit = pd.Index(case.unit_ids).get_indexer(pd.Index(case.accounts["unit_id"]))
    owner = _owners(case, unit, of_account, number)
    apart = (of_account >= 0) & (of_account != owner[unit])
    names = frozenset(case.accounts.loc[apart, "account_id"].tolist())
    case = replace(case, apart=case.apart | names)
    items = items_of(case)
    at = np.where(of_account >= 0, of_account, owner[unit])
    assignment = np.concatenate([owner, at[items.named]]).astype(np.int32)
    return case, assignment, _notes(case, of_account)


def _owners(case: Case, unit: NDArray[np.intp], of_account: Ints, number: dict[str, int]) -> Ints:
    """Territory of each unit: of most of its accounts, of its own row, or of its neighbours."""
    n, k = len(case.unit_ids), len(case.team)
    count = np.zeros((n, k))
    revenue = np.maximum(case.accounts["revenue_usd"].fillna(0.0).to_numpy(dtype=np.float64), 0.0)
    held = np.flatnonzero(of_account >= 0)
    np.add.at(count, (unit[held], of_account[held]), 1.0 + LIMIT * revenue[held])
    given = case.unit_current.map(number).fillna(-1).to_numpy().astype(np.int32)
    owner = np.where(count.sum(axis=1) > 0, count.argmax(axis=1), given).astype(np.int32)
    indptr, indices = case.adjacency.csr()
    km = case.adjacency.csr_border_km()
    source = np.repeat(np.arange(n), np.diff(indptr))
    while (owner < 0).any():  # ring by ring, the longest border first
        near = (owner[source] < 0) & (owner[indices] >= 0)
        if not near.any():
            owner[owner < 0] = 0
            break
        rows = np.flatnonzero(near)
        order = rows[np.lexsort((owner[indices[rows]], -km[rows], source[rows]))]
        first = np.concatenate([[True], np.diff(source[order]) > 0])
        owner[source[order][first]] = owner[indices[order][first]]
    return owner


def _notes(case: Case, of_account: Ints) -> tuple[str, ...]:
    gone = (case.current != "").to_numpy() & (of_account < 0)
    open_ = (case.current == "").to_numpy()
    out = []
    if open_.any():
        what = counted(int(open_.sum()), "account")
        out.append(f"{what} without a rep today; shown with the territory around")
    if gone.any():
        lost = sorted(set(case.current[gone]))
        named = ", ".join(lost[:5]) + (" …" if len(lost) > 5 else "")
        what = counted(int(gone.sum()), "account")
        out.append(f"{what} of territories that the team does not have ({named}); shown likewise")
    return tuple(out)
