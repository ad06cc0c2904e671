"""Travel as a line of the distance in the plane, so that centers need no table of all pairs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from geo.points.nearest import nearest
from territory.arrays import Floats
from territory.encoding.encode import encode_free, points_km, sum_by
from territory.wording import NONZERO

if TYPE_CHECKING:
    from territory.encoding.case import Case
    from territory.encoding.centers.ways import Ways
    from territory.encoding.encode import Encoding
    from territory.encoding.rules import Items

__all__ = ["in_the_plane"]

SAMPLES = 8
"""Places that an item's hours are measured from."""


def in_the_plane(case: Case, items: Items, ways: Ways) -> Encoding:
    """Return the problem with free centers and travel linear in the distance in the plane.

    Each item's line is fitted to its true hours from places as far away as its own center will be.
    With one speed and one distance for all, workloads in town were up to 20 % higher and in the
    country up to 25 % lower on the road than in the plane (us_counties): bands closed in the plane
    were open on the road.

    Parameters
    ----------
    case : Case
    items : Items
    ways : Ways
        From the items' own places.
    """
    xy = points_km(case, items)
    near = _around(case, items, xy)
    km = np.hypot(*(xy[:, None] - xy[near]).transpose(2, 0, 1))
    rows = np.arange(len(case.accounts))
    hours, _ = ways.hours(rows, ways.minutes(rows, near[items.of_account])[0])
    slope, height = _lines(km, sum_by(items.of_account, hours, items.n))
    usd_h = case.scenario.objective.travel_usd_h
    return encode_free(case, items, usd_h * slope, usd_h * height)


def _around(case: Case, items: Items, xy: Floats) -> NDArray[np.intp]:
    """Items around each one that stand for one territory's hours, an equal share each: (n, s)."""
    work = sum_by(items.of_account, case.accounts[["service_h"]].to_numpy(np.float64), items.n)
    held = np.cumsum(work[:, 0]) / max(float(work.sum()), NONZERO)
    parts = SAMPLES * len(case.team)
    drawn = np.unique(np.searchsorted(held, (np.arange(parts) + 0.5) / parts).clip(0, items.n - 1))
    _, at = nearest(xy[drawn], xy, k=min(SAMPLES, drawn.size))
    return drawn[at]


def _lines(km: Floats, hours: Floats) -> tuple[Floats, Floats]:
    """Slope and height at 0 of the least squares' line through each row, neither below 0."""
    off = km - km.mean(axis=1, keepdims=True)
    slope = (off * hours).sum(axis=1) / np.maximum((off**2).sum(axis=1), NONZERO)
    slope = np.maximum(slope, 0.0)
    height = hours.mean(axis=1) - slope * km.mean(axis=1)
    # A line that would begin below 0 goes through 0.
    through = (km * hours).sum(axis=1) / np.maximum((km**2).sum(axis=1), NONZERO)
    return np.where(height < 0, through, slope), np.maximum(height, 0.0)
