"""The commands `quotas` and `pay`: tables, a workbook and a chart beside the plan."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from territory.cli.console import Cell, Console
from territory.currency import code, money, signed
from territory.errors import InputError
from territory.messages import Message, visible

if TYPE_CHECKING:
    import pandas as pd

    from territory.incentives.facts import IncentiveCase
    from territory.incentives.fairness.backtest import Backtest
    from territory.incentives.payout.pay import Pay
    from territory.incentives.quota.next_year import Forecast
    from territory.incentives.quota.quotas import Quotas
    from territory.plan import Plan

from territory.cli.beside import write_files
from territory.cli.options import (
    Json,
    OfPlan,
    OutFolder,
    ScenarioFile,
    machine,
    plan_folder,
)

__all__ = ["commands", "ended", "incentives_of", "text_sheet"]

commands = typer.Typer()


_MONTHS_SHOWN = (3, 6, 12)
_OUTCOMES = {
    "gains": "gain",
    "loses": "lose",
    "about the same": "about the same",
    "new to the field": "new to the field",
    "leaves the field": "without a territory",
}
"""Outcomes of `pay` and their words after a number."""


@commands.command()
def quotas(
    context: typer.Context,
    scenario: ScenarioFile,
    *,
    plan: OfPlan = None,
    out: OutFolder = None,
    explain: Annotated[
        str | None,
        typer.Option(metavar="ID", help="Only say in words how this territory's quota came about."),
    ] = None,
    json: Json = False,
) -> int:
    """Spread a goal over a plan's territories and test its fairness on history."""
    return _quotas(machine(context, json), scenario, plan=plan, out=out, explain=explain)


@commands.command()
def pay(
    context: typer.Context,
    scenario: ScenarioFile,
    *,
    plan: OfPlan = None,
    out: OutFolder = None,
    json: Json = False,
) -> int:
    """Simulate what reps earn today and in a plan: who gains, who loses, what it costs."""
    return _pay(machine(context, json), scenario, plan=plan, out=out)


def _quotas(
    console: Console,
    path: Path,
    *,
    plan: Path | None = None,
    out: Path | None = None,
    explain: str | None = None,
) -> int:
    """Spread the goal over a plan's territories, test it on history, write and show both."""
    from territory.incentives.fairness.backtest import backtest_of
    from territory.incentives.forecast.rates_table import rates_table
    from territory.incentives.quota.explain import explain_quota, explained
    from territory.incentives.quota.next_year import forecast_of
    from territory.incentives.quota.quarters import quarterly_quotas
    from territory.incentives.quota.quotas import quotas_of
    from territory.publish.charts.incentives import attainment_chart

    case, source, folder = incentives_of(path, plan, out)
    found = quotas_of(case)
    ahead, by_quarter = forecast_of(case), quarterly_quotas(case, found)
    if explain is not None:
        console.data(explain_quota(found, explain))
        return 0
    notes, test = [*ahead.notes, *case.notes], None
    try:
        test = backtest_of(case)
        notes += test.notes
    except InputError as error:
        notes.append(error.message.fact)
    table = _quota_table(case, found, ahead)
    rates = rates_table(case)
    sheets = {"Quotas": table, "By quarter": by_quarter, "Rates": rates}
    tables = {"quotas.csv": table, "quotas_by_quarter.csv": by_quarter, "rates.csv": rates}
    texts: dict[str, str] = {}
    if test is not None:
        tables["quota_backtest.csv"] = test.table.reset_index()
        texts["quota_backtest.svg"] = str(attainment_chart(test.table, test.correlations))
        sheets |= {
            "Back-test": test.table.reset_index(),
            "Correlations": test.correlations,
            "Methods": test.methods,
        }
    sheets["Quotas in words"] = text_sheet(
        "words", [line for t in explained(found) for line in t.split("\n")]
    )
    verdict = [test.verdict] if test else []
    said = [_history_words(found), ahead.at_quota.words, f"rates: {ahead.source}", *verdict]
    sheets["Quota notes"] = text_sheet("note", [*said, *notes])
    files = write_files(
        folder, tables=tables, texts=texts, book=("quotas.xlsx", sheets), plan=source
    )
    if console.machine:
        console.json(_quota_object(found, ahead, test, table, notes, files))
        return 0
    _show_quotas(console, found, test, table)
    console.data(visible(ahead.at_quota.words))
    ended(console, notes, files)
    return 0


