"""Values of accounts that their table does not give: [defaults] by type, `other` for the rest."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from territory.audit import Finding
from territory.messages import counted

if TYPE_CHECKING:
    import pandas as pd

    from territory.inputs.scenario.scenario import Scenario

__all__ = ["default_values", "with_defaults"]

_FALLBACK = "other"
"""Type whose defaults serve the types that have none of their own."""


def default_values(scenario: Scenario, types: pd.Series, column: str) -> pd.Series[float]:
    """Return what [defaults] has for each account, NaN where nothing.

    Parameters
    ----------
    scenario : Scenario
    types : (n,) Series of str
    column : {"service_h", "n_calls", "potential_usd"}
        Hours, calls or dollars a year.
    """
    given = {
        kind: value
        for kind, each in scenario.defaults.items()
        if (value := getattr(each, column)) is not None
    }
    return types.where(types.isin(list(given)), _FALLBACK).map(given).astype(float)


def with_defaults(
    scenario: Scenario, accounts: pd.DataFrame, columns: Sequence[str]
) -> tuple[pd.DataFrame, list[Finding]]:
    """Return the accounts with what [defaults] fills, and how many accounts took which value."""
    out = accounts.copy()
    findings: list[Finding] = []
    for column in columns:
        missing = out[column].isna()
        if not missing.any():
            continue
        filled = default_values(scenario, out.loc[missing, "type"], column)
        out.loc[missing, column] = filled
        for kind, rows in out.loc[missing].loc[filled.notna()].groupby("type").groups.items():
            findings.append(
                Finding(
                    severity="info",
                    kind="default",
                    table="accounts",
                    id=str(kind),
                    column=column,
                    value=f"{out.loc[rows, column].iloc[0]:g}",
                    what=f"{counted(len(rows), 'account')} without {column} took the default",
                )
            )
    return out, findings
