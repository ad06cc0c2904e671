"""Small changes on the six squares: nested, in one piece, counted again; and leaving it alone."""

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import networkx
import numpy as np
import pytest

from territory.errors import InputError
from territory.inputs.scenario.scenario import Scenario
from territory.inputs.scenario.workforce import ResponseKeys
from territory.monitor.realign.answer import answer_shocks, realign
from territory.monitor.realign.field import field_of, plan_with
from territory.monitor.realign.frontier import frontier_of
from territory.monitor.realign.shocks import Shock, hit_by, read_shocks
from territory.monitor.realign.waiting import waiting_of
from tests.territory.monitor.worlds import demo_plan, demo_scenario
from tests.territory.plans import balanced_plan


@pytest.fixture(scope="module")
def scenario(tmp_path_factory: pytest.TempPathFactory) -> Scenario:
    return demo_scenario(tmp_path_factory.mktemp("demo"))


def lopsided(scenario: Scenario):
    """The six squares after T03 took one of T02's two units."""
    plan = balanced_plan()
    field = field_of(plan, scenario, plan.accounts)
    assignment = field.assignment.copy()
    assignment[field.unit_ids.index("48005")] = field.territory_ids.index("T03")
    return plan_with(plan, field, assignment)


def test_no_moves_is_the_plan_itself(scenario):
    plan = lopsided(scenario)
    found = frontier_of(field_of(plan, scenario, plan.accounts), max_moves=0)
    assert len(found.steps) == 1
    assert found.steps[0].n_accounts == 0
    again = plan_with(plan, found.field, found.steps[0].assignment)
    assert again.alignment["territory_id"].tolist() == plan.alignment["territory_id"].tolist()
    assert again.territories["workload_h"].sum() == pytest.approx(
        plan.territories["workload_h"].sum()
    )


def test_moves_lessen_what_is_outside_and_leave_territories_whole(scenario):
    plan = lopsided(scenario)
    field = field_of(plan, scenario, plan.accounts)
    found = frontier_of(field, max_moves=3)
    assert 1 <= len(found.steps) - 1 <= 3
    assert found.steps[-1].excess < found.steps[0].excess
    edges = list(zip(plan.adjacency["unit_a"], plan.adjacency["unit_b"], strict=True))
    for step in found.steps:
        for territory in range(3):
            units = [field.unit_ids[at] for at in np.flatnonzero(step.assignment == territory)]
            graph = networkx.Graph(edges).subgraph(units)
            assert networkx.is_connected(graph)


def test_each_step_stands_on_the_one_before(scenario):
    plan = lopsided(scenario)
    steps = frontier_of(field_of(plan, scenario, plan.accounts), max_moves=3).steps
    for before, after in pairwise(steps):
        assert after.moves[: len(before.moves)] == before.moves
        assert (before.assignment != after.assignment).sum() == 1


def test_the_plan_after_moves_counts_what_the_step_says(scenario):
    plan = lopsided(scenario)
    field = field_of(plan, scenario, plan.accounts)
    step = frontier_of(field, max_moves=2).steps[-1]
    found = plan_with(plan, field, step.assignment)
    assert found.summary["totals"]["moved_accounts"] == step.n_accounts
    assert found.summary["bound"] is None
    moved = found.accounts["territory_id"] != found.accounts["current_territory_id"]
    assert int(moved.sum()) == step.n_accounts
    for at, measure in enumerate(("workload_h", "potential_usd")):
        assert found.territories[f"{measure}_deviation"].to_numpy() == pytest.approx(
            step.deviations[:, at], abs=1e-6
        )


def test_a_balanced_plan_is_left_alone(scenario):
    plan = balanced_plan()
    found = realign(plan, scenario, plan.accounts, max_moves=5)
    assert found.waiting.best == 0
    assert found.words()[0].startswith("Leave it")


