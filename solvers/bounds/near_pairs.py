"""The Lagrangian of free centers in the plane on near pairs only: a bound for any number of units.

It is that of `solvers.bounds.lagrangian`: prices ``u`` on "every unit once" and ``mu`` on both
sides of the bands, and each center priced alone. A unit's price caps the distance at which a center
is worth its while, so all pairs farther apart add nothing: about two to three times the units of a
territory are listed for each center, anew whenever prices have moved.

The bound counts the k cheapest centers, and those lie all in one place while prices are off: its
steps go back and forth. So the steps are those of a smoothed bound, in which every center is open
by a share that falls softly with its value, and becomes sharper from step to step (Nesterov 2005).
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from solvers.arrays import NONZERO, Floats, Ints, Longs
from solvers.bounds.plan_prices import bands_of_centers, even_reach, smooth
from solvers.bounds.subgradient import pushes, same_side
from solvers.costs.cost import Points
from solvers.kernels import near_pairs as kernels
from solvers.problem.evaluate import Evaluation
from solvers.problem.free_pairs import loosest_bands
from solvers.problem.problem import Problem
from solvers.stop import Budget

__all__ = ["near_pairs_bound"]


FIRST = 0.6
"""Share of a territory's reach in even country that its units offer for a center at first."""

STRIDE, LAST_STRIDE = 0.3, 0.03
"""Change of a price for a unit or band that is missed by its whole, as a share of what a territory
costs; and the share of that at the last step."""

SOFT, LAST_SOFT = 0.3, 0.003
"""Difference of values, as a share of what a territory costs, over which a center's share falls to
a third; and the share of that at the last step."""

MEMORY, LEAST_MEMORY, MOST_MEMORY = 0.02, 5.0, 20.0
"""Steps, as a share of all, over which a direction is averaged, and the least and most of them."""

STEPS, STEPS_A_TERRITORY = 10, 0.2
"""Steps of these multipliers for each that an effort gives to a bound, and for each such step and
territory: with more territories a step finds fewer of the centers that are open in the end, and its
pairs are fewer."""

LEAST_STEPS, OVERDRAFT = 80, 4
"""With fewer steps the bound says little: so many are taken, for at most so many times the pairs
that may be priced."""

ROOM = 0.5
"""How far prices may move before pairs are listed anew, in units of a price's own size."""

EARLY, RELIST, SETTLED = 15, 40, 60
"""Steps after which pairs are listed anew, at first and once so many steps have been taken."""

TURNS, ACCURATE = 30, 1e-6
"""Most turns of Newton's method for the value at which a center is half open, and the share of k by
which the shares' sum may be off."""

LEAST_SHARE = 1e-9
"""Centers that are open by less are passed over."""

MOST_PAIRS = 40_000_000
"""Most pairs that are held at once: 12 bytes each."""

STEP_S, PAIR_S = 1e-3, 1e-8
"""Deterministic seconds of a step: at all, and for each pair."""

PARTS = 4
"""Parts of the centers that are priced side by side: as many for any number of threads, so that
sums are the same."""

BLOCK, BLOCK_ROOT = 16, 0.2
"""Least neighbouring units whose pairs are passed over together, and how many for each root of n:
each center asks all blocks, and all units of the blocks around it."""


