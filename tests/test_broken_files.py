"""A sample of broken files: each ends in a clear message, none in a bug; more by the command."""

import subprocess
import sys

import numpy as np

from tests.broken_files import DAMAGES, FORMATS, damaged


def test_broken_files_end_in_clear_messages():
    # Of the 300 that the command makes a few: every format once, every damage three times.
    done = subprocess.run(
        [sys.executable, "-m", "tests.broken_files", "20", "--seed", "7"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.startswith("20 of 20")


def test_every_damage_changes_the_file():
    for damage in (name for name in DAMAGES if name != "renamed"):
        data = bytes(range(256)) * 8
        assert damaged(data, damage, np.random.default_rng(1)) != data
    assert len(FORMATS) == len(set(FORMATS))
