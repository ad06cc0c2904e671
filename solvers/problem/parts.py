"""The parts of a problem: balance, rules, changes, groups, borders, shapes, with their arrays."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from solvers.arrays import Bools, Floats, Ints, Longs
from solvers.costs.cost import Cost

__all__ = ["Balance", "Borders", "Changes", "Groups", "Rules", "Shapes", "Stated"]


def _empty_ints() -> Ints:
    return np.zeros(0, dtype=np.int32)


def _empty_floats() -> Floats:
    return np.zeros(0)


def _no_pairs() -> Ints:
    return np.zeros((0, 2), dtype=np.int32)


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """What is balanced, and how far each territory may be from its goal.

    Attributes
    ----------
    activity : float64, shape (n, m), 0 and up
        What each unit brings to each measure, travel apart.
    goal, lower, upper : float64, shape (k, m)
        ``0 ≤ lower ≤ goal ≤ upper``, goal above 0. For a measure with travel they hold for a plan
        whose total is ``Σ goal``; `solvers.problem.bands` scales them to the plan's own.
    travel_share : float64, shape (m,), 0 and up
        What one unit of the cost's travel part adds to the measure, e.g. hours per USD.
    center_upper : float64, shape (n, m), or None
        With free centers: upper band of the territory whose center is this unit, in place of
        `upper` (capacitated p-median).
    """

    activity: Floats
    goal: Floats
    lower: Floats
    upper: Floats
    travel_share: Floats = field(default_factory=_empty_floats)
    center_upper: Floats | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What every plan must keep, besides balance and the caps on changes.

    Attributes
    ----------
    contiguity : bool
        Whether territories must be connected.
    exempt : bool, shape (n,)
        Units that contiguity does not ask about (named-account exceptions).
    pinned : int32, shape (n,)
        Territory that must have the unit, -1 where free.
    forbidden : int32, shape (f, 2)
        Pairs (unit, territory) that must not be.
    together : int32, shape (n,)
        Units with the same number 0 and up share a territory; -1 where free.
    radius : float
        Largest distance between a unit and its center; ``inf`` for none. Measured in the plane for
        `PlanarCost`, else by `distance`.
    distance : float64, shape (n, n_columns), or None
        Distances that `radius` is about where the cost has no plane.
    """

    contiguity: bool = True
    exempt: Bools = field(default_factory=lambda: np.zeros(0, dtype=bool))
    pinned: Ints = field(default_factory=_empty_ints)
    forbidden: Ints = field(default_factory=_no_pairs)
    together: Ints = field(default_factory=_empty_ints)
    radius: float = float("inf")
    distance: Floats | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """Today's alignment, the price of leaving it and the caps on how much may.

    Attributes
    ----------
    current : int32, shape (n,)
        Today's territory, -1 where none.
    move_cost : float64, shape (n,), 0 and up
        Price of giving the unit to another territory than today's.
    moved_weight, moved_cap : float64, shapes (n, r) and (r,)
        Each column caps the sum of its weights over moved units (a count, an activity, revenue).
    """

    current: Ints = field(default_factory=_empty_ints)
    move_cost: Floats = field(default_factory=_empty_floats)
    moved_weight: Floats = field(default_factory=lambda: np.zeros((0, 0)))
    moved_cap: Floats = field(default_factory=_empty_floats)


@dataclass(frozen=True, slots=True, kw_only=True)
class Groups:
    """Units whose split over several territories has a price (health systems).

    Attributes
    ----------
    indptr : int64, shape (g + 1,)
    units : int32, shape (indptr[-1],)
        CSR lists of the groups' units.
    price : float64, shape (g,), 0 and up
        Price of each territory beyond the first.
    """

    indptr: Longs = field(default_factory=lambda: np.zeros(1, dtype=np.int64))
    units: Ints = field(default_factory=_empty_ints)
    price: Floats = field(default_factory=_empty_floats)


@dataclass(frozen=True, slots=True, kw_only=True)
class Borders:
    """Length and price of the border between territories: a ragged map costs clarity.

    Attributes
    ----------
    km : float64, shape (e,), 0 and up
        Length of the border that each entry of `Problem.indices` stands for, the same in both
        directions; 0 for a bridge. Empty for none.
    price : float
        Price of a kilometre that runs between two territories.
    """

    km: Floats = field(default_factory=_empty_floats)
    price: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Shapes:
    """How compact the outline of every territory must be; see `solvers.problem.compactness`.

    Attributes
    ----------
    least : float, 0 to below 1
        Least Polsby-Popper compactness of a territory; 0 for no such rule.
    area_km2, outline_km : float64, shape (u,), 0 and up
        Of the first u units, which have land; the others have none.
    pairs : int32, shape (q, 2)
        Units that share a stretch of outline, each pair once; neighbours or not.
    shared_km : float64, shape (q,), 0 and up
        How much they share.
    """

    least: float = 0.0
    area_km2: Floats = field(default_factory=_empty_floats)
    outline_km: Floats = field(default_factory=_empty_floats)
    pairs: Ints = field(default_factory=_no_pairs)
    shared_km: Floats = field(default_factory=_empty_floats)


class Stated(Protocol):
    """A whole problem as the checks read it; `solvers.problem.problem.Problem` is one."""

    @property
    def cost(self) -> Cost:
        """Cost of every unit from every column."""

    @property
    def balance(self) -> Balance:
        """Measures and bands."""

    @property
    def indptr(self) -> Longs:
        """CSR row starts of the adjacency."""

    @property
    def indices(self) -> Ints:
        """CSR neighbours."""

    @property
    def rules(self) -> Rules:
        """What every plan must keep."""

    @property
    def changes(self) -> Changes:
        """Today, and how much may change."""

    @property
    def groups(self) -> Groups:
        """Units whose split has a price."""

    @property
    def borders(self) -> Borders:
        """Length and price of borders."""

    @property
    def shapes(self) -> Shapes:
        """Land and outlines of the units, and the rule about them."""

    @property
    def n(self) -> int:
        """Number of units."""

    @property
    def k(self) -> int:
        """Number of territories."""

    @property
    def m(self) -> int:
        """Number of measures."""

    @property
    def free_centers(self) -> bool:
        """Whether the territories' centers are to be located."""
