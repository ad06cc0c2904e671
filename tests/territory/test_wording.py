"""What is said about a plan claims no more than is proved."""

import pytest

from territory.plan_record import PlanRecord, Violation
from territory.wording import amount, percent, status_words

BROKEN = (Violation(rule="balance", text="too much"),)


@pytest.mark.parametrize(
    ("known", "words"),
    [
        ({"status": "optimal"}, "optimal: proved that no plan that keeps every rule costs less"),
        (
            {"status": "feasible", "gap": 0.031},
            "feasible: keeps every rule, within 3.1 % of the proven bound",
        ),
        (
            {"status": "feasible", "gap": None},
            "feasible: keeps every rule; how near to the best was not proved",
        ),
        (
            {"status": "feasible", "gap": 0.02, "stop_reason": "time_limit"},
            "feasible: keeps every rule, within 2.0 % of the proven bound; "
            "cut short by the time limit",
        ),
        (
            {"status": "no_solution", "gap": 0.5, "violations": BROKEN * 2},
            "no plan found that keeps every rule; the least bad one breaks 2 rules",
        ),
        (
            {"status": "interrupted", "gap": 0.2},
            "interrupted: the best plan so far keeps every rule, within 20.0 % of the proven bound",
        ),
        (
            {"status": "interrupted", "gap": 0.2, "violations": BROKEN},
            "interrupted: the best plan so far breaks 1 rule",
        ),
        (
            {"status": "infeasible", "violations": BROKEN},
            "infeasible: proved that no plan keeps every rule; the one shown breaks 1 rule",
        ),
    ],
)
def test_the_status_is_said_in_words(known, words):
    assert status_words(PlanRecord(scenario="x", measures={}, **known)) == words


def test_what_is_missing_is_a_dash():
    assert percent(float("nan")) == amount("potential_usd", None) == "–"
