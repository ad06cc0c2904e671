"""What the accounts of the synthetic demo company are: size, work, potential, owners, payers."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.travel import great_circle_km
from territory.arrays import Floats
from territory.inputs.demo.draws import lognormal, normal, pick, uniform
from territory.inputs.demo.names import GPOS, SYSTEMS, account_ids, facility_names, npis
from territory.inputs.demo.places import AREAS, HEAVY_ZIP, place_accounts

__all__ = ["sample_accounts"]


_TYPES = ("hospital", "asc", "critical_access", "clinic")
# By type: procedures a year in the middle and their spread, dollars a procedure, hours a call.
_PROCEDURES = {"hospital": 125.0, "asc": 85.0, "critical_access": 30.0, "clinic": 42.0}
_SPREAD = {"hospital": 0.45, "asc": 0.60, "critical_access": 0.35, "clinic": 0.60}
_PRICE_USD = {"hospital": 1_960.0, "asc": 1_740.0, "critical_access": 2_250.0, "clinic": 1_380.0}
_CALL_H = {"hospital": 1.00, "asc": 0.80, "critical_access": 0.90, "clinic": 0.65}
# Teaching hospitals of the medical centre want more of a rep's time for each case.
_TEACHING = 2.0
_MOST_PROCEDURES = 640.0
# Hours in the operating room for each procedure; a rep covers a part of the cases only.
_COVERAGE_H = 0.084
# Calls a year by tier, near home; a tier is a share of the accounts ordered by procedures.
_CALLS = {"A": 31.5, "B": 19.0, "C": 9.5, "D": 5.2}
_TIERS = (("A", 0.13), ("B", 0.36), ("C", 0.72), ("D", 1.0))
# Far accounts are called on less often, as call plans do: this share of the calls is lost at
# infinity, half of it at the given distance from the nearest rep's home.
_FAR_LOSS = 0.90
_FAR_HALF_KM = 110.0
_BIG_HOSPITALS = 1.55


def sample_accounts(rng: np.random.Generator, homes: pd.DataFrame) -> pd.DataFrame:
    """Build the accounts without what depends on their rep: revenue and tenure.

    Parameters
    ----------
    rng : numpy.random.Generator
    homes : DataFrame
        Columns lon, lat of the reps; the call frequency falls with the distance to the nearest.

    Returns
    -------
    DataFrame
        The columns of accounts.csv in their order, and `area` (position in `AREAS`).
    """
    frame = place_accounts(rng)
    n = len(frame)
    heavy = (frame.zip == HEAVY_ZIP).to_numpy()
    frame["type"] = _types(rng, frame.area.to_numpy(), heavy)
    kind = frame["type"]

    beds = np.round(lognormal(rng, n, 150.0, 0.65))
    beds = np.where(kind == "critical_access", np.round(uniform(rng, n, 10, 25)), beds)
    beds = np.where(heavy, beds * 2.2, beds).clip(10, 980).round()
    inpatient = kind.isin(["hospital", "critical_access"]).to_numpy()
    median = kind.map(_PROCEDURES).to_numpy() * np.where(heavy, _BIG_HOSPITALS, 1.0)
    median = np.where(kind == "hospital", median * (beds / 150.0) ** 0.7, median)
    spread = kind.map(_SPREAD).to_numpy()
    procedures = np.round(
        np.minimum(median * np.exp(spread * normal(rng, n)), _MOST_PROCEDURES)
    ).clip(8)

    frame["tier"] = _tiers(procedures)
    calls = frame.tier.map(_CALLS).to_numpy() * lognormal(rng, n, 1.0, 0.12)
    distance = great_circle_km(frame[["lon", "lat"]], homes[["lon", "lat"]]).min(axis=1)
    calls *= 1.0 - _FAR_LOSS * distance / (distance + _FAR_HALF_KM)
    frame["n_calls"] = np.maximum(np.round(calls), 2.0).astype(np.int64)
    coverage = _COVERAGE_H * procedures * lognormal(rng, n, 1.0, 0.15)
    coverage *= np.where(heavy, _TEACHING, 1.0)
    service_h = frame.n_calls * kind.map(_CALL_H).to_numpy() + coverage
    frame["service_h"] = np.round(service_h, 1)

    payers = _payers(rng, n, rural=kind.eq("critical_access").to_numpy())
    weight = (payers * np.array([0.96, 0.78, 1.12, 1.02])).sum(axis=1)
    potential = procedures * kind.map(_PRICE_USD).to_numpy() * weight * lognormal(rng, n, 1.0, 0.16)
    frame["potential_usd"] = np.round(potential, 2)

    frame["account_id"] = account_ids(n)
    frame["name"] = facility_names(kind.tolist(), frame.city.tolist())
    frame["npi"] = npis(n)
    frame["address"] = [
        f"{100 + 20 * int(number)} Example Street" for number in uniform(rng, n, 0, 480)
    ]
    frame["state"] = "TX"
    frame["idn"] = _owners(rng, frame, inpatient)
    frame["gpo"] = _purchasing(rng, n)
    frame["beds"] = pd.array(np.where(inpatient, beds, -1).astype(np.int64), dtype="Int64")
    frame.loc[~inpatient, "beds"] = pd.NA
    frame["procedures"] = procedures.astype(np.int64)
    names = ("payer_medicare", "payer_medicaid", "payer_commercial", "payer_managed_care")
    for column, name in enumerate(names):
        frame[name] = payers[:, column]
    return frame


def _types(rng: np.random.Generator, area: NDArray[np.intp], heavy: NDArray[np.bool_]) -> list[str]:
    shares = np.array([(a.hospitals, a.surgery_centers, a.critical_access) for a in AREAS])[area]
    shares[heavy] = (0.5, 0.3, 0.0)
    steps = np.cumsum(shares, axis=1)
    draw = uniform(rng, len(area))
    return [_TYPES[position] for position in (draw[:, None] >= steps).sum(axis=1)]


def _tiers(procedures: Floats) -> list[str]:
    rank = np.empty(len(procedures))
    rank[np.argsort(-procedures, kind="stable")] = (np.arange(len(procedures)) + 0.5) / len(
        procedures
    )
    limits = np.array([limit for _, limit in _TIERS])
    return [_TIERS[position][0] for position in np.searchsorted(limits, rank)]


def _payers(rng: np.random.Generator, n: int, *, rural: NDArray[np.bool_]) -> Floats:
    """Draw (n,4) payer shares, each row summing to exactly 1.00."""
    middle = np.array([0.36, 0.14, 0.34, 0.16])
    raw = np.column_stack([lognormal(rng, n, share, 0.25) for share in middle])
    raw[rural, 0] *= 1.5
    shares = np.round(raw / raw.sum(axis=1, keepdims=True), 2)
    shares[:, 2] = np.round(1.0 - shares[:, [0, 1, 3]].sum(axis=1), 2)
    return np.asarray(shares, dtype=np.float64)


def _owners(
    rng: np.random.Generator, frame: pd.DataFrame, inpatient: NDArray[np.bool_]
) -> list[str]:
    """Give the division of a health system that owns each account, "" for independent ones."""
    by_area: dict[str, list[str]] = {}
    for system, areas in SYSTEMS:
        for area in areas:
            by_area.setdefault(area, []).append(f"{system} {area}")
    draw, which = uniform(rng, len(frame)), uniform(rng, len(frame))
    owners = []
    for row, area in enumerate(frame.area):
        divisions = by_area.get(AREAS[area].name, [])
        owned = draw[row] < (0.42 if inpatient[row] else 0.17)
        owners.append(divisions[int(which[row] * len(divisions))] if owned and divisions else "")
    return owners


def _purchasing(rng: np.random.Generator, n: int) -> list[str]:
    shares = [share for _, share in GPOS]
    chosen = pick(rng, n, [*shares, 1.0 - sum(shares)])
    return [GPOS[position][0] if position < len(GPOS) else "" for position in chosen]
