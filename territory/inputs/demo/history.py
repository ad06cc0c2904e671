"""Two years of sales and the owner tree of the synthetic demo company."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from territory.inputs.demo.draws import lognormal, normal, pick, uniform
from territory.inputs.demo.names import GPOS, SYSTEMS
from territory.inputs.demo.places import AREAS

__all__ = [
    "PERIODS",
    "competitors_share",
    "sample_affiliations",
    "sample_history",
    "yearly_revenue",
]

PERIODS = tuple(f"{year}-Q{quarter}" for year in (2023, 2024) for quarter in (1, 2, 3, 4))
_LAST_YEAR = 4

# Product family: price of a unit, share of an account's potential by type, chance to be bought.
_FAMILIES: tuple[tuple[str, float, dict[str, float], float], ...] = (
    (
        "joint",
        3_900.0,
        {"hospital": 0.56, "asc": 0.40, "critical_access": 0.20, "clinic": 0.25},
        0.75,
    ),
    (
        "trauma",
        1_450.0,
        {"hospital": 0.34, "asc": 0.10, "critical_access": 0.75, "clinic": 0.05},
        0.60,
    ),
    (
        "sports",
        820.0,
        {"hospital": 0.10, "asc": 0.50, "critical_access": 0.05, "clinic": 0.70},
        0.60,
    ),
)
_GROWTH = {"Austin": 0.11, "Dallas": 0.08, "Fort Worth": 0.07, "San Antonio": 0.06, "Houston": 0.05}
_SEASON = (0.97, 1.00, 0.95, 1.08)
_SECOND_GPO = 0.08


def sample_history(rng: np.random.Generator, accounts: pd.DataFrame) -> pd.DataFrame:
    """Draw quarterly sales by account and product family; won, lost and never-sold accounts occur.

    Returns
    -------
    DataFrame
        account_id, period, product, revenue_usd, units; quarters without sales have no row.
    """
    n, quarters = len(accounts), len(PERIODS)
    first, last = _active_quarters(rng, accounts)
    growth = accounts.area.map(lambda at: _GROWTH.get(AREAS[at].name, 0.0)).to_numpy()
    growth = growth + 0.06 * normal(rng, n)
    time = np.arange(quarters)
    # (n, quarters): the account's own trend around the middle of the two years.
    trend = (1.0 + growth[:, None]) ** ((time - (quarters - 1) / 2.0) / 4.0)
    active = (time >= first[:, None]) & (time <= last[:, None])
    season = np.tile(_SEASON, quarters // 4)
    share_of_wallet = np.minimum(lognormal(rng, n, 0.20, 0.45), 0.7)
    parts = []
    for family, price, mix, chance in _FAMILIES:
        bought = uniform(rng, n) < chance
        share = accounts["type"].map(mix).to_numpy(dtype=np.float64)
        yearly = accounts.potential_usd.to_numpy() * share * share_of_wallet / chance
        noise = lognormal(rng, n * quarters, 1.0, 0.18).reshape(n, quarters)
        revenue = np.round(yearly[:, None] / 4.0 * trend * season * noise, 2)
        units = np.round(revenue / price)
        row, quarter = np.nonzero(active & bought[:, None] & (units >= 1.0))
        parts.append(
            pd.DataFrame(
                {
                    "row": row,
                    "account_id": accounts.account_id.to_numpy()[row],
                    "period": np.asarray(PERIODS)[quarter],
                    "product": family,
                    "revenue_usd": revenue[row, quarter],
                    "units": units[row, quarter].astype(np.int64),
                }
            )
        )
    history = pd.concat(parts).sort_values(["row", "period", "product"], kind="stable")
    return history.drop(columns="row").reset_index(drop=True)


def _active_quarters(
    rng: np.random.Generator, accounts: pd.DataFrame
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Draw the first and the last quarter with sales; first after last means never."""
    n, quarters = len(accounts), len(PERIODS)
    # What wins an account in this invented market: the first GPO's contract, a system behind it,
    # hospitals rather than clinics, larger volume.
    appeal = (
        0.55
        + 0.9 * accounts.gpo.eq(GPOS[0][0]).to_numpy()
        + 0.5 * accounts.idn.ne("").to_numpy()
        + 0.4 * accounts["type"].isin(["hospital", "critical_access"]).to_numpy()
        + 0.3 * np.log(accounts.procedures.to_numpy() / 80.0)
    )
    sold = uniform(rng, n) < 1.0 / (1.0 + np.exp(-appeal))
    change = uniform(rng, n)
    when = 1 + np.floor(uniform(rng, n) * (quarters - 2)).astype(np.int64)
    stay = 1.0 / (1.0 + np.exp(-0.8 * (appeal - 1.0)))
    won = sold & (change < 0.16 * stay * 1.6)
    lost = sold & ~won & (change > 1.0 - 0.20 * (1.0 - stay))
    first = np.where(won, when, 0)
    last = np.where(lost, when, quarters - 1)
    return np.where(sold, first, quarters), last


def yearly_revenue(accounts: pd.DataFrame, history: pd.DataFrame) -> pd.Series:
    """Sum the last four quarters by account, in the order of `accounts`; 0 without sales."""
    last_year = history[history.period.isin(PERIODS[-_LAST_YEAR:])]
    total = last_year.groupby("account_id").revenue_usd.sum()
    return accounts.account_id.map(total).fillna(0.0).round(2)


def competitors_share(rng: np.random.Generator, accounts: pd.DataFrame) -> pd.Series:
    """Draw which part of each account's potential competitors sell; some of it nobody does."""
    left = 1.0 - accounts.revenue_usd / accounts.potential_usd
    share = left.clip(lower=0.0) * uniform(rng, len(accounts), 0.25, 0.75)
    return share.round(2).rename("competitor_share")


def sample_affiliations(rng: np.random.Generator, accounts: pd.DataFrame) -> pd.DataFrame:
    """List owners and purchasing groups; an account with two groups has two rows.

    Returns
    -------
    DataFrame
        account_id, idn (the owning division), gpo, parent (the system above the division).
    """
    system = {f"{name} {area}": name for name, areas in SYSTEMS for area in areas}
    frame = accounts[["account_id", "idn", "gpo"]].assign(
        parent=accounts.idn.map(system).fillna("")
    )
    frame = frame[(frame.idn != "") | (frame.gpo != "")]
    both = frame[(frame.gpo != "").to_numpy() & (uniform(rng, len(frame)) < _SECOND_GPO)]
    names = [name for name, _ in GPOS]
    step = 1 + pick(rng, len(both), np.ones(len(names) - 1))
    other = [
        names[(names.index(gpo) + by) % len(names)] for gpo, by in zip(both.gpo, step, strict=True)
    ]
    rows = pd.concat([frame, both.assign(gpo=other)])
    return rows.sort_values("account_id", kind="stable").reset_index(drop=True)
