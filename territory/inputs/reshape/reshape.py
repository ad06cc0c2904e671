"""Bring a table into the shape of our columns before its headers are matched."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from territory.inputs.reshape.coordinates import one_cell_coordinates
from territory.inputs.reshape.county_parts import county_parts
from territory.inputs.reshape.period_parts import period_parts
from territory.inputs.reshape.wide_periods import wide_periods
from territory.inputs.sources.raw import RawTable

__all__ = ["reshaped"]

_Reshape = Callable[[RawTable, Mapping[str, str]], RawTable]

_BY_TABLE: Mapping[str, tuple[_Reshape, ...]] = MappingProxyType(
    {
        "accounts": (one_cell_coordinates, county_parts),
        "reps": (one_cell_coordinates,),
        "units": (county_parts,),
        "alignment": (county_parts,),
        "history": (wide_periods, period_parts),
        "actuals": (wide_periods, period_parts),
        "calls": (period_parts,),
        "satisfaction": (period_parts,),
    }
)


def reshaped(raw: RawTable, table: str, mapping: Mapping[str, str]) -> RawTable:
    """Return a table with its values in our columns, each change with a note.

    Parameters
    ----------
    raw : RawTable
    table : str
        Our name of the table.
    mapping : mapping of str to str
        Our column → header, from the scenario: what the user names is left as it is.
    """
    for reshape in _BY_TABLE.get(table, ()):
        raw = reshape(raw, mapping)
    return raw
