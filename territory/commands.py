"""What each command does: one function a command, which returns the exit code."""

from __future__ import annotations

import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from territory.console import Cell, Console, Progress, ProgressMode
from territory.errors import InputError, Interrupted
from territory.messages import Message, counted, visible

if TYPE_CHECKING:
    from types import FrameType

    from solvers.stop import Interrupt
    from territory.plan import Plan

__all__ = [
    "audit",
    "check",
    "design",
    "draw_map",
    "import_files",
    "init",
    "plan_folder",
    "schema",
    "show",
    "shown",
]

EXIT_CODES = {"optimal": 0, "feasible": 0, "infeasible": 4, "no_solution": 4, "interrupted": 130}
"""Exit code of `design` by the plan's status."""

_ADVICE = "report.html says why; widen a tolerance, loosen a rule, or use --effort best"


def init(console: Console, folder: Path) -> int:
    """Write the demo company and say what to do next."""
    from territory.inputs.sample import write_company

    scenario = write_company(folder)
    console.data(f"scenario  {scenario}")
    console.say(f"next: territory design {_shell(scenario)}")
    return 0


def check(console: Console, path: Path) -> int:
    """Read everything and say what will be solved; raise with all problems at once."""
    from territory.design import prepare
    from territory.inputs.scenario import read_scenario
    from territory.review.overview import overview

    scenario = read_scenario(path)
    prepared = prepare(scenario)
    facts = overview(prepared.case)
    found = prepared.audit
    if console.machine:
        counts = {"warnings": len(found.warnings), "infos": len(found.infos)}
        console.json({"status": "ready", **facts.as_json(), **counts})
        return 0
    for label, text in facts.lines():
        console.data(f"{label:<14}{visible(text)}")
    console.data()
    console.table(facts.header, facts.rows)
    if found:
        console.say()
        console.messages(found.messages("warning"))
        said = f"{counted(len(found.warnings), 'warning')}, {counted(len(found.infos), 'note')}"
        console.say(f"{said}: territory audit {_shell(path)}")
    return 0


def audit(console: Console, path: Path, *, out: Path | None, fix_preview: bool) -> int:
    """Print all findings, worst first, and write them to a CSV file."""
    from territory.design import audit as audit_of
    from territory.inputs.scenario import read_scenario

    scenario = read_scenario(path)
    found = audit_of(scenario)
    target = out or shown(scenario.out.with_name(f"{scenario.name}.audit.csv"))
    target.parent.mkdir(parents=True, exist_ok=True)
    found.write(target)
    console.messages(found.messages(), as_data=True)
    if fix_preview:
        _preview(console, found.repairs())
    if found:
        console.data()
    counts = (
        counted(len(found.errors), "error"),
        counted(len(found.warnings), "warning"),
        counted(len(found.infos), "note"),
    )
    console.data(f"{', '.join(counts)}: {target}")
    return InputError.exit_code if found.errors else 0


def _preview(console: Console, repairs: Any) -> None:
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


def design(
    console: Console,
    path: Path,
    *,
    effort: str | None,
    time_limit: float | None,
    seed: int | None,
    out: Path | None,
    progress: ProgressMode,
) -> int:
    """Design, save and show a plan; Ctrl+C keeps the best one so far."""
    from solvers.stop import Interrupt
    from territory.design import design as design_plan
    from territory.inputs.scenario import read_scenario
    from territory.plan import check_target

    stop = Interrupt()
    with console.progress(progress) as live, _ctrl_c(stop, live):
        live.stage("reading")
        scenario = read_scenario(path).with_overrides(
            effort=effort, seed=seed, time_limit=time_limit, out=out
        )
        check_target(scenario.out)
        plan = design_plan(scenario, observer=live, stop=stop)
        live.stage("writing")
        target = plan.save(scenario.out)
    _report(console, plan, shown(target))
    return EXIT_CODES[plan.status]


