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
from territory.market.forecast.spread import assumed_sd_of, market_sd_of, unit_sd_of
from territory.wording import NONZERO, Z80

__all__ = [
    "BackTest",
    "Forecast",
    "back_test",
    "forecast",
]

_Pulled = tuple[NDArray[np.generic] | None, Floats | None]

WINDOWS = 2
"""Fewest whole windows (years of quarters) from which a growth can be read."""


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
        Errors in logarithms: common to all units (see `market_sd_of`), and of each beside it.
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

    def held_in_a_break(self, share: float) -> float:
        """Return which part of the next period's 80 % intervals, 0–1, a break of the market leaves.

        All units sell a ``share``, -1 to 1, more or less than the market's forecast at once. What
        earlier forecasts missed by is in the intervals, not a break that the history has not shown.

        Examples
        --------
        Without own errors of units all are outside after a break, or none:

        >>> grown = forecast(np.array([[50.0, 55, 60, 66, 73]] * 40), horizon=1)
        >>> grown.held_in_a_break(-0.3), round(grown.held_in_a_break(0.0), 2) >= 0.8
        (0.0, True)
        """
        from scipy.stats import norm

        own = np.maximum(self.unit_sd[:, 0], NONZERO)
        reach = Z80 * np.hypot(own, self.market_sd[0])
        off = float(np.log1p(share))
        inside = norm.cdf((reach - off) / own) - norm.cdf((-reach - off) / own)
        return float(inside[self.expected[:, 0] > 0].mean())

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
    market_sd = market_sd_of(values, season, errors, horizon)
    unit_sd = unit_sd_of(values, season, expected, errors, growth)
    spread = np.sqrt(unit_sd**2 + market_sd**2)
    total = expected.sum(axis=0)
    weight = expected / np.maximum(total, 1e-300)
    total_sd = np.sqrt(market_sd**2 + (weight**2 * unit_sd**2).sum(axis=0))
    return Forecast(
        expected=expected,
        low=expected * np.exp(-Z80 * spread),
        high=expected * np.exp(Z80 * spread),
        total_low=total * np.exp(-Z80 * total_sd),
        total_high=total * np.exp(Z80 * total_sd),
        market_rate=market,
        growth=growth,
        level=values[:, -season:].sum(axis=1) / season,
        market_sd=market_sd,
        unit_sd=unit_sd,
        assumed_sd_y=float("nan") if errors else assumed_sd_of(values, season),
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
        market_sd = market_sd_of(past, season, others, horizon)
        spread = np.sqrt(unit_sd_of(past, season, expected, others, growth) ** 2 + market_sd**2)
        low, high = expected * np.exp(-Z80 * spread), expected * np.exp(Z80 * spread)
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
