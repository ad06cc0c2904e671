"""Countries that nobody drew: random units with neighbours, workload and potential, at any size."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import Delaunay

__all__ = ["country"]

KM2_PER_UNIT = 2500.0
CORRELATION = 0.85


def country(n: int, *, k: int, seed: int) -> dict[str, NDArray[Any]]:
    """Draw a country of n units with the arrays of the scale family.

    Units are points of a jittered grid joined by a Delaunay triangulation. Workload and potential
    are log-normal, correlated, denser around a few cities, capped at a tenth of a territory's goal
    so that plans exist at every k, and scaled to a mean of 1.

    Parameters
    ----------
    n : int
        Number of units, 4 and up.
    k : int
        Number of territories, at most n.
    seed : int

    Returns
    -------
    dict of str to array
        ``xy`` in km, ``w (n, 2)``, ``edges (e, 2)``, ``blen`` in km, ``ks (1,)``.

    Examples
    --------
    >>> drawn = country(100, k=5, seed=1)
    >>> drawn["w"].shape, drawn["w"].mean(axis=0).round(6).tolist()
    ((100, 2), [1.0, 1.0])
    """
    rng = np.random.default_rng(seed)
    side = int(np.ceil(np.sqrt(n)))
    grid = np.stack(np.meshgrid(np.arange(side), np.arange(side)), axis=-1).reshape(-1, 2)[:n]
    xy = (grid + rng.uniform(-0.35, 0.35, (n, 2))) * np.sqrt(KM2_PER_UNIT)
    cities = xy[rng.integers(0, n, max(2, n // 150))]
    near = np.zeros(n)
    for city in cities:
        near += np.exp(-((xy - city) ** 2).sum(axis=1) / (2 * (1.5**2) * KM2_PER_UNIT))
    common, own = rng.normal(size=(n, 1)), rng.normal(size=(n, 2))
    noise = CORRELATION * common + np.sqrt(1 - CORRELATION**2) * own
    w = np.exp(0.8 * noise + np.minimum(near, 3.0)[:, None])
    for _ in range(20):
        w = np.minimum(w / w.mean(axis=0), max(0.1 * n / k, 1.0))
    w /= w.mean(axis=0)
    triangles = Delaunay(xy).simplices
    pairs = np.sort(
        np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [0, 2]]])
    )
    edges = np.unique(pairs, axis=0).astype(np.int64)
    length = np.linalg.norm(xy[edges[:, 0]] - xy[edges[:, 1]], axis=1)
    # Long edges along the hull join units that no border joins; the grid keeps the rest connected.
    keep = length < 3.0 * np.sqrt(KM2_PER_UNIT)
    return {"xy": xy, "w": w, "edges": edges[keep], "blen": length[keep], "ks": np.array([k])}
