"""Within one command each table is read, and everything placed, once."""

from collections import Counter

import pytest

from territory.cli.app import run
from territory.cli.console import Console
from territory.inputs.once import kept, once
from territory.inputs.places import places
from territory.inputs.scenario.scenario import read_scenario
from territory.inputs.tables import opened
from territory.inputs.tables.tables import read_tables
from tests.territory.worlds import grid_scenario

TODAY = [
    {"account_id": f"A{r}{c}", "territory_id": f"T0{1 + c // 2}"} for r in (0, 1) for c in range(4)
]
COMMANDS = (
    "check {s}",
    "audit {s} --out {d}/audit.csv",
    "design {s}",
    "scorecard {p} --scenario {s}",
    "brief {p} --scenario {s} --out {d}/briefs",
    "rollout {p} --crm csv --scenario {s} --out {d}/rollout",
    "segment {s} --out {d}/segments",
)


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    folder = tmp_path_factory.mktemp("once")
    path = grid_scenario(folder, alignment=TODAY)
    assert run(["design", str(path)], Console()) == 0
    return {"s": path, "d": folder, "p": read_scenario(path).out}


@pytest.fixture
def reads(monkeypatch):
    """How often each file was opened as a table, and how often places were sought."""
    found = Counter()
    read, placed = opened.open_table, places._placed

    def counted(path, options):
        found[path.name] += 1
        return read(path, options)

    def sought(*given):
        found["places"] += 1
        return placed(*given)

    monkeypatch.setattr(opened, "open_table", counted)
    monkeypatch.setattr(places, "_placed", sought)
    return found


@pytest.mark.parametrize("command", COMMANDS, ids=lambda text: text.split()[0])
def test_a_command_reads_and_places_each_table_once(world, reads, command):
    code = run(command.format(**world).split(), Console())
    assert code == 0
    assert reads
    assert set(reads.values()) == {1}, reads


def test_a_notebook_reads_again_what_may_have_changed_between_two_cells(world, reads):
    scenario = read_scenario(world["s"])
    read_tables(scenario)
    read_tables(scenario)
    assert reads["accounts.csv"] == 2


def test_a_file_that_changes_within_a_command_is_read_again(tmp_path, reads):
    path = grid_scenario(tmp_path)
    with once():
        before = read_tables(read_scenario(path))
        file = tmp_path / "accounts.csv"
        file.write_text(file.read_text(encoding="utf-8").replace("A00", "A000"), encoding="utf-8")
        after = read_tables(read_scenario(path))
    assert "A00" in set(before.accounts["account_id"])
    assert "A000" in set(after.accounts["account_id"])


def test_what_one_reader_changes_another_does_not_see(world):
    scenario = read_scenario(world["s"])
    with once():
        mine = read_tables(scenario)
        mine.accounts["name"] = "mine"
        mine.accounts.loc[:, "account_id"] = "mine"
        assert not read_tables(scenario).accounts["account_id"].eq("mine").any()


def test_what_fails_is_not_kept():
    made = []
    with once():
        for _ in range(2):
            with pytest.raises(ValueError, match="no"):
                kept("key", lambda: made.append(1) or int("no"))
    assert len(made) == 2


def test_a_block_within_a_block_shares_what_is_kept():
    made = []
    with once():
        with once():
            kept("key", lambda: made.append(1))
        kept("key", lambda: made.append(2))
    assert made == [1]
