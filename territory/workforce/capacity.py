"""Hours a year that a rep has for accounts and the way to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from territory.errors import InputError
from territory.inputs.scenario.workforce import Capacity
from territory.inputs.time.presence import presence
from territory.messages import Message, counted, quoted

if TYPE_CHECKING:
    from territory.inputs.scenario.scenario import Scenario

__all__ = ["full_time_h", "ramp_share", "rep_capacity", "selling_share", "working_weeks"]


def full_time_h(capacity: Capacity) -> float:
    """Return the hours a year of a full-time rep who knows the work.

    Examples
    --------
    220 days of 8 hours, a tenth of them for meetings and office work:

    >>> full_time_h(Capacity())
    1584.0
    """
    return capacity.working_days * capacity.hours * (1.0 - capacity.admin_share)


def selling_share(
    service_h: float, admin_h: float, workload_h: float, office_share: float
) -> float:
    """Return the share of all working hours that is spent at accounts: the one definition.

    Parameters
    ----------
    service_h, admin_h, workload_h : float
        Hours a year of the plan: at accounts with their records, of these records, and with travel.
    office_share : float, 0 to 1
        Share of the working hours for meetings, training and office work ([capacity] admin_share).

    Returns
    -------
    float
        0 to 1; NaN without any work. Field forces are said to reach as little as 0.35.

    Examples
    --------
    Of 1,584 h of work a tenth of all hours stands beside; 300 h of travel and 84 h of records
    leave 1,200 h of 1,760:

    >>> round(selling_share(1284.0, 84.0, 1584.0, 0.1), 4)
    0.6818
    """
    if not workload_h > 0:
        return float("nan")
    return (service_h - admin_h) / (workload_h / (1.0 - office_share))


def working_weeks(capacity: Capacity) -> int:
    """Return the working weeks of a year, five days each, at least 1."""
    return max(1, round(capacity.working_days / 5.0))


def ramp_share(tenure_y: NDArray[np.float64], capacity: Capacity) -> NDArray[np.float64]:
    """Return the pace of reps over the coming year, 1 for those past the ramp.

    Parameters
    ----------
    tenure_y : float64 array, shape (k,)
        Years with the company, 0 for one who starts today; NaN counts as past the ramp.
    capacity : Capacity
        The pace grows linearly from ``ramp_start`` to 1 in ``ramp_months``.

    Returns
    -------
    float64 array, shape (k,), ``ramp_start`` to 1
        Mean over the next twelve months.

    Examples
    --------
    One who starts today at half pace and needs six months works at 7/8 of the pace in that year:

    >>> ramp_share(np.array([0.0, 5.0]), Capacity()).tolist()
    [0.875, 1.0]
    """
    length = capacity.ramp_months / 12.0
    tenure = np.where(np.isnan(tenure_y), np.inf, np.maximum(tenure_y, 0.0))
    if length <= 0:
        return np.ones(len(tenure))
    # The area between full pace and the ramp, over the year ahead.
    before = np.clip(length - tenure, 0.0, length)
    after = np.clip(length - tenure - 1.0, 0.0, length)
    lost = (1.0 - capacity.ramp_start) * (before**2 - after**2) / (2.0 * length)
    return np.asarray(1.0 - lost)


def rep_capacity(scenario: Scenario, reps: pd.DataFrame) -> pd.Series:
    """Return the hours a year of each rep: ``capacity_h`` where given, else by [capacity].

    Parameters
    ----------
    scenario : Scenario
        With a section ``capacity``; without one, missing hours stay missing.
    reps : DataFrame
        With ``rep_id, fte, capacity_h`` and, if known, ``tenure_y`` (years) or ``ramp`` (the
        rep's pace this year, 0 to 1, before any ramp reckoned from the tenure); with the dates and
        days off of `presence`, by whose share of the year all hours are multiplied.

    Returns
    -------
    Series
        Hours a year, index of `reps`; NaN where neither is given.

    Raises
    ------
    InputError
        A tenure or ramp is no number of its range; reps and values are named.
    """
    source = scenario.inputs.reps
    file = source.file if source is not None and source.file else scenario.display
    share = presence(reps, scenario.capacity, file=file)["present"]
    given = (reps["capacity_h"].astype(float) * share).round(4)
    capacity = scenario.capacity
    if capacity is None:
        return given
    tenure = _numbers(scenario, reps, "tenure_y", most=np.inf)
    ramp = _numbers(scenario, reps, "ramp", most=1.0)
    pace = np.where(np.isnan(ramp), ramp_share(tenure, capacity), ramp)
    hours = full_time_h(capacity) * reps["fte"].to_numpy(dtype=np.float64) * pace
    hours = hours * share.to_numpy(dtype=np.float64)
    return given.where(given.notna(), pd.Series(hours, index=reps.index).round(4))


def _numbers(
    scenario: Scenario, reps: pd.DataFrame, column: str, *, most: float
) -> NDArray[np.float64]:
    if column not in reps:
        return np.full(len(reps), np.nan)
    text = reps[column].astype("str").str.strip()
    value = pd.to_numeric(reps[column], errors="coerce").to_numpy(dtype=np.float64)
    written = reps[column].notna().to_numpy() & (text != "").to_numpy()
    wrong = written & ~((value >= 0) & (value <= most))
    if wrong.any():
        source = scenario.inputs.reps
        file = source.file if source is not None and source.file else scenario.display
        wanted = "0 or more" if np.isinf(most) else f"0 to {most:g}"
        raise InputError(
            Message(
                f"{file}: {column} of {counted(int(wrong.sum()), 'rep')} is no number of {wanted}",
                evidence=tuple(
                    (str(reps["rep_id"].iloc[at]), f"{column} {quoted(text.iloc[at])}")
                    for at in np.flatnonzero(wrong).tolist()
                ),
                hint=f"write years as in 0.5 in {column}, or leave it empty"
                if column == "tenure_y"
                else f"write a share from 0 to 1 in {column}, or leave it empty",
            )
        )
    return value
