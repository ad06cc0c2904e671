"""Volumes brought from one table to another, and the real case: all of Texas."""

import numpy as np
import pandas as pd
import pytest

from territory.inputs.public_files import import_public
from territory.market.value.potential import with_potential
from territory.market.value.volumes import with_volumes
from tests.territory.market.companies import lines_of, scenario_of


def places(*rows):
    columns = ["ccn", "name", "address", "city", "zip"]
    return pd.DataFrame(list(rows), columns=columns, dtype="str")


def test_the_code_decides_then_name_and_zip_then_address_and_zip_then_name_and_city():
    accounts = places(
        ("450001", "Other name", "", "", ""),
        ("", "St. Mary's Hosp.", "", "", "77001"),
        ("", "Renamed", "10 Main Street", "", "77002"),
        ("", "General", "", "Waco", "77003"),
        ("", "Nobody", "", "", ""),
    )
    volumes = places(
        ("450001", "First", "", "", ""),
        ("450002", "SAINT MARYS HOSPITAL", "", "", "77001"),
        ("450003", "Before", "10 MAIN ST", "", "77002"),
        ("450004", "General", "", "Waco", "99999"),
    ).assign(procedures=[1.0, 2.0, 3.0, 4.0])
    volumes["address"] = volumes["address"].str.replace(" ST", " STREET")
    out, counts = with_volumes(accounts, volumes)
    assert out["procedures"].tolist()[:4] == [1.0, 2.0, 3.0, 4.0]
    assert np.isnan(out["procedures"].iloc[4])
    assert dict(counts) == {
        "ccn": 1, "name and zip": 1, "address and zip": 1, "name and city": 1, "none": 1,
    }  # fmt: skip


def test_two_of_one_name_in_one_zip_stay_without_and_own_volumes_stay():
    twin = ("", "Twin", "", "", "77001")
    accounts = places(twin, twin, ("", "Own", "", "", "77002")).assign(
        procedures=[np.nan, np.nan, 9.0]
    )
    volumes = places(twin, ("", "Own", "", "", "77002")).assign(procedures=[1.0, 2.0])
    out, _ = with_volumes(accounts, volumes)
    assert np.isnan(out["procedures"].iloc[:2]).all()
    assert out["procedures"].iloc[2] == 9.0


def test_a_place_that_was_found_without_a_volume_is_suppressed_not_missing():
    accounts = places(("1", "", "", "", ""), ("2", "", "", "", ""), ("3", "", "", "", ""))
    volumes = accounts.head(2).assign(procedures=[5.0, np.nan])
    out, _ = with_volumes(accounts, volumes, suppressed_at_most=30.0)
    np.testing.assert_array_equal(out["procedures_at_most"], [np.nan, 30.0, np.nan])


@pytest.mark.real
def test_every_open_acute_hospital_and_every_center_of_texas_has_a_potential(real_data):
    hospitals = import_public(
        "hifld-hospitals", [real_data / "hifld_hospitals_2020.csv"], state="TX",
        types=["hospital", "critical_access"],
    ).accounts  # fmt: skip
    services = import_public(
        "cms-opps", [real_data / "cms_opps_cy2016_provider_apc.xlsx"], state="TX"
    ).accounts
    centers = import_public(
        "cms-asc", [real_data / "cms_asc_facility_2024-10.csv"], state="TX"
    ).accounts
    hospitals, counts = with_volumes(hospitals, services, suppressed_at_most=30.0)
    assert sum(counts.values()) == len(hospitals)
    assert counts["none"] < 0.6 * len(hospitals)
    accounts = pd.concat([hospitals, centers], ignore_index=True)
    known = int(accounts["procedures"].notna().sum())
    scenario = scenario_of(
        market={"price_usd": 1800.0, "medicare": {}, "at_most": "procedures_at_most"}
    )
    out, audit = with_potential(scenario, accounts)
    assert not audit.errors
    assert len(out) == len(hospitals) + len(centers)
    assert {"hospital", "asc"} <= set(out["type"])
    estimated = out["potential_estimated"] == "true"
    assert (estimated == accounts["procedures"].isna()).all()
    assert 0 < known < len(out)
    assert (out.loc[estimated, "potential_usd"] > 0).all()
    assert (out["potential_low_usd"] <= out["potential_usd"]).all()
    assert (out["potential_usd"] <= out["potential_high_usd"]).all()
    bounded = out["procedures_at_most"].notna()
    assert bounded.sum() > 40
    assert (out.loc[bounded, "potential_usd"] <= 30 / 0.35 * 1800 + 0.01).all()
    other = estimated & ~bounded
    assert out.loc[other, "potential_basis"].str.contains("peers: ").all()
    mean = out[estimated & (out["type"] == "hospital")].groupby(out["beds"] >= 300)
    assert mean["potential_usd"].mean().is_monotonic_increasing
    assert "counts Medicare only and was divided by 0.35 (0.25 to 0.5)" in lines_of(audit)
