"""The command line: its groups of commands, one file each, and what every failure ends in."""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Sequence
from importlib import import_module
from types import FrameType
from typing import Annotated, NoReturn

import typer

from territory.cli.console import Console
from territory.cli.shadows import refuse_shadows
from territory.currency import DEFAULT, amounts_in
from territory.garbage import FEW_SEARCHES
from territory.inputs.once import once

__all__ = ["COMMANDS", "main", "run"]

EPILOG = (
    "Exit codes: 0 done, 1 a bug, 2 inputs cannot be used, 3 travel engine, "
    "4 no plan keeps all rules, 130 interrupted (best plan so far saved)."
)

INTERRUPTED = 130
ENDINGS = ("SIGTERM", "SIGHUP")

COMMANDS = {
    "live.cover_commands": ("cover",),
    "commands.input_commands": ("init", "check", "audit", "schema", "columns", "import"),
    "commands.plan_commands": ("design", "today", "show", "map"),
    "commands.change_commands": ("move",),
    "review.edit_commands": ("edits", "apply", "undo"),
    "commands.doctor_commands": ("doctor",),
    "commands.publish_commands": ("picture", "report", "deck", "export"),
    "watch.quarter_commands": ("review",),
    "watch.realign_commands": ("realign", "shock"),
    "commands.review_commands": ("scorecard",),
    "review.compare_commands": ("compare",),
    "review.explain_commands": ("explain",),
    "review.frontier_commands": ("frontier",),
    "review.reach_commands": ("calls",),
    "live.rollout_commands": ("rollout", "rollout-check", "rollout-example"),
    "live.brief_commands": ("brief", "resources"),
    "live.agreement_commands": ("review-pack", "challenges", "decide", "state"),
    "commands.forecast_commands": ("forecast",),
    "commands.incentive_commands": ("quotas", "pay"),
    "commands.market_commands": ("segment",),
    "watch.monitor_commands": ("monitor",),
    "watch.outlook_commands": ("outlook",),
    "commands.size_commands": ("size",),
}
"""The files below `territory.cli`, in the order of the help, and the commands of each: a command
line that begins with one of them loads that file only."""


def _application(command: str) -> typer.Typer:
    """Give the application with the file of one command, with all files for any other word."""
    app = typer.Typer(
        name="territory",
        help="Plan balanced, contiguous, explained sales territories.",
        epilog=EPILOG,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    )
    app.callback(invoke_without_command=True)(_top)
    own = [file for file, names in COMMANDS.items() if command in names]
    for file in own or COMMANDS:
        app.add_typer(import_module(f"territory.cli.{file}").commands)
    return app


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


def run(arguments: Sequence[str], console: Console) -> int:
    """Run one command line and return its exit code; every failure is said on the console."""
    from territory.cli.failures import failure_of

    try:
        refuse_shadows()
        command = next((word for word in arguments if not word.startswith("-")), "")
        app = _application(command)
        with once(), amounts_in(DEFAULT, until_heard=True):
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
    gc.set_threshold(*FEW_SEARCHES)
    _keep_stdout()
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    _end_like_ctrl_c()
    code = run(sys.argv[1:], Console())
    # What is left goes with the process: looking through all of it for circles takes 0.7 s of CPU
    # after a design.
    gc.freeze()
    sys.exit(code)


def _keep_stdout() -> None:
    """Keep stdout for what the command says: what compiled libraries print goes to stderr."""
    if sys.stdout is None or sys.stderr is None:
        return
    try:
        sys.stdout.flush()
        own = os.dup(1)
        os.dup2(2, 1)
    except OSError:  # one of them is closed
        return
    lines = 1 if os.isatty(own) else -1
    sys.stdout = os.fdopen(own, "w", buffering=lines, encoding=sys.stdout.encoding)


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
