"""When rules conflict: say which, with the planner's names, the binding rule and a way out."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from territory.encoding.rules import item_name, items_of
from territory.errors import InfeasibleError
from territory.messages import Message, counted
from territory.wording import amount, measure_label, signed_percent

if TYPE_CHECKING:
    import solvers
    from solvers.conflict.report import Conflict, ConflictRule, Relaxation
    from solvers.stop import StopRule
    from territory.encoding.case import Case
    from territory.plan import Plan
    from territory.plan_record import Violation

__all__ = ["conflict_message", "explain_violations", "refuse_conflict"]

NEAR = 0.9
"""Share of a tolerance from which on the band counts as the one that binds."""

FREE_LIMIT = 3000
"""Most items for which a problem with free centers is looked through before it is solved: the
arithmetic of travel takes every possible center, which grows with the square."""

QUICK_S = 4.0
"""Deterministic seconds for the smallest conflicting set at quick."""

SHOWN = 3
"""Units that one line of a message names."""


def refuse_conflict(
    case: Case,
    problem: solvers.Problem,
    *,
    search: bool = False,
    stop: StopRule | None = None,
) -> None:
    """Raise when it is proved that no plan keeps all rules.

    Parameters
    ----------
    case : Case
    problem : Problem
    search : bool
        False looks only at sums, which takes a moment, before the search; True, where it is proved
        that there is no plan, also at pockets and for the smallest conflicting set with the exact
        model.
    stop : StopRule, optional
        Asked between pieces of that work.

    Raises
    ------
    InfeasibleError
        With the conflicting rules as evidence and the cheapest relaxation as hint.
    """
    from solvers.conflict.arithmetic import arithmetic
    from solvers.conflict.explain import EFFORT_S, explain_conflict
    from solvers.stop import Budget, never

    effort_s = QUICK_S if case.scenario.solve.effort == "quick" else EFFORT_S

    if problem.free_centers and problem.n > FREE_LIMIT:
        return
    budget = Budget(effort_s=effort_s, rule=stop or never)
    found = (
        explain_conflict(problem, budget=budget, proved=True)
        if search
        else arithmetic(problem, budget)
    )
    if found is not None:
        raise InfeasibleError(conflict_message(case, problem, found))


def conflict_message(case: Case, problem: solvers.Problem, conflict: Conflict) -> Message:
    """Put a conflict into the planner's words."""
    count = len(conflict.rules)
    return Message(
        "no alignment can satisfy all rules: "
        + (f"{count} of them conflict" if count > 1 else "one of them cannot be kept"),
        evidence=tuple((rule.kind, _rule(case, problem, rule)) for rule in conflict.rules),
        hint=", or ".join(_way_out(case, problem, each) for each in conflict.relaxations[:3]),
    )


def _rule(case: Case, problem: solvers.Problem, rule: ConflictRule) -> str:
    """Say one rule with its numbers and at most three of its units."""
    units = _units(case, rule.units)
    who = _territory(case, rule.territory)
    if rule.kind == "balance":
        name = case.measures[rule.measure]
        option = case.scenario.measures[name]
        if not rule.units and rule.territory < 0 and rule.value and rule.limit:
            side = "at most" if rule.value > rule.limit else "at least"
            return (
                f"{name} of all territories {side} {_quantity(name, rule.limit)}; "
                f"there are {_quantity(name, rule.value)} (tolerance {option.tolerance:g})"
            )
        side = "at least" if rule.value < rule.limit else "at most"
        text = (
            f"{name} of {who} {side} {_quantity(name, rule.limit)}"
            if rule.limit
            else (f"{name} of {who} within {option.tolerance:g} of its goal")
        )
        text += f" (tolerance {option.tolerance:g})" if rule.limit else ""
        return text + (f"; {units} {_have(rule)} {_quantity(name, rule.value)}" if units else "")
    if rule.kind == "moves":
        return f"no more may change hands than {rule.limit:,.0f}; {rule.value:,.0f} would have to"
    if rule.kind == "radius":
        return f"{units}: {rule.value:.0%} of the radius to the nearest home".replace("%", " %")
    if rule.kind == "territories":
        return f"{rule.limit:,.0f} territories for {rule.value:,.0f} pieces that must stay whole"
    if rule.kind == "contiguity":
        return f"{who} in one piece" + (f": {units}" if units else "")
    told = {
        "pinned": f"{units} to territory {who}" if rule.territory >= 0 else units,
        "forbidden": f"{units} not to territory {who}" if rule.territory >= 0 else units,
        "together": f"{units} in one territory",
    }.get(rule.kind, units)
    if rule.measure >= 0 and rule.value:
        told += f": {_quantity(case.measures[rule.measure], rule.value)}"
    return told


