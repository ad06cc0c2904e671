"""The pace of every rep in each quarter of next year: the ramp of those who are new."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from territory.inputs.time.presence import QUARTERS, presence

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from territory.inputs.scenario.workforce import Capacity

    Floats = NDArray[np.float64]

__all__ = ["PACES", "quarter_paces"]

PACES = ("pace_1", "pace_2", "pace_3", "pace_4")
"""Columns of the reps: mean pace in the first to fourth quarter, 0 to 1."""


def quarter_paces(reps: pd.DataFrame, capacity: Capacity, *, file: str = "reps") -> pd.DataFrame:
    """Return each rep's mean pace by quarter; 1 for all who are past the ramp.

    Parameters
    ----------
    reps : DataFrame, r rows
        Perhaps with ``ramp`` (the pace of the whole year, 0 to 1) or ``tenure_y`` (years with the
        company, 0 for one who starts today); empty cells are past the ramp. Dates and days off of
        `presence` lower the pace of their quarters: a quarter on leave has pace 0.
    capacity : Capacity
        The pace grows linearly from ``ramp_start`` to 1 in ``ramp_months``.
    file : str
        Of the reps, for messages about their dates.

    Returns
    -------
    DataFrame
        Columns `PACES`, index of `reps`.

    Examples
    --------
    Half pace on the first day, full pace after six months:

    >>> from territory.inputs.scenario.workforce import Capacity
    >>> quarter_paces(pd.DataFrame({"tenure_y": [0.0]}), Capacity()).iloc[0].tolist()
    [0.625, 0.875, 1.0, 1.0]
    """
    tenure = _numbers(reps, "tenure_y")
    tenure = np.where(np.isfinite(tenure), np.maximum(tenure, 0.0), np.inf)
    given = _numbers(reps, "ramp")
    length = capacity.ramp_months / 12.0
    there = presence(reps, capacity, file=file)
    columns = {}
    for at, name in enumerate(PACES):
        begin = tenure + 0.25 * at
        lost = np.zeros(len(reps))
        if length > 0:
            before = np.clip(length - begin, 0.0, length)
            after = np.clip(length - begin - 0.25, 0.0, length)
            lost = (1.0 - capacity.ramp_start) * (before**2 - after**2) / (2.0 * length * 0.25)
        pace = np.where(np.isfinite(given), np.clip(given, 0.0, 1.0), 1.0 - lost)
        columns[name] = pace * there[QUARTERS[at]].to_numpy(dtype=np.float64)
    return pd.DataFrame(columns, index=reps.index)


def _numbers(reps: pd.DataFrame, column: str) -> Floats:
    if column not in reps:
        return np.full(len(reps), np.nan)
    return pd.to_numeric(reps[column], errors="coerce").to_numpy(dtype=np.float64)
