"""The pace of every rep in each quarter of next year: the ramp of those who are new."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from territory.inputs.time.presence import QUARTERS, presence
from territory.inputs.time.ramp import mean_pace

if TYPE_CHECKING:
    from territory.inputs.scenario.workforce import Capacity

__all__ = ["PACES", "quarter_paces"]

PACES = ("pace_1", "pace_2", "pace_3", "pace_4")
"""Columns of the reps: mean pace in the first to fourth quarter, 0 to 1."""


def quarter_paces(reps: pd.DataFrame, capacity: Capacity, *, file: str = "reps") -> pd.DataFrame:
    """Return each rep's mean pace by quarter; 1 for all who are past the ramp.

    Parameters
    ----------
    reps : DataFrame, r rows
        Perhaps with the columns of `mean_pace`, and the dates and days off of `presence`, which
        lower the pace of their quarters: a quarter on leave has pace 0.
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
    >>> new = pd.DataFrame({"rep_id": ["R1"], "tenure_y": [0.0]})
    >>> quarter_paces(new, Capacity()).iloc[0].tolist()
    [0.625, 0.875, 1.0, 1.0]
    """
    there = presence(reps, capacity, file=file)
    pace = mean_pace(reps, capacity, file=file)
    columns = {
        name: pace[f"quarter_{at}"] * there[QUARTERS[at - 1]] for at, name in enumerate(PACES, 1)
    }
    return pd.DataFrame(columns, index=reps.index)
