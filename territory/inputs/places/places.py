"""Where everything lies: demand and homes as points, units as polygons, accounts in units."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from territory.audit import Audit, Finding
from territory.errors import InputError
from territory.inputs.once import kept
from territory.inputs.places.american import american
from territory.inputs.places.by_name import placed_by_name
from territory.inputs.places.homes import homes
from territory.inputs.places.unit_ids import spelled_units
from territory.inputs.places.zctas import zip_units
from territory.messages import Message

if TYPE_CHECKING:
    from geo.geography import Geography, Note
    from territory.inputs.scenario.scenario import Scenario
    from territory.inputs.tables.tables import Tables

__all__ = ["Places", "findings_of", "locate"]

SNAP_KM = 25.0
"""A point that lies in no unit (a pier, a border drawn coarsely) goes to one at most this far."""

MARKET = "market"
"""Type of the accounts that stand for rows of the units table."""

COLUMNS = [
    "account_id",
    "name",
    "type",
    "unit_id",
    "lon",
    "lat",
    "zip",
    "idn",
    "tier",
    "service_h",
    "n_calls",
    "potential_usd",
    "revenue_usd",
    "tenure_y",
    "pipeline_usd",
]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Places:
    """Demand on the map.

    Attributes
    ----------
    geography : Geography
        Units with polygons in an equal-area system.
    accounts : DataFrame
        One row an account or a market row of the units table: the columns of `COLUMNS`, then the
        scenario's further measures; ``unit_id`` is always a unit of the geography.
    reps : DataFrame or None
        The reps table with lon, lat filled from ZIPs; NaN where a rep has no home.
    audit : Audit
        What was guessed, snapped or repaired here; errors are for `Audit.raise_if_errors`.
    """

    geography: Geography
    accounts: pd.DataFrame
    reps: pd.DataFrame | None
    audit: Audit


def locate(scenario: Scenario, tables: Tables) -> Places:
    """Place accounts, market rows and reps, read the geography, and find each account's unit.

    A place is taken from lon/lat, else from the ZIP's point, else from the county's or the unit's
    inner point. With ZIP units the account's own ZIP decides, as in ZIP-to-territory rules; else
    the polygon under the point does, or the nearest within 25 km (reported).

    Raises
    ------
    InputError
        No demand at all, or a geography that cannot be read.
    """
    key = scenario.reading()
    if key is None:
        return _placed(scenario, tables)
    # The tables that were read once share one audit; those that somebody changed have their own.
    found = kept(("places", key, id(tables.audit)), lambda: (_placed(scenario, tables), tables))[0]
    reps = None if found.reps is None else found.reps.copy(deep=False)
    return replace(found, accounts=found.accounts.copy(deep=False), reps=reps)


def _placed(scenario: Scenario, tables: Tables) -> Places:
    findings: list[Finding] = []
    demand = _demand(scenario, tables)
    demand, geography = _geography(scenario, tables, demand, findings)
    demand = _assign_units(scenario, tables, demand, geography, findings)
    reps = None if tables.reps is None else homes(scenario, tables, findings)
    findings += findings_of(geography.notes, table="geography")
    return Places(
        geography=geography,
        accounts=demand.drop(columns=["source", "row", "county_fips", "country"], errors="ignore"),
        reps=reps,
        audit=Audit(findings),
    )


def findings_of(notes: tuple[Note, ...], *, table: str) -> list[Finding]:
    """Turn the geography's notes into findings of the audit."""
    return [
        Finding(
            severity=note.severity,
            kind="geography",
            table=table,
            id=", ".join(note.ids[:3]) + (" …" if len(note.ids) > 3 else ""),
            what=note.what,
        )
        for note in notes
    ]


def _demand(scenario: Scenario, tables: Tables) -> pd.DataFrame:
    """Stack accounts and market rows; ``source`` and ``row`` lead back to the user's file."""
    extra = [name for name in scenario.measures if name not in {*COLUMNS, "workload_h"}]
    parts = []
    if tables.accounts is not None and len(tables.accounts):
        part = tables.accounts.reindex(columns=[*COLUMNS, "county_fips", "country", *extra])
        part["zip"] = part["zip"].where(american(scenario, part["country"]), "")
        parts.append(part.assign(source="accounts", row=np.arange(len(part))))
    if tables.units is not None and len(tables.units):
        part = tables.units.assign(account_id=tables.units["unit_id"], type=MARKET)
        codes = part["unit_id"].str.fullmatch(r"\d{5}") & (scenario.geography.kind == "us_zips")
        part["zip"] = part["unit_id"].where(codes, "")
        part = part.assign(**dict.fromkeys({"idn", "tier", "county_fips"} - {*part.columns}, ""))
        part = part.reindex(columns=[*COLUMNS, "county_fips", *extra])
        parts.append(part.assign(source="units", row=np.arange(len(part))))
    if not parts:
        raise InputError(
            Message(
                f"{scenario.display}: no demand: neither inputs.accounts nor inputs.units has rows",
                hint='name a table, e.g. accounts = "accounts.csv", under [inputs]',
            )
        )
    return pd.concat(parts, ignore_index=True)


