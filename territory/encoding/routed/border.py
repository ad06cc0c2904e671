"""Mend a plan at its borders, judged by the tours themselves: few units move, two years are routed.

What a search finds is driven in another way than the plan that its hours were corrected by. Where
that leaves a territory a little outside its band, one or two units of a border are enough, and the
tours of the territories that they touch say at once whether they are.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

import solvers
from territory.arrays import Floats, Ints, Longs
from territory.encoding.encode import sum_by
from territory.wording import LIMIT
from territory.workforce.travel_check import check_travel

if TYPE_CHECKING:
    from territory.encoding.case import Case
    from territory.encoding.encode import Encoding
    from territory.encoding.roads import Roads
    from territory.plan import Plan

__all__ = ["at_the_border"]

STEPS = 12
"""Most changes of a border, each of one or two units."""

LOOKS = 12
"""Changes that are routed before a step takes the best of them."""

JUDGED = 120
"""Changes that the referee is asked about in a step; most break contiguity or a band."""

WORST = 3
"""Territories outside, the worst first, whose borders a step looks at."""

_CELLS = 2_000_000
"""Changes times territories that are worked out at a time."""

_ROOM = 0.01
"""Share of the goal that a change should leave to the band's edge by the hours before it."""

_EDGE = 1e-4
"""Share of the goal by which the band is narrower here, as hours are rounded afterwards."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Border:
    """Units that could go to a neighbour: the item, where from, where to."""

    item: Longs
    here: Longs
    there: Longs


def at_the_border(
    case: Case,
    encoding: Encoding,
    roads: Roads,
    plan: Plan,
    assignment: Ints,
    *,
    over: Callable[[], bool] = lambda: False,
) -> Ints | None:
    """Return the assignment with every territory inside its band by routed hours, or None.

    Parameters
    ----------
    case : Case
    encoding : Encoding
        Of `roads`.
    roads : Roads
        Hours that meet the tours of the plan, so that changes can be ranked before they are routed.
    plan : Plan
        With its routed columns.
    assignment : int32, shape (items,)
        The plan's own.
    over : function, optional
        Whether to stop.

    Notes
    -----
    A step looks at all single units and pairs at the borders of the worst territories outside, in
    the order of what would lie outside by the hours so far and then of what they cost, asks the
    referee for every other rule, routes the territories they touch, and takes the first change that
    leaves none outside, else the one that leaves least. Ends without a plan where none leaves less.
    """
    options = case.scenario.measures.get("workload_h")
    if options is None or not options.travel:
        return None
    problem, item = encoding.problem, encoding.item_of_account
    judge = _judge(problem, [bool(each.travel) for each in case.scenario.measures.values()])
    if not judge(assignment):
        return None
    service = case.accounts["service_h"].to_numpy(dtype=np.float64)
    weight = sum_by(item, service[:, None] + roads.hours, problem.n)
    goal = plan.territories["workload_h_goal"].to_numpy(dtype=np.float64)
    share, tolerance = goal / goal.sum(), options.tolerance - _EDGE
    load = plan.territories["routed_workload_h"].to_numpy(dtype=np.float64)
    label = np.asarray(assignment, dtype=np.int32).copy()
    for _ in range(STEPS):
        left = _beyond(load, share, tolerance)
        outside = np.argsort(-left, kind="stable")[: min(WORST, int((left > LIMIT).sum()))]
        if not outside.size:
            return label
        best: tuple[float, Ints, Floats] | None = None
        asked, looked = 0, set[frozenset[tuple[int, int]]]()
        for change in _changes(problem, label, weight, load, share, tolerance, outside):
            if len(looked) == LOOKS or asked == JUDGED or over():
                break
            # Units without accounts change nothing but what is connected.
            visited = frozenset((at, to) for at, to in change if weight[at].any())
            if visited in looked or not visited:
                continue
            asked += 1
            moved = label.copy()
            for at, to in change:
                moved[at] = to
            if not judge(moved):
                continue
            looked.add(visited)
            touched = np.unique([t for at, to in change for t in (label[at], to)])
            driven = _driven(case, roads, plan, moved[item], touched, load)
            excess = float(_beyond(driven, share, tolerance).sum())
            if best is None or excess < best[0] - LIMIT:
                best = excess, moved, driven
            if excess <= LIMIT:
                break
        if best is None or best[0] >= float(left.sum()) - LIMIT:
            return None
        _, label, load = best
    return label if not (_beyond(load, share, tolerance) > LIMIT).any() else None


def _judge(problem: solvers.Problem, travels: list[bool]) -> Callable[[Ints], bool]:
    """Return whether an assignment keeps every rule but the bands that travel is inside of."""

    def keeps(assignment: Ints) -> bool:
        return all(
            each.rule == "balance" and travels[each.measure]
            for each in solvers.evaluate(problem, assignment).violations
        )

    return keeps


def _beyond(load: Floats, share: Floats, tolerance: float) -> Floats:
    """Share of the goal by which each territory lies outside its band, along the last axis."""
    goal = share * load.sum(axis=-1, keepdims=True)
    return np.asarray(np.maximum(np.abs(load / goal - 1.0) - tolerance, 0.0))


def _changes(
    problem: solvers.Problem,
    label: Ints,
    weight: Floats,
    load: Floats,
    share: Floats,
    tolerance: float,
    outside: Longs,
) -> list[list[tuple[int, int]]]:
    """Units and where they go, one or two at a time, the most promising first."""
    border = _border(problem, label)
    touches = np.isin(border.here, outside) | np.isin(border.there, outside)
    first, second = [np.flatnonzero(touches)], [np.full(int(touches.sum()), -1)]
    for one in first[0]:
        ends = (border.here[one], border.there[one])
        near = np.isin(border.here, ends) | np.isin(border.there, ends)
        near &= border.item != border.item[one]
        near[: one + 1] &= ~touches[: one + 1]  # each pair once
        other = np.flatnonzero(near)
        first.append(np.full(other.size, one))
        second.append(other)
    pair = np.column_stack([np.concatenate(first), np.concatenate(second)])
    usd = problem.cost.at(border.item, border.there) - problem.cost.at(border.item, border.here)
    price = np.where(pair >= 0, usd[pair], 0.0).sum(axis=1)
    left = np.empty(len(pair))
    size = max(1, _CELLS // len(load))
    for begin in range(0, len(pair), size):
        part = pair[begin : begin + size]
        after = np.repeat(load[None, :], len(part), axis=0)
        for move in part.T:
            row = np.flatnonzero(move >= 0)
            at = move[row]
            item, here, there = border.item[at], border.here[at], border.there[at]
            after[row, here] -= weight[item, here]
            after[row, there] += weight[item, there]
        left[begin : begin + size] = _beyond(after, share, max(tolerance - _ROOM, 0.0)).sum(axis=1)
    order = np.lexsort((np.arange(len(pair)), price, left.round(4)))[: 10 * JUDGED]
    return [
        [(int(border.item[at]), int(border.there[at])) for at in pair[row] if at >= 0]
        for row in order
    ]


def _border(problem: solvers.Problem, label: Ints) -> _Border:
    """Return the units with a neighbour of another territory, once for each such territory."""
    item = np.repeat(np.arange(len(problem.indptr) - 1), np.diff(problem.indptr))
    there = label[problem.indices]
    cut = label[item] != there
    both = np.unique(np.column_stack([item[cut], there[cut]]), axis=0).astype(np.int64)
    there_of = both[:, 1]
    finite = np.isfinite(problem.cost.at(both[:, 0], there_of))
    item_of, there_of = both[finite, 0], there_of[finite]
    return _Border(item=item_of, here=label[item_of].astype(np.int64), there=there_of)


def _driven(
    case: Case, roads: Roads, plan: Plan, territory: Ints, touched: Longs, load: Floats
) -> Floats:
    """Return the routed workload of all territories, those touched routed anew."""
    names = case.team["territory_id"].to_numpy()
    rows = np.arange(len(territory))
    accounts = plan.accounts.assign(
        territory_id=names[territory],
        minutes=roads.minutes[rows, territory],
        travel_h=roads.hours[rows, territory].round(4),
    )
    called = accounts.loc[accounts["n_calls"] >= 1, "territory_id"].unique()
    asked = [str(names[t]) for t in touched if names[t] in called]
    after = load.copy()
    service = plan.accounts["service_h"].to_numpy(dtype=np.float64)
    for t in touched:
        after[t] = service[territory == t].sum()
    if asked:
        moved = replace(plan, accounts=accounts)
        table = check_travel(moved, case.scenario, territories=asked).table
        at = {str(name): t for t, name in enumerate(names)}
        for name, hours in zip(table["territory_id"], table["tour_h"], strict=True):
            after[at[str(name)]] += float(hours)
    return after
