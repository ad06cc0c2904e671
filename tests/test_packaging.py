"""What a stranger's machine gets: the lock files, the two commands, and nothing of this machine."""

import os
import re
import subprocess
import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
LOCKS = ("requirements.lock", "requirements-test.lock")
TABLE = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PROJECT = TABLE["project"]


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def named(requirements: list[str]) -> set[str]:
    """Normal names of requirements, the project's own extras left out."""
    names = {normal(re.split(r"[^A-Za-z0-9._-]", line)[0]) for line in requirements}
    return names - {normal(PROJECT["name"])}


def pins(lock: str) -> dict[tuple[str, str], list[str]]:
    """Hashes of each pinned ``(name==version, marker)``."""
    text = (ROOT / lock).read_text(encoding="utf-8").replace("\\\n", " ")
    out = {}
    for line in filter(None, text.splitlines()):
        requirement, *hashes = re.split(r"\s+--hash=", line.strip())
        pin, _, marker = requirement.partition(";")
        out[pin.strip(), marker.strip()] = hashes
    return out


def committed() -> list[Path]:
    """Files under version control, or every file where this is no checkout."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    names = [name for name in listed.stdout.split("\0") if name]
    if listed.returncode or not names:
        pytest.skip("this is no git checkout, so nothing says which files are the project's")
    return [ROOT / name for name in names if (ROOT / name).is_file()]


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_pins_releases_with_hashes_and_nothing_else(lock: str):
    for (pin, _), hashes in pins(lock).items():
        assert re.fullmatch(r"[a-z0-9-]+==[0-9][0-9a-z.]*", pin)
        assert hashes, f"{pin} has no hash"
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", each) for each in hashes)


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_index(lock: str):
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert not re.search(r"://|--(extra-)?index|--find-links|--trusted-host|#", text)


def test_the_locks_hold_every_dependency():
    extras = PROJECT["optional-dependencies"]
    runtime = named(PROJECT["dependencies"] + extras["belgium"] + extras["build"])
    tested = runtime | named(extras["test"] + extras["notebooks"])
    for lock, wanted in zip(LOCKS, (runtime, tested), strict=True):
        assert wanted <= {pin.split("==")[0] for pin, _ in pins(lock)}


def test_the_test_lock_holds_the_runtime_lock():
    assert {pin for pin, _ in pins(LOCKS[0])} <= {pin for pin, _ in pins(LOCKS[1])}


def test_dependencies_have_no_upper_bound():
    extras = [line for lines in PROJECT["optional-dependencies"].values() for line in lines]
    assert not [line for line in PROJECT["dependencies"] + extras if re.search("<|==|~=", line)]


def test_the_installed_version_is_the_one_in_the_project_file():
    assert version(PROJECT["name"]) == PROJECT["version"]


@pytest.mark.parametrize("script", [".ci/run", ".ci/venv", ".ci/lock"])
def test_the_scripts_can_be_run_and_are_sound(script: str):
    assert os.access(ROOT / script, os.X_OK)
    subprocess.run(["bash", "-n", ROOT / script], check=True)


@pytest.mark.parametrize("target", ["demo", "test", "check", "lock", "clean", "bench"])
def test_the_makefile_knows_the_target(target: str):
    asked = subprocess.run(
        ["make", "--dry-run", target], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert asked.returncode == 0, asked.stderr


def test_a_missing_python_is_said_in_one_clear_line(tmp_path: Path):
    asked = subprocess.run(
        [ROOT / ".ci" / "venv", "runtime"],
        env=os.environ | {"PYTHON": "no-such-python", "VENV": str(tmp_path / "venv")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert asked.returncode == 2
    assert asked.stderr.startswith("error: no-such-python is not installed\n\nhint: install Python")


def test_no_committed_file_names_a_machine_or_an_index():
    # In pieces, so that this file does not name them either.
    words = ["/" + "work/", "/" + "root/", "/" + "home/", "pypi" + ".org", "python" + "hosted.org"]
    words += ["deb." + "debian.org", "registry." + "npmjs"]
    found = []
    for path in committed():
        text = path.read_bytes().decode("utf-8", errors="replace")
        found += [f"{path.relative_to(ROOT)}: {word}" for word in words if word in text]
    assert not found
