"""A plan on the desk: what is to be moved, found by id, and the plan as it would be then."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

import solvers
from solvers.events import ignore
from solvers.stop import never
from territory.dictionary.accounts import carried
from territory.encoding.attempts import Attempts
from territory.encoding.encode import Encoding, encode
from territory.encoding.reopen import Reopened, reopened
from territory.errors import InputError
from territory.messages import Message, closest
from territory.plan_record import PlanRecord

if TYPE_CHECKING:
    from territory.plan import Plan

__all__ = ["Desk", "Move", "desk_of", "parts_of"]

Ints = NDArray[np.int32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """Units and accounts that shall go to one territory.

    Attributes
    ----------
    to : str
        Territory id.
    what : tuple of str
        Ids of units (one that was split stands for all its parts) or of accounts.
    """

    to: str
    what: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Desk:
    """A plan with the problem behind it.

    Attributes
    ----------
    plan : Plan
    opened : Reopened
    encoding : Encoding
    judged : solvers.Evaluation
        Of the plan as it is.
    target : int32, shape (items,)
        Territory of each item once the moves are made.
    moved : int64 array
        Items whose territory changes.
    """

    plan: Plan
    opened: Reopened
    encoding: Encoding
    judged: solvers.Evaluation
    target: Ints
    moved: NDArray[np.int64]

    @property
    def affected(self) -> list[str]:
        """Ids of the territories that give or take, in the plan's order."""
        ids = self.opened.case.team["territory_id"]
        both = np.concatenate([self.opened.assignment[self.moved], self.target[self.moved]])
        return ids.iloc[np.unique(both)].tolist()

    def after(self) -> tuple[solvers.Evaluation, Plan]:
        """Return what the referee says of the moved plan, and the plan with tables anew.

        What the moves do not touch (further columns, districts, bound) is carried over; reasons
        are not: they are those of the plan before (`explain.column.with_known_reasons`).
        """
        judged = solvers.evaluate(self.encoding.problem, self.target)
        result = solvers.Result(
            assignment=self.target,
            centers=judged.centers,
            evaluation=judged,
            status=solvers.Status.FEASIBLE if judged.feasible else solvers.Status.NO_SOLUTION,
            stop_reason="edited",
            bound=float("-inf"),
            seed=int(self.plan.record.seed),
            wall_s=0.0,
            cpu_s=0.0,
        )
        attempts = Attempts(
            self.opened.case,
            geography=self.plan.geography,
            audit=self.plan.audit,
            observer=ignore,
            stop=never,
        )
        made = attempts.plan(self.encoding, result, self.opened.roads)
        return judged, _carried(self.plan, made)


def desk_of(plan: Plan, moves: Sequence[Move], *, whole: bool = False) -> Desk:
    """Put a plan on the desk with moves that are still to be judged.

    Parameters
    ----------
    plan : Plan
    moves : sequence of Move
    whole : bool
        Whether the way from every territory to every account is needed, as for a search; judging
        the moves needs those of the territories that take.

    Raises
    ------
    InputError
        A territory, unit or account is unknown, something is moved twice, or nothing changes.
    """
    units, accounts = _sorted(plan, moves)
    toward = None if whole else {move.to for move in moves}
    opened = reopened(plan, apart=frozenset(accounts), toward=toward)
    encoding = encode(opened.case, opened.roads)
    ids = opened.case.team["territory_id"].tolist()
    target = opened.assignment.copy()
    named = opened.case.accounts["account_id"].iloc[encoding.named].tolist()
    n = len(opened.case.unit_ids)
    for unit, to in units.items():
        target[unit] = ids.index(to)
    for account, to in accounts.items():
        target[n + named.index(account)] = ids.index(to)
    # Accounts of a moved unit that a rule or an earlier edit took out of it stay where they are.
    moved = np.flatnonzero(target != opened.assignment)
    if not moved.size:
        raise InputError(
            Message(
                "nothing would change: "
                + ", ".join(f"{', '.join(each.what)} in {each.to}" for each in moves)
                + " already",
                hint="name another territory behind --to",
            )
        )
    return Desk(
        plan=plan,
        opened=opened,
        encoding=encoding,
        judged=solvers.evaluate(encoding.problem, opened.assignment),
        target=target,
        moved=moved,
    )


