"""Why each account is where it is."""

import numpy as np
import pytest

import territory
from territory.encoding.explain.exchange import smallest_exchange
from territory.encoding.explain.position import TERMS, open_position
from territory.encoding.explain.reasons import CODES, breaches, count_reasons, reasons
from territory.encoding.explain.relax import binding_rules
from territory.inputs.scenario.scenario import read_scenario
from tests.territory.call import call
from tests.territory.worlds import TWO_SIDES, grid_scenario


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


WIDE = "[measures.potential_usd]\ntolerance = 0.5\n[measures.workload_h]\ntolerance = 0.5\n"
KEPT = """[rules]
max_moved_workload = 0.5
[[rules.keep]]
accounts = ["A03"]
until = "2027-09-30"
why = "tender under way"
[[rules.keep]]
accounts = ["A03", "A13"]
[rollout]
go_live = "2027-02-01"
"""


def test_a_rule_that_leaves_an_account_is_named_with_its_day_and_why(tmp_path):
    """It was called a pin, which nobody finds in the scenario; check did not name it."""
    path = grid_scenario(tmp_path, columns=6, alignment=TWO_SIDES, extra=WIDE + KEPT)
    rows = reasons(territory.design(read_scenario(path))).set_index("account_id")
    assert rows.loc[["A03", "A13"], "reason"].tolist() == ["kept", "kept"]
    assert "a rule leaves it with T02 until 2027-09-30 (tender under way)" in rows.at["A03", "why"]
    assert rows.at["A13", "why"].endswith("a rule leaves it with T02.")
    _, out, _ = call("check", path)
    assert (
        "at most 50.0 % of the workload moved; 2 accounts left with their territory of today, some "
        "until 2027-09-30 or later"
    ) in " ".join(out.split())


def test_a_cap_counts_what_has_to_change_hands_as_the_planner_does(tmp_path):
    """B00 is another rep's than its unit today: 1 of the 1 that may; "1 would … at most 0 may"."""
    today = [{**row, "territory_id": "T01" if row["account_id"][2] < "3" else "T02"}
             for row in TWO_SIDES]  # fmt: skip
    today.append({"account_id": "B00", "territory_id": "T02"})
    path = grid_scenario(
        tmp_path, columns=6, alignment=today, extra=WIDE + "[rules]\nmax_moved_accounts = 1\n"
    )
    table = (tmp_path / "accounts.csv").read_text().splitlines()
    (tmp_path / "accounts.csv").write_text("\n".join([*table, table[1].replace("A00", "B00")]))
    plan = territory.design(read_scenario(path))
    position = open_position(plan)
    (cap,) = position.caps
    assert (cap.what, cap.cap, cap.forced) == ("accounts", 1.0, 1.0)
    row = position.priced(np.array([2]), np.array([1]))
    (said,) = (each for each in breaches(position, row, 0) if each.code == "moves")
    assert (said.value, said.limit) == (2.0, 1.0)
    assert said.words == "2 accounts would change hands in all, where at most 1 may"
    (bound,) = (each for each in binding_rules(position, 0) if each.rule == "moves")
    assert bound.words == "1 accounts change hands in the plan, where at most 1 may"
