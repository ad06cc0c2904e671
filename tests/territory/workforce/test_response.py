"""The response of sales to effort: the curve's answers, and hours spent by the margin."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from scipy.optimize import minimize

from territory.inputs.scenario.workforce import ResponseKeys
from territory.workforce.response import Response, best_effort

CURVE = Response.of(ResponseKeys())
FLAT = Response.of(ResponseKeys(at_zero=0.5, at_half_more=1.06, at_saturation=1.3))


@pytest.mark.parametrize("curve", [CURVE, FLAT])
def test_the_curve_passes_through_the_answers(curve):
    keys = ResponseKeys() if curve is CURVE else ResponseKeys(
        at_zero=0.5, at_half_more=1.06, at_saturation=1.3
    )  # fmt: skip
    asked = curve.sales(np.array([0.0, 1.0, 1.5, 1e12]))
    assert asked == pytest.approx([keys.at_zero, 1.0, keys.at_half_more, keys.at_saturation])


@pytest.mark.parametrize("curve", [CURVE, FLAT])
def test_the_curve_is_concave_and_its_slope_is_its_derivative(curve):
    x = np.linspace(0.05, 4.0, 80)
    slope = curve.slope(x)
    assert (np.diff(slope) <= 0).all()
    numeric = (curve.sales(x + 1e-6) - curve.sales(x - 1e-6)) / 2e-6
    assert slope == pytest.approx(numeric, rel=1e-5)
    assert curve.effort_of_slope(slope, 4.0) == pytest.approx(x, rel=1e-6)


def test_the_default_elasticity_at_the_plan_is_three_tenths():
    assert CURVE.slope(np.array([1.0]))[0] == pytest.approx(0.30)


def test_an_s_shaped_answer_is_refused_with_what_would_do():
    with pytest.raises(ValidationError, match=r"at most 1\.12 between"):
        ResponseKeys(at_half_more=1.3)
    with pytest.raises(ValidationError, match="expected numbers that ascend"):
        ResponseKeys(at_saturation=1.05)


def test_hours_are_spent_as_a_general_solver_would_spend_them():
    rng = np.random.default_rng(1)
    sales, hours = rng.uniform(1, 10, 6), rng.uniform(5, 20, 6)
    for curve in (CURVE, FLAT):
        spent = best_effort(
            curve, sales, hours, np.zeros(6, dtype=int), np.array([0.7 * hours.sum()])
        )
        found = minimize(
            lambda x: -(sales * curve.sales(np.maximum(x, 0.0))).sum(),  # noqa: B023
            np.full(6, 0.5),
            bounds=[(1e-6, 2.0)] * 6,
            constraints=[{"type": "ineq", "fun": lambda x: 0.7 * hours.sum() - hours @ x}],
        )
        assert (sales * curve.sales(spent)).sum() == pytest.approx(-found.fun, rel=1e-5)


@given(
    # Nothing, or a billionth of a dollar and up: less is no amount of money.
    worth=st.lists(st.just(0.0) | st.floats(1e-9, 1e6), min_size=1, max_size=12),
    share=st.floats(0.05, 3.0),
    seed=st.integers(0, 99),
)
def test_no_territory_spends_more_than_it_has_nor_leaves_hours_that_would_sell(worth, share, seed):
    rng = np.random.default_rng(seed)
    sales = np.array(worth)
    hours = rng.uniform(0.5, 30.0, len(sales))
    territory = rng.integers(0, 3, len(sales))
    capacity = share * np.bincount(territory, hours, minlength=3)
    spent = best_effort(CURVE, sales, hours, territory, capacity)
    used = np.bincount(territory, hours * spent, minlength=3)
    assert ((spent >= 0) & (spent <= 2.0 + 1e-9)).all()
    assert (used <= capacity * (1 + 1e-6) + 1e-6).all()
    useful = np.bincount(territory, hours * (sales > sales.max() * 1e-3), minlength=3)
    enough = np.minimum(capacity, 2.0 * useful)
    assert (used >= enough * (1 - 1e-3) - 1e-6).all()


def test_more_hours_never_sell_less():
    sales, hours = np.array([5.0, 3.0, 1.0]), np.array([10.0, 10.0, 10.0])
    one = np.zeros(3, dtype=int)
    sold = [
        float((sales * CURVE.sales(best_effort(CURVE, sales, hours, one, np.array([h])))).sum())
        for h in (1.0, 10.0, 20.0, 40.0, 60.0, 90.0)
    ]
    assert sold == sorted(sold)
    assert np.diff(sold, 2)[1:].max() < 1.0
