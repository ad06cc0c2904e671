"""The commands about edits by hand: list them, make them again, take the last one back."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from territory.cli.commands.change_commands import make_moves
from territory.cli.console import Console
from territory.cli.options import (
    DecidedBy,
    DryRun,
    Force,
    Json,
    PlanFolder,
    Repair,
    ReviewFolder,
    machine,
    plan_folder,
    review_folder,
)
from territory.messages import visible

__all__ = ["commands"]

commands = typer.Typer()


@commands.command()
def edits(
    context: typer.Context,
    plan: PlanFolder,
    *,
    pins: Annotated[
        bool, typer.Option("--pins", help="As rules of a scenario, for a later solve to keep.")
    ] = False,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write an edits.toml instead.")
    ] = None,
    json: Json = False,
) -> int:
    """Print a plan's edits as an edits.toml, or as pins for its scenario."""
    return _edits(machine(context, json), plan_folder(plan), pins=pins, out=out)


@commands.command()
def apply(
    context: typer.Context,
    plan: PlanFolder,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="An edits.toml, or a workbook's sheet Moves.")
    ],
    *,
    dry_run: DryRun = False,
    force: Force = False,
    repair: Repair = False,
    by: DecidedBy = "",
    json: Json = False,
) -> int:
    """Make the edits of a file in a plan, after their ledger: all of them or none.

    Who decided it is --by where the file does not say.
    """
    from territory.changes.edits import still_to_do
    from territory.changes.edits_file import moves_of_file
    from territory.publish.folder import read_plan

    folder = plan_folder(plan)
    read = read_plan(folder)
    wanted = [
        (move, {**record, "by": record["by"] or by})
        for move, record in still_to_do(read, moves_of_file(file, read))
    ]
    return make_moves(
        machine(context, json), folder, wanted, made=not dry_run, force=force, repair=repair
    )


@commands.command()
def undo(
    context: typer.Context,
    plan: PlanFolder,
    *,
    by: DecidedBy = "",
    review: ReviewFolder = None,
    json: Json = False,
) -> int:
    """Take a plan's last edit back; a challenge that it accepted is open again (needs --by)."""
    return _undo(machine(context, json), plan_folder(plan), by=by, review=review)


def _edits(console: Console, folder: Path, *, pins: bool, out: Path | None) -> int:
    from territory.changes.edits import edits_of, edits_text, pins_text
    from territory.publish.folder import read_plan
    from territory.whole import whole_file

    plan = read_plan(folder)
    found = edits_of(plan)
    text = pins_text(found, plan) if pins else edits_text(found)
    if out is not None:
        with whole_file(out) as part:
            part.write_text(text, encoding="utf-8")
    if console.machine:
        console.json(
            {
                "edits": [
                    {
                        "to": each.to,
                        "what": list(each.what),
                        "by": each.by,
                        "when": each.when,
                        "why": each.why,
                        "team": each.team,
                    }
                    for each in found
                ],
                "file": str(out) if out else None,
            }
        )
    elif out is not None:
        console.data(f"{'written':<10}{visible(str(out))}")
    else:
        for line in text.splitlines():
            console.data(visible(line))
    return 0


def _undo(console: Console, folder: Path, *, by: str, review: Path | None) -> int:
    from territory.changes.accepted import undone
    from territory.changes.decisions import (
        read_decisions,
        refuse_overtaken,
        taken_back,
        write_decisions,
    )
    from territory.publish.folder import read_plan, save_plan

    before = read_plan(folder)
    plan, last = undone(before)
    asked = [each.challenge for each in last if each.challenge]
    target = review_folder(folder, review)
    record = read_decisions(target) if asked else None
    if record is not None:
        again = taken_back(record, asked, who=by, when=date.today().isoformat())
        opened = len(again) > len(record)
    if record is not None:
        refuse_overtaken(target, record)
    save_plan(plan, folder, instead_of=before)
    if record is not None and opened:
        write_decisions(target, again)
    if console.machine:
        rows = [
            {"to": each.to, "what": list(each.what), "challenge": each.challenge} for each in last
        ]
        console.json({"undone": rows})
        return 0
    for each in last:
        names = ", ".join(each.what[:5]) + (" …" if len(each.what) > 5 else "")
        who = f"{each.when} {each.by}".strip()
        console.data(visible(f"taken back: {names} to {each.to} ({who})"))
    if asked:
        which = visible(", ".join(asked))
        told = f"open again: {which}" if opened else f"{which}: not on record in {target}"
        console.data(told)
    return 0
