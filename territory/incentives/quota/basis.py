"""What the quotas of an alignment are made of: sales, headroom, and what is expected of both."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from territory.incentives.forecast.outlook import outlook_of
from territory.incentives.quota.shares import expected_of, run_rate

if TYPE_CHECKING:
    from territory.incentives.facts import Alignment, IncentiveCase
    from territory.incentives.forecast.outlook import Outlook
    from territory.inputs.scenario.incentives import QuotaPlan

__all__ = ["quota_basis", "territory_basis"]


def _by_account(case: IncentiveCase, outlook: Outlook) -> pd.DataFrame:
    sales = case.sales
    known = sales is not None and sales.n_years >= 2
    return pd.DataFrame(
        {
            "potential_usd": case.accounts["potential_usd"].to_numpy(dtype=np.float64),
            "last_usd": case.last_usd,
            "previous_usd": sales.year(1) if sales is not None and known else np.nan,
            "headroom_usd": outlook.headroom_usd,
            "reachable_usd": outlook.reach_usd,
            "retained_usd": outlook.retained_usd,
            "captured_usd": outlook.captured_usd,
            "momentum_usd": outlook.momentum_usd,
            "relief_usd": case.quota_plan.relief * outlook.at_risk_usd,
            "forecast_usd": outlook.expected_usd,
        }
    )


def territory_basis(
    by_account: pd.DataFrame, territory: pd.Series, ids: pd.Index, options: QuotaPlan
) -> pd.DataFrame:
    """Sum the accounts' basis by territory.

    The run-rate, which a blend may weigh, is the last four quarters times 1 + ``trend_weight``
    times the growth on the four quarters before, the growth held within ± ``trend_limit``.
    Without those quarters, or with nothing sold in them, there is no trend.

    Returns
    -------
    DataFrame
        Indexed by territory: ``n_accounts``, the sums of the accounts' basis, ``expected_usd``
        (retained, captured and momentum less relief, at least 0), ``trend`` (growth as it was,
        NaN = unknown) and ``run_rate_usd``, not below 0.
    """
    groups = by_account.groupby(territory.to_numpy())
    basis = groups.sum(min_count=1).reindex(ids)
    previous = basis["previous_usd"]
    basis = basis.fillna(0.0).assign(previous_usd=previous)
    columns = {name: basis[name].to_numpy(dtype=np.float64) for name in basis.columns}
    trend, carried = run_rate(columns["last_usd"], columns["previous_usd"], options)
    parts = (columns[f"{name}_usd"] for name in ("retained", "captured", "momentum", "relief"))
    return basis.assign(
        n_accounts=groups.size().reindex(ids).fillna(0).astype(int),
        trend=trend,
        run_rate_usd=carried,
        expected_usd=expected_of(*parts),
    )


def quota_basis(case: IncentiveCase, alignment: Alignment) -> pd.DataFrame:
    """Return the basis of next year's quotas; see `territory_basis`."""
    return territory_basis(
        _by_account(case, outlook_of(case, alignment)),
        case.accounts[alignment],
        case.territories(alignment),
        case.quota_plan,
    )
