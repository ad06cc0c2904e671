"""`territory move`: the ledger first, nothing half-made, a refusal that leaves the plan alone."""

import json

import pytest

from tests.territory.call import call
from tests.territory.worlds import grid_scenario


@pytest.fixture
def folder(tmp_path):
    extra = "[measures.workload_h]\ntolerance = 0.4\n[measures.potential_usd]\ntolerance = 0.4\n"
    code, _, err = call("design", grid_scenario(tmp_path, extra=extra), "--out", tmp_path / "plan")
    assert code == 0, err
    return tmp_path / "plan"


def owner(folder, unit):
    rows = (folder / "alignment.csv").read_text().splitlines()
    return dict(row.split(",")[:2] for row in rows[1:])[unit]


def test_a_dry_run_says_what_changes_and_changes_nothing(folder):
    before = {each.name: each.read_bytes() for each in folder.iterdir()}
    code, out, _ = call("move", folder, "U02", "--to", "T01", "--dry-run")
    assert code == 0
    assert "1 account changes hands, with $200 of revenue a year" in out
    assert "Travel by tours (h)" in out
    assert before == {each.name: each.read_bytes() for each in folder.iterdir()}
    code, out, _ = call("move", folder, "U02", "--to", "T01", "--dry-run", "--no-tours")
    assert code == 0
    assert "Travel by tours" not in out
    assert "Cost a year" in out


def test_a_large_plan_is_judged_without_opening_its_tables(folder, monkeypatch):
    from territory.publish import folder as folders

    words = ("move", folder, "U02=T01", "--dry-run")
    whole, machine = call(*words), call(*words, "--json")
    assert not (folder / "desk.npz").exists()
    monkeypatch.setattr(folders, "LARGE", 1)
    folders.save_plan(folders.read_plan(folder), folder)
    with monkeypatch.context() as patched:
        patched.setattr(folders, "read_plan", None)
        assert call(*words) == call(*words, "--pay") == whole  # its scenario sets no quotas
        told, expected = (json.loads(each[1]) for each in (call(*words, "--json"), machine))
    for part in ("plan", "territories", "accounts"):
        for a, b in zip(told.pop(part), expected.pop(part), strict=True):
            assert a == pytest.approx(b, abs=2e-6)
    assert told == expected
    # Once a table is another, it is the tables that count.
    (folder / "alignment.csv").write_text((folder / "alignment.csv").read_text() + "\n")
    assert call(*words) == whole


def test_a_move_is_made_and_recorded_with_who_and_why(folder):
    code, _, _ = call("move", folder, "U02", "--to", "T01", "--by", "Ann", "--why", "her client")
    assert code == 0
    assert owner(folder, "U02") == "T01"
    (edit,) = json.loads((folder / "plan.json").read_text())["edits"]
    assert (edit["to"], edit["what"], edit["by"], edit["why"]) == (
        "T01", ["U02"], "Ann", "her client",
    )  # fmt: skip


def test_a_move_that_breaks_a_rule_is_refused_and_the_plan_is_as_it_was(folder):
    before = {each.name: each.read_bytes() for each in folder.iterdir()}
    code, _, err = call("move", folder, "U03", "--to", "T01")
    assert code == 4
    assert "not moved: it would break" in err
    assert "contiguity" in err
    assert before == {each.name: each.read_bytes() for each in folder.iterdir()}
    code, _, _ = call("move", folder, "U03", "--to", "T01", "--force")
    assert (code, owner(folder, "U03")) == (0, "T01")


def test_a_swap_is_two_moves_at_once_for_machines_too(folder):
    code, out, _ = call("move", folder, "U01=T02", "U02=T01", "--dry-run", "--json")
    told = json.loads(out)
    assert code == 0
    assert not told["made"]
    assert {(row["account_id"], row["to"]) for row in told["accounts"]} == {
        ("A01", "T02"), ("A02", "T01"),
    }  # fmt: skip


def test_a_unit_without_a_territory_to_go_to_is_named(folder):
    code, _, err = call("move", folder, "U02")
    assert code == 2
    assert "U02: no territory to go to" in err
    assert "write U02=T" in err
