"""The commands about inputs: a first scenario, its check and audit, the schema, published files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from territory.cli.console import Console
from territory.errors import InputError
from territory.messages import Message, Severity, counted, visible

if TYPE_CHECKING:
    import pandas as pd

    from territory.audit import Audit

from territory.cli.options import (
    Json,
    ScenarioFile,
    machine,
    shell,
    shown,
)

__all__ = ["commands"]

commands = typer.Typer()


@commands.command()
def init(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="New or empty folder.")],
    files: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[FILE]...", help="Further files, behind --from.", hidden=True),
    ] = None,
    *,
    first: Annotated[
        list[Path] | None,
        typer.Option(
            "--from", metavar="FILE...", help="Your own files: accounts, roster, sales, alignment."
        ),
    ] = None,
    after: Annotated[
        Path | None,
        typer.Option("--after", metavar="PLAN", help="The demo's invented year after go-live."),
    ] = None,
) -> int:
    """Write the demo company, or a first scenario for your own files.

    With --from each file is read, its table and columns are guessed, and what rests on what is
    written beside each key; it ends with what `check` says.
    """
    if after is not None:
        return _init_after(context.obj, folder, after)
    if first:
        return _init_from(context.obj, folder, [*first, *(files or ())])
    if files:
        raise InputError(
            Message(
                f"init takes one folder; {files[0]} is a second argument",
                hint=f"for your own files: territory init {shell(folder)} --from {files[0]}",
            )
        )
    return _init(context.obj, folder)


@commands.command()
def check(context: typer.Context, scenario: ScenarioFile, json: Json = False) -> int:
    """Say what will be solved, or name every problem at once."""
    return _check(machine(context, json), scenario)


@commands.command()
def audit(
    context: typer.Context,
    scenario: ScenarioFile,
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="CSV file of all findings. [default: beside the plans]"),
    ] = None,
    fix_preview: Annotated[
        bool, typer.Option("--fix-preview", help="List the repairs that can be made.")
    ] = False,
) -> int:
    """Print all findings about the inputs, worst first.

    Exit 2: at least one of them stops the work.
    """
    return _audit(context.obj, scenario, out=out, fix_preview=fix_preview)


@commands.command()
def schema(context: typer.Context) -> int:
    """Print the JSON Schema of scenario files, for editors."""
    return _schema(context.obj)


@commands.command()
def columns(
    context: typer.Context,
    file: Annotated[
        str | None, typer.Argument(metavar="[FILE]", help="accounts.csv, quotas.csv, reps, …")
    ] = None,
    *,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the table as CSV instead.")
    ] = None,
    json: Json = False,
) -> int:
    """Say what every column of every file means: type, unit, formula, source."""
    return _columns(machine(context, json), file, out=out)


@commands.command("import")
def import_files(
    context: typer.Context,
    kind: Annotated[
        str,
        typer.Argument(metavar="KIND", help="hifld-hospitals, cms-asc, cms-hospitals or cms-opps."),
    ],
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="As published.")],
    *,
    out: Annotated[Path, typer.Option(metavar="FILE", help="Accounts table to write.")],
    state: Annotated[
        str | None, typer.Option(metavar="TX", help="Keep this state's facilities only.")
    ] = None,
    types: Annotated[
        list[str] | None,
        typer.Option("--type", metavar="TYPE", help="Keep this type only; may be repeated."),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace an existing file.")] = False,
) -> int:
    """Turn published hospital files into an accounts table."""
    return _import_files(context.obj, kind, files, state=state, types=types, out=out, force=force)


def _init(console: Console, folder: Path) -> int:
    """Write the demo company and say what to do next."""
    from territory.inputs.demo.company import write_company

    scenario = write_company(folder)
    console.data(f"scenario  {scenario}")
    console.say(f"next: territory design {shell(scenario)}")
    return 0


def _init_from(console: Console, folder: Path, files: Sequence[Path]) -> int:
    """Write a first scenario for the user's files, and end with its check."""
    from territory.design import audit as audit_of
    from territory.inputs.first.first import first_scenario
    from territory.inputs.scenario.scenario import read_scenario

    for each in files:
        if each.is_dir():
            raise InputError(
                Message(
                    f"{visible(str(shown(each)))} is a folder; --from takes files",
                    hint=f"all files in it: territory init {shell(folder)} --from {shell(each)}/*",
                )
            )
    found = first_scenario(folder, files, audit=lambda path: audit_of(read_scenario(path)))
    for label, text in found.lines:
        console.data(f"{label:<11}{visible(text)}")
    console.data(f"scenario   {found.path}")
    console.data()
    code = _check(console, found.path)
    console.say(f"next: territory design {shell(folder)}")
    return code


def _init_after(console: Console, folder: Path, plan: Path) -> int:
    """Write the tables of the demo's first year with a plan, and say what to do next."""
    from territory.cli.options import plan_folder
    from territory.inputs.demo.year_after import GO_LIVE, write_year_after
    from territory.monitor.demo import demo_year
    from territory.publish.folder import read_plan

    year = demo_year(read_plan(plan_folder(plan)))
    for place in write_year_after(year, folder):
        console.data(visible(f"{place.stem:<14}{shown(place)}"))
    files = " ".join(f"--{name} {shell(folder / f'{name}.csv')}" for name in year.tables)
    console.say(
        f"next: territory monitor {shell(plan)} {files} --go-live {GO_LIVE} --as-of 2025-12-31"
    )
    return 0


