"""Edits by hand: recorded, listed, pinned, replayed on another plan, repaired, taken back."""

import re
import shutil
import tomllib

import pytest

import territory
from territory.encoding.explain.reasons import reasons
from territory.inputs.scenario.scenario import read_scenario
from territory.publish.excel.sheets import write_sheets
from territory.publish.folder import read_plan
from tests.territory.call import call
from tests.territory.worlds import grid_scenario

# Six columns; three at each end is the plan; a tolerance of 40 % lets one unit more go.
WIDE = (
    "[measures.potential_usd]\ntolerance = 0.4\n[measures.workload_h]\ntolerance = 0.4\n"
    "[outputs]\nformats = []\n"
)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    path = grid_scenario(tmp_path_factory.mktemp("grid"), columns=6, extra=WIDE)
    return territory.design(read_scenario(path)).save(path.parent / "plan")


@pytest.fixture
def folder(made, tmp_path):
    return shutil.copytree(made, tmp_path / "plan")


def owners(folder):
    return read_plan(folder).alignment.set_index("unit_id")["territory_id"].to_dict()


def test_an_edit_is_recorded_and_taken_back_to_the_same_alignment(folder):
    before = owners(folder)
    code, _, err = call("move", folder, "U02", "--to", "T02", "--by", "Ann", "--why", "her school")
    assert (code, err) == (0, "")
    assert owners(folder)["U02"] == "T02"
    moved = read_plan(folder)
    assert moved.accounts["why"].tolist() == reasons(moved)["why"].tolist()
    code, out, _ = call("edits", folder)
    (edit,) = tomllib.loads(out)["edit"]
    assert (edit["what"], edit["to"], edit["by"], edit["why"]) == (
        ["U02"],
        "T02",
        "Ann",
        "her school",
    )
    assert edit["before"] == {"U02": "T01"}
    assert edit["team"] == "core"
    code, out, _ = call("undo", folder)
    assert code == 0
    assert "taken back: U02 to T02" in out
    assert owners(folder) == before
    code, _, err = call("undo", folder)
    assert code == 2
    assert "nothing to take back" in err


def test_the_team_of_the_scenario_stands_in_every_table_and_edit_and_no_other_teams_edits_come_in(
    tmp_path,
):
    extra = f"{WIDE}[rollout]\nteam = 'ortho'\n"
    path = grid_scenario(tmp_path, columns=6, extra=extra)
    plan = territory.design(read_scenario(path))
    folder = plan.save(tmp_path / "plan")
    again = read_plan(folder)
    for table in (again.accounts, again.alignment, again.territories):
        assert set(table["team"]) == {"ortho"}
    assert call("move", folder, "U02", "--to", "T02")[0] == 0
    assert set(read_plan(folder).alignment["team"]) == {"ortho"}
    text = call("edits", folder)[1]
    assert tomllib.loads(text)["edit"][0]["team"] == "ortho"
    assert call("undo", folder)[0] == 0
    (tmp_path / "other.toml").write_text(text.replace('"ortho"', '"spine"'))
    code, _, err = call("apply", folder, tmp_path / "other.toml")
    assert code == 2
    assert 'those of team "spine"; the plan\'s team is "ortho"' in err
    (tmp_path / "own.toml").write_text(text)
    assert call("apply", folder, tmp_path / "own.toml")[0] == 0


def told(folder):
    return {
        **{
            name: (folder / f"{name}.csv").read_text()
            for name in ("accounts", "alignment", "territories")
        },
        "plan": (folder / "plan.json").read_text(),
    }


@pytest.mark.parametrize(
    "moves",
    [
        [["A02=T02"], ["U02=T02"]],
        [["U02=T02", "A12=T02"], ["A12=T01"]],
    ],
)
def test_what_is_taken_back_leaves_the_plan_as_it_was_to_the_byte(folder, moves):
    before = [told(folder)]
    for words in moves:
        assert call("move", folder, *words, "--force")[0] == 0
        before.append(told(folder))
    assert before[-1] != before[0]
    for was in before[-2::-1]:
        assert call("undo", folder)[0] == 0
        assert told(folder) == was


