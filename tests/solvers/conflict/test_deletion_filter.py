"""Rules left out one by one: what is kept cannot be kept together, and no part of it is idle."""

import itertools
from dataclasses import replace

import numpy as np
import pytest

from solvers.conflict import deletion_filter
from solvers.conflict.deletion_filter import filtered
from solvers.stop import Budget
from tests.solvers import worlds
from tests.solvers.enumeration import optimum

INF = float("inf")


def ints(*values):
    return np.array(values, dtype=np.int32)


def row_of_six(**rules):
    """Six units of 1 in a row, two homes at its ends: each territory holds three at ±10 %."""
    cost = np.abs(np.arange(6)[:, None] - np.array([0.0, 5.0]))
    return worlds.matrix_problem(cost, np.ones(6), worlds.path_edges(6), **rules)


def today(cap):
    """Everything is with territory 0 today, and at most `cap` units may leave it."""
    return {
        "current": np.zeros(6, dtype=np.int32),
        "moved_weight": np.ones((6, 1)),
        "moved_cap": np.array([float(cap)]),
    }


CONFLICTS = {
    "cap on moves": today(2),
    "pins at both sides of a gap": {
        "tolerance": 0.4, "pinned": ints(0, -1, 1, 0, -1, 1), "together": ints(-1, -1, -1, -1, 3, 3)
    },
    "a group against forbidden pairs": {
        "together": ints(0, 0, -1, -1, -1, 0), "forbidden": np.array([[0, 0], [5, 1]], np.int32)
    },
    "radius": {
        "radius": 3.0, "distance": np.abs(np.arange(6)[:, None] - np.array([0.0, 5.0])),
        "pinned": ints(-1, -1, -1, -1, 0, -1),
    },
}  # fmt: skip


def under(problem, rules):
    """The problem with these rules alone, written from what a conflict says of them."""
    kinds = {rule.kind for rule in rules}
    of = {kind: {rule.territory for rule in rules if rule.kind == kind} for kind in kinds}
    own, changes, balance = problem.rules, problem.changes, problem.balance
    lower, upper = np.zeros_like(balance.lower), np.full_like(balance.upper, INF)
    for rule in rules:
        if rule.kind == "balance":
            whose = slice(None) if rule.territory < 0 else slice(rule.territory, rule.territory + 1)
            if rule.side == "at most":
                upper[whose, rule.measure] = balance.upper[whose, rule.measure]
            else:
                lower[whose, rule.measure] = balance.lower[whose, rule.measure]
    barred = own.forbidden[np.isin(own.forbidden[:, 1], sorted(of.get("forbidden", ())))]
    return replace(
        problem,
        balance=replace(balance, lower=lower, upper=upper),
        changes=changes if "moves" in kinds else replace(
            changes, moved_cap=changes.moved_weight.sum(axis=0)
        ),
        rules=replace(
            own,
            radius=own.radius if "radius" in kinds else INF,
            contiguity="contiguity" in kinds,
            forbidden=barred,
            pinned=np.where(np.isin(own.pinned, sorted(of.get("pinned", ()))), own.pinned, -1)
            .astype(np.int32),
            together=np.where(np.isin(own.together, sorted(of.get("together", ()))),
                              own.together, -1).astype(np.int32),
        ),
    )  # fmt: skip


@pytest.mark.parametrize("name", CONFLICTS)
def test_what_is_kept_conflicts_and_without_any_one_of_it_there_is_a_plan(name):
    problem = row_of_six(**CONFLICTS[name])
    found = filtered(problem, Budget())
    assert (found.method, found.proved, found.minimal) == ("model", True, True)
    assert optimum(under(problem, found.rules)) == INF
    for fewer in itertools.combinations(found.rules, len(found.rules) - 1):
        assert optimum(under(problem, fewer)) < INF, set(found.rules) - set(fewer)


def test_where_a_plan_exists_there_is_nothing_to_filter():
    assert filtered(row_of_six(), Budget()) is None


def test_a_problem_too_large_to_ask_again_and_again_is_left_alone(monkeypatch):
    monkeypatch.setattr(deletion_filter, "PAIRS", 11)
    assert filtered(row_of_six(**today(2)), Budget()) is None


def test_without_time_to_prove_it_no_conflict_is_claimed():
    assert filtered(row_of_six(**today(2)), Budget(limit_s=0.0)) is None


def test_a_known_conflict_without_time_keeps_every_rule_and_does_not_call_them_needed():
    found = filtered(row_of_six(**today(2)), Budget(limit_s=0.0), proved=True)
    assert (found.proved, found.minimal) == (True, False)
    assert {rule.kind for rule in found.rules} == {"moves", "contiguity", "balance"}
    assert len(found.rules) == 2 + 4  # both bands of both territories


def test_a_cap_on_moves_says_how_many_have_to_move():
    found = filtered(row_of_six(**today(1)), Budget())
    amounts = {each.kind: each.amount for each in found.relaxations}
    assert amounts["moves"] == pytest.approx(3.0)
    assert optimum(row_of_six(**today(3))) < INF


def test_pins_say_the_least_activity_to_give_up():
    """Units 0 and 4 are pinned to 0, units 1 and 5 to 1, in a row: they cross, one must let go."""
    activity = np.array([2.0, 1.0, 1.0, 1.0, 1.0, 2.0])
    cost = np.zeros((6, 2))
    problem = worlds.matrix_problem(
        cost, activity, worlds.path_edges(6), tolerance=0.9, pinned=ints(0, 1, -1, -1, 0, 1)
    )
    found = filtered(problem, Budget())
    assert {rule.kind for rule in found.rules} == {"pinned", "contiguity"}
    unpin = next(each.amount for each in found.relaxations if each.kind == "unpin")
    # Unit 1 or unit 4 lets go, at 1 each.
    assert unpin == pytest.approx(1.0)


def test_the_least_tolerance_lies_within_half_a_percent_above_the_true_one():
    """Units of 3, 3, 3, 5: the best two loads are 6 and 8, 1 / 7 from the goal."""
    problem = worlds.matrix_problem(
        np.zeros((4, 2)), [3, 3, 3, 5], worlds.path_edges(4), contiguity=False
    )
    found = filtered(problem, Budget())
    tolerance = next(each.amount for each in found.relaxations if each.kind == "tolerance")
    assert 1 / 7 <= tolerance <= 1 / 7 + 5e-3
