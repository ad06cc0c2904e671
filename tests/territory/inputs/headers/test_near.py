"""Headers that could be meant are offered where nothing was read; none is guessed."""


def test_sales_that_were_not_taken_for_revenue_are_named(texts):
    text = texts("warning", accounts="account_id,zip,Revenue YTD,Sales Rep\nA,77002,500,Ann\n")
    assert 'no column was read as revenue_usd, and "Revenue YTD" could be it' in text
    assert 'columns = {revenue_usd = "Revenue YTD"}' in text
    assert "Sales Rep" not in text


def test_a_missing_column_offers_the_header_that_speaks_of_it(texts):
    text = texts("error", defaults="", accounts="account_id,zip,Monthly Potential\nA,77002,500\n")
    assert 'columns = {potential_usd = "Monthly Potential"}' in text


def test_nothing_is_offered_where_sales_were_read(texts):
    text = texts("warning", accounts="account_id,zip,revenue,Revenue PY\nA,77002,5,4\n")
    assert "no column was read" not in text
