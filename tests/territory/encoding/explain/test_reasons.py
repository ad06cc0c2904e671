"""Why each account is where it is."""

import pytest

from territory.encoding.explain.exchange import smallest_exchange
from territory.encoding.explain.position import TERMS
from territory.encoding.explain.reasons import CODES, count_reasons, reasons


def test_every_account_has_a_code_and_a_sentence_with_both_territories(position):
    table = reasons(position)
    assert table["account_id"].tolist() == position.plan.accounts["account_id"].tolist()
    assert set(table["reason"]) <= set(CODES)
    for row in table.to_dict("records"):
        assert row["to"] in row["why"]
        assert row["why"].endswith(".")
        assert row["change_usd"] == pytest.approx(sum(row[term] for term in TERMS), abs=0.05)
    moved = table[table["moved"]]
    today = position.plan.accounts["current_territory_id"]
    changed = today.ne("") & today.ne(position.plan.accounts["territory_id"])
    assert moved["account_id"].tolist() == position.plan.accounts["account_id"][changed].tolist()
    assert (moved["other"] == moved["from"]).all()
    assert int(count_reasons(table)["accounts"].sum()) == len(table)


def test_a_pinned_account_is_there_because_of_its_rule(position):
    row = reasons(position).set_index("account_id").loc["A00"]
    assert row["reason"] == "pinned"
    assert "a rule pins it to T02" in row["why"]
    item = int(position.items.of_account[0])
    assert smallest_exchange(position, item, 0) is None
