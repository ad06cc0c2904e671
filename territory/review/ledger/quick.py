"""The ledger of moves of a prepared plan: the same figures as `ledger_of`, from arrays alone."""

from __future__ import annotations

import os
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

import solvers
from geo.roads.trips import trip_hours
from geo.travel import RoadEstimate, great_circle_km
from territory.encoding.desk.named import Move, parts_of
from territory.encoding.desk.prepared import Land, Prepared
from territory.encoding.routed.classes import class_of
from territory.encoding.verify import beyond_bands, beyond_caps, in_pieces, rule_by_rule
from territory.review.ledger.told import Row, Told, apart
from territory.workforce.tour_year import routed_year, ways_between

__all__ = ["quick_ledger"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]
Longs = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _State:
    """What depends on who serves whom, before or after."""

    land: Ints
    territory: Ints
    minutes: Floats
    travel_h: Floats
    nights: Floats
    workload_h: Floats
    measures: Floats


def quick_ledger(prepared: Prepared, moves: Sequence[Move], *, tours: bool = True) -> Told | None:
    """Judge moves of units without making them.

    Parameters
    ----------
    prepared : Prepared
    moves : sequence of Move
    tours : bool
        Whether the territories that give or take are routed, before and after.

    Returns
    -------
    Told, or None
        None where a name is no unit or territory of the plan, is moved twice, or stays where it
        is: `ledger_of` tells which, and judges accounts on their own.
    """
    found = _found(prepared, moves)
    if found is None:
        return None
    target, moved = found
    old = _State(
        land=prepared.land.territory,
        territory=prepared.held.territory,
        minutes=prepared.held.minutes,
        travel_h=prepared.held.travel_h,
        nights=prepared.held.nights,
        workload_h=prepared.held.workload_h,
        measures=prepared.held.measures,
    )
    new = _after(prepared, old, target, moved)
    affected = np.unique(np.concatenate([old.land[moved], target[moved]]))
    routed = _toured_beside(prepared, (old, new), affected.tolist()) if tours else None
    loads = _by_territory(prepared, new)
    goals = np.round(prepared.team.shares * loads.sum(axis=0), 4)
    off = np.round(loads / goals - 1.0, 6)
    broken, mended = apart(prepared.before.broken, _broken(prepared, new, loads, goals))
    return Told(
        moves=tuple(moves),
        territories=tuple(_territories(prepared, (old, new), affected, off, routed)),
        plan=tuple(_whole(prepared, new, off)),
        accounts=tuple(_handed_over(prepared, old, new)),
        broken=broken,
        mended=mended,
        tolerances={each.name: each.tolerance for each in prepared.measures},
    )


def _found(prepared: Prepared, moves: Sequence[Move]) -> tuple[Ints, Longs] | None:
    """Territory of each item once the moves are made, and the items that change."""
    names = prepared.land.unit_ids.all()
    parts: Mapping[str, Sequence[int]] = {name: (at,) for at, name in enumerate(names)}
    if any(":" in name for name in names):
        parts = parts_of(names)  # one that was split stands for all its parts
    number = {name: t for t, name in enumerate(prepared.team.ids.all())}
    units: dict[int, int] = {}
    for move in moves:
        for name in move.what:
            here, to = parts.get(name), number.get(move.to)
            if here is None or to is None or any(units.get(at, to) != to for at in here):
                return None
            units.update(dict.fromkeys(here, to))
    target = prepared.land.territory.copy()
    target[list(units)] = list(units.values())
    moved = np.flatnonzero(target != prepared.land.territory)
    return (target, moved) if moved.size else None


