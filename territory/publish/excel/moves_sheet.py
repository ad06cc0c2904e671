"""Read the moves sheet of a workbook back, as people have edited it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from territory.errors import InputError
from territory.messages import Message, counted, quoted
from territory.publish.excel.headings import raw_name
from territory.publish.excel.opened import opened
from territory.review.moves import MOVE_COLUMNS

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["moves_and_flaws", "read_moves"]

_NEEDED = ("unit_id", "account_id", "from", "to")
_KNOWN = (*MOVE_COLUMNS, "reason")
"""Columns that may stand there by name or under the workbook's headings."""


def read_moves(path: str | Path) -> pd.DataFrame:
    """Read the sheet ``Moves`` of a workbook.

    Rows without a unit, an account and a territory are empty lines and left out. A number that
    Excel made of an id becomes its digits again; leading zeros that Excel has taken are lost.

    Parameters
    ----------
    path : str or Path
        An ``.xlsx`` file.

    Returns
    -------
    DataFrame
        ``unit_id, account_id, from, to`` as text (`""` = missing), the further columns
        of the sheet behind them, and ``row``, its number in the sheet. A row with an empty
        ``account_id`` moves the whole unit.

    Raises
    ------
    InputError
        If the file is no workbook, the sheet or a column is missing, or rows say not what moves
        or where to; all such rows at once.
    """
    moves, wrong = moves_and_flaws(path)
    if wrong:
        raise InputError(
            Message(
                f"{path}, sheet Moves: {counted(len(wrong), 'row')} cannot be used",
                evidence=tuple(wrong),
                hint="fill the cells in, or clear the row",
            )
        )
    return moves


def moves_and_flaws(path: str | Path) -> tuple[pd.DataFrame, list[tuple[str, ...]]]:
    """Read the sheet ``Moves``: its usable rows, and place, value and flaw of the others.

    Raises
    ------
    InputError
        If the file is no workbook, or the sheet or a column is missing.
    """
    import pandas as pd

    rows = _rows(Path(path))
    header = [raw_name(str(name), _KNOWN) if name is not None else "" for name in rows[0]]
    missing = [name for name in _NEEDED if name not in header]
    if missing:
        raise InputError(
            Message(
                f"{path}, sheet Moves: column {', '.join(map(quoted, missing))} is missing",
                evidence=(f"columns there: {', '.join(filter(None, header))}",),
                hint="name them as `territory design` did: Unit ID, Account ID, From, To",
            )
        )
    kept: list[dict[str, object]] = []
    wrong: list[tuple[str, ...]] = []
    for line, values in enumerate(rows[1:], start=2):
        row = dict(zip(header, values, strict=False))
        texts = {name: _text(row[name]) for name in _NEEDED}
        if not any(texts[name] for name in ("unit_id", "account_id", "to")):
            continue
        if not texts["to"]:
            wrong.append((f"row {line}", texts["account_id"] or texts["unit_id"], "has no `to`"))
        elif not texts["unit_id"] and not texts["account_id"]:
            wrong.append((f"row {line}", f"to {texts['to']}", "names no unit and no account"))
        if wrong and wrong[-1][0] == f"row {line}":
            continue
        more = {key: row[key] for key in header if key and key not in texts}
        kept.append({**texts, **more, "row": line})
    further = [name for name in header if name and name not in (*_NEEDED, "row")]
    return pd.DataFrame(kept, columns=[*_NEEDED, *further, "row"]), wrong


def _rows(path: Path) -> list[list[object]]:
    with opened(path) as book:
        names = book.sheetnames
        sheet = book["Moves"].iter_rows(values_only=True) if "Moves" in names else ()
        rows: list[list[object]] = [[*row] for row in sheet]
    if "Moves" not in names:
        raise InputError(
            Message(
                f"{path} has no sheet Moves",
                evidence=(f"sheets there: {', '.join(names)}",),
                hint="edit a copy of the plan's own scorecard.xlsx and leave its sheets in",
            )
        )
    return rows or [[]]


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
