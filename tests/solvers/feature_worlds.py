"""Tiny named worlds: every feature of `Problem` on a map small enough to think about."""

import numpy as np

from solvers import CandidateCost, MatrixCost, PairCost, PlanarCost, adjacency_from_edges
from tests.solvers.worlds import problem_of


def grid_edges(rows, columns):
    """Rook edges of a grid, units numbered row by row."""
    at = np.arange(rows * columns).reshape(rows, columns)
    across = np.column_stack([at[:, :-1].ravel(), at[:, 1:].ravel()])
    down = np.column_stack([at[:-1].ravel(), at[1:].ravel()])
    return np.concatenate([across, down])


def grid_xy(rows, columns):
    """Coordinates of a grid's units, one apart."""
    y, x = np.divmod(np.arange(rows * columns), columns)
    return np.column_stack([x, y]).astype(float)


def world(name="free", *, rows=6, columns=6, k=4, tolerance=0.25, seed=0, **changes):
    """A grid with uneven activity and a cost of the kind that `name` asks for."""
    n = rows * columns
    rng = np.random.default_rng(seed)
    xy = grid_xy(rows, columns)
    activity = np.column_stack([rng.uniform(0.5, 1.5, n), rng.uniform(0.5, 1.5, n)])
    corners = np.array([[0.0, 0], [columns - 1, 0], [0, rows - 1], [columns - 1, rows - 1]])
    homes = np.resize(corners, (k, 2)) + 0.1
    away = np.hypot(*(xy[:, None] - homes[None]).transpose(2, 0, 1))
    ones, zeros = np.ones(n), np.zeros(n)
    near = np.argsort(away, axis=1, kind="stable")[:, : min(3, k)]
    near.sort(axis=1)
    pair = ((xy[:, None] - xy[None]) ** 2).sum(axis=2)
    costs = {
        "free": PlanarCost(xy=xy, weight=activity[:, 0].copy(), offset=zeros, power=2),
        "median": PlanarCost(xy=xy, weight=ones, offset=zeros, power=1),
        "homes": PlanarCost(xy=xy, weight=ones, offset=zeros, power=1, home_xy=homes),
        "matrix": MatrixCost(cost=away),
        "candidates": CandidateCost(
            indptr=np.arange(0, near.size + 1, near.shape[1]),
            territory=near.ravel().astype(np.int32),
            cost=np.take_along_axis(away, near, axis=1).ravel(),
            k=k,
        ),
        "pair": PairCost(pair=pair),
    }
    indptr, indices = adjacency_from_edges(n, grid_edges(rows, columns))
    goal = np.repeat(activity.sum(axis=0)[None] / k, k, axis=0)
    values = {
        "cost": costs[name],
        "activity": activity,
        "goal": goal,
        "lower": goal * (1 - tolerance),
        "upper": goal * (1 + tolerance),
        "indptr": indptr,
        "indices": indices,
    }
    return problem_of(**(values | changes))


def _labels(n, values):
    out = np.full(n, -1, dtype=np.int32)
    for unit, territory in values.items():
        out[unit] = territory
    return out


def quarters():
    """Today's alignment of the 6 x 6 grid: one quarter each, T0 to T3 row by row."""
    y, x = np.divmod(np.arange(36), 6)
    return ((y // 3) * 2 + x // 3).astype(np.int32)


def _travelling(name):
    base = world(name, tolerance=0.3)
    return world(name, tolerance=0.3, travel_share=np.array([0.3, 0.0]), goal=base.balance.goal)


def _hospital_groups():
    units = np.array([0, 5, 30, 35, 14, 15], dtype=np.int32)
    return {
        "group_indptr": np.array([0, 4, 6]),
        "group_units": units,
        "group_price": np.array([2.0, 5.0]),
    }


def worlds():
    """Every feature of `Problem` once, by name."""
    all_cases = {name: world(name) for name in ("free", "median", "homes", "matrix", "pair")}
    all_cases["candidates"] = world("candidates")
    for name in ("free", "median", "homes", "matrix", "candidates", "pair"):
        all_cases[f"{name}, travel in a measure"] = _travelling(name)
        all_cases[f"{name}, no contiguity"] = world(name, contiguity=False)
        all_cases[f"{name}, pins"] = world(name, pinned=_labels(36, {0: 1, 1: 1, 35: 2}))
        all_cases[f"{name}, forbidden"] = world(
            name, forbidden=np.array([[7, 0], [7, 1], [20, 2], [20, 3]], dtype=np.int32)
        )
        all_cases[f"{name}, together"] = world(
            name, together=_labels(36, {2: 0, 3: 0, 9: 0, 20: 5, 22: 5})
        )
        all_cases[f"{name}, today"] = world(
            name,
            current=quarters(),
            move_cost=np.full(36, 1.0),
            moved_weight=np.ones((36, 1)),
            moved_cap=np.array([6.0]),
        )
        all_cases[f"{name}, groups"] = world(name, **_hospital_groups())
        all_cases[f"{name}, exempt"] = world(
            name, exempt=np.isin(np.arange(36), [8, 27]), pinned=_labels(36, {8: 2})
        )
    far = world("matrix")
    all_cases["matrix, radius"] = world("matrix", radius=4.2, distance=np.array(far.cost.cost))
    all_cases["homes, radius"] = world("homes", radius=4.2)
    all_cases["free, radius"] = world("free", radius=3.0)
    all_cases["median, radius"] = world("median", radius=3.0)
    all_cases["pair, radius"] = world(
        "pair", radius=3.0, distance=np.sqrt(np.array(world("pair").cost.pair))
    )
    room = np.full((36, 2), 14.0)
    room[::2] = 12.5
    all_cases["median, center upper"] = world("median", center_upper=room, contiguity=False)
    matrix = np.array(far.cost.cost)
    all_cases["matrix, travel told apart"] = world(
        "matrix",
        tolerance=0.3,
        cost=MatrixCost(cost=matrix + 3.0, travel=matrix),
        travel_share=np.array([0.3, 0.0]),
    )
    all_cases["one territory"] = world("free", k=1)
    all_cases["a territory for each unit"] = world("free", rows=2, columns=3, k=6, tolerance=0.9)
    all_cases["unequal goals"] = _unequal()
    return all_cases


def _unequal():
    base = world("homes")
    goal = base.balance.goal * np.array([[1.5], [0.5], [1.0], [1.0]])
    return world("homes", goal=goal, lower=goal * 0.75, upper=goal * 1.25)
