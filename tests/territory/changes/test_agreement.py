"""Sheets go out, challenges come back: read strictly, costed by the ledger, decided on record."""

import shutil
from dataclasses import replace

import openpyxl
import pandas as pd
import pytest

import territory
from territory.changes.challenges import COLUMNS, SHEET, _accounts_meant, read_challenges
from territory.changes.costing import cost_challenges
from territory.changes.decisions import (
    agreed_on,
    open_challenges,
    read_decisions,
    state_of,
    territories_of,
    with_entry,
    write_decisions,
)
from territory.cli.app import run
from territory.cli.console import Console
from territory.encoding.desk.named import Move
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


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    folder = tmp_path_factory.mktemp("grid")
    path = grid_scenario(folder, columns=6, alignment=TODAY)
    plan = territory.design(read_scenario(path).with_overrides(effort="quick"))
    return plan.save(folder / "plan")


def returned(place, rows, *, header=COLUMNS, sheet=SHEET):
    place.parent.mkdir(parents=True, exist_ok=True)
    book = openpyxl.Workbook()
    book.active.title = sheet
    book.active.append(list(header))
    for row in rows:
        book.active.append(list(row))
    book.save(place)
    return place.parent


def wishes(plan, n):
    """Return n wishes of accounts for the other territory."""
    rows = plan.accounts[["account_id", "territory_id"]].head(n).itertuples(index=False, name=None)
    return [(a, "T02" if t == "T01" else "T01", "my customer", "Ann") for a, t in rows]


def test_challenges_cost_what_the_ledger_says_and_the_rule_keeping_come_first(saved, tmp_path):
    plan = read_plan(saved)
    asked = read_challenges(plan, returned(tmp_path / "r" / "a.xlsx", wishes(plan, 6)))
    table = cost_challenges(plan, asked)
    for row in table.to_dict("records"):
        move = Move(to=row["wanted"], what=(row["account_id"],))
        ledger = ledger_of(plan, [move], tours=False)
        change = ledger.plan.set_index("figure").at["objective", "change"]
        assert row["change_usd"] == pytest.approx(change, abs=0.01)
        assert row["n_broken"] == len(ledger.broken)
    order = list(zip(table["n_broken"], table["change_usd"], strict=True))
    assert order == sorted(order)


def test_what_was_agreed_is_changed_only_after_it_was_opened_again(tmp_path):
    record = read_decisions(tmp_path)
    day = {"when": "2026-12-01", "who": "Ann"}
    accept = {**day, "kind": "challenge", "id": "C001", "decision": "accepted", "why": "yes"}
    for state in ("in review", "agreed", "live"):
        record = with_entry(record, {**day, "kind": "state", "decision": state})
        if state == "in review":
            assert len(with_entry(record, accept)) == 2
            continue
        with pytest.raises(InputError, match=f"the plan is {state}: a challenge no longer"):
            with_entry(record, accept)
        assert len(with_entry(record, {**accept, "decision": "declined"})) > 0
    again = with_entry(record, {**day, "kind": "state", "decision": "in review"})
    assert len(with_entry(again, accept)) == 5


def test_a_plan_goes_live_as_it_was_agreed(saved, tmp_path):
    plan = read_plan(saved)
    move = Move(to=wishes(plan, 1)[0][1], what=(wishes(plan, 1)[0][0],))
    changed = ledger_of(plan, [move], tours=False).after
    agreed, now = territories_of(plan), territories_of(changed)
    mixed = replace(plan, accounts=plan.accounts.iloc[::-1])
    assert agreed == territories_of(mixed) != now
    day = {"when": "2026-12-01", "who": "Ann", "kind": "state"}
    record = with_entry(read_decisions(tmp_path), {**day, "decision": "in review"})
    record = with_entry(record, {**day, "decision": "agreed", "id": agreed})
    assert agreed_on(record) == agreed
    with pytest.raises(InputError, match="it was changed since"):
        with_entry(record, {**day, "decision": "live", "id": now})
    live = with_entry(record, {**day, "decision": "live", "id": agreed})
    assert (state_of(live), agreed_on(live)) == ("live", agreed)
    again = with_entry(record, {**day, "decision": "in review", "id": now})
    assert agreed_on(again) == ""
    assert state_of(with_entry(again, {**day, "decision": "agreed", "id": now})) == "agreed"


def test_two_wishes_for_one_account_conflict(saved, tmp_path):
    plan = read_plan(saved)
    account, wanted, why, _ = wishes(plan, 1)[0]
    rows = [(account, wanted, why, "Ann"), (account, wanted, why, "Bo")]
    table = cost_challenges(plan, read_challenges(plan, returned(tmp_path / "r/a.xlsx", rows)))
    assert table["challenge"].tolist() == ["C001", "C002"]
    assert table["conflicts_with"].tolist() == ["", ""]  # both want the same


