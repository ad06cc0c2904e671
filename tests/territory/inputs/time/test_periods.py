"""Periods in any common spelling become one that sorts in time, or a question."""

import pytest

from territory.inputs.time.days import read_days
from territory.inputs.time.periods import months_of, read_periods


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2024-Q3", "2024-Q3"),
        ("Q1 2023", "2023-Q1"),
        ("Q1/2023", "2023-Q1"),
        ("1Q23", "2023-Q1"),
        ("Q4'22", "2022-Q4"),
        ("Jan 2024", "2024-01"),
        ("Sept. 2024", "2024-09"),
        ("Jan-24", "2024-01"),
        ("März 2024", "2024-03"),
        ("2024/08", "2024-08"),
        ("202408", "2024-08"),
        ("08/2024", "2024-08"),
        ("2024-08-31", "2024-08"),
        ("2024-08-31 00:00:00", "2024-08"),
        ("14-Mar-25", "2025-03"),
        ("31.12.2023", "2023-12"),
        ("12/31/2023", "2023-12"),
        ("44927", "2023-01"),
        ("2024", "2024"),
        ("2024.0", "2024"),
        ("H1 2024", "2024-01/6"),
        ("2H23", "2023-07/6"),
        ("T1 2023", "2023-Q1"),
        ("2e trimestre 2023", "2023-Q2"),
        ("Apr-Jun 2024", "2024-Q2"),
        ("2024年1月", "2024-01"),
        ("févr. 2024", "2024-02"),
        ("gennaio 2024", "2024-01"),
        ("maart 2024", "2024-03"),
        ("dezembro 2024", "2024-12"),
    ],
)
def test_a_period_is_read_in_one_spelling(written, read):
    found = read_periods([written])
    assert found.by_text == {written: read}
    assert months_of(read)


@pytest.mark.parametrize(
    "written", ["last year", "2024-13", "Q5 2024", "", "Total", "H3 2024", "T124", "Mar-Jan 24"]
)
def test_what_is_no_period_stays_out(written):
    found = read_periods([written])
    assert not found.by_text
    assert not found.questions


def test_the_whole_column_tells_days_from_months():
    days = [f"01/{month:02d}/2023" for month in range(1, 13)]
    assert sorted(read_periods(days).by_text.values())[3] == "2023-04"
    months = [f"{month}/1/2024" for month in range(1, 13)]
    assert read_periods(months).by_text["4/1/2024"] == "2024-04"
    both = ["3/4/2024", "5/6/2024"]
    assert "may be 2024-04-03 or 2024-03-04" in read_periods(both).questions[0][0]
    assert read_periods(both, order="day first").by_text["3/4/2024"] == "2024-04"


def test_an_unpadded_month_is_told_from_a_quarter():
    assert read_periods([f"2024-{n}" for n in range(1, 13)]).by_text["2024-2"] == "2024-02"
    assert "may be month 1 or quarter 1" in read_periods(["2024-1", "2024-3"]).questions[0][0]


def test_fiscal_periods_need_their_first_month():
    assert "fiscal" in read_periods(["FY2024"]).questions[0][0]
    found = read_periods(["FY2024", "FY24 Q1", "Q3 FY2024", "2024-05"], fiscal_start=10).by_text
    assert found == {
        "FY2024": "2023-10/12",
        "FY24 Q1": "2023-Q4",
        "Q3 FY2024": "2024-Q2",
        "2024-05": "2024-05",
    }
    assert read_periods(["Q1 2024"], fiscal_start=2).by_text == {"Q1 2024": "2023-02/3"}


@pytest.mark.parametrize("written", ["P03 2023", "2023-P03", "FY23 P3", "003.2023"])
def test_a_posting_period_needs_the_first_month_of_fiscal_years(written):
    assert read_periods([written]).questions
    assert read_periods([written], fiscal_start=10).by_text == {written: "2022-12"}


def test_days_that_do_not_exist_are_no_days():
    assert not read_days(["2024-02-30", "31/04/2024", "99999"]).by_text
    # Neither order makes a day of it, and it tells neither of the others.
    found = read_days(["32.13.2025", "31.08.2025"])
    assert (list(found.by_text), found.question) == (["31.08.2025"], "")
    assert read_days(["32.13.2025"]).question == ""


HEAD = "account_id,zip,potential_usd\n"
ACCOUNTS = HEAD + "A-1,77002,1\nA-2,77003,1\n"


def test_a_year_beside_its_quarters_is_refused(texts):
    history = "account_id,period,revenue_usd\nA-1,2023,4\nA-1,Q1 2023,1\nA-2,2023,4\n"
    text = texts("error", accounts=ACCOUNTS, history=history)
    assert (
        "sales of 1 account would count twice: there are those of 2023 and those of 2023-Q1" in text
    )


