"""Tiny worlds with known answers, and the slow obvious twins of the solvers."""

import dataclasses
import itertools

import numpy as np

from solvers import MatrixCost, PairCost, PlanarCost
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


def path_edges(n):
    return np.array([(i, i + 1) for i in range(n - 1)], dtype=np.int64).reshape(-1, 2)


def ring_edges(n):
    return np.array([(i, (i + 1) % n) for i in range(n)], dtype=np.int64)


PARTS = {
    "balance": (Balance, ""),
    "rules": (Rules, ""),
    "changes": (Changes, ""),
    "groups": (Groups, "group_"),
    "borders": (Borders, "border_"),
    "shapes": (Shapes, ""),
}


def names_of(part):
    """The fields of a part as `problem_of` calls them, by their own names."""
    kind, prefix = PARTS[part]
    return {field.name: prefix + field.name for field in dataclasses.fields(kind)}


def problem_of(**given):
    """A problem from fields without their parts: ``group_…`` of `Groups`, ``border_…`` too."""
    parts = {
        part: kind(
            **{own: given.pop(name) for own, name in names_of(part).items() if name in given}
        )
        for part, (kind, _) in PARTS.items()
    }
    return Problem(**given, **parts)


def grid_edges(rows, columns):
    """Units are numbered row by row."""
    right = [
        (r * columns + c, r * columns + c + 1) for r in range(rows) for c in range(columns - 1)
    ]
    down = [
        (r * columns + c, (r + 1) * columns + c) for r in range(rows - 1) for c in range(columns)
    ]
    return np.array(right + down, dtype=np.int64).reshape(-1, 2)


def grid_xy(rows, columns):
    return np.array([(c, r) for r in range(rows) for c in range(columns)], dtype=float)


def squares(rows, columns, least):
    """The rule about outlines for a grid of squares of a kilometre, as fields of a problem."""
    pairs = grid_edges(rows, columns).astype(np.int32)
    n = rows * columns
    return {
        "least": least,
        "area_km2": np.ones(n),
        "outline_km": np.full(n, 4.0),
        "pairs": pairs,
        "shared_km": np.ones(len(pairs)),
    }


def bands(activity, k, tolerance):
    goal = np.tile(activity.sum(axis=0) / k, (k, 1))
    return {"goal": goal, "lower": goal * (1 - tolerance), "upper": goal * (1 + tolerance)}


def make(cost, activity, k, edges, *, tolerance=0.1, **rules):
    activity = np.asarray(activity, dtype=float)
    if activity.ndim == 1:
        activity = activity[:, None]
    indptr, indices = adjacency_from_edges(activity.shape[0], edges)
    given = bands(activity, k, tolerance)
    given.update(rules)
    return problem_of(cost=cost, activity=activity, indptr=indptr, indices=indices, **given)


def matrix_problem(cost, activity, edges, **rules):
    cost = np.asarray(cost, dtype=float)
    return make(MatrixCost(cost=cost), activity, cost.shape[1], edges, **rules)


def pair_problem(pair, activity, k, edges, **rules):
    return make(PairCost(pair=np.asarray(pair, dtype=float)), activity, k, edges, **rules)


def planar_problem(xy, activity, k, edges, *, power=1, weight=None, **rules):
    xy = np.asarray(xy, dtype=float)
    n = xy.shape[0]
    weight = np.ones(n) if weight is None else np.asarray(weight, dtype=float)
    cost = PlanarCost(xy=xy, weight=weight, offset=np.zeros(n), power=power)
    return make(cost, activity, k, edges, **rules)


def connected(problem, units):
    units = set(units)
    if not units:
        return True
    stack = [next(iter(units))]
    seen = set(stack)
    while stack:
        unit = stack.pop()
        for other in problem.indices[problem.indptr[unit] : problem.indptr[unit + 1]].tolist():
            if other in units and other not in seen:
                seen.add(other)
                stack.append(other)
    return seen == units


