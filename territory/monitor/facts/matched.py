"""Today's accounts held against the plan's: opened, closed, merged, moved."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from territory.audit import Finding
from territory.inputs.joins.ids import match_ids
from territory.messages import counted

if TYPE_CHECKING:
    from territory.inputs.findings.rows import Rows
    from territory.plan import Plan

__all__ = ["UNKNOWN", "matched_accounts", "rows_of_ids", "with_known_ids"]

UNKNOWN = "neither in the plan nor among today's accounts"

_MOVED_KM = 1.0
"""An account whose place differs by more has moved; less is another geocoder."""

_SAME_PLACE_KM = 0.1
_KEPT = ("name", "type", "tier", "idn", "unit_id", "territory_id", "rep_id", "lon", "lat")


def matched_accounts(
    plan: Plan, now: pd.DataFrame | None, rows: Rows | None
) -> tuple[pd.DataFrame, list[Finding]]:
    """Return the plan's and today's accounts as one table.

    Returns
    -------
    DataFrame
        ``account_id`` and what the plan knows, and ``state``: stays, opened, closed, merged, moved
        (same territory kept), or "" where today's accounts are not known; ``merged_into``;
        ``potential_now_usd, service_now_h, calls_now`` (NaN = not known).
    list of Finding
    """
    base = plan.accounts.copy()
    base["idn"] = base["idn"].fillna("").astype("str") if "idn" in base else ""
    base["type"] = base["type"].astype("str") if "type" in base else "other"
    for name in ("potential_now_usd", "service_now_h", "calls_now"):
        base[name] = np.nan
    base["state"], base["merged_into"] = "", ""
    if now is None or rows is None:
        return base.reset_index(drop=True), []
    known = now.drop_duplicates("account_id").set_index("account_id")
    here = base["account_id"].isin(known.index).to_numpy()
    for ours, theirs in (
        ("potential_now_usd", "potential_usd"),
        ("service_now_h", "service_h"),
        ("calls_now", "n_calls"),
    ):
        if theirs in known:
            base[ours] = base["account_id"].map(known[theirs])
    base["state"] = np.where(here, "stays", "closed")
    lon, lat = (base["account_id"].map(known[name]).to_numpy(float) for name in ("lon", "lat"))
    away = _km(base["lon"].to_numpy(float), base["lat"].to_numpy(float), lon, lat) > _MOVED_KM
    base.loc[here & away, "state"] = "moved"
    findings: list[Finding] = []
    _merged(base, known)
    opened = known[~known.index.isin(set(base["account_id"]))]
    if len(opened):
        fresh, found = _opened(plan, base, opened.reset_index(), rows)
        findings += found
        base = pd.concat([base, fresh], ignore_index=True)
    return base.reset_index(drop=True), findings


def with_known_ids(
    frame: pd.DataFrame, rows: Rows, known: pd.Index[str]
) -> tuple[pd.DataFrame, list[Finding]]:
    """Return a table with account ids in the plan's spelling, and what was matched how.

    A program that took 00012 for a number wrote 12: see `match_ids`. An id that the table has in
    both spellings is two accounts.

    Parameters
    ----------
    frame : DataFrame
        With ``account_id``.
    rows : Rows
        Its rows.
    known : Index of str
        Ids of the plan, and of today's accounts where these are known.
    """
    ids = frame["account_id"].astype("str")
    strange = ~ids.isin(known).to_numpy()
    if not strange.any():
        return frame, []
    free = known[~known.isin(ids[~strange].unique())]
    found = match_ids(ids[strange], free)
    spelled = ids.copy()
    spelled[strange] = found.ids
    findings = [
        rows.whole(
            severity="warning",
            kind="joined",
            what=f"account_id: {count:,} of {counted(len(ids), 'row')} found their account {how}",
        )
        for count, how in found.how
    ]
    return frame.assign(account_id=spelled), findings


def rows_of_ids(accounts: pd.DataFrame, ids: pd.Series) -> NDArray[np.intp]:
    """Return the row of the account that each id's figures count for, -1 for ids nobody knows.

    What a merged account bought counts for the one that took it over, before and after: a merger
    is neither a loss nor growth.

    Parameters
    ----------
    accounts : DataFrame
        See `matched_accounts`.
    ids : Series
        Account ids, shape (r,).
    """
    index = pd.Index(accounts["account_id"].astype("str"))
    into = np.arange(len(index))
    taken = np.flatnonzero((accounts["merged_into"].astype("str") != "").to_numpy())
    heir = np.asarray(index.get_indexer(pd.Index(accounts["merged_into"].astype("str"))))
    for row in taken.tolist():
        seen = [row]
        while heir[seen[-1]] >= 0 and heir[seen[-1]] not in seen:
            seen.append(int(heir[seen[-1]]))
        into[row] = seen[-1]
    found = np.asarray(index.get_indexer(pd.Index(ids.astype("str"))))
    return np.where(found >= 0, into[np.maximum(found, 0)], -1)


def _merged(base: pd.DataFrame, known: pd.DataFrame) -> None:
    """Mark closed accounts that another one took over: said by the file, or at the same place."""
    if "merged_into" in known:
        named = known["merged_into"].astype("str").str.strip()
        into = base["account_id"].map(named).fillna("")
        base.loc[into != "", "state"] = "merged"
        base.loc[into != "", "merged_into"] = into[into != ""]
    closed = np.flatnonzero((base["state"] == "closed").to_numpy())
    stays = np.flatnonzero((base["state"] == "stays").to_numpy())
    if not closed.size or not stays.size:
        return
    lon, lat = base["lon"].to_numpy(float), base["lat"].to_numpy(float)
    same_system = base["idn"].to_numpy(object)
    for row in closed.tolist():
        near = _km(lon[row], lat[row], lon[stays], lat[stays]) <= _SAME_PLACE_KM
        near &= (same_system[stays] == same_system[row]) & (same_system[row] != "")
        found = stays[near]
        if found.size == 1:
            base.loc[row, "state"] = "merged"
            base.loc[row, "merged_into"] = base["account_id"].iloc[int(found[0])]


def _opened(
    plan: Plan, base: pd.DataFrame, opened: pd.DataFrame, rows: Rows
) -> tuple[pd.DataFrame, list[Finding]]:
    """Give new accounts a territory: their unit's, else that of the plan's nearest account."""
    units = dict(zip(plan.alignment["unit_id"], plan.alignment["territory_id"], strict=True))
    territory, guessed, nowhere = [], 0, []
    lon, lat = base["lon"].to_numpy(float), base["lat"].to_numpy(float)
    counties = opened["county_fips"] if "county_fips" in opened else opened["unit_id"]
    for at, (unit, county, x, y) in enumerate(
        zip(opened["unit_id"], counties, opened["lon"], opened["lat"], strict=True)
    ):
        found = next((units[key] for key in _keys(str(unit), str(county)) if key in units), None)
        if found is None and np.isfinite(x) and np.isfinite(y):
            nearest = int(np.nanargmin(_km(x, y, lon, lat)))
            found, guessed = str(base["territory_id"].iloc[nearest]), guessed + 1
        if found is None:
            nowhere.append(at)
        territory.append(found or "")
    findings = []
    if guessed:
        what = f"{counted(guessed, 'new account')} took the territory of the nearest account"
        findings.append(rows.whole(severity="info", kind="placed_by_zip", what=what))
    if nowhere:
        ids = ", ".join(str(opened["account_id"].iloc[at]) for at in nowhere[:5])
        what = f"{counted(len(nowhere), 'new account')} cannot be placed and counts nowhere: {ids}"
        findings.append(
            rows.whole(
                severity="warning",
                kind="no_place",
                what=what,
                repair="give unit_id, or lon and lat",
            )
        )
    out = pd.DataFrame({"account_id": opened["account_id"].astype("str")})
    for name in _KEPT:
        out[name] = opened.get(name, "")
    out["territory_id"] = territory
    reps = dict(zip(plan.territories["territory_id"], plan.territories["rep_id"], strict=True))
    out["rep_id"] = [str(reps.get(each, "")) for each in territory]
    out["potential_now_usd"] = opened["potential_usd"].to_numpy(float)
    out["service_now_h"] = opened["service_h"].to_numpy(float)
    out["calls_now"] = opened["n_calls"].to_numpy(float)
    out["state"], out["merged_into"] = "opened", ""
    return out[out["territory_id"] != ""], findings


def _keys(unit: str, county: str) -> list[str]:
    """Return a unit and all that contain it, smallest first."""
    parts = unit.split(":") if unit else []
    out = [":".join(parts[:length]) for length in range(len(parts), 0, -1)]
    return [*out, county] if county else out


def _km(lon: object, lat: object, other_lon: object, other_lat: object) -> NDArray[np.float64]:
    """Return great-circle kilometres, elementwise."""
    a, b, c, d = (
        np.radians(np.asarray(each, dtype=float)) for each in (lon, lat, other_lon, other_lat)
    )
    half = np.sin((d - b) / 2) ** 2 + np.cos(b) * np.cos(d) * np.sin((c - a) / 2) ** 2
    return np.asarray(2 * 6371.0 * np.arcsin(np.sqrt(np.clip(half, 0.0, 1.0))))
