"""The body of `solve()`: which engines run, in what order, under one budget."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from solvers import improve, repair, seeds
from solvers.certificate import certify
from solvers.effort import PROFILES, Effort, Profile
from solvers.errors import ProblemError
from solvers.evaluate import Evaluation, evaluate
from solvers.events import Event, Observer, ignore
from solvers.layout import build_field
from solvers.result import Result, Status, relative_gap
from solvers.stop import Budget, StopRule, never

if TYPE_CHECKING:
    from solvers.problem import Problem

__all__ = ["Effort", "solve"]

Ints = NDArray[np.int32]

_CENTERINGS = (2, 60, 1, 5)
"""Turns of allocation and re-centring in the plans drawn after the first, one after another."""

_ROOM = 0.3
"""Share of the bands' half-width held back in a reheating, so that all neighbours make room."""

_SLOW_COOLING = 2000
"""Proposals a unit from which a hotter beginning pays."""


@dataclass(slots=True, kw_only=True)
class _Run:
    """The best of one solve, and who is told about it."""

    problem: Problem
    observer: Observer
    budget: Budget
    label: Ints
    evaluation: Evaluation
    bound: float = float("-inf")
    iteration: int = 0
    told_s: float = -1.0
    trace: list[Event] = field(default_factory=list)

    def offer(self, label: NDArray[np.integer], stage: str) -> bool:
        """Let the referee judge an assignment; keep it where it is better."""
        found = evaluate(self.problem, label)
        if _rank(found) >= _rank(self.evaluation):
            return False
        self.label, self.evaluation = np.array(label, dtype=np.int32), found
        self.tell(stage, keep=True)
        return True

    def tell(self, stage: str, *, keep: bool = False) -> None:
        """Report the best so far to the observer."""
        e = self.evaluation
        event = Event(
            stage=stage,
            iteration=self.iteration,
            objective=e.objective,
            imbalance=e.imbalance,
            feasible=e.feasible,
            bound=self.bound,
            gap=relative_gap(e.objective, self.bound),
            elapsed_s=self.budget.elapsed_s,
        )
        if keep:
            self.trace.append(event)
        self.told_s = event.elapsed_s
        self.observer(event)

    def watch(self, stage: str) -> Callable[[improve.Search], None]:
        """Return a reporter for searches: offers their best, twice a second at most."""

        def report(search: improve.Search) -> None:
            self.iteration += 1
            if self.budget.elapsed_s - self.told_s < 0.5:
                return
            if search.best[0] <= 0 or not self.evaluation.feasible:
                self.offer(search.best_label, stage)
            if self.budget.elapsed_s - self.told_s >= 0.5:
                self.tell(stage)

        return report


class _Met(NamedTuple):
    """A plan that a search ended with, and what it is worth."""

    worth: float
    label: Ints


def _rank(evaluation: Evaluation) -> tuple[float, float, float]:
    """Order of assignments: rules broken otherwise than by balance, excess, objective."""
    if evaluation.feasible:
        return 0.0, 0.0, evaluation.objective
    broken = sum(
        max(1.0, v.value - 1.0) if v.rule in ("contiguity", "together") else max(1.0, v.value)
        for v in evaluation.violations
        if v.rule not in ("balance", "moves", "radius")
    )
    far = sum(1.0 for v in evaluation.violations if v.rule in ("moves", "radius"))
    objective = evaluation.objective if np.isfinite(evaluation.objective) else 1e300
    return broken, far + float(evaluation.excess.sum()) + 1e-9, objective


