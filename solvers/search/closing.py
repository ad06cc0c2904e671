"""What is outside its band is brought inside: models of a few territories and reheating in turn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np

from solvers.effort import Profile
from solvers.search import anneal
from solvers.search.best import Best

__all__ = ["GIVEN_HEATS", "HEATS", "close", "cut_anew"]

HEATS = ((0.01, 0.0), (0.03, 0.15), *((0.1 * 2**turn, 0.3) for turn in range(5)), (2.0, 0.3))
"""Of each reheating: the heat, and the share of the bands' half-width held back so that all
neighbours make room. What little heat mends keeps the arrangement."""

GIVEN_HEATS = ((0.01, 0.0), (0.1, 0.15), (0.2, 0.3), (0.3, 0.3), (0.4, 0.3))
"""The same for a given plan: regions that have too much of one measure and too little of another by
other hours move only with more heat, and too much undoes what was closed."""


def close(
    run: Best,
    profile: Profile,
    search: anneal.Search,
    steps: int,
    rng: np.random.Generator,
    *,
    turns: int,
    stay: bool = True,
    heats: Sequence[tuple[float, float]] = HEATS,
) -> int:
    """Bring what is outside its band inside: models of a few territories and reheating in turn.

    Returns the turns it took; with `stay` all of them where it fails, otherwise it leaves a pocket
    that two turns have not made smaller to another arrangement.
    """
    least, since = np.inf, 0
    for turn in range(turns):
        # The search keeps margins of its own within the bands: the referee's word is the last.
        if search.best[0] <= 0 or run.evaluation.feasible or run.budget.spent():
            return turn
        least, since = (search.best[0], 0) if search.best[0] < 0.95 * least else (least, since + 1)
        if since >= 2 and not stay:
            return turn
        if profile.recuts:
            search.state.assignment[:] = search.best_assignment
            cut_anew(run, search, "outside", profile.recuts, rng)
            if search.best[0] <= 0:
                return turn + 1
        # The prices stay as they were: what is still outside its band keeps its weight.
        hot, tight = heats[min(turn, len(heats) - 1)]
        anneal.anneal(
            search,
            anneal.Schedule(
                hot=hot, cold=min(hot / 3, 0.01), first_price=2.0, plain=0.0, tight=tight
            ),
            steps=steps // 2,
            budget=run.budget,
            report=lambda _: run.look("balance"),
        )
        run.offer(search.best_assignment, "balance")
    return turns


def cut_anew(
    run: Best,
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
        report=lambda _: run.look("recombine"),
    )
    run.offer(search.best_assignment, "recombine")
