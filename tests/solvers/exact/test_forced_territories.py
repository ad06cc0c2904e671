"""Territories that every plan has, where few connected sets can hold a unit."""

import numpy as np
import pytest

from solvers.exact.forced_territories import (
    _Around,
    _Rest,
    common_bands,
    forced_territories,
    list_territories,
)
from solvers.problem import graph
from tests.solvers import worlds


def path(loads, k, **rules):
    n = len(loads)
    cost = np.ones((n, k))
    return worlds.matrix_problem(cost, np.asarray(loads, float), worlds.path_edges(n), **rules)


def sets_of(problem, unit, *, whole=True):
    listing = list_territories(
        problem, common_bands(problem), unit,
        available=np.ones(problem.n, dtype=bool), most_looks=1000, most_sets=100, whole=whole,
    )  # fmt: skip
    assert listing.complete
    return {tuple(sorted(each)) for each in listing.sets}


def test_all_connected_sets_within_the_bands_are_listed_once():
    problem = path([1, 1, 1, 1, 1, 1], 3, tolerance=0.5)  # 1 to 3 units a territory
    assert sets_of(problem, 0, whole=False) == {(0,), (0, 1), (0, 1, 2)}
    assert sets_of(problem, 1, whole=False) == {
        (1,), (0, 1), (1, 2), (0, 1, 2), (1, 2, 3),
    }  # fmt: skip


def test_sets_whose_rest_no_whole_number_of_territories_fills_are_left_out():
    # Two territories of exactly 2: the middle pair would leave two single ends.
    problem = path([1, 1, 1, 1], 2, tolerance=0.0)
    assert sets_of(problem, 1, whole=False) == {(0, 1), (1, 2)}
    assert sets_of(problem, 1) == {(0, 1)}


def test_one_forced_territory_forces_the_next():
    assert forced_territories(path([2, 2, 2, 2, 2, 2], 3, tolerance=0.1)) == [
        (0, 1),
        (2, 3),
        (4, 5),
    ]


def test_an_empty_set_says_that_no_plan_exists():
    assert forced_territories(path([3, 3, 3, 1], 2, tolerance=0.05))[-1] == ()


def test_sets_are_no_argument_where_contiguity_or_groups_break_it():
    assert common_bands(path([1, 1], 2, contiguity=False)) is None
    assert common_bands(path([1, 1], 2, together=np.array([0, 0], dtype=np.int32))) is None
    assert common_bands(path([1, 1], 2, exempt=np.array([True, False]))) is None
    assert forced_territories(path([1, 1], 2, contiguity=False)) == []


def rest_fits_by_the_whole_map(problem, bands, held):
    """Every piece of all that is left, each measure for itself, by plain arithmetic."""
    rest = np.ones(problem.n, dtype=bool)
    rest[list(held)] = False
    piece = graph.components(problem.indptr, problem.indices, rest)
    for name in range(int(piece.max(initial=-1)) + 1):
        for load, need, room in zip(
            bands.weight[piece == name].sum(axis=0), bands.need, bands.room, strict=True
        ):
            if not any(q * need <= load + 1e-9 <= q * room + 2e-9 for q in range(1, 40)):
                return False
    return True


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("tolerance", [0.05, 0.2, 0.45])
def test_the_pieces_beside_a_set_are_judged_as_the_whole_map_judges_them(seed, tolerance):
    """Sets grown at random on a grid whose pieces are small, middling and larger than is walked."""
    rng = np.random.default_rng(seed)
    activity = rng.uniform(0.6, 1.4, (48, 2))
    problem = worlds.matrix_problem(
        np.ones((48, 8)), activity, worlds.grid_edges(6, 8), tolerance=tolerance
    )
    bands = common_bands(problem)
    rest = _Rest(bands, _Around(problem, np.ones(48, dtype=bool)))
    answers = []
    for _ in range(40):
        held = [int(rng.integers(48))]
        while len(held) < rng.integers(2, 20):
            near = {
                int(v) for u in held for v in problem.indices[slice(*problem.indptr[u : u + 2])]
            }
            held.append(int(rng.choice(sorted(near - set(held)))))
        answers.append(rest.fits(tuple(held)))
        assert answers[-1] == rest_fits_by_the_whole_map(problem, bands, tuple(held)), held
    assert any(answers)
