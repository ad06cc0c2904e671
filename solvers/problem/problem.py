"""The districting problem on index sets: frozen, checked once, before any work is done."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from typing import Any, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from solvers.arrays import Bools, Floats, Ints, Longs
from solvers.costs.cost import Cost
from solvers.errors import ProblemError
from solvers.problem.checks import check, check_cost, matrix
from solvers.problem.parts import Balance, Borders, Changes, Groups, Rules, Shapes

E = TypeVar("E", bound=np.generic)

__all__ = [
    "Balance",
    "Borders",
    "Changes",
    "Groups",
    "Problem",
    "Rules",
    "Shapes",
    "adjacency_from_edges",
]


def adjacency_from_edges(n: int, edges: Longs | Ints) -> tuple[Longs, Ints]:
    """Return the symmetric CSR adjacency ``(indptr, indices)`` of undirected edges, shape (e, 2).

    Neighbours are ascending; repeated edges count once.

    Raises
    ------
    ProblemError
        An end of an edge is no unit, or an edge joins a unit to itself.

    Examples
    --------
    A path of three units:

    >>> indptr, indices = adjacency_from_edges(3, np.array([[0, 1], [1, 2]]))
    >>> indptr.tolist(), indices.tolist()
    ([0, 1, 3, 4], [1, 0, 2, 1])
    """
    edges = np.asarray(edges, dtype=np.int64).reshape(-1, 2)
    if edges.size and (edges.min() < 0 or edges.max() >= n):
        at = int(np.argmax((edges < 0) | (edges >= n)) // 2)
        raise ProblemError("edges", edges[at].tolist(), f"two units from 0 to {n - 1}", index=(at,))
    loops = np.flatnonzero(edges[:, 0] == edges[:, 1])
    if loops.size:
        at = int(loops[0])
        raise ProblemError("edges", edges[at].tolist(), "two different units", index=(at,))
    both = np.unique(np.concatenate([edges, edges[:, ::-1]]), axis=0)
    indptr = np.zeros(n + 1, dtype=np.int64)
    np.cumsum(np.bincount(both[:, 0], minlength=n), out=indptr[1:])
    return indptr, both[:, 1].astype(np.int32)


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Assign every unit to one territory, balanced in every measure, in one piece, cheaply.

    With x_it = 1 where territory t has unit i, c_it the cost of the unit from the territory's
    column and c'_it its travel part (`Cost.travel_at`, the whole cost unless told otherwise)::

        minimise    Σ c_it x_it + Σ move_cost_i [t ≠ current_i]
                    + Σ_g price_g (territories of g - 1)
                    + border price · km of border between two territories
        subject to  Σ_t x_it = 1
                    load_ta = Σ_i (activity_ia + travel_share_a c'_it) x_it
                    lower_ta ≤ load_ta ≤ upper_ta
                    {i : x_it = 1} connected and not empty for every t
                    the outline of every t as compact as `Shapes` asks

    For a measure with ``travel_share > 0`` the bands belong to the plan's own total: goal, lower
    and upper are multiplied by ``Σ_t load_ta / Σ_t goal_ta``, which keeps them linear in x.

    Attributes
    ----------
    cost : Cost
        `MatrixCost`, `CandidateCost`, `PlanarCost` or `PairCost`; with free centers a territory's
        center is one of its own units.
    balance : Balance
    indptr, indices : int64, shape (n + 1,), and int32, shape (e,)
        CSR adjacency, symmetric, no loops.
    rules : Rules
    changes : Changes
    groups : Groups
    borders : Borders
    shapes : Shapes
    """

    cost: Cost
    balance: Balance
    indptr: Longs
    indices: Ints
    rules: Rules = field(default_factory=Rules)
    changes: Changes = field(default_factory=Changes)
    groups: Groups = field(default_factory=Groups)
    borders: Borders = field(default_factory=Borders)
    shapes: Shapes = field(default_factory=Shapes)

    def __post_init__(self) -> None:
        """Fill the optional arrays to full length, make every array read-only, and check all."""
        n, m = matrix("activity", self.balance.activity).shape
        none = np.full(n, -1, dtype=np.int32)
        self._complete("balance", travel_share=np.zeros(m))
        self._complete("rules", exempt=np.zeros(n, dtype=bool), pinned=none, together=none)
        caps = self.changes.moved_cap.size
        self._complete(
            "changes", current=none, move_cost=np.zeros(n), moved_weight=np.zeros((n, caps))
        )
        self._complete("groups")
        if self.borders.price > 0 and self.borders.km.size == 0 < self.indices.size:
            raise ProblemError(
                "borders.km",
                f"missing for {self.indices.size} borders at a price of {self.borders.price:g}",
                "one length for each entry of indices",
            )
        self._complete("borders", km=np.zeros(self.indices.size))
        self._complete("shapes")
        for name in ("indptr", "indices"):
            object.__setattr__(self, name, _frozen(getattr(self, name)))
        check(self)

    def _complete(self, part: str, **empty: Floats | Ints | Bools) -> None:
        """Put the given arrays where a part has none, and make all its arrays read-only."""
        given: Balance | Rules | Changes | Groups | Borders | Shapes = getattr(self, part)
        arrays = {}
        for each in fields(given):
            value = getattr(given, each.name)
            if isinstance(value, np.ndarray):
                lacking = value.size == 0 and each.name in empty
                arrays[each.name] = _frozen(empty[each.name] if lacking else value)
        object.__setattr__(self, part, replace(cast(Any, given), **arrays))

    @classmethod
    def checked_before(
        cls,
        *,
        cost: Cost,
        balance: Balance,
        indptr: Longs,
        indices: Ints,
        rules: Rules,
        changes: Changes,
        shapes: Shapes,
    ) -> Problem:
        """Return a problem of parts that were a problem's before, looked at no more; no borders.

        For an assignment that is judged many times, each time with other ways: what stays the same
        need not be checked again. The cost is checked.
        """
        problem = object.__new__(cls)
        parts = {"cost": cost, "balance": balance, "rules": rules, "changes": changes}
        parts |= {"shapes": shapes}
        parts |= {"groups": Groups(), "borders": Borders(km=np.zeros(indices.size))}
        for name, value in {**parts, "indptr": indptr, "indices": indices}.items():
            object.__setattr__(problem, name, value)
        check_cost(problem, problem.n, problem.k)
        return problem

    def with_cost(self, cost: Cost) -> Problem:
        """Return the same problem with another cost; only that is checked."""
        other = object.__new__(Problem)
        for each in fields(self):
            object.__setattr__(other, each.name, getattr(self, each.name))
        object.__setattr__(other, "cost", cost)
        check_cost(other, other.n, other.k)
        return other

    def without_shapes(self) -> Problem:
        """Return the same problem without the rule about outlines: what it proves holds with it."""
        return self if self.shapes.least == 0.0 else replace(self, shapes=Shapes())

    @property
    def n(self) -> int:
        """Number of units."""
        return int(self.balance.activity.shape[0])

    @property
    def k(self) -> int:
        """Number of territories."""
        return int(self.balance.goal.shape[0])

    @property
    def m(self) -> int:
        """Number of measures."""
        return int(self.balance.activity.shape[1])

    @property
    def free_centers(self) -> bool:
        """Whether the territories' centers are to be located."""
        return not self.cost.fixed


def _frozen(value: NDArray[E]) -> NDArray[E]:
    frozen = value.view()
    frozen.flags.writeable = False
    return frozen
