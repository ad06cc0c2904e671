"""A unit that no connected territory within the bands can hold is found and explained."""

import numpy as np

from solvers.conflict import pockets
from solvers.conflict.pockets import pocket
from solvers.stop import Budget, never
from tests.solvers import worlds


def path(loads, k, **rules):
    return worlds.matrix_problem(
        np.ones((len(loads), k)), np.asarray(loads, float), worlds.path_edges(len(loads)), **rules
    )


def found(problem):
    return pocket(problem, Budget(rule=never))


def test_a_light_end_beside_a_heavy_unit_is_a_pocket():
    # Goals are 6: the end of 1 is too light alone, and with its only neighbour too heavy.
    conflict = found(path([1, 6, 5], 2, tolerance=0.1))
    assert conflict is not None
    assert {0} <= {unit for rule in conflict.rules for unit in rule.units}
    assert conflict.relaxations


def test_where_every_unit_has_a_territory_there_is_none():
    assert found(path([3, 3, 3, 3], 2, tolerance=0.1)) is None


def test_nothing_is_said_where_contiguity_is_not_asked():
    assert found(path([1, 6, 5], 2, tolerance=0.1, contiguity=False)) is None


def test_growing_ends_after_a_counted_number_of_units(monkeypatch):
    grown, given = [], pockets._grown
    monkeypatch.setattr(pockets, "_grown", lambda *a: grown.append(given(*a)) or grown[-1])
    many = path([1.0] * 40, 10, tolerance=0.1)
    assert found(many) is None
    whole = len(grown)
    assert whole > 3
    monkeypatch.setattr(pockets, "_GROWN", 8)
    grown.clear()
    assert found(many) is None
    assert 1 < len(grown) < whole
