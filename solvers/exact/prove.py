"""Solve the integer model to proof: relax, fix by reduced costs, solve, cut off, again.

Each round solves a relaxation without contiguity on the pairs that a plan better than the best one
known could use; a plan in pieces (or outside a band by a solver's tolerance) adds cuts. The first
plan that the referee accepts at the round's gap is the optimum.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from solvers.arrays import EXACT, Ints
from solvers.bounds.lagrangian import Prices, ascend, everywhere
from solvers.bounds.lower_bound import prices_of_plan
from solvers.bounds.subgradient import Steps
from solvers.errors import ProblemError
from solvers.events import Observer, ignore
from solvers.exact.attempt import Attempt
from solvers.exact.branching import Asked, search_tree
from solvers.exact.relaxation import FixedRoot, FreeRoot, Root, open_data
from solvers.exact.result import ExactResult, supports
from solvers.mip import cuts as cutting
from solvers.mip.model import SMALL, solve_model
from solvers.mip.pair_model import PairModel
from solvers.problem.evaluate import Evaluation, evaluate
from solvers.problem.free_pairs import HessData
from solvers.problem.pieces import merge
from solvers.problem.problem import Problem
from solvers.problem.reach import pins
from solvers.result import Status
from solvers.search.best import Best
from solvers.stop import Budget

__all__ = ["ExactResult", "solve_exact", "supports"]


FINE = 0.25 * EXACT
"""Gap of the integer models, finer than the proof's so that their bounds suffice for it."""

MOST_GUESS = 1.35
"""Multiple of the first bound up to which plans are looked for by guesses."""

LEAF_PAIRS = 2.5
"""Open pairs an item with which a branch is left to the integer model."""

TREE_SHARE = 0.15
"""Part of the work that branching on regions gets where one integer model can hold everything: it
proves most small problems in seconds, and tight bands without a plan nearby hardly at all."""

WHOLE_S = 120.0
"""Deterministic seconds below which branching gets all: a model that is cut short bounds less."""

_TABLE = 25_000
"""Pairs of item and column up to which it is asked how many of them are left at the root."""

_ROOT_STEPS = Steps(most=1_500)
"""Steps of the multipliers before the first branch."""


def solve_exact(
    problem: Problem,
    *,
    start: NDArray[np.integer] | None = None,
    budget: Budget | None = None,
    observer: Observer = ignore,
    first: bool = False,
) -> ExactResult:
    """Find the best plan and prove it, or prove that there is none, or say how far it is.

    Parameters
    ----------
    problem : Problem
    start : int, shape (n,), optional
        A plan to begin with. A good one makes the work much smaller: pairs that no better plan can
        use are closed. Ignored where the referee finds a violation.
    budget : Budget, optional
        No limit where missing.
    observer : Observer
    first : bool
        Stop at the first plan that keeps every rule: whether there is one is all that matters.

    Returns
    -------
    ExactResult
        With reason ``"unsupported"`` where `supports` says so.

    Notes
    -----
    Deterministic unless the budget's clock cuts it short: HiGHS on one thread, fixed gaps.

    References
    ----------
    Validi, Buchanan, Lykhovyd: Imposing contiguity constraints in political districting models,
    Operations Research 70 (2022), https://doi.org/10.1287/opre.2021.2141
    """
    budget = Budget() if budget is None else budget
    if supports(problem):
        return ExactResult(
            status=Status.NO_SOLUTION,
            assignment=None,
            centers=None,
            evaluation=None,
            bound=float("-inf"),
            rounds=0,
            n_cuts=0,
            reason="unsupported",
        )
    nothing = np.full(problem.n, -1, dtype=np.int32)
    best = Best(
        problem=problem,
        observer=observer,
        budget=budget,
        assignment=nothing,
        evaluation=evaluate(problem, nothing),
    )
    search = Attempt(best=best, items=merge(problem), first=first, budget=budget)
    if start is not None:
        if np.asarray(start).shape != (problem.n,):
            raise ProblemError("start", f"of shape {np.shape(start)}", f"shape ({problem.n},)")
        search.offer(start)
    infeasible = _prove_free(search) if problem.free_centers else _prove_fixed(search)
    return _result(search, infeasible)


