"""Accounts of a prepared plan that are moved on their own: taken out of their units."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from territory.arrays import Floats, Ints, Longs
from territory.encoding.desk.prepared import Prepared, Texts
from territory.encoding.items.hands import capped, most_of_today

__all__ = ["taken_out"]


def taken_out(prepared: Prepared, rows: Longs) -> Prepared | None:
    """Return the plan with accounts as items of their own, behind its units.

    Parameters
    ----------
    prepared : Prepared
    rows : int64 array
        Of the accounts; those that are assigned by name already stay what they are.

    Returns
    -------
    Prepared, or None
        None where a cap on what may change hands cannot hold then: `ledger_of` says it.
    """
    held, land = prepared.held, prepared.land
    n_units = len(land.unit_ids.ends)
    before = np.flatnonzero(held.item >= n_units)
    if np.isin(rows, before).all():
        return prepared
    named = np.union1d(before, rows)
    n = n_units + named.size
    item = held.item.copy()
    item[named] = n_units + np.arange(named.size)
    # Where each item of before is now: accounts are numbered in the plan's order.
    now = np.concatenate([np.arange(n_units), n_units + np.searchsorted(named, before)])

    def carried(old: Ints, fill: Ints | int) -> Ints:
        new = np.full(n, -1, dtype=np.int32)
        new[n_units:] = fill
        new[now] = old
        return new

    service = np.array(
        [
            held.service_h if each.name == "workload_h" else held.measures[:, column]
            for column, each in enumerate(prepared.measures)
        ]
    )
    today, revenue = held.today.astype(np.int64), _known(held.revenue_usd)
    current = most_of_today(
        item, today, revenue, start=np.full(n, -1, dtype=np.int32), k=len(prepared.team.shares)
    )
    caps = prepared.caps
    limits = capped(
        item,
        today,
        current,
        revenue_usd=revenue,
        service_h=held.service_h,
        caps=(caps.max_moved_accounts, caps.max_moved_revenue, caps.max_moved_workload),
    )
    if any(each.forced > each.cap for each in limits):
        return None
    forbidden = land.forbidden.copy()
    forbidden[:, 0] = now[forbidden[:, 0]]
    return replace(
        prepared,
        held=replace(held, item=item),
        land=replace(
            land,
            account_ids=Texts.of([held.ids[row] for row in named.tolist()]),
            territory=carried(land.territory, held.territory[named]),
            activity=np.column_stack([np.bincount(item, each, n) for each in service]),
            indptr=np.concatenate(
                [land.indptr[: n_units + 1], np.full(named.size, land.indptr[-1])]
            ),
            exempt=np.arange(n) >= n_units,
            pinned=carried(land.pinned, -1),
            forbidden=forbidden,
            together=carried(land.together, -1),
            current=current,
            moved_weight=np.column_stack([*(e.weight for e in limits), np.zeros((n, 0))]),
            moved_cap=np.array([e.cap - e.forced for e in limits], dtype=np.float64),
        ),
    )


def _known(revenue: Floats) -> Floats:
    return np.maximum(np.nan_to_num(revenue), 0.0)
