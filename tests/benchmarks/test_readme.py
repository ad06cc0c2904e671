"""The README's figures are those of the results files."""

import pytest

from tests.benchmarks import provenance
from tests.benchmarks.readme import BLOCKS, HERE, README, filled

RESULTS = HERE / "results"


def test_the_readme_says_what_the_results_say():
    text = README.read_text(encoding="utf-8")
    assert filled(text) == text, "run: python -m tests.benchmarks.readme"


@pytest.mark.parametrize("name", BLOCKS)
def test_every_block_has_a_place_in_the_readme(name):
    assert f"<!-- figures: {name} -->\n" in README.read_text(encoding="utf-8")


def test_a_figure_changed_by_hand_is_found():
    text = "<!-- figures: travel -->\nall is well\n<!-- end -->"
    assert "all is well" not in filled(text)


def test_committed_plans_of_whole_countries_keep_every_rule_on_five_seeds_and_more():
    rows = provenance.read_rows([RESULTS / "national.csv"])
    for name in ("us_counties", "us_zips"):
        runs = [row for row in rows if row["scenario"] == name]
        assert len({row["seed"] for row in runs}) >= 5
        assert {(row["status"], row["check"], row["error"]) for row in runs} == {
            ("feasible", "sound", "")
        }


def test_what_the_readme_says_of_heavy_units_is_what_the_results_say():
    rows = [
        row
        for effort in ("quick", "normal")
        for row in provenance.read_rows([RESULTS / f"published_{effort}.csv"])
    ]
    assert {row["status"] for row in rows if row["name"].startswith("us_k200_")} == {"infeasible"}
    assert {row["feasible"] for row in rows if row["name"] == "tx_k20_t05"} == {"True"}
    assert {row["feasible"] for row in rows if row["name"] == "usc_k200_t05"} == {"False"}
