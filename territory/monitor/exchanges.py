"""What moves and pairs of moves change of how surely territories keep their bands.

A pair is looked at as one change: two units that trade places, or one that makes room for another.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from solvers.moves.alternatives import Alternatives, Moves, neighbour_moves
from territory.arrays import Floats, Longs

if TYPE_CHECKING:
    import solvers
    from territory.monitor.chances import Chances, Scatter

__all__ = ["Asked", "Standing", "standing"]


_EDGE = 1e-300


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Asked:
    """A problem and how surely each of its territories is to keep its bands.

    Attributes
    ----------
    problem : solvers.Problem
        With fixed centers.
    chances : Chances
        Of its items.
    columns : intp, shape (m,)
        Where the measures of ``chances`` stand among the problem's.
    aim : float64, shape (k,)
        0 to 1.
    share : float64, shape (k, m)
        Of each measure's total that is the territory's goal.
    """

    problem: solvers.Problem
    chances: Chances
    columns: NDArray[np.intp]
    aim: Floats
    share: Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Standing:
    """An assignment judged: sums by territory, loads, what is short, and the moves from it.

    Attributes
    ----------
    assignment : int64, shape (n,)
    short : float64, shape (k,)
        max(aim − held, 0)².
    loads : float64, shape (k, m)
    looked : Moves
        Of border units to neighbours.
    """

    asked: Asked
    assignment: Longs
    scatter: Scatter
    variance: Floats
    loads: Floats
    short: Floats
    looked: Moves

    @property
    def missing(self) -> float:
        """Return what is short in all."""
        return float(self.short.sum())

    def after(self, looked: Moves) -> Floats:
        """Return by how much each of p moves changes what is short, (p,)."""
        rows = np.arange(looked.units.size)[:, None]
        return self.after_both(looked, rows)

    def after_both(self, looked: Moves, rows: NDArray[np.integer]) -> Floats:
        """Return by how much moves made together change what is short, (q,).

        Parameters
        ----------
        looked : Moves
        rows : int, shape (q, 1 or 2)
            Of ``looked``, of different units. What two add to the load of one territory is taken
            as the sum of what each alone does, which is near for travel and exact else.
        """
        asked, chances = self.asked, self.asked.chances
        here = self.assignment[looked.units]
        gain = {
            -1.0: looked.load_from[:, asked.columns] - self.loads[here],
            1.0: looked.load_to[:, asked.columns] - self.loads[looked.to],
        }
        total = self.loads.sum(axis=0) + (gain[-1.0] + gain[1.0])[rows].sum(axis=1)
        # What a move takes from one territory and gives to another: (place among rows, sign).
        parts = [(at, sign) for at in range(rows.shape[1]) for sign in (-1.0, 1.0)]
        where = [(here if sign < 0 else looked.to)[rows[:, at]] for at, sign in parts]
        units = looked.units[rows]
        county = chances.unit[units]
        out = np.zeros(len(rows))
        for slot, territory in enumerate(where):
            counted = np.zeros(len(rows), dtype=bool)
            for before in where[:slot]:
                counted |= before == territory
            load = self.loads[territory].copy()
            mean = self.scatter.mean[territory].copy()
            own = self.variance[territory].copy()
            beside = self.scatter.beside[territory].copy()
            more = np.zeros((len(rows), rows.shape[1], mean.shape[1]))
            for (at, sign), other in zip(parts, where, strict=True):
                into = (other == territory).astype(np.float64)
                signed, unit = (sign * into)[:, None], units[:, at]
                load += into[:, None] * gain[sign][rows[:, at]]
                mean += signed * chances.mean[unit]
                own += signed[:, :, None] * chances.own[unit]
                beside += signed[:, :, None] * chances.beside[unit]
                more[:, at] += signed * chances.mean[unit]
            if rows.shape[1] == 2:
                # Of one county both change the same sum.
                one = (county[:, 0] == county[:, 1])[:, None]
                more[:, 0] += np.where(one, more[:, 1], 0.0)
                more[:, 1] = np.where(one, 0.0, more[:, 1])
            for at in range(rows.shape[1]):
                had = self.scatter.inside[territory, county[:, at]]
                own += chances.of_units(np.maximum(had + more[:, at], 0.0))
                own -= chances.of_units(had)
            planned = load / np.maximum(asked.share[territory] * total, _EDGE) - 1.0
            held = chances.held(np.maximum(planned, -0.999), np.maximum(mean, 0.0), own, beside)
            change = np.maximum(asked.aim[territory] - held, 0.0) ** 2 - self.short[territory]
            out += np.where(counted, 0.0, change)
        return out

    def pairs(self, looked: Moves, territory: int) -> NDArray[np.intp]:
        """Return pairs of moves, (q, 2): one touches a territory, the other one of both of its own.

        Each two are of different units, and are named once.
        """
        here, to = self.assignment[looked.units], looked.to
        first = np.flatnonzero((here == territory) | (to == territory))
        one, other = (each.ravel() for each in np.meshgrid(first, np.arange(here.size)))
        near = (here[one] == here[other]) | (to[one] == to[other])
        near |= (here[one] == to[other]) | (to[one] == here[other])
        apart = looked.units[one] != looked.units[other]
        touches = (here == territory) | (to == territory)
        once = ~touches[other] | (one < other)
        chosen = near & apart & once
        return np.column_stack([one[chosen], other[chosen]])


def standing(asked: Asked, assignment: Longs) -> Standing:
    """Judge an assignment, and look at the moves from it.

    Parameters
    ----------
    asked : Asked
    assignment : int64, shape (n,)
    """
    problem, chances = asked.problem, asked.chances
    prepared = Alternatives(problem, assignment)
    scatter = chances.sums(assignment, problem.k)
    variance = chances.variance(scatter)
    loads = prepared.evaluation.loads[:, asked.columns]
    planned = loads / np.maximum(asked.share * loads.sum(axis=0), _EDGE) - 1.0
    held = chances.held(planned, scatter.mean, variance, scatter.beside)
    return Standing(
        asked=asked,
        assignment=assignment,
        scatter=scatter,
        variance=variance,
        loads=loads,
        short=np.maximum(asked.aim - held, 0.0) ** 2,
        looked=prepared.moves(*neighbour_moves(problem, assignment)),
    )
