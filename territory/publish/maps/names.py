"""Places for the names of a drawn map where none covers another."""

from __future__ import annotations

import math
from collections.abc import Sequence

__all__ = ["free_places"]

_Point = tuple[float, float]
_RINGS = 40


def free_places(anchors: Sequence[_Point], sizes: Sequence[_Point]) -> list[_Point]:
    """Return for each name the place nearest to its anchor where it covers none placed before.

    Parameters
    ----------
    anchors : sequence of (x, y), n
    sizes : sequence of (width, height), n
        Of the names, in the units of the anchors.

    Returns
    -------
    list of (x, y), n
        The anchor itself where it is free, or where nothing near it is.

    Examples
    --------
    >>> free_places([(0.0, 0.0), (9.0, 0.0)], [(2.0, 1.0), (2.0, 1.0)])
    [(0.0, 0.0), (9.0, 0.0)]
    """
    placed: list[tuple[_Point, _Point]] = []
    for at, size in zip(anchors, sizes, strict=True):
        placed.append((_nearest(at, size, placed), size))
    return [place for place, _ in placed]


def _nearest(at: _Point, size: _Point, placed: Sequence[tuple[_Point, _Point]]) -> _Point:
    wide, high = size
    for ring in range(_RINGS):
        for k in range(max(1, 6 * ring)):
            angle = 2 * math.pi * k / max(1, 6 * ring)
            x = at[0] + ring * high / 2 * math.cos(angle)
            y = at[1] + ring * high / 2 * math.sin(angle)
            if all(
                abs(x - other[0]) >= (wide + w) / 2 or abs(y - other[1]) >= (high + h) / 2
                for other, (w, h) in placed
            ):
                return x, y
    return at
