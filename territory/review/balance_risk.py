"""How sure a balanced territory is: simulate the error of its accounts' potential."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from territory.market.value.draws import DRAWS, drawn_sums

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

__all__ = ["BandRisk", "band_risk"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BandRisk:
    """How sure the balance of a plan is.

    Attributes
    ----------
    table : DataFrame, k rows
        ``territory_id, probability`` (0 to 1, of being inside the band), ``standard_error`` of it
        by simulation, ``attainable`` (the probability if the territory stood right on its goal,
        with the same errors), ``deviation_low, deviation_median, deviation_high`` (10, 50 and
        90 % of the draws, relative to the territory's goal), ``low, high`` (10 and 90 % of the
        draws of its sum).
    expected_inside : float, 0 to k
        Territories inside their band, mean of the draws.
    all_inside : float, 0 to 1
        Probability that all are inside at once.
    total_low, total_high : float
        10 and 90 % of the draws of the whole plan's sum.
    """

    table: pd.DataFrame
    expected_inside: float
    all_inside: float
    total_low: float
    total_high: float


def band_risk(
    accounts: pd.DataFrame,
    territories: pd.DataFrame,
    *,
    draws: int = DRAWS,
    seed: int = 1,
    correlation: float = 0.3,
    common: float = 0.0,
    region: ArrayLike | None = None,
    measure: str = "potential_usd",
) -> BandRisk:
    """Simulate how many territories are really inside their bands.

    Accounts without an interval (``potential_low_usd``, ``potential_high_usd``) are taken as
    certain; where none has one, nothing is known, and `with_shape` does not ask.

    Parameters
    ----------
    accounts : DataFrame, n rows
        ``territory_id``, the measure, and its low and high values: `plan.accounts`.
    territories : DataFrame, k rows
        ``territory_id`` and the measure's ``_goal, _lower, _upper``: `plan.territories`.
    draws, seed, correlation, common, region, measure
        See `territory.market.value.draws.drawn_sums`.

    Returns
    -------
    BandRisk

    Raises
    ------
    ValueError
        `draws` is below 1, or the parts of the variance are not from 0 to 1 together.

    Notes
    -----
    Goals are shares of the drawn total, as the plan's are of its own: an error that all accounts
    share alike moves no territory. What is attainable is told by the same draws, each territory's
    moved so that their median lies on the goal: no plan is surer with errors of this size.
    """
    ids = territories["territory_id"].astype(str).tolist()
    sums = drawn_sums(
        accounts, accounts["territory_id"], ids, draws=draws, seed=seed,
        in_common=(correlation, common), region=region, measure=measure,
    )  # fmt: skip
    goal = territories[f"{measure}_goal"].to_numpy(dtype=np.float64)
    share = goal / max(float(goal.sum()), 1e-300)
    with np.errstate(invalid="ignore", divide="ignore"):
        drawn_goal = share * sums.sum(axis=1, keepdims=True)
        deviation = np.where(drawn_goal > 0, sums / drawn_goal - 1.0, 0.0)
        lower = territories[f"{measure}_lower"].to_numpy(dtype=np.float64) / goal - 1.0
        upper = territories[f"{measure}_upper"].to_numpy(dtype=np.float64) / goal - 1.0
    low, median, high = np.quantile(deviation, [0.1, 0.5, 0.9], axis=0)
    # The plan's own rounding (4 decimals of a dollar) is no breach.
    slack = 1e-6
    inside = (deviation >= lower - slack) & (deviation <= upper + slack)
    probability = inside.mean(axis=0)
    centred = (1.0 + deviation) / (1.0 + median) - 1.0
    best = ((centred >= lower - slack) & (centred <= upper + slack)).mean(axis=0)
    ends = np.quantile(sums, [0.1, 0.9], axis=0)
    total = np.quantile(sums.sum(axis=1), [0.1, 0.9])
    return BandRisk(
        table=pd.DataFrame(
            {
                "territory_id": ids,
                "probability": probability,
                "standard_error": np.sqrt(probability * (1.0 - probability) / draws).round(6),
                "attainable": np.maximum(best, probability),
                "deviation_low": low.round(6),
                "deviation_median": median.round(6),
                "deviation_high": high.round(6),
                "low": ends[0].round(2),
                "high": ends[1].round(2),
            }
        ),
        expected_inside=float(probability.sum()),
        all_inside=float(inside.all(axis=1).mean()),
        total_low=float(total[0]),
        total_high=float(total[1]),
    )
