"""A user's file of ZCTAs takes the place of cells; cells say that they are no borders."""

import geopandas
import pytest
from shapely import box

from territory.errors import InputError
from territory.inputs.places.places import locate
from territory.inputs.scenario.scenario import read_scenario
from territory.inputs.tables.tables import read_tables


@pytest.fixture
def located(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    shapes = [box(-72.70, 41.70, -72.65, 41.80), box(-72.65, 41.70, -72.60, 41.80)]
    codes = ["06103", "06108"]
    geopandas.GeoDataFrame(
        {"GEOID20": [*codes, "77002"]},
        geometry=[*shapes, box(-72.60, 41.70, -72.55, 41.80)],
        crs=4326,
    ).to_file(tmp_path / "z.gpkg", layer="z")
    (tmp_path / "a.csv").write_text(
        "account_id,zip,service_h,n_calls,potential_usd\nA-1,06103,1,1,1\nA-2,06108,1,1,1\n"
    )

    def run(keys):
        (tmp_path / "s.toml").write_text(
            'inputs.accounts = "a.csv"\nteam.territories = 1\n'
            f'[geography]\nkind = "us_zips"\n{keys}'
        )
        scenario = read_scenario("s.toml")
        return locate(scenario, read_tables(scenario))

    return run


def test_the_areas_of_the_file_are_the_units(located):
    found = located('states = ["CT"]\nfile = "z.gpkg"\nid = "GEOID20"\n')
    assert found.geography.ids == ("06103", "06108")
    assert found.accounts["unit_id"].tolist() == ["06103", "06108"]
    assert "1 units of z.gpkg lie in other states" in str(found.audit.messages("info"))


def test_cells_say_that_they_are_no_borders(located):
    found = located('states = ["RI"]\n')
    assert "no postal or census borders" in str(found.audit.messages("info"))


def test_a_file_without_the_codes_is_refused(located):
    with pytest.raises(InputError, match="id is missing"):
        located('file = "z.gpkg"\n')
