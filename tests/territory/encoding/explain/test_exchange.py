"""The smallest exchange that would bring an item elsewhere."""

import pytest

import solvers
from territory.encoding.explain.exchange import smallest_exchange


def test_an_exchange_that_is_named_breaks_no_rule_and_costs_what_it_says(position):
    problem = position.encoding.problem
    found = 0
    for item in range(12):
        to = 1 - int(position.assignment[item])
        exchange = smallest_exchange(position, item, to)
        if exchange is None:
            continue
        found += 1
        label = position.assignment.copy()
        for unit, t in exchange.moves:
            label[unit] = t
        judged = solvers.evaluate(problem, label)
        assert label[item] == to
        assert judged.feasible
        change = position.objective(label) - position.objective(position.assignment)
        assert exchange.change_usd == pytest.approx(change)
    assert found > 0
