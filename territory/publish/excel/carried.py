"""Sheets that other commands have added to a workbook, read back to be written again."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["carried"]


def carried(path: Path, *, own: Collection[str]) -> dict[str, tuple[pd.DataFrame, list[str]]]:
    """Return the sheets of a workbook that are not the plan's own, with their number formats.

    A workbook that cannot be read has none.
    """
    from zipfile import BadZipFile

    import pandas as pd
    from openpyxl import load_workbook

    found: dict[str, tuple[pd.DataFrame, list[str]]] = {}
    try:
        book = load_workbook(path, read_only=True)
    except (BadZipFile, KeyError, OSError):
        return found
    try:
        for name in book.sheetnames:
            if name in own:
                continue
            rows = list(book[name].iter_rows())
            if not rows:
                continue
            head = [str(cell.value or "") for cell in rows[0]]
            body = [[cell.value for cell in row] for row in rows[1:]]
            first = rows[1] if len(rows) > 1 else ()
            formats = [str(getattr(cell, "number_format", "") or "@") for cell in first]
            formats += ["@"] * (len(head) - len(formats))
            frame = pd.DataFrame(body, columns=head, dtype=object)
            found[name] = (frame, formats)
    finally:
        book.close()
    return found
