"""Fairness: the Gini coefficient by its definition, goals that differ, and reasons."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from territory.review.fairness import fairness, gini, goal_shares, max_min, outsiders, per_share
from tests.territory.plans import balanced_plan, small_plan

amounts = st.lists(st.floats(0.0, 1e6), min_size=2, max_size=12)


@given(amounts)
def test_gini_is_the_mean_difference_of_all_pairs(values):
    x = np.array(values)
    if x.sum() <= 1e-9:
        return
    pairs = np.abs(x[:, None] - x[None, :]).sum()
    assert gini(x) == pytest.approx(pairs / (2 * len(x) * x.sum()), abs=1e-9)


@given(amounts, st.floats(0.01, 100.0))
def test_gini_does_not_depend_on_the_unit_of_measurement(values, factor):
    if sum(values) <= 1e-6:
        return
    assert gini(np.array(values) * factor) == pytest.approx(gini(values), abs=1e-9)


def test_nothing_to_share_has_no_gini_and_no_ratio():
    assert math.isnan(gini([0.0, 0.0]))
    assert math.isnan(gini([]))
    assert math.isnan(gini([5.0]))  # alone there is nobody to be even with
    assert math.isnan(max_min([5.0]))
    assert math.isnan(max_min([0.0, 5.0]))
    assert max_min([2.0, 5.0, math.nan]) == 2.5


def test_a_half_time_reps_half_is_no_unfairness():
    plan = balanced_plan()
    plan.territories["workload_h"] = [200.0, 200.0, 100.0]
    plan.territories["workload_h_goal"] = [200.0, 200.0, 100.0]
    assert goal_shares(plan, "workload_h").tolist() == [0.4, 0.4, 0.2]
    assert gini(per_share(plan, "workload_h", plan.territories["workload_h"])) == 0.0
    # What is no measure follows the workload.
    assert goal_shares(plan, "n_accounts").tolist() == [0.4, 0.4, 0.2]


def test_the_worst_territory_of_each_measure_is_named():
    row = fairness(small_plan()).set_index("measure").loc["potential_usd"]
    assert row["worst_territory"] == "T03"
    assert row["worst_deviation"] == pytest.approx(520_000 / 452_000 - 1)
    assert row["max_min"] == pytest.approx(520_000 / 414_000)
    assert row["n_outside"] == 1


def test_who_is_outside_is_listed_with_the_binding_rule():
    violation = {
        "rule": "balance",
        "territory_id": "T03",
        "measure": "potential_usd",
        "text": "…",
        "why": "Workload (h) is already -10.0 % from its goal",
    }
    (row,) = outsiders(small_plan(violations=[violation])).to_dict("records")
    assert (row["territory_id"], row["measure"], row["value"]) == ("T03", "potential_usd", 520_000)
    assert row["why"] == "Workload (h) is already -10.0 % from its goal"
    assert outsiders(small_plan(violations=[]))["why"][0].startswith("not explained")
    assert outsiders(balanced_plan()).empty
