"""Areas and outlines of units, and what pairs of them share: those of any union are sums of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from geo.conversions import m2_to_km2, m_to_km
from geo.coverage.borders import shared_borders
from geo.coverage.matched import matched

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo.geography import Geography

__all__ = ["Measured", "measured"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Measured:
    """Hold what the area and the outline of units and of their unions come to.

    Parameters
    ----------
    area_km2, outline_km : (n,) float64, km2 and km
        Of each unit alone.
    pairs : (q,2) int32
        Positions of units that share a stretch of outline, however short; each pair once.
    shared_km : (q,) float64, km
    """

    area_km2: NDArray[np.float64]
    outline_km: NDArray[np.float64]
    pairs: NDArray[np.int32]
    shared_km: NDArray[np.float64]


def measured(geography: Geography) -> Measured:
    """Measure the n units of a geography, matched vertex for vertex as its outlines are.

    The outline of a union is the units' own less twice what they share. Units that face each other
    across a gap share nothing: both sides of it are outline, as in `geo.outlines`.

    Notes
    -----
    O(v log v) for v vertices.
    """
    shapes, _ = matched(geography)
    a, b, border_m, _, _ = shared_borders(shapes)
    return Measured(
        area_km2=m2_to_km2(np.asarray(shapely.area(shapes), dtype=np.float64)),
        outline_km=m_to_km(np.asarray(shapely.length(shapes), dtype=np.float64)),
        pairs=np.column_stack([a, b]).astype(np.int32),
        shared_km=m_to_km(border_m),
    )
