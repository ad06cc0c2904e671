"""How many accounts have what the review asks of them is said; none at all is an error."""

import pytest

HEAD = "account_id,zip,rival\n"


@pytest.mark.parametrize(("cells", "severity", "said"), [
    (["10", "20", "30", "40"], "info", "4 of 4 accounts (100%) have a value"),
    (["10", "", "", "40"], "warning", '2 of 4 accounts (50%) have a value in column "rival"'),
    (["", "", "", ""], "error", 'no account has a value in column "rival"'),
])  # fmt: skip
def test_filled_cells_of_a_review_column_are_counted(read, cells, severity, said):
    accounts = HEAD + "".join(f"A-{at},77002,{cell}\n" for at, cell in enumerate(cells))
    found = read(accounts=accounts, keys='review.competitor_column = "rival"').audit.findings
    told = [it for it in found if it.what.startswith("review.competitor_column")]
    assert [(it.severity, said in it.what) for it in told] == [(severity, True)]
