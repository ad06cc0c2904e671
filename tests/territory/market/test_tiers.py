"""The score and its parts, the tiers, the segments."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from territory.errors import InputError
from territory.market.customers.history import trend
from territory.market.segments import segment_table, with_segments
from territory.market.tiers import explain_score, with_tiers
from territory.market.value.oversold import oversold
from tests.territory.market.companies import accounts_of, lines_of, scenario_of


def tiers(*factors: dict[str, object], **keys: object) -> object:
    return scenario_of(tiers={"factors": list(factors), **keys})


VOLUME = {"name": "volume", "column": "procedures", "weight": 1.0}


@pytest.mark.parametrize(
    ("scale", "expected"),
    [
        ("rank", [0.125, 0.5, 0.5, 0.875]),
        ("min_max", [0.0, 0.5, 0.5, 1.0]),
        ("log", [0.0, np.log(11 / 6) / np.log(16 / 6), np.log(11 / 6) / np.log(16 / 6), 1.0]),
    ],
)
def test_a_factor_is_scaled_to_0_to_1_by_the_stated_method(scale, expected):
    accounts = accounts_of(4, procedures=[5.0, 10.0, 10.0, 15.0])
    out, _ = with_tiers(tiers({**VOLUME, "scale": scale}), accounts)
    assert out["score"].tolist() == pytest.approx(expected)


def test_texts_take_the_numbers_written_for_them_and_unknown_ones_the_missing_value():
    factor = {"name": "kind", "column": "type", "weight": 1.0, "scale": "values",
              "values": {"hospital": 1.0, "asc": 0.25}, "missing": 0.4}  # fmt: skip
    out, audit = with_tiers(tiers(factor), accounts_of(3, type=["hospital", "asc", "clinic"]))
    assert out["score"].tolist() == [1.0, 0.25, 0.4]
    assert "type of 1 account has no number in tiers.factors kind values" in lines_of(audit)


def test_lower_is_better_turns_the_scale_around_and_missing_stays_neutral():
    accounts = accounts_of(3, procedures=[1.0, 2.0, np.nan])
    out, _ = with_tiers(tiers({**VOLUME, "scale": "min_max", "lower_is_better": True}), accounts)
    assert out["score"].tolist() == [1.0, 0.0, 0.5]


def test_every_score_can_be_taken_apart_and_its_parts_sum_to_it():
    scenario = tiers(
        {**VOLUME, "weight": 0.75, "scale": "min_max"},
        {"name": "group", "column": "gpo", "weight": 0.25, "scale": "values",
         "values": {"Best": 1.0}},
    )  # fmt: skip
    accounts = accounts_of(3, procedures=[0.0, 50.0, 100.0], gpo=["Best", "", "Other"])
    out, _ = with_tiers(scenario, accounts)
    found = explain_score(scenario, out, "A1")
    assert found.score == 0.75 * 0.5 + 0.25 * 0.5
    assert found.parts["points"].sum() == found.score
    assert found.text() == (
        "A1 Site 1: score 0.500, tier B\n"
        "  0.375 = 0.75 × 0.500  volume: procedures 50 (place between the lowest and the highest "
        "value)\n"
        "  0.125 = 0.25 × 0.500  group: gpo unknown (number written for the text)"
    )


def test_an_unknown_account_cannot_be_explained():
    scenario = tiers(VOLUME)
    out, _ = with_tiers(scenario, accounts_of(2))
    with pytest.raises(InputError, match=r'accounts.csv: "A9" is no account'):
        explain_score(scenario, out, "A9")


def test_equal_scores_share_a_tier_whatever_their_ids():
    accounts = accounts_of(5, procedures=[9.0, 7.0, 7.0, 7.0, 1.0]).iloc[::-1]
    out, _ = with_tiers(tiers(VOLUME, shares=[0.2, 0.4, 0.7]), accounts.reset_index(drop=True))
    assert dict(zip(out["account_id"], out["tier"], strict=True)) == {
        "A0": "A", "A1": "B", "A2": "B", "A3": "B", "A4": "D",
    }  # fmt: skip


def test_tiers_are_shown_in_the_order_of_their_names():
    accounts = accounts_of(4, procedures=[40.0, 30.0, 20.0, 10.0])
    names = ["Platinum", "Gold", "Bronze"]
    out, _ = with_tiers(tiers(VOLUME, names=names, shares=[0.25, 0.6]), accounts)
    out = out.assign(potential_usd=1.0, revenue_usd=0.0)
    assert segment_table(out, "tier", tiers=names)["tier"].tolist() == names


def test_the_account_across_the_limit_belongs_to_the_better_tier():
    accounts = accounts_of(4, procedures=[40.0, 30.0, 20.0, 10.0])
    scenario = tiers(VOLUME, names=["A", "B"], shares=[0.5], share_of="procedures")
    out, _ = with_tiers(scenario, accounts)
    assert out["tier"].tolist() == ["A", "A", "B", "B"]  # 40, then 70 of 100


def test_tiers_by_thresholds_of_the_score():
    scenario = tiers({**VOLUME, "scale": "min_max"}, thresholds=[0.75, 0.5, 0.25])
    accounts = accounts_of(5, procedures=[0.0, 25.0, 50.0, 75.0, 100.0])
    out, _ = with_tiers(scenario, accounts)
    assert out["tier"].tolist() == ["D", "C", "B", "A", "A"]


def test_given_tiers_are_replaced_and_that_is_said():
    out, audit = with_tiers(tiers(VOLUME), accounts_of(2, tier=["Z", ""]))
    assert "Z" not in out["tier"].tolist()
    assert "tier of 1 account was replaced by [tiers] in scenario.toml" in lines_of(audit)


def test_without_the_section_given_tiers_stay():
    accounts = accounts_of(1, tier="Z")
    out, audit = with_tiers(scenario_of(), accounts)
    assert out["tier"].tolist() == ["Z"]
    assert not audit


def test_rows_of_the_units_table_are_not_ranked():
    out, _ = with_tiers(tiers(VOLUME), accounts_of(2, type=["market", "hospital"], tier=""))
    assert out["tier"].tolist() == ["", "A"]
    assert np.isnan(out["score"].iloc[0])


def test_trend_compares_the_later_half_of_the_periods_with_the_earlier():
    history = pd.DataFrame(
        {
            "account_id": ["A0", "A0", "A1", "A2", "A2"],
            "period": ["2023", "2024", "2024", "2023", "2024"],
            "revenue_usd": [100.0, 300.0, 50.0, 80.0, -5.0],
        }
    )
    assert trend(accounts_of(4), history)[:3].tolist() == [0.5, 1.0, -1.0]
    assert np.isnan(trend(accounts_of(4), history)[3])


def test_a_factor_on_history_without_a_history_is_refused():
    _, audit = with_tiers(tiers({**VOLUME, "column": "trend"}), accounts_of(2))
    assert "tiers.factors names the column trend, and there is no sales history" in lines_of(audit)


def test_penetration_is_revenue_of_potential():
    factor = {"name": "open", "column": "penetration", "weight": 1.0, "lower_is_better": True}
    revenue = [25.0, 300.0, 1.0, np.nan]
    accounts = accounts_of(4, potential_usd=[100.0, 100.0, 0.0, 100.0], revenue_usd=revenue)
    out, _ = with_tiers(tiers(factor), accounts)
    assert out["penetration"].tolist()[:2] == [0.25, 1.0]
    assert np.isnan(out["penetration"].iloc[2:]).all()  # what is unknown is not 0


def test_a_column_that_is_absent_is_named_with_its_key():
    _, audit = with_tiers(tiers({**VOLUME, "column": "procedurs"}), accounts_of(1))
    assert lines_of(audit) == (
        'error: accounts.csv: has no column "procedurs", which tiers.factors entry 1 column of '
        'scenario.toml names\n\nhint: did you mean "procedures"?'
    )


@pytest.mark.parametrize(
    ("keys", "text"),
    [
        ({"factors": [{**VOLUME, "weight": 0.5}, {**VOLUME, "name": "b", "weight": 0.4}]},
         r"weights that sum to 0.9 \(volume 0.5 \+ b 0.4\); expected 1"),
        ({"factors": [{**VOLUME, "weight": 0.5}] * 2}, "name volume more than once"),
        ({"names": ["A", "B", "A"]}, "name A more than once"),
        ({"thresholds": [0.2, 0.5, 0.7]}, r"is \[0.2, 0.5, 0.7\]; expected numbers that descend"),
        ({"shares": [0.5]}, "has 1 numbers for 4 tiers; expected 3"),
        ({"shares": [0.1, 0.2, 0.3], "thresholds": [0.9, 0.8, 0.7]}, "is written beside"),
        ({"factors": [{**VOLUME, "scale": "values"}]}, "needs text = number pairs"),
        ({"factors": [{**VOLUME, "column": "profile"}]}, r"there is no \[tiers.profile\]"),
    ],
)  # fmt: skip
def test_keys_that_cannot_be_meant_are_refused(keys, text):
    with pytest.raises(ValidationError, match=text):
        scenario_of(tiers=keys)


def test_segments_are_combinations_of_attributes_and_unknown_ones_are_named():
    scenario = scenario_of(
        tiers={"segments": ["type", "gpo", "procedures"], "bands": {"procedures": [50.0]}}
    )
    accounts = accounts_of(2, gpo=["G", ""], procedures=[10.0, np.nan])
    out, _ = with_segments(scenario, accounts)
    assert out["segment"].tolist() == [
        "hospital · G · procedures under 50",
        "hospital · gpo unknown · procedures unknown",
    ]


def test_the_table_of_segments_sums_up_all_accounts():
    accounts = accounts_of(
        4, segment=["x", "x", "y", "y"], potential_usd=[1.0, 2.0, 10.0, 20.0],
        revenue_usd=[1.0, np.nan, 3.0, 0.0], potential_estimated=[True, False] * 2,
    )  # fmt: skip
    table = segment_table(accounts)
    assert table["segment"].tolist() == ["y", "x"]
    assert table["potential_usd"].tolist() == [30.0, 3.0]
    assert table["n_estimated"].tolist() == [1, 1]
    # x: the second account's revenue is not known, so only the first one counts.
    assert table["penetration"].tolist() == [0.1, 1.0]
    assert table["potential_share"].sum() == pytest.approx(1.0)


def test_potential_that_nobody_knows_is_not_nothing():
    accounts = accounts_of(
        4, segment=["x", "x", "y", "y"], potential_usd=[np.nan, np.nan, 10.0, np.nan],
        revenue_usd=[1.0, 2.0, 3.0, 4.0],
    )  # fmt: skip
    table = segment_table(accounts).set_index("segment")
    money = ["potential_usd", "potential_mean_usd", "potential_low_usd", "potential_high_usd"]
    assert table.loc["x", [*money, "potential_share", "penetration"]].isna().all()
    assert table.loc["y", money[:2]].tolist() == [10.0] * 2
    assert table.loc["y", money[2:]].isna().all()  # nobody said how far it may be off
    assert table["n_unknown"].to_dict() == {"y": 1, "x": 2}


@settings(max_examples=40)
@given(
    st.lists(st.floats(0.0, 1e6, allow_subnormal=False), min_size=2, max_size=25),
    st.randoms(use_true_random=False),
)
def test_scores_lie_in_0_to_1_and_do_not_depend_on_the_order_of_rows(values, random):
    scenario = tiers({**VOLUME, "weight": 0.5}, {**VOLUME, "name": "b", "weight": 0.5,
                                                 "scale": "log"})  # fmt: skip
    accounts = accounts_of(len(values), procedures=values)
    out, _ = with_tiers(scenario, accounts)
    assert out["score"].between(0.0, 1.0).all()
    points = out["score_volume"] + out["score_b"]
    assert (points == out["score"]).all()
    order = list(range(len(values)))
    random.shuffle(order)
    other, _ = with_tiers(scenario, accounts.iloc[order].reset_index(drop=True))
    merged = other.set_index("account_id").loc[out["account_id"]]
    assert merged["tier"].tolist() == out["tier"].tolist()
    rank = {name: at for at, name in enumerate("ABCD")}
    top = out.loc[out["score"] == out["score"].max(), "tier"]
    assert top.map(rank).min() == 0
    by_score = out.groupby("score")["tier"].agg(lambda t: max(map(rank.get, t))).sort_index()
    assert by_score.is_monotonic_decreasing or len(by_score) == 1


def test_factors_that_pull_apart_are_a_finding():
    n = 40
    fit = np.arange(n, dtype=float)
    accounts = accounts_of(n, fit=fit, penetration=fit / n)
    factors = [
        {"name": "fit", "column": "fit", "weight": 0.5},
        {"name": "headroom", "column": "penetration", "weight": 0.5, "lower_is_better": True},
    ]
    _, audit = with_tiers(scenario_of(tiers={"factors": factors}), accounts)
    (found,) = [each for each in audit if each.kind == "factors_disagree"]
    assert found.severity == "warning"
    assert "fit (weight 0.5) and headroom (weight 0.5) pull apart: rank correlation -1.00" in (
        found.what
    )
    assert "40 of 40 accounts" in found.what
    factors[1]["lower_is_better"] = False
    _, audit = with_tiers(scenario_of(tiers={"factors": factors}), accounts)
    assert not [each for each in audit if each.kind == "factors_disagree"]


def test_sales_above_the_potential_are_a_finding():
    accounts = accounts_of(
        4, potential_usd=[100.0, 100.0, 100.0, np.nan], revenue_usd=[150.0, 100.2, np.nan, 9.0]
    )
    (found,) = oversold(scenario_of(), accounts)
    assert (found.kind, found.severity) == ("oversold", "warning")
    assert "revenue_usd of 1 account is above the account's potential" in found.what


def test_sales_in_millions_are_shown_to_the_dollar_where_they_are_named():
    accounts = accounts_of(1, potential_usd=[5.0], revenue_usd=[1_196_240.0])
    (found,) = oversold(scenario_of(), accounts)
    assert found.what.endswith('"A0" 1196240')