def _prove_fixed(search: Attempt) -> bool:
    """Work until proved or out of budget; True where no plan exists at all."""
    root = FixedRoot(search.problem, search.items, search.budget, search.best.objective)
    if root.infeasible:
        return not search.found
    cutoff = search.target
    bound = _rounds(search, root, cutoff, whole=True)
    if np.isposinf(bound) and np.isposinf(cutoff):
        return not search.found
    search.raise_bound(min(bound, cutoff))
    return False


def _prove_free(search: Attempt) -> bool:
    """Branch on regions of centers, then ask the integer model of everything at once.

    Without a plan it is asked for one; with a plan only where few pairs are left to better ones.
    """
    problem, budget = search.problem, search.budget
    cutoff = search.target
    data = open_data(problem, search.items, cutoff)
    if not np.isfinite(data.cost).any(axis=1).all():
        return not search.found
    guess = None
    if search.found:
        best = search.best
        guess = prices_of_plan(
            problem, search.items, data, best.assignment, best.evaluation, budget
        )
    root = ascend(
        data, everywhere(data), target=cutoff, steps=_ROOT_STEPS, budget=budget, start=guess
    )
    if np.isposinf(root.bound):
        return not search.found
    search.raise_bound(min(root.bound, cutoff))
    if search.first or (root.bound <= 0 and np.isinf(cutoff)):
        return _all_at_once(search, data, root)
    # Where no plan comes up below this guess, there may be none: the integer model decides.
    most = float("inf") if np.isfinite(cutoff) else MOST_GUESS * root.bound
    enough = np.isfinite(cutoff) and budget.effort_s >= WHOLE_S
    small = enough and _is_small(search, data, root, cutoff)
    search.budget = budget.share(budget.effort_s * TREE_SHARE) if small else budget
    given_s = search.budget.effort_s
    bound = _tree(search, data, root, most)
    if search.budget is not budget:
        budget.charge(given_s - search.budget.effort_s if np.isfinite(given_s) else 0.0)
        search.budget = budget
    search.raise_bound(min(bound, most, search.target))
    if search.done() or budget.spent() or (np.isfinite(cutoff) and not small):
        return False
    return _all_at_once(search, data, root)


def _is_small(search: Attempt, data: HessData, root: Prices, cutoff: float) -> bool:
    """Whether HiGHS can hold all pairs that plans better than the cutoff may use."""
    if np.isfinite(data.cost).sum() > _TABLE:
        return False
    whole = FreeRoot(search.problem, search.items, data, root, budget=search.budget)
    pair = whole.reduce(cutoff, ())
    search.raise_bound(min(whole.bound, cutoff))
    return pair is None or pair.item.size <= SMALL


def _tree(search: Attempt, data: HessData, root: Prices, most: float) -> float:
    """Branch on regions of centers; the leaves are integer models."""
    problem, budget = search.problem, search.budget
    points = problem.cost.points

    def leaf(prices: Prices, limit: float) -> float:
        # A cut may count on pairs that only this leaf closes.
        search.forget()
        branch = FreeRoot(problem, search.items, data, prices, budget=budget)
        return _rounds(search, branch, limit, whole=False)

    return search_tree(
        data,
        root,
        xy=None if points is None else points.xy,
        leaf_pairs=int(LEAF_PAIRS * search.items.count),
        most=most,
        asked=Asked(
            target=lambda: search.target,
            leaf=leaf,
            progress=lambda bound: search.raise_bound(min(bound, search.target)),
        ),
        budget=budget,
    )


def _all_at_once(search: Attempt, data: HessData, root: Prices) -> bool:
    """One integer model without a cutoff; True where it has no plan."""
    search.forget()
    whole = FreeRoot(search.problem, search.items, data, root, budget=search.budget)
    bound = _rounds(search, whole, search.target, whole=True)
    if np.isposinf(bound) and not search.found:
        return True
    search.raise_bound(min(bound, search.best.objective))
    return False


