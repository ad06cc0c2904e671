"""The plan as one GeoPackage: territories, units, accounts and reps, for any GIS; read back too."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from territory.dictionary.accounts import standard
from territory.errors import InputError
from territory.messages import Message

if TYPE_CHECKING:
    import pandas as pd
    from geopandas import GeoDataFrame

    from geo.geography import Geography
    from territory.plan import Plan

__all__ = ["LAYERS", "read_geopackage", "territory_layer", "write_geopackage"]

LAYERS = ("territories", "units", "accounts", "reps")
"""Layers of the file, all in EPSG:4326 (longitude, latitude)."""

_LONLAT = "EPSG:4326"
# A GeoPackage stamps its layers with the date of writing; the same plan has to be the same file.
_STAMP = "1970-01-01T00:00:00.000Z"


def write_geopackage(plan: Plan, path: Path, *, outlined: bool = True) -> None:
    """Write the four layers; the same plan gives the same bytes.

    Parameters
    ----------
    plan : Plan
    path : Path
        Replaced if it exists.
    outlined : bool
        Otherwise only units and reps are written, which a plan is read back from: `territory
        export` draws outlines and accounts.

    Raises
    ------
    InputError
        The file cannot be written, as on a full disk.

    Notes
    -----
    Outlines are dissolved in the plan's own equal-area system and then brought to EPSG:4326, so
    that borders stay shared vertex for vertex between units and territories.
    """
    import pyogrio
    from pyogrio.errors import DataLayerError, DataSourceError

    frames: dict[str, GeoDataFrame] = {
        "units": _units(plan),
        "reps": _points(plan.reps),
    }
    if outlined:
        frames |= {
            "territories": territory_layer(plan, area=True),
            "accounts": _points(plan.accounts[_known(plan)]),
        }
    path.unlink(missing_ok=True)
    with _fixed_date():
        for layer in (each for each in LAYERS if each in frames):
            areas = layer in {"territories", "units"}
            try:
                pyogrio.write_dataframe(
                    frames[layer],
                    path,
                    layer=layer,
                    driver="GPKG",
                    geometry_type="MultiPolygon" if areas else "Point",
                    promote_to_multi=areas,
                )
            except (DataSourceError, DataLayerError) as error:
                raise InputError(
                    Message(
                        f"{path.name} cannot be written: {error}",
                        hint="see whether the disk has room and the folder may be written",
                    )
                ) from error


def territory_layer(plan: Plan, *, area: bool = False) -> GeoDataFrame:
    """Return the plan's territories with their outlines, EPSG:4326.

    Parameters
    ----------
    plan : Plan
    area : bool, optional
        Whether to add ``area_km2``, measured in the plan's own equal-area system.

    Returns
    -------
    GeoDataFrame
        The rows and columns of ``plan.territories``; a territory without units has no geometry.
    """
    import geopandas
    import pandas as pd

    from geo.outlines import outlines

    labels = plan.alignment.set_index("unit_id")["territory_id"].loc[list(plan.geography.ids)]
    dissolved = outlines(plan.geography, labels.to_numpy(dtype=object)).frame
    ids = list(plan.territories["territory_id"])
    table = pd.DataFrame(plan.territories.drop(columns="geometry", errors="ignore"))
    if area:
        table = table.reset_index(drop=True)
        table["area_km2"] = dissolved["area_km2"].reindex(ids).fillna(0.0).to_numpy()
    shapes = dissolved.geometry.reindex(ids).to_crs(_LONLAT)
    return geopandas.GeoDataFrame(table, geometry=list(shapes), crs=_LONLAT)


def _units(plan: Plan) -> GeoDataFrame:
    import geopandas

    units = plan.geography.units
    ids = list(units.index)
    by_unit = plan.accounts.groupby("unit_id")
    territory = plan.alignment.set_index("unit_id")["territory_id"]
    table: dict[str, object] = {
        "unit_id": ids,
        **{name: list(units[name]) for name in ("name", "level", "parent")},
        "territory_id": list(territory.loc[ids]),
        "n_accounts": by_unit.size().reindex(ids).fillna(0).astype(int).to_numpy(),
    }
    for column in ("workload_h", "potential_usd"):
        table[column] = by_unit[column].sum().reindex(ids).fillna(0.0).to_numpy()
    return geopandas.GeoDataFrame(table, geometry=plan.geography.in_degrees(), crs=_LONLAT)


def _known(plan: Plan) -> list[str]:
    """Columns of the accounts that a layer can have; the user's own may be no names of fields."""
    return [
        name
        for name in plan.accounts.columns
        if standard(name) is not None or name in plan.measures
    ]


def _points(frame: pd.DataFrame) -> GeoDataFrame:
    import geopandas

    return geopandas.GeoDataFrame(
        frame.reset_index(drop=True),
        geometry=geopandas.points_from_xy(frame["lon"], frame["lat"]),
        crs=_LONLAT,
    )


@contextmanager
def _fixed_date() -> Iterator[None]:
    import pyogrio

    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": _STAMP})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})


def read_geopackage(path: Path, *, crs: str) -> tuple[Geography, pd.DataFrame]:
    """Read the units and the reps back.

    Parameters
    ----------
    path : Path
        A file of `write_geopackage`.
    crs : anything pyproj reads
        The plan's equal-area system.

    Returns
    -------
    geography : Geography
        In ``crs``; its coordinates in degrees are those written.
    reps : DataFrame
        ``territory_id, rep_id, name, lon, lat, kind``.

    Raises
    ------
    InputError
        If the file or a layer of it cannot be read.
    """
    import pyogrio
    from pyogrio.errors import DataLayerError, DataSourceError

    from geo.files.layers import read_layer
    from geo.geography import Geography

    try:
        units = read_layer(path, "units")
        reps = pyogrio.read_dataframe(path, layer="reps", read_geometry=False)
        units = units.set_index(units["unit_id"].astype("str"))
        units = units[["name", "level", "parent", "geometry"]]
        lacking = {"territory_id", "rep_id", "name", "lon", "lat", "kind"} - set(reps.columns)
        if lacking:
            raise KeyError(", ".join(sorted(lacking)))
        lonlat = np.asarray(units.geometry.array, dtype=object)
        units = units.to_crs(crs)
    except (*(DataSourceError, DataLayerError, KeyError, ValueError, RuntimeError),) as error:
        raise InputError(
            Message(
                f"{path} cannot be read as the GeoPackage of a plan: {error}",
                hint="run the scenario again; the file may have been cut short",
            )
        ) from error
    for column in ("name", "level", "parent"):
        units[column] = units[column].fillna("").astype("str")
    for column in ("territory_id", "rep_id", "name", "kind"):
        reps[column] = reps[column].fillna("").astype("str")
    return Geography(units=units, crs=units.crs, lonlat=lonlat), reps
