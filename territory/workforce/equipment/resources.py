"""Equip the team: clinical support, collateral and budget by the mix of accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from territory.inputs.flags import is_yes
from territory.inputs.scenario.rollout import ResourceKeys
from territory.inputs.type_names import type_name
from territory.wording import LIMIT

if TYPE_CHECKING:
    from territory.plan import Plan

__all__ = ["ASSUMPTION", "account_kinds", "resource_rules", "resources_of", "unruled_types"]

ASSUMPTION = "planning assumption; edit [resources] in the scenario"
_HOSPITALS = ("hospital", "academic", "system")


def account_kinds(plan: Plan, keys: ResourceKeys | None = None) -> pd.Series:
    """Return (n,) the kind of each account: academic, system, hospital, surgery_center, practice.

    The account's type says it; a hospital is academic where a column or a word of its name says
    so, and a system's where it belongs to one. A type that no rule knows is `other`.
    """
    keys = keys or ResourceKeys()
    accounts = plan.accounts
    known = _by_type(keys)
    kinds = accounts["type"].fillna("").astype("str").map(lambda name: known.get(name, "other"))
    hospital = kinds.isin(_HOSPITALS)
    if keys.systems and "idn" in accounts and "system" in keys.rules:
        kinds = kinds.mask(
            hospital & kinds.ne("academic") & accounts["idn"].fillna("").ne(""), "system"
        )
    academic = pd.Series(False, index=accounts.index)
    if keys.academic_column and keys.academic_column in accounts:
        academic = is_yes(accounts[keys.academic_column])
    elif keys.academic_names:
        names = accounts["name"].fillna("").astype("str").str.lower()
        words = [word.lower() for word in keys.academic_names]
        academic = names.map(lambda name: any(word in name for word in words)) & hospital
    return kinds.mask(academic, "academic").astype("str")


def _by_type(keys: ResourceKeys) -> dict[str, str]:
    """Return the kind of each type, as the tables write types."""
    return {type_name(name): kind for name, kind in keys.kinds.items()}


def unruled_types(plan: Plan, keys: ResourceKeys | None = None) -> dict[str, int]:
    """Return the account types that no rule knows, with how many accounts each has, most first."""
    kinds = _by_type(keys or ResourceKeys())
    counts = plan.accounts["type"].fillna("").astype("str").value_counts()
    return {str(name): int(n) for name, n in counts.items() if name and name not in kinds}


def resources_of(plan: Plan, keys: ResourceKeys | None = None) -> pd.DataFrame:
    """Return what each territory is given by the mix of its accounts.

    Returns
    -------
    DataFrame
        One row a territory: ``territory_id, rep_id, rep_name``, ``n_KIND`` for each kind of the
        rules, ``clinical_h``, ``collateral_sets`` (both a year), ``budget_usd``. A whole budget is
        spread to the cent by largest remainders, so that the rows sum to it.
    """
    keys = keys or ResourceKeys()
    accounts = plan.accounts
    kinds = account_kinds(plan, keys)
    factor = accounts["tier"].fillna("").astype("str").map(lambda t: keys.tier_factors.get(t, 1.0))
    asked = pd.DataFrame(
        {
            name: kinds.map({kind: getattr(rule, name) for kind, rule in keys.rules.items()})
            * factor
            for name in ("clinical_h", "collateral_sets", "budget_weight")
        }
    )
    ids = plan.territories["territory_id"]
    owner = accounts["territory_id"]
    sums = asked.astype(float).groupby(owner).sum().reindex(ids).fillna(0.0)
    counts = pd.crosstab(owner, kinds).reindex(index=ids, columns=list(keys.rules), fill_value=0)
    weights = sums["budget_weight"].to_numpy()
    frame = plan.territories[["territory_id", "rep_id", "rep_name"]].reset_index(drop=True)
    return frame.assign(
        **{f"n_{kind}": counts[kind].to_numpy() for kind in keys.rules},
        clinical_h=sums["clinical_h"].round(1).to_numpy(),
        collateral_sets=np.ceil(sums["collateral_sets"].to_numpy() - LIMIT).astype(int),
        budget_usd=_budget(weights, keys),
    )


def resource_rules(keys: ResourceKeys | None = None) -> pd.DataFrame:
    """Return the rules with where they come from: ``kind, clinical_h, …, source``."""
    keys = keys or ResourceKeys()
    default = ResourceKeys().rules
    rows = [
        {
            "kind": kind,
            **rule.model_dump(),
            "source": ASSUMPTION if default.get(kind) == rule else "scenario, [resources]",
        }
        for kind, rule in keys.rules.items()
    ]
    return pd.DataFrame(rows)


def _budget(weights: np.ndarray, keys: ResourceKeys) -> np.ndarray:
    total = float(weights.sum())
    if keys.budget_usd <= 0 or total <= 0:
        return np.asarray((weights * keys.budget_per_weight_usd).round(2))
    cents = round(keys.budget_usd * 100)
    exact = weights / total * cents
    whole = np.floor(exact).astype(np.int64)
    left = cents - int(whole.sum())
    order = np.lexsort((np.arange(len(exact)), -(exact - whole)))
    whole[order[:left]] += 1
    return np.asarray(whole / 100.0)
