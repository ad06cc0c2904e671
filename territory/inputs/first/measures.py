"""What a first scenario balances, and what stands in for values that the files do not have."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from territory.inputs.first.draft import Draft
from territory.inputs.first.facts import calls_a_quarter, medians
from territory.messages import counted, quoted

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["add_measures", "largest"]

_TOLERANCE = 0.20
_LARGE = 0.10


def add_measures(
    draft: Draft, accounts: pd.DataFrame, lines: list[tuple[str, str]], *, seats: int
) -> None:
    """Write the measures, the defaults and, where there are no hours, a call plan.

    Parameters
    ----------
    draft : Draft
    accounts : DataFrame
        As far as they could be read; empty where there are none.
    lines : list of (str, str)
        One is added for each guess.
    seats : int
        How many territories there will be, as far as it is known; 0 where it is not.
    """
    section = draft.section("measures.workload_h")
    section.keys["tolerance"] = _TOLERANCE
    section.comments.append(
        "A first tolerance, wider than the usual 0.10: homes stand where they are, an account is "
        "never cut, and two measures at once often have no plan within 0.10. Write 0.10 here and "
        "in the next section: `territory design` then finds a plan, or names the least tolerance "
        "at which it found one. That none was found proves nothing unless it says so."
    )
    if not len(accounts):
        draft.section("measures.potential_usd").keys["tolerance"] = _TOLERANCE
        return
    for column in ("potential_usd", "revenue_usd"):
        if accounts[column].notna().any() and (accounts[column] > 0).any():
            section = draft.section(f"measures.{column}")
            section.keys["tolerance"] = _TOLERANCE
            if column == "revenue_usd":
                section.comments.append(
                    "There is no column of potential: today's sales are balanced in its place."
                )
            lines.append(
                (
                    "measures",
                    f"workload_h and {column}, each within {_TOLERANCE:.0%} (0.10 is usual: the "
                    "scenario says how to try it)",
                )
            )
            large = largest(accounts, column, seats)
            if large:
                section.comments.append(large)
                lines.append(("largest", large))
            break
    else:
        lines.append(("measures", "workload_h only: a column of potential would be a second"))
    if not accounts["potential_usd"].notna().any():
        section = draft.section("defaults.other")
        section.keys["potential_usd"] = 0.0
        section.why["potential_usd"] = "there is no column of potential, and no measure asks for it"
    types = accounts["type"].value_counts()
    if not accounts["service_h"].notna().any():
        section = draft.section("callplan")
        section.comments.append(
            "The accounts have no hours: a call plan by type, planning assumptions to be changed. "
            f"Types: {', '.join(f'{kind} {n:,}' for kind, n in types.items())}."
        )
        section.keys["rows"] = [
            {"type": kind, "tier": "*", "calls_q": calls_a_quarter(kind), "visit_min": 45,
             "admin_min": 15, "coverage": 0.0, "training_h": 0, "credentialing_h": 0}
            for kind in map(str, types.index)
        ]  # fmt: skip
        section.keys["given"] = "keep"
        lines.append(("call plan", f"assumed by type: {', '.join(map(str, types.index))}"))
        if (accounts["potential_usd"].fillna(0) > 0).any():
            _defaults(draft, accounts, "potential_usd", lines)
        return
    for column in ("service_h", "n_calls", "potential_usd"):
        _defaults(draft, accounts, column, lines)


def largest(accounts: pd.DataFrame, column: str, seats: int) -> str:
    """Say which account is most of a territory's goal, where one is a tenth of it or more."""
    total = float(accounts[column].sum())
    if not seats or total <= 0:
        return ""
    at = int(accounts[column].fillna(0.0).to_numpy(dtype=float).argmax())
    share = float(accounts[column].iloc[at]) * seats / total
    if share < _LARGE:
        return ""
    name = quoted(str(accounts["name"].iloc[at]))
    return f"{name} alone is {share:.0%} of a territory's {column}, and an account is never cut."


def _defaults(
    draft: Draft, accounts: pd.DataFrame, column: str, lines: list[tuple[str, str]]
) -> None:
    if column == "potential_usd" and not accounts[column].notna().any():
        return
    lacking = int(accounts[column].isna().sum())
    if not lacking:
        return
    found = medians(accounts, column)
    how = "the median of its type"
    if not found:
        # Calls without a column: one an hour of service, the simplest assumption.
        hours = accounts["service_h"].groupby(accounts["type"]).median()
        found = {str(kind): float(np.ceil(value)) for kind, value in hours.dropna().items()}
        how = "assumed: one call an hour of service"
    for kind, value in found.items():
        section = draft.section(f"defaults.{kind}")
        section.keys[column] = round(value, 2)
        n = int((accounts[column].isna() & (accounts["type"] == kind)).sum())
        section.why[column] = f"{n:,} without {column}: {how}"
    lines.append(("defaults", f"{counted(lacking, 'account')} without {column}: {how}"))
