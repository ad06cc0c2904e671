"""Moves of a prepared plan judged: what depends on who serves whom, and the rules that break."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np

import solvers
from geo.roads.trips import trip_hours
from geo.travel import RoadEstimate, great_circle_between_km, great_circle_km
from territory.arrays import Floats, Ints, Longs
from territory.encoding.desk.alone import taken_out
from territory.encoding.desk.named import Move
from territory.encoding.desk.prepared import MINUTE, Land, Prepared
from territory.encoding.routed.classes import class_of, nights_by_tours
from territory.encoding.verify import beyond_bands, beyond_caps, in_pieces, rule_by_rule

__all__ = [
    "State",
    "after_moves",
    "as_it_is",
    "found",
    "in_radii",
    "loads_of",
    "model_of",
    "rules_broken",
]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class State:
    """What depends on who serves whom, before or after."""

    land: Ints
    territory: Ints
    minutes: Floats
    travel_h: Floats
    nights: Floats
    workload_h: Floats
    measures: Floats


def as_it_is(prepared: Prepared) -> State:
    """Return the plan before any move."""
    held = prepared.held
    return State(
        land=prepared.land.territory,
        territory=held.territory,
        minutes=held.minutes,
        travel_h=held.travel_h,
        nights=held.nights,
        workload_h=held.workload_h,
        measures=held.measures,
    )


def found(prepared: Prepared, moves: Sequence[Move]) -> tuple[Prepared, Ints, Longs] | None:
    """Return the plan, the territory of each item once the moves are made, and what changes.

    The plan has the accounts that move on their own as items. None where a name is no unit,
    account or territory, may mean two things, is moved twice, or nothing changes.
    """
    number = {name: t for t, name in enumerate(prepared.team.ids.all())}
    units: dict[int, int] = {}
    alone: dict[str, int] = {}
    for move in moves:
        to = number.get(move.to)
        for name in move.what:
            here = prepared.land.unit_ids.found(
                name, parts=True
            )  # one that was split: all its parts
            if to is None or any(units.get(at, to) != to for at in here):
                return None
            if here and not _one_thing(prepared, here, name):
                return None
            units.update(dict.fromkeys(here, to))
            if not here and alone.setdefault(name, to) != to:
                return None
    places = [prepared.held.ids.found(name) for name in alone]
    if any(len(each) != 1 for each in places):
        return None
    rows = np.array(places, dtype=np.int64).ravel()
    apart = taken_out(prepared, rows) if alone else prepared
    if apart is None:
        return None
    target = apart.land.territory.copy()
    target[list(units)] = list(units.values())
    target[apart.held.item[rows]] = list(alone.values())
    moved = np.flatnonzero(target != apart.land.territory)
    return (apart, target, moved) if moved.size else None


def _one_thing(prepared: Prepared, units: Sequence[int], name: str) -> bool:
    """Whether no account has the id of units, but one that goes with its unit as the only one."""
    rows = prepared.held.ids.found(name)
    item = prepared.held.item
    return not rows or (
        len(units) == 1 and item[rows[0]] == units[0] and int((item == units[0]).sum()) == 1
    )


def after_moves(prepared: Prepared, old: State, target: Ints, moved: Longs) -> State:
    """Return the plan after moves: only the ways that they make are worked out.

    Parameters
    ----------
    prepared : Prepared
    old : State
    target : int32, shape (items,)
        Territory of each item.
    moved : int64 array
        Items whose territory is another.
    """
    held, team = prepared.held, prepared.team
    goes = np.zeros(len(target), dtype=bool)
    goes[moved] = True
    rows = np.flatnonzero(goes[held.item])
    territory = old.territory.copy()
    territory[rows] = target[held.item[rows]]
    minutes, travel, nights = (each.copy() for each in (old.minutes, old.travel_h, old.nights))
    for t in np.unique(territory[rows]).tolist():
        here = rows[territory[rows] == t]
        way = np.round(_minutes(prepared, here, t), 4)
        hours, away = trip_hours(
            way, held.n_calls[here], held.hop_min[here], held.on_site_min[here], prepared.trips
        )
        hours, away = np.round(hours, 4), np.round(away, 4)
        if team.factor.size:
            hours = np.round(hours * team.factor[t, class_of(way)], 4)
        if team.nights_per_h.size:
            per_h = team.nights_per_h[[t]]
            away = nights_by_tours(way, hours, away, per_h, prepared.trips.far_min)
        minutes[here], travel[here], nights[here] = way[:, 0], hours[:, 0], away[:, 0]
    workload = old.workload_h.copy()
    workload[rows] = np.round(np.round(held.service_h[rows], 4) + travel[rows], 4)
    measures = old.measures.copy()
    changed = {"workload_h": workload, "travel_h": travel, "nights": nights}
    for column, each in enumerate(prepared.measures):
        if each.name in changed:
            measures[:, column] = changed[each.name]
    return State(
        land=target, territory=territory, minutes=minutes, travel_h=travel, nights=nights,
        workload_h=workload, measures=measures,
    )  # fmt: skip


def _minutes(prepared: Prepared, rows: Longs, t: int) -> Floats:
    """Return the way from a territory's home to some accounts, shape (rows, 1)."""
    held, team = prepared.held, prepared.team
    if held.given.size:
        given: Floats = held.given[rows, t][:, None] / MINUTE
        return given
    ends = held.urban[rows][:, None] + team.urban[[t]][None, :]
    km = great_circle_km(held.lonlat[rows], team.origins[[t]])
    return model_of(prepared).road_minutes(km, ends)


