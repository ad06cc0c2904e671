"""What comes along with a move is the least that keeps the rules."""

import itertools

import numpy as np
import pytest

import solvers
from territory.encoding.desk.desk import desk_of
from territory.encoding.desk.named import Move
from territory.encoding.desk.repair import repaired


def owners(plan):
    return plan.alignment.set_index("unit_id")["territory_id"]


def edge_unit(plan, inside=0):
    """The easternmost unit that the western territory has in the upper row, or one further west."""
    own = owners(plan)
    last = max(column for column in range(6) if own[f"U0{column}"] == "T01")
    return f"U0{last - inside}"


def least_further(desk):
    """Fewest other items that change in a plan that keeps every rule, by trying up to three."""
    problem, n = desk.encoding.problem, len(desk.target)
    loose = [item for item in range(n) if item not in set(desk.moved.tolist())]
    for size in range(4):
        for some in itertools.combinations(loose, size):
            label = desk.target.copy()
            label[list(some)] = 1 - label[list(some)]
            if solvers.evaluate(problem, label).feasible:
                return size
    return None


def test_moves_that_keep_every_rule_need_nothing_more(pinned_plan):
    whole = repaired(pinned_plan, [Move(to="T02", what=(edge_unit(pinned_plan),))])
    assert len(whole) > 1
    assert repaired(pinned_plan, whole) == whole


@pytest.mark.parametrize("inside", [0, 1], ids=["at the border", "one behind it"])
def test_what_comes_along_is_the_fewest_units_that_keep_the_rules(pinned_plan, inside):
    move = Move(to="T02", what=(edge_unit(pinned_plan, inside),))
    desk = desk_of(pinned_plan, [move], whole=True)
    assert not solvers.evaluate(desk.encoding.problem, desk.target).feasible
    found = repaired(pinned_plan, [move])
    assert found[0] == move
    further = [name for each in found[1:] for name in each.what]
    assert len(further) == least_further(desk) == 1 + 2 * inside
    judged, after = desk_of(pinned_plan, found).after()
    assert judged.feasible
    assert owners(after)[move.what[0]] == "T02"


def test_where_the_pinned_rule_forbids_the_move_itself_there_is_no_repair(pinned_plan):
    assert repaired(pinned_plan, [Move(to="T01", what=("A00",))]) is None


def test_the_same_moves_are_repaired_the_same_way(pinned_plan):
    move = [Move(to="T02", what=(edge_unit(pinned_plan),))]
    before = owners(pinned_plan).to_numpy(copy=True)
    assert repaired(pinned_plan, move) == repaired(pinned_plan, move)
    assert np.array_equal(owners(pinned_plan), before)
