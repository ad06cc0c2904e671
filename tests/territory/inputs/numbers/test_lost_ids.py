"""Ids that Excel changed are named, and nothing follows from them."""

import datetime

import openpyxl
import pytest


def book(path, ids):
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet.append(["account_id", "zip", "potential_usd"])
    for id_ in ids:
        sheet.append([id_, "77002", 5])
    workbook.save(path)


@pytest.mark.parametrize(
    ("ids", "said"),
    [
        ([datetime.datetime(2024, 3, 14), datetime.datetime(2024, 3, 15)], "a date"),
        ([900100200300400007, 900100200300500007], "a rounded number"),
        ([datetime.datetime(2024, 3, 14), "3-99"], "a date"),
    ],
)
def test_changed_ids_are_named_once_and_not_joined(texts, tmp_path, ids, said):
    book(tmp_path / "a.xlsx", ids)
    text = texts(
        "error",
        alignment="account_id,territory_id\n3-14,T1\n3-15,T2\n",
        keys='inputs.accounts = "a.xlsx"',
    )
    assert text.count("error:") == 1
    assert "that a spreadsheet changed" in text
    assert said in text


def test_numbers_of_up_to_fifteen_digits_are_whole(read, tmp_path):
    book(tmp_path / "a.xlsx", [123456789012345, 7])
    found = read(keys='inputs.accounts = "a.xlsx"')
    assert not found.audit.errors
    assert found.accounts["account_id"].tolist() == ["123456789012345", "7"]


@pytest.mark.parametrize(
    ("ids", "read_as"),
    [
        (["1234567000.0", "1234567001.0"], ["1234567000", "1234567001"]),
        (["1,234", "21,235"], ["1234", "21235"]),
        (["'A-1", "'A-2"], ["A-1", "A-2"]),
        (["17.0", "A-2"], ["17.0", "A-2"]),
        (["1.0", "1.00"], ["1.0", "1.00"]),
        (["1.234", "1.235"], ["1.234", "1.235"]),
    ],
)
def test_what_a_program_put_around_every_id_is_taken_off(read, ids, read_as):
    accounts = "account_id,zip\n" + "".join(f'"{each}",77002\n' for each in ids)
    assert sorted(read(accounts=accounts).accounts["account_id"]) == sorted(read_as)
