"""A plan on the desk: what is to be moved, found by id, and the plan as it would be then."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

import solvers
from territory.arrays import Ints
from territory.dictionary.accounts import carried
from territory.encoding.decode import decode, patchable
from territory.encoding.desk.named import Move, found_by_id, ids_of
from territory.encoding.desk.ways import Ways
from territory.encoding.encode import Encoding, encode, with_roads
from territory.encoding.reopen import Reopened, reopened, with_apart
from territory.errors import InputError
from territory.messages import Message
from territory.plan_record import PlanRecord

if TYPE_CHECKING:
    from territory.encoding.roads import Roads
    from territory.plan import Plan

__all__ = ["Desk", "Move", "Moved", "desk_of"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Moved:
    """Moves of a plan on the desk, with the problem that judges them.

    Attributes
    ----------
    plan : Plan
        As it is.
    opened : Reopened
        The plan as it is, with the accounts that move on their own as items.
    encoding : Encoding
        With the ways after the moves.
    roads : Roads
        Likewise.
    target : int32, shape (items,)
        Territory of each item once the moves are made.
    moved : int64 array
        Items whose territory changes.
    """

    plan: Plan
    opened: Reopened
    encoding: Encoding
    roads: Roads
    target: Ints
    moved: NDArray[np.int64]

    @property
    def affected(self) -> list[str]:
        """Ids of the territories that give or take, in the plan's order."""
        ids = self.opened.case.team["territory_id"]
        both = np.concatenate([self.opened.assignment[self.moved], self.target[self.moved]])
        return ids.iloc[np.unique(both)].tolist()

    def after(self, *, anew: bool = False) -> tuple[solvers.Evaluation, Plan]:
        """Return what the referee says of the moved plan, and the plan with tables anew.

        What the moves do not touch (other accounts, further columns, districts, bound) is carried
        over; reasons are not: they are those of the plan before
        (`explain.column.with_known_reasons`). With ``anew`` every account is reckoned again, as
        where the plan's accounts are not those that it was solved with.
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
        patched = not anew and patchable(self.plan.accounts)
        made = decode(
            self.opened.case,
            self.encoding,
            result,
            self.roads,
            geography=self.plan.geography,
            audit=self.plan.audit,
            before=(self.plan, self._touched()) if patched else None,
        )
        return judged, _carried(self.plan, made, patched=patched)

    def _touched(self) -> NDArray[np.int64]:
        """Rows of the accounts that move, and of those that are assigned by name."""
        moved = np.zeros(self.encoding.problem.n, dtype=bool)
        moved[self.moved] = True
        moved[len(self.opened.case.unit_ids) :] = True
        return np.flatnonzero(moved[self.encoding.item_of_account])


class Desk:
    """A plan on the desk: opened once, however many moves are tried on it.

    Parameters
    ----------
    plan : Plan

    Attributes
    ----------
    opened : Reopened
    encoding : Encoding
    ways : Ways
        Of the plan as it is.
    ids : Ids

    Notes
    -----
    Of 33,000 units and 100,000 accounts it is opened in half a second; a move of units costs a
    tenth of one then.
    """

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.opened = reopened(plan, own=True)
        self.encoding = encode(self.opened.case, self.opened.roads)
        roads = self.opened.roads
        self.ways = Ways(self.opened.case, roads.origins, roads.nights_per_h)
        self.ids = ids_of(plan)
        self._territories = pd.Index(self.opened.case.team["territory_id"].astype(str))

    def moved(self, moves: Sequence[Move]) -> Moved:
        """Return the moves, found by id.

        Raises
        ------
        InputError
            A territory, unit or account is unknown, something is moved twice, or nothing changes.
        """
        units, accounts = self._sorted(moves)
        opened, encoding = self._apart(frozenset(accounts))
        target = _target(opened, encoding, self._territories, units, accounts)
        moved = _changed(opened, target, moves)
        roads = opened.roads
        if roads.own is not None:
            roads = self._roads_after(opened, encoding, target, moved)
            encoding = with_roads(encoding, opened.case, roads)
        return Moved(
            plan=self.plan, opened=opened, encoding=encoding, roads=roads, target=target,
            moved=moved,
        )  # fmt: skip

    def _apart(self, accounts: frozenset[str]) -> tuple[Reopened, Encoding]:
        """Return the plan with accounts as items of their own, and its problem."""
        if accounts <= self._by_name():
            return self.opened, self.encoding
        opened = with_apart(self.opened, self.opened.case.apart | accounts)
        return opened, encode(opened.case, opened.roads)

    def _roads_after(
        self, opened: Reopened, encoding: Encoding, target: Ints, moved: NDArray[np.int64]
    ) -> Roads:
        """Return the way to each account from the territory that serves it after the moves."""
        roads = opened.roads
        goes = np.zeros(len(target), dtype=bool)
        goes[moved] = True
        rows = np.flatnonzero(goes[encoding.item_of_account])
        to = target[encoding.item_of_account[rows]]
        minutes, hours, nights = (
            each.copy() for each in (roads.minutes, roads.hours, roads.nights)
        )
        factor = None if roads.factor is None else roads.factor.copy()
        for territory in np.unique(to).tolist():
            here = rows[to == territory]
            way = self.ways.to(here, territory)
            minutes[here, 0], hours[here, 0], nights[here, 0] = way[:3]
            if factor is not None and way[3] is not None:
                factor[here, 0] = way[3]
        return replace(
            roads, minutes=minutes, hours=hours, nights=nights, factor=factor, own=target
        )

    def _sorted(self, moves: Sequence[Move]) -> tuple[dict[int, str], dict[str, str]]:
        """Unit positions and account ids with their new territories; every problem at once."""
        return found_by_id(
            moves, ids=self.ids, apart=self._by_name(), territories=self._territories
        )

    def _by_name(self) -> set[str]:
        """Accounts that are assigned by name."""
        return set(self.opened.case.accounts["account_id"].iloc[self.encoding.named])


def desk_of(plan: Plan, moves: Sequence[Move], *, whole: bool = False) -> Moved:
    """Put a plan on the desk with moves that are still to be judged.

    Parameters
    ----------
    plan : Plan
    moves : sequence of Move
    whole : bool
        Whether the way from every territory to every account is needed, as for a search; judging
        the moves needs only those that they make.

    Raises
    ------
    InputError
        A territory, unit or account is unknown, something is moved twice, or nothing changes.
    """
    desk = Desk(plan)
    if not whole:
        return desk.moved(moves)
    units, accounts = desk._sorted(moves)
    opened = reopened(plan, apart=frozenset(accounts))
    encoding = encode(opened.case, opened.roads)
    target = _target(opened, encoding, desk._territories, units, accounts)
    return Moved(
        plan=plan, opened=opened, encoding=encoding, roads=opened.roads, target=target,
        moved=_changed(opened, target, moves),
    )  # fmt: skip


def _target(
    opened: Reopened,
    encoding: Encoding,
    ids: Iterable[str],
    units: Mapping[int, str],
    accounts: Mapping[str, str],
) -> Ints:
    """Territory of each item once the moves are made."""
    target = opened.assignment.copy()
    number = {name: t for t, name in enumerate(ids)}
    for unit, to in units.items():
        target[unit] = number[to]
    if accounts:
        named = opened.case.accounts["account_id"].iloc[encoding.named].tolist()
        for account, to in accounts.items():
            target[len(opened.case.unit_ids) + named.index(account)] = number[to]
    return target


def _changed(opened: Reopened, target: Ints, moves: Sequence[Move]) -> NDArray[np.int64]:
    """Items whose territory changes; refuses moves that change nothing."""
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
    return moved


def _carried(before: Plan, after: Plan, *, patched: bool) -> Plan:
    """Put what the edit does not touch back into the plan's tables and record."""
    accounts = after.accounts
    told = carried("explain", before.accounts.columns)
    kept = [name for name in before.accounts.columns if name not in told]
    if not patched:
        rows = before.accounts.set_index("account_id")
        more = [name for name in kept if name not in accounts]
        # Nothing that is moved changes the way from the reps of today, and the desk need not know.
        for name in [*more, *(n for n in ("current_travel_h",) if n in rows)]:
            accounts = accounts.assign(**{name: accounts["account_id"].map(rows[name])})
        kept += [str(n) for n in accounts if n not in rows.columns and n != "account_id"]
    accounts = accounts[kept]
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
        written=new.written or old.written,
        review=new.review or old.review,
        hierarchy=new.hierarchy or old.hierarchy,
        routed=None,
        further={**old.further, **new.further},
    )
