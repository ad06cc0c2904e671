"""The command `outlook`: sales and potential ahead by account, unit and territory."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from territory.cli.beside import write_beside
from territory.cli.options import (
    Json,
    OfPlan,
    OutFolder,
    ScenarioFile,
    machine,
    plan_folder,
)
from territory.currency import short_money
from territory.errors import InputError
from territory.messages import Message, visible

if TYPE_CHECKING:
    import pandas as pd

    from territory.inputs.scenario.scenario import Scenario
    from territory.monitor.facts.calendar import Span
    from territory.plan import Plan

__all__ = ["commands", "sales_after"]

commands = typer.Typer()


@commands.command()
def outlook(
    context: typer.Context,
    scenario: ScenarioFile,
    *,
    plan: OfPlan = None,
    out: OutFolder = None,
    quarters: Annotated[
        int | None, typer.Option(metavar="N", min=1, max=12, help="Ahead. [default: forecast]")
    ] = None,
    actuals: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Sales after the scenario's history.")
    ] = None,
    json: Json = False,
) -> int:
    """Forecast where demand grows, with intervals and a back-test on your own history."""
    from territory.inputs.scenario.scenario import read_scenario
    from territory.monitor.outlook import LEVELS
    from territory.monitor.outlook import outlook as look_ahead
    from territory.publish.folder import read_plan
    from territory.wording import signed_percent

    console = machine(context, json)
    keys = read_scenario(scenario)
    source = plan_folder(plan or scenario)
    target = out or source
    if target.exists() and not target.is_dir():
        raise InputError(Message(f"--out is {target}, a file; expected a folder"))
    design = read_plan(source)
    more = sales_after(actuals, design, keys) if actuals else None
    found = look_ahead(design, keys, quarters=quarters, more=more)
    names = {"territory": "territories", "unit": "units", "account": "accounts"}
    tables = {f"outlook_{names[level]}.csv": found.table(level) for level in reversed(LEVELS)}
    files = write_beside(target, tables)
    if console.machine:
        console.json(
            {
                "quarters": list(found.quarters),
                "words": found.words(),
                "territories": tables["outlook_territories.csv"].to_dict("records"),
                "units": tables["outlook_units.csv"].to_dict("records"),
                "files": files,
            }
        )
        return 0
    table = found.table("territory")
    first = found.quarters[0]
    console.table(
        ["ID", "Last year", f"{first}", "8 of 10 cases", "Growth a year", "Potential ahead"],
        [
            [
                visible(str(row["territory_id"])),
                short_money(row["last_year_usd"]),
                short_money(row[f"{first}_usd"]),
                " to ".join(short_money(row[f"{first}_{end}_usd"]) for end in ("low", "high")),
                signed_percent(row["growth_y"]),
                short_money(row["potential_ahead_usd"]),
            ]
            for row in table.to_dict("records")
        ],
    )
    console.data()
    for line in found.words():
        console.data(visible(line))
    for place in files:
        console.data(f"written   {visible(place)}")
    return 0


def sales_after(
    path: Path, plan: Plan, scenario: Scenario, span: Span | None = None
) -> pd.DataFrame:
    """Return the sales of a file, those of a span where one is given."""
    from territory.monitor.facts.facts import actual_sales

    frame = actual_sales(path, plan, scenario)
    if span is None:
        return frame
    from territory.monitor.facts.panel import period_months

    start, length = period_months(frame)
    inside = (start >= span.first) & (start + length <= span.first + span.count * span.step)
    return frame[inside]
