"""Currencies are known by their codes, signs and short words, in cells and in headers."""

import re

import pytest

from territory.inputs.numbers.currencies import CODES, CURRENCY, code_of, fits, sign_in


@pytest.mark.parametrize(
    ("written", "code"),
    [("Fr.", "CHF"), ("CA$", "CAD"), ("Euro", "EUR"), ("kr", "kr"), ("KR.", "kr"), ("sek", "SEK")],
)
def test_each_spelling_has_one_code(written, code):
    assert re.fullmatch(CURRENCY, written, re.IGNORECASE)
    assert code_of(written) == code


def test_every_code_fits_itself_and_no_other():
    assert all(fits(code, code) for code in CODES)
    assert not fits("EUR", "USD")
    assert not fits("$", "EUR")


@pytest.mark.parametrize("word", ["SEKT", "europe", "Kreis", "Ftp", "audio"])
def test_a_word_that_begins_like_a_currency_is_none(word):
    assert re.fullmatch(CURRENCY, word, re.IGNORECASE) is None
    assert re.match(CURRENCY, word, re.IGNORECASE) is None


@pytest.mark.parametrize(
    ("header", "code"),
    [
        *(("Umsatz 2024 EUR", "EUR"), ("Potential (T\u20ac)", "EUR"), ("Umsatz in TEUR", "EUR")),
        *(("Sales MUSD", "USD"), ("C$ sales", "CAD"), ("Potential ($K)", "$"), ("Revenue", "")),
    ],
)
def test_a_header_names_the_currency_of_its_amounts(header, code):
    assert sign_in(header) == code
