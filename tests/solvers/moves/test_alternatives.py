"""What a move would change is the difference of two full judgements by the referee."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solvers.errors import ProblemError
from solvers.moves.alternatives import Alternatives, neighbour_moves
from solvers.problem.evaluate import evaluate
from tests.solvers import worlds
from tests.solvers.random_problems import problems

FIXED = ("matrix", "candidates", "homes")


def breaches(evaluation, rule):
    return {(each.territory, each.measure) for each in evaluation.violations if each.rule == rule}


@settings(max_examples=200)
@given(problems(kinds=FIXED, most=8), st.data())
def test_every_move_changes_what_two_full_judgements_differ_by(problem, data):
    assignment = np.array(
        data.draw(st.lists(st.integers(0, problem.k - 1), min_size=problem.n, max_size=problem.n)),
        dtype=np.int32,
    )
    table = Alternatives(problem, assignment)
    units = np.repeat(np.arange(problem.n), problem.k)
    to = np.tile(np.arange(problem.k), problem.n)
    moves = table.moves(units, to)
    before = table.evaluation
    for row, (unit, t) in enumerate(zip(units.tolist(), to.tolist(), strict=True)):
        after_label = assignment.copy()
        after_label[unit] = t
        after = evaluate(problem, after_label)
        here = assignment[unit]
        if np.isfinite(after.objective) and np.isfinite(before.objective):
            for term in ("cost", "moves", "splits", "borders"):
                assert getattr(moves, term)[row] == pytest.approx(
                    after.terms[term] - before.terms[term], abs=1e-9
                ), term
        assert moves.load_from[row] == pytest.approx(after.loads[here])
        assert moves.load_to[row] == pytest.approx(after.loads[t])
        assert moves.parts_from[row] == after.n_parts[here]
        assert moves.parts_to[row] == after.n_parts[t]
        third = (before.excess > 0) & ~np.isin(np.arange(problem.k), [here, t])[:, None]
        worse = np.where(third, 0.0, np.maximum(after.excess - before.excess, 0.0)).max(axis=0)
        assert moves.excess[row] == pytest.approx(worse, abs=1e-8)
        # Rule by rule: what the move is said to break, the referee finds, and nothing else.
        if here == t:
            assert moves.allowed[row]
            assert moves.change[row] == 0.0
            continue
        if moves.allowed[row]:
            for rule in ("assigned", "contiguity", "balance", "moves"):
                assert breaches(after, rule) <= breaches(before, rule), rule
            mine = [each for each in after.violations if unit in each.units]
            assert not {each.rule for each in mine} & {"pinned", "forbidden", "radius", "together"}
        for said, rule in (
            (moves.pinned[row], "pinned"),
            (moves.forbidden[row], "forbidden"),
            (moves.far[row], "radius"),
        ):
            named = any(each.rule == rule and unit in each.units for each in after.violations)
            assert bool(said) == named, rule
        mates = problem.rules.together == problem.rules.together[unit]
        mates &= problem.rules.together >= 0
        assert moves.apart[row] == bool((after_label[mates] != t).any())
        over = np.flatnonzero(moves.over_cap[row])
        assert {(-1, int(r)) for r in over} <= breaches(after, "moves")
        assert moves.empties[row] <= bool(
            breaches(after, "assigned") | breaches(after, "contiguity")
        )


PATH = worlds.path_edges(4)


def path_problem(**given):
    """Four units in a row, two territories with homes at the ends, one measure."""
    cost = np.abs(np.arange(4)[:, None] - np.array([0.0, 3.0]))
    return worlds.matrix_problem(cost, np.ones(4), PATH, **given)


def test_the_middle_of_a_path_tears_its_territory_and_the_tip_overloads_the_other():
    table = Alternatives(path_problem(), np.array([0, 0, 0, 1]))
    moves = table.moves(np.array([1, 2]), np.array([1, 1]))
    assert moves.parts_from.tolist() == [2, 1]
    assert moves.parts_to.tolist() == [2, 1]
    assert moves.torn.tolist() == [True, False]
    assert moves.allowed.tolist() == [False, True]


def test_what_overloads_names_the_territory_its_load_and_its_limit():
    table = Alternatives(path_problem(tolerance=0.2), np.array([0, 0, 1, 1]))
    moves = table.moves(np.array([1]), np.array([1]))
    assert moves.load_to.tolist() == [[3.0]]
    assert moves.tight_limit[0, 0] in (pytest.approx(2.4), pytest.approx(1.6))
    assert moves.excess[0, 0] == pytest.approx(0.3)
    assert not moves.allowed[0]


def test_units_are_asked_about_the_territories_that_they_touch():
    problem = path_problem()
    units, to = neighbour_moves(problem, np.array([0, 0, 1, 1]))
    assert list(zip(units.tolist(), to.tolist(), strict=True)) == [(1, 1), (2, 0)]


def test_free_centers_are_refused():
    problem = worlds.planar_problem(np.zeros((3, 2)), np.ones(3), 1, worlds.path_edges(3))
    with pytest.raises(ProblemError, match="fixed centers"):
        Alternatives(problem, np.zeros(3, dtype=np.int32))
