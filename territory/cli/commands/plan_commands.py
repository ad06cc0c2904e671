"""The commands that make a plan and show it."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from territory.cli.console import Cell, Console, Progress, ProgressMode
from territory.errors import InputError, Interrupted
from territory.messages import Message, counted, visible

if TYPE_CHECKING:
    from types import FrameType

    from solvers.stop import Interrupt
    from territory.plan import Plan

from territory.cli.options import (
    Effort,
    Json,
    PlanFolder,
    ScenarioFile,
    ShowProgress,
    machine,
    plan_folder,
    shown,
)

__all__ = ["commands"]

commands = typer.Typer()


EXIT_CODES = {"optimal": 0, "feasible": 0, "infeasible": 4, "no_solution": 4, "interrupted": 130}
"""Exit code of `design` by the plan's status."""

_ADVICE = "report.html says why; widen a tolerance, loosen a rule, or use --effort best"


@commands.command()
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
    threads: Annotated[
        int | None, typer.Option(metavar="N", help="Most threads; the plan is the same for any.")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Plan folder. [default: runs/NAME by the scenario]"),
    ] = None,
    at: Annotated[
        str | None,
        typer.Option(metavar="2027Q4", help="Plan for the potential forecast for that quarter."),
    ] = None,
    robust: Annotated[
        float | None,
        typer.Option(
            metavar="P", min=0, max=1, help="Bands hold in this share of drawn futures (with --at)."
        ),
    ] = None,
    progress: Annotated[
        ShowProgress, typer.Option(help="Progress on stderr; auto: one line on a terminal.")
    ] = ShowProgress.AUTO,
    json: Json = False,
) -> int:
    """Design territories and write the plan folder.

    Exit 0: the plan keeps every rule. Exit 4: proved that none does (nothing written), or none
    was found (the least bad plan is written, with what it breaks). Ctrl+C: the best plan so far
    is written, exit 130.
    """
    return _design(
        machine(context, json),
        scenario,
        effort=effort.value if effort else None,
        time_limit=time_limit,
        seed=seed,
        threads=threads,
        out=out,
        at=at,
        robust=robust,
        progress=progress.value,
    )


@commands.command()
def today(
    context: typer.Context,
    scenario: ScenarioFile,
    *,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Plan folder. [default: runs/NAME_today]")
    ] = None,
    json: Json = False,
) -> int:
    """Write today's alignment as a plan: judged, priced, routed and drawn like one.

    Exit 0, whether it keeps the rules or not: what it breaks is part of the answer.
    """
    return _today(machine(context, json), scenario, out=out)


@commands.command()
def show(context: typer.Context, plan: PlanFolder, json: Json = False) -> int:
    """Print a plan's scorecard."""
    return _show(machine(context, json), plan)


@commands.command("map")
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
    return _draw_map(context.obj, plan, out=out, tiles=tiles)


def _design(
    console: Console,
    path: Path,
    *,
    effort: str | None,
    time_limit: float | None,
    seed: int | None,
    threads: int | None,
    out: Path | None,
    at: str | None,
    robust: float | None,
    progress: ProgressMode,
) -> int:
    """Design, save and show a plan; Ctrl+C keeps the best one so far."""
    from solvers.search.threads import threads_for
    from solvers.stop import Interrupt
    from territory.design import design as design_plan
    from territory.inputs.scenario.scenario import read_scenario
    from territory.publish.folder import MARKER, save_plan
    from territory.whole import check_folder

    stop = Interrupt()
    with console.progress(progress) as live, _ctrl_c(stop, live):
        live.stage("reading")
        scenario = read_scenario(path).with_overrides(
            effort=effort,
            seed=seed,
            time_limit=time_limit,
            threads=threads,
            out=out,
            at=at,
        )
        check_folder(scenario.out, marker=MARKER)
        run = partial(design_plan, observer=live, stop=stop)
        if robust is None:
            plan = run(scenario)
        else:
            from territory.encoding.desk.closer import solved_closer
            from territory.monitor.robust import robust_design

            plan = robust_design(
                scenario,
                share=robust,
                design=run,
                closer=partial(solved_closer, observer=live, stop=stop),
            )
        live.stage("writing")
        target = save_plan(
            plan,
            scenario.out,
            at_once=stop.at_once,
            side_by_side=threads_for(scenario.solve.threads) > 1,
        )
    _report(console, plan, shown(target))
    if stop() is None or plan.status == "interrupted":
        return EXIT_CODES[plan.status]
    console.messages(
        [
            Message(
                "interrupted after the search: the plan is saved, without some of its pages",
                hint=f"run `territory map {shown(target)}` or `territory report {shown(target)}`",
                severity="info",
            )
        ]
    )
    return EXIT_CODES["interrupted"]


