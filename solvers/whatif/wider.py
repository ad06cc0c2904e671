"""Where no plan was found: the least that each limit has to give for one to be found."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from solvers.arrays import LIMIT, NONZERO, Floats, Ints
from solvers.portfolio import solve
from solvers.problem.evaluate import Evaluation, evaluate
from solvers.problem.problem import Problem
from solvers.stop import StopRule, never

__all__ = ["Search", "Widen", "Wider", "wider"]

Widen = Callable[[Problem], Problem]
"""The same problem with one limit wider."""

Search = Callable[[Widen, Ints | None], tuple[Ints, Evaluation]]
"""How a problem is searched once it is widened, from a plan or begun anew."""

TRIES = 6
"""Most values tried for each limit, each by a search begun anew, as a planner's next one is."""

WARM = 1
"""Tries of each limit that also begin with the best plan known, where the search found none: they
take four times as long and seldom end better. None where the next run locates its own centers."""

STEP = 0.005
"""Tolerances are looked for in steps of half a percent of the goal; other limits as closely."""

BEYOND = (0.05, 0.1, 0.2, 0.4)
"""How much wider than what a plan at hand needs a search begun anew is tried, one after another."""

_DIGITS = 9
"""Decimals of a tolerance: what a planner writes, and no rounding error of ours beside it."""

FACTOR_STEP = 0.01
"""Tolerances that widen together, in steps of a hundredth of what they are."""


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
        The limit: a fraction of the goal, a factor, a cap, a radius. A search begun anew finds a
        plan there, wherever one of those tried did.
    least : float
        What the plan that needs least asks for; below `amount` where only a search for something
        else came by it.
    anew : bool
        Whether a search begun anew found a plan at `amount`; else only a plan at hand keeps it.
    failed : float
        The widest limit below that was tried in vain; that of the problem where none was.
    territory : int
        The one that needs it: farthest outside the limit as it was.
    deviation : float
        How far that one is from its goal, as a fraction; 0 for caps and radius.
    """

    kind: str
    which: int
    amount: float
    least: float
    anew: bool
    failed: float
    territory: int
    deviation: float


def wider(
    problem: Problem,
    assignment: Ints,
    judged: Evaluation,
    *,
    narrower: float = 0.0,
    seed: int = 0,
    stop: StopRule = never,
    search: Search | None = None,
) -> list[Wider]:
    """Try each limit that a plan breaks a little wider until a plan keeps every other rule.

    Nothing is proved: a smaller change may do. The searches are counted, so that the same problem
    and seed give the same answer.

    Parameters
    ----------
    problem : Problem
    assignment : int32, shape (n,)
        The least bad plan.
    judged : Evaluation
        The referee's word on it.
    narrower : float, 0 and up
        Share of a goal by which the problem's bands are narrower than those that the planner
        writes. Tolerances are tried and told as the planner's, so that the next run is the trial.
    seed : int
    stop : StopRule
    search : callable, optional
        How the planner's next run searches; one quick search of the problem unless given. Where
        that run would locate centers of its own, a search with those at hand tells nothing of it.

    Returns
    -------
    list of Wider
        All tolerances together first, then each alone, smallest change first; empty where no
        limit that was tried helps.
    """
    broken = judged.violations
    at_hand = _Answer(np.inf, assignment, evaluate(problem, assignment))
    if search is None:
        ask = _Ask(_quick(problem, seed, stop), stop, at_hand, WARM)
    else:
        ask = _Ask(search, stop, at_hand, 0)
    found: list[Wider] = []
    measures = sorted({each.measure for each in broken if each.rule == "balance"})
    for a in measures:
        answer = _least(ask, _tolerance(problem, judged, (a,), narrower))
        if answer is not None:
            found.append(_of_band(problem, answer, "tolerance", a))
    if problem.m > 1 and measures:
        every = _tolerance(problem, judged, tuple(range(problem.m)), narrower)
        answer = _least(ask, every)
        found.sort(key=lambda each: each.amount)
        if answer is not None:
            found.insert(0, _of_band(problem, answer, "tolerances", -1))
    for breach in {each.rule + str(each.measure): each for each in broken}.values():
        if breach.rule in {"moves", "radius"}:
            found += _limits(problem, ask, breach.rule, breach.measure, breach.value)
    return found


def _quick(problem: Problem, seed: int, stop: StopRule) -> Search:
    """One quick search of a problem whose centers or homes are the next run's too."""

    def search(widened: Widen, start: Ints | None) -> tuple[Ints, Evaluation]:
        found = solve(
            widened(problem), effort="quick", seed=seed, start=start, stop=stop, prove=False
        )
        return found.assignment, found.evaluation

    return search


