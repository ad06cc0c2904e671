"""Areas and outlines by sums are those of the dissolved polygons."""

import geopandas as gpd
import numpy as np
import pytest
import shapely

from geo.compactness import polsby_popper
from geo.coverage.measured import measured
from geo.geography import Geography
from geo.outlines import outlines

CRS = "EPSG:5070"


def geography(shapes):
    ids = [f"U{at}" for at in range(len(shapes))]
    frame = gpd.GeoDataFrame(
        {"name": ids, "level": "unit", "parent": ""}, index=ids, geometry=shapes, crs=CRS
    )
    return Geography(units=frame, crs=frame.crs)


def test_squares_share_their_sides():
    found = measured(geography([shapely.box(0, 0, 1e3, 1e3), shapely.box(1e3, 0, 3e3, 1e3)]))
    assert found.area_km2 == pytest.approx([1, 2])
    assert found.outline_km == pytest.approx([4, 6])
    assert found.pairs.tolist() == [[0, 1]]
    assert found.shared_km == pytest.approx([1])


def test_sums_over_units_are_the_outlines_of_unions_with_holes_and_half_shared_sides():
    rng = np.random.default_rng(5)
    cells = [shapely.box(x, y, x + 1e3, y + 1e3) for x in range(0, 5000, 1000) for y in
             range(0, 4000, 1000)]  # fmt: skip
    cells += [shapely.box(5e3, 500, 7e3, 2500)]  # beside halves of its neighbours' sides
    given = geography(cells)
    found = measured(given)
    for _ in range(5):
        label = rng.integers(0, 3, len(cells))
        area = np.bincount(label, found.area_km2, 3)
        outline = np.bincount(label, found.outline_km, 3)
        a, b = label[found.pairs].T
        np.subtract.at(outline, a[a == b], 2.0 * found.shared_km[a == b])
        frame = outlines(given, label.astype(str)).frame
        told = polsby_popper(frame.geometry.to_numpy())
        assert 4 * np.pi * area / outline**2 == pytest.approx(told)
