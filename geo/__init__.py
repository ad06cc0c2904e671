"""Geometry of units: borders, cells, travel, outlines and maps; knows no names, people or money.

The door; everything behind it is loaded on first use:

* `Geography`: units that tile their land, with polygons, points and notes.
* `Note`: what was repaired, bridged or guessed, and for which ids.
* `GeographyError`: what is wrong with a geography, with the caller's own ids.
* `read_polygons`: a file of polygons as units.
* `from_frame`: a GeoDataFrame of polygons as units.
* `counties`: the counties of some states of the United States.
* `states`: the states' outlines.
* `zips`: ZIP codes as cells of the land around them.
* `zip_points`: every ZIP code with its point, or why it has none.
* `cantons`: the cantons of Belgium.
* `rook`: which units share a border, and how long; islands are bridged.
* `Adjacency`: what `rook` returns.
* `Split`: children of a unit, by their points.
* `split_units`: units that are replaced by cells around points in them.
* `simplified`: outlines with fewer vertices, shared borders kept shared.
* `equal_area`: the equal-area system for some bounds.
* `RoadEstimate`: minutes on the road from great circles.
* `GivenMatrix`: minutes from the caller's own matrix.
* `TravelModel`: what both of them answer.
* `great_circle_km`: kilometres between places.
* `is_urban`: which places lie among many others.
* `hop_minutes`: minutes to the next stop of a trip.
* `polsby_popper`: compactness, area against perimeter.
* `reock`: compactness, area against the smallest circle around.
* `convex_hull_ratio`: compactness, area against the convex hull.
"""

from __future__ import annotations

import importlib

_PLACES = {
    "Geography": "geo.geography",
    "Note": "geo.geography",
    "GeographyError": "geo.errors",
    "read_polygons": "geo.boundaries",
    "from_frame": "geo.boundaries",
    "counties": "geo.us.boundaries",
    "states": "geo.us.boundaries",
    "zips": "geo.us.zips",
    "zip_points": "geo.us.zips",
    "cantons": "geo.belgium",
    "rook": "geo.adjacency",
    "Adjacency": "geo.adjacency",
    "Split": "geo.cells",
    "split_units": "geo.cells",
    "simplified": "geo.outlines",
    "equal_area": "geo.crs",
    "RoadEstimate": "geo.travel",
    "GivenMatrix": "geo.travel",
    "TravelModel": "geo.travel",
    "great_circle_km": "geo.travel",
    "is_urban": "geo.travel",
    "hop_minutes": "geo.roads.trips",
    "polsby_popper": "geo.compactness",
    "reock": "geo.compactness",
    "convex_hull_ratio": "geo.compactness",
}

__all__ = [
    "Adjacency",
    "Geography",
    "GeographyError",
    "GivenMatrix",
    "Note",
    "RoadEstimate",
    "Split",
    "TravelModel",
    "cantons",
    "convex_hull_ratio",
    "counties",
    "equal_area",
    "from_frame",
    "great_circle_km",
    "hop_minutes",
    "is_urban",
    "polsby_popper",
    "read_polygons",
    "reock",
    "rook",
    "simplified",
    "split_units",
    "states",
    "zip_points",
    "zips",
]


def __getattr__(name: str) -> object:
    if name in _PLACES:
        return getattr(importlib.import_module(_PLACES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *_PLACES})