def test_moving_is_worth_it_only_when_waiting_costs_more_than_noise(scenario):
    plan = lopsided(scenario)
    frontier = frontier_of(field_of(plan, scenario, plan.accounts), max_moves=3)
    rng = np.random.default_rng(1)
    common = {"sd_q": 0.01, "response": ResponseKeys(), "rng": rng}
    cheap = waiting_of(frontier, sales_per_h=0.0, **common)
    dear = waiting_of(frontier, sales_per_h=1e5, **common)
    assert cheap.best == 0
    assert dear.best > 0
    assert dear.words.startswith("Move")


def test_the_unit_that_was_taken_goes_back(scenario):
    plan = lopsided(scenario)
    found = frontier_of(field_of(plan, scenario, plan.accounts), max_moves=3)
    first = found.ledger().iloc[0]
    assert (first["unit_id"], first["to_territory_id"]) == ("48005", "T02")
    assert "potential of T03" in first["reason"]


def test_a_plan_after_moves_is_saved_and_read_like_any_other(scenario, tmp_path: Path):
    from territory.publish.folder import read_plan, save_plan

    plan = lopsided(scenario)
    field = field_of(plan, scenario, plan.accounts)
    found = plan_with(plan, field, field.assignment)
    assert {each["rule"] for each in found.summary["violations"]} == {"balance"}
    again = read_plan(save_plan(found, tmp_path / "plan"))
    assert again.status == "no_solution"
    assert again.alignment["territory_id"].tolist() == found.alignment["territory_id"].tolist()


def test_a_field_without_neighbours_moves_nothing(scenario):
    plan = demo_plan()
    centers = plan.accounts.groupby("territory_id")[["lon", "lat"]].mean()
    ids = plan.territories["territory_id"]
    plan = replace(
        plan,
        territories=plan.territories.assign(
            center_lon=centers.loc[ids, "lon"].to_numpy(),
            center_lat=centers.loc[ids, "lat"].to_numpy(),
        ),
        adjacency=plan.adjacency.iloc[:0],
    )
    field = field_of(plan, scenario, plan.accounts)
    steps = frontier_of(field, max_moves=20).steps
    assert len(steps) == 1
    assert steps[0].outside == 0


def test_shocks_change_whom_they_name_and_nobody_else():
    plan = balanced_plan()
    shock = Shock(kind="competitor", idn="Mercy, <Inc>", share=0.3)
    hit = hit_by(plan, (shock,), {})
    inside = (plan.accounts["idn"] == "Mercy, <Inc>").to_numpy()
    ratio = hit.accounts["potential_usd"] / plan.accounts["potential_usd"]
    assert ratio[inside].to_numpy() == pytest.approx(0.7)
    assert ratio[~inside].to_numpy() == pytest.approx(1.0)
    assert hit.effect["n_accounts"].sum() == inside.sum()


def test_a_shock_that_hits_nobody_names_what_there_is():
    shock = Shock(kind="gpo_lost", gpo="Vizent")
    with pytest.raises(InputError) as found:
        hit_by(balanced_plan(), (shock,), {})
    assert 'gpo "Vizent"' in str(found.value)


def test_a_vacancy_is_priced_with_and_without_cover(scenario):
    plan = balanced_plan()
    found = answer_shocks(
        plan, scenario, [Shock(kind="rep_exit", territory="T01", months=6)], max_moves=2
    )
    cost = found.answers.set_index("answer")["cost_usd"]
    sales = plan.accounts.loc[plan.accounts["territory_id"] == "T01", "revenue_usd"].sum()
    assert cost["leave it"] == pytest.approx(0.5 * 0.6 * sales, rel=0.2)
    assert found.answers["cost_usd"].iloc[0] <= cost["leave it"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[[shock]]\nkind = "earthquake"\n', "kind"),
        ('[[shock]]\nkind = "price_cut"\nshare = 15\n', "share"),
        ("shock = 3\n", "shock"),
        ("[[shock]\n", "shock.toml"),
    ],
)
def test_a_shock_file_that_makes_no_sense_is_refused(tmp_path: Path, text, said):
    path = tmp_path / "shock.toml"
    path.write_text(text)
    with pytest.raises(InputError) as found:
        read_shocks(path)
    assert said in str(found.value)
