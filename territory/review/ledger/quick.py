"""The ledger of moves of a prepared plan: the same figures as `ledger_of`, from arrays alone."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from territory.arrays import Floats, Ints, Longs
from territory.encoding.desk.judged import (
    State,
    after_moves,
    as_it_is,
    found,
    loads_of,
    model_of,
    rules_broken,
)
from territory.encoding.desk.named import Move
from territory.encoding.desk.prepared import Prepared, Toured
from territory.errors import InputError
from territory.review.ledger.told import Row, Told, apart
from territory.workforce.tour_year import ways_between, year_on_road

__all__ = ["quick_ledger"]


def quick_ledger(
    prepared: Prepared, moves: Sequence[Move], *, tours: bool = True, pay: bool = False
) -> Told | None:
    """Judge moves without making them.

    Parameters
    ----------
    prepared : Prepared
    moves : sequence of Move
    tours : bool
        Whether the territories that give or take are routed, before and after.
    pay : bool
        Whether quotas and expected pay are worked out, where the scenario sets quotas.

    Returns
    -------
    Told, or None
        None where a name is no unit, account or territory of the plan, is moved twice, or nothing
        changes, or where quotas cannot be set: `ledger_of` tells which.
    """
    known = found(prepared, moves)
    if known is None:
        return None
    prepared, target, moved = known
    old = as_it_is(prepared)
    new = after_moves(prepared, old, target, moved)
    affected = np.unique(np.concatenate([old.land[moved], target[moved]]))
    routed = _toured_beside(prepared, (old, new), affected.tolist()) if tours else None
    paid = None
    if pay and prepared.quotas:
        try:
            paid = _paid(prepared, (old, new), affected)
        except InputError:
            return None
    loads = loads_of(prepared, new)
    goals = np.round(prepared.team.shares * loads.sum(axis=0), 4)
    off = np.round(loads / goals - 1.0, 6)
    broken, mended = apart(prepared.before.broken, rules_broken(prepared, new, loads, goals))
    return Told(
        moves=tuple(moves),
        territories=tuple(_territories(prepared, (old, new), affected, off, routed, paid)),
        plan=tuple(_whole(prepared, new, off)),
        accounts=tuple(_handed_over(prepared, old, new)),
        broken=broken,
        mended=mended,
        tolerances={each.name: each.tolerance for each in prepared.measures},
    )


def _territories(
    prepared: Prepared,
    states: tuple[State, State],
    affected: Longs,
    off: Floats,
    routed: Callable[[int, int], Mapping[str, float]] | None,
    paid: Sequence[Mapping[str, Floats]] | None,
) -> list[Row]:
    ids = prepared.team.ids
    out: list[Row] = []
    for at, t in enumerate(affected.tolist()):
        before, after = (_sums(prepared, state, t) for state in states)
        for column, each in enumerate(prepared.measures):
            before[f"{each.name}_deviation"] = float(prepared.team.deviations[t, column])
            after[f"{each.name}_deviation"] = float(off[t, column])
        if routed is not None:
            before |= routed(t, 0)
            after |= routed(t, 1)
        if paid is not None:
            before |= {name: float(values[at]) for name, values in paid[0].items()}
            after |= {name: float(values[at]) for name, values in paid[1].items()}
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


def _paid(
    prepared: Prepared, states: tuple[State, State], affected: Longs
) -> list[Mapping[str, Floats]]:
    """Return quota and expected pay of the territories, before and after.

    Raises
    ------
    InputError
        No quotas sum to the goal.
    """
    from territory.incentives.payout.after import Drawn, paid_after

    held, money, ids = prepared.held, prepared.money, prepared.team.ids.all()
    assert money is not None, "a plan is asked for pay only where it is prepared for it"
    drawn, risk = Drawn(money), np.nan_to_num(held.handover_usd)
    return [
        paid_after(
            money,
            drawn,
            state.territory,
            np.where((held.today != -1) & (held.today != state.territory), risk, 0.0),
            affected,
            ids=ids,
        )
        for state in states
    ]


def _sums(prepared: Prepared, state: State, t: int) -> dict[str, float]:
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
    prepared: Prepared, states: tuple[State, State], affected: Sequence[int]
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
        (t, at): pool.submit(_toured, prepared, states, t, at)
        for at in (1, 0)
        for t in affected
        if at or not team.routed_travel_h.size
    }
    pool.shutdown(wait=False)

    def told(t: int, at: int) -> Mapping[str, float]:
        if (t, at) in begun:
            hours, nights = begun[t, at].result()
        else:
            hours, nights = float(team.routed_travel_h[t]), float(team.routed_nights[t])
        return {"routed_travel_h": hours, "routed_nights": nights}

    return told


def _toured(prepared: Prepared, states: tuple[State, State], t: int, at: int) -> Toured:
    """Route a territory's year before or after the moves: what was routed before is known."""
    if at == 0 and t in prepared.toured:
        return prepared.toured[t]
    held, team, state = prepared.held, prepared.team, states[at]
    rows = np.flatnonzero(state.territory == t)
    if not (held.n_calls[rows] >= 1.0).any():
        return 0.0, 0.0
    ways = ways_between(
        model_of(prepared),
        np.vstack([team.origins[[t]], held.lonlat[rows]]),
        np.concatenate([team.urban[[t]], held.urban[rows]]),
        state.minutes[rows],
    )
    found = year_on_road(
        ways,
        held.n_calls[rows],
        held.on_site_h[rows],
        prepared.tours,
        week_days=int(team.week_days[t]),
    )
    if at == 0:
        prepared.toured[t] = found
    return found


def _whole(prepared: Prepared, new: State, off: Floats) -> list[Row]:
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
    k = int(territory.max()) + 1
    pairs = np.unique(idn[named].astype(np.int64) * k + territory[named])
    return np.asarray(np.bincount(pairs // k) - 1, dtype=np.int64)


def _handed_over(prepared: Prepared, old: State, new: State) -> list[Row]:
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
