"""The order of rows and the names of columns change nothing: the same plan, byte for byte."""

import csv
import random
import shutil
from pathlib import Path

import pytest

import territory
from tests.territory.worlds import grid_scenario

ROOT = Path(__file__).resolve().parents[2]
TABLES = ("alignment.csv", "accounts.csv", "territories.csv", "adjacency.csv")


def shuffle(path, seed):
    with path.open(encoding="utf-8", newline="") as file:
        head, *rows = list(csv.reader(file))
    random.Random(seed).shuffle(rows)
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([head, *rows])


def written(scenario, folder):
    plan = territory.design(scenario)
    plan.save(folder)
    return {name: (folder / name).read_bytes() for name in TABLES}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_shuffling_the_rows_of_every_table_gives_the_same_plan(tmp_path, seed):
    plans = []
    for name in ("one", "other"):
        path = grid_scenario(tmp_path / name)
        if name == "other":
            for at, table in enumerate(sorted((tmp_path / name).glob("*.csv"))):
                shuffle(table, seed + at)
        plans.append(written(territory.read_scenario(path), tmp_path / f"{name}.plan"))
    assert plans[0] == plans[1]


@pytest.mark.slow
def test_shuffling_the_demo_s_tables_gives_the_same_plan_at_quick(tmp_path):
    plans = []
    for name in ("one", "other"):
        shutil.copytree(ROOT / "scenarios" / "texas_ortho", tmp_path / name / "texas_ortho")
        text = (ROOT / "scenarios" / "texas_ortho.toml").read_text(encoding="utf-8")
        path = tmp_path / name / "texas_ortho.toml"
        path.write_text(text.replace('effort = "normal"', 'effort = "quick"'), encoding="utf-8")
        if name == "other":
            for at, table in enumerate(sorted((tmp_path / name / "texas_ortho").glob("*.csv"))):
                shuffle(table, at)
        plans.append(written(territory.read_scenario(path), tmp_path / f"{name}.plan"))
    assert plans[0] == plans[1]
