"""Files that a command leaves beside a plan: tables, texts, and sheets of the plan's workbook."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from territory.own_files import signed_svg

if TYPE_CHECKING:
    import pandas as pd

    from territory.plan import Plan

__all__ = ["write_beside", "write_files"]


def write_beside(folder: Path, tables: Mapping[str, pd.DataFrame]) -> list[str]:
    """Write tables into a folder, each whole; return their places."""
    sheets = {name.removesuffix(".csv").replace("_", " "): each for name, each in tables.items()}
    book = (next(iter(tables)).replace(".csv", ".xlsx"), sheets)
    return write_files(folder, tables=tables, texts={}, book=book)


def write_files(
    folder: Path,
    *,
    tables: Mapping[str, pd.DataFrame],
    texts: Mapping[str, str],
    book: tuple[str, Mapping[str, pd.DataFrame]],
    plan: Plan | None = None,
) -> list[str]:
    """Write all files beside their place first, then put them there; return their places.

    In the plan's own folder the sheets join its one workbook.
    """
    from territory.inputs.cells import write_table
    from territory.publish.excel.sheets import write_sheets
    from territory.publish.excel.workbook import refresh_workbook
    from territory.whole import whole_files

    writers: dict[str, Callable[[Path], object]] = {
        name: partial(write_table, frame) for name, frame in tables.items()
    }
    joins = plan is not None and (folder / "plan.json").is_file()
    if not joins:
        writers[book[0]] = partial(write_sheets, sheets=book[1])
    writers |= {name: partial(_write_text, text) for name, text in texts.items()}
    with whole_files(folder) as fresh:
        for name, write in writers.items():
            write(fresh / name)
    names = list(writers)
    if plan is not None and joins:
        names.append(refresh_workbook(plan, folder, book[1]))
    return [str(folder / name) for name in names]


def _write_text(text: str, path: Path) -> None:
    # What is another's is never replaced: a chart says whose it is.
    path.write_text(signed_svg(text) if path.suffix == ".svg" else f"{text}\n", encoding="utf-8")
