"""The compactness of territories by sums over their units, and the rule about it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from solvers.arrays import LIMIT, Floats, Ints, Longs
from solvers.problem.parts import Shapes

__all__ = ["ShapeMoves", "ShapeSums", "compactness", "ragged", "shape_moves", "shape_sums"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ShapeSums:
    """What the outlines of territories come to.

    Attributes
    ----------
    area_km2, outline_km : float64, shape (k,)
        Of the dissolved units: what two of them share is no outline.
    inland_km : float64, shape (k,)
        The part of the outline that is another territory's too; the rest is coast, or the edge of
        the area.
    """

    area_km2: Floats
    outline_km: Floats
    inland_km: Floats

    @property
    def value(self) -> Floats:
        """Polsby-Popper compactness, 4 π area / outline², shape (k,); ``inf`` without land."""
        outline = np.where(self.outline_km > 0.0, self.outline_km, 1.0)
        value = 4.0 * np.pi * self.area_km2 / outline**2
        return np.where(self.outline_km > 0.0, value, np.inf)

    def limit(self, least: float) -> Floats:
        """What a least compactness asks of each, shape (k,), 0 to `least`; see `compactness`."""
        outline = np.where(self.outline_km > 0.0, self.outline_km, 1.0)
        return least * np.minimum(1.0, 2.0 * self.inland_km / outline) ** 2

    def shortfall(self, least: float) -> Floats:
        """How far each falls short of that, as a share of it, shape (k,); 0 where it does not."""
        value, limit = self.value, self.limit(least)
        short = value < limit * (1.0 - LIMIT)
        return np.where(short, 1.0 - value / np.where(short, limit, 1.0), 0.0)


def shape_sums(shapes: Shapes, assignment: NDArray[np.integer], k: int) -> ShapeSums:
    """Return what the outlines of k territories come to; `assignment` is of shape (n,). O(n + q).

    Units without a territory count for none, and what they share with others as inland.
    """
    owner = np.asarray(assignment, dtype=np.int64)[: shapes.area_km2.size]
    held = np.flatnonzero((owner >= 0) & (owner < k))
    area: Floats = np.bincount(owner[held], shapes.area_km2[held], k).astype(np.float64)
    outline: Floats = np.bincount(owner[held], shapes.outline_km[held], k).astype(np.float64)
    inland = np.zeros(k)
    ends = owner[shapes.pairs]
    apart = ends[:, 0] != ends[:, 1]
    for at in ends.T:
        here = (at >= 0) & (at < k)
        km = shapes.shared_km[here]
        inland += np.bincount(at[here], km * apart[here], k)
        outline -= np.bincount(at[here], km * ~apart[here], k)
    return ShapeSums(area_km2=area, outline_km=outline, inland_km=inland)


def compactness(shapes: Shapes, assignment: NDArray[np.integer], k: int) -> tuple[Floats, Floats]:
    """Return how compact each territory is, and how compact the rule asks it to be.

    Parameters
    ----------
    shapes : Shapes
    assignment : int, shape (n,)
    k : int
        Number of territories.

    Returns
    -------
    float64, shape (k,), 0 to 1
        Polsby-Popper compactness of the whole outline; ``inf`` for a territory without land.
    float64, shape (k,), 0 to `Shapes.least`
        What is asked: ``least · min(1, 2 inland / outline)²``. Where coast is more than half of an
        outline, only so much of it counts as there is border inland.

    Notes
    -----
    A straight coast is no longer than the border inland between its two ends: what goes beyond is
    the coast's own ruggedness, which no plan can change.

    References
    ----------
    Polsby, D. D. and Popper, R. D. (1991) The third criterion: compactness as a procedural
    safeguard against partisan gerrymandering, Yale Law and Policy Review 9(2), 301-353.

    Examples
    --------
    Two squares side by side, with three of four sides along the coast. It counts as long as the
    border between them, so that each is asked for no more than a quarter:

    >>> two = Shapes(least=0.4, area_km2=np.ones(2), outline_km=np.full(2, 4.0),
    ...              pairs=np.array([[0, 1]], dtype=np.int32), shared_km=np.ones(1))
    >>> value, limit = compactness(two, np.array([0, 1]), 2)
    >>> value.round(4).tolist(), limit.round(4).tolist()
    ([0.7854, 0.7854], [0.1, 0.1])
    """
    sums = shape_sums(shapes, assignment, k)
    return sums.value, sums.limit(shapes.least)


def ragged(
    shapes: Shapes, assignment: NDArray[np.integer], k: int
) -> list[tuple[int, float, float]]:
    """Return (territory, compactness, what is asked) of territories that break the rule.

    `assignment` is of shape (n,), `k` the number of territories; see `compactness`.
    """
    if shapes.least == 0.0:
        return []
    value, limit = compactness(shapes, assignment, k)
    at = np.flatnonzero(value < limit * (1.0 - LIMIT)).tolist()
    return [(t, float(value[t]), float(limit[t])) for t in at]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ShapeMoves:
    """What p single moves change in the territories' outlines, each on its own.

    Attributes
    ----------
    shortfall : float64, shape (p,)
        Change of the sum of `ShapeSums.shortfall`.
    frayed : int32, shape (p,)
        The territory that it makes fall short, or further short; of two the one that suffers
        more; -1 for none.
    value, limit : float64, shape (p,)
        That one's compactness afterwards, and what is asked of it then; 0 for none.
    """

    shortfall: Floats
    frayed: Ints
    value: Floats
    limit: Floats


def shape_moves(shapes: Shapes, assignment: Longs, k: int, units: Longs, to: Longs) -> ShapeMoves:
    """Return what single moves change in the territories' outlines.

    Parameters
    ----------
    shapes : Shapes
    assignment : int64, shape (n,), 0 to k - 1
    k : int
    units, to : int64, shape (p,)
        What moves where, each on its own.
    """
    out = ShapeMoves(
        shortfall=np.zeros(units.size),
        frayed=np.full(units.size, -1, dtype=np.int32),
        value=np.zeros(units.size),
        limit=np.zeros(units.size),
    )
    here, least = assignment[units], shapes.least
    rows = np.flatnonzero((units < shapes.area_km2.size) & (here != to))
    if least == 0.0 or not rows.size:
        return out
    unit, old, new = units[rows], here[rows], to[rows]
    sums = shape_sums(shapes, assignment, k)
    with_old, with_new, whole = _shared(shapes, assignment, unit, old, new)
    before = sums.shortfall(least)
    # What it shares with its old territory becomes border, with the new one it ends to be.
    area, outline = shapes.area_km2[unit], shapes.outline_km[unit]
    left = ShapeSums(
        area_km2=sums.area_km2[old] - area,
        outline_km=sums.outline_km[old] - outline + 2.0 * with_old,
        inland_km=sums.inland_km[old] - whole + 2.0 * with_old,
    )
    grown = ShapeSums(
        area_km2=sums.area_km2[new] + area,
        outline_km=sums.outline_km[new] + outline - 2.0 * with_new,
        inland_km=sums.inland_km[new] + whole - 2.0 * with_new,
    )
    by_left = left.shortfall(least) - before[old]
    by_grown = grown.shortfall(least) - before[new]
    out.shortfall[rows] = by_left + by_grown
    worse, first = np.maximum(by_left, by_grown) > LIMIT, by_left >= by_grown
    out.frayed[rows] = np.where(worse, np.where(first, old, new), -1)
    out.value[rows] = np.where(worse, np.where(first, left.value, grown.value), 0.0)
    out.limit[rows] = np.where(worse, np.where(first, left.limit(least), grown.limit(least)), 0.0)
    return out


def _shared(
    shapes: Shapes, assignment: Longs, unit: Longs, old: Longs, new: Longs
) -> tuple[Floats, Floats, Floats]:
    """Return what each unit shares with two territories, and with all; km, all of shape (p,)."""
    u = shapes.area_km2.size
    ends = np.concatenate([shapes.pairs[:, 0], shapes.pairs[:, 1]])
    others = np.concatenate([shapes.pairs[:, 1], shapes.pairs[:, 0]])
    order = np.argsort(ends, kind="stable")
    start = np.concatenate([[0], np.cumsum(np.bincount(ends, minlength=u))])
    count = start[unit + 1] - start[unit]
    move = np.repeat(np.arange(unit.size), count)
    step = np.arange(move.size) - np.repeat(np.cumsum(count) - count, count)
    entry = order[np.repeat(start[unit], count) + step]
    there = assignment[others[entry]]
    km = shapes.shared_km[entry % shapes.shared_km.size]
    own, its, every = (
        np.bincount(move, km * asked, unit.size).astype(np.float64)
        for asked in (there == old[move], there == new[move], np.ones(move.size, dtype=bool))
    )
    return own, its, every
