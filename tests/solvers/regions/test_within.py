"""What a few territories have among themselves is what the whole problem says of them."""

import numpy as np
import pytest

from solvers.construct.starts import first_plan
from solvers.problem.evaluate import evaluate
from solvers.problem.neighbours import contiguity_graph
from solvers.regions.within import within
from tests.solvers import worlds
from tests.solvers.test_enumeration import random_problem

RULES = {"pinned", "forbidden", "contiguity", "radius"}


def drawn():
    """Free-center problems of three territories and more, without travel inside and groups."""
    found = []
    for seed in range(4000):
        problem = random_problem(seed)
        if not problem.free_centers or problem.k < 3 or problem.groups.price.size:
            continue
        if problem.balance.travel_share.any() or problem.rules.together.max() >= 0:
            continue
        found.append((seed, problem))
        if len(found) == 40:
            break
    return found


@pytest.mark.parametrize(("seed", "problem"), drawn(), ids=lambda each: str(each)[:6])
def test_what_a_change_among_them_costs_is_what_it_costs_the_plan(seed, problem):
    rng = np.random.default_rng(seed)
    plan = first_plan(problem, rng, rounds=2)
    indptr, indices = contiguity_graph(problem)
    owner = np.repeat(plan, np.diff(indptr))
    beside = np.flatnonzero(owner != plan[indices])[0]
    few = np.array([owner[beside], plan[indices[beside]]], dtype=np.int64)
    if "contiguity" in {v.rule for v in evaluate(problem, plan).violations}:
        few = rng.permutation(problem.k)  # what is in pieces is no problem of its own
    part, units, start = within(problem, plan, few)
    assert np.array_equal(few[start], plan[units])
    other = rng.permutation(start).astype(np.int32)
    changed = plan.copy()
    changed[units] = few[other]
    here, there = evaluate(part, start), evaluate(part, other)
    before, after = evaluate(problem, plan), evaluate(problem, changed)
    whole = after.objective - before.objective
    assert there.objective - here.objective == pytest.approx(whole, abs=1e-6)
    # What it breaks of its own rules the plan breaks too.
    for judged, all_of_it in ((here, before), (there, after)):
        assert {v.rule for v in judged.violations} & RULES <= {v.rule for v in all_of_it.violations}
        assert judged.excess.sum() <= all_of_it.excess.sum() + 1e-9


def test_caps_on_moves_are_less_what_is_moved_elsewhere():
    problem = worlds.pair_problem(
        np.ones((6, 6)),
        np.ones(6),
        3,
        worlds.path_edges(6),
        tolerance=1.0,
        contiguity=False,
        current=np.array([0, 0, 1, 1, 2, 2], np.int32),
        move_cost=np.ones(6),
        moved_weight=np.ones((6, 1)),
        moved_cap=np.array([3.0]),
    )
    # The last unit left territory 2 for 1, and the first 0 for 2: of the two that stay, one each.
    plan = np.array([2, 0, 1, 1, 2, 1], np.int32)
    part, units, _ = within(problem, plan, np.array([1, 2]))
    assert units.tolist() == [0, 2, 3, 4, 5]
    assert part.changes.current.tolist() == [-1, 0, 0, 1, 1]
    assert part.changes.moved_cap.tolist() == [2.0]
