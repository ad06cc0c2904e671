"""Is it aligned: the growth areas and the top tier have a rep who is near and has time for them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from territory.currency import short_money
from territory.messages import counted
from territory.review.questions.check import Check, unknown, worst
from territory.review.scorecard import figures
from territory.wording import percent

if TYPE_CHECKING:
    import pandas as pd

    from territory.inputs.scenario.review import ReviewKeys
    from territory.plan import Plan

__all__ = ["aligned_checks"]

_IN_TOWN_KM = 10.0
"""Distances below this count as this: within a town nobody is nearer than another."""


def aligned_checks(plan: Plan, frame: pd.DataFrame, keys: ReviewKeys) -> Iterator[Check]:
    """Yield who has the accounts that matter, how near, with what slack, and what changes."""
    accounts = plan.accounts
    top = accounts["tier"].eq(keys.top_tier or "A")
    name, missing = f"Tier {keys.top_tier or 'A'}", "no account has this tier"
    yield _covered(plan, frame, top, name, keys, missing)
    yield _near(plan, top, name, keys, missing)
    name, missing = "Growth areas", "the scenario names no growth areas"
    growing = None
    if "growth_area" in accounts:
        growing = accounts["growth_area"].astype(bool)
    yield _covered(plan, frame, growing, name, keys, missing, growth=keys.growth_load)
    yield _near(plan, growing, name, keys, missing)
    yield _owned(plan, growing, missing)
    yield worst(
        "aligned",
        f"Travel at most {percent(keys.travel_share_most, 0)} of every territory's workload",
        frame,
        "travel_share",
        most=keys.travel_share_most,
    )
    what = f"At most {percent(keys.moved_revenue_most, 0)} of today's revenue gets another rep"
    known = figures(plan)
    share = known["moved_revenue_share"]
    if share is None:
        yield unknown("aligned", what, "today's alignment or its revenue is not known")
        return
    yield Check(
        question="aligned",
        what=what,
        passed=share <= keys.moved_revenue_most,
        found=f"{percent(share)}, {counted(known['moved_accounts'], 'account')}",
    )


def _covered(
    plan: Plan,
    frame: pd.DataFrame,
    chosen: pd.Series | None,
    name: str,
    keys: ReviewKeys,
    missing: str,
    growth: float = 0.0,
) -> Check:
    """Judge whether the reps who have some accounts have time for them, territory by territory."""
    grown = f" after {percent(growth, 0)} more work there" if growth else ""
    what = (
        f"{name} covered: at least {percent(keys.covered_least, 0)} of their potential with reps "
        f"who are at most {percent(keys.utilisation_most, 0)} utilised{grown}"
    )
    if chosen is None or not chosen.any():
        return unknown("aligned", what, missing)
    if "utilisation" not in frame:
        return unknown("aligned", what, "the reps have no capacity in hours")
    accounts = plan.accounts.loc[chosen]
    worth = accounts.groupby("territory_id")["potential_usd"].sum()
    total = float(worth.sum())
    if not total > 0:
        return unknown("aligned", what, "they have no potential")
    more = growth * accounts.groupby("territory_id")["workload_h"].sum()
    used = frame.set_index("territory_id")[["workload_h", "capacity_h"]]
    own = used.reindex(worth.index).assign(worth=worth).sort_values("worth", ascending=False)
    own["slack"] = (
        keys.utilisation_most * own["capacity_h"] - own["workload_h"] - more.reindex(own.index)
    )
    over = own[~(own["slack"] >= -1e-6)]
    share = 1.0 - float(over["worth"].sum()) / total
    shown = own.loc[over.index] if len(over) else own.head(3)
    return Check(
        question="aligned",
        what=what,
        passed=share >= keys.covered_least,
        found=f"{percent(share, 0)}; {len(over):,} of {len(own):,} territories without room",
        evidence=tuple(
            f"{row['territory_id']}: {short_money(row['worth'])}, slack {row['slack']:+,.0f} h"
            for row in shown.reset_index(names="territory_id").to_dict("records")
        ),
    )


def _near(plan: Plan, chosen: pd.Series | None, name: str, keys: ReviewKeys, missing: str) -> Check:
    """Judge whether some accounts are with reps who live near them: it tells a plan from chance.

    The distance to the own rep's base, weighted by potential, as a multiple of that to the nearest
    base of all: 1 where everybody has the nearest rep. Balance costs some of it; an alignment that
    looks at loads only has many times that.
    """
    import pandas as pd

    from geo.travel import great_circle_km

    what = (
        f"{name} near their reps: at most {keys.detour_most:g} times as far as the nearest home, "
        "by potential"
    )
    if chosen is None or not chosen.any():
        return unknown("aligned", what, missing)
    source = plan.territories
    accounts = plan.accounts.loc[chosen]
    at = pd.Index(source["territory_id"]).get_indexer(pd.Index(accounts["territory_id"]))
    bases = source[["center_lon", "center_lat"]].to_numpy(dtype=np.float64)
    worth = accounts["potential_usd"].to_numpy(dtype=np.float64)
    if (at < 0).any() or not np.isfinite(bases).all() or not worth.sum() > 0:
        return unknown("aligned", what, "a base or the potential is not known")
    lonlat = accounts[["lon", "lat"]].to_numpy(dtype=np.float64)
    km = np.maximum(great_circle_km(lonlat, bases), _IN_TOWN_KM)
    own, nearest = km[np.arange(len(km)), at], km.min(axis=1)
    ratio = float(worth @ own / (worth @ nearest))
    by = (
        accounts.assign(far=worth * own, near=worth * nearest)
        .groupby("territory_id")[["far", "near", "potential_usd"]]
        .sum()
    )
    by["ratio"] = by["far"] / by["near"]
    wide = by[by["ratio"] > keys.detour_most].sort_values("ratio", ascending=False)
    return Check(
        question="aligned",
        what=what,
        passed=ratio <= keys.detour_most,
        found=f"{ratio:.2f} times",
        evidence=tuple(
            f"{row['territory_id']}: {row['ratio']:.1f} times, {short_money(row['potential_usd'])}"
            for row in wide.reset_index().to_dict("records")
        ),
        compares=True,
    )


def _owned(plan: Plan, growing: pd.Series | None, missing: str) -> Check:
    """Judge whether each growth area has an owner, or as many as its size asks for."""
    what = "Every growth area with no more reps than its size asks for, and one"
    if growing is None or not growing.any():
        return unknown("aligned", what, missing)
    areas = plan.accounts["unit_id"].astype("str").str.partition(":")[0]
    goal = float(plan.accounts["potential_usd"].sum()) / max(len(plan.territories), 1)
    if not goal > 0:
        return unknown("aligned", what, "the potential is not known")
    inside = areas.isin(areas[growing].unique())
    by = plan.accounts[inside].groupby(areas[inside])
    found = by.agg(
        usd=("potential_usd", "sum"), reps=("territory_id", "nunique"), n=("territory_id", "size")
    )
    found["most"] = np.ceil(found["usd"] / goal).clip(lower=1.0) + 1.0
    # An area of so few accounts cannot have too many reps: that it has not says nothing.
    found = found[found["n"] > found["most"]]
    if found.empty:
        return unknown("aligned", what, "no area has more accounts than reps it may have")
    wide = found[found["reps"] > found["most"]].sort_values("reps", ascending=False)
    reps = found["reps"].to_numpy(dtype=np.int64)
    most = int(reps.argmax())
    return Check(
        question="aligned",
        what=what,
        passed=wide.empty,
        found=f"{len(wide):,} of {counted(len(found), 'area')} have more; "
        f"most {found.index[most]}, {counted(int(reps[most]), 'rep')}",
        evidence=tuple(
            f"{row['area']}: {row['reps']} reps for {short_money(row['usd'])}, at most "
            f"{row['most']:.0f}"
            for row in wide.reset_index(names="area").to_dict("records")
        ),
        compares=True,
    )
