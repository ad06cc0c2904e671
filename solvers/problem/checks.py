"""What a problem must be to make sense: every array's shape, range and fit, checked once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from solvers.arrays import LIMIT, Floats, Longs
from solvers.errors import ProblemError, check_indices, check_numbers, check_shape, first_true

if TYPE_CHECKING:
    from solvers.problem.parts import Stated

__all__ = ["check", "check_cost", "matrix"]


def matrix(name: str, value: Floats) -> Floats:
    """Return the array, or refuse one that has not two dimensions.

    `value` is of any shape; what is returned is (rows, columns) float64.
    """
    if value.ndim != 2:
        raise ProblemError(name, f"an array of {value.ndim} dimensions", "an array of 2 dimensions")
    return value


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
    check_numbers("activity", p.balance.activity)
    if (
        empty := first_true(p.balance.activity.sum(axis=0) + p.balance.travel_share <= 0)
    ) is not None:
        raise ProblemError("activity", 0.0, "a measure with a total above 0", index=(0, *empty))
    for name, value in (
        ("goal", p.balance.goal),
        ("lower", p.balance.lower),
        ("upper", p.balance.upper),
    ):
        check_shape(name, value, (k, m))
    check_numbers("goal", p.balance.goal, above=True)
    check_numbers("lower", p.balance.lower)
    if (at := first_true(~(p.balance.upper >= p.balance.goal))) is not None:
        raise ProblemError(
            "upper", float(p.balance.upper[at]), f"at least the goal {p.balance.goal[at]}", index=at
        )
    if (at := first_true(p.balance.lower > p.balance.goal)) is not None:
        raise ProblemError(
            "lower", float(p.balance.lower[at]), f"at most the goal {p.balance.goal[at]}", index=at
        )
    check_shape("travel_share", p.balance.travel_share, (m,))
    check_numbers("travel_share", p.balance.travel_share)
    check_cost(p, n, k)
    _check_adjacency(p, n)
    _check_rules(p, n, k, m)
    _check_changes(p, n, k)
    if p.shapes.least != 0.0:
        _check_shapes(p, n)


def check_cost(p: Stated, n: int, k: int) -> None:
    """Raise `ProblemError` where the cost does not fit the units and territories, or the radius."""
    if p.cost.n != n:
        raise ProblemError("cost", f"for {p.cost.n} units", f"{n} units, as in activity")
    if p.cost.fixed and p.cost.n_columns != k:
        raise ProblemError("cost", f"for {p.cost.n_columns} territories", f"{k}, as in goal")
    p.cost.check()
    if not p.rules.radius > 0:
        raise ProblemError("radius", p.rules.radius, "a number above 0")
    if p.rules.distance is not None:
        check_shape("distance", p.rules.distance, (n, p.cost.n_columns))
        check_numbers("distance", p.rules.distance)
    elif np.isfinite(p.rules.radius) and p.cost.points is None:
        raise ProblemError("radius", p.rules.radius, "none unless distance is given")


def _check_adjacency(p: Stated, n: int) -> None:
    check_shape("indptr", p.indptr, (n + 1,))
    if p.indptr[0] != 0 or p.indptr[-1] != p.indices.size or (np.diff(p.indptr) < 0).any():
        raise ProblemError(
            "indptr", "not a CSR row pointer", f"0 up to {p.indices.size}, ascending"
        )
    check_indices("indices", p.indices, n, lowest=0)
    owner = np.repeat(np.arange(n, dtype=np.int64), np.diff(p.indptr))
    if (at := first_true(owner == p.indices)) is not None:
        raise ProblemError("indices", int(p.indices[at]), "no unit as its own neighbour", index=at)
    ahead = owner * n + p.indices
    back = np.sort(p.indices.astype(np.int64) * n + owner)
    if (at := first_true(np.sort(ahead) != back)) is not None:
        lone = np.setdiff1d(ahead, back)
        pair = divmod(int(lone[0]), n) if lone.size else at
        raise ProblemError("indices", f"asymmetric at units {pair}", "each edge in both directions")
    _check_borders(p, owner)
    if p.rules.contiguity:
        _check_connected(p, n)


def _check_borders(p: Stated, owner: Longs) -> None:
    km = p.borders.km
    check_shape("borders.km", km, p.indices.shape)
    check_numbers("borders.km", km)
    if not (np.isfinite(p.borders.price) and p.borders.price >= 0):
        raise ProblemError("borders.price", p.borders.price, "a finite number not below 0")
    there, back = np.lexsort((p.indices, owner)), np.lexsort((owner, p.indices))
    apart = ~np.isclose(km[there], km[back], rtol=LIMIT, atol=0.0)
    if (at := first_true(apart)) is not None:
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
        check_shape(name, value, (n,))
    check_indices("pinned", p.rules.pinned, k)
    check_indices("together", p.rules.together, max(n, int(p.rules.together.max(initial=-1)) + 1))
    check_indices("current", p.changes.current, k)
    check_numbers("move_cost", p.changes.move_cost)
    if p.rules.forbidden.ndim != 2 or p.rules.forbidden.shape[1] != 2:
        raise ProblemError("forbidden", f"of shape {p.rules.forbidden.shape}", "shape (f, 2)")
    check_indices("forbidden", p.rules.forbidden[:, 0], n, lowest=0)
    check_indices("forbidden", p.rules.forbidden[:, 1], k, lowest=0)
    clash = p.rules.pinned[p.rules.forbidden[:, 0]] == p.rules.forbidden[:, 1]
    if (at := first_true(clash)) is not None:
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
        check_shape("center_upper", p.balance.center_upper, (n, m))
        if p.cost.fixed:
            raise ProblemError("center_upper", "given with fixed centers", "free centers")


def _check_changes(p: Stated, n: int, k: int) -> None:
    check_shape("moved_weight", p.changes.moved_weight, (n, p.changes.moved_cap.size))
    check_numbers("moved_weight", p.changes.moved_weight)
    check_numbers("moved_cap", p.changes.moved_cap)
    g = p.groups.price.size
    check_shape("group_indptr", p.groups.indptr, (g + 1,))
    if p.groups.indptr[0] != 0 or p.groups.indptr[-1] != p.groups.units.size:
        raise ProblemError("group_indptr", "not a row pointer", f"0 up to {p.groups.units.size}")
    check_indices("group_units", p.groups.units, n, lowest=0)
    check_numbers("group_price", p.groups.price)


def _check_shapes(p: Stated, n: int) -> None:
    shapes = p.shapes
    if not 0.0 < shapes.least < 1.0:
        raise ProblemError("shapes.least", shapes.least, "a number from 0 to below 1")
    if not p.cost.fixed:
        raise ProblemError("shapes.least", shapes.least, "0 with free centers")
    u = shapes.area_km2.size
    if u > n:
        raise ProblemError("shapes.area_km2", f"for {u} units", f"at most {n}, as in activity")
    check_shape("shapes.outline_km", shapes.outline_km, (u,))
    check_shape("shapes.pairs", shapes.pairs, (shapes.shared_km.size, 2))
    for name in ("area_km2", "outline_km", "shared_km"):
        check_numbers(f"shapes.{name}", getattr(shapes, name))
    check_indices("shapes.pairs", shapes.pairs, u, lowest=0)
    low, high = shapes.pairs.min(axis=1), shapes.pairs.max(axis=1)
    if (at := first_true(low == high)) is not None:
        raise ProblemError("shapes.pairs", int(low[at]), "two different units", index=at)
    _, first = np.unique(low.astype(np.int64) * n + high, return_index=True)
    if first.size < low.size:
        again = int(np.setdiff1d(np.arange(low.size), first)[0])
        told = shapes.pairs[again].tolist()
        raise ProblemError("shapes.pairs", told, "each pair once", index=(again,))
    shared = np.bincount(shapes.pairs.ravel(), np.repeat(shapes.shared_km, 2), u)
    if (at := first_true(shared > shapes.outline_km * (1.0 + LIMIT))) is not None:
        raise ProblemError(
            "shapes.outline_km",
            float(shapes.outline_km[at]),
            f"at least the {shared[at]:g} km that its neighbours share",
            index=at,
        )
