"""Hypothesis strategies: small problems with any mix of rules."""

import numpy as np
from hypothesis import strategies as st

from solvers import CandidateCost, MatrixCost, PairCost, PlanarCost
from solvers.problem.problem import adjacency_from_edges
from tests.solvers.worlds import problem_of

COSTS = ("matrix", "candidates", "planar", "homes", "pair")


@st.composite
def connected_edges(draw, n):
    """A random tree and some more edges."""
    edges = {(draw(st.integers(0, i - 1)), i) for i in range(1, n)}
    more = draw(st.lists(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)), max_size=n))
    edges |= {(min(a, b), max(a, b)) for a, b in more if a != b}
    return np.array(sorted(edges), dtype=np.int64).reshape(-1, 2)


def numbers(draw, shape, low, high):
    count = int(np.prod(shape))
    values = draw(st.lists(st.integers(low, high), min_size=count, max_size=count))
    return np.array(values, dtype=float).reshape(shape)


def mirrored(indptr, indices, values):
    """The same value in both directions of an edge: that of the lower unit's entry."""
    owner = np.repeat(np.arange(indptr.size - 1), np.diff(indptr))
    low, high = np.minimum(owner, indices), np.maximum(owner, indices)
    _, first, edge = np.unique(low * indptr.size + high, return_index=True, return_inverse=True)
    return values[first][edge]


def costs(draw, kind, n, k):
    if kind == "matrix":
        cost = numbers(draw, (n, k), 0, 30)
        travel = numbers(draw, (n, k), 0, 9) if draw(st.booleans()) else None
        return MatrixCost(cost=cost, travel=travel)
    if kind == "candidates":
        table = numbers(draw, (n, k), 0, 30)
        kept = numbers(draw, (n, k), 0, 3) > 0
        kept[:, 0] |= ~kept.any(axis=1)
        indptr = np.concatenate([[0], np.cumsum(kept.sum(axis=1))]).astype(np.int64)
        return CandidateCost(
            indptr=indptr, territory=np.nonzero(kept)[1].astype(np.int32), cost=table[kept], k=k
        )
    if kind == "pair":
        table = numbers(draw, (n, n), 1, 30)
        np.fill_diagonal(table, 0.0)
        return PairCost(pair=table)
    return PlanarCost(
        xy=numbers(draw, (n, 2), 0, 20),
        weight=numbers(draw, (n,), 1, 3),
        offset=numbers(draw, (n,), 0, 2),
        power=draw(st.sampled_from([1, 2])),
        home_xy=numbers(draw, (k, 2), 0, 20) if kind == "homes" else None,
    )


@st.composite
def problems(draw, kinds=COSTS, least=3, most=6, labels=True):
    """Problems of up to `most` units; `labels` allows rules that name a territory."""
    kind = draw(st.sampled_from(kinds))
    n = draw(st.integers(least, most))
    k = draw(st.integers(1, min(3, n)))
    m = draw(st.integers(1, 2))
    cost = costs(draw, kind, n, k)
    activity = numbers(draw, (n, m), 1, 6)
    goal = np.tile(activity.sum(axis=0) / k, (k, 1))
    tolerance = draw(st.sampled_from([0.15, 0.3, 0.6]))
    indptr, indices = adjacency_from_edges(n, draw(connected_edges(n)))
    more = {}
    free = not cost.fixed

    def chance():
        return draw(st.integers(0, 3)) == 0

    if chance():
        more["exempt"] = numbers(draw, (n,), 0, 2) == 0
    if chance():
        more["travel_share"] = numbers(draw, (m,), 0, 2) / 4.0
    if chance():
        more["together"] = (numbers(draw, (n,), 0, 4) - 3).clip(-1).astype(np.int32)
    if chance():
        more["radius"] = float(draw(st.integers(8, 25)))
        if not isinstance(cost, PlanarCost):
            more["distance"] = numbers(draw, (n, cost.n_columns), 0, 30)
            if free:
                np.fill_diagonal(more["distance"], 0.0)
    if chance():
        size = draw(st.integers(1, n))
        more["group_units"] = np.arange(size, dtype=np.int32)
        more["group_indptr"] = np.array([0, size])
        more["group_price"] = np.array([5.0])
    if chance():
        more["border_price"] = 2.0
        more["border_km"] = mirrored(indptr, indices, numbers(draw, (indices.size,), 0, 4))
    if free and chance():
        more["center_upper"] = goal.max() * (1.0 + numbers(draw, (n, m), 0, 4) / 4.0)
    if labels and chance():
        pinned = (numbers(draw, (n,), 0, 3 * k) - 2 * k - 1).clip(-1).astype(np.int32)
        assignment = more.get("together", np.full(n, -1))
        pinned[assignment >= 0] = -1
        more["pinned"] = pinned
    if labels:
        if chance():
            pairs = numbers(draw, (2, 2), 0, 99).astype(np.int32)
            pairs[:, 0] %= n
            pairs[:, 1] %= k
            pinned = more.get("pinned", np.full(n, -1))
            more["forbidden"] = pairs[pinned[pairs[:, 0]] != pairs[:, 1]]
        if chance():
            goal = goal * (1.0 + np.arange(k)[:, None] * 0.2)
            goal *= activity.sum(axis=0) / goal.sum(axis=0)
        if chance():
            more["current"] = (numbers(draw, (n,), 0, k) - 1).astype(np.int32)
            more["move_cost"] = numbers(draw, (n,), 0, 5)
            if draw(st.booleans()):
                more["moved_weight"] = numbers(draw, (n, 1), 1, 3)
                more["moved_cap"] = numbers(draw, (1,), 0, 9)
    return problem_of(
        cost=cost,
        activity=activity,
        goal=goal,
        lower=goal * (1 - tolerance),
        upper=goal * (1 + tolerance),
        indptr=indptr,
        indices=indices,
        contiguity=not chance(),
        **more,
    )
