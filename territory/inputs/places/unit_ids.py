"""Bring unit ids of the tables into the geography's spelling: zeros, case, blanks, decimals."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from territory.audit import Audit, Finding
from territory.inputs.joins.accounts import hit_rate
from territory.inputs.joins.ids import match_ids
from territory.messages import counted, quoted

if TYPE_CHECKING:
    import pandas as pd

    from geo.geography import Geography
    from territory.inputs.tables.tables import Tables

__all__ = ["spelled_units"]


def spelled_units(
    tables: Tables, demand: pd.DataFrame, geography: Geography, findings: list[Finding]
) -> pd.DataFrame:
    """Return the demand with unit ids of the geography; what was matched how is added to findings.

    Parameters
    ----------
    tables : Tables
        Names of the rows.
    demand : DataFrame
        ``source`` (accounts or units), ``row``, ``unit_id``, ``lon``, ``zip``.
    geography : Geography
    findings : list of Finding

    Raises
    ------
    InputError
        A row of the units table names a unit that the geography does not have, and has no other
        place.
    """
    ids = demand["unit_id"].copy()
    errors: list[Finding] = []
    for source in ("accounts", "units"):
        here = (demand["source"] == source).to_numpy(dtype=bool)
        if not here.any() or source not in tables.rows:
            continue
        rows = tables.rows[source]
        found = match_ids(demand.loc[here, "unit_id"], geography.ids)
        ids[here] = found.ids
        findings += [
            rows.whole(
                severity="warning",
                kind="joined",
                what=f"unit_id: {count:,} of {counted(int(here.sum()), 'row')} found their unit "
                f"{how}",
            )
            for count, how in found.how
        ]
        if source == "accounts":
            continue
        placeless = demand.loc[here, "lon"].isna() & demand.loc[here, "zip"].eq("")
        strange = (~found.known & placeless).to_numpy(dtype=bool)
        if not strange.any():
            continue
        asked = (demand.loc[here, "unit_id"] != "").to_numpy(dtype=bool)
        told = hit_rate(replace(found, how=[]), asked, rows, column="unit_id", of="unit")
        whole = [it for it in told if it.severity == "error"]
        example = ", ".join(map(quoted, geography.ids[:3]))
        errors += [replace(it, what=f"{it.what}; units are {example} …") for it in whole]
        if not whole:
            errors += tables.findings(
                "units", demand.loc[here, "row"].to_numpy()[strange], severity="error",
                kind="unknown_unit", column="unit_id", what="no unit of this geography",
            )  # fmt: skip
    Audit(errors, rows={table: len(rows.lines) for table, rows in tables.rows.items()}
          ).raise_if_errors()  # fmt: skip
    return demand.assign(unit_id=ids)
