"""What will be solved: counts, goals and rules of a checked case, before any territory is drawn."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from territory.encoding.rules import keeping
from territory.messages import counted
from territory.wording import amount, measure_label, percent

if TYPE_CHECKING:
    from territory.encoding.case import Case

__all__ = ["Overview", "overview"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """One measure: its total before travel, the range of the goals, the allowed deviation."""

    measure: str
    total: float
    least: float
    most: float
    tolerance: float
    travel: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """A case in numbers.

    Attributes
    ----------
    scenario, description : str
    accounts, units, territories, homes, borders, bridges : int
        Homes are reps with a place; borders and bridges are neighbour pairs.
    held : int
        Accounts that have a territory today.
    goals : tuple of Goal
    rules : tuple of str
        In words.
    """

    scenario: str
    description: str
    accounts: int
    units: int
    territories: int
    homes: int
    borders: int
    bridges: int
    held: int
    goals: tuple[Goal, ...]
    rules: tuple[str, ...]

    @property
    def header(self) -> list[str]:
        """Header of the table of goals."""
        return ["Measure", "Total", "Goal, least", "Goal, most", "Tolerance", "Travel"]

    @property
    def rows(self) -> list[list[str]]:
        """Rows of the table of goals."""
        return [
            [
                measure_label(goal.measure),
                amount(goal.measure, goal.total),
                amount(goal.measure, goal.least),
                amount(goal.measure, goal.most),
                f"± {percent(goal.tolerance, 0)}",
                "comes on top" if goal.travel else "no part of it",
            ]
            for goal in self.goals
        ]

    def lines(self) -> Iterator[tuple[str, str]]:
        """Yield labels and texts, for people."""
        yield "scenario", self.scenario
        if self.description:
            yield "about", self.description
        yield "accounts", f"{self.accounts:,}, {self.held:,} of them with a territory today"
        links = f"{self.borders:,} borders" + (
            f", {counted(self.bridges, 'bridge')}" if self.bridges else ""
        )
        yield "units", f"{self.units:,} ({links})"
        where = f"{self.homes:,} homes of reps" if self.homes else "centers to be located"
        yield "territories", f"{self.territories:,} ({where})"
        yield "rules", "; ".join(self.rules) or "none"

    def as_json(self) -> dict[str, object]:
        """Return the same for machines."""
        return {
            "scenario": self.scenario,
            "accounts": self.accounts,
            "accounts_with_territory_today": self.held,
            "units": self.units,
            "borders": self.borders,
            "bridges": self.bridges,
            "territories": self.territories,
            "homes": self.homes,
            "measures": {
                goal.measure: {
                    "total_without_travel": goal.total,
                    "goal_least": goal.least,
                    "goal_most": goal.most,
                    "tolerance": goal.tolerance,
                    "travel": goal.travel,
                }
                for goal in self.goals
            },
            "rules": list(self.rules),
        }


def overview(case: Case) -> Overview:
    """Count what a checked case consists of.

    Goals of a measure that contains travel are given before travel, which depends on the plan.
    """
    scenario = case.scenario
    totals = case.service().sum(axis=0)
    bridges = int(case.adjacency.bridge.sum())
    goals = []
    for column, (name, options) in enumerate(scenario.measures.items()):
        values = case.shares[:, column] * totals[column]
        goals.append(
            Goal(
                measure=name,
                total=float(totals[column]),
                least=float(values.min()),
                most=float(values.max()),
                tolerance=options.tolerance,
                travel=options.travel,
            )
        )
    return Overview(
        scenario=scenario.name,
        description=scenario.description,
        accounts=len(case.accounts),
        units=len(case.unit_ids),
        territories=len(case.team),
        homes=int(case.team["lon"].notna().sum()),
        borders=len(case.adjacency.a) - bridges,
        bridges=bridges,
        held=int((case.current != "").sum()),
        goals=tuple(goals),
        rules=tuple(_rules(case)),
    )


def _rules(case: Case) -> Iterator[str]:
    rules = case.scenario.rules
    if rules.contiguity:
        yield "every territory in one piece"
    if rules.radius_km is not None:
        yield f"no unit farther than {rules.radius_km:g} km"
    if rules.radius_min is not None:
        yield f"no way longer than {rules.radius_min:g} min"
    if rules.compactness_least is not None:
        yield f"no territory less compact than {rules.compactness_least:g} (Polsby-Popper)"
    if rules.max_moved_accounts is not None:
        yield f"at most {counted(rules.max_moved_accounts, 'account')} moved"
    if rules.max_moved_revenue is not None:
        yield f"at most {percent(rules.max_moved_revenue)} of the revenue moved"
    if rules.max_moved_workload is not None:
        yield f"at most {percent(rules.max_moved_workload)} of the workload moved"
    kept = keeping(case)
    if kept:
        days = sorted({str(rule.until) for rule in kept.values() if rule.until})
        until = f", some until {days[0]} or later" if days else ""
        yield f"{counted(len(kept), 'account')} left with their territory of today{until}"
    for name, given in (("pinned", rules.pinned), ("forbidden", rules.forbidden)):
        if given:
            n = sum(len(rule.units) + len(rule.accounts) for rule in given)
            yield f"{n:,} units and accounts {name}"
    if rules.together:
        yield f"{counted(len(rules.together), 'group')} kept together"
    if rules.keep_idn_whole is True:
        yield "every health system whole"
    elif rules.keep_idn_whole:
        yield f"{counted(len(rules.keep_idn_whole), 'health system')} whole"
