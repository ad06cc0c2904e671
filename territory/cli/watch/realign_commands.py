"""The commands `realign` and `shock`: how little to change, and whether to change at all."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from territory.cli.console import Cell, Console
from territory.cli.options import Json, PlanFolder, machine, plan_folder, shown
from territory.cli.watch.monitor_commands import ScenarioOption, plan_and_scenario
from territory.currency import short_money
from territory.errors import InputError
from territory.messages import Message, counted, visible

if TYPE_CHECKING:
    import pandas as pd

    from territory.inputs.scenario.scenario import Scenario
    from territory.monitor.realign.answer import Answer
    from territory.plan import Plan

__all__ = ["commands"]

commands = typer.Typer()

MaxMoves = Annotated[
    int, typer.Option("--max-moves", metavar="K", min=0, help="Units that may change hands.")
]
Out = Annotated[Path | None, typer.Option("--out", metavar="DIR", help="[default: PLAN/realign]")]


@commands.command()
def realign(
    context: typer.Context,
    plan: PlanFolder,
    *,
    now: Annotated[
        Path | None, typer.Option("--now", metavar="FILE", help="Today's accounts.")
    ] = None,
    max_moves: MaxMoves = 20,
    quarters: Annotated[
        float | None,
        typer.Option("--quarters", metavar="Q", help="Since go-live: tells the plan's own drift."),
    ] = None,
    save: Annotated[
        int | None, typer.Option("--save", metavar="N", help="Save the plan after N moves too.")
    ] = None,
    routed: Annotated[
        bool,
        typer.Option("--routed", help="Route both territories of each move too (a second a move)."),
    ] = False,
    scenario: ScenarioOption = None,
    out: Out = None,
    json: Json = False,
) -> int:
    """Say how little to change: moves against imbalance and cost, or that it is best left alone."""
    from territory.monitor.realign.answer import accounts_now
    from territory.monitor.realign.answer import realign as look

    console = machine(context, json)
    source, keys = _needed(plan, scenario)
    accounts, audit = accounts_now(source, now, keys)
    found = look(source, keys, accounts, max_moves=max_moves, quarters=quarters)
    target = _folder(plan, out, "realign")
    tours = _tours(found, keys) if routed else None
    files = _write(found, target, save, tours)
    if console.machine:
        console.json(
            {
                "words": found.words(),
                "best": found.waiting.best,
                "frontier": found.table().to_dict("records"),
                "moves": found.frontier.ledger().to_dict("records"),
                "routed": None if tours is None else tours.to_dict("records"),
                "files": files,
            }
        )
        return 0
    _show(console, found)
    if tours is not None:
        console.data(
            f"Hours on the road by tours instead of the estimate, after "
            f"{counted(len(tours), 'move')}: {tours['routed_change_h'].sum():+,.0f} h a year."
        )
    for message in audit.messages("warning"):
        console.data(visible(message.fact))
    for place in files:
        console.data(f"{'written':<10}{visible(place)}")
    return 0


@commands.command()
def shock(
    context: typer.Context,
    plan: PlanFolder,
    *,
    shocks: Annotated[
        Path, typer.Option("--shock", metavar="FILE", help="[[shock]] tables, as TOML.")
    ],
    max_moves: MaxMoves = 10,
    scenario: ScenarioOption = None,
    out: Out = None,
    json: Json = False,
) -> int:
    """Say what a shock does by territory, and the cheapest answer to it."""
    from territory.inputs.tables.tables import read_tables
    from territory.monitor.realign.answer import answer_shocks
    from territory.monitor.realign.shocks import read_shocks
    from territory.publish.excel.sheets import write_tables

    console = machine(context, json)
    source, keys = _needed(plan, scenario)
    listed = read_shocks(shocks)
    more: dict[str, pd.Series] = {}
    tables = read_tables(keys)
    if tables.accounts is not None:
        known = tables.accounts.drop_duplicates("account_id").set_index("account_id")
        more = {name: known[name] for name in ("gpo",) if name in known}
    found = answer_shocks(source, keys, listed, max_moves=max_moves, more=more)
    target = _folder(plan, out, "shock")
    written = {
        "effect": found.hit.effect,
        "answers": found.answers,
        "frontier": found.answer.table(),
        "moves": found.answer.frontier.ledger(),
    }
    files = [str(each) for each in write_tables(target, written, workbook="shock.xlsx")]
    if console.machine:
        console.json(
            {
                "words": found.words(),
                "effect": found.hit.effect.to_dict("records"),
                "answers": found.answers.to_dict("records"),
                "files": files,
            }
        )
        return 0
    hit = found.hit.effect
    hit = hit[(hit["n_accounts"] > 0) | hit["territory_id"].isin(list(found.hit.vacant))]
    console.table(
        ["ID", "Accounts", "Change of potential", "Change of sales"],
        [
            [
                visible(str(row["territory_id"])),
                f"{row['n_accounts']:,}",
                short_money(row["potential_usd"]),
                short_money(row.get("revenue_usd")),
            ]
            for row in hit.to_dict("records")
        ],
    )
    console.data()
    console.table(
        ["Answer", "Cost within a year"],
        [
            [str(row["answer"]), short_money(row["cost_usd"])]
            for row in found.answers.head(5).to_dict("records")
        ],
    )
    for line in found.words():
        console.data(visible(line))
    for place in files:
        console.data(f"{'written':<10}{visible(place)}")
    return 0


def _needed(plan: Path, scenario: Path | None) -> tuple[Plan, Scenario]:
    source, keys = plan_and_scenario(plan, scenario)
    if keys is None:
        raise InputError(
            Message(
                f"the scenario of {plan} is not where the plan says",
                hint="name it with --scenario FILE: speeds and costs are in it",
            )
        )
    return source, keys


def _folder(plan: Path, out: Path | None, name: str) -> Path:
    target = shown(out or plan_folder(plan) / name)
    if target.exists() and not target.is_dir():
        raise InputError(Message(f"--out is {target}, a file; expected a folder"))
    return target


def _tours(found: Answer, keys: Scenario) -> pd.DataFrame:
    """Return routed hours of the moves that are recommended, else of all of the path."""
    from territory.monitor.realign.routed import routed_moves

    frontier, best = found.frontier, found.waiting.best
    step = frontier.at(best) if best else [each for each in frontier.steps if each.nested][-1]
    return routed_moves(frontier.standing, keys, step)


def _write(found: Answer, target: Path, save: int | None, tours: pd.DataFrame | None) -> list[str]:
    from territory.encoding.explain.column import with_known_reasons
    from territory.publish.excel.sheets import write_tables
    from territory.publish.folder import save_plan

    best = found.waiting.best if save is None else save
    counts = [len(step.moves) for step in found.frontier.steps]
    if best not in counts:
        raise InputError(
            Message(
                f"--save is {best}; the frontier has {', '.join(map(str, counts))} moves",
                hint=f"write --save {max((each for each in counts if each < best), default=0)}",
            )
        )
    tables = {
        "frontier": found.table(),
        "moves": found.frontier.ledger(),
        "alignment": found.plan_at(best).alignment,
    }
    if tours is not None:
        tables["routed_moves"] = tours
    into = found.frontier.into_bands
    for step in found.frontier.steps:
        if not step.nested:
            name = "moves_into_bands" if step is into else f"moves_alone_{len(step.moves)}"
            tables[name] = found.frontier.ledger(step)
    files = [str(each) for each in write_tables(target, tables, workbook="realign.xlsx")]
    if save is not None:
        made = with_known_reasons(found.plan_at(save))
        files.append(str(save_plan(made, target / f"plan_{save}")))
    return files


def _show(console: Console, found: Answer) -> None:
    from territory.wording import percent

    table = found.table()
    worst = [each for each in table.columns if each.startswith("worst_")]
    rows: list[list[str | Cell]] = [
        [
            f"{row['n_moves']:,}", f"{row['n_accounts']:,}",
            Cell(f"{row['n_outside']:,}", row["n_outside"] > 0),
            *(percent(row[each]) for each in worst),
            short_money(row["travel_usd_y"]), short_money(row["moving_usd"]),
            percent(row["p_break"], 0), short_money(row["waiting_usd_q"]),
            short_money(row["total_usd"]),
        ]
        for row in table.to_dict("records")
    ]  # fmt: skip
    header = ["Moves", "Accounts", "Outside"]
    header += [each.removeprefix("worst_").replace("_", " ").capitalize() for each in worst]
    header += ["Travel a year", "Handing over", "Breaks", "Waiting a quarter", "Year in all"]
    console.table(header, rows)
    console.data()
    best = found.frontier.at(found.waiting.best)
    ledger = found.frontier.ledger(best) if best.moves else found.frontier.ledger().head(5)
    for row in ledger.to_dict("records"):
        console.data(
            visible(
                f"{row['move']}. {row['unit_id']}: {row['from_territory_id']} → "
                f"{row['to_territory_id']}: {row['reason']}"
            )
        )
    for line in found.words():
        console.data(visible(line))
