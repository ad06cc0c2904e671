"""What numbers wear in exports is taken off where it means one thing."""

import numpy as np
import pandas as pd
import pytest

from territory.inputs.numbers.dress import undressed
from territory.inputs.numbers.settled import settle_numbers
from territory.inputs.numbers.values import read_numbers


def numbers(column, cells, kind="signed", delimiter=","):
    settled = settle_numbers(
        {column: pd.Series(cells, dtype="str")},
        stored={},
        coordinates=frozenset({"lon", "lat"}),
        delimiter=delimiter,
    )
    values, issues = read_numbers(
        settled.texts[column], column, kind=kind, factor=settled.factors[column]
    )
    return values.tolist(), settled, issues


@pytest.mark.parametrize(
    ("column", "cell", "value"),
    [
        ("potential_usd", "$69,543.97", 69543.97),
        ("potential_usd", "USD 1,200", 1200),
        ("potential_usd", "1.25 $", 1.25),
        ("revenue_usd", "(1,200)", -1200),
        ("revenue_usd", "($1,200.50)", -1200.5),
        ("revenue_usd", "-$5", -5),
        ("revenue_usd", "1,200-", -1200),
        ("revenue_usd", "\u22121,200", -1200),
        ("potential_usd", "$50.0K", 50_000),
        ("potential_usd", "1.2M", 1_200_000),
        ("potential_usd", "3 mn", 3_000_000),
        ("service_h", "15.1 hrs", 15.1),
        ("service_h", "24 h/yr", 24),
        ("service_h", "90 min", 1.5),
        ("n_calls", "12 visits per year", 12),
        ("tenure_y", "3 yrs", 3),
        ("fte", "80%", 0.8),
        ("fte", "100 %", 1.0),
        ("growth", "7%", 0.07),
        ("lon", "95.4\u00b0 W", -95.4),
        ("lat", "29.79\u00b0", 29.79),
        ("lon", "95\u00b021'36\"W", -95.36),
        ("lat", "29 45 21.6 N", 29.756),
        ("service_h", "20:30", 20.5),
        ("service_h", "1 h 15 min", 1.25),
        ("tenure_y", "3y 6m", 3.5),
        ("revenue_usd", "$ -", 0),
        ("revenue_usd", "$(1,234.50)", -1234.5),
        ("revenue_usd", "(1,234.50) USD", -1234.5),
        ("revenue_usd", "80'000.\u2013", 80_000),
        ("revenue_usd", "CHF 80000.-", 80_000),
        ("revenue_usd", "80000.--", 80_000),
        ("revenue_usd", "12.50-", -12.5),
        ("potential_usd", "80 T\u20ac", 80_000),
        ("potential_usd", "80 TEUR", 80_000),
        ("potential_usd", "1.5 Mio. CHF", 1_500_000),
        ("potential_usd", "kr 80 000", 80_000),
        ("potential_usd", "80 000 z\u0142", 80_000),
        ("potential_usd", "C$1,200.00", 1200),
        ("potential_usd", "$1,200.00 CAD", 1200),
    ],
)
def test_one_meaning_is_read_with_one_note(column, cell, value):
    values, settled, issues = numbers(column, [cell, "", cell])
    assert values[0] == values[2] == pytest.approx(value, rel=1e-15)
    assert np.isnan(values[1])
    assert not issues
    assert 1 <= len(settled.notes) <= 2


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("service_h", "2 h per week"),
        ("service_h", "$12"),
        ("n_calls", "50%"),
        ("potential_usd", "50%"),
        ("potential_usd", "12 hrs"),
        ("lon", "95.4 N"),
        ("fte", "1 (of 2)"),
        ("potential_usd", "(5"),
        ("potential_usd", "--5"),
    ],
)
def test_what_a_column_cannot_be_in_stays_an_error(column, cell):
    values, _, issues = numbers(column, [cell, "1"])
    assert np.isnan(values[0])
    assert [issue.kind for issue in issues] == ["not_a_number"]


def test_marks_are_settled_behind_the_dress():
    values, _, _ = numbers("potential_usd", ["1.250,50 EUR", "900 EUR"], delimiter=";")
    assert values == [1250.5, 900]


def test_two_currencies_in_one_column_are_a_question():
    text = pd.Series(["$5", "€6", "7"], dtype="str")
    assert undressed(text, "revenue_usd").questions == [
        "revenue_usd: amounts in $ and in EUR stand in one column"
    ]


def test_another_currency_is_warned_of_and_never_converted():
    found = undressed(pd.Series(["€5", "6 €"], dtype="str"), "revenue_usd")
    assert "nothing is converted" in found.warnings[0]
    assert not undressed(pd.Series(["€5"], dtype="str"), "revenue_usd", currency="EUR").warnings


def test_percent_beside_bare_percent_is_a_question():
    found = undressed(pd.Series(["80%", "80"], dtype="str"), "fte")
    assert found.questions == [
        'fte: "80" stands beside "80%": it may be 80 percent or 8000 percent'
    ]
    assert not undressed(pd.Series(["80%", "0.8"], dtype="str"), "fte").questions


@pytest.mark.parametrize("cell", ["80 T", "\u20ac 5 USD", "12 Ft-lb", "5 EUR %", "80 SEKT"])
def test_what_no_currency_explains_is_left_for_a_finding(cell):
    values, _, issues = numbers("potential_usd", [cell, cell])
    assert np.isnan(values).all()
    assert issues


def test_a_shared_sign_fits_each_of_its_currencies():
    text = pd.Series(["$5", "$6"], dtype="str")
    assert undressed(text, "revenue_usd", currency="CAD").warnings == []
    assert undressed(text, "revenue_usd", currency="EUR").warnings == [
        "revenue_usd: amounts are written in $, the plan reckons in EUR; "
        "they are taken as they are, nothing is converted"
    ]
    both = pd.Series(["$5", "6 USD"], dtype="str")
    assert undressed(both, "revenue_usd").questions == []


def test_amounts_in_hours_are_refused_with_any_currency():
    values, _, _ = numbers("service_h", ["30 Ft", "kr 20"])
    assert np.isnan(values).all()
