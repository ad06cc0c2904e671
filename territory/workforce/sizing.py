"""How many reps the work needs, what each further one brings, and where the next one should live.

For each size of the force: homes are placed, work is shared out by capacity, and the hours are
spent by a concave response of sales to effort. Nothing here draws borders: the plan does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from solvers.locate import Force, Work, allocate, gather
from territory.arrays import Floats
from territory.currency import money
from territory.errors import InputError
from territory.inputs.scenario.workforce import Capacity, SizingKeys
from territory.market.tier_order import tier_names, tier_order
from territory.messages import Message
from territory.wording import LIMIT, NONZERO
from territory.workforce.capacity import full_time_h
from territory.workforce.response import Response
from territory.workforce.sizes.curve import alike, marginal
from territory.workforce.sizes.market import Demand, calibrated, planned
from territory.workforce.sizes.nested import forces_of, kept_best
from territory.workforce.sizing_figures import figures_of
from territory.workforce.workload import road_estimate, trips_of

if TYPE_CHECKING:
    from territory.inputs.scenario.scenario import Scenario
    from territory.workforce.sized import SizedCase

__all__ = ["Sizing", "default_range", "penetration_of", "size_force"]


_CALIBRATIONS = 6
"""Turns until today's force is the one that is kept and the one that sales are held to."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sizing:
    """The answer for a range of sizes.

    Attributes
    ----------
    table : DataFrame
        One row a size: ``n_reps, fte, capacity_h, service_h, travel_h, workload_h, utilisation,
        busiest, travel_share, selling_share``, ``coverage`` and ``coverage_<tier>`` (share of the
        planned calls that fit, best tier first), ``sales_usd, margin_usd, cost_usd, profit_usd,
        step_profit_usd`` (of the n-th rep as reckoned), ``marginal_profit_usd`` (the same, smooth)
        and ``marginal_error_usd`` (its standard error; all three NaN in the first row), ``home``.
    homes : DataFrame
        What changes from one size to the next: ``n_reps, change`` (added, left_out), ``rep_id``,
        ``near`` (in words), ``lon, lat``, ``travel_saved_h``.
    today : int or None
        Number of reps today.
    needed : int or None
        Fewest reps whose utilisation keeps the limit; None when not even the largest does.
    most_profitable : int
        Size with the highest profit in the range.
    alike : (int, int)
        Sizes around it whose profit is within ``within_usd`` of it, first and last.
    within_usd : float
    notes : tuple of str
        What the figures rest on.
    """

    table: pd.DataFrame
    homes: pd.DataFrame
    today: int | None
    needed: int | None
    most_profitable: int
    alike: tuple[int, int]
    within_usd: float
    notes: tuple[str, ...]

    def next_home(self) -> dict[str, object] | None:
        """Return the first home that is added to today's (or to the smallest) force."""
        base = self.today if self.today is not None else int(self.table["n_reps"].min())
        added = self.homes.loc[(self.homes["change"] == "added") & (self.homes["n_reps"] > base)]
        if added.empty:
            return None
        row = added.sort_values("n_reps").iloc[0]
        return {str(name): row[name] for name in self.homes.columns}


def default_range(case: SizedCase) -> range:
    """Return the sizes that are looked at when none are asked for: today's - 5 to + 10."""
    k = len(case.team)
    return range(max(1, k - 5), k + 11)


def penetration_of(scenario: Scenario, accounts: pd.DataFrame) -> float:
    """Return the share of the potential that is sold with the planned effort.

    The scenario's, or else today's revenue by today's potential, both where the revenue is known.

    Raises
    ------
    InputError
        Neither is known.
    """
    keys = scenario.sizing or SizingKeys()
    if keys.penetration is not None:
        return keys.penetration
    known = accounts["revenue_usd"].notna()
    revenue = float(accounts["revenue_usd"].clip(lower=0.0).sum())
    potential = float(accounts["potential_usd"][known].sum())
    if revenue > 0 and potential > 0:
        return min(1.0, revenue / potential)
    raise InputError(
        Message(
            f"{scenario.display}: what share of the potential is sold is unknown: the accounts "
            "have no revenue_usd or no potential_usd",
            hint="write penetration under [sizing], for instance penetration = 0.15",
        )
    )


