"""Facts are read as people's systems write them; hints about them work without a scenario."""

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
