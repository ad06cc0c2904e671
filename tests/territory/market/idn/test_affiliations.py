"""Owners, purchasing groups and ties: levels, circles, second parents, systems split."""

import networkx as nx
import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from territory.inputs.findings.rows import Rows
from territory.market.idn.affiliations import idn_split, read_affiliations, systems_at_level
from tests.territory.market.companies import accounts_of, lines_of, scenario_of

TOP = scenario_of(affiliations={"level": "top"})


def table_of(*rows: tuple[str, str, str, str]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=["account_id", "idn", "gpo", "parent"], dtype="str")


def rows_of(table: pd.DataFrame) -> Rows:
    return Rows(
        table="affiliations", file="affiliations.csv", lines=np.arange(2, 2 + len(table)),
        ids=table["account_id"].tolist(),
    )  # fmt: skip


def test_an_owner_tree_has_levels_from_the_top():
    table = table_of(("A0", "Dept", "", "Division"), ("A1", "Division", "", "System"))
    found = read_affiliations(TOP, table, accounts_of(2))
    assert found.path("Dept") == ("System", "Division", "Dept")
    levels = found.levels()
    assert levels["owner"].tolist() == ["Dept", "Division", "System"]
    assert levels["level"].tolist() == [3, 2, 1]
    assert levels["n_accounts"].tolist() == [1, 1, 0]


def test_accounts_roll_up_to_the_level_that_the_scenario_asks_for():
    table = table_of(("A0", "Dept", "", "Division"), ("A1", "Division", "", "System"))
    accounts = accounts_of(3, idn=["", "", "Lone"])
    for level, expected in (
        ("top", ["System", "System", "Lone"]),
        ("direct", ["Dept", "Division", "Lone"]),
        (2, ["Division", "Division", "Lone"]),
        (7, ["Dept", "Division", "Lone"]),
    ):
        out, audit = systems_at_level(scenario_of(affiliations={"level": level}), table, accounts)
        assert out["idn"].tolist() == expected
        assert out["idn_owner"].tolist() == ["Dept", "Division", "Lone"]
        assert not audit


def test_an_account_may_own_another():
    table = table_of(("A0", "", "", "A1"), ("A1", "System", "", ""))
    out, _ = systems_at_level(TOP, table, accounts_of(2))
    assert out["idn"].tolist() == ["System", "System"]


def test_a_row_about_an_owner_says_who_is_above_it():
    table = table_of(("A0", "Division", "", ""), ("Division", "", "", "System"))
    out, audit = systems_at_level(TOP, table, accounts_of(1))
    assert out["idn"].tolist() == ["System"]
    assert not audit


def test_an_owner_that_is_its_own_parent_is_at_the_top():
    out, audit = systems_at_level(TOP, table_of(("A0", "S", "", "S")), accounts_of(1))
    assert out["idn"].tolist() == ["S"]
    assert not audit


def test_circular_ownership_is_an_error_that_shows_the_circle_and_its_first_row():
    table = table_of(("A0", "X", "", "Y"), ("A1", "Y", "", "Z"), ("A2", "Z", "", "X"))
    accounts = accounts_of(3, idn="before")
    out, audit = systems_at_level(TOP, table, accounts, rows=rows_of(table))
    assert lines_of(audit) == (
        "error: 1 of 1 row of affiliations makes ownership circular\n"
        '  affiliations.csv:2  A0  parent "Y"  (circular ownership: X → Y → Z → X)\n\n'
        "hint: empty the parent of the owner at the top"
    )
    assert out["idn"].tolist() == ["before"] * 3


def test_two_parents_are_named_and_the_first_counts():
    table = table_of(("A0", "X", "", "P"), ("A1", "X", "", "Q"))
    out, audit = systems_at_level(TOP, table, accounts_of(2), rows=rows_of(table))
    assert out["idn"].tolist() == ["P", "P"]
    assert (
        'affiliations.csv:3  A1  parent "Q"  ("X" belongs to "P" by an earlier row, which counts)'
    ) in lines_of(audit)


