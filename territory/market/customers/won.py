"""Accounts that were won, by what history says."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

__all__ = ["won_accounts"]


def won_accounts(accounts: pd.DataFrame, history: pd.DataFrame) -> NDArray[np.bool_]:
    """Return (n,) the accounts whose revenue in the history sums to more than 0."""
    total = history.groupby("account_id")["revenue_usd"].sum()
    return (accounts["account_id"].map(total).fillna(0.0) > 0).to_numpy(dtype=bool)
