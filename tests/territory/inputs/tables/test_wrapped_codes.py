"""Codes as data frames, census files and spreadsheets write them, and columns that are no codes."""

import pytest

HEAD = "account_id,zip,potential_usd\n"


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("77002.0", "77002"),
        ("2138.0", "02138"),
        ("860Z200US77002", "77002"),
        ("8600000US77002", "77002"),
        ("ZCTA5 77002", "77002"),
        ("77002-", "77002"),
        ("77002 1234", "77002"),
        ("77002+1234", "77002"),
        ("77002\u20131234", "77002"),
        ("\u200b77002", "77002"),
        ("TX 77002-1234", "77002"),
        ('="02138"', "02138"),
        ("'02138", "02138"),
    ],
)
def test_a_wrapped_zip_is_read_and_said(read, cell, code):
    quoted = cell.replace('"', '""')
    found = read(accounts=f'{HEAD}A-1,"{quoted}",1\nA-2,77030,1\n')
    assert found.accounts["zip"].tolist() == [code, "77030"]
    assert not found.audit.errors
    assert found.audit.infos or found.audit.warnings or "\u200b" in cell


@pytest.mark.parametrize("cell", ["48201.0", "0500000US48201", "0500000US48201 ", "G4802010"])
def test_a_wrapped_county_code_is_read(read, cell):
    found = read(accounts=f"account_id,county_fips,potential_usd\nA-1,{cell},1\n")
    assert found.accounts["county_fips"].tolist() == ["48201"]


def test_a_column_without_any_code_is_one_error_that_offers_the_right_header(texts):
    rows = "".join(f"A-{n},Houston,7700{n},1\n" for n in range(2, 8))
    text = texts("error", accounts=f"account_id,zip,Plz,potential_usd\n{rows}")
    assert text == (
        'error: accounts.csv: no cell of column "zip" can be used: 6 × ZIP codes have five digits, '
        'as in "Houston" on line 2\n\n'
        'hint: column "Plz" can be read as zip (6 cells): write columns = {zip = "Plz"} for '
        "accounts under [inputs]"
    )


def test_lost_zeros_of_a_whole_column_offer_the_repair(texts):
    rows = "".join(f"A-{n},210{n},1\n" for n in (8, 9, 10, 11))
    text = texts("error", accounts=HEAD + rows.replace("210", "21"))
    assert text.count("error:") == 1
    assert "write repair = true for accounts under [inputs]" in text


def test_nothing_follows_from_a_column_that_is_asked_about(texts):
    text = texts(
        "error",
        accounts="account_id,Zip Code,Postal Code,potential_usd\nA-1,77002,77030,1\n",
    )
    assert text.count("error:") == 1


def test_columns_with_the_same_cells_are_no_question(read):
    found = read(accounts="account_id,Zip Code,Postal Code,potential_usd\nA-1,77002,77002,1\n")
    assert not found.audit.errors
    assert found.accounts["zip"].tolist() == ["77002"]


def test_one_header_may_serve_two_columns(read, tmp_path):
    (tmp_path / "a.csv").write_text("account_id,where,potential_usd\nA-1,77002,1\n")
    found = read(
        keys='inputs.accounts = {file = "a.csv", columns = {zip = "where", unit_id = "where"}}'
    )
    assert found.accounts[["zip", "unit_id"]].iloc[0].tolist() == ["77002", "77002"]


def test_marks_of_thousands_and_decimal_commas_in_codes_are_left_out(read):
    rows = "A-1;77,002;1\nA-2;77.030;1\nA-3;2138,00;1\n"
    found = read(accounts=f"account_id;zip;potential_usd\n{rows}")
    assert found.accounts["zip"].tolist() == ["77002", "77030", "02138"]
    assert not found.audit.errors
