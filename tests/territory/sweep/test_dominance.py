"""Dominance, knee and marginal prices on tables that one can reckon by hand."""

import numpy as np
import pandas as pd
import pytest

from territory.sweep.dominance import knee_of, marginal_usd, non_dominated


def test_what_another_row_is_at_least_as_good_as_everywhere_is_beaten_and_twins_count_once():
    values = np.array([[1.0, 3.0], [2.0, 2.0], [2.0, 3.0], [2.0, 2.0], [3.0, 1.0]])
    assert non_dominated(values).tolist() == [True, True, False, False, True]


def test_the_knee_is_nearest_to_the_best_of_every_axis():
    values = np.array([[0.0, 10.0], [1.0, 1.0], [10.0, 0.0]])
    assert knee_of(values, np.ones(3, dtype=bool)).tolist() == [False, True, False]
    assert not knee_of(values, np.zeros(3, dtype=bool)).any()


def test_a_point_and_an_account_cost_what_neighbouring_rows_differ_by():
    table = pd.DataFrame(
        {
            "handover_price": [0.0, 0.0, 1.0],
            "tolerance_factor": [1.0, 0.5, 1.0],
            "imbalance": [0.10, 0.06, 0.10],
            "running_usd": [1000.0, 1400.0, 1200.0],
            "moved_accounts": [50, 60, 30],
            "on_frontier": [True, True, True],
        }
    )
    found = marginal_usd(table)
    assert found["usd_per_point"][1] == pytest.approx(100.0)
    assert found["usd_per_account"][2] == pytest.approx(10.0)
    assert np.isnan(found["usd_per_point"][[0, 2]]).all()