@dataclass(frozen=True, slots=True)
class _Limit:
    """A limit: what it is, one that may do, how to widen it, what a plan needs, how closely."""

    low: float
    high: float
    widen: Callable[[Problem, float], Problem]
    needs: Callable[[Evaluation], float]
    step: float

    def rounded(self, amount: float) -> float:
        """Round up to the next step."""
        return float(np.ceil(amount / self.step - 1e-6) * self.step) if self.step else amount

    def close(self, low: float, amount: float) -> bool:
        """Whether nothing between is worth a search."""
        return amount - low <= (self.step or STEP * amount) * (1.0 + LIMIT)


@dataclass(frozen=True, slots=True)
class _Answer:
    """A limit that a plan keeps, that plan, and the referee's word on it."""

    amount: float
    assignment: Ints
    judged: Evaluation


@dataclass(frozen=True, slots=True)
class _Ask:
    """How to search, when to stop, the plan at hand, and the tries that begin with it."""

    search: Search
    stop: StopRule
    at_hand: _Answer
    warm: int

    def tried(self, limit: _Limit, trial: float, start: Ints | None) -> _Answer:
        """Search at one limit; what is found may need less than was allowed, or a little more."""
        assignment, judged = self.search(lambda problem: limit.widen(problem, trial), start)
        needs = limit.rounded(limit.needs(judged))
        return _Answer(min(trial, needs) if judged.feasible else needs, assignment, judged)


@dataclass(frozen=True, slots=True)
class _Tried:
    """The least that a plan needs, the least at which a search begun anew found one, the vain."""

    least: _Answer
    fresh: _Answer | None
    failed: float


def _least(ask: _Ask, limit: _Limit) -> _Tried | None:
    """Halve between a limit that failed and one that does; what a plan needs is a limit too.

    A plan that misses the limit tried by little is one that keeps all rules at a limit little
    wider: every search tells something.
    """
    best = replace(ask.at_hand, amount=limit.rounded(limit.needs(ask.at_hand.judged)))
    fresh: _Answer | None = None
    low, high, warm = limit.low, limit.high, ask.warm
    vain = [low]
    for _ in range(TRIES):
        if ask.stop() is not None or limit.close(low, best.amount):
            break
        known = np.isfinite(best.amount)
        trial = limit.rounded((low + best.amount) / 2.0 if known else high)
        found = ask.tried(limit, trial, None)
        if found.judged.feasible:
            fresh = replace(found, amount=trial)
        elif warm > 0:
            warm -= 1
            found = min(found, ask.tried(limit, trial, best.assignment), key=lambda a: a.amount)
        if found.amount > trial:
            low = trial
            vain.append(trial)
        best = min(best, found, key=lambda a: a.amount)
        high *= 2.0
    if not np.isfinite(best.amount):
        return None
    fresh = _confirmed(ask, limit, best, fresh)
    failed = max(each for each in vain if each < best.amount or each == limit.low)
    return _Tried(best, fresh, failed)


def _confirmed(ask: _Ask, limit: _Limit, best: _Answer, fresh: _Answer | None) -> _Answer | None:
    """Return the least limit at which a search begun anew finds a plan, as a planner's next is."""
    trials = [best.amount]
    if fresh is None:
        # Only a search from a plan at hand came so close: the next run begins anew.
        trials += [limit.rounded(best.amount * (1.0 + more)) for more in BEYOND]
    elif not limit.close(best.amount, fresh.amount):
        trials.append(limit.rounded((best.amount + fresh.amount) / 2.0))
    for trial in trials:
        if ask.stop() is not None or (fresh is not None and fresh.amount <= trial):
            break
        found = ask.tried(limit, trial, None)
        if found.judged.feasible:
            return replace(found, amount=trial)
    return fresh


