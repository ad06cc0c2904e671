"""Units written in several rows, an island each: their polygons become one, and that is said."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from geo.errors import GeographyError
from geo.geography import Note

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from pandas import Series

__all__ = ["dissolved"]


def dissolved(
    frame: GeoDataFrame,
    id_column: str,
    name_column: str | None,
    *,
    source: str,
    notes: list[Note],
) -> GeoDataFrame:
    """Return a layer with one row a unit; rows of one id are its parts.

    Parameters
    ----------
    frame : GeoDataFrame
    id_column : str
    name_column : str, optional
        Parts of a unit have one name.
    source : str
        For messages.
    notes : list of Note
        What was joined is added.

    Raises
    ------
    GeographyError
        Rows of one id have different names, or another column tells all rows apart: then it is
        that column, and not this one, that names the units.
    """
    ids = frame[id_column].map(lambda value: str(value).strip() if value is not None else "")
    again = ids.duplicated(keep=False) & (ids != "") & frame[id_column].notna()
    if not again.any():
        return frame
    if name_column is not None and name_column != id_column:
        _refuse_several_names(ids[again], frame.loc[again, name_column], source, name_column)
    else:
        _refuse_other_ids(frame, ids[again], id_column, source)
    count = ids[again].value_counts()
    shown = ", ".join(f'"{unit}" ({n} rows)' for unit, n in count.iloc[:5].items())
    more = "" if len(count) <= 5 else ", …"
    notes.append(
        Note(
            what=f"{len(count):,} {'unit has' if len(count) == 1 else 'units have'} several rows "
            f"in the layer, whose polygons were joined: {shown}{more}",
            ids=tuple(map(str, count.index)),
            severity="warning",
        )
    )
    first = frame[~ids.duplicated()].copy()
    own = ids[~ids.duplicated()]
    shapes = np.asarray(frame.geometry.array, dtype=object)
    joined = []
    for unit, place in zip(own, np.flatnonzero(~ids.duplicated().to_numpy()), strict=True):
        rows = np.flatnonzero((ids == unit).to_numpy()) if unit in count.index else [place]
        joined.append(shapes[place] if len(rows) == 1 else _union(shapes[rows]))
    return first.set_geometry(joined, crs=frame.crs)


def _union(shapes: np.ndarray) -> object:
    fixed = shapely.make_valid(shapes[~shapely.is_missing(shapes)], method="structure")
    return shapely.union_all(fixed)


def _refuse_several_names(
    ids: Series[str], names: Series[str], source: str, name_column: str
) -> None:
    several = names.astype("str").groupby(ids).nunique()
    several = several[several > 1]
    if len(several):
        raise GeographyError(
            f"{len(several):,} unit ids of {source} stand for several units",
            evidence=[
                f'"{unit}": ' + ", ".join(f'"{name}"' for name in names[ids == unit].unique()[:4])
                for unit in several.index[:5]
            ],
            hint=f"choose another id column: rows of one id differ in {name_column}",
        )


def _refuse_other_ids(frame: GeoDataFrame, ids: Series[str], id_column: str, source: str) -> None:
    count = ids.value_counts()
    for column in frame.columns:
        if column in {id_column, frame.geometry.name}:
            continue
        values = frame[column]
        text = values.dtype.kind in "OUT" or str(values.dtype).startswith("str")
        if text and values.notna().all() and values.is_unique:
            raise GeographyError(
                f"{len(count):,} unit ids of {source} occur more than once",
                evidence=[f'"{unit}" {n} times' for unit, n in count.iloc[:5].items()],
                hint=f'column "{column}" is different in every row: write it as the id, or, '
                "where the rows of one id are its parts, a name_column in which they agree",
            )
