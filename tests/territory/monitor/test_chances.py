"""How surely territories keep their bands: the closed form, its limit, and plans made steadier."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

import solvers
import territory
from solvers.moves.alternatives import Alternatives, neighbour_moves
from territory.encoding.encode import encode
from territory.encoding.reopen import reopened
from territory.inputs.scenario.scenario import read_scenario
from territory.inputs.tables.tables import read_tables
from territory.market.forecast.luck import Luck
from territory.monitor.chances import chance_inside, chances_of, most_held
from territory.monitor.exchanges import Asked, standing
from territory.monitor.futures import drawn_futures, held_in
from territory.monitor.steadied import steadied
from tests.territory.monitor.worlds import demo_plan, demo_scenario
from tests.territory.worlds import grid_scenario

BANDS = {"workload_h": 0.10, "potential_usd": 0.10}


@pytest.fixture(scope="module")
def ahead(tmp_path_factory):
    """The demo's accounts three years ahead."""
    from territory.incentives.forecast.potential_ahead import ahead_of

    tables = read_tables(demo_scenario(tmp_path_factory.mktemp("company")))
    return ahead_of(tables, demo_plan().accounts, "2027Q4")


def test_the_closed_form_says_what_draws_say(ahead):
    plan = demo_plan()
    ids = {str(name): at for at, name in enumerate(plan.territories["territory_id"])}
    row = plan.accounts["territory_id"].astype("str").map(ids).to_numpy()
    # Each county in a territory is one item, as the draws have it.
    keys = plan.accounts["unit_id"].astype("str") + "|" + plan.accounts["territory_id"].astype(str)
    _, item = np.unique(keys, return_inverse=True)
    n = int(item.max()) + 1
    of_item = np.zeros(n, dtype=np.int64)
    of_item[item] = row
    chances = chances_of(plan.accounts, item, n, ahead, BANDS)
    scatter = chances.sums(of_item, len(ids))
    variance = chances.variance(scatter)
    planned = np.zeros((len(ids), 2))
    told = chances.held(planned, scatter.mean, variance, scatter.beside)
    drawn = drawn_futures(plan, ahead, rng=np.random.default_rng(3))
    assert told == pytest.approx(held_in(drawn, BANDS).by_territory, abs=0.02)
    usd = plan.territories["potential_usd_goal"].to_numpy(float)
    assert (told <= most_held(usd / usd.sum(), ahead, 0.10) + 0.005).all()


def test_two_bands_of_one_luck_hold_as_the_narrower_and_of_two_lucks_as_their_product():
    tolerance, planned = np.array([0.1, 0.2]), np.zeros((1, 2))
    both = chance_inside(planned, np.full((1, 2, 2), 0.01), tolerance)
    alone = chance_inside(planned[:, :1], np.full((1, 1, 1), 0.01), tolerance[:1])
    wide = chance_inside(planned[:, :1], np.full((1, 1, 1), 0.01), tolerance[1:])
    assert both == pytest.approx(alone, abs=0.01)
    apart = chance_inside(planned, np.eye(2)[None] * 0.01, tolerance)
    assert apart == pytest.approx(alone * wide, abs=0.003)


def test_what_no_plan_can_falls_with_the_size_of_a_territory():
    ahead = SimpleNamespace(
        luck=Luck(common=0.0, by_size=0.01, scale=1.0, origins=1), sold_usd=20.0
    )
    most = most_held(np.array([0.02, 0.05, 0.2]), ahead, 0.10)
    assert (np.diff(most) > 0).all()
    # Of size 1 its own luck is 10 %: as often as a normal stays within one deviation.
    assert most[1] == pytest.approx(0.70, abs=0.02)


def test_two_moves_made_together_change_what_judging_anew_says(tmp_path):
    opened, encoding, chances, columns = grid_world(tmp_path)
    problem = encoding.problem
    goal = problem.balance.goal[:, columns]
    asked = Asked(
        problem=problem,
        chances=chances,
        columns=columns,
        aim=np.full(problem.k, 0.99),
        share=goal / goal.sum(axis=0),
    )
    now = standing(asked, opened.assignment.astype(np.int64))
    looked = now.looked
    pairs = np.concatenate([now.pairs(looked, each) for each in range(problem.k)])
    assert len(pairs) > 10
    told = now.after_both(looked, pairs)
    for (one, other), change in list(zip(pairs, told, strict=True))[::7]:
        after = now.assignment.copy()
        for row in (one, other):
            after[looked.units[row]] = looked.to[row]
        assert now.missing + change == pytest.approx(standing(asked, after).missing, abs=0.01)


