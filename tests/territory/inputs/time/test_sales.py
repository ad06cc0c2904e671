"""Sales by quarter from histories in months, quarters and years."""

import numpy as np
import pandas as pd
import pytest

from territory.errors import InputError
from territory.inputs.time.sales import Sales, quarter_of, sales_of


def history(*rows):
    return pd.DataFrame(rows, columns=["account_id", "period", "revenue_usd"])


@pytest.mark.parametrize(
    ("period", "quarter", "months"),
    [
        ("2024-Q3", 2, 3),
        ("2024Q3", 2, 3),
        ("2024 q3", 2, 3),
        ("Q3 2024", 2, 3),
        ("2024-07", 2, 1),
        ("202407", 2, 1),
        ("2024-07-31", 2, 1),
        ("2024-07-31T00:00:00", 2, 1),
        ("2024", 0, 12),
        ("2024-07/6", 2, 6),
    ],
)
def test_periods_are_read(period, quarter, months):
    assert quarter_of(period) == (4 * 2024 + quarter, months)


@pytest.mark.parametrize("period", ["", "2024-Q5", "2024-13", "July", "Q3", "=1+1"])
def test_what_is_no_period_is_not_guessed(period):
    assert quarter_of(period) is None


def test_quarters_without_sales_are_zero_and_no_gap():
    sales = sales_of(["A", "B"], history(("A", "2023-Q1", 5.0), ("B", "2023-Q4", 7.0)))
    assert sales.revenue_usd.tolist() == [[5, 0, 0, 0], [0, 0, 0, 7]]
    assert (sales.n_years, sales.span()) == (1, "2023-Q1 to 2023-Q4")


def test_products_and_months_of_a_quarter_are_summed():
    rows = [("A", f"2024-{month:02d}", 1.0) for month in range(1, 13)] * 2
    sales = sales_of(["A"], history(*rows))
    assert sales.revenue_usd.tolist() == [[6, 6, 6, 6]]
    assert sales.notes == ()


def test_a_quarter_that_has_only_begun_is_left_out_and_named():
    rows = [("A", f"2024-{month:02d}", 1.0) for month in range(1, 8)]
    sales = sales_of(["A"], history(*rows))
    assert sales.revenue_usd.tolist() == [[3, 3]]
    assert sales.notes == ("2024-Q3 has 1 month only and is left out",)


def test_years_are_divided_evenly_and_that_is_said():
    sales = sales_of(["A"], history(("A", "2023", 8.0), ("A", "2024", 12.0)))
    assert sales.revenue_usd.tolist() == [[2, 2, 2, 2, 3, 3, 3, 3]]
    assert (sales.year(1).tolist(), sales.year(0).tolist()) == ([8], [12])
    assert "yearly sales are divided evenly" in sales.notes[0]


def test_halves_are_divided_evenly_and_that_is_said():
    found = sales_of(["A"], history(("A", "2024-01/6", 8.0), ("A", "2024-07/6", 4.0)))
    assert found is not None
    assert found.revenue_usd.tolist() == [[4.0, 4.0, 2.0, 2.0]]
    assert found.notes == ("half-yearly sales are divided evenly over the quarters",)


def test_other_accounts_sales_are_counted_in_a_note():
    sales = sales_of(["A"], history(("A", "2024-Q1", 1.0), ("X", "2024-Q1", 2_000.0)))
    assert sales.notes == ("sales of 1 account outside the plan are left out: $2,000",)


def test_unknown_periods_are_all_named_with_their_lines():
    frame = history(("A", "2024-Q1", 1.0), ("B", "spring", 1.0), ("C", "\x1b[2J", 1.0))
    with pytest.raises(InputError) as caught:
        sales_of(["A"], frame, file="history.csv", lines=np.array([2, 3, 4]))
    assert str(caught.value) == (
        "error: 2 rows of history.csv have no period that can be read\n"
        '  history.csv:3  B  period "spring"\n'
        '  history.csv:4  C  period "\\x1b[2J"\n'
        "\n"
        "hint: write 2024-Q3, 2024-08 or 2024"
    )


def test_the_season_is_the_history_s_and_sums_to_one():
    sales = Sales(first=4 * 2023 + 1, revenue_usd=np.array([[3.0, 3, 3, 1]]))
    season = sales.season()
    assert season.sum() == pytest.approx(1)
    assert season[:3] == pytest.approx([1 / 30] * 3)
    assert Sales(first=0, revenue_usd=np.zeros((1, 2))).season() == pytest.approx([1 / 12] * 12)


def test_no_history_is_no_sales():
    assert sales_of(["A"], None) is None
    assert sales_of(["A"], history()) is None
