"""When rules conflict: say which, with the planner's names, the binding rule and a way out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from territory.errors import InfeasibleError
from territory.messages import Message
from territory.review.wording import amount, measure_label, signed_percent

if TYPE_CHECKING:
    import pandas as pd

    import solvers
    from territory.case import Case
    from territory.encode import Encoding
    from territory.plan import Plan

__all__ = ["explain_violations", "refuse_infeasible"]

NEAR = 0.9
"""Share of a tolerance from which on the band counts as the one that binds."""


def explain_violations(plan: Plan) -> Plan:
    """Return the plan with, for each territory outside a band, the rule that keeps it there.

    A territory that lacks one measure while another is at the top of its band cannot take more
    accounts: what binds is the ratio of the two in the land within its reach, and the sentence
    gives it with the plan's own ratio beside it.
    """
    violations = plan.summary["violations"]
    if not violations:
        return plan
    rows = plan.territories.set_index("territory_id")
    told = [{**each, "why": _why(plan, rows, each)} for each in violations]
    return replace(plan, summary={**plan.summary, "violations": told})


def _why(plan: Plan, rows: pd.DataFrame, violation: dict[str, Any]) -> str:
    """Say in one sentence what keeps a territory outside its band; "" for other rules."""
    measure = violation["measure"]
    if not measure:
        return ""
    row = rows.loc[violation["territory_id"]]
    low = violation["value"] < violation["limit"]
    for other, options in plan.summary["measures"].items():
        deviation = float(row[f"{other}_deviation"])
        reached = deviation if low else -deviation
        if other == measure or reached < NEAR * options["tolerance"]:
            continue
        # Always read as dollars an hour, or the like: many of the one for each of the other.
        much, little = sorted((measure, other), key=lambda name: -float(rows[name].sum()))
        ratio = float(row[much]) / max(float(row[little]), 1e-12)
        overall = float(rows[much].sum()) / max(float(rows[little].sum()), 1e-12)
        return (
            f"{measure_label(other)} is already {signed_percent(deviation)} from its goal, so the "
            f"territory cannot {'take more' if low else 'give more away'}: its accounts bring "
            f"{amount(much, ratio)} of {measure_label(much)} for each of {measure_label(little)}, "
            f"the plan as a whole {amount(much, overall)}"
        )
    return "no exchange with its neighbours that keeps the other rules was found"


def refuse_infeasible(case: Case, encoding: Encoding, result: solvers.Result) -> None:
    """Raise when it is proved that no plan keeps all rules.

    Raises
    ------
    InfeasibleError
        With the conflicting rules as evidence and the cheapest relaxation as hint.
    """
    if result.status != "infeasible":
        return
    raise InfeasibleError(Message("no alignment can satisfy all rules"))
