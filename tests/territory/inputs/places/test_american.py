"""Whose five digits are a ZIP code: those of the United States, and of nobody else."""

from types import SimpleNamespace

import pandas as pd
import pytest

import territory
from territory.errors import InputError
from territory.inputs.places.american import american
from tests.territory.worlds import write_rows


def scenario(kind, states=()):
    return SimpleNamespace(geography=SimpleNamespace(kind=kind, states=states))


@pytest.mark.parametrize(
    ("kind", "states", "country", "expected"),
    [
        ("us_counties", (), "", True),
        ("us_zips", (), "", True),
        ("us_counties", (), "Mexico", False),
        ("points", (), "", False),
        ("points", ("TX",), "", True),
        ("points", (), "U.S.A.", True),
        ("polygons", (), "United States", True),
        ("points", (), "DE", False),
        ("belgium_cantons", (), "", False),
    ],
)
def test_the_country_decides_else_the_geography(kind, states, country, expected):
    found = american(scenario(kind, states), pd.Series([country], dtype="str"))
    assert found.tolist() == [expected]


def points(folder, country):
    rows = [
        {"account_id": f"C{at}", "zip": code, "country": country, "service_h": 20, "n_calls": 10}
        | {"potential_usd": 1000 + at}
        for at, code in enumerate(["10115", "10117", "10119", "10178"])
    ]
    write_rows(folder / "accounts.csv", rows)
    path = folder / "s.toml"
    path.write_text(
        '[inputs]\naccounts = "accounts.csv"\n[geography]\nkind = "points"\n'
        "[team]\nterritories = 2\n"
    )
    return path


@pytest.mark.parametrize("country", ["DE", ""])
def test_berlin_is_not_manhattan(tmp_path, country):
    with pytest.raises(InputError) as caught:
        territory.design(territory.read_scenario(points(tmp_path, country)))
    assert "4 of 4 accounts have no place on the map" in str(caught.value)
    assert "no ZIP code of the United States" in str(caught.value)
