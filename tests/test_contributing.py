"""The files that CONTRIBUTING.md sends a newcomer to are there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
NAMED = re.findall(
    r"`((?:territory|solvers|geo|tests)/[\w/.]*)`", (ROOT / "CONTRIBUTING.md").read_text("utf-8")
)


def test_the_ten_changes_name_files():
    assert len(NAMED) > 15


@pytest.mark.parametrize("path", sorted(set(NAMED)))
def test_a_file_that_a_newcomer_is_sent_to_is_there(path):
    assert (ROOT / path).exists()
