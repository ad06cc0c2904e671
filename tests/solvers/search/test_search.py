"""Seeds, repair, allocation, annealing and re-cutting, each alone on worlds small enough to see."""

import numpy as np
import pytest

from solvers import PlanarCost, adjacency_from_edges, evaluate
from solvers.construct.allocate import allocate, candidates
from solvers.construct.repair import complete
from solvers.construct.starts import first_plan, match_territories, split_plane
from solvers.search.anneal import Schedule, anneal, open_search, settle, settle_violations
from solvers.search.recut import anywhere, cut_anew, outside, recut
from solvers.stop import Budget, Interrupt
from tests.solvers.feature_worlds import quarters, world, worlds
from tests.solvers.worlds import problem_of

WORLDS = worlds()


def test_a_split_gives_every_territory_its_share_of_the_weight():
    rng = np.random.default_rng(0)
    xy, weight = rng.random((400, 2)), np.ones(400)
    goal = np.array([1.0, 1.0, 2.0, 4.0])
    assignment = split_plane(xy, weight, goal, rng)
    share = np.bincount(assignment, weight, minlength=4) / 400
    assert np.allclose(share, goal / goal.sum(), atol=0.01)


def test_a_split_leaves_no_territory_empty_even_with_one_unit_each():
    xy = np.arange(12.0).reshape(6, 2)
    assignment = split_plane(xy, np.ones(6), np.ones(6), np.random.default_rng(0))
    assert sorted(assignment.tolist()) == list(range(6))


@pytest.mark.parametrize("name", WORLDS)
def test_a_first_plan_is_whole_and_keeps_pins_and_groups(name):
    problem = WORLDS[name]
    plan = first_plan(problem, np.random.default_rng(0))
    broken = {v.rule for v in evaluate(problem, plan).violations}
    assert broken <= {"balance", "radius", "moves", "forbidden"}


def test_territories_take_the_numbers_that_pins_and_today_give_them():
    problem = world("free", current=quarters())
    assert np.array_equal(match_territories(problem, (quarters() + 1) % 4), quarters())


def test_repair_keeps_the_heaviest_piece_and_hands_on_the_rest():
    # Three stray units of territory 3 lie inside territory 0.
    start = quarters()
    start[[0, 1, 6]] = 3
    repaired = complete(world("matrix"), start)
    assert repaired[[0, 1, 6]].tolist() == [0, 0, 0]
    assert np.array_equal(np.delete(repaired, [0, 1, 6]), np.delete(start, [0, 1, 6]))


def test_repair_joins_pinned_pieces_by_a_path():
    pinned = np.full(36, -1, dtype=np.int32)
    pinned[[0, 35]] = 2
    repaired = complete(world("matrix", pinned=pinned), quarters())
    assert repaired[0] == repaired[35] == 2
    assert evaluate(world("matrix"), repaired).n_parts.tolist() == [1, 1, 1, 1]


def test_repair_of_a_sound_plan_changes_nothing():
    assert np.array_equal(complete(world("matrix"), quarters()), quarters())


def test_prices_bring_the_loads_into_their_bands():
    # Homes in one half of the map: by distance alone two territories would get nearly everything.
    xy = np.random.default_rng(0).random((300, 2))
    homes = np.array([[0.1, 0.2], [0.1, 0.8], [0.15, 0.5], [0.2, 0.5]])
    indptr, indices = adjacency_from_edges(300, np.array([[i, i + 1] for i in range(299)]))
    goal = np.full((4, 1), 75.0)
    problem = problem_of(
        cost=PlanarCost(xy=xy, weight=np.ones(300), offset=np.zeros(300), power=2, home_xy=homes),
        activity=np.ones((300, 1)),
        goal=goal,
        lower=goal * 0.9,
        upper=goal * 1.1,
        indptr=indptr,
        indices=indices,
        contiguity=False,
    )
    lists = candidates(problem, np.arange(4))
    plain = np.bincount(lists.territory[::4][:300], minlength=4)
    assignment, price, excess = allocate(problem, lists, rounds=300)
    assert excess == 0.0
    load = np.bincount(assignment, minlength=4)
    assert (load >= 67.5).all() and (load <= 82.5).all()
    assert price.any() and plain.sum() == 300


def test_candidates_leave_out_what_is_forbidden_and_know_only_the_pin_of_a_pinned_unit():
    lists = candidates(WORLDS["matrix, pins"], np.arange(4))
    assert lists.territory[lists.indptr[0] : lists.indptr[1]].tolist() == [1]
    lists = candidates(WORLDS["matrix, forbidden"], np.arange(4))
    assert set(lists.territory[lists.indptr[7] : lists.indptr[8]].tolist()) == {2, 3}


def test_annealing_lowers_the_objective_and_remembers_the_best():
    problem = world("free", rows=12, columns=12, k=6)
    plan = first_plan(problem, np.random.default_rng(3))
    search = open_search(problem, plan, seed=1)
    before = tuple(search.best)
    anneal(search, Schedule(hot=1.0, tight=0.05), steps=60_000, budget=Budget())
    assert tuple(search.best) <= before
    best = open_search(problem, search.best_assignment, seed=1)
    assert tuple(best.best) == pytest.approx(tuple(search.best))
    assert evaluate(problem, search.best_assignment).feasible


def test_annealing_stops_at_its_next_look_when_told():
    pull = Interrupt()
    problem = world("free", rows=12, columns=12, k=6)
    search = open_search(problem, first_plan(problem, np.random.default_rng(3)), seed=1)
    anneal(
        search,
        Schedule(),
        steps=10**9,
        budget=Budget(rule=pull),
        report=lambda _: pull.pull(),
    )
    assert search.steps < 10**7


def test_violations_settle_from_a_lopsided_plan():
    problem = world("matrix", tolerance=0.2)
    lopsided = np.zeros(36, dtype=np.int32)
    lopsided[[5, 30, 35]] = [1, 2, 3]
    search = open_search(problem, lopsided, seed=1)
    assert search.best[0] > 1
    settle_violations(search, steps=2_000_000, budget=Budget())
    assert search.best[0] == 0
    assert evaluate(problem, search.best_assignment).feasible


@pytest.mark.parametrize("name", [n for n in WORLDS if WORLDS[n].k == 4])
def test_cutting_anew_never_makes_a_plan_worse(name):
    problem = WORLDS[name]
    search = open_search(problem, first_plan(problem, np.random.default_rng(2)), seed=0)
    settle(search)
    before = (max(search.state.totals[1], 1e-9), search.state.totals[0])
    recut(search, [0, 1, 2], effort=0.05, seed=0)
    after = (max(search.state.totals[1], 1e-9), search.state.totals[0])
    assert after <= before
    broken = {v.rule for v in evaluate(problem, search.state.assignment).violations}
    assert broken <= {"balance", "radius", "moves", "forbidden"}


def test_cutting_anew_closes_a_pocket_that_is_out_of_its_band():
    problem = world("matrix", tolerance=0.12)
    start = quarters()
    start[[3, 9, 15]] = 0  # a column goes from territory 1 to territory 0
    search = open_search(problem, start, seed=0)
    assert search.best[0] > 0
    how = {"effort": 0.2, "rng": np.random.default_rng(0), "budget": Budget()}
    cut_anew(search, outside, turns=8, **how)
    assert search.best[0] == 0
    before = search.best[1]
    cut_anew(search, anywhere, turns=4, **how)
    assert search.best[1] <= before
    assert evaluate(problem, search.best_assignment).feasible
