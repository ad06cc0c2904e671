"""A case divides each measure as its goal says: by capacity or equally."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from territory.encoding.case import Case


def case(goals, capacity, **accounts):
    measures = {name: SimpleNamespace(goal=goal) for name, goal in goals.items()}
    return Case(
        scenario=SimpleNamespace(measures=measures), unit_ids=(), unit_lonlat=np.zeros((0, 2)),
        unit_xy=np.zeros((0, 2)), adjacency=None, accounts=pd.DataFrame(accounts),
        team=pd.DataFrame({"capacity": capacity}), current=pd.Series(dtype=str),
        unit_current=pd.Series(dtype=str),
    )  # fmt: skip


def test_a_half_time_rep_gets_half_where_goals_follow_capacity():
    made = case({"workload_h": "capacity", "potential_usd": "equal"}, [1.0, 0.5])
    assert made.measures == ("workload_h", "potential_usd")
    assert made.shares == pytest.approx(np.array([[2 / 3, 1 / 2], [1 / 3, 1 / 2]]))


def test_the_load_without_travel_of_workload_is_the_service():
    made = case(
        {"potential_usd": "equal", "workload_h": "equal"}, [1.0],
        service_h=[3.0, 4.0], workload_h=[9.0, 9.0], potential_usd=[10.0, 20.0],
    )  # fmt: skip
    assert made.service().tolist() == [[10.0, 3.0], [20.0, 4.0]]