def test_a_home_of_more_digits_than_people_write_is_kept_so_that_ways_are_the_same_again(tmp_path):
    """A plan opened again would else reckon other ways than it was made with."""
    path = grid_scenario(tmp_path, extra=WIDE)
    reps = (tmp_path / "reps.csv").read_text()
    (tmp_path / "reps.csv").write_text(reps.replace("-99.9,", "-99.91234567891,"))
    place = territory.design(read_scenario(path)).save(tmp_path / "plan")
    assert read_plan(place).territories["center_lon"].iloc[0] == -99.91234567891


def test_an_account_is_an_exception_only_where_its_unit_is_another_territorys(folder):
    call("move", folder, "A02", "--to", "T02", "--force")
    rows = read_plan(folder).accounts.set_index("account_id")
    assert rows.loc["A02", ["territory_id", "exception"]].tolist() == ["T02", True]
    call("move", folder, "U02", "--to", "T02", "--force")
    rows = read_plan(folder).accounts.set_index("account_id")
    assert rows.loc["A02", ["territory_id", "exception"]].tolist() == ["T02", False]


def test_edits_are_made_again_on_another_plan_and_pinned(folder, made, tmp_path):
    call("move", folder, "U02", "--to", "T02", "--why", 'a "quoted" \\ reason')
    call("edits", folder, "--out", tmp_path / "edits.toml")
    fresh = shutil.copytree(made, tmp_path / "fresh")
    code, _, err = call("apply", fresh, tmp_path / "edits.toml", "--by", "Bo")
    assert (code, err) == (0, "")
    assert owners(fresh) == owners(folder)
    assert tomllib.loads(call("edits", fresh)[1])["edit"][0]["by"] == "Bo"
    code, out, _ = call("edits", fresh, "--pins")
    assert tomllib.loads(out)["rules"]["pinned"] == [{"territory": "T02", "units": ["U02"]}]
    code, _, err = call("apply", fresh, tmp_path / "edits.toml")
    assert code == 2
    assert "nothing is left to do" in err


def test_repair_moves_what_the_way_there_needs(folder):
    before = {each.name: each.read_bytes() for each in folder.iterdir()}
    code, _, _ = call("move", folder, "U04", "--to", "T01")
    assert code == 4  # T01 would be in two pieces
    assert {each.name: each.read_bytes() for each in folder.iterdir()} == before
    code, _, err = call("move", folder, "U04", "--to", "T01", "--repair")
    assert (code, err) == (0, "")
    assert owners(folder)["U04"] == "T01"
    plan = read_plan(folder)
    assert plan.record.violations == ()
    assert (plan.territories["n_parts"] == 1).all()
    assert plan.record.edits[-1]["by"] == "--repair"


def test_an_edited_sheet_of_moves_is_applied_whole_or_not_at_all(folder, tmp_path):
    import pandas as pd

    rows = {"unit_id": ["U02"], "account_id": [""], "from": ["T01"], "to": ["T02"]}
    book = tmp_path / "edited.xlsx"
    write_sheets(book, {"Moves": pd.DataFrame({**rows, "reason": ["closer"]})})
    code, _, err = call("apply", folder, book)
    assert (code, err) == (0, "")
    assert owners(folder)["U02"] == "T02"
    assert read_plan(folder).record.edits[-1]["why"] == "closer"
    now = owners(folder)
    twice = pd.DataFrame(
        {"unit_id": ["U03", "U99"], "account_id": ["", ""], "from": ["", ""], "to": ["T01", "T01"]}
    )
    write_sheets(book, {"Moves": twice})
    code, _, err = call("apply", folder, book)
    assert code == 2
    assert "row 3  U99  is no unit or account of the plan" in err
    assert owners(folder) == now


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("edit = [", "cannot be read as TOML"),
        ("", "has no [[edit]]"),
        ("edit = 3", "has no [[edit]]"),
        ('[[edit]]\nto = "T01"', "edit 1: what is missing; expected a list of ids in quotes"),
        ('[[edit]]\nto = "T01"\nwhat = "U02"', 'edit 1: what is "U02"; expected a list'),
        ('[[edit]]\nto = 1\nwhat = ["U02"]', "edit 1: to is 1; expected a territory in quotes"),
        ('[[edit]]\nto = "T01"\nwhat = ["U02"]\nwhom = "x"', 'unknown "whom"'),
    ],
)
def test_a_file_of_edits_that_cannot_be_meant_says_where(folder, tmp_path, text, said):
    path = tmp_path / "edits.toml"
    path.write_text(text, encoding="utf-8")
    code, out, err = call("apply", folder, path)
    assert (code, out) == (2, "")
    assert said in err


