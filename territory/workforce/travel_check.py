"""Hold the travel estimate of a plan against real weeks: tours routed for every territory.

The estimate says what a call costs on the road before anybody knows the calendar. Tours say it with
a calendar: calls spread over the weeks, days with a length, stops in an order.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from territory.errors import InputError
from territory.inputs.scenario.workforce import Capacity
from territory.messages import Message, quoted
from territory.wording import LIMIT
from territory.workforce.capacity import working_weeks
from territory.workforce.tour_year import TourKeys, days_of, routed_year, ways_between
from territory.workforce.workload import on_site_h, road_estimate, trips_of

if TYPE_CHECKING:
    from solvers.tours import Tours
    from territory.inputs.scenario.scenario import Scenario
    from territory.plan import Plan

__all__ = [
    "OTHER_TOURS",
    "TravelCheck",
    "check_travel",
    "far_off",
    "full_days",
    "tour_keys",
    "tour_table",
    "week_days",
]


OTHER_TOURS = 0.08
"""Spread (one standard deviation) of a territory's hours on the road between two ways of planning
the same calls: 0.06 on the demo, 0.09 on hospitals and surgery centers of Texas, by savings and
sectors (`tests/benchmarks/strangers_tours.py`) with the level of all territories taken out."""

FAR_OFF = 0.15
"""Error of a territory's first estimate from which on it is named with its reason."""

