"""Hold the travel estimate of a plan against real weeks: tours routed for every territory.

The estimate says what a call costs on the road before anybody knows the calendar. Tours say it with
a calendar: calls spread over the weeks, days with a length, stops in an order.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from territory.errors import InputError
from territory.inputs.scenario.workforce import Capacity
from territory.messages import Message, quoted
from territory.workforce.capacity import working_weeks
from territory.workforce.workload import road_estimate

if TYPE_CHECKING:
    from geo.travel import RoadEstimate
    from solvers.tours import Tours
    from territory.inputs.scenario.scenario import Scenario
    from territory.plan import Plan

__all__ = ["Calibration", "TravelCheck", "calibrate", "check_travel", "tour_table"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """The constants with which the estimate meets the tours best.

    Attributes
    ----------
    calls_per_trip : float
        For ``[travel] calls_per_trip``; hops as they are.
    median_error : float
        Median over territories of estimate / tour - 1 with it.
    median_abs_error : float
        Median of the same without sign.
    hop_factor : float
        Where hops are scaled too: their factor, and with it ``calls_per_trip_with_hops``. For
        information: far accounts have long ways and long hops, so the two are hard to tell apart.
    calls_per_trip_with_hops : float
    """

    calls_per_trip: float
    median_error: float
    median_abs_error: float
    hop_factor: float
    calls_per_trip_with_hops: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TravelCheck:
    """Estimate and tours side by side.

    Attributes
    ----------
    table : DataFrame
        One row a territory: ``territory_id, rep_id, n_accounts, n_calls, estimate_h, tour_h``,
        ``error`` (estimate / tour - 1), ``stops_per_day, n_days, long_days, radial_h`` (there and
        back for every call), ``hops_h``.
    tours : mapping of str to Tours
        By territory id; stop j is the j-th account of the territory, in the plan's order.
    calls_per_trip : float
        What the estimate was made with.
    longest_day_h : float
    calibration : Calibration
    """

    table: pd.DataFrame
    tours: Mapping[str, Tours]
    calls_per_trip: float
    longest_day_h: float
    calibration: Calibration

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
        said = (
            f"travel estimate against routed tours: median territory "
            f"{100 * self.median_error:+.1f} %, off by {100 * self.median_abs_error:.1f} % "
            f"(calls_per_trip {self.calls_per_trip:g}, longest day {self.longest_day_h:g} h)"
        )
        best = self.calibration
        if abs(best.calls_per_trip - self.calls_per_trip) < 0.05:
            return said
        return (
            f"{said}; with calls_per_trip = {best.calls_per_trip:g} it would be "
            f"{100 * best.median_error:+.1f} %, off by {100 * best.median_abs_error:.1f} %"
        )


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
    Days start and end at the home (or center), so a stop hours away is a long day, never a night
    in a hotel: in vast territories tours are an upper limit. All service hours of an account but
    admin are spent there, evenly over its calls. A rep with less than full-time capacity travels on
    fewer days of the week. Minutes between accounts by the same road estimate as the plan's, so
    this checks the reckoning (calls_per_trip, hops), not the speeds.
    """
    from solvers.tours import route_year

    capacity = scenario.capacity or Capacity()
    accounts, chosen = plan.accounts, plan.territories
    if territories:
        unknown = [each for each in territories if each not in set(chosen["territory_id"])]
        if unknown:
            raise InputError(
                Message(
                    f"the plan has no territory {quoted(unknown[0])}",
                    hint=f"it has {', '.join(chosen['territory_id'].head(5))}, …",
                )
            )
        chosen = chosen.loc[chosen["territory_id"].isin(territories)]
    model = road_estimate(scenario, accounts[["lon", "lat"]].to_numpy(dtype=np.float64))
    n_weeks, day_min = working_weeks(capacity), 60.0 * capacity.longest_day_h
    n_days = _days(plan.territories).loc[chosen.index]
    rows, tours = [], {}
    for row, week_days in zip(chosen.to_dict("records"), n_days.tolist(), strict=True):
        own = accounts.loc[accounts["territory_id"] == row["territory_id"]]
        calls = own["n_calls"].to_numpy(dtype=np.float64)
        visits = np.minimum(np.rint(calls), n_weeks * week_days)
        if not visits.sum():
            continue
        year = route_year(
            _minutes(model, own, row),
            visits,
            60.0 * _on_site_h(own) / np.maximum(calls, 1.0),
            n_weeks=n_weeks,
            n_days=week_days,
            day_min=day_min,
            sample=sample,
        )
        tours[str(row["territory_id"])] = year
        # Calls are whole visits in a calendar; the estimate counts fractions of them.
        tour_h = year.year_travel_min / 60.0 * float(calls.sum() / visits.sum())
        minutes = own["minutes"].to_numpy(dtype=np.float64)
        hops = own["hop_min"].to_numpy(dtype=np.float64)
        estimate = float(own["travel_h"].sum())
        rows.append(
            {
                "territory_id": row["territory_id"],
                "rep_id": row["rep_id"],
                "n_accounts": len(own),
                "n_calls": round(float(calls.sum()), 1),
                "estimate_h": round(estimate, 1),
                "tour_h": round(tour_h, 1),
                "error": round(estimate / tour_h - 1.0, 4) if tour_h > 0 else 0.0,
                "stops_per_day": round(year.stops_per_day, 2),
                "n_days": len(year.days),
                "long_days": year.long_days,
                "radial_h": float((calls * 2.0 * minutes).sum() / 60.0),
                "hops_h": float((calls * hops).sum() / 60.0),
            }
        )
    if not rows:
        raise InputError(
            Message(
                "no account of these territories is called on once a year: there is no tour",
                hint="fill n_calls, or write a section [callplan]",
            )
        )
    table = pd.DataFrame(rows)
    return TravelCheck(
        table=table,
        tours=MappingProxyType(tours),
        calls_per_trip=float(plan.summary["travel"]["calls_per_trip"]),
        longest_day_h=capacity.longest_day_h,
        calibration=calibrate(table),
    )


