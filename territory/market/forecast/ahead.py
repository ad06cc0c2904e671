"""Accounts as they will be in a coming quarter: potential carried forward by its unit's growth."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from territory.arrays import Floats
from territory.errors import InputError
from territory.market.forecast.growth import ForecastRefusedError
from territory.market.forecast.luck import Luck, luck_of
from territory.market.forecast.model import Forecast, forecast
from territory.messages import Message, quoted
from territory.wording import NONZERO

__all__ = ["Ahead", "grown_potential", "quarter_number", "refuse_missing"]


_SEASON = 4
_QUARTER = re.compile(r"(\d{4})-?[Qq]([1-4])")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ahead:
    """Growth of each account's potential until a quarter.

    Attributes
    ----------
    factor : float64, shape (n,)
        Expected potential then ÷ now.
    units : (n,) intp
        Position of each account's unit among those forecast; -1: the market's growth.
    found : Forecast
        Of the units.
    step : int
        Quarters ahead, from 1.
    words : str
    luck : Luck
        How far units stray from it.
    sold_usd : float
        Sales of the latest year.
    """

    factor: Floats
    units: NDArray[np.intp]
    found: Forecast
    step: int
    words: str
    luck: Luck
    sold_usd: float

    def draws(
        self, count: int, rng: np.random.Generator, *, units: NDArray[np.intp], usd: Floats
    ) -> Floats:
        """Draw by how much parts of units stray from their forecast, (count, p), mean 1.

        What a whole unit has in common its parts share; the rest each has of itself, more the less
        potential it has. The market's own luck is left out: it moves no part against another.

        Parameters
        ----------
        units : intp, shape (p,)
            Unit of each part, 0 and up.
        usd : float64, shape (p,)
            Its potential; all together are as large as all sales, which the luck was read off.
        """
        own, common = self.variances(usd)
        sd = np.sqrt(np.log1p(own))
        shared = rng.standard_normal((count, int(units.max(initial=-1)) + 1))
        drawn = np.sqrt(common) * shared[:, units]
        drawn += sd * rng.standard_normal((count, usd.size))
        return np.asarray(np.exp(drawn - 0.5 * (common + sd**2)))

    def variances(self, usd: Floats) -> tuple[Floats, float]:
        """Return what parts of all potential, (p,), vary by of themselves, and what units share.

        Relative variances of the parts; that of what a unit has in common is of its logarithm.
        """
        size = usd * (self.sold_usd / max(float(usd.sum()), NONZERO))
        return self.luck.own_variance(size), self.luck.common


def quarter_number(text: str, what: str = "--at") -> int:
    """Return the number of a quarter: four times the year plus the quarter from 0.

    Raises
    ------
    InputError
        It is none.

    Examples
    --------
    >>> quarter_number("2027Q4") == quarter_number("2027-Q4") == 4 * 2027 + 3
    True
    """
    match = _QUARTER.fullmatch(text.strip())
    if match is None:
        raise InputError(Message(f"{what} is {quoted(text)}, no quarter", hint="write 2027Q4"))
    return 4 * int(match[1]) + int(match[2]) - 1


def refuse_missing(revenue_usd: Floats, first: int, what: str) -> None:
    """Refuse a history in which nobody sold anything in some quarter: its rows are missing.

    Parameters
    ----------
    revenue_usd : float64, shape (n, q)
    first : int
        Number of the first quarter.
    what : str
        The scenario, or what was asked.

    Raises
    ------
    InputError
        The quarters are named.
    """
    empty = np.flatnonzero(np.maximum(revenue_usd, 0.0).sum(axis=0) <= 0)
    if empty.size and (revenue_usd > 0).any():
        names = ", ".join(_name(first + int(at)) for at in empty[:6])
        raise InputError(
            Message(
                f"{what}: no forecast: the history has no sales at all in {names}",
                hint="add the rows of that time; a quarter without sales would count as a market "
                "that was gone and came back",
            )
        )


def grown_potential(
    unit_of: pd.Series, revenue_usd: Floats | None, *, first: int, at: str
) -> Ahead:
    """Return how much each account's potential grows until a quarter.

    The growth is that of the sales in its unit (county), pulled to the market's the more the less
    is sold there; units without sales, and accounts without a unit, grow with the market.

    Parameters
    ----------
    unit_of : Series of n str
        Unit of each account, in the order of the sales' rows.
    revenue_usd : float64, shape (n, q), or None
        By account and quarter.
    first : int
        Number of the first quarter, see `quarter_number`.
    at : str
        As in 2027Q4; 1 to 12 quarters after the last one sold.

    Raises
    ------
    InputError
        There is no or too thin a history, or the quarter lies elsewhere.
    """
    if revenue_usd is None:
        raise InputError(
            Message(
                "--at needs sales to forecast from, and the scenario has no history",
                hint="name a history of at least eight quarters under [inputs]",
            )
        )
    last = first + revenue_usd.shape[1] - 1
    step = quarter_number(at) - last
    if not 1 <= step <= 12:
        raise InputError(
            Message(
                f"--at is {at}, {step} quarters after the last one sold; expected 1 to 12",
                hint=f"name a quarter from {_name(last + 1)} to {_name(last + 12)}",
            )
        )
    refuse_missing(revenue_usd, first, "--at")
    codes, names = pd.factorize(unit_of.astype("str"), sort=True)
    panel = np.zeros((len(names), revenue_usd.shape[1]))
    np.add.at(panel, codes, revenue_usd)
    panel = np.maximum(panel, 0.0)
    # Who bought once and no longer does is part of the market's growth.
    sold = panel.sum(axis=1) > 0
    try:
        found = forecast(panel[sold], horizon=step, season=_SEASON)
    except ForecastRefusedError as error:
        raise InputError(
            Message(f"--at cannot be answered: {error}", hint="give a longer history")
        ) from error
    position = np.full(len(names), -1, dtype=np.intp)
    position[sold] = np.arange(int(sold.sum()))
    units = position[codes]
    own, market = found.grown(step), float(np.exp(found.market_rate * step))
    factor = np.where(units >= 0, own[np.maximum(units, 0)], market)
    yearly = 100 * (own ** (4.0 / step) - 1.0)
    told = (
        f"units {yearly.min():+.1f} to {yearly.max():+.1f} %"
        if (found.growth.weight > 0).any()
        else "each unit with it, because two years show one growth, and nobody knows how much of "
        "it was chance"
    )
    return Ahead(
        factor=np.asarray(factor),
        units=units,
        found=found,
        step=step,
        words=f"potential is that of {_name(last + step)}, forecast {step} quarters ahead: market "
        f"{100 * np.expm1(found.market_rate * 4):+.1f} % a year, {told}",
        luck=luck_of(np.maximum(revenue_usd, 0.0), codes, steps=step, season=_SEASON),
        sold_usd=float(panel[:, -_SEASON:].sum()),
    )


def _name(quarter: int) -> str:
    return f"{quarter // 4}-Q{quarter % 4 + 1}"