FULL = 0.1
"""Share of a territory's days beyond the longest day from which on it is told."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TravelCheck:
    """Estimate and tours side by side.

    Attributes
    ----------
    table : DataFrame
        One row a territory: ``territory_id, rep_id, n_accounts, n_calls, call_min`` (minutes one
        way, mean of all calls), ``estimate_h, tour_h, error`` (estimate / tour - 1), ``nights``
        (a year), ``stops_per_day, n_days, long_days``.
    accounts : DataFrame
        One row a called account: ``account_id, territory_id, minutes, travel_h, nights``
        (estimate) and ``routed_h``: its part of the trips that it is on, in proportion to the
        estimate.
    tours : mapping of str to Tours
        By territory id; stop j is the j-th account of the territory, in the plan's order.
    day_h : float
        Longest day, of the estimate and of a tour.
    """

    table: pd.DataFrame
    accounts: pd.DataFrame
    tours: Mapping[str, Tours]
    day_h: float

    def errors(self) -> dict[str, float]:
        """Return how the estimate lies to the tours, near and far from home.

        Returns
        -------
        dict
            ``near_error, far_error``: of the sums of the nearer and the farther half of the
            territories (by minutes to a call); ``median_abs_error, worst_error`` (of one
            territory); ``distance_rank``: Spearman's correlation of error and distance, NaN for
            fewer than three territories or equal ranks.
        """
        order = self.table.sort_values(["call_min", "territory_id"], kind="stable")
        half = len(order) // 2
        near, far = order.iloc[:half], order.iloc[half:]
        error = self.table["error"]
        spread = len(order) > 2 and error.nunique() > 1 and order["call_min"].nunique() > 1
        # Spearman's is Pearson's of the ranks; pandas would load all of scipy.stats for it.
        ranks = self.table[["error", "call_min"]].dropna().rank()
        rank = ranks["error"].corr(ranks["call_min"]) if spread else float("nan")
        return {
            "near_error": _ratio(near),
            "far_error": _ratio(far),
            "median_abs_error": round(float(error.abs().median()), 4),
            "worst_error": round(float(error.iloc[int(error.abs().argmax())]), 4),
            "distance_rank": round(float(rank), 4),
        }

    @property
    def median_error(self) -> float:
        """Median over territories of estimate / tour - 1."""
        return float(self.table["error"].median())

    @property
    def median_abs_error(self) -> float:
        """Median over territories of how far the estimate is off, without sign."""
        return float(self.table["error"].abs().median())

    def text(self) -> str:
        """Return the finding in a sentence or two."""
        found = self.errors()
        return (
            f"travel estimate against routed tours: median territory "
            f"{100 * self.median_error:+.1f} %, off by {100 * self.median_abs_error:.1f} %; nearer "
            f"half {100 * found['near_error']:+.1f} %, farther half "
            f"{100 * found['far_error']:+.1f} % (days of at most {self.day_h:g} h)"
        )


def _ratio(rows: pd.DataFrame) -> float:
    tours = float(rows["tour_h"].sum())
    return round(float(rows["estimate_h"].sum()) / tours - 1.0, 4) if tours > 0 else float("nan")


def check_travel(
    plan: Plan, scenario: Scenario, *, sample: int | None = None, territories: Sequence[str] = ()
) -> TravelCheck:
    """Route the tours of a plan's territories and compare them with its travel estimate.

    Parameters
    ----------
    plan : Plan
    scenario : Scenario
        The plan's: speeds, and the working days of [capacity].
    sample : int, optional
        Weeks that are routed in each territory; the whole year when not given.
    territories : sequence of str, optional
        Ids; all when empty.

    Returns
    -------
    TravelCheck

    Raises
    ------
    InputError
        A territory is unknown, or no account of theirs is called on.

    Notes
    -----
    Trips start and end at the home (or center); beyond ``overnight_min`` one may last several
    days, where that costs less than driving home with a night priced at ``night_usd``. All service
    hours of an account but admin are spent there, evenly over its calls. A rep with less than
    full-time capacity travels on fewer days of the week. Minutes between accounts are by the same
    road estimate as the plan's: this checks the reckoning (stops, hops, nights), not the speeds.
    """
    accounts, chosen = plan.accounts, plan.territories
    if territories:
        planned = set(chosen["territory_id"])
        unknown = [each for each in territories if each not in planned]
        if unknown:
            raise InputError(
                Message(
                    f"the plan has no territory {quoted(unknown[0])}",
                    hint=f"it has {', '.join(chosen['territory_id'].head(5))}, …",
                )
            )
        chosen = chosen.loc[chosen["territory_id"].isin(territories)]
    lonlat = accounts[["lon", "lat"]].to_numpy(dtype=np.float64)
    homes = chosen[["center_lon", "center_lat"]].to_numpy(dtype=np.float64)
    keys, trips = tour_keys(scenario), trips_of(scenario)
    n_days = week_days(plan.territories)[plan.territories.index.get_indexer(chosen.index)]
    at = [np.flatnonzero(accounts["territory_id"] == each) for each in chosen["territory_id"]]
    model = road_estimate(scenario, lonlat)
    asked = np.concatenate(at)
    urban = model.urban(np.concatenate([homes, lonlat[asked]])).astype(np.float64)
    town = np.zeros(len(lonlat))
    town[asked] = urban[len(homes) :]
    rows, tours, shares = [], {}, []
    for t, row in enumerate(chosen.to_dict("records")):
        own = accounts.iloc[at[t]]
        calls = own["n_calls"].to_numpy(dtype=np.float64)
        ways = ways_between(
            model,
            np.vstack([homes[[t]], lonlat[at[t]]]),
            np.concatenate([urban[[t]], town[at[t]]]),
            own["minutes"].to_numpy(dtype=np.float64),
        )
        found = routed_year(
            ways, calls, on_site_h(own), keys, week_days=int(n_days[t]), sample=sample
        )
        if found is None:
            continue
        year, fraction = found
        tours[str(row["territory_id"])] = year
        tour_h = year.year_travel_min / 60.0 * fraction
        estimate = float(own["travel_h"].sum())
        shares.append(_shares(own, year, tour_h))
        rows.append(
            {
                "territory_id": row["territory_id"],
                "rep_id": row["rep_id"],
                "n_accounts": len(own),
                "n_calls": round(float(calls.sum()), 1),
                "call_min": round(float(np.average(own["minutes"], weights=calls)), 1),
                "estimate_h": round(estimate, 1),
                "tour_h": round(tour_h, 1),
                "error": round(estimate / tour_h - 1.0, 4) if tour_h > 0 else 0.0,
                "nights": round(year.year_nights * fraction, 1),
                "stops_per_day": round(year.stops_per_day, 2),
                "n_days": len(year.days),
                "long_days": year.long_days,
            }
        )
    if not rows:
        raise InputError(
            Message(
                "no account of these territories is called on once a year: there is no tour",
                hint="fill n_calls, or write a section [callplan]",
            )
        )
    return TravelCheck(
        table=pd.DataFrame(rows),
        accounts=pd.concat(shares, ignore_index=True),
        tours=MappingProxyType(tours),
        day_h=round(trips.day_min / 60.0, 2),
    )


def far_off(plan: Plan, check: TravelCheck) -> dict[str, str]:
    """Return why an estimate is more than 15 % off its tours, by territory, the worst first."""
    table = check.table
    beyond = table[table["error"].abs() > FAR_OFF]
    out = {}
    for row in beyond.loc[beyond["error"].abs().sort_values(ascending=False).index].to_dict(
        "records"
    ):
        name = str(row["territory_id"])
        own = plan.accounts.loc[plan.accounts["territory_id"] == name]
        calls = own["n_calls"].to_numpy(dtype=np.float64)
        taken = float(calls.sum() / (calls / own["stops_per_trip"].to_numpy(dtype=float)).sum())
        tours = check.tours[name]
        trips = sum(not day.away for day in tours.days)
        away = f", {row['nights']:,.0f} nights away" if row["nights"] >= 1 else ""
        out[name] = (
            f"{row['estimate_h']:,.0f} h estimated, {row['tour_h']:,.0f} h by tours "
            f"({100 * row['error']:+.1f} %): a trip takes in {tours.routed_visits / trips:.1f} "
            f"stops{away}; the estimate {taken:.1f}"
        )
    return out


def full_days(check: TravelCheck) -> dict[str, str]:
    """Return the territories whose tours do not fit their days, in words, the fullest first.

    Where calls take more than the week's days, days grow beyond `longest_day_h`; named from a tenth
    of the days on.
    """
    table = check.table.assign(part=check.table["long_days"] / check.table["n_days"].clip(lower=1))
    beyond = table[table["part"] >= FULL].sort_values(
        ["part", "territory_id"], ascending=[False, True]
    )
    return {
        str(row["territory_id"]): f"{row['long_days']:,} of {row['n_days']:,} days on the road are "
        f"longer than {check.day_h:g} h"
        for row in beyond.to_dict("records")
    }


def _shares(own: pd.DataFrame, year: Tours, tour_h: float) -> pd.DataFrame:
    """Part of a territory's routed hours that each of its accounts causes."""
    estimate = own["travel_h"].to_numpy(dtype=np.float64)
    calls = own["n_calls"].to_numpy(dtype=np.float64)
    weight = np.where(calls > 0, estimate / np.maximum(calls, LIMIT), 0.0) + 1e-6
    part = np.zeros(len(own))
    stops: list[int] = []
    road = 0.0
    for day in year.days:
        stops += [stop - 1 for stop in day.stops]
        road += day.travel_min
        if not day.away:
            at = np.array(stops, dtype=np.int64)
            np.add.at(part, at, road * weight[at] / weight[at].sum())
            stops, road = [], 0.0
    whole = part.sum()
    return pd.DataFrame(
        {
            "account_id": own["account_id"].to_numpy(),
            "territory_id": own["territory_id"].to_numpy(),
            "minutes": own["minutes"].to_numpy(dtype=np.float64),
            "travel_h": estimate,
            "nights": own["nights"].to_numpy(dtype=np.float64) if "nights" in own else 0.0,
            "routed_h": part * (tour_h / whole) if whole > 0 else part,
        }
    )