def test_years_of_one_account_and_quarters_of_another_do_not_overlap(read):
    history = "account_id,period,revenue_usd\nA-1,2023,4\nA-2,Q1 2023,1\n"
    assert not read(accounts=ACCOUNTS, history=history).audit.errors


def test_credits_are_normal_in_history_and_revenue(read):
    found = read(
        accounts="account_id,zip,potential_usd,revenue_usd\nA-1,77002,1,-1250\n",
        history="account_id,period,revenue_usd\nA-1,2023,(400)\n",
    )
    assert not found.audit.errors
    assert found.accounts["revenue_usd"].tolist() == [-1250]
    assert found.history["revenue_usd"].tolist() == [-400]


def test_the_alignment_in_force_counts(read, tmp_path):
    alignment = (
        "account_id,territory_id,Start Date,End Date\n"
        "A-1,T1,1/31/2024,12/31/2024\nA-1,T2,1/1/2025,\nA-2,T1,1/1/2024,\n"
    )
    found = read(accounts=ACCOUNTS, alignment=alignment)
    assert not found.audit.errors
    assert found.alignment["territory_id"].tolist() == ["T2", "T1"]
    (tmp_path / "x.csv").write_text(alignment)
    earlier = read(
        accounts=ACCOUNTS,
        keys='inputs.alignment = {file = "x.csv", as_of = 2024-06-01}',
    )
    assert earlier.alignment["territory_id"].tolist() == ["T1", "T1"]


FUTURE = (
    "account_id,territory_id,start_date,end_date\n"
    "A-1,T1,2024-01-01,2998-12-31\nA-1,T2,2999-01-01,\nA-2,T1,2024-01-01,\n"
)


def test_rows_that_begin_in_the_future_are_a_question_and_named(texts):
    text = texts("error", accounts=ACCOUNTS, alignment=FUTURE)
    assert '1 row begins (on 2999-01-01: "A-1", "T2"), after today: which alignment' in text
    assert "or as_of = 2999-01-01 for what will be in force then" in text


@pytest.mark.parametrize(
    ("day", "wanted", "said"),
    [("2026-01-01", ["T1", "T1"], '(on 2999-01-01: "A-1", "T2") after 2026-01-01; left out'),
     ("2999-01-01", ["T2", "T1"], "")],
)  # fmt: skip
def test_the_day_that_is_written_decides_which_rows_are_in_force(read, tmp_path, day, wanted, said):
    (tmp_path / "x.csv").write_text(FUTURE)
    keys = f'inputs.alignment = {{file = "x.csv", as_of = {day}}}'
    found = read(accounts=ACCOUNTS, keys=keys)
    assert not found.audit.errors
    assert found.alignment["territory_id"].tolist() == wanted
    assert said in str(found.audit.messages("warning"))


def test_rows_that_ended_since_the_latest_start_are_said(texts):
    alignment = (
        "account_id,territory_id,start_date,end_date\nA-1,T1,2020-01-01,2021-05-31\n"
        "A-2,T1,2020-01-01,\n"
    )
    text = texts("warning", accounts=ACCOUNTS, alignment=alignment)
    assert "1 row in force on 2020-01-01, the latest start, ended before today" in text


def test_an_overlay_gives_way_to_the_role_that_sells(read):
    alignment = (
        "account_id,territory_id,role\nA-1,T1,Sales\nA-1,T9,Specialist overlay\nA-2,T9,KAM\n"
    )
    found = read(accounts=ACCOUNTS, alignment=alignment)
    assert not found.audit.errors
    assert found.alignment["territory_id"].tolist() == ["T1", "T9"]
    assert "1 row with the role" in str(found.audit.messages("warning"))


@pytest.mark.parametrize(
    ("header", "plain", "other"),
    [
        ("is primary", "TRUE", "FALSE"),
        ("assignment type", "P", "S"),
        ("team", "Core", "Specialist"),
        ("status", "Active", "Inactive"),
    ],
)
def test_a_flag_or_status_tells_the_row_that_sells(read, header, plain, other):
    rows = f"A-1,T1,{plain}\nA-1,T9,{other}\nA-2,T9,{other}\n"
    found = read(accounts=ACCOUNTS, alignment=f"account_id,territory_id,{header}\n{rows}")
    assert not found.audit.errors
    assert found.alignment["territory_id"].tolist() == ["T1", "T9"]


def test_a_year_of_another_calendar_is_a_question():
    found = read_periods(["2567-01", "2567-02"])
    assert found.questions == [
        ('"2567-01" is in the year 2567, in the Buddhist calendar 2024', "write 2024 for 2567")
    ]


def test_months_by_number_are_months():
    assert read_periods(["2024M01", "M12 2024"]).by_text == {
        "2024M01": "2024-01",
        "M12 2024": "2024-12",
    }
