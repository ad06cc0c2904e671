"""Names on a map: which ZIP codes and cities lie in the units."""

import geopandas
from shapely import box

from geo.map.places import cities_within, zips_within
from geo.us.zips import zip_points


def halves(*, west_first: bool) -> geopandas.GeoDataFrame:
    """Two units whose border runs through the point of ZIP 10001."""
    lon, lat = zip_points().loc["10001", ["lon", "lat"]]
    shapes = [box(lon - 0.3, lat - 0.2, lon, lat + 0.2), box(lon, lat - 0.2, lon + 0.3, lat + 0.2)]
    names = ["west", "east"]
    order = [0, 1] if west_first else [1, 0]
    return geopandas.GeoDataFrame(
        index=[names[at] for at in order], geometry=[shapes[at] for at in order]
    )


def test_a_zip_code_lies_in_the_unit_around_its_point_and_on_a_border_in_the_first():
    points = zip_points()
    middle = points.at["10001", "lon"]
    for west_first in (True, False):
        found = zips_within(halves(west_first=west_first)).set_index("zip")
        assert found.index.is_monotonic_increasing
        assert found.index.is_unique
        assert found.at["10001", "unit"] == 0
        others = found.drop(found.index[found["lon"] == middle])
        assert len(others) > 100
        assert ((others["lon"] < middle) == ((others["unit"] == 0) == west_first)).all()


def test_the_largest_cities_of_the_units_are_named_the_largest_first():
    found = cities_within(halves(west_first=True), most=5)
    assert len(found) == 5
    assert found["rank"].is_monotonic_decreasing
    assert "New York City" in set(found["name"])
