"""The command `explain`: why an account, a unit or a territory is as it is."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from territory.cli.console import Cell, Console
from territory.cli.options import Json, PlanFolder, machine, plan_folder, shown
from territory.currency import code
from territory.messages import counted, visible

if TYPE_CHECKING:
    from territory.encoding.explain.answer import Answer
    from territory.encoding.explain.lookup import Subject
    from territory.encoding.explain.position import Position

__all__ = ["commands"]

commands = typer.Typer()


class Kind(StrEnum):
    """What an id is of."""

    ACCOUNT = "account"
    UNIT = "unit"
    TERRITORY = "territory"


@commands.command()
def explain(
    context: typer.Context,
    plan: PlanFolder,
    subject: Annotated[
        str,
        typer.Argument(metavar="[ID]", help="Account, unit or territory. [default: every account]"),
    ] = "",
    *,
    kind: Annotated[
        Kind | None, typer.Option("--as", help="What the id is of, where two tables have it.")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Folder of reasons.csv and .xlsx. [default: PLAN]"),
    ] = None,
    json: Json = False,
) -> int:
    """Say why something is where it is: second best, price, rules, the smallest exchange.

    Without an id every account's reason is written, and counted by kind. A territory's binding
    rules are each relaxed by a point and solved again, to say what that would bring.
    """
    return _explain(
        machine(context, json),
        plan,
        subject,
        kind=kind.value if kind else None,
        out=out,
    )


def _explain(
    console: Console, folder: Path, text: str, *, kind: str | None, out: Path | None
) -> int:
    from territory.encoding.explain.lookup import find_subject
    from territory.encoding.explain.position import open_position
    from territory.publish.folder import read_plan

    folder = plan_folder(folder)
    plan = read_plan(folder)
    subject = find_subject(plan, text, kind=kind) if text else None  # type: ignore[arg-type]
    position = open_position(plan)
    if subject is None:
        return _every_account(console, position, shown(out or folder))
    if subject.kind == "territory":
        return _territory(console, position, subject)
    return _item(console, position, subject)


def _every_account(console: Console, position: Position, target: Path) -> int:
    from territory.encoding.explain.reasons import CODES, count_reasons, reasons
    from territory.publish.excel.sheets import write_tables

    table = reasons(position)
    counts = count_reasons(table)
    files = write_tables(target, {"reasons": table}, workbook="reasons.xlsx")
    if console.machine:
        console.json({"counts": counts.to_dict("records"), "files": [str(each) for each in files]})
        return 0
    rows: list[list[str | Cell]] = [
        [each["account"], each["reason"], f"{each['accounts']:,}", CODES[each["reason"]]]
        for each in counts.to_dict("records")
    ]
    console.table(["Account", "Reason", "Accounts", "What it says"], rows, text_columns=2)
    for file in files:
        console.data(f"{'written':<10}{visible(str(file))}")
    return 0


def _item(console: Console, position: Position, subject: Subject) -> int:
    from territory.encoding.explain.answer import explain_item

    if subject.kind == "account":
        item, rows = int(position.items.of_account[subject.row]), [subject.row]
    else:
        item, rows = subject.row, None
    answer = explain_item(position, item, rows)
    if console.machine:
        console.json(
            {
                "name": subject.name,
                "item": answer.name,
                "territory_id": answer.territory,
                "second_best": answer.second,
                "accounts": answer.accounts.to_dict("records"),
                "alternatives": answer.alternatives.to_dict("records"),
                "exchanges": list(answer.words),
            }
        )
        return 0
    _say_item(console, position, subject, answer)
    return 0


def _say_item(console: Console, position: Position, subject: Subject, answer: Answer) -> None:
    from territory.encoding.explain.position import TERMS
    from territory.wording import term_label

    what = f"{subject.kind} {subject.name}"
    if answer.name != subject.name:
        what += f", assigned as {answer.name}"
    console.data(visible(f"{what}: {answer.territory}"))
    for why in answer.accounts["why"].drop_duplicates().head(5):
        console.data(visible(f"  {why}"))
    if answer.accounts.empty:
        console.data("  It has no accounts: it completes the territory around it.")
    console.data()
    used = [term for term in TERMS if answer.alternatives[term].abs().ge(0.5).any()]
    heads = [term_label(each).removeprefix("Health ").capitalize() for each in used]
    costs = [each.partition(" ")[0] for each in heads]
    header = ["In", f"Change ({code()})", *costs, "Rules"]
    rows: list[list[str | Cell]] = []
    for row in answer.alternatives.head(5).to_dict("records"):
        cells: list[str | Cell] = [str(row["territory_id"]), f"{row['change_usd']:+,.0f}"]
        cells += [f"{row[term]:+,.0f}" for term in used]
        broken = int(row["n_broken"])
        rows.append([*cells, Cell("keeps all" if not broken else f"breaks {broken}", broken > 0)])
    console.table(header, rows, text_columns=1)
    console.data()
    for row in answer.alternatives.head(5).to_dict("records"):
        if row["broken"]:
            console.data(visible(f"in {row['territory_id']}: {row['broken']}"))
    for words in answer.words:
        console.data(visible(words))


def _territory(console: Console, position: Position, subject: Subject) -> int:
    from territory.encoding.explain.reasons import count_reasons, reasons
    from territory.encoding.explain.relax import relaxed

    table = relaxed(position, position.number[subject.name])
    own = reasons(position)
    own = own[own["to"] == subject.name]
    counts = count_reasons(own)
    if console.machine:
        console.json(
            {
                "territory_id": subject.name,
                "binding": table.to_dict("records"),
                "reasons": counts.to_dict("records"),
            }
        )
        return 0
    console.data(visible(f"territory {subject.name}: {counted(len(own), 'account')}"))
    if table.empty:
        console.data("  No band, cap, outline or pin binds it: each is more than a point away.")
    for row in table.to_dict("records"):
        saves = (
            f"{row['eased']} would save at least {row['saves_usd']:,.0f} {code()} a year, changing "
            f"{counted(int(row['changed_units']), 'unit')}"
            if row["saves_usd"] > 0
            else f"{row['eased']} brings nothing that the same work finds"
        )
        console.data(visible(f"  {row['rule']}: {row['words']}; {saves}"))
    for row in counts.to_dict("records"):
        console.data(f"  {row['account']:<9}{row['reason']:<12}{row['accounts']:>6,}")
    return 0
