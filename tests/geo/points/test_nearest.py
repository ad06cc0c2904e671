"""Few points are compared with all others, and that gives to the last bit what the tree gives."""

import numpy as np
import pytest
from scipy.spatial import cKDTree

from geo.points import nearest as of
from geo.travel import on_sphere


def places(n, seed, *, towns=0):
    rng = np.random.default_rng(seed)
    found = np.column_stack([rng.uniform(-106, -93, n), rng.uniform(26, 36, n)])
    found[:towns] = found[rng.integers(0, n, towns)]  # several at one address
    return on_sphere(found)


@pytest.mark.parametrize("towns", [0, 60])
@pytest.mark.parametrize("n", [6, 700])
def test_all_distances_give_what_the_tree_gives(n, towns):
    reference = places(n, 1, towns=min(towns, n // 2))
    asked = np.vstack([reference, places(50, 2)])
    distance, at = of.nearest(reference, asked, k=5)
    wanted, rows = cKDTree(reference).query(asked, k=5)
    assert np.array_equal(distance, wanted)
    assert np.array_equal(at, rows)


def test_one_nearest_in_the_plane_is_the_trees_too():
    rng = np.random.default_rng(6)
    reference, asked = rng.uniform(0, 9e5, (40, 2)), rng.uniform(0, 9e5, (300, 2))
    distance, at = of.nearest(reference, asked, k=1)
    wanted, rows = cKDTree(reference).query(asked)
    assert np.array_equal(distance[:, 0], wanted)
    assert np.array_equal(at[:, 0], rows)
    assert (of.nearest(reference[:1], asked, k=1)[1] == 0).all()
    twice = np.vstack([reference, reference])
    assert of.nearest(twice, asked, k=1)[1].shape == (300, 1)


@pytest.mark.parametrize("few", [0, of.FEW])
def test_the_nth_distance_is_known_below_its_bound_only(few, monkeypatch):
    monkeypatch.setattr(of, "FEW", few)
    reference, asked = places(500, 3), places(80, 4)
    every = np.sort(cKDTree(reference).query(asked, k=20)[0], axis=1)
    below = float(np.median(every[:, 19]))
    found = of.nth_distance(reference, asked, n=20, below=below)
    assert np.array_equal(found, np.where(every[:, 19] < below, every[:, 19], np.inf))
    assert np.isinf(of.nth_distance(reference[:3], asked, n=4, below=9.0)).all()
