"""Prices of alternatives, against the referee."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import solvers
from territory.encoding.explain.position import Position
from territory.encoding.explain.reasons import breaches


@settings(max_examples=40)
@given(st.data())
def test_what_a_move_is_said_to_cost_is_the_difference_of_two_full_judgements(position, data):
    problem = position.encoding.problem
    label = np.array(data.draw(st.lists(st.integers(0, 1), min_size=problem.n, max_size=problem.n)))
    other = Position.__new__(Position)
    other.__dict__.update(position.__dict__)
    other.assignment = label.astype(np.int32)
    other.table = type(position.table)(problem, other.assignment)
    units = np.arange(problem.n)
    priced = other.priced(units, 1 - label)
    before = solvers.evaluate(problem, other.assignment)
    for unit in range(problem.n):
        after_label = other.assignment.copy()
        after_label[unit] = 1 - after_label[unit]
        after = solvers.evaluate(problem, after_label)
        said = priced.terms[unit]
        change = other.objective(after_label) - other.objective(other.assignment)
        assert said.sum() == pytest.approx(change)
        if other.accounts_of[unit].size:
            assert said[:3].sum() == pytest.approx(after.terms["cost"] - before.terms["cost"])
        assert said[3] == pytest.approx(after.terms["splits"] - before.terms["splits"])
        assert said[4] == pytest.approx(after.terms["borders"] - before.terms["borders"])
        named = breaches(other, priced, unit)
        if not named:
            new = {(e.rule, e.territory, e.measure) for e in after.violations}
            assert new <= {(e.rule, e.territory, e.measure) for e in before.violations}
        for each in named:
            if each.code == "balance":
                measure = each.rule.split()[1]
                t = position.number[each.rule.split()[2]]
                column = position.case.measures.index(measure)
                assert each.value == pytest.approx(after.loads[t, column])
                limits = (after.lower[t, column], after.upper[t, column])
                assert any(each.limit == pytest.approx(limit) for limit in limits)
