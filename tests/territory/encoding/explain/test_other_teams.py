"""Where no plan was found, one more rep and a home elsewhere are tried, and told in figures."""

import numpy as np

import solvers
from territory.design import prepare
from territory.encoding.encode import encode
from territory.encoding.explain.other_teams import _miss, _sentence, _Trial, other_teams
from territory.encoding.travel import roads_of
from territory.inputs.scenario.scenario import read_scenario
from tests.territory.worlds import grid_scenario

WIDE = "[measures.workload_h]\ntolerance = 0.3\n[measures.potential_usd]\ntolerance = 0.3\n"
"""Three reps can share eight equal units: three, three and two."""


def asked(folder, label, extra=WIDE, **given):
    """What is told where the least bad plan of a grid of eight units is the one given."""
    case, roads = roads_of(prepare(read_scenario(grid_scenario(folder, extra=extra, **given))).case)
    problem = encode(case, roads).problem
    label = np.asarray(label, dtype=np.int32)
    judged = solvers.evaluate(problem, label)
    return other_teams(case, label, judged, located=roads.located, stop=lambda: None)


WEST = [0, 0, 0, 1] * 2
"""All but the last column in the first territory."""


def test_one_more_rep_and_a_home_elsewhere_are_told_with_the_farthest_territory(tmp_path):
    more, elsewhere = asked(tmp_path, WEST)
    assert more.startswith("a plan was found with one more rep who lives where account A")
    assert ", the rest unchanged: at most " in more
    assert elsewhere.startswith("a plan was found with the home of T0")
    assert " km away, the rest unchanged" in elsewhere


def test_without_homes_only_one_more_rep_is_tried(tmp_path):
    (more,) = asked(tmp_path, WEST, reps=False)
    assert more.startswith("a plan was found with one more rep, the rest unchanged")


def test_where_neither_helps_the_miss_is_told_beside_the_present_one(tmp_path):
    tight = "[measures.workload_h]\ntolerance = 0.0001\n"
    told = asked(tmp_path, WEST, extra=tight)
    assert all(" none was found either: " in each for each in told)
    assert all("% of its goal outside its band (" in each for each in told)


def test_bands_that_are_kept_are_not_told_as_missed_where_another_rule_is_broken(tmp_path):
    case, roads = roads_of(prepare(read_scenario(grid_scenario(tmp_path, extra=WIDE))).case)
    stripes = np.array([0, 1, 0, 1] * 2, dtype=np.int32)
    judged = solvers.evaluate(encode(case, roads).problem, stripes)
    told = _sentence(_Trial("one more rep", case), judged, _miss(judged))
    assert told == (
        "with one more rep none was found either: every band is kept there, "
        "but 2 other rules are broken (contiguity)"
    )


def test_ctrl_c_ends_it(tmp_path):
    case, roads = roads_of(prepare(read_scenario(grid_scenario(tmp_path))).case)
    label = np.asarray(WEST, dtype=np.int32)
    judged = solvers.evaluate(encode(case, roads).problem, label)
    assert other_teams(case, label, judged, located=False, stop=lambda: "interrupted") == []
