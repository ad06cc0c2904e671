"""Adaptive units: what alone would fill a territory is split county → ZIP → account."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from territory.audit import Audit, Finding

if TYPE_CHECKING:
    from geo.cells import Split
    from territory.inputs.places.places import Places

__all__ = ["split_heavy"]

DEEPEST = 3
"""Levels below the first: county → ZIP → account needs two; a third pass only finds nothing."""


def split_heavy(places: Places, share: NDArray[np.float64], *, split_above: float) -> Places:
    """Split every unit whose share of a goal is above `split_above`, as deep as it takes.

    Parameters
    ----------
    places : Places
    share : float64 array, shape (number of accounts,), 0 and up
        Each account's load divided by the mean goal of a territory, the larger of all measures'
        sums counting for a unit: shape (number of accounts, m) when there are several measures.
    split_above : float, 0 and up
        0 switches splitting off.

    Returns
    -------
    Places
        With children in place of the heavy units, accounts moved into them, and the audit saying
        which units were split and which single accounts remain above the threshold.
    """
    if split_above <= 0:
        return places
    share = share.reshape(len(places.accounts), -1)
    findings: list[Finding] = []
    for _ in range(DEEPEST):
        heavy = _heavy_units(places, share, split_above)
        if not heavy:
            break
        zips = _zips_within(places, heavy)
        places, found = _apply(places, {unit: _children(places, unit, zips) for unit in heavy})
        findings += found
    findings += _too_heavy(places, share, split_above)
    return replace(places, audit=places.audit + Audit(findings))


def _heavy_units(places: Places, share: NDArray[np.float64], split_above: float) -> list[str]:
    """Units above the threshold that hold more than one account, in the geography's order."""
    by_unit = pd.DataFrame(share).groupby(places.accounts["unit_id"].to_numpy())
    total = by_unit.sum().max(axis=1)
    heavy = set(total.index[(total > split_above) & (by_unit.size() > 1)])
    return [unit for unit in places.geography.ids if unit in heavy]


def _zips_within(places: Places, units: list[str]) -> pd.DataFrame:
    """Return the delivery ZIPs in the counties among the units: city, lon, lat, ``unit_id``."""
    from geo.us.zips import zip_points

    counties = [unit for unit in units if places.geography.units.at[unit, "level"] == "county"]
    if not counties:
        return pd.DataFrame({"city": [], "lon": [], "lat": [], "unit_id": []})
    table = zip_points()
    land = places.geography.subset(counties)
    near = land.may_hold(table[["lon", "lat"]].to_numpy())
    table = table[near & (table["kind"] == "STANDARD").to_numpy(dtype=bool)]
    at, _ = land.locate(table[["lon", "lat"]].to_numpy())
    table = table.assign(unit_id=np.asarray(counties, dtype=object)[at])[at >= 0]
    return table.drop_duplicates(["unit_id", "lon", "lat"])


def _children(places: Places, unit: str, zips: pd.DataFrame) -> tuple[Split, NDArray[np.object_]]:
    """Return the split of a unit and the child that each of its accounts goes to."""
    from geo.cells import Split
    from geo.crs import to_xy

    geography = places.geography
    here = places.accounts["unit_id"] == unit
    members = places.accounts.loc[here, ["account_id", "name", "lon", "lat"]]
    xy = to_xy(members[["lon", "lat"]].to_numpy(dtype=np.float64), geography.crs)
    table = zips[zips["unit_id"] == unit]
    if len(table) > 1:
        points = to_xy(table[["lon", "lat"]].to_numpy(), geography.crs)
        split = Split(
            unit_id=unit,
            ids=tuple(table.index),
            points_xy=points,
            level="zip",
            names=tuple(f"{zip_} {city}" for zip_, city in table["city"].items()),
        )
        return split, _nearest(xy, points, np.asarray(table.index))
    ids = members["account_id"].to_numpy(dtype=object)
    split = Split(
        unit_id=unit, ids=tuple(ids), points_xy=xy, level="account", names=tuple(members["name"])
    )
    return split, ids


def _nearest(
    points: NDArray[np.float64], sites: NDArray[np.float64], ids: NDArray[np.object_]
) -> NDArray[np.object_]:
    """Give each point the id of its nearest site, which is the Voronoi cell it lies in."""
    from geo.points.nearest import nearest

    _, at = nearest(sites, points, k=1)
    return np.asarray(ids, dtype=object)[at[:, 0]]


def _apply(
    places: Places, splits: dict[str, tuple[Split, NDArray[np.object_]]]
) -> tuple[Places, list[Finding]]:
    """Put the children in and move the accounts into them."""
    from geo.cells import split_units

    geography = split_units(places.geography, [split for split, _ in splits.values()])
    before = places.accounts["unit_id"].to_numpy(dtype=object)
    unit_of = before.copy()
    findings = []
    for unit, (split, child) in splits.items():
        unit_of[before == unit] = [f"{unit}:{each}" for each in child]
        name = places.geography.units.at[unit, "name"]
        findings.append(
            Finding(
                severity="info",
                kind="split",
                table="geography",
                id=unit,
                what=f"{name}: more than one unit should be, split into {len(split.ids)} "
                f"{split.level} units",
            )
        )
    accounts = places.accounts.assign(unit_id=pd.Series(unit_of, dtype="str"))
    return replace(places, geography=geography, accounts=accounts), findings


def _too_heavy(places: Places, share: NDArray[np.float64], split_above: float) -> list[Finding]:
    """Name the single accounts above the threshold: they cannot be split further."""
    heavy = np.flatnonzero(share.max(axis=1) > split_above)
    return [
        Finding(
            severity="warning" if share[row].max() > 1 else "info",
            kind="heavy_account",
            table="accounts",
            id=str(places.accounts.at[row, "account_id"]),
            value=f"{share[row].max():.2f}",
            what=f"this account alone is {share[row].max():.0%} of a territory's goal".replace(
                "%", " %"
            )
            + ("; it needs a team, not a rep" if share[row].max() > 1 else ""),
        )
        for row in heavy.tolist()
    ]
