"""How sure a balanced territory is: simulate the error of its accounts' potential."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

__all__ = ["band_probability"]

Floats = NDArray[np.float64]

_Z = 1.2815515655446004
"""Standard deviations from the median to the end of an interval that holds 80 of 100."""

_BLOCK = 4_000_000
"""Most account × draw pairs that are held in memory at once."""


def band_probability(
    accounts: pd.DataFrame,
    territories: pd.DataFrame,
    *,
    draws: int = 2_000,
    seed: int = 1,
    correlation: float = 0.3,
    region: ArrayLike | None = None,
    measure: str = "potential_usd",
) -> pd.DataFrame:
    """Return each territory's probability of really being inside its band.

    Without an interval (``potential_low_usd``, ``potential_high_usd``) the potential is taken as
    certain, and every probability is 0 or 1.

    Parameters
    ----------
    accounts : DataFrame, n rows
        ``territory_id``, the measure, and its low and high values: `plan.accounts`.
    territories : DataFrame, k rows
        ``territory_id`` and the measure's ``_goal, _lower, _upper``: `plan.territories`.
    draws : int, at least 1
        Simulated markets.
    seed : int
        Same seed, same figures, in whatever order the accounts stand.
    correlation : float, 0 to 1
        Correlation of the errors of two accounts of one region: a market estimated too high is so
        for neighbours alike. Planning default 0.3, editable.
    region : (n,) labels, optional
        Region of each account; the part of ``unit_id`` before a colon (county or ZIP) when not
        given.
    measure : str
        Whose interval stands in ``potential_low_usd`` and ``potential_high_usd`` (its name with
        ``_low`` and ``_high`` before ``_usd``).

    Returns
    -------
    DataFrame, k rows
        ``territory_id, probability`` (0 to 1), ``standard_error`` of it by simulation,
        ``deviation_low, deviation_median, deviation_high`` (10, 50 and 90 % of the draws, relative
        to the territory's goal).

    Raises
    ------
    ValueError
        `draws` is below 1 or `correlation` outside 0 to 1.

    Notes
    -----
    An account's potential is its median × exp(s z), s from the low end where z < 0 and from the
    high end where z > 0 (80 of 100 draws lie inside the interval), with
    z = √ρ · region's draw + √(1 − ρ) · own draw, both standard normal. Goals are shares of the
    drawn total, as the plan's are of its own. O(draws · n), in blocks.
    """
    if draws < 1 or not 0.0 <= correlation <= 1.0:
        raise ValueError(
            f"draws is {draws} and correlation {correlation:g}; expected at least 1 draw and a "
            "correlation from 0 to 1"
        )
    # Sorted by account, so that the draws do not depend on the order of the rows.
    by_id = np.argsort(accounts["account_id"].to_numpy().astype(str), kind="stable")
    labels = _regions(accounts) if region is None else np.asarray(region)
    frame = accounts.iloc[by_id]
    groups = np.unique(labels[by_id].astype(str), return_inverse=True)[1]
    ids = territories["territory_id"].astype(str).tolist()
    at = pd.Index(ids).get_indexer(pd.Index(frame["territory_id"].astype(str)))
    frame, groups, at = frame[at >= 0], groups[at >= 0], at[at >= 0]
    sums = _drawn_sums(frame, at, groups, len(ids), draws, seed, correlation, measure)

    goal = territories[f"{measure}_goal"].to_numpy(dtype=np.float64)
    share = goal / max(float(goal.sum()), 1e-300)
    with np.errstate(invalid="ignore", divide="ignore"):
        drawn_goal = share * sums.sum(axis=1, keepdims=True)
        deviation = np.where(drawn_goal > 0, sums / drawn_goal - 1.0, 0.0)
        lower = territories[f"{measure}_lower"].to_numpy(dtype=np.float64) / goal - 1.0
        upper = territories[f"{measure}_upper"].to_numpy(dtype=np.float64) / goal - 1.0
    # The plan's own rounding (4 decimals of a dollar) is no breach.
    slack = 1e-6
    inside = (deviation >= lower - slack) & (deviation <= upper + slack)
    probability = inside.mean(axis=0)
    low, median, high = np.quantile(deviation, [0.1, 0.5, 0.9], axis=0)
    return pd.DataFrame(
        {
            "territory_id": ids,
            "probability": probability,
            "standard_error": np.sqrt(probability * (1.0 - probability) / draws).round(6),
            "deviation_low": low.round(6),
            "deviation_median": median.round(6),
            "deviation_high": high.round(6),
        }
    )


def _regions(accounts: pd.DataFrame) -> NDArray[np.object_]:
    units = accounts["unit_id"].astype("str").str.partition(":")[0]
    return units.to_numpy(dtype=object)


def _drawn_sums(
    frame: pd.DataFrame,
    at: NDArray[np.intp],
    groups: NDArray[np.intp],
    k: int,
    draws: int,
    seed: int,
    correlation: float,
    measure: str,
) -> Floats:
    """Return (draws, k) the territories' sums in each simulated market."""
    from scipy.sparse import csr_array

    rng = np.random.default_rng(seed)
    value = frame[measure].to_numpy(dtype=np.float64)
    down, up = _spreads(frame, value, measure)
    n, n_regions = len(value), int(groups.max(initial=-1)) + 1
    into = csr_array((np.ones(n), (np.arange(n), at)), shape=(n, k))
    sums = np.empty((draws, k))
    step = max(1, _BLOCK // max(n, 1))
    for start in range(0, draws, step):
        block = min(step, draws - start)
        common = rng.standard_normal((block, n_regions))[:, groups]
        own = rng.standard_normal((block, n))
        z = np.sqrt(correlation) * common + np.sqrt(1.0 - correlation) * own
        z *= np.where(z < 0, down, up)
        sums[start : start + block] = (value * np.exp(z)) @ into
    return sums


def _spreads(frame: pd.DataFrame, value: Floats, measure: str) -> tuple[Floats, Floats]:
    """Return (n,) the standard deviations of the logarithm below and above the median."""
    stem = measure.removesuffix("_usd")
    ends = []
    for end in ("low", "high"):
        name = f"{stem}_{end}_usd"
        given = frame[name].to_numpy(dtype=np.float64) if name in frame else value
        ends.append(np.where(np.isfinite(given), given, value))
    with np.errstate(invalid="ignore", divide="ignore"):
        down = np.log(value / np.minimum(ends[0], value)) / _Z
        up = np.log(np.maximum(ends[1], value) / value) / _Z
    # No interval where there is no potential; one that reaches down to 0 counts as a factor of e³.
    down = np.where(value > 0, np.minimum(down, 3.0), 0.0)
    return down, np.where(value > 0, up, 0.0)
