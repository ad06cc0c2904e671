"""Who takes over a territory while its seat is empty: nearest reps with slack, whole accounts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from territory.errors import InputError
from territory.inputs.time.presence import presence, present_within
from territory.messages import Message, quoted
from territory.wording import NONZERO
from territory.workforce.capacity import reps_file
from territory.workforce.workload import travel_hours

if TYPE_CHECKING:
    from territory.inputs.scenario.scenario import Scenario
    from territory.plan import Plan

__all__ = ["Cover", "propose_cover"]

_YEAR_DAYS = 365.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Cover:
    """A proposal to cover a territory for a while.

    Attributes
    ----------
    accounts : DataFrame
        One row an account of the territory: ``account_id, name, tier, covered_by`` (a territory;
        "" where nobody has the time), ``rep_id, minutes`` (one way), ``hours`` (of the period, with
        travel), ``travel_h, nights, potential_usd`` (a year), ``until``.
    reps : DataFrame
        One row a covering territory: ``territory_id, rep_id, n_accounts, hours, slack_h`` (of the
        period, before), ``left_h``.
    cost_usd : float
        Travel and nights of the covering reps in the period, less those of the empty seat.
    first, last : date
    """

    accounts: pd.DataFrame
    reps: pd.DataFrame
    cost_usd: float
    first: date
    last: date

    @property
    def uncovered(self) -> pd.DataFrame:
        """Accounts that nobody has the time for."""
        return self.accounts[self.accounts["covered_by"] == ""]


def propose_cover(
    plan: Plan,
    scenario: Scenario,
    territory_id: str,
    *,
    first: date,
    last: date,
    reps: pd.DataFrame | None = None,
) -> Cover:
    """Propose for every account of a territory the nearest rep who has the hours.

    Parameters
    ----------
    plan : Plan
        With the capacity of its reps in hours.
    scenario : Scenario
        The plan's: roads, and prices of an hour and of a night.
    territory_id : str
    first, last : date
        Days of the period, both in it.
    reps : DataFrame, optional
        The reps table, for who begins, ends or is on leave within the period; without it everybody
        is there all the time.

    Raises
    ------
    InputError
        The territory is unknown, the period ends before it begins, or reps have no hours.

    Notes
    -----
    Accounts choose in the order of their potential: the nearest rep whose slack (capacity of who is
    there, by the days of the period, less workload, times the period's share of a year) still holds
    the account's hours with the travel from there. Vacant seats cover nothing. Accounts stay whole.
    O(accounts · reps).
    """
    territories = plan.territories
    ids = territories["territory_id"].astype("str").tolist()
    if territory_id not in ids:
        raise InputError(
            Message(
                f"the plan has no territory {quoted(territory_id)}",
                hint=f"it has {', '.join(ids[:5])}, …",
            )
        )
    if last < first:
        raise InputError(
            Message(
                f"the cover ends on {last}, before it begins on {first}",
                hint="give --until a day on or after --from",
            )
        )
    if "capacity_h" not in territories or territories["capacity_h"].isna().any():
        raise InputError(
            Message(
                "the reps have no capacity in hours, so nobody's slack is known",
                hint="write capacity_h in the reps table, or a section [capacity]",
            )
        )
    part = ((last - first).days + 1) / _YEAR_DAYS
    accounts = plan.accounts
    load = accounts.groupby("territory_id")["workload_h"].sum().reindex(ids).fillna(0.0)
    capacity = territories["capacity_h"].to_numpy(dtype=np.float64)
    if reps is not None:
        capacity = capacity * _there(territories, scenario, reps, first, last)
    slack = np.maximum(capacity - load.to_numpy(dtype=np.float64), 0.0) * part
    before = slack.copy()
    gone = ids.index(territory_id)
    # Another vacant seat covers nothing; a plan without reps names nobody.
    seated = territories["rep_id"].fillna("").astype("str").to_numpy(dtype=object) != ""
    seated = seated if seated.any() else ~seated
    own = accounts[accounts["territory_id"] == territory_id]
    own = own.sort_values(["potential_usd", "account_id"], ascending=[False, True], kind="stable")
    own = own.reset_index(drop=True)
    origins = territories[["center_lon", "center_lat"]].to_numpy(dtype=np.float64)
    minutes, hours, nights = travel_hours(scenario, own, origins, None)
    service = own["service_h"].to_numpy(dtype=np.float64)
    chosen = np.full(len(own), -1)
    for at in range(len(own)):
        need = (service[at] + hours[at]) * part
        able = (slack >= need) & seated & (np.arange(len(ids)) != gone)
        if able.any():
            t = int(np.flatnonzero(able)[np.argmin(minutes[at, able])])
            chosen[at], slack[t] = t, slack[t] - need[t]
    rows, done = np.arange(len(own)), chosen >= 0
    by = np.where(done, chosen, gone)
    travel = np.where(done, hours[rows, by] * part, 0.0)
    away = np.where(done, nights[rows, by] * part, 0.0)
    usd_h = scenario.objective.travel_usd_h or 75.0
    saved = (hours[:, gone] * usd_h + nights[:, gone] * scenario.travel.night_usd) * part
    cost = travel * usd_h + away * scenario.travel.night_usd - np.where(done, saved, 0.0)
    who = territories["rep_id"].astype("str").to_numpy(dtype=object)
    names = np.array([*ids, ""], dtype=object)
    table = pd.DataFrame(
        {
            "account_id": own["account_id"],
            "name": own["name"],
            "tier": own["tier"],
            "covered_by": pd.array(names[chosen], dtype="str"),
            "rep_id": pd.array(np.append(who, "")[chosen], dtype="str"),
            "minutes": np.where(done, minutes[rows, by], np.nan).round(1),
            "hours": (service * part + travel).round(2),
            "travel_h": travel.round(2),
            "nights": away.round(2),
            "potential_usd": own["potential_usd"],
            "until": last.isoformat(),
        }
    )
    takes = sorted(set(chosen[done].tolist()))
    return Cover(
        accounts=table,
        reps=pd.DataFrame(
            {
                "territory_id": [ids[t] for t in takes],
                "rep_id": [who[t] for t in takes],
                "n_accounts": [int((chosen == t).sum()) for t in takes],
                "hours": [round(float(before[t] - slack[t]), 1) for t in takes],
                "slack_h": [round(float(before[t]), 1) for t in takes],
                "left_h": [round(float(slack[t]), 1) for t in takes],
            }
        ),
        cost_usd=round(float(cost.sum()), 2),
        first=first,
        last=last,
    )


def _there(
    territories: pd.DataFrame, scenario: Scenario, reps: pd.DataFrame, first: date, last: date
) -> NDArray[np.float64]:
    """Return by what the hours of each rep's year are to be multiplied for a period, shape (k,).

    A capacity holds the part of the year that the rep is there: who begins in July has half of a
    year's hours, and in autumn twice that pace.
    """
    file = reps_file(scenario)
    year = presence(reps, scenario.capacity, file=file)["present"].to_numpy(dtype=np.float64)
    part = present_within(reps, first, last, file=file)
    pace = pd.Series(
        np.where(year > 0, part / np.maximum(year, NONZERO), 0.0),
        index=reps["rep_id"].astype("str").to_numpy(dtype=object),
    )
    ids = territories["rep_id"].fillna("").astype("str").to_numpy(dtype=object)
    return np.array([float(pace.get(name, 1.0)) for name in ids], dtype=np.float64)