def _geography(
    scenario: Scenario, tables: Tables, demand: pd.DataFrame, findings: list[Finding]
) -> tuple[pd.DataFrame, Geography]:
    """Read the units and complete the coordinates; point geographies need the points first."""
    options = scenario.geography
    states = options.states or None
    if options.kind == "points":
        demand = _place(scenario, tables, demand, None, findings)
        if demand[["lon", "lat"]].isna().any(axis=1).all():
            Audit(findings).raise_if_errors()
        return demand, _cells_of_points(demand, states, options.crs)
    geography: Geography
    if options.kind == "us_counties":
        from geo.us.boundaries import counties

        geography = counties(states)
    elif options.kind == "us_zips":
        geography = zip_units(scenario)
    elif options.kind == "belgium_cantons":
        from geo.belgium import cantons

        geography = cantons()
    else:
        from geo.boundaries import read_polygons

        assert options.file is not None and options.id is not None
        geography = read_polygons(
            scenario.resolve(options.file),
            id_column=options.id,
            name_column=options.name_column,
            layer=options.layer,
            crs=options.crs,
        )
    return _place(scenario, tables, demand, geography, findings), geography


def _place(
    scenario: Scenario,
    tables: Tables,
    demand: pd.DataFrame,
    geography: Geography | None,
    findings: list[Finding],
) -> pd.DataFrame:
    """Fill lon and lat from the ZIP, the county or the unit; what has no place is an error."""
    out = demand.copy()
    if geography is not None:
        out = spelled_units(tables, out, geography, findings)
    missing = out["lon"].isna() | out["lat"].isna()
    if geography is not None:
        own = pd.Series(geography.ids).isin(out.loc[missing, "unit_id"])
        if own.any():
            lonlat = pd.DataFrame(geography.points_lonlat(), index=geography.ids)
            here = missing & out["unit_id"].isin(lonlat.index)
            out.loc[here, ["lon", "lat"]] = lonlat.loc[out["unit_id"][here]].to_numpy()
            missing &= ~here
    if missing.any() and (out.loc[missing, "zip"] != "").any():
        from geo.us.zips import zip_points

        points = zip_points().reindex(out.loc[missing, "zip"])[["lon", "lat"]].to_numpy()
        out.loc[missing, ["lon", "lat"]] = points
        placed = missing & out["lon"].notna()
        _report(
            tables,
            out,
            placed,
            findings,
            "info",
            "placed_by_zip",
            "zip",
            "placed at its ZIP's point",
        )
        missing &= ~placed
    if missing.any() and (out.loc[missing, "county_fips"] != "").any():
        from geo.us.boundaries import counties
        from geo.us.fips import STATES

        every = counties(tuple(STATES))
        lonlat = pd.DataFrame(every.points_lonlat(), index=every.ids)
        here = missing & out["county_fips"].isin(lonlat.index)
        out.loc[here, ["lon", "lat"]] = lonlat.loc[out["county_fips"][here]].to_numpy()
        _report(
            tables, out, here, findings, "warning", "placed_by_county", "county_fips",
            "placed at its county's inner point",
        )  # fmt: skip
        missing &= ~here
    if missing.any() and tables.accounts is not None:
        missing &= ~placed_by_name(scenario, tables, out, missing, findings)
    missing &= ~_without_postal_place(tables, out, missing, findings)
    _report(
        tables,
        out,
        missing,
        findings,
        "error",
        "no_place",
        "lon",
        "no coordinates, no ZIP code of the United States, no county",
    )
    return out


def _without_postal_place(
    tables: Tables, demand: pd.DataFrame, missing: pd.Series, findings: list[Finding]
) -> pd.Series:
    """Report the accounts, (n,), of which there is nothing but a postal code of no use here."""
    if tables.accounts is None or "postal_code" not in tables.accounts:
        return missing & False
    codes = tables.accounts["postal_code"].to_numpy(dtype=object)
    ours = (demand["source"] == "accounts").to_numpy(dtype=bool)
    written = np.zeros(len(demand), dtype=bool)
    written[ours] = codes[demand.loc[ours, "row"].to_numpy(dtype=np.intp)] != ""
    rows = missing & written
    _report(tables, demand, rows, findings, "error", "no_postal_place", "postal_code",
            "no ZIP code of the United States, and in no table of postal codes")  # fmt: skip
    return rows


