"""In whose hands the accounts of each item are today, and what of them counts as moved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from territory.arrays import Floats, Ints, Longs
from territory.currency import code
from territory.wording import LIMIT

__all__ = ["GONE", "NONE", "Capped", "capped", "most_of_today"]

NONE, GONE = -1, -2
"""An account without a territory of today, and one whose territory is none of the team's."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Capped:
    """A cap on what changes hands.

    Attributes
    ----------
    what : str
        Accounts, USD of revenue or hours of service.
    cap : float
        As the scenario has it, in that unit.
    forced : float
        What has to change hands whatever the plan.
    weight : float64, shape (items,)
        What changes hands with each item.
    """

    what: str
    cap: float
    forced: float
    weight: Floats


def most_of_today(
    of_account: Longs, today: Longs, revenue_usd: Floats, *, start: Ints, k: int
) -> Ints:
    """Return the territory of today of most accounts of each item.

    Parameters
    ----------
    of_account : int64, shape (accounts,)
        Item of each account.
    today : int64, shape (accounts,)
        Position of its territory, `NONE` or `GONE`.
    revenue_usd : float64, shape (accounts,)
        Settles who has most where two have as many.
    start : int32, shape (items,)
        What holds for items without such accounts.
    k : int
        Territories.
    """
    current = start.copy()
    held = np.flatnonzero(today >= 0)
    if held.size:
        pair, at = np.unique(of_account[held] * k + today[held], return_inverse=True)
        count = np.bincount(at, weights=1.0 + LIMIT * revenue_usd[held])
        order = pair[np.lexsort((pair, -count, pair // k))]
        item, most = np.unique(order // k, return_index=True)
        current[item] = order[most] % k
    return current


def capped(
    of_account: Longs,
    today: Longs,
    current: Ints,
    *,
    revenue_usd: Floats,
    service_h: Floats,
    caps: Sequence[float | None],
) -> list[Capped]:
    """Return each cap that there is: of accounts, of revenue and of workload.

    Where a unit's accounts have several reps today the unit counts as moved in full once it leaves
    the rep of most of them, and those of others always count: the cap holds account by account.

    Parameters
    ----------
    of_account, today : int64, shape (accounts,)
    current : int32, shape (items,)
        See `most_of_today`.
    revenue_usd, service_h : float64, shape (accounts,)
        0 where not known.
    caps : three numbers or None
        Accounts, share of revenue, share of workload.
    """
    held, gone = np.flatnonzero(today >= 0), np.flatnonzero(today == GONE)
    own = held[current[of_account[held]] == today[held]]
    out = []
    for cap, amount, what, is_share in (
        (caps[0], np.ones(len(today)), "accounts", False),
        (caps[1], revenue_usd, f"{code()} of revenue", True),
        (caps[2], service_h, "hours of service", True),
    ):
        if cap is None:
            continue
        most = cap * (amount[held].sum() + amount[gone].sum()) if is_share else cap
        # Accounts of territories that are no more change hands too, as the plan counts them.
        forced = float(amount[held].sum() - amount[own].sum() + amount[gone].sum())
        weight = np.bincount(of_account[own], weights=amount[own], minlength=len(current)).astype(
            np.float64
        )
        out.append(Capped(what=what, cap=float(most), forced=forced, weight=weight))
    return out
