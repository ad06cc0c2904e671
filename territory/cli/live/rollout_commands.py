"""The commands that bring a plan live: `rollout`, `rollout-check` and `rollout-example`."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from territory.cli.console import Cell, Console
from territory.cli.options import Json, PlanFolder, machine, plan_folder, shell, shown
from territory.errors import InputError
from territory.messages import Message, counted, visible

if TYPE_CHECKING:
    import pandas as pd

    from territory.inputs.scenario.rollout import RolloutKeys
    from territory.inputs.scenario.scenario import Scenario
    from territory.plan import Plan
    from territory.rollout.result import Rollout

__all__ = ["absent", "commands", "scenario_of"]

commands = typer.Typer()

_WORDS = {"stays": "stay", "moves": "move", "joins": "join"}
_COUNTS = ("rows", "n_loaded", "n_failed", "n_open")


class Crm(StrEnum):
    """Systems that load files are written for."""

    SALESFORCE = "salesforce"
    VEEVA = "veeva"
    CSV = "csv"


OfScenario = Annotated[
    Path | None,
    typer.Option(
        "--scenario",
        metavar="FILE",
        help="Its reps, [rollout], [quotas] and [pay]. [default: the plan's own]",
    ),
]


@commands.command()
def rollout(
    context: typer.Context,
    plan: PlanFolder,
    *,
    crm: Annotated[Crm, typer.Option(help="What the files are loaded into.")],
    out: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Folder to write. [default: PLAN_rollout beside it]"),
    ] = None,
    extract: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="The org's exported tables, one object a file."),
    ] = None,
    scenario: OfScenario = None,
    go_live: Annotated[
        str | None, typer.Option(metavar="DATE", help="First day, as in 2027-01-04.")
    ] = None,
    pilot: Annotated[
        str | None,
        typer.Option(metavar="IDS", help="Territories or districts of the pilot, with commas."),
    ] = None,
    loaded: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Rollout folder whose files 03 are loaded already."),
    ] = None,
    accept: Annotated[
        list[str] | None,
        typer.Option(metavar="CHECK", help="Let this check of the audit pass; may be repeated."),
    ] = None,
    json: Json = False,
) -> int:
    """Write change set, waves, dates and CRM load files with their rollback twins.

    The pre-flight audit blocks: exit 2, with the whole list in preflight.csv and no load files.
    """
    return _rollout(
        machine(context, json),
        plan,
        crm=crm,
        out=out or _beside(plan_folder(plan)),
        extract=extract,
        scenario=scenario,
        given=(go_live, pilot),
        loaded=loaded,
        accept=tuple(accept or ()),
    )


@commands.command("rollout-check")
def rollout_check(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="ROLLOUT", help="Folder of `rollout`.")],
    *,
    loaded: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Success and error files. [default: ROLLOUT]"),
    ] = None,
    extract: Annotated[
        Path | None, typer.Option(metavar="DIR", help="A fresh extract, to audit after loading.")
    ] = None,
    json: Json = False,
) -> int:
    """Read what came of a load: what failed, what is open, and the twins with their ids."""
    return _check(machine(context, json), folder, loaded=loaded, extract=extract)


@commands.command("rollout-example")
def rollout_example(
    context: typer.Context,
    plan: PlanFolder,
    *,
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder to write.")],
    scenario: OfScenario = None,
) -> int:
    """Write a made-up Salesforce extract of a plan's accounts: what `rollout` wants to read."""
    return _example(context.obj, plan, out=out, scenario=scenario)


def _beside(folder: Path) -> Path:
    return shown(folder.absolute().with_name(f"{folder.absolute().name}_rollout"))


def scenario_of(plan: Path, scenario: Path | None) -> Scenario | None:
    """Return the scenario that a command was given, stands in the plan's place, or made the plan.

    None where the plan's own scenario file is no longer there.
    """
    from territory.inputs.scenario.scenario import read_scenario

    path = scenario or (plan if plan.suffix == ".toml" and plan.is_file() else None)
    if path is not None:
        return read_scenario(path)
    from territory.encoding.reopen import scenario_of as kept_scenario
    from territory.publish.folder import read_plan

    try:
        found = kept_scenario(read_plan(plan_folder(plan)))
    except InputError:
        return None
    return found if found.path.is_file() else None


