"""Drawn futures of a plan: how far potential and work carry each territory from its goal.

A future draws the growth of every account's potential, and the work that goes with it: who buys
more is called on more, as much as this plan's own accounts show.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from territory.arrays import Floats
from territory.wording import LIMIT

if TYPE_CHECKING:
    from territory.market.forecast.ahead import Ahead
    from territory.plan import Plan

__all__ = [
    "FUTURES",
    "MEASURES",
    "Futures",
    "Held",
    "drawn_futures",
    "held_in",
    "on_goal",
    "widths_that_hold",
    "work_follows",
]


FUTURES = 4_000
"""Shares of them are met to within 0.013 in nineteen of twenty draws."""
MEASURES = ("workload_h", "potential_usd")
_SPARE = 0.02
"""Share of futures that is left to the draws' own luck."""
_TIGHTEST = 0.1
"""Of a tolerance: a narrower band is not tried."""
_FEWEST = 30
"""Accounts below which nothing is said of how work follows potential."""
_HALVINGS = 20


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Futures:
    """Loads of a plan's territories in drawn futures.

    Attributes
    ----------
    deviations : mapping of str to float64, shape (k, futures)
        By measure: load ÷ goal − 1; goals keep the plan's shares of each future's own total, as the
        referee judges.
    planned : mapping of str to float64, shape (k,)
        The plan's own deviations.
    work : float
        Per cent more work of an account with one per cent more potential, see `work_follows`.
    """

    deviations: Mapping[str, Floats]
    planned: Mapping[str, Floats]
    work: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Held:
    """In which share of futures each territory is inside all its bands, and all of them at once.

    ``by_measure`` is the share of the least sure territory, measure by measure.
    """

    by_territory: Floats
    by_measure: Mapping[str, float]
    all_at_once: float

    @property
    def least(self) -> float:
        """Return the share of the least sure territory."""
        return float(self.by_territory.min())


def work_follows(potential_usd: Floats, service_h: Floats) -> float:
    """Return by how many per cent work grows with one per cent of potential, 0 to 1.

    The slope of the logarithms over a plan's own accounts; 0 with fewer than thirty of them.

    Examples
    --------
    >>> usd = np.geomspace(1e3, 1e6, 40)
    >>> round(work_follows(usd, 2.0 * usd**0.5), 6)
    0.5
    >>> work_follows(usd, np.full(40, 10.0))
    0.0
    """
    known = (potential_usd > 0) & (service_h > 0)
    if int(known.sum()) < _FEWEST:
        return 0.0
    x, y = np.log(potential_usd[known]), np.log(service_h[known])
    spread = float(x.var())
    slope = float(np.mean((x - x.mean()) * (y - y.mean()))) / spread if spread > 0 else 0.0
    return min(1.0, max(0.0, slope))


def drawn_futures(plan: Plan, ahead: Ahead, *, rng: np.random.Generator) -> Futures:
    """Draw futures of potential and work.

    Parameters
    ----------
    plan : Plan
        Its potential is the forecast one already.
    ahead : Ahead
        Of the plan's accounts, in their order.
    rng : numpy.random.Generator
    """
    accounts = plan.accounts
    position = {str(name): at for at, name in enumerate(plan.territories["territory_id"])}
    row = np.array([position[str(each)] for each in accounts["territory_id"]])
    unit, _ = pd.factorize(accounts["unit_id"].astype("str").str.split(":").str[0], sort=True)
    # What a territory has of a unit strays together.
    pairs, part = np.unique(np.column_stack([unit, row]), axis=0, return_inverse=True)
    (units, rows), part = pairs.T, np.asarray(part).ravel()
    usd, hours, travel = (
        np.nan_to_num(accounts[name].to_numpy(float))
        for name in ("potential_usd", "service_h", "travel_h")
    )
    work = work_follows(usd, hours)
    of_part = np.bincount(part, usd, len(units)).astype(np.float64)
    relative = ahead.draws(FUTURES, rng, units=units, usd=of_part)
    own, common = ahead.variances(of_part)
    usual = np.exp(0.5 * work * (1.0 - work) * (np.log1p(own) + common))
    drawn = {
        "potential_usd": relative * of_part,
        # Who is called on more often is driven to more often; on average as in the plan.
        "workload_h": relative**work * usual * np.bincount(part, hours + travel, len(units)),
    }
    deviations, planned = {}, {}
    for measure in MEASURES:
        if measure not in plan.measures:
            continue
        loads = np.zeros((len(position), FUTURES))
        np.add.at(loads, rows, drawn[measure].T)
        goal = plan.territories[f"{measure}_goal"].to_numpy(float)
        goals = (goal / goal.sum())[:, None] * loads.sum(axis=0)
        deviations[measure] = loads / goals - 1.0
        planned[measure] = plan.territories[f"{measure}_deviation"].to_numpy(float)
    return Futures(deviations=deviations, planned=planned, work=work)


