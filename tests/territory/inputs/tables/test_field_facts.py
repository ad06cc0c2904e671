"""Facts are read as people's systems write them; hints about them work without a scenario."""

import pandas as pd

from territory.inputs.tables.field_facts import read_fact_table


def read(folder, text, table="actuals", **options):
    path = folder / "facts.csv"
    path.write_text(text, encoding="utf-8")
    return read_fact_table(path, table, **options)


def test_a_ledger_in_german_is_read(tmp_path):
    text = "Debitor;Buchungsmonat;Nettobetrag;W\u00e4hrung\n0001;11.2025;1.250,50;EUR\n"
    found = read(tmp_path, text, currency="EUR")
    row = found.frame.iloc[0]
    assert (row["account_id"], row["period"], row["revenue_usd"]) == ("0001", "2025-11", 1250.5)
    assert row["currency"] == "EUR"
    assert not [each for each in found.findings if each.severity == "error"]


def test_a_hint_names_what_can_be_done_in_the_file(tmp_path):
    found = read(tmp_path, "account_id,perod,revenue_usd\nA,2025-11,5\n")
    hints = [each.repair for each in found.findings if each.severity == "error"]
    assert hints == ['did you mean "perod"? Call that column period in the file']
    found = read(tmp_path, "account_id,x,revenue_usd\nA,2025-11,5\n")
    hints = [each.repair for each in found.findings if each.severity == "error"]
    assert hints == ["Call the column that holds it period in the file"]


def test_fiscal_months_need_the_month_in_which_fiscal_years_begin(tmp_path):
    text = "Account Number,Fiscal Period,Net Sales,Qty\nA,P01 FY2025,5,1\n"
    found = read(tmp_path, text, fiscal_start=10)
    assert found.frame.loc[0, "period"] == "2024-10"
    (asked,) = (each for each in read(tmp_path, text).findings if each.severity == "error")
    assert asked.repair.startswith("write fiscal_start_month = 10 (or another) for the history")


def test_deals_in_german_are_read(tmp_path):
    text = "Kundennr.;Er\u00f6ffnet;Abgeschlossen;Phase;Betrag\nA;16.07.2025;;Offen;1.250,50\n"
    row = read(tmp_path, text, table="opportunities").frame.iloc[0]
    assert (row["opened"], row["status"], row["amount_usd"]) == ("16.07.2025", "Offen", 1250.5)


def book(folder, sheets):
    path = folder / "facts.xlsx"
    with pd.ExcelWriter(path) as writer:
        for name, rows in sheets.items():
            frame = pd.DataFrame(rows, columns=["Account", "Month", "Sales ($)"])
            frame.to_excel(writer, sheet_name=name, index=False)
    return read_fact_table(path, "actuals")


def test_a_sheet_for_each_quarter_is_one_table_of_months(tmp_path):
    first = [("A", "2025-01", 5.0), ("B", "2025-03", 6.0)]
    found = book(tmp_path, {"Q1 2025": first, "Q2 2025": [("A", "2025-04", 7.0)]})
    assert found.frame["period"].tolist() == ["2025-01", "2025-03", "2025-04"]
    assert any("were read one under the other" in each.what for each in found.findings)


def test_sheets_that_repeat_rows_are_not_counted_twice(tmp_path):
    rows = [("A", "2025-01", 5.0), ("B", "2025-03", 6.0)]
    found = book(tmp_path, {"All": rows, "Q1 2025": rows[:1]})
    assert found.frame["revenue_usd"].sum() == 11.0
    assert any("could be meant" in each.what for each in found.findings)


def test_calls_made_and_mergers_are_read_by_the_words_of_other_systems(tmp_path):
    text = "Customer No;Month;Visits made;Driving hours\nA;2025-11;3;1,5\n"
    row = read(tmp_path, text, table="calls").frame.iloc[0]
    assert (row["n_calls"], row["travel_h"]) == (3.0, 1.5)
    text = "Customer No;Merged Into;Utilisation\nA;B;0,45\n"
    row = read(tmp_path, text, table="accounts", numbers=("Utilisation",)).frame.iloc[0]
    assert (row["merged_into"], row["Utilisation"]) == ("B", 0.45)
