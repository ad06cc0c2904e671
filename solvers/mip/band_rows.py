"""Rows of a travelled measure's bands, which are shares of the plan's own total.

The total is a variable, so that each band row stays as sparse as the others.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from solvers.arrays import Floats, Ints, Longs
from solvers.mip.model import Rows

__all__ = ["add_share_rows", "add_total_row", "heaviest"]


def heaviest(item: Ints, load: Floats) -> float:
    """Return the sum over the items of the heaviest load that any of their pairs brings.

    Parameters
    ----------
    item : int32, shape (p,)
        Item of each pair.
    load : float64, shape (p,), 0 and up
    """
    top = np.zeros(int(item.max(initial=-1)) + 1)
    np.maximum.at(top, item, load)
    return float(top.sum())


def add_total_row(rows: Rows, load: Floats, whole: float, total: int) -> None:
    """Tie the total to the pairs: ``Σ load x / whole = total``.

    Kept in shares of all goals, so that every coefficient is near 1.

    Parameters
    ----------
    rows : Rows
    load : float64, shape (p,)
        Of each pair; the pairs are the first p variables.
    whole : float, above 0
        All goals, in the unit of the loads.
    total : int
        Variable.
    """
    pairs = np.arange(load.size)
    rows.add(np.append(pairs, total), np.append(load / whole, -1.0), 0.0, 0.0)


def add_share_rows(
    rows: Rows,
    row: NDArray[np.integer],
    load: Floats,
    share: Floats,
    *,
    total: int,
    side: Literal["lower", "upper"],
    off: tuple[Longs, float] | None = None,
) -> None:
    """Hold the loads of r territories or centers on one side of their share of the total.

    Parameters
    ----------
    rows : Rows
    row : int array, shape (p,), 0 to r - 1
        Row of each pair.
    load : float64, shape (p,)
    share : float64, shape (r,)
        ``Σ load x`` against ``share · total``.
    total : int
        Variable.
    side : {"lower", "upper"}
    off : (int64 array of shape (r,), float), optional
        Variables, and by how much a row is let off where its variable is 0.
    """
    size = share.size
    every = np.arange(size)
    at, column, value = [row, every], [np.arange(load.size), np.full(size, total)], [load, -share]
    slack = 0.0
    if off is not None:
        variables, amount = off
        slack = amount if side == "upper" else -amount
        at, column = [*at, every], [*column, variables]
        value = [*value, np.full(size, slack)]
    edge = np.full(size, slack)
    open_end = np.full(size, np.inf)
    rows.block(
        np.concatenate(at),
        np.concatenate(column),
        np.concatenate(value),
        -open_end if side == "upper" else edge,
        edge if side == "upper" else open_end,
    )
