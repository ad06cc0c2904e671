"""The command `scorecard`: every figure of a plan, how fair it is, and whether to roll it out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from territory.cli.console import Cell, Console
from territory.errors import InputError
from territory.messages import Message, visible

if TYPE_CHECKING:
    import pandas as pd

    from territory.plan import Plan
    from territory.review.checklist import Checklist

from territory.cli.options import (
    Json,
    PlanFolder,
    machine,
    plan_folder,
    shown,
)

__all__ = ["commands"]

commands = typer.Typer()


_MARKS = {True: "yes", False: "NO", None: "?"}


@commands.command()
def scorecard(
    context: typer.Context,
    plan: PlanFolder,
    *,
    scenario: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Its tables and section [review]: sales, growth areas, competitors, thresholds.",
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Where to write. [default: PLAN]")
    ] = None,
    json: Json = False,
) -> int:
    """Score a plan: every figure by territory, fairness, and a checklist that can say no."""
    return _scorecard(machine(context, json), plan, scenario=scenario, out=out)


def _scorecard(
    console: Console, folder: Path, *, scenario: Path | None = None, out: Path | None = None
) -> int:
    """Write the scorecard, its spread, fairness and checklist of a plan, and show them in short."""
    from territory.publish.folder import read_plan

    folder = plan_folder(folder)
    target = shown(out or folder)
    if target.exists() and not target.is_dir():
        raise InputError(Message(f"--out is {target}, a file; expected a folder"))
    plan = read_plan(folder)
    if scenario is not None:
        plan = _with_scenario(plan, scenario)
    tables, judged = _tables(plan)
    files = _write(target, tables, plan)
    if console.machine:
        console.json(_object(tables, judged, files))
        return 0
    header, rows = _short(plan, tables["scorecard"])
    console.table(header, rows, text_columns=2)
    console.data()
    for answer in judged.answers:
        console.data(visible(f"{_question(answer.question)}  {answer.words}"))
        for check in answer.checks:
            if check.passed is not True:
                console.data(visible(f"  {_MARKS[check.passed]:<4}{check.what}: {check.found}"))
                for line in check.evidence[:5]:
                    console.data(visible(f"        {line}"))
    console.data()
    console.data(visible(judged.words))
    for file in files:
        console.data(f"{'written':<10}{visible(file)}")
    return 0


def _with_scenario(plan: Plan, path: Path) -> Plan:
    """Return the plan with sales, growth areas and competitors from the scenario's tables."""
    from territory.inputs.scenario.scenario import read_scenario
    from territory.inputs.tables.tables import read_tables
    from territory.review.context import with_review

    scenario = read_scenario(path)
    tables = read_tables(scenario)
    tables.audit.raise_if_errors()
    return with_review(plan, scenario, tables)


def _tables(plan: Plan) -> tuple[dict[str, pd.DataFrame], Checklist]:
    from territory.encoding.hierarchy.levels import hierarchy_table
    from territory.review.checklist import checklist
    from territory.review.fairness import fairness, outsiders
    from territory.review.figures import plan_figures, territory_figures

    judged = checklist(plan)
    tables = {
        "scorecard": territory_figures(plan),
        "figures": plan_figures(plan),
        "fairness": fairness(plan),
        "outside": outsiders(plan),
        "checklist": judged.to_frame(),
    }
    levels = hierarchy_table(plan)
    return tables | ({"districts": levels} if len(levels) else {}), judged


def _write(folder: Path, tables: Mapping[str, pd.DataFrame], plan: Plan) -> list[str]:
    """Write one CSV file a table, and all of them as one workbook; return their places.

    In the plan's own folder the workbook is the plan's one, with the fairness of the loads.
    """
    from territory.publish.excel.sheets import write_csvs, write_tables
    from territory.publish.excel.workbook import refresh_workbook

    if (folder / "plan.json").is_file():
        places = write_csvs(folder, tables)
        sheets = {"Fairness": tables["fairness"], "Outside": tables["outside"]}
        return [*map(str, places), str(folder / refresh_workbook(plan, folder, sheets))]
    return [str(place) for place in write_tables(folder, tables, workbook="review.xlsx")]


def _object(
    tables: Mapping[str, pd.DataFrame], judged: Checklist, files: list[str]
) -> dict[str, object]:
    return {
        "verdict": judged.verdict,
        "words": judged.words,
        "answers": {
            answer.question: {"passed": answer.passed, "words": answer.words}
            for answer in judged.answers
        },
        **{name: table.to_dict("records") for name, table in tables.items()},
        "files": files,
    }


def _question(name: str) -> str:
    return f"{name:<9}"


def _short(plan: Plan, frame: pd.DataFrame) -> tuple[list[str], list[list[str | Cell]]]:
    """Return what fits a terminal: the figures that decide, where there are data for them."""
    from territory.wording import beside_band, measure_label, percent, signed_percent

    plain: list[tuple[str, str, Callable[[float], str]]] = [
        ("n_top_accounts", "Top", "{:,.0f}".format),
        ("mean_travel_min", "Min", "{:,.0f}".format),
        ("utilisation", "Utilised", lambda value: percent(value, 0)),
        ("selling_share", "Selling", lambda value: percent(value, 0)),
        ("penetration", "Penetr.", lambda value: percent(value, 0)),
        ("sales_trend", "Trend", lambda value: signed_percent(value, 0)),
        ("growth_share", "Growth", lambda value: percent(value, 0)),
        ("probability", "Sure", lambda value: percent(value, 0)),
        ("n_split_idns", "Split", "{:,.0f}".format),
        ("compactness", "Compact", "{:.2f}".format),
    ]
    there = [each for each in plain if each[0] in frame]
    header = ["ID", "Rep", "Accounts"]
    header += [measure_label(measure).partition(" (")[0] for measure in plan.measures]
    header += [title for _, title, _ in there]
    rows: list[list[str | Cell]] = []
    for row in frame.to_dict("records"):
        out = row["outside"].split(", ")
        cells: list[str | Cell] = [str(row["territory_id"]), str(row["rep"])]
        cells.append(f"{row['n_accounts']:,}")
        for measure, options in plan.record.measures.items():
            text = beside_band(row[f"{measure}_deviation"], options.tolerance)
            cells.append(Cell(text, measure in out))
        cells += [written(row[name]) for name, _, written in there]
        rows.append(cells)
    return header, rows
