"""Small models with known answers: rows, relaxations, bounds from any duals."""

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given
from hypothesis import strategies as st

from solvers.mip.model import Model, Rows, safe_dual_bound, solve_model
from solvers.stop import Budget, never


def knapsack():
    """Two of three things at most: minimise -(3 a + 2 b + 2 c) with 2 a + b + c ≤ 2, whole."""
    rows = Rows(3)
    rows.add(np.arange(3), np.array([2.0, 1.0, 1.0]), -np.inf, 2.0)
    matrix, low, high = rows.arrays()
    return Model(
        objective=np.array([-3.0, -2.0, -2.0]), lower=np.zeros(3), upper=np.ones(3),
        integer=np.ones(3, dtype=bool), matrix=matrix, row_lower=low, row_upper=high, offset=10.0,
    )  # fmt: skip


def solved(model, **options):
    return solve_model(model, budget=Budget(rule=never), **options)


def test_rows_come_in_order_and_repeated_entries_are_summed():
    rows = Rows(2)
    rows.block(np.array([0, 1, 1]), np.array([0, 1, 1]), 1.5, np.zeros(2), np.ones(2))
    rows.add(np.array([0]), 2.0, -1.0, 4.0)
    matrix, low, high = rows.arrays()
    assert matrix.toarray().tolist() == [[1.5, 0.0], [0.0, 3.0], [2.0, 0.0]]
    assert (low.tolist(), high.tolist()) == ([0.0, 0.0, -1.0], [1.0, 1.0, 4.0])


def test_no_rows_are_an_empty_matrix():
    matrix, low, high = Rows(4).arrays()
    assert matrix.shape == (0, 4)
    assert low.size == high.size == 0


@pytest.mark.parametrize("solver", ["HIGHS", "CP_SAT"])
def test_the_best_choice_is_found_and_proved_with_the_offset_inside(solver):
    answer = solved(knapsack(), solver=solver)
    assert answer.status == "optimal"
    assert answer.values.round().tolist() == [0.0, 1.0, 1.0]
    assert (answer.objective, answer.bound) == pytest.approx((6.0, 6.0))


def test_a_further_row_excludes_what_it_says_and_may_leave_nothing():
    first = Rows(3)
    first.add(np.array([1, 2]), 1.0, -np.inf, 1.0)
    cut = knapsack().with_rows(first)
    assert solved(cut).objective == pytest.approx(7.0)
    second = Rows(3)
    second.add(np.array([0]), 1.0, 2.0, np.inf)
    assert solved(cut.with_rows(second)).status == "infeasible"


def test_a_spent_budget_knows_nothing():
    spent = Budget(rule=lambda *_: "interrupted")
    assert solve_model(knapsack(), budget=spent).status == "unknown"


def test_a_model_without_variables_is_judged_by_its_rows():
    none = np.zeros(0)

    def empty(least):
        return Model(
            objective=none, lower=none, upper=none, integer=np.zeros(0, dtype=bool),
            matrix=sp.csr_array((1, 0)), row_lower=np.array([least]), row_upper=np.array([9.0]),
            offset=3.0,
        )  # fmt: skip

    assert solved(empty(0.0)).objective == 3.0
    assert solved(empty(1.0)).status == "infeasible"


@given(st.floats(-5, 5))
def test_whatever_the_duals_no_plan_costs_less_than_their_bound(dual):
    bound, reduced = safe_dual_bound(knapsack(), np.array([dual]))
    assert bound <= 6.0 + 1e-9
    assert reduced.shape == (3,)


def test_right_duals_prove_the_relaxation():
    bound, _ = safe_dual_bound(knapsack().relaxed(), np.array([-1.5]))
    assert bound == pytest.approx(10.0 - 4.0)
