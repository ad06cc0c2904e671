"""The command `compare`: plans beside each other, one of them perhaps today's."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from territory.cli.console import Cell, Console
from territory.cli.options import Json, machine, plan_folder, shown
from territory.currency import money
from territory.errors import InputError
from territory.messages import Message, counted, visible

if TYPE_CHECKING:
    from territory.plan import Plan
    from territory.review.compare.compare import Comparison

__all__ = ["commands"]

commands = typer.Typer()

TODAY = "today"


@commands.command()
def compare(
    context: typer.Context,
    plans: Annotated[
        list[str], typer.Argument(metavar="A B…", help="Plan folders; A may be the word today.")
    ],
    *,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder of tables, workbook and map.")
    ] = None,
    pay: Annotated[
        bool, typer.Option("--pay/--no-pay", help="Quotas and expected pay (seconds).")
    ] = True,
    json: Json = False,
) -> int:
    """Hold plans against the first: figures, cost, who has what, and what else differs.

    Accounts are matched by id. With --out: CSV tables, a workbook, and for two plans a map with
    the first under the slider.
    """
    return _compare(machine(context, json), plans, out=out, pay=pay)


def _compare(console: Console, words: list[str], *, out: Path | None, pay: bool) -> int:
    from territory.publish.excel.sheets import write_tables
    from territory.publish.folder import read_plan
    from territory.publish.maps.map import write_map
    from territory.review.compare.compare import compare as compared
    from territory.review.compare.compare import from_to
    from territory.review.compare.today import today_of

    folders = [plan_folder(Path(word)) for word in words if word != TODAY]
    if TODAY in words[1:] or not folders:
        raise InputError(
            Message(
                "today is what plans are held against, so it comes first",
                hint="territory compare today PLAN",
            )
        )
    read = {_name(folder, folders): read_plan(folder) for folder in folders}
    plans: dict[str, Plan] = {}
    if words[0] == TODAY:
        plans[TODAY] = today_of(next(iter(read.values())))
    plans |= read
    found = compared(plans, pay=pay)
    written: list[Path] = []
    if out is not None:
        written += write_tables(out, found.tables(), workbook="compare.xlsx")
        if len(plans) == 2:
            first, second = plans.values()
            write_map(from_to(first, second), out / "map.html")
            written.append(out / "map.html")
    if console.machine:
        tables = {
            name: frame.astype(object).where(frame.notna(), None).to_dict("records")
            for name, frame in found.tables().items()
        }
        console.json({"plans": list(found.names), **tables, "exit_code": 0})
        return 0
    _show(console, found)
    for path in written:
        console.data(f"written   {visible(str(shown(path.absolute())))}")
    return 0


def _name(folder: Path, folders: list[Path]) -> str:
    """The folder's own name where that tells it from the others, else its path."""
    same = [each for each in folders if each.name == folder.name]
    return folder.name if len(same) == 1 and folder.name else str(folder)


def _number(value: float, *, sign: bool = False) -> str:
    if math.isnan(value):
        return "not known"
    small = abs(value) < 10 and value != round(value)
    shown = round(value, 3 if small else 0)
    if shown == 0:
        return "0"
    mark = "+" if sign else ""
    return f"{shown:{mark}.3f}" if small else f"{shown:{mark},.0f}"


def _usd(value: float) -> str:
    return "an unknown amount" if math.isnan(value) else f"{money(value)}"


def _show(console: Console, found: Comparison) -> None:
    first, *others = found.names
    header = ["Figure", first]
    for name in others:
        header += [name, "change"]
    rows = []
    for row in found.figures.to_dict("records"):
        cells = [Cell(visible(str(row["label"])), False), Cell(_number(row[first]), False)]
        for name in others:
            cells.append(Cell(_number(row[name]), False))
            cells.append(Cell(_number(row[f"{name}_change"], sign=True), False))
        rows.append(cells)
    console.table(header, rows, text_columns=1)
    console.data()
    for name in others:
        mine = found.moved[found.moved["plan"] == name]
        new = mine["from"] == ""
        n_new, mine = int(new.sum()), mine[~new]
        money = _usd(float(mine["revenue_usd"].sum(min_count=1)))
        console.data(
            visible(
                f"{name}: {counted(len(mine), 'account')} in another territory than in {first}"
                + (f", with {money} of revenue" if len(mine) else "")
                + (f"; {counted(n_new, 'account')} that nobody has in {first}" if n_new else "")
            )
        )
        flows = found.matrix[found.matrix["plan"] == name].nlargest(5, "revenue_usd")
        for row in flows.to_dict("records"):
            console.data(
                visible(
                    f"  {row['from'] or 'nobody'} → {row['to']}  "
                    f"{counted(int(row['n_accounts']), 'account')}, {_usd(row['revenue_usd'])}"
                )
            )
    for text in found.differs:
        console.data(visible(f"differs   {text}"))
