"""The command `review`: a quarterly review that ends in decisions, opened and closed."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from territory.cli.options import PlanFolder, plan_folder
from territory.cli.watch.monitor_commands import (
    Accounts,
    Actuals,
    Calls,
    GoLive,
    Opportunities,
    Roster,
    Satisfaction,
    ScenarioOption,
    plan_and_scenario,
    reviews_folder,
    watched,
)
from territory.errors import InputError
from territory.messages import Message, visible

if TYPE_CHECKING:
    from territory.cli.console import Console
    from territory.inputs.scenario.monitor import EscalationKeys
    from territory.monitor.monitoring import Monitoring

__all__ = ["commands"]

commands = typer.Typer()


@commands.command()
def review(
    context: typer.Context,
    plan: PlanFolder,
    *,
    open_quarter: Annotated[
        str | None, typer.Option("--open", metavar="2027Q1", help="Open a review with what is red.")
    ] = None,
    close_quarter: Annotated[
        str | None, typer.Option("--close", metavar="2027Q1", help="Close it when all items ended.")
    ] = None,
    actuals: Actuals = None,
    as_of: Annotated[
        str | None, typer.Option("--as-of", metavar="DATE", help="[default: the quarter's end]")
    ] = None,
    opportunities: Opportunities = None,
    calls: Calls = None,
    accounts: Accounts = None,
    roster: Roster = None,
    satisfaction: Satisfaction = None,
    scenario: ScenarioOption = None,
    go_live: GoLive = None,
    reviews: Annotated[
        Path | None,
        typer.Option("--reviews", metavar="DIR", help="[default: reviews beside the scenario]"),
    ] = None,
    on: Annotated[
        str | None, typer.Option("--on", metavar="DATE", help="Day of closing. [default: today]")
    ] = None,
) -> int:
    """Open a quarterly review with everything red, or close it when all of it ended in decisions.

    Every item of reviews/2027Q1.toml ends in a decision, an action (owner, due) or an escalation;
    the next review shows what became of it.
    """
    console: Console = context.obj
    if (open_quarter is None) == (close_quarter is None):
        raise InputError(
            Message("write either --open 2027Q1 or --close 2027Q1", hint="one review at a time")
        )
    name = _calendar_name(open_quarter or close_quarter or "", plan, scenario)
    if open_quarter is not None:
        _refuse_other(name, as_of)
    folder = reviews_folder(plan, scenario, reviews)
    if close_quarter is not None:
        return _close(console, folder, name, on)
    files = {
        "actuals": actuals,
        "opportunities": opportunities,
        "calls": calls,
        "accounts": accounts,
        "roster": roster,
        "satisfaction": satisfaction,
    }
    found = watched(plan, files, as_of=as_of or _end_of(name), scenario=scenario, go_live=go_live)
    return _open(console, found, folder, name, plan_folder(plan))


def _calendar_name(text: str, plan: Path, scenario: Path | None) -> str:
    """Return a quarter as files are called; one of fiscal years by the calendar's."""
    from territory.monitor.reviews.fiscal import calendar_quarter, is_fiscal
    from territory.monitor.reviews.record import review_name

    if not is_fiscal(text):
        return review_name(text)
    _, keys = plan_and_scenario(plan, scenario)
    return calendar_quarter(text, keys)


def _refuse_other(name: str, as_of: str | None) -> None:
    """Refuse a day outside the quarter: the review would look at another one's signals."""
    from territory.monitor.facts.calendar import day_of, month_of_day, quarter_name

    if as_of is None:
        return
    day = day_of(as_of, "--as-of")
    other = quarter_name(month_of_day(day)).replace("-", "")
    if other != name:
        raise InputError(
            Message(
                f"--as-of is {day}, which lies in {other}; the review is that of {name}",
                hint=f"leave --as-of out for {_end_of(name)}, or write --open {other}; quarters "
                "are those of the calendar",
            )
        )


