"""The commands `picture` and `export`: a plan for slides, print and other tools."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from territory.cli.console import Console
from territory.cli.options import PlanFolder, plan_folder
from territory.messages import visible

__all__ = ["commands"]

commands = typer.Typer()


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
