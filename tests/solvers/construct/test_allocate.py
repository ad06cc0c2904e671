"""Candidates: forbidden territories are left out, a pin stands alone, a barred unit keeps all."""

import numpy as np

from solvers.construct.allocate import allocate, candidates
from tests.solvers import worlds

COST = np.array([[1.0, 9.0], [1.0, 9.0], [1.0, 9.0], [9.0, 1.0]])


def problem(**more):
    return worlds.matrix_problem(COST, np.ones(4), worlds.path_edges(4), **more)


def of_unit(lists, unit):
    return lists.territory[lists.indptr[unit] : lists.indptr[unit + 1]].tolist()


def test_a_forbidden_territory_is_no_candidate():
    lists = candidates(problem(forbidden=np.array([[0, 0]], dtype=np.int32)), np.arange(2))
    assert of_unit(lists, 0) == [1]
    assert sorted(of_unit(lists, 1)) == [0, 1]


def test_a_unit_that_is_barred_from_everywhere_keeps_all():
    pairs = np.array([[0, 0], [0, 1]], dtype=np.int32)
    assert sorted(of_unit(candidates(problem(forbidden=pairs), np.arange(2)), 0)) == [0, 1]


def test_a_pinned_unit_has_one_candidate_whatever_it_costs():
    lists = candidates(problem(pinned=np.array([1, -1, -1, -1], dtype=np.int32)), np.arange(2))
    assert of_unit(lists, 0) == [1]
    assert lists.cost[lists.indptr[0]] == 9.0


def test_prices_of_load_bring_the_bands_about():
    cost = np.array([[1.0, 9.0], [1.0, 7.0], [1.0, 5.0], [9.0, 1.0]])
    given = worlds.matrix_problem(cost, np.ones(4), worlds.path_edges(4), tolerance=0.1)
    assignment, price, excess = allocate(given, candidates(given, np.arange(2)), rounds=200)
    assert assignment.tolist() == [0, 0, 1, 1]
    assert excess == 0.0
    assert price[0, 0] > price[1, 0]
