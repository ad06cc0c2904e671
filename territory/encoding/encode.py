"""Ids to indices and back: the one place where the planner's names meet the solver's arrays."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

import solvers
from territory.arrays import Floats, Ints, Longs
from territory.encoding.case import Case
from territory.encoding.outlines.compact import asked_shapes
from territory.encoding.roads import Roads
from territory.encoding.rules import (
    Items,
    changes_of,
    distance_in_radii,
    groups_of,
    items_of,
    rules_of,
)
from territory.wording import LIMIT

__all__ = [
    "Encoding",
    "account_territory",
    "encode",
    "encode_free",
    "encode_places",
    "handover_usd",
    "planners_limit",
    "points_km",
    "sum_by",
    "with_roads",
]


MARGIN = 1e-5
"""Share of a goal by which the solver's bands are narrower than the scenario's.

The plan's numbers are rounded to 0.0001 h and 0.01 USD an account; the margin keeps the rounded
sums inside the bands."""

PROSPECT = 1e-3
"""Share of the cost of one visit a year that an account-free unit is priced at, so that it goes
to a territory nearby; never part of the plan's own objective, and subtracted from its bound."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Encoding:
    """A problem with the way back to names.

    Attributes
    ----------
    problem : solvers.Problem
        Its first units are the geography's; behind them one *named account* each: accounts that
        a rule takes out of their unit.
    item_of_account : int array, shape (accounts,)
        Which item of the problem each account belongs to.
    named : int array
        Rows of the named accounts, in the order of the items behind the units.
    prospect_usd : float
        Most that the account-free units can add to the problem's objective.
    """

    problem: solvers.Problem
    item_of_account: NDArray[np.int64]
    named: NDArray[np.int64]
    prospect_usd: float


def planners_limit(limit: float, tolerance: float, load: float) -> float:
    """Return a limit as the scenario and the plan's tables have it, where a load is beyond that.

    The solver's bands are narrower by `MARGIN`: a load between the two has the solver's limit.

    Parameters
    ----------
    limit : float
        Of the solver, on the side of the load.
    tolerance : float, 0 to 1
        Of the scenario's measure.
    load : float

    Examples
    --------
    >>> round(planners_limit(109.999, 0.1, 112.0), 6), planners_limit(109.999, 0.1, 109.9995)
    (110.0, 109.999)
    """
    within = max(tolerance - MARGIN, 0.0)
    sign = 1.0 if load > limit else -1.0
    if 1.0 + sign * within <= 0.0:
        return limit
    wide = limit * (1.0 + sign * tolerance) / (1.0 + sign * within)
    return wide if sign * (load - wide) > 0.0 else limit


def handover_usd(case: Case) -> Floats:
    """Price of handing each account to another rep, USD a year; 0 where it has no rep today."""
    if case.handover is not None:
        return case.handover
    options = case.scenario.objective
    tenure = case.accounts["tenure_y"].fillna(0.0).to_numpy(dtype=np.float64)
    revenue = case.accounts["revenue_usd"].fillna(0.0).to_numpy(dtype=np.float64)
    share = np.minimum(1.0, options.handover + options.handover_tenure * tenure)
    risk = np.maximum(revenue, 0.0) * share
    if "pipeline_usd" in case.accounts:
        open_deals = case.accounts["pipeline_usd"].fillna(0.0).to_numpy(dtype=np.float64)
        risk += options.handover_pipeline * open_deals
    return np.where(case.current.to_numpy() != "", risk, 0.0).round(2)


def account_territory(case: Case, encoding: Encoding, assignment: Ints) -> Ints:
    """Territory index of each account under an assignment of the problem's items."""
    return np.asarray(assignment, dtype=np.int32)[encoding.item_of_account]


def encode(case: Case, roads: Roads, *, room: float = 0.0) -> Encoding:
    """Build the problem with known homes or centers.

    Parameters
    ----------
    case : Case
    roads : Roads
        Travel from every home or center.
    room : float, 0 to 1
        Share of the goal by which bands with travel inside are narrower than the scenario's, for
        what routed tours differ from the estimate.
    """
    items = items_of(case)
    cost, prospect_usd = _priced(case, items, roads)
    return Encoding(
        problem=_problem(
            case,
            items,
            cost,
            _within_minutes(
                case,
                items,
                minutes=roads.minutes,
                unit_minutes=roads.unit_minutes,
                origins=case.team[["lon", "lat"]].to_numpy(dtype=np.float64),
            ),
            room=room,
            shapes=asked_shapes(case),
        ),
        item_of_account=items.of_account,
        named=items.named,
        prospect_usd=prospect_usd,
    )