def _way_out(case: Case, problem: solvers.Problem, each: Relaxation) -> str:
    """Say what would remove the conflict, or what is the least that could."""
    name = case.measures[each.measure] if 0 <= each.measure < len(case.measures) else ""
    who = _territory(case, each.territory)
    units = _units(case, each.units)
    if each.kind == "tolerance":
        least = np.ceil(each.amount * 100.0) / 100.0
        return f"set measures.{name}.tolerance to at least {least:g}"
    if each.kind == "unpin":
        of = f" of {who}" if each.territory >= 0 else ""
        return f"unpin at least {_quantity(name, each.amount)}{of}" if name else f"unpin {who}"
    return {
        "split": "let the group be split",
        "allow": f"allow another territory for {units}",
        "radius": f"widen the radius to {each.amount:.2f} times what it is",
        "moves": f"let {each.amount:,.0f} change hands",
        "contiguity": "set rules.contiguity to false",
        "territories": f"plan at most {each.amount:,.0f} territories",
        "divide": f"split {units} into smaller units (geography.split_above), or give it to a team",
    }.get(each.kind, each.kind)


def _have(rule: ConflictRule) -> str:
    return "alone has" if len(rule.units) == 1 else "have"


def _territory(case: Case, territory: int) -> str:
    """Name a territory; any territory where the rule is not about one."""
    if 0 <= territory < len(case.team):
        return str(case.team["territory_id"].iloc[territory])
    return "every territory"


def _units(case: Case, units: Sequence[int]) -> str:
    """Name up to three items of the problem and count the rest."""
    items = items_of(case)
    names = [item_name(case, items, unit) for unit in units[:SHOWN]]
    rest = len(units) - len(names)
    return ", ".join(names) + (f" and {counted(rest, 'more', 'more')}" if rest else "")


def _quantity(measure: str, value: float) -> str:
    """Give a value with the unit that the measure's name says."""
    unit = {"h": "h", "usd": "USD"}.get(measure.rpartition("_")[2], "")
    return f"{amount(measure, value)} {unit}".rstrip()


def explain_violations(plan: Plan) -> Plan:
    """Return the plan with, for each territory outside a band, the rule that keeps it there.

    A territory that lacks one measure while another is at the top of its band cannot take more
    accounts: what binds is the ratio of the two in the land within its reach, and the sentence
    gives it with the plan's own ratio beside it.
    """
    violations = plan.record.violations
    if not violations:
        return plan
    rows = plan.territories.set_index("territory_id").to_dict(orient="index")
    told = [replace(each, why=_why(plan, rows, each)) for each in violations]
    return replace(plan, record=plan.record.but(violations=told))


def _why(
    plan: Plan, rows: Mapping[Hashable, Mapping[Hashable, float]], violation: Violation
) -> str:
    """Say in one sentence what keeps a territory outside its band; "" for other rules."""
    measure = violation.measure
    if not measure:
        return ""
    row = rows[violation.territory_id]
    low = violation.value < violation.limit
    for other, options in plan.record.measures.items():
        deviation = float(row[f"{other}_deviation"])
        reached = deviation if low else -deviation
        if other == measure or reached < NEAR * options.tolerance:
            continue
        # Always read as dollars an hour, or the like: many of the one for each of the other.
        total = {
            name: sum(float(each[name]) for each in rows.values()) for name in (measure, other)
        }
        much, little = sorted(total, key=lambda name: -total[name])
        ratio = float(row[much]) / max(float(row[little]), 1e-12)
        overall = total[much] / max(total[little], 1e-12)
        return (
            f"{measure_label(other)} is already {signed_percent(deviation)} from its goal, so the "
            f"territory cannot {'take more' if low else 'give more away'}: its accounts bring "
            f"{amount(much, ratio)} of {measure_label(much)} for each of {measure_label(little)}, "
            f"the plan as a whole {amount(much, overall)}"
        )
    return "no exchange with its neighbours that keeps the other rules was found"
