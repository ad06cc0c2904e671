"""A table says its currency in a header or a column: another is warned about, two are an error."""

HEAD = "account_id,zip,potential_usd,CurrencyIsoCode\n"


def test_two_currencies_in_one_table_are_an_error(texts):
    text = texts("error", accounts=f"{HEAD}A-1,77002,5,USD\nA-2,77030,6,EUR\nA-3,77030,7,usd\n")
    assert (
        "amounts in USD (2 rows) and EUR (1 row) stand in one table, "
        'by its column "CurrencyIsoCode"'
    ) in text


def test_one_other_currency_is_a_warning_and_the_own_is_none(texts):
    other = texts("warning", accounts=f"{HEAD}A-1,77002,5,EUR\nA-2,77030,6,\n")
    assert 'column "CurrencyIsoCode" says EUR, the plan reckons in USD' in other
    own = texts("warning", accounts=f"{HEAD}A-1,77002,5,USD\nA-2,77030,6,US$\n")
    assert "CurrencyIsoCode" not in own


def test_a_header_in_another_currency_is_a_warning(texts):
    text = texts("warning", accounts="account_id,zip,Potential (\u20ac)\nA-1,77002,5\n")
    assert 'header "Potential (\u20ac)" says EUR, the plan reckons in USD' in text


def test_a_column_of_other_words_is_no_column_of_codes(texts):
    text = texts("error", accounts=f"{HEAD}A-1,77002,5,cash\nA-2,77030,6,EUR\n")
    assert "stand in one table" not in text
