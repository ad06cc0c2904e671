"""The command line: parsing only; each command's work is in `territory.commands`."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from territory.console import Console

__all__ = ["app", "main", "run"]

EPILOG = (
    "Exit codes: 0 done, 1 a bug, 2 inputs cannot be used, 3 travel engine, "
    "4 no plan keeps all rules, 130 interrupted (best plan so far saved)."
)

INTERRUPTED = 130

app = typer.Typer(
    name="territory",
    help="Plan balanced, contiguous, explained sales territories.",
    epilog=EPILOG,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)


class Effort(StrEnum):
    """How long to look."""

    QUICK = "quick"
    NORMAL = "normal"
    BEST = "best"


class ProgressMode(StrEnum):
    """What stderr says while the work goes on."""

    AUTO = "auto"
    JSON = "json"
    NONE = "none"


ScenarioFile = Annotated[Path, typer.Argument(metavar="SCENARIO", help="Scenario file (TOML).")]
PlanFolder = Annotated[Path, typer.Argument(metavar="PLAN", help="Plan folder of `design`.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object on stdout.")]
OfPlan = Annotated[
    Path | None,
    typer.Option("--plan", metavar="DIR", help="Plan folder. [default: the scenario's]"),
]
OutFolder = Annotated[
    Path | None,
    typer.Option("--out", metavar="DIR", help="Folder of what is written. [default: the plan's]"),
]


@app.callback(invoke_without_command=True)
def _top(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
    debug: Annotated[
        bool,
        typer.Option(
            "--debug",
            help="Show warnings of libraries, and where a bug is (or set TERRITORY_DEBUG=1).",
        ),
    ] = False,
) -> None:
    console: Console = context.obj
    if debug:
        os.environ["TERRITORY_DEBUG"] = "1"
    _quiet_libraries()
    if version:
        from territory import __version__

        console.data(f"territory-design {__version__}")
        raise typer.Exit
    if context.invoked_subcommand is None:
        console.say(context.get_help())
        raise typer.Exit(2)


@app.command()
def init(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="New or empty folder.")],
) -> int:
    """Write the demo company: a scenario and its tables."""
    from territory import commands

    return commands.init(context.obj, folder)


@app.command()
def check(context: typer.Context, scenario: ScenarioFile, json: Json = False) -> int:
    """Say what will be solved, or name every problem at once."""
    from territory import commands

    return commands.check(_machine(context, json), scenario)


@app.command()
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
    from territory import commands

    return commands.audit(context.obj, scenario, out=out, fix_preview=fix_preview)


@app.command()
def design(
    context: typer.Context,
    scenario: ScenarioFile,
    *,
    effort: Annotated[
        Effort | None, typer.Option(help="How long to look. [default: the scenario's]")
    ] = None,
    time_limit: Annotated[
        float | None, typer.Option(metavar="S", help="Cap on the seconds of looking.")
    ] = None,
    seed: Annotated[
        int | None, typer.Option(metavar="N", help="Same inputs and seed: same plan.")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Plan folder. [default: runs/NAME by the scenario]"),
    ] = None,
    progress: Annotated[
        ProgressMode, typer.Option(help="Progress on stderr; auto: one line on a terminal.")
    ] = ProgressMode.AUTO,
    json: Json = False,
) -> int:
    """Design territories and write the plan folder.

    Exit 0: the plan keeps every rule. Exit 4: proved that none does (nothing written), or none
    was found (the least bad plan is written, with what it breaks). Ctrl+C: the best plan so far
    is written, exit 130.
    """
    from territory import commands

    return commands.design(
        _machine(context, json),
        scenario,
        effort=effort.value if effort else None,
        time_limit=time_limit,
        seed=seed,
        out=out,
        progress=progress.value,
    )


@app.command()
def show(context: typer.Context, plan: PlanFolder, json: Json = False) -> int:
    """Print a plan's scorecard."""
    from territory import commands

    return commands.show(_machine(context, json), plan)


@app.command()
def scorecard(
    context: typer.Context,
    plan: PlanFolder,
    *,
    scenario: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Its tables and section [review]: sales, growth areas, competitors, thresholds.",
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Where to write. [default: PLAN]")
    ] = None,
    json: Json = False,
) -> int:
    """Score a plan: every figure by territory, fairness, and a checklist that can say no."""
    from territory import commands_review

    return commands_review.scorecard(_machine(context, json), plan, scenario=scenario, out=out)


