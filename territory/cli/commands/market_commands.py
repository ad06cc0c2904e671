"""What `territory segment` does: the market stage alone, as tables and a short print."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from territory.cli.console import Console
from territory.currency import short_money
from territory.messages import counted, visible

if TYPE_CHECKING:
    import pandas as pd

    from territory.market.overview import Overview

from territory.cli.options import (
    Json,
    ScenarioFile,
    machine,
)

__all__ = ["commands"]

commands = typer.Typer()


_SHOWN = 12


@commands.command()
def segment(
    context: typer.Context,
    scenario: ScenarioFile,
    *,
    out: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Folder of the tables. [default: runs/NAME.segments]"),
    ] = None,
    explain: Annotated[
        str | None, typer.Option(metavar="ACCOUNT", help="Take this account's score apart.")
    ] = None,
    json: Json = False,
) -> int:
    """Value, score and tier the accounts, and sum them up by segment."""
    return _segment(machine(context, json), scenario, out=out, explain=explain)


def _segment(console: Console, path: Path, *, out: Path | None, explain: str | None) -> int:
    """Write the market's tables and print them in short."""
    from territory.inputs.scenario.scenario import read_scenario
    from territory.market.overview import market_overview
    from territory.market.tiers import explain_score
    from territory.publish.excel.sheets import write_tables

    scenario = read_scenario(path)
    found = market_overview(scenario)
    explanation = None
    if explain is not None:
        explanation = explain_score(scenario, found.accounts, explain)
    folder = out or scenario.out.with_name(f"{scenario.name}.segments")
    files = write_tables(folder, found.tables(), workbook="segments.xlsx")
    if console.machine:
        console.json(
            {
                "status": "done",
                "accounts": len(found.accounts),
                "estimated": int(found.accounts["potential_estimated"].sum())
                if "potential_estimated" in found.accounts
                else 0,
                "tiers": found.tiers.to_dict("records"),
                "segments": found.segments.to_dict("records"),
                "explanation": explanation.text() if explanation else None,
                "profile": found.profile.text() if found.profile else None,
                "files": [str(file) for file in files],
            }
        )
        return 0
    for title, frame in (("tier", found.tiers), ("segment", found.segments)):
        _print(console, title, frame)
        console.data()
    for text in (explanation, found.profile):
        if text is not None:
            console.data("\n".join(visible(line) for line in text.text().splitlines()))
            console.data()
    for name in (f"{folder}", f"{files[-1]}"):
        console.data(visible(name))
    _say(console, found)
    return 0


def _print(console: Console, title: str, frame: pd.DataFrame) -> None:
    from territory.wording import percent

    header = [title, "accounts", "of all", "potential", "expected", "low", "high"]
    header += ["of all", "estimated"]
    unknown = bool(frame["n_unknown"].any())
    header += ["unknown"] * unknown
    rows = [
        [
            str(row[title]),
            f"{row['n_accounts']:,}",
            percent(row["accounts_share"]),
            short_money(row["potential_usd"]),
            short_money(row["potential_mean_usd"]),
            short_money(row["potential_low_usd"]),
            short_money(row["potential_high_usd"]),
            percent(row["potential_share"]),
            f"{row['n_estimated']:,}",
            *[f"{row['n_unknown']:,}"] * unknown,
        ]
        for row in frame.head(_SHOWN).to_dict("records")
    ]
    console.table(header, rows)
    if len(frame) > _SHOWN:
        console.data(f"and {counted(len(frame) - _SHOWN, title)} more")


def _say(console: Console, found: Overview) -> None:
    """Name what should be looked at on stderr."""
    console.messages(found.audit.messages("warning"))
    estimated = [item for item in found.audit.infos if item.kind in {"estimated", "scaled"}]
    for item in estimated:
        console.say(visible(item.what))
