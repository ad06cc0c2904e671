"""How sales answer to effort, and how hours are best spent when every answer flattens.

Effort x is a multiple of an account's planned effort: its calls, its cases and the way to them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from territory.arrays import Floats
from territory.wording import LIMIT

if TYPE_CHECKING:
    from territory.inputs.scenario.workforce import ResponseKeys

__all__ = ["Response", "best_effort"]


_STEPS = 60
"""Halvings of an interval: to the precision of a float."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """Sales as a multiple of those with the planned effort: concave, 1 at effort 1.

    Parameters
    ----------
    least, most : float
        Sales with no effort and with any amount of it; ``least < 1 < most``.
    half : float, above 0
    exponent : float, above 0 and at most 1
        Above 1 the curve would be S-shaped, and hours could not be spent by their margin.

    Notes
    -----
    ADBUDG, the curve of Little (1970)::

        f(x) = least + (most - least) x^c / (d + x^c)

    with d = ``half`` and c = ``exponent`` from the answers to "what if nobody called, with half as
    much effort again, with any amount" (Lodish 1971).

    References
    ----------
    Little, J. D. C. (1970) Models and managers: the concept of a decision calculus. Management
    Science 16(8), B466–B485. doi:10.1287/mnsc.16.8.B466

    Lodish, L. M. (1971) CALLPLAN: an interactive salesman's call planning system. Management
    Science 18(4), P25–P40. doi:10.1287/mnsc.18.4.P25

    Examples
    --------
    >>> curve = Response(least=0.4, most=1.6, half=1.0, exponent=1.0)
    >>> curve.sales(np.array([0.0, 1.0, 1.5])).round(3).tolist()
    [0.4, 1.0, 1.12]
    """

    least: float
    most: float
    half: float
    exponent: float

    @classmethod
    def of(cls, keys: ResponseKeys) -> Response:
        """Return the curve through a scenario's answers."""
        return cls(
            least=keys.at_zero,
            most=keys.at_saturation,
            half=keys.half(),
            exponent=min(1.0, keys.exponent()),
        )

    def sales(self, effort: Floats) -> Floats:
        """Return f(x), same shape; x 0 and up."""
        power = np.asarray(effort, dtype=np.float64) ** self.exponent
        return np.asarray(self.least + (self.most - self.least) * power / (self.half + power))

    def slope(self, effort: Floats) -> Floats:
        """Return f'(x), same shape, x above 0; it never rises."""
        x = np.asarray(effort, dtype=np.float64)
        c, d = self.exponent, self.half
        return np.asarray((self.most - self.least) * c * d * x ** (c - 1.0) / (d + x**c) ** 2)

    def effort_of_slope(self, slope: Floats, most_effort: float) -> Floats:
        """Return x from 0 to `most_effort` with f'(x) = slope, or the end that is nearer to it."""
        wanted = np.asarray(slope, dtype=np.float64)
        low, high = np.zeros_like(wanted), np.full_like(wanted, most_effort)
        if self.exponent == 1.0:
            with np.errstate(divide="ignore"):
                x = np.sqrt((self.most - self.least) * self.half / wanted) - self.half
            return np.asarray(np.clip(x, 0.0, most_effort))
        for _ in range(_STEPS):
            middle = 0.5 * (low + high)
            steep = self.slope(np.maximum(middle, 1e-300)) > wanted
            low, high = np.where(steep, middle, low), np.where(steep, high, middle)
        return np.asarray(0.5 * (low + high))


def best_effort(
    response: Response,
    sales_usd: Floats,
    hours: Floats,
    territory: NDArray[np.integer],
    capacity_h: Floats,
    *,
    most_effort: float = 2.0,
) -> Floats:
    """Spend each territory's hours where the next one brings the most.

    Parameters
    ----------
    response : Response
    sales_usd : float64 array, shape (n,), 0 and up
        Sales a year with the planned effort.
    hours : float64 array, shape (n,), 0 and up
        Hours a year of the planned effort, travel included.
    territory : int array, shape (n,), 0 to k - 1
    capacity_h : float64 array, shape (k,)
        Hours a year of each territory.
    most_effort : float, at least 1
        Limit of the effort at any account.

    Returns
    -------
    float64 array, shape (n,), 0 to `most_effort`
        Maximises Σ sales · f(effort) under Σ hours · effort ≤ capacity in every territory. Accounts
        that take no hours get the most effort; those that sell nothing get none.

    Notes
    -----
    The sum is concave, so at the optimum every account that gets effort returns the same sales for
    one more hour of its territory; that price is found by halving its interval. O(n) for each of 60
    steps. Skiera and Albers (1998) align territories by this price; here it spends the hours only.

    References
    ----------
    Skiera, B. and Albers, S. (1998) COSTA: contribution optimizing sales territory alignment.
    Marketing Science 17(3), 196–213. doi:10.1287/mksc.17.3.196

    Examples
    --------
    Two accounts of ten hours, one worth four times the other, and ten hours in all:

    >>> curve = Response(least=0.0, most=2.0, half=1.0, exponent=1.0)
    >>> best_effort(curve, np.array([4.0, 1.0]), np.array([10.0, 10.0]), np.array([0, 0]),
    ...             np.array([10.0])).round(3).tolist()
    [1.0, 0.0]
    """
    k = len(capacity_h)
    worth = np.where(hours > 0, sales_usd / np.where(hours > 0, hours, 1.0), np.inf)
    useful = (sales_usd > 0) & (hours > 0) & (worth > 1e-300)
    out = np.where((sales_usd > 0) & (hours <= 0), most_effort, 0.0)
    if not useful.any():
        return np.asarray(out)
    # A price of next to nothing buys all the effort there is; the steepest slope buys none.
    dearest = float(worth[useful].max())
    steepest = float(response.slope(np.array([LIMIT]))[0]) * dearest
    low, high = np.full(k, np.log(dearest) - 30.0), np.full(k, np.log(steepest) + 1.0)
    at, rows = territory[useful], np.flatnonzero(useful)

    def effort_at(log_price: Floats) -> Floats:
        return response.effort_of_slope(np.exp(log_price)[at] / worth[rows], most_effort)

    for _ in range(_STEPS):
        middle = 0.5 * (low + high)
        spent = np.bincount(at, hours[rows] * effort_at(middle), minlength=k)
        dear = spent > capacity_h
        low, high = np.where(dear, middle, low), np.where(dear, high, middle)
    out[rows] = effort_at(high)
    return out
