"""The conflict of a unit that no connected territory within the bands can hold.

Its neighbours may all be too heavy to join it while it is too light to stand alone, the measures
around it may be out of proportion, or every territory that holds it may leave a rest that no whole
number of territories can fill.
"""

from __future__ import annotations

import numpy as np

from solvers.arrays import Floats
from solvers.conflict.report import Conflict, ConflictRule, Relaxation
from solvers.exact.forced_territories import Bands, Listing, common_bands, list_territories
from solvers.problem.problem import Problem
from solvers.stop import Budget

__all__ = ["pocket"]


_UNITS = (40, 400)
"""Most units that are looked at closely: for a set at all, and for one that leaves a fillable rest.
Counted, so that the answer is the same on every machine."""

_LOOKS = 20_000
"""Most growing sets looked at for one unit before it is given up as undecided."""

_GROWN = 100_000
"""Units of all sets grown, after which nothing is looked for any more: where tens of thousands of
units make a few dozen territories, all that growing finds is a minute gone."""


def pocket(problem: Problem, budget: Budget) -> Conflict | None:
    """Return the first unit that no connected territory within the bands can hold, or None.

    Only the measures without travel are asked, with the widest band of any territory, so what is
    proved holds whoever serves the unit. Problems with exempt units or groups are not decided here.
    """
    bands = common_bands(problem)
    if bands is None:
        return None
    # Lightest surroundings first: those are the units with least choice.
    around = bands.weight.copy()
    owner = np.repeat(np.arange(problem.n), np.diff(problem.indptr))
    np.add.at(around, owner, bands.weight[problem.indices])
    order = np.argsort((around / np.maximum(bands.room, 1e-300)).min(axis=1), kind="stable")
    grown_units = 0
    for whole in (False, True):
        left = _UNITS[whole]
        # A set that one unit was found in holds all of its units.
        held = np.zeros(problem.n, dtype=np.bool_)
        for unit in order.tolist():
            if budget.spent() or grown_units > _GROWN:
                return None
            if held[unit]:
                continue
            if not whole and (grown := _grown(problem, bands, unit)):
                held[list(grown)] = True
                grown_units += len(grown)
                continue
            if left == 0:
                break
            left -= 1
            listing = _listing(problem, bands, unit, whole=whole, budget=budget)
            for each in listing.sets:
                held[list(each)] = True
            if listing.complete and not listing.sets:
                return _explained(problem, bands, unit, listing, whole=whole, budget=budget)
    return None


def _listing(problem: Problem, bands: Bands, unit: int, *, whole: bool, budget: Budget) -> Listing:
    return list_territories(
        problem,
        bands,
        unit,
        available=np.ones(problem.n, dtype=np.bool_),
        most_looks=_LOOKS if not whole else _LOOKS // 10,
        most_sets=0,
        whole=whole,
        stop=budget.spent,
    )


def _neighbours(problem: Problem, unit: int) -> list[int]:
    out: list[int] = problem.indices[problem.indptr[unit] : problem.indptr[unit + 1]].tolist()
    return out


def _grown(problem: Problem, bands: Bands, unit: int) -> set[int]:
    """Grow one set within the bands, always by the neighbour that leaves the measures most even.

    Returns an empty set where that way leads to none.
    """
    weight, need, room = bands.weight, bands.need, bands.room
    load = weight[unit].copy()
    if (load > room).any():
        return set()
    if (load >= need).all():
        return {unit}
    middle = np.maximum((need + np.minimum(room, need * 2.0 + 1.0)) / 2.0, 1e-300)
    taken = {unit}
    rim = set(_neighbours(problem, unit))
    while rim:
        around = np.array(sorted(rim))
        loads = load + weight[around]
        fits = (loads <= room).all(axis=1)
        if not fits.any():
            return set()
        ratio = loads / middle
        spread = np.where(fits, ratio.max(axis=1) - ratio.min(axis=1), np.inf)
        # Among the most even ones the heaviest, so that the growth ends soon.
        best = int(np.argmin(spread - 0.2 * np.where(fits, ratio.min(axis=1), 0.0)))
        chosen = int(around[best])
        load = loads[best]
        taken.add(chosen)
        if (load >= need).all():
            return taken
        rim |= set(_neighbours(problem, chosen))
        rim -= taken
    return set()


def _explained(
    problem: Problem,
    bands: Bands,
    unit: int,
    listing: Listing,
    *,
    whole: bool,
    budget: Budget,
) -> Conflict:
    """Name the pocket, what it weighs at most, and what the tolerance would have to be."""
    plain = np.flatnonzero(problem.balance.travel_share == 0)
    reach = list(listing.reach)
    units = (unit, *[u for u in reach if u != unit])[:20]
    rules = [ConflictRule(kind="contiguity", units=units)]
    heavy = sorted({v for u in reach for v in _neighbours(problem, u)} - set(reach))
    activity = problem.balance.activity
    for at, a in enumerate(plain.tolist()):
        most = float(activity[reach, a].sum())
        if most < bands.need[at]:
            # All that can join it in one piece below the upper bands is not enough.
            within = ConflictRule(
                kind="balance",
                measure=a,
                units=units,
                value=most,
                limit=float(bands.need[at]),
                side="at least",
            )
            rules.append(within)
        beside = [v for v in heavy if v in set(_neighbours(problem, unit))]
        if beside:
            lightest = min(beside, key=lambda v: float(activity[v, a]))
            pair = float(activity[[unit, lightest], a].sum())
            if pair > bands.room[at]:
                over = ConflictRule(
                    kind="balance",
                    measure=a,
                    units=(unit, lightest),
                    value=pair,
                    limit=float(bands.room[at]),
                    side="at most",
                )
                rules.append(over)
    if len(rules) == 1:
        rules += [ConflictRule(kind="balance", measure=a) for a in plain.tolist()]
    fixes = [Relaxation(kind="contiguity", units=units)]
    goal = problem.balance.goal[:, plain].mean(axis=0)
    needed = _needed(problem, bands, unit, goal, whole=whole, budget=budget)
    if needed is not None:
        fixes.insert(0, Relaxation(kind="tolerance", amount=needed))
    return Conflict(
        rules=tuple(rules), relaxations=tuple(fixes), proved=True, minimal=False, method="pocket"
    )


def _needed(
    problem: Problem, bands: Bands, unit: int, goal: Floats, *, whole: bool, budget: Budget
) -> float | None:
    """Tolerance, common to the measures, below which the unit cannot be held (to 0.001)."""
    low = float(np.maximum(1.0 - bands.need / goal, bands.room / goal - 1.0).max())
    high = 2.0
    while high - low > 1e-3:
        middle = (low + high) / 2.0
        wider = Bands(
            weight=bands.weight,
            need=np.maximum(np.minimum(bands.need, goal * (1.0 - middle)), 0.0),
            room=np.maximum(bands.room, goal * (1.0 + middle)),
        )
        listing = _listing(problem, wider, unit, whole=whole, budget=budget)
        if listing.sets:
            high = middle
        elif listing.complete:
            low = middle
        else:
            return None
    return low
