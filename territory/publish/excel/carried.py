"""Sheets that other commands have added to a workbook, read back to be written again."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

from territory.errors import InputError
from territory.publish.excel.opened import opened

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["carried"]


def carried(path: Path, *, own: Collection[str]) -> dict[str, tuple[pd.DataFrame, list[str]]]:
    """Return the sheets of a workbook that are not the plan's own, with their number formats.

    A workbook that cannot be read has none.
    """
    import pandas as pd

    sheets: dict[str, list[list[tuple[object, str]]]] = {}
    try:
        with opened(path) as book:
            for name in book.sheetnames:
                if name not in own:
                    sheets[name] = [[_cell(cell) for cell in row] for row in book[name].iter_rows()]
    except InputError:
        return {}
    found: dict[str, tuple[pd.DataFrame, list[str]]] = {}
    for name, rows in sheets.items():
        if not rows:
            continue
        width = max(map(len, rows))
        full = [[*row, *[(None, "@")] * (width - len(row))] for row in rows]
        head = [str(value or "") for value, _ in full[0]]
        body = [[value for value, _ in row] for row in full[1:]]
        formats = [style for _, style in full[1]] if body else ["@"] * width
        found[name] = (pd.DataFrame(body, columns=head, dtype=object), formats)
    return found


def _cell(cell: object) -> tuple[object, str]:
    """Return value and number format of a cell; one that is empty has text's."""
    return getattr(cell, "value", None), str(getattr(cell, "number_format", "") or "@")
