"""The tables of a saved plan: read back with types, and held against each other.

A plan folder is a handful of files that people open, sort and save again. What no longer fits
together is named with its file, its row and its value, before anything is reckoned with it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from territory.errors import InputError
from territory.inputs.cells import plain_cell
from territory.inputs.flags import is_no, is_yes
from territory.messages import Message, counted, quoted

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["check_together", "read_saved"]

_NEEDED: Mapping[str, tuple[str, ...]] = {
    "alignment": ("unit_id", "territory_id"),
    "accounts": (
        *("account_id", "name", "unit_id", "territory_id", "rep_id", "lon", "lat", "service_h"),
        *("travel_h", "workload_h", "potential_usd", "revenue_usd"),
    ),
    "territories": ("territory_id", "rep_id", "n_units", "n_accounts"),
    "adjacency": ("unit_a", "unit_b", "border_km"),
}
_KEYS = {"alignment": "unit_id", "accounts": "account_id", "territories": "territory_id"}
_AGAIN = "take the file from a backup, or run the scenario again"


def read_saved(path: Path, *, measures: Collection[str]) -> pd.DataFrame:
    """Read a table back: numbers as the dictionary says, the user's own columns as text.

    Raises
    ------
    InputError
        It is no table, lacks a column, has a text where a number stands, or repeats an id.
    """
    import pandas as pd

    from territory.dictionary.accounts import standard
    from territory.publish.dictionary import text_columns, truth_columns

    try:
        header = pd.read_csv(path, nrows=0).columns
        _refuse_lacking(path, [plain_cell(name) for name in header], measures)
        text = set(text_columns(path.name))
        if path.name == "accounts.csv":
            text |= {name for name in header if standard(name) is None and name not in measures}
        types = {name: "str" for name in header if name in text}
        frame = pd.read_csv(path, dtype=types, keep_default_na=False, na_values={})
    except InputError:
        raise
    except (ValueError, OSError, OverflowError) as error:
        said = (str(error).splitlines() or [type(error).__name__])[0][:160]
        raise InputError(
            Message(f"{path} cannot be read as a table: {said}", hint=_AGAIN)
        ) from None
    truths = truth_columns(path.name)
    for column in header:
        if column in truths:
            frame[column] = _truths(frame[column], path)
        elif column in text:
            frame[column] = _plain(frame[column])
        elif frame[column].dtype == object or str(frame[column].dtype) == "str":
            frame[column] = _numbers(frame[column], path)
    frame.columns = pd.Index([plain_cell(column) for column in frame.columns])
    key = _KEYS.get(path.stem)
    again = frame.loc[frame[key].duplicated(), key].tolist() if key is not None else []
    if again:
        fact = f"{path}: {key} {quoted(str(again[0]))} stands there twice"
        raise InputError(Message(fact, hint=_AGAIN))
    return frame


def _refuse_lacking(path: Path, header: Sequence[str], measures: Collection[str]) -> None:
    needed = _NEEDED.get(path.stem, ())
    if path.stem == "territories":
        needed = (*needed, *(f"{name}{end}" for name in measures for end in ("", "_goal")))
    lacking = [name for name in needed if name not in header]
    if lacking:
        raise InputError(Message(f"{path} has no column {', '.join(lacking)}", hint=_AGAIN))


def _numbers(column: pd.Series, path: Path) -> pd.Series:
    """Return a column as numbers, "" as not known; name a cell that is none."""
    import pandas as pd

    values = pd.to_numeric(column.replace("", float("nan")), errors="coerce")
    wrong = np.flatnonzero(values.isna() & (column.astype("str").str.strip() != ""))
    if len(wrong):
        at = int(wrong[0])
        raise InputError(
            Message(
                f"{path}:{at + 2}: {column.name} is {quoted(str(column.iloc[at]))}, no number",
                hint=_AGAIN,
            )
        )
    return values


def _truths(column: pd.Series[str], path: Path) -> pd.Series[bool]:
    """Return a column of true and false, as files and spreadsheets write them; name another."""
    values = is_yes(column)
    wrong = np.flatnonzero(~values & ~is_no(column))
    if len(wrong):
        at = int(wrong[0])
        said = f"{path}:{at + 2}: {column.name} is {quoted(str(column.iloc[at]))}"
        raise InputError(Message(f"{said}; expected true or false", hint=_AGAIN))
    return values


def _plain(column: pd.Series[str]) -> pd.Series[str]:
    """Return a text column without the guards of cells; only those that may have one are read."""
    column = column.astype("str")
    guarded = column.str.startswith("'")
    return column.where(~guarded, column[guarded].map(plain_cell)) if guarded.any() else column


def check_together(
    place: Path, tables: Mapping[str, pd.DataFrame], units: Sequence[str], measures: Sequence[str]
) -> None:
    """Refuse tables that speak of units and territories that the others do not have.

    Parameters
    ----------
    place : Path
        The plan folder.
    tables : mapping of str to DataFrame
        alignment, accounts, territories, adjacency.
    units : sequence of str
        Of the geography.
    measures : sequence of str

    Raises
    ------
    InputError
        Each kind of contradiction with file, row and value.
    """
    territories, places = set(tables["territories"]["territory_id"]), set(units)
    checks = [
        *(("alignment", "unit_id", places, "territories.gpkg"),),
        *(("alignment", "territory_id", territories, "territories.csv"),),
        *(("accounts", "unit_id", places, "territories.gpkg"),),
        *(("accounts", "territory_id", territories, "territories.csv"),),
        *(("adjacency", "unit_a", places, "territories.gpkg"),),
        *(("adjacency", "unit_b", places, "territories.gpkg"),),
    ]
    found: list[str] = []
    for table, column, known, where in checks:
        cells = tables[table][column].astype("str").tolist()
        strange = [at for at, cell in enumerate(cells) if cell not in known and cell != ""]
        if strange:
            at = strange[0]
            more = f", and {len(strange) - 1:,} more" if len(strange) > 1 else ""
            cell = quoted(cells[at])
            found.append(f"{table}.csv:{at + 2}: {column} {cell} is not in {where}{more}")
    empty = np.flatnonzero((tables["alignment"]["territory_id"] == "").to_numpy(dtype=bool))
    if len(empty):
        found.append(f"alignment.csv:{int(empty[0]) + 2}: territory_id is empty")
    aligned = set(tables["alignment"]["unit_id"])
    absent = [unit for unit in units if unit not in aligned]
    if absent:
        found.append(
            f"alignment.csv has no row for {counted(len(absent), 'unit')}: {quoted(absent[0])}"
        )
    found += _other_counts(tables["accounts"], tables["territories"])
    for name in measures:
        for column in (name, f"{name}_goal"):
            gone = np.flatnonzero(~np.isfinite(tables["territories"][column].to_numpy(dtype=float)))
            if len(gone):
                found.append(f"territories.csv:{int(gone[0]) + 2}: {column} is no number")
    if found:
        raise InputError(
            Message(
                f"the files of {place} contradict each other", evidence=tuple(found), hint=_AGAIN
            )
        )


def _other_counts(accounts: pd.DataFrame, territories: pd.DataFrame) -> list[str]:
    """Return a sentence where a territory does not have as many accounts as it says."""
    count = accounts["territory_id"].value_counts()
    said = territories.set_index("territory_id")["n_accounts"]
    found = count.reindex(said.index).fillna(0)
    wrong = said[said != found]
    if not len(wrong):
        return []
    first, n = str(wrong.index[0]), counted(len(said), "territory", "territories")
    here = counted(int(found[first]), "account")
    return [
        f"accounts.csv has {here} of {quoted(first)}, territories.csv says {said[first]:g}; "
        f"{len(wrong):,} of {n} differ"
    ]
