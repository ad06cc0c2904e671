"""Cells of the reps table that cannot be used, refused by the rep with what is written there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from territory.errors import InputError
from territory.messages import Message, counted, quoted

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import ArrayLike

    from territory.inputs.findings.rows import Rows

__all__ = ["refuse_rep_cells", "telling_lines"]


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


@contextmanager
def telling_lines(reps: pd.DataFrame, rows: Rows | None) -> Iterator[None]:
    """Put file and line before each rep that a refusal raised within names as evidence.

    What judges reps' cells has the table but not where it was read from. ``rows``: of the reps
    table, row by row; None: nothing is added.
    """
    try:
        yield
    except InputError as error:
        if rows is None:
            raise
        at = dict(zip(reps["rep_id"].astype("str"), rows.lines, strict=True))

        def placed(line: str | tuple[str, ...]) -> str | tuple[str, ...]:
            if isinstance(line, str) or line[0] not in at:
                return line
            return (f"{rows.file}:{at[line[0]]}", *line)

        told = [replace(one, evidence=tuple(map(placed, one.evidence))) for one in error.messages]
        raise InputError(*told) from error
