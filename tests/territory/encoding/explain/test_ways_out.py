"""Where no plan was found, the limits at which one is stand in the planner's keys."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

import solvers
from solvers.whatif.wider import Wider
from territory.encoding.explain import ways_out
from tests.solvers import worlds
from tests.territory.plans import small_plan

CASE = SimpleNamespace(
    team=pd.DataFrame({"territory_id": ["North", "South"]}),
    measures=("workload_h", "potential_usd"),
    current=pd.Series(["North", "South", ""]),
    accounts=pd.DataFrame({"revenue_usd": [4000.0, 6000.0, 9000.0], "service_h": [1.0, 1.0, 1.0]}),
    scenario=SimpleNamespace(
        measures={
            "workload_h": SimpleNamespace(tolerance=0.1),
            "potential_usd": SimpleNamespace(tolerance=0.1),
        },
        rules=SimpleNamespace(
            max_moved_accounts=None, max_moved_revenue=0.1, max_moved_workload=None
        ),
        solve=SimpleNamespace(seed=0),
        travel=SimpleNamespace(matrix="minutes.csv"),
    ),
)

CAPPED = SimpleNamespace(
    changes=SimpleNamespace(moved_cap=np.array([700.0])), rules=SimpleNamespace(radius=2.0)
)
"""Of 10,000 USD 1,000 may move, of which 300 have to in any plan."""

SAID = {
    "tolerance": "measures.potential_usd.tolerance = 0.335, the rest unchanged: South is -33.3 % "
    "there; none was found at measures.potential_usd.tolerance = 0.33",
    "tolerances": "measures.workload_h.tolerance = 0.2, measures.potential_usd.tolerance = 0.2 "
    "(one plan needs only measures.workload_h.tolerance = 0.195, ",
    "moves": "with rules.max_moved_revenue = 0.2, the rest unchanged; none at 0.1",
    "radius": "1.50 times the radius",
}


@pytest.mark.parametrize(
    ("kind", "which", "amount", "least", "failed"),
    [
        ("tolerance", 1, 0.335, 0.335, 0.33),
        ("tolerances", -1, 2.0, 1.95, 1.9),
        ("moves", 0, 1700.0, 1700.0, 700.0),
        ("radius", -1, 3.0, 3.0, 2.0),
    ],
)
def test_each_limit_is_said_with_its_key_and_figures(kind, which, amount, least, failed):
    found = Wider(
        kind=kind, which=which, amount=amount, least=least, anew=True, failed=failed, territory=1,
        deviation=-0.333,
    )  # fmt: skip
    assert SAID[kind] in ways_out._sentence(CASE, CAPPED, found)


@pytest.mark.parametrize(("kind", "amount", "told"), [
    ("tolerance", 1.0, True), ("tolerance", 1.005, False),
    ("tolerances", 10.0, True), ("tolerances", 10.01, False), ("moves", 1700.0, True),
])  # fmt: skip
def test_a_tolerance_above_1_is_told_to_nobody(kind, amount, told):
    found = Wider(
        kind=kind, which=0, amount=amount, least=amount, anew=True, failed=0.1, territory=0,
        deviation=0.1,
    )  # fmt: skip
    assert ways_out._writable(CASE, found) == told


def unbalanced():
    """Four units of which no halves keep both bands, and the search's least bad plan."""
    activity = np.array([[4.0, 1.0], [1.0, 1.0], [1.0, 1.0], [4.0, 3.0]])
    cost = np.array([[0.0, 9.0], [1.0, 8.0], [8.0, 1.0], [9.0, 0.0]])
    problem = worlds.matrix_problem(cost, activity, worlds.path_edges(4), tolerance=0.1)
    label = np.array([0, 0, 1, 1], dtype=np.int32)
    result = SimpleNamespace(assignment=label, evaluation=solvers.evaluate(problem, label))
    return problem, result


def test_a_plan_without_a_way_found_keeps_them_in_its_record():
    problem, result = unbalanced()
    plan = small_plan()
    kept = ways_out.with_ways_out(plan, CASE, problem, result, stop=lambda: None)
    assert (kept is plan) == (plan.status != "no_solution")
    lost = replace(plan, record=plan.record.but(status="no_solution"))
    told = ways_out.with_ways_out(lost, CASE, problem, result, stop=lambda: None)
    both, alone = told.record.further["ways_out"]
    assert "measures.workload_h.tolerance = 0.2" in both
    assert SAID["tolerance"].split(":")[0] in alone
    assert told.record.cpu_s >= lost.record.cpu_s


def test_where_centers_are_located_each_search_locates_its_own(monkeypatch):
    """A tolerance was told for the centers at hand; the run at it had others, and no plan."""
    problem, result = unbalanced()
    lost = replace(small_plan(), record=small_plan().record.but(status="no_solution"))
    asked = []

    def locating_search(case, *, stop):
        def search(widened, start):
            wide = widened(problem)
            asked.append(wide.balance.upper[0, 1])
            # The centers that it locates need 0.5 in the second measure.
            label = np.array([0, 0, 1, 1], dtype=np.int32)
            if wide.balance.upper[0, 1] < 4.49:
                label = np.array([0, 1, 1, 1], dtype=np.int32)
            return label, solvers.evaluate(wide, label)

        return search

    monkeypatch.setattr(ways_out, "locating_search", locating_search)
    told = ways_out.with_ways_out(lost, CASE, problem, result, located=True, stop=lambda: None)
    alone = told.record.further["ways_out"][-1]
    assert asked
    assert "a plan at hand keeps measures.potential_usd.tolerance = 0.335" in alone
    assert "a search begun anew found none there" in alone
