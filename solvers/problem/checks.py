"""What a problem must be to make sense: every array's shape, range and fit, checked once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from solvers.arrays import Bools, Floats, Longs
from solvers.errors import ProblemError
from solvers.problem.costs import CandidateCost, MatrixCost, PairCost, PlanarCost

if TYPE_CHECKING:
    from solvers.problem.parts import Stated

__all__ = ["check", "matrix"]

DENSE_LIMIT = 50_000_000
"""Most entries a dense unit × column array may have; beyond it candidate lists or coordinates."""


def matrix(name: str, value: Floats) -> Floats:
    """Return the array, or refuse one that has not two dimensions."""
    if value.ndim != 2:
        raise ProblemError(name, f"an array of {value.ndim} dimensions", "an array of 2 dimensions")
    return value


def _first(mask: Bools) -> tuple[int, ...] | None:
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


def check(p: Stated) -> None:
    """Raise `ProblemError` with field, index and value where something makes no sense."""
    n, m = p.balance.activity.shape
    if n == 0 or m == 0:
        raise ProblemError(
            "activity", f"of shape {p.balance.activity.shape}", "at least one unit and measure"
        )
    k = int(matrix("goal", p.balance.goal).shape[0])
    if k == 0 or k > n:
        raise ProblemError("goal", f"for k = {k} territories", f"1 to {n}, the number of units")
    _numbers("activity", p.balance.activity)
    if (empty := _first(p.balance.activity.sum(axis=0) + p.balance.travel_share <= 0)) is not None:
        raise ProblemError("activity", 0.0, "a measure with a total above 0", index=(0, *empty))
    for name, value in (
        ("goal", p.balance.goal),
        ("lower", p.balance.lower),
        ("upper", p.balance.upper),
    ):
        _shape(name, value, (k, m))
    _numbers("goal", p.balance.goal, above=True)
    _numbers("lower", p.balance.lower)
    if (at := _first(~(p.balance.upper >= p.balance.goal))) is not None:
        raise ProblemError(
            "upper", float(p.balance.upper[at]), f"at least the goal {p.balance.goal[at]}", index=at
        )
    if (at := _first(p.balance.lower > p.balance.goal)) is not None:
        raise ProblemError(
            "lower", float(p.balance.lower[at]), f"at most the goal {p.balance.goal[at]}", index=at
        )
    _shape("travel_share", p.balance.travel_share, (m,))
    _numbers("travel_share", p.balance.travel_share)
    _check_cost(p, n, k)
    _check_adjacency(p, n)
    _check_rules(p, n, k, m)
    _check_changes(p, n, k)


def _check_cost(p: Stated, n: int, k: int) -> None:
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
    if not p.rules.radius > 0:
        raise ProblemError("radius", p.rules.radius, "a number above 0")
    if p.rules.distance is not None:
        _shape("distance", p.rules.distance, (n, p.cost.n_columns))
        _numbers("distance", p.rules.distance)
    elif np.isfinite(p.rules.radius) and not isinstance(p.cost, PlanarCost):
        raise ProblemError("radius", p.rules.radius, "none unless distance is given")


def _check_adjacency(p: Stated, n: int) -> None:
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
    _check_borders(p, owner)
    if p.rules.contiguity:
        _check_connected(p, n)


def _check_borders(p: Stated, owner: Longs) -> None:
    km = p.borders.km
    _shape("borders.km", km, p.indices.shape)
    _numbers("borders.km", km)
    if not (np.isfinite(p.borders.price) and p.borders.price >= 0):
        raise ProblemError("borders.price", p.borders.price, "a finite number not below 0")
    there, back = np.lexsort((p.indices, owner)), np.lexsort((owner, p.indices))
    apart = ~np.isclose(km[there], km[back], rtol=1e-9, atol=0.0)
    if (at := _first(apart)) is not None:
        edge = int(there[at])
        pair = int(owner[edge]), int(p.indices[edge])
        raise ProblemError(
            "borders.km",
            f"{km[edge]} and {km[back[at]]} between units {pair}",
            "one length in both directions",
            index=(edge,),
        )


def _check_connected(p: Stated, n: int) -> None:
    """Refuse a geography in several pieces: a rule that nobody could keep there is a mistake."""
    import scipy.sparse as sp

    matrix = sp.csr_array(
        (np.ones(p.indices.size, dtype=np.int8), p.indices, p.indptr), shape=(n, n)
    )
    _, piece = sp.csgraph.connected_components(matrix, directed=False)
    asked = np.unique(piece[~p.rules.exempt])
    if asked.size > 1:
        lone = int(np.argmin(np.bincount(piece[~p.rules.exempt])[asked]))
        unit = int(np.flatnonzero((piece == asked[lone]) & ~p.rules.exempt)[0])
        raise ProblemError(
            "indices",
            f"a geography in {asked.size} pieces",
            "one connected piece (bridge islands first)",
            index=(unit,),
        )


def _check_rules(p: Stated, n: int, k: int, m: int) -> None:
    for name, value in (
        ("exempt", p.rules.exempt),
        ("pinned", p.rules.pinned),
        ("together", p.rules.together),
        ("current", p.changes.current),
        ("move_cost", p.changes.move_cost),
    ):
        _shape(name, value, (n,))
    _labels("pinned", p.rules.pinned, k)
    _labels("together", p.rules.together, max(n, int(p.rules.together.max(initial=-1)) + 1))
    _labels("current", p.changes.current, k)
    _numbers("move_cost", p.changes.move_cost)
    if p.rules.forbidden.ndim != 2 or p.rules.forbidden.shape[1] != 2:
        raise ProblemError("forbidden", f"of shape {p.rules.forbidden.shape}", "shape (f, 2)")
    _labels("forbidden", p.rules.forbidden[:, 0], n, lowest=0)
    _labels("forbidden", p.rules.forbidden[:, 1], k, lowest=0)
    clash = p.rules.pinned[p.rules.forbidden[:, 0]] == p.rules.forbidden[:, 1]
    if (at := _first(clash)) is not None:
        unit, territory = (int(v) for v in p.rules.forbidden[at])
        raise ProblemError(
            "forbidden",
            f"unit {unit} in territory {territory}",
            "no unit that is pinned there",
            index=at,
        )
    grouped = np.flatnonzero((p.rules.together >= 0) & (p.rules.pinned >= 0))
    first: dict[int, int] = {}
    for unit in grouped.tolist():
        other = first.setdefault(int(p.rules.together[unit]), unit)
        if p.rules.pinned[other] != p.rules.pinned[unit]:
            raise ProblemError(
                "pinned",
                int(p.rules.pinned[unit]),
                f"{p.rules.pinned[other]}, where unit {other} of the same together group is pinned",
                index=(unit,),
            )
    if p.balance.center_upper is not None:
        _shape("center_upper", p.balance.center_upper, (n, m))
        if p.cost.fixed:
            raise ProblemError("center_upper", "given with fixed centers", "free centers")


def _check_changes(p: Stated, n: int, k: int) -> None:
    _shape("moved_weight", p.changes.moved_weight, (n, p.changes.moved_cap.size))
    _numbers("moved_weight", p.changes.moved_weight)
    _numbers("moved_cap", p.changes.moved_cap)
    g = p.groups.price.size
    _shape("group_indptr", p.groups.indptr, (g + 1,))
    if p.groups.indptr[0] != 0 or p.groups.indptr[-1] != p.groups.units.size:
        raise ProblemError("group_indptr", "not a row pointer", f"0 up to {p.groups.units.size}")
    _labels("group_units", p.groups.units, n, lowest=0)
    _numbers("group_price", p.groups.price)
