"""Balanced territory design on index sets and arrays, solved with OR-Tools.

The door: `Problem` in, `solve()`, `Result` out. Importing it loads neither numba nor OR-Tools.

* `Problem`: what to assign to whom, and under which rules; its parts are the next six.
* `Balance`: measures, goals and bands.
* `Rules`: who may go where, what stays together, which land is in one piece.
* `Changes`: today's assignment, and how much of it may change.
* `Groups`: units whose split between territories has a price.
* `Borders`: the price of a kilometre of border between territories.
* `Shapes`: how compact territories must be, and the outlines of units.
* `adjacency_from_edges`: neighbours as the problem takes them.
* `Cost`: the questions that every cost answers.
* `MatrixCost`: a table of units and territories.
* `PairCost`: a table of units and the units that centers may sit on.
* `PlanarCost`: distances in a plane, to given homes or free centers.
* `CandidateCost`: short lists of the territories that may have a unit.
* `solve`: search for the cheapest assignment and prove how near it is.
* `certified`: the proof for an assignment that one has.
* `draws`: plans of short searches from several seeds, side by side.
* `best_centers`: where the center of each territory is cheapest.
* `Result`: the assignment, its bound, and why the search stopped.
* `Status`: what is known of it, from proved best to proved impossible.
* `evaluate`: the referee, who prices an assignment and finds every broken rule.
* `Evaluation`: what the referee says.
* `Violation`: one broken rule.
* `explain_conflict`: which rules cannot be kept together.
* `road_year`: minutes on the road and nights away of a year's calls.
* `route_year`: the tours that they need.
* `Observer`: who is told how the search goes.
* `Event`: what is told.
* `ignore`: an observer that does not listen.
* `StopRule`: asked between pieces of work whether to stop, and why.
* `Interrupt`: a stop rule that someone else pulls.
* `ProblemError`: a problem that makes no sense.
* `SolverError`: the base of all errors here.
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
    Shapes,
    adjacency_from_edges,
)
from solvers.result import Result, Status
from solvers.stop import Interrupt, StopRule

if TYPE_CHECKING:
    from solvers.conflict.explain import explain_conflict
    from solvers.portfolio import certified, draws, solve
    from solvers.problem.centers import best_centers
    from solvers.tours import road_year, route_year

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
    "Shapes",
    "SolverError",
    "Status",
    "StopRule",
    "Violation",
    "adjacency_from_edges",
    "best_centers",
    "certified",
    "draws",
    "evaluate",
    "explain_conflict",
    "ignore",
    "road_year",
    "route_year",
    "solve",
]

_LATE = {
    "best_centers": "problem.centers",
    "certified": "portfolio",
    "draws": "portfolio",
    "explain_conflict": "conflict.explain",
    "road_year": "tours",
    "route_year": "tours",
    "solve": "portfolio",
}


def __getattr__(name: str) -> object:
    """Load what is heavy when it is first asked for."""
    from importlib import import_module

    if name in _LATE:
        return getattr(import_module(f"solvers.{_LATE[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
