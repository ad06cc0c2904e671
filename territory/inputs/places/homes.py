"""Where the reps live: their coordinates, else the points of their postal codes or cities."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from territory.audit import Finding
from territory.inputs.places.american import american
from territory.inputs.places.by_name import city_points
from territory.inputs.places.postal import postal_places

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from territory.inputs.scenario.scenario import Scenario
    from territory.inputs.scenario.sources import PostalPoints
    from territory.inputs.tables.tables import Tables

__all__ = ["homes"]


def homes(scenario: Scenario, tables: Tables, findings: list[Finding]) -> pd.DataFrame:
    """Return the reps with lon and lat; a rep without any place keeps NaN.

    A home is taken from lon and lat, else from its ZIP code, else from the table of postal codes
    of the reps or the accounts, else, where the scenario asks for it, from its city.

    Parameters
    ----------
    scenario : Scenario
    tables : Tables
        With reps.
    findings : list of Finding
        How homes were placed is added.
    """
    assert tables.reps is not None
    reps = tables.reps.copy()
    at_home = american(scenario, reps["country"])

    def fill(rows: NDArray[np.intp], points: NDArray[np.float64], column: str, what: str) -> None:
        good = ~np.isnan(points).any(axis=1)
        reps.loc[reps.index[rows[good]], ["lon", "lat"]] = points[good]
        by_code = column != "city"
        findings.extend(
            tables.findings(
                "reps", rows[good], severity="info" if by_code else "warning",
                kind="placed_by_zip" if by_code else "placed_by_city", column=column, what=what,
            )
        )  # fmt: skip

    def without(column: str) -> NDArray[np.intp]:
        missing = reps["lon"].isna() | reps["lat"].isna()
        return np.flatnonzero(missing & (reps[column] != ""))

    rows = without("zip")
    rows = rows[at_home[rows]]
    if len(rows):
        from geo.us.zips import zip_points

        points = zip_points().reindex(reps["zip"].iloc[rows])[["lon", "lat"]]
        fill(rows, points.to_numpy(dtype=np.float64), "zip", "home placed at its ZIP's point")
    table = _postal_table(scenario)
    if table is not None and "postal_code" in reps and len(rows := without("postal_code")):
        found = postal_places(scenario.resolve(table.file), table, reps["postal_code"].iloc[rows])
        fill(rows, found.points, "postal_code", "home placed at its postal code's point")
    source = scenario.inputs.reps
    if source is not None and source.place_by_city and len(rows := without("city")):
        own = reps.iloc[rows]
        points_of = city_points(
            own["city"], own["state"], own["country"], at_home=bool(at_home[rows].any())
        )
        fill(rows, points_of, "city", "home placed at the middle of its city")
    return reps


def _postal_table(scenario: Scenario) -> PostalPoints | None:
    """Return the reps' table of postal codes, else the accounts'."""
    for source in (scenario.inputs.reps, scenario.inputs.accounts):
        if source is not None and source.postal_points is not None:
            return source.postal_points
    return None
