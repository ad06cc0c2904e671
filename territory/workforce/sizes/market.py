"""What accounts buy with any effort, held to what they buy today: by account, not in all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from territory.arrays import Floats
from territory.wording import LIMIT
from territory.workforce.response import Response, best_effort

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Demand", "calibrated", "planned"]


_TURNS = 12
"""Turns until the effort and the sales that it explains agree; each halves what is left."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Demand:
    """Sales of each account as a function of the effort there.

    Attributes
    ----------
    known_usd : (n,) float64
        Sales a year at the base effort; 0 for prospects.
    open_usd : (n,) float64
        Sales a year with the planned effort of accounts that buy nothing yet; else 0.
    base : (n,) float64
        Response at the base effort: today's where it is calibrated, else 1 (the planned effort).
    today_usd : float or None
        Sales that today's force sells in the model: those of today; None where not calibrated.

    Notes
    -----
    Sales = known · f(x) / f(today's x) + open · max(0, f(x) − f(today's x)): with today's effort
    every customer buys what it buys today and a prospect nothing.
    """

    known_usd: Floats
    open_usd: Floats
    base: Floats
    today_usd: float | None

    def sold(self, response: Response, effort: Floats) -> float:
        """Return the sales a year with an effort, USD."""
        f = response.sales(effort)
        more = np.maximum(f - self.base, 0.0)
        return float((self.known_usd * f / self.base + self.open_usd * more).sum())

    def best(
        self,
        response: Response,
        hours: Floats,
        territory: NDArray[np.integer],
        capacity_h: Floats,
        most_effort: float,
    ) -> tuple[float, Floats]:
        """Return sales and effort when hours go where they bring the most.

        A small force may do better to leave prospects alone: both are tried.
        """
        found = []
        for hunting in (True, False) if self.open_usd.any() else (False,):
            worth = self.known_usd / self.base + (self.open_usd if hunting else 0.0)
            effort = best_effort(
                response, worth, hours, territory, capacity_h, most_effort=most_effort
            )
            found.append((self.sold(response, effort), effort))
        return max(found, key=lambda each: each[0])


def planned(accounts: pd.DataFrame, share: float) -> Demand:
    """Return sales as a share of the potential, where today's are not known by account."""
    worth = share * _potential(accounts)
    n = len(accounts)
    return Demand(known_usd=worth, open_usd=np.zeros(n), base=np.ones(n), today_usd=None)


def calibrated(
    accounts: pd.DataFrame,
    share: float,
    response: Response,
    hours: Floats,
    territory: NDArray[np.integer],
    capacity_h: Floats,
    most_effort: float,
) -> Demand:
    """Return sales that are today's, account by account, when today's force works as it does best.

    Parameters
    ----------
    accounts : DataFrame, n rows
        ``revenue_usd`` (NaN: not known, taken as the share of the potential), the potential.
    share : float
        Share of the potential that is sold with the planned effort: what a prospect may come to.
    response : Response
    hours, territory, capacity_h : arrays
        Of today's force.
    most_effort : float

    Notes
    -----
    Effort follows sales and sales follow effort: a fixed point, by turns of which the last effort
    is the base. At it the model's sales are today's to the cent.
    """
    revenue = accounts["revenue_usd"].to_numpy(dtype=np.float64)
    worth = share * _potential(accounts)
    revenue = np.maximum(np.where(np.isfinite(revenue), revenue, worth), 0.0)
    open_usd = np.where(revenue > 0, 0.0, worth)
    base = np.ones(len(revenue))
    for _ in range(_TURNS):
        demand = Demand(known_usd=revenue, open_usd=open_usd, base=base, today_usd=None)
        _, effort = demand.best(response, hours, territory, capacity_h, most_effort)
        base = np.sqrt(base * np.maximum(response.sales(effort), LIMIT))
    demand = Demand(known_usd=revenue, open_usd=open_usd, base=base, today_usd=None)
    _, effort = demand.best(response, hours, territory, capacity_h, most_effort)
    return Demand(
        known_usd=revenue, open_usd=open_usd,
        base=np.maximum(response.sales(effort), LIMIT), today_usd=float(revenue.sum()),
    )  # fmt: skip


def _potential(accounts: pd.DataFrame) -> Floats:
    """Sums of medians are no totals: the means where the market knows them."""
    name = "potential_mean_usd" if "potential_mean_usd" in accounts else "potential_usd"
    return np.asarray(np.nan_to_num(accounts[name].to_numpy(dtype=np.float64)))
