"""Hours a year that a rep has for accounts and the way to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from territory.inputs.findings.rep_cells import refuse_rep_cells
from territory.inputs.scenario.workforce import Capacity
from territory.inputs.time.presence import presence
from territory.inputs.time.ramp import mean_pace

if TYPE_CHECKING:
    from territory.inputs.scenario.scenario import Scenario

__all__ = ["full_time_h", "rep_capacity", "reps_file", "selling_share", "working_weeks"]


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


def reps_file(scenario: Scenario) -> str:
    """Return the reps table's file as messages name it; the scenario's where there is none."""
    source = scenario.inputs.reps
    return source.file if source is not None and source.file else scenario.display


def rep_capacity(scenario: Scenario, reps: pd.DataFrame) -> pd.Series:
    """Return the hours a year of each rep: ``capacity_h`` where given, else by [capacity].

    Parameters
    ----------
    scenario : Scenario
        With a section ``capacity``; without one, missing hours stay missing.
    reps : DataFrame
        With ``rep_id, fte, capacity_h`` and, if known, the ramp of `mean_pace`; with the dates and
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
    file = reps_file(scenario)
    share = presence(reps, scenario.capacity, file=file)["present"]
    given = (reps["capacity_h"].astype(float) * share).round(4)
    capacity = scenario.capacity
    if capacity is None:
        return given
    _refuse_wrong(file, reps, "tenure_y", most=np.inf)
    _refuse_wrong(file, reps, "ramp", most=1.0)
    pace = mean_pace(reps, capacity, file=file)["year"].to_numpy(dtype=np.float64)
    hours = full_time_h(capacity) * reps["fte"].to_numpy(dtype=np.float64) * pace
    hours = hours * share.to_numpy(dtype=np.float64)
    return given.where(given.notna(), pd.Series(hours, index=reps.index).round(4))


def _refuse_wrong(file: str, reps: pd.DataFrame, column: str, *, most: float) -> None:
    """Refuse cells of a column that are no number of 0 to most."""
    if column not in reps:
        return
    text = reps[column].astype("str").str.strip()
    value = pd.to_numeric(reps[column], errors="coerce").to_numpy(dtype=np.float64)
    written = reps[column].notna().to_numpy() & (text != "").to_numpy()
    wrong = written & ~((value >= 0) & (value <= most))
    meant = "years as in 0.5" if column == "tenure_y" else "a share from 0 to 1"
    refuse_rep_cells(
        reps, column, wrong, file=file,
        what=f"is no number of {'0 or more' if np.isinf(most) else f'0 to {most:g}'}",
        hint=f"write {meant} in {column}, or leave it empty",
    )  # fmt: skip
