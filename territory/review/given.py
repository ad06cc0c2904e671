"""The user's own columns in the plan: what the accounts' table says more than the plan needs."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from territory.dictionary.accounts import further

if TYPE_CHECKING:
    from territory.inputs.tables.tables import Tables
    from territory.plan import Plan

__all__ = ["with_given"]


def with_given(plan: Plan, tables: Tables) -> Plan:
    """Return the plan with all further columns of the accounts' table, at the end of its accounts.

    A column without any value is left out; one that is called like a column that the plan makes
    gets ``given_`` in front. Rows of the units table have none of them.

    Parameters
    ----------
    plan : Plan
    tables : Tables
    """
    source = tables.accounts
    if source is None or source.empty:
        return plan
    filled = [name for name in source.columns if not _blank(source[name])]
    names = further(filled, set(plan.accounts.columns))
    if not names:
        return plan
    row = pd.Index(source["account_id"]).get_indexer(pd.Index(plan.accounts["account_id"]))
    known = (row >= 0) & plan.accounts["type"].ne("market").to_numpy(dtype=bool)
    added = {}
    for name, called in names.items():
        taken = source[name].take(np.maximum(row, 0)).set_axis(plan.accounts.index)
        empty = np.nan if pd.api.types.is_numeric_dtype(taken) else ""
        added[called] = taken.where(known, empty)
    return replace(plan, accounts=plan.accounts.assign(**added))


def _blank(column: pd.Series) -> bool:
    if pd.api.types.is_numeric_dtype(column):
        return bool(column.isna().all())
    return bool((column.astype("str") == "").all())
