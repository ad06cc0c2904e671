"""Where accounts come to lie: by their point, their ZIP, or the nearest unit within reach."""

import pytest

from territory.design import prepare
from territory.errors import InputError
from territory.inputs.places.places import SNAP_KM
from territory.inputs.scenario.scenario import read_scenario
from tests.territory.worlds import grid_scenario, write_rows

ROW = {"service_h": 20, "n_calls": 10, "potential_usd": 1000}


def prepared(folder, rows, geography='kind = "us_zips"\nstates = ["RI"]'):
    write_rows(folder / "accounts.csv", rows)
    path = folder / "s.toml"
    path.write_text(
        f'[inputs]\naccounts = "accounts.csv"\n[geography]\n{geography}\nsplit_above = 0\n'
        "[team]\nterritories = 2\n"
    )
    return prepare(read_scenario(path))


def moved_east(folder, km):
    """The grid with its last account so far east of the grid's edge."""
    path = grid_scenario(folder)
    text = (folder / "accounts.csv").read_text()
    east = -99.2 + km / 94.6  # kilometres a degree at 31.7 degrees north
    (folder / "accounts.csv").write_text(text.replace("-99.3,31.7", f"{east:.5f},31.7"))
    return read_scenario(path)


def test_a_point_a_little_outside_is_given_to_the_nearest_unit_with_a_warning(tmp_path):
    found = prepare(moved_east(tmp_path, 20.0))
    accounts = found.case.accounts.set_index("account_id")
    assert accounts.loc["A13", "unit_id"] == "U13"
    assert [f.id for f in found.audit if f.kind == "snapped"] == ["A13"]


def test_a_point_far_outside_is_an_error_and_not_snapped(tmp_path):
    with pytest.raises(InputError) as caught:
        prepare(moved_east(tmp_path, 100.0))
    assert f"more than {SNAP_KM:g} km outside the geography" in str(caught.value)
    assert SNAP_KM == 25.0


def test_the_accounts_own_zip_decides_even_where_its_point_lies_in_another(tmp_path):
    # 02906 by its address, with the coordinates of Newport's 02840.
    rows = [
        {"account_id": "A", "zip": "02906", "lon": -71.31, "lat": 41.49, **ROW},
        {"account_id": "B", "zip": "02840", "lon": -71.31, "lat": 41.49, **ROW},
    ]
    accounts = prepared(tmp_path, rows).case.accounts.set_index("account_id")
    assert accounts["unit_id"].to_dict() == {"A": "02906", "B": "02840"}


def test_an_account_placed_at_its_zips_point_is_in_the_audit(tmp_path):
    rows = [
        {"account_id": "A", "zip": "02906", "lon": "", "lat": "", **ROW},
        {"account_id": "B", "zip": "02840", "lon": -71.31, "lat": 41.49, **ROW},
    ]
    audit = prepared(tmp_path, rows).audit
    assert [(f.id, f.severity) for f in audit if f.kind == "placed_by_zip"] == [("A", "info")]
