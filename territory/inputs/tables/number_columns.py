"""Which further columns of the accounts a scenario reads as numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from territory.inputs.scenario.workforce import CallRow

if TYPE_CHECKING:
    from territory.inputs.scenario.scenario import Scenario

__all__ = ["number_columns"]


def number_columns(scenario: Scenario) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the columns that its sections read as numbers: of at least 0, and of any sign.

    Their cells are read as those of our own number columns are, decimal commas and currencies
    among them; an account may have the figures of a call plan's row of its own.
    """
    market, tiers, callplan = scenario.market, scenario.tiers, scenario.callplan
    positive: list[str] = []
    signed: list[str] = []
    if market is not None:
        positive += [market.procedures, *market.payer_factors, market.peers.size]
        positive += [market.at_most] if market.at_most else []
    if callplan is not None:
        figures = (name for name in CallRow.model_fields if name not in {"type", "tier"})
        positive += [callplan.procedures, *figures]
    if scenario.review.competitor_column is not None:
        positive.append(scenario.review.competitor_column)
    if tiers is not None:
        signed += [factor.column for factor in tiers.factors if factor.scale != "values"]
        signed += list(tiers.bands)
        if tiers.share_of != "accounts":
            signed.append(tiers.share_of)
    return tuple(dict.fromkeys(positive)), tuple(dict.fromkeys(signed))
