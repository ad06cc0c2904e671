"""Every column of every file that commands write stands in the data dictionary."""

import shutil

import pytest

from territory.cli.app import run
from territory.cli.console import Console
from tests.documented import undocumented
from tests.territory.worlds import TWO_SIDES, grid_scenario

RULES = "[outputs]\nformats = []\n"
SHOCK = (
    '[[shock]]\nkind = "closed"\naccounts = ["A02"]\n'
    '[[shock]]\nkind = "rep_exit"\nterritory = "T02"\n'
)


def call(*arguments):
    return run([str(each) for each in arguments], Console())


@pytest.fixture(scope="module")
def plan(tmp_path_factory):
    folder = tmp_path_factory.mktemp("columns")
    path = grid_scenario(folder, columns=6, alignment=TWO_SIDES, extra=RULES)
    assert call("design", path, "--out", folder / "plan") == 0
    (folder / "shock.toml").write_text(SHOCK, encoding="utf-8")
    return folder / "plan"


@pytest.mark.parametrize(
    ("words", "room", "files"),
    [
        ("compare today PLAN --out OUT", "compare", 5),
        ("realign PLAN --max-moves 3 --routed --out OUT", "realign", 4),
        ("shock PLAN --shock SHOCK --out OUT", "shock", 4),
        ("resources PLAN --out OUT", "", 2),
        ("rollout PLAN --crm csv --out OUT", "rollout", 12),
        ("export PLAN --format blocks --out OUT", "export", 1),
        ("explain PLAN --out OUT", "", 1),
    ],
)
def test_what_a_command_writes_is_in_the_dictionary(plan, tmp_path, words, room, files, capsys):
    places = {"PLAN": plan, "OUT": tmp_path / "out", "SHOCK": plan.with_name("shock.toml")}
    assert call(*[places.get(word, word) for word in words.split()]) == 0, capsys.readouterr().err
    written = sorted((tmp_path / "out").rglob("*.csv"))
    assert len(written) >= files
    assert undocumented(*written, room=room) == []


def test_a_column_that_nobody_described_is_found(tmp_path):
    (tmp_path / "moved.csv").write_text("plan,account_id,mood\n", encoding="utf-8")
    (tmp_path / "unheard.csv").write_text("plan\n", encoding="utf-8")
    (tmp_path / "territories.csv").write_text("territory_id,workload_h_goal,mood_h_goal\n")
    files = [tmp_path / name for name in ("moved.csv", "unheard.csv")]
    assert undocumented(*files, room="compare") == ["moved.csv: mood", "unheard.csv"]
    assert undocumented(tmp_path / "territories.csv") == ["territories.csv: mood_h_goal"]


def test_load_files_of_a_salesforce_org_have_its_fields_and_no_other(plan, tmp_path):
    extract, out = tmp_path / "extract", tmp_path / "out"
    assert call("rollout-example", plan, "--out", extract) == 0
    assert call("rollout", plan, "--crm", "salesforce", "--extract", extract, "--out", out) == 0
    assert undocumented(*out.rglob("*.csv"), room="rollout") == []
    assert call("rollout", plan, "--crm", "veeva", "--extract", extract, "--out", out) == 0
    assert undocumented(*out.rglob("*.csv"), room="rollout") == []
    shutil.rmtree(out)