@app.command("map")
def draw_map(
    context: typer.Context,
    plan: PlanFolder,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="HTML file. [default: PLAN/map.html]")
    ] = None,
    tiles: Annotated[
        bool, typer.Option("--tiles", help="Add a background layer that needs the network.")
    ] = False,
) -> int:
    """Draw a plan's map again, as one HTML file."""
    from territory import commands

    return commands.draw_map(context.obj, plan, out=out, tiles=tiles)


@app.command()
def quotas(
    context: typer.Context,
    scenario: ScenarioFile,
    *,
    plan: OfPlan = None,
    out: OutFolder = None,
    explain: Annotated[
        str | None,
        typer.Option(metavar="ID", help="Only say in words how this territory's quota came about."),
    ] = None,
    json: Json = False,
) -> int:
    """Spread a goal over a plan's territories and test its fairness on history."""
    from territory import commands_incentives as commands

    return commands.quotas(_machine(context, json), scenario, plan=plan, out=out, explain=explain)


@app.command()
def pay(
    context: typer.Context,
    scenario: ScenarioFile,
    *,
    plan: OfPlan = None,
    out: OutFolder = None,
    json: Json = False,
) -> int:
    """Simulate what reps earn today and in a plan: who gains, who loses, what it costs."""
    from territory import commands_incentives as commands

    return commands.pay(_machine(context, json), scenario, plan=plan, out=out)


@app.command()
def schema(context: typer.Context) -> int:
    """Print the JSON Schema of scenario files, for editors."""
    from territory import commands

    return commands.schema(context.obj)


@app.command("import")
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
    from territory import commands

    return commands.import_files(
        context.obj, kind, files, state=state, types=types, out=out, force=force
    )


@app.command()
def segment(
    context: typer.Context,
    scenario: ScenarioFile,
    *,
    out: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Folder of the tables. [default: runs/NAME.segments]"),
    ] = None,
    explain: Annotated[
        str | None, typer.Option(metavar="ACCOUNT", help="Take this account's score apart.")
    ] = None,
    json: Json = False,
) -> int:
    """Value, score and tier the accounts, and sum them up by segment."""
    from territory import commands_segment

    return commands_segment.segment(_machine(context, json), scenario, out=out, explain=explain)


@app.command()
def size(
    context: typer.Context,
    scenario: ScenarioFile,
    *,
    first: Annotated[
        int | None,
        typer.Option("--from", metavar="N", min=1, help="Fewest reps. [default: today's - 5]"),
    ] = None,
    last: Annotated[
        int | None,
        typer.Option("--to", metavar="N", min=1, help="Most reps. [default: today's + 10]"),
    ] = None,
    plan: Annotated[
        Path | None,
        typer.Option(metavar="PLAN", help="Check this plan's travel estimate by routed tours."),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Folder to write. [default: beside the plans]"),
    ] = None,
    json: Json = False,
) -> int:
    """Say how many reps the work needs, and what each further one brings."""
    from territory import commands_size

    return commands_size.size(
        _machine(context, json), scenario, first=first, last=last, plan_folder=plan, out=out
    )


def run(arguments: Sequence[str], console: Console) -> int:
    """Run one command line and return its exit code; every failure is said on the console."""
    from territory.failures import failure_of

    try:
        code = app(list(arguments), prog_name="territory", standalone_mode=False, obj=console)
    except (KeyboardInterrupt, typer.Abort):
        return INTERRUPTED
    except Exception as error:
        failure = failure_of(error)
        console.failure(failure)
        if os.environ.get("TERRITORY_DEBUG"):
            import traceback

            console.say(traceback.format_exc())
        return failure.exit_code
    return int(code or 0)


def main() -> NoReturn:
    """Run the process's command line and exit."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    sys.exit(run(sys.argv[1:], Console()))


def _machine(context: typer.Context, json: bool) -> Console:
    console: Console = context.obj
    console.machine = json
    return console


def _quiet_libraries() -> None:
    import warnings

    if not os.environ.get("TERRITORY_DEBUG"):
        warnings.simplefilter("ignore")
