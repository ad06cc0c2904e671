"""What a plan earns against today's alignment: selling time, handover, and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from territory.currency import money
from territory.incentives.forecast.outlook import outlook_of
from territory.inputs.scenario.workforce import SizingKeys

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from territory.incentives.facts import IncentiveCase
    from territory.inputs.scenario.workforce import ResponseKeys
    from territory.plan import Plan

    Floats = NDArray[np.float64]

__all__ = ["BusinessCase", "business_case"]

ELASTICITY_SD = 0.10
"""Planning default: spread of the elasticity of sales to selling time; 0.17 to 0.43 in 8 of 10."""
RISK_LOG_SD = 0.5
"""Planning default: the revenue lost in accounts that change hands is half to twice what it is
priced at, in 8 of 10 cases."""

_LEAST = 0.5


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BusinessCase:
    """What the plan earns in its first year.

    Attributes
    ----------
    table : DataFrame
        ``item, expected_usd, p10_usd, p90_usd``: margin of the sales that better spread selling
        time brings, of the sales that handovers cost, and together.
    gain_probability : float
        Probability that the plan earns more than it costs.
    different : bool
        Whether the interval of the whole leaves 0 out.
    words : str
        The verdict in a sentence without a full stop.
    """

    table: pd.DataFrame
    gain_probability: float
    different: bool
    words: str


def business_case(case: IncentiveCase, plan: Plan) -> BusinessCase:
    """Return the first year's margin of the plan less that of today's alignment.

    Parameters
    ----------
    case : IncentiveCase
        With an alignment of today.
    plan : Plan
        ``accounts`` with ``service_h``, and today's and the plan's travel where known
        (``current_travel_h``); ``territories`` with ``capacity_h`` where known.

    Notes
    -----
    A territory's selling time for each hour of work that its accounts need is (capacity − travel)
    ÷ service, at most twice and at least half of it. Sales answer with a constant elasticity e:
    a rep with a quarter more time for his accounts sells (1.25^e − 1) more. Without today's travel
    its share of the workload is taken as the plan's, so that only the spread of work counts. The
    elasticity is drawn around that of the response curve of [sizing] at the plan, 0.30 by default
    (published mean 0.34: Albers, Mantrala and Sridhar 2010, doi:10.1509/jmkr.47.5.840), the loss
    by handover lognormally around its price.
    """
    sizing = case.scenario.sizing or SizingKeys()
    margin = sizing.margin
    sold = outlook_of(case, "today").expected_usd
    ratios = [_room(case, plan, name) for name in ("today", "plan")]
    rng = np.random.default_rng([case.scenario.solve.seed, 0xCA5E])
    draws = case.quota_plan.draws
    mean = _elasticity(sizing.response)
    elasticity = np.maximum(rng.normal(mean, ELASTICITY_SD, draws), 0.0)
    gain = np.array([float((sold * (ratios[1] ** e - ratios[0] ** e)).sum()) for e in elasticity])
    risk = float(outlook_of(case, "plan").at_risk_usd.sum())
    loss = -risk * np.exp(rng.normal(0.0, RISK_LOG_SD, draws) - RISK_LOG_SD**2 / 2)
    rows = []
    for item, values in (
        ("selling time spread by the work", margin * gain),
        ("relationships handed over", margin * loss),
        ("together", margin * (gain + loss)),
    ):
        low, high = np.quantile(values, [0.1, 0.9])
        rows.append(
            {
                "item": item,
                "expected_usd": round(float(values.mean()), 2),
                "p10_usd": round(float(low), 2),
                "p90_usd": round(float(high), 2),
            }
        )
    whole = rows[-1]
    low_usd, high_usd = float(whole["p10_usd"]), float(whole["p90_usd"])  # type: ignore[arg-type]
    mean_usd = float(whole["expected_usd"])  # type: ignore[arg-type]
    different = low_usd > 0 or high_usd < 0
    interval = f"{money(low_usd)} to {money(high_usd)} in 8 of 10 cases"
    assumed = "if sales answer to selling time as published studies of other fields found"
    if not different:
        words = (
            "business case: the plan's first year is not different from today's alignment: "
            f"{money(mean_usd)} of margin, {interval}, {assumed}"
        )
    else:
        way = "more" if mean_usd > 0 else "less"
        words = (
            f"business case: {money(abs(mean_usd))} {way} margin in the first year than under "
            f"today's alignment, {interval}, {assumed}"
        )
    return BusinessCase(
        table=pd.DataFrame(rows),
        gain_probability=float((margin * (gain + loss) > 0).mean()),
        different=different,
        words=words,
    )


def _elasticity(keys: ResponseKeys) -> float:
    """Return the elasticity of a response curve at the plan."""
    # d ln s / d ln x at x = 1 of min + (max - min) x^c / (d + x^c).
    c, d = keys.exponent(), keys.half()
    return (keys.at_saturation - keys.at_zero) * c * d / (d + 1.0) ** 2


def _room(case: IncentiveCase, plan: Plan, alignment: str) -> Floats:
    """Return (n,) selling time ÷ work of each account's territory, 1 where it is not known."""
    accounts = plan.accounts
    territory = case.accounts[alignment]
    service = accounts["service_h"].to_numpy(dtype=np.float64)
    travel = accounts["travel_h"].to_numpy(dtype=np.float64)
    if alignment == "today" and "current_travel_h" in accounts:
        own = accounts["current_travel_h"].to_numpy(dtype=np.float64)
        travel = np.where(np.isfinite(own), own, travel)
    hours = pd.DataFrame({"service": service, "travel": travel}).groupby(territory.to_numpy()).sum()
    if "capacity_h" not in plan.territories or not plan.territories["capacity_h"].gt(0).all():
        return np.ones(len(accounts))
    capacity = plan.territories.set_index("territory_id")["capacity_h"].astype(float)
    room = (capacity.reindex(hours.index) - hours["travel"]) / hours["service"].where(
        hours["service"] > 0
    )
    found = territory.map(room.clip(_LEAST, 1.0 / _LEAST)).fillna(1.0)
    return np.asarray(found.to_numpy(dtype=np.float64))
