"""The Lagrangian of free centers in the plane on near pairs only: a bound for any number of units.

It is that of `solvers.bounds.lagrangian`: prices ``u`` on "every unit once" and ``mu`` on both
sides of the bands, and each center priced alone. A unit's price caps the distance at which a center
is worth its while, so all pairs farther apart add nothing (`solvers.bounds.plane`): a few times the
units of a territory are listed for each center, anew whenever prices have moved.

The bound counts the k cheapest centers, and those lie all in one place while prices are off: its
steps go back and forth. So the steps are those of a smoothed bound, in which every center is open
by a share that falls softly with its value, and becomes sharper from step to step (Nesterov 2005).
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext

import numpy as np
from numpy.typing import NDArray

from solvers.arrays import Floats
from solvers.bounds.plan_prices import bands_of_centers, even_reach, smooth
from solvers.bounds.plane import Plane, neighbours_together, padded
from solvers.bounds.subgradient import pushes, same_side
from solvers.costs.cost import Points
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

STEPS, STEPS_A_TERRITORY = 20, 0.2
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

STEP_S, PAIR_S = 1e-3, 2e-9
"""Deterministic seconds of a step: at all, and for each pair."""


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
    with ThreadPoolExecutor(threads) if threads > 1 else nullcontext() as pool:
        made = _begin(problem, points, assignment, evaluation, pool, threads)
        return fixed if made is None else fixed + _raised(*made, iterations, pairs, budget)


def _raised(
    plane: Plane, item: Floats, band: Floats, iterations: int, pairs: float, budget: Budget
) -> float:
    """Return the best bound that is proved on the way from the first prices, units' and bands'."""
    value, load = np.empty(plane.n), np.empty_like(band)
    drift = np.zeros_like(item)
    proved, best, best_at = 0.0, float("-inf"), (item, band)
    wanted = iterations * max(STEPS, STEPS_A_TERRITORY * plane.k)
    step, steps, found = 0, LEAST_STEPS, None
    while step < steps:
        every = EARLY if step < SETTLED else RELIST
        if fresh := found is None or step % every == 0:
            found = plane.listed(item + ROOM * plane.size, band)
            if found is None:
                return proved if proved > 0 else float("-inf")
            affordable = int(pairs / (2 * found.pairs))
            least = max(1, min(LEAST_STEPS, OVERDRAFT * affordable))
            steps = max(least, min(int(wanted), affordable))
            best = float("-inf")
        budget.charge(STEP_S + PAIR_S * found.pairs)
        bound = plane.price(found, item, band, value, load)
        if fresh:
            proved = max(proved, bound)
        if bound > best:
            best, best_at = bound, (item, band)
        done = step / steps
        share = _shares(value, plane.k, plane.cost * SOFT * LAST_SOFT**done)
        stride = STRIDE * LAST_STRIDE**done
        fading = 1.0 / min(max(MEMORY * steps, LEAST_MEMORY), MOST_MEMORY)
        drift = (1.0 - fading) * drift + (1.0 - plane.cover(found, share))
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
    threads: int,
) -> tuple[Plane, Floats, Floats] | None:
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
    centers, band = bands_of_centers(
        problem, evaluation, activity, lower, upper, told, cost, threads
    )
    loads = activity if told.any() else (weight * problem.k / weight.sum())[:, None]
    order = neighbours_together(points.xy)
    x, y = padded(points.xy[order].T)
    plane = Plane(
        n=problem.n,
        x=x,
        y=y,
        power=points.power,
        k=problem.k,
        weight=padded(points.weight[order]),
        activity=padded(_two(activity[order]).T),
        lower=_two(lower[order][:, told]),
        upper=_two(upper[order][:, told]),
        size=padded((0.5 * offer + loads.mean(axis=1) * cost)[order]),
        cost=cost,
        pool=pool,
    )
    band = _two(band[centers[order]])
    item = (plane.activity[:, : problem.n].T * band).sum(axis=1) + FIRST * offer[order]
    return plane, padded(item), band


def _two(by_measure: Floats) -> Floats:
    """Add measures that weigh nothing until there are two, as the plane's kernels have them."""
    more = max(0, 2 - by_measure.shape[1])
    return np.ascontiguousarray(np.pad(by_measure, [(0, 0), (0, more)]))


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