def with_roads(encoding: Encoding, case: Case, roads: Roads) -> Encoding:
    """Return the same problem with other ways: those after moves, where each knows its own."""
    n = encoding.problem.n
    items = Items(n=n, of_account=encoding.item_of_account, named=encoding.named)
    cost, prospect_usd = _priced(case, items, roads)
    return replace(encoding, problem=encoding.problem.with_cost(cost), prospect_usd=prospect_usd)


def _priced(case: Case, items: Items, roads: Roads) -> tuple[solvers.Cost, float]:
    """Return what each item costs from each territory, and the most that prospects add to it."""
    options, n = case.scenario.objective, items.n
    travel = sum_by(items.of_account, roads.hours, n)
    cost = options.travel_usd_h * travel
    if case.scenario.travel.night_usd > 0 and roads.nights.any():
        cost += case.scenario.travel.night_usd * sum_by(items.of_account, roads.nights, n)
    today = pd.Index(case.team["territory_id"]).get_indexer(pd.Index(case.current))
    price = handover_usd(case)
    held = np.flatnonzero(today >= 0)
    cost += np.bincount(items.of_account, weights=price, minlength=n)[:, None]
    _keeping(cost, roads, items.of_account[held], today[held].astype(np.int64), price[held])
    np.maximum(cost, 0.0, out=cost)
    empty = np.bincount(items.of_account, minlength=n)[: len(case.unit_ids)] == 0
    visit = 2.0 * roads.unit_minutes[empty] / 60.0 * options.travel_usd_h * PROSPECT
    cost[np.flatnonzero(empty)] += visit
    most = float(visit.max(axis=1).sum()) if visit.size else 0.0
    return _cost(case, roads, cost, travel), most


def _keeping(cost: Floats, roads: Roads, item: Longs, today: Longs, price: Floats) -> None:
    """Take the price of a handover off where an account stays with the territory of today."""
    if roads.own is None:
        np.subtract.at(cost, (item, today), price)
        return
    stays = today == roads.own[item]
    np.subtract.at(cost, (item[stays], 0), price[stays])


def _cost(case: Case, roads: Roads, cost: Floats, travel: Floats) -> solvers.Cost:
    """Return the cost of every pair, or of those whose way is told."""
    if roads.own is None:
        return solvers.MatrixCost(cost=cost, travel=travel)
    return solvers.CandidateCost(
        indptr=np.arange(len(cost) + 1, dtype=np.int64),
        territory=roads.own,
        cost=cost[:, 0],
        k=len(case.team),
        travel=travel[:, 0],
    )


def encode_free(case: Case, items: Items, usd_per_km: Floats, offset_usd: Floats) -> Encoding:
    """Build the problem that locates centers, with travel linear in the distance in the plane.

    Parameters
    ----------
    case : Case
    items : Items
    usd_per_km : float64, shape (items,)
        Yearly travel cost of each item for each kilometre to its center.
    offset_usd : float64, shape (items,)
        Yearly travel cost that arises at any distance (hops).
    """
    # Account-free units still have to lie near their center.
    least = PROSPECT * max(float(usd_per_km.mean()), LIMIT)
    weight = np.maximum(usd_per_km, least)
    rules, radius_km = rules_of(case, items), case.scenario.rules.radius_km
    return Encoding(
        problem=_problem(
            case,
            items,
            solvers.PlanarCost(xy=points_km(case, items), weight=weight, offset=offset_usd),
            rules if radius_km is None else replace(rules, radius=radius_km),
            usd_h=case.scenario.objective.travel_usd_h,
        ),
        item_of_account=items.of_account,
        named=items.named,
        prospect_usd=0.0,
    )


