"""What the Lagrangian bounds share: the best multipliers met, shorter steps, and sides of bands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np

from solvers.arrays import Floats

__all__ = ["Ascent", "Steps", "pushes", "same_side"]

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Steps:
    """How many subgradient steps are taken, and how long they are.

    Attributes
    ----------
    most : int
        Steps in all, 1 and up.
    factor, least : float
        First share of the Polyak step, and the one below which nothing more is to be hoped for.
    patience : int
        Steps without progress after which the share shrinks.
    """

    most: int
    factor: float = 1.0
    least: float = 1e-3
    patience: int = 20


@dataclass(slots=True, kw_only=True)
class Ascent(Generic[T]):
    """The best multipliers of a subgradient ascent, and which share of a Polyak step is taken.

    Attributes
    ----------
    best : T
        Multipliers of the best bound; those to begin with until one is noted.
    bound : float
    factor, least : float
        Share of the step, and the share below which nothing more is to be hoped for.
    patience : int
        Bounds without progress after which the share shrinks.
    progress : float
        Relative change of the bound that counts as progress.
    shrink : float

    References
    ----------
    Held, Wolfe, Crowder: Validation of subgradient optimization, Mathematical Programming 6 (1974),
    https://doi.org/10.1007/BF01580223
    """

    best: T
    patience: int
    progress: float
    least: float
    shrink: float = 0.5
    factor: float = 1.0
    bound: float = float("-inf")
    stalled: int = 0

    def stalls(self, bound: float, multipliers: T) -> bool:
        """Note a bound; True where the next step goes from the best multipliers, and shorter."""
        if bound > self.bound:
            far = bound > self.bound + self.progress * min(abs(self.bound), 1e300)
            self.stalled = 0 if far else self.stalled + 1
            self.bound, self.best = bound, multipliers
        else:
            self.stalled += 1
        if self.stalled <= self.patience:
            return False
        self.factor, self.stalled = self.factor * self.shrink, 0
        return True

    @property
    def spent(self) -> bool:
        """Whether the steps have become too short to matter."""
        return self.factor < self.least


def pushes(multiplier: Floats, over: Floats, under: Floats) -> Floats:
    """Slope of a bound in the signed multipliers of bands: by the side that each one prices.

    `over` and `under` are the loads above the upper and above the lower edge; without a price the
    slope is what the load misses the band by.

    All of the same shape, (columns, m).
    """
    priced = np.where(multiplier > 0, over, np.where(multiplier < 0, under, 0.0))
    missed = np.maximum(over, 0.0) + np.minimum(under, 0.0)
    out: Floats = np.where(multiplier == 0, missed, priced)
    return out


def same_side(multiplier: Floats, moved: Floats) -> Floats:
    """Let a multiplier change its side of the band only by way of 0.

    All of the same shape, (columns, m).
    """
    out: Floats = np.where(multiplier * moved < 0, 0.0, moved)
    return out
