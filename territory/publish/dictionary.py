"""The data dictionary: every column of every file that is read or written, in one table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from territory.currency import in_words
from territory.dictionary.accounts import ACCOUNT
from territory.dictionary.change_files import CHANGE_FILES
from territory.dictionary.field import Field
from territory.dictionary.further_files import FURTHER_INPUTS, FURTHER_REPS, MONITOR_FILES
from territory.dictionary.judged_files import JUDGED_FILES
from territory.dictionary.load_files import LOAD_FILES
from territory.dictionary.money_files import MONEY_FILES
from territory.dictionary.plan_files import PLAN_FILES
from territory.dictionary.rollout_files import ROLLOUT_FILES
from territory.errors import InputError
from territory.inputs.headers.columns import FACT_TABLES, TABLES, Column
from territory.messages import Message, closest, quoted

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["data_dictionary", "text_columns", "truth_columns"]

_UNITS: Mapping[str, str] = {"_h": "h a year", "_usd": "USD", "_min": "min", "_y": "years"}
_TYPES: Mapping[str, str] = {
    "id": "text",
    "number": "number, 0 or more",
    "positive": "number above 0",
    "signed": "number",
    "lon": "number",
    "lat": "number",
    "zip": "text of five digits",
    "fips": "text of five digits",
    "ccn": "text of six characters",
    "npi": "text of ten digits",
    "period": "month, quarter or year",
    "truth": "true or false",
}


def data_dictionary(file: str | None = None) -> pd.DataFrame:
    """Return what every column means.

    Parameters
    ----------
    file : str, optional
        One file, as ``accounts.csv``, or a table of ``[inputs]``, as ``accounts``; else all.

    Returns
    -------
    DataFrame
        ``file, use`` (input or output), ``column, type, unit, meaning, formula, source``. Braces
        stand for names that the scenario gives: ``{measure}_goal`` is ``workload_h_goal``.

    Raises
    ------
    InputError
        There is no such file; the message names those that there are.
    """
    import pandas as pd

    rows = [
        (name, use, each.name, _TYPES.get(each.kind, "text"), each.unit, each.sentence,
         each.formula, each.source)
        for name, use, fields in _files()
        for each in fields
    ]  # fmt: skip
    columns = ["file", "use", "column", "type", "unit", "meaning", "formula", "source"]
    frame = pd.DataFrame(rows, columns=columns)
    for words in ("unit", "meaning", "formula"):
        frame[words] = frame[words].map(in_words)
    if file is None:
        return frame
    known = list(dict.fromkeys(frame["file"]))
    found = frame[frame["file"].eq(file) | frame["file"].str.endswith(f"/{file}")]
    if found.empty:
        close = closest(file, known)
        hint = f"did you mean {quoted(close[0])}? " if close else ""
        raise InputError(
            Message(
                f"{quoted(file)} is no file that is read or written",
                hint=f"{hint}use one of {', '.join(known)}",
            )
        )
    return found.reset_index(drop=True)


def text_columns(file: str) -> frozenset[str]:
    """Return the columns of a plan's table that are text even where they look like numbers."""
    return frozenset(field.name for field in _of_plan(file) if not field.is_number)


def truth_columns(file: str) -> frozenset[str]:
    """Return the columns of a plan's table that are true or false."""
    return frozenset(field.name for field in _of_plan(file) if field.kind == "truth")


def _of_plan(file: str) -> tuple[Field, ...]:
    return ACCOUNT if file == "accounts.csv" else PLAN_FILES[file]


def _files() -> Iterator[tuple[str, str, tuple[Field, ...]]]:
    for table, columns in {**TABLES, **FACT_TABLES}.items():
        source = f"the user's table: inputs.{table}" if table in TABLES else f"monitor --{table}"
        described = {field.name: field for field in ACCOUNT if field.read}
        if table == "accounts":
            yield table, "input", tuple(described.values())
            continue
        further = FURTHER_REPS if table == "reps" else ()
        yield table, "input", (*(_given(column, source) for column in columns), *further)
    for name, fields in FURTHER_INPUTS.items():
        yield name, "input", fields
    yield "accounts.csv", "output", ACCOUNT
    rooms = (PLAN_FILES, JUDGED_FILES, CHANGE_FILES, MONEY_FILES, ROLLOUT_FILES, LOAD_FILES,
             MONITOR_FILES)  # fmt: skip
    for files in rooms:
        for name, fields in files.items():
            yield name, "output", fields


def _given(column: Column, source: str) -> Field:
    unit = next((unit for end, unit in _UNITS.items() if column.name.endswith(end)), "")
    unit = "degrees" if column.kind in {"lon", "lat"} else unit
    required = " (required)" if column.required else ""
    return Field(
        name=column.name,
        kind=column.kind,
        unit=unit,
        source=source,
        sentence=f"{column.description}{required}",
    )
