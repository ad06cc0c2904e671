"""Random scenarios through the command line: nothing crashes, what is called feasible is.

`python -m tests.test_fuzz 1000 SEED` tries as many as one likes, from a seed on.
"""

import collections
import io
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import pytest

from solvers import certificate, effort, portfolio
from territory.cli.app import run
from territory.cli.console import Console
from territory.encoding import conflicts
from territory.encoding.explain import column, ways_out
from territory.inputs.once import once
from territory.publish import gis
from tests.fuzz.judge import judge
from tests.fuzz.worlds import write_world

MANY = 50
"""Tables of the tests."""

MIXES = 2
"""Mixes of rules and prices over each."""

CHEAP = {
    **{"steps": 1e5, "starts": 4, "reheats": 2, "waves": (1,), "around_trees": 0},
    **{"exact_s": 0.05, "bound_steps": 3},
}
"""What a plan is looked for and proved with in the tests: what it says must hold all the same."""

PROVED = 5
"""One in so many is proved and written whole."""


def verdict(folder, seed, mix=0, *, apart=False):
    """Return the exit code, the first line of stderr, and what is wrong with one scenario."""
    world = write_world(folder, seed, mix)
    shutil.rmtree(folder / "runs", ignore_errors=True)
    words = ["design", str(folder / "s.toml")]
    if apart:
        code = "from territory.cli.app import main; main()"
        done = subprocess.run(
            [sys.executable, "-c", code, *words], capture_output=True, text=True, check=False
        )
        end, err = done.returncode, done.stderr
    else:
        said = io.StringIO()
        end = run(words, Console(stdout=io.StringIO(), stderr=said))
        err = said.getvalue()
    first = next((line for line in err.splitlines() if line.startswith("error")), "")
    return end, first, judge(world, end, folder / "runs" / "s", err)


@pytest.fixture
def cheap(monkeypatch):
    """Little is searched and little proved: a hundred scenarios in the time of ten."""
    monkeypatch.setitem(effort.PROFILES, "quick", replace(effort.PROFILES["quick"], **CHEAP))
    for name in ("TINY_S", "SETTLED_S"):
        monkeypatch.setattr(certificate, name, 0.05)
    monkeypatch.setattr(conflicts, "QUICK_S", 0.2)
    monkeypatch.setattr(portfolio, "AGAIN", 0)


@pytest.fixture
def unproved(cheap, monkeypatch):
    """Nothing is proved by search, nothing explained, no layers written: the tables are judged."""
    profile = effort.PROFILES["quick"]
    monkeypatch.setitem(effort.PROFILES, "quick", replace(profile, exact_pairs=0))
    monkeypatch.setattr(portfolio, "SETTLED_UNITS", 0)
    monkeypatch.setattr(gis, "write_geopackage", lambda plan, path, **_: None)
    monkeypatch.setattr(ways_out, "LARGE", 0)
    monkeypatch.setattr(column, "with_reasons", lambda plan, **_: plan)


def sound(folder, seeds):
    for seed in seeds:
        place = folder / str(seed)
        place.mkdir()
        with once():  # the tables are read for the first mix of rules
            for mix in range(MIXES):
                code, said, wrong = verdict(place, seed, mix)
                assert not wrong, (seed, mix, code, said, wrong)


@pytest.mark.usefixtures("unproved")
@pytest.mark.parametrize("first", range(PROVED - 1))
def test_what_a_plan_says_holds_by_a_strangers_sums_under_any_mix_of_rules(tmp_path, first):
    sound(tmp_path, range(first, MANY, PROVED))


@pytest.mark.usefixtures("cheap")
def test_what_is_proved_holds_too(tmp_path):
    sound(tmp_path, range(PROVED - 1, MANY, PROVED))


def main():
    """Run scenarios; every 25th in a process of its own; end with 1 where one is wrong."""
    count = int(sys.argv[1])
    begin = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    total = collections.Counter()
    for seed in range(begin, begin + count):
        began = time.process_time()
        with tempfile.TemporaryDirectory() as folder:
            code, said, wrong = verdict(Path(folder), seed, apart=seed % 25 == 24)
        spent = time.process_time() - began
        total.update([f"exit {code}", *(["wrong"] if wrong else [])])
        sys.stdout.write(f"{seed} {code} {spent:.1f}s {said[:150]} {wrong or ''}\n")
        sys.stdout.flush()
    sys.stdout.write(f"{dict(total)}\n")
    sys.exit(total["wrong"] > 0)


if __name__ == "__main__":
    main()
