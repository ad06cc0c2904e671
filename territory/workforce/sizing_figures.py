"""What one size of the force means: use of hours, coverage, sales, cost and profit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from territory.arrays import Floats
from territory.inputs.scenario.workforce import Capacity, SizingKeys
from territory.workforce.calls.reach import served_share
from territory.workforce.capacity import selling_share
from territory.workforce.response import Response

if TYPE_CHECKING:
    from solvers.locate import Force
    from territory.workforce.sized import SizedCase
    from territory.workforce.sizes.market import Demand

__all__ = ["figures_of"]


def figures_of(
    case: SizedCase,
    response: Response,
    force: Force,
    travel_h: Floats,
    of: NDArray[np.int64],
    tiers: Sequence[str],
    full_h: float,
    demand: Demand,
) -> dict[str, float]:
    """Return the figures of one size of the force: one row of `sizing.Sizing.table`.

    Parameters
    ----------
    case : SizedCase
    response : Response
    force : Force
    travel_h : float64 array, shape (accounts,)
        Hours a year from each account's own rep.
    of : int64 array, shape (accounts,)
        Point of work of each account.
    tiers : sequence of str
        Best first.
    full_h : float
        Hours a year of a full-time rep.
    demand : Demand
        What the accounts buy with any effort.
    """
    accounts, keys = case.accounts, case.scenario.sizing or SizingKeys()
    service = accounts["service_h"].to_numpy(dtype=np.float64)
    territory = force.territory[of]
    hours = service + travel_h
    load = np.bincount(territory, hours, minlength=force.k)
    capacity = float(force.capacity_h.sum())
    admin = float(accounts["admin_h"].sum()) if "admin_h" in accounts else 0.0
    office = (case.scenario.capacity or Capacity()).admin_share
    sold, _ = demand.best(response, hours, territory, force.capacity_h, keys.most_effort)
    fte = capacity / full_h
    margin, cost = keys.margin * sold, keys.rep_usd * fte
    served = served_share(accounts, hours, territory, force.capacity_h, tiers)
    calls = accounts["n_calls"].to_numpy(dtype=np.float64)
    row = {
        "n_reps": force.k,
        "fte": round(fte, 4),
        "capacity_h": round(capacity, 1),
        "service_h": round(float(service.sum()), 1),
        "travel_h": round(float(travel_h.sum()), 1),
        "workload_h": round(float(hours.sum()), 1),
        "utilisation": round(float(hours.sum()) / capacity, 6),
        "busiest": round(float((load / force.capacity_h).max()), 6),
        "travel_share": round(float(travel_h.sum() / hours.sum()), 6),
        "selling_share": round(
            selling_share(float(service.sum()), admin, float(hours.sum()), office), 6
        ),
        "coverage": round(_share(served * calls, calls), 6),
    }
    for tier in tiers:
        own = (accounts["tier"] == tier).to_numpy()
        row[f"coverage_{tier}"] = round(_share((served * calls)[own], calls[own]), 6)
    return row | {
        "sales_usd": round(sold, 2),
        "margin_usd": round(margin, 2),
        "cost_usd": round(cost, 2),
        "profit_usd": round(margin - cost, 2),
    }


def _share(part: Floats, whole: Floats) -> float:
    return float(part.sum() / whole.sum()) if whole.sum() > 0 else 1.0
