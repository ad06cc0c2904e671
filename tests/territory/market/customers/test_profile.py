"""The ideal customer: found where it is, denied where it is not, refused where history is thin."""

import numpy as np
import pandas as pd
import pytest

from territory.errors import InputError
from territory.market.customers.profile import fit_profile
from territory.market.tiers import with_tiers
from tests.territory.market.companies import accounts_of, lines_of, scenario_of

FEATURES = {"features": ["type", "procedures"]}


def company(n: int = 600, *, effect: float = 3.0) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Accounts of which hospitals are won with odds exp(effect) times those of clinics."""
    rng = np.random.default_rng(7)
    kind = rng.choice(["hospital", "clinic"], n)
    volume = np.exp(rng.normal(4.0, 0.5, n))
    logit = effect * (kind == "hospital") - effect / 2
    won = rng.random(n) < 1 / (1 + np.exp(-logit))
    accounts = accounts_of(n, type=kind, procedures=volume)
    sold = accounts.loc[won, "account_id"]
    history = pd.DataFrame({"account_id": sold, "period": "2024", "revenue_usd": 10.0})
    return accounts, history.reset_index(drop=True)


def scenario(**profile: object) -> object:
    return scenario_of(tiers={"profile": {**FEATURES, **profile}})


def test_a_model_finds_what_won_accounts_have_in_common_and_says_it_in_words():
    accounts, history = company()
    found = fit_profile(scenario(), accounts, history)
    assert found.refused is None
    assert found.auc_low < found.auc < found.auc_high
    assert found.auc_low > 0.7
    assert found.lift > 1.3
    first = found.coefficients.iloc[0]
    assert first["words"].startswith(("type hospital rather than clinic", "type clinic rather"))
    ratio = first["odds_ratio"]
    assert max(ratio, 1 / ratio) == pytest.approx(np.exp(3.0), rel=0.5)
    others = f"{found.n_lost} not customers (they may never have been asked)"
    assert found.text().startswith(f"{found.n_won} customers, {others}; AUC {found.auc:.2f}")


def test_its_probabilities_are_calibrated():
    accounts, history = company()
    found = fit_profile(scenario(), accounts, history)
    assert np.abs(found.calibration["predicted"] - found.calibration["observed"]).max() < 0.12
    assert found.probability.mean() == pytest.approx(found.n_won / len(accounts), abs=0.03)


def test_where_nothing_tells_them_apart_it_says_so():
    accounts, history = company(effect=0.0)
    found = fit_profile(scenario(), accounts, history)
    assert found.auc_low < 0.56
    if found.auc_low <= 0.5:
        assert "do not tell customers from others" in found.text()


def test_who_buys_nothing_is_not_called_lost():
    accounts, history = company()
    text = fit_profile(scenario(), accounts, history).text()
    assert "lost" not in text
    assert "odds of being a customer" in text


def test_what_a_thin_group_shows_comes_last_and_says_so():
    accounts, history = company()
    # Seven accounts of a group of their own, each of them a customer: next to nothing.
    few = accounts.index[accounts["account_id"].isin(history["account_id"])][:7]
    accounts["gpo"] = "none"
    accounts.loc[few, "gpo"] = "Rare Group"
    found = fit_profile(scenario(features=["type", "gpo"]), accounts, history).coefficients
    last = found.iloc[-1]
    assert (last["feature"], last["n"]) == ("gpo", 7)
    assert last["words"].endswith("rests on 7 accounts only")
    assert last["odds_ratio"] > 2.0
    assert found.iloc[0]["feature"] == "type"


def test_the_same_seed_gives_the_same_model():
    accounts, history = company()
    first, second = (fit_profile(scenario(), accounts, history) for _ in range(2))
    np.testing.assert_array_equal(first.probability, second.probability)
    assert first.auc == second.auc


def test_a_thin_history_is_refused_with_the_threshold():
    accounts, history = company()
    found = fit_profile(scenario(), accounts, history.head(30))
    assert found.refused == (
        "history is too thin: 30 customers and 570 that buy nothing; 2 columns of the model need "
        "at least 40 of each (40, and 10 a column)"
    )
    assert found.text() == f"no customer profile: {found.refused}"
    assert np.isnan(found.probability).all()


def test_each_column_of_the_model_needs_ten_of_the_rarer_outcome():
    accounts, history = company()
    accounts["gpo"] = [f"G{at % 9}" for at in range(len(accounts))]
    found = fit_profile(scenario(features=["gpo", "procedures"]), accounts, history.head(80))
    assert found.refused is not None
    assert "9 columns of the model need at least 90 of each" in found.refused


@pytest.mark.parametrize("words", [("Won", "lost"), ("Ja", "nein"), ("Y", "N")])
def test_an_outcome_column_decides_and_accounts_without_one_are_only_scored(words):
    accounts, _ = company()
    accounts["result"] = np.where(accounts["type"] == "hospital", *words)
    accounts.loc[::10, "result"] = "open"
    found = fit_profile(scenario(outcome="result"), accounts, None)
    assert found.n_won + found.n_lost == 540
    assert np.isfinite(found.probability).all()
    assert found.auc > 0.99


def test_missing_numbers_are_a_difference_of_their_own():
    accounts, history = company()
    accounts.loc[accounts["type"] == "hospital", "procedures"] = np.nan
    found = fit_profile(scenario(features=["procedures"]), accounts, history)
    assert "procedures unknown rather than known" in found.coefficients["words"].iloc[0]


@pytest.mark.parametrize(
    ("profile", "text"),
    [
        ({"features": ["revenue_usd"]}, "which is known only after a sale"),
        ({"features": ["bedz"]}, r'entry 1 is "bedz", and accounts.csv has no such column'),
        ({"outcome": "resultt"}, "accounts.csv has no such column"),
    ],
)
def test_features_that_cannot_be_used_are_refused(profile, text):
    accounts, history = company(100)
    with pytest.raises(InputError, match=text):
        fit_profile(scenario(**profile), accounts, history)


def test_without_the_section_there_is_no_profile():
    with pytest.raises(InputError, match=r"there is no \[tiers.profile\]"):
        fit_profile(scenario_of(), accounts_of(1), None)


def test_the_probability_can_be_a_factor_of_the_score_unless_history_is_thin():
    accounts, history = company()
    keys = scenario_of(
        tiers={
            "factors": [{"name": "fit", "column": "profile", "weight": 1.0}],
            "profile": FEATURES,
        }
    )
    out, audit = with_tiers(keys, accounts, history)
    assert not audit.errors
    hospital = out["type"] == "hospital"
    assert out.loc[hospital, "score"].mean() > out.loc[~hospital, "score"].mean()
    _, audit = with_tiers(keys, accounts, history.head(5))
    assert "history is too thin: 5 customers and 595 that buy nothing" in lines_of(audit)