def in_radii(prepared: Prepared, state: State) -> Floats:
    """Return how far each item lies from the home that serves it, in radii, shape (items,).

    That of its farthest account, or of the unit's own point where it has none.
    """
    held, land, team, limit = prepared.held, prepared.land, prepared.team, prepared.radius
    far: Floats = np.full(len(state.land), -np.inf)
    account: Floats = np.zeros(len(state.territory))
    if limit.radius_km is not None:
        km = great_circle_between_km(held.lonlat, team.origins[state.territory])
        account = np.maximum(account, km / limit.radius_km)
    if limit.radius_min is not None:
        account = np.maximum(account, state.minutes / limit.radius_min)
    np.maximum.at(far, held.item, account)
    empty = np.flatnonzero(~np.isfinite(far))
    home = state.land[empty]
    km = great_circle_between_km(land.unit_lonlat[empty], team.origins[home])
    far[empty] = 0.0
    if limit.radius_km is not None:
        far[empty] = km / limit.radius_km
    if limit.radius_min is not None:
        ends = land.unit_urban[empty] + team.urban[home]
        minutes = model_of(prepared).road_minutes(km, ends)
        far[empty] = np.maximum(far[empty], minutes / limit.radius_min)
    return far


def model_of(prepared: Prepared) -> RoadEstimate:
    """Return circuity and speeds of the plan's estimate."""
    prices = prepared.prices
    return RoadEstimate(
        circuity=prices.circuity,
        urban_kmh=prices.urban_kmh,
        rural_kmh=prices.rural_kmh,
        urban_km=prices.urban_km,
    )


def loads_of(prepared: Prepared, state: State) -> Floats:
    """Return the load of each territory by measure, as the tables say it, shape (k, m)."""
    k = len(prepared.team.shares)
    return np.column_stack(
        [np.bincount(state.territory, column, k).round(4) for column in state.measures.T]
    )


def rules_broken(
    prepared: Prepared, new: State, loads: Floats, goals: Floats
) -> list[tuple[str, str, str, str]]:
    """Return the rules that the moved plan breaks: by the referee, else by its own tables.

    Parameters
    ----------
    prepared : Prepared
    new : State
    loads, goals : float64, shape (k, m)

    Returns
    -------
    list of (rule, territory, measure, words)
    """
    ids = prepared.team.ids.all()
    judged = solvers.evaluate(_problem(prepared, new), new.land)
    told = []
    if judged.violations:
        rows: list[dict[Hashable, object]] = [{"territory_id": name} for name in ids]
        for column, each in enumerate(prepared.measures):
            for t, row in enumerate(rows):
                goal = float(goals[t, column])
                row[each.name] = float(loads[t, column])
                row[f"{each.name}_lower"] = round(goal * (1.0 - each.tolerance), 4)
                row[f"{each.name}_upper"] = round(goal * (1.0 + each.tolerance), 4)
        names = [each.name for each in prepared.measures]
        land = prepared.land
        told = rule_by_rule(land.unit_ids, land.account_ids, names, judged, rows)
    if not told:
        for column, each in enumerate(prepared.measures):
            told += beyond_bands(ids, each.name, loads[:, column], goals[:, column], each.tolerance)
        if prepared.prices.contiguity:
            told += in_pieces(ids, judged.n_parts.tolist())
        known = prepared.held.today != -1
        told += beyond_caps(
            prepared.caps,
            known,
            known & (prepared.held.today != new.territory),
            prepared.held.revenue_usd,
            prepared.held.service_h,
        )
    return [
        (str(e["rule"]), str(e["territory_id"]), str(e["measure"]), str(e["text"])) for e in told
    ]


def _problem(prepared: Prepared, new: State) -> solvers.Problem:
    """Return the problem with the ways after the moves; prices are not judged by it."""
    land: Land = prepared.land
    n, k = len(land.territory), len(prepared.team.shares)
    travel: Floats = np.bincount(prepared.held.item, new.travel_h, n).astype(np.float64)
    radius, distance = np.inf, None
    if prepared.radius.asked:
        # Only the way to the home that serves an item is asked for: every column says it.
        radius = 1.0
        distance = np.broadcast_to(in_radii(prepared, new)[:, None], (n, k))
    return solvers.Problem.checked_before(
        cost=solvers.CandidateCost(
            indptr=np.arange(n + 1, dtype=np.int64),
            territory=new.land,
            cost=travel,
            travel=travel,
            k=k,
        ),
        balance=solvers.Balance(
            activity=land.activity,
            goal=land.goal,
            lower=land.lower,
            upper=land.upper,
            travel_share=land.travel_share,
        ),
        indptr=land.indptr,
        indices=land.indices,
        rules=solvers.Rules(
            contiguity=prepared.prices.contiguity,
            exempt=land.exempt,
            pinned=land.pinned,
            forbidden=land.forbidden,
            together=land.together,
            radius=radius,
            distance=distance,
        ),
        changes=solvers.Changes(
            current=land.current,
            move_cost=np.zeros(n),
            moved_weight=land.moved_weight,
            moved_cap=land.moved_cap,
        ),
        shapes=prepared.shapes or solvers.Shapes(),
    )