def solve(
    problem: Problem,
    *,
    effort: Effort = "normal",
    seed: int = 0,
    time_limit_s: float | None = None,
    start: NDArray[np.integer] | None = None,
    observer: Observer = ignore,
    stop: StopRule = never,
) -> Result:
    """Find a good assignment, and say what is proved about it.

    Parameters
    ----------
    problem : Problem
    effort : {"quick", "normal", "best"}
        How much work to do; the work is counted, so the same seed gives the same plan.
    seed : int
    time_limit_s : float, optional
        Wall-clock cap; a result that it cut short has the stop reason ``"time_limit"``.
    start : int array, shape (n,), optional
        An assignment to repair and improve, complete or partial (-1), connected or broken.
    observer : Observer
        Called with an `Event` at every improvement and about twice a second.
    stop : StopRule
        Asked several times a second; what it returns becomes the stop reason.

    Returns
    -------
    Result
        The best assignment met, as the referee judges it; with status ``no_solution`` the least
        bad one.

    Raises
    ------
    ProblemError
        `start`, `effort` or `time_limit_s` makes no sense.
    """
    cpu_s = time.process_time()
    budget = _open_budget(problem, effort, time_limit_s, start, stop)
    profile = PROFILES[effort]
    rng = np.random.default_rng(seed)
    if start is None:
        first = seeds.first_plan(problem, rng, rounds=profile.centerings)
    else:
        first = repair.complete(problem, start)
    run = _Run(
        problem=problem,
        observer=observer,
        budget=budget,
        label=first,
        evaluation=evaluate(problem, first),
    )
    run.tell("seeds", keep=True)
    if problem.k > 1:
        if start is None:
            _search(run, profile, first, rng, seed)
        else:
            _polish(run, profile, first, rng, seed)
    # A repaired plan is wanted at once: its bound is the business of the other efforts.
    at_once = effort == "quick" and start is not None and run.evaluation.feasible
    proved = None if at_once else _prove(run, profile)
    return _finish(run, proved, seed, cpu_s)


def _open_budget(
    problem: Problem,
    effort: str,
    time_limit_s: float | None,
    start: NDArray[np.integer] | None,
    stop: StopRule,
) -> Budget:
    """Check the options and start the clock."""
    if effort not in PROFILES:
        raise ProblemError("effort", repr(effort), f"one of {', '.join(PROFILES)}")
    if time_limit_s is not None and not time_limit_s > 0:
        raise ProblemError("time_limit_s", time_limit_s, "seconds above 0")
    if start is not None:
        start = np.asarray(start)
        if start.shape != (problem.n,):
            raise ProblemError("start", f"of shape {start.shape}", f"shape ({problem.n},)")
        if not np.issubdtype(start.dtype, np.integer):
            raise ProblemError("start", f"of type {start.dtype}", "integers")
    return Budget(limit_s=float("inf") if time_limit_s is None else time_limit_s, rule=stop)


def _plans(
    run: _Run, first: Ints, rng: np.random.Generator, count: int, centerings: int
) -> Iterator[Ints]:
    """Assignments to start from: the first, today's where changes matter, and fresh ones."""
    problem = run.problem
    yield first
    today = problem.current >= 0
    if today.any() and (problem.move_cost.any() or problem.moved_cap.size):
        yield repair.complete(problem, problem.current)
        count -= 1
    for turn in range(count - 1):
        if run.budget.spent():
            return
        if problem.free_centers:
            # Centred for long, all plans end alike: the arrangement of a few is left as drawn.
            rounds = min(_CENTERINGS[turn % len(_CENTERINGS)], centerings)
            yield seeds.first_plan(problem, rng, rounds=rounds)
        else:
            # Homes leave nothing to draw: the same plan is annealed with other random numbers.
            yield first


