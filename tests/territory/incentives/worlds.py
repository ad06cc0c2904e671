"""Small fields with known sales, in which quotas and pay can be worked out by hand.

`field()` has six territories T1 … T6 with two accounts each, a hospital and a clinic. Today's
alignment differs in one account: the clinic of T1 is T2's today. Sales by account and quarter are
level within a year; the second year is one tenth more than the first.
"""

from types import SimpleNamespace

import numpy as np
import pandas as pd

from territory.incentives.facts import IncentiveCase
from territory.inputs.scenario.incentives import PayPlan, QuotaPlan
from territory.inputs.time.sales import Sales

K = 6
SIZE = (900_000.0, 400_000.0, 600_000.0, 300_000.0, 800_000.0, 500_000.0)
"""Second year's sales by territory of the plan: two thirds of them the hospital's."""


def quota_plan(**keys):
    return QuotaPlan(**({"growth": 0.05} | keys))


def pay_plan(**keys):
    return PayPlan(**({"base_usd": 80_000.0, "target_incentive_usd": 60_000.0} | keys))


def scenario(quotas=None, pay=None, seed=1):
    """A stand-in that has what incentives ask of a scenario."""
    return _Scenario(
        display="field.toml",
        quotas=quotas or quota_plan(),
        pay=pay or pay_plan(),
        solve=SimpleNamespace(seed=seed),
    )


class _Scenario(SimpleNamespace):
    capacity = None

    def model_copy(self, update):
        return _Scenario(**{**vars(self), **update})


def history(growth=None, size=SIZE, years=2):
    """(n, 4 * years) sales; growth of the last year by territory, a tenth everywhere if None."""
    growth = np.full(K, 0.1) if growth is None else np.asarray(growth)
    last = np.repeat(np.asarray(size), 2) * np.tile([2 / 3, 1 / 3], K) / 4
    first = last / (1 + np.repeat(growth, 2))
    return np.column_stack([np.repeat(part[:, None], 4, axis=1) for part in (first, last)])[
        :, -4 * years :
    ]


def field(*, quotas=None, pay=None, seed=1, revenue=None, today=True, fte=1.0, districts=False):
    ids = [f"T{at}" for at in range(1, K + 1)]
    plan = np.repeat(ids, 2)
    current = plan.copy()
    current[1] = "T2"
    revenue = history() if revenue is None else revenue
    accounts = pd.DataFrame(
        {
            "account_id": [f"A{at:02d}" for at in range(2 * K)],
            "type": ["hospital", "clinic"] * K,
            "tier": ["A", "C"] * K,
            "potential_usd": [3_000_000.0, 1_000_000.0] * K,
            "plan": plan,
            "today": current if today else "",
            "at_risk_usd": np.where(plan == current, 0.0, 50_000.0) if today else 0.0,
        }
    )
    reps = pd.DataFrame(
        {
            "rep_id": [f"R{at}" for at in range(1, K + 1)],
            "rep_name": [f"Rep {at}" for at in range(1, K + 1)],
            "plan": ids,
            "today": ids if today else "",
            "fte": fte,
            "earnings_usd": np.nan,
        }
    )
    team = pd.DataFrame(
        {
            "territory_id": ids,
            "rep_id": reps["rep_id"],
            "rep_name": reps["rep_name"],
            "district_id": ["D1", "D1", "D1", "D2", "D2", "D2"] if districts else "",
        }
    )
    return IncentiveCase(
        scenario=scenario(quotas, pay, seed),
        accounts=accounts,
        last_usd=revenue[:, -4:].sum(axis=1),
        sales=Sales(first=4 * 2023, revenue_usd=revenue),
        team=team,
        reps=reps,
    )
