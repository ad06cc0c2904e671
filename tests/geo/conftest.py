"""Tiny named worlds with known answers, in metres around the middle of the United States."""

from collections.abc import Callable, Mapping

import geopandas
import pandas as pd
import pytest
import shapely
from pyproj import CRS

from geo.geography import Geography
from geo.us import boundaries

World = Callable[[Mapping[str, shapely.Geometry]], Geography]


@pytest.fixture(scope="session")
def world() -> World:
    """A function from unit id → polygon in metres (EPSG:5070) to a geography, unrepaired."""

    def build(shapes: Mapping[str, shapely.Geometry]) -> Geography:
        frame = geopandas.GeoDataFrame(
            {"name": list(shapes), "level": "polygon", "parent": ""},
            index=pd.Index(list(shapes), name="unit_id"),
            geometry=list(shapes.values()),
            crs=5070,
        )
        return Geography(units=frame, crs=CRS.from_epsg(5070))

    return build


@pytest.fixture(scope="session")
def grid(world: World) -> Geography:
    """Nine squares of 1 km:

    g h i
    d e f
    a b c
    """
    return world(
        {
            "abcdefghi"[3 * row + column]: shapely.box(
                1000 * column, 1000 * row, 1000 * (column + 1), 1000 * (row + 1)
            )
            for row in range(3)
            for column in range(3)
        }
    )


@pytest.fixture(scope="session")
def texas() -> Geography:
    """The 254 counties of Texas."""
    return boundaries.counties(["TX"])


@pytest.fixture(scope="session")
def country() -> Geography:
    """The 3,108 counties of the conterminous United States."""
    return boundaries.counties()
