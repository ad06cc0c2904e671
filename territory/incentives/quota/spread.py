"""Spread a total over shares within limits, in whole dollars that sum to it exactly."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from territory.wording import LIMIT, NONZERO

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

__all__ = ["fill_between", "whole_dollars"]


def fill_between(wanted: Floats, lower: Floats, upper: Floats, total: float) -> Floats:
    """Scale what is wanted by one factor and hold it between limits, so that it sums to a total.

    Parameters
    ----------
    wanted, lower, upper : (k,) float64
        Finite, ``0 <= lower <= upper``.
    total : float
        Between the sums of the limits.

    Returns
    -------
    (k,) float64
        ``clip(factor * wanted, lower, upper)``. What fits as it is comes back unchanged.

    Notes
    -----
    Water-filling: the sum is a piecewise linear function of the factor that never falls, so the
    factor is found between two neighbouring breakpoints, O(k log k). A territory that wants
    nothing is filled last, evenly.

    Examples
    --------
    The second may have at most 30, and the rest goes to the others in proportion:

    >>> wanted, upper = np.array([20.0, 40.0, 40.0]), np.array([100.0, 30.0, 100.0])
    >>> fill_between(wanted, np.zeros(3), upper, 100.0).round(1).tolist()
    [23.3, 30.0, 46.7]
    """
    if (
        np.isclose(wanted.sum(), total, rtol=NONZERO)
        and ((lower <= wanted) & (wanted <= upper)).all()
    ):
        return wanted.copy()
    weight = np.maximum(wanted, max(float(wanted.max(initial=0.0)), 1.0) * LIMIT)
    points = np.unique(np.concatenate([lower / weight, upper / weight]))
    low, high = 0, len(points) - 1
    while low < high:  # the first breakpoint whose sum is at least the total
        middle = (low + high) // 2
        if np.clip(points[middle] * weight, lower, upper).sum() < total:
            low = middle + 1
        else:
            high = middle
    after = np.clip(points[low] * weight, lower, upper)
    if low == 0:
        return np.asarray(after)
    before = np.clip(points[low - 1] * weight, lower, upper)
    # Between neighbouring breakpoints everything moves in a straight line.
    missing, room = total - before.sum(), (after - before).sum()
    share = float(np.clip(missing / room, 0.0, 1.0)) if room > 0 else 1.0
    return np.asarray(np.clip(before + share * (after - before), lower, upper))


def whole_dollars(
    values: Floats, total: int, lower: Ints | None = None, upper: Ints | None = None
) -> Ints:
    """Round to whole numbers that sum to a total, by largest remainder.

    Parameters
    ----------
    values : (k,) float64
        Their sum is the total, but for what floating point loses.
    total : int
    lower, upper : (k,) int64, optional
        Limits that the rounded values keep; the total lies between their sums.

    Returns
    -------
    (k,) int64
        Each differs from its value by less than one, if no limit asks for more; ties go to the
        first.

    Examples
    --------
    >>> whole_dollars(np.array([33.3, 33.3, 33.4]), 100).tolist()
    [33, 33, 34]
    """
    near = np.round(values)
    exact = np.where(np.abs(values - near) < 1e-6, near, values)
    whole = np.floor(exact).astype(np.int64)
    if lower is not None and upper is not None:
        whole = np.clip(whole, lower, upper)
    remainder = exact - whole
    while (left := total - int(whole.sum())) != 0:
        step = 1 if left > 0 else -1
        limit = upper if step > 0 else lower
        order = np.argsort(-step * remainder, kind="stable")
        able = order if limit is None else order[(whole[order] - limit[order]) * step < 0]
        if not len(able):
            raise ValueError(f"{total} does not lie between the sums of the limits")
        chosen = able[: abs(left)]
        whole[chosen] += step
        remainder[chosen] -= step
    return whole