def held_in(futures: Futures, tolerances: Mapping[str, float]) -> Held:
    """Hold the territories of every future against the bands that the scenario asks for."""
    inside = {
        measure: np.abs(away) <= tolerances[measure] + LIMIT
        for measure, away in futures.deviations.items()
    }
    both = np.logical_and.reduce(list(inside.values()))
    return Held(
        by_territory=both.mean(axis=1),
        by_measure={name: float(each.mean(axis=1).min()) for name, each in inside.items()},
        all_at_once=float(both.all(axis=0).mean()),
    )


def on_goal(futures: Futures) -> Futures:
    """Return the same futures as if every territory had been planned exactly on its goal."""
    return replace(
        futures,
        deviations={
            name: each - futures.planned[name][:, None] for name, each in futures.deviations.items()
        },
        planned={name: np.zeros_like(each) for name, each in futures.planned.items()},
    )


def widths_that_hold(
    futures: Futures, tolerances: Mapping[str, float], *, share: float | Floats
) -> dict[str, Floats]:
    """Return how far from its goals each territory may be planned to hold in a share of futures.

    Every territory has its own quantile: what futures add to its deviations is taken as it was
    drawn, both measures together, and its bands are narrowed by as many standard deviations in one
    measure as in the other until it holds planned at any corner of them.

    Parameters
    ----------
    futures : Futures
    tolerances : mapping of str to float
        By measure, those that have to hold.
    share : float, 0 to 1, or float64, shape (k,)
        Where even a territory on its goals holds less often, nearly as often as that is asked.

    Returns
    -------
    dict of str to float64, shape (k,)
        By measure, fractions of the goal; never below a tenth of the tolerance.
    """
    noise = on_goal(futures).deviations
    spread = {name: each.std(axis=1) for name, each in noise.items()}
    asked = np.minimum(share, held_in(on_goal(futures), tolerances).by_territory - _SPARE)

    def width(of: str, deviations: Floats) -> Floats:
        narrow = tolerances[of] - deviations * spread[of]
        return np.asarray(np.maximum(narrow, _TIGHTEST * tolerances[of]))

    def held(deviations: Floats) -> Floats:
        """Return in which share of futures each holds at the worst of its corners, (k,)."""
        least = np.ones(asked.size)
        for signs in product((-1.0, 1.0), repeat=len(noise)):
            inside = np.ones(next(iter(noise.values())).shape, dtype=bool)
            for sign, (name, each) in zip(signs, noise.items(), strict=True):
                away = sign * width(name, deviations)[:, None] + each
                inside &= np.abs(away) <= tolerances[name] + LIMIT
            least = np.minimum(least, inside.mean(axis=1))
        return least

    smallest = np.min([np.where(each > 0, each, np.inf) for each in spread.values()], axis=0)
    widest = max(tolerances.values())
    low = np.zeros(asked.size)
    high = np.where(np.isfinite(smallest), widest / np.where(smallest > 0, smallest, 1.0), 0.0)
    done = held(low) >= asked
    for _ in range(_HALVINGS):
        middle = (low + high) / 2.0
        good = held(middle) >= asked
        low, high = np.where(good, low, middle), np.where(good, middle, high)
    chosen = np.where(done, 0.0, high)
    return {name: width(name, chosen) for name in noise}
