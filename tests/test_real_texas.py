"""The recipe on the real public files, as a user follows it: import, prepare, design, check."""

import csv
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.check_plan import check, read

ROOT = Path(__file__).resolve().parents[1]
pytestmark = [pytest.mark.real, pytest.mark.slow]


def territory(*words: str | Path, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "territory", *map(str, words)],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
    )


@pytest.fixture(scope="module")
def case(real_data, tmp_path_factory) -> Path:
    """The scenario's folder with the accounts made from the public files."""
    folder = tmp_path_factory.mktemp("case")
    shutil.copy(ROOT / "scenarios" / "real_texas.toml", folder)
    shutil.copytree(ROOT / "scenarios" / "real_texas", folder / "real_texas")
    for kind, file, out, *more in (
        ("hifld-hospitals", "hifld_hospitals_2020.csv", "hospitals.csv", "--type", "hospital"),
        ("cms-asc", "cms_asc_facility_2024-10.csv", "centers.csv"),
    ):
        done = territory(
            *("import", kind, real_data / file, "--state", "TX", *more),
            *("--out", f"real_texas/{out}"),
            folder=folder,
        )
        assert done.returncode == 0, done.stderr
    prepared = subprocess.run(
        [sys.executable, "real_texas/prepare.py"], cwd=folder, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert prepared.returncode == 0, prepared.stderr
    return folder


@pytest.fixture(scope="module")
def plan(case):
    done = territory("design", "real_texas.toml", "--out", "plan", folder=case)
    assert done.returncode == 0, done.stderr
    return read(case / "plan")


def test_every_open_acute_hospital_and_every_orthopaedic_center_is_an_account(case):
    with (case / "real_texas" / "accounts.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    kinds = [row["type"] for row in rows]
    assert (kinds.count("hospital"), kinds.count("asc")) == (390, 132)
    assert all(float(row["potential_usd"]) > 0 for row in rows)
    # Leading zeros and letters of the codes survived the recipe.
    assert all(len(row["zip"]) == 5 for row in rows if row["zip"])
    assert any("C" in row["ccn"] for row in rows)


def test_check_says_what_will_be_solved(case):
    done = territory("check", "real_texas.toml", folder=case)
    assert done.returncode == 0, done.stderr


def test_the_plan_is_balanced_contiguous_and_complete_by_a_strangers_count(case, plan):
    with (case / "real_texas" / "accounts.csv").open(encoding="utf-8", newline="") as file:
        ids = [row["account_id"] for row in csv.DictReader(file)]
    assert check(plan, inputs=ids) == []
    assert len(plan.tables["territories"]) == 20
