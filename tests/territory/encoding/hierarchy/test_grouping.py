"""A level as a districting problem: spans, equal shares, neighbours."""

import numpy as np
import pytest

from territory.encoding.hierarchy.grouping import Parts, grouped, merged
from territory.inputs.scenario.review import HierarchyKeys


@pytest.fixture
def row():
    """Four territories in a row, the outer two far from the inner gap."""
    xy = np.array([[0.0, 0.0], [1.0, 0.0], [10.0, 0.0], [11.0, 0.0]])
    return Parts(xy=xy, load=np.ones((4, 1)), edges=np.array([[0, 1], [1, 2], [2, 3]]))


def test_neighbours_that_are_near_make_a_group(row):
    groups = grouped(row, 2, HierarchyKeys(span_min=2, span_max=2), seed=1, spanned=True)
    assert groups.of_part.tolist() == [0, 0, 1, 1]
    assert groups.n == 2


@pytest.mark.parametrize(("d", "of_part"), [(1, [0, 0, 0, 0]), (4, [0, 1, 2, 3])])
def test_one_group_or_one_for_each_part_needs_no_search(row, d, of_part):
    groups = grouped(row, d, HierarchyKeys(), seed=1, spanned=True)
    assert (groups.of_part.tolist(), groups.status) == (of_part, "optimal")


def test_groups_are_the_parts_of_the_next_level(row):
    groups = grouped(row, 2, HierarchyKeys(span_min=2, span_max=2), seed=1, spanned=True)
    above = merged(row, groups)
    assert above.xy.tolist() == [[0.5, 0.0], [10.5, 0.0]]
    assert above.load.tolist() == [[2.0], [2.0]]
    assert above.edges.tolist() == [[0, 1]]


def test_what_is_proved_is_not_searched_again(row, monkeypatch):
    import solvers

    asked = []

    def counted(problem, **options):
        asked.append(options["seed"])
        return solve(problem, **options)

    solve = solvers.solve
    monkeypatch.setattr(solvers, "solve", counted, raising=False)
    grouped(row, 2, HierarchyKeys(span_min=2, span_max=2), seed=5, spanned=True)
    assert asked == [5]
