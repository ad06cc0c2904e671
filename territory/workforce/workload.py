"""What each account takes and is worth: service hours, calls, potential, and the way to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from territory.audit import Audit
from territory.errors import InputError, TravelError
from territory.inputs.defaults import with_defaults
from territory.inputs.scenario.workforce import Capacity
from territory.messages import Message, counted
from territory.workforce.capacity import working_weeks

if TYPE_CHECKING:
    from geo.roads.trips import Trips
    from geo.travel import RoadEstimate
    from territory.inputs.scenario.scenario import Scenario

__all__ = [
    "account_loads",
    "on_site_h",
    "read_minutes",
    "road_estimate",
    "travel_hours",
    "trips_of",
]


def road_estimate(scenario: Scenario, lonlat: NDArray[np.float64]) -> RoadEstimate:
    """Return the travel estimate with the scenario's settings, town told from `lonlat` density."""
    from geo.travel import RoadEstimate

    given = {
        name: value
        for name in ("circuity", "urban_kmh", "rural_kmh")
        if (value := getattr(scenario.travel, name)) is not None
    }
    return RoadEstimate(reference_lonlat=lonlat, **given)


def trips_of(scenario: Scenario) -> Trips:
    """Return how trips are made, from [travel] and the longest day of [capacity]."""
    from geo.roads.trips import Trips

    capacity = scenario.capacity or Capacity()
    usd_h = scenario.objective.travel_usd_h or 75.0
    return Trips(
        day_min=60.0 * capacity.longest_day_h,
        far_min=scenario.travel.overnight_min,
        night_min=60.0 * scenario.travel.night_usd / usd_h,
        days=scenario.travel.most_days,
        stops=scenario.travel.calls_per_trip,
    )


def on_site_h(accounts: pd.DataFrame) -> NDArray[np.float64]:
    """Return the hours a year at each account: service without what is done in the office."""
    service = accounts["service_h"].to_numpy(dtype=np.float64)
    if "admin_h" in accounts:
        service = service - np.nan_to_num(accounts["admin_h"].to_numpy(dtype=np.float64))
    return np.asarray(np.maximum(service, 0.0), dtype=np.float64)


def account_loads(scenario: Scenario, accounts: pd.DataFrame) -> tuple[pd.DataFrame, Audit]:
    """Fill service hours, calls and potential from the defaults by type, and add the hop.

    Parameters
    ----------
    scenario : Scenario
    accounts : DataFrame
        Placed accounts (`Places.accounts`).

    Returns
    -------
    DataFrame
        The accounts with ``service_h`` (h a year), ``n_calls`` (a year), ``potential_usd`` (USD a
        year), every further measure, ``hop_min`` and ``on_site_min`` (min), all finite and 0 or
        more.
    Audit
        How many accounts took which default.

    Raises
    ------
    InputError
        A value is missing and no default is given, or a measure's total is 0.
    """
    from geo.roads.trips import hop_minutes

    filled = ("service_h", "n_calls", "potential_usd")
    out, findings = with_defaults(scenario, accounts, filled)
    lacking: list[Message] = []
    for column in filled:
        lost = out.loc[out[column].isna()]
        if len(lost):
            lacking.append(_lacking(scenario, lost, column))
    for name in scenario.measures:
        if name not in {"workload_h", "service_h", "n_calls", "potential_usd"}:
            lost = out.loc[out[name].isna()]
            if len(lost):
                lacking.append(_lacking(scenario, lost, name))
    if lacking:
        raise InputError(*lacking)
    _refuse_nothing(scenario, out)
    lonlat = out[["lon", "lat"]].to_numpy(dtype=np.float64)
    calls = out["n_calls"].to_numpy(dtype=np.float64)
    weeks = working_weeks(scenario.capacity or Capacity())
    model = road_estimate(scenario, lonlat)
    out["hop_min"] = hop_minutes(lonlat, model, n_calls=calls, n_weeks=weeks).round(4)
    out["on_site_min"] = (60.0 * on_site_h(out) / np.maximum(calls, 1.0)).round(4)
    return out, Audit(findings)


