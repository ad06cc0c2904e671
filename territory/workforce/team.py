"""Who can serve: one row a territory, with its rep, its home and its share of the work."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from territory.audit import Audit, Finding
from territory.errors import InputError
from territory.inputs.findings.rep_cells import telling_lines
from territory.inputs.time.presence import day_notes, is_vacant, open_leaves, presence
from territory.messages import Message, Severity, counted
from territory.workforce.capacity import rep_capacity, reps_file

if TYPE_CHECKING:
    from territory.inputs.findings.rows import Rows
    from territory.inputs.places.places import Places
    from territory.inputs.scenario.scenario import Scenario

__all__ = ["seat_findings", "team_of"]


def team_of(scenario: Scenario, places: Places, *, rows: Rows | None = None) -> pd.DataFrame:
    """Return the territories to fill, in the order of the reps table.

    A seat that is empty all year has no territory; one that is marked as vacant has one, and no
    rep.

    Parameters
    ----------
    scenario : Scenario
    places : Places
    rows : Rows, optional
        File and line of each rep, for messages.

    Returns
    -------
    DataFrame
        ``territory_id, rep_id, rep_name, lon, lat, capacity, capacity_h``: lon and lat are NaN for
        every row where centers are to be located; capacity is in hours a year, or in FTE where
        no rep has hours (only its ratios count); capacity_h is NaN then.

    Raises
    ------
    InputError
        The numbers of reps and territories differ, some reps have homes or hours and others none,
        or two reps name the same territory.
    """
    reps = places.reps
    k = scenario.team.territories
    if reps is None:
        assert k is not None
        return pd.DataFrame(
            {
                "territory_id": _numbered(scenario.team.prefix, k),
                "rep_id": "",
                "rep_name": "",
                "lon": np.nan,
                "lat": np.nan,
                "capacity": 1.0,
                "capacity_h": np.nan,
            }
        )
    if k is not None and k != len(reps):
        raise InputError(
            Message(
                f"{scenario.display}: team.territories is {k}; the reps table has "
                f"{counted(len(reps), 'rep')}",
                hint="take team.territories out (one territory a rep), or leave out inputs.reps",
            )
        )
    named = reps["territory_id"] != ""
    ids = reps["territory_id"].where(
        named, pd.Series(_numbered(scenario.team.prefix, len(reps)), index=reps.index)
    )
    _refuse_double(scenario, reps, ids)
    _refuse_homeless(scenario, reps, rows)
    file = reps_file(scenario)
    with telling_lines(reps, rows):
        hours = rep_capacity(scenario, reps)
        there = presence(reps, scenario.capacity, file=file)["present"]
        nobody = is_vacant(reps, file=file)
    _refuse_some_without_hours(reps, hours, rows)
    capacity = (
        hours.rename("capacity_h") if hours.notna().all() else (reps["fte"] * there).rename("fte")
    )
    filled = there > 0
    if not (capacity[filled] > 0).all() or not filled.any():
        idle = reps.loc[~(capacity > 0)]
        raise InputError(
            Message(
                f"{counted(len(idle), 'rep')} without capacity",
                evidence=tuple(
                    f"{rep}  {capacity.name} {value:g}"
                    for rep, value in zip(idle["rep_id"], capacity[idle.index], strict=True)
                ),
                hint="give every rep an fte or capacity_h above 0, or take the rep out",
            )
        )
    team = pd.DataFrame(
        {
            "territory_id": ids.astype("str"),
            "rep_id": reps["rep_id"].where(~nobody, ""),
            "rep_name": reps["name"].where(~nobody, "vacant"),
            "lon": reps["lon"],
            "lat": reps["lat"],
            "capacity": capacity.astype(float),
            "capacity_h": hours.astype(float),
        }
    )
    return team.loc[filled].reset_index(drop=True)


def seat_findings(scenario: Scenario, places: Places, *, rows: Rows | None = None) -> Audit:
    """Return a line for each seat that is empty all year, vacant, or on leave without an end."""
    reps = places.reps
    if reps is None:
        return Audit()
    file = reps_file(scenario)
    there = presence(reps, scenario.capacity, file=file)["present"].to_numpy(dtype=np.float64)
    vacant = is_vacant(reps, file=file).to_numpy(dtype=np.bool_)
    named = reps["territory_id"].where(reps["territory_id"] != "", "no territory named")
    found: list[Finding] = []

    def tell(at: int, severity: Severity, kind: str, what: str) -> None:
        found.append(
            Finding(
                severity=severity,
                kind=kind,
                table="reps",
                file=rows.file if rows is not None else file,
                line=int(rows.lines[at]) if rows is not None else 0,
                id=str(reps["rep_id"].iloc[at]),
                what=what,
            )
        )

    found += [
        Finding(severity="info", kind="dates", table="reps", file=file, what=note)
        for note in day_notes(reps, file=file)
    ]
    for at, day in enumerate(open_leaves(reps, file=file)):
        if day is not None:
            what = (
                f"leave_from {day} has no leave_to: the leave counts to the end of the seat's "
                "time, and nothing is planned for it from that day on; write leave_to where the "
                "return is known"
            )
            tell(at, "warning", "open_leave", what)
    for at in np.flatnonzero((there <= 0) | vacant).tolist():
        rep, territory = str(reps["rep_id"].iloc[at]), str(named.iloc[at])
        what = (
            f"the seat of {rep} ({territory}) is vacant: its territory is drawn as if it were "
            "filled, nobody is paid for it; `territory cover` says who takes over meanwhile"
            if there[at] > 0
            else f"the seat of {rep} ({territory}) is empty all year: no territory is drawn for "
            "it and its accounts go to the others; to keep it, take the dates out and write yes in "
            "a column vacant"
        )
        tell(at, "warning" if there[at] <= 0 else "info", "empty_seat", what)
    return Audit(found)


def _numbered(prefix: str, k: int) -> list[str]:
    width = max(2, len(str(k)))
    return [f"{prefix}{number:0{width}d}" for number in range(1, k + 1)]


def _refuse_some_without_hours(reps: pd.DataFrame, hours: pd.Series, rows: Rows | None) -> None:
    """Refuse hours for some reps only: goals would follow fte, and the hours given be forgotten."""
    without = hours.isna().to_numpy()
    if without.all() or not without.any():
        return
    evidence = []
    for at in np.flatnonzero(without).tolist():
        place = (f"{rows.file}:{rows.lines[at]}",) if rows is not None else ()
        evidence.append((*place, str(reps["rep_id"].iloc[at]), 'capacity_h ""'))
    raise InputError(
        Message(
            f"{int(without.sum()):,} of {counted(len(reps), 'rep')} without capacity_h, which the "
            "others have",
            evidence=tuple(evidence),
            hint="write hours for all reps or for none; a section [capacity] reckons them from fte",
        )
    )


def _refuse_double(scenario: Scenario, reps: pd.DataFrame, ids: pd.Series) -> None:
    twice = ids[ids.duplicated(keep=False)]
    if len(twice):
        evidence = tuple(
            (str(reps.at[at, "rep_id"]), f'territory "{territory}"')
            for at, territory in twice.items()
        )
        raise InputError(
            Message(
                f"{scenario.display}: {counted(len(twice), 'rep')} share a territory with another",
                evidence=evidence,
                hint="one rep a territory: name another territory_id, or leave it empty",
            )
        )


def _refuse_homeless(scenario: Scenario, reps: pd.DataFrame, rows: Rows | None) -> None:
    """Refuse a team of which some have a home and some have none, vacant seats told apart."""
    homeless = (reps["lon"].isna() | reps["lat"].isna()).to_numpy(dtype=np.bool_)
    if not homeless.any() or homeless.all():
        return
    file = reps_file(scenario)
    seats = is_vacant(reps, file=file).to_numpy(dtype=np.bool_) & homeless
    evidence = []
    for at in np.flatnonzero(homeless).tolist():
        place = (f"{rows.file}:{rows.lines[at]}",) if rows is not None else ()
        territory = str(reps["territory_id"].iloc[at])
        told = (
            f"{'vacant seat' if seats[at] else 'rep'}{f' of {territory}' if territory else ''}",
            'zip "", lon "", lat ""',
        )
        evidence.append((*place, str(reps["rep_id"].iloc[at]), *told))
    people = int((homeless & ~seats).sum())
    who = " and ".join(
        [
            *([counted(people, "rep")] if people else []),
            *([counted(int(seats.sum()), "vacant seat")] if seats.any() else []),
        ]
    )
    hint = "give each a zip or lon and lat; with no home at all, centers are located"
    if seats.any():
        hint = (
            "write for a vacant seat where its next rep is to live: zip (or lon and lat) of a town "
            "in its territory; take its row out where the seat is to go"
            + ("; for reps their home" if people else "")
            + "; with no home at all, centers are located"
        )
    raise InputError(
        Message(
            f"{scenario.display}: {who} of {counted(len(reps), 'row')} of the team have no home",
            evidence=tuple(evidence),
            hint=hint,
        )
    )