def _rounds(search: Attempt, root: Root, cutoff: float, *, whole: bool) -> float:
    """Solve and cut until a plan is accepted; return a lower bound, the cutoff at most.

    With `whole` the root is the whole problem, so its bound is everybody's.
    """
    bound = root.bound
    gap = FINE if np.isfinite(search.best.objective) else (0.5 if search.first else 1e-2)
    stale = True
    pair: PairModel | None = None
    while not search.budget.spent():
        if stale:
            pair = root.reduce(cutoff, search.cuts)
            bound = max(bound, min(root.bound, cutoff))
            stale = False
        if pair is None:
            return cutoff
        if whole:
            search.raise_bound(min(bound, cutoff))
        answer = solve_model(pair.with_cuts(search.cuts), budget=search.budget, gap=gap)
        search.best.iteration += 1
        if answer.status == "infeasible":
            return cutoff
        bound = max(bound, min(answer.bound, cutoff))
        if answer.values is None:
            return bound
        columns, told = pair.columns_of(answer.values), pair.centers_of(answer.values)
        assignment, centers = _read(search, columns, told)
        judged = search.offer(assignment, centers)
        if not judged.feasible:
            cuts = _separate(search, root, assignment, centers, judged, told=told is not None)
            if not search.learn(cuts):
                return bound
            continue
        if answer.status != "optimal" or search.done() or gap <= FINE:
            return bound
        gap = FINE
        if search.target < cutoff:
            cutoff, stale = search.target, True
    return bound


def _read(search: Attempt, columns: Ints, told: Ints | None = None) -> tuple[Ints, Ints]:
    """Territory of each unit and center of each territory from the items' columns.

    `told` are the territories' centers where the model knows them.
    """
    of_unit: Ints = columns[search.items.of_unit]
    if not search.problem.free_centers:
        return of_unit, np.arange(search.problem.k, dtype=np.int32)
    if told is not None:
        served = np.full(search.problem.n, -1, dtype=np.int32)
        served[told] = np.arange(told.size, dtype=np.int32)
        return served[of_unit], told
    centers, rank = np.unique(of_unit, return_inverse=True)
    assignment = _numbered(search.problem, np.asarray(rank, dtype=np.int32))
    order = np.empty(centers.size, dtype=np.int32)
    order[assignment] = of_unit
    full = np.full(search.problem.k, -1, dtype=np.int32)
    full[: order.size] = order
    return assignment, full


def _numbered(problem: Problem, assignment: Ints) -> Ints:
    """Number the territories so that pinned units get theirs."""
    held, own = pins(problem)
    if held.size == 0:
        return assignment
    wanted = dict(zip(assignment[held].tolist(), own.tolist(), strict=True))
    free = iter(sorted(set(range(problem.k)) - set(wanted.values())))
    table = np.array([wanted.get(t, -1) for t in range(problem.k)], dtype=np.int32)
    for t in np.flatnonzero(table < 0).tolist():
        table[t] = next(free)
    out: Ints = table[assignment]
    return out


def _separate(
    search: Attempt,
    root: Root,
    assignment: Ints,
    centers: Ints,
    judged: Evaluation,
    *,
    told: bool = False,
) -> list[cutting.Cut]:
    problem, of_unit, opened = search.problem, search.items.of_unit, root.opened
    if not problem.rules.contiguity:
        found: list[cutting.Cut] = []
    elif problem.free_centers:
        found = cutting.free_separators(problem, of_unit, opened, assignment, centers)
    else:
        found = cutting.fixed_separators(problem, of_unit, opened, assignment)
    if told and not found:
        return [cutting.this_very_plan(assignment[search.items.first], centers)]
    if any(breach.rule == "balance" for breach in judged.violations):
        found += cutting.balance_cuts(problem, of_unit, opened, assignment, centers, judged)
    return found


def _result(search: Attempt, infeasible: bool) -> ExactResult:
    best, found = search.best, search.found
    reason = best.budget.reason or "proved"
    bound = min(best.bound, best.objective)
    if infeasible:
        status, bound, reason = Status.INFEASIBLE, float("inf"), "proved"
    elif found and search.proved():
        status, reason = Status.OPTIMAL, "proved"
    elif reason == "interrupted":
        status = Status.INTERRUPTED
    elif found:
        status = Status.FEASIBLE
    else:
        status = Status.NO_SOLUTION
    if reason == "proved" and status in (Status.FEASIBLE, Status.NO_SOLUTION):
        reason = "finished"
    return ExactResult(
        status=status,
        assignment=best.assignment if found else None,
        centers=best.evaluation.centers if found else None,
        evaluation=best.evaluation if found else None,
        bound=bound,
        rounds=best.iteration,
        n_cuts=search.n_cuts,
        reason=reason,
    )
