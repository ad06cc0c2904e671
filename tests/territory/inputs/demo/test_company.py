"""The embedded samples: the same everywhere, well formed, and neither trivial nor impossible."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from geo.roads.trips import Trips, hop_minutes, trip_hours
from geo.travel import RoadEstimate, great_circle_km
from geo.us.boundaries import counties
from geo.us.zips import zip_points
from territory.errors import InputError
from territory.inputs.cells import write_table
from territory.inputs.demo.company import (
    belgium_market,
    sample_table,
    texas_ortho,
    us_market,
    write_company,
)
from territory.inputs.demo.draws import generator, normal, pick
from territory.inputs.demo.names import facility_names, luhn_digit
from territory.inputs.demo.scenario import SCENARIO_TEXT

SCENARIOS = Path(__file__).resolve().parents[4] / "scenarios"
HEAVY_ZIP, HARRIS = "77030", "48201"


@pytest.fixture(scope="module")
def company():
    return texas_ortho()


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo") / "new" / "folder"
    return write_company(folder)


@pytest.fixture(scope="module")
def market():
    return us_market()


@pytest.fixture(scope="module")
def belgium():
    return belgium_market()


def workload_h(company) -> np.ndarray:
    """(n,k) hours of each account with each rep, by the product's own travel model."""
    accounts, reps = company.accounts, company.reps
    places = accounts[["lon", "lat"]].to_numpy()
    minutes = RoadEstimate().minutes(reps[["lon", "lat"]].to_numpy(), places)
    calls = accounts.n_calls.to_numpy()
    stay = 60.0 * accounts.service_h.to_numpy() / calls
    travel, _ = trip_hours(minutes, calls, hop_minutes(places, n_calls=calls), stay, Trips())
    return accounts.service_h.to_numpy()[:, None] + travel