def test_two_places_for_one_account_conflict_even_where_both_break_rules():
    from territory.changes.costing import _conflicts

    ranked = pd.DataFrame(
        [("C001", "A00", "T02", 1), ("C002", "A00", "T03", 1), ("C003", "A01", "T02", 2),
         ("C004", "A00", "T02", 3)],
        columns=["challenge", "account_id", "wanted", "n_broken"],
    )  # fmt: skip
    assert _conflicts(None, ranked) == ["", "C001", "", "C002"]


@pytest.mark.parametrize(
    ("rows", "options", "said"),
    [
        ([("A99", "T01", "x", "Ann")], {}, "row 2  A99  is no account of the plan"),
        ([("A00", "T77", "x", "Ann")], {}, 'wants "T77", which is no territory'),
        ([("A00", "T002", "x", "Ann")], {}, "no territory of the plan; near is T02"),
        ([(None, "T01", "x", "Ann")], {}, 'row 2  ""  names no account'),
        ([("A00", None, "x", "Ann")], {}, "row 2  A00  names no territory"),
        ([("Twin", "T02", "x", "Ann")], {}, "Twin  is no account of the plan"),
        ([], {"header": ("account_id", "wish", "reason", "name")}, '"wanted_territory" is missing'),
        ([], {"sheet": "Tabelle1"}, 'has no sheet "Challenges"'),
    ],
)
def test_what_cannot_be_meant_is_named_with_row_and_value(saved, tmp_path, rows, options, said):
    place = returned(tmp_path / "r" / "a.xlsx", rows, **options)
    plan = read_plan(saved)
    plan.accounts.loc[:1, "name"] = "Twin"
    with pytest.raises(InputError) as caught:
        read_challenges(plan, place)
    assert said in str(caught.value)


def test_people_may_write_names_and_any_case_where_they_mean_one(saved, tmp_path):
    plan = read_plan(saved)
    account, wanted, _, _ = wishes(plan, 1)[0]
    plan.accounts.loc[plan.accounts["account_id"].eq(account), "name"] = "Mercy Clinic"
    plan.territories["rep_name"] = plan.territories["territory_id"].map(
        {"T01": "Ann Wu", "T02": "Bo Diaz"}
    )
    rep = dict(zip(plan.territories["territory_id"], plan.territories["rep_name"], strict=True))
    rows = [
        ("mercy clinic", rep[wanted].upper(), "x", "Ann"),
        (account.lower(), wanted.lower(), "x", "Bo"),
    ]
    found = read_challenges(plan, returned(tmp_path / "r" / "a.xlsx", rows))
    assert [(each.account_id, each.wanted) for each in found] == [(account, wanted)] * 2


def test_a_challenge_needs_a_reason_and_a_name(saved, tmp_path):
    plan = read_plan(saved)
    account, wanted, _, _ = wishes(plan, 1)[0]
    place = returned(tmp_path / "r" / "a.xlsx", [(account, wanted, None, "Ann")])
    with pytest.raises(InputError, match="has no reason"):
        read_challenges(plan, place)


def test_a_plan_is_agreed_only_when_every_challenge_is_decided(tmp_path):
    record = read_decisions(tmp_path)
    assert state_of(record) == "draft"
    day = {"when": "2026-12-01", "who": "Ann"}
    with pytest.raises(InputError, match="agreed does not follow it"):
        with_entry(record, {**day, "kind": "state", "decision": "agreed"})
    record = with_entry(record, {**day, "kind": "state", "decision": "in review"})
    asked = {**day, "kind": "challenge", "id": "C001", "change_usd": "-12.5"}
    record = with_entry(record, {**asked, "decision": "received"})
    with pytest.raises(InputError, match="C001"):
        with_entry(record, {**day, "kind": "state", "decision": "agreed"})
    with pytest.raises(InputError, match="needs why"):
        with_entry(record, {**asked, "decision": "declined"})
    record = with_entry(record, {**asked, "decision": "declined", "why": "=no"})
    record = with_entry(record, {**day, "kind": "state", "decision": "agreed"})
    write_decisions(tmp_path, record)
    assert "'" not in (tmp_path / "decisions.csv").read_text().replace("'=no", "")
    again = read_decisions(tmp_path)
    assert again.to_dict("records") == record.to_dict("records")
    assert state_of(again) == "agreed"
    assert open_challenges(again) == []


