"""The heuristic's order of work: many short searches, a quarter of which go on, and the mending."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from solvers.construct import repair, starts
from solvers.effort import Profile
from solvers.search import anneal
from solvers.search.arrays import build_field
from solvers.search.best import Incumbent

__all__ = ["polish", "search_plans"]

Ints = NDArray[np.int32]

_CENTERINGS = (2, 60, 1, 5)
"""Turns of allocation and re-centring in the plans drawn after the first, one after another."""

_ROOM = 0.3
"""Share of the bands' half-width held back in a reheating, so that all neighbours make room."""

_SLOW_COOLING = 2000
"""Proposals a unit from which a hotter beginning pays."""


class _Met(NamedTuple):
    """A plan that a search ended with, and what it is worth."""

    worth: float
    label: Ints


def _plans(
    run: Incumbent, first: Ints, rng: np.random.Generator, count: int, centerings: int
) -> Iterator[Ints]:
    """Assignments to start from: the first, today's where changes matter, and fresh ones."""
    problem = run.problem
    yield first
    today = problem.changes.current >= 0
    if today.any() and (problem.changes.move_cost.any() or problem.changes.moved_cap.size):
        yield repair.complete(problem, problem.changes.current)
        count -= 1
    for turn in range(count - 1):
        if run.budget.spent():
            return
        if problem.free_centers:
            # Centred for long, all plans end alike: the arrangement of a few is left as drawn.
            rounds = min(_CENTERINGS[turn % len(_CENTERINGS)], centerings)
            yield starts.first_plan(problem, rng, rounds=rounds)
        else:
            # Homes leave nothing to draw: the same plan is annealed with other random numbers.
            yield first


def search_plans(
    run: Incumbent, profile: Profile, first: Ints, rng: np.random.Generator, seed: int
) -> None:
    """Anneal from several starts, the better ones for longer; let the best keep every rule."""
    laid_out = build_field(run.problem)
    n = run.problem.n
    rounds = profile.rounds_for(n)
    pool: Iterable[anneal.Search] = (
        anneal.open_search(run.problem, plan, seed=seed * 1009 + turn, field=laid_out)
        for turn, plan in enumerate(_plans(run, first, rng, rounds[0][0], profile.centerings))
    )
    met: list[_Met] = []
    for count, steps in rounds:
        ranked: list[anneal.Search] = []
        for search in islice(pool, count):
            anneal.anneal(
                search,
                steps=steps,
                hot=3.0 if steps > _SLOW_COOLING * n else 1.0,
                cold=0.01,
                tight=profile.tight,
                budget=run.budget,
                report=run.watch("improve"),
            )
            run.offer(search.best_label, "improve")
            ranked.append(search)
            if run.budget.spent():
                return
        ranked.sort(key=_worth)
        met += [_Met(_worth(each), each.best_label.copy()) for each in ranked]
        pool = ranked
    _mend(run, profile, ranked[0], met, rng)
    if run.evaluation.feasible and run.problem.k <= profile.polishes:
        anneal.load(ranked[0], run.label)
        turns = min(2 * run.problem.k, profile.polishes)
        _cut_anew(run, ranked[0], "anywhere", turns, rng)


def _mend(
    run: Incumbent,
    profile: Profile,
    search: anneal.Search,
    met: list[_Met],
    rng: np.random.Generator,
) -> None:
    """Where no plan met keeps every rule, let one of the best do so."""
    finalists = sorted(met, key=lambda each: each.worth)[: profile.finalists]
    steps = profile.steps_for(run.problem.n) // 3
    turns = profile.reheats
    for each in finalists:
        if run.evaluation.feasible or turns <= 0 or run.budget.spent():
            return
        anneal.load(search, each.label)
        stay = each is finalists[-1]
        turns -= _close(run, profile, search, steps, rng, turns=turns, stay=stay)


def _cut_anew(
    run: Incumbent,
    search: anneal.Search,
    where: Literal["outside", "anywhere"],
    turns: int,
    rng: np.random.Generator,
) -> None:
    """Solve integer models of a few territories each."""
    from solvers.search import recut

    recut.cut_anew(
        search,
        recut.outside if where == "outside" else recut.anywhere,
        turns=turns,
        effort=0.1,
        rng=rng,
        budget=run.budget,
        report=run.watch("recombine"),
    )
    run.offer(search.best_label, "recombine")


def _worth(search: anneal.Search) -> float:
    """Objective of a search's best, dearer by half of what is violated: a little can be mended."""
    return float(search.best[1] * (1.0 + 0.5 * search.best[0]))


def _close(
    run: Incumbent,
    profile: Profile,
    search: anneal.Search,
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
            search.state.label[:] = search.best_label
            _cut_anew(run, search, "outside", profile.recuts, rng)
            if search.best[0] <= 0:
                return turn + 1
        # The prices stay as they were: what is still outside its band keeps its weight.
        anneal.anneal(
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


def polish(
    run: Incumbent, profile: Profile, first: Ints, rng: np.random.Generator, seed: int
) -> None:
    """Repair and improve a given assignment without leaving its surroundings."""
    search = anneal.open_search(run.problem, first, seed=seed)
    steps = profile.steps_for(run.problem.n) // 16
    anneal.settle_violations(search, steps=steps, budget=run.budget, report=run.watch("balance"))
    anneal.anneal(
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
