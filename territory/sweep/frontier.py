"""The frontier of balance, travel and disruption: plans of which none is better in everything.

Each tolerance is solved at several prices of a handover, afresh and warm from the plan before; what
was found for one question is tried as the answer to all others. The prices at which one plan gives
way to the next say what a point of balance, and an account that keeps its rep, costs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, cast

import numpy as np
import pandas as pd

import solvers
from solvers.events import Observer, ignore
from solvers.stop import StopRule, never
from territory.arrays import Floats, Ints
from territory.encoding.desk.desk import Moved
from territory.encoding.encode import Encoding, encode
from territory.encoding.reopen import Reopened, reopened
from territory.errors import InputError
from territory.messages import Message, quoted
from territory.sweep.dominance import knee_of, marginal_usd, non_dominated
from territory.wording import LIMIT

if TYPE_CHECKING:
    from territory.plan import Plan

__all__ = ["AXES", "Axis", "Frontier", "Point", "frontier_of", "read_axes", "read_points"]

Axis = Literal["balance", "travel", "disruption"]

AXES: tuple[Axis, ...] = ("balance", "travel", "disruption")

FACTORS = (2.0, 1.5, 1.0, 0.7, 0.5)
"""Tolerances looked at, as multiples of the scenario's, loosest first."""

PRICES = (-1.0, 0.0, 0.2, 5.0)
"""USD a year for each USD of revenue in new hands, besides the scenario's own price; -1: no price
on relationships at all."""

_COLUMN = {"balance": "imbalance", "travel": "running_usd", "disruption": "moved_share"}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Point:
    """One plan of the frontier's search.

    Attributes
    ----------
    factor, price : float
        See `FACTORS` and `PRICES`.
    assignment : int32, shape (items,)
    gap : float
        Distance to the bound of what was minimised for this point; NaN where there is none.
    """

    factor: float
    price: float
    assignment: Ints
    gap: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Frontier:
    """What was found.

    Attributes
    ----------
    over : tuple of str
        Which of `AXES` count.
    table : DataFrame
        One row a plan, sorted by tolerance and price: ``point`` (P01, …), ``tolerance_factor,
        handover_price, feasible, imbalance`` (worst deviation), ``M_deviation`` for each measure,
        ``travel_h, running_usd`` (all but relationships), ``handover_usd, objective_usd,
        moved_accounts, moved_revenue_usd, moved_share, gap, on_frontier, knee``, then
        ``usd_per_point`` (running cost of a point of balance against the next looser plan on the
        frontier with the same price) and ``usd_per_account`` (running cost of each account that
        keeps its rep, against the next rougher plan with the same tolerance).
    least : DataFrame
        One row a tolerance: ``tolerance_factor, least_share`` (least revenue moved that was found)
        and ``bound_share`` (less than this is proved to be impossible).
    points : tuple of Point
        In the table's order.
    plan : Plan
        The plan that everything was solved from.
    """

    over: tuple[Axis, ...]
    table: pd.DataFrame
    least: pd.DataFrame
    points: tuple[Point, ...]
    plan: Plan

    def as_plan(self, name: str) -> Plan:
        """Return a point as a plan of its own, judged by its tolerance.

        Raises
        ------
        InputError
            There is no point of that name.
        """
        names = self.table["point"].tolist()
        if name not in names:
            raise InputError(
                Message(
                    f"{quoted(name)} is no point of the frontier",
                    hint=f"points are {names[0]} to {names[-1]}",
                )
            )
        point = self.points[names.index(name)]
        opened, encoding = _question(reopened(self.plan), point.factor)
        desk = Moved(
            plan=self.plan,
            opened=opened,
            encoding=encoding,
            roads=opened.roads,
            target=point.assignment,
            moved=np.flatnonzero(point.assignment != opened.assignment),
        )
        return desk.after(anew=True)[1]


def read_points(names: Sequence[str]) -> tuple[str, ...]:
    """Read names of points, before anything is solved: ``P03``, or its number.

    Raises
    ------
    InputError
        A word can be no point of any frontier.

    Examples
    --------
    >>> read_points(["P03", "p4", "12"])
    ('P03', 'P04', 'P12')
    """
    numbers = [name.strip().upper().removeprefix("P") for name in names]
    known = [number.isascii() and number.isdigit() and int(number) > 0 for number in numbers]
    wrong = [name for name, good in zip(names, known, strict=True) if not good]
    if wrong:
        fact = f"{', '.join(map(quoted, wrong))} is no point of a frontier"
        raise InputError(
            Message(f"--save: {fact}", hint="points are P01, P02, …, as it lists them")
        )
    return tuple(f"P{int(number):02d}" for number in numbers)


def read_axes(text: str) -> tuple[Axis, ...]:
    """Read ``balance,travel,disruption``.

    Raises
    ------
    InputError
        A word is none of them, or there are fewer than two.
    """
    words = [word.strip() for word in text.split(",") if word.strip()]
    wrong = [word for word in words if word not in AXES]
    if wrong or len(set(words)) < 2:
        fact = f"{', '.join(map(quoted, wrong))} is no axis" if wrong else "one axis is no frontier"
        raise InputError(Message(f"--over: {fact}", hint=f"take two or three of {', '.join(AXES)}"))
    return cast("tuple[Axis, ...]", tuple(each for each in AXES if each in words))


