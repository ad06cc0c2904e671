"""Reasons, and prices of alternatives, on a grid of twelve units, against the referee."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import solvers
import territory
from territory.encoding.explain.answer import explain_item
from territory.encoding.explain.column import with_known_reasons
from territory.encoding.explain.exchange import smallest_exchange
from territory.encoding.explain.lookup import find_subject
from territory.encoding.explain.position import TERMS, Position, open_position
from territory.encoding.explain.reasons import CODES, breaches, count_reasons, reasons
from territory.encoding.explain.relax import binding_rules, relaxed
from territory.errors import InputError
from territory.inputs.cells import write_table
from territory.inputs.scenario.scenario import read_scenario
from territory.publish.folder import read_plan
from tests.check_reasons import check
from tests.territory.worlds import grid_scenario

TODAY = [
    {"account_id": f"A{r}{c}", "territory_id": "T02" if c > 1 or (r, c) == (0, 0) else "T01"}
    for r in (0, 1)
    for c in range(6)
]
RULES = """
[rules]
pinned = [{territory = "T02", accounts = ["A00"]}]
radius_km = 200
[objective]
border_usd_km = 3.0
"""


@pytest.fixture(scope="module")
def plan(tmp_path_factory):
    """Two territories of six units; A00 is pinned to the far one and so a named account."""
    folder = tmp_path_factory.mktemp("grid")
    path = grid_scenario(folder, columns=6, alignment=TODAY, extra=RULES)
    made = territory.design(read_scenario(path))
    return read_plan(made.save(folder / "plan"))


@pytest.fixture(scope="module")
def position(plan):
    return open_position(plan)


def test_the_saved_accounts_say_what_explain_says(plan, position):
    told = reasons(position)
    assert plan.accounts["reason"].tolist() == told["reason"].tolist()
    assert plan.accounts["why"].tolist() == told["why"].tolist()
    assert plan.accounts.set_index("account_id").loc["A00", "reason"] == "pinned"


def test_a_stranger_gets_the_same_numbers_from_the_plans_files(plan, position, tmp_path):
    folder = plan_files(plan, tmp_path / "plan")
    write_table(reasons(position), folder / "reasons.csv")
    assert check(folder) == []
    text = (folder / "reasons.csv").read_text()
    assert ",true," in text
    (folder / "reasons.csv").write_text(text.replace("A11", "A12"))
    assert any("accounts are not those" in line for line in check(folder))


@pytest.mark.parametrize("column", ["travel_usd", "handover_usd", "border_usd", "limit", "value"])
def test_a_stranger_finds_a_number_that_is_wrong(plan, position, tmp_path, column):
    table = reasons(position)
    known = table[table["other"].ne("") & table[column].notna() & table[column].ne(0)]
    assert len(known)
    table.loc[known.index[0], column] += 250.0
    folder = plan_files(plan, tmp_path / "plan")
    write_table(table, folder / "reasons.csv")
    assert check(folder) != []


def plan_files(plan, folder):
    folder.mkdir()
    for name in ("accounts", "alignment", "territories", "adjacency"):
        write_table(getattr(plan, name), folder / f"{name}.csv")
    (folder / "plan.json").write_text(plan.record.to_json(), encoding="utf-8")
    return folder


def test_a_plan_that_cannot_be_opened_again_says_nothing_of_its_reasons(plan):
    accounts = plan.accounts.drop(columns=["reason", "why"])
    old = replace(plan, accounts=accounts, record=plan.record.but(keys=None))
    assert set(with_known_reasons(old).accounts["why"]) == {""}
    young = replace(plan, accounts=accounts)
    assert with_known_reasons(young).accounts["why"].tolist() == plan.accounts["why"].tolist()


@settings(max_examples=40)
@given(st.data())
def test_what_a_move_is_said_to_cost_is_the_difference_of_two_full_judgements(position, data):
    problem = position.encoding.problem
    label = np.array(data.draw(st.lists(st.integers(0, 1), min_size=problem.n, max_size=problem.n)))
    other = Position.__new__(Position)
    other.__dict__.update(position.__dict__)
    other.assignment = label.astype(np.int32)
    other.table = type(position.table)(problem, other.assignment)
    units = np.arange(problem.n)
    priced = other.priced(units, 1 - label)
    before = solvers.evaluate(problem, other.assignment)
    for unit in range(problem.n):
        after_label = other.assignment.copy()
        after_label[unit] = 1 - after_label[unit]
        after = solvers.evaluate(problem, after_label)
        said = priced.terms[unit]
        change = other.objective(after_label) - other.objective(other.assignment)
        assert said.sum() == pytest.approx(change)
        if other.accounts_of[unit].size:
            assert said[:3].sum() == pytest.approx(after.terms["cost"] - before.terms["cost"])
        assert said[3] == pytest.approx(after.terms["splits"] - before.terms["splits"])
        assert said[4] == pytest.approx(after.terms["borders"] - before.terms["borders"])
        named = breaches(other, priced, unit)
        if not named:
            new = {(e.rule, e.territory, e.measure) for e in after.violations}
            assert new <= {(e.rule, e.territory, e.measure) for e in before.violations}
        for each in named:
            if each.code == "balance":
                measure = each.rule.split()[1]
                t = position.number[each.rule.split()[2]]
                column = position.case.measures.index(measure)
                assert each.value == pytest.approx(after.loads[t, column])
                limits = (after.lower[t, column], after.upper[t, column])
                assert any(each.limit == pytest.approx(limit) for limit in limits)


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


def test_an_exchange_that_is_named_breaks_no_rule_and_costs_what_it_says(position):
    problem = position.encoding.problem
    found = 0
    for item in range(12):
        to = 1 - int(position.assignment[item])
        exchange = smallest_exchange(position, item, to)
        if exchange is None:
            continue
        found += 1
        label = position.assignment.copy()
        for unit, t in exchange.moves:
            label[unit] = t
        judged = solvers.evaluate(problem, label)
        assert label[item] == to
        assert judged.feasible
        change = position.objective(label) - position.objective(position.assignment)
        assert exchange.change_usd == pytest.approx(change)
    assert found > 0


def test_the_answer_for_a_unit_lists_every_other_territory(position):
    answer = explain_item(position, 3)
    assert answer.name == position.case.unit_ids[3]
    assert len(answer.alternatives) == 1
    assert answer.second == answer.alternatives["territory_id"].iloc[0]
    assert answer.words


def test_a_band_at_its_edge_binds_and_is_solved_again_with_a_point_more(tmp_path):
    tight = "[measures.potential_usd]\ntolerance = 0.0\n[measures.workload_h]\ntolerance = 0.3\n"
    path = grid_scenario(tmp_path, columns=6, extra=tight)
    made = territory.design(read_scenario(path))
    position = open_position(read_plan(made.save(tmp_path / "plan")))
    rules = {each.rule for each in binding_rules(position, 0)}
    assert "balance potential_usd" in rules
    table = relaxed(position, 0)
    assert set(table["rule"]) == rules | ({"balance potential_usd"} & rules)
    assert (table["saves_usd"] >= 0).all()


def test_ids_are_found_and_unknown_ones_meet_their_neighbours(plan):
    assert find_subject(plan, "a00").name == "A00"
    assert find_subject(plan, "U00").kind == "unit"
    assert find_subject(plan, "T01").kind == "territory"
    with pytest.raises(InputError, match='"A05x" is no account, unit or territory') as caught:
        find_subject(plan, "A05x")
    assert 'like "A' in str(caught.value)
