"""ZIP codes as units: cells of the nearest land, or the areas of a user's own file of ZCTAs."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from geo.geography import Geography, Note
from territory.inputs.tables.codes import known_zips

if TYPE_CHECKING:
    from territory.inputs.scenario.scenario import Scenario

__all__ = ["zip_units"]

# Measured against the 282 ZCTAs of Connecticut (2010): 71 % of the land lies in the cell of its own
# ZIP; of the cells' neighbours 82 % are neighbours there, and 82 % of those are found.
_CELLS = (
    "ZIP units are cells of the land nearest to each ZIP's point, no postal or census borders (on "
    "Connecticut 71 % of the land lies in its own ZIP's cell); for real borders name a file of "
    "ZCTAs: file and id under [geography]"
)


def zip_units(scenario: Scenario) -> Geography:
    """Return the ZIP units of a scenario, each with the state it lies in.

    Raises
    ------
    GeographyError
        The user's file cannot be read, or holds no ZIP code of the states.
    """
    from geo.boundaries import read_polygons
    from geo.errors import GeographyError
    from geo.us.zips import zips

    options = scenario.geography
    states = options.states or None
    if options.file is None or options.id is None:
        found = zips(states)
        return replace(found, notes=(*found.notes, Note(what=_CELLS)))
    own = read_polygons(
        scenario.resolve(options.file), id_column=options.id, name_column=options.name_column,
        layer=options.layer, crs=options.crs,
    )  # fmt: skip
    codes = own.units.index.str[-5:]
    state = [known_zips().get(code, ("", ""))[0] for code in codes]
    units = own.units.set_axis(codes.rename("unit_id"), axis=0).assign(level="zip", state=state)
    wanted = units["state"].isin(list(states)) if states else units["state"] != ""
    if not wanted.any():
        raise GeographyError(
            f"{options.file} holds no ZIP code of {', '.join(states or ('the United States',))}",
            evidence=[f'"{name}"' for name in own.ids[:5]],
            hint="name the column of the five-digit codes with id under [geography]",
        )
    lost = int((~wanted).sum())
    note = Note(what=f"{lost:,} units of {options.file} lie in other states; left out")
    kept = (*own.notes, note) if lost else own.notes
    return replace(own, units=units[wanted].sort_index(), notes=kept)
