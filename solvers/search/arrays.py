"""A problem and an assignment as the flat arrays that the compiled kernels read and change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from solvers.arrays import TIGHT, Bools, Floats, Ints, Longs
from solvers.effort import LARGE
from solvers.problem.neighbours import contiguity_graph, proposal_graph
from solvers.problem.reach import barred_pairs, has_radius, is_pinned

if TYPE_CHECKING:
    from solvers.kernels.records import Field, State
    from solvers.problem.problem import Problem

__all__ = [
    "at_means",
    "at_medians",
    "build_field",
    "build_state",
    "following",
    "judged",
    "lay_out",
    "set_centers",
]


_ROSTER = 24
"""Cheapest territories that such a unit may try where centers are fixed."""


def _frozen(value: Any) -> Any:
    """Read-only C-ordered view of an array: the kernels are compiled for exactly that."""
    if not isinstance(value, np.ndarray):
        return value
    view = np.ascontiguousarray(value).view()
    view.flags.writeable = False
    return view


def _rings(indptr: Longs, indices: Ints) -> Longs:
    """For each CSR entry (u, v), the bits of u's other neighbours that v touches, shape (e,)."""
    import scipy.sparse as sp

    n = indptr.size - 1
    degree = np.diff(indptr)
    owner = np.repeat(np.arange(n, dtype=np.int64), degree)
    ring = np.zeros(indices.size, dtype=np.int64)
    graph = sp.csr_array((np.ones(indices.size, dtype=np.int8), indices, indptr), shape=(n, n))
    widest = int(degree[degree <= 62].max(initial=0))
    for p in range(widest):
        # Entry (u, v) gets bit p where v touches u's neighbour at position p.
        rows = np.flatnonzero((degree[owner] > p) & (degree[owner] <= 62))
        target = indices[indptr[owner[rows]] + p]
        touching = np.asarray(graph[indices[rows], target]).ravel() > 0
        ring[rows[touching]] |= np.int64(1) << np.int64(p)
    return ring


def _lists(owner: NDArray[np.integer], value: NDArray[np.integer], n: int) -> tuple[Longs, Ints]:
    """CSR lists of `value` by `owner`."""
    order = np.argsort(owner, kind="stable")
    indptr = np.zeros(n + 1, dtype=np.int64)
    np.cumsum(np.bincount(owner, minlength=n), out=indptr[1:])
    return indptr, value[order].astype(np.int32)


def _together(problem: Problem) -> tuple[Ints, Longs, Ints]:
    """Groups of two units and more: group of each unit, CSR lists of the members."""
    mate_of = np.full(problem.n, -1, dtype=np.int32)
    inside = np.flatnonzero(problem.rules.together >= 0)
    _, group, size = np.unique(
        problem.rules.together[inside], return_inverse=True, return_counts=True
    )
    real = size > 1
    rank = np.cumsum(real) - 1
    kept = real[group]
    mate_of[inside[kept]] = rank[group[kept]]
    ptr, members = _lists(rank[group[kept]], inside[kept], int(real.sum()))
    return mate_of, ptr, members


def _roster(problem: Problem) -> Ints:
    """Cheapest territories of every unit with fixed centers, shape (n, c)."""
    c = min(_ROSTER, problem.k)
    lists = problem.cost.cheapest(np.arange(problem.k), c)
    width = np.diff(lists.indptr)
    position = np.minimum(np.arange(c)[None, :] % width[:, None], width[:, None] - 1)
    return np.asarray(lists.territory[lists.indptr[:-1][:, None] + position], dtype=np.int32)


