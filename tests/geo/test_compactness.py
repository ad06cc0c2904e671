"""Compactness measures against closed forms."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo import compactness
from geo.errors import GeographyError

SQUARE = shapely.box(0, 0, 10, 10)
DISC = shapely.Point(0, 0).buffer(1000, quad_segs=256)
MEASURES = [
    compactness.polsby_popper,
    compactness.reock,
    compactness.convex_hull_ratio,
]


@pytest.mark.parametrize("measure", MEASURES)
def test_a_disc_is_as_compact_as_can_be(measure):
    assert measure([DISC])[0] == pytest.approx(1.0, abs=1e-4)


@pytest.mark.parametrize(
    ("measure", "value"),
    list(zip(MEASURES, [np.pi / 4, 2 / np.pi, 1.0], strict=True)),
)
def test_a_square_has_its_closed_form(measure, value):
    assert measure([SQUARE])[0] == pytest.approx(value, rel=1e-6)


@given(st.floats(1.0, 50.0))
def test_a_rectangle_has_its_closed_form(ratio):
    bar = [shapely.box(0, 0, ratio, 1)]
    assert compactness.polsby_popper(bar)[0] == pytest.approx(np.pi * ratio / (ratio + 1) ** 2)
    assert compactness.reock(bar)[0] == pytest.approx(
        4 * ratio / (np.pi * (ratio**2 + 1)), rel=1e-5
    )
    assert compactness.convex_hull_ratio(bar)[0] == pytest.approx(1.0)


def test_an_l_of_three_squares_fills_six_sevenths_of_its_hull():
    ell = shapely.union_all([shapely.box(0, 0, 2, 1), shapely.box(0, 1, 1, 2)])
    assert compactness.convex_hull_ratio([ell])[0] == pytest.approx(3 / 3.5)


@pytest.mark.parametrize("measure", MEASURES)
@pytest.mark.parametrize("factor", [0.01, 1000.0])
def test_size_does_not_matter(measure, factor):
    shape = shapely.box(0, 0, 3, 1)
    larger = shapely.box(0, 0, 3 * factor, factor)
    assert measure([shape])[0] == pytest.approx(measure([larger])[0])


def test_a_shape_without_area_is_refused():
    with pytest.raises(GeographyError, match="1 of 2 shapes have no area") as caught:
        compactness.reock([SQUARE, shapely.LineString([(0, 0), (1, 1)])])
    assert caught.value.evidence == ("shape 1",)


def test_moment_of_inertia_of_a_square_of_points_has_its_closed_form():
    corners = [[0, 0], [2, 0], [2, 2], [0, 2]]
    assert compactness.moment_of_inertia(corners, [1, 1, 1, 1]) == pytest.approx(8.0)
    assert compactness.moment_of_inertia(corners, [1, 0, 0, 0]) == 0.0


@given(
    st.lists(st.tuples(st.floats(-100, 100), st.floats(-100, 100)), min_size=2, max_size=8),
    st.floats(-50, 50),
)
def test_moving_all_points_changes_no_moment(points, shift):
    weights = np.arange(1, len(points) + 1)
    here = compactness.moment_of_inertia(points, weights)
    there = compactness.moment_of_inertia(np.array(points) + shift, weights)
    assert there == pytest.approx(here, rel=1e-6, abs=1e-6)


def test_bad_weights_are_refused():
    with pytest.raises(GeographyError, match="positive sum"):
        compactness.moment_of_inertia([[0, 0]], [0.0])
    with pytest.raises(GeographyError) as caught:
        compactness.moment_of_inertia([[0, 0], [1, 1]], [1.0, -2.0])
    assert caught.value.evidence == ("weight 1 is -2",)
    with pytest.raises(GeographyError, match="2 points and weights of shape"):
        compactness.moment_of_inertia([[0, 0], [1, 1]], [1.0])
