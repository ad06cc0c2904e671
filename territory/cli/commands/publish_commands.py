"""The commands `picture`, `report`, `deck` and `export`: a plan for leaders and other tools."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from territory.cli.console import Console
from territory.cli.options import PlanFolder, plan_folder
from territory.errors import InputError
from territory.messages import Message, quoted, visible

__all__ = ["commands"]

commands = typer.Typer()

GoLiveDay = Annotated[
    str | None,
    typer.Option("--go-live", metavar="DATE", help="Dates the next steps, as in 2027-01-04."),
]


@commands.command()
def picture(
    context: typer.Context,
    plan: PlanFolder,
    *,
    layer: Annotated[
        str, typer.Option("--layer", metavar="L", help="What colours the map.")
    ] = "territories",
    file_format: Annotated[str, typer.Option("--format", help="svg, png or pdf.")] = "svg",
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="[default: PLAN/LAYER.FORMAT]")
    ] = None,
) -> int:
    """Draw one layer of a plan's map as a picture file."""
    from territory.publish.folder import read_plan
    from territory.publish.maps.pictures import write_picture

    console: Console = context.obj
    folder = plan_folder(plan)
    target = out or folder / f"{layer}.{file_format}"
    write_picture(read_plan(folder), target, layer=layer)
    console.data(f"picture  {visible(str(target))}")
    return 0


@commands.command()
def report(
    context: typer.Context,
    plan: PlanFolder,
    *,
    go_live: GoLiveDay = None,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="[default: PLAN/report.html]")
    ] = None,
) -> int:
    """Write the report again, with forecast, outlook and rollout where they have been made."""
    from territory.publish.folder import read_plan
    from territory.publish.pages.beside import beside_of
    from territory.publish.pages.report import draw_report
    from territory.whole import whole_file

    console: Console = context.obj
    folder = plan_folder(plan)
    target = out or folder / "report.html"
    day = _day(go_live)
    page = draw_report(read_plan(folder), beside=beside_of(folder), go_live=day)
    with whole_file(target) as fresh:
        fresh.write_text(page, encoding="utf-8")
    console.data(f"report   {visible(str(target))}")
    return 0


@commands.command()
def deck(
    context: typer.Context,
    plan: PlanFolder,
    *,
    go_live: GoLiveDay = None,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="[default: PLAN/deck.pptx]")
    ] = None,
) -> int:
    """Write ten slides for leaders, editable in PowerPoint."""
    from territory.publish.folder import read_plan
    from territory.publish.pages.beside import beside_of
    from territory.publish.slides.deck import write_deck

    console: Console = context.obj
    folder = plan_folder(plan)
    target = out or folder / "deck.pptx"
    day = _day(go_live)
    write_deck(read_plan(folder), target, beside=beside_of(folder), go_live=day)
    console.data(f"deck     {visible(str(target))}")
    return 0


def _day(text: str | None) -> date | None:
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError:
        raise InputError(
            Message(
                f"--go-live is {quoted(text or '')}; expected a date",
                hint="write it as in 2027-01-04",
            )
        ) from None


@commands.command()
def export(
    context: typer.Context,
    plan: PlanFolder,
    *,
    formats: Annotated[
        list[str] | None,
        typer.Option("--format", help="zips, blocks, geojson, kml, shapefile; repeat for several."),
    ] = None,
    out: Annotated[Path | None, typer.Option(metavar="DIR", help="[default: PLAN/export]")] = None,
) -> int:
    """Write a plan's alignment for other tools."""
    from territory.publish.export import FORMATS, export_plan
    from territory.publish.folder import read_plan

    console: Console = context.obj
    folder = plan_folder(plan)
    wanted = tuple(formats) if formats else FORMATS
    for place in export_plan(read_plan(folder), out or folder / "export", formats=wanted):
        console.data(f"written  {visible(str(place))}")
    return 0