def frontier_of(
    plan: Plan,
    *,
    over: Sequence[Axis] = AXES,
    factors: Sequence[float] = FACTORS,
    prices: Sequence[float] = PRICES,
    observer: Observer = ignore,
    stop: StopRule = never,
) -> Frontier:
    """Look for plans that are better than the others in balance, travel or disruption.

    Parameters
    ----------
    plan : Plan
        Where the work starts; its hours on the road are those of all points.
    over : sequence of {"balance", "travel", "disruption"}
    factors, prices : sequence of float
        What is looked at; only 1 and 0 where balance or disruption do not count.
    observer : Observer
    stop : StopRule
        What is found until then is kept.

    Raises
    ------
    InputError
        The plan was made before plans kept their keys, or there is no alignment of today to keep.
    """
    start = reopened(plan)
    if "disruption" in over and not (start.case.current != "").any():
        raise InputError(
            Message(
                "today's alignment is not known: nothing can be moved less or more",
                hint="take --over balance,travel, or name an alignment under [inputs]",
            )
        )
    factors = tuple(factors) if "balance" in over else (1.0,)
    prices = tuple(prices) if "disruption" in over else (0.0,)
    revenue = _moved_revenue(start)
    found: list[Ints] = [start.assignment, _today(start)]
    asked: list[tuple[float, float, float]] = []
    questions = {factor: _question(start, factor) for factor in factors}
    for factor in factors:
        warm = found[-1]
        for price in prices:
            problem = _priced(*questions[factor], revenue, price)
            bound = float("-inf")
            for begin in (None, warm):
                result = solvers.solve(
                    problem,
                    effort="quick",
                    seed=start.case.scenario.solve.seed,
                    start=begin,
                    observer=observer,
                    stop=stop,
                )
                found.append(result.assignment)
                bound = max(bound, result.bound)
            warm = found[-1]
            asked.append((factor, price, bound))
            if stop() is not None:
                break
        if "disruption" in over and stop() is None:
            result = solvers.solve(
                _revenue_alone(questions[factor][1], revenue),
                effort="normal" if factor == 1.0 else "quick",
                seed=start.case.scenario.solve.seed,
                observer=observer,
                stop=stop,
                prove=False,
            )
            found.append(result.assignment)
    least = []
    if "disruption" in over:
        least = [_least(questions[each][1], revenue, each, found, start) for each in factors]
    points = _best_of_all(questions, revenue, asked, found)
    table = _table(start, revenue, points, tuple(over))
    return Frontier(
        over=tuple(over),
        table=table,
        least=pd.DataFrame(least, columns=["tolerance_factor", "least_share", "bound_share"]),
        points=tuple(points),
        plan=plan,
    )


def _question(start: Reopened, factor: float) -> tuple[Reopened, Encoding]:
    """Return the case with tolerances times a factor, and its problem."""
    scenario = start.case.scenario
    measures = {
        name: each.model_copy(update={"tolerance": min(1.0, factor * each.tolerance)})
        for name, each in scenario.measures.items()
    }
    rules = scenario.rules.model_copy(
        update=dict.fromkeys(("max_moved_accounts", "max_moved_revenue", "max_moved_workload"))
    )
    asked = scenario.model_copy(update={"measures": measures, "rules": rules})
    opened = replace(start, case=replace(start.case, scenario=asked))
    return opened, encode(opened.case, opened.roads)


def _today(start: Reopened) -> Ints:
    """Return today's territory of each item where it has one, else the plan's."""
    current = encode(start.case, start.roads).problem.changes.current
    return np.where(current >= 0, current, start.assignment).astype(np.int32)


def _moved_revenue(start: Reopened) -> Floats:
    """Return the revenue that changes hands with each item in each territory, (items, k)."""
    case = start.case
    of_account = encode(case, start.roads).item_of_account
    n, k = start.assignment.size, len(case.team)
    number = {name: t for t, name in enumerate(case.team["territory_id"])}
    today = case.current.map(number).fillna(-1).to_numpy().astype(np.int64)
    known = (case.current != "").to_numpy()
    revenue = np.maximum(case.accounts["revenue_usd"].fillna(0.0).to_numpy(dtype=np.float64), 0.0)
    total = np.bincount(of_account[known], weights=revenue[known], minlength=n)
    out = np.repeat(total[:, None], k, axis=1)
    held = np.flatnonzero(today >= 0)
    np.subtract.at(out, (of_account[held], today[held]), revenue[held])
    return np.maximum(out, 0.0)


