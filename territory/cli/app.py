"""The command line: its groups of commands, one file each, and what every failure ends in."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from types import FrameType
from typing import Annotated, NoReturn

import typer

from territory.cli.commands import (
    change_commands,
    doctor_commands,
    forecast_commands,
    incentive_commands,
    input_commands,
    market_commands,
    plan_commands,
    publish_commands,
    review_commands,
    size_commands,
)
from territory.cli.console import Console
from territory.cli.live import agreement_commands, brief_commands, cover_commands, rollout_commands
from territory.cli.review import (
    compare_commands,
    edit_commands,
    explain_commands,
    frontier_commands,
)
from territory.cli.shadows import refuse_shadows
from territory.cli.watch import (
    monitor_commands,
    outlook_commands,
    quarter_commands,
    realign_commands,
)

__all__ = ["app", "main", "run"]

EPILOG = (
    "Exit codes: 0 done, 1 a bug, 2 inputs cannot be used, 3 travel engine, "
    "4 no plan keeps all rules, 130 interrupted (best plan so far saved)."
)

INTERRUPTED = 130
ENDINGS = ("SIGTERM", "SIGHUP")

app = typer.Typer(
    name="territory",
    help="Plan balanced, contiguous, explained sales territories.",
    epilog=EPILOG,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)


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
        from importlib.metadata import version as version_of

        console.data(f"territory-design {version_of('territory-design')}")
        raise typer.Exit
    if context.invoked_subcommand is None:
        console.say(context.get_help())
        raise typer.Exit(2)


for _group in (
    cover_commands,
    input_commands,
    plan_commands,
    change_commands,
    edit_commands,
    doctor_commands,
    publish_commands,
    quarter_commands,
    realign_commands,
    review_commands,
    compare_commands,
    explain_commands,
    frontier_commands,
    rollout_commands,
    brief_commands,
    agreement_commands,
    forecast_commands,
    incentive_commands,
    market_commands,
    monitor_commands,
    outlook_commands,
    size_commands,
):
    app.add_typer(_group.commands)


def run(arguments: Sequence[str], console: Console) -> int:
    """Run one command line and return its exit code; every failure is said on the console."""
    from territory.cli.failures import failure_of

    try:
        refuse_shadows()
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
    _end_like_ctrl_c()
    sys.exit(run(sys.argv[1:], Console()))


def _end_like_ctrl_c() -> None:
    """Let a closed terminal and a job manager's request end the work as Ctrl+C does.

    A signal that is ignored already (``nohup``) stays so.
    """

    def end(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    for name in ENDINGS:
        number = getattr(signal, name, None)  # Windows has no SIGHUP
        if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, end)


def _quiet_libraries() -> None:
    import warnings

    if not os.environ.get("TERRITORY_DEBUG"):
        warnings.simplefilter("ignore")