def _lacking(scenario: Scenario, lost: pd.DataFrame, column: str) -> Message:
    kinds = lost["type"].value_counts()
    first = str(kinds.index[0])
    return Message(
        f"{counted(len(lost), 'account')} have no {column}, and no default for their type",
        evidence=tuple((f"type {kind}", counted(int(n), "account")) for kind, n in kinds.items()),
        hint=f"write {column} under [defaults.{first}] in {scenario.display}, or fill the column",
    )


def _refuse_nothing(scenario: Scenario, accounts: pd.DataFrame) -> None:
    for name, options in scenario.measures.items():
        column = "service_h" if name == "workload_h" else name
        if accounts[column].sum() <= 0 and not (options.travel and accounts["n_calls"].sum() > 0):
            raise InputError(
                Message(
                    f"{scenario.display}: the total of {column} is 0: there is nothing to balance "
                    f"in measures.{name}",
                    hint=f"fill the column {column}, or take measures.{name} out",
                )
            )


def read_minutes(
    scenario: Scenario, accounts: pd.DataFrame, team: pd.DataFrame
) -> NDArray[np.float64] | None:
    """Read the scenario's travel matrix: minutes, shape (accounts, territories); None if none.

    The file has one row a pair: ``account_id``, ``rep_id`` or ``territory_id``, ``minutes``.

    Raises
    ------
    TravelError
        The file cannot be read, or pairs are missing or no minutes.
    """
    if scenario.travel.matrix is None:
        return None
    path = scenario.resolve(scenario.travel.matrix)
    try:
        table = pd.read_csv(path, dtype="str", keep_default_na=False)
    except (OSError, ValueError) as error:
        raise TravelError(
            Message(f"{scenario.travel.matrix}: the travel matrix cannot be read: {error}")
        ) from error
    key = "rep_id" if "rep_id" in table.columns else "territory_id"
    absent = [name for name in ("account_id", key, "minutes") if name not in table.columns]
    if absent:
        raise TravelError(
            Message(
                f"{scenario.travel.matrix}: column {absent[0]} is missing",
                hint="one row a pair with account_id, rep_id or territory_id, and minutes",
            )
        )
    value = pd.to_numeric(table["minutes"], errors="coerce")
    wide = (
        pd.DataFrame({"a": table["account_id"], "t": table[key], "v": value})
        .drop_duplicates(["a", "t"])
        .pivot(index="a", columns="t", values="v")
        .reindex(index=accounts["account_id"], columns=team[key])
    )
    minutes = wide.to_numpy(dtype=np.float64)
    bad = ~(np.isfinite(minutes) & (minutes >= 0))
    if bad.any():
        rows, columns = np.nonzero(bad)
        raise TravelError(
            Message(
                f"{scenario.travel.matrix}: {bad.sum():,} of {minutes.size:,} pairs have no "
                "minutes of 0 or more",
                evidence=tuple(
                    (str(accounts["account_id"].iloc[row]), str(team[key].iloc[column]))
                    for row, column in zip(rows[:6].tolist(), columns[:6].tolist(), strict=True)
                ),
                hint="give a row for every account and rep",
            )
        )
    return minutes


def travel_hours(
    scenario: Scenario,
    accounts: pd.DataFrame,
    origins: NDArray[np.float64],
    minutes: NDArray[np.float64] | None,
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return one-way minutes, yearly hours of travel and nights away, (accounts, territories) each.

    Parameters
    ----------
    scenario : Scenario
    accounts : DataFrame
        With ``lon, lat, n_calls, hop_min, on_site_min``.
    origins : float64 array, shape (k, 2)
        Lon, lat of the homes or centers.
    minutes : float64 array, shape (accounts, k), or None
        Given minutes; estimated from great circles where None.
    """
    from geo.roads.trips import trip_hours

    lonlat = accounts[["lon", "lat"]].to_numpy(dtype=np.float64)
    if minutes is None:
        minutes = road_estimate(scenario, lonlat).minutes(origins, lonlat)
        np.round(minutes, 4, out=minutes)
    else:
        minutes = np.round(minutes, 4)
    calls, hop, stay = (
        accounts[name].to_numpy(dtype=np.float64) for name in ("n_calls", "hop_min", "on_site_min")
    )
    hours, nights = trip_hours(minutes, calls, hop, stay, trips_of(scenario))
    return minutes, np.round(hours, 4, out=hours), np.round(nights, 4, out=nights)
