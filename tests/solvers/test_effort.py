"""How much work an effort is worth, and how it is shared by starts and rounds."""

import itertools
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from solvers.effort import EFFORTS, IN_REGION, PROFILES


@given(effort=st.sampled_from(EFFORTS), n=st.integers(2, 200_000))
def test_the_rounds_share_the_work_and_keep_a_quarter_of_the_plans(effort, n):
    profile = PROFILES[effort]
    rounds = profile.rounds_for(n)
    counts = [count for count, _ in rounds]
    assert 1 <= counts[0] <= profile.starts
    assert counts[-1] == 1
    assert all(later == -(-count // 4) for count, later in itertools.pairwise(counts))
    spent = sum(count * steps for count, steps in rounds)
    whole = profile.search_steps_for(n)
    assert 0.9 * whole <= spent <= whole
    assert all(later >= each for (_, each), (_, later) in itertools.pairwise(rounds))


def test_many_plans_are_drawn_where_centers_are_free_as_far_as_the_cap_goes():
    quick = PROFILES["quick"]
    assert [quick.rounds_for(n)[0][0] for n in (1_000, 4_000)] == [15, 12]
    assert quick.search_steps_for(40_000) == quick.cap
    assert quick.search_steps_for(4_000, given=True) < quick.steps_for(4_000)


@pytest.mark.parametrize("effort", EFFORTS)
def test_work_grows_more_slowly_than_the_units(effort):
    profile = PROFILES[effort]
    sizes = (100, 1_000, 10_000, 100_000)
    steps = [profile.steps_for(n) for n in sizes]
    assert steps == sorted(steps)
    assert steps[-1] < 1_000 * steps[0]


def test_a_higher_effort_is_never_less_work():
    for n in (50, 500, 5_000, 50_000):
        steps = [PROFILES[effort].steps_for(n) for effort in EFFORTS]
        starts = [PROFILES[effort].rounds_for(n)[0][0] for effort in EFFORTS]
        assert steps == sorted(steps)
        assert starts[0] <= starts[-1]


def regions(k, *, blocks):
    """Territories in all regions of each effort, one counted as often as it is in one."""
    passes = [PROFILES[effort].regions_for(k, blocks=blocks) for effort in EFFORTS]
    return [sum(few * count for few, count in each) for each in passes]


def test_more_effort_draws_more_regions_anew():
    few, many = regions(12, blocks=False), regions(900, blocks=False)
    assert 0 < few[0] < few[1] < few[2]
    assert many == sorted(many)


def test_regions_after_blocks_are_fewer_but_at_best():
    least, normal, best = regions(900, blocks=True)
    assert 0 < least == normal < min(regions(900, blocks=False))
    assert best == regions(900, blocks=False)[-1]


def test_a_pass_has_no_more_regions_than_an_effort_is_worth():
    quick = replace(PROFILES["quick"], regions=((6, 0.5), (12, 0.1)), most_regions=80)
    assert quick.regions_for(100, blocks=False) == [(6, 50), (12, 10)]
    assert quick.regions_for(1000, blocks=False) == [(6, 80), (12, 80)]


@pytest.mark.parametrize("effort", EFFORTS)
def test_few_territories_of_a_large_plan_have_regions_enough(effort):
    assert all(count >= 20 for _, count in PROFILES[effort].regions_for(48, blocks=True))
    assert PROFILES["quick"].regions_for(12, blocks=False) == [(6, 9)]


def test_regions_are_asked_of_plans_that_can_hold_them():
    for effort in EFFORTS:
        for blocks in (False, True):
            for few, _ in PROFILES[effort].regions_for(100, blocks=blocks):
                assert few >= IN_REGION