def _minutes(model: RoadEstimate, own: pd.DataFrame, territory: Mapping[Any, Any]) -> Floats:
    """Minutes between the base (position 0) and the accounts, shape (n + 1, n + 1)."""
    lonlat = own[["lon", "lat"]].to_numpy(dtype=np.float64)
    home = np.array([[territory["center_lon"], territory["center_lat"]]], dtype=np.float64)
    every = np.vstack([home, lonlat])
    minutes = model.minutes(every, every)
    minutes[0, 1:] = minutes[1:, 0] = own["minutes"].to_numpy(dtype=np.float64)
    np.fill_diagonal(minutes, 0.0)
    return np.asarray(minutes, dtype=np.float64)


def _on_site_h(own: pd.DataFrame) -> Floats:
    """Hours a year at each account: service without what is done in the office."""
    service = own["service_h"].to_numpy(dtype=np.float64)
    if "admin_h" in own:
        service = service - own["admin_h"].to_numpy(dtype=np.float64)
    return np.asarray(np.maximum(service, 0.0), dtype=np.float64)


def _days(territories: pd.DataFrame) -> pd.Series:
    """Days of the week on which each rep travels: five, fewer for part-time reps."""
    if "capacity_h" not in territories or territories["capacity_h"].isna().any():
        return pd.Series(5, index=territories.index)
    share = territories["capacity_h"] / territories["capacity_h"].max()
    days: pd.Series = (5.0 * share).round().clip(1, 5).astype(int)
    return days


def calibrate(table: pd.DataFrame) -> Calibration:
    """Find the constants of the estimate that meet the tours.

    Parameters
    ----------
    table : DataFrame
        ``radial_h, hops_h, tour_h`` of each territory (`TravelCheck.table`).

    Notes
    -----
    ``calls_per_trip`` (1 to 12, in steps of 0.05) is the one with the smallest mean of
    |log(estimate / tour)|: an estimate of a half is as bad as one of twice as much. With hops:
    least squares of ``radial / tour / c + factor · hops / tour`` against 1, neither below 0.
    """
    used = table.loc[(table["tour_h"] > 0) & (table["radial_h"] + table["hops_h"] > 0)]
    radial = used["radial_h"].to_numpy(dtype=np.float64)
    hops = used["hops_h"].to_numpy(dtype=np.float64)
    tour = used["tour_h"].to_numpy(dtype=np.float64)
    if not len(used):
        return Calibration(
            calls_per_trip=1.0, median_error=0.0, median_abs_error=0.0, hop_factor=1.0,
            calls_per_trip_with_hops=1.0,
        )  # fmt: skip
    tried = np.arange(20, 241) / 20.0
    ratio = (radial[None, :] / tried[:, None] + hops[None, :]) / tour[None, :]
    best = int(np.argmin(np.abs(np.log(ratio)).mean(axis=1)))
    error = ratio[best] - 1.0
    inverse, factor = _least_squares(radial / tour, hops / tour)
    return Calibration(
        calls_per_trip=float(tried[best]),
        median_error=round(float(np.median(error)), 4),
        median_abs_error=round(float(np.median(np.abs(error))), 4),
        hop_factor=round(factor, 3),
        calls_per_trip_with_hops=round(1.0 / inverse, 3) if inverse > 0 else float("inf"),
    )


def _least_squares(radial: Floats, hops: Floats) -> tuple[float, float]:
    """Non-negative a, b with a · radial + b · hops near 1."""
    from scipy.optimize import nnls

    solution, _ = nnls(np.column_stack([radial, hops]), np.ones(len(radial)))
    return float(solution[0]), float(solution[1])


def tour_table(plan: Plan, check: TravelCheck, territory_id: str) -> pd.DataFrame:
    """Return the routed weeks of one territory, one row a stop.

    Returns
    -------
    DataFrame
        ``territory_id, week, day`` (from 1), ``stop`` (from 1), ``account_id, name``,
        ``arrive_h`` and ``leave_h`` (hours after leaving home), ``travel_h, on_site_h`` of the day.
    """
    own = plan.accounts.loc[plan.accounts["territory_id"] == territory_id].reset_index(drop=True)
    calls = np.maximum(own["n_calls"].to_numpy(dtype=np.float64), 1.0)
    stay_h = _on_site_h(own) / calls
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
                }
            )
    return pd.DataFrame(rows)
