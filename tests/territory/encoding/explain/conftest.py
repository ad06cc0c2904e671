"""A grid of twelve units in two territories, for all tests of reasons and prices."""

import pytest

import territory
from territory.encoding.explain.position import open_position
from territory.inputs.scenario.scenario import read_scenario
from territory.publish.folder import read_plan
from tests.territory.worlds import grid_scenario

TODAY = [
    {"account_id": f"A{r}{c}", "territory_id": "T02" if c > 1 or (r, c) == (0, 0) else "T01"}
    for r in (0, 1)
    for c in range(6)
]


RULES = """
[rules]
pinned = [{territory = "T02", accounts = ["A00"]}]
radius_km = 200
[objective]
border_usd_km = 3.0
"""


@pytest.fixture(scope="session")
def plan(tmp_path_factory):
    """Two territories of six units; A00 is pinned to the far one and so a named account."""
    folder = tmp_path_factory.mktemp("grid")
    path = grid_scenario(folder, columns=6, alignment=TODAY, extra=RULES)
    made = territory.design(read_scenario(path))
    return read_plan(made.save(folder / "plan"))


@pytest.fixture(scope="session")
def position(plan):
    return open_position(plan)
