"""What happens between pieces of annealing: bands, prices and centers against plain loops."""

import numpy as np
import pytest

from solvers.kernels import looks, moves
from solvers.kernels.looks import CAP, MARGIN, RAISE
from solvers.problem.centers import best_centers
from solvers.search.anneal import open_search
from solvers.search.arrays import build_field, build_state
from tests.solvers import worlds
from tests.solvers.feature_worlds import quarters, world
from tests.solvers.feature_worlds import worlds as feature_worlds

FREE = ["free", "free, radius", "median", "pair", "median, center upper", "pair, radius"]


def opened(problem, assignment=None, seed=3):
    assignment = quarters() if assignment is None else assignment
    search = open_search(problem, assignment, seed=seed)
    return search, search.field, search.state


def test_bands_without_travel_are_the_problems_own():
    problem = world("matrix")
    _, _, s = opened(problem)
    assert np.array_equal(s.lower, problem.balance.lower)
    assert np.array_equal(s.upper, problem.balance.upper)


def test_bands_of_a_measure_with_travel_follow_the_plans_total_a_little_more_tightly():
    problem = world("matrix", tolerance=0.3, travel_share=np.array([0.3, 0.0]))
    _, _, s = opened(problem)
    goal = problem.balance.goal
    scale = s.load[:, 0].sum() / goal[:, 0].sum()
    assert scale > 1.05  # travel makes the total larger than the goals say
    assert s.goal[:, 0] == pytest.approx(scale * goal[:, 0])
    assert s.upper[:, 0] == pytest.approx(scale * (1.3 - MARGIN) * goal[:, 0])
    assert s.lower[:, 0] == pytest.approx(scale * (0.7 + MARGIN) * goal[:, 0])
    assert s.upper[:, 1] == pytest.approx(1.3 * goal[:, 1])


def test_a_band_too_narrow_for_the_margin_is_left_as_it_is():
    narrow = 2.0 * MARGIN
    problem = world("matrix", tolerance=narrow, travel_share=np.array([0.3, 0.0]))
    _, _, s = opened(problem)
    assert s.upper[:, 0] / s.goal[:, 0] == pytest.approx(1 + narrow)


def test_holding_back_takes_its_share_of_both_sides_and_the_violation_counts_it():
    problem = world("matrix")
    _, f, s = opened(problem)
    s.tight[0] = 0.5
    looks.settle(f, s, False)
    goal = problem.balance.goal
    assert s.upper == pytest.approx((goal + problem.balance.upper) / 2)
    assert s.lower == pytest.approx((goal + problem.balance.lower) / 2)
    out = np.maximum(np.maximum(s.load - s.upper, s.lower - s.load), 0) / s.goal
    assert s.totals[1] == pytest.approx(out.sum())


def test_a_center_with_less_room_has_the_lower_band():
    room = np.full((36, 2), 14.0)
    room[::2] = 5.0
    _, _, s = opened(world("median", center_upper=room, contiguity=False))
    assert np.array_equal(s.upper, room[s.col])


def priced(problem, f, s, share, ease):
    """Prices after one look, in plain loops."""
    own = np.zeros(problem.k)
    for u, t in enumerate(s.assignment.tolist()):
        own[t] += moves.serve(f, s, u, t)[0]
    own = np.maximum(own, 0.01 * own.mean())
    out = np.empty_like(s.price)
    for t in range(problem.k):
        for a in range(problem.m):
            broken = not s.lower[t, a] <= s.load[t, a] <= s.upper[t, a]
            wanted = s.price[t, a] * (RAISE if broken else ease)
            out[t, a] = min(max(wanted, share * own[t]), CAP * share * own[t])
    return out


def test_what_is_broken_pays_more_and_what_is_kept_pays_less_but_never_under_the_least():
    problem = world("matrix", tolerance=0.05)
    _, f, s = opened(problem)
    rng = np.random.default_rng(0)
    s.price[:] = rng.uniform(0.0, 100.0, s.price.shape)
    wanted = priced(problem, f, s, 0.5, 0.9)
    before = s.price.copy()
    looks.raise_prices(f, s, 0.5, 0.9)
    assert s.price == pytest.approx(wanted)
    broken = (s.load > s.upper) | (s.load < s.lower)
    assert (s.price[broken] >= before[broken]).all()
    assert broken.any()
    assert not broken.all()


