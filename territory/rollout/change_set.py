"""The change set: which account goes from whom to whom, and what becomes of each territory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from territory.encoding.explain.column import with_known_reasons
from territory.inputs.time.presence import is_vacant

if TYPE_CHECKING:
    from collections.abc import Mapping

    from territory.plan import Plan

__all__ = ["ACCOUNT_CHANGES", "ChangeSet", "change_set", "current_reps"]

ACCOUNT_CHANGES = ("moves", "joins", "stays")
"""An account changes its territory, gets its first one, or keeps it."""

_MERGED_SHARE = 0.5
"""A territory that ends is merged into the one that gets at least this share of its accounts."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ChangeSet:
    """What a plan changes against today's alignment.

    Attributes
    ----------
    accounts : DataFrame
        One row an account: ``account_id, name, unit_id, team, change`` (`ACCOUNT_CHANGES`),
        ``from, to`` (territories, "" = none), ``rep_from, rep_to, rep_changes`` (bool),
        ``revenue_usd, potential_usd, workload_h`` and ``reason, why`` (code and
        sentence of a change as in the plan's accounts; "" where it stays or is not known).
    territories : DataFrame
        One row a territory of today or of the plan: ``territory_id, team, status`` (kept, new,
        merged, closed), ``merged_into``, ``rep_from, rep_to``, ``vacant`` (bool, in the plan),
        ``n_stays, n_in, n_out`` and ``district_id, region_id``.
    team : str
    """

    accounts: pd.DataFrame
    territories: pd.DataFrame
    team: str

    @property
    def moved(self) -> pd.DataFrame:
        """The accounts whose territory changes or begins."""
        return self.accounts[self.accounts["change"].ne("stays")]


def change_set(
    plan: Plan,
    *,
    reps_today: Mapping[str, str] | None = None,
) -> ChangeSet:
    """Return what a plan changes; rows in the order of ids, so that file order changes nothing.

    Parameters
    ----------
    plan : Plan
    reps_today : mapping of str to str, optional
        Rep id by territory of today's alignment; without it each territory keeps the plan's rep.
    """
    accounts, team = with_known_reasons(plan).accounts, plan.team
    before = accounts["current_territory_id"].fillna("").astype("str")
    after = accounts["territory_id"].fillna("").astype("str")
    planned = dict(zip(plan.territories["territory_id"], plan.territories["rep_id"], strict=True))
    today = planned if reps_today is None else dict(reps_today)
    rep_from = before.map(today).fillna("").astype("str")
    rep_to = after.map(planned).fillna("").astype("str")
    change = np.select([before.eq(""), before.ne(after)], ["joins", "moves"], default="stays")
    frame = pd.DataFrame(
        {
            "account_id": accounts["account_id"].astype("str"),
            "name": accounts["name"].astype("str"),
            "unit_id": accounts["unit_id"].astype("str"),
            "team": team,
            "change": change,
            "from": before,
            "to": after,
            "rep_from": rep_from,
            "rep_to": rep_to,
            "rep_changes": rep_from.ne(rep_to),
            "revenue_usd": _numbers(accounts, "revenue_usd"),
            "potential_usd": _numbers(accounts, "potential_usd"),
            "workload_h": _numbers(accounts, "workload_h"),
            **{name: accounts[name].where(change != "stays", "") for name in ("reason", "why")},
        }
    ).sort_values("account_id", ignore_index=True)
    return ChangeSet(
        accounts=frame, territories=_territories(plan, frame, today, planned, team), team=team
    )


def current_reps(reps: pd.DataFrame | None) -> dict[str, str] | None:
    """Return who serves which territory today, from a reps table; None without one.

    Of several reps of one territory the first by id is taken; an empty territory is nobody's, and
    so is that of a vacant seat.
    """
    if reps is None or "territory_id" not in reps:
        return None
    seated = reps.loc[~is_vacant(reps, file="reps")]
    known = seated[seated["territory_id"].fillna("").ne("")].sort_values("rep_id")
    first = known.drop_duplicates("territory_id")
    return dict(zip(first["territory_id"], first["rep_id"].fillna(""), strict=True))


def _numbers(frame: pd.DataFrame, name: str) -> pd.Series | float:
    return frame[name].astype(float) if name in frame else np.nan


def _territories(
    plan: Plan,
    accounts: pd.DataFrame,
    today: Mapping[str, str],
    planned: Mapping[str, str],
    team: str,
) -> pd.DataFrame:
    moved = accounts[accounts["change"].ne("stays")]
    n_in = moved.groupby("to").size()
    n_out = moved[moved["from"].ne("")].groupby("from").size()
    n_stays = accounts[accounts["change"].eq("stays")].groupby("to").size()
    used_today = sorted((set(accounts["from"]) | set(today)) - {""})
    had_accounts = set(accounts["from"]) - {""}
    heirs = _heirs(accounts)
    levels = plan.territories.set_index("territory_id")
    ids = [*planned, *(each for each in used_today if each not in planned)]
    rows = []
    for name in ids:
        in_plan, in_today = name in planned, name in had_accounts or name in today
        heir = "" if in_plan else heirs.get(name, "")
        rows.append(
            {
                "territory_id": name,
                "team": team,
                "status": ("kept" if in_today else "new")
                if in_plan
                else ("merged" if heir else "closed"),
                "merged_into": heir,
                "rep_from": today.get(name, "") if in_today else "",
                "rep_to": planned.get(name, ""),
                "vacant": in_plan and not planned[name],
                "n_stays": int(n_stays.get(name, 0)),
                "n_in": int(n_in.get(name, 0)),
                "n_out": int(n_out.get(name, 0)),
                "district_id": _level(levels, name, "district_id"),
                "region_id": _level(levels, name, "region_id"),
            }
        )
    return pd.DataFrame(rows)


def _heirs(accounts: pd.DataFrame) -> dict[str, str]:
    """Return the territory that most of a territory's accounts go to, where it gets enough."""
    gone = accounts[accounts["from"].ne("") & accounts["change"].eq("moves")]
    totals = accounts[accounts["from"].ne("")].groupby("from").size()
    heirs: dict[str, str] = {}
    sizes = gone.groupby(["from", "to"], as_index=False).size()
    for origin, target, number in zip(sizes["from"], sizes["to"], sizes["size"], strict=True):
        if number / int(totals[origin]) >= _MERGED_SHARE:
            heirs.setdefault(origin, target)
    return heirs


def _level(levels: pd.DataFrame, name: str, column: str) -> str:
    if column not in levels or name not in levels.index:
        return ""
    value = levels.at[name, column]
    return value if isinstance(value, str) else ""
