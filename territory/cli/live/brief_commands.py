"""The commands `brief` and `resources`: a page for each rep, and what the team is given."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from territory.cli.beside import write_files
from territory.cli.console import Cell, Console
from territory.cli.live.rollout_commands import OfScenario, absent, scenario_of
from territory.cli.options import Json, OutFolder, PlanFolder, machine, plan_folder, shown
from territory.currency import code
from territory.messages import quoted, visible

__all__ = ["commands"]

commands = typer.Typer()


@commands.command()
def brief(
    context: typer.Context,
    plan: PlanFolder,
    reps: Annotated[
        list[str] | None, typer.Argument(metavar="[REP…]", help="Reps or territories; else all.")
    ] = None,
    *,
    scenario: OfScenario = None,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder. [default: PLAN/briefs]")
    ] = None,
) -> int:
    """Write one private page for each rep: before and after, reasons, pay, dates."""
    return _brief(context.obj, plan, list(reps or ()), scenario=scenario, out=out)


@commands.command()
def resources(
    context: typer.Context,
    plan: PlanFolder,
    *,
    scenario: OfScenario = None,
    out: OutFolder = None,
    json: Json = False,
) -> int:
    """Spread clinical support, collateral and budget by the mix of accounts."""
    return _resources(machine(context, json), plan, scenario=scenario, out=out)


def _brief(
    console: Console, folder: Path, reps: list[str], *, scenario: Path | None, out: Path | None
) -> int:
    from territory.publish.folder import read_plan
    from territory.rollout.agreement.pack import file_name
    from territory.rollout.briefs.make import make_briefs
    from territory.rollout.briefs.page import brief_page, small_maps
    from territory.whole import whole_files

    found = scenario_of(folder, scenario)
    place = plan_folder(folder)
    plan = read_plan(place)
    briefs = make_briefs(plan, found, reps=reps)
    maps = small_maps(plan)
    target = shown(out or place / "briefs")
    title = f"Your territory in the plan {plan.record.scenario}"
    names = []
    with whole_files(target) as fresh:
        for each in briefs:
            name = f"{file_name(each.territory)}_{file_name(each.rep_id)}.html"
            page = brief_page(each, maps, title=title)
            (fresh / name).write_text(page, encoding="utf-8")
            names.append(name)
    for name in names:
        console.data(f"written    {visible(str(target / name))}")
    console.messages(absent(plan, found))
    return 0


def _resources(console: Console, folder: Path, *, scenario: Path | None, out: Path | None) -> int:
    from territory.inputs.scenario.rollout import ResourceKeys
    from territory.publish.folder import read_plan
    from territory.workforce.equipment.resources import resource_rules, resources_of, unruled_types

    found = scenario_of(folder, scenario)
    place = plan_folder(folder)
    plan = read_plan(place)
    keys = ResourceKeys() if found is None else found.resources
    table, rules = resources_of(plan, keys), resource_rules(keys)
    files = write_files(
        shown(out or place),
        tables={"resources.csv": table, "resource_rules.csv": rules},
        texts={},
        book=("resources.xlsx", {"Resources": table, "Resource rules": rules}),
        plan=plan,
    )
    if console.machine:
        console.json(
            {
                "territories": table.to_dict("records"),
                "rules": rules.to_dict("records"),
                "files": [str(each) for each in files],
            }
        )
        return 0
    kinds = [name for name in table.columns if name.startswith("n_")]
    header = ["ID", "Rep", *(name[2:].replace("_", " ").capitalize() for name in kinds)]
    header += ["Support h", "Sets", f"Budget {code()}"]
    rows: list[list[str | Cell]] = [
        [
            str(row["territory_id"]),
            str(row["rep_name"]),
            *(f"{row[name]:,}" for name in kinds),
            f"{row['clinical_h']:,.0f}",
            f"{row['collateral_sets']:,}",
            f"{row['budget_usd']:,.0f}",
        ]
        for row in table.to_dict("records")
    ]
    console.table(header, rows, text_columns=2)
    console.data()
    if rules["source"].str.startswith("planning").any():
        console.data(
            "rules not written in [resources] are planning assumptions (resource_rules.csv)"
        )
    if unruled := [name for name in unruled_types(plan, keys) if name != "other"]:
        named = ", ".join(unruled[:5]) + (" …" if len(unruled) > 5 else "")
        console.data(
            visible(
                f"counted as other, as no rule knows them: {named}; name them in the scenario, "
                f'as in [resources.kinds] {quoted(unruled[0])} = "hospital"'
            )
        )
    for each in files:
        console.data(f"written    {visible(str(each))}")
    return 0
