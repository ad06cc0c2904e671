"""A plan with every question about single moves prepared: what it costs, and which rules bind."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

import solvers
from solvers.moves.alternatives import Alternatives, Moves
from territory.arrays import Floats, Longs
from territory.encoding.encode import encode, handover_usd, sum_by
from territory.encoding.reopen import reopened
from territory.encoding.rules import Items, caps_of, items_of, keeping, whole_idns

if TYPE_CHECKING:
    from territory.encoding.encode import Encoding
    from territory.encoding.items.hands import Capped
    from territory.encoding.reopen import Reopened
    from territory.encoding.roads import Estimate
    from territory.inputs.scenario.keys import KeepRule
    from territory.plan import Plan

__all__ = ["TERMS", "Position", "Priced", "open_position"]


TERMS = ("travel_usd", "nights_usd", "handover_usd", "idn_split_usd", "border_usd")
"""Parts of the objective, as plan.json names them."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Priced:
    """Moves with what each changes, term by term, USD a year.

    Attributes
    ----------
    moves : Moves
        Rules, loads and pieces afterwards.
    terms : float64, shape (p, 5)
        Change of each of `TERMS`.
    travel_h : float64, shape (p,)
        Change of the hours on the road.
    """

    moves: Moves
    terms: Floats
    travel_h: Floats

    @property
    def change(self) -> Floats:
        """Change of the plan's objective, shape (p,)."""
        return np.asarray(self.terms.sum(axis=1), dtype=np.float64)

    def take(self, rows: NDArray[np.integer]) -> Priced:
        """Return some of the moves, in the order given."""
        return Priced(
            moves=self.moves.take(rows), terms=self.terms[rows], travel_h=self.travel_h[rows]
        )


class Position:
    """A plan opened for questions.

    Parameters
    ----------
    plan : Plan
    again : Reopened
        The same plan as the case that it was solved as.
    """

    def __init__(self, plan: Plan, again: Reopened) -> None:
        self.plan = plan
        self.case = again.case
        self.roads = again.roads
        self.encoding: Encoding = encode(again.case, again.roads)
        self.items: Items = items_of(again.case)
        self.assignment = again.assignment
        self.table = Alternatives(self.encoding.problem, again.assignment)
        self.ids: list[str] = again.case.team["territory_id"].tolist()
        self.number = {name: t for t, name in enumerate(self.ids)}

    @cached_property
    def nights(self) -> Floats:
        """Nights away a year of each item from each home, shape (items, k)."""
        return sum_by(self.items.of_account, self.roads.nights, self.items.n)

    @cached_property
    def held_usd(self) -> Floats:
        """Price of the relationships that each territory has with each item today, (items, k)."""
        out = np.zeros((self.items.n, len(self.ids)))
        today = self.case.current.map(self.number)
        held = np.flatnonzero(today.notna().to_numpy())
        at = today.to_numpy()[held].astype(np.int64)
        np.add.at(out, (self.items.of_account[held], at), handover_usd(self.case)[held])
        return out

    @cached_property
    def kept(self) -> dict[int, KeepRule]:
        """Items that a rule leaves where they are today, each an account by name, and the rule."""
        rules = keeping(self.case)
        ids = self.case.accounts["account_id"]
        rows = np.flatnonzero(ids.isin(rules).to_numpy())
        return {int(self.items.of_account[row]): rules[str(ids.iloc[row])] for row in rows.tolist()}

    @cached_property
    def caps(self) -> list[Capped]:
        """Caps on what changes hands, as the planner has them: a column of `moved_cap` each."""
        return caps_of(self.case, self.items)[1]

    @cached_property
    def accounts_of(self) -> list[Longs]:
        """Rows of the accounts of each item."""
        order = np.argsort(self.items.of_account, kind="stable")
        ends = np.cumsum(np.bincount(self.items.of_account, minlength=self.items.n))
        return np.split(order, ends[:-1])

    @cached_property
    def group_name(self) -> dict[int, str]:
        """Words for what each label of `together` stands for: health systems, or a rule's name."""
        together = self.encoding.problem.rules.together
        out: dict[int, str] = {}
        for name, rows in whole_idns(self.case):
            out.setdefault(int(together[self.items.of_account[int(rows[0])]]), f"system {name}")
        for rule in self.case.scenario.rules.together:
            for unit in rule.units:
                for item, known in enumerate(self.case.unit_ids):
                    if known == unit or known.startswith(f"{unit}:"):
                        out.setdefault(int(together[item]), rule.name)
            named = self.case.accounts["account_id"].isin(rule.accounts).to_numpy()
            for item in self.items.of_account[named].tolist():
                out.setdefault(int(together[item]), rule.name)
        return out

    def priced(self, units: NDArray[np.integer], to: NDArray[np.integer]) -> Priced:
        """Return what moving each item to a territory changes, each on its own."""
        moves = self.table.moves(units, to)
        units, to = moves.units, moves.to
        here = self.table.assignment[units]
        options = self.case.scenario
        nights = self.nights[units, to] - self.nights[units, here]
        travel_h = moves.travel
        terms = np.column_stack(
            [
                travel_h * options.objective.travel_usd_h,
                nights * options.travel.night_usd,
                self.held_usd[units, here] - self.held_usd[units, to],
                moves.splits,
                moves.borders,
            ]
        )
        return Priced(moves=moves, terms=terms, travel_h=travel_h)

    def objective(self, label: NDArray[np.integer]) -> float:
        """Return what an assignment costs in the plan's terms: units without accounts cost nothing.

        The solver's own objective has a small price on those, so that they go to a home nearby.
        """
        problem = self.encoding.problem
        empty = np.flatnonzero(np.bincount(self.items.of_account, minlength=self.items.n) == 0)
        judged = solvers.evaluate(problem, label)
        return judged.objective - float(problem.cost.at(empty, np.asarray(label)[empty]).sum())

    def item_name(self, item: int) -> str:
        """Name an item as the planner does: the unit's id, or the account's."""
        if item < len(self.case.unit_ids):
            return self.case.unit_ids[item]
        row = int(self.items.named[item - len(self.case.unit_ids)])
        return str(self.case.accounts["account_id"].iloc[row])

    @cached_property
    def current(self) -> Longs:
        """Territory of each account today, -1 for none and for one that the plan does not have."""
        today = self.case.current.map(self.number)
        return np.asarray(pd.to_numeric(today).fillna(-1).to_numpy(dtype=np.int64))


def open_position(plan: Plan, *, solved: Estimate | None = None) -> Position:
    """Open a plan for questions.

    Parameters
    ----------
    plan : Plan
    solved : Estimate, optional
        The ways that it was solved with, where they are still at hand.

    Raises
    ------
    InputError
        The plan was made before plans kept their keys.
    """
    return Position(plan, reopened(plan, solved=solved))
