"""Named conversions against their definitions and against pyproj."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Transformer

from geo import conversions


@given(st.floats(0, 1e9))
def test_conversions_with_an_inverse_give_back_what_went_in(value):
    assert np.isclose(conversions.km_to_m(conversions.m_to_km(value)), value)


def test_a_square_kilometre_is_a_million_square_metres_and_an_hour_sixty_minutes():
    assert conversions.m2_to_km2(1e6) == 1.0
    assert conversions.min_to_h(90.0) == 1.5


@given(st.floats(-20e6, 20e6), st.floats(-20e6, 20e6))
def test_web_mercator_agrees_with_pyproj(x, y):
    lon, lat = conversions.web_mercator_to_lonlat(np.array([x]), np.array([y]))
    expected = Transformer.from_crs(3857, 4326, always_xy=True).transform(x, y)
    assert np.allclose([lon[0], lat[0]], expected, atol=1e-9)


def test_missing_web_mercator_coordinates_stay_missing():
    lon, lat = conversions.web_mercator_to_lonlat(np.array([np.nan]), np.array([0.0]))
    assert np.isnan(lon[0])
    assert lat[0] == 0.0
