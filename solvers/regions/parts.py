"""How a problem of many territories is searched by parts: its blocks, its regions, what is open."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from solvers.effort import Profile
from solvers.regions.blocks import anneal_blocks, close_open, has_blocks
from solvers.regions.redraw import has_regions, redraw
from solvers.search.rounds import Parts

if TYPE_CHECKING:
    from solvers.problem.problem import Problem
    from solvers.search.best import Best

__all__ = ["parts_of"]


def parts_of(problem: Problem, profile: Profile, numbers: Iterator[int]) -> Parts | None:
    """Return how a problem is searched by parts with an effort's work, or None where it is not.

    Parameters
    ----------
    problem : Problem
    profile : Profile
    numbers : iterator of int
        0 and up: each search takes the next, so that no two are the same.
    """
    if not has_regions(problem):
        return None
    large = has_blocks(problem)

    def blocks(run: Best) -> None:
        passes, most = profile.blocks, profile.most_in_blocks
        anneal_blocks(run, passes=passes, most=most, seed=next(numbers))

    def anew(run: Best) -> None:
        for few, regions in profile.regions_for(problem.k, blocks=large):
            redraw(run, territories=few, regions=regions, seed=next(numbers))

    def close(run: Best) -> None:
        close_open(run, seed=next(numbers))

    return Parts(blocks if large else None, anew, close)
