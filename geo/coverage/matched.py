"""The units of a geography with the same vertices along shared borders, found once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo.conversions import SNAP_M
from geo.coverage.repair import match_borders

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from geo.geography import Geography

__all__ = ["known_matched", "matched"]


def matched(geography: Geography) -> tuple[NDArray[np.object_], bool]:
    """Return the polygons (n,), vertex for vertex, and whether any had to be changed for that.

    Neighbours, outlines and maps of one geography ask for the same; the answer stays with it.
    """
    if not geography.kept:
        shapes = geography.geometries
        found = match_borders(shapes, snap=SNAP_M)
        geography.kept["matched"] = found, found is not shapes
    return geography.kept["matched"]


def known_matched(geography: Geography) -> bool:
    """Whether somebody asked already and no polygon had to be changed."""
    return bool(geography.kept) and not geography.kept["matched"][1]