def test_two_owners_of_an_account_are_named_and_the_first_counts():
    table = table_of(("A0", "X", "", ""), ("A0", "Y", "", ""), ("A0", "X", "G", ""))
    out, audit = systems_at_level(TOP, table, accounts_of(1), rows=rows_of(table))
    assert out["idn"].tolist() == ["X"]
    assert 'idn "Y"  (account A0 belongs to "X" by an earlier row, which counts)' in lines_of(audit)
    assert len(audit) == 1


def test_an_owner_that_the_tree_does_not_know_is_named_with_the_name_it_may_stand_for():
    table = table_of(("A0", "North Division", "", "Mercy Health"))
    accounts = accounts_of(2, idn=["", "Mercy Heatlh"])
    _, audit = systems_at_level(TOP, table, accounts)
    assert lines_of(audit) == (
        'warning: affiliations.csv: "Mercy Heatlh", owner of 1 account (first A1), is not in the '
        "owner tree and is taken as a system of its own\n\n"
        'hint: did you mean "Mercy Health"?'
    )


def test_an_account_may_buy_through_several_groups():
    table = table_of(("A0", "", "G1", ""), ("A0", "", "G2", ""), ("A0", "X", "G2", ""))
    found = read_affiliations(TOP, table, accounts_of(2, gpo=["G1", "G3"]))
    assert sorted(map(tuple, found.memberships.to_numpy().tolist())) == [
        ("A0", "G1"), ("A0", "G2"), ("A1", "G3"),
    ]  # fmt: skip


def test_people_are_tied_to_places_and_take_the_owner_of_the_first():
    table = table_of(("A0", "System", "", ""), ("A2", "", "", "A0"), ("A2", "", "", "A1"))
    accounts = accounts_of(3, type=["hospital", "asc", "hcp"])
    found = read_affiliations(TOP, table, accounts)
    assert found.ties.to_numpy().tolist() == [["A2", "A0"], ["A2", "A1"]]
    assert found.owner.tolist() == ["System", "", "System"]
    assert not found.audit


def test_split_systems_are_counted_with_their_revenue():
    accounts = accounts_of(
        6,
        idn=["S", "S", "T", "T", "", "U"],
        territory_id=["1", "2", "1", "1", "2", ""],
        revenue_usd=[10.0, 20.0, 60.0, np.nan, 5.0, 7.0],
    )
    found = idn_split(accounts)
    assert (found.n_systems, found.n_split, found.revenue_usd) == (2, 1, 30.0)
    assert found.revenue_share == 30.0 / 90.0
    assert found.table.to_dict("records") == [
        {"idn": "S", "n_accounts": 2, "n_territories": 2, "territories": "1, 2",
         "revenue_usd": 30.0}
    ]  # fmt: skip


def test_no_system_at_all_is_no_split():
    found = idn_split(accounts_of(2, territory_id=["1", "2"]))
    assert (found.n_systems, found.n_split, found.revenue_usd, found.revenue_share) == (0, 0, 0, 0)


@settings(max_examples=60)
@given(st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), min_size=1, max_size=14))
def test_circles_are_found_exactly_where_networkx_finds_them(pairs):
    table = table_of(*((f"A{at}", f"N{a}", "", f"N{b}") for at, (a, b) in enumerate(pairs)))
    found = read_affiliations(TOP, table, accounts_of(len(pairs)))
    graph = nx.DiGraph([(a, b) for a, b in pairs if a != b])
    circles = [part for part in nx.strongly_connected_components(graph) if len(part) > 1]
    assert len(found.audit.errors) == len(circles)
    parents = {a: {b for c, b in pairs if c == a and b != a} for a, _ in pairs}
    two = sum(max(len(above) - 1, 0) for above in parents.values())
    assert sum(each.kind == "two_parents" for each in found.audit) == two