def _after(prepared: Prepared, old: _State, target: Ints, moved: Longs) -> _State:
    held, team = prepared.held, prepared.team
    goes = np.zeros(len(target), dtype=bool)
    goes[moved] = True
    rows = np.flatnonzero(goes[held.item])
    territory = old.territory.copy()
    territory[rows] = target[held.item[rows]]
    minutes, travel, nights = (each.copy() for each in (old.minutes, old.travel_h, old.nights))
    for t in np.unique(territory[rows]).tolist():
        here = rows[territory[rows] == t]
        ends = held.urban[here][:, None] + team.urban[[t]][None, :]
        km = great_circle_km(held.lonlat[here], team.origins[[t]])
        way = np.round(_model(prepared).road_minutes(km, ends), 4)
        hours, away = trip_hours(
            way, held.n_calls[here], held.hop_min[here], held.on_site_min[here], prepared.trips
        )
        hours, away = np.round(hours, 4), np.round(away, 4)
        if team.factor.size:
            hours = np.round(hours * team.factor[t, class_of(way)], 4)
        minutes[here], travel[here], nights[here] = way[:, 0], hours[:, 0], away[:, 0]
    workload = old.workload_h.copy()
    workload[rows] = np.round(np.round(held.service_h[rows], 4) + travel[rows], 4)
    measures = old.measures.copy()
    changed = {"workload_h": workload, "travel_h": travel, "nights": nights}
    for column, each in enumerate(prepared.measures):
        if each.name in changed:
            measures[:, column] = changed[each.name]
    return _State(
        land=target, territory=territory, minutes=minutes, travel_h=travel, nights=nights,
        workload_h=workload, measures=measures,
    )  # fmt: skip


def _model(prepared: Prepared) -> RoadEstimate:
    prices = prepared.prices
    return RoadEstimate(
        circuity=prices.circuity,
        urban_kmh=prices.urban_kmh,
        rural_kmh=prices.rural_kmh,
        urban_km=prices.urban_km,
    )


def _by_territory(prepared: Prepared, state: _State) -> Floats:
    """Load of each territory by measure, as the tables say it, shape (k, m)."""
    k = len(prepared.team.shares)
    return np.column_stack(
        [np.bincount(state.territory, column, k).round(4) for column in state.measures.T]
    )


def _broken(
    prepared: Prepared, new: _State, loads: Floats, goals: Floats
) -> list[tuple[str, str, str, str]]:
    """Rules that the moved plan breaks: by the referee, then by its own tables."""
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
        told = rule_by_rule(prepared.land.unit_ids.all(), names, judged, rows)
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


def _problem(prepared: Prepared, new: _State) -> solvers.Problem:
    """Return the problem with the ways after the moves; prices are not judged by it."""
    land: Land = prepared.land
    n, k = len(land.territory), len(prepared.team.shares)
    travel: Floats = np.bincount(prepared.held.item, new.travel_h, n).astype(np.float64)
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
        ),
        changes=solvers.Changes(
            current=land.current,
            move_cost=np.zeros(n),
            moved_weight=land.moved_weight,
            moved_cap=land.moved_cap,
        ),
    )


def _territories(
    prepared: Prepared,
    states: tuple[_State, _State],
    affected: Longs,
    off: Floats,
    routed: Callable[[int, int], Mapping[str, float]] | None,
) -> list[Row]:
    ids = prepared.team.ids
    out: list[Row] = []
    for t in affected.tolist():
        before, after = (_sums(prepared, state, t) for state in states)
        for column, each in enumerate(prepared.measures):
            before[f"{each.name}_deviation"] = float(prepared.team.deviations[t, column])
            after[f"{each.name}_deviation"] = float(off[t, column])
        if routed is not None:
            before |= routed(t, 0)
            after |= routed(t, 1)
        for name, value in after.items():
            out.append(
                {
                    "territory_id": ids[t],
                    "figure": name,
                    "before": before[name],
                    "after": value,
                    "change": value - before[name],
                }
            )
    return out


def _sums(prepared: Prepared, state: _State, t: int) -> dict[str, float]:
    held, at = prepared.held, np.flatnonzero(state.territory == t)
    columns = {
        "workload_h": state.workload_h,
        "travel_h": state.travel_h,
        "potential_usd": held.potential_usd,
        "revenue_usd": held.revenue_usd,
    }
    if held.pipeline_usd.size:
        columns["pipeline_usd"] = held.pipeline_usd
    return {"n_accounts": float(at.size), **{k: _known_sum(v[at]) for k, v in columns.items()}}


def _known_sum(values: Floats) -> float:
    """Return the sum of what is known: NaN where nothing is, 0 of none."""
    known = values[~np.isnan(values)]
    return float(known.sum()) if known.size or not values.size else float("nan")


