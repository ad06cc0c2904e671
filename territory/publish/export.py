"""A plan's alignment for other tools: ZIP lists, block equivalency, GeoJSON, KML, Shapefile."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from territory.errors import InputError
from territory.messages import Message

if TYPE_CHECKING:
    from collections.abc import Sequence

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
        Made if absent; files of the same names are replaced. A table has a ``.csvt`` beside it,
        from which a GIS reads that ZIP codes are text.
    formats : tuple of str
        Of `FORMATS`.

    Raises
    ------
    InputError
        A format that is not known; the message names those that are.
    """
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
            _write_text_table(zip_table(plan), target)
        elif name == "blocks":
            _write_text_table(block_equivalency(plan), target)
        else:
            _write_layer(plan, target, _DRIVERS[name])
        places.append(target)
    return places


def _write_text_table(frame: pd.DataFrame, target: Path) -> None:
    """Write a table and, beside it, the types that a GIS would guess: codes are no numbers."""
    from territory.inputs.cells import write_table

    write_table(frame, target)
    types = ["Real" if kind.kind == "f" else "String" for kind in frame.dtypes]
    target.with_suffix(".csvt").write_text(",".join(f'"{each}"' for each in types) + "\n", "utf-8")


def _write_layer(plan: Plan, target: Path, driver: str) -> None:
    import pyogrio

    from territory.publish.gis import territory_layer

    frame = territory_layer(plan)
    names = ["territory_id", "rep_id", "rep_name", "n_accounts", "n_units", *plan.measures]
    shown = frame[[*(name for name in names if name in frame), "geometry"]]
    counts = [name for name in ("n_accounts", "n_units") if name in shown]
    shown = shown.astype(dict.fromkeys(counts, "int32"))
    options: dict[str, str] = {}
    if driver == "ESRI Shapefile":
        shown = shown.rename(columns=_short([*shown.columns]))
    else:
        shown.insert(shown.shape[1] - 1, "fill", _fills(plan, shown["territory_id"]))
        options = {"RFC7946": "YES"} if driver == "GeoJSON" else {}
    if driver == "KML":
        shown = shown.assign(Name=shown["territory_id"])  # of which GDAL makes a placemark's name
    target.unlink(missing_ok=True)
    pyogrio.write_dataframe(
        shown, target, driver=driver, promote_to_multi=True, layer="territories", **options
    )
    if driver == "KML":
        _colour_kml(target, list(shown["fill"]))


def _short(names: Sequence[str]) -> dict[str, str]:
    """Return names of at most ten characters, all a Shapefile holds, no two alike."""
    known = {"territory_id": "territory", "n_accounts": "accounts", "n_units": "units"}
    found: dict[str, str] = {}
    for name in names:
        short = known.get(name, name[:10])
        n = 2
        while short in found.values():
            short = f"{name[: 10 - len(str(n))]}{n}"
            n += 1
        found[name] = short
    return {name: short for name, short in found.items() if name != "geometry"}


def _fills(plan: Plan, ids: pd.Series) -> list[str]:
    """Return the colours that the map gives the territories."""
    from geo.map.scene import scene_of
    from territory.publish.maps.map import map_content

    fills = scene_of(map_content(plan)).fills
    return [fills[str(name)] for name in ids]


def _colour_kml(path: Path, fills: Sequence[str]) -> None:
    """Give each placemark its territory's colour: GDAL writes red lines without areas."""
    from xml.etree import ElementTree

    space = "http://www.opengis.net/kml/2.2"
    ElementTree.register_namespace("", space)
    # the file was written a moment ago by this process
    tree = ElementTree.parse(path)
    for place, fill in zip(tree.iter(f"{{{space}}}Placemark"), fills, strict=True):
        for old in place.findall(f"{{{space}}}Style"):
            place.remove(old)
        style = ElementTree.Element(f"{{{space}}}Style")
        for part, colour, width in (("LineStyle", "ff2e2116", "1.5"), ("PolyStyle", "", "")):
            kind = ElementTree.SubElement(style, f"{{{space}}}{part}")
            red, green, blue = fill[1:3], fill[3:5], fill[5:7]
            text = colour or f"b3{blue}{green}{red}".lower()
            ElementTree.SubElement(kind, f"{{{space}}}color").text = text
            if width:
                ElementTree.SubElement(kind, f"{{{space}}}width").text = width
        named = [i for i, each in enumerate(place) if each.tag == f"{{{space}}}name"]
        place.insert(named[0] + 1 if named else 0, style)
    tree.write(path, encoding="utf-8", xml_declaration=True)
