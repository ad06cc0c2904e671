"""One signal of a review: what changed, since when, how sure, why, and what it is worth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from territory.arrays import Floats
from territory.monitor.signals.causes import Cause

if TYPE_CHECKING:
    from territory.monitor.facts.facts import Facts

__all__ = ["Signal", "usd_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """Something that is surely not chance.

    Attributes
    ----------
    level : str
        territory, system, unit, account or rep.
    id : str
    territory_ids : tuple of str
        Where it shows, most of it first.
    quarter : str
        In which it began, as 2025-Q3.
    cause : Cause
    change : float
        Relative change of the share; NaN for a rep's leaving.
    usd_q : float
        Sales a quarter more or less than expected.
    how_sure : str
    """

    level: str
    id: str
    territory_ids: tuple[str, ...]
    quarter: str
    cause: Cause
    change: float
    usd_q: float
    how_sure: str


def usd_of(facts: Facts, rows: NDArray[np.intp], gap: Floats) -> float:
    """Return the USD of a gap in events: by each account's own price, else the field's.

    NaN where the actuals tell no money.
    """
    if not facts.panel.priced:
        return float("nan")
    events, money = facts.base_events, facts.base_revenue_usd
    usual = float(money.sum() / max(float(events.sum()), 1e-300))
    price = np.where(events > 0, money / np.where(events > 0, events, 1.0), usual)
    return float((gap * price)[rows].sum())
