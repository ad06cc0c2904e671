"""The README's figures are those of the results files."""

import pytest

from tests.benchmarks.readme import BLOCKS, README, filled


def test_the_readme_says_what_the_results_say():
    text = README.read_text(encoding="utf-8")
    assert filled(text) == text, "run: python -m tests.benchmarks.readme"


@pytest.mark.parametrize("name", BLOCKS)
def test_every_block_has_a_place_in_the_readme(name):
    assert f"<!-- figures: {name} -->\n" in README.read_text(encoding="utf-8")


def test_a_figure_changed_by_hand_is_found():
    text = "<!-- figures: travel -->\nall is well\n<!-- end -->"
    assert "all is well" not in filled(text)
