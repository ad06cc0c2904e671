"""What several commands take: files, folders and switches, each declared once."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from territory.cli.console import Console
from territory.messages import visible

__all__ = [
    "DecidedBy",
    "DryRun",
    "Effort",
    "Force",
    "Json",
    "OfPlan",
    "OutFolder",
    "PlanFolder",
    "Repair",
    "ScenarioFile",
    "ShowProgress",
    "is_scenario",
    "machine",
    "plan_folder",
    "shell",
    "shown",
]


class Effort(StrEnum):
    """How long to look."""

    QUICK = "quick"
    NORMAL = "normal"
    BEST = "best"


class ShowProgress(StrEnum):
    """What stderr says while the work goes on."""

    AUTO = "auto"
    JSON = "json"
    NONE = "none"


ScenarioFile = Annotated[
    Path, typer.Argument(metavar="SCENARIO", help="Scenario file (TOML), or its folder.")
]
PlanFolder = Annotated[Path, typer.Argument(metavar="PLAN", help="Plan folder of `design`.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object on stdout.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what it changes and change nothing.")]
Force = Annotated[
    bool, typer.Option("--force", help="Make the moves even where they break a rule.")
]
Repair = Annotated[
    bool, typer.Option("--repair", help="Move what else is needed, as little as possible.")
]
DecidedBy = Annotated[str, typer.Option("--by", metavar="NAME", help="Who decided it.")]
ReviewFolder = Annotated[
    Path | None,
    typer.Option("--review", metavar="DIR", help="Review folder. [default: PLAN_review beside it]"),
]
OfPlan = Annotated[
    Path | None,
    typer.Option("--plan", metavar="DIR", help="Plan folder. [default: the scenario's]"),
]
OutFolder = Annotated[
    Path | None,
    typer.Option("--out", metavar="DIR", help="Folder of what is written. [default: the plan's]"),
]


def machine(context: typer.Context, json: bool) -> Console:
    """Return the console, told whether a machine reads what it says."""
    console: Console = context.obj
    console.machine = json
    return console


def is_scenario(path: Path) -> bool:
    """Whether a path is a scenario file, or a folder that has one and is no plan."""
    if path.suffix == ".toml":
        return path.is_file()
    return path.is_dir() and not (path / "plan.json").exists() and any(path.glob("*.toml"))


def plan_folder(path: Path) -> Path:
    """Return the plan folder meant: itself, its plan.json, a scenario or a scenario's folder."""
    if is_scenario(path):
        from territory.inputs.scenario.scenario import read_scenario

        return shown(read_scenario(path).out)
    return path.parent if path.name == "plan.json" else path


def review_folder(plan: Path, review: Path | None) -> Path:
    """Return the review folder: beside the plan, because a plan folder is replaced whole."""
    return review or plan.with_name(f"{plan.name}_review")


def shown(path: Path) -> Path:
    """Return a path as short as it can be said from the working folder."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


def shell(path: Path) -> str:
    """Quote a path for a command line that the planner copies."""
    import shlex

    return shlex.quote(visible(str(path)))