def absent(plan: Plan, scenario: Scenario | None) -> list[Message]:
    """Return what a plan's pages and files lack where its scenario is not there; else nothing."""
    if scenario is not None:
        return []
    named = plan.record.scenario_path or f"{plan.record.scenario}.toml"
    return [
        Message(
            f"{named}, the plan's scenario, is not there: today's roster, quota, pay and guarantee "
            "are left out",
            hint="name it with --scenario",
            severity="warning",
        )
    ]


def reps_of(scenario: Scenario | None) -> pd.DataFrame | None:
    """Return the scenario's reps table, if it has one."""
    if scenario is None or scenario.inputs.reps is None:
        return None
    from territory.inputs.tables.tables import read_tables

    tables = read_tables(scenario)
    tables.audit.raise_if_errors()
    return tables.reps


def _rollout(
    console: Console,
    folder: Path,
    *,
    crm: Crm,
    out: Path,
    extract: Path | None,
    scenario: Path | None,
    given: tuple[str | None, str | None],
    loaded: Path | None,
    accept: tuple[str, ...],
) -> int:
    from territory.publish.folder import read_plan
    from territory.rollout.check import check_loaded, with_loaded
    from territory.rollout.crm.extract import read_extract
    from territory.rollout.findings import CHECKS, flaw_messages
    from territory.rollout.folder import write_rollout
    from territory.rollout.holidays import kept_keys
    from territory.rollout.package import rollout_of
    from territory.rollout.result import MARKER
    from territory.whole import check_folder

    unknown = [name for name in accept if name not in CHECKS]
    if unknown:
        raise InputError(
            Message(f"--accept {unknown[0]} is no check", hint=f"one of {', '.join(CHECKS)}")
        )
    check_folder(out, marker=MARKER)
    found = scenario_of(folder, scenario)
    plan = read_plan(plan_folder(folder))
    keys = _keys(kept_keys(plan) if found is None else found.rollout, *given)
    org = None if extract is None else read_extract(extract)
    if loaded is not None and org is not None:
        org = with_loaded(org, check_loaded(loaded, loaded))
    made = rollout_of(
        plan,
        crm=crm.value,
        keys=keys,
        extract=org,
        reps=reps_of(found),
        guarantee=_guarantee(found, folder, keys.guarantee_months),
        accepted=accept,
    )
    write_rollout(made, out)
    code = 2 if made.blocked else 0
    if console.machine:
        console.json({**_object(made), "exit_code": code, "folder": str(shown(out))})
        return code
    _show(console, made, out)
    flaws = flaw_messages(each for each in made.flaws if each.check not in accept)
    console.messages([*absent(plan, found), *flaws])
    return code


def _keys(keys: RolloutKeys, go_live: str | None, pilot: str | None) -> RolloutKeys:
    """Return the keys with what the command line says instead."""
    from datetime import date

    change: dict[str, object] = {}
    if go_live is not None:
        try:
            change["go_live"] = date.fromisoformat(go_live)
        except ValueError:
            raise InputError(
                Message(f"--go-live is {go_live}", hint="write a day, as in 2027-01-04")
            ) from None
    if pilot is not None:
        change["pilot"] = tuple(name.strip() for name in pilot.split(",") if name.strip())
    return keys.model_copy(update=change)


def _guarantee(scenario: Scenario | None, folder: Path, months: int) -> pd.DataFrame | None:
    """Return hold-harmless by rep where the scenario says what reps are paid."""
    if scenario is None or scenario.pay is None or scenario.quotas is None or not months:
        return None
    from territory.incentives.facts import incentive_case
    from territory.incentives.payout.guarantee import guarantee_by_rep
    from territory.publish.folder import read_plan

    return guarantee_by_rep(incentive_case(scenario, read_plan(plan_folder(folder))), months)


