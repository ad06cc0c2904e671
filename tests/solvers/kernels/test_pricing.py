"""The compiled pricing of centers says what its slow twin says."""

import numpy as np
import pytest

from solvers.bounds.lagrangian import _slice, everywhere
from solvers.problem.free_pairs import hess_data
from solvers.problem.pieces import merge
from tests.solvers import worlds


@pytest.mark.parametrize("seed", range(4))
def test_values_loads_and_counts_are_those_of_the_slow_twin(seed):
    rng = np.random.default_rng(seed)
    problem = worlds.planar_problem(
        rng.random((9, 2)), rng.uniform(0.5, 4.0, 9), 3, worlds.grid_edges(3, 3), tolerance=0.3
    )
    data = hess_data(problem, merge(problem), float("inf"))
    regions = everywhere(data)
    part = _slice(data, regions, regions[0].columns)
    item, band = rng.random(9), rng.normal(0.0, 0.2, (9, 1))
    value, load = part.pricer()(item, band)
    _, slow, taken = part.price(item, band)
    assert value == pytest.approx(slow)
    assert load[:, 0] == pytest.approx(taken.T.astype(float) @ part.weight[:, 0])
    chosen = part.choose(value)
    assert part.count(item, band, chosen).tolist() == taken[:, chosen].sum(axis=1).tolist()
