"""Sheets of one workbook as one table, each with the period that its name says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from territory.inputs.sources.names import plain_name
from territory.inputs.sources.open import open_table
from territory.inputs.sources.raw import Note, Options, RawTable, SourceError
from territory.inputs.time.named import period_of, periods_header, without_period
from territory.messages import counted, quoted

__all__ = ["alike", "continued_sheets", "stacked_sheets"]


def alike(parts: Sequence[RawTable]) -> bool:
    """Return whether tables have the same headers, whatever their order.

    Years and periods in headers differ from sheet to sheet and do not count.
    """
    named = [
        frozenset(plain_name(without_period(str(name))) for name in part.frame) for part in parts
    ]
    return len(set(named)) == 1 and min(len(part.frame.columns) for part in parts) > 1


def stacked_sheets(path: Path, names: Sequence[str], options: Options) -> RawTable:
    """Read sheets one under the other, with a column of periods where their names are some.

    Parameters
    ----------
    path : Path
    names : sequence of str
        At least one.
    options : Options
        ``sheet`` does not count.

    Raises
    ------
    SourceError
        A sheet cannot be read, or has other headers than the first.
    """
    parts = [open_table(path, replace(options, sheet=name)) for name in names]
    if len(parts) == 1:
        return parts[0]
    for name, part in zip(names[1:], parts[1:], strict=True):
        if not alike([parts[0], part]):
            own, first = ({str(it) for it in each.frame} for each in (part, parts[0]))
            differing = ", ".join(map(quoted, sorted(own ^ first)[:6]))
            raise SourceError(
                f"sheets {quoted(names[0])} and {quoted(name)} have different headers: {differing}",
                hint="name sheets of one kind in sheet = […], or one of them",
            )
    periods = [period_of(name) for name in names]
    return _stacked(names, parts, periods if all(periods) else [])


def continued_sheets(
    path: Path, options: Options, keys: Sequence[frozenset[str]]
) -> RawTable | None:
    """Read the sheets of a workbook that go on with one table, as one for each quarter does.

    They do where all sheets that look like the table have the same headers and no key stands in two
    of them: sheets that repeat rows (a total of all, another view) could count them twice.

    Parameters
    ----------
    path : Path
    options : Options
        ``known`` are the headers of the table.
    keys : sequence of frozenset of str
        Plain names of the columns that tell rows apart, each with all that mean the same.

    Returns
    -------
    RawTable or None
        None where one sheet alone is to be read.
    """
    from territory.inputs.sources.excel import sheets_of

    try:
        names = sheets_of(path, options.known)
        parts = [open_table(path, replace(options, sheet=name)) for name in names]
    except SourceError:
        return None
    if len(parts) < 2 or not alike(parts):
        return None
    periods = [period_of(name) for name in names]
    named = len(set(periods)) == len(periods) and all(periods)
    seen: set[tuple[str, ...]] = set()
    complete = True
    for part in parts:
        plain = {plain_name(str(header)): str(header) for header in part.frame.columns}
        columns = [next((plain[it] for it in key if it in plain), None) for key in keys]
        told = [header for header in columns if header is not None]
        complete &= len(told) == len(keys)
        if not told or not (complete or named):
            return None
        # Where a sheet's name is the period of its rows, the same accounts stand in all of them.
        own = set(part.frame[told].itertuples(index=False, name=None))
        if complete and seen & own:
            return None
        seen |= own
    return _stacked(names, parts, [] if complete else periods)


def _stacked(names: Sequence[str], parts: Sequence[RawTable], periods: Sequence[str]) -> RawTable:
    import pandas as pd

    spelled: dict[str, str] = {}
    for part in parts:
        for header in map(str, part.frame.columns):
            spelled.setdefault(plain_name(header), header)
    frames = [part.frame.rename(columns=lambda it: spelled[plain_name(str(it))]) for part in parts]
    notes: list[Note] = []
    listed = ", ".join(map(quoted, names))
    what = f"sheets {listed} were read one under the other; line numbers are those of each sheet"
    header = periods_header(periods)
    if periods and plain_name(header) not in spelled:
        frames = [
            frame.assign(**{header: period}) for frame, period in zip(frames, periods, strict=True)
        ]
        what += f", and their names are the periods of {counted(len(periods), 'sheet')}"
    notes.append(("info", "sheet", 0, what, ""))
    frame = pd.concat(frames, ignore_index=True).fillna("").astype("str")
    for name, part in zip(names, parts, strict=True):
        notes += [
            (severity, kind, line, f"sheet {quoted(name)}: {said}", hint)
            for severity, kind, line, said, hint in part.notes
        ]
    return replace(
        parts[0],
        frame=frame,
        lines=np.concatenate([part.lines for part in parts]),
        notes=tuple(notes),
        stored_as_number=_masks([part.stored_as_number for part in parts], parts, spelled),
        stored_as_date=_masks([part.stored_as_date for part in parts], parts, spelled),
    )


def _masks(
    masks: Sequence[Mapping[str, NDArray[np.bool_]]],
    parts: Sequence[RawTable],
    spelled: Mapping[str, str],
) -> dict[str, NDArray[np.bool_]]:
    """Return which cells of each header are stored so, over all sheets."""
    wanted = {spelled[plain_name(header)] for mask in masks for header in mask}
    own = [{spelled[plain_name(header)]: it for header, it in mask.items()} for mask in masks]
    return {
        header: np.concatenate([
            mask.get(header, np.zeros(len(part.lines), dtype=bool))
            for mask, part in zip(own, parts, strict=True)
        ])
        for header in wanted
    }  # fmt: skip
