"""What the quotas of an alignment are made of: potential, headroom, run-rate and sales cycle."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from territory.incentives.facts import Alignment, IncentiveCase
    from territory.inputs.scenario.incentives import QuotaPlan

__all__ = ["account_basis", "quota_basis", "territory_basis"]

_MONTHS = 12.0
_OTHER_MONTHS = 6.0
"""Planning default for a type that the scenario names nothing for."""


def account_basis(
    accounts: pd.DataFrame,
    last_usd: NDArray[np.float64],
    previous_usd: NDArray[np.float64] | None,
    options: QuotaPlan,
) -> pd.DataFrame:
    """Return what every account adds to the basis of its territory's quota.

    Returns
    -------
    DataFrame
        ``potential_usd``; ``last_usd``; ``previous_usd`` (NaN = unknown); ``headroom_usd``:
        potential less last year's sales, not below 0; ``reachable_usd``: of the headroom, what
        comes in within the year when an account won at its beginning brings revenue after
        ``sales_cycle_months``: (12 - months) / 12, not below 0.
    """
    months = options.sales_cycle_months
    other = months.get("other", _OTHER_MONTHS)
    cycle = accounts["type"].map(lambda kind: months.get(kind, other)).to_numpy(dtype=np.float64)
    potential = accounts["potential_usd"].to_numpy(dtype=np.float64)
    headroom = np.maximum(potential - np.maximum(last_usd, 0.0), 0.0)
    return pd.DataFrame(
        {
            "potential_usd": potential,
            "last_usd": last_usd,
            "previous_usd": np.nan if previous_usd is None else previous_usd,
            "headroom_usd": headroom,
            "reachable_usd": headroom * np.maximum(_MONTHS - cycle, 0.0) / _MONTHS,
        }
    )


def territory_basis(
    by_account: pd.DataFrame, territory: pd.Series, ids: pd.Index, options: QuotaPlan
) -> pd.DataFrame:
    """Sum the accounts' basis by territory and carry last year's trend on.

    The run-rate is the last four quarters times 1 + ``trend_weight`` times the growth on the four
    quarters before, the growth held within ± ``trend_limit``. Without those quarters, or with
    nothing sold in them, there is no trend.

    Returns
    -------
    DataFrame
        Indexed by territory: ``n_accounts``, the sums of the accounts' basis, ``trend`` (growth
        as it was, NaN = unknown) and ``run_rate_usd``, not below 0.
    """
    groups = by_account.groupby(territory.to_numpy())
    basis = groups.sum(min_count=1).reindex(ids)
    previous = basis["previous_usd"]
    basis = basis.fillna(0.0).assign(previous_usd=previous)
    last = basis["last_usd"].clip(lower=0.0)
    trend = (last / previous - 1.0).where(previous > 0)
    carried = trend.clip(-options.trend_limit, options.trend_limit).fillna(0.0)
    return basis.assign(
        n_accounts=groups.size().reindex(ids).fillna(0).astype(int),
        trend=trend,
        run_rate_usd=last * (1.0 + options.trend_weight * carried),
    )


def quota_basis(case: IncentiveCase, alignment: Alignment) -> pd.DataFrame:
    """Return the basis of next year's quotas; see `territory_basis`."""
    sales = case.sales
    previous = sales.year(1) if sales is not None and sales.n_years >= 2 else None
    by_account = account_basis(case.accounts, case.last_usd, previous, case.quota_plan)
    return territory_basis(
        by_account, case.accounts[alignment], case.territories(alignment), case.quota_plan
    )
