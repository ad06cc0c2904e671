"""A grid of twelve units in two territories, for all tests that open a saved plan."""

import pytest

import territory
from territory.inputs.scenario.scenario import read_scenario
from territory.publish.folder import read_plan
from tests.territory.worlds import PINNED_RULES, TWO_SIDES, grid_scenario


@pytest.fixture(scope="session")
def pinned_plan(tmp_path_factory):
    """Two territories of six units; A00 is pinned to the far one and so a named account."""
    folder = tmp_path_factory.mktemp("grid")
    path = grid_scenario(folder, columns=6, alignment=TWO_SIDES, extra=PINNED_RULES)
    made = territory.design(read_scenario(path))
    return read_plan(made.save(folder / "plan"))
