"""The plan as one Excel workbook; its moves sheet can be edited and read back."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from territory.currency import speaks
from territory.publish.excel.account_sheet import account_sheet
from territory.publish.excel.carried import carried
from territory.publish.excel.headings import heading
from territory.publish.excel.layout import LINE_POINTS, row_lines
from territory.publish.excel.workbook_parts import Style
from territory.publish.excel.writing import Cells, add_sheet, book_bytes, empty_book, paper
from territory.publish.export import zip_table
from territory.whole import whole_file
from territory.wording import plan_title

if TYPE_CHECKING:
    import pandas as pd
    from openpyxl.worksheet.worksheet import Worksheet

    from territory.plan import Plan
    from territory.publish.excel.rows import Book

__all__ = ["SHEETS", "WORKBOOK", "refresh_workbook", "write_workbook"]

SHEETS = (
    *("Summary", "Scorecard", "Figures", "Spread", "Checklist"),
    *("Accounts", "Alignment", "ZIP codes", "Moves", "Audit", "Columns"),
)
"""Sheets of every workbook; ``Districts`` stands before Accounts where there are some."""

WORKBOOK = "scorecard.xlsx"
"""The one workbook of a plan folder."""

_VALUES = 90.0
"""Width of the values on the summary, in letters."""

_FILES: Mapping[str, str] = {
    "Quotas": "quotas.csv", "By quarter": "quotas_by_quarter.csv", "Rates": "rates.csv",
    "Back-test": "quota_backtest.csv", "Pay": "pay.csv", "Pay cost": "pay_cost.csv",
    "Guarantee": "pay_guarantee.csv", "Forecast": "forecast.csv",
    "Company forecast": "forecast_company.csv", "Business case": "business_case.csv",
}  # fmt: skip
"""Whose columns the further sheets show."""


@speaks
def write_workbook(
    plan: Plan, path: Path, *, further: Mapping[str, pd.DataFrame] | None = None
) -> None:
    r"""Write the workbook; the same plan gives the same bytes.

    Every text is a text cell: ids keep leading zeros, names that begin like a formula are never
    run, characters that XML cannot hold are written out (``\x1b``).

    Parameters
    ----------
    plan : Plan
    path : Path
        Replaced if it exists.
    further : mapping of str to DataFrame, optional
        Sheets behind those of the plan.
    """
    book = _plan_book(plan)
    for name, frame in (further or {}).items():
        add_sheet(book, name, frame, file=_FILES.get(name, ""))
    _columns(book)
    with whole_file(path) as fresh:
        fresh.write_bytes(book_bytes(book))


def refresh_workbook(plan: Plan, folder: Path, sheets: Mapping[str, pd.DataFrame]) -> str:
    """Write ``scorecard.xlsx`` of a plan folder again with further sheets; return its name.

    Sheets that other commands have added before stay, in their place; those of the same name are
    replaced.
    """
    path = folder / WORKBOOK
    book = _plan_book(plan)
    kept = carried(path, own={*SHEETS, "Districts"}) if path.is_file() else {}
    for name in dict.fromkeys([*kept, *sheets]):
        if name in sheets:
            add_sheet(book, name, sheets[name], file=_FILES.get(name, ""))
        else:
            frame, formats = kept[name]
            add_sheet(book, name, frame, formats=formats)
    _columns(book)
    with whole_file(path) as fresh:
        fresh.write_bytes(book_bytes(book))
    return WORKBOOK


def _plan_book(plan: Plan) -> Book:
    from territory.encoding.hierarchy.levels import hierarchy_table
    from territory.review.checklist import checklist
    from territory.review.figures import plan_figures, territory_figures
    from territory.review.moves import moves

    book = empty_book()
    _summary(book, plan)
    _scorecard(book, plan)
    units = plan.geography.units
    alignment = plan.alignment.assign(
        unit_name=units["name"].reindex(plan.alignment["unit_id"]).to_numpy(),
        level=units["level"].reindex(plan.alignment["unit_id"]).to_numpy(),
    )
    add_sheet(book, "Figures", territory_figures(plan), file="territories.csv", frozen="C2")
    add_sheet(book, "Spread", plan_figures(plan), frozen="B2")
    add_sheet(book, "Checklist", checklist(plan).to_frame())
    levels = hierarchy_table(plan)
    if len(levels):
        add_sheet(book, "Districts", levels, file="territories.csv", frozen="C2")
    add_sheet(book, "Accounts", account_sheet(plan), file="accounts.csv", frozen="C2")
    add_sheet(book, "Alignment", alignment, file="alignment.csv")
    add_sheet(book, "ZIP codes", zip_table(plan), file="export/zips.csv")
    add_sheet(book, "Moves", moves(plan).assign(reason=""), file="Moves (scorecard.xlsx)")
    add_sheet(book, "Audit", plan.audit.to_frame(), file="audit.csv")
    return book


def _columns(book: Book) -> None:
    """Add the sheet that says what every column of the plan's files means."""
    from territory.publish.dictionary import data_dictionary

    frame = data_dictionary()
    frame = frame[frame["use"].eq("output")].drop(columns="use")
    frame.insert(1, "heading", [heading(str(name)) for name in frame["column"]])
    add_sheet(book, "Columns", frame, frozen="D2")


def _summary(book: Book, plan: Plan) -> None:
    from territory.review.outcome import summary_rows

    sheet = book.workbook.create_sheet("Summary")
    sheet.column_dimensions["A"].width = 34
    sheet.column_dimensions["B"].width = _VALUES
    cell = Cells(sheet)
    paper(sheet)
    sheet.append([cell(plan_title(plan.record), Style(bold=True, size=14))])
    row = 1
    for label, value in summary_rows(plan):
        if value is None:
            row += 2
            sheet.append([])
            sheet.append([cell(label, Style(bold=True, fill=True)), cell("", Style(fill=True))])
        else:
            row += 1
            lines = row_lines([label, value], [(1, _VALUES)])
            if lines > 1:
                sheet.row_dimensions[row].height = lines * LINE_POINTS
            sheet.append([cell(label, Style(top=True)), cell(value, Style(wrap=True))])


def _scorecard(book: Book, plan: Plan) -> None:
    from openpyxl.formatting.rule import CellIsRule
    from openpyxl.styles import Font, PatternFill
    from openpyxl.utils import get_column_letter

    from territory.review.scorecard import scorecard

    frame = scorecard(plan)
    last = len(frame) + 1

    def colour(sheet: Worksheet) -> None:
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

    add_sheet(book, "Scorecard", frame, file="territories.csv", frozen="C2", finish=colour)
