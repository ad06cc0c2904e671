"""Whose turn it is: everybody once before anybody twice, never more than asked for."""

import numpy as np

from solvers.regions.turns import take_turns
from tests.solvers import worlds
from tests.solvers.regions.test_resite import run_of

K = 24


def chain():
    """48 cells in a row, two by two close together, for 24 territories of two."""
    xy = np.array([[5.0 * (x // 2) + x % 2, 0.0] for x in range(2 * K)])
    problem = worlds.planar_problem(xy, np.ones(2 * K), K, worlds.path_edges(2 * K), tolerance=0.9)
    return run_of(problem, np.repeat(np.arange(K), 2))


def listener(asked):
    """Decides nothing; notes where each neighbourhood lies, by the first x of its units."""

    def decide(part, start, number):
        asked.append((number, part.k, sorted(part.cost.xy[:, 0].tolist())))

    return decide


def test_neighbourhoods_of_one_round_share_no_territory_and_none_is_larger_than_asked():
    asked = []
    take_turns(chain(), listener(asked), times=4, most_units=99, most_territories=3)
    assert [number for number, _, _ in asked] == [0, 1, 2, 3]
    assert {k for _, k, _ in asked} == {3}
    cells = [x for _, _, xy in asked for x in xy]
    assert len(cells) == len(set(cells))


def test_rounds_in_vain_end_it_after_as_many_as_are_asked_for():
    asked = []
    options = {"times": 99, "most_units": 99, "most_territories": 3}
    take_turns(chain(), listener(asked), **options, patience=1)
    first = len(asked)
    assert 2 <= first <= 8
    take_turns(chain(), listener(asked), **options, patience=2)
    assert first < len(asked) - first <= 16
    asked.clear()
    take_turns(chain(), listener(asked), **options)
    assert len(asked) == K


def test_everybody_is_in_a_neighbourhood_before_the_same_one_comes_again():
    asked = []
    take_turns(chain(), listener(asked), times=16, most_units=99, most_territories=3)
    assert {x for _, _, xy in asked for x in xy} == set(chain().problem.cost.xy[:, 0].tolist())


def test_the_neighbourhood_of_what_is_outside_its_band_comes_first():
    """The last territory has three cells, the one before it one: both outside ±40 %."""
    run = chain()
    uneven = run.assignment.copy()
    uneven[2 * K - 3] = K - 1
    xy = run.problem.cost.xy
    tight = worlds.planar_problem(xy, np.ones(2 * K), K, worlds.path_edges(2 * K), tolerance=0.4)
    asked = []
    take_turns(run_of(tight, uneven), listener(asked), times=1, most_units=99, most_territories=3)
    assert xy[2 * K - 1, 0] in asked[0][2]


def test_units_limit_a_neighbourhood_and_all_are_asked_once_in_vain():
    asked = []
    take_turns(chain(), listener(asked), times=500, most_units=4)
    assert {k for _, k, _ in asked} == {2}
    assert len(asked) == K


def test_those_whose_plan_got_better_are_asked_again():
    """Of two neighbours one has three cells and one has one; two and two is better."""
    run = chain()
    best = run.objective
    uneven = run.assignment.copy()
    uneven[2::4] = uneven[1::4]
    run = run_of(run.problem, uneven)
    asked = []

    def halves(part, start, number):
        asked.append(number)
        first = start[np.argmin(part.cost.xy[:, 0])]
        found = np.where(part.cost.xy[:, 0].argsort().argsort() < start.size // 2, first, 1 - first)
        return None if (found == start).all() else found.astype(np.int32)

    take_turns(run, halves, times=500, most_units=4, most_territories=2)
    assert run.objective == best
    assert K < len(asked) < 3 * K


def test_only_around_what_is_outside_its_band():
    """Two of 24 are: neither is in a neighbourhood with the other end of the row."""
    run = chain()
    uneven = run.assignment.copy()
    uneven[2 * K - 3] = K - 1
    tight = worlds.planar_problem(
        run.problem.cost.xy, np.ones(2 * K), K, worlds.path_edges(2 * K), tolerance=0.4
    )
    asked = []
    words = {"times": 99, "most_units": 99, "most_territories": 3, "only_open": True}
    take_turns(run_of(tight, uneven), listener(asked), **words)
    assert 1 <= len(asked) <= 2
    assert min(x for _, _, xy in asked for x in xy) >= 5.0 * (K - 4)
    asked.clear()
    take_turns(chain(), listener(asked), **words)
    assert not asked
