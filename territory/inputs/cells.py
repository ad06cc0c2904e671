r"""Write tables that a spreadsheet opens without running anything, and that read back unchanged.

A text cell that begins with ``=``, ``+``, ``-``, ``@`` (of either width), tab or a line end gets
an apostrophe in front, so that a spreadsheet shows it instead of computing it. A cell that already
has apostrophes before such a character, or before digits alone, gets one more: taking one away
always gives the original.
"""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from territory.whole import whole_file

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["plain_cell", "safe_cell", "without_guards", "write_table"]

# Spreadsheets run full-width signs too, and some skip blank lines before a formula.
_DIGITS = r"'+\d[\d.,\- ]*$"  # what a spreadsheet keeps as text by an apostrophe: '0001
_DANGEROUS = rf"'*[=+\-@\t\r\n＝＋－＠]|{_DIGITS}"
_TEXT_FORMULA = r'="[^"]*"'
_GUARDED = rf"'+[=+\-@\t\r\n＝＋－＠]|{_DIGITS}"
_FIRST = re.compile(
    "\0['=+\\-@\t\r\n＝＋－＠]"
)  # how a dangerous cell begins, among cells in a row
_QUOTED = re.compile("[\r;]")


def safe_cell(text: str) -> str:
    """Return a text as it may stand in a CSV or Excel cell.

    Examples
    --------
    >>> safe_cell("=1+1"), safe_cell("St. Mary's")
    ("'=1+1", "St. Mary's")
    """
    return f"'{text}" if re.match(_DANGEROUS, text) else text


def plain_cell(text: str) -> str:
    """Return the text that a safe cell stands for.

    Examples
    --------
    >>> plain_cell(safe_cell("'@SUM(A1)"))
    "'@SUM(A1)"
    """
    return text[1:] if re.match(_GUARDED, text) else text


def without_guards(column: pd.Series[str]) -> tuple[pd.Series[str], pd.Series[bool]]:
    """Return a text column without the guards against spreadsheets, and the cells that had one.

    Guards are an apostrophe in front of a sign or of digits alone ('0001), and the formula
    ="02138", which some programs write so that a spreadsheet keeps the zero.
    """
    formula = column.str.startswith('="')
    if formula.any():
        formula &= column.str.fullmatch(_TEXT_FORMULA)
        column = column.where(~formula, column.str.slice(2, -1))
    guarded = column.str.startswith("'")
    if not guarded.any():
        return column, formula
    guarded &= column.str.match(_GUARDED)
    return column.where(~guarded, column.str.slice(1)), guarded | formula


def write_table(frame: pd.DataFrame, path: Path) -> None:
    """Write a table as CSV: UTF-8, LF, full precision, no cell that a spreadsheet would run.

    The file appears whole or not at all. Numbers stay numbers: only text cells are guarded;
    truth is "true" or "false", as in every other file.

    Parameters
    ----------
    frame : DataFrame
        The index is not written.
    path : Path
        Replaced if it is an earlier edition of the same table.
    """
    import numpy as np
    import pandas as pd

    safe = frame.copy()
    quoting: Literal[0, 1] = csv.QUOTE_MINIMAL
    for at, name in enumerate(frame.columns):
        column = frame.iloc[:, at]
        if pd.api.types.is_bool_dtype(column) and not column.isna().any():
            safe.isetitem(at, np.where(column, "true", "false"))
            continue
        if pd.api.types.is_numeric_dtype(column):
            continue
        text = column.astype("str")
        # Hardly a column has such a cell: all of it is looked at in one go before each cell is.
        cells = "\0".join(["", *(each for each in text.tolist() if isinstance(each, str))])
        if _FIRST.search(cells):
            dangerous = text.str.match(_DANGEROUS).eq(True)
            safe.isetitem(at, text.where(~dangerous, "'" + text).array)
        # The csv module leaves a lone carriage return unquoted, and a reader sees a new line; a
        # spreadsheet set to semicolons would see a new cell.
        if _QUOTED.search(cells) or _QUOTED.search(str(name)):
            quoting = csv.QUOTE_ALL
    safe.columns = pd.Index([safe_cell(str(name)) for name in frame.columns])
    with whole_file(path) as part:
        safe.to_csv(
            part,
            index=False,
            lineterminator="\n",
            encoding="utf-8",
            quoting=quoting,
        )
