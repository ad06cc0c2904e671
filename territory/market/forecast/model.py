"""What a panel of accounts or units will sell: first the market, spread by shares that are shrunk.

Growth is read off windows of one season (a year of quarters), so that seasons cancel. A unit's own
growth is pulled towards that of its group by empirical Bayes, the more the less its numbers say;
intervals come from what the same method missed by at earlier origins of the same history.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from territory.arrays import Floats
from territory.market.forecast.growth import DECAY, ForecastRefusedError, Growth, growth_of, windows
from territory.wording import NONZERO

__all__ = [
    "BackTest",
    "Forecast",
    "back_test",
    "forecast",
]

_Pulled = tuple[NDArray[np.generic] | None, Floats | None]

WINDOWS = 2
"""Fewest whole windows (years of quarters) from which a growth can be read."""

MARKET_SD_Y = 0.03
"""How much a market's yearly growth differs from the last one's, at most, where the history is too
short to show it: an assumption, in its range 0.01 (surgery) to 0.08 (after a shock)."""

_PLACES = 30
"""Units from which their growth tells how steady a market is, see `_assumed_sd`."""

_Z80 = 1.2815515655446004
_LEAST_SD = 1e-3


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Forecast:
    """Expected values of the next periods, with intervals.

    Attributes
    ----------
    expected, low, high : float64, shape (n, h), the values' unit
        ``low`` and ``high`` enclose 80 % of what may come, unit by unit.
    total_low, total_high : float64, shape (h,)
        The same for the sum of all units; less wide than the sum of the units' limits.
    market_rate : float
        Natural logarithm of the whole market's growth per period.
    growth : Growth
    level : float64, shape (n,)
        Mean of the latest season's periods.
    market_sd, unit_sd : float64, shapes (h,) and (n, h)
        Errors in logarithms: common to all units, and of each unit beside it.
    assumed_sd_y : float
        By how much a market's yearly growth is assumed to change, where ``market_sd`` rests on an
        assumption; NaN where earlier forecasts show it.
    """

    expected: Floats
    low: Floats
    high: Floats
    total_low: Floats
    total_high: Floats
    market_rate: float
    growth: Growth
    level: Floats
    market_sd: Floats
    unit_sd: Floats
    assumed_sd_y: float = float("nan")

    def grown(self, steps: int) -> Floats:
        """Return each unit's growth over so many periods, (n,): together they are the market's."""
        own = np.exp(self.growth.rate * steps)
        whole = float(np.exp(self.market_rate * steps)) * float(self.level.sum())
        out: Floats = own * whole / max(float((self.level * own).sum()), 1e-300)
        return out

    def hot(self, *, false_share: float = 0.1) -> NDArray[np.bool_]:
        """Tell the units, (n,), whose growth is surely above the market's.

        Benjamini and Hochberg's step-up: of those told, at most ``false_share`` are expected wrong
        (https://doi.org/10.1111/j.2517-6161.1995.tb02031.x).
        """
        from scipy.stats import norm

        market = np.average(self.growth.rate, weights=self.expected[:, 0] + 1e-300)
        score = (self.growth.rate - market) / np.maximum(self.growth.sd, NONZERO)
        chance = norm.sf(score)
        order = np.argsort(chance, kind="stable")
        limit = false_share * (np.arange(chance.size) + 1) / max(chance.size, 1)
        below = np.flatnonzero(chance[order] <= limit)
        out = np.zeros(chance.size, dtype=bool)
        if below.size:
            out[order[: below[-1] + 1]] = True
        return out


@dataclass(frozen=True, slots=True, kw_only=True)
class BackTest:
    """How the method did at earlier origins of the same history.

    Attributes
    ----------
    origins : int
    wmape, persistence, drift : float
        Σ |forecast − actual| ÷ Σ actual of the method, of "the same again" (a year ago where there
        are seasons) and of that with the market's growth.
    coverage : float
        Share of actual values inside the 80 % intervals, by the errors of the other origins.
    """

    origins: int
    wmape: float
    persistence: float
    drift: float
    coverage: float


def forecast(
    values: Floats,
    *,
    horizon: int,
    season: int = 1,
    groups: NDArray[np.generic] | None = None,
    covariate: Floats | None = None,
) -> Forecast:
    """Forecast every unit for the next periods.

    Parameters
    ----------
    values : float64, shape (n, T), 0 and up
    horizon : int
        Periods ahead, 1 and up.
    season : int
        As in `growth_of`; 4 for quarters, 12 for months, 1 where there are no seasons.
    groups : array, shape (n,), optional
    covariate : float64, shape (n,), optional
        See `growth_of`.

    Raises
    ------
    ForecastRefusedError
        Fewer than two whole seasons, or nothing was sold.
    """
    values = np.asarray(values, dtype=np.float64)
    _refuse_thin(values, season)
    pulled = (groups, covariate)
    expected, growth, market = _expected(values, horizon, season, pulled)
    errors = _errors(values, _judged(values.shape[1], horizon, season), season, pulled)
    market_sd = _market_sd(values, season, errors, horizon)
    unit_sd = _unit_sd(values, season, expected, errors, growth)
    spread = np.sqrt(unit_sd**2 + market_sd**2)
    total = expected.sum(axis=0)
    weight = expected / np.maximum(total, 1e-300)
    total_sd = np.sqrt(market_sd**2 + (weight**2 * unit_sd**2).sum(axis=0))
    return Forecast(
        expected=expected,
        low=expected * np.exp(-_Z80 * spread),
        high=expected * np.exp(_Z80 * spread),
        total_low=total * np.exp(-_Z80 * total_sd),
        total_high=total * np.exp(_Z80 * total_sd),
        market_rate=market,
        growth=growth,
        level=values[:, -season:].sum(axis=1) / season,
        market_sd=market_sd,
        unit_sd=unit_sd,
        assumed_sd_y=float("nan") if errors else _assumed_sd(values, season),
    )


def back_test(
    values: Floats,
    *,
    horizon: int,
    season: int = 1,
    groups: NDArray[np.generic] | None = None,
    covariate: Floats | None = None,
) -> BackTest | None:
    """Forecast from earlier origins and compare; None where the history leaves no origin."""
    values = np.asarray(values, dtype=np.float64)
    pulled = (groups, covariate)
    origins = _origins(values.shape[1], horizon, season)
    if not origins:
        return None
    missed, same, drifted, actual_sum, inside = 0.0, 0.0, 0.0, 0.0, []
    parts = [_error_at(values, origin, horizon, season, pulled) for origin in origins]
    for at, origin in enumerate(origins):
        past, actual = values[:, :origin], values[:, origin : origin + horizon]
        expected, growth, market = _expected(past, horizon, season, pulled)
        naive = _same_again(past, horizon, season)
        missed += float(np.abs(expected - actual).sum())
        same += float(np.abs(naive - actual).sum())
        lead = season if season > 1 else np.arange(1, horizon + 1)
        drifted += float(np.abs(naive * np.exp(market * lead) - actual).sum())
        actual_sum += float(actual.sum())
        others = parts[:at] + parts[at + 1 :] or parts
        market_sd = _market_sd(past, season, others, horizon)
        spread = np.sqrt(_unit_sd(past, season, expected, others, growth) ** 2 + market_sd**2)
        low, high = expected * np.exp(-_Z80 * spread), expected * np.exp(_Z80 * spread)
        sold = expected > 0
        inside.append(((actual >= low) & (actual <= high))[sold])
    scale = max(actual_sum, 1e-300)
    return BackTest(
        origins=len(origins),
        wmape=missed / scale,
        persistence=same / scale,
        drift=drifted / scale,
        coverage=float(np.concatenate(inside).mean()) if inside else float("nan"),
    )


def _refuse_thin(values: Floats, season: int) -> None:
    if values.ndim != 2 or values.shape[1] < WINDOWS * season:
        has = values.shape[1] if values.ndim == 2 else 0
        raise ForecastRefusedError(
            f"the history has {has} periods; {WINDOWS * season} tell growth from season"
        )
    if not values[:, -season:].sum() > 0:
        raise ForecastRefusedError("nothing was sold in the latest year of the history")


def _expected(
    values: Floats, horizon: int, season: int, pulled: _Pulled
) -> tuple[Floats, Growth, float]:
    """Expected values (n, h): units by their growth, scaled so that they sum to the market's."""
    growth = growth_of(values, season=season, groups=pulled[0], covariate=pulled[1])
    total = windows(values.sum(axis=0, keepdims=True), season)[0]
    steps = np.diff(np.log(np.maximum(total, 1e-300)))
    weight = DECAY ** np.arange(steps.size - 1, -1, -1.0)
    market = float(steps @ weight / weight.sum()) / season
    # The same season of the last year, whole years ahead: its index holds the trend within a year.
    ahead = season * (1 + np.arange(horizon) // season)
    level = values[:, -season:].sum(axis=1) / season
    units = (
        level[:, None] * np.exp(growth.rate[:, None] * ahead) * _seasons(values, horizon, season)
    )
    goal = level.sum() * np.exp(market * ahead) * _seasons(values, horizon, season)
    # One market: rates that were shrunk to groups must not make another sum of it.
    found = units.sum(axis=0)
    return units * (goal / np.maximum(found, 1e-300)), growth, market


def _seasons(values: Floats, horizon: int, season: int) -> Floats:
    """Index of each coming period's season, shape (h,), mean 1, of all units together."""
    if season == 1:
        return np.ones(horizon)
    total = values.sum(axis=0)
    count = total.size // season
    table = total[total.size - count * season :].reshape(count, season)
    index = (table / np.maximum(table.mean(axis=1, keepdims=True), 1e-300)).mean(axis=0)
    index = index / max(float(index.mean()), 1e-300)
    out: Floats = index[np.arange(horizon) % season]
    return out


def _same_again(values: Floats, horizon: int, season: int) -> Floats:
    return values[:, -season:][:, np.arange(horizon) % season]


def _origins(periods: int, horizon: int, season: int) -> list[int]:
    """Lengths of the pasts to forecast from: each leaves ``horizon`` periods to be judged by.

    Where there are any, only those from which units' own growth counts, as it does at the end.
    """
    last = periods - horizon + 1
    return list(range((WINDOWS + 1) * season, last)) or list(range(WINDOWS * season, last))


def _judged(periods: int, horizon: int, season: int) -> int:
    """Periods ahead that an origin can be judged by, 0 for none; beyond them errors grow on.

    From such an origin units' own growth counts, as it does at the end; where there is none, any.
    """
    left = periods - (WINDOWS + 1) * season
    return min(horizon, left if left > 0 else max(0, left + season))


def _carried_on(sd: Floats, horizon: int) -> Floats:
    """Errors by horizon, (..., j), carried on to (..., h): what growth is misjudged by adds up."""
    judged = sd.shape[-1]
    beyond = np.arange(judged + 1, horizon + 1) / judged
    out: Floats = np.concatenate([sd, sd[..., -1:] * beyond], axis=-1)
    return out


def _error_at(
    values: Floats, origin: int, horizon: int, season: int, pulled: _Pulled
) -> tuple[Floats, Floats, Floats]:
    """Expected (n, h), own errors of units (n, h) and of the market (h,), in logarithms."""
    expected, _, _ = _expected(values[:, :origin], horizon, season, pulled)
    actual = values[:, origin : origin + horizon]
    market = np.log(
        np.maximum(actual.sum(axis=0), 1e-300) / np.maximum(expected.sum(axis=0), 1e-300)
    )
    small = 0.5 * max(float(np.median(expected[expected > 0])) * 0.01, NONZERO)
    return expected, np.log((actual + small) / (expected + small)) - market, market


def _errors(
    values: Floats, horizon: int, season: int, pulled: _Pulled
) -> list[tuple[Floats, Floats, Floats]]:
    origins = _origins(values.shape[1], horizon, season) if horizon else []
    return [_error_at(values, origin, horizon, season, pulled) for origin in origins]


def _market_sd(
    values: Floats, season: int, errors: list[tuple[Floats, Floats, Floats]], horizon: int
) -> Floats:
    """Error of the whole market by horizon, (h,): what was missed, or what growth scatters."""
    total = np.log(np.maximum(values.sum(axis=0), 1e-300))
    steps = total[season:] - total[:-season]
    scatter = float(steps.std(ddof=1)) if steps.size > 1 else 0.0
    if not errors:
        assumed = _assumed_sd(values, season)
        return np.asarray(np.hypot(scatter, assumed * np.arange(1, horizon + 1) / season))
    missed = np.sqrt(np.mean([market**2 for _, _, market in errors], axis=0))
    return _carried_on(np.maximum(np.maximum.accumulate(missed), _LEAST_SD), horizon)


def _assumed_sd(values: Floats, season: int) -> float:
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
    return float(np.clip((high - low) / (2 * _Z80), _LEAST_SD, MARKET_SD_Y))


def _unit_sd(
    values: Floats,
    season: int,
    expected: Floats,
    errors: list[tuple[Floats, Floats, Floats]],
    growth: Growth,
) -> Floats:
    """Error of each unit beside the market's, (n, h): a + b ÷ size, fitted on what was missed.

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
    return float(high - low) / (2 * _Z80)
