"""The kernels compiled before the work begins, where an installation has none on its disk yet.

Compiling takes half a minute, a second or two a kernel, and none can be left half done. In the
midst of a search whoever asks it to end would wait for all that are still to come; before it there
is nothing to keep, so that the work can end at once.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from solvers.arrays import Floats, Longs
from solvers.costs.cost import Cost
from solvers.costs.matrix import MatrixCost
from solvers.costs.planar import PlanarCost
from solvers.events import Event, Observer
from solvers.problem.problem import Balance, Problem, adjacency_from_edges

__all__ = ["compile_kernels", "must_compile"]

_SIDE, _K = 6, 3


def must_compile() -> bool:
    """Whether the search's main kernel is compiled neither in this process nor on the disk."""
    from solvers.kernels.looks import looks

    file = getattr(getattr(looks, "_cache", None), "_cache_file", None)
    if file is None:  # not compiled at all (NUMBA_DISABLE_JIT), or kept nowhere
        return bool(getattr(looks, "signatures", None) == [])
    return not looks.signatures and not file._load_index()  # type: ignore[attr-defined]


def compile_kernels(observer: Observer) -> None:
    """Search a square of 36 units with free and with given centers, and route weeks, in vain.

    All in the caller's thread, where a KeyboardInterrupt comes through between two of the
    compiler's steps.

    Parameters
    ----------
    observer : Observer
        Told once that there is no plan yet.
    """
    observer(
        Event(
            stage="compiling, once after an install",
            iteration=0,
            objective=np.inf,
            imbalance=np.inf,
            feasible=False,
            bound=-np.inf,
            gap=np.inf,
            elapsed_s=0.0,
        )
    )
    with _no_interrupt_is_lost():
        _use_every_kernel()


def _use_every_kernel() -> None:
    from solvers.portfolio import solve
    from solvers.tours import road_year, route_year
    from solvers.trees.recombine import TO_BANDS, recombined

    xy, edges = _square()
    minutes = np.hypot(*(xy[:, None] - xy[None]).transpose(2, 0, 1))
    for cost in (
        PlanarCost(xy=xy, weight=np.ones(len(xy)), offset=np.zeros(len(xy)), power=1, home_xy=None),
        MatrixCost(cost=np.ascontiguousarray(minutes[:, :: len(xy) // _K][:, :_K])),
    ):
        problem = _problem(cost, edges)
        solve(problem, effort="quick", threads=1)
    thirds = (np.arange(len(xy)) * _K // len(xy)).astype(np.int32)
    recombined(problem, thirds, course=TO_BANDS, seed=0, attempts=5, spent=lambda: False)
    few = np.ascontiguousarray(minutes[:9, :9])
    route_year(few, np.full(8, 12.0), np.full(8, 30.0), n_weeks=46, sample=2)
    road_year(few, np.full(8, 1.0), np.full(8, 30.0), n_weeks=2)


@contextmanager
def _no_interrupt_is_lost() -> Iterator[None]:
    """Raise at the compiler's next step the KeyboardInterrupt that came in a callback of LLVM.

    Most of a compiling is LLVM's, and a key pressed there is heard first by the callback that takes
    its machine code. Nothing can be raised through C: Python tells `sys.unraisablehook`, and
    the compiler goes on, or ends in an error about code that the callback did not keep.
    """
    from numba.core.event import Event as Step
    from numba.core.event import Listener, install_listener

    lost = False

    def heard(unraisable: sys.UnraisableHookArgs) -> None:
        nonlocal lost
        if issubclass(unraisable.exc_type, KeyboardInterrupt):
            lost = True
        else:
            before(unraisable)

    class Steps(Listener):  # type: ignore[misc]
        def on_start(self, step: Step) -> None:
            if lost:
                raise KeyboardInterrupt

        on_end = on_start

    before, sys.unraisablehook = sys.unraisablehook, heard
    try:
        with install_listener("numba:run_pass", Steps()):
            yield
    except Exception:
        if not lost:
            raise
    finally:
        sys.unraisablehook = before
    if lost:
        raise KeyboardInterrupt


def _square() -> tuple[Floats, Longs]:
    """Return points of a square lattice, and its edges."""
    at = np.arange(_SIDE * _SIDE).reshape(_SIDE, _SIDE)
    xy = np.argwhere(at >= 0).astype(np.float64)
    across = np.column_stack([at[:, :-1].ravel(), at[:, 1:].ravel()])
    down = np.column_stack([at[:-1].ravel(), at[1:].ravel()])
    return xy, np.vstack([across, down]).astype(np.int64)


def _problem(cost: Cost, edges: Longs) -> Problem:
    n = _SIDE * _SIDE
    indptr, indices = adjacency_from_edges(n, edges)
    activity = (1.0 + np.arange(n) % 7)[:, None].astype(np.float64)
    goal = np.full((_K, 1), activity.sum() / _K)
    return Problem(
        cost=cost,
        balance=Balance(activity=activity, goal=goal, lower=goal * 0.9, upper=goal * 1.1),
        indptr=indptr,
        indices=indices,
    )
