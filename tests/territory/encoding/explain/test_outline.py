"""What a reader learns of an outline that a move would fray."""

import re

import numpy as np
import pytest

import territory
from solvers.problem.compactness import compactness
from territory.encoding.explain.outline import frayed
from territory.encoding.explain.position import open_position
from territory.encoding.explain.reasons import breaches, second_best
from territory.inputs.scenario.scenario import read_scenario
from tests.territory.worlds import grid_scenario

RULE = "[rules]\ncompactness_least = 0.7\n"


def test_a_move_that_frays_an_outline_names_territory_key_and_values(tmp_path):
    """It said that "a territory" would be less compact than "a rule" asks."""
    path = grid_scenario(tmp_path, columns=8, rows=4, territories=3, extra=RULE)
    position = open_position(territory.design(read_scenario(path)))
    priced = second_best(position)
    rows = np.flatnonzero(priced.moves.ragged).tolist()
    assert rows
    problem, now = position.encoding.problem, position.table.assignment
    for row in rows:
        (told,) = (each for each in breaches(position, priced, row) if each.code == "compactness")
        item, to = int(priced.moves.units[row]), int(priced.moves.to[row])
        who = told.rule.removeprefix("compactness ")
        moved = now.copy()
        moved[item] = to
        value, limit = compactness(problem.shapes, moved, problem.k)
        t = position.ids.index(who)
        assert t in {int(now[item]), to}
        assert told.value == pytest.approx(value[t], abs=1e-4)
        assert told.limit == pytest.approx(limit[t], abs=1e-4)
        assert told.value < told.limit
        limits = (told.rule, told.words, told.value, told.limit)
        assert frayed(position, priced.moves, row) == limits
        words = r"the compactness of \w+ would be 0\.\d{4}, where rules\.compactness_least = 0\.7 "
        assert re.fullmatch(words + r"asks for 0\.\d{4}", told.words)
