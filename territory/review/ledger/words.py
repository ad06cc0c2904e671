"""The ledger in words: labels of its figures, and numbers with their units."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, cast

from territory.currency import code, in_words
from territory.wording import measure_label, signed_percent, term_label

if TYPE_CHECKING:
    from territory.review.ledger.told import Told

__all__ = ["plan_rows", "territory_rows"]

Rows = list[list[tuple[str, bool]]]

_LABELS = {
    "n_accounts": "Accounts",
    "travel_h": "Travel (h)",
    "revenue_usd": "Sales (USD)",
    "pipeline_usd": "Open deals (USD)",
    "routed_travel_h": "Travel by tours (h)",
    "routed_nights": "Nights away",
    "quota_usd": "Quota (USD)",
    "pay_usd": "Expected pay (USD)",
    "pay_held_harmless_usd": "Pay held harmless (USD)",
    "objective": "Cost a year (USD)",
    "moved_accounts": "Accounts in new hands against today",
    "moved_revenue_usd": "Revenue in new hands against today (USD)",
    "split_idns": "Health systems split",
}


def _float(value: object) -> float:
    return float(cast("float", value))


def _label(name: str) -> str:
    if name in _LABELS:
        return in_words(_LABELS[name])
    for end, words in (("_deviation", "to its goal"), ("_worst", "worst to a goal")):
        if name.endswith(end):
            return f"{measure_label(name.removesuffix(end)).partition(' (')[0]}, {words}"
    if name.endswith("_usd") and name not in {"potential_usd"}:
        return f"{term_label(name)} ({code()})"
    return measure_label(name)


def _number(name: str, value: float) -> str:
    if math.isnan(value):
        return "not known"
    if name.endswith(("_deviation", "_worst")):
        return signed_percent(value)
    return f"{value:,.1f}" if name.endswith(("_h", "nights")) else f"{value:,.0f}"


def _change(name: str, value: float) -> str:
    if math.isnan(value):
        return "not known"
    if name.endswith(("_deviation", "_worst")):
        return f"{100.0 * value:+.1f} points"
    return f"{value:+,.1f}" if name.endswith(("_h", "nights")) else f"{value:+,.0f}"


def territory_rows(ledger: Told) -> tuple[list[str], Rows]:
    """Return header and rows of the territories' figures; an alarm where a band is left."""
    tolerance = {f"{name}_deviation": each for name, each in ledger.tolerances.items()}
    rows: Rows = []
    for row in ledger.territories:
        name, after = str(row["figure"]), _float(row["after"])
        beyond = abs(after) > tolerance.get(name, math.inf) + 1e-6
        rows.append(
            [
                (str(row["territory_id"]), False),
                (_label(name), False),
                (_number(name, _float(row["before"])), False),
                (_number(name, after), beyond),
                (_change(name, _float(row["change"])), False),
            ]
        )
    return ["ID", "Figure", "Before", "After", "Change"], rows


def plan_rows(ledger: Told) -> tuple[list[str], Rows]:
    """Return header and rows of the whole plan's figures that change, the cost always."""
    rows: Rows = []
    for row in ledger.plan:
        name, change = str(row["figure"]), _float(row["change"])
        if name != "objective" and not abs(change) >= 5e-7:  # nor what is not known
            continue
        rows.append(
            [
                (_label(name), False),
                (_number(name, _float(row["before"])), False),
                (_number(name, _float(row["after"])), False),
                (_change(name, change), False),
            ]
        )
    return ["Plan", "Before", "After", "Change"], rows
