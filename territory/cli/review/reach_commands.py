"""The command `calls`: reach and frequency by territory, and which calls fall away."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from territory.cli.console import Cell, Console
from territory.cli.options import Json, PlanFolder, machine, plan_folder, shown
from territory.errors import InputError
from territory.messages import Message, counted, visible

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["commands"]

commands = typer.Typer()

_SHOWN = 10


@commands.command()
def calls(
    context: typer.Context,
    plan: PlanFolder,
    *,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Where to write. [default: PLAN]")
    ] = None,
    json: Json = False,
) -> int:
    """Say who is called on how often by territory, and which calls do not fit the hours."""
    return _calls(machine(context, json), plan, out)


def _calls(console: Console, folder: Path, out: Path | None) -> int:
    from territory.publish.excel.sheets import write_csvs
    from territory.publish.folder import read_plan
    from territory.workforce.calls.reach import dropped_calls, plan_reach, without_a_rep

    folder = plan_folder(folder)
    target = shown(out or folder)
    if target.exists() and not target.is_dir():
        raise InputError(Message(f"--out is {target}, a file; expected a folder"))
    plan = read_plan(folder)
    tables = {"reach": plan_reach(plan), "dropped_calls": dropped_calls(plan)}
    files = [str(file) for file in write_csvs(target, tables)]
    if console.machine:
        console.json({**{k: v.to_dict("records") for k, v in tables.items()}, "files": files})
        return 0
    reach, lost = tables["reach"], tables["dropped_calls"]
    console.table(*_table(reach), text_columns=2)
    console.data()
    if "capacity_h" not in plan.territories:
        console.data("which calls fit is not known: the reps have no capacity in hours")
    elif lost.empty:
        console.data("every planned call fits the hours of its territory")
    else:
        console.data(
            f"{lost['calls_dropped'].sum():,.0f} calls a year of {counted(len(lost), 'account')} "
            "do not fit: the best tier is served first, then the most potential"
        )
        for row in lost.head(_SHOWN).to_dict("records"):
            console.data(
                visible(
                    f"  {row['territory_id']}  {row['account_id']} {row['name']}  tier "
                    f"{row['tier']}: {row['calls_dropped']:,.1f} of {row['n_calls']:,.1f} calls"
                )
            )
        if len(lost) > _SHOWN:
            console.data(f"  and {counted(len(lost) - _SHOWN, 'account')} more in {files[-1]}")
    if vacant := without_a_rep(plan):
        console.data(visible(vacant))
    for file in files:
        console.data(f"{'written':<10}{visible(file)}")
    return 0


def _table(reach: pd.DataFrame) -> tuple[list[str], list[list[str | Cell]]]:
    """One row a territory; the frequency of each tier beside reach and what does not fit."""
    from territory.wording import percent

    tiers = [tier for tier in reach["tier"].unique() if tier not in ("all", "")]
    header = ["ID", "Rep", "Accounts", "Reach", "Potential", "Calls", "Do not fit"]
    header += [f"{tier}/quarter" for tier in tiers]
    rows: list[list[str | Cell]] = []
    by = reach.set_index(["territory_id", "tier"])["frequency_q"].to_dict()
    for row in reach[reach["tier"].eq("all")].to_dict("records"):
        dropped = float(row["calls_dropped"])
        cells: list[str | Cell] = [
            str(row["territory_id"]), str(row["rep"]), f"{row['n_accounts']:,}",
            percent(row["reach"], 0), percent(row["potential_reach"], 0),
            f"{row['n_calls']:,.0f}", Cell(f"{dropped:,.0f}", dropped > 0.5),
        ]  # fmt: skip
        for tier in tiers:
            often = by.get((row["territory_id"], tier), math.nan)
            cells.append("-" if math.isnan(often) else f"{often:.1f}")
        rows.append(cells)
    return header, rows
