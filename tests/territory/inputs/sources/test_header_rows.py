"""The words of a header may stand in two rows, and units or labels below it are no data."""

import numpy as np
import pytest

from territory.inputs.sources.header_rows import header_at, header_names
from territory.inputs.sources.names import plain_name

KNOWN = frozenset(
    map(plain_name, ("account id", "account name", "zip code", "service hours", "calls", "revenue"))
)
DATA = ["A-1", "Clinic", "77002", "12.5", "6", "900"]
FULL = ["Account ID", "Account Name", "Zip Code", "Service Hours", "Calls", "Revenue"]


def found(*rows):
    head = [*map(list, rows), DATA, DATA]
    filled = np.asarray([sum(bool(cell) for cell in row) for row in head])
    at = header_at(head, filled, KNOWN)
    header = header_names(head, at, KNOWN)
    return header, len(head) - 2 - (at - header.above) - 1 - header.above - header.below


def test_words_cut_over_two_rows_are_put_together():
    upper = ["Account", "Account", "Zip", "Service", "Calls", "Revenue"]
    header, left = found(upper, ["ID", "Name", "Code", "Hours", "", "USD"])
    assert header.names == FULL
    assert (header.what, left) == ("its second row", 0)


def test_a_group_over_several_columns_is_put_before_each():
    header, _ = found(["Account", "", "Zip", "Service", "", ""], ["ID", "Name", "Code", "Hours",
                      "Calls", "Revenue"])  # fmt: skip
    assert header.names[:4] == FULL[:4]


@pytest.mark.parametrize("units", [
    ["", "", "", "(h/yr)", "(no.)", "(USD)"],
    ["text", "text", "text", "h", "#", "USD"],
])  # fmt: skip
def test_a_row_of_units_is_no_data(units):
    header, left = found(FULL, units)
    assert (header.names, header.what, left) == (FULL, "units", 0)


def test_units_that_change_a_number_go_into_its_header():
    header, _ = found(FULL, ["", "", "", "h", "per quarter", "$K"])
    assert header.names[3:] == ["Service Hours", "Calls (per quarter)", "Revenue ($K)"]


def test_labels_under_names_of_a_system_are_no_data():
    header, left = found(["Account_ID__c", "Account_Name__c", "Zip_Code__c", "x", "y", "z"], FULL)
    assert (header.names, left) == (FULL, 0)
    header, left = found(FULL, [name.upper() for name in FULL])
    assert (header.what, left) == ("labels", 0)


def test_the_first_row_of_data_is_never_taken_for_a_header():
    header, _ = found(FULL)
    assert (header.names, header.below, header.above) == (FULL, 0, 0)
    header, _ = found(FULL, ["A-0", "Calls", "77001", "", "", ""])
    assert header.below == 0


def test_words_cut_over_three_rows_and_units_below_two_are_put_together():
    rows = [
        ["Account", "ZIP", "Calls", "Annual"],
        ["Number", "Code", "per", "Potential"],
        ["", "", "Year", "USD"],
        ["A-1", "77002", "4", "5000"],
    ]
    known = frozenset({"accountnumber", "zipcode", "callsperyear", "annualpotential"})
    found = header_names(rows, 0, known)
    assert found.names[:3] == ["Account Number", "ZIP Code", "Calls per Year"]
    assert found.below == 2
    units = [rows[0], rows[1], ["text", "5 char", "n/yr", "USD"], rows[3]]
    found = header_names(units, 0, known)
    assert (found.below, found.what) == (2, "units")