def _tolerances(problem: Problem) -> Floats:
    """Present half-widths of the bands as shares of the goals, the widest of each measure."""
    balance = problem.balance
    above = np.where(np.isfinite(balance.upper), balance.upper / balance.goal - 1.0, 0.0)
    return np.asarray(np.maximum(above, 1.0 - balance.lower / balance.goal).max(axis=0))


def _tolerance(
    problem: Problem, judged: Evaluation, measures: tuple[int, ...], narrower: float
) -> _Limit:
    """Bands of some measures: one counts in tolerances, several in multiples of their own."""
    at = list(measures)
    present = (_tolerances(problem)[at] + narrower).round(_DIGITS)
    unit = present if len(at) > 1 else np.ones(1)
    step = FACTOR_STEP if len(at) > 1 else STEP

    def spans(evaluation: Evaluation) -> float:
        return float(((np.abs(evaluation.deviation[:, at]) + narrower) / unit).max())

    def needs(evaluation: Evaluation) -> float:
        mine = all(each.rule == "balance" and each.measure in at for each in evaluation.violations)
        return spans(evaluation) if mine else float("inf")

    def widen(problem: Problem, amount: float) -> Problem:
        balance = problem.balance
        lower, upper = balance.lower.copy(), balance.upper.copy()
        goal = balance.goal[:, at]
        within = (amount * unit).round(_DIGITS) - narrower
        lower[:, at] = np.minimum(lower[:, at], np.maximum(goal * (1.0 - within), 0.0))
        upper[:, at] = np.maximum(upper[:, at], goal * (1.0 + within))
        return replace(problem, balance=replace(balance, lower=lower, upper=upper))

    low = float((present / unit).max())
    return _Limit(low, max(spans(judged), low + step), widen, needs, step)


def _of_band(problem: Problem, tried: _Tried, kind: str, a: int) -> Wider:
    """Name the territory that is farthest outside the band as it was."""
    answer = tried.fresh or tried.least
    off = np.abs(answer.judged.deviation) / np.maximum(_tolerances(problem), NONZERO)
    measures = [a] if a >= 0 else list(range(problem.m))
    t = int(off[:, measures].max(axis=1).argmax())
    worst = measures[int(off[t, measures].argmax())]
    return Wider(
        kind=kind,
        which=a,
        amount=answer.amount,
        least=tried.least.amount,
        anew=tried.fresh is not None,
        failed=tried.failed,
        territory=t,
        deviation=float(answer.judged.deviation[t, worst]),
    )


def _limits(problem: Problem, ask: _Ask, rule: str, which: int, value: float) -> Iterator[Wider]:
    """A cap on moves, or the radius."""
    low = problem.rules.radius if rule == "radius" else float(problem.changes.moved_cap[which])

    def widen(problem: Problem, amount: float) -> Problem:
        if rule == "radius":
            # A search that locates centers may count in kilometres what a plan counts in radii.
            wide = problem.rules.radius * (amount / low)
            return replace(problem, rules=replace(problem.rules, radius=wide))
        cap = problem.changes.moved_cap.copy()
        cap[which] = amount
        return replace(problem, changes=replace(problem.changes, moved_cap=cap))

    def needs(evaluation: Evaluation) -> float:
        broken = evaluation.violations
        mine = broken and all((each.rule, each.measure) == (rule, which) for each in broken)
        return max(each.value for each in broken) if mine else float("inf")

    tried = _least(ask, _Limit(low, value, widen, needs, 0.0))
    if tried is not None:
        yield Wider(
            kind=rule,
            which=which,
            amount=(tried.fresh or tried.least).amount,
            least=tried.least.amount,
            anew=tried.fresh is not None,
            failed=tried.failed,
            territory=-1,
            deviation=0.0,
        )
