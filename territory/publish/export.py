"""A plan's alignment for other tools: ZIP lists, block equivalency, GeoJSON, KML, Shapefile."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from territory.errors import InputError
from territory.messages import Message

if TYPE_CHECKING:
    import pandas as pd

    from territory.plan import Plan

__all__ = ["FORMATS", "block_equivalency", "export_plan", "zip_table"]

FORMATS = ("zips", "blocks", "geojson", "kml", "shapefile")
"""What `export_plan` writes."""

_FILES = {
    "zips": "zips.csv",
    "blocks": "block_equivalency.csv",
    "geojson": "territories.geojson",
    "kml": "territories.kml",
    "shapefile": "territories.shp",
}
_DRIVERS = {"geojson": "GeoJSON", "kml": "KML", "shapefile": "ESRI Shapefile"}


def zip_table(plan: Plan) -> pd.DataFrame:
    """Return which territory serves each ZIP code.

    Returns
    -------
    DataFrame
        ``zip, territory_id, rep_id, rep_name, share``, sorted. A ZIP that is split between
        territories has a row for each, and ``share`` is the fraction of the ZIP's potential there
        (of its units, where it has no potential); else 1. A code inside a larger unit goes with the
        unit in which its point lies. Empty where the units are not American.
    """
    import pandas as pd

    from territory.publish.maps.map_layers import zips_on_map

    territory = plan.alignment.set_index("unit_id")["territory_id"].to_dict()
    potential = plan.accounts.groupby("unit_id")["potential_usd"].sum().to_dict()
    rows = []
    units = plan.geography.units
    for unit, level in zip(map(str, units.index), map(str, units["level"]), strict=True):
        parts = unit.split(":")
        code = parts[1] if len(parts) > 1 else ""
        if not code and level == "zip":
            code = unit
        if code.isdigit() and len(code) == 5:
            rows.append((code, territory[unit], float(potential.get(unit, 0.0)), 1.0))
    known = {row[0] for row in rows}
    points = zips_on_map(plan)
    if points is not None:
        ids = list(plan.geography.units.index)
        for code, at in zip(points["zip"], points["unit"], strict=True):
            if code not in known:
                rows.append((str(code), territory[ids[int(at)]], 0.0, 1.0))
    frame = pd.DataFrame(rows, columns=["zip", "territory_id", "usd", "n"])
    frame = frame.groupby(["zip", "territory_id"], as_index=False)[["usd", "n"]].sum()
    total = frame.groupby("zip")[["usd", "n"]].transform("sum")
    by_usd = (frame["usd"] / total["usd"].where(total["usd"] > 0)).fillna(frame["n"] / total["n"])
    reps = plan.territories.set_index("territory_id")
    return pd.DataFrame(
        {
            "zip": frame["zip"],
            "territory_id": frame["territory_id"],
            "rep_id": reps["rep_id"].reindex(frame["territory_id"]).fillna("").to_numpy(),
            "rep_name": reps["rep_name"].reindex(frame["territory_id"]).fillna("").to_numpy(),
            "share": by_usd.round(4),
        }
    )


def block_equivalency(plan: Plan) -> pd.DataFrame:
    """Return the two columns that redistricting tools read: the unit and its district."""
    return plan.alignment.rename(columns={"territory_id": "district"})[["unit_id", "district"]]


def export_plan(plan: Plan, folder: Path, *, formats: tuple[str, ...] = FORMATS) -> list[Path]:
    """Write the files and return their places.

    Parameters
    ----------
    plan : Plan
    folder : Path
        Made if absent; files of the same names are replaced.
    formats : tuple of str
        Of `FORMATS`.

    Raises
    ------
    InputError
        A format that is not known; the message names those that are.
    """
    from territory.inputs.cells import write_table

    wrong = [name for name in formats if name not in FORMATS]
    if wrong:
        raise InputError(
            Message(
                f"format {', '.join(wrong)} is not known", hint=f"use one of {', '.join(FORMATS)}"
            )
        )
    folder.mkdir(parents=True, exist_ok=True)
    places = []
    for name in formats:
        target = folder / _FILES[name]
        if name == "zips":
            write_table(zip_table(plan), target)
        elif name == "blocks":
            write_table(block_equivalency(plan), target)
        else:
            _write_layer(plan, target, _DRIVERS[name])
        places.append(target)
    return places


def _write_layer(plan: Plan, target: Path, driver: str) -> None:
    import pyogrio

    from territory.publish.gis import territory_layer

    frame = territory_layer(plan)
    # ten characters are what a Shapefile holds of a column's name
    names = {"territory_id": "territory", "rep_id": "rep_id", "rep_name": "rep_name"}
    names |= {"n_accounts": "accounts", "n_units": "units", "area_km2": "area_km2"}
    names |= {measure: measure[:10] for measure in plan.measures}
    kept = [name for name in names if name in frame]
    shown = frame[[*kept, "geometry"]].rename(columns=names)
    options = {"RFC7946": "YES"} if driver == "GeoJSON" else {}
    target.unlink(missing_ok=True)
    pyogrio.write_dataframe(
        shown, target, driver=driver, promote_to_multi=True, layer="territories", **options
    )
