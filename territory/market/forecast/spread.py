"""How far forecasts may be off: of the whole market, common to all units, and of each beside it."""

from __future__ import annotations

import numpy as np

from territory.arrays import Floats
from territory.market.forecast.growth import Growth, windows
from territory.wording import NONZERO, Z80

__all__ = ["MARKET_SD_Y", "assumed_sd_of", "market_sd_of", "unit_sd_of"]

MARKET_SD_Y = 0.03
"""How much a market's yearly growth differs from the last one's, at most, where the history is too
short to show it: an assumption, in its range 0.01 (surgery) to 0.08 (after a shock)."""

_PLACES = 30
"""Units from which their growth tells how steady a market is, see `assumed_sd_of`."""

_LEAST_SD = 1e-3

_ASSUMED = 0.5
"""Years that the assumption of a market's error counts for beside those of the history."""


def market_sd_of(
    values: Floats, season: int, errors: list[tuple[Floats, Floats, Floats]], horizon: int
) -> Floats:
    """Error of the whole market by horizon, (h,): a normal's as wide as what is known of it allows.

    Notes
    -----
    Of n years in which growth could change, what earlier forecasts missed counts n times, what is
    assumed (`assumed_sd_of`) `_ASSUMED` times, and the ends are those of a Student's t with as many
    degrees of freedom: one forecast that was right by luck is no steady market. Without an earlier
    forecast it is the assumption, and what growth scattered.
    A break that the history has not shown is in none of it: see `Forecast.held_in_a_break`.

    Simulated (300 markets each, three years of quarters, then the next): totals inside 80 %
    intervals 97 % where growth differs by 1 point a year, 79 % by 3 points and with breaks of 7 %
    every fifth year as well (77, 61 and 63 % by what was missed alone). US counties, 2010 to 2016
    carried to 2019: 83.8 %.
    """
    from scipy.special import stdtrit

    total = np.log(np.maximum(values.sum(axis=0), 1e-300))
    steps = total[season:] - total[:-season]
    scatter = float(steps.std(ddof=1)) if steps.size > 1 else 0.0
    # From the middle of the year that tells the level, as units' growth is carried on.
    lead = np.arange(1, horizon + 1) + 0.5 * (season - 1)
    assumed = assumed_sd_of(values, season) * lead / season
    if not errors:
        return np.asarray(np.hypot(scatter, assumed))
    missed = np.sqrt(np.mean([market**2 for _, _, market in errors], axis=0))
    missed = _carried_on(np.maximum.accumulate(missed), horizon)
    years = max(1, values.shape[1] // season - 2)
    known = years + _ASSUMED
    sd = np.sqrt((years * missed**2 + _ASSUMED * assumed**2) / known)
    return np.asarray(np.maximum(sd * float(stdtrit(known, 0.9)) / Z80, _LEAST_SD))


def assumed_sd_of(values: Floats, season: int) -> float:
    """Return by how much a market's yearly growth may change where no earlier forecast shows it.

    An assumption: as much as its units' growths differ from one another, half the width between
    their 10 and 90 % quantiles weighted by size, and `MARKET_SD_Y` at most. What moves all units
    alike is seldom more than what moves each. With few units it is `MARKET_SD_Y`.

    Notes
    -----
    US counties by their two latest years, 2010 to 2019: 86, 81 and 80 % inside 80 % intervals one,
    two and three years ahead; with `MARKET_SD_Y` always 99 %. Sales scatter more: there it stays.
    """
    before, after = windows(values, season)[:, -2:].T
    sold = (before > 0) & (after > 0)
    if sold.sum() < _PLACES:
        return MARKET_SD_Y
    growth = np.log(after[sold] / before[sold])
    order = np.argsort(growth, kind="stable")
    reached = np.cumsum((before + after)[sold][order])
    low, high = growth[order][np.searchsorted(reached, reached[-1] * np.array([0.1, 0.9]))]
    return float(np.clip((high - low) / (2 * Z80), _LEAST_SD, MARKET_SD_Y))


def unit_sd_of(
    values: Floats,
    season: int,
    expected: Floats,
    errors: list[tuple[Floats, Floats, Floats]],
    growth: Growth,
) -> Floats:
    """Error of each unit beside the market's, (n, h): what units of its size were missed by.

    Half the width between the 10 and 90 % quantiles counts, not the variance: accounts that were
    lost or won are no reason to widen everybody's interval. Beyond the periods that an earlier
    origin can be judged by errors grow in proportion to time; without any origin they are what
    remains unknown of the growth and the scatter within the latest season.
    """
    horizon = expected.shape[1]
    lead = np.arange(1, horizon + 1)
    judged = bool(errors)
    errors = errors or [_scatter(values, season)]
    until = errors[0][1].shape[1] if judged else horizon
    out = np.empty((len(expected), until))
    for h in range(until):
        size = np.concatenate([each[0][:, h] if judged else each[0].ravel() for each in errors])
        missed = np.concatenate([each[1][:, h] if judged else each[1].ravel() for each in errors])
        sold = size > 0
        size, missed = size[sold], missed[sold]
        classes = int(np.clip(size.size // 60, 1, 8))
        edges = np.quantile(size, np.linspace(0, 1, classes + 1)[1:-1])
        row = np.digitize(size, edges)
        width = np.array(
            [_half_width(missed[row == each]) for each in range(classes)], dtype=np.float64
        )
        out[:, h] = width[np.digitize(expected[:, h], edges)]
    if not judged:
        out = np.hypot(out, growth.sd[:, None] * (lead + 0.5 * (season - 1)))
    return _carried_on(np.maximum(out, _LEAST_SD), horizon)


def _scatter(values: Floats, season: int) -> tuple[Floats, Floats, Floats]:
    """What units differ by from their own mean and the season in the latest window, as errors."""
    latest = values[:, -max(season, 2) :]
    index = latest.sum(axis=0) / max(float(latest.sum()), 1e-300)
    expected = latest.sum(axis=1, keepdims=True) * index
    small = 0.5 * max(float(np.median(expected[expected > 0])) * 0.01, NONZERO)
    # One of so many values is part of the mean that it is held against.
    widen = np.sqrt(latest.shape[1] / (latest.shape[1] - 1.0))
    return expected, widen * np.log((latest + small) / (expected + small)), np.zeros(index.size)


def _half_width(missed: Floats) -> float:
    low, high = np.quantile(missed, [0.1, 0.9]) if missed.size else (0.0, 0.0)
    return float(high - low) / (2 * Z80)


def _carried_on(sd: Floats, horizon: int) -> Floats:
    """Errors by horizon, (..., j), carried on to (..., h): what growth is misjudged by adds up."""
    judged = sd.shape[-1]
    beyond = np.arange(judged + 1, horizon + 1) / judged
    out: Floats = np.concatenate([sd, sd[..., -1:] * beyond], axis=-1)
    return out
