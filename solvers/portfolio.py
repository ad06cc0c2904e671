"""The body of `solve()`: which engines run, in what order, under one budget."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import count
from numbers import Integral
from queue import SimpleQueue
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from solvers.arrays import EXACT, Ints
from solvers.certificate import SETTLED_UNITS, certify, settle, take_over
from solvers.construct import repair, starts
from solvers.effort import PROFILES, Effort, Profile, one_by_one
from solvers.errors import ProblemError
from solvers.events import Event, Observer, ignore
from solvers.moves.shaped import solve_shaped
from solvers.problem.evaluate import evaluate
from solvers.regions.blocks import has_blocks
from solvers.regions.parts import parts_of
from solvers.regions.resite import resite
from solvers.result import Result, Status, relative_gap
from solvers.search.best import Best, rank
from solvers.search.rounds import go_on, polish, search_plans
from solvers.search.swap import swap_idle_land
from solvers.search.threads import side_by_side, threads_for
from solvers.stop import Budget, StopRule, never, open_budget
from solvers.trees.waves import cut_trees, needs_trees

if TYPE_CHECKING:
    from solvers.problem.problem import Problem

__all__ = ["Effort", "certified", "draws", "solve"]

AGAIN = 2
"""Most further quick searches where none found a plan that keeps every rule."""

APART = 1_000_003
"""Between the seeds of these, so that they are no neighbour's."""


def solve(  # noqa: PLR0913 - the door of the solvers: each option is a caller's
    problem: Problem,
    *,
    effort: Effort = "normal",
    seed: int = 0,
    time_limit_s: float | None = None,
    start: NDArray[np.integer] | None = None,
    threads: int | None = None,
    observer: Observer = ignore,
    stop: StopRule = never,
    prove: bool = True,
) -> Result:
    """Find a good assignment, and say what is proved about it.

    Parameters
    ----------
    problem : Problem
    effort : {"quick", "normal", "best", "sketch"}
        How much work to do; the work is counted, so the same seed gives the same plan. A sketch
        says where centers come to lie, and is closed by another search.
    seed : int
    time_limit_s : float, optional
        Wall-clock cap; a result that it cut short has the stop reason ``"time_limit"``.
    start : int array, shape (n,) or (s, n), optional
        An assignment to repair and improve, complete or partial (-1), connected or broken; of
        several the best one is, and the others are merged with it.
    threads : int, optional
        Most threads to work on, as many as the process may use unless given; the plan is the same
        for any number.
    observer : Observer
        Called with an `Event` at every improvement and about twice a second.
    stop : StopRule
        Asked several times a second; what it returns becomes the stop reason.
    prove : bool
        False leaves out all bounds and proofs: only the assignment is wanted.

    Returns
    -------
    Result
        The best assignment met, as the referee judges it; with status ``no_solution`` the least
        bad one.

    Raises
    ------
    ProblemError
        `start`, `effort`, `seed`, `time_limit_s` or `threads` makes no sense.
    """
    cpu_s = time.process_time()
    if problem.shapes.least > 0.0:
        plain = partial(solve, threads=threads, stop=stop)
        return _finish(
            *solve_shaped(
                problem,
                plain,
                effort=effort,
                seed=seed,
                time_limit_s=time_limit_s,
                start=start,
                observer=observer,
                stop=stop,
                prove=prove,
            ),
            seed,
            cpu_s,
        )
    if isinstance(seed, bool) or not isinstance(seed, Integral) or seed < 0:
        raise ProblemError("seed", seed, "a whole number, 0 or more")
    budget = open_budget(problem.n, effort, time_limit_s, start, stop)
    workers = threads_for(threads)
    profile = PROFILES[effort]
    if start is None:
        rng, first = _begin(problem, one_by_one(effort)[0], seed, budget, workers)
    else:
        rng = np.random.default_rng(seed)
        first, others = _best_of(problem, np.atleast_2d(np.asarray(start)))
    run = Best(
        problem=problem,
        observer=observer,
        budget=budget,
        assignment=first,
        evaluation=evaluate(problem, first),
        threads=workers,
    )
    run.tell("begin", keep=True)
    if start is None and prove and problem.n <= SETTLED_UNITS:
        # Every plan of a tiny problem is looked at in less time than a search takes.
        proved = take_over(run, settle(problem, budget))
        if proved is not None or relative_gap(run.objective, run.bound) <= EXACT:
            return _finish(run, proved, seed, cpu_s)
    if problem.k > 1:
        if start is None:
            _search_all(run, effort, first, rng, seed, prove=prove)
        else:
            polish(run, profile, first, rng, seed, others)
        swap_idle_land(run)
    # A repaired plan is wanted at once: its bound is the business of the other efforts.
    at_once = effort == "quick" and start is not None and run.evaluation.feasible
    proved = None if at_once or not prove else _prove(run, effort, rng, seed)
    return _finish(run, proved, seed, cpu_s)


