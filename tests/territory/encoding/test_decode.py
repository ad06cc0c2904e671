"""The plan says of the assignment what a stranger counts from its tables."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

import solvers
import territory
from solvers.result import Status
from territory.design import prepare
from territory.encoding.decode import decode
from territory.encoding.encode import encode
from territory.encoding.proved import bound_of
from territory.encoding.travel import roads_of
from territory.inputs.scenario.scenario import read_scenario
from territory.review.figures import territory_figures
from tests.territory.worlds import grid_scenario


@pytest.fixture(scope="module")
def plan(tmp_path_factory):
    """Two reps; A00 and A13 are T02's today, A10 nobody's; one system has three accounts."""
    folder = tmp_path_factory.mktemp("grid")
    today = [
        {"account_id": f"A{r}{c}", "territory_id": "T02" if c > 1 or (r, c) == (0, 0) else "T01"}
        for r in (0, 1)
        for c in range(4)
        if (r, c) != (1, 0)
    ]
    path = grid_scenario(folder, alignment=today, extra="[objective]\nidn_split_usd = 1.0")
    text = (folder / "accounts.csv").read_text().splitlines()
    for at in (1, 2, 8):
        text[at] = text[at].replace(",,B", ",North,B")
    (folder / "accounts.csv").write_text("\n".join(text) + "\n")
    return territory.design(read_scenario(path))


def test_each_rep_gets_the_half_of_the_grid_that_is_near(plan):
    west = plan.alignment.set_index("unit_id")["territory_id"]
    assert west.to_dict() == {
        f"U{r}{c}": "T01" if c < 2 else "T02" for r in (0, 1) for c in range(4)
    }


def test_an_account_without_a_rep_today_is_not_moved(plan):
    accounts = plan.accounts.set_index("account_id")
    assert accounts.loc["A10", "current_territory_id"] == ""
    assert plan.territories["n_moved_accounts"].tolist() == [1, 0]  # A00 alone


def test_workload_is_service_and_travel_of_each_account(plan):
    accounts = plan.accounts
    assert (accounts["travel_h"] > 0).all()
    total = (accounts["service_h"] + accounts["travel_h"]).to_numpy()
    np.testing.assert_allclose(accounts["workload_h"], total, atol=1e-9)


def test_a_system_of_three_accounts_with_two_reps_is_split_once(plan):
    owners = plan.accounts.loc[plan.accounts["idn"] == "North", "territory_id"]
    assert sorted(owners) == ["T01", "T01", "T02"]


def test_a_system_with_three_reps_is_split_twice(tmp_path):
    path = grid_scenario(
        tmp_path, columns=6, territories=3, extra="[objective]\nidn_split_usd = 1.0"
    )
    text = (tmp_path / "accounts.csv").read_text().splitlines()
    for at in (1, 3, 6):
        text[at] = text[at].replace(",,B", ",North,B")
    (tmp_path / "accounts.csv").write_text("\n".join(text) + "\n")
    found = territory.design(read_scenario(path))
    owners = found.accounts.loc[found.accounts["idn"] == "North", "territory_id"]
    assert owners.nunique() == 3
    assert found.accounts["idn"].eq("North").sum() == 3
    split = found.accounts.groupby("idn")["territory_id"].nunique()["North"] - 1
    assert found.record.terms["idn_split_usd"] == split == 2


@pytest.mark.parametrize(
    ("bound", "prospect", "objective", "expected"),
    [
        (100.0, 3.0, 120.0, 97.0),  # what empty units may add is taken off
        (130.0, 3.0, 120.0, 120.0),  # never above what the plan costs
        (2.0, 3.0, 120.0, None),  # says nothing
        (-np.inf, 0.0, 120.0, None),
    ],
)
def test_the_bound_is_one_of_the_plans_own_objective(bound, prospect, objective, expected):
    result = SimpleNamespace(bound=bound)
    assert bound_of(result, SimpleNamespace(prospect_usd=prospect), objective) == expected


def test_located_centers_are_optimal_only_where_that_is_proved_of_free_ones(tmp_path):
    found = territory.design(read_scenario(grid_scenario(tmp_path, reps=False)))
    assert found.status in {"feasible", "optimal"}
    if found.status == "optimal":
        assert "places" in found.record.bound_for


def test_revenue_that_nobody_names_is_not_known(tmp_path):
    path = grid_scenario(tmp_path)
    accounts = pd.read_csv(tmp_path / "accounts.csv", dtype=str).drop(columns="revenue_usd")
    accounts.to_csv(tmp_path / "accounts.csv", index=False)
    plan = territory.design(read_scenario(path))
    assert plan.accounts["revenue_usd"].isna().all()
    figures = territory_figures(plan)
    assert figures["penetration"].isna().all()
    assert figures["revenue_usd"].isna().all()


def test_what_is_proved_for_located_centers_is_called_feasible(tmp_path):
    prepared = prepare(read_scenario(grid_scenario(tmp_path, reps=False)))
    case, roads = roads_of(prepared.case)
    encoding = encode(case, roads)
    found = replace(solvers.solve(encoding.problem, effort="quick"), status=Status.OPTIMAL)
    given = {"geography": prepared.geography, "audit": prepared.audit}
    assert decode(case, encoding, found, replace(roads, free=None), **given).status == "feasible"
    assert decode(case, encoding, found, replace(roads, located=False), **given).status == "optimal"


def test_what_a_plan_cut_short_breaks_is_told_once(tmp_path):
    prepared = prepare(read_scenario(grid_scenario(tmp_path)))
    case, roads = roads_of(prepared.case)
    encoding = encode(case, roads)
    lopsided = np.zeros(encoding.problem.n, dtype=np.int32)
    lopsided[-1] = 1
    found = replace(
        solvers.solve(encoding.problem, effort="quick"),
        status=Status.INTERRUPTED,
        assignment=lopsided,
        evaluation=solvers.evaluate(encoding.problem, lopsided),
    )
    made = decode(case, encoding, found, roads, geography=prepared.geography, audit=prepared.audit)
    texts = [each.text for each in made.record.violations]
    assert made.status == "no_solution"
    assert texts and len(texts) == len(set(texts))
