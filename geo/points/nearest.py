"""The nearest places: of few by all distances, of many by a k-d tree; both give the same."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["nearest", "nth_distance"]

FEW = 4_000_000
"""Pairs up to which all distances cost less CPU time than loading SciPy for its tree."""

_BLOCK = 16_384
"""Pairs that are reckoned at once: as many as stay near the processor."""


def nearest(
    reference: NDArray[np.float64], places: NDArray[np.float64], *, k: int
) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """Give the k nearest reference points of each place.

    Parameters
    ----------
    reference : (r,d) float64
        Of two or three coordinates.
    places : (n,d) float64
    k : int, 1 to r

    Returns
    -------
    distance : (n,k) float64, ascending
    at : (n,k) intp
        Rows of `reference`.
    """
    if len(reference) * len(places) <= FEW:
        distance = _distances(reference, places)
        most = min(k + 1, len(reference))
        at = np.argpartition(distance, most - 1, axis=1)[:, :most]
        found = np.take_along_axis(distance, at, axis=1)
        order = np.argsort(found, axis=1, kind="stable")
        at, found = np.take_along_axis(at, order, 1), np.take_along_axis(found, order, 1)
        # Which of two at one distance comes first is the tree's to say, however few there are.
        if (np.diff(found, axis=1) > 0).all():
            return found[:, :k], at[:, :k]
    from scipy.spatial import cKDTree

    near, index = cKDTree(reference).query(places, k=list(range(1, k + 1)))
    return np.asarray(near, dtype=np.float64), np.asarray(index, dtype=np.intp)


def nth_distance(
    reference: NDArray[np.float64], places: NDArray[np.float64], *, n: int, below: float
) -> NDArray[np.float64]:
    """Give the distance to the n-th nearest reference point, inf where it is not below a bound.

    Parameters
    ----------
    reference : (r,d) float64
    places : (m,d) float64
    n : int, >= 1
    below : float

    Returns
    -------
    (m,) float64
    """
    if n > len(reference):
        return np.full(len(places), np.inf)
    if len(reference) * len(places) <= FEW:
        found = np.empty(len(places))
        rows = max(1, _BLOCK // len(reference))
        for start in range(0, len(places), rows):
            part = slice(start, start + rows)
            squares = _squares(reference, places[part])
            squares.partition(n - 1, axis=1)
            found[part] = squares[:, n - 1]
        found = np.sqrt(found)
        return np.where(found < below, found, np.inf)
    from scipy.spatial import cKDTree

    near, _ = cKDTree(reference).query(places, k=[n], distance_upper_bound=below)
    return np.asarray(near, dtype=np.float64).reshape(len(places))


def _distances(reference: NDArray[np.float64], places: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give all distances, (n,r), summed in the tree's order."""
    out = np.empty((len(places), len(reference)))
    rows = max(1, _BLOCK // max(1, len(reference)))
    for start in range(0, len(places), rows):
        part = slice(start, start + rows)
        np.sqrt(_squares(reference, places[part]), out=out[part])
    return out


def _squares(reference: NDArray[np.float64], places: NDArray[np.float64]) -> NDArray[np.float64]:
    square = np.zeros((len(places), len(reference)))
    for axis in range(reference.shape[1]):
        apart = places[:, axis, None] - reference[None, :, axis]
        square += np.square(apart, out=apart)
    return square
