"""What `territory size` does: how many reps the work needs, as tables, a workbook and a page."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from territory.cli.console import Console
from territory.errors import InputError
from territory.messages import Message

if TYPE_CHECKING:
    import pandas as pd

    from territory.inputs.scenario.scenario import Scenario
    from territory.plan import Plan
    from territory.workforce.sizing import Sizing
    from territory.workforce.travel_check import TravelCheck

from territory.cli.options import (
    Json,
    ScenarioFile,
    machine,
)

__all__ = ["commands"]

commands = typer.Typer()


FILES = ("sizing.csv", "homes.csv", "sizing.xlsx", "sizing.html")
"""What a folder of this command always holds."""


@commands.command()
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
    return _size(
        machine(context, json), scenario, first=first, last=last, plan_folder=plan, out=out
    )


def _size(
    console: Console,
    path: Path,
    *,
    first: int | None,
    last: int | None,
    plan_folder: Path | None,
    out: Path | None,
) -> int:
    """Reckon a range of sizes, write the folder and say the answer."""
    from territory.design import prepare
    from territory.inputs.scenario.scenario import read_scenario
    from territory.publish.folder import read_plan
    from territory.publish.pages.sizing_page import HEADER, answer, size_rows
    from territory.whole import check_folder
    from territory.workforce.sizing import default_range, size_force

    scenario = read_scenario(path)
    target = out or scenario.out.with_name(f"{scenario.name}.size")
    check_folder(target, marker=FILES[0])
    if first is not None and last is not None and first > last:
        raise InputError(
            Message(
                f"--from is {first} and --to is {last}; expected the smaller number first",
                hint=f"write --from {last} --to {first}",
            )
        )
    plan = read_plan(plan_folder) if plan_folder is not None else None
    case = prepare(scenario).case
    usual = default_range(case)
    start = first if first is not None else min(usual.start, last or usual.start)
    stop = last if last is not None else max(usual.stop - 1, start)
    sizing = size_force(case, range(start, stop + 1))
    check = _check(plan, scenario)
    _write(target, sizing, plan, check, title=scenario.name, description=scenario.description)
    if console.machine:
        console.json(_as_json(sizing, check, target))
        return 0
    console.table(HEADER, size_rows(sizing))
    console.data()
    for line in answer(sizing):
        console.data(line)
    if check is not None:
        console.data(check.text())
    console.data()
    for name in FILES:
        console.data(f"{name:<14}{target / name}")
    return 0


def _check(plan: Plan | None, scenario: Scenario) -> TravelCheck | None:
    from territory.workforce.travel_check import check_travel

    return None if plan is None else check_travel(plan, scenario)


def _write(
    target: Path,
    sizing: Sizing,
    plan: Plan | None,
    check: TravelCheck | None,
    *,
    title: str,
    description: str,
) -> None:
    """Write the folder whole or not at all."""
    from territory.inputs.cells import write_table
    from territory.publish.excel.sheets import write_sheets
    from territory.publish.pages.sizing_page import draw_sizing
    from territory.whole import whole_folder

    sheets: dict[str, pd.DataFrame] = {"sizes": sizing.table, "homes": sizing.homes}
    with whole_folder(target, marker=FILES[0]) as fresh:
        write_table(sizing.table, fresh / "sizing.csv")
        write_table(sizing.homes, fresh / "homes.csv")
        if plan is not None and check is not None:
            sheets |= {"travel_check": check.table, "tours": _tours(plan, check)}
            write_table(check.table, fresh / "travel_check.csv")
            write_table(sheets["tours"], fresh / "tours.csv")
        write_sheets(fresh / "sizing.xlsx", sheets)
        page = draw_sizing(sizing, title=title, description=description, check=check)
        (fresh / "sizing.html").write_text(page, encoding="utf-8")


def _tours(plan: Plan, check: TravelCheck) -> pd.DataFrame:
    import pandas as pd

    from territory.workforce.travel_check import tour_table

    return pd.concat([tour_table(plan, check, name) for name in check.tours], ignore_index=True)


def _as_json(sizing: Sizing, check: TravelCheck | None, target: Path) -> dict[str, object]:
    found: dict[str, object] = {
        "status": "done",
        "today": sizing.today,
        "needed": sizing.needed,
        "most_profitable": sizing.most_profitable,
        "alike": {"from": sizing.alike[0], "to": sizing.alike[1], "within_usd": sizing.within_usd},
        "next_home": sizing.next_home(),
        "sizes": sizing.table.to_dict("records"),
        "homes": sizing.homes.to_dict("records"),
        "notes": list(sizing.notes),
        "folder": str(target),
    }
    if check is not None:
        found["travel_check"] = {
            "median_error": check.median_error,
            "median_abs_error": check.median_abs_error,
            **check.errors(),
            "territories": check.table.to_dict("records"),
        }
    return found
