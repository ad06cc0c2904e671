"""Units in the plane in blocks of neighbours, and free centers priced on the blocks near to them.

A unit's price caps the distance at which a center is worth its while, so all pairs farther apart
add nothing. Blocks are listed for each center, not pairs: distances of sixteen neighbours at a time
are reckoned faster than one that is kept is looked up.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple, TypeVar

import numpy as np

from solvers.arrays import NONZERO, Floats, Ints, Longs
from solvers.kernels import near_pairs as kernels
from solvers.kernels.near_pairs import WIDTH

__all__ = ["Near", "Plane", "neighbours_together", "padded"]

MOST_PAIRS = 200_000_000
"""Most pairs that are priced at once; a quarter of a byte each."""

LEAST_SHARE = 1e-4
"""Centers that are open by less are passed over."""

PARTS = 4
"""Parts of the centers that are priced side by side: as many for any number of threads, so that
sums are the same."""

GROUP = 32
"""Blocks that are passed over together."""

T = TypeVar("T")


class Near(NamedTuple):
    """Which blocks each center prices: those of j are `block[first[j]:first[j + 1]]`.

    Pricing writes which units of each it takes, as bits: `taken`.
    """

    first: Longs
    block: Ints
    taken: Ints

    @property
    def pairs(self) -> int:
        """Pairs of center and unit."""
        return self.block.size * WIDTH


class _Boxes(NamedTuple):
    """Where blocks lie, (b, 4), and the extremes of their units' prices and loads over weights."""

    box: Floats
    far: Floats
    most: Floats
    least: Floats

    def together(self, first: Longs) -> _Boxes:
        """Those of the groups that begin at `first`."""
        low, high = np.minimum.reduceat(self.box, first), np.maximum.reduceat(self.box, first)
        return _Boxes(
            np.column_stack([low[:, 0], high[:, 1], low[:, 2], high[:, 3]]),
            np.maximum.reduceat(self.far, first),
            np.maximum.reduceat(self.most, first),
            np.minimum.reduceat(self.least, first),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Plane:
    """Units in an order in which blocks of neighbours follow one another; bands in goals.

    Attributes
    ----------
    n : int
        Units; what is by unit has a length q of n or more, with nothing in the last ones, so that
        every block is full.
    x, y, weight : float64, shape (q,)
    power : int
        Of the distance: 1 or 2.
    k : int
        Centers that are open.
    activity : float64, shape (m, q)
    lower, upper : float64, shape (n, m)
    size : float64, shape (q,)
        What a price may be changed by.
    cost : float
        What a territory costs.
    pool : ThreadPoolExecutor, optional
        Works on parts of the centers side by side.
    """

    n: int
    x: Floats
    y: Floats
    power: int
    k: int
    weight: Floats
    activity: Floats
    lower: Floats
    upper: Floats
    size: Floats
    cost: float
    pool: ThreadPoolExecutor | None

    def parts(self, work: Callable[[int, int, int], T]) -> list[T]:
        """Do the work of each part of the centers: its number, its first center and its end."""
        ends = [self.n * part // PARTS for part in range(PARTS + 1)]
        spans = [(part, *span) for part, span in enumerate(pairwise(ends))]
        over = map if self.pool is None else self.pool.map
        return list(over(lambda span: work(*span), spans))

    def listed(self, item: Floats, band: Floats) -> Near | None:
        """List the blocks with prices below 0 by center; None where their pairs are too many."""
        boxes = self._boxes(item)
        start = np.arange(0, boxes.far.size, GROUP)
        ends = np.append(start, boxes.far.size).astype(np.int64)
        groups = boxes.together(start)
        first = np.empty(self.n + 1, dtype=np.int64)
        block = np.empty(0, dtype=np.int32)
        at = np.zeros(PARTS + 1, dtype=np.int64)

        def fill(part: int, begin: int, end: int) -> int:
            return kernels.list_blocks(
                self.x,
                self.y,
                self.power,
                band,
                *boxes,
                ends,
                *groups,
                begin,
                end,
                at[part],
                first,
                block,
            )

        at[1:] = np.cumsum(self.parts(fill))
        if at[-1] * WIDTH > MOST_PAIRS:
            return None
        block = np.empty(at[-1], dtype=np.int32)
        self.parts(fill)
        first[-1] = at[-1]
        return Near(first, block, np.empty_like(block))

    def _boxes(self, item: Floats) -> _Boxes:
        """The extremes of each block at these prices; the last one may not be full."""
        start = np.arange(0, self.n, WIDTH)
        x, y, weight = self.x[: self.n], self.y[: self.n], self.weight[: self.n]
        floor = np.maximum(weight, NONZERO * max(float(weight.max()), 1e-300))
        ratio = (self.activity[:, : self.n] / floor).T
        box = [side.reduceat(at, start) for at in (x, y) for side in (np.minimum, np.maximum)]
        return _Boxes(
            np.column_stack(box),
            np.maximum.reduceat(item[: self.n] / floor, start),
            np.maximum.reduceat(ratio, start),
            np.minimum.reduceat(ratio, start),
        )

    def price(self, near: Near, item: Floats, band: Floats, value: Floats, load: Floats) -> float:
        """Return the bound; write the value of opening each center, (n,), and its load, (n, m)."""
        m = len(self.activity)

        def some(_: int, begin: int, end: int) -> None:
            kernels.price_blocks(
                near.first,
                near.block,
                self.x,
                self.y,
                self.power,
                self.weight,
                self.activity,
                self.lower,
                self.upper,
                item,
                band,
                begin,
                end,
                np.empty(WIDTH),
                np.empty((m + 1, WIDTH)),
                value,
                load,
                near.taken,
            )

        self.parts(some)
        return float(item.sum() + np.partition(value, self.k - 1)[: self.k].sum())

    def cover(self, near: Near, share: Floats) -> Floats:
        """Return how often each unit is taken, (q,), where centers are open by their `share`.

        At the prices for which `near` was priced last.
        """
        covered = np.empty((PARTS, self.x.size))

        def some(part: int, begin: int, end: int) -> None:
            kernels.cover_blocks(
                *near,
                share,
                LEAST_SHARE,
                begin,
                end,
                covered[part],
            )

        self.parts(some)
        times: Floats = covered.sum(axis=0)
        return times


def padded(values: Floats) -> Floats:
    """Fill the last block up with 0: by unit (n,) or by measure and unit (m, n)."""
    more = -values.shape[-1] % WIDTH
    filled: Floats = np.ascontiguousarray(
        np.pad(values, [(0, 0)] * (values.ndim - 1) + [(0, more)])
    )
    return filled


def neighbours_together(xy: Floats) -> Longs:
    """Order the units, (n,), by halving the plane again and again, at ends of blocks."""
    done: list[Longs] = []
    waiting = [np.arange(len(xy))]
    while waiting:
        units = waiting.pop()
        if units.size <= WIDTH:
            done.append(units)
            continue
        axis = int(np.ptp(xy[units], axis=0).argmax())
        units = units[np.argsort(xy[units, axis], kind="stable")]
        half = WIDTH * (-(-units.size // WIDTH) // 2)
        waiting += [units[half:], units[:half]]
    return np.concatenate(done)
