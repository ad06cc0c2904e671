"""Where no plan was found: the least that each limit has to give for one to be found."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from solvers.arrays import Floats, Ints
from solvers.portfolio import solve
from solvers.problem.evaluate import Evaluation
from solvers.problem.problem import Problem
from solvers.stop import StopRule, never

__all__ = ["Wider", "wider"]

TRIES = 4
"""Most values tried for each limit: from the best plan known, then by a search begun anew."""

STEP = 0.005
"""Tolerances are looked for in steps of half a percent of the goal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wider:
    """A limit at which a plan was found, all others unchanged.

    Attributes
    ----------
    kind : str
        ``"tolerance"`` of one measure, ``"tolerances"`` of all of them by one factor, ``"moves"``
        (a cap), ``"radius"``.
    which : int
        Measure or cap; -1 for the others.
    amount : float
        The limit: a fraction of the goal, a factor, a cap, a radius.
    failed : float
        The widest limit that was tried in vain; that of the problem where none was.
    territory : int
        The one that needs it: farthest outside the limit as it was.
    deviation : float
        How far that one is from its goal, as a fraction; 0 for caps and radius.
    """

    kind: str
    which: int
    amount: float
    failed: float
    territory: int
    deviation: float


def wider(
    problem: Problem, label: Ints, judged: Evaluation, *, seed: int = 0, stop: StopRule = never
) -> list[Wider]:
    """Try each limit that a plan breaks a little wider until a plan keeps every other rule.

    Nothing is proved: a smaller change may do. The searches are counted, so that the same problem
    and seed give the same answer.

    Parameters
    ----------
    problem : Problem
    label : int32, shape (n,)
        The least bad plan.
    judged : Evaluation
        The referee's word on it.
    seed : int
    stop : StopRule

    Returns
    -------
    list of Wider
        All tolerances together first, then each alone, smallest change first; empty where no
        limit that was tried helps.
    """
    broken = judged.violations
    found: list[Wider] = []
    measures = sorted({each.measure for each in broken if each.rule == "balance"})
    for a in measures:
        answer = _least(problem, label, seed, stop, *_tolerance(problem, judged, (a,)))
        if answer is not None:
            found.append(_of_band(problem, answer, "tolerance", a))
    if problem.m > 1 and measures:
        answer = _least(
            problem, label, seed, stop, *_tolerance(problem, judged, tuple(range(problem.m)))
        )
        found.sort(key=lambda each: each.amount)
        if answer is not None:
            found.insert(0, _of_band(problem, answer, "tolerances", -1))
    for breach in {each.rule + str(each.measure): each for each in broken}.values():
        if breach.rule in {"moves", "radius"}:
            found += _limits(problem, label, seed, stop, breach.rule, breach.measure, breach.value)
    return found


_Widen = Callable[[float], Problem]


@dataclass(frozen=True, slots=True)
class _Answer:
    """The least limit at which a plan was found, that plan, and the widest that failed."""

    amount: float
    failed: float
    judged: Evaluation


def _least(
    problem: Problem,
    label: Ints,
    seed: int,
    stop: StopRule,
    low: float,
    high: float,
    widen: _Widen,
    needs: Callable[[Evaluation], float],
) -> _Answer | None:
    """Halve between a limit that failed and one that may do; what a plan needs is a limit too."""
    answer: _Answer | None = None
    start, trial = label, high
    for _ in range(TRIES):
        if stop() is not None:
            break
        tried = widen(trial)
        result = solve(tried, effort="quick", seed=seed, start=start, stop=stop, prove=False)
        if not result.evaluation.feasible:
            # A plan that is bad in many places holds a search back: one that begins anew as well.
            result = solve(tried, effort="quick", seed=seed, stop=stop, prove=False)
        if result.evaluation.feasible:
            start = result.assignment
            # The plan may need less than it was allowed.
            answer = _Answer(min(trial, needs(result.evaluation)), low, result.evaluation)
        elif answer is None:
            low, high = trial, high * 2.0
            trial = high
            continue
        else:
            low = trial
        answer = replace(answer, failed=low)
        if answer.amount - low <= STEP * max(1.0, answer.amount):
            break
        trial = (low + answer.amount) / 2.0
    return answer


def _tolerances(problem: Problem) -> Floats:
    """Present half-widths of the bands as shares of the goals, the widest of each measure."""
    balance = problem.balance
    above = np.where(np.isfinite(balance.upper), balance.upper / balance.goal - 1.0, 0.0)
    return np.asarray(np.maximum(above, 1.0 - balance.lower / balance.goal).max(axis=0))


def _tolerance(
    problem: Problem, judged: Evaluation, measures: tuple[int, ...]
) -> tuple[float, float, _Widen, Callable[[Evaluation], float]]:
    """Bands of some measures: what is, what this plan needs, how to widen, what a plan needs.

    One measure counts in tolerances, several in multiples of their own.
    """
    at = list(measures)
    present = _tolerances(problem)[at]
    unit = present if len(at) > 1 else np.ones(1)

    def needs(evaluation: Evaluation) -> float:
        return _rounded(float((np.abs(evaluation.deviation[:, at]) / unit).max()))

    def widen(amount: float) -> Problem:
        balance = problem.balance
        lower, upper = balance.lower.copy(), balance.upper.copy()
        goal = balance.goal[:, at]
        lower[:, at] = np.minimum(lower[:, at], np.maximum(goal * (1.0 - amount * unit), 0.0))
        upper[:, at] = np.maximum(upper[:, at], goal * (1.0 + amount * unit))
        return replace(problem, balance=replace(balance, lower=lower, upper=upper))

    low = float((present / unit).max())
    return low, max(needs(judged), low + STEP), widen, needs


def _rounded(amount: float) -> float:
    """Round up to the next step."""
    return float(np.ceil(amount / STEP - 1e-6) * STEP)


def _of_band(problem: Problem, answer: _Answer, kind: str, a: int) -> Wider:
    """Name the territory that is farthest outside the band as it was."""
    off = np.abs(answer.judged.deviation) / np.maximum(_tolerances(problem), 1e-9)
    measures = [a] if a >= 0 else list(range(problem.m))
    t = int(off[:, measures].max(axis=1).argmax())
    worst = measures[int(off[t, measures].argmax())]
    return Wider(
        kind=kind,
        which=a,
        amount=answer.amount,
        failed=answer.failed,
        territory=t,
        deviation=float(answer.judged.deviation[t, worst]),
    )


def _limits(
    problem: Problem,
    label: Ints,
    seed: int,
    stop: StopRule,
    rule: str,
    which: int,
    value: float,
) -> Iterator[Wider]:
    """A cap on moves, or the radius."""

    def widen(amount: float) -> Problem:
        if rule == "radius":
            return replace(problem, rules=replace(problem.rules, radius=amount))
        cap = problem.changes.moved_cap.copy()
        cap[which] = amount
        return replace(problem, changes=replace(problem.changes, moved_cap=cap))

    low = problem.rules.radius if rule == "radius" else float(problem.changes.moved_cap[which])
    answer = _least(problem, label, seed, stop, low, value, widen, lambda _: float("inf"))
    if answer is not None:
        yield Wider(
            kind=rule,
            which=which,
            amount=answer.amount,
            failed=answer.failed,
            territory=-1,
            deviation=0.0,
        )
