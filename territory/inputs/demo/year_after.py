"""The demo company's year after go-live: sales, deals, calls, people, and three planted events.

A rep leaves in the second quarter, a competitor takes a health system in the third, one county
booms in the fourth; everything else only scatters.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from territory.inputs.demo.draws import generator, lognormal, normal, uniform
from territory.wording import LIMIT, NONZERO

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["GO_LIVE", "PlantedEvent", "YearAfter", "write_year_after", "year_after"]

GO_LIVE = "2025-01-01"
_MONTHS = tuple(f"2025-{month:02d}" for month in range(1, 13))
_SEED = 20_250_101
_SEASON = (0.97, 1.00, 0.95, 1.08)
_MARKET_Y = 0.05
_LEAVES, _TAKEN, _BOOMS = 3, 6, 9
"""Months, from 0, in which the events begin: April, July, October."""

_KEPT_WITHOUT_REP, _BOOM = 0.45, 2.6
_PART = 0.7
"""The county that booms is less than this part of its territory: so that they are told apart."""

_FEWEST_SITES = 3
"""Sites of the system that is taken."""

_COMPETITOR = "Orvane Implants"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlantedEvent:
    """What was planted: kind, quarter, territory, and what it is about."""

    kind: str
    quarter: str
    territory_id: str
    about: str


@dataclass(frozen=True, slots=True, kw_only=True)
class YearAfter:
    """Tables of the year, by the names of the options of `territory monitor`, and the events."""

    tables: Mapping[str, pd.DataFrame]
    events: tuple[PlantedEvent, ...]


def year_after(
    accounts: pd.DataFrame,
    history: pd.DataFrame,
    reps: pd.DataFrame,
    *,
    planted: bool = True,
    seed: int = _SEED,
) -> YearAfter:
    """Draw the year after go-live for a plan of the demo company.

    Parameters
    ----------
    accounts : DataFrame
        A plan's accounts: ``account_id, territory_id, rep_id, unit_id, idn, tier, n_calls,
        potential_usd, name, type, lon, lat``.
    history : DataFrame
        ``account_id, period, revenue_usd, units``: sales before go-live.
    reps : DataFrame
        ``rep_id, name, territory_id, fte``; the territory is the plan's.
    planted : bool
        Without the events only chance is left.
    seed : int
        Of the draws; the embedded sample has its own.
    """
    import pandas as pd

    rng = generator(seed)
    accounts = accounts.sort_values("account_id", kind="stable").reset_index(drop=True)
    units, price = _last_year(accounts, history)
    events = _events(accounts, units) if planted else ()
    level = _levels(rng, accounts, units, events)
    pieces = _pieces(rng, level)
    row, month = np.nonzero(pieces)
    ids = accounts["account_id"].to_numpy(dtype=object)
    revenue = pieces[row, month] * price[row] * lognormal(rng, row.size, 1.0, 0.05)
    sales = pd.DataFrame(
        {
            "account_id": ids[row],
            "period": np.asarray(_MONTHS, dtype=object)[month],
            "revenue_usd": np.round(revenue, 2),
            "units": pieces[row, month].astype(np.int64),
        }
    ).sort_values(["period", "account_id"], kind="stable", ignore_index=True)
    tables = {
        "actuals": sales,
        "opportunities": _opportunities(rng, accounts, units * price, events),
        "calls": _calls(rng, accounts, events),
        "accounts": _accounts_now(rng, accounts, events),
        "roster": _roster(reps, events),
        "satisfaction": _satisfaction(rng, accounts, units),
    }
    return YearAfter(tables=tables, events=events)


def write_year_after(year: YearAfter, folder: Path) -> list[Path]:
    """Write the tables of the year as ``NAME.csv`` into a folder, all or none of them."""
    from territory.inputs.cells import write_table
    from territory.whole import whole_files

    with whole_files(folder) as part:
        for name, frame in year.tables.items():
            write_table(frame, part / f"{name}.csv")
    return [folder / f"{name}.csv" for name in year.tables]


def _last_year(
    accounts: pd.DataFrame, history: pd.DataFrame
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return pieces a month in the last two quarters, and the price of a piece, (n,) each."""
    periods = sorted(history["period"].unique().tolist())[-2:]
    late = history[history["period"].isin(periods)].groupby("account_id")[["units", "revenue_usd"]]
    sums = late.sum().reindex(accounts["account_id"]).fillna(0.0)
    pieces = sums["units"].to_numpy(dtype=np.float64)
    usual = float(sums["revenue_usd"].sum() / max(float(sums["units"].sum()), 1.0))
    price = np.where(
        pieces > 0, sums["revenue_usd"].to_numpy(dtype=np.float64) / np.maximum(pieces, 1.0), usual
    )
    return pieces / 6.0 / (0.5 * (_SEASON[2] + _SEASON[3])), price


