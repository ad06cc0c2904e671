"""Random scenarios through the command line: nothing crashes, what is called feasible is.

`python -m tests.test_fuzz 1000 SEED` tries as many as one likes, from a seed on.
"""

import collections
import io
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from territory.cli.app import run
from territory.cli.console import Console
from tests.fuzz.judge import judge
from tests.fuzz.worlds import write_world

MANY = 16
"""Scenarios of the tests, by threes: cheap ones, whose plan takes no proof."""


def verdict(folder, seed, *, apart=False):
    """Return the exit code, the first line of stderr, and what is wrong with one scenario."""
    world = write_world(folder, seed)
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


@pytest.mark.parametrize("first", range(0, MANY, 8))
def test_what_a_plan_says_holds_by_a_strangers_sums_under_any_mix_of_rules(tmp_path, first):
    for seed in range(first, first + 8):
        folder = tmp_path / str(seed)
        folder.mkdir()
        code, said, wrong = verdict(folder, seed)
        assert not wrong, (seed, code, said, wrong)


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