def deviations(company, owner: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(k,) deviation of workload and of potential from goals that follow capacity."""
    accounts, reps = company.accounts, company.reps
    hours = workload_h(company)[np.arange(len(accounts)), owner]
    share = reps.capacity_h.to_numpy() / reps.capacity_h.sum()
    out = []
    for amount in (hours, accounts.potential_usd.to_numpy()):
        load = np.bincount(owner, weights=amount, minlength=len(reps))
        out.append(load / (share * amount.sum()) - 1.0)
    return out[0], out[1]


def test_the_files_in_scenarios_are_what_the_generator_writes(written):
    files = sorted(str(path.relative_to(written.parent)) for path in written.parent.rglob("*.*"))
    assert files == [
        "texas_ortho.toml",
        "texas_ortho/accounts.csv",
        "texas_ortho/affiliations.csv",
        "texas_ortho/alignment.csv",
        "texas_ortho/history.csv",
        "texas_ortho/reps.csv",
    ]
    for path in files:
        assert (written.parent / path).read_bytes() == (SCENARIOS / path).read_bytes(), path


def test_the_scenario_text_has_one_source(written):
    assert written.read_text(encoding="utf-8") == SCENARIO_TEXT


def test_the_belgian_market_in_scenarios_is_what_the_generator_writes(tmp_path, belgium):
    write_table(belgium, tmp_path / "units.csv")
    committed = (SCENARIOS / "belgium" / "units.csv").read_bytes()
    assert (tmp_path / "units.csv").read_bytes() == committed


def test_a_caller_who_changes_a_frame_changes_nobody_elses(company):
    changed = texas_ortho()
    changed.accounts.loc[0, "name"] = "changed"
    assert texas_ortho().accounts.loc[0, "name"] == company.accounts.loc[0, "name"] != "changed"


def test_ids_are_unique_and_every_reference_is_known(company):
    accounts, reps = company.accounts, company.reps
    assert accounts.account_id.is_unique
    assert accounts.name.is_unique
    assert reps.rep_id.is_unique
    assert list(company.alignment.account_id) == list(accounts.account_id)
    assert set(company.alignment.territory_id) == set(reps.territory_id)
    assert company.history.account_id.isin(accounts.account_id).all()
    assert company.affiliations.account_id.isin(accounts.account_id).all()


def test_the_size_is_that_of_a_real_field_force(company):
    accounts, reps = company.accounts, company.reps
    assert len(accounts) == 1_200
    assert len(reps) == 20
    assert (reps.fte < 1).sum() == 2
    assert 180e6 < accounts.potential_usd.sum() < 260e6
    hours = workload_h(company).min(axis=1).sum()
    assert 0.85 < hours / reps.capacity_h.sum() < 0.95


def test_numbers_are_present_and_positive(company):
    numbers = company.accounts[["service_h", "n_calls", "potential_usd", "tenure_y", "procedures"]]
    assert (numbers > 0).all(axis=None)
    assert (company.accounts.revenue_usd >= 0).all()
    assert (company.accounts.revenue_usd < company.accounts.potential_usd).mean() > 0.99


def test_npis_are_ten_digits_of_the_unused_range_with_a_valid_check_digit(company):
    for npi in company.accounts.npi:
        assert len(npi) == 10
        assert npi.startswith("2")
        assert luhn_digit(npi[:9]) == int(npi[9])
    assert company.accounts.npi.is_unique


def test_payer_shares_sum_to_one(company):
    payers = company.accounts.filter(like="payer_")
    assert payers.shape[1] == 4
    assert (payers >= 0).all(axis=None)
    assert np.allclose(payers.sum(axis=1), 1.0, atol=1e-9)


def test_every_account_stands_in_the_county_it_names(company):
    accounts = company.accounts
    texas = counties(["TX"])
    position, _ = texas.locate(accounts[["lon", "lat"]].to_numpy())
    assert (np.asarray(texas.ids)[position] == accounts.county_fips).all()


def test_every_account_stands_near_and_not_on_the_point_of_its_zip(company):
    accounts = company.accounts
    points = zip_points().loc[accounts.zip, ["lon", "lat"]].to_numpy()
    own = accounts[["lon", "lat"]].to_numpy()
    distance = np.array([great_circle_km([a], [b])[0, 0] for a, b in zip(own, points, strict=True)])
    assert distance.min() > 0.0
    assert distance.max() < 6.0
    assert accounts.zip.duplicated().sum() > 300


def test_harris_county_and_the_medical_centre_outweigh_what_a_territory_can_hold(company):
    accounts = company.accounts
    goal = accounts.potential_usd.sum() / company.reps.fte.sum()
    in_goals = accounts.potential_usd / goal
    assert in_goals[accounts.county_fips == HARRIS].sum() > 2.0
    assert in_goals[accounts.zip == HEAVY_ZIP].sum() > 1.0
    # No single account is so heavy that no plan could be balanced.
    assert in_goals.max() < 0.2


def test_rural_west_texas_has_its_critical_access_hospitals(company):
    accounts = company.accounts
    west = accounts[(accounts["type"] == "critical_access") & (accounts.lon < -99.3)]
    assert 8 <= len(west) <= 40
    assert west.beds.between(10, 25).all()


def test_todays_alignment_is_visibly_unbalanced(company):
    order = {territory: at for at, territory in enumerate(company.reps.territory_id)}
    today = company.alignment.territory_id.map(order).to_numpy()
    workload, potential = deviations(company, today)
    assert np.abs(workload).max() > 0.3
    assert np.abs(potential).max() > 0.3
    assert (np.abs(workload) > 0.1).sum() >= 8
    assert np.bincount(today, minlength=20).min() >= 10


def test_some_accounts_are_served_by_a_neighbours_rep(company):
    homes = company.reps[["lon", "lat"]].to_numpy()
    distance = great_circle_km(company.accounts[["lon", "lat"]].to_numpy(), homes)
    order = {territory: at for at, territory in enumerate(company.reps.territory_id)}
    today = company.alignment.territory_id.map(order).to_numpy()
    nearest = distance.argmin(axis=1)
    assert 0.05 < (today != nearest).mean() < 0.35


def test_a_balanced_plan_exists_when_counties_may_be_shared_out_freely(company):
    """The linear relaxation at half the tolerance; whole units and contiguity are the solver's."""
    from scipy.optimize import linprog

    county = pd.factorize(company.accounts.county_fips)[0]
    n, k = county.max() + 1, len(company.reps)
    # (k,n) hours of each county with each rep, (n,) thousand dollars of each county.
    hours = np.array([np.bincount(county, weights=column) for column in workload_h(company).T])
    potential = np.bincount(county, weights=company.accounts.potential_usd / 1e3)
    share = company.reps.capacity_h.to_numpy() / company.reps.capacity_h.sum()
    rows, limits = [], []
    for sign in (1.0, -1.0):
        edge = 1.0 + sign * 0.05
        for t in range(k):
            own = np.zeros((k, n))
            own[t] = hours[t]
            rows.append(sign * (own - edge * share[t] * hours).ravel())
            limits.append(0.0)
            own = np.zeros((k, n))
            own[t] = potential
            rows.append(sign * own.ravel())
            limits.append(sign * edge * share[t] * potential.sum())
    once = np.tile(np.eye(n), k)
    answer = linprog(
        hours.ravel(), A_ub=np.array(rows), b_ub=limits, A_eq=once, b_eq=np.ones(n), method="highs"
    )
    assert answer.status == 0, answer.message


def test_revenue_is_the_last_four_quarters_of_history(company):
    history = company.history
    assert sorted(history.period.unique()) == [
        f"{year}-Q{quarter}" for year in (2023, 2024) for quarter in (1, 2, 3, 4)
    ]
    last = history[history.period.str.startswith("2024")].groupby("account_id").revenue_usd.sum()
    stated = company.accounts.set_index("account_id").revenue_usd
    assert np.allclose(stated, last.reindex(stated.index).fillna(0.0), atol=0.005)
    assert not history.duplicated(["account_id", "period", "product"]).any()
    assert (history.units >= 1).all()


def test_history_has_won_lost_and_never_sold_accounts(company):
    quarters = company.history.groupby("account_id").period
    first, last = quarters.min(), quarters.max()
    assert (first > "2023-Q2").sum() > 40
    assert (last < "2024-Q3").sum() > 20
    assert company.accounts.account_id.isin(first.index).mean() < 0.9
    assert company.history["product"].nunique() == 3


def test_affiliations_hold_a_tree_of_owners_and_several_groups(company):
    affiliations = company.affiliations
    owned = affiliations[affiliations.idn != ""]
    assert (owned.parent != "").all()
    assert (owned.groupby("idn").parent.nunique() == 1).all()
    assert owned.parent.nunique() >= 10
    assert affiliations.account_id.duplicated().sum() > 20
    assert not affiliations.duplicated().any()
    merged = affiliations.merge(company.accounts, on="account_id", suffixes=("", "_account"))
    assert (merged.idn == merged.idn_account).all()


def test_the_company_can_be_written_next_to_other_files_only_when_told(tmp_path):
    (tmp_path / "mine.txt").write_text("keep me", encoding="utf-8")
    with pytest.raises(InputError, match=r"is not empty: 1 entry") as refused:
        write_company(tmp_path)
    assert "mine.txt" in str(refused.value)
    assert "hint: name a new or an empty folder" in str(refused.value)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]

    assert write_company(tmp_path, overwrite=True) == tmp_path / "texas_ortho.toml"
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == ["mine.txt", "texas_ortho", "texas_ortho.toml"]
    assert (tmp_path / "mine.txt").read_text(encoding="utf-8") == "keep me"


