"""The frontier of a grid of eight units, against every one of its assignments."""

import itertools

import numpy as np
import pytest

import solvers
import territory
from territory.encoding.encode import encode
from territory.encoding.reopen import reopened
from territory.errors import InputError
from territory.inputs.scenario.scenario import read_scenario
from territory.publish.folder import read_plan
from territory.sweep.chart import frontier_chart
from territory.sweep.frontier import frontier_of, read_axes
from tests.territory.worlds import grid_scenario

# Today five units are in the west: U02 is on the wrong side of the middle.
TODAY = [
    {"account_id": f"A{r}{c}", "territory_id": "T01" if c < 2 or (r, c) == (0, 2) else "T02"}
    for r in (0, 1)
    for c in range(4)
]
TIGHT = "[measures.potential_usd]\ntolerance = 0.1\n[measures.workload_h]\ntolerance = 0.4\n"


@pytest.fixture(scope="module")
def plan(tmp_path_factory):
    folder = tmp_path_factory.mktemp("grid")
    path = grid_scenario(folder, alignment=TODAY, extra=TIGHT)
    return read_plan(territory.design(read_scenario(path)).save(folder / "plan"))


@pytest.fixture(scope="module")
def found(plan):
    return frontier_of(plan, factors=(3.0, 1.0), prices=(0.0, 5.0))


def test_no_plan_of_the_frontier_is_beaten_by_any_assignment_in_everything(plan, found):
    start = reopened(plan)
    problem = encode(start.case, start.roads).problem
    table = found.table
    kept = table[table["on_frontier"]]
    assert kept["feasible"].all()
    assert kept["knee"].sum() == 1
    today = np.array([0, 0, 0, 1, 0, 0, 1, 1])
    every = []
    for each in itertools.product((0, 1), repeat=8):
        label = np.array(each, dtype=np.int32)
        judged = solvers.evaluate(problem, label)
        if {breach.rule for breach in judged.violations} <= {"balance"}:
            moved = float((label != today).mean())
            running = judged.objective - 8 * moved * 200 * (0.05 + 2 * 0.01)
            every.append((float(np.abs(judged.deviation).max()), running, moved))
    assert len(every) > 20
    for row in kept.to_dict("records"):
        own = np.array([row["imbalance"], row["running_usd"], row["moved_share"]])
        better = (np.array(every) < own - [1e-5, 0.01, 1e-5]).all(axis=1)
        assert not better.any()
        same = np.isclose(np.array(every), own, atol=0.01, rtol=1e-6).all(axis=1)
        assert same.any()
    assert found.least["least_share"].tolist() == [0.0, pytest.approx(1 / 8)]
    assert (found.least["bound_share"] <= found.least["least_share"] + 1e-9).all()


def test_a_point_becomes_a_plan_with_the_same_figures(found):
    row = found.table[found.table["on_frontier"]].iloc[0]
    made = found.as_plan(row["point"])
    accounts = made.accounts
    moved = accounts["current_territory_id"].ne("") & accounts["current_territory_id"].ne(
        accounts["territory_id"]
    )
    assert int(moved.sum()) == row["moved_accounts"]
    assert accounts["revenue_usd"][moved].sum() == pytest.approx(row["moved_revenue_usd"])
    assert accounts["travel_h"].sum() == pytest.approx(row["travel_h"], abs=0.01)
    worst = max(made.territories[f"{name}_deviation"].abs().max() for name in made.measures)
    assert worst == pytest.approx(row["imbalance"], abs=1e-5)
    assert made.record.objective == pytest.approx(row["objective_usd"], abs=0.05)
    with pytest.raises(InputError, match="no point of the frontier"):
        found.as_plan("P99")


def test_an_account_that_keeps_its_rep_has_the_price_that_the_rows_differ_by(found):
    table = found.table
    priced = table[table["usd_per_account"].notna()]
    for row in priced.to_dict("records"):
        same = table[table["on_frontier"] & table["tolerance_factor"].eq(row["tolerance_factor"])]
        rougher = same[same["moved_accounts"] > row["moved_accounts"]]
        before = rougher.sort_values("moved_accounts").iloc[0]
        usd = row["running_usd"] - before["running_usd"]
        fewer = before["moved_accounts"] - row["moved_accounts"]
        assert row["usd_per_account"] == pytest.approx(usd / fewer, abs=0.01)


def test_the_chart_names_every_plan_of_the_frontier(found):
    drawn = str(frontier_chart(found))
    for point in found.table["point"][found.table["on_frontier"]]:
        assert point in drawn


def test_axes_are_read_and_others_named():
    assert read_axes("travel, balance") == ("balance", "travel")
    with pytest.raises(InputError, match='"comfort" is no axis'):
        read_axes("balance,comfort")
    with pytest.raises(InputError, match="one axis is no frontier"):
        read_axes("balance")
