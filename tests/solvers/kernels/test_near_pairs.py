"""Near pairs are listed and priced as plain NumPy does it over all pairs."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from solvers.bounds.near_pairs import _neighbours_together, _Plane


def plane_and_prices(power, seed=4, n=70, m=2, pool=None):
    rng = np.random.default_rng(seed)
    xy = rng.uniform(0, 10, (n, 2))
    order, first = _neighbours_together(xy)
    x, y = np.ascontiguousarray(xy[order].T)
    box = [s.reduceat(at, first[:-1]) for at in (x, y) for s in (np.minimum, np.maximum)]
    plane = _Plane(
        x=x, y=y, power=power, k=5, weight=rng.choice([0.0, 1.0, 2.0], n),
        activity=rng.uniform(0, 1, (n, m)), lower=np.full((n, m), 0.9), upper=np.full((n, m), 1.1),
        size=np.ones(n), cost=1.0, first_of_block=first, box=np.column_stack(box), pool=pool,
    )  # fmt: skip
    return plane, rng.uniform(0, 6, n), rng.normal(0, 1, (n, m))


def all_prices(plane, item, band):
    away = (plane.x[:, None] - plane.x) ** 2 + (plane.y[:, None] - plane.y) ** 2
    away = away if plane.power == 2 else np.sqrt(away)
    return plane.weight[:, None] * away - item[:, None] + plane.activity @ band.T


@pytest.fixture(params=[None, 1, 3], ids=["alone", "one thread", "three threads"])
def pool(request):
    if request.param is None:
        yield None
    else:
        with ThreadPoolExecutor(request.param) as pool:
            yield pool


@pytest.mark.parametrize("power", [1, 2])
def test_every_pair_below_zero_is_listed_and_every_center_itself(power, pool):
    plane, item, band = plane_and_prices(power, pool=pool)
    first, unit, _ = plane.listed(item, band)
    price = all_prices(plane, item, band)
    for j in range(plane.x.size):
        expected = set(np.flatnonzero(price[:, j] < 0).tolist()) | {j}
        assert set(unit[first[j] : first[j + 1]].tolist()) == expected


@pytest.mark.parametrize("power", [1, 2])
def test_values_loads_and_cover_are_those_of_all_pairs(power, pool):
    plane, item, band = plane_and_prices(power, pool=pool)
    n = plane.x.size
    value, load = np.empty(n), np.empty((n, 2))
    # A list with room to spare says the same.
    found = plane.listed(item + 1.0, band)
    bound = plane.price(found, item, band, value, load)
    price = all_prices(plane, item, band)
    taken = (price < 0) | np.eye(n, dtype=bool)
    edge = np.where(band > 0, plane.upper, plane.lower)
    expected = np.where(taken, price, 0.0).sum(axis=0) - (edge * band).sum(axis=1)
    assert value == pytest.approx(expected)
    assert load == pytest.approx(taken.T.astype(float) @ plane.activity)
    assert bound == pytest.approx(item.sum() + np.sort(expected)[: plane.k].sum())
    share = np.linspace(0.0, 1.0, n)
    assert plane.cover(found, item, band, share) == pytest.approx(taken @ share)