def judge(problem, assignment, centers):
    """The referee said again in plain loops: objective, loads, names of the rules broken."""
    n, k, m = problem.n, problem.k, problem.m
    objective, broken = 0.0, set()

    def expect(kept, rule):
        if not kept:
            broken.add(rule)

    loads = np.zeros((k, m))
    for i in range(n):
        t = assignment[i]
        price = float(problem.cost.at(np.array([i]), np.array([centers[t]]))[0])
        travel = float(problem.cost.travel_at(np.array([i]), np.array([centers[t]]))[0])
        objective += price
        expect(np.isfinite(price), "forbidden")
        for a in range(m):
            loads[t, a] += problem.balance.activity[i, a]
            if problem.balance.travel_share[a] > 0 and np.isfinite(travel):
                loads[t, a] += problem.balance.travel_share[a] * travel
        if problem.changes.current[i] >= 0 and problem.changes.current[i] != t:
            objective += problem.changes.move_cost[i]
        expect(problem.rules.pinned[i] in (-1, t), "pinned")
        banned = {tuple(pair) for pair in problem.rules.forbidden.tolist()}
        expect((i, t) not in banned, "forbidden")
        for j in range(n):
            if (
                problem.rules.together[i] >= 0
                and problem.rules.together[i] == problem.rules.together[j]
            ):
                expect(assignment[j] == t, "together")
        if np.isfinite(problem.rules.radius):
            if problem.rules.distance is not None:
                far = problem.rules.distance[i, centers[t]]
            else:
                far = np.linalg.norm(problem.cost.xy[i] - problem.cost.centers_xy[centers[t]])
            expect(far <= problem.rules.radius * (1 + 1e-9), "radius")
    for g in range(problem.groups.price.size):
        units = problem.groups.units[problem.groups.indptr[g] : problem.groups.indptr[g + 1]]
        objective += problem.groups.price[g] * max(len({assignment[u] for u in units}) - 1, 0)
    for i in range(n):
        for at in range(problem.indptr[i], problem.indptr[i + 1]):
            j = problem.indices[at]
            if i < j and assignment[i] != assignment[j] and problem.borders.km.size:
                objective += problem.borders.price * problem.borders.km[at]
    for r in range(problem.changes.moved_cap.size):
        moved = sum(
            problem.changes.moved_weight[i, r]
            for i in range(n)
            if problem.changes.current[i] >= 0 and problem.changes.current[i] != assignment[i]
        )
        expect(moved <= problem.changes.moved_cap[r] * (1 + 1e-9) + 1e-9, "moves")
    for t in range(k):
        units = [i for i in range(n) if assignment[i] == t]
        expect(units, "assigned")
        if problem.rules.contiguity:
            asked = [i for i in units if not problem.rules.exempt[i]]
            land = int((~problem.rules.exempt).sum()) >= problem.k
            expect(connected(problem, asked) and (asked or not land), "contiguity")
        if problem.free_centers:
            expect(centers[t] in units, "center")
        for a in range(m):
            scale = 1.0
            if problem.balance.travel_share[a] > 0:
                scale = loads[:, a].sum() / problem.balance.goal[:, a].sum()
            upper = problem.balance.upper[t, a]
            if problem.balance.center_upper is not None:
                upper = problem.balance.center_upper[centers[t], a]
            slack = 1e-9 * problem.balance.goal[t, a] * scale
            lower = problem.balance.lower[t, a]
            expect(lower * scale - slack <= loads[t, a] <= upper * scale + slack, "balance")
    return objective, loads, broken


def brute_force(problem):
    """Least objective over every assignment and every choice of centers; inf where none is."""
    best, plan = np.inf, None
    for assignment in itertools.product(range(problem.k), repeat=problem.n):
        if len(set(assignment)) < problem.k:
            continue
        if problem.free_centers:
            held = [[i for i in range(problem.n) if assignment[i] == t] for t in range(problem.k)]
            choices = itertools.product(*held)
        else:
            choices = [tuple(range(problem.k))]
        for centers in choices:
            objective, _, broken = judge(problem, assignment, centers)
            if not broken and objective < best:
                best, plan = objective, assignment
    return best, plan


def changed(problem, **given):
    """The same problem with some fields replaced."""
    fields = {"cost": problem.cost, "indptr": problem.indptr, "indices": problem.indices}
    for part in PARTS:
        value = getattr(problem, part)
        fields |= {name: getattr(value, own) for own, name in names_of(part).items()}
    return problem_of(**(fields | given))