def parts_of(unit_ids: Iterable[str]) -> dict[str, list[int]]:
    """Return the positions of each unit by its id, and by the ids of what it was split from.

    Examples
    --------
    >>> parts_of(["48201:77030", "48201:77021", "48453"])
    {'48201:77030': [0], '48201': [0, 1], '48201:77021': [1], '48453': [2]}
    """
    out: dict[str, list[int]] = {}
    for at, unit in enumerate(unit_ids):
        name = str(unit)
        while name:
            out.setdefault(name, []).append(at)
            name = name.rpartition(":")[0]
    return out


def _sorted(plan: Plan, moves: Sequence[Move]) -> tuple[dict[int, str], dict[str, str]]:
    """Unit positions and account ids with their new territories; every problem at once."""
    parts = parts_of(plan.alignment["unit_id"])
    known = set(plan.territories["territory_id"].astype(str))
    by_account = set(plan.accounts["account_id"].astype(str))
    units: dict[int, str] = {}
    accounts: dict[str, str] = {}
    told: list[Message] = []
    for move in moves:
        if move.to not in known:
            told.append(_unknown("territory", move.to, known))
            continue
        for name in move.what:
            here = parts.get(name, [])
            if not here and name not in by_account:
                told.append(_unknown("unit or account", name, [*parts, *by_account]))
                continue
            twice = [at for at in here if units.get(at, move.to) != move.to]
            if twice or accounts.get(name, move.to) != move.to:
                told.append(
                    Message(
                        f"{name} is moved twice, to "
                        f"{units.get(twice[0]) if twice else accounts[name]} and to {move.to}",
                        hint="name it once",
                    )
                )
                continue
            units.update(dict.fromkeys(here, move.to))
            if not here:
                accounts[name] = move.to
    if told:
        raise InputError(*told)
    return units, accounts


def _unknown(what: str, name: str, known: Iterable[str]) -> Message:
    choices = sorted(known)
    near = closest(name, choices, most=3)
    return Message(
        f'the plan has no {what} "{name}"',
        hint=f"did you mean {' or '.join(near)}?"
        if near
        else f"it has {len(choices):,} such as {', '.join(choices[:3])}",
    )


def _carried(before: Plan, after: Plan) -> Plan:
    """Put what the edit does not touch back into the plan's tables and record."""
    accounts = after.accounts
    rows = before.accounts.set_index("account_id")
    told = carried("explain", before.accounts.columns)
    kept = [name for name in before.accounts.columns if name not in told]
    more = [name for name in kept if name not in accounts]
    # Nothing that is moved changes the way from the reps of today, and the desk need not know it.
    for name in [*more, *(n for n in ("current_travel_h",) if n in rows)]:
        accounts = accounts.assign(**{name: accounts["account_id"].map(rows[name])})
    accounts = accounts[
        [*kept, *(n for n in accounts if n not in rows.columns and n != "account_id")]
    ]
    own = before.territories.set_index("territory_id")
    territories = after.territories
    for name in ("district_id", "region_id"):
        if name in own:
            territories = territories.assign(**{name: territories["territory_id"].map(own[name])})
    return replace(
        after,
        accounts=pd.DataFrame(accounts),
        territories=territories,
        record=_record(before.record, after.record),
    )


def _record(old: PlanRecord, new: PlanRecord) -> PlanRecord:
    """Return what is known of the edited plan: the search's own facts and its bound stay."""
    bound, gap, cost = old.bound, new.gap, new.objective
    if bound is not None:
        bound = min(bound, cost)
        gap = round((cost - bound) / cost, 6) if cost else 0.0
    return replace(
        new,
        bound=bound,
        gap=gap,
        bound_for=old.bound_for,
        seed=old.seed,
        effort=old.effort,
        wall_s=old.wall_s,
        cpu_s=old.cpu_s,
        versions=old.versions,
        status="feasible" if new.status == "optimal" else new.status,
        scenario_path=new.scenario_path or old.scenario_path,
        kind=new.kind or old.kind,
        keys=new.keys or old.keys,
        review=new.review or old.review,
        hierarchy=new.hierarchy or old.hierarchy,
        routed=None,
        further={**old.further, **new.further},
    )
