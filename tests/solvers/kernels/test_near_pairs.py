"""Near blocks are listed and priced as plain NumPy does it over all pairs."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from solvers.bounds.plane import Plane, neighbours_together, padded
from solvers.kernels.near_pairs import WIDTH


def plane_and_prices(power, seed=4, n=1170, m=2, pool=None):
    """Three groups of blocks, the last of which has a unit short of two in its last block."""
    rng = np.random.default_rng(seed)
    xy = rng.uniform(0, 40, (n, 2)) + np.array([0.0, 100.0])
    x, y = padded(xy[neighbours_together(xy)].T)
    weight = rng.choice([1.0, 2.0], n)
    weight[:5] = 0.0  # near to everything
    plane = Plane(
        n=n, x=x, y=y, power=power, k=5, weight=padded(weight),
        activity=padded(rng.uniform(0, 1, (m, n))), lower=np.full((n, m), 0.9),
        upper=np.full((n, m), 1.1), size=padded(np.ones(n)), cost=1.0, pool=pool,
    )  # fmt: skip
    return plane, padded(rng.uniform(0, 6, n)), rng.normal(0, 1, (n, m))


def all_prices(plane, item, band):
    """Price of every unit (row) around every center (column)."""
    n = plane.n
    x, y = plane.x[:n], plane.y[:n]
    away = (x[:, None] - x) ** 2 + (y[:, None] - y) ** 2
    away = away if plane.power == 2 else np.sqrt(away)
    loads = plane.activity[:, :n].T @ band.T
    return plane.weight[:n, None] * away - item[:n, None] + loads


@pytest.fixture(params=[None, 1, 3], ids=["alone", "one thread", "three threads"])
def pool(request):
    if request.param is None:
        yield None
    else:
        with ThreadPoolExecutor(request.param) as pool:
            yield pool


@pytest.mark.parametrize("power", [1, 2])
def test_every_block_with_a_price_below_0_is_listed(power, pool):
    plane, item, band = plane_and_prices(power, pool=pool)
    first, block, _ = plane.listed(item, band)
    price = all_prices(plane, item, band)
    listed = 0
    for j in range(plane.n):
        found = block[first[j] : first[j + 1]].tolist()
        assert set((np.flatnonzero(price[:, j] < 0) // WIDTH).tolist()) <= set(found)
        assert len(set(found)) == len(found)
        listed += len(found)
    assert listed < 0.5 * plane.n * plane.x.size / WIDTH


@pytest.mark.parametrize("m", [2, 3, 5])
@pytest.mark.parametrize("power", [1, 2])
def test_values_loads_and_cover_are_those_of_all_pairs(power, m, pool):
    plane, item, band = plane_and_prices(power, m=m, pool=pool)
    n = plane.n
    value, load = np.empty(n), np.empty((n, m))
    # A list with room to spare says the same.
    near = plane.listed(padded(item[:n] + 1.0), band)
    bound = plane.price(near, item, band, value, load)
    price = all_prices(plane, item, band)
    taken = (price < 0) | np.eye(n, dtype=bool)
    edge = np.where(band > 0, plane.upper, plane.lower)
    expected = np.where(taken, price, 0.0).sum(axis=0) - (edge * band).sum(axis=1)
    assert value == pytest.approx(expected)
    assert load == pytest.approx(taken.T.astype(float) @ plane.activity[:, :n].T)
    assert bound == pytest.approx(item.sum() + np.sort(expected)[: plane.k].sum())
    share = np.linspace(0.0, 1.0, n)
    cover = plane.cover(near, share)
    assert cover[:n] == pytest.approx(taken @ share)
    assert not cover[n:].any()


@pytest.mark.parametrize("power", [1, 2])
def test_values_are_the_same_to_the_bit_for_any_pool(power):
    values = []
    for workers in (None, 1, 3):
        pool = None if workers is None else ThreadPoolExecutor(workers)
        plane, item, band = plane_and_prices(power, pool=pool)
        value, load = np.empty(plane.n), np.empty((plane.n, 2))
        bound = plane.price(plane.listed(item, band), item, band, value, load)
        values.append((bound, value.tobytes(), load.tobytes()))
    assert values == [values[0]] * 3
