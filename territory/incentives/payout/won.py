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

    Notes
    -----
    Whole numbers up to ten deviations above the mean are summed: without scipy, whose functions
    take a quarter of a second to load, as long as the ledger of one move.

    Examples
    --------
    Of one that is expected, none is won in 37 of 100 years, one in as many:

    >>> luck = np.array([[0.36], [0.37], [0.73], [0.74]])
    >>> accounts_won(luck, np.array([1.0])).ravel().tolist()
    [0.0, 1.0, 1.0, 2.0]
    """
    won = np.empty(np.shape(luck))
    for rep, each in enumerate(np.maximum(mean, NONZERO).tolist()):
        # How sure it is that so many are won at most, as far as a drawn year can tell.
        many = np.arange(1.0, np.ceil(each + 10.0 * np.sqrt(each)) + 40.0)
        surely = np.cumsum(np.exp(np.concatenate([[-each], np.cumsum(np.log(each / many)) - each])))
        won[:, rep] = np.minimum(np.searchsorted(surely, luck[:, rep]), many.size)
    return won
