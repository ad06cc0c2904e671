"""One sentence for each account that changes territory, from the plan's own figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from territory.errors import InputError
from territory.wording import signed_percent

if TYPE_CHECKING:
    from territory.plan import Plan

__all__ = ["model_reasons", "reasons_of"]


def model_reasons(plan: Plan) -> dict[str, str] | None:
    """Return the model's own reason for each account that changes territory, by account id.

    None for a plan that cannot be opened again (its keys or input files are not there): the
    reasons of :func:`reasons_of` are told then, which need the plan's tables only.
    """
    from territory.encoding.explain.position import open_position
    from territory.encoding.explain.reasons import reasons

    try:
        table = reasons(open_position(plan))
    except (InputError, KeyError):
        return None
    moved = table[table["moved"].astype(bool)]
    return dict(zip(moved["account_id"].astype(str), moved["why"].astype(str), strict=True))


def reasons_of(plan: Plan) -> pd.Series:
    """Return (n,) why each account changes territory, "" where it stays; in the plan's row order.

    In this order the first that is true is said: the territory ends; it had none; its health
    system comes together; it is a single account outside its unit's territory; the balance
    today. Every number is one of the plan's tables.
    """
    accounts = plan.accounts
    before = accounts["current_territory_id"].fillna("").astype("str")
    after = accounts["territory_id"].fillna("").astype("str")
    moved = before.ne(after)
    planned = set(plan.territories["territory_id"])
    whole = _whole_systems(accounts, before, after)
    balance = _Balance(plan, before)
    idns = accounts["idn"].fillna("").tolist() if "idn" in accounts else [""] * len(accounts)
    texts: dict[tuple[str, str, str], str] = {}
    rows = zip(moved.tolist(), before.tolist(), after.tolist(), idns, strict=True)
    said = []
    for is_moved, origin, target, idn in rows:
        if not is_moved:
            said.append("")
            continue
        system = idn if idn in whole else ""
        key = (origin, target, system)
        if key not in texts:
            texts[key] = _said(origin, target, system, planned, whole, balance)
        said.append(texts[key])
    return pd.Series(said, index=accounts.index, dtype="str")


def _said(
    origin: str,
    target: str,
    system: str,
    planned: set[str],
    whole: dict[str, tuple[int, int]],
    balance: _Balance,
) -> str:
    if not origin:
        return f"had no territory; {target} covers its place"
    if origin not in planned:
        return f"{origin} ends; {target} takes over its place"
    if system:
        today, plan = whole[system]
        fewer = f"its health system {system} goes from {today} territories to {plan}"
        return f"{fewer}; {balance(origin, target)}"
    return balance(origin, target)


def _whole_systems(
    accounts: pd.DataFrame, before: pd.Series, after: pd.Series
) -> dict[str, tuple[int, int]]:
    """Return the health systems that fewer territories share in the plan: number today, planned."""
    if "idn" not in accounts:
        return {}
    idn = accounts["idn"].fillna("")
    known = idn.ne("") & before.ne("")
    today = before[known].groupby(idn[known]).nunique()
    plan = after[known].groupby(idn[known]).nunique()
    fewer = plan[plan < today]
    return {str(name): (int(today[name]), int(plan[name])) for name in fewer.index}


class _Balance:
    """How far two territories are from their goals today, for measures without travel."""

    def __init__(self, plan: Plan, before: pd.Series) -> None:
        self._measures = []
        accounts, territories = plan.accounts, plan.territories
        for measure, options in plan.summary["measures"].items():
            name = "service_h" if options["travel"] and "service_h" in accounts else measure
            goals = territories.set_index("territory_id")[f"{measure}_goal"]
            total = float(accounts[name].sum())
            if total <= 0 or float(goals.sum()) <= 0:
                continue
            loads = accounts[name].groupby(before).sum()
            self._measures.append(
                (name.partition("_")[0], dict(loads), dict(goals / float(goals.sum()) * total))
            )

    def __call__(self, origin: str, target: str) -> str:
        parts = []
        for label, loads, goals in self._measures:
            shown = [
                f"{name} {signed_percent(loads.get(name, 0.0) / goals[name] - 1, 0)}"
                for name in (origin, target)
                if goals.get(name, 0.0) > 0
            ]
            if shown:
                parts.append(f"{label} {', '.join(shown)}")
        said = "; ".join(parts)
        return f"evens out today's loads against their goals: {said}" if said else "redrawn"