def encode_places(
    case: Case, items: Items, places: Floats, hours: Floats, minutes: Floats, unit_minutes: Floats
) -> Encoding:
    """Build the problem that locates centers on the items' own places, with their true travel.

    Units without accounts cost nothing from anywhere: the bound is then one of the plan's own
    objective. What the plan hands over is priced once the centers are known.

    Parameters
    ----------
    case : Case
    items : Items
    places : float64, shape (items, 2)
        Lon, lat of the possible centers.
    hours, minutes : float64, shape (accounts, items)
        Yearly travel, and one way.
    unit_minutes : float64, shape (units, items)
    """
    usd_h = case.scenario.objective.travel_usd_h
    pair = sum_by(items.of_account, usd_h * hours, items.n)
    return Encoding(
        problem=_problem(
            case,
            items,
            solvers.PairCost(pair=pair),
            _within_minutes(
                case, items, minutes=minutes, unit_minutes=unit_minutes, origins=places
            ),
            usd_h=usd_h,
        ),
        item_of_account=items.of_account,
        named=items.named,
        prospect_usd=0.0,
    )


def _home_units(case: Case, items: Items) -> NDArray[np.int64]:
    """Unit that each named account lies in."""
    units = pd.Index(case.accounts["unit_id"].iloc[items.named])
    return np.asarray(pd.Index(case.unit_ids).get_indexer(units), dtype=np.int64)


def points_km(case: Case, items: Items) -> Floats:
    """Return where each item lies in the plane, km, shape (items, 2)."""
    return np.vstack([case.unit_xy, case.unit_xy[_home_units(case, items)]]) / 1000.0


def sum_by(item: NDArray[np.int64], values: Floats, n: int) -> Floats:
    """Sum rows by item, shape (n, columns)."""
    import scipy.sparse as sp

    rows = np.arange(item.size)
    gather = sp.csr_array((np.ones(item.size), (item, rows)), shape=(n, item.size))
    return np.asarray(gather @ values, dtype=np.float64)


def _within_minutes(
    case: Case, items: Items, *, minutes: Floats, unit_minutes: Floats, origins: Floats
) -> solvers.Rules:
    """Return the rules with the radius, where there is one, in radii from each home."""
    rules = rules_of(case, items)
    distance = distance_in_radii(case, items, minutes, unit_minutes, origins)
    return rules if distance is None else replace(rules, radius=1.0, distance=distance)


def _problem(
    case: Case,
    items: Items,
    cost: solvers.Cost,
    rules: solvers.Rules,
    *,
    usd_h: float = 1.0,
    room: float = 0.0,
    shapes: solvers.Shapes | None = None,
) -> solvers.Problem:
    """Put balance, rules, changes and groups, which are the same for every cost, to the cost."""
    activity = sum_by(items.of_account, case.service(), items.n)
    options = tuple(case.scenario.measures.values())
    share = np.array([float(option.travel) for option in options])
    if usd_h > 0:
        share = share / usd_h
    # Only the ratio of goals counts where travel is inside: any positive total will do.
    total = np.where(share > 0, np.maximum(activity.sum(axis=0), 1.0), activity.sum(axis=0))
    goal = case.shares * total
    tolerance = np.array(
        [max(option.tolerance - MARGIN - room * option.travel, 0.0) for option in options]
    )
    indptr, indices = case.adjacency.csr()
    # Named accounts have no borders.
    indptr = np.concatenate([indptr, np.full(items.named.size, indptr[-1])])
    exempt = np.zeros(items.n, dtype=bool)
    exempt[len(case.unit_ids) :] = True
    price = case.scenario.objective.border_usd_km
    # A bridge is no border, and named accounts have none.
    border = np.where(case.adjacency.csr_bridge(), 0.0, case.adjacency.csr_border_km())
    return solvers.Problem(
        cost=cost,
        balance=solvers.Balance(
            activity=activity,
            goal=goal,
            lower=goal * (1.0 - tolerance),
            upper=goal * (1.0 + tolerance),
            travel_share=share,
        ),
        indptr=indptr.astype(np.int64),
        indices=indices.astype(np.int32),
        rules=replace(rules, exempt=exempt),
        changes=changes_of(case, items),
        groups=groups_of(case, items),
        borders=solvers.Borders(km=border, price=price) if price > 0 else solvers.Borders(),
        shapes=shapes or solvers.Shapes(),
    )