def _today(console: Console, path: Path, *, out: Path | None) -> int:
    """Score, save and show today's alignment."""
    from territory.design import today as todays_plan
    from territory.inputs.scenario.scenario import read_scenario
    from territory.publish.folder import MARKER, save_plan
    from territory.whole import check_folder

    scenario = read_scenario(path)
    target = out or scenario.out.with_name(f"{scenario.out.name}_today")
    check_folder(target, marker=MARKER)
    plan = todays_plan(scenario)
    _report(console, plan, shown(save_plan(plan, target)))
    return 0


@contextmanager
def _ctrl_c(stop: Interrupt, live: Progress) -> Iterator[None]:
    """Let the first Ctrl+C end the search with the best plan so far, and the second one kill.

    SIGTERM (a job manager's time is up) and SIGHUP (the terminal was closed) count as Ctrl+C.
    Before there is a plan the first one ends the work at once: there is nothing to keep.
    """

    def pressed(number: int, frame: FrameType | None) -> None:
        signal.signal(number, signal.SIG_DFL)
        live.interrupting()
        stop.pull()
        if not live.found:
            raise KeyboardInterrupt

    numbers = [
        number
        for number in (getattr(signal, name, None) for name in ("SIGINT", "SIGTERM", "SIGHUP"))
        if number is not None
        and (number == signal.SIGINT or signal.getsignal(number) is not signal.SIG_IGN)
    ]
    try:
        before = {number: signal.signal(number, pressed) for number in numbers}
    except ValueError:  # only the main thread may, and elsewhere nobody presses keys
        yield
        return
    try:
        yield
    except KeyboardInterrupt:
        raise Interrupted(
            Message("interrupted before there was a plan: nothing was written", severity="info")
        ) from None
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _show(console: Console, folder: Path) -> int:
    """Print a plan's scorecard and what is proved about it."""
    from territory.publish.folder import read_plan

    folder = plan_folder(folder)
    _report(console, read_plan(folder), folder)
    return 0


def _draw_map(console: Console, folder: Path, *, out: Path | None, tiles: bool) -> int:
    """Draw a plan's map again."""
    from territory.publish.folder import read_plan
    from territory.publish.maps.map import write_map

    folder = plan_folder(folder)
    target = out or folder / "map.html"
    if target.suffix.lower() not in {".html", ".htm"}:
        raise InputError(Message(f"--out is {target}; expected a name that ends in .html"))
    plan = read_plan(folder)
    outputs = replace(plan.record.outputs, tiles=tiles)
    plan = replace(plan, record=plan.record.but(outputs=outputs))
    write_map(plan, target)
    console.data(f"map  {target}")
    return 0


def _advice(plan: Plan) -> str:
    """Say at which limits a plan was found; without them, what one can try."""
    found = plan.record.further.get("ways_out")
    told = [str(each) for each in found] if isinstance(found, list | tuple) else []
    return "; or ".join(told) if told else _ADVICE


def _report(console: Console, plan: Plan, folder: Path) -> None:
    """Say what came out: to machines one object, to people table, status and places."""
    from territory.review.outcome import cost_line, outcome, places_of, scorecard_table
    from territory.wording import status_words

    files = places_of(folder)
    if console.machine:
        console.json({**outcome(plan), "exit_code": EXIT_CODES[plan.status], "files": files})
        return
    header, rows = scorecard_table(plan)
    cells = [[Cell(text, alarming) for text, alarming in row] for row in rows]
    console.table(header, cells, text_columns=2)
    console.data()
    console.data(visible(status_words(plan.record)))
    console.data(visible(cost_line(plan)))
    for label, place in files.items():
        console.data(f"{label:<10}{visible(place)}")
    broken = plan.record.violations
    is_today = plan.record.kind == "today"
    what = "today's alignment" if is_today else "the plan"
    for note in plan.record.notes:
        console.data(visible(str(note)))
    if broken:
        console.messages(
            [
                Message(
                    f"{what} breaks {counted(len(broken), 'rule')}",
                    evidence=tuple(str(each.text) for each in broken),
                    hint="" if is_today else _advice(plan),
                    severity="warning" if is_today or plan.status == "interrupted" else "error",
                )
            ]
        )
