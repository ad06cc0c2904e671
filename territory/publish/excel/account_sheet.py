"""The accounts as people look for them: where they are, who has them today, who will."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from territory.plan import Plan

__all__ = ["account_sheet"]

_FIRST = (
    *("account_id", "name", "zip", "city", "state", "territory_id", "rep_name"),
    *("current_territory_id", "current_rep_name", "tier", "type", "potential_usd", "workload_h"),
    *("idn", "gpo"),
)


def account_sheet(plan: Plan) -> pd.DataFrame:
    """Return ``accounts.csv`` with ZIP, city, state, the rep's name and today's rep in front.

    ZIP, city and state are the user's own columns where there are some; else the ZIP code is that
    of a unit that is one, or a part of one, and city and state are that code's; else they stay
    empty. Today's rep is the rep
    of today's territory where the plan still has it. Further columns of the user follow behind.
    """
    from geo.us.zips import zip_points

    accounts = plan.accounts
    reps = plan.territories.set_index("territory_id")["rep_name"]
    units = plan.geography.units
    unit = accounts["unit_id"].astype(str)
    parts = unit.str.split(":", expand=True)
    level = unit.map(units["level"]).astype(str)
    code = parts[0].where(level.eq("zip"), "")
    if 1 in parts:
        code = parts[1].where(parts[1].notna() & level.ne("county"), code)
    given = accounts["zip"].fillna("").astype(str) if "zip" in accounts else code
    code = given.where(given.str.fullmatch(r"\d{5}"), "").fillna("")
    american = parts[0].str.fullmatch(r"\d{5}") & level.isin(("zip", "county"))
    if 1 in parts:
        american |= parts[0].str.fullmatch(r"\d{5}") & parts[1].notna()
    towns = zip_points()
    town, state = (code.map(towns[name]).where(american).fillna("") for name in ("city", "state"))
    made = {
        "zip": code,
        "city": town,
        "state": state,
        "rep_name": accounts["territory_id"].map(reps).fillna(""),
        "current_rep_name": accounts["current_territory_id"].map(reps).fillna(""),
    }
    frame = accounts.assign(**{name: each for name, each in made.items() if name not in accounts})
    front = [name for name in _FIRST if name in frame]
    return frame[[*front, *(name for name in frame.columns if name not in front)]]