def _best_of(problem: Problem, starts: NDArray[np.integer]) -> tuple[Ints, list[Ints]]:
    """Return the best of some assignments, (s, n), once they are whole, and the others."""
    whole = [repair.complete(problem, start) for start in starts]
    if len(whole) > 1:
        whole.sort(key=lambda plan: rank(evaluate(problem, plan)))
    return whole[0], whole[1:]


def _begin(
    problem: Problem, effort: Effort, seed: int, budget: Budget, threads: int
) -> tuple[np.random.Generator, NDArray[np.int32]]:
    """Return an effort's random numbers and its first plan."""
    rng = np.random.default_rng(seed)
    profile = PROFILES[effort]
    turns = profile.before_blocks[0] if has_blocks(problem) else profile.centerings
    return rng, starts.first_plan(problem, rng, rounds=turns, spent=budget.spent, threads=threads)


def _search_all(
    run: Best,
    effort: Effort,
    first: NDArray[np.int32],
    rng: np.random.Generator,
    seed: int,
    *,
    prove: bool,
) -> None:
    """Search as the least effort does, then as those above it: more of it never ends worse."""
    problem, budget = run.problem, run.budget
    numbers = count(seed * 1009)
    least, *further = one_by_one(effort)
    within = _search(run, PROFILES[least], first, rng, seed, numbers)
    wanted = PROFILES[effort].begun if has_blocks(problem) else 1
    for again in range(1, max(AGAIN + 1, wanted)):
        # Another beginning costs less than a proof, and often ends within the bands; of a large
        # plan the luck of the first one stays.
        enough = run.evaluation.feasible or not prove
        if (enough and again >= wanted) or budget.spent():
            break
        rng, first = _begin(problem, least, seed + again * APART, budget, run.threads)
        _search(run, PROFILES[least], first, rng, seed + again * APART, numbers)
    lost = bool(run.evaluation.excess.any())
    # What is only tried at quick, as the limits that a plan would need, is not worth them.
    if (prove or further) and needs_trees(run, within):
        cut_trees(run, PROFILES[least], rng, seed)
    for more in further:
        # A plan that has parts is made better by them. The best effort begins anew, unless the
        # whole is too large for it; so do others where territories need not be in one piece, as
        # more lies far from any plan there.
        parts = parts_of(problem, PROFILES[more], numbers)
        enough = parts is not None and problem.rules.contiguity and run.evaluation.feasible
        if not enough or (more == "best" and parts is not None and parts.anneal is None):
            rng, first = _begin(problem, more, seed, budget, run.threads)
            _search(run, PROFILES[more], first, rng, seed, numbers)
        if parts is not None:
            go_on(run, PROFILES[more], seed, parts)
        if lost:
            cut_trees(run, PROFILES[more], rng, seed)
        resite(run, models=PROFILES[more].sites)


def _search(
    run: Best,
    profile: Profile,
    first: NDArray[np.int32],
    rng: np.random.Generator,
    seed: int,
    numbers: Iterator[int],
) -> float:
    """Search plans as a whole and by parts; share of them that keep their bands."""
    return search_plans(run, profile, first, rng, seed, parts_of(run.problem, profile, numbers))


