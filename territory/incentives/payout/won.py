"""Accounts won in drawn years."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from territory.wording import NONZERO

if TYPE_CHECKING:
    from territory.arrays import Floats

__all__ = ["accounts_won"]


def accounts_won(luck: Floats, mean: Floats) -> Floats:
    """Return accounts won, Poisson by inversion: more to win is never fewer won.

    Parameters
    ----------
    luck : (draws, r) float64
        Of each year and rep, uniform in [0, 1).
    mean : (r,) float64
        Accounts that each is expected to win.

    Examples
    --------
    Of one that is expected, none is won in 37 of 100 years, one in as many:

    >>> luck = np.array([[0.36], [0.37], [0.73], [0.74]])
    >>> accounts_won(luck, np.array([1.0])).ravel().tolist()
    [0.0, 1.0, 1.0, 2.0]
    """
    from scipy.special import pdtr, pdtrik

    least = np.maximum(mean, NONZERO)[None, :]
    # The quantile is a whole number: the one found, or the one below where that is enough already.
    above = np.maximum(np.ceil(pdtrik(luck, least)), 0.0)
    below = np.maximum(above - 1.0, 0.0)
    return np.asarray(np.where(pdtr(below, least) >= luck, below, above), dtype=np.float64)
