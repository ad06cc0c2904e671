"""What makes no sense is refused before any work, by field, place and value."""

import numpy as np
import pytest

from solvers.errors import ProblemError
from tests.solvers import worlds


def problem(**more):
    return worlds.matrix_problem(np.ones((4, 2)), np.ones(4), worlds.path_edges(4), **more)


SHAPES = worlds.squares(1, 4, 0.2)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"goal": np.array([[0.0], [4.0]])}, r"goal\[0, 0\] is 0.0"),
        ({"upper": np.array([[1.0], [9.0]])}, r"upper\[0, 0\] is 1.0; expected at least the goal"),
        ({"lower": np.array([[9.0], [0.0]])}, r"lower\[0, 0\] is 9.0; expected at most the goal"),
        ({"pinned": np.array([0, 5, -1, -1], dtype=np.int32)}, r"pinned\[1\] is 5"),
        ({"forbidden": np.array([[9, 0]], dtype=np.int32)}, r"forbidden\[0\] is 9"),
        ({"radius": 0.0}, "radius is 0.0; expected a number above 0"),
        ({"radius": 5.0}, "expected none unless distance is given"),
        ({"move_cost": np.array([0.0, -1.0, 0.0, 0.0])}, r"move_cost\[1\] is -1.0"),
        ({"border_price": -1.0}, "borders.price is -1.0"),
        ({"border_price": 1.0}, "borders.km is missing for 6 borders at a price of 1"),
        ({"border_km": np.ones(5)}, r"borders.km is of shape \(5,\); expected shape \(6,\)"),
        ({"border_km": -np.ones(6)}, r"borders.km\[0\] is -1.0; expected a finite number"),
        ({"border_km": np.array([1, np.nan, 1, 1, 1, 1])}, r"borders.km\[1\] is nan"),
        ({"border_km": np.array([np.inf, 1, 1, 1, 1, 1])}, r"borders.km\[0\] is inf"),
        (
            {"border_km": np.array([1.0, 2.0, 3.0, 3.0, 4.0, 4.0])},
            r"borders.km\[0\] is 1.0 and 2.0 between units \(0, 1\); expected one length",
        ),
        ({"border_price": np.nan}, "borders.price is nan"),
        ({"center_upper": np.ones((4, 1))}, "center_upper is given with fixed centers"),
        ({"least": 1.0}, "shapes.least is 1.0; expected a number from 0 to below 1"),
        ({"least": -0.1}, "shapes.least is -0.1"),
        ({"least": np.nan}, "shapes.least is nan"),
        ({**SHAPES, "area_km2": np.ones(5)}, "shapes.area_km2 is for 5 units; expected at most 4"),
        ({**SHAPES, "outline_km": np.ones(3)}, "shapes.outline_km is of shape"),
        ({**SHAPES, "area_km2": -np.ones(4)}, r"shapes.area_km2\[0\] is -1.0"),
        ({**SHAPES, "shared_km": np.ones(2)}, "shapes.pairs is of shape"),
        ({**SHAPES, "pairs": np.array([[0, 1], [1, 2], [2, 4]])}, r"shapes.pairs\[2, 1\] is 4"),
        ({**SHAPES, "pairs": np.array([[0, 1], [1, 1], [2, 3]])}, "two different units"),
        ({**SHAPES, "pairs": np.array([[0, 1], [1, 2], [1, 0]])}, "expected each pair once"),
        (
            {**SHAPES, "shared_km": np.full(3, 2.5)},
            r"shapes.outline_km\[1\] is 4.0; expected at least the 5 km that its neighbours share",
        ),
    ],
)
def test_a_wrong_field_is_named(given, words):
    with pytest.raises(ProblemError, match=words):
        problem(**given)


def test_a_unit_is_not_pinned_where_it_is_forbidden():
    with pytest.raises(ProblemError, match="unit 1 in territory 0"):
        problem(
            pinned=np.array([-1, 0, -1, -1], dtype=np.int32),
            forbidden=np.array([[1, 0]], dtype=np.int32),
        )


def test_a_geography_in_two_pieces_is_refused_where_territories_must_hang_together():
    edges = np.array([[0, 1], [2, 3]])
    with pytest.raises(ProblemError, match="a geography in 2 pieces"):
        worlds.matrix_problem(np.ones((4, 2)), np.ones(4), edges)
    worlds.matrix_problem(np.ones((4, 2)), np.ones(4), edges, contiguity=False)