def test_a_cap_on_moves_pays_more_only_while_it_is_passed():
    moved = {
        "current": (quarters() + 1) % 4, "moved_weight": np.ones((36, 2)),
        "moved_cap": np.array([6.0, 99.0]),
    }  # fmt: skip
    _, f, s = opened(world("matrix", **moved))
    s.cap_price[:] = 1e3
    looks.raise_prices(f, s, 1.0, 0.9)
    assert s.cap_price == pytest.approx([1e3 * RAISE, 900.0])


def served(problem, assignment, columns):
    """Cost of each territory from its center."""
    every = problem.cost.at(np.arange(problem.n), columns[assignment])
    return np.bincount(assignment, every, minlength=problem.k)


@pytest.mark.parametrize("name", FREE)
def test_centers_are_those_that_the_slow_search_finds(name):
    problem = feature_worlds()[name]
    rng = np.random.default_rng(1)
    for _ in range(3):
        assignment = rng.integers(0, 4, 36).astype(np.int32)
        assignment[:4] = np.arange(4)
        _, f, s = opened(problem, assignment)
        s.col[:] = 35  # somewhere else
        looks.locate(f, s)
        wanted = best_centers(problem, assignment)
        assert served(problem, assignment, s.col) == pytest.approx(
            served(problem, assignment, wanted)
        )


def test_from_any_center_the_best_is_found_again_once_a_few_units_have_changed_hands():
    rng = np.random.default_rng(4)
    for _ in range(20):
        # Few places, so that units lie on each other; some weigh nothing.
        xy, weight = (
            rng.integers(0, 12, (60, 2)).astype(float),
            rng.integers(0, 4, 60).astype(float),
        )
        problem = worlds.planar_problem(xy, weight, 3, worlds.path_edges(60), power=1)
        assignment = rng.integers(0, 3, 60).astype(np.int32)
        assignment[:3] = np.arange(3)
        _, f, s = opened(problem, assignment)
        for _ in range(4):
            looks.locate(f, s)
            wanted = best_centers(problem, s.assignment)
            assert served(problem, s.assignment, s.col) == pytest.approx(
                served(problem, s.assignment, wanted), rel=1e-12
            )
            s.assignment[rng.integers(3, 60, 5)] = rng.integers(0, 3, 5)


def test_a_territory_whose_units_stayed_is_not_looked_through_again():
    problem = feature_worlds()["median"]
    _, f, s = opened(problem)
    looks.locate(f, s)
    best = s.col.copy()
    at = np.flatnonzero(s.assignment == 1)
    s.col[:] = [at[0] if t == 1 else np.flatnonzero(s.assignment == t)[0] for t in range(4)]
    put = s.col.copy()
    s.assignment[at[-1]] = 0
    looks.locate(f, s)
    assert (s.col[2:] == put[2:]).all()
    assert (s.col[2:] != best[2:]).any()
    wanted = best_centers(problem, s.assignment)
    assert served(problem, s.assignment, s.col)[:2] == pytest.approx(
        served(problem, s.assignment, wanted)[:2]
    )


def test_a_very_wide_territory_keeps_its_center_and_an_empty_one_too():
    n = 401
    xy = worlds.grid_xy(1, n)
    problem = worlds.planar_problem(xy, np.ones(n), 2, worlds.path_edges(n), power=1)
    f = build_field(problem)
    s = build_state(problem, f, np.zeros(n, dtype=np.int32), seed=0)
    s.col[:] = [7, 9]
    looks.locate(f, s)
    assert s.col.tolist() == [7, 9]
    s.assignment[0] = 1  # now the wide one has 400, the other one unit
    looks.locate(f, s)
    assert s.col.tolist() == [200, 0]


def annealed(parts):
    problem = world("matrix", tolerance=0.1)
    search, f, s = opened(problem, seed=5)
    for begin, end in parts:
        looks.looks(f, s, begin, end, 8, 500, 2.0, 0.02, 1.0, 4.0, 0.5, 3,
                    search.best, search.best_assignment)  # fmt: skip
    return search


def test_looks_in_pieces_are_looks_in_one_go_and_the_best_met_is_kept():
    whole, pieces = annealed([(0, 8)]), annealed([(0, 3), (3, 8)])
    assert np.array_equal(whole.state.assignment, pieces.state.assignment)
    assert np.array_equal(whole.best_assignment, pieces.best_assignment)
    judged = opened(whole.problem, whole.best_assignment)[0]
    assert judged.best == pytest.approx(whole.best)
    start = opened(whole.problem)[0].best
    assert tuple(whole.best) <= tuple(start)
