"""Files for other tools: every ZIP once or with shares, layers that open, unknown formats named."""

from xml.etree import ElementTree

import geopandas
import pandas as pd
import pytest

from territory.errors import InputError
from territory.publish.export import _short, export_plan, zip_table
from territory.publish.maps.pictures import write_picture
from tests.territory.plans import HOSTILE_NAMES, small_plan


def test_the_shares_of_every_zip_sum_to_one():
    table = zip_table(small_plan())
    assert "77030" in set(table["zip"])
    assert table.groupby("zip")["share"].sum().round(3).eq(1).all()


def test_a_zip_list_names_the_rep_and_keeps_codes_text(tmp_path):
    (place,) = export_plan(small_plan(), tmp_path, formats=("zips",))
    table = pd.read_csv(place, dtype=str)
    assert list(table.columns) == ["zip", "territory_id", "rep_id", "rep_name", "share"]
    assert table["zip"].str.fullmatch(r"\d{5}").all()
    assert not table["rep_name"].str.startswith("=").any()


@pytest.mark.parametrize("kind", ["geojson", "kml", "shapefile"])
def test_a_layer_opens_with_every_territory_in_degrees(tmp_path, kind):
    (place,) = export_plan(small_plan(), tmp_path, formats=(kind,))
    frame = geopandas.read_file(place)
    assert len(frame) == 3
    assert frame.crs.to_epsg() == 4326
    assert frame.geometry.is_valid.all()


def test_columns_of_a_layer_keep_their_names_and_whole_numbers_stay_whole(tmp_path):
    plan = small_plan()
    (place,) = export_plan(plan, tmp_path, formats=("geojson",))
    frame = geopandas.read_file(place)
    assert {"territory_id", "rep_name", "n_accounts", "workload_h", "potential_usd"} < {*frame}
    assert frame["n_accounts"].dtype.kind == "i"
    assert frame["fill"].str.fullmatch("#[0-9A-Fa-f]{6}").all()
    assert frame["fill"].nunique() == 3


def test_a_placemark_is_named_and_filled_as_on_the_map(tmp_path):
    colours, page = (
        export_plan(small_plan(), tmp_path, formats=(kind,))[0] for kind in ("geojson", "kml")
    )
    space = "{http://www.opengis.net/kml/2.2}"
    places = list(ElementTree.parse(page).iter(f"{space}Placemark"))
    assert [place.findtext(f"{space}name") for place in places] == ["T01", "T02", "T03"]
    filled = [place.findtext(f"{space}Style/{space}PolyStyle/{space}color") for place in places]
    fills = geopandas.read_file(colours)["fill"].str.lower()
    assert filled == [f"b3{fill[5:7]}{fill[3:5]}{fill[1:3]}" for fill in fills]


def test_a_gis_reads_codes_as_text(tmp_path):
    (place,) = export_plan(small_plan(), tmp_path, formats=("zips",))
    types = place.with_suffix(".csvt").read_text()
    assert types == '"String","String","String","String","Real"\n'


def test_no_two_columns_of_a_shapefile_have_one_name(tmp_path):
    plan = small_plan()
    short = _short(["territory_id", "potential_usd", "potential_low_usd", "potential_high_usd"])
    assert list(short.values()) == ["territory", "potential_", "potential2", "potential3"]
    (place,) = export_plan(plan, tmp_path, formats=("shapefile",))
    assert "potential_" in geopandas.read_file(place)


def test_an_unknown_format_is_named_with_those_that_exist(tmp_path):
    with pytest.raises(InputError, match="format dwg is not known"):
        export_plan(small_plan(), tmp_path, formats=("dwg",))


@pytest.mark.parametrize("layer", ["territories", "today", "potential", "deviation-potential"])
def test_a_picture_is_the_same_every_time_and_its_names_are_text(tmp_path, layer):
    plan = small_plan(scenario=HOSTILE_NAMES[5])
    one = write_picture(plan, tmp_path / "a.svg", layer=layer).read_bytes()
    assert write_picture(plan, tmp_path / "b.svg", layer=layer).read_bytes() == one
    assert b"<script" not in one
    assert b"<img" not in one
    assert all(f">{name}<".encode() in one for name in ("T01", "T02", "T03"))


@pytest.mark.parametrize("kind", ["png", "pdf"])
def test_a_picture_can_be_a_bitmap_or_a_page(tmp_path, kind):
    assert write_picture(small_plan(), tmp_path / f"map.{kind}").stat().st_size > 5_000


def test_an_unknown_layer_is_named_with_those_that_exist(tmp_path):
    with pytest.raises(InputError) as caught:
        write_picture(small_plan(), tmp_path / "map.svg", layer="moon")
    assert "potential-per-km2" in str(caught.value)
    with pytest.raises(InputError, match="format"):
        write_picture(small_plan(), tmp_path / "map.bmp")
