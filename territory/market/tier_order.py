"""The order of the tiers, best first: that of [tiers] names, wherever tiers are served or shown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas as pd

    from territory.inputs.scenario.scenario import Scenario
    from territory.plan import Plan

__all__ = ["names_of_plan", "tier_names", "tier_order", "tier_rank"]


def tier_names(scenario: Scenario) -> tuple[str, ...]:
    """Return the names of [tiers], best first; none where the tiers are given."""
    return tuple(scenario.tiers.names) if scenario.tiers is not None else ()


def names_of_plan(plan: Plan) -> tuple[str, ...]:
    """Return the names of the tiers by which a plan was made, best first; none where unknown."""
    names = plan.record.review.get("tier_names", ())
    return tuple(str(name) for name in names) if isinstance(names, list | tuple) else ()


def tier_order(tiers: Iterable[str], names: Sequence[str] = ()) -> list[str]:
    """Return the tiers that occur, best first: those of `names` in their order, others by name.

    Examples
    --------
    >>> tier_order(["Bronze", "Gold", "Platinum", ""], ["Platinum", "Gold", "Bronze"])
    ['Platinum', 'Gold', 'Bronze']
    >>> tier_order(["C", "A", "B"])
    ['A', 'B', 'C']
    """
    there = {str(tier) for tier in tiers} - {"", "nan"}
    first = [name for name in names if name in there]
    return [*first, *sorted(there - set(first))]


def tier_rank(tiers: pd.Series, names: Sequence[str] = ()) -> NDArray[np.int64]:
    """Return (n,) the place of each account's tier, 0 the best; accounts without one come last."""
    order = tier_order(tiers.dropna().astype("str").unique(), names)
    place = {name: at for at, name in enumerate(order)}
    found = tiers.fillna("").astype("str").map(place).fillna(len(order))
    return np.asarray(found.to_numpy(), dtype=np.int64)
