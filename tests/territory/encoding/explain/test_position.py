"""Prices of alternatives, against the referee."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import solvers
from territory.encoding.encode import MARGIN
from territory.encoding.explain.position import Position
from territory.encoding.explain.reasons import breaches
from territory.encoding.reopen import reopened, scenario_of
from territory.inputs.scenario.keys import Rules, TerritoryRule, TogetherRule

EVERY_RULE = Rules(
    pinned=(TerritoryRule(territory="T02", accounts=("A00",)),),
    forbidden=(TerritoryRule(territory="T01", units=("U05",)),),
    together=(TogetherRule(name="pair", units=("U02", "U12")),),
    keep_idn_whole=True,
    radius_min=60.0,
    max_moved_accounts=3,
    max_moved_revenue=0.2,
    max_moved_workload=0.3,
)
NAMED_BY = {"assigned": "contiguity"}


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
                # As the tables say it, unless the load lies between that and the solver's own.
                wide = position.case.scenario.measures[measure].tolerance
                goal, sign = after.goal[t, column], 1.0 if each.value > each.limit else -1.0
                limits = [goal * (1.0 + sign * wide), goal * (1.0 + sign * (wide - MARGIN))]
                assert f" {'h' if measure == 'workload_h' else 'USD'}, where at " in each.words
                beyond = sign * (each.value - limits[0]) > 1e-9 * goal
                assert each.limit == pytest.approx(limits[0 if beyond else 1], rel=1e-9)


@settings(max_examples=15, deadline=None)
@given(labels=st.lists(st.integers(0, 1), min_size=40, max_size=40))
def test_every_rule_that_a_move_would_break_anew_is_named(plan, labels):
    accounts = plan.accounts.assign(idn=["S" if at in (3, 9) else "" for at in range(12)])
    ruled = replace(plan, accounts=accounts)
    scenario = scenario_of(plan).model_copy(update={"rules": EVERY_RULE})
    position = Position(ruled, reopened(ruled, scenario=scenario))
    problem = position.encoding.problem
    label = np.array(labels[: problem.n], dtype=np.int32)
    position.assignment = label
    position.table = type(position.table)(problem, label)
    priced = position.priced(np.arange(problem.n), 1 - label)
    before = {(e.rule, e.territory, e.measure, e.units) for e in
              solvers.evaluate(problem, label).violations}  # fmt: skip
    for unit in range(problem.n):
        turned = label.copy()
        turned[unit] = 1 - label[unit]
        after = solvers.evaluate(problem, turned)
        new = {e.rule for e in after.violations
               if (e.rule, e.territory, e.measure, e.units) not in before}  # fmt: skip
        named = {each.code for each in breaches(position, priced, unit)}
        said = {NAMED_BY.get(rule, rule) for rule in new}
        assert said <= named | {rule for rule, *_ in before}
