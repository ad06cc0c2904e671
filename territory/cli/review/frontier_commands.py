"""The command `frontier`: what balance, travel and undisturbed relationships cost each other."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from territory.cli.console import Cell, Console, Progress
from territory.cli.options import Json, is_scenario, machine, plan_folder, shell, shown
from territory.currency import code
from territory.errors import InputError
from territory.messages import Message, visible

if TYPE_CHECKING:
    from territory.inputs.scenario.scenario import Scenario
    from territory.plan import Plan
    from territory.sweep.frontier import Frontier

__all__ = ["commands"]

commands = typer.Typer()

PlanOrScenario = Annotated[
    Path,
    typer.Argument(metavar="PLAN|SCENARIO", help="Plan folder, or scenario file or folder."),
]


@commands.command()
def frontier(
    context: typer.Context,
    plan: PlanOrScenario,
    *,
    over: Annotated[
        str, typer.Option(metavar="AXES", help="Two or three of balance, travel, disruption.")
    ] = "balance,travel,disruption",
    save: Annotated[
        list[str] | None,
        typer.Option(metavar="POINT", help="Save a point as a plan folder too; may be repeated."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Where to write. [default: PLAN_frontier]")
    ] = None,
    json: Json = False,
) -> int:
    """Show what balance, travel and disruption cost each other: plans that none beats in all.

    Starts from the plan, or from that of a scenario, which is designed where it is not there yet,
    and takes some minutes. Writes frontier.csv, .xlsx, a chart, and each point that is asked for
    as a plan folder.
    """
    return _frontier(machine(context, json), plan, over, tuple(save or ()), out)


def _frontier(
    console: Console, path: Path, over: str, save: tuple[str, ...], out: Path | None
) -> int:
    from territory.changes.accepted import finished
    from territory.own_files import signed_svg
    from territory.publish.excel.sheets import write_tables
    from territory.publish.folder import save_plan
    from territory.sweep.chart import frontier_chart
    from territory.sweep.frontier import frontier_of, read_axes, read_points
    from territory.whole import whole_file

    axes, save = read_axes(over), read_points(save)
    with console.progress("auto") as live:
        plan, folder = _start(path, live)
        live.stage("solving")
        found = frontier_of(plan, over=axes, observer=live)
    target = shown(out or folder.with_name(f"{folder.name}_frontier"))
    tables = {"frontier": found.table}
    if len(found.least):
        tables["least_disruption"] = found.least
    files = list(write_tables(target, tables, workbook="frontier.xlsx"))
    with whole_file(target / "frontier.svg") as part:
        part.write_text(signed_svg(str(frontier_chart(found))), encoding="utf-8")
    files.append(target / "frontier.svg")
    # The tables are there already where there are fewer points.
    files.extend(save_plan(finished(plan, found.as_plan(name)), target / name) for name in save)
    if console.machine:
        console.json(
            {
                "over": list(axes),
                "points": found.table.to_dict("records"),
                "least": found.least.to_dict("records"),
                "files": [str(each) for each in files],
            }
        )
        return 0
    _show(console, found, files)
    return 0


def _start(path: Path, live: Progress) -> tuple[Plan, Path]:
    """Return the plan to start from and its folder; a scenario without one gets its plan.

    Raises
    ------
    InputError
        The plan in the scenario's folder is one of other inputs: it may hold edits, so it is
        neither used nor replaced.
    InfeasibleError
        The scenario has no plan.
    """
    from territory.publish.folder import read_plan, save_plan

    folder = plan_folder(path)
    if not is_scenario(path):
        return read_plan(folder), folder

    from territory.design import design
    from territory.inputs.scenario.scenario import read_scenario

    scenario = read_scenario(path)
    if (folder / "plan.json").is_file():
        plan = read_plan(folder)
        if not _same_question(plan, scenario):
            raise InputError(
                Message(
                    f"{visible(str(folder))} is a plan of another version of {shell(shown(path))}",
                    hint=f"run `territory design {shell(shown(path))}` first, or name the plan "
                    "folder to start from that plan",
                )
            )
        return plan, folder
    plan = design(scenario, observer=live)
    live.stage("writing")
    return plan, shown(save_plan(plan, scenario.out))


def _same_question(plan: Plan, scenario: Scenario) -> bool:
    """Whether a plan is one of these keys and files, however long it was looked for."""
    from territory.encoding.reopen import scenario_of

    # Read anew, so that keys which are younger than the plan have their defaults on both sides.
    then, now = (
        each.model_dump(mode="json", exclude={"extends", "solve", "outputs"})
        for each in (scenario_of(plan), scenario)
    )
    return then == now and plan.record.input_hash == scenario.input_hash()


def _show(console: Console, found: Frontier, files: list[Path]) -> None:
    from territory.wording import percent

    header = ["Point", "Worst", "Travel (h)", f"Running ({code()})", "Moved", "Revenue", "A point",
              "An account", "Gap"]  # fmt: skip
    rows: list[list[str | Cell]] = [
        [
            f"{row['point']}{' knee' if row['knee'] else ''}",
            percent(row["imbalance"]),
            f"{row['travel_h']:,.0f}",
            f"{row['running_usd']:,.0f}",
            f"{row['moved_accounts']:,}",
            percent(row["moved_share"]),
            _usd(row["usd_per_point"]),
            _usd(row["usd_per_account"]),
            percent(row["gap"]),
        ]
        for row in found.table[found.table["on_frontier"]].to_dict("records")
    ]
    console.table(header, rows, text_columns=1)
    console.data()
    for row in found.least.to_dict("records"):
        times = f"{row['tolerance_factor']:g} times the tolerance"
        if not math.isfinite(row["least_share"]):
            console.data(f"at {times} no plan was found that keeps every rule")
            continue
        console.data(
            f"at {times} the least revenue in new hands found is {percent(row['least_share'])}; "
            + proved_of(row["bound_share"])
        )
    for file in files:
        console.data(f"{'written':<10}{visible(str(file))}")


def proved_of(share: float) -> str:
    """Return what is proved of the least share of revenue in new hands.

    Examples
    --------
    >>> proved_of(0.0331), proved_of(0.0)
    ('less than 3.3 % is proved to be impossible', 'how much less would do is not known')
    """
    from territory.wording import percent

    known = share >= 0.0005  # what the sentence shows
    return (
        f"less than {percent(share)} is proved to be impossible"
        if known
        else "how much less would do is not known"
    )


def _usd(value: float) -> str:
    from territory.wording import MISSING

    return f"{value:,.0f}" if math.isfinite(value) else MISSING
