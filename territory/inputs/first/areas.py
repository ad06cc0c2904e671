"""Which column of a layer of areas are the ids of a plan's units."""

from __future__ import annotations

from dataclasses import replace

from territory.inputs.first.look import Sheet
from territory.inputs.sources.names import plain_name

__all__ = ["as_polygons"]

_UNIT_IDS = (
    *("unit_id", "geoid", "geoid20", "geoid10", "zcta5ce20", "zcta5ce10", "zcta", "ags", "ags_0"),
    *("nuts_id", "lau_id", "plz", "plz5", "postcode", "insee", "code_insee", "code", "id", "fips"),
    *("cfsauid", "postal_code", "name"),
)
_UNIT_NAMES = ("name", "gen", "namelsad", "nuts_name", "lau_name", "nom", "nombre", "label")


def as_polygons(sheet: Sheet) -> Sheet | None:
    """Return a layer of areas as the units of a plan; None where no column can be their ids."""
    frame = sheet.raw.frame
    different = [
        str(header) for header in frame
        if header not in {"lon", "lat"} and frame[header].is_unique and (frame[header] != "").all()
    ]  # fmt: skip
    named = {plain_name(header): header for header in map(str, frame.columns)}
    likely = [named[name] for name in map(plain_name, _UNIT_IDS) if name in named]
    ids = [header for header in likely if header in different] or likely or different
    if not ids:
        return None
    columns = {"id": ids[0]}
    label = next((named[name] for name in _UNIT_NAMES if name in named), "")
    if label and label != ids[0]:
        columns["name_column"] = label
    why = {"id": "a header of ids" if ids[0] in likely else "its cells: all different"}
    return replace(sheet, kind="polygons", columns=columns, why=why)