def size_force(case: SizedCase, sizes: Sequence[int]) -> Sizing:
    """Reckon every size of the force.

    Parameters
    ----------
    case : SizedCase
        With complete loads; the team's homes, if it has any, are today's.
    sizes : sequence of int
        Consecutive, ascending, 1 and up.

    Returns
    -------
    Sizing

    Raises
    ------
    InputError
        Sizes that cannot be, accounts without any work, or sales that nothing is known about.

    Notes
    -----
    Homes by a capacitated k-median on accounts, one home after the other (`locations`), so that
    the answers nest: n + 1 reps are n reps and one more, and never worse: beside the work shared
    out anew, the kept force of n with one more rep is looked at, who takes over what is near, or
    nothing. Sales are today's with today's force, account by account (`sizes.market`). Travel is
    the estimate of the plan (`geo.roads.trips`) without borders, so a plan needs a little more of
    it. Every further rep is full-time.
    """
    _check_sizes(case.scenario, sizes)
    keys = case.scenario.sizing or SizingKeys()
    accounts = case.accounts
    if float(accounts["service_h"].sum() + accounts["n_calls"].sum()) <= 0:
        raise InputError(
            Message(
                f"{case.scenario.display}: the accounts take no hours and no calls",
                hint="fill service_h and n_calls, or write a section [callplan]",
            )
        )
    full_h, how = _full_time(case)
    share = penetration_of(case.scenario, accounts)
    work, of, travel_from = _work(case)
    base = _today(case, work, travel_from, full_h, keys)
    k = len(case.team)
    forces, changes, last = forces_of(work, base, full_h, range(sizes[0], max(sizes[-1], k) + 1))
    response = Response.of(keys.response)
    tiers = tier_order(accounts["tier"].unique(), tier_names(case.scenario))

    def reckoned(force: Force, demand: Demand) -> dict[str, float]:
        own = travel_from(force.lonlat, of, force.territory)
        return figures_of(case, response, force, own, of, tiers, full_h, demand)

    def held_to(force: Force) -> Demand:
        hours = accounts["service_h"].to_numpy(dtype=np.float64)
        hours = hours + travel_from(force.lonlat, of, force.territory)
        return calibrated(
            accounts, share, response, hours, force.territory[of], force.capacity_h,
            keys.most_effort,
        )  # fmt: skip

    demand = planned(accounts, share)
    known = keys.penetration is None and float(accounts["revenue_usd"].clip(lower=0.0).sum()) > 0
    now = forces.get(k) if known else None
    for _ in range(_CALIBRATIONS):
        if now is not None:
            demand = held_to(now)
        kept = kept_best(work, forces, last, sizes, now, k, partial(reckoned, demand=demand))
        better = kept.get(k)
        if now is None or better is None or better[0] is now:
            break
        now = better[0]  # a smaller force and an idle rep sell more: that is how today is kept
    rows, homes = [], []
    for n in sizes:
        rows.append(kept[n][1])
        if n in changes:
            homes.append({"n_reps": n, **_home(case, forces[n], *changes[n])})
    table = pd.DataFrame(rows)
    profit = table["profit_usd"].to_numpy(dtype=np.float64)
    fte = table["fte"].to_numpy(dtype=np.float64)
    table["step_profit_usd"] = table["profit_usd"].diff() / table["fte"].diff().abs()
    smooth, error = marginal(profit, fte, keys.rep_usd)
    table["marginal_profit_usd"], table["marginal_error_usd"] = smooth.round(2), error.round(2)
    places = pd.DataFrame(
        homes, columns=["n_reps", "change", "rep_id", "near", "lon", "lat", "travel_saved_h"]
    )
    said = dict(zip(places["n_reps"], _said(places), strict=True))
    table["home"] = [said.get(n, "") for n in sizes]
    enough = table.loc[table["utilisation"] <= keys.utilisation + LIMIT, "n_reps"]
    today = len(case.team) if base.k else None
    return Sizing(
        table=table,
        homes=places,
        today=today,
        needed=int(enough.min()) if len(enough) else None,
        most_profitable=int(table["n_reps"].iloc[int(profit.argmax())]),
        alike=alike(list(sizes), profit, keys.within_usd),
        within_usd=keys.within_usd,
        notes=_notes(keys, full_h, how, share, response, today, demand.today_usd),
    )


