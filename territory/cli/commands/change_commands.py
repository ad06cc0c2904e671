"""The commands that change a plan by hand: what a move costs, and the move itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from territory.cli.console import Cell, Console
from territory.cli.options import Json, PlanFolder, machine, plan_folder
from territory.errors import InputError
from territory.messages import Message, counted, visible

if TYPE_CHECKING:
    from territory.encoding.desk.desk import Move
    from territory.review.ledger.ledger import Ledger

__all__ = ["commands"]

commands = typer.Typer()


@commands.command()
def move(
    context: typer.Context,
    plan: PlanFolder,
    what: Annotated[
        list[str],
        typer.Argument(metavar="WHAT…", help="Units or accounts; WHAT=T names its own territory."),
    ],
    *,
    to: Annotated[
        str | None, typer.Option(metavar="T", help="Territory of those without one of their own.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what it changes and change nothing.")
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Make the move even where it breaks a rule.")
    ] = False,
    pay: Annotated[
        bool, typer.Option("--pay", help="Also quotas and expected pay (seconds).")
    ] = False,
    by: Annotated[str, typer.Option(metavar="NAME", help="Who decided it.")] = "",
    why: Annotated[str, typer.Option(metavar="TEXT", help="Why.")] = "",
    json: Json = False,
) -> int:
    """Move units or accounts to another territory, after the ledger of what it changes.

    Several moves at once: `territory move PLAN 48113=T07 48085=T02` swaps two. A move that breaks
    a rule is not made (exit 4) unless forced.
    """
    return _move(
        machine(context, json),
        plan_folder(plan),
        moves_of(what, to),
        made=not dry_run,
        force=force,
        pay=pay,
        record={"by": by, "why": why},
    )


def moves_of(words: list[str], to: str | None) -> list[Move]:
    """Read ``U``, ``U=T`` and ``--to T`` as moves.

    Raises
    ------
    InputError
        Something has no territory to go to.
    """
    from territory.encoding.desk.desk import Move

    wanted: dict[str, list[str]] = {}
    lost = []
    for word in words:
        name, mark, own = word.rpartition("=")
        target = own if mark else to
        if target:
            wanted.setdefault(target, []).append(name if mark else word)
        else:
            lost.append(word)
    if lost:
        raise InputError(
            Message(
                f"{', '.join(lost[:5])}: no territory to go to",
                hint=f"add --to T, or write {lost[0]}=T",
            )
        )
    return [Move(to=target, what=tuple(names)) for target, names in wanted.items()]


def _move(
    console: Console,
    folder: Path,
    moves: list[Move],
    *,
    made: bool,
    force: bool,
    pay: bool,
    record: dict[str, str],
) -> int:
    from territory.publish.folder import read_plan, save_plan
    from territory.review.ledger.ledger import ledger_of

    plan = read_plan(folder)
    ledger = ledger_of(plan, moves, pay=pay)
    refused = made and bool(ledger.broken) and not force
    if made and not refused:
        save_plan(_recorded(ledger, record), folder)
    if console.machine:
        done = made and not refused
        console.json({**ledger.to_dict(), "made": done, "exit_code": 4 if refused else 0})
        return 4 if refused else 0
    _show(console, ledger)
    if refused:
        console.messages(
            [
                Message(
                    f"not moved: it would break {counted(len(ledger.broken), 'rule')}",
                    evidence=ledger.broken,
                    hint="move something else along, or add --force; the plan is as it was",
                )
            ]
        )
        return 4
    console.data(f"{'plan' if made else 'not moved (--dry-run)'}  {folder}")
    return 0


def _recorded(ledger: Ledger, record: dict[str, str]) -> Any:
    """Return the moved plan with the edit in its record."""
    plan = ledger.after
    today = date.today().isoformat()
    made = [{"to": each.to, "what": list(each.what), "when": today, **record}
            for each in ledger.moves]  # fmt: skip
    edits = [*plan.summary.get("edits", ()), *made]
    return replace(plan, record=plan.record.but(edits=edits))


def _show(console: Console, ledger: Ledger) -> None:
    from territory.review.ledger.words import plan_rows, territory_rows

    head, rows = territory_rows(ledger)
    console.table(head, [[Cell(text, alarm) for text, alarm in row] for row in rows],
                  text_columns=2)  # fmt: skip
    console.data()
    head, rows = plan_rows(ledger)
    console.table(head, [[Cell(text, alarm) for text, alarm in row] for row in rows],
                  text_columns=1)  # fmt: skip
    console.data()
    n, money = len(ledger.accounts), float(ledger.accounts["revenue_usd"].sum())
    verb = "changes" if n == 1 else "change"
    console.data(f"{counted(n, 'account')} {verb} hands, with ${money:,.0f} of revenue a year")
    for row in ledger.accounts.head(10).to_dict("records"):
        console.data(visible(f"  {row['account_id']}  {row['name']}: {row['from']} → {row['to']}"))
    if n > 10:
        console.data(f"  and {n - 10:,} more")
    for text in ledger.broken:
        console.data(visible(f"breaks   {text}"))
    for text in ledger.mended:
        console.data(visible(f"mends    {text}"))
