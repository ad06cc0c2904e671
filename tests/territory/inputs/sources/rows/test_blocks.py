"""Blocks under titles are read as one table with the titles as a column, or asked about."""

import pytest

from territory.inputs.sources.open import open_table
from territory.inputs.sources.raw import Options, SourceError

KNOWN = frozenset({"customer id", "customer", "sales", "q1", "q2"})


def read(tmp_path, text):
    path = tmp_path / "t.csv"
    path.write_text(text, encoding="utf-8")
    return open_table(path, Options(known=KNOWN))


BELOW = """Sales by customer
2023
Customer ID,Customer,Sales
C1,Alpha,100
C2,Beta,200
Total,,300

2024
Customer ID,Customer,Sales
C1,Alpha,110
C2,Beta,190
Total,,300
"""
BETWEEN = """Customer ID,Customer,Sales
2023,,
C1,Alpha,100
C2,Beta,200
2024,,
C1,Alpha,110
C2,Beta,190
"""
BESIDE = """2023,,,,2024,,
Customer ID,Customer,Sales,,Customer ID,Customer,Sales
C1,Alpha,100,,C1,Alpha,110
C2,Beta,200,,C2,Beta,190
"""
YEARS_IN_HEADERS = """Sales 2023
Customer ID,Customer,Sales 2023
C1,Alpha,100
C2,Beta,200

Sales 2024
Customer ID,Customer,Sales 2024
C1,Alpha,110
C2,Beta,190
"""


@pytest.mark.parametrize("text", [BELOW, BETWEEN, BESIDE, YEARS_IN_HEADERS])
def test_years_as_blocks_are_one_table_with_a_column_of_years(tmp_path, text):
    found = read(tmp_path, text)
    assert list(found.frame) == ["Customer ID", "Customer", "Sales", "Year"]
    assert found.frame.values.tolist() == [
        ["C1", "Alpha", "100", "2023"],
        ["C2", "Beta", "200", "2023"],
        ["C1", "Alpha", "110", "2024"],
        ["C2", "Beta", "190", "2024"],
    ]
    assert any('the titles are its column "Year"' in what for *_, what, _ in found.notes)


def test_products_as_blocks_name_their_column_themselves(tmp_path):
    text = BELOW.replace("\n2023\n", "\nProduct: Hip\n").replace("\n2024\n", "\nProduct: Knee\n")
    assert read(tmp_path, text).frame["Product"].tolist() == ["Hip", "Hip", "Knee", "Knee"]


def test_a_first_block_without_a_title_is_a_question(tmp_path):
    with pytest.raises(SourceError, match=r'from line 6 on is under the title "2024"') as caught:
        read(tmp_path, BELOW.split("2023\n")[1])
    assert "above its header" in caught.value.hint


@pytest.mark.parametrize(
    "text",
    [
        BELOW.replace("\n2023\n", "\nPage 1 of 2\n").replace("\n2024\n", "\nPage 2 of 2\n"),
        BELOW.replace("\n2023\n", "\nACME\n").replace("\n2024\n", "\nACME\n"),
    ],
)
def test_pages_of_a_report_are_no_blocks(tmp_path, text):
    assert list(read(tmp_path, text).frame) == ["Customer ID", "Customer", "Sales"]


def test_a_column_that_is_there_is_not_added_again(tmp_path):
    text = BELOW.replace("Customer,Sales", "Year,Sales").replace("Alpha", "2022")
    assert read(tmp_path, text).frame["Year"].tolist() == ["2022", "Beta", "2022", "Beta"]


def test_rows_of_one_table_are_not_looked_at_one_by_one_for_a_header_again(tmp_path, monkeypatch):
    # A million full rows took 34 CPU seconds more than they should.
    from territory.inputs.sources.rows import blocks

    looked = []
    told = blocks.texts_of
    monkeypatch.setattr(blocks, "texts_of", lambda *where: looked.append(where) or told(*where))
    rows = "".join(f"C{at},Customer {at},{at}\n" for at in range(2_000))
    found = read(tmp_path, "Customer ID,Customer,Sales\n" + rows)
    assert len(found.frame) == 2_000
    assert len(looked) < 20