def _check(console: Console, path: Path) -> int:
    """Read everything and say what will be solved; raise with all problems at once."""
    from territory.design import prepare
    from territory.inputs.scenario.scenario import read_scenario
    from territory.review.overview import overview

    scenario = read_scenario(path)
    prepared = prepare(scenario)
    facts = overview(prepared.case)
    found = prepared.audit
    if console.machine:
        counts = {"warnings": _causes(found, "warning"), "infos": _causes(found, "info")}
        console.json({"status": "ready", **facts.as_json(), **counts})
        return 0
    for label, text in facts.lines():
        console.data(f"{label:<14}{visible(text)}")
    console.data()
    console.table(facts.header, facts.rows)
    if found:
        console.say()
        console.messages(found.messages("warning"))
        said = f"{counted(_causes(found, 'warning'), 'warning')}, "
        said += counted(_causes(found, "info"), "note")
        console.say(f"{said}: territory audit {shell(path)}")
    return 0


def _audit(console: Console, path: Path, *, out: Path | None, fix_preview: bool) -> int:
    """Print all findings, worst first, and write them to a CSV file."""
    from territory.design import audit as audit_of
    from territory.inputs.findings.saved import write_audit
    from territory.inputs.scenario.scenario import read_scenario

    scenario = read_scenario(path)
    found = audit_of(scenario)
    target = out or shown(scenario.out.with_name(f"{scenario.name}.audit.csv"))
    write_audit(found, target)
    console.messages(found.messages(), as_data=True)
    if fix_preview:
        _preview(console, found.repairs())
    if found:
        console.data()
    counts = (
        counted(_causes(found, "error"), "error"),
        counted(_causes(found, "warning"), "warning"),
        counted(_causes(found, "info"), "note"),
    )
    console.data(f"{', '.join(counts)}: {target}")
    return InputError.exit_code if found.errors else 0


def _causes(found: Audit, severity: Severity) -> int:
    """Count causes, not cells: 362 cells with one fault are one thing to mend."""
    return len(found.messages(severity))


def _preview(console: Console, repairs: pd.DataFrame) -> None:
    console.data()
    if not len(repairs):
        console.data("no repairs to be made")
        return
    console.data(f"{counted(len(repairs), 'repair')} can be made:")
    rows = [
        [f"{row['file']}:{row['line']}", row["id"], row["column"], row["value"], row["repair"]]
        for row in repairs.to_dict("records")
    ]
    console.table(["place", "id", "column", "given", "repaired"], rows, text_columns=5)
    console.say("to make them, write repair = true in the table's entry under [inputs]")


def _schema(console: Console) -> int:
    """Print the JSON Schema of scenario files."""
    from territory.inputs.scenario.scenario import json_schema

    console.json(json_schema())
    return 0


def _import_files(
    console: Console,
    kind: str,
    files: Sequence[Path],
    *,
    state: str | None,
    types: Sequence[str] | None,
    out: Path,
    force: bool,
) -> int:
    """Write an accounts table from published files and say what was left out and guessed."""
    from territory.inputs.cells import write_table
    from territory.inputs.findings.saved import write_audit
    from territory.inputs.public_files import import_public

    if out.exists() and not force:
        raise InputError(
            Message(f"{out} exists", hint="name another file with --out, or add --force")
        )
    imported = import_public(kind, files, state=state, types=types or None)
    if force:
        out.unlink(missing_ok=True)
    write_table(imported.accounts, out)
    for line in imported.report():
        console.data(visible(line))
    console.data(f"accounts  {out}")
    if imported.audit:
        findings = out.with_name(f"{out.stem}.audit.csv")
        write_audit(imported.audit, findings)
        console.data(f"audit     {findings}")
    console.messages(imported.audit.messages("warning"))
    return 0


def _columns(console: Console, file: str | None, *, out: Path | None) -> int:
    """Print or write the data dictionary."""
    from territory.inputs.cells import write_table
    from territory.publish.dictionary import data_dictionary

    table = data_dictionary(file)
    if out is not None:
        write_table(table, out)
        console.data(f"columns  {shown(out)}")
        return 0
    if console.machine:
        console.json(table.to_dict("records"))
        return 0
    for name in dict.fromkeys(table["file"]):
        rows = table[table["file"] == name].to_dict("records")
        sources = dict.fromkeys(row["source"] for row in rows)
        one = f", from {next(iter(sources))}" if len(sources) == 1 else ""
        console.data(f"{name} ({rows[0]['use']}{one})")
        for row in rows:
            unit = f" [{row['unit']}]" if row["unit"] else ""
            source = "" if one else f"; from {row['source']}"
            console.data(f"  {row['column']}: {row['type']}{unit}. {row['meaning']}{source}")
            if row["formula"]:
                console.data(f"      = {row['formula']}")
        console.data()
    return 0
