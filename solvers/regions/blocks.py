"""Blocks of many territories go on from where they are: annealed anew, or closed where open.

The whole of a large plan gets few proposals a unit, on one core. A block of two dozen territories
is a small problem: it gets many, its arrays stay in the cache, and others are annealed beside it.
What is open by a little is closed among its neighbours, where closing all of the plan at once costs
4 to 7 % of it (DECISIONS 249).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from solvers.arrays import EXACT, Ints
from solvers.effort import IN_BLOCK, LARGE, REGION
from solvers.events import ignore
from solvers.problem.evaluate import evaluate
from solvers.regions.redraw import has_regions
from solvers.regions.turns import take_turns
from solvers.search import anneal
from solvers.search.arrays import lay_out
from solvers.search.best import Best, rank
from solvers.search.closing import close

if TYPE_CHECKING:
    from solvers.problem.problem import Problem

__all__ = ["anneal_blocks", "close_open", "has_blocks"]

_AROUND = (6, 12, 24, 48)
"""Territories of a block that is closed: more of them where fewer found no room."""

_TRIES = 3
"""Times that all that is open is asked in blocks of one size, with other random numbers."""

_PATIENCE = 5
"""Of these in vain, one after the other, after which the rest is left open where it is much."""

_NEAR = 0.005
"""Excess, of all goals together, that is little: larger blocks or a second closing may yet find
room for it."""

_CLOSINGS, _DEAR = 6, 0.005
"""Most closings of one plan, and the share of its objective from which one is dear: where units are
heavy and bands narrow, luck decides whether a closing costs 1 or 15 %."""

_PROPOSALS = 300
"""Proposals a unit in each reheating of a block that is closed."""

_REHEATS = 4
"""Reheatings of one: what needs more heat than a tenth finds room in a larger block."""

_OVERLAP = 1.2
"""Times that all territories are in blocks of one pass, on average: those apart leave gaps."""


def has_blocks(problem: Problem) -> bool:
    """Return whether blocks go on where the whole was annealed: of a large problem with regions."""
    return problem.n > LARGE and problem.k >= 2 * IN_BLOCK and has_regions(problem)


def anneal_blocks(
    run: Best, *, passes: Sequence[tuple[float, float]], most: float, seed: int
) -> None:
    """Anneal all of a plan, block by block.

    Parameters
    ----------
    run : Best
        Of a problem that has blocks.
    passes : sequence of (float, float)
        Of each pass over all territories: the first heat, in typical changes of the objective by
        one move, and proposals a unit.
    most : float
        Most proposals of one pass.
    seed : int
        0 and up.
    """
    n, k = run.problem.n, run.problem.k
    for turn, (hot, proposals) in enumerate(passes):
        schedule = anneal.Schedule(hot=hot, cold=0.01, first_price=2.0, tight=0.15, follow=True)
        a_unit = min(proposals, most / n)

        def decide(
            part: Problem,
            start: Ints,
            number: int,
            turn: int = turn,
            schedule: anneal.Schedule = schedule,
            a_unit: float = a_unit,
        ) -> Ints | None:
            search = _open(part, start, (seed, turn, number))
            steps = int(a_unit * part.n)
            anneal.anneal(search, schedule, steps=steps, budget=run.budget)
            return _better(part, start, search.best_assignment)

        take_turns(
            run,
            decide,
            times=int(np.ceil(_OVERLAP * k / IN_BLOCK)),
            most_units=n,
            most_territories=IN_BLOCK,
        )


def close_open(run: Best, *, seed: int) -> None:
    """Bring what is outside its band inside among its neighbours: of some ways the cheapest.

    Parameters
    ----------
    run : Best
        With free centers; nothing is done where its plan keeps every band.
    seed : int
        0 and up.
    """
    if not run.evaluation.excess.any():
        return
    found: list[Best] = []
    for turn in range(_CLOSINGS):
        own = replace(run, trace=[])
        _close(own, (seed, turn))
        found.append(own)
        best = min(found, key=lambda own: rank(own.evaluation))
        dear = best.evaluation.objective > run.evaluation.objective * (1.0 + _DEAR)
        left = float(best.evaluation.excess.sum())
        if run.budget.spent() or (left == 0.0 and not dear) or left > (0.0 if turn else _NEAR):
            break
    run.keep(best.assignment, best.evaluation, "balance")


def _close(run: Best, seed: tuple[int, ...]) -> None:
    """Close what is open in ever larger blocks, as long as it becomes less."""
    vain = 0
    for at, most in enumerate(size for size in _AROUND for _ in range(_TRIES)):
        excess = run.evaluation.excess
        before, some = float(excess.sum()), int(excess.any(axis=1).sum())
        hopeless = vain >= _PATIENCE and before > _NEAR
        if not some or hopeless or run.budget.spent():
            return

        def decide(part: Problem, start: Ints, number: int, at: int = at) -> Ints | None:
            return _closed(run, part, start, (*seed, at, number))

        take_turns(
            run,
            decide,
            times=2 * some,
            most_units=run.problem.n,
            most_territories=most,
            only_open=True,
        )
        vain = 0 if run.evaluation.excess.sum() < 0.9 * before else vain + 1


def _open(part: Problem, start: Ints, seed: tuple[int, ...]) -> anneal.Search:
    number = int(np.random.SeedSequence(seed).generate_state(1)[0])
    return anneal.open_search(part, start, seed=number, field=lay_out(part))


def _closed(run: Best, part: Problem, start: Ints, seed: tuple[int, ...]) -> Ints | None:
    """Return the block with less outside its bands, or None."""
    own = Best(
        problem=part,
        observer=ignore,
        budget=run.budget.share(float("inf")),
        assignment=start,
        evaluation=evaluate(part, start),
    )
    search = _open(part, start, seed)
    rng = np.random.default_rng(seed)
    close(own, REGION, search, 2 * _PROPOSALS * part.n, rng, turns=_REHEATS)
    return _better(part, start, own.assignment)


def _better(part: Problem, start: Ints, found: Ints) -> Ints | None:
    """Return the assignment found, or None where it is no better than the block is now."""
    before, after = evaluate(part, start), evaluate(part, found)
    gain = before.objective - after.objective
    if rank(after) >= rank(before) or (before.feasible and gain <= EXACT * abs(before.objective)):
        return None
    return found.copy()