def _end_of(name: str) -> str:
    year, quarter = int(name[:4]), int(name[-1])
    following = datetime.date(year + quarter // 4, quarter * 3 % 12 + 1, 1)
    return (following - datetime.timedelta(days=1)).isoformat()


def _open(console: Console, found: Monitoring, folder: Path, name: str, plan: Path) -> int:
    from territory.inputs.cells import write_table
    from territory.monitor.reviews.agenda import agenda_of
    from territory.monitor.reviews.balanced import balanced_scorecard, maturity
    from territory.monitor.reviews.fiscal import fiscal_words
    from territory.monitor.reviews.followed import followed_up, followed_words
    from territory.monitor.reviews.record import (
        Review,
        names_of,
        read_reviews,
        still_open,
        text_of,
    )
    from territory.whole import whole_files

    path = folder / f"{name}.toml"
    _refuse_present(path)
    begun = read_reviews(folder, before=name, also_open=True) if folder.is_dir() else []
    unended = still_open(folder, before=name) if folder.is_dir() else []
    rules = _rules(found)
    items = agenda_of(found, begun, rules, day=found.facts.span.as_of)
    record = Review(
        quarter=name, as_of=found.facts.span.as_of.isoformat(), closed_on="", items=tuple(items),
        opened_with=names_of(items),
    )  # fmt: skip
    became = followed_up(found, [each for each in begun if each.closed])
    tables = {
        f"{name}_scorecard.csv": balanced_scorecard(found),
        f"{name}_maturity.csv": maturity(found, plan, folder),
        f"{name}_actions.csv": became,
    }
    with whole_files(folder) as part:
        (part / f"{name}.toml").write_text(text_of(record), encoding="utf-8", newline="\n")
        for file, frame in tables.items():
            write_table(frame, part / file)
    console.table(
        ["Answers", "Item", "Evidence"],
        [
            [visible(item.answers), visible(f"{item.place} {item.indicator}"),
             visible(item.evidence[0])]
            for item in items
        ],
        text_columns=3,
    )  # fmt: skip
    if len(became):
        console.data()
        console.data("What became of reviews:")
        for row in became.to_dict("records"):
            console.data(visible(f"  {row['review']} {followed_words(row)}"))
    console.data()
    ladder = tables[f"{name}_maturity.csv"]
    said = ", ".join(f"{row['area']} {row['level']}" for row in ladder.to_dict("records"))
    console.data(f"maturity by what files prove (1 to 5): {said}")
    fiscal = fiscal_words(name, found.facts.scenario)
    if fiscal:
        console.data(fiscal)
    for place in (path, *(folder / each for each in tables)):
        console.data(f"{'written':<10}{visible(str(place))}")
    if unended:
        console.messages(
            [
                Message(
                    f"of {', '.join(unended)} the review is still open: what was red in it counts, "
                    "how its items end is not followed here",
                    severity="warning",
                    hint=f"end its items, then: territory review PLAN --close {unended[0]}",
                )
            ]
        )
    console.messages(found.facts.audit.messages("warning"))
    return 0


def _rules(found: Monitoring) -> EscalationKeys:
    from territory.inputs.scenario.monitor import EscalationKeys

    scenario = found.facts.scenario
    return scenario.monitor.escalation if scenario is not None else EscalationKeys()


def _refuse_present(path: Path) -> None:
    if not path.exists():
        return
    from territory.monitor.reviews.record import read_review

    closed = read_review(path).closed_on
    state = f"was closed on {closed}" if closed else "is open already"
    raise InputError(
        Message(
            f"{path} {state}",
            hint="what people wrote is not overwritten; open the next quarter, or remove the file",
        )
    )


def _close(console: Console, folder: Path, quarter: str, on: str | None) -> int:
    from territory.monitor.facts.calendar import day_of
    from territory.monitor.reviews.record import closed_text, read_review
    from territory.whole import whole_file

    path = folder / f"{quarter}.toml"
    today = day_of(on, "--on") if on else datetime.datetime.now(datetime.UTC).date()
    record = read_review(path)
    text = closed_text(record, path, today)
    with whole_file(path, guard=False) as fresh:
        fresh.write_text(text, encoding="utf-8", newline="\n")
    console.data(visible(f"{path} closed on {today}: {len(record.items)} items ended"))
    return 0
