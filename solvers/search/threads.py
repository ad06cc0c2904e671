"""Independent pieces of work on several threads, their results in the order of the work."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from functools import partial
from numbers import Integral
from typing import TYPE_CHECKING, TypeVar

from solvers.errors import ProblemError

if TYPE_CHECKING:
    from solvers.search.best import Best

__all__ = ["each", "side_by_side", "threads_for"]

T = TypeVar("T")

_LOOK_S = 0.25
"""Wall seconds between two reports while threads work; nothing but the reports hangs on it."""


def threads_for(asked: int | None) -> int:
    """Return how many threads to use: as asked, else as many as this process may run on."""
    if asked is None:
        affinity = getattr(os, "sched_getaffinity", None)
        return max(1, len(affinity(0)) if affinity else os.cpu_count() or 1)
    if isinstance(asked, bool) or not isinstance(asked, Integral) or asked < 1:
        raise ProblemError("threads", asked, "a whole number, 1 or more")
    return int(asked)


def side_by_side(
    work: Sequence[Callable[[], T]], *, threads: int, between: Callable[[], None]
) -> list[T]:
    """Do every piece of work and return the results in order; `between` is called meanwhile.

    The pieces must not depend on each other: the number of threads changes nothing but the wall
    time. `between` is called from the caller's thread only, a few times a second or after each
    piece.
    """
    if threads == 1 or len(work) == 1:
        found = []
        for piece in work:
            found.append(piece())
            between()
        return found
    with ThreadPoolExecutor(min(threads, len(work))) as pool:
        waiting = [pool.submit(piece) for piece in work]
        left = set(waiting)
        while left:
            _, left = wait(left, timeout=_LOOK_S)
            between()
    return [future.result() for future in waiting]


def each(run: Best, stage: str, work: Sequence[Callable[[], T]]) -> list[T]:
    """Do every piece of work and return the results in order; none begins once time is spent.

    As `side_by_side`, with the looks of a run between.
    """

    def guarded(piece: Callable[[], T]) -> list[T]:
        return [] if run.budget.spent() else [piece()]

    found = side_by_side(
        [partial(guarded, piece) for piece in work],
        threads=run.threads,
        between=lambda: run.look(stage),
    )
    return [result for one in found for result in one]
