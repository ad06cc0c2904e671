"""Sums of very many accounts: fewer markets are drawn, in layers, and say the same."""

import numpy as np
import pandas as pd
import pytest

from territory.market.value import draws
from territory.market.value.draws import drawn_sums, sum_intervals


def field(n):
    value = np.linspace(1_000.0, 9_000.0, n)
    return pd.DataFrame(
        {
            "account_id": [f"A{at:04d}" for at in range(n)],
            "potential_usd": value,
            "potential_low_usd": 0.6 * value,
            "potential_high_usd": 1.5 * value,
            "unit_id": [f"U{at % 7}" for at in range(n)],
        }
    )


@pytest.fixture
def few(monkeypatch):
    monkeypatch.setattr(draws, "_MOST", 30_000)


def test_of_very_many_accounts_fewer_markets_are_drawn(few):
    accounts = field(200)
    groups = np.where(np.arange(200) % 2, "odd", "even")
    assert drawn_sums(accounts, groups, ["odd", "even"]).shape == (150, 2)
    assert drawn_sums(field(10), ["x"] * 10, ["x"]).shape == (2_000, 1)


def test_layers_say_what_all_draws_say(few, monkeypatch):
    accounts, groups = field(200), ["x"] * 200
    layered = sum_intervals(accounts, groups, ["x"])
    monkeypatch.setattr(draws, "_MOST", 10**9)
    plain = sum_intervals(accounts, groups, ["x"], draws=20_000)
    for mine, theirs in zip(layered, plain, strict=True):
        assert mine == pytest.approx(theirs, rel=0.03)


def test_an_error_that_all_have_in_common_is_drawn_from_every_layer(few):
    """Then the sum's 10th percentile is that of one account, to the width of a layer."""
    accounts = field(200)
    low, _ = sum_intervals(accounts, ["x"] * 200, ["x"], correlation=0.0, common=1.0)
    assert low[0] == pytest.approx(0.6 * accounts["potential_usd"].sum(), rel=0.01)


def test_the_order_of_rows_changes_no_layer(few):
    accounts = field(200)
    turned = accounts.iloc[::-1].reset_index(drop=True)
    one, two = (drawn_sums(each, ["x"] * 200, ["x"]) for each in (accounts, turned))
    assert np.allclose(one, two)