@contextmanager
def _ctrl_c(stop: Interrupt, live: Progress) -> Iterator[None]:
    """Let the first Ctrl+C end the search with the best plan so far, and the second one kill.

    Before there is a plan the first one ends the work at once: there is nothing to keep.
    """

    def pressed(number: int, frame: FrameType | None) -> None:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        if not live.found:
            raise KeyboardInterrupt
        stop.pull()
        live.interrupting()

    try:
        before = signal.signal(signal.SIGINT, pressed)
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
        signal.signal(signal.SIGINT, before)


def show(console: Console, folder: Path) -> int:
    """Print a plan's scorecard and what is proved about it."""
    from territory.plan import read_plan

    folder = plan_folder(folder)
    _report(console, read_plan(folder), folder)
    return 0


def draw_map(console: Console, folder: Path, *, out: Path | None, tiles: bool) -> int:
    """Draw a plan's map again."""
    from territory.plan import read_plan

    folder = plan_folder(folder)
    target = out or folder / "map.html"
    if target.suffix.lower() not in {".html", ".htm"}:
        raise InputError(Message(f"--out is {target}; expected a name that ends in .html"))
    plan = read_plan(folder)
    outputs = {**plan.summary["outputs"], "tiles": tiles}
    plan = replace(plan, summary={**plan.summary, "outputs": outputs})
    target.parent.mkdir(parents=True, exist_ok=True)
    plan.map().save(target)
    console.data(f"map  {target}")
    return 0


def schema(console: Console) -> int:
    """Print the JSON Schema of scenario files."""
    from territory.inputs.scenario import json_schema

    console.json(json_schema())
    return 0


def import_files(
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
    from territory.inputs.public_files import import_public
    from territory.inputs.saving import write_table

    if out.exists() and not force:
        raise InputError(
            Message(f"{out} exists", hint="name another file with --out, or add --force")
        )
    imported = import_public(kind, files, state=state, types=types or None)
    out.parent.mkdir(parents=True, exist_ok=True)
    write_table(imported.accounts, out)
    for line in imported.report():
        console.data(visible(line))
    console.data(f"accounts  {out}")
    if imported.audit:
        findings = out.with_name(f"{out.stem}.audit.csv")
        imported.audit.write(findings)
        console.data(f"audit     {findings}")
    console.messages(imported.audit.messages("warning"))
    return 0


def plan_folder(path: Path) -> Path:
    """Return the plan folder meant: given itself, by its plan.json, or by its scenario."""
    if path.suffix == ".toml" and path.is_file():
        from territory.inputs.scenario import read_scenario

        return shown(read_scenario(path).out)
    return path.parent if path.name == "plan.json" else path


def shown(path: Path) -> Path:
    """Return a path as short as it can be said from the working folder."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


def _shell(path: Path) -> str:
    import shlex

    return shlex.quote(visible(str(path)))


def _report(console: Console, plan: Plan, folder: Path) -> None:
    """Say what came out: to machines one object, to people table, status and places."""
    from territory.review.outcome import cost_line, outcome, places_of, scorecard_table
    from territory.review.wording import status_words

    files = places_of(folder)
    if console.machine:
        console.json({**outcome(plan), "exit_code": EXIT_CODES[plan.status], "files": files})
        return
    header, rows = scorecard_table(plan)
    cells = [[Cell(text, alarming) for text, alarming in row] for row in rows]
    console.table(header, cells, text_columns=2)
    console.data()
    console.data(visible(status_words(plan.summary)))
    console.data(visible(cost_line(plan)))
    for label, place in files.items():
        console.data(f"{label:<10}{visible(place)}")
    broken = plan.summary["violations"]
    if broken:
        console.messages(
            [
                Message(
                    f"the plan breaks {counted(len(broken), 'rule')}",
                    evidence=tuple(str(each["text"]) for each in broken),
                    hint=_ADVICE,
                    severity="error" if plan.status != "interrupted" else "warning",
                )
            ]
        )