def _check_sizes(scenario: Scenario, sizes: Sequence[int]) -> None:
    given = list(sizes)
    if not given or given[0] < 1 or given != list(range(given[0], given[0] + len(given))):
        first, last = (given[0], given[-1]) if given else (0, 0)
        raise InputError(
            Message(
                f"{scenario.display}: {first} to {last} reps is no range of sizes",
                hint="--from must be 1 or more, and --to at least as much",
            )
        )


def _full_time(case: SizedCase) -> tuple[float, str]:
    """Hours a year of a full-time rep, and where they come from."""
    if case.scenario.capacity is not None:
        return full_time_h(case.scenario.capacity), "by [capacity]"
    hours = case.team["capacity_h"].to_numpy(dtype=np.float64)
    if np.isfinite(hours).any():
        return float(np.nanmax(hours)), "the most of any rep today"
    return full_time_h(Capacity()), "the default of [capacity]"


class TravelFrom(Protocol):
    """Travel hours a year from homes: to every point, or to each account from its own rep's."""

    def __call__(
        self,
        homes: Floats,
        rows: NDArray[np.int64] | None = None,
        territory: NDArray[np.int64] | None = None,
    ) -> Floats:
        """Return hours, shape (points, homes), or (accounts,) with rows and territory."""


def _work(case: SizedCase) -> tuple[Work, NDArray[np.int64], TravelFrom]:
    """Points of work, the point of each account, and the travel hours from homes to accounts."""
    from geo.roads.trips import trip_hours
    from geo.travel import great_circle_between_km

    accounts, trips = case.accounts, trips_of(case.scenario)
    lonlat = accounts[["lon", "lat"]].to_numpy(dtype=np.float64)
    calls = accounts["n_calls"].to_numpy(dtype=np.float64)
    hop = accounts["hop_min"].to_numpy(dtype=np.float64)
    service = accounts["service_h"].to_numpy(dtype=np.float64)
    model = road_estimate(case.scenario, lonlat)
    there = model.urban(lonlat).astype(np.float64)
    points, of = gather(lonlat, calls + service)
    p = len(points)
    point_calls = np.bincount(of, calls, minlength=p)
    stay = accounts["on_site_min"].to_numpy(dtype=np.float64)
    share = np.maximum(point_calls, NONZERO)
    point_hop = np.bincount(of, calls * hop, minlength=p) / share
    point_stay = np.bincount(of, calls * stay, minlength=p) / share

    def hours(minutes: Floats) -> Floats:
        return trip_hours(minutes, point_calls, point_hop, point_stay, trips)[0]

    work = Work(
        lonlat=points,
        service_h=np.bincount(of, service, minlength=p).astype(np.float64),
        travel_h=hours(model.minutes(points, points)),
    )

    def travel_from(
        homes: Floats,
        rows: NDArray[np.int64] | None = None,
        territory: NDArray[np.int64] | None = None,
    ) -> Floats:
        if rows is None or territory is None:
            return hours(model.minutes(homes, points))
        own = territory[rows]
        ends = there + model.urban(homes).astype(np.float64)[own]
        minutes = model.road_minutes(great_circle_between_km(lonlat, homes[own]), ends)
        return trip_hours(minutes[:, None], calls, hop, stay, trips)[0][:, 0]

    return work, of, travel_from


