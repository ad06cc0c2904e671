"""Plans with changed hands, made from the tiny plan: any number of accounts, any moves."""

from dataclasses import replace

import pandas as pd

from tests.territory.plans import small_plan

TERRITORIES = ("T01", "T02", "T03", "T04")


def plan_of(
    before, after, *, reps=("R01", "R02", "R03", "R04"), districts=("D1", "D1", "D2", "D2")
):
    """Return a plan whose account at place i goes from before[i] to after[i]."""
    tiny = small_plan()
    one = tiny.accounts.iloc[[1]]
    accounts = pd.concat([one] * len(before), ignore_index=True).assign(
        account_id=[f"A-{at:03d}" for at in range(len(before))],
        name=[f"Clinic {at}" for at in range(len(before))],
        current_territory_id=list(before),
        territory_id=list(after),
        revenue_usd=[1000.0 * (at + 1) for at in range(len(before))],
    )
    row = tiny.territories.iloc[[0]]
    territories = pd.concat([row] * len(reps), ignore_index=True).assign(
        territory_id=list(TERRITORIES[: len(reps)]),
        rep_id=list(reps),
        rep_name=[f"Rep {rep}" if rep else "" for rep in reps],
        district_id=list(districts[: len(reps)]),
        region_id="RG1",
    )
    accounts["rep_id"] = accounts["territory_id"].map(
        dict(zip(territories["territory_id"], territories["rep_id"], strict=True))
    )
    return replace(tiny, accounts=accounts, territories=territories)


def reps_table(today):
    """Return a reps table: rep id by territory of today."""
    return pd.DataFrame(
        {
            "rep_id": list(today.values()),
            "name": [f"Rep {rep}" for rep in today.values()],
            "territory_id": list(today),
        }
    )
