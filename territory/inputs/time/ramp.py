"""The pace of new reps: a linear ramp from the day on which they begin."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from territory.arrays import Floats
from territory.inputs.time.presence import days_of, year_edges

if TYPE_CHECKING:
    from datetime import date

    from territory.inputs.scenario.workforce import Capacity

__all__ = ["PACES", "mean_pace"]

PACES = ("year", "quarter_1", "quarter_2", "quarter_3", "quarter_4")


def mean_pace(reps: pd.DataFrame, capacity: Capacity, *, file: str) -> pd.DataFrame:
    """Return each rep's mean pace over the part of the year, and of its quarters, in the seat.

    Parameters
    ----------
    reps : DataFrame
        The ramp begins ``tenure_y`` years before the planned year where that is given (0: with
        it), else on the day ``ramp_from``, else on the day ``start``; a rep without any of them,
        and any day before ``ramp_from``, has full pace. ``ramp`` (0 to 1), where given, is the pace
        of the whole year.
    capacity : Capacity
        The pace grows linearly from ``ramp_start`` to 1 in ``ramp_months``.
    file : str
        Of the reps table, for messages about their dates.

    Returns
    -------
    DataFrame
        Columns `PACES`, ``ramp_start`` to 1, index of `reps`; 1 where the rep is never there.

    Examples
    --------
    Half pace on the first day, full pace after six months; means are over the days in the seat:

    >>> from territory.inputs.scenario.workforce import Capacity
    >>> new = pd.DataFrame({"rep_id": ["R1", "R2"], "tenure_y": [0.0, np.nan],
    ...                     "start": ["", "2027-02-01"]})
    >>> mean_pace(new, Capacity(year_from="2027-01-01"), file="reps.csv").round(3).values.tolist()
    [[0.875, 0.623, 0.871, 1.0, 1.0], [0.863, 0.581, 0.786, 0.984, 1.0]]
    """
    dates = {name: days_of(reps, name, file) for name in ("start", "end", "ramp_from")}
    edges, first = year_edges(reps, capacity, file)
    begin = _begin(reps, dates, first)
    length = capacity.ramp_months / 12.0
    given = _numbers(reps, "ramp")
    seat_from = _offsets(dates["start"], first, -np.inf)
    seat_to = _offsets(dates["end"], first, np.inf, days_more=1)
    spans = [(edges[0], edges[-1]), *pairwise(edges)]
    out = {}
    for name, (low, high) in zip(PACES, spans, strict=True):
        left, right = np.maximum(seat_from, low), np.minimum(seat_to, high)
        there = np.maximum(right - left, 0.0)
        lost = np.zeros(len(reps))
        if length > 0:
            before = np.clip(length - (np.maximum(left, begin) - begin), 0.0, length)
            after = np.clip(length - (np.maximum(right, begin) - begin), 0.0, length)
            lost = (1.0 - capacity.ramp_start) * (before**2 - after**2) / (2.0 * length)
        mean = 1.0 - np.divide(lost, there, out=np.zeros(len(reps)), where=there > 0)
        out[name] = np.where(np.isfinite(given), np.clip(given, 0.0, 1.0), mean)
    return pd.DataFrame(out, index=reps.index)


def _begin(reps: pd.DataFrame, dates: dict[str, list[date | None]], first: date | None) -> Floats:
    """Return when each ramp begins, in years after the year's first day; far back without one."""
    started = _offsets(dates["start"], first, -1e6)
    own = _offsets(dates["ramp_from"], first, np.nan)
    begin = np.where(np.isfinite(own), own, started)
    tenure = _numbers(reps, "tenure_y")
    return np.where(np.isfinite(tenure), -np.maximum(tenure, 0.0), begin)


def _offsets(
    days: list[date | None], first: date | None, missing: float, *, days_more: int = 0
) -> Floats:
    out = np.full(len(days), missing)
    for at, day in enumerate(days):
        if day is not None and first is not None:
            out[at] = ((day - first).days + days_more) / 365.0
    return out


def _numbers(reps: pd.DataFrame, column: str) -> Floats:
    if column not in reps:
        return np.full(len(reps), np.nan)
    return pd.to_numeric(reps[column], errors="coerce").to_numpy(dtype=np.float64)
