"""What is proved, of which question, and when a plan may be called the optimum."""

from types import SimpleNamespace

import numpy as np
import pytest

from territory.encoding.proved import bound_for, bound_of, free_centers, is_optimum


def result(bound):
    return SimpleNamespace(bound=bound)


def encoding(prospect=0.0, n=7):
    return SimpleNamespace(prospect_usd=prospect, problem=SimpleNamespace(n=n))


def roads(*, located=False, free=None, factor=None):
    return SimpleNamespace(located=located, free=free, factor=factor)


def free(status="optimal", objective=100.0, bound=90.0):
    return SimpleNamespace(status=status, objective=objective, bound=bound)


@pytest.mark.parametrize(
    ("bound", "prospect", "objective", "expected"),
    [
        (100.004, 0.0, 200.0, 100.0),
        (100.0, 30.0, 200.0, 70.0),  # the price of empty units is no part of the objective
        (250.0, 0.0, 200.0, 200.0),  # never above the plan itself
        (20.0, 30.0, 200.0, None),
        (-np.inf, 0.0, 200.0, None),
    ],
)
def test_the_bound_is_of_the_plans_own_objective(bound, prospect, objective, expected):
    assert bound_of(result(bound), encoding(prospect), objective) == expected


def test_a_bound_says_for_which_centers_it_holds():
    assert bound_for(roads(), encoding()) == "the reps' homes"
    assert bound_for(roads(located=True), encoding()) == "the located centers"
    assert "centers at any of 7 places" in bound_for(roads(located=True, free=free()), encoding())
    routed = bound_for(roads(factor=np.ones(1), located=True, free=free()), encoding())
    assert routed == "the located centers, with the hours of this plan's tours"


def test_an_unproved_bound_of_free_centers_is_not_known_rather_than_0():
    assert free_centers(roads(), encoding()) == {}
    told = free_centers(roads(free=free(bound=-np.inf)), encoding())["free_centers"]
    assert told == {"objective": 100.0, "bound": None, "places": 7}


def test_a_plan_is_the_optimum_only_where_free_centers_are_proved_and_it_costs_no_more():
    scenario = SimpleNamespace(objective=SimpleNamespace(travel_usd_h=100.0))

    def judged(found, objective, n_accounts=10):
        return is_optimum(roads(free=found), objective, n_accounts, scenario)

    assert judged(free(), 100.0)
    assert judged(free(), 100.04)  # hours are rounded: 0.05 USD for ten accounts
    assert not judged(free(), 100.2)
    assert not judged(free(), 102.0, n_accounts=1_000_000)  # rounding explains at most a dollar
    assert not judged(free(status="feasible"), 100.0)
    assert not judged(None, 100.0)
