"""Places for the names of a drawn map where none covers another."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["free_places"]

_Point = tuple[float, float]
_RINGS = 80


def free_places(anchors: Sequence[_Point], sizes: Sequence[_Point]) -> list[_Point]:
    """Return for each name the place nearest to its anchor where it covers no other.

    Parameters
    ----------
    anchors : sequence of (x, y), n
    sizes : sequence of (width, height), n
        Of the names, in the units of the anchors.

    Returns
    -------
    list of (x, y), n
        The anchor itself where it is free, or where nothing near it is. Names that are free at
        their anchors stay there; the others find the place nearest to theirs.

    Examples
    --------
    >>> free_places([(0.0, 0.0), (9.0, 0.0)], [(2.0, 1.0), (2.0, 1.0)])
    [(0.0, 0.0), (9.0, 0.0)]
    """
    import numpy as np

    middles = np.array(anchors, dtype=np.float64).reshape(-1, 2)
    halves = np.array(sizes, dtype=np.float64).reshape(-1, 2) / 2
    where = middles.copy()
    placed = np.zeros(len(middles), dtype=bool)

    def free(at: int, place: NDArray[np.float64]) -> bool:
        apart = np.abs(where[placed] - place) >= halves[placed] + halves[at]
        return bool(apart.any(axis=1).all())

    # Those that can stand at their own middle stand there; the others go around them.
    for at, middle in enumerate(middles):
        placed[at] = free(at, middle)
    for at in np.flatnonzero(~placed).tolist():
        step = halves[at, 1]
        for offset in _around():
            place = middles[at] + step * offset
            if free(at, place):
                where[at] = place
                break
        placed[at] = True
    return [(float(x), float(y)) for x, y in where]


def _around() -> Iterator[NDArray[np.float64]]:
    import numpy as np

    for ring in range(1, _RINGS):
        for k in range(6 * ring):
            angle = 2 * math.pi * k / (6 * ring)
            yield ring * np.array([math.cos(angle), math.sin(angle)])
