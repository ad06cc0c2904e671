"""Reach and frequency by territory and tier, and the calls that fall away over capacity."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from territory.arrays import Floats
from territory.market.tier_order import names_of_plan, tier_order, tier_rank
from territory.messages import counted

if TYPE_CHECKING:
    from territory.plan import Plan

__all__ = [
    "calls_that_fit",
    "dropped_calls",
    "plan_reach",
    "reach_and_frequency",
    "served_share",
    "without_a_rep",
]


QUARTERS = 4.0

_NAMED = 5
"""Vacant territories that are named."""


def served_share(
    accounts: pd.DataFrame,
    hours: Floats,
    territory: NDArray[np.integer],
    capacity_h: Floats,
    tiers: Sequence[str] = (),
) -> Floats:
    """Return the share of each account's planned work that fits, the best tier first.

    Parameters
    ----------
    accounts : DataFrame, n rows
        ``tier, potential_usd``.
    hours : (n,) float64
        Hours a year of each account, travel included.
    territory : (n,) int, 0 to k - 1
    capacity_h : (k,) float64
        NaN: no limit is known, everything fits.
    tiers : sequence of str
        Best first ([tiers] names); without them by name.

    Returns
    -------
    (n,) float64, 0 to 1
        Within a tier those with the most potential first; the account across the limit gets a part.
    """
    rank = tier_rank(accounts["tier"], tiers)
    worth = np.nan_to_num(accounts["potential_usd"].to_numpy(dtype=np.float64))
    ids = (
        pd.factorize(accounts["account_id"], sort=True)[0]
        if "account_id" in accounts
        else np.arange(len(accounts))
    )
    order = np.lexsort((ids, -worth, rank, territory))
    own, t = hours[order], territory[order]
    running = np.cumsum(own)
    start = np.concatenate([[0.0], running])[np.searchsorted(t, np.arange(len(capacity_h)))]
    before = running - own - start[t]
    limit = np.where(np.isfinite(capacity_h), capacity_h, np.inf)
    fits = np.clip(limit[t] - before, 0.0, own)
    out = np.ones(len(hours))
    out[order] = np.where(own > 0, fits / np.where(own > 0, own, 1.0), 1.0)
    return out


def calls_that_fit(plan: Plan) -> pd.DataFrame:
    """Return each account's planned calls, those that fit the rep's hours, and those that do not.

    Returns
    -------
    DataFrame
        ``territory_id, account_id, name, type, tier, potential_usd, n_calls`` (sales calls a year,
        visits to attend cases left out where a call plan tells them apart), ``calls_fit,
        calls_dropped, hours_dropped`` (h a year, travel included). All calls fit where the
        capacity is not known.
    """
    accounts, source = plan.accounts, plan.territories
    at = pd.Index(source["territory_id"]).get_indexer(pd.Index(accounts["territory_id"]))
    capacity = (
        source["capacity_h"].to_numpy(dtype=np.float64)
        if "capacity_h" in source
        else np.full(len(source), np.nan)
    )
    hours = accounts["workload_h"].to_numpy(dtype=np.float64)
    fits = served_share(accounts, hours, at, capacity, names_of_plan(plan))
    calls = accounts["planned_calls" if "planned_calls" in accounts else "n_calls"].fillna(0.0)
    shown = ["territory_id", "account_id", "name", "type", "tier", "potential_usd"]
    return accounts[shown].assign(
        n_calls=calls,
        calls_fit=(calls * fits).round(4),
        calls_dropped=(calls * (1.0 - fits)).round(4),
        hours_dropped=(hours * (1.0 - fits)).round(4),
    )


def plan_reach(plan: Plan) -> pd.DataFrame:
    """Return reach and frequency of each territory by tier and in all, as planned and as it fits.

    Returns
    -------
    DataFrame
        ``territory_id, rep``, the columns of `reach_and_frequency`, ``calls_fit, calls_dropped``
        (sales calls a year), ``hours_dropped``, ``frequency_fit_q`` (calls a quarter on each
        account called on, as far as they fit); last the rows of the whole plan, ``all``.
    """
    calls, names = calls_that_fit(plan), names_of_plan(plan)
    who = plan.territories["rep_name"].where(
        plan.territories["rep_name"].ne(""), plan.territories["rep_id"]
    )
    ids = [str(at) for at in plan.territories["territory_id"]]
    rep = {**dict(zip(ids, who, strict=True)), "all": ""}
    place = pd.Index(ids).get_indexer(pd.Index(calls["territory_id"].astype(object)))
    own, whole = place >= 0, np.full(len(calls), len(ids))
    out = pd.concat(
        [_reach(calls[own], place[own], names), _reach(calls, whole, names)], ignore_index=True
    )
    at = [[*ids, "all"][row] for row in out.pop("place")]
    out.insert(0, "territory_id", at)
    out.insert(1, "rep", [rep[name] for name in at])
    called = out["n_called"].where(out["n_called"] > 0)
    out["frequency_fit_q"] = out["calls_fit"] / QUARTERS / called
    return out


def dropped_calls(plan: Plan) -> pd.DataFrame:
    """Return the accounts whose calls do not all fit, those of the most potential first.

    Columns as `calls_that_fit`; empty where every territory has the hours for its calls.
    """
    calls = calls_that_fit(plan)
    lost = calls[calls["calls_dropped"] > 1e-6]
    order = ["territory_id", "potential_usd", "account_id"]
    return lost.sort_values(order, ascending=[True, False, True], ignore_index=True)


def without_a_rep(plan: Plan) -> str:
    """Say how many calls a year lie in vacant territories; "" where all or none has a rep."""
    table = plan.territories
    vacant = table.loc[table["rep_id"].eq(""), "territory_id"]
    if vacant.empty or len(vacant) == len(table):
        return ""
    reach = plan_reach(plan)
    calls = reach[reach["tier"].eq("all")].set_index("territory_id")["n_calls"].reindex(vacant)
    named = ", ".join(f"{at} {n:,.0f}" for at, n in calls.head(_NAMED).items())
    more = f" and {len(vacant) - _NAMED} more" if len(vacant) > _NAMED else ""
    return (
        f"{calls.sum():,.0f} calls a year have no rep while "
        f"{counted(len(vacant), 'territory is', 'territories are')} vacant: {named}{more}"
    )


def reach_and_frequency(accounts: pd.DataFrame, *, tiers: Sequence[str] = ()) -> pd.DataFrame:
    """Return who is called on and how often, by tier and in all.

    Parameters
    ----------
    accounts : DataFrame
        With ``tier``, ``potential_usd`` and ``n_calls`` (or ``planned_calls``, where there is one:
        visits to attend cases are no sales calls).
    tiers : sequence of str
        Best first ([tiers] names); without them by name.

    Returns
    -------
    DataFrame
        ``tier, n_accounts, n_called, reach`` (share of the accounts with at least one call a
        year), ``potential_reach`` (share of the potential in them), ``n_calls`` (a year),
        ``frequency_q`` (calls a quarter on each of those called on); last row ``all``.

    Examples
    --------
    >>> table = pd.DataFrame(
    ...     {"tier": ["A", "B", "B"], "n_calls": [24, 8, 0], "potential_usd": [600.0, 300.0, 100.0]}
    ... )
    >>> reach_and_frequency(table)[["tier", "reach", "frequency_q"]].values.tolist()
    [['A', 1.0, 6.0], ['B', 0.5, 2.0], ['all', 0.6666666666666666, 4.0]]
    """
    return _reach(accounts, np.zeros(len(accounts), dtype=np.intp), tiers).drop(columns="place")


def _reach(
    accounts: pd.DataFrame, place: NDArray[np.integer], tiers: Sequence[str]
) -> pd.DataFrame:
    """Return reach and frequency of each place, (n,) int of the accounts, by tier and in all.

    With the calls that fit and fall away where they are known; all places at once, since a table
    of each takes seconds where territories are many.
    """
    calls = accounts["planned_calls" if "planned_calls" in accounts else "n_calls"].fillna(0.0)
    called = calls >= 1.0
    usd = accounts["potential_usd"].fillna(0.0)
    tier = accounts["tier"].fillna("").astype("str").to_numpy(dtype=object)
    fitting = [name for name in ("calls_fit", "calls_dropped", "hours_dropped") if name in accounts]
    frame = pd.DataFrame(
        {
            "place": place,
            "tier": tier,
            "n_accounts": 1,
            "n_called": called.astype(int),
            "usd": usd,
            "called_usd": usd.where(called, 0.0),
            "n_calls": calls,
            "calls_of_called": calls.where(called, 0.0),
            **{name: accounts[name] for name in fitting},
        }
    )
    by = frame.groupby(["place", "tier"], as_index=False).sum()
    everything = by.drop(columns="tier").groupby("place", as_index=False).sum().assign(tier="all")
    order = {name: at for at, name in enumerate(tier_order(by["tier"], tiers))}
    by["rank"] = by["tier"].map(order).fillna(len(order))
    out = pd.concat([by, everything.assign(rank=len(order) + 1)], ignore_index=True)
    out = out.sort_values(["place", "rank"], kind="stable", ignore_index=True)
    out["reach"] = out["n_called"] / out["n_accounts"]
    out["potential_reach"] = out["called_usd"] / out["usd"].where(out["usd"] > 0)
    out["frequency_q"] = (
        out["calls_of_called"] / QUARTERS / out["n_called"].where(out["n_called"] > 0)
    )
    out[fitting] = out[fitting].round(4)
    names = ["place", "tier", "n_accounts", "n_called", "reach", "potential_reach", "n_calls"]
    return out[[*names, "frequency_q", *fitting]]
