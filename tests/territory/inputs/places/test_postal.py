"""Postal codes of any country are found in a table of the user's, however either is written."""

import numpy as np
import pandas as pd
import pytest

from territory.errors import InputError
from territory.inputs.places.postal import is_geonames, plain_code, postal_places
from territory.inputs.scenario.sources import PostalPoints


def places(folder, table, codes, **keys):
    (folder / "t.csv").write_text(table, encoding="utf-8")
    return postal_places(
        folder / "t.csv", PostalPoints(file="t.csv", **keys), pd.Series(codes, dtype="str")
    )


@pytest.mark.parametrize(
    ("row", "written"),
    [
        ("M5V 2T6", "m5v2t6"),
        ("M5V2T6", " M5V-2T6 "),
        ("01067", "1067"),
        ("10115", "D-10115"),
        ("SW1A 1AA", "sw1a1aa"),
        ("1000-001", "1000001"),
        ("8001", "CH-8001"),
        ("1012 AB", "1012ab"),
    ],
)
def test_spellings_of_one_code_meet(tmp_path, row, written):
    found = places(tmp_path, f"code,lon,lat\n{row},1.5,2.5\n99998,3,4\n", [written])
    assert found.points.tolist() == [[1.5, 2.5]]
    assert not found.area.any()
    assert not found.said


@pytest.mark.parametrize(
    ("row", "written"),
    [
        ("M5V", "M5V 2T6"),
        ("SW1A", "SW1A 1AA"),
        ("EC1", "EC1 4AB"),
        ("1012", "1012 AB"),
        ("D02", "D02 AF30"),
        ("01310", "01310-100"),
    ],
)
def test_a_code_without_a_row_is_placed_by_its_area_and_that_is_known(tmp_path, row, written):
    found = places(tmp_path, f"code,lon,lat\n{row},1.5,2.5\n", [written, "XX"])
    assert found.points[0].tolist() == [1.5, 2.5]
    assert found.area.tolist() == [True, False]
    assert np.isnan(found.points[1]).all()
    assert found.said == '1 of 2 postal codes are not in it: "XX" (1)'


def test_headers_and_decimal_commas_of_the_table_are_found(tmp_path):
    table = "Land;PLZ;Ort;Laenge;Breite\nDE;01067;Dresden;13,73;51,06\n"
    assert places(tmp_path, table, ["01067"]).points.tolist() == [[13.73, 51.06]]


def test_a_postal_file_of_geonames_needs_no_header(tmp_path):
    rows = ["DE\t01067\tDresden\tSachsen\tSN\t\t00\tDresden\t14612\t51.06\t13.73\t6"]
    rows += ["DE\t10115\tBerlin\tBerlin\tBE\t\t00\tBerlin\t11000\t52.53\t13.38\t6"]
    found = places(tmp_path, "\n".join(rows) + "\n", ["01067", "10115"])
    assert found.points.tolist() == [[13.73, 51.06], [13.38, 52.53]]
    assert is_geonames(tmp_path / "t.csv")


def test_a_table_without_degrees_is_named(tmp_path):
    with pytest.raises(InputError, match="no row with a postal code and lon and lat in degrees"):
        places(tmp_path, "code,lon,lat\n10115,3500000,5600000\n", ["10115"])


def test_digits_with_letters_in_front_stay_apart_from_letters_that_are_the_code():
    assert plain_code("AB10 1AB") == "AB101AB"
    assert plain_code("A-1010") == "1010"