_Pairs: TypeAlias = tuple[Longs, Ints, Floats]
"""Where each center's pairs begin, their units, and distance^power; sorted by center."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plane:
    """Units in the plane in an order in which neighbours follow one another; bands in goals.

    `size` (n,) is what a price may be changed by, `cost` what a territory costs; `pool` works on
    parts of the centers side by side where it is given.
    """

    x: Floats
    y: Floats
    power: int
    k: int
    weight: Floats
    activity: Floats
    lower: Floats
    upper: Floats
    size: Floats
    cost: float
    first_of_block: Longs
    box: Floats
    pool: ThreadPoolExecutor | None

    def parts(self, work: Callable[[int, int, int], T]) -> list[T]:
        """Do the work of each part of the centers: its number, its first center and its end."""
        ends = [self.x.size * part // PARTS for part in range(PARTS + 1)]
        spans = [(part, *span) for part, span in enumerate(pairwise(ends))]
        over = map if self.pool is None else self.pool.map
        return list(over(lambda span: work(*span), spans))

    def listed(self, item: Floats, band: Floats) -> _Pairs | None:
        """List the pairs with prices below 0 by center; None where they are too many."""
        start = self.first_of_block[:-1]
        floor = np.maximum(self.weight, NONZERO * max(float(self.weight.max()), 1e-300))
        ratio = self.activity / floor[:, None]
        far = np.maximum.reduceat(item / floor, start)
        most, least = np.maximum.reduceat(ratio, start), np.minimum.reduceat(ratio, start)
        first = np.empty(self.x.size + 1, dtype=np.int64)
        unit, distance = np.empty(0, dtype=np.int32), np.empty(0)
        at = np.zeros(PARTS + 1, dtype=np.int64)

        def fill(part: int, begin: int, end: int) -> int:
            return kernels.list_pairs(
                self.x,
                self.y,
                self.power,
                self.weight,
                self.activity,
                item,
                band,
                self.first_of_block,
                self.box,
                far,
                most,
                least,
                begin,
                end,
                at[part],
                first,
                unit,
                distance,
            )

        at[1:] = np.cumsum(self.parts(fill))
        if at[-1] > MOST_PAIRS:
            return None
        unit, distance = np.empty(at[-1], dtype=np.int32), np.empty(at[-1])
        self.parts(fill)
        first[-1] = at[-1]
        return first, unit, distance

    def price(
        self, pairs: _Pairs, item: Floats, band: Floats, value: Floats, load: Floats
    ) -> float:
        """Return the bound; write the value of opening each center, (n,), and its load, (n, m)."""
        first, unit, distance = pairs

        def some(_: int, begin: int, end: int) -> None:
            kernels.price_pairs(
                first,
                unit,
                distance,
                self.weight,
                self.activity,
                self.lower,
                self.upper,
                item,
                band,
                begin,
                end,
                value,
                load,
            )

        self.parts(some)
        return float(item.sum() + np.partition(value, self.k - 1)[: self.k].sum())

    def cover(self, pairs: _Pairs, item: Floats, band: Floats, share: Floats) -> Floats:
        """Return how often each unit is taken, (n,), where centers are open by their `share`."""
        first, unit, distance = pairs
        covered = np.empty((PARTS, self.x.size))

        def some(part: int, begin: int, end: int) -> None:
            kernels.cover_pairs(
                first,
                unit,
                distance,
                self.weight,
                self.activity,
                item,
                band,
                share,
                LEAST_SHARE,
                begin,
                end,
                covered[part],
            )

        self.parts(some)
        times: Floats = covered.sum(axis=0)
        return times


def near_pairs_bound(
    problem: Problem,
    assignment: NDArray[np.integer],
    evaluation: Evaluation,
    *,
    iterations: int,
    pairs: float,
    budget: Budget,
    threads: int = 1,
) -> float:
    """Bound the cost over all choices of k centers and assignments, contiguity aside.

    Parameters
    ----------
    problem : Problem
        With free centers in a plane. Bands of measures with travel are left out.
    assignment : int, shape (n,)
    evaluation : Evaluation
        A good plan, from which the prices are guessed.
    iterations : int
        Steps an effort gives to a bound; `STEPS` are taken for each, more of many territories.
    pairs : float
        Pairs that may be priced in all.
    budget : Budget
    threads : int
        Most threads to work on; the bound is the same for any number.

    Returns
    -------
    float
        ``-inf`` where the pairs would be too many.

    References
    ----------
    Nesterov: Smooth minimization of non-smooth functions, Mathematical Programming 103 (2005),
    https://doi.org/10.1007/s10107-004-0552-5
    """
    points = problem.cost.points
    assert points is not None
    fixed = float(points.offset.sum())
    with ThreadPoolExecutor(min(threads, PARTS)) if threads > 1 else nullcontext() as pool:
        made = _begin(problem, points, assignment, evaluation, pool)
        return fixed if made is None else fixed + _raised(*made, iterations, pairs, budget)


def _raised(
    plane: _Plane, item: Floats, band: Floats, iterations: int, pairs: float, budget: Budget
) -> float:
    """Return the best bound that is proved on the way from the first prices, units' and bands'."""
    n, k = plane.x.size, plane.k
    value, load = np.empty(n), np.empty_like(band)
    drift = np.zeros(n)
    proved, best, best_at = 0.0, float("-inf"), (item, band)
    wanted = iterations * max(STEPS, STEPS_A_TERRITORY * k)
    step, steps, found = 0, LEAST_STEPS, None
    while step < steps:
        every = EARLY if step < SETTLED else RELIST
        if fresh := found is None or step % every == 0:
            found = plane.listed(item + ROOM * plane.size, band)
            if found is None:
                return proved if proved > 0 else float("-inf")
            affordable = int(pairs / (2 * found[1].size))
            least = max(1, min(LEAST_STEPS, OVERDRAFT * affordable))
            steps = max(least, min(int(wanted), affordable))
            best = float("-inf")
        budget.charge(STEP_S + PAIR_S * found[1].size)
        bound = plane.price(found, item, band, value, load)
        if fresh:
            proved = max(proved, bound)
        if bound > best:
            best, best_at = bound, (item, band)
        done = step / steps
        share = _shares(value, k, plane.cost * SOFT * LAST_SOFT**done)
        stride = STRIDE * LAST_STRIDE**done
        fading = 1.0 / min(max(MEMORY * steps, LEAST_MEMORY), MOST_MEMORY)
        drift = (1.0 - fading) * drift + (1.0 - plane.cover(found, item, band, share))
        item = item + stride * fading * plane.size * np.clip(drift, -3.0, 3.0)
        push = np.clip(pushes(band, load - plane.upper, load - plane.lower), -1.0, 1.0)
        moved = band + stride * plane.cost * push
        # Where a band is open above, nothing is paid for its upper side.
        moved = np.where((moved > 0) & ~np.isfinite(plane.upper), 0.0, moved)
        band = same_side(band, moved)
        step += 1
        if step % 4 == 0 and budget.spent():
            break
    # Prices have moved since pairs were listed: only what all pairs say is proved.
    item, band = best_at
    if (found := plane.listed(item, band)) is not None:
        proved = max(proved, plane.price(found, item, band, value, load))
    return proved


def _begin(
    problem: Problem,
    points: Points,
    assignment: NDArray[np.integer],
    evaluation: Evaluation,
    pool: ThreadPoolExecutor | None,
) -> tuple[_Plane, Floats, Floats] | None:
    """Draw up the plane, and guess prices from a plan; None where the plan travels nothing.

    A unit offers what its load is worth at the bands' prices of the plan's own centers, and what
    it would pay for travel in even country.
    """
    goal, lower, upper = loosest_bands(problem)
    told = problem.balance.travel_share == 0
    activity = problem.balance.activity[:, told] / goal[told]
    travel = problem.cost.at(np.arange(problem.n), evaluation.centers[assignment]) - points.offset
    cost = float(travel.sum()) / problem.k
    if cost <= 0.0:
        return None
    weight, reach = even_reach(problem.cost, travel, assignment, problem.k)
    offer = weight * smooth(points, evaluation, reach)[assignment]
    centers, band = bands_of_centers(problem, evaluation, activity, lower, upper, told, cost)
    loads = activity if told.any() else (weight * problem.k / weight.sum())[:, None]
    order, first_of_block = _neighbours_together(points.xy)
    x, y = np.ascontiguousarray(points.xy[order].T)
    start = first_of_block[:-1]
    box = np.column_stack(
        [side.reduceat(at, start) for at in (x, y) for side in (np.minimum, np.maximum)]
    )
    plane = _Plane(
        x=x,
        y=y,
        power=points.power,
        k=problem.k,
        weight=np.ascontiguousarray(points.weight[order]),
        activity=np.ascontiguousarray(activity[order]),
        lower=np.ascontiguousarray(lower[order][:, told]),
        upper=np.ascontiguousarray(upper[order][:, told]),
        size=(0.5 * offer + loads.mean(axis=1) * cost)[order],
        cost=cost,
        first_of_block=first_of_block,
        box=np.ascontiguousarray(box),
        pool=pool,
    )
    band = band[centers[order]]
    return plane, (plane.activity * band).sum(axis=1) + FIRST * offer[order], band


def _shares(value: Floats, k: int, soft: float) -> Floats:
    """By which share each center is open, shape (n,): k in all, falling softly with its value."""
    middle, share = float(np.partition(value, k - 1)[k - 1]), value
    low, high = float(value.min()) - 50.0 * soft, float(value.max()) + 50.0 * soft
    for _ in range(TURNS):
        share = 1.0 / (1.0 + np.exp(np.minimum((value - middle) / soft, 500.0)))
        over = float(share.sum()) - k
        if abs(over) <= ACCURATE * k:
            break
        low, high = (low, middle) if over > 0 else (middle, high)
        slope = float((share * (1.0 - share)).sum()) / soft
        middle = middle - over / slope if slope > 0 else low
        if not low < middle < high:
            middle = 0.5 * (low + high)
    return share


def _neighbours_together(xy: Floats) -> tuple[Longs, Longs]:
    """Order the units by halving the plane again and again.

    Returns
    -------
    order : int64, shape (n,)
    first : int64, shape (blocks + 1,)
        Where each block of neighbours begins.
    """
    most = max(BLOCK, int(BLOCK_ROOT * len(xy) ** 0.5))
    blocks: list[Longs] = []
    waiting = [np.arange(len(xy))]
    while waiting:
        units = waiting.pop()
        if units.size <= most:
            blocks.append(units)
            continue
        axis = int(np.ptp(xy[units], axis=0).argmax())
        units = units[np.argsort(xy[units, axis], kind="stable")]
        half = units.size // 2
        waiting += [units[half:], units[:half]]
    sizes = [block.size for block in blocks]
    return np.concatenate(blocks), np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