def _pay(console: Console, path: Path, *, plan: Path | None = None, out: Path | None = None) -> int:
    """Simulate what reps earn today and in a plan, write and show who gains and who loses."""
    from territory.incentives.payout.pay import pay_of
    from territory.publish.charts.incentives import payout_chart

    case, source, folder = incentives_of(path, plan, out)
    found = pay_of(case)
    tables = {
        "pay.csv": found.reps,
        "pay_cost.csv": found.cost,
        "pay_guarantee.csv": found.guarantee,
    }
    sheets = {
        "Pay": found.reps,
        "Pay cost": found.cost,
        "Guarantee": found.guarantee,
        "Pay notes": text_sheet("note", [_noise(found), *found.notes]),
    }
    texts = {"pay_curve.svg": str(payout_chart(found.plan, found.expected()))}
    files = write_files(folder, tables=tables, texts=texts, book=("pay.xlsx", sheets), plan=source)
    if console.machine:
        console.json(
            {
                "reps": found.reps.to_dict("records"),
                "cost": found.cost.to_dict("records"),
                "guarantee": found.guarantee.to_dict("records"),
                "company_sd": found.noise.company_sd,
                "territory_sd": found.noise.territory_sd,
                "notes": list(found.notes),
                "files": files,
            }
        )
        return 0
    _show_pay(console, found)
    ended(console, list(found.notes), files)
    return 0


def incentives_of(
    path: Path, plan: Path | None, out: Path | None
) -> tuple[IncentiveCase, Plan, Path]:
    """Read scenario and plan; return the case, the plan and the folder to write to."""
    from territory.incentives.facts import incentive_case
    from territory.inputs.scenario.scenario import read_scenario
    from territory.publish.folder import read_plan

    scenario = read_scenario(path)
    source = plan_folder(plan or path)
    folder = out or source
    if folder.exists() and not folder.is_dir():
        raise InputError(Message(f"--out is {folder}, a file; expected a folder"))
    found = read_plan(source)
    return incentive_case(scenario, found), found, folder


def text_sheet(name: str, lines: list[str]) -> pd.DataFrame:
    """Return a sheet of sentences."""
    import pandas as pd

    return pd.DataFrame({name: lines}, dtype="str")


def _quota_table(case: IncentiveCase, quotas: Quotas, ahead: Forecast) -> pd.DataFrame:
    """Return the quotas with their reps: last year, quota, growth on it, then how it came about."""
    team = case.team.set_index("territory_id")[["rep_id", "rep_name"]]
    expected = ahead.table[["attainment", "at_quota_probability"]]
    table = quotas.table.join(team).join(expected).reset_index()
    first = ["territory_id", "rep_id", "rep_name", "last_usd", "quota_usd", "growth", "limit"]
    first += ["expected_usd", "attainment", "at_quota_probability"]
    table = table[[*first, *(name for name in table.columns if name not in first)]]
    money = [name for name in table.columns if name.endswith("_usd")]
    return table.assign(**{name: table[name].round(2) for name in money})


def _history_words(quotas: Quotas) -> str:
    from territory.wording import percent

    return f"{percent(quotas.history_share, 0)} of the quota dollars follow past sales"


def _quota_object(
    quotas: Quotas,
    ahead: Forecast,
    test: Backtest | None,
    table: pd.DataFrame,
    notes: list[str],
    files: list[str],
) -> dict[str, object]:
    at_quota = ahead.at_quota
    known = {
        "goal_usd": quotas.goal_usd,
        "field_usd": quotas.field_usd,
        "last_usd": ahead.company["last_usd"],
        "expected_usd": ahead.company["expected_usd"],
        "history_share": quotas.history_share,
        "at_quota_share": at_quota.share,
        "at_quota_benchmark": [0.60, 0.65],
        "balanced_goal_usd": [at_quota.balanced_low_usd, at_quota.balanced_high_usd],
        "territories": table.to_dict("records"),
        "notes": notes,
        "files": files,
    }
    if test is None:
        return {**known, "fair": None, "verdict": None, "correlations": []}
    return {
        **known,
        "fair": test.fair,
        "verdict": test.verdict,
        "test": {
            name: getattr(test.test, name)
            for name in ("slope", "low", "high", "p", "margin", "power")
        },
        "correlations": test.correlations.to_dict("records"),
    }


