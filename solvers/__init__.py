"""Balanced territory design on index sets and arrays, solved with OR-Tools.

The door: `Problem` in, `solve()`, `Result` out. Importing it loads neither numba nor OR-Tools.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from solvers.costs.candidate import CandidateCost
from solvers.costs.cost import Cost
from solvers.costs.matrix import MatrixCost
from solvers.costs.pair import PairCost
from solvers.costs.planar import PlanarCost
from solvers.errors import ProblemError, SolverError
from solvers.events import Event, Observer, ignore
from solvers.problem.evaluate import Evaluation, Violation, evaluate
from solvers.problem.problem import (
    Balance,
    Borders,
    Changes,
    Groups,
    Problem,
    Rules,
    adjacency_from_edges,
)
from solvers.result import Result, Status
from solvers.stop import Interrupt

if TYPE_CHECKING:
    from solvers.portfolio import certified, solve
    from solvers.problem.centers import best_centers

__all__ = [
    "Balance",
    "Borders",
    "CandidateCost",
    "Changes",
    "Cost",
    "Evaluation",
    "Event",
    "Groups",
    "Interrupt",
    "MatrixCost",
    "Observer",
    "PairCost",
    "PlanarCost",
    "Problem",
    "ProblemError",
    "Result",
    "Rules",
    "SolverError",
    "Status",
    "Violation",
    "adjacency_from_edges",
    "best_centers",
    "certified",
    "evaluate",
    "ignore",
    "solve",
]

_LATE = {
    "best_centers": "problem.centers",
    "certified": "portfolio",
    "solve": "portfolio",
}


def __getattr__(name: str) -> object:
    """Load what is heavy when it is first asked for."""
    from importlib import import_module

    if name in _LATE:
        return getattr(import_module(f"solvers.{_LATE[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
