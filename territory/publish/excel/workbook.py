"""The plan as one Excel workbook; its moves sheet can be edited and read back."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from territory.messages import visible
from territory.publish.excel.workbook_parts import Style, normalise, style_of
from territory.whole import whole_file
from territory.wording import plan_title

if TYPE_CHECKING:
    import pandas as pd
    from openpyxl import Workbook
    from openpyxl.worksheet._write_only import WriteOnlyWorksheet

    from territory.plan import Plan

__all__ = ["LARGEST_SHEET", "SHEETS", "write_workbook"]

SHEETS = (
    *("Summary", "Scorecard", "Figures", "Spread", "Checklist"),
    *("Accounts", "Alignment", "Moves", "Audit"),
)
"""Sheets of every workbook; ``Districts`` stands before Accounts where there are some."""

LARGEST_SHEET = 1_048_576
"""Rows of an Excel sheet, the header included; what does not fit is counted in the last row."""

_WIDEST = 60.0
_LOOKED_AT = 200
"""Rows that decide on a column's width."""

_RUN_BY_SPREADSHEETS = re.compile(r"[=+\-@\t\r]")


def write_workbook(plan: Plan, path: Path) -> None:
    r"""Write the workbook; the same plan gives the same bytes.

    Every text is a text cell: ids keep leading zeros, names that begin like a formula are never
    run, characters that XML cannot hold are written out (``\x1b``).

    Parameters
    ----------
    plan : Plan
    path : Path
        Replaced if it exists.
    """
    from openpyxl import Workbook

    from territory.review.checklist import checklist
    from territory.review.figures import plan_figures, territory_figures
    from territory.review.moves import moves
    from territory.workforce.hierarchy import hierarchy_table

    book = Workbook(write_only=True)
    book.properties.creator = "territory-design"
    _summary(book, plan)
    _scorecard(book, plan)
    units = plan.geography.units
    alignment = plan.alignment.assign(
        unit_name=units["name"].reindex(plan.alignment["unit_id"]).to_numpy(),
        level=units["level"].reindex(plan.alignment["unit_id"]).to_numpy(),
    )
    _table(book, "Figures", territory_figures(plan), file="territories.csv", frozen="C2")
    _table(book, "Spread", plan_figures(plan), file="territories.csv", frozen="B2")
    _table(book, "Checklist", checklist(plan).to_frame(), file="plan.json")
    levels = hierarchy_table(plan)
    if len(levels):
        _table(book, "Districts", levels, file="territories.csv", frozen="C2")
    _table(book, "Accounts", plan.accounts, file="accounts.csv", frozen="C2")
    _table(book, "Alignment", alignment, file="alignment.csv")
    _table(book, "Moves", moves(plan), file="accounts.csv")
    _table(book, "Audit", plan.audit.to_frame(), file="audit.csv")
    with whole_file(path) as fresh:
        book.save(fresh)
        normalise(fresh)


def _summary(book: Workbook, plan: Plan) -> None:
    from territory.review.outcome import summary_rows

    sheet = book.create_sheet("Summary")
    sheet.column_dimensions["A"].width = 34
    sheet.column_dimensions["B"].width = 90
    cell = _Cells(sheet)
    sheet.append([cell(plan_title(plan.summary), Style(bold=True, size=14))])
    for label, value in summary_rows(plan):
        if value is None:
            sheet.append([])
            sheet.append([cell(label, Style(bold=True, fill=True)), cell("", Style(fill=True))])
        else:
            sheet.append([cell(label), cell(value, Style(wrap=True))])


def _scorecard(book: Workbook, plan: Plan) -> None:
    from openpyxl.formatting.rule import CellIsRule
    from openpyxl.styles import Font, PatternFill
    from openpyxl.utils import get_column_letter

    from territory.review.scorecard import scorecard

    frame = scorecard(plan)
    last = len(frame) + 1

    def colour(sheet: Any) -> None:
        for measure, options in plan.record.measures.items():
            letter = get_column_letter(list(frame.columns).index(f"{measure}_deviation") + 1)
            bound = options.tolerance + 1e-6
            sheet.conditional_formatting.add(
                f"{letter}2:{letter}{last}",
                CellIsRule(  # type: ignore[no-untyped-call]
                    operator="notBetween",
                    formula=[f"-{bound}", f"{bound}"],
                    font=Font(color="9C0006", bold=True),
                    fill=PatternFill(bgColor="FFC7CE", fill_type="solid"),
                ),
            )

    _table(book, "Scorecard", frame, file="territories.csv", frozen="C2", finish=colour)


def _table(
    book: Workbook,
    name: str,
    frame: pd.DataFrame,
    *,
    file: str,
    frozen: str = "A2",
    finish: Callable[[Any], None] | None = None,
) -> None:
    """Write a frame as a sheet with a frozen, filtered header and columns as wide as needed."""
    from openpyxl.utils import get_column_letter
    from pandas.api.types import is_numeric_dtype

    sheet = book.create_sheet(name)
    cell = _Cells(sheet)
    fits = len(frame) + 1 <= LARGEST_SHEET
    shown = frame if fits else frame.iloc[: LARGEST_SHEET - 2]
    styles = [
        style_of(str(column), number=is_numeric_dtype(frame[column])) for column in frame.columns
    ]
    for at, column in enumerate(frame.columns):
        letter = get_column_letter(at + 1)
        sheet.column_dimensions[letter].width = _width(str(column), frame[column])
        sheet.column_dimensions[letter].number_format = styles[at].number_format
    sheet.freeze_panes = frozen
    sheet.auto_filter.ref = f"A1:{get_column_letter(max(1, len(styles)))}{len(shown) + 1}"
    if finish is not None:
        finish(sheet)
    sheet.append([cell(str(column), Style(bold=True, fill=True)) for column in frame.columns])
    columns = [shown[column].tolist() for column in frame.columns]
    for values in zip(*columns, strict=True):
        sheet.append([cell(value, style) for value, style in zip(values, styles, strict=True)])
    if not fits:
        more = len(frame) - len(shown)
        sheet.append([cell(f"and {more:,} more rows, which no Excel sheet can hold: see {file}")])


def _width(name: str, column: pd.Series) -> float:
    longest = max((len(str(value)) for value in column.head(_LOOKED_AT)), default=0)
    return min(_WIDEST, max(len(name), min(longest, 40)) + 2.5)


class _Cells:
    """Make the cells of one sheet: text stays text, missing numbers stay empty."""

    def __init__(self, sheet: WriteOnlyWorksheet) -> None:
        self._sheet = sheet
        self._styles: dict[Style, Mapping[str, Any]] = {}

    def __call__(self, value: object, style: Style | None = None) -> Any:
        from openpyxl.cell import WriteOnlyCell

        style = style or Style()
        if isinstance(value, str):
            text = visible(value)
            cell = WriteOnlyCell(self._sheet, value=text[:32_767])
            cell.data_type = "s"  # openpyxl guesses formulas and error codes from text
            if _RUN_BY_SPREADSHEETS.match(text):
                cell.quotePrefix = True
        else:
            number: Any = None if value != value else value  # noqa: PLR0124 - NaN only
            cell = WriteOnlyCell(self._sheet, value=number)
        if style not in self._styles:
            self._styles[style] = style.parts()
        for name, part in self._styles[style].items():
            setattr(cell, name, part)
        return cell