def _today(
    case: SizedCase, work: Work, travel_from: TravelFrom, full_h: float, keys: SizingKeys
) -> Force:
    """Today's reps at their homes; nobody where homes are unknown or not to be kept."""
    p = len(work.service_h)
    homes = case.team[["lon", "lat"]].to_numpy(dtype=np.float64)
    empty = Force(
        lonlat=np.zeros((0, 2)), capacity_h=np.zeros(0), fixed=np.zeros(0, dtype=bool),
        travel_h=np.zeros((p, 0)), name=(), territory=np.zeros(p, dtype=np.int64),
        price=np.zeros(0),
    )  # fmt: skip
    if keys.homes == "anywhere" or not np.isfinite(homes).all():
        return empty
    hours = case.team["capacity_h"].to_numpy(dtype=np.float64)
    if not np.isfinite(hours).all():
        hours = full_h * case.team["capacity"].to_numpy(dtype=np.float64)
    k = len(homes)
    travel = travel_from(homes)
    return allocate(
        work,
        Force(
            lonlat=homes, capacity_h=hours, fixed=np.ones(k, dtype=bool), travel_h=travel,
            name=tuple(str(each) for each in case.team["rep_id"]),
            territory=np.argmin(travel, axis=1), price=np.zeros(k),
        ),
    )  # fmt: skip


def _home(
    case: SizedCase, force: Force, change: str, rep: str, lonlat: Floats, saved: float
) -> dict[str, object]:
    """Row of one change, with a place that people know."""
    from geo.travel import great_circle_km

    places = case.accounts[["lon", "lat"]].to_numpy(dtype=np.float64)
    nearest = int(np.argmin(great_circle_km(places, lonlat[None, :])[:, 0]))
    near = _place(case.accounts.iloc[nearest])
    return {
        "change": change,
        "rep_id": rep,
        "near": near,
        "lon": round(float(lonlat[0]), 5),
        "lat": round(float(lonlat[1]), 5),
        "travel_saved_h": round(saved, 1),
    }


def _place(account: pd.Series) -> str:
    """Name the place of an account: its ZIP code with the city, or its unit."""
    from geo.us.zips import zip_points

    code = str(account.get("zip", "") or "")
    points = zip_points()
    if code in points.index:
        return " ".join([*points.loc[code, ["city", "state"]].astype("str"), code])
    return code or f"unit {account['unit_id']}"


def _said(homes: pd.DataFrame) -> list[str]:
    return [
        f"+ {near}" if change == "added" else f"- {rep} ({near})"
        for change, rep, near in zip(homes["change"], homes["rep_id"], homes["near"], strict=True)
    ]


def _notes(
    keys: SizingKeys,
    full_h: float,
    how: str,
    share: float,
    response: Response,
    today: int | None,
    sold: float | None,
) -> tuple[str, ...]:
    slope = float(response.slope(np.array([1.0]))[0])
    homes = (
        "today's homes stay; further reps are placed one by one (capacitated k-median on accounts)"
        if today
        else "all homes are placed anew (capacitated k-median on accounts)"
    )
    return (
        f"a full-time rep has {full_h:,.0f} h a year for accounts and the way to them ({how})",
        homes,
        "travel is estimated without borders; a contiguous plan needs a little more",
        f"today's force sells what it sells today, {money(sold)}, account by account; who buys "
        f"nothing yet comes to {100 * share:.1f} % of the potential with more effort than today"
        if sold is not None
        else f"sales with the planned effort: {100 * share:.1f} % of the potential",
        "n + 1 reps never sell less than n; the n-th rep's profit is smoothed over the sizes, with "
        "the standard error of what the places add by chance",
        f"response to effort: elasticity {slope:.2f} at the plan, "
        f"{response.least:g} without calls, {response.most:g} at saturation (ADBUDG, Little 1970)",
        f"a full-time rep costs {money(keys.rep_usd)} a year; {100 * keys.margin:.0f} % of sales "
        "is margin (planning defaults unless written under [sizing])",
        "coverage: share of the planned calls that fit when the best tier is served first; sales: "
        "hours spent where the next one brings the most",
    )
