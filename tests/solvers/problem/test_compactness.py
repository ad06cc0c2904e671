"""Compactness by sums over units: closed forms on squares, the coast, and single moves."""

from dataclasses import replace

import numpy as np
import pytest

from solvers import Problem, evaluate
from solvers.problem.compactness import compactness, ragged, shape_moves, shape_sums
from solvers.problem.parts import Shapes
from tests.solvers import worlds


def squares(rows, columns, least=0.5):
    return Shapes(**worlds.squares(rows, columns, least))


def test_rectangles_of_squares_have_the_compactness_of_rectangles():
    left = np.tile([0, 0, 1, 1, 1], 4)  # 4 x 2 beside 4 x 3
    value, limit = compactness(squares(4, 5), left, 2)
    assert value == pytest.approx([4 * np.pi * 8 / 12**2, 4 * np.pi * 12 / 14**2])
    # 8 and 10 of the outlines are coast; only 4 of border lie between them, so as much counts.
    assert limit == pytest.approx([0.5 * (8 / 12) ** 2, 0.5 * (8 / 14) ** 2])


def test_an_inland_territory_is_asked_for_the_whole_rule():
    middle = np.zeros((5, 5), dtype=int)
    middle[1:4, 1:4] = 1
    value, limit = compactness(squares(5, 5), middle.ravel(), 2)
    assert value[1] == pytest.approx(np.pi / 4)
    assert limit[1] == 0.5
    # Its ring has as outline what encloses it, 20 km of coast, and the hole: 12 km inland.
    assert value[0] == pytest.approx(4 * np.pi * 16 / 32**2)
    assert limit[0] == pytest.approx(0.5 * (24 / 32) ** 2)


def test_a_rugged_coast_is_not_held_against_a_plan_but_a_ragged_border_is():
    # Two units in a row; the coast of the first is as long as fjords make it.
    fjords = {"area_km2": np.array([1.0, 1.0]), "outline_km": np.array([40.0, 4.0])}
    pair = {"pairs": np.array([[0, 1]], dtype=np.int32), "shared_km": np.array([1.0])}
    assert ragged(Shapes(least=0.9, **fjords, **pair), np.array([0, 1]), 2) == []
    border = {"shared_km": np.array([3.9]), "outline_km": np.array([40.0, 40.0])}
    (first, value, limit), _ = ragged(
        Shapes(least=0.9, **{**fjords, **pair, **border}), np.array([0, 1]), 2
    )
    assert (first, value) == (0, pytest.approx(4 * np.pi / 1600))
    assert limit == pytest.approx(0.9 * (7.8 / 40) ** 2)


def test_an_island_of_its_own_and_a_territory_without_land_keep_any_rule():
    alone = Shapes(least=0.99, area_km2=np.ones(1), outline_km=np.full(1, 50.0))
    assert ragged(alone, np.array([0, 1]), 2) == []
    value, limit = compactness(alone, np.array([0, 1]), 2)
    assert (value[1], limit.tolist()) == (np.inf, [0.0, 0.0])


def test_units_without_territory_count_for_none():
    sums = shape_sums(squares(1, 3), np.array([0, -1, 1]), 2)
    assert sums.area_km2.tolist() == [1, 1]
    assert sums.outline_km.tolist() == [4, 4]
    assert sums.inland_km.tolist() == [1, 1]


def test_the_referee_names_the_territory_its_value_and_what_is_asked():
    strip = np.zeros(25, dtype=np.int32)
    strip[6:9] = 1
    problem = worlds.matrix_problem(
        np.ones((25, 2)), np.ones(25), worlds.grid_edges(5, 5), tolerance=0.9,
        **worlds.squares(5, 5, 0.6),
    )  # fmt: skip
    (broken,) = evaluate(problem, strip).violations
    assert (broken.rule, broken.territory, broken.units) == ("compactness", 1, ())
    assert broken.value == pytest.approx(4 * np.pi * 3 / 8**2)
    assert broken.limit == 0.6
    assert evaluate(problem.without_shapes(), strip).feasible
    plain = worlds.matrix_problem(np.ones((9, 2)), np.ones(9), worlds.grid_edges(3, 3))
    assert plain.without_shapes() is plain


def test_moves_change_shortfalls_by_the_difference_of_whole_sums():
    rng = np.random.default_rng(3)
    shapes = squares(4, 4, 0.7)
    shapes = replace(shapes, outline_km=shapes.outline_km + rng.random(16))
    n, k = 18, 3  # two units have no land
    for _ in range(8):
        label = rng.integers(0, k, n)
        units, to = np.repeat(np.arange(n), k), np.tile(np.arange(k), n)
        moves = shape_moves(shapes, label, k, units, to)
        before = shape_sums(shapes, label, k).shortfall(0.7)
        for row in range(units.size):
            after = label.copy()
            after[units[row]] = to[row]
            sums = shape_sums(shapes, after, k)
            further = sums.shortfall(0.7) - before
            assert moves.shortfall[row] == pytest.approx(further.sum(), abs=1e-12)
            t = int(moves.frayed[row])
            assert (t >= 0) == (further > 1e-9).any()
            if t >= 0:
                assert further[t] == pytest.approx(further.max())
                assert moves.value[row] == pytest.approx(sums.value[t])
                assert moves.limit[row] == pytest.approx(sums.limit(0.7)[t])


def test_a_problem_with_the_rule_says_so_to_whoever_copies_it():
    problem = worlds.matrix_problem(
        np.ones((4, 2)), np.ones(4), worlds.path_edges(4), **worlds.squares(1, 4, 0.3)
    )
    assert isinstance(problem, Problem)
    assert problem.with_cost(problem.cost).shapes.least == 0.3
    assert not problem.shapes.area_km2.flags.writeable
