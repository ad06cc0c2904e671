"""What binds a territory, and what easing it a little would bring, measured by solving again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import inf
from typing import TYPE_CHECKING

import pandas as pd

import solvers
from solvers.problem.reach import pinned_to, with_pins
from territory.encoding.encode import planners_limit
from territory.encoding.explain.outline import outline_of
from territory.encoding.explain.reasons import in_all
from territory.wording import LIMIT, measure_label

if TYPE_CHECKING:
    from territory.encoding.explain.position import Position

__all__ = ["NEAR", "Binding", "binding_rules", "relaxed"]

NEAR = 0.01
"""Share of the goal, of a cap or of a compactness, within which a limit counts as binding."""

POINT = 0.01
"""By how much a limit is relaxed: one point of the goal, of the cap or of the radius."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Binding:
    """One limit that a territory has reached.

    Attributes
    ----------
    rule : str
        ``balance M``, ``moves``, ``pinned`` or ``compactness T``, as in tables.
    words : str
        The limit with its numbers.
    value, limit : float
    eased : str
        What is tried, as in "one point wider would save".
    easier : Problem
        The problem with that limit eased so.
    """

    rule: str
    words: str
    value: float
    limit: float
    eased: str
    easier: solvers.Problem


def binding_rules(position: Position, territory: int) -> list[Binding]:
    """Return the limits within a point of which the territory is: bands, caps, pins, outline.

    Parameters
    ----------
    position : Position
    territory : int
    """
    problem, judged = position.encoding.problem, position.table.evaluation
    name = position.ids[territory]
    out = []
    for a, measure in enumerate(position.case.measures):
        load, goal = float(judged.loads[territory, a]), float(judged.goal[territory, a])
        label, _, unit = measure_label(measure).removesuffix(")").partition(" (")
        for side, limit in (
            ("at most", float(judged.upper[territory, a])),
            ("at least", float(judged.lower[territory, a])),
        ):
            short = (limit - load) if side == "at most" else (load - limit)
            if short > NEAR * goal:
                continue
            balance = problem.balance
            step = POINT * balance.goal[territory, a]
            upper, lower = balance.upper.copy(), balance.lower.copy()
            if side == "at most":
                upper[territory, a] += step
            else:
                lower[territory, a] = max(0.0, lower[territory, a] - step)
            tolerance = position.case.scenario.measures[measure].tolerance
            said = planners_limit(limit, tolerance, inf if side == "at most" else -inf)
            out.append(
                Binding(
                    rule=f"balance {measure}",
                    words=f"the {label.lower()} of {name} is {load:,.0f} {unit}".rstrip()
                    + f", where {side} {said:,.0f} is allowed",
                    value=load,
                    limit=said,
                    eased="one point wider",
                    easier=replace(problem, balance=replace(balance, upper=upper, lower=lower)),
                )
            )
    return out + _caps(position) + _pins(position, territory) + _outline(position, territory)


def _caps(position: Position) -> list[Binding]:
    problem = position.encoding.problem
    current, label = problem.changes.current, position.assignment
    moved = (current >= 0) & (label != current)
    amount = problem.changes.moved_weight[moved].sum(axis=0)
    out = []
    for r, cap in enumerate(problem.changes.moved_cap.tolist()):
        if cap - amount[r] > NEAR * max(cap, LIMIT):
            continue
        value, limit = in_all(position, r, float(amount[r]))
        cap_of = position.caps[r]
        caps = problem.changes.moved_cap.copy()
        total = float(problem.changes.moved_weight[:, r].sum()) + cap_of.forced
        caps[r] += POINT * total
        out.append(
            Binding(
                rule="moves",
                words=f"{value:,.0f} {cap_of.what} change hands in the plan, where at most "
                f"{limit:,.0f} may",
                value=value,
                limit=limit,
                eased="one point more",
                easier=replace(problem, changes=replace(problem.changes, moved_cap=caps)),
            )
        )
    return out


def _pins(position: Position, territory: int) -> list[Binding]:
    problem = position.encoding.problem
    here = pinned_to(problem, territory)
    if here.size == 0:
        return []
    name = position.ids[territory]
    return [
        Binding(
            rule="pinned",
            words=f"{here.size:,} units and accounts are pinned to or kept with {name}",
            value=float(here.size),
            limit=float(here.size),
            eased="leaving them out",
            easier=with_pins(problem, dict.fromkeys(here.tolist(), -1)),
        )
    ]


def _outline(position: Position, territory: int) -> list[Binding]:
    problem = position.encoding.problem
    shapes = problem.shapes
    if shapes.least == 0.0:
        return []
    rule, words, value, limit = outline_of(position, territory)
    if value - limit > NEAR * limit:
        return []
    easier = replace(problem, shapes=replace(shapes, least=shapes.least * (1.0 - POINT)))
    eased = "a hundredth less asked of every outline"
    return [Binding(rule=rule, words=words, value=value, limit=limit, eased=eased, easier=easier)]


def relaxed(position: Position, territory: int) -> pd.DataFrame:
    """Return the binding rules of a territory and what easing each would save.

    Each is solved again from the plan at quick effort; what the same work finds without relaxing
    anything is taken off, so that only the rule's own part is counted. Where that work finds
    nothing better the saving is 0: at least this much, not the most possible.

    Returns
    -------
    DataFrame
        ``rule, words, value, limit, eased, saves_usd, changed_units``, largest saving first.
    """
    problem, start = position.encoding.problem, position.assignment
    seed = position.case.scenario.solve.seed
    found = binding_rules(position, territory)
    columns = ["rule", "words", "value", "limit", "eased", "saves_usd", "changed_units"]
    if not found:
        return pd.DataFrame({name: [] for name in columns})
    base = solvers.solve(problem, effort="quick", seed=seed, start=start)
    reached = base.evaluation.objective
    rows = []
    for each in found:
        again = solvers.solve(each.easier, effort="quick", seed=seed, start=base.assignment)
        kept = again.evaluation.feasible or not base.evaluation.feasible
        saves = max(0.0, reached - again.evaluation.objective) if kept else 0.0
        changed = int((again.assignment != base.assignment).sum()) if saves > 0 else 0
        limits = (each.rule, each.words, each.value, each.limit, each.eased)
        rows.append((*limits, round(saves, 2), changed))
    frame = pd.DataFrame(rows, columns=columns)
    return frame.sort_values("saves_usd", ascending=False, kind="stable", ignore_index=True)
