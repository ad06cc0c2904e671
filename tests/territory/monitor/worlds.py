"""The demo company on today's alignment as a plan, and its year after go-live: no solver runs."""

from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from territory.inputs.demo.company import texas_ortho
from territory.inputs.demo.year_after import YearAfter, write_year_after, year_after
from territory.inputs.scenario.scenario import Scenario, read_scenario
from territory.plan import Plan
from tests.territory.plans import small_plan


@cache
def demo_plan() -> Plan:
    """Return a plan of the demo company: every account stays where it is today."""
    company = texas_ortho()
    today = company.alignment.drop_duplicates("account_id").set_index("account_id")["territory_id"]
    accounts = company.accounts.assign(
        territory_id=company.accounts["account_id"].map(today),
        unit_id=company.accounts["county_fips"],
        travel_h=4.0,
        exception=False,
    )
    accounts = accounts[accounts["territory_id"].notna()].reset_index(drop=True)
    accounts["workload_h"] = accounts["service_h"] + accounts["travel_h"]
    accounts["current_territory_id"] = accounts["territory_id"]
    reps = company.reps
    owner = dict(zip(reps["territory_id"], reps["rep_id"], strict=True))
    accounts["rep_id"] = accounts["territory_id"].map(owner)
    sums = accounts.groupby("territory_id")[["workload_h", "potential_usd", "travel_h"]].sum()
    territories = sums.reset_index().assign(
        rep_id=[owner[name] for name in sums.index],
        rep_name=[
            dict(zip(reps["territory_id"], reps["name"], strict=True))[n] for n in sums.index
        ],
        capacity_h=1640.0,
    )
    for measure in ("workload_h", "potential_usd"):
        territories[f"{measure}_goal"] = territories[measure]  # every goal is met at go-live
        territories[f"{measure}_deviation"] = 0.0
    base = small_plan()
    units = accounts.drop_duplicates("unit_id")[["unit_id", "territory_id"]]
    return Plan(
        record=base.record,
        alignment=units.reset_index(drop=True),
        accounts=accounts,
        territories=territories,
        adjacency=base.adjacency,
        reps=base.reps,
        geography=base.geography,
    )


def demo_scenario(folder: Path) -> Scenario:
    """Write the demo company into a folder and read its scenario."""
    from territory.inputs.demo.company import write_company

    return read_scenario(write_company(folder))


def demo_year(*, planted: bool = True, seed: int = 20_250_101) -> YearAfter:
    """Draw the year after go-live of `demo_plan`."""
    plan = demo_plan()
    reps = plan.territories[["rep_id", "rep_name", "territory_id"]].rename(
        columns={"rep_name": "name"}
    )
    history = texas_ortho().history
    return year_after(plan.accounts, history, reps.assign(fte=1.0), planted=planted, seed=seed)


def written(year: YearAfter, folder: Path) -> dict[str, Path]:
    """Write the tables of a year; return the files by option."""
    folder.mkdir(exist_ok=True)
    return dict(zip(year.tables, write_year_after(year, folder), strict=True))


def steady_sales(
    plan: Plan, *, months: int = 12, per_month: int = 12, seed: int = 1
) -> pd.DataFrame:
    """Return Poisson sales of every account of a plan from 2025-01 on."""
    rng = np.random.default_rng(seed)
    rows = []
    for month in range(months):
        pieces = rng.poisson(per_month, len(plan.accounts))
        for account, count in zip(plan.accounts["account_id"], pieces, strict=True):
            rows.append(
                {
                    "account_id": account,
                    "period": f"2025-{month + 1:02d}",
                    "revenue_usd": 100.0 * count,
                    "units": int(count),
                }
            )
    return pd.DataFrame(rows)