def tour_keys(scenario: Scenario) -> TourKeys:
    """Return the settings that a scenario's tours are made by."""
    capacity, trips = scenario.capacity or Capacity(), trips_of(scenario)
    away = trips.days > 1
    return TourKeys(
        n_weeks=working_weeks(capacity),
        day_min=60.0 * capacity.longest_day_h,
        price_min=trips.night_min if away else None,
        far_min=trips.far_min if away else None,
    )


def week_days(territories: pd.DataFrame) -> NDArray[np.int64]:
    """Return the days of the week on which the rep of each territory travels, shape (k,)."""
    if "capacity_h" not in territories:
        return np.full(len(territories), 5, dtype=np.int64)
    return days_of(np.asarray(territories["capacity_h"], dtype=np.float64))


def tour_table(plan: Plan, check: TravelCheck, territory_id: str) -> pd.DataFrame:
    """Return the routed weeks of one territory, one row a stop.

    Returns
    -------
    DataFrame
        ``territory_id, week, day`` (from 1), ``stop`` (from 1), ``account_id, name``,
        ``arrive_h`` and ``leave_h`` (hours after the day's start), ``travel_h, on_site_h`` of the
        day, ``away`` (true where the night that follows is spent away).
    """
    own = plan.accounts.loc[plan.accounts["territory_id"] == territory_id].reset_index(drop=True)
    calls = np.maximum(own["n_calls"].to_numpy(dtype=np.float64), 1.0)
    stay_h = on_site_h(own) / calls
    rows = []
    for day in check.tours[territory_id].days:
        for stop, (at, arrive) in enumerate(zip(day.stops, day.arrive_min, strict=True), start=1):
            rows.append(
                {
                    "territory_id": territory_id,
                    "week": day.week + 1,
                    "day": day.day + 1,
                    "stop": stop,
                    "account_id": own.at[at - 1, "account_id"],
                    "name": own.at[at - 1, "name"],
                    "arrive_h": round(arrive / 60.0, 2),
                    "leave_h": round(arrive / 60.0 + float(stay_h[at - 1]), 2),
                    "travel_h": round(day.travel_min / 60.0, 2),
                    "on_site_h": round(day.on_site_min / 60.0, 2),
                    "away": bool(day.away),
                }
            )
    return pd.DataFrame(rows)