def _show(console: Console, made: Rollout, out: Path) -> None:
    change = made.change
    counts = change.accounts["change"].value_counts()
    said = [f"{counts.get(name, 0):,} {word}" for name, word in _WORDS.items()]
    console.data(f"accounts   {', '.join(said)}")
    status = change.territories["status"].value_counts()
    console.data(f"territory  {', '.join(f'{n} {name}' for name, n in status.items())}")
    for row in made.waves.table.to_dict("records"):
        console.data(
            visible(
                f"wave {row['wave']}     {row['name']}: {row['n_territories']} territories, "
                f"{row['n_accounts_moved']:,} accounts move"
            )
        )
    for note in made.waves.notes:
        console.data(visible(f"           {note}"))
    for note in made.notes:
        console.data(visible(f"found      {note}"))
    if made.waiting:
        many = counted(len(made.waiting), "territory", "territories")
        step = (
            f"deploy 02_metadata ({many} to make), export Territory2Model, Territory2Type and "
            "Territory2 into the extract, then run again"
            if made.metadata
            else f"load 03 ({many} to make), then run again with --loaded {shell(out)}"
        )
        console.data(f"next       {step}")
    console.data(f"written    {visible(str(shown(out)))}")


def _check(console: Console, folder: Path, *, loaded: Path | None, extract: Path | None) -> int:
    from territory.rollout.check import audit_after, check_loaded, write_rollback
    from territory.rollout.crm.extract import read_extract
    from territory.rollout.findings import flaw_messages, flaws_table

    flaws, written, result = [], [], None
    if extract is not None:
        flaws = audit_after(folder, read_extract(extract))
    if loaded is not None or extract is None:
        result = check_loaded(folder, loaded or folder)
        written = write_rollback(folder, result)
    good = not flaws and (result is None or result.complete)
    if console.machine:
        console.json(
            {
                "complete": good,
                "files": [] if result is None else result.files.to_dict("records"),
                "failed": [] if result is None else result.failed.to_dict("records"),
                "audit": flaws_table(flaws).to_dict("records"),
                "written": written,
            }
        )
        return 0 if good else 2
    if result is not None:
        rows: list[list[str | Cell]] = [
            [str(row["file"]), *(f"{row[name]:,}" for name in _COUNTS)]
            for row in result.files.to_dict("records")
        ]
        console.table(["File", "Rows", "Loaded", "Failed", "Open"], rows, text_columns=1)
    for place in written:
        console.data(visible(f"written    {place}"))
    if result is not None and len(result.failed):
        console.messages(
            [
                Message(
                    f"the CRM refused {counted(len(result.failed), 'record')}",
                    evidence=tuple(
                        (f"{row['file']}:{row['line']}", str(row["key"]), str(row["error"]))
                        for row in result.failed.to_dict("records")
                    ),
                    hint="settle the causes and load the error file again, or go back with the "
                    "files in `rollback`",
                )
            ]
        )
    console.messages(flaw_messages(flaws))
    if extract is not None and not flaws:
        console.data("audit      every account is in its territory, once, with its owner")
    return 0 if good else 2


def _example(console: Console, folder: Path, *, out: Path, scenario: Path | None) -> int:
    from territory.inputs.cells import write_table
    from territory.publish.folder import read_plan
    from territory.rollout.change_set import change_set, current_reps
    from territory.rollout.crm.example import example_extract
    from territory.whole import whole_files

    found = scenario_of(folder, scenario)
    plan = read_plan(plan_folder(folder))
    tables = example_extract(change_set(plan, reps_today=current_reps(reps_of(found))))
    with whole_files(out) as fresh:
        for name, table in tables.items():
            write_table(table, fresh / f"{name}.csv")
    console.data(f"written    {visible(str(shown(out)))} ({', '.join(tables)}; all invented)")
    return 0


def _object(made: Rollout) -> dict[str, object]:
    from territory.rollout.findings import flaws_table

    return {
        "crm": made.crm,
        "blocked": len(made.blocked),
        "waiting": list(made.waiting),
        "waves": made.waves.table.to_dict("records"),
        "changes": made.change.accounts["change"].value_counts().to_dict(),
        "preflight": flaws_table(made.flaws).to_dict("records"),
        "notes": list(made.notes),
    }
