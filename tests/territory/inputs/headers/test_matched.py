"""Headers that are missing: what was meant is named only where it is the name misspelled."""

import pandas as pd
import pytest

from territory.inputs.headers.columns import Column
from territory.inputs.headers.matched import matched_headers

PERIOD = Column(
    "period", "text", "month, quarter or year", ("date", "month", "year"), required=True
)


@pytest.mark.parametrize(
    ("header", "meant"), [("perod", True), ("Mnth", True), ("state", False), ("type", False)]
)
def test_a_header_that_is_only_a_little_like_one_name_is_not_what_was_meant(header, meant):
    found = matched_headers(
        pd.DataFrame(columns=["account_id", header], dtype="str"), (PERIOD,), {}
    )
    (note,) = [each for each in found.notes if each[1] == "missing_column"]
    assert ("did you mean" in note[-1]) == meant


@pytest.mark.parametrize("header", ["Potential %", "Potential (units)", "Potential [Stück]"])
def test_a_share_or_a_count_of_pieces_is_no_amount(header):
    column = Column("potential_usd", "number", "potential", ("potential",), required=True)
    found = matched_headers(pd.DataFrame(columns=["id", header], dtype="str"), (column,), {})
    assert not found.headers
    named = matched_headers(
        pd.DataFrame(columns=["id", header], dtype="str"), (column,), {"potential_usd": header}
    )
    assert named.headers == {"potential_usd": header}
