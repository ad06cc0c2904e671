"""The recipe on the real public files, as a user follows it: import, prepare, design, score."""

import csv
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests import check_scorecard
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
        (
            *("hifld-hospitals", "hifld_hospitals_2020.csv", "hospitals.csv"),
            *("--type", "hospital", "--type", "critical_access", "--type", "specialty"),
        ),
        ("cms-hospitals", "cms_hospital_general_information_2025.csv", "register.csv"),
        ("cms-opps", "cms_opps_cy2016_provider_apc.xlsx", "services.csv"),
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
        check=False, env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
    )  # fmt: skip
    assert prepared.returncode == 0, prepared.stderr
    return folder


@pytest.fixture(scope="module")
def plan(case):
    # All that is said of it here holds at any effort; normal takes a minute longer.
    done = territory("design", "real_texas.toml", "--effort", "quick", "--out", "plan", folder=case)
    assert done.returncode == 0, done.stderr
    return read(case / "plan")


def published(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


def test_open_acute_hospitals_and_centers_with_orthopaedics_are_accounts(case, real_data):
    rows = published(case / "real_texas" / "accounts.csv")
    acute = [
        row
        for row in published(real_data / "hifld_hospitals_2020.csv")
        if (row["STATE"], row["STATUS"]) == ("TX", "OPEN")
        and row["TYPE"] in {"GENERAL ACUTE CARE", "CRITICAL ACCESS"}
    ]
    kinds = [row["type"] for row in rows]
    assert kinds.count("hospital") + kinds.count("critical_access") == len(acute) == 455
    assert "TEXAS ORTHOPEDIC HOSPITAL" in {row["name"] for row in rows}
    # Centers with a count, or too few to report one: footnote 1. Not those without (5, 7), unless
    # their name says orthopaedics.
    said: dict[str, set[str]] = {}
    for row in published(real_data / "cms_asc_facility_2024-10.csv"):
        if (row["State"], row["Year"]) == ("TX", "2023"):
            said.setdefault(row["Facility ID"], set()).add(row["ASC-17 Footnote"])
    wanted = {ccn for ccn, notes in said.items() if notes & {"", "1"}}
    centers = {row["ccn"]: row for row in rows if row["type"] == "asc"}
    assert wanted <= set(centers)
    assert all(centers[ccn]["focus"] == "orthopaedics" for ccn in set(centers) - wanted)
    assert {row["focus"] for row in centers.values()} <= {"orthopaedics", "several"}
    # Leading zeros and letters of the codes survived the recipe.
    assert all(len(row["zip"]) == 5 for row in rows if row["zip"])
    assert any("C" in row["ccn"] for row in rows)


def test_counts_carry_what_their_publisher_said_of_them(case):
    rows = [
        row for row in published(case / "real_texas" / "accounts.csv") if row["procedures_source"]
    ]
    assert {row["procedures_source"] for row in rows} == {"cms-opps 2016", "cms-asc 2023"}
    assert sum(row["procedures_status"] == "lower bound" for row in rows) > 150
    for row in rows:
        if row["procedures_status"] == "published":
            whole, years = float(row["procedures_published"]), float(row["procedures_years"])
            assert float(row["procedures"]) == pytest.approx(whole / years)
        if row["procedures_status"] in {"too few", "lower bound"}:
            assert float(row["procedures_at_most"]) > float(row["procedures"] or 0.0)


def test_every_account_has_a_potential_and_estimated_ones_say_so(case, plan):
    given = {
        row["account_id"]: row["procedures"]
        for row in published(case / "real_texas" / "accounts.csv")
    }
    rows = plan.tables["accounts"]
    assert {row["account_id"] for row in rows} == set(given)
    for row in rows:
        low, value, mean, high = (
            float(row[f"potential_{which}usd"]) for which in ("low_", "", "mean_", "high_")
        )
        assert 0 < low <= value <= high
        assert low < mean
        assert row["potential_estimated"] == ("false" if given[row["account_id"]] else "true")
        assert ("given" in row["potential_basis"]) == bool(given[row["account_id"]])
    centers = [row["potential_usd"] for row in rows if row["type"] == "asc"]
    assert max(centers.count(each) for each in set(centers)) < 0.25 * len(centers)


def test_check_says_what_will_be_solved(case):
    done = territory("check", "real_texas.toml", folder=case)
    assert done.returncode == 0, done.stderr


def test_the_plan_is_balanced_contiguous_and_complete_by_a_strangers_count(case, plan):
    with (case / "real_texas" / "accounts.csv").open(encoding="utf-8", newline="") as file:
        ids = [row["account_id"] for row in csv.DictReader(file)]
    assert check(plan, inputs=ids) == []
    assert len(plan.tables["territories"]) == 20


def test_a_stranger_recomputes_the_scorecard_to_the_cent(case, plan):
    done = territory("scorecard", "plan", "--scenario", "real_texas.toml", folder=case)
    assert done.returncode == 0, done.stderr
    off, compared = check_scorecard.compare(case / "plan", case / "plan" / "scorecard.csv")
    assert off == []
    assert compared > 500
