"""Homes: work shared out by capacity, reps placed and taken out, never a point lost."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solvers.locate import Force, Work, add_home, allocate, drop_home, gather, recentre


def work_on(points, service_h=10.0):
    points = np.asarray(points, dtype=float)
    away = np.hypot(*(points[:, None] - points[None, :]).transpose(2, 0, 1))
    return Work(lonlat=points, service_h=np.full(len(points), service_h), travel_h=away)


def nobody(work):
    p = len(work.service_h)
    return Force(
        lonlat=np.zeros((0, 2)), capacity_h=np.zeros(0), fixed=np.zeros(0, dtype=bool),
        travel_h=np.zeros((p, 0)), name=(), territory=np.zeros(p, dtype=np.int64),
        price=np.zeros(0),
    )  # fmt: skip


def grown(work, k, capacity_h=100.0):
    force = nobody(work)
    for _ in range(k):
        force = recentre(work, add_home(work, force, capacity_h))
    return force


TOWNS = np.array([[0.0, 0.0], [30.0, 0.0], [0.0, 40.0]])


def towns(each=8, seed=0):
    rng = np.random.default_rng(seed)
    return np.vstack([town + rng.uniform(-1, 1, (each, 2)) for town in TOWNS])


def test_three_reps_for_three_towns_live_one_in_each():
    force = grown(work_on(towns()), 3)
    assert sorted(force.territory.reshape(3, 8).tolist()) == sorted(
        [[t] * 8 for t in force.territory[::8].tolist()]
    )
    assert force.total_travel_h() < 3 * 8 * 1.5


def test_the_first_home_is_the_median_of_the_work():
    work = work_on(towns())
    force = add_home(work, nobody(work), 100.0)
    assert force.total_travel_h() == pytest.approx(work.travel_h.sum(axis=0).min())


def test_part_time_reps_get_less():
    rng = np.random.default_rng(2)
    work = work_on(rng.uniform(0, 3, (60, 2)))
    force = grown(work, 3)
    half = allocate(
        work,
        Force(
            lonlat=force.lonlat, capacity_h=np.array([100.0, 50.0, 100.0]), fixed=force.fixed,
            travel_h=force.travel_h, name=force.name, territory=force.territory,
            price=force.price,
        ),
    )  # fmt: skip
    use = half.load_h(work) / half.capacity_h
    assert np.abs(use / use.mean() - 1.0).max() < 0.12


def test_the_next_rep_goes_where_the_work_is_above_capacity():
    crowd = np.random.default_rng(3).uniform(-1, 1, (30, 2))
    work = work_on(np.vstack([crowd, [[50.0, 0.0], [51.0, 0.0], [50.0, 1.0]]]))
    force = allocate(
        work,
        Force(
            lonlat=np.array([[0.0, 0.0], [50.0, 0.0]]), capacity_h=np.array([150.0, 150.0]),
            fixed=np.array([True, True]), travel_h=work.travel_h[:, [0, 30]], name=("R1", "R2"),
            territory=np.zeros(33, dtype=np.int64), price=np.zeros(2),
        ),
    )  # fmt: skip
    third = add_home(work, force, 150.0)
    assert np.abs(third.lonlat[-1]).max() < 2.0
    assert third.name == ("R1", "R2", "")


def test_fixed_homes_stay_when_others_move():
    work = work_on(towns())
    force = grown(work, 2)
    held = Force(
        lonlat=force.lonlat, capacity_h=force.capacity_h, fixed=np.array([True, False]),
        travel_h=force.travel_h, name=force.name, territory=force.territory, price=force.price,
    )  # fmt: skip
    assert recentre(work, held).lonlat[0].tolist() == force.lonlat[0].tolist()


def test_the_rep_who_is_least_missed_is_taken_out():
    """Two live in one town: one of them, not the one whose town is far."""
    work = work_on(np.vstack([towns(each=8)[:8], towns(each=4)[8:12] * [1, 1]]))
    force = allocate(
        work,
        Force(
            lonlat=work.lonlat[[0, 1, 9]], capacity_h=np.array([60.0, 60.0, 60.0]),
            fixed=np.ones(3, dtype=bool), travel_h=work.travel_h[:, [0, 1, 9]],
            name=("near", "twin", "far"), territory=np.zeros(12, dtype=np.int64),
            price=np.zeros(3),
        ),
    )  # fmt: skip
    rest, out = drop_home(work, force)
    assert force.name[out] in {"near", "twin"}
    assert "far" in rest.name
    assert rest.k == 2


@settings(max_examples=20)
@given(seed=st.integers(0, 10_000), k=st.integers(1, 5), n=st.integers(6, 40))
def test_every_point_has_a_rep_and_loads_are_those_of_the_points(seed, k, n):
    rng = np.random.default_rng(seed)
    work = work_on(rng.uniform(0, 20, (n, 2)), service_h=float(rng.uniform(1, 50)))
    force = grown(work, k)
    assert force.territory.min() >= 0
    assert force.territory.max() < k
    own = force.travel_h[np.arange(n), force.territory]
    total = own.sum() + work.service_h.sum()
    assert force.load_h(work).sum() == pytest.approx(total)


def test_accounts_are_merged_into_few_points_without_losing_any():
    rng = np.random.default_rng(0)
    lonlat = rng.uniform(-100, -90, (5000, 2))
    weight = rng.uniform(0, 5, 5000)
    points, of = gather(lonlat, weight, most=400)
    assert len(points) <= 400
    assert np.bincount(of, minlength=len(points)).min() >= 1
    middle = (points * np.bincount(of, weight)[:, None]).sum(axis=0) / weight.sum()
    assert middle == pytest.approx((lonlat * weight[:, None]).sum(axis=0) / weight.sum(), rel=1e-6)


def test_accounts_at_one_address_are_one_point():
    points, of = gather(np.array([[1.0, 2.0], [1.0, 2.0], [1.5, 2.0]]), np.ones(3))
    assert len(points) == 2
    assert of[0] == of[1] != of[2]