def _search(run: _Run, profile: Profile, first: Ints, rng: np.random.Generator, seed: int) -> None:
    """Anneal from several starts, the better ones for longer; let the best keep every rule."""
    laid_out = build_field(run.problem)
    n = run.problem.n
    rounds = profile.rounds_for(n)
    pool: Iterator[improve.Search] = (
        improve.open_search(run.problem, plan, seed=seed * 1009 + turn, field=laid_out)
        for turn, plan in enumerate(_plans(run, first, rng, rounds[0][0], profile.centerings))
    )
    met: list[_Met] = []
    for _, steps in rounds:
        kept: list[improve.Search] = []
        for search in pool:
            improve.anneal(
                search,
                steps=steps,
                hot=3.0 if steps > _SLOW_COOLING * n else 1.0,
                cold=0.01,
                tight=profile.tight,
                budget=run.budget,
                report=run.watch("improve"),
            )
            run.offer(search.best_label, "improve")
            kept.append(search)
            if run.budget.spent():
                return
        kept.sort(key=_worth)
        met += [_Met(_worth(each), each.best_label.copy()) for each in kept]
        pool = iter(kept[: -(-len(kept) // 4)])
    _finish_off(run, profile, kept[0], met, rng)
    if run.evaluation.feasible and run.problem.k <= profile.polishes and not run.budget.spent():
        from solvers.recombine import polish_borders

        improve.load(kept[0], run.label)
        polish_borders(
            kept[0],
            turns=min(2 * run.problem.k, profile.polishes),
            effort=0.1,
            rng=rng,
            budget=run.budget,
            report=run.watch("recombine"),
        )
        run.offer(kept[0].best_label, "recombine")


def _finish_off(
    run: _Run, profile: Profile, search: improve.Search, met: list[_Met], rng: np.random.Generator
) -> None:
    """Where no plan met keeps every rule, let one of the best do so."""
    met.sort(key=lambda each: each.worth)
    turns = profile.reheats
    for place, each in enumerate(met[: profile.finalists], start=1):
        if run.evaluation.feasible or turns <= 0 or run.budget.spent():
            return
        improve.load(search, each.label)
        last = place == min(profile.finalists, len(met))
        steps = profile.steps_for(run.problem.n) // 3
        turns -= _close(run, profile, search, steps, rng, turns=turns, stay=last)


def _worth(search: improve.Search) -> float:
    """Objective of a search's best, dearer by half of what is violated: a little can be mended."""
    return float(search.best[1] * (1.0 + 0.5 * search.best[0]))


def _close(
    run: _Run,
    profile: Profile,
    search: improve.Search,
    steps: int,
    rng: np.random.Generator,
    *,
    turns: int,
    stay: bool = True,
) -> int:
    """Bring what is outside its band inside: models of a few territories and reheating in turn.

    Returns the turns it took; with `stay` all of them where it fails, otherwise it leaves a pocket
    that two turns have not made smaller to another arrangement.
    """
    least, since = np.inf, 0
    for turn in range(turns):
        if search.best[0] <= 0 or run.budget.spent():
            return turn
        least, since = (search.best[0], 0) if search.best[0] < 0.95 * least else (least, since + 1)
        if since >= 2 and not stay:
            return turn
        if profile.recuts:
            from solvers.recombine import close_pockets

            search.state.label[:] = search.best_label
            close_pockets(
                search,
                turns=profile.recuts,
                effort=0.1,
                rng=rng,
                budget=run.budget,
                report=run.watch("recombine"),
            )
            run.offer(search.best_label, "recombine")
            if search.best[0] <= 0:
                return turn + 1
        # The prices stay as they were: what is still outside its band keeps its weight.
        improve.anneal(
            search,
            steps=steps // 2,
            hot=min(2.0, 0.1 * 2**turn),
            cold=0.01,
            first_price=2.0,
            plain=0.0,
            tight=_ROOM,
            budget=run.budget,
            report=run.watch("balance"),
        )
        run.offer(search.best_label, "balance")
    return turns


def _polish(run: _Run, profile: Profile, first: Ints, rng: np.random.Generator, seed: int) -> None:
    """Repair and improve a given assignment without leaving its surroundings."""
    search = improve.open_search(run.problem, first, seed=seed)
    steps = profile.steps_for(run.problem.n) // 16
    improve.settle_violations(search, steps=steps, budget=run.budget, report=run.watch("balance"))
    improve.anneal(
        search,
        steps=steps,
        hot=0.02,
        cold=0.002,
        looks=40,
        first_price=4.0,
        budget=run.budget,
        report=run.watch("improve"),
    )
    run.offer(search.best_label, "improve")
    _close(run, profile, search, profile.steps_for(run.problem.n) // 3, rng, turns=profile.reheats)


def _prove(run: _Run, profile: Profile) -> Status | None:
    """Take over what is proved about the best assignment, and a better one where it came along."""
    found = certify(
        run.problem,
        run.label,
        run.evaluation,
        exact_s=profile.exact_s,
        exact_pairs=profile.exact_pairs,
        iterations=profile.bound_steps,
        budget=run.budget,
    )
    if found.assignment is not None:
        run.offer(found.assignment, "exact")
    run.bound = max(run.bound, min(found.bound, run.evaluation.objective))
    if found.cut_short is not None:
        run.budget.reason = found.cut_short
    run.tell("bound")
    return Status.INFEASIBLE if found.infeasible else None


def _finish(run: _Run, proved: Status | None, seed: int, cpu_s: float) -> Result:
    """Put the certificate on the best assignment."""
    evaluation = run.evaluation
    reason = run.budget.reason or "finished"
    status = Status.FEASIBLE if evaluation.feasible else Status.NO_SOLUTION
    if proved is Status.INFEASIBLE:
        status, reason, run.bound = Status.INFEASIBLE, "proved", float("inf")
    elif evaluation.feasible and relative_gap(evaluation.objective, run.bound) <= 1e-6:
        status, reason = Status.OPTIMAL, "proved"
    elif reason == "interrupted":
        status = Status.INTERRUPTED
    run.tell("done")
    return Result(
        assignment=run.label,
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
