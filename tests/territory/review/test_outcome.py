"""What a design came to, in short."""

from dataclasses import replace

from territory.review.outcome import cost_line
from tests.territory.plans import balanced_plan


def test_the_line_of_costs_says_whether_travel_is_that_of_tours():
    plan = balanced_plan()
    routed = replace(plan, record=plan.record.but(routed={"rounds": 2, "outside": []}))
    parts = "travel $22,950, relationships handed over $6,000"
    assert cost_line(plan) == f"cost $28,950 a year, travel as estimated: {parts}"
    assert cost_line(routed) == f"cost $28,950 a year, travel by tours: {parts}"
