"""Today's alignment reaches accounts and units by the closest row there is."""

import pandas as pd

from territory.inputs.places.today import Current


def current(accounts=None, units=None):
    def series(pairs):
        pairs = pairs or {}
        return pd.Series(
            list(pairs.values()), index=pd.Index(list(pairs), dtype="str"), dtype="str"
        )

    return Current(by_account=series(accounts), by_unit=series(units))


def frame(*rows):
    return pd.DataFrame(rows, columns=["account_id", "unit_id", "zip"]).astype("str")


def test_an_accounts_own_row_counts_before_its_units_row_and_that_before_its_zips():
    today = current({"A1": "T1"}, {"48201": "T2", "77030": "T3"})
    rows = frame(("A1", "48201", "77030"), ("A2", "48201", "77030"), ("A3", "48339", "77030"))
    assert today.of_accounts(rows).tolist() == ["T1", "T2", "T3"]


def test_split_units_inherit_from_the_unit_they_were_cut_from():
    today = current(units={"48201": "T2", "48201:77030": "T9"})
    units = ("48201:77002", "48201:77030:A-1", "48339")
    assert today.of_units(units).tolist() == ["T2", "T9", ""]


def test_without_an_alignment_nobody_has_a_territory():
    today = current()
    assert today.of_accounts(frame(("A1", "48201", ""))).tolist() == [""]
    assert today.of_units(("48201",)).tolist() == [""]