def test_a_file_in_place_of_the_folder_is_refused(tmp_path):
    place = tmp_path / "file"
    place.write_text("", encoding="utf-8")
    with pytest.raises(InputError, match="is a file"):
        write_company(place)


def test_nothing_half_written_stays_when_writing_fails(tmp_path, monkeypatch):
    def full_disk(frame, path):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("territory.inputs.cells.write_table", full_disk)
    with pytest.raises(InputError, match="cannot be written: No space left on device"):
        write_company(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_the_us_market_covers_the_conterminous_zips(market):
    points = zip_points().loc[market.unit_id]
    assert market.unit_id.is_unique
    assert market.unit_id.str.fullmatch(r"\d{5}").all()
    assert not points.state.isin(["AK", "HI", "PR"]).any()
    assert points.state.nunique() == 49
    assert len(market) > 38_000
    assert (market[["service_h", "n_calls", "potential_usd"]] >= 0).all(axis=None)


def test_the_us_market_measures_are_correlated_and_drift_by_region(market):
    street = (zip_points().loc[market.unit_id].kind == "STANDARD").to_numpy()
    logs = np.log(market.loc[street, ["service_h", "potential_usd"]].to_numpy())
    assert 0.7 < np.corrcoef(logs.T)[0, 1] < 0.85
    state = zip_points().loc[market.unit_id].state.to_numpy()
    by_state = market.groupby(state)[["service_h", "potential_usd"]].sum()
    ratio = by_state.potential_usd / by_state.service_h
    assert 1.5 < ratio.max() / ratio.min() < 6.0


def test_the_us_market_is_sized_for_hundreds_of_territories(market):
    assert market.service_h.sum() == pytest.approx(330_000, rel=0.01)
    assert market.potential_usd.sum() == pytest.approx(3e9, rel=0.01)


def test_the_us_market_is_the_same_as_accounts(market):
    accounts = sample_table("us_market", "accounts")
    assert (accounts.account_id == market.unit_id).all()
    assert (accounts.potential_usd == market.potential_usd).all()
    assert (accounts["type"] == "market").all()
    assert accounts[["lon", "lat"]].notna().all(axis=None)


def test_the_belgian_market_has_a_row_for_every_canton(belgium):
    assert len(belgium) == 162
    assert (belgium[["service_h", "n_calls", "potential_usd"]] > 0).all(axis=None)


def test_samples_are_found_by_name():
    pd.testing.assert_frame_equal(sample_table("us_market", "units"), us_market())
    assert len(sample_table("texas_ortho", "reps")) == 20
    for unknown in (("us_market", "reps"), ("texas_ortho", "units"), ("mars", "units")):
        with pytest.raises(KeyError):
            sample_table(*unknown)


def test_draws_are_the_documented_functions_of_uniform_numbers():
    assert np.array_equal(generator(5).random(3), np.random.Generator(np.random.PCG64(5)).random(3))
    draws = normal(generator(1), 20_000)
    assert abs(draws.mean()) < 0.03
    assert abs(draws.std() - 1.0) < 0.03
    counts = np.bincount(pick(generator(2), 30_000, [1.0, 0.0, 2.0]), minlength=3)
    assert counts[1] == 0
    assert counts[2] / counts[0] == pytest.approx(2.0, rel=0.05)


def test_names_never_repeat_even_in_one_city():
    names = facility_names(["clinic"] * 2_400, ["Waco"] * 2_400)
    assert len(set(names)) == 2_400
    with pytest.raises(ValueError, match="no name is left for a clinic in Waco"):
        facility_names(["clinic"] * 2_401, ["Waco"] * 2_401)
