"""Unit polygons: read, repaired with a note for every repair, and ready as one coverage."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geo.errors import GeographyError
from geo.files.layers import list_layers, read_layer
from geo.geography import Geography, Note

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

__all__ = ["from_frame", "read_polygons"]


def read_polygons(
    path: str | Path,
    *,
    id_column: str,
    name_column: str | None = None,
    layer: str | None = None,
    crs: Any = "auto",
) -> Geography:
    """Read unit polygons from a layer file, repair them and say what was done.

    Parameters
    ----------
    path : str or Path
    id_column : str
        Column with the unit ids; numbers become text without a fraction.
    name_column : str, optional
        Column with names for people; the id where there is none.
    layer : str, optional
        Layer of a file with several.
    crs : "auto" or anything pyproj reads
        System of the result; "auto" chooses an equal-area one.

    Returns
    -------
    Geography
        With one `Note` per kind of repair.

    Raises
    ------
    GeographyError
        If the file cannot be read, a column is missing, the coordinate system is missing, ids
        are missing or repeated, or a unit has no polygon.
    """
    from geo.coverage.dissolve import dissolved
    from geo.coverage.repair import prepare

    file = Path(path)
    layers = list_layers(file)
    if layer is None and len(layers) > 1:
        raise GeographyError(
            f"{path} has {len(layers)} layers",
            evidence=[f'"{name}"' for name in layers],
            hint="name the layer that holds the units",
        )
    if layer is not None and layer not in layers:
        raise GeographyError(
            f'{path} has no layer "{layer}"', evidence=[f'"{name}"' for name in layers]
        )
    frame = read_layer(file, layer)
    for column in filter(None, (id_column, name_column)):
        if column not in frame.columns:
            raise GeographyError(
                f'{path} has no column "{column}"',
                evidence=[f"columns: {', '.join(map(str, frame.columns))}"],
            )
    if "geometry" not in frame.columns:
        raise GeographyError(f"{path} holds a table without geometry")
    notes: list[Note] = []
    if frame.attrs.get("assumed_crs"):
        what = f"{file.name} does not say its reference system (a .prj beside a shapefile does); "
        what += "its coordinates look like degrees and were read as WGS 84"
        notes.append(Note(what=what, severity="warning"))
    frame = dissolved(frame, id_column, name_column, source=str(path), notes=notes)
    found = prepare(
        frame.geometry,
        ids=frame[id_column],
        names=frame[name_column or id_column],
        level="polygon",
        crs=crs,
        source=str(path),
    )
    return replace(found, notes=(*notes, *found.notes))


def from_frame(frame: GeoDataFrame, *, crs: Any = "auto", level: str = "polygon") -> Geography:
    """Make a geography of a GeoDataFrame, repaired like a file.

    Parameters
    ----------
    frame : GeoDataFrame
        With a CRS; ids in a column ``unit_id`` or else the index; ``name`` is used if there.
    crs : "auto" or anything pyproj reads
    level : str
        Written to the column ``level``.

    Returns
    -------
    Geography
    """
    from geo.coverage.repair import prepare

    ids = frame["unit_id"] if "unit_id" in frame.columns else frame.index.to_series()
    names = frame["name"] if "name" in frame.columns else ids
    return prepare(frame.geometry, ids=ids, names=names, level=level, crs=crs, source="the frame")
