"""A short border lost in the drawing makes neighbours; a corner where four meet does not."""

import geopandas
import pytest
import shapely
from shapely import MultiPolygon, Polygon, box

from geo.adjacency import rook
from geo.boundaries import from_frame, read_polygons

TOP = Polygon([(5000, 5000), (10_000, 7000), (10_000, 10_000), (5000, 10_000)])
LEFT = Polygon([(0, 5000), (5000, 5000), (5000, 10_000), (0, 10_000)])
LOW = Polygon([(0, 0), (10_000, 0), (10_000, 4750), (5000, 4750), (0, 4995)])


def right(corner):
    return Polygon([corner, (5300, 4760), (10_000, 4755), (10_000, 6950)])


def neighbours(shapes, *, gap_m=None):
    """Ids of pairs that are no bridges, and the notes; shapes are in metres."""
    frame = geopandas.GeoDataFrame(
        {"unit_id": list(shapes)},
        geometry=[shapely.affinity.translate(it, 5e5, 5e5) for it in shapes.values()],
        crs=5070,
    )
    geography = from_frame(frame, crs="EPSG:5070")
    found = rook(geography, gap_m=gap_m)
    ids = geography.ids
    pairs = {
        "".join(sorted((ids[a], ids[b])))
        for a, b, bridge in zip(found.a, found.b, found.bridge, strict=True)
        if not bridge
    }
    return pairs, found


def test_a_short_border_that_was_simplified_away_is_found_across_the_slit():
    """T and W stand 250 m apart, more than 2 % of their width; L holds T's corner."""
    shapes = {"T": TOP, "L": LEFT, "W": LOW, "R": right((5200, 4870))}
    pairs, found = neighbours(shapes)
    assert pairs == {"LT", "LW", "RT", "RW", "TW"}
    assert found.border_km[(found.border_km == 0)].tolist() == [0.0]
    assert "nothing lies between them where it was simplified" in found.notes[-1].what
    assert "T and W" in found.notes[-1].what
    assert "TW" not in neighbours(shapes, gap_m=0.0)[0]
    assert "TW" not in neighbours(shapes, gap_m=240.0)[0]


def test_a_corner_where_four_units_meet_stays_a_corner():
    """R's corner is L's and T's: the way from T to W begins where three others meet."""
    shapes = {"T": TOP, "L": LEFT, "W": LOW, "R": right((5000, 5000))}
    assert "TW" not in neighbours(shapes)[0]


def test_an_exclave_under_the_overlap_of_two_others_is_beside_both():
    far = MultiPolygon([box(0, -9000, 4000, -1000), box(4990, 5000, 5010, 5020)])
    pairs, _ = neighbours({"A": box(0, 0, 5050, 9000), "B": box(4950, 0, 9000, 9000), "E": far})
    assert pairs == {"AB", "AE", "BE"}


@pytest.mark.parametrize(("slit", "expected"), [(30.0, {"AB", "AC", "BC"}), (0.0, {"AB", "BC"})])
def test_tips_that_meet_in_a_slit_of_one_unit_are_neighbours_those_drawn_so_are_not(slit, expected):
    a = Polygon([(5000, 5000), (9000, 5200), (18_000, 9000), (18_000, 1000), (9000, 4800)])
    c = Polygon([(5000, 5000), (0, 5200), (0, 4800)])
    both = shapely.union(a, c)
    around = both.buffer(slit, join_style="mitre") if slit else both
    pairs, _ = neighbours({"A": a, "B": box(0, 0, 18_000, 10_000).difference(around), "C": c})
    assert pairs == expected


def test_corners_at_the_coast_are_no_neighbours():
    shapes = {"A": box(0, 0, 9000, 9000), "C": box(9050, 9050, 18_000, 18_000)}
    assert neighbours(shapes)[0] == set()
    assert neighbours(shapes | {"B": box(9050, 0, 18_000, 9000)})[0] == {"AB", "BC"}


@pytest.mark.real
def test_all_pairs_of_connecticut_stay_when_each_polygon_is_simplified_alone(real_data):
    """742 of 742, and three that only meet in a corner or stand 14 m apart."""
    path = real_data / "zcta2010_ct.geojson"
    whole = read_polygons(path, id_column="ZCTA5CE10")
    drawn = geopandas.read_file(path)
    drawn["geometry"] = drawn.geometry.simplify(0.002)
    simple = from_frame(drawn.set_index("ZCTA5CE10"))
    found = [
        {
            tuple(sorted((geography.ids[a], geography.ids[b])))
            for a, b in rook(geography, gap_m=None).pairs()
        }
        for geography in (whole, simple)
    ]
    true, left = found
    assert len(true) == 742
    assert true <= left
    assert len(left - true) <= 3
