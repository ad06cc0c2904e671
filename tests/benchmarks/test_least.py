"""How little can change hands: measured on a small world, and what is committed is what it says."""

from pathlib import Path

import pytest

import territory
from territory.inputs.scenario.scenario import read_scenario
from tests.benchmarks import least, provenance
from tests.territory.worlds import TWO_SIDES, grid_scenario

FILE = Path(least.__file__).parent / "results" / "least.csv"


@pytest.mark.parametrize("nearest", [False, True])
def test_the_least_share_of_a_small_world_is_at_least_what_is_proved(tmp_path, nearest):
    path = grid_scenario(tmp_path, columns=6, alignment=TWO_SIDES)
    plan = territory.design(read_scenario(path).with_overrides(effort="quick"))
    row = least.judged(str(plan.save(tmp_path / "plan")), None, nearest=nearest)
    assert 0.0 <= row["bound_share"] <= row["least_share"] <= 1.0
    assert row["worst_deviation"] <= 0.10
    # Today nine of twelve alike accounts are with one rep and the goal is six; by the nearest
    # center nobody has to change hands.
    assert row["least_share"] == pytest.approx(0.0 if nearest else 3 / 12, abs=1e-3)


@pytest.mark.parametrize(
    ("share", "bound", "said"),
    [(0.1, 0.0, "holds"), (0.2, 0.11, "proved impossible"), (0.2, 0.1, "not shown")],
)
def test_what_is_shown_is_told_apart_from_what_is_not(share, bound, said):
    assert least.verdict(share, bound) == said


def test_the_committed_verdicts_are_those_of_their_figures():
    rows = provenance.read_rows([FILE])
    assert {row["least_of"] for row in rows} == {"texas_ortho", "real_texas"}
    for row in rows:
        share, bound = float(row["least_share"]), float(row["bound_share"])
        assert row["verdict"] == least.verdict(share, bound) != "not shown"
        assert float(row["worst_deviation"]) <= 0.10
