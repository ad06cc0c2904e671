"""Accounts without a column of sales have those of the history's last year."""

ACCOUNTS = "account_id,zip,potential_usd{}\nA-1,77002,5{}\nA-2,77030,6{}\nA-3,77030,7{}\n"
MONTHS = [f"{year}-{month:02d}" for year in (2023, 2024) for month in range(1, 13)]


def history(periods):
    rows = "".join(f"A-1,{period},10\nA-2,{period},-1\n" for period in periods)
    return f"account_id,period,revenue_usd\n{rows}"


def test_the_last_twelve_months_are_summed_and_said(read):
    found = read(accounts=ACCOUNTS.format("", "", "", ""), history=history(MONTHS))
    assert found.accounts["revenue_usd"].tolist() == [120.0, -12.0, 0.0]
    said = [each for each in found.audit.findings if each.kind == "revenue_of_history"]
    assert said[0].severity == "info"
    assert said[0].what.startswith("revenue_usd of 2 accounts is the sum of the last year of it")


def test_less_than_a_year_is_warned_about(read):
    found = read(accounts=ACCOUNTS.format("", "", "", ""), history=history(MONTHS[:9]))
    assert found.accounts["revenue_usd"].tolist() == [90.0, -9.0, 0.0]
    assert "last 9 months" in found.audit.messages("warning")[-1].text()


def test_a_column_of_sales_stays_as_it_is(read):
    accounts = ACCOUNTS.format(",revenue_usd", ",4", ",", ",")
    found = read(accounts=accounts, history=history(MONTHS))
    assert found.accounts["revenue_usd"].iloc[0] == 4.0
    assert found.accounts["revenue_usd"].isna().sum() == 2


def test_what_a_customer_earns_gives_way_to_what_it_buys(read):
    accounts = ACCOUNTS.format(",Annual Revenue", ",900000", ",800000", ",1")
    found = read(accounts=accounts, history=history(MONTHS))
    assert found.accounts["revenue_usd"].tolist() == [120.0, -12.0, 0.0]
    assert not [each for each in found.audit.warnings if "Annual Revenue" in each.what]


def test_sales_reach_their_accounts_by_another_column_of_ids(read):
    accounts = "account_id,zip,potential_usd,Account Number\nG-7a,77002,5,A-1\n"
    accounts += "G-7b,77030,6,A-2\nG-7c,77030,7,\n"
    found = read(accounts=accounts, history=history(MONTHS))
    assert found.accounts["revenue_usd"].tolist() == [120.0, -12.0, 0.0]
    said = [each.what for each in found.audit.infos if each.kind == "joined"]
    assert 'found their account by its column "Account Number", which holds these ids' in said[0]
