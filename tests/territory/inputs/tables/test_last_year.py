"""Accounts without a revenue of their own have that of their history, never 0."""

import numpy as np
import pandas as pd

from territory.inputs.tables.last_year import with_last_year


def history(quarters=6):
    periods = [f"{2024 + at // 4}-Q{at % 4 + 1}" for at in range(quarters)]
    return pd.DataFrame(
        {"account_id": "A1", "period": periods, "revenue_usd": np.arange(1.0, quarters + 1)}
    )


def accounts(*revenue):
    return pd.DataFrame({"account_id": ["A1", "A2"], "revenue_usd": revenue})


def test_the_last_four_quarters_are_the_revenue_where_the_table_has_none():
    filled, (told,) = with_last_year(accounts(np.nan, np.nan), history(), file="sales.csv")
    assert filled["revenue_usd"].tolist() == [3.0 + 4.0 + 5.0 + 6.0, 0.0]
    assert told.what == (
        "accounts have no revenue_usd: it is their sales from 2024-Q3 to 2025-Q2 in sales.csv"
    )


def test_a_table_with_revenue_counts_as_it_is():
    given = accounts(np.nan, 7.0)
    filled, told = with_last_year(given, history(), file="sales.csv")
    assert filled is given
    assert told == []


def test_less_than_a_year_says_nothing_of_a_year():
    filled, told = with_last_year(accounts(np.nan, np.nan), history(3), file="sales.csv")
    assert filled["revenue_usd"].isna().all()
    assert told == []
