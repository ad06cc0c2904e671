"""The districting problem on index sets: frozen, checked once, before any work is done."""

from __future__ import annotations

from dataclasses import dataclass, field, fields

import numpy as np
from numpy.typing import NDArray

from solvers.errors import ProblemError
from solvers.problem.costs import CandidateCost, Cost, MatrixCost, PairCost, PlanarCost

__all__ = ["Problem", "adjacency_from_edges"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]

DENSE_LIMIT = 50_000_000
"""Most entries a dense unit × column array may have; beyond it candidate lists or coordinates."""


def adjacency_from_edges(n: int, edges: NDArray[np.integer]) -> tuple[NDArray[np.int64], Ints]:
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
                    + Σ_g group_price_g (territories of g - 1)
        subject to  Σ_t x_it = 1
                    load_ta = Σ_i (activity_ia + travel_share_a c'_it) x_it
                    lower_ta ≤ load_ta ≤ upper_ta
                    {i : x_it = 1} connected and not empty for every t

    For a measure with ``travel_share > 0`` the bands belong to the plan's own total: goal, lower
    and upper are multiplied by ``Σ_t load_ta / Σ_t goal_ta``, which keeps them linear in x.

    Attributes
    ----------
    cost : Cost
        `MatrixCost`, `CandidateCost`, `PlanarCost` or `PairCost`; with free centers a territory's
        center is one of its own units.
    activity : float64, shape (n, m), 0 and up
    goal, lower, upper : float64, shape (k, m)
        ``0 ≤ lower ≤ goal ≤ upper``, goal above 0.
    indptr, indices : CSR adjacency, symmetric, no loops
    contiguity : bool
        Whether territories must be connected.
    exempt : bool, shape (n,)
        Units that contiguity does not ask about (named-account exceptions).
    travel_share : float64, shape (m,), 0 and up
        What one unit of the cost's travel part adds to the measure, e.g. hours per USD.
    pinned : int32, shape (n,)
        Territory that must have the unit, -1 where free.
    forbidden : int32, shape (f, 2)
        Pairs (unit, territory) that must not be.
    together : int32, shape (n,)
        Units with the same label 0 and up share a territory; -1 where free.
    radius : float
        Largest distance between a unit and its center; ``inf`` for none. Measured in the plane for
        `PlanarCost`, else by `distance`.
    distance : float64, shape (n, n_columns), or None
        Distances that `radius` is about where the cost has no plane.
    current : int32, shape (n,)
        Today's territory, -1 where none.
    move_cost : float64, shape (n,), 0 and up
        Price of giving the unit to another territory than today's.
    moved_weight, moved_cap : float64, shapes (n, r) and (r,)
        Each column caps the sum of its weights over moved units (a count, an activity, revenue).
    group_indptr, group_units, group_price
        CSR lists of units whose split over several territories costs ``group_price`` for each
        territory beyond the first (health systems).
    center_upper : float64, shape (n, m), or None
        With free centers: upper band of the territory whose center is this unit, in place of
        `upper` (capacitated p-median).
    """

    cost: Cost
    activity: Floats
    goal: Floats
    lower: Floats
    upper: Floats
    indptr: NDArray[np.int64]
    indices: Ints
    contiguity: bool = True
    exempt: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, dtype=bool))
    travel_share: Floats = field(default_factory=lambda: np.zeros(0))
    pinned: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int32))
    forbidden: Ints = field(default_factory=lambda: np.zeros((0, 2), dtype=np.int32))
    together: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int32))
    radius: float = float("inf")
    distance: Floats | None = None
    current: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int32))
    move_cost: Floats = field(default_factory=lambda: np.zeros(0))
    moved_weight: Floats = field(default_factory=lambda: np.zeros((0, 0)))
    moved_cap: Floats = field(default_factory=lambda: np.zeros(0))
    group_indptr: NDArray[np.int64] = field(default_factory=lambda: np.zeros(1, dtype=np.int64))
    group_units: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int32))
    group_price: Floats = field(default_factory=lambda: np.zeros(0))
    center_upper: Floats | None = None

    def __post_init__(self) -> None:
        """Fill the optional arrays to full length, make every array read-only, and check all."""
        n, m = _matrix("activity", self.activity).shape
        for name, empty in (
            ("exempt", np.zeros(n, dtype=bool)),
            ("travel_share", np.zeros(m)),
            ("pinned", np.full(n, -1, dtype=np.int32)),
            ("together", np.full(n, -1, dtype=np.int32)),
            ("current", np.full(n, -1, dtype=np.int32)),
            ("move_cost", np.zeros(n)),
            ("moved_weight", np.zeros((n, self.moved_cap.size))),
        ):
            if getattr(self, name).size == 0:
                object.__setattr__(self, name, empty)
        for each in fields(self):
            value = getattr(self, each.name)
            if isinstance(value, np.ndarray):
                frozen = value.view()
                frozen.flags.writeable = False
                object.__setattr__(self, each.name, frozen)
        _check(self)

    @property
    def n(self) -> int:
        """Number of units."""
        return int(self.activity.shape[0])

    @property
    def k(self) -> int:
        """Number of territories."""
        return int(self.goal.shape[0])

    @property
    def m(self) -> int:
        """Number of measures."""
        return int(self.activity.shape[1])

    @property
    def free_centers(self) -> bool:
        """Whether the territories' centers are to be located."""
        return not self.cost.fixed


def _matrix(name: str, value: Floats) -> Floats:
    if value.ndim != 2:
        raise ProblemError(name, f"an array of {value.ndim} dimensions", "an array of 2 dimensions")
    return value


def _first(mask: NDArray[np.bool_]) -> tuple[int, ...] | None:
    """Index of the first True, or None."""
    if not mask.any():
        return None
    return tuple(int(j) for j in np.unravel_index(int(np.argmax(mask)), mask.shape))


def _shape(name: str, value: NDArray[np.generic], expected: tuple[int, ...]) -> None:
    if value.shape != expected:
        raise ProblemError(name, f"of shape {value.shape}", f"shape {expected}")


def _numbers(name: str, value: Floats, *, lowest: float = 0.0, above: bool = False) -> None:
    """Refuse NaN, infinities and values under (or at, where `above`) the lowest."""
    low = value <= lowest if above else value < lowest
    if (at := _first(~np.isfinite(value) | low)) is not None:
        word = "above" if above else "not below"
        raise ProblemError(name, float(value[at]), f"a finite number {word} {lowest:g}", index=at)


def _labels(name: str, value: NDArray[np.integer], top: int, *, lowest: int = -1) -> None:
    if not np.issubdtype(value.dtype, np.integer):
        raise ProblemError(name, f"of type {value.dtype}", "integers")
    if (at := _first((value < lowest) | (value >= top))) is not None:
        raise ProblemError(name, int(value[at]), f"{lowest} to {top - 1}", index=at)


def _check(p: Problem) -> None:
    n, m = p.activity.shape
    if n == 0 or m == 0:
        raise ProblemError(
            "activity", f"of shape {p.activity.shape}", "at least one unit and measure"
        )
    k = int(_matrix("goal", p.goal).shape[0])
    if k == 0 or k > n:
        raise ProblemError("goal", f"for k = {k} territories", f"1 to {n}, the number of units")
    _numbers("activity", p.activity)
    if (empty := _first(p.activity.sum(axis=0) + p.travel_share <= 0)) is not None:
        raise ProblemError("activity", 0.0, "a measure with a total above 0", index=(0, *empty))
    for name, value in (("goal", p.goal), ("lower", p.lower), ("upper", p.upper)):
        _shape(name, value, (k, m))
    _numbers("goal", p.goal, above=True)
    _numbers("lower", p.lower)
    if (at := _first(~(p.upper >= p.goal))) is not None:
        raise ProblemError("upper", float(p.upper[at]), f"at least the goal {p.goal[at]}", index=at)
    if (at := _first(p.lower > p.goal)) is not None:
        raise ProblemError("lower", float(p.lower[at]), f"at most the goal {p.goal[at]}", index=at)
    _shape("travel_share", p.travel_share, (m,))
    _numbers("travel_share", p.travel_share)
    _check_cost(p, n, k)
    _check_adjacency(p, n)
    _check_rules(p, n, k, m)
    _check_changes(p, n, k)


def _check_cost(p: Problem, n: int, k: int) -> None:
    if p.cost.n != n:
        raise ProblemError("cost", f"for {p.cost.n} units", f"{n} units, as in activity")
    if p.cost.fixed and p.cost.n_columns != k:
        raise ProblemError("cost", f"for {p.cost.n_columns} territories", f"{k}, as in goal")
    match p.cost:
        case MatrixCost(cost=table) | PairCost(pair=table):
            if table.size > DENSE_LIMIT:
                raise ProblemError(
                    "cost", f"{table.size} entries", f"at most {DENSE_LIMIT}; use CandidateCost"
                )
            _numbers("cost", table)
            if isinstance(p.cost, MatrixCost) and p.cost.travel is not None:
                _shape("cost.travel", p.cost.travel, (n, k))
                _numbers("cost.travel", p.cost.travel)
        case CandidateCost(indptr=indptr, territory=territory, cost=cost):
            _numbers("cost", cost)
            _labels("cost", territory, k, lowest=0)
            if p.cost.travel is not None:
                _shape("cost.travel", p.cost.travel, cost.shape)
                _numbers("cost.travel", p.cost.travel)
            if (at := _first(np.diff(indptr) <= 0)) is not None:
                raise ProblemError("cost", "no candidate", "one territory or more", index=at)
        case PlanarCost(xy=xy, weight=weight, offset=offset, power=power, home_xy=home_xy):
            _shape("cost.xy", xy, (n, 2))
            _numbers("cost.xy", xy, lowest=-np.inf)
            for name, value in (("cost.weight", weight), ("cost.offset", offset)):
                _shape(name, value, (n,))
                _numbers(name, value)
            if power not in (1, 2):
                raise ProblemError("cost.power", power, "1 or 2")
            if home_xy is not None:
                _shape("cost.home_xy", home_xy, (k, 2))
                _numbers("cost.home_xy", home_xy, lowest=-np.inf)
    if not p.radius > 0:
        raise ProblemError("radius", p.radius, "a number above 0")
    if p.distance is not None:
        _shape("distance", p.distance, (n, p.cost.n_columns))
        _numbers("distance", p.distance)
    elif np.isfinite(p.radius) and not isinstance(p.cost, PlanarCost):
        raise ProblemError("radius", p.radius, "none unless distance is given")


def _check_adjacency(p: Problem, n: int) -> None:
    _shape("indptr", p.indptr, (n + 1,))
    if p.indptr[0] != 0 or p.indptr[-1] != p.indices.size or (np.diff(p.indptr) < 0).any():
        raise ProblemError(
            "indptr", "not a CSR row pointer", f"0 up to {p.indices.size}, ascending"
        )
    _labels("indices", p.indices, n, lowest=0)
    owner = np.repeat(np.arange(n, dtype=np.int64), np.diff(p.indptr))
    if (at := _first(owner == p.indices)) is not None:
        raise ProblemError("indices", int(p.indices[at]), "no unit as its own neighbour", index=at)
    ahead = owner * n + p.indices
    back = np.sort(p.indices.astype(np.int64) * n + owner)
    if (at := _first(np.sort(ahead) != back)) is not None:
        lone = np.setdiff1d(ahead, back)
        pair = divmod(int(lone[0]), n) if lone.size else at
        raise ProblemError("indices", f"asymmetric at units {pair}", "each edge in both directions")
    if p.contiguity:
        _check_connected(p, n)


def _check_connected(p: Problem, n: int) -> None:
    """Refuse a geography in several pieces: a rule that nobody could keep there is a mistake."""
    import scipy.sparse as sp

    matrix = sp.csr_array(
        (np.ones(p.indices.size, dtype=np.int8), p.indices, p.indptr), shape=(n, n)
    )
    _, piece = sp.csgraph.connected_components(matrix, directed=False)
    asked = np.unique(piece[~p.exempt])
    if asked.size > 1:
        lone = int(np.argmin(np.bincount(piece[~p.exempt])[asked]))
        unit = int(np.flatnonzero((piece == asked[lone]) & ~p.exempt)[0])
        raise ProblemError(
            "indices",
            f"a geography in {asked.size} pieces",
            "one connected piece (bridge islands first)",
            index=(unit,),
        )


def _check_rules(p: Problem, n: int, k: int, m: int) -> None:
    for name in ("exempt", "pinned", "together", "current", "move_cost"):
        _shape(name, getattr(p, name), (n,))
    _labels("pinned", p.pinned, k)
    _labels("together", p.together, max(n, int(p.together.max(initial=-1)) + 1))
    _labels("current", p.current, k)
    _numbers("move_cost", p.move_cost)
    if p.forbidden.ndim != 2 or p.forbidden.shape[1] != 2:
        raise ProblemError("forbidden", f"of shape {p.forbidden.shape}", "shape (f, 2)")
    _labels("forbidden", p.forbidden[:, 0], n, lowest=0)
    _labels("forbidden", p.forbidden[:, 1], k, lowest=0)
    clash = p.pinned[p.forbidden[:, 0]] == p.forbidden[:, 1]
    if (at := _first(clash)) is not None:
        unit, territory = (int(v) for v in p.forbidden[at])
        raise ProblemError(
            "forbidden",
            f"unit {unit} in territory {territory}",
            "no unit that is pinned there",
            index=at,
        )
    grouped = np.flatnonzero((p.together >= 0) & (p.pinned >= 0))
    first: dict[int, int] = {}
    for unit in grouped.tolist():
        other = first.setdefault(int(p.together[unit]), unit)
        if p.pinned[other] != p.pinned[unit]:
            raise ProblemError(
                "pinned",
                int(p.pinned[unit]),
                f"{p.pinned[other]}, where unit {other} of the same together group is pinned",
                index=(unit,),
            )
    if p.center_upper is not None:
        _shape("center_upper", p.center_upper, (n, m))
        if p.cost.fixed:
            raise ProblemError("center_upper", "given with fixed centers", "free centers")


def _check_changes(p: Problem, n: int, k: int) -> None:
    _shape("moved_weight", p.moved_weight, (n, p.moved_cap.size))
    _numbers("moved_weight", p.moved_weight)
    _numbers("moved_cap", p.moved_cap)
    g = p.group_price.size
    _shape("group_indptr", p.group_indptr, (g + 1,))
    if p.group_indptr[0] != 0 or p.group_indptr[-1] != p.group_units.size:
        raise ProblemError("group_indptr", "not a row pointer", f"0 up to {p.group_units.size}")
    _labels("group_units", p.group_units, n, lowest=0)
    _numbers("group_price", p.group_price)
