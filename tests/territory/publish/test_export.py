"""Files for other tools: every ZIP once or with shares, layers that open, unknown formats named."""

import geopandas
import pandas as pd
import pytest

from territory.errors import InputError
from territory.publish.export import export_plan, zip_table
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
