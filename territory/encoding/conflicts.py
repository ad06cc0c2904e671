"""When rules conflict: say which, with the planner's names, the binding rule and a way out."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from territory.currency import code
from territory.encoding.rules import item_name, items_of
from territory.errors import InfeasibleError
from territory.messages import Message, counted
from territory.wording import NONZERO, amount, measure_label, percent, signed_percent

if TYPE_CHECKING:
    import solvers
    from solvers.conflict.report import Conflict, ConflictRule, Relaxation
    from solvers.stop import StopRule
    from territory.encoding.case import Case
    from territory.plan import Plan
    from territory.plan_record import Violation

__all__ = ["cap_key", "conflict_message", "explain_violations", "refuse_conflict"]

NEAR = 0.9
"""Share of a tolerance from which on the band counts as the one that binds."""

FREE_LIMIT = 3000
"""Most items for which a problem with free centers is looked through before it is solved: the
arithmetic of travel takes every possible center, which grows with the square."""

QUICK_S = 4.0
"""Deterministic seconds for the smallest conflicting set at quick."""

MOST_IDS = 8
"""Territories that one line of a message names."""

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
    told = f"{count} of them conflict" if count > 1 else "one of them cannot be kept"
    if count > 1 and not conflict.minimal and conflict.method == "model":
        told = f"some of these {count} conflict (there was no time to tell which)"
    return Message(
        f"no alignment can satisfy all rules: {told}",
        evidence=tuple(_evidence(case, problem, conflict.rules)),
        hint=", or ".join(_ways_out(case, problem, conflict.relaxations)),
    )


def _ways_out(
    case: Case, problem: solvers.Problem, relaxations: Sequence[Relaxation]
) -> Iterator[str]:
    """Say up to three ways out; a tolerance that no scenario can hold is none."""
    writable = [each for each in relaxations if each.kind != "tolerance" or each.amount <= 1.0]
    for each in writable[:3]:
        yield _way_out(case, problem, each)
    if not writable:
        for each in relaxations[:1]:
            names = " and ".join(_banded(case, problem, each))
            yield f"leave {names} out of [measures]: no tolerance up to 1 is wide enough"


def _banded(case: Case, problem: solvers.Problem, each: Relaxation) -> list[str]:
    """Name the measures whose tolerance it is; those without travel where it is not one's."""
    plain = np.flatnonzero(problem.balance.travel_share == 0).tolist()
    return [case.measures[a] for a in ([each.measure] if each.measure >= 0 else plain)]


def _evidence(
    case: Case, problem: solvers.Problem, rules: Sequence[ConflictRule]
) -> Iterator[tuple[str, str]]:
    """Say each rule in a line; bands of one side and measure share theirs, so that none is cut."""
    shared: dict[tuple[int, str], list[int]] = {}
    for rule in rules:
        if rule.kind == "balance" and rule.side and not rule.value and rule.territory >= 0:
            shared.setdefault((rule.measure, rule.side), []).append(rule.territory)
        else:
            yield rule.kind, _rule(case, problem, rule)
    for (measure, side), territories in shared.items():
        name = case.measures[measure]
        limit = _share(case.scenario.measures[name].tolerance)
        who = ", ".join(_territory(case, t) for t in territories[:MOST_IDS])
        more = len(territories) - MOST_IDS
        who += f" and {counted(more, 'more', 'more')}" if more > 0 else ""
        above = "above" if side == "at most" else "below"
        yield "balance", f"{name} of {who} at most {limit} {above} the goal"


def _rule(case: Case, problem: solvers.Problem, rule: ConflictRule) -> str:
    """Say one rule with its numbers and at most three of its units."""
    units = _units(case, rule.units)
    who = _territory(case, rule.territory)
    if rule.kind == "balance":
        return _band(case, rule, who, units)
    if rule.kind == "moves":
        key, value, _ = _caps(case)[rule.measure]
        return f"no more may change hands than rules.{key} = {value:g} allows"
    if rule.kind == "radius":
        if not rule.value:
            return f"none farther than {_radius(case)} from its home or center"
        return f"{_radius(case)}: {units} at {rule.value:.2f} times that from the nearest home"
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


def _band(case: Case, rule: ConflictRule, who: str, units: str) -> str:
    """Say a band: its side, its limit, and what stands against it."""
    name = case.measures[rule.measure]
    tolerance = case.scenario.measures[name].tolerance
    if not rule.side:
        return f"{name} of {who} within {_share(tolerance)} of its goal"
    if not rule.value:
        above = "above" if rule.side == "at most" else "below"
        return f"{name} of {who} at most {_share(tolerance)} {above} its goal"
    limit, value = _quantity(name, rule.limit), _quantity(name, rule.value)
    if not rule.units and rule.territory < 0:
        return (
            f"{name} of all territories {rule.side} {limit}; there are {value} "
            f"(tolerance {tolerance:g})"
        )
    text = f"{name} of {who} {rule.side} {limit} (tolerance {tolerance:g})"
    return text + (f"; {units} {_have(rule)} {value}" if units else "")