def _toured_beside(
    prepared: Prepared, states: tuple[_State, _State], affected: Sequence[int]
) -> Callable[[int, int], Mapping[str, float]]:
    """Begin to route the territories, before (0) and after (1); return how to ask for one.

    The plan's own tours say it before, where it has any. Kernels let others work beside them, so
    that the cores share what is to be routed while the rules are judged; how many there are
    changes nothing but the time.
    """
    from concurrent.futures import ThreadPoolExecutor

    team = prepared.team
    pool = ThreadPoolExecutor(max_workers=os.cpu_count())
    begun = {
        (t, at): pool.submit(_toured, prepared, states[at], t)
        for at in (1, 0)
        for t in affected
        if at or not team.routed_travel_h.size
    }
    pool.shutdown(wait=False)

    def told(t: int, at: int) -> Mapping[str, float]:
        if (t, at) in begun:
            return begun[t, at].result()
        hours, nights = float(team.routed_travel_h[t]), float(team.routed_nights[t])
        return {"routed_travel_h": hours, "routed_nights": nights}

    return told


def _toured(prepared: Prepared, state: _State, t: int) -> dict[str, float]:
    held, team, at = prepared.held, prepared.team, np.flatnonzero(state.territory == t)
    hours = nights = 0.0
    if (held.n_calls[at] >= 1.0).any():
        ways = ways_between(
            _model(prepared),
            np.vstack([team.origins[[t]], held.lonlat[at]]),
            np.concatenate([team.urban[[t]], held.urban[at]]),
            state.minutes[at],
        )
        found = routed_year(
            ways,
            held.n_calls[at],
            held.on_site_h[at],
            prepared.tours,
            week_days=int(team.week_days[t]),
        )
        if found is not None:
            year, fraction = found
            hours = round(year.year_travel_min / 60.0 * fraction, 1)
            nights = round(year.year_nights * fraction, 1)
    return {"routed_travel_h": hours, "routed_nights": nights}


def _whole(prepared: Prepared, new: _State, off: Floats) -> list[Row]:
    held, prices = prepared.held, prepared.prices
    moved = (held.today != -1) & (held.today != new.territory)
    split = _splits(held.idn, new.territory)
    land = prepared.land
    cut = new.land[land.edge_a] != new.land[land.edge_b]
    border_km = float(land.edge_km[cut].sum())
    terms = {
        "travel_usd": round(float(new.travel_h.sum()) * prices.travel_usd_h, 2),
        "nights_usd": round(float(new.nights.sum()) * prices.night_usd, 2),
        "handover_usd": round(float(held.handover_usd[moved].sum()), 2),
        "idn_split_usd": round(float(split.sum()) * prices.idn_split_usd, 2),
        "border_usd": round(border_km * prices.border_usd_km, 2),
    }
    revenue = held.revenue_usd
    none_known = bool(np.isnan(revenue).all())
    after: Mapping[str, float] = {
        "objective": round(sum(terms.values()), 2),
        **terms,
        **{
            f"{each.name}_worst": round(float(np.abs(off[:, column]).max()), 6)
            for column, each in enumerate(prepared.measures)
        },
        "moved_accounts": float(moved.sum()),
        "moved_revenue_usd": float("nan")
        if none_known
        else round(float(np.nansum(revenue[moved])), 2),
        "split_idns": float((split > 0).sum()),
    }
    return [
        {
            "figure": name,
            "before": float(prepared.before.figures[name]),
            "after": value,
            "change": value - float(prepared.before.figures[name]),
        }
        for name, value in after.items()
    ]


def _splits(idn: Ints, territory: Ints) -> Longs:
    """In how many territories more than one each health system is."""
    named = idn >= 0
    if not named.any():
        return np.zeros(0, dtype=np.int64)
    pairs = np.unique(np.column_stack([idn[named], territory[named]]), axis=0)
    return np.asarray(np.bincount(pairs[:, 0]) - 1, dtype=np.int64)


def _handed_over(prepared: Prepared, old: _State, new: _State) -> list[Row]:
    held, ids = prepared.held, prepared.team.ids
    money = ["revenue_usd", "potential_usd", "handover_usd"]
    money += ["pipeline_usd"] if held.pipeline_usd.size else []
    return [
        {
            "account_id": held.ids[row],
            "name": held.names[row],
            "from": ids[int(old.territory[row])],
            "to": ids[int(new.territory[row])],
            "today": held.today_ids[row],
            **{name: float(getattr(held, name)[row]) for name in money},
        }
        for row in np.flatnonzero(old.territory != new.territory).tolist()
    ]
