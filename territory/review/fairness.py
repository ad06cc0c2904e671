"""How evenly something is spread over territories, and who is outside a band and why."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from territory.review.scorecard import outside

if TYPE_CHECKING:
    import pandas as pd

    from territory.plan import Plan

__all__ = ["fairness", "gini", "goal_shares", "max_min", "outsiders", "per_share"]

_UNKNOWN = "not explained: the plan was not made by a search that looks for the reason"


def gini(values: ArrayLike) -> float:
    """Return the Gini coefficient: half the mean absolute difference relative to the mean.

    Parameters
    ----------
    values : (k,) float64, 0 and up
        NaN is left out.

    Returns
    -------
    float
        0 (all the same) to (k - 1) / k (one has everything); NaN without a value above 0, and for
        fewer than two.

    Notes
    -----
    Σ_i Σ_j |x_i − x_j| / (2 k² mean), by sorting: O(k log k).

    Examples
    --------
    Equal shares, and one of four with everything:

    >>> gini([5.0, 5.0, 5.0]), gini([0.0, 0.0, 0.0, 8.0])
    (0.0, 0.75)
    """
    x = np.sort(_known(values))
    total = float(x.sum())
    if x.size < 2 or total <= 0:
        return math.nan
    rank = np.arange(1, x.size + 1)
    found = float((2 * rank - x.size - 1) @ x / (x.size * total))
    return max(0.0, found)


def max_min(values: ArrayLike) -> float:
    """Return the largest value divided by the smallest; NaN where that is not above 0, or alone."""
    x = _known(values)
    return float(x.max() / x.min()) if x.size > 1 and x.min() > 0 else math.nan


def _known(values: ArrayLike) -> NDArray[np.float64]:
    x = np.asarray(values, dtype=np.float64)
    return x[np.isfinite(x)]


def goal_shares(plan: Plan, figure: str = "") -> NDArray[np.float64]:
    """Return (k,) the share of a total that each territory is meant to have; they sum to 1.

    The shares of the figure's own goals where it is a measure of the plan, else those of the
    workload, else those of the first measure.
    """
    measures = plan.measures
    base = next(name for name in (figure, "workload_h", measures[0]) if name in measures)
    goal = plan.territories[f"{base}_goal"].to_numpy(dtype=np.float64)
    return np.asarray(goal / goal.sum(), dtype=np.float64)


def per_share(plan: Plan, figure: str, values: ArrayLike) -> NDArray[np.float64]:
    """Return (k,) values per mean share, so that a half-time rep's half counts as a whole."""
    share = goal_shares(plan, figure) * len(plan.territories)
    return np.asarray(values, dtype=np.float64) / share


def fairness(plan: Plan) -> pd.DataFrame:
    """Return how evenly each measure is spread, in proportion to the goals.

    Returns
    -------
    DataFrame
        ``measure, gini, max_min`` (of load ÷ goal), ``worst_deviation`` (fraction, signed),
        ``worst_territory, tolerance, n_outside``.
    """
    import pandas as pd

    rows = []
    flagged = outside(plan).str.split(", ")
    for measure, options in plan.record.measures.items():
        load = per_share(plan, measure, plan.territories[measure])
        deviation = plan.territories[f"{measure}_deviation"].to_numpy(dtype=np.float64)
        worst = int(np.abs(deviation).argmax())
        rows.append(
            {
                "measure": measure,
                "gini": gini(load),
                "max_min": max_min(load),
                "worst_deviation": float(deviation[worst]),
                "worst_territory": str(plan.territories["territory_id"].iloc[worst]),
                "tolerance": float(options.tolerance),
                "n_outside": sum(measure in names for names in flagged),
            }
        )
    return pd.DataFrame(rows)


def outsiders(plan: Plan) -> pd.DataFrame:
    """Return every territory outside a band, worst first, and the rule that keeps it there.

    Returns
    -------
    DataFrame
        ``territory_id, measure, value, lower, upper, deviation`` (fraction), ``why`` (the binding
        rule in words); empty where every territory is inside.
    """
    import pandas as pd

    reasons: Mapping[tuple[str, str], str] = {
        (each.territory_id, each.measure): each.why
        for each in plan.record.violations
        if each.rule == "balance"
    }
    rows = [
        {
            "territory_id": row["territory_id"],
            "measure": measure,
            "value": row[measure],
            "lower": row[f"{measure}_lower"],
            "upper": row[f"{measure}_upper"],
            "deviation": row[f"{measure}_deviation"],
            "why": reasons.get((row["territory_id"], measure)) or _UNKNOWN,
        }
        for row, names in zip(plan.territories.to_dict("records"), outside(plan), strict=True)
        for measure in filter(None, names.split(", "))
    ]
    columns = ["territory_id", "measure", "value", "lower", "upper", "deviation", "why"]
    frame = pd.DataFrame(rows, columns=columns)
    order = frame["deviation"].abs().sort_values(ascending=False, kind="stable").index
    return frame.loc[order].reset_index(drop=True)
