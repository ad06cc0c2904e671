"""Cells of the reps table that cannot be used, refused by the rep with what is written there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from territory.errors import InputError
from territory.messages import Message, counted, quoted

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import ArrayLike

__all__ = ["refuse_rep_cells"]


def refuse_rep_cells(
    reps: pd.DataFrame, column: str, wrong: ArrayLike, *, file: str, what: str, hint: str
) -> None:
    """Refuse marked cells of a column, if there are any.

    Parameters
    ----------
    reps : DataFrame, n rows
        With ``rep_id`` and the column as it was read.
    column : str
    wrong : (n,) bool
    file : str
        Of the reps table.
    what : str
        What the cells are not, as in "is no number of 0 to 1".
    hint : str
        What to write.

    Raises
    ------
    InputError
        A cell is marked; five are named with their reps.
    """
    at = np.flatnonzero(np.asarray(wrong, dtype=bool))
    if not at.size:
        return
    ids, cells = reps["rep_id"].iloc[at], reps[column].iloc[at]
    raise InputError(
        Message(
            f"{file}: {column} of {counted(at.size, 'rep')} {what}",
            evidence=tuple(
                (str(rep), f"{column} {quoted(str(cell).strip())}")
                for rep, cell in zip(ids, cells, strict=True)
            ),
            hint=hint,
        )
    )