def test_a_territory_that_needs_another_mix_and_not_more_trades_units(tmp_path):
    rows = [
        {
            "account_id": f"A{r}{c}", "lon": -99.9 + 0.2 * c, "lat": 31.9 - 0.2 * r,
            "service_h": 30 if (r + c) % 2 else 10, "calls_per_year": 10,
            "potential_usd": 500 if (r + c) % 2 else 1500,
        }
        for r in (0, 1)
        for c in range(6)
    ]  # fmt: skip
    world = grid_world(tmp_path, accounts=rows, measures=("workload_h", "potential_usd"))
    _, encoding, chances, columns = world
    balance = encoding.problem.balance
    wide = replace(balance, lower=0.1 * balance.goal, upper=1.9 * balance.goal)
    problem = replace(encoding.problem, balance=wide)
    # Columns 0 and 1 in the west: no single move leaves less missing, two of them do.
    start = np.array([0, 0, 1, 1, 1, 1, 0, 0, 1, 1, 1, 1])
    _, missing = steadied(
        problem, start, chances, columns, aim=np.full(2, 0.7), rng=np.random.default_rng(1)
    )
    assert missing == pytest.approx(0.0, abs=1e-3)


def grid_world(tmp_path, accounts=None, measures=("workload_h",)):
    """A grid's plan encoded anew, and how its items stray: (opened, encoding, chances, columns)."""
    scenario = read_scenario(grid_scenario(tmp_path, columns=6, accounts=accounts))
    opened = reopened(territory.design(scenario), scenario=scenario)
    encoding = encode(opened.case, opened.roads)
    problem = encoding.problem
    luck = Luck(common=0.0, by_size=0.02, scale=1.0, origins=1)
    usd = opened.case.accounts["potential_usd"].sum()
    ahead = SimpleNamespace(
        luck=luck,
        variances=lambda given: (luck.own_variance(given / usd * problem.k), luck.common),
    )
    chances = chances_of(
        opened.case.accounts,
        encoding.item_of_account,
        problem.n,
        ahead,
        dict.fromkeys(measures, 0.1),
    )
    columns = np.array([opened.case.measures.index(each) for each in measures])
    return opened, encoding, chances, columns


def test_units_change_hands_until_less_is_missing_and_no_rule_is_broken(tmp_path):
    opened, encoding, chances, columns = grid_world(tmp_path)
    problem = encoding.problem
    aim = np.full(problem.k, 0.99)

    def looked(start, done=lambda: False):
        rng = np.random.default_rng(1)
        return steadied(problem, start, chances, columns, aim=aim, rng=rng, done=done)

    now, missing = looked(opened.assignment)
    again, same = looked(opened.assignment)
    assert missing == same
    assert (now == again).all()
    assert solvers.evaluate(problem, now).feasible
    _, at_first = looked(opened.assignment, done=iter([False, True]).__next__)
    assert missing <= at_first
    # What is surer than is wanted is given back for cost, and nothing is missing then.
    wide = replace(
        problem,
        balance=replace(
            problem.balance, lower=0.1 * problem.balance.goal, upper=1.9 * problem.balance.goal
        ),
    )
    moves = Alternatives(wide, now).moves(*neighbour_moves(wide, now))
    row = int(np.flatnonzero(moves.allowed & (moves.change > 0))[0])
    dear = now.copy()
    dear[moves.units[row]] = moves.to[row]
    rng, nothing = np.random.default_rng(1), np.zeros(problem.k)
    cheaper, short = steadied(wide, dear, chances, columns, aim=nothing, rng=rng)
    assert short == 0.0
    before, after = (solvers.evaluate(wide, each) for each in (dear, cheaper))
    assert after.feasible
    assert after.objective < before.objective