def _priced(opened: Reopened, encoding: Encoding, revenue: Floats, price: float) -> solvers.Problem:
    """Return the problem with another price on what changes hands."""
    problem = encoding.problem
    if price == 0:
        return problem
    given = cast("solvers.MatrixCost", problem.cost)
    if price > 0:
        cost = given.cost + price * revenue
    else:
        usd = opened.case.scenario.objective.model_copy(
            update={"handover": 0.0, "handover_tenure": 0.0, "handover_pipeline": 0.0}
        )
        scenario = opened.case.scenario.model_copy(update={"objective": usd})
        free = replace(opened.case, scenario=scenario, handover=np.zeros(len(opened.case.accounts)))
        cost = cast("solvers.MatrixCost", encode(free, opened.roads).problem.cost).cost
    return replace(problem, cost=solvers.MatrixCost(cost=cost, travel=given.travel))


def _revenue_alone(encoding: Encoding, revenue: Floats) -> solvers.Problem:
    """Return the problem in which only the revenue that changes hands is minimised."""
    problem = encoding.problem
    given = cast("solvers.MatrixCost", problem.cost)
    return replace(
        problem,
        cost=solvers.MatrixCost(cost=revenue, travel=given.travel),
        groups=solvers.Groups(),
        borders=solvers.Borders(),
        changes=replace(problem.changes, move_cost=np.zeros(problem.n)),
    )


def _least(
    encoding: Encoding, revenue: Floats, factor: float, found: list[Ints], start: Reopened
) -> tuple[float, float, float]:
    """Return the least share of revenue that was moved at a tolerance, and what is proved of it."""
    problem = encoding.problem
    total = max(float(revenue.max(axis=1).sum()), LIMIT)
    units = np.arange(problem.n)
    kept = [label for label in found if solvers.evaluate(problem, label).feasible]
    if not kept:
        return factor, float("nan"), float("nan")
    best = min(kept, key=lambda label: float(revenue[units, label].sum()))
    question = _revenue_alone(encoding, revenue)
    judged = solvers.certified(question, best, effort="quick", seed=start.case.scenario.solve.seed)
    moved = float(revenue[units, best].sum())
    bound = judged.bound if np.isfinite(judged.bound) else float("nan")
    return factor, moved / total, max(0.0, bound) / total


def _best_of_all(
    questions: dict[float, tuple[Reopened, Encoding]],
    revenue: Floats,
    asked: list[tuple[float, float, float]],
    found: list[Ints],
) -> list[Point]:
    """Return for each question the best plan that was found for any of them, with its gap."""
    out = []
    for factor, price, bound in asked:
        problem = _priced(*questions[factor], revenue, price)
        judged = [solvers.evaluate(problem, label) for label in found]
        rank = [(len(each.violations), float(each.excess.sum()), each.objective) for each in judged]
        at = min(range(len(found)), key=rank.__getitem__)
        value = judged[at].objective
        known = judged[at].feasible and np.isfinite(bound) and value > 0
        gap = max(0.0, (value - bound) / value) if known else float("nan")
        out.append(Point(factor=factor, price=price, assignment=found[at], gap=gap))
    return out


def _table(
    start: Reopened, revenue: Floats, points: list[Point], over: tuple[Axis, ...]
) -> pd.DataFrame:
    case = start.case
    units = np.arange(start.assignment.size)
    total = max(float(revenue.max(axis=1).sum()), LIMIT)
    rows = []
    for each in points:
        opened, encoding = _question(start, each.factor)
        judged = solvers.evaluate(encoding.problem, each.assignment)
        free = _priced(opened, encoding, revenue, -1.0)
        running = solvers.evaluate(free, each.assignment).objective
        at = each.assignment[encoding.item_of_account]
        travel = start.roads.hours[np.arange(at.size), at].sum()
        here = case.team["territory_id"].to_numpy()[at]
        moved = (case.current != "").to_numpy() & (case.current.to_numpy() != here)
        usd = float(revenue[units, each.assignment].sum())
        row = {
            "tolerance_factor": each.factor,
            "handover_price": each.price,
            "feasible": judged.feasible,
            "imbalance": round(float(np.abs(judged.deviation).max()), 6),
            **{
                f"{name}_deviation": round(float(np.abs(judged.deviation[:, a]).max()), 6)
                for a, name in enumerate(case.measures)
            },
            "travel_h": round(float(travel), 2),
            "running_usd": round(running, 2),
            "handover_usd": round(judged.objective - running, 2),
            "objective_usd": round(judged.objective, 2),
            "moved_accounts": int(moved.sum()),
            "moved_revenue_usd": round(usd, 2),
            "moved_share": round(usd / total, 6),
            "gap": round(each.gap, 6),
        }
        rows.append(row)
    frame = pd.DataFrame(rows)
    frame.insert(0, "point", [f"P{at + 1:02d}" for at in range(len(frame))])
    values = frame[[_COLUMN[axis] for axis in over]].to_numpy(dtype=np.float64)
    frame["on_frontier"] = non_dominated(values) & frame["feasible"].to_numpy(dtype=bool)
    frame["knee"] = knee_of(values, frame["on_frontier"].to_numpy(dtype=bool))
    return frame.assign(**marginal_usd(frame))