def _share(tolerance: float) -> str:
    return f"{100.0 * tolerance:.4g} %"


def _caps(case: Case) -> list[tuple[str, float, float]]:
    """Caps on what may change hands, in the order of the problem's: key, value, what 1 of it is."""
    rules, held = case.scenario.rules, (case.current != "").to_numpy()
    revenue = case.accounts["revenue_usd"].fillna(0.0).clip(lower=0.0).to_numpy(dtype=np.float64)
    service = case.accounts["service_h"].to_numpy(dtype=np.float64)
    every = (
        ("max_moved_accounts", rules.max_moved_accounts, 1.0),
        ("max_moved_revenue", rules.max_moved_revenue, float(revenue[held].sum())),
        ("max_moved_workload", rules.max_moved_workload, float(service[held].sum())),
    )
    return [(key, float(value), whole) for key, value, whole in every if value is not None]


def cap_key(case: Case, problem: solvers.Problem, which: int, moved: float) -> tuple[str, float]:
    """Return a cap's key and the value, rounded up, at which so much of the problem may move.

    Parameters
    ----------
    case : Case
    problem : Problem
    which : int
        Column of `problem.changes.moved_cap`.
    moved : float
        In the column's own amount, without what has to change hands in any plan.
    """
    key, value, whole = _caps(case)[which]
    needed = value + (moved - float(problem.changes.moved_cap[which])) / max(whole, NONZERO)
    step = 1.0 if key == "max_moved_accounts" else 1000.0
    return f"rules.{key}", float(np.ceil(needed * step - 1e-6) / step)


def _radius(case: Case) -> str:
    """Name the keys of the radius with their values."""
    rules = case.scenario.rules
    both = (("radius_km", rules.radius_km), ("radius_min", rules.radius_min))
    return " and ".join(f"rules.{key} = {value:g}" for key, value in both if value is not None)


def _wider(case: Case, times: float) -> str:
    """Name the radius that would do, rounded up."""
    rules = case.scenario.rules
    both = (("radius_km", rules.radius_km), ("radius_min", rules.radius_min))
    told = [
        f"rules.{key} to at least {np.ceil(value * times * 10.0) / 10.0:g}"
        for key, value in both
        if value is not None
    ]
    return "widen the radius: set " + " and ".join(told)


def _way_out(case: Case, problem: solvers.Problem, each: Relaxation) -> str:
    """Say what would remove the conflict, or what is the least that could."""
    name = case.measures[each.measure] if 0 <= each.measure < len(case.measures) else ""
    who = _territory(case, each.territory)
    units = _units(case, each.units)
    if each.kind == "tolerance":
        least = np.ceil(each.amount * 100.0) / 100.0
        keys = " and ".join(f"measures.{key}.tolerance" for key in _banded(case, problem, each))
        return f"set {keys} to at least {least:g}"
    if each.kind == "radius":
        return _wider(case, each.amount)
    if each.kind == "moves":
        key, least = cap_key(case, problem, each.measure, each.amount)
        return f"set {key} to at least {least:g}"
    if each.kind == "unpin":
        of = f" of {who}" if each.territory >= 0 else ""
        return f"unpin at least {_quantity(name, each.amount)}{of}" if name else f"unpin {who}"
    return {
        "split": "let the group be split",
        "allow": f"allow another territory for {units}",
        "contiguity": "set rules.contiguity to false",
        "territories": f"plan at most {each.amount:,.0f} territories",
        "divide": f"split {units} into smaller units (geography.split_above), or give it to a team",
    }.get(each.kind, each.kind)


def _have(rule: ConflictRule) -> str:
    """Say "alone" of one unit's own weight only."""
    return "alone has" if len(rule.units) == 1 else "have together"


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
    unit = {"h": "h", "usd": code()}.get(measure.rpartition("_")[2], "")
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
    if violation.rule == "compactness":
        return _coast(plan, violation)
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
        ratio = float(row[much]) / max(float(row[little]), NONZERO)
        overall = total[much] / max(total[little], NONZERO)
        return (
            f"{measure_label(other)} is already {signed_percent(deviation)} from its goal, so the "
            f"territory cannot {'take more' if low else 'give more away'}: its accounts bring "
            f"{amount(much, ratio)} of {measure_label(much)} for each of {measure_label(little)}, "
            f"the plan as a whole {amount(much, overall)}"
        )
    return "no exchange with its neighbours that keeps the other rules was found"


def _coast(plan: Plan, violation: Violation) -> str:
    """Say what a rule about outlines leaves out of the coast; "" where all of it counts."""
    rules = plan.record.keys.get("rules")
    least = rules.get("compactness_least") if isinstance(rules, Mapping) else None
    if not isinstance(least, float) or round(violation.limit, 4) >= round(least, 4):
        return ""
    coast = 1.0 - 0.5 * (violation.limit / least) ** 0.5
    return (
        f"rules.compactness_least = {least:g} asks no more of it, as {percent(coast, 0)} of its "
        "outline is coast or the edge of the area, which counts as long as its border with others"
    )