def _report(
    tables: Tables,
    demand: pd.DataFrame,
    where: pd.Series,
    findings: list[Finding],
    severity: str,
    kind: str,
    column: str,
    what: str,
) -> None:
    """Add a finding for each marked row of the demand, with the user's file and line."""
    for source, rows in demand.loc[where].groupby("source")["row"]:
        # Market rows are placed by rule, not by accident: only their failures are news.
        if source == "units" and severity == "info":
            continue
        findings += tables.findings(
            str(source), rows.to_numpy(), severity=severity, kind=kind, column=column, what=what
        )


def _assign_units(
    scenario: Scenario,
    tables: Tables,
    demand: pd.DataFrame,
    geography: Geography,
    findings: list[Finding],
) -> pd.DataFrame:
    """Find each account's unit; what has none is an error, what was snapped a warning."""
    out = demand.copy()
    known = pd.Index(geography.ids)
    if scenario.geography.kind == "points":
        # Each account is its own unit, whatever shares its address.
        out["unit_id"] = out["account_id"]
    unit = out["unit_id"].where(out["unit_id"].isin(known), "")
    stated = (out["source"] == "accounts") & (out["unit_id"] != "") & (unit == "")
    _report(tables, out, stated, findings, "warning", "unknown_unit", "unit_id",
            "no unit of this geography; its point decides")  # fmt: skip
    if scenario.geography.kind == "us_zips":
        from geo.us.zips import zip_hosts

        hosts = zip_hosts(geography)
        hosted = out["zip"].map(hosts).fillna("").astype("str")
        unit = unit.where(unit != "", hosted)
    open_rows = (unit == "") & out["lon"].notna() & out["lat"].notna()
    if open_rows.any():
        lonlat = out.loc[open_rows, ["lon", "lat"]].to_numpy(dtype=np.float64)
        position, distance_km = geography.locate(lonlat, nearest_km=SNAP_KM)
        found = np.where(position >= 0, known.to_numpy()[np.maximum(position, 0)], "")
        unit.loc[open_rows] = found
        snapped = pd.Series(False, index=out.index)
        snapped.loc[open_rows] = (distance_km > 0) & np.isfinite(distance_km)
        _report(tables, out, snapped, findings, "warning", "snapped", "lon",
                f"lies in no unit; given to the nearest, at most {SNAP_KM:g} km off")  # fmt: skip
    lost = (unit == "") & out["lon"].notna()
    _report(tables, out, lost, findings, "error", "outside", "lon",
            f"lies more than {SNAP_KM:g} km outside the geography")  # fmt: skip
    out["unit_id"] = unit.astype("str")
    return _check_counties(tables, out, geography, findings)


def _check_counties(
    tables: Tables, demand: pd.DataFrame, geography: Geography, findings: list[Finding]
) -> pd.DataFrame:
    """Report accounts whose point lies in another county than their county_fips says."""
    if (geography.units["level"] == "county").all():
        stated = demand["county_fips"]
        other = (stated != "") & stated.isin(geography.ids) & (stated != demand["unit_id"])
        _report(tables, demand, other & (demand["unit_id"] != ""), findings, "warning",
                "other_county", "county_fips", "its point lies in another county")  # fmt: skip
    return demand


def _cells_of_points(demand: pd.DataFrame, states: tuple[str, ...] | None, crs: str) -> Geography:
    """Make each account a unit of its own, a cell of the land nearer to it than to any other."""
    import geopandas as gpd

    from geo.cells import cells
    from geo.crs import equal_area, lonlat_bounds, to_xy
    from geo.geography import Geography

    placed = demand.dropna(subset=["lon", "lat"])
    points = gpd.GeoSeries(gpd.points_from_xy(placed["lon"], placed["lat"]), crs=4326)
    west, south, east, north = lonlat_bounds(placed["lon"], placed["lat"])
    system = equal_area(west, south, east, north) if crs == "auto" else gpd.GeoSeries(crs=crs).crs
    if states:
        from geo.us.boundaries import states as state_polygons

        clip = state_polygons(states).units.to_crs(system).union_all()
    else:
        clip = points.to_crs(system).union_all().convex_hull.buffer(20_000.0)
    shapes, notes = cells(
        to_xy(placed[["lon", "lat"]].to_numpy(dtype=np.float64), system),
        clip,
        ids=placed["account_id"].tolist(),
    )
    units = gpd.GeoDataFrame(
        {"name": placed["name"].to_numpy(), "level": "account", "parent": ""},
        geometry=shapes.to_numpy(),
        index=pd.Index(placed["account_id"].to_numpy(), name="unit_id"),
        crs=system,
    )
    return Geography(units=units, crs=system, notes=tuple(notes))
