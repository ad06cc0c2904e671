"""Centers and territories by turns, on the road, by the whole price of a plan.

With the territories given, each center goes where its own territory costs least by road, nights
away priced; with the centers given, the territories are searched again from what they are. Plans
that were good in the plane end 3 to 6 % cheaper on the road by it, plans by travel alone 2 to 7 %.

References
----------
Cooper: Heuristic methods for location-allocation problems, SIAM Review 6 (1964),
https://doi.org/10.1137/1006005
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

import solvers
from solvers.events import ignore
from solvers.stop import never
from territory.arrays import Ints, Longs
from territory.encoding.centers.ways import best_places, places_of, ways_from
from territory.encoding.encode import encode
from territory.encoding.roads import Roads, estimated_roads, with_origins
from territory.encoding.rules import Items, items_of

if TYPE_CHECKING:
    from solvers.effort import Effort
    from solvers.events import Observer
    from solvers.problem.evaluate import Evaluation
    from solvers.stop import StopRule
    from territory.encoding.case import Case
    from territory.encoding.centers.ways import Ways

__all__ = ["Located", "Question", "by_turns", "question_of"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Located:
    """Centers, and the territories that they came with.

    Attributes
    ----------
    centers : int64, shape (k,)
        The item on whose place each one sits.
    assignment : int32, shape (items,)
    evaluation : Evaluation
        By the whole price, with the hours on the road from these centers.
    """

    centers: Longs
    assignment: Ints
    evaluation: Evaluation

    @property
    def rank(self) -> tuple[bool, float, float]:
        """Order: rules kept, by how much they are broken, cost."""
        judged = self.evaluation
        others = sum(each.rule != "balance" for each in judged.violations)
        return not judged.feasible, others + float(judged.excess.sum()), judged.objective


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Question:
    """What stands still while centers are located.

    Attributes
    ----------
    case : Case
        Without origins.
    items : Items
    ways : Ways
        From the items' own places.
    changed : callable
        Makes of a problem the one that is asked.
    observer : Observer
    stop : StopRule
    end_s : float
        When the user's time for it is over, by `time.monotonic`.
    last : list of Roads
        The ways that were asked for last: most centers stay where they are from turn to turn.
    """

    case: Case
    items: Items
    ways: Ways
    changed: Callable[[solvers.Problem], solvers.Problem]
    observer: Observer
    stop: StopRule
    end_s: float
    last: list[Roads] = field(default_factory=list)

    @property
    def over(self) -> bool:
        """Whether nobody waits for more."""
        return self.stop() is not None or time.monotonic() >= self.end_s

    def solve(
        self,
        problem: solvers.Problem,
        effort: Effort,
        *,
        start: Ints | None = None,
        shift: int = 0,
        prove: bool = False,
    ) -> solvers.Result:
        """Search within what is left of the time; the seed is the scenario's, shifted."""
        options = self.case.scenario.solve
        left_s = self.end_s - time.monotonic()
        return solvers.solve(
            self.changed(problem),
            effort=effort,
            seed=options.seed + shift,
            time_limit_s=None if np.isinf(left_s) else max(0.01, left_s),
            start=start,
            threads=options.threads,
            observer=self.observer,
            stop=self.stop,
            prove=prove,
        )

    def encoded(self, centers: Longs) -> solvers.Problem:
        """Return the problem with centers on the places of these items, as a plan is priced."""
        return encode(*self.roads(centers)).problem

    def roads(self, centers: Longs) -> tuple[Case, Roads]:
        """Return the case with centers on the places of these items, and the ways from there."""
        there = with_origins(self.case, self.ways.places[centers])
        known = self.last.pop() if self.last else None
        self.last.append(estimated_roads(there, located=True, known=known))
        return there, self.last[0]

    def own_roads(self, centers: Longs, assignment: Ints) -> tuple[Case, Roads]:
        """Return the case as `roads` does, and of the ways only each account's own.

        They are those of the table of all pairs, to the bit. Nobody has to wait for the others
        who wants the plan as it is, and no radius kept.
        """
        rows = np.arange(len(self.case.accounts))
        at = centers[assignment[self.items.of_account]][:, None]
        minutes = self.ways.minutes(rows, at)[0].round(4)
        hours, nights = self.ways.hours(rows, minutes)
        return with_origins(self.case, self.ways.places[centers]), Roads(
            origins=self.ways.places[centers],
            located=True,
            minutes=minutes,
            hours=hours.round(4),
            nights=nights.round(4),
            unit_minutes=np.zeros((len(self.case.unit_ids), 1)),
            start=None,
            own=assignment,
        )


def question_of(
    case: Case,
    *,
    changed: Callable[[solvers.Problem], solvers.Problem] = lambda problem: problem,
    observer: Observer = ignore,
    stop: StopRule = never,
    limit_s: float | None = None,
) -> Question:
    """Return what is asked where centers are to be located.

    Parameters
    ----------
    case : Case
        Origins that it has are not used.
    changed : callable
        Makes of every problem the one that is asked, such as with another limit.
    observer, stop
    limit_s : float, optional
        Most wall seconds, from now on.
    """
    began_s = time.monotonic()
    case = with_origins(case, np.full((len(case.team), 2), np.nan))
    items = items_of(case)
    return Question(
        case=case,
        items=items,
        ways=ways_from(case, places_of(case, items)),
        changed=changed,
        observer=observer,
        stop=stop,
        end_s=np.inf if limit_s is None else began_s + limit_s,
    )


def by_turns(
    asked: Question,
    plan: Ints,
    efforts: Sequence[Effort],
    *,
    centers: Longs | None = None,
    judged: Evaluation | None = None,
    shift: int = 0,
) -> Located:
    """Place centers and search territories in turn, and return the best plan met.

    Parameters
    ----------
    asked : Question
    plan : int32, shape (items,), 0 to k - 1
    efforts : sequence of str
        Effort of each turn. Where a turn moves no center, or finds nothing better, further turns
        of the same effort are left out.
    centers : int64, shape (k,), optional
        Where the plan was searched from, by item; its best places unless given.
    judged : Evaluation, optional
        What is told of the plan as it is where nobody waits for more; judged on the road unless
        given.
    shift : int
        Added to the scenario's seed.
    """
    done = None if centers is None else efforts[0]
    placed: Ints | None = None
    if centers is None:
        centers, placed = best_places(asked.case, asked.items, asked.ways, plan), plan
    if judged is not None and asked.over:
        return Located(centers=centers, assignment=plan, evaluation=judged)
    at = moved = centers
    problem = asked.encoded(centers)
    judged = solvers.evaluate(asked.changed(problem), plan)
    best = Located(centers=centers, assignment=plan, evaluation=judged)
    idle: Effort | None = None
    for effort in efforts:
        if asked.over:
            break
        if effort == idle:
            continue
        if best.assignment is not placed:
            placed = best.assignment
            moved = best_places(asked.case, asked.items, asked.ways, placed, at=best.centers)
        if effort == done and (moved == best.centers).all():
            idle = effort
            continue
        if (moved != at).any():
            at, problem = moved, asked.encoded(moved)
        found = asked.solve(problem, effort, start=best.assignment, shift=shift)
        there = Located(centers=moved, assignment=found.assignment, evaluation=found.evaluation)
        done = effort
        if there.rank < best.rank:
            best = there
        else:
            idle = effort
    return best