def _events(accounts: pd.DataFrame, units: NDArray[np.float64]) -> tuple[PlantedEvent, ...]:
    """Choose whom the events hit: each another territory, each where there is enough to see."""
    frame = accounts[["territory_id", "idn"]].assign(
        units=units, county=accounts["unit_id"].str.split(":").str[0]
    )
    frame["idn"] = frame["idn"].fillna("").astype("str")
    total = frame.groupby("territory_id")["units"].sum()
    systems = frame[frame["idn"] != ""].groupby("idn")
    buyers = frame[frame["units"] > 0].groupby("idn").size().reindex(systems.size().index)
    whole = (systems["territory_id"].nunique() == 1) & (buyers >= _FEWEST_SITES)
    by_system = systems["units"].sum()[whole].sort_values(ascending=False, kind="stable")
    system = str(by_system.index[0])
    place = {system: str(frame.loc[frame["idn"] == system, "territory_id"].iloc[0])}
    counties = frame.groupby("county")
    alone = counties["territory_id"].nunique() == 1
    by_county = counties["units"].sum()[alone].sort_values(ascending=False, kind="stable")
    homes = counties["territory_id"].first()
    county = next(
        str(name)
        for name, pieces in by_county.items()
        if homes[str(name)] != place[system] and pieces < _PART * total[str(homes[str(name)])]
    )
    taken = {place[system], str(homes[county])}
    left = total[~total.index.isin(taken)].sort_values(ascending=False, kind="stable")
    leaver = str(left.index[len(left) // 4])
    return (
        PlantedEvent(kind="rep", quarter="2025-Q2", territory_id=leaver, about=leaver),
        PlantedEvent(
            kind="competitor", quarter="2025-Q3", territory_id=place[system], about=system
        ),
        PlantedEvent(
            kind="market", quarter="2025-Q4", territory_id=str(homes[county]), about=county
        ),
    )


def _levels(
    rng: np.random.Generator,
    accounts: pd.DataFrame,
    units: NDArray[np.float64],
    events: tuple[PlantedEvent, ...],
) -> NDArray[np.float64]:
    """Return expected pieces, (n, 12): each account's own small trend, the season, the events."""
    n = len(accounts)
    trend = np.exp((np.log1p(_MARKET_Y) + 0.04 * normal(rng, n))[:, None] * np.arange(12) / 12.0)
    season = np.repeat(_SEASON, 3)
    level = units[:, None] * trend * season
    county = accounts["unit_id"].str.split(":").str[0]
    for event in events:
        if event.kind == "rep":
            level[(accounts["territory_id"] == event.about).to_numpy(), _LEAVES:] *= (
                _KEPT_WITHOUT_REP
            )
        elif event.kind == "competitor":
            level[(accounts["idn"] == event.about).to_numpy(), _TAKEN:] = 0.0
        else:
            level[(county == event.about).to_numpy(), _BOOMS:] *= _BOOM
    return np.asarray(level, dtype=np.float64)


def _pieces(rng: np.random.Generator, level: NDArray[np.float64]) -> NDArray[np.float64]:
    """Draw pieces, (n, 12), by the inverse of the Poisson distribution, scattered a little more."""
    from scipy.stats import poisson

    shape = level.shape
    mean = level * lognormal(rng, level.size, 1.0, 0.15).reshape(shape)
    chance = np.clip(uniform(rng, level.size), NONZERO, 1.0 - NONZERO).reshape(shape)
    out = np.where(level > 0, poisson.ppf(chance, np.maximum(mean, LIMIT)), 0.0)
    return np.asarray(out, dtype=np.float64)


def _opportunities(
    rng: np.random.Generator,
    accounts: pd.DataFrame,
    yearly: NDArray[np.float64],
    events: tuple[PlantedEvent, ...],
) -> pd.DataFrame:
    """Draw deals: a third of the accounts has one, hospitals take longer, some are still open."""
    import pandas as pd

    n = len(accounts)
    has = np.flatnonzero(uniform(rng, n) < 0.35)
    hospital = accounts["type"].isin(["hospital", "critical_access"]).to_numpy()[has]
    opened = np.floor(uniform(rng, has.size) * 330).astype(np.int64)
    length = np.ceil(lognormal(rng, has.size, np.where(hospital, 130.0, 65.0), 0.45))
    closed = opened + length.astype(np.int64)
    won = uniform(rng, has.size) < 0.45
    amount = np.round(12.0 * yearly[has] * 0.3 + 5_000.0 + 20_000.0 * uniform(rng, has.size), -2)
    day = pd.Timestamp(GO_LIVE)
    open_still = closed > 364
    frame = pd.DataFrame(
        {
            "opportunity_id": [f"O-{5_000 + at}" for at in range(has.size)],
            "account_id": accounts["account_id"].to_numpy()[has],
            "opened": [(day + pd.Timedelta(days=int(at))).date().isoformat() for at in opened],
            "closed": [
                "" if still else (day + pd.Timedelta(days=int(at))).date().isoformat()
                for at, still in zip(closed, open_still, strict=True)
            ],
            "status": np.where(open_still, "open", np.where(won, "won", "lost")),
            "amount_usd": amount,
            "competitor": "",
        }
    )
    taken = next((event for event in events if event.kind == "competitor"), None)
    if taken is None:
        return frame
    members = accounts[(accounts["idn"] == taken.about).to_numpy() & (yearly > 0)]
    lost = pd.DataFrame(
        {
            "opportunity_id": [f"O-{9_000 + at}" for at in range(len(members))],
            "account_id": members["account_id"].to_numpy(),
            "opened": "2025-05-12",
            "closed": "2025-07-08",
            "status": "lost",
            "amount_usd": np.round(12.0 * yearly[members.index.to_numpy()], -2),
            "competitor": _COMPETITOR,
        }
    )
    return pd.concat([frame, lost], ignore_index=True)


def _calls(
    rng: np.random.Generator, accounts: pd.DataFrame, events: tuple[PlantedEvent, ...]
) -> pd.DataFrame:
    """Draw calls made by account and month: nine of ten that were planned, none without a rep."""
    import pandas as pd
    from scipy.stats import poisson

    planned = accounts["n_calls"].to_numpy(dtype=np.float64) / 12.0
    chance = np.clip(uniform(rng, planned.size * 12), NONZERO, 1.0 - NONZERO).reshape(-1, 12)
    made = np.asarray(poisson.ppf(chance, np.maximum(0.92 * planned, LIMIT)[:, None]))
    for event in events:
        if event.kind == "rep":
            made[(accounts["territory_id"] == event.about).to_numpy(), _LEAVES:] = 0.0
    row, month = np.nonzero(made)
    travel = accounts["travel_h"].to_numpy(dtype=np.float64) / np.maximum(12.0 * planned, LIMIT)
    return pd.DataFrame(
        {
            "account_id": accounts["account_id"].to_numpy()[row],
            "period": np.asarray(_MONTHS, dtype=object)[month],
            "n_calls": made[row, month].astype(np.int64),
            "travel_h": np.round(made[row, month] * np.nan_to_num(travel[row]), 2),
        }
    ).sort_values(["period", "account_id"], kind="stable", ignore_index=True)


def _accounts_now(
    rng: np.random.Generator, accounts: pd.DataFrame, events: tuple[PlantedEvent, ...]
) -> pd.DataFrame:
    """Return today's accounts: a few closed, a few opened, potential a year on."""
    columns = ["account_id", "name", "type", "unit_id", "idn", "tier", "lon", "lat"]
    frame = accounts[[*columns, "service_h", "n_calls", "potential_usd"]].copy()
    grown = (1.0 + _MARKET_Y) * np.exp(0.04 * normal(rng, len(frame)))
    frame["potential_usd"] = (frame["potential_usd"].to_numpy() * grown).round(2)
    for event in events:
        if event.kind == "market":
            inside = (accounts["unit_id"].str.split(":").str[0] == event.about).to_numpy()
            frame.loc[inside, "potential_usd"] = (
                frame.loc[inside, "potential_usd"] * (1.0 + (_BOOM - 1.0) * 0.5)
            ).round(2)
    small = frame["tier"].eq("C").to_numpy() | frame["tier"].eq("D").to_numpy()
    closed = small & (uniform(rng, len(frame)) < 0.008)
    opened = frame[~closed].iloc[:: max(1, len(frame) // 9)].copy()
    opened["account_id"] = [f"N-{101 + at}" for at in range(len(opened))]
    opened["name"] = [f"New center {at + 1}" for at in range(len(opened))]
    opened["type"], opened["tier"], opened["idn"] = "asc", "C", ""
    opened["potential_usd"], opened["service_h"], opened["n_calls"] = 40_000.0, 6.0, 6.0
    import pandas as pd

    return pd.concat([frame[~closed], opened], ignore_index=True)


def _roster(reps: pd.DataFrame, events: tuple[PlantedEvent, ...]) -> pd.DataFrame:
    """Return today's reps: who left is marked so, with the day."""
    frame = reps[["rep_id", "name", "territory_id", "fte"]].copy()
    frame["status"], frame["since"] = "active", ""
    for event in events:
        if event.kind == "rep":
            gone = frame["territory_id"] == event.about
            frame.loc[gone, ["status", "since"]] = ["left", "2025-04-01"]
    return frame


def _satisfaction(
    rng: np.random.Generator, accounts: pd.DataFrame, units: NDArray[np.float64]
) -> pd.DataFrame:
    """Draw answers of customers, 0 to 10, twice a year."""
    import pandas as pd

    parts = []
    for period in ("2025-Q2", "2025-Q4"):
        asked = np.flatnonzero((units > 0) & (uniform(rng, len(accounts)) < 0.3))
        score = np.clip(np.round(8.2 + 1.4 * normal(rng, asked.size)), 0, 10)
        parts.append(
            pd.DataFrame(
                {
                    "account_id": accounts["account_id"].to_numpy()[asked],
                    "period": period,
                    "score": score.astype(np.int64),
                }
            )
        )
    return pd.concat(parts, ignore_index=True)