def _show_quotas(
    console: Console, quotas: Quotas, test: Backtest | None, table: pd.DataFrame
) -> None:
    from territory.wording import percent, signed_percent

    attained = test.table["attainment"].to_dict() if test else {}
    header = ["ID", "Rep", f"Last year ({code()})", f"Quota ({code()})"]
    header += ["Growth", "Expected", "Back-test"]
    rows = [
        [
            str(row["territory_id"]),
            str(row["rep_name"]),
            f"{row['last_usd']:,.0f}",
            f"{row['quota_usd']:,}" + (f" {row['limit']}" if row["limit"] else ""),
            signed_percent(row["growth"]),
            percent(row["attainment"], 0),
            percent(attained.get(row["territory_id"]), 0),
        ]
        for row in table.to_dict("records")
    ]
    console.table(header, rows, text_columns=2)
    console.data()
    console.data(
        f"quotas sum to {money(quotas.field_usd)}: the goal of {money(quotas.goal_usd)} and "
        f"{percent(quotas.options.over_assignment)} over-assignment; {_history_words(quotas)}"
    )
    if test is not None:
        console.data(visible(test.verdict))


def _show_pay(console: Console, pay: Pay) -> None:
    from territory.wording import percent, signed_percent

    reps = pay.reps
    compared = "today_pay_usd" in reps
    header = ["Rep", "Name", "Territory", "Attains", f"Pay ({code()})", "10 % to 90 % of years"]
    header += [f"Today ({code()})", "Change", "Outcome"] if compared else []
    rows = []
    for row in reps.to_dict("records"):
        spread = f"{_usd(row['plan_p10_usd'])} to {_usd(row['plan_p90_usd'])}"
        cells: list[str | Cell] = [
            str(row["rep_id"]),
            str(row["rep_name"]),
            str(row["plan_territory_id"]),
            percent(row["plan_attainment"], 0),
            _usd(row["plan_pay_usd"]),
            spread,
        ]
        if compared:
            cells += [
                _usd(row["today_pay_usd"]),
                signed_percent(row["change_share"]),
                Cell(str(row["outcome"]), row["outcome"] == "loses"),
            ]
        rows.append(cells)
    console.table(header, rows, text_columns=3)
    console.data()
    cost = {row["item"]: row for row in pay.cost.to_dict("records")}
    total, sold = cost["total pay"], cost["sales"]
    if compared:
        counts = reps["outcome"].value_counts()
        said = [f"{counts[name]} {word}" for name, word in _OUTCOMES.items() if name in counts]
        console.data(f"reps: {', '.join(said)}")
        console.data(
            f"cost {money(total['plan_usd'])} a year, {signed(total['change_usd'])} on today's "
            f"alignment; {percent(total['plan_usd'] / sold['plan_usd'])} of sales"
        )
    else:
        console.data(f"cost {money(total['plan_usd'])} a year; there is no alignment of today")
    held = dict(zip(pay.guarantee["months"], pay.guarantee["cost_usd"], strict=True))
    if any(cost_usd > 0 for cost_usd in held.values()):
        parts = [f"{month} months {money(held[month])}" for month in _MONTHS_SHOWN]
        console.data(f"guaranteeing last year's earnings costs: {', '.join(parts)}")
        extra = dict(zip(pay.guarantee["months"], pay.guarantee["increment_usd"], strict=True))
        if all(extra[month] == extra[month] for month in _MONTHS_SHOWN):
            parts = [f"{month} months {signed(extra[month])}" for month in _MONTHS_SHOWN]
            console.data(
                f"of it because territories change: {', '.join(parts)}; the rest falls due anyway"
            )
        later = dict(zip(pay.guarantee["months"], pay.guarantee["next_year_usd"], strict=True))
        if later[12] > 0:
            parts = [f"{month} months {money(later[month])}" for month in _MONTHS_SHOWN]
            console.data(f"of the whole, what accrues after the planned year: {', '.join(parts)}")
    console.data(_noise(pay))


def _noise(pay: Pay) -> str:
    return (
        f"years drawn: {pay.plan.simulation.draws:,}; spread of the company "
        f"{100 * pay.noise.company_sd:.1f} %, of a territory {100 * pay.noise.territory_sd:.1f} % "
        f"({pay.noise.source})"
    )


def _usd(value: float) -> str:
    return f"{value:,.0f}" if value == value else "–"  # noqa: PLR0124 - NaN only


def ended(console: Console, notes: list[str], files: list[str]) -> None:
    """Say which files were written and what was assumed."""
    for place in files:
        console.data(f"written   {visible(place)}")
    if notes:
        console.messages(
            [
                Message(
                    "what was assumed or left out",
                    evidence=tuple(dict.fromkeys(notes)),
                    severity="info",
                )
            ]
        )
