"""The command `monitor`: indicators, signals with causes, and pages of a plan after go-live."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from territory.cli.console import Cell, Console
from territory.cli.options import Json, PlanFolder, machine, plan_folder, shown
from territory.currency import code, short_money
from territory.errors import InputError
from territory.messages import Message, visible

if TYPE_CHECKING:
    from territory.inputs.scenario.scenario import Scenario
    from territory.monitor.monitoring import Monitoring
    from territory.plan import Plan

__all__ = [
    "Accounts",
    "Actuals",
    "AsOf",
    "Calls",
    "GoLive",
    "Opportunities",
    "Roster",
    "Satisfaction",
    "ScenarioOption",
    "commands",
    "watched",
]

commands = typer.Typer()


def _file(flag: str, what: str) -> object:
    return typer.Option(flag, metavar="FILE", help=what)


Actuals = Annotated[Path | None, _file("--actuals", "Sales by account and month or quarter.")]
Opportunities = Annotated[
    Path | None, _file("--opportunities", "Deals: opened, closed, status, amount, competitor.")
]
Calls = Annotated[Path | None, _file("--calls", "Calls made, and hours of travel booked.")]
Accounts = Annotated[Path | None, _file("--accounts", "Today's accounts.")]
Roster = Annotated[Path | None, _file("--roster", "Today's reps: status left or leave, since.")]
Satisfaction = Annotated[Path | None, _file("--satisfaction", "Answers of customers.")]
AsOf = Annotated[str, typer.Option("--as-of", metavar="DATE", help="Last day that counts.")]
GoLive = Annotated[
    str | None,
    typer.Option("--go-live", metavar="DATE", help="First day of the plan. [default: monitor]"),
]
ScenarioOption = Annotated[
    Path | None,
    typer.Option("--scenario", metavar="FILE", help="For history, quotas and [monitor]."),
]


@commands.command("monitor")
def monitor_command(
    context: typer.Context,
    plan: PlanFolder,
    *,
    as_of: AsOf,
    actuals: Actuals = None,
    opportunities: Opportunities = None,
    calls: Calls = None,
    accounts: Accounts = None,
    roster: Roster = None,
    satisfaction: Satisfaction = None,
    scenario: ScenarioOption = None,
    go_live: GoLive = None,
    routed: Annotated[
        bool, typer.Option("--routed", help="Route the tours of today's calls too (slow).")
    ] = False,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="[default: PLAN/monitor]")
    ] = None,
    json: Json = False,
) -> int:
    """Judge a plan after go-live: indicators, signals with causes, drift; say how sure."""
    console = machine(context, json)
    files = {
        "actuals": actuals,
        "opportunities": opportunities,
        "calls": calls,
        "accounts": accounts,
        "roster": roster,
        "satisfaction": satisfaction,
    }
    folder = plan_folder(plan)
    target = shown(out or folder / "monitor")
    if target.exists() and not target.is_dir():
        raise InputError(Message(f"--out is {target}, a file; expected a folder"))
    found = watched(plan, files, as_of=as_of, scenario=scenario, go_live=go_live, routed=routed)
    page = _page(found, actuals, reviews_folder(plan, scenario, None))
    written = _write(found, target, page)
    if console.machine:
        console.json(
            {
                "quarter": found.facts.span.quarter,
                "words": found.words(),
                "signals": found.signals().to_dict("records"),
                "indicators": found.indicators.to_dict("records"),
                "warnings": [each.text() for each in found.facts.audit.messages("warning")],
                "files": written,
            }
        )
        return 0
    _show(console, found)
    for place in written:
        console.data(f"{'written':<10}{visible(place)}")
    console.messages(found.facts.audit.messages("warning"))
    return 0


def watched(
    plan: Path,
    files: dict[str, Path | None],
    *,
    as_of: str,
    scenario: Path | None,
    go_live: str | None,
    routed: bool = False,
) -> Monitoring:
    """Read plan, scenario and facts, and judge them."""
    from territory.monitor.monitoring import monitor

    source, keys = plan_and_scenario(plan, scenario)
    return monitor(source, files, as_of=as_of, scenario=keys, go_live=go_live, routed=routed)


def plan_and_scenario(plan: Path, scenario: Path | None) -> tuple[Plan, Scenario | None]:
    """Return a plan, and its scenario where it was named or is where the plan says."""
    from territory.inputs.scenario.scenario import read_scenario
    from territory.publish.folder import read_plan

    if scenario is None and plan.suffix == ".toml":
        scenario = plan
    source = read_plan(plan_folder(plan))
    if scenario is None:
        named = source.record.scenario_path
        place = Path(named) if named else None
        scenario = place if place is not None and place.is_file() else None
    keys = read_scenario(scenario) if scenario is not None else None
    made = str(source.record.keys.get("currency", ""))
    if keys is not None and made and made != keys.currency:
        raise InputError(
            Message(
                f"{scenario} reckons in {keys.currency}, the plan {plan} in {made}",
                hint="name the scenario that the plan was made from, or design the plan anew",
            )
        )
    return source, keys


def reviews_folder(plan: Path, scenario: Path | None, given: Path | None) -> Path:
    """Return the folder of reviews: given, else ``reviews`` beside the scenario or the plan."""
    if given is not None:
        return given
    if scenario is None and plan.suffix == ".toml":
        scenario = plan
    if scenario is not None:
        return shown(scenario.absolute().parent / "reviews")
    _, keys = plan_and_scenario(plan, None)
    return shown((keys.folder if keys else plan_folder(plan).absolute().parent) / "reviews")


def _page(found: Monitoring, actuals: Path | None, reviews: Path) -> str:
    """Return monitor.html, with forecast fans where the history allows them."""
    from territory.cli.watch.outlook_commands import sales_after
    from territory.monitor.outlook import outlook
    from territory.monitor.pages.page import draw_monitor
    from territory.monitor.reviews.record import read_reviews

    ahead, why = None, ""
    plan, scenario = found.facts.plan, found.facts.scenario
    if scenario is not None and scenario.inputs.history is not None:
        try:
            more = sales_after(actuals, plan, scenario, found.facts.span) if actuals else None
            ahead = outlook(plan, scenario, more=more)
        except InputError as error:
            why = error.messages[0].fact
    closed = read_reviews(reviews, before="9999Q4") if reviews.is_dir() else []
    return draw_monitor(found, ahead=ahead, no_fans=why, reviews=closed)


def _write(found: Monitoring, folder: Path, page: str) -> list[str]:
    """Write tables, workbook and page, all or none."""
    from territory.inputs.cells import write_table
    from territory.monitor.pages.workbook import write_monitor_workbook
    from territory.whole import whole_files

    tables = found.tables()
    with whole_files(folder) as part:
        for name, frame in tables.items():
            write_table(frame, part / f"{name}.csv")
        write_monitor_workbook(found, part / "monitor.xlsx")
        (part / "monitor.html").write_text(page, encoding="utf-8", newline="\n")
    names = (*(f"{each}.csv" for each in tables), "monitor.xlsx", "monitor.html")
    return [str(folder / name) for name in names]


def _show(console: Console, found: Monitoring) -> None:
    from territory.monitor.reviews.agenda import goal_words, value_words
    from territory.wording import signed_percent

    table = found.indicators
    company = table[table["level"] == "company"]
    red = table[table["level"] == "territory"].groupby("indicator")["status"]
    reds = red.apply(lambda each: int((each == "red").sum())).to_dict()
    rows: list[list[str | Cell]] = []
    for row in company.to_dict("records"):
        if ":" in str(row["indicator"]):
            continue
        unit = str(row["unit"])
        rows.append(
            [
                str(row["label"]),
                value_words(row["value"], unit),
                "" if row["goal"] != row["goal"] else goal_words(row["goal"], unit),
                Cell(str(row["status"]), row["status"] == "red"),
                f"{reds.get(str(row['indicator']), 0)}",
                "lead" if row["leads"] else "lag",
                str(row["owner"]),
            ]
        )
    console.table(["Indicator", "Company", "Goal", "Status", "Red terr.", "Kind", "Owner"], rows)
    console.data()
    signals = found.signals()
    if len(signals):
        console.table(
            ["Quarter", "What", "ID", "Cause", "Change", f"{code()} a quarter", "Accounts"],
            [
                [
                    str(row["quarter"]), str(row["level"]), visible(str(row["id"])),
                    str(row["cause"]), signed_percent(row["change"], 0),
                    short_money(row["usd_q"]), f"{row['n_accounts']:,}",
                ]
                for row in signals.to_dict("records")
            ],
            text_columns=4,
        )  # fmt: skip
        for row in signals.to_dict("records"):
            console.data(visible(f"  {row['id']}: {row['what']}; {row['how_sure']}"))
        console.data()
    for line in found.words():
        console.data(visible(line))
