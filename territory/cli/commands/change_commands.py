"""The commands that change a plan by hand: what a move costs, and the move itself."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from territory.cli.console import Cell, Console
from territory.cli.options import (
    DecidedBy,
    DryRun,
    Force,
    Json,
    PlanFolder,
    Repair,
    machine,
    plan_folder,
)
from territory.currency import money
from territory.errors import InfeasibleError, InputError
from territory.messages import Message, counted, visible

if TYPE_CHECKING:
    from territory.encoding.desk.named import Move
    from territory.plan import Plan
    from territory.review.ledger.told import Told

__all__ = ["commands", "make_moves"]

commands = typer.Typer()


@commands.command()
def move(
    context: typer.Context,
    plan: PlanFolder,
    what: Annotated[
        list[str],
        typer.Argument(
            metavar="WHAT…",
            help="Units or accounts (unit:ID, account:ID where both have it); WHAT=T has its own.",
        ),
    ],
    *,
    to: Annotated[
        str | None, typer.Option(metavar="T", help="Territory of those without one of their own.")
    ] = None,
    dry_run: DryRun = False,
    force: Force = False,
    repair: Repair = False,
    pay: Annotated[
        bool, typer.Option("--pay", help="Also quotas and expected pay (seconds).")
    ] = False,
    tours: Annotated[
        bool, typer.Option("--tours/--no-tours", help="Whether to route hours (seconds).")
    ] = True,
    by: DecidedBy = "",
    why: Annotated[str, typer.Option(metavar="TEXT", help="Why.")] = "",
    json: Json = False,
) -> int:
    """Move units or accounts to another territory, after the ledger of what it changes.

    Several moves at once: `territory move PLAN 48113=T07 48085=T02` swaps two. A move that breaks
    a rule is not made (exit 4) unless forced.
    """
    record = {"by": by, "why": why}
    return make_moves(
        machine(context, json),
        plan_folder(plan),
        [(each, record) for each in moves_of(what, to)],
        made=not dry_run,
        force=force,
        repair=repair,
        pay=pay,
        tours=tours,
    )


def moves_of(words: list[str], to: str | None) -> list[Move]:
    """Read ``U``, ``U=T`` and ``--to T`` as moves.

    Raises
    ------
    InputError
        Something has no territory to go to.
    """
    from territory.encoding.desk.named import Move

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


def make_moves(
    console: Console,
    folder: Path,
    wanted: Sequence[tuple[Move, dict[str, str]]],
    *,
    made: bool,
    force: bool = False,
    repair: bool = False,
    pay: bool = False,
    tours: bool = True,
) -> int:
    """Show the ledger of moves, and make them unless they break a rule or are only tried."""
    if not (made or repair):
        told = _at_once(folder, [move for move, _ in wanted], tours=tours, pay=pay)
        if told is not None:
            return _tried(console, folder, told)
    from territory.changes.accepted import accepted
    from territory.publish.folder import read_plan, save_plan
    from territory.review.ledger.ledger import ledger_of

    plan = read_plan(folder)
    if repair:
        wanted = _repaired(plan, wanted)
    ledger = ledger_of(plan, [move for move, _ in wanted], pay=pay, tours=tours)
    refused = made and bool(ledger.broken) and not force
    if made and not refused:
        today = date.today().isoformat()
        save_plan(accepted(plan, ledger.after, wanted, when=today), folder, instead_of=plan)
    told = ledger.told()
    if not made:
        return _tried(console, folder, told)
    if console.machine:
        code = 4 if refused else 0
        console.json({**told.to_dict(), "made": not refused, "exit_code": code})
        return code
    _show(console, told)
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
    console.data(f"plan  {folder}")
    return 0


def _at_once(folder: Path, moves: Sequence[Move], *, tours: bool, pay: bool) -> Told | None:
    """Return the ledger from what the plan folder keeps prepared; None where it cannot tell it."""
    from territory.encoding.desk.kept import read_prepared

    prepared = read_prepared(folder, money=pay)
    if prepared is None or (pay and prepared.quotas and prepared.money is None):
        return None
    from territory.review.ledger.quick import quick_ledger

    return quick_ledger(prepared, moves, tours=tours, pay=pay)


def _tried(console: Console, folder: Path, told: Told) -> int:
    """Show the ledger of moves that are not made."""
    if console.machine:
        console.json({**told.to_dict(), "made": False, "exit_code": 0})
        return 0
    _show(console, told)
    console.data(f"not moved (--dry-run)  {folder}")
    return 0


def _repaired(
    plan: Plan, wanted: Sequence[tuple[Move, dict[str, str]]]
) -> list[tuple[Move, dict[str, str]]]:
    """Return the moves with what has to come along.

    Raises
    ------
    InfeasibleError
        No plan nearby keeps the rules.
    """
    from territory.encoding.desk.repair import repaired

    found = repaired(plan, [move for move, _ in wanted])
    if found is None:
        raise InfeasibleError(
            Message(
                "no plan was found that keeps the rules with these moves",
                hint="try fewer of them, or widen a tolerance and design again",
            )
        )
    record = {"by": "--repair", "why": "comes along so that the rules hold"}
    return [*wanted, *[(move, record) for move in found[len(wanted) :]]]


def _show(console: Console, ledger: Told) -> None:
    from territory.review.ledger.words import plan_rows, territory_rows

    head, rows = territory_rows(ledger)
    console.table(head, [[Cell(text, alarm) for text, alarm in row] for row in rows],
                  text_columns=2)  # fmt: skip
    console.data()
    head, rows = plan_rows(ledger)
    console.table(head, [[Cell(text, alarm) for text, alarm in row] for row in rows],
                  text_columns=1)  # fmt: skip
    console.data()
    n = len(ledger.accounts)
    verb = "changes" if n == 1 else "change"
    sales = f"{money(value)} of revenue a year" if (value := _sum(ledger, "revenue_usd")) else ""
    deals = f"{money(value)} of open deals" if (value := _sum(ledger, "pipeline_usd")) else ""
    along = " and ".join(each for each in (sales, deals) if each)
    console.data(f"{counted(n, 'account')} {verb} hands{f', with {along}' if along else ''}")
    for row in ledger.accounts[:10]:
        console.data(visible(f"  {row['account_id']}  {row['name']}: {row['from']} → {row['to']}"))
    if n > 10:
        console.data(f"  and {n - 10:,} more")
    for text in ledger.broken:
        console.data(visible(f"breaks   {text}"))
    for text in ledger.mended:
        console.data(visible(f"mends    {text}"))


def _sum(ledger: Told, column: str) -> float:
    """Return what is known of a column of the accounts in new hands; 0 where nothing is."""
    values = [float(cast("float", row.get(column, math.nan))) for row in ledger.accounts]
    return sum(value for value in values if not math.isnan(value))
