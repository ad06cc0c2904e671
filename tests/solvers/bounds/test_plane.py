"""Units in the plane lie in full blocks of neighbours."""

import numpy as np
import pytest

from solvers.bounds.plane import Plane, neighbours_together, padded
from solvers.kernels.near_pairs import WIDTH


@pytest.mark.parametrize("n", [1, 15, 16, 17, 300, 1170])
def test_neighbours_follow_one_another_and_only_the_last_block_is_not_full(n):
    xy = np.random.default_rng(n).uniform(0, 40, (n, 2))
    order = neighbours_together(xy)
    assert sorted(order.tolist()) == list(range(n))
    blocks = [xy[order[at : at + WIDTH]] for at in range(0, n, WIDTH)]
    wide = np.mean([np.ptp(block, axis=0).max() for block in blocks])
    # A square of WIDTH of them; blocks across two halves are 1.6 times as wide.
    assert wide <= 1.3 * 40.0 * (WIDTH / n) ** 0.5


def test_what_fills_a_block_up_is_0():
    assert padded(np.ones(3)).tolist() == [1.0] * 3 + [0.0] * (WIDTH - 3)
    assert padded(np.ones((2, WIDTH))).shape == (2, WIDTH)
    assert padded(np.ones((2, WIDTH + 1))).sum(axis=1).tolist() == [WIDTH + 1.0] * 2


def test_large_territories_of_many_units_are_listed():
    """40,000 units of a grid, each of whose prices reaches 18 cells: some 50 million pairs."""
    n = 40_000
    xy = np.indices((200, 200)).reshape(2, -1).T.astype(float)
    x, y = padded(xy[neighbours_together(xy)].T)
    none = np.zeros((n, 2))
    plane = Plane(
        n=n, x=x, y=y, power=2, k=40, weight=padded(np.ones(n)), activity=padded(none.T.copy()),
        lower=none, upper=none, size=padded(np.ones(n)), cost=1.0, pool=None,
    )  # fmt: skip
    near = plane.listed(padded(np.full(n, 18.0**2)), none)
    assert near is not None
    assert near.pairs > 40_000_000
    assert near.block.nbytes < near.pairs / 3
