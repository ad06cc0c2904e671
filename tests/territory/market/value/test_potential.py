"""Potential: the formula, its interval, peers, contracts, and what is refused."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from territory.inputs.findings.rows import Rows
from territory.market.value.peers import estimate_from_peers, peer_levels, size_band
from territory.market.value.potential import with_potential
from tests.territory.market.companies import accounts_of, lines_of, scenario_of

EXACT = {"price_usd": 1000.0, "volume_error": 0.0}


def test_potential_is_volume_times_units_times_price_times_payer_factor_times_access():
    scenario = scenario_of(
        market={
            **EXACT,
            "units_per_procedure": 2.0,
            "payer_factors": {"medicare": 0.5, "commercial": 1.0},
            "payer_other": 0.8,
            "access": {"contract": ["Best GPO"], "held": 1.0, "not_held": 0.5},
        }
    )
    accounts = accounts_of(2, medicare=0.4, commercial=0.5, gpo=["Best GPO", "Other GPO"])
    out, audit = with_potential(scenario, accounts)
    # 100 procedures × 2 units × 1,000 USD × (0.4·0.5 + 0.5·1.0 + 0.1·0.8) × access
    assert out["potential_usd"].tolist() == pytest.approx([156_000.0, 78_000.0])
    assert out["potential_low_usd"].tolist() == out["potential_usd"].tolist()
    assert out["potential_high_usd"].tolist() == out["potential_usd"].tolist()
    assert not audit.errors


def test_a_type_may_have_its_own_price_and_units():
    scenario = scenario_of(
        market={**EXACT, "by_type": {"asc": {"price_usd": 500.0, "units_per_procedure": 3.0}}}
    )
    out, _ = with_potential(scenario, accounts_of(2, type=["hospital", "asc"]))
    assert out["potential_usd"].tolist() == [100_000.0, 150_000.0]


def test_an_unknown_purchasing_group_lies_between_held_and_not_held():
    scenario = scenario_of(market={**EXACT, "access": {"contract": ["Best"], "unknown": 0.8}})
    out, _ = with_potential(scenario, accounts_of(1))
    row = out.iloc[0]
    assert row["potential_usd"] == 80_000.0
    assert row["potential_low_usd"] == pytest.approx(50_000.0)
    assert row["potential_high_usd"] == pytest.approx(100_000.0)


def test_one_contract_among_several_memberships_is_enough():
    scenario = scenario_of(market={**EXACT, "access": {"contract": ["Best"]}})
    memberships = pd.DataFrame({"account_id": ["A0", "A0"], "gpo": ["Other", "Best"]})
    out, _ = with_potential(scenario, accounts_of(2, gpo="Other"), memberships=memberships)
    assert out["potential_usd"].tolist() == [100_000.0, 50_000.0]


def test_a_missing_volume_is_the_median_of_its_peers_and_flagged():
    volume = [*np.arange(1.0, 10.0), np.nan]
    scenario = scenario_of(market=EXACT)
    out, audit = with_potential(scenario, accounts_of(10, procedures=volume))
    last = out.iloc[-1]
    assert last["potential_usd"] == 5_000.0
    assert last["potential_low_usd"] == pytest.approx(1_800.0)
    assert last["potential_high_usd"] == pytest.approx(8_200.0)
    assert out["potential_estimated"].tolist() == [False] * 9 + [True]
    assert last["potential_basis"] == "9 peers: hospital"
    assert "procedures of 1 of 10 accounts were estimated" in lines_of(audit)


def test_a_reported_zero_stays_zero_and_is_nobodys_peer():
    volume = [0.0, 0.0, 0.0, 40.0, 60.0, np.nan]
    out, _ = with_potential(scenario_of(market=EXACT), accounts_of(6, procedures=volume))
    assert out["potential_usd"].tolist()[:3] == [0.0, 0.0, 0.0]
    assert out["potential_usd"].iloc[-1] == 50_000.0


def test_too_few_peers_fall_back_from_rurality_to_size_to_type_to_all():
    kinds = ["hospital"] * 12 + ["asc"] * 2 + ["clinic"]
    beds = [100.0] * 8 + [200.0] * 4 + [np.nan] * 3
    volume = [10.0] * 8 + [30.0] * 3 + [np.nan] + [90.0, np.nan, np.nan]
    accounts = accounts_of(15, type=kinds, beds=beds, procedures=volume)
    scenario = scenario_of(market={**EXACT, "peers": {"at_least": 8}})
    out, _ = with_potential(scenario, accounts)
    basis = out["potential_basis"].tolist()
    assert basis[11] == "11 peers: hospital"  # three of its own size are too few
    assert basis[13] == "12 peers: all accounts"  # one peer of its own type is too few
    assert out["potential_usd"].iloc[13] == 10_000.0


def test_a_type_of_which_nobody_has_a_volume_takes_accounts_of_its_size():
    kinds = ["hospital"] * 4 + ["asc"] * 3 + ["critical_access"]
    beds = [20.0, 20.0, 20.0, 500.0, np.nan, np.nan, np.nan, 20.0]
    volume = [4.0, 5.0, 6.0, 300.0, 200.0, 200.0, 200.0, np.nan]
    scenario = scenario_of(market={**EXACT, "peers": {"at_least": 3}})
    out, _ = with_potential(scenario, accounts_of(8, type=kinds, beds=beds, procedures=volume))
    assert out["potential_usd"].iloc[7] == 5_000.0
    assert out["potential_basis"].iloc[7] == "3 peers: beds under 50"


def test_peers_are_told_apart_by_size_and_by_a_column_of_rurality():
    accounts = accounts_of(
        6,
        beds=[10.0, 10.0, 10.0, 500.0, 500.0, 500.0],
        ruca=["urban", "urban", "urban", "rural", "rural", "rural"],
        procedures=[10.0, 20.0, np.nan, 300.0, 500.0, np.nan],
    )
    scenario = scenario_of(market={**EXACT, "peers": {"at_least": 2, "rurality": "ruca"}})
    out, _ = with_potential(scenario, accounts)
    assert out["potential_usd"].iloc[2] == 15_000.0
    assert out["potential_usd"].iloc[5] == 400_000.0
    assert out["potential_basis"].iloc[2] == "2 peers: hospital, beds under 50, urban"


def test_town_and_country_are_told_from_where_accounts_lie():
    accounts = accounts_of(7, lon=[-95.0] * 6 + [-100.0], lat=[29.0] * 6 + [33.0])
    levels = peer_levels(scenario_of(market=EXACT), accounts)
    assert sorted(levels[0].labels) == ["hospital, country", "hospital, town"]


def test_medicare_volumes_are_divided_by_the_share_and_its_range_is_the_interval():
    medicare = {"types": ["asc"], "share": 0.4, "low": 0.2, "high": 0.8}
    scenario = scenario_of(market={**EXACT, "medicare": medicare})
    out, audit = with_potential(scenario, accounts_of(2, type=["asc", "hospital"]))
    assert out["potential_usd"].tolist() == pytest.approx([250_000.0, 100_000.0])
    assert out["potential_low_usd"].tolist() == pytest.approx([125_000.0, 100_000.0])
    assert out["potential_high_usd"].tolist() == pytest.approx([500_000.0, 100_000.0])
    assert out["procedures_all_payers"].tolist() == pytest.approx([250.0, 100.0])
    assert "counts Medicare only and was divided by 0.4 (0.2 to 0.8)" in lines_of(audit)


def test_an_estimate_from_scaled_peers_is_less_certain_than_from_counted_ones():
    volume = [*np.arange(1.0, 10.0), np.nan]
    accounts = accounts_of(10, procedures=volume)
    counted, _ = with_potential(scenario_of(market=EXACT), accounts)
    scaled, _ = with_potential(scenario_of(market={**EXACT, "medicare": {}}), accounts)
    width = [
        out["potential_high_usd"].iloc[-1] / out["potential_low_usd"].iloc[-1]
        for out in (counted, scaled)
    ]
    assert width[1] > width[0] * 1.05


def test_a_suppressed_count_lies_below_its_limit_and_is_nobodys_peer():
    accounts = accounts_of(
        5,
        procedures=[40.0, 60.0, np.nan, np.nan, np.nan],
        most=[np.nan, np.nan, 10.0, 10.0, np.nan],
    )
    out, _ = with_potential(scenario_of(market={**EXACT, "at_most": "most"}), accounts)
    low, value, mean, high = (
        out[f"potential_{name}usd"].iloc[2] for name in ("low_", "", "mean_", "high_")
    )
    assert 0 < low < value < high <= 10_000.0
    assert low < mean < high
    assert out["potential_usd"].iloc[3] == value
    # That two of four are small pulls the group's law below its known counts.
    assert value < out["potential_usd"].iloc[4] < 40_000.0
    assert out["potential_basis"].tolist()[2:] == [
        "suppressed count, below its limit: 2 peers: all accounts",
        "suppressed count, below its limit: 2 peers: all accounts",
        "2 peers: all accounts",
    ]
    assert out["potential_estimated"].tolist() == [False, False, True, True, True]


def test_a_lower_bound_says_so_and_counts_the_middle_of_what_it_can_be():
    accounts = accounts_of(2, procedures=[20.0, 20.0], most=[40.0, np.nan])
    out, _ = with_potential(scenario_of(market={**EXACT, "at_most": "most"}), accounts)
    assert out["potential_usd"].tolist() == [30_000.0, 20_000.0]
    assert out["potential_low_usd"].iloc[0] == pytest.approx(20_000.0)
    assert out["potential_high_usd"].iloc[0] == pytest.approx(40_000.0)
    assert out["potential_basis"].iloc[0].startswith("lower bound given")


def test_accounts_show_medians_and_their_means_are_named_apart():
    accounts = accounts_of(4, procedures=[1.0, 2.0, 9.0, np.nan])
    out, _ = with_potential(scenario_of(market={**EXACT}), accounts)
    assert out["potential_usd"].tolist() == [1_000.0, 2_000.0, 9_000.0, 2_000.0]
    assert out["potential_mean_usd"].tolist() == [1_000.0, 2_000.0, 9_000.0, 4_000.0]


def test_shares_of_medicare_differ_by_source_and_the_audit_names_theirs():
    medicare = {
        "share": 0.5,
        "low": 0.5,
        "high": 0.5,
        "by_source": {
            "cms-opps 2016": {"share": 0.2, "low": 0.2, "high": 0.2, "source": "KFF, 2016"}
        },
    }
    accounts = accounts_of(2, procedures_source=["cms-opps 2016", "own"])
    out, audit = with_potential(scenario_of(market={**EXACT, "medicare": medicare}), accounts)
    assert out["procedures_all_payers"].tolist() == [500.0, 200.0]
    assert "procedures of cms-opps 2016 of 1 account counts Medicare only" in lines_of(audit)
    assert "divided by 0.2 (0.2 to 0.2); KFF, 2016" in lines_of(audit)


def test_peers_are_parted_by_what_accounts_do_where_a_column_tells():
    accounts = accounts_of(
        6, procedures=[1.0, 1.0, 9.0, 9.0, np.nan, np.nan], focus=["eye", "eye", "", "", "eye", ""]
    )
    market = {**EXACT, "peers": {"at_least": 2, "kind": "focus"}}
    out, _ = with_potential(scenario_of(market=market), accounts)
    assert out["potential_usd"].tolist()[4:] == [1_000.0, 9_000.0]


def test_a_given_potential_is_replaced_or_kept_as_the_scenario_says():
    accounts = accounts_of(2, potential_usd=[7.0, np.nan])
    replaced, audit = with_potential(scenario_of(market=EXACT), accounts)
    assert replaced["potential_usd"].tolist() == [100_000.0, 100_000.0]
    assert "potential_usd of 1 account was replaced by the model of [market]" in lines_of(audit)
    kept, _ = with_potential(scenario_of(market={**EXACT, "given": "keep"}), accounts)
    assert kept["potential_usd"].tolist() == [7.0, 100_000.0]


def test_rows_of_the_units_table_keep_their_potential():
    accounts = accounts_of(2, type=["hospital", "market"], potential_usd=[np.nan, 9.0])
    out, _ = with_potential(scenario_of(market=EXACT), accounts)
    assert out["potential_usd"].tolist() == [100_000.0, 9.0]
    assert out["potential_basis"].tolist() == ["volume given", "potential given"]


def test_without_the_section_the_given_potential_is_used():
    out, audit = with_potential(scenario_of(), accounts_of(1, potential_usd=5.0))
    assert out[["potential_usd", "potential_mean_usd"]].iloc[0].tolist() == [5.0, 5.0]
    assert out[["potential_low_usd", "potential_high_usd"]].isna().all(axis=None)
    assert not audit


def test_the_accounts_that_came_in_are_not_changed():
    accounts = accounts_of(3, procedures=[1.0, np.nan, 3.0])
    before = accounts.copy()
    with_potential(scenario_of(market=EXACT), accounts)
    pd.testing.assert_frame_equal(accounts, before)


def test_a_volume_a_hundred_times_its_peers_is_reported_with_its_line_and_kept():
    accounts = accounts_of(10, procedures=[10.0] * 9 + [1_000.0])
    rows = Rows(
        table="accounts", file="a.csv", lines=np.arange(2, 12), ids=accounts["account_id"].tolist()
    )
    out, audit = with_potential(scenario_of(market=EXACT), accounts, rows=rows)
    assert out["potential_usd"].iloc[-1] == 1_000_000.0
    assert lines_of(audit).splitlines()[:2] == [
        "warning: 1 of 1 account is far above its peers",
        '  a.csv:11  A9  procedures "1000"  (is at least 100 times the median of its peers; kept)',
    ]


def test_a_payer_mix_over_100_percent_names_the_row_and_the_value():
    accounts = accounts_of(2, payer_medicare=[0.5, 0.7], payer_commercial=[0.5, 0.6])
    rows = Rows(table="accounts", file="a.csv", lines=np.array([2, 3]), ids=["A0", "A1"])
    _, audit = with_potential(scenario_of(market=EXACT), accounts, rows=rows)
    assert lines_of(audit) == (
        "error: 1 of 1 account has a payer mix over 100 %\n"
        '  a.csv:3  A1  payer_mix "130 %"  (payer_commercial + payer_medicare is over 100 %)\n\n'
        "hint: mend the shares: together they are at most 1"
    )


def test_percentages_instead_of_shares_are_refused_without_lines_too():
    _, audit = with_potential(scenario_of(market=EXACT), accounts_of(2, payer_medicare=[36, 0.3]))
    assert (
        'error: accounts.csv: payer_medicare of 1 account is above 1; for 36 percent write 0.36: "A'
        '0" 36'
    ) in lines_of(audit)


def test_an_absent_volume_column_is_an_error_that_names_the_key_and_a_near_name():
    accounts = accounts_of(1).rename(columns={"procedures": "procedure"})
    _, audit = with_potential(scenario_of(market=EXACT), accounts)
    assert lines_of(audit) == (
        'error: accounts.csv: has no column "procedures", which market.procedures of '
        'scenario.toml names\n\nhint: did you mean "procedure"?'
    )


def test_a_type_that_no_account_has_is_an_error():
    scenario = scenario_of(market={**EXACT, "by_type": {"hospitl": {"price_usd": 3.0}}})
    _, audit = with_potential(scenario, accounts_of(1))
    assert "market.by_type.hospitl of scenario.toml names a type that no account has" in (
        lines_of(audit)
    )
    assert 'did you mean "hospital"?' in lines_of(audit)


def test_no_volume_anywhere_is_an_error_not_a_zero():
    _, audit = with_potential(scenario_of(market=EXACT), accounts_of(3, procedures=np.nan))
    assert "no account has a value above 0 in procedures" in lines_of(audit)


@pytest.mark.parametrize(
    ("section", "text"),
    [
        ({"price_usd": -5.0}, "greater than 0"),
        ({"price_usd": 1.0, "medicare": {"share": 0.05}}, "is 0.05; expected from low 0.1"),
        ({"price_usd": 1.0, "peers": {"size_bands": [5.0, 3.0]}}, "expected numbers that ascend"),
    ],
)
def test_impossible_keys_are_refused(section, text):
    with pytest.raises(ValidationError, match=text):
        scenario_of(market=section)


def test_bands_are_named_and_a_limit_belongs_to_the_band_above():
    assert size_band(np.array([49.0, 50.0, 300.0]), [50.0, 300.0]).tolist() == [
        "under 50", "50 to 300", "300 and more",
    ]  # fmt: skip


@settings(max_examples=40)
@given(
    st.lists(st.one_of(st.none(), st.floats(1.0, 1e6)), min_size=3, max_size=30).filter(
        lambda volumes: any(volume is not None for volume in volumes)
    ),
    st.floats(0.5, 3.0),
)
def test_no_potential_is_zero_and_the_interval_holds_it_and_scales_with_the_price(volumes, factor):
    accounts = accounts_of(len(volumes), procedures=[np.nan if v is None else v for v in volumes])
    out, _ = with_potential(scenario_of(market={"price_usd": 1000.0}), accounts)
    assert (out["potential_usd"] > 0).all()
    assert (out["potential_low_usd"] <= out["potential_usd"]).all()
    assert (out["potential_usd"] <= out["potential_high_usd"]).all()
    assert (out["potential_estimated"] == accounts["procedures"].isna()).all()
    other, _ = with_potential(scenario_of(market={"price_usd": 1000.0 * factor}), accounts)
    np.testing.assert_allclose(other["potential_usd"], factor * out["potential_usd"], rtol=1e-5)


@settings(max_examples=40)
@given(st.lists(st.floats(0.0, 100.0), min_size=1, max_size=30), st.integers(2, 6))
def test_estimates_agree_with_a_slow_obvious_twin(values, at_least):
    given_values = np.asarray(values)
    kinds = [f"t{at % 3}" for at in range(len(values))]
    accounts = accounts_of(len(values), type=kinds, beds=np.arange(len(values)) * 40.0)
    levels = peer_levels(scenario_of(market=EXACT), accounts)
    found = estimate_from_peers(given_values, levels, at_least=at_least)
    for row in range(len(values)):
        for at, level in enumerate(levels):
            peers = given_values[(level.code == level.code[row]) & (given_values > 0)]
            if len(peers) >= (at_least if at < len(levels) - 1 else 1):
                assert found.value[row] == pytest.approx(np.median(peers))
                assert found.low[row] == pytest.approx(np.quantile(peers, 0.1))
                assert (found.count[row], found.level[row]) == (len(peers), at)
                break
        else:
            assert np.isnan(found.value[row])
