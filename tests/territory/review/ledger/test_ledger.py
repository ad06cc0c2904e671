"""What the ledger says of a move is what judging the whole plan anew says."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import solvers
import territory
from territory.encoding.desk.desk import Desk, desk_of
from territory.encoding.desk.named import Move
from territory.encoding.encode import encode
from territory.encoding.reopen import reopened
from territory.errors import InputError
from territory.inputs.scenario.scenario import read_scenario
from territory.publish.folder import read_plan
from territory.review.ledger.ledger import ledger_of
from tests.territory.worlds import grid_scenario

TODAY = [
    {"account_id": f"A{r}{c}", "territory_id": "T02" if c > 1 else "T01"}
    for r in (0, 1)
    for c in range(6)
]
EXTRA = """
[rules]
pinned = [{territory = "T01", units = ["U00"]}]
forbidden = [{territory = "T02", accounts = ["A01"]}]
max_moved_accounts = 6
[objective]
border_usd_km = 3.0
idn_split_usd = 100.0
"""


@pytest.fixture(scope="module")
def plan(tmp_path_factory):
    folder = tmp_path_factory.mktemp("grid")
    path = grid_scenario(folder, columns=6, alignment=TODAY, extra=EXTRA)
    text = (folder / "accounts.csv").read_text().splitlines()
    for at in (1, 2, 3, 8):
        text[at] = text[at].replace(",,B", ",North,B")
    (folder / "accounts.csv").write_text("\n".join(text) + "\n")
    made = territory.design(read_scenario(path).with_overrides(effort="normal"))
    return read_plan(made.save(folder / "plan"))


def figures(ledger, territory_id):
    rows = ledger.territories[ledger.territories["territory_id"] == territory_id]
    return rows.set_index("figure")


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_the_moved_plan_is_the_problem_judged_anew_under_every_rule(plan, data):
    names = [*plan.alignment["unit_id"], *plan.accounts["account_id"]]
    chosen = data.draw(st.lists(st.sampled_from(names), min_size=1, max_size=4, unique=True))
    moves = [Move(to=data.draw(st.sampled_from(["T01", "T02"])), what=(each,)) for each in chosen]
    try:
        ledger = ledger_of(plan, moves, tours=False)
    except InputError as error:
        assert "nothing would change" in str(error)
        return
    again = reopened(ledger.after)
    encoding = encode(again.case, again.roads)
    judged = solvers.evaluate(encoding.problem, again.assignment)
    cost = ledger.plan.set_index("figure")["after"]
    assert judged.terms["splits"] == pytest.approx(cost["idn_split_usd"], abs=0.02)
    assert judged.terms["borders"] == pytest.approx(cost["border_usd"], abs=0.02)
    paid = cost["travel_usd"] + cost["nights_usd"] + cost["handover_usd"]
    assert paid - 0.02 <= judged.terms["cost"] <= paid + encoding.prospect_usd + 0.02
    for t, name in enumerate(("T01", "T02")):
        rows = figures(ledger, name)
        if len(rows):
            assert judged.loads[t] == pytest.approx(
                rows.loc[["workload_h", "potential_usd"], "after"].to_numpy(), abs=0.01
            )
    told = {each.rule for each in ledger.after.record.violations}
    assert {each.rule for each in judged.violations} == told
    assert np.allclose(ledger.territories["change"],
                       ledger.territories["after"] - ledger.territories["before"])  # fmt: skip


def test_what_one_gives_the_other_takes(plan):
    unit = plan.alignment.set_index("unit_id")["territory_id"]
    name = "U02" if unit["U02"] == "T01" else "U03"
    other = "T02" if unit[name] == "T01" else "T01"
    ledger = ledger_of(plan, [Move(to=other, what=(name,))])
    gives, takes = figures(ledger, unit[name]), figures(ledger, other)
    for figure in ("n_accounts", "potential_usd", "revenue_usd"):
        assert gives.at[figure, "change"] == -takes.at[figure, "change"]
    assert takes.at["routed_travel_h", "change"] > 0
    assert ledger.accounts["account_id"].tolist() == [f"A{name[1:]}"]
    assert ledger.accounts[["from", "to"]].iloc[0].tolist() == [unit[name], other]


def test_the_way_to_the_territories_that_take_is_all_that_judging_needs(plan):
    owner = plan.alignment.set_index("unit_id")["territory_id"]
    name = "U02" if owner["U02"] == "T01" else "U03"
    wanted = [Move(to="T02" if owner[name] == "T01" else "T01", what=(name,))]
    _, whole = desk_of(plan, wanted, whole=True).after()
    made = ledger_of(plan, wanted, tours=False).after
    for table in ("accounts", "alignment", "territories"):
        pd.testing.assert_frame_equal(getattr(made, table), getattr(whole, table))
    assert made.record == whole.record


def test_a_plan_that_stays_on_the_desk_gives_the_same_ledgers(plan):
    """Units and accounts, one after the other: what was tried before leaves no trace."""
    desk = Desk(plan)
    owner = plan.accounts.set_index("account_id")["territory_id"]
    unit = plan.alignment.set_index("unit_id")["territory_id"]
    tried = [("U02", unit), ("A03", owner), ("U03", unit), ("A03", owner), ("U02", unit)]
    for name, of in tried:
        moves = [Move(to="T02" if of[name] == "T01" else "T01", what=(name,))]
        again, fresh = (ledger_of(each, moves, tours=False) for each in (desk, plan))
        assert again.to_dict() == fresh.to_dict()
        pd.testing.assert_frame_equal(again.after.accounts, fresh.after.accounts)


def test_what_is_not_moved_stays_as_the_plan_says_it(plan):
    """Also where its figures are not those that would be reckoned today."""
    marked = plan.accounts.assign(
        stops_per_trip=plan.accounts["stops_per_trip"].where(plan.accounts["unit_id"] != "U00", 3.0)
    )
    owner = plan.alignment.set_index("unit_id")["territory_id"]
    move = Move(to="T02" if owner["U03"] == "T01" else "T01", what=("U03",))
    after = ledger_of(replace(plan, accounts=marked), [move], tours=False).after.accounts
    still = after["unit_id"] != "U03"
    kept = [name for name in after if name in marked]
    pd.testing.assert_frame_equal(after.loc[still, kept], marked.loc[still, kept])


def test_open_deals_go_along(plan):
    dealt = replace(plan, accounts=plan.accounts.assign(pipeline_usd=1_000.0))
    owner = plan.alignment.set_index("unit_id")["territory_id"]
    name = "U02" if owner["U02"] == "T01" else "U03"
    ledger = ledger_of(
        dealt, [Move(to="T02" if owner[name] == "T01" else "T01", what=(name,))], tours=False
    )
    assert figures(ledger, owner[name]).at["pipeline_usd", "change"] == -1_000.0
    assert ledger.accounts["pipeline_usd"].tolist() == [1_000.0]


def test_a_pin_and_a_broken_piece_are_told_before_the_move_is_made(plan):
    ledger = ledger_of(plan, [Move(to="T02", what=("U00",))], tours=False)
    assert any(text.startswith("pinned") for text in ledger.broken)
    assert any(text.startswith("contiguity") for text in ledger.broken)
    # Bands come behind what is pinned, and accounts assigned by name are named.
    bands = [" of territory " in text for text in ledger.broken]
    assert bands == sorted(bands)
    ledger = ledger_of(plan, [Move(to="T02", what=("A01",))], tours=False)
    assert "forbidden: territory T02, accounts A01" in ledger.broken


def test_several_moves_are_judged_at_once(plan):
    unit = plan.alignment.set_index("unit_id")["territory_id"]
    west = [name for name in ("U01", "U02") if unit[name] == "T01"]
    east = [name for name in ("U04", "U03") if unit[name] == "T02"]
    ledger = ledger_of(
        plan, [Move(to="T02", what=(west[-1],)), Move(to="T01", what=(east[-1],))], tours=False
    )
    assert figures(ledger, "T01").at["n_accounts", "change"] == 0.0
    assert len(ledger.accounts) == 2


@pytest.mark.parametrize(
    ("moves", "said"),
    [
        ([Move(to="T09", what=("U00",))], ['no territory "T09"', "did you mean T0"]),
        ([Move(to="T01", what=("U0O",))], ['no unit or account "U0O"', "did you mean"]),
        (
            [Move(to="T01", what=("U05",)), Move(to="T02", what=("U05",))],
            ["U05 is moved twice, to T01 and to T02"],
        ),
        ([Move(to="T01", what=("U00",))], ["nothing would change: U00 in T01 already"]),
    ],
)
def test_what_cannot_be_meant_is_named(plan, moves, said):
    with pytest.raises(InputError) as caught:
        ledger_of(plan, moves)
    for words in said:
        assert words in str(caught.value)
