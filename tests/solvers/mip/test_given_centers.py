"""The model with given centers allows what the referee allows, but for contiguity."""

import itertools

import numpy as np
import pytest

from solvers.mip.given_centers import build_fixed
from solvers.problem.evaluate import evaluate
from solvers.problem.pieces import merge
from tests.solvers import worlds

COST = np.array([[1.0, 6.0], [2.0, 5.0], [5.0, 2.0], [6.0, 1.0], [3.0, 3.0]])
LOADS = np.array([2.0, 1.0, 1.0, 2.0, 1.0])


def world(**rules):
    return worlds.matrix_problem(
        COST, LOADS, worlds.path_edges(5), contiguity=False, tolerance=0.2, **rules
    )


def solutions(problem):
    """Assignment → objective of every choice of pairs that keeps the model's rows."""
    items = merge(problem)
    built = build_fixed(problem, items, np.isfinite(items.cost))
    model, found = built.model, {}
    free = model.objective.size - built.item.size
    for columns in itertools.product(range(problem.k), repeat=items.count):
        x = np.zeros(model.objective.size)
        chosen = built.place[np.arange(items.count), columns]
        if (chosen < 0).any():
            continue
        x[chosen] = 1.0
        if free:  # the total of a travelled measure, in shares of all goals
            load = items.activity[:, 0] + items.travel[np.arange(items.count), columns]
            x[-1] = load.sum() / problem.balance.goal[:, 0].sum()
        rows = model.matrix @ x
        if (rows >= model.row_lower - 1e-9).all() and (rows <= model.row_upper + 1e-9).all():
            assignment = np.asarray(columns)[items.of_unit]
            found[tuple(assignment.tolist())] = float(model.objective @ x + model.offset)
    return found


@pytest.mark.parametrize(
    "rules",
    [
        {},
        {"pinned": np.array([-1, -1, -1, -1, 0], dtype=np.int32)},
        {"forbidden": np.array([[4, 0], [0, 1]], dtype=np.int32)},
        {"together": np.array([-1, 0, -1, -1, 0], dtype=np.int32)},
        {"travel_share": np.array([1.0])},
    ],
    ids=["bands", "pinned", "forbidden", "together", "travel"],
)
def test_the_model_and_the_referee_agree_on_every_plan(rules):
    problem = world(**rules)
    judged = {}
    for plan in itertools.product(range(problem.k), repeat=problem.n):
        evaluation = evaluate(problem, np.array(plan, dtype=np.int32))
        if evaluation.feasible:
            judged[plan] = evaluation.objective
    assert judged
    assert solutions(problem) == pytest.approx(judged)
