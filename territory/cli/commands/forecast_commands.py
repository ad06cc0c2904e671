"""The command `forecast`: expected sales and attainment by territory and quarter, and the case."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from territory.cli.beside import write_files
from territory.cli.commands.incentive_commands import ended, incentives_of, text_sheet
from territory.cli.options import Json, OfPlan, OutFolder, ScenarioFile, machine
from territory.currency import money, short_money
from territory.messages import visible

if TYPE_CHECKING:
    from territory.cli.console import Console
    from territory.incentives.quota.next_year import Forecast

__all__ = ["commands"]

commands = typer.Typer()


@commands.command()
def forecast(
    context: typer.Context,
    scenario: ScenarioFile,
    *,
    plan: OfPlan = None,
    out: OutFolder = None,
    today: Annotated[
        bool, typer.Option("--today", help="Of today's alignment instead of the plan's.")
    ] = False,
    json: Json = False,
) -> int:
    """Forecast next year by territory and quarter, and what the plan earns against today."""
    return _forecast(machine(context, json), scenario, plan=plan, out=out, today=today)


def _forecast(
    console: Console, path: Path, *, plan: Path | None, out: Path | None, today: bool
) -> int:
    from territory.incentives.forecast.business_case import business_case
    from territory.incentives.quota.next_year import forecast_of

    case, source, folder = incentives_of(path, plan, out)
    found = forecast_of(case, "today" if today else "plan")
    worth = business_case(case, source) if case.has_today else None
    table, company = found.table.reset_index(), found.company_table()
    tables = {"forecast.csv": table, "forecast_company.csv": company}
    sheets = {"Forecast": table, "Company forecast": company}
    notes = [*found.notes, *case.notes]
    said = [found.at_quota.words, f"rates: {found.source}", *notes]
    if worth is not None:
        tables["business_case.csv"] = sheets["Business case"] = worth.table
        said.insert(0, worth.words)
    sheets["Forecast notes"] = text_sheet("note", said)
    files = write_files(
        folder, tables=tables, texts={}, book=("forecast.xlsx", sheets), plan=source
    )
    if console.machine:
        console.json(
            {
                "company": found.company,
                "territories": table.to_dict("records"),
                "quarters": list(found.quarters),
                "company_by_quarter": found.by_quarter.to_dict("records"),
                "at_quota": found.at_quota.words,
                "rates": found.source,
                "business_case": None
                if worth is None
                else {"items": worth.table.to_dict("records"), "verdict": worth.words},
                "notes": notes,
                "files": files,
            }
        )
        return 0
    _show(console, found)
    if worth is not None:
        console.data(visible(worth.words))
    console.data(f"rates: {visible(found.source)}")
    ended(console, notes, files)
    return 0


def _show(console: Console, found: Forecast) -> None:
    from territory.wording import percent

    header = ["ID", "Expected", "10 to 90 % of years", "Quota", "Attains", "10 to 90 %"]
    header += list(found.quarters)
    rows = []
    for territory, row in found.table.iterrows():
        rows.append(
            [
                str(territory),
                short_money(row["expected_usd"]),
                f"{short_money(row['p10_usd'])} to {short_money(row['p90_usd'])}",
                short_money(row["quota_usd"]),
                percent(row["attainment"], 0),
                f"{percent(row['attainment_p10'], 0)} to {percent(row['attainment_p90'], 0)}",
                *(short_money(row[f"{name}_expected_usd"]) for name in found.quarters),
            ]
        )
    console.table(header, rows)
    console.data()
    console.data("sales by quarter, 10 to 90 % of years")
    _show_quarters(console, found)
    company = found.company
    console.data()
    console.data(
        f"the company is expected to sell {money(company['expected_usd'])} "
        f"({short_money(company['p10_usd'])} to {short_money(company['p90_usd'])} in 8 of 10 "
        f"years), {percent(company['attainment'])} of its goal of {money(company['goal_usd'])}"
    )
    console.data(visible(found.at_quota.words))


def _show_quarters(console: Console, found: Forecast) -> None:
    """Show the interval of every quarter: of each territory and of the company."""

    def between(low: float, high: float) -> str:
        return f"{short_money(low)} to {short_money(high)}"

    rows = [
        [
            str(territory),
            *(between(row[f"{name}_p10_usd"], row[f"{name}_p90_usd"]) for name in found.quarters),
        ]
        for territory, row in found.table.iterrows()
    ]
    whole = found.by_quarter
    ends = zip(whole["p10_usd"], whole["p90_usd"], strict=True)
    rows.append(["all", *(between(float(low), float(high)) for low, high in ends)])
    console.table(["ID", *found.quarters], rows)