def draws(
    problem: Problem,
    *,
    seeds: Sequence[int],
    time_limit_s: float | None = None,
    threads: int | None = None,
    observer: Observer = ignore,
    stop: StopRule = never,
) -> list[Result]:
    """Find a plan from each seed by short searches of their own, side by side on all threads.

    Parameters
    ----------
    problem : Problem
    seeds : sequence of int
        0 and up.
    time_limit_s, threads, observer, stop
        As `solve` takes them.

    Returns
    -------
    list of Result
        One a seed; nothing is proved about them, and their CPU seconds hold those of the others
        that ran meanwhile.
    """
    heard: SimpleQueue[Event] = SimpleQueue()

    def search(seed: int) -> Result:
        return solve(
            problem,
            effort="quick",
            seed=seed,
            time_limit_s=time_limit_s,
            threads=1,
            observer=heard.put,
            stop=stop,
            prove=False,
        )

    def tell() -> None:
        while not heard.empty():
            observer(heard.get())

    work = [partial(search, seed) for seed in seeds]
    return side_by_side(work, threads=threads_for(threads), between=tell)


def certified(
    problem: Problem,
    assignment: NDArray[np.integer],
    *,
    effort: Effort = "normal",
    seed: int = 0,
    stop: StopRule = never,
    prove: bool = True,
) -> Result:
    """Judge an assignment and bound it, without looking for a better one.

    Parameters
    ----------
    problem : Problem
    assignment : int, shape (n,)
        Territory of each unit, 0 to k - 1.
    effort : str
        Whose steps the bound takes.
    seed : int
        Told in the result.
    stop : StopRule
    prove : bool
        False leaves out the bound.

    Returns
    -------
    Result
        ``optimal`` or ``feasible``; ``no_solution`` without a bound where a rule is broken.

    Raises
    ------
    ProblemError
        `assignment` or `effort` makes no sense.
    """
    from solvers.bounds.lower_bound import lower_bound

    cpu_s = time.process_time()
    budget = open_budget(problem.n, effort, None, assignment, stop)
    profile = PROFILES[effort]
    best = np.asarray(assignment, dtype=np.int32)
    run = Best(
        problem=problem,
        observer=ignore,
        budget=budget,
        assignment=best,
        evaluation=evaluate(problem, best),
        threads=1,
    )
    if not prove:
        run.budget.spent()  # whether the work was asked to stop is told all the same
    elif run.evaluation.feasible:
        bound = lower_bound(
            problem,
            best,
            run.evaluation,
            iterations=profile.bound_steps,
            pairs=profile.bound_pairs,
            budget=budget,
        )
        run.raise_bound(min(bound.value, run.evaluation.objective))
    return _finish(run, None, seed, cpu_s)


def _prove(run: Best, effort: Effort, rng: np.random.Generator, seed: int) -> Status | None:
    """Take over what is proved about the best assignment, and a better one where it came along.

    Where no search found a plan the exact model may: it is asked as the least effort asks it, then
    as those above it, and what it finds is searched around.
    """
    pairs = run.problem.n * run.problem.cost.n_columns
    for each in one_by_one(effort):
        asked = not run.evaluation.feasible and pairs <= PROFILES[each].exact_pairs
        if each != effort and not asked:
            continue
        found = run.evaluation.feasible
        proved = take_over(
            run,
            certify(
                run.problem,
                run.assignment,
                run.evaluation,
                profile=PROFILES[each],
                budget=run.budget,
                threads=run.threads,
            ),
        )
        if proved is not None:
            return proved
        if run.evaluation.feasible and not found and run.problem.k > 1:
            polish(run, PROFILES[each], run.assignment, rng, seed)
    return None


def _finish(run: Best, proved: Status | None, seed: int, cpu_s: float) -> Result:
    """Put the certificate on the best assignment."""
    evaluation = run.evaluation
    reason = run.budget.reason or "finished"
    status = Status.FEASIBLE if evaluation.feasible else Status.NO_SOLUTION
    if proved is Status.INFEASIBLE:
        status, reason, run.bound = Status.INFEASIBLE, "proved", float("inf")
    elif evaluation.feasible and relative_gap(evaluation.objective, run.bound) <= EXACT:
        status, reason = Status.OPTIMAL, "proved"
    elif reason == "interrupted":
        status = Status.INTERRUPTED
    run.tell("done")
    return Result(
        assignment=run.assignment,
        centers=evaluation.centers,
        evaluation=evaluation,
        status=status,
        stop_reason=reason,
        bound=run.bound,
        seed=seed,
        wall_s=run.budget.elapsed_s,
        cpu_s=time.process_time() - cpu_s,
        trace=tuple(run.trace),
    )