def build_field(problem: Problem) -> Field:
    """Lay a problem out for the kernels, with centers that stand still between looks."""
    from solvers.kernels import records

    n, k = problem.n, problem.k
    none, nothing = np.zeros((0, 0)), np.zeros(n)
    cost = problem.cost.kernel_arrays()
    mode = cost.mode
    typical, idle = problem.cost.typical(k)
    typical = typical if typical > 0 else 1.0
    indptr, indices = contiguity_graph(problem)
    near_ptr, near = proposal_graph(problem)
    border = _border_prices(problem, near_ptr, near)
    barred_ptr, barred = _lists(*barred_pairs(problem), n)
    mate_of, mate_ptr, mates = _together(problem)
    roam = np.zeros(n, dtype=bool)
    roster = np.zeros((0, 0), dtype=np.int32)
    if problem.cost.fixed and (problem.rules.exempt.any() or not problem.rules.contiguity):
        roam = problem.rules.exempt.copy() if problem.rules.contiguity else np.ones(n, dtype=bool)
        roster = _roster(problem)
    group = np.repeat(np.arange(problem.groups.price.size), np.diff(problem.groups.indptr))
    pairs = np.unique(np.column_stack([problem.groups.units, group]), axis=0)
    group_ptr, groups = _lists(pairs[:, 0], pairs[:, 1], n)
    scale = np.maximum(problem.changes.moved_cap, problem.changes.moved_weight.mean(axis=0))
    field = records.Field(
        n=n,
        k=k,
        m=problem.m,
        mode=mode,
        power=cost.power,
        connected=problem.rules.contiguity,
        ruled=bool(barred.size or mode == records.SPARSE or has_radius(problem)),
        priced=bool(
            problem.changes.move_cost.any() or problem.changes.moved_cap.size or groups.size
        ),
        bordered=border.size > 0,
        free=problem.free_centers,
        carries=True,
        indptr=indptr,
        indices=indices,
        ring=_rings(indptr, indices),
        near_ptr=near_ptr,
        near=near,
        border=border,
        goal=np.ascontiguousarray(problem.balance.goal),
        lower=np.ascontiguousarray(problem.balance.lower),
        upper=np.ascontiguousarray(problem.balance.upper),
        center_upper=(
            none
            if problem.balance.center_upper is None
            else np.ascontiguousarray(problem.balance.center_upper)
        ),
        weight=nothing if cost.weight is None else cost.weight,
        offset=nothing if cost.offset is None else cost.offset,
        x=nothing if cost.x is None else cost.x,
        y=nothing if cost.y is None else cost.y,
        table=cost.table,
        travel=cost.travel,
        row_ptr=cost.row_ptr,
        row_territory=cost.row_territory,
        row_cost=cost.row_cost,
        row_travel=cost.row_travel,
        activity=np.ascontiguousarray(problem.balance.activity),
        share=np.asarray(problem.balance.travel_share),
        shared=bool(problem.balance.travel_share.any()),
        locked=_locked(problem, mate_of, mate_ptr, mates),
        exempt=np.asarray(problem.rules.exempt),
        idle=idle,
        border_price=1e-3 * typical,
        roam=roam,
        roster=roster,
        barred_ptr=barred_ptr,
        barred=barred,
        mate_of=mate_of,
        mate_ptr=mate_ptr,
        mates=mates,
        current=np.asarray(problem.changes.current),
        move_cost=np.asarray(problem.changes.move_cost),
        moved_weight=np.ascontiguousarray(problem.changes.moved_weight),
        moved_cap=np.asarray(problem.changes.moved_cap),
        moved_scale=np.where(scale > 0, scale, 1.0),
        group_ptr=group_ptr,
        groups=groups,
        group_price=np.asarray(problem.groups.price),
        radius=problem.rules.radius * (1 + TIGHT),
        distance=none
        if problem.rules.distance is None
        else np.ascontiguousarray(problem.rules.distance),
        big=100.0 * typical,
    )
    return records.Field(*(_frozen(each) for each in field))


def lay_out(problem: Problem) -> Field:
    """Return the field for the annealings of a problem: of a large one, centers always follow."""
    field = build_field(problem)
    return following(field) if problem.n > LARGE else field


def following(field: Field) -> Field:
    """Return the field with centers that follow every move, where squared distances allow it.

    A territory's centroid is known after a move without looking at its units. It costs less than
    the unit that serves in the end, and asks for no radius, room or travel: elsewhere the field is
    returned as it is.
    """
    from solvers.kernels import records

    if field.shared or not at_means(field):
        return field
    # Centroids follow whatever is moved, so that little is frozen, and heavy pieces under tight
    # bands lead away: us, k = 50, ±5 % was 2 to 12 % dearer with them (DECISIONS 79).
    return field._replace(mode=records.CENTROID, free=False, carries=False)


def at_means(field: Field) -> bool:
    """Tell whether the cheapest unit of a territory is the one nearest to its centroid."""
    return field.power == 2 and _anywhere(field)