def test_an_entry_that_came_meanwhile_is_not_lost(tmp_path):
    day = {"when": "2026-11-28", "who": "Ann", "kind": "state"}
    first = with_entry(read_decisions(tmp_path), {**day, "decision": "in review"})
    write_decisions(tmp_path, first)
    mine, theirs = (read_decisions(tmp_path) for _ in range(2))
    write_decisions(tmp_path, with_entry(theirs, {**day, "who": "Bob", "decision": "agreed"}))
    with pytest.raises(InputError, match="another command wrote to it meanwhile"):
        write_decisions(tmp_path, with_entry(mine, {**day, "decision": "agreed"}))
    assert read_decisions(tmp_path)["who"].tolist() == ["Ann", "Bob"]


def test_the_whole_agreement_on_the_command_line(saved, tmp_path, capsys):
    plan = shutil.copytree(saved, tmp_path / "plan")
    console = Console()

    def said(*words):
        code = run([str(word) for word in words], console)
        return code, capsys.readouterr()

    by = ["--by", "Ann", "--when", "2026-12-01"]
    assert said("review-pack", plan, *by)[0] == 0
    review = tmp_path / "plan_review"
    books = sorted(path.name for path in review.glob("*.xlsx"))
    assert books == ["manager_all.xlsx", "rep_T01_R1.xlsx", "rep_T02_R2.xlsx"]
    before = read_plan(plan)
    wish = wishes(before, 1)[0]
    book = openpyxl.load_workbook(review / "rep_T01_R1.xlsx")
    for at, value in enumerate(wish[:3], start=1):
        book[SHEET].cell(2, at).value = value
    (tmp_path / "returned").mkdir()
    book.save(tmp_path / "returned" / "rep_T01_R1.xlsx")
    assert said("challenges", plan, tmp_path / "returned", *by)[0] == 0
    # The same sheets once more bring nothing new, and what waits is ranked again.
    ranked = pd.read_csv(review / "challenges.csv").drop(columns=["file", "line"])
    code, out = said("challenges", plan, tmp_path / "returned", *by)
    assert (code, "0 new challenges, 1 undecided from before" in out.out) == (0, True)
    again = pd.read_csv(review / "challenges.csv").drop(columns=["file", "line"])
    pd.testing.assert_frame_equal(again, ranked)
    code, out = said("state", plan, "agreed", *by)
    assert code == 2
    assert "C001" in out.err
    code, out = said("decide", plan, "C001", "--accept", "--why", "right", *by)
    assert (code, "not accepted: it would break" in out.err) == (4, True)  # as `move` says it
    assert said("decide", plan, "C001", "--accept", "--force", "--why", "right", *by)[0] == 0
    after = read_plan(plan).accounts.set_index("account_id")
    assert after.at[wish[0], "territory_id"] == wish[1]
    code, out = said("challenges", plan, tmp_path / "returned", *by)
    assert (code, "0 new challenges" in out.out) == (0, True)
    assert (review / "challenges.csv").read_text().split(",")[0] == "rank"
    code, out = said("decide", plan, "C001", "--decline", "--why", "again", *by)
    assert code == 2
    assert "C001 was accepted on 2026-12-01 by Ann" in out.err
    # Taken back, the challenge is open again; who did it is on record.
    code, out = said("undo", plan)
    assert (code, "a decision needs who" in out.err) == (2, True)
    assert read_plan(plan).accounts.set_index("account_id").at[wish[0], "territory_id"] == wish[1]
    code, out = said("undo", plan, "--by", "Eve")
    assert (code, "open again: C001" in out.out) == (0, True)
    kept = before.accounts.set_index("account_id").at[wish[0], "territory_id"]
    assert read_plan(plan).accounts.set_index("account_id").at[wish[0], "territory_id"] == kept
    record = read_decisions(review)
    assert open_challenges(record) == ["C001"]
    assert record.iloc[-1][["who", "decision", "asked_by"]].tolist() == ["Eve", "received", "Rep 1"]
    assert said("decide", plan, "C001", "--accept", "--force", "--why", "yes", *by)[0] == 0
    assert said("state", plan, "agreed", *by)[0] == 0
    code, out = said("undo", plan, "--by", "Eve")
    assert (code, "C001 asked for is not taken back" in out.err) == (2, True)
    assert said("state", plan, "live", *by)[0] == 0


def test_an_id_that_a_spreadsheet_took_for_a_number_is_known_where_it_means_one():
    accounts = pd.DataFrame(
        {
            "account_id": ["0002064", "002065", "2065", "00A7", "0000"],
            "name": ["Clinic", "Other", "Third", "Fourth", "Fifth"],
        }
    )
    meant = _accounts_meant(accounts)
    assert meant["2064"] == "0002064"
    assert "2065" not in meant  # two are called so; the one that is written so goes first
    assert "" not in meant
    assert "a7" not in meant
