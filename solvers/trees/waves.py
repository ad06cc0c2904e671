"""Waves of plans by recombination, until one keeps every rule, and a search around them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np

from solvers.arrays import Ints
from solvers.construct import starts
from solvers.effort import Profile
from solvers.problem.evaluate import Evaluation, evaluate
from solvers.search.best import Best, rank
from solvers.search.rounds import polish
from solvers.search.threads import each
from solvers.trees.recombine import (
    TO_BANDS,
    WITHIN_BANDS,
    Course,
    can_recombine,
    recombined,
)

__all__ = ["cut_trees", "needs_trees"]

_CUTS, _UNITS = 2000, 13_000_000
"""Pairs of territories that each plan cuts anew, a unit, and most units that are looked at for it:
up to two seconds."""

_LONG = 10
"""Territories from which there are more of both, in proportion: in 20, twice as many cuts end in a
plan more than twice as often (10 and 3 of 12 runs against 4 and 1, txc and tx)."""

_AROUND = 4
"""Plans of each turn around the best one."""

_HOPELESS = 0.5
"""Goals in all by which the best plan of a wave may be outside: luck does not close more."""

_APART = 10_007
"""Between the seeds of two searches' plans."""

_FEW, _FEW_PAIRS = 0.1, 1_000
"""Share of a search's plans within their bands below which luck decides what it finds, and most
pairs of unit and territory of a problem that is cut anew for no more than that."""

_Judged = tuple[Ints, Evaluation]


def needs_trees(run: Best, within: float) -> bool:
    """Whether no search kept the bands, or hardly any plan of a small problem did.

    Parameters
    ----------
    run : Best
    within : float
        Share of the plans that did, 0 to 1.
    """
    pairs = run.problem.n * run.problem.k
    return bool(run.evaluation.excess.any()) or (within < _FEW and pairs <= _FEW_PAIRS)


def cut_trees(run: Best, profile: Profile, rng: np.random.Generator, seed: int) -> None:
    """Look for plans by cutting pairs of territories anew, and search around the best met.

    Parameters
    ----------
    run : Best
        That `needs_trees`.
    profile : Profile
    rng : numpy.random.Generator
        Draws what they begin from.
    seed : int
    """
    problem, spent = run.problem, run.budget.spent
    if not profile.waves or not can_recombine(problem):
        return
    met: list[_Judged] = []
    # A pair holds 2 n / k units.
    longer = max(1.0, problem.k / _LONG)
    attempts = int(longer * min(_CUTS * problem.n, _UNITS * problem.k / (2 * problem.n)))

    def one(turn: int, own: np.random.Generator | None, course: Course) -> _Judged:
        first = run.assignment
        if own is not None and problem.free_centers:
            first = starts.first_plan(problem, own, spent=spent)
        plan = recombined(
            problem,
            first,
            course=course,
            seed=seed * _APART + turn,
            attempts=attempts,
            spent=spent,
        )
        return plan, evaluate(problem, plan)

    def look(firsts: Sequence[np.random.Generator | None], course: Course) -> None:
        work = [partial(one, len(met) + at, own, course) for at, own in enumerate(firsts)]
        for plan, judged in each(run, "recombine", work):
            met.append((plan, judged))
            run.keep(plan, judged, "recombine")

    for count in profile.waves:
        look([None, *rng.spawn(count - 1)], TO_BANDS)
        hopeless = min((float(judged.excess.sum()) for _, judged in met), default=0.0) > _HOPELESS
        if run.evaluation.feasible or hopeless or spent():
            break
    for _ in range(profile.around_trees):
        if run.evaluation.feasible and not spent():
            look([None] * _AROUND, WITHIN_BANDS)
    if met and not spent():
        met.sort(key=lambda pair: rank(pair[1]))
        others = [plan for plan, _ in met[1:]]
        polish(run, profile, met[0][0], rng, seed, others)
