"""Random draws that give the same numbers on every machine and with every NumPy.

NumPy promises a stable stream for the uniform doubles of a seeded bit generator, but not for its
other distributions. The samples stand as files in the repository, so every draw is made of
uniform doubles only.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri

from territory.arrays import Floats
from territory.wording import NONZERO

__all__ = ["generator", "lognormal", "normal", "pick", "uniform"]


def generator(seed: int) -> np.random.Generator:
    """Return the generator of a sample: PCG64, named so that a new default changes nothing."""
    return np.random.Generator(np.random.PCG64(seed))


def uniform(rng: np.random.Generator, n: int, low: float = 0.0, high: float = 1.0) -> Floats:
    """Draw (n,) numbers between `low` and `high`."""
    return low + (high - low) * rng.random(n)


def normal(rng: np.random.Generator, n: int) -> Floats:
    """Draw (n,) standard normal numbers, by the inverse of the distribution."""
    # random() can return 0, whose quantile is minus infinity.
    return np.asarray(ndtri(np.clip(rng.random(n), NONZERO, 1.0)), dtype=np.float64)


def lognormal(rng: np.random.Generator, n: int, median: ArrayLike, spread: float) -> Floats:
    """Draw (n,) positive numbers with this median; `spread` is the deviation of their log."""
    return np.asarray(median, dtype=np.float64) * np.exp(spread * normal(rng, n))


def pick(rng: np.random.Generator, n: int, weights: ArrayLike) -> NDArray[np.intp]:
    """Draw (n,) positions with these weights, with repetition."""
    steps = np.cumsum(np.asarray(weights, dtype=np.float64))
    positions = np.searchsorted(steps, rng.random(n) * steps[-1], side="right")
    return np.asarray(np.minimum(positions, len(steps) - 1), dtype=np.intp)