def at_medians(field: Field) -> bool:
    """Tell whether the cheapest unit of a territory is the one with the least distance to all."""
    return field.power == 1 and _anywhere(field)


def _anywhere(field: Field) -> bool:
    """Tell whether a territory's center may be any unit of its own, in the plane."""
    from solvers.kernels import records

    free = field.free and field.mode == records.PLANE
    return free and field.radius == np.inf and not field.center_upper.size


def judged(problem: Problem, field: Field) -> Field:
    """Return the field in the plane with the weights that plans are judged by.

    In a search units without weight pull a little.
    """
    points = problem.cost.points
    assert points is not None
    return field._replace(weight=_frozen(points.weight))


def _border_prices(problem: Problem, near_ptr: Longs, near: Ints) -> Floats:
    """Price of the border with each entry of the proposal graph; empty where borders are free."""
    if problem.borders.price <= 0 or not problem.borders.km.any():
        return np.zeros(0)
    n = np.int64(problem.n)
    owner = np.repeat(np.arange(n), np.diff(problem.indptr))
    keys = owner * n + problem.indices
    wanted = np.repeat(np.arange(n), np.diff(near_ptr)) * n + near
    order = np.argsort(keys)
    at = order[np.minimum(np.searchsorted(keys, wanted, sorter=order), keys.size - 1)]
    return np.where(keys[at] == wanted, problem.borders.price * problem.borders.km[at], 0.0)


def _locked(problem: Problem, mate_of: Ints, mate_ptr: Longs, mates: Ints) -> Bools:
    """Units that may never move: pinned ones, and whoever must be together with them."""
    locked = is_pinned(problem)
    group = np.repeat(np.arange(mate_ptr.size - 1), np.diff(mate_ptr))
    held = np.zeros(mate_ptr.size - 1, dtype=bool)
    held[group[locked[mates]]] = True
    locked[mates[held[group]]] = True
    return locked


def build_state(
    problem: Problem, field: Field, assignment: NDArray[np.integer], *, seed: int
) -> State:
    """Lay a complete assignment out for the kernels; centers and totals still have to be set.

    Parameters
    ----------
    problem : Problem
    field : Field
    assignment : int array, shape (n,), 0 to k - 1
    seed : int
        Start of the kernels' random numbers.
    """
    from solvers.kernels import records

    n, k, m = problem.n, problem.k, problem.m
    return records.State(
        assignment=np.array(assignment, dtype=np.int32),
        n_units=np.zeros(k, dtype=np.int64),
        asked=np.zeros(k, dtype=np.int64),
        load=np.zeros((k, m)),
        goal=np.array(problem.balance.goal),
        lower=np.array(problem.balance.lower),
        upper=np.array(problem.balance.upper),
        price=np.ones((k, m)),
        cap_price=np.ones(problem.changes.moved_cap.size),
        mass=np.zeros(k),
        cx=np.zeros(k),
        cy=np.zeros(k),
        col=np.arange(k, dtype=np.int32),
        moved=np.zeros(problem.changes.moved_cap.size),
        held=np.zeros((problem.groups.price.size, k), dtype=np.int32),
        foreign=np.zeros(n, dtype=np.int32),
        rim=np.zeros(n, dtype=np.int32),
        place=np.full(n, -1, dtype=np.int32),
        rim_size=np.zeros(1, dtype=np.int64),
        stamp=np.zeros(n, dtype=np.int64),
        queue=np.zeros(n, dtype=np.int32),
        trail=np.zeros((max(n, 8), 2), dtype=np.int64),
        tick=np.zeros(1, dtype=np.int64),
        rng=np.random.SeedSequence(seed).generate_state(1, np.uint64).astype(np.uint64),
        totals=np.zeros(2),
        tight=np.zeros(1),
        own=np.zeros(k),
        order=np.zeros(n, dtype=np.int32),
        placed=np.full(n, -1, dtype=np.int32),
        first=np.zeros(k + 1, dtype=np.int64),
    )


def set_centers(problem: Problem, state: State, columns: NDArray[np.integer]) -> None:
    """Put the territories' centers onto columns of the cost; `settle` puts the bands right.

    `columns` is (k,).
    """
    state.col[:] = columns
    state.placed[:] = -1
    if (points := problem.cost.points) is not None:
        state.cx[:] = points.columns_xy[columns, 0]
        state.cy[:] = points.columns_xy[columns, 1]
