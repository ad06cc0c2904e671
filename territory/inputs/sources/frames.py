"""Read Parquet files and the attributes of geographic layers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from territory.inputs.sources.cell_text import cell_text
from territory.inputs.sources.headers import clean_headers
from territory.inputs.sources.names import plain_name
from territory.inputs.sources.raw import Note, Options, RawTable, SourceError
from territory.messages import closest, quoted

if TYPE_CHECKING:
    import pandas as pd
    from geopandas import GeoDataFrame

__all__ = ["raw_from_frame", "read_parquet", "read_vector"]


def raw_from_frame(frame: pd.DataFrame, notes: tuple[Note, ...] = ()) -> RawTable:
    """Return a frame of any types as text cells; its rows count as lines from 1."""
    import pandas as pd

    cells: dict[int, pd.Series[str]] = {}
    names = [str(name) for name in frame.columns]
    numeric: dict[int, bool] = {}
    for at in range(len(names)):
        column = frame.iloc[:, at]
        numeric[at] = bool(pd.api.types.is_numeric_dtype(column)) and not bool(
            pd.api.types.is_bool_dtype(column)
        )
        if isinstance(column.dtype, pd.StringDtype):
            cells[at] = column.astype("str").fillna("").reset_index(drop=True)
        else:
            missing = column.isna().to_numpy()
            texts = [
                "" if gone else cell_text(value)
                for value, gone in zip(column.tolist(), missing, strict=True)
            ]
            cells[at] = pd.Series(texts, dtype="str")
    table = pd.DataFrame(cells) if cells else pd.DataFrame(index=range(len(frame)))
    cleaned, _, more = clean_headers(table, names)
    stored = {
        str(name): np.full(len(frame), numeric.get(names.index(name), False))
        for name in cleaned.columns
        if name in names
    }
    return RawTable(
        frame=cleaned,
        lines=np.arange(1, len(frame) + 1, dtype=np.int64),
        notes=(*notes, *more),
        stored_as_number=stored,
    )


def read_parquet(path: Path) -> RawTable:
    """Read a Parquet file; see `open_table`."""
    import pandas as pd

    try:
        import pyarrow as pa
        from pyarrow import parquet
    except ImportError:
        raise SourceError(
            "is a Parquet file, and pyarrow, which reads those, is not installed",
            hint="pip install 'territory-design[parquet]', or save the table as CSV or Excel",
        ) from None
    try:
        if b"geo" in (parquet.read_schema(path).metadata or {}):
            return _geoparquet(path)
        frame = pd.read_parquet(path)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise SourceError(f"is no Parquet file ({type(error).__name__})") from None
    if frame.index.name is not None:
        frame = frame.reset_index()
    return raw_from_frame(frame)


def _geoparquet(path: Path) -> RawTable:
    """Read a GeoParquet file: its attributes, and its geometries as lon and lat."""
    import geopandas as gpd

    frame = gpd.read_parquet(path)
    notes: list[Note] = []
    attributes = _with_points(frame, frame.drop(columns=frame.geometry.name), notes)
    return raw_from_frame(attributes, tuple(notes))


def read_vector(path: Path, options: Options) -> RawTable:
    """Read the attributes of a layer; points become lon and lat where the table has none."""
    import geopandas as gpd

    from geo.errors import GeographyError
    from geo.files.layers import list_layers, read_layer

    try:
        layers = list_layers(path)
        if options.layer is not None and options.layer not in layers:
            close = closest(options.layer, layers)
            raise SourceError(
                f"has no layer {quoted(options.layer)}; it has {', '.join(map(quoted, layers))}",
                hint=f"did you mean {quoted(close[0])}?" if close else "",
            )
        if not layers:
            raise SourceError("has no layer", kind="empty_table")
        layer = options.layer or layers[0]
        frame = read_layer(path, layer)
    except GeographyError as error:
        what = error.fact.removeprefix(str(path)).strip()
        raise SourceError(what, hint=error.hint) from None
    notes: list[Note] = []
    if options.layer is None and len(layers) > 1:
        others = ", ".join(quoted(name) for name in layers if name != layer)
        notes.append(
            ("info", "layer", 0, f"layer {quoted(layer)} was read; not read: {others}", "")
        )
    if not isinstance(frame, gpd.GeoDataFrame):
        return raw_from_frame(frame, tuple(notes))
    attributes = frame.drop(columns=frame.geometry.name)
    return raw_from_frame(_with_points(frame, attributes, notes), tuple(notes))


def _with_points(frame: GeoDataFrame, attributes: pd.DataFrame, notes: list[Note]) -> pd.DataFrame:
    """Return the attributes with lon and lat, taken from the geometries where they have none."""
    import pandas as pd

    named = {plain_name(str(name)): str(name) for name in attributes.columns}
    lon = next((named[name] for name in ("lon", "longitude", "lng", "long") if name in named), None)
    lat = next((named[name] for name in ("lat", "latitude") if name in named), None)
    if lon and lat:
        numbers = [pd.to_numeric(attributes[name], errors="coerce") for name in (lon, lat)]
        good = numbers[0].abs().le(180) & numbers[1].abs().le(90)
        if good.sum() >= 0.9 * max(1, len(attributes)):
            return attributes
    shapes = frame.geometry
    some = shapes.notna() & ~shapes.is_empty
    if not some.any():
        return attributes
    if frame.crs is None:
        what = "its geometries have no reference system; they were not used"
        notes.append(("warning", "crs", 0, what, ""))
        return attributes
    replaced = [name for name in (lon, lat) if name]
    attributes = attributes.rename(columns={name: f"{name} (file)" for name in replaced})
    kinds = sorted(set(shapes[some].geom_type))
    points = shapes if kinds == ["Point"] else shapes.representative_point()
    degrees = points.to_crs("EPSG:4326")
    attributes = attributes.assign(lon=degrees.x, lat=degrees.y)
    what = "lon and lat were taken from its points"
    if kinds != ["Point"]:
        what = f"lon and lat were taken from its geometries ({', '.join(kinds)}): a point in each"
    if replaced:
        what += f"; its columns {' and '.join(map(quoted, replaced))} are no pair of degrees"
    notes.append(("warning" if replaced else "info", "points", 0, what, ""))
    return attributes