def as_units(folder, *, swapped=()):
    """Write a grid whose accounts have their units' ids; some have the id of another's unit."""
    path = grid_scenario(
        folder,
        columns=6,
        extra=WIDE + '[rules]\npinned = [{territory = "T01", accounts = ["U02"]}]\n',
    )
    table = (folder / "accounts.csv").read_text()
    for one, two in swapped:
        table = table.replace(f"A{one},", "A-,").replace(f"A{two},", f"A{one},")
        table = table.replace("A-,", f"A{two},")
    (folder / "accounts.csv").write_text(re.sub(r"(?m)^A(\d\d),", r"U\1,", table))
    return territory.design(read_scenario(path)).save(folder / "plan")


def test_an_account_that_is_its_own_unit_goes_with_it_also_where_a_rule_names_it(tmp_path):
    """Its unit is empty then: the ledger showed that nobody changes hands, and broke no rule."""
    folder = as_units(tmp_path)
    accounts = read_plan(folder).accounts.set_index("account_id")["territory_id"]
    code, out, _ = call("move", folder, "U02", "--to", "T02", "--dry-run")
    assert code == 0
    assert "1 account changes hands" in out
    assert "breaks   pinned: territory T01, accounts U02" in out
    code, _, _ = call("move", folder, "U02", "--to", "T02", "--force")
    assert code == 0
    moved = read_plan(folder)
    assert moved.accounts.set_index("account_id").at["U02", "territory_id"] == "T02"
    assert moved.alignment.set_index("unit_id").at["U02", "territory_id"] == "T02"
    _, pins, _ = call("edits", folder, "--pins")
    assert 'units = ["U02"]\naccounts = ["U02"]' in pins
    assert call("undo", folder)[0] == 0
    back = read_plan(folder)
    assert back.accounts.set_index("account_id")["territory_id"].equals(accounts)
    assert back.alignment.set_index("unit_id").at["U02", "territory_id"] == "T01"


def test_an_id_of_a_unit_and_of_another_account_is_refused_and_takes_a_word_in_front(tmp_path):
    """Account U03 lies in unit U04, and the other way: whose territory is meant is not known."""
    folder = as_units(tmp_path, swapped=[("03", "04")])
    for more in ([], ["--dry-run"]):
        code, _, err = call("move", folder, "U03", "--to", "T01", *more)
        assert code == 2
        assert "U03 is the id of a unit and of an account" in err
        assert "hint: say which is meant: account:U03 or unit:U03" in err
    before = owners(folder)
    _, out, _ = call("move", folder, "unit:U03", "--to", "T01", "--dry-run")
    assert "U04  Clinic 03: T02 → T01" in out
    code, _, _ = call("move", folder, "account:U03", "--to", "T01", "--force")
    assert code == 0
    assert owners(folder) == before
    accounts = read_plan(folder).accounts.set_index("account_id")["territory_id"]
    assert (accounts["U03"], accounts["U04"]) == ("T01", "T02")
    (edit,) = tomllib.loads(call("edits", folder)[1])["edit"]
    assert (edit["what"], edit["before"]) == (["account:U03"], {"account:U03": "T02"})
    (tmp_path / "edits.toml").write_text('[[edit]]\nto = "T01"\nwhat = ["U03"]\n')
    _, _, err = call("apply", folder, tmp_path / "edits.toml")
    assert (
        "edit 1  U03  is the id of a unit and of an account: write account:U03 or unit:U03" in err
    )
    assert call("undo", folder)[0] == 0
    accounts = read_plan(folder).accounts.set_index("account_id")["territory_id"]
    assert accounts["U03"] == "T02"


def test_a_plan_reads_a_further_column_as_the_number_that_its_scenario_takes_it_for(tmp_path):
    """Its workbook had text in it after an edit and an undo, where the designed one has numbers."""
    path = grid_scenario(tmp_path, extra='[review]\ncompetitor_column = "rival"\n')
    rows = (tmp_path / "accounts.csv").read_text().splitlines()
    rows = [f"{rows[0]},rival,zone", *(f"{row},0.5,007" for row in rows[1:])]
    (tmp_path / "accounts.csv").write_text("\n".join(rows))
    made = territory.design(read_scenario(path))
    back = read_plan(made.save(tmp_path / "plan"))
    for plan in (made, back):
        assert set(plan.accounts["rival"]) == {0.5}
        assert set(plan.accounts["zone"]) == {"007"}
