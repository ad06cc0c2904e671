"""Plans whose bands hold in most of the futures that a forecast leaves open.

A future draws the growth of every account's potential, and the work that goes with it: who buys
more is called on more, as much as this plan's own accounts show.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from territory.arrays import Floats
from territory.errors import InfeasibleError, InputError
from territory.messages import Message
from territory.plan_record import PlanRecord
from territory.wording import LIMIT, measure_label

if TYPE_CHECKING:
    from territory.inputs.scenario.scenario import Scenario
    from territory.market.forecast.ahead import Ahead
    from territory.plan import Plan

__all__ = [
    "Futures",
    "Held",
    "drawn_futures",
    "held_in",
    "robust_design",
    "tightened",
    "work_follows",
]


ROUNDS = 3
"""Designs after the first, each with tighter bands."""
FUTURES = 1_000
_MEASURES = ("workload_h", "potential_usd")
_AIM = 0.02
"""Bands are tightened for this much more than is wanted: what a thousand draws leave open."""
_TIGHTEST = 0.1
"""Of a tolerance: a narrower band is not tried."""
_FEWEST = 30
"""Accounts below which nothing is said of how work follows potential."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Futures:
    """Loads of a plan's territories in drawn futures.

    Attributes
    ----------
    deviations : mapping of str to float64, shape (k, futures)
        By measure: load ÷ goal − 1; goals keep the plan's shares of each future's own total, as the
        referee judges.
    planned : mapping of str to float64, shape (k,)
        The plan's own deviations.
    work : float
        Per cent more work of an account with one per cent more potential, see `work_follows`.
    """

    deviations: Mapping[str, Floats]
    planned: Mapping[str, Floats]
    work: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Held:
    """In which share of futures each territory is inside all its bands, and all of them at once.

    ``by_measure`` is the share of the least sure territory, measure by measure.
    """

    by_territory: Floats
    by_measure: Mapping[str, float]
    all_at_once: float


def work_follows(potential_usd: Floats, service_h: Floats) -> float:
    """Return by how many per cent work grows with one per cent of potential, 0 to 1.

    The slope of the logarithms over a plan's own accounts; 0 with fewer than thirty of them.

    Examples
    --------
    >>> usd = np.geomspace(1e3, 1e6, 40)
    >>> round(work_follows(usd, 2.0 * usd**0.5), 6)
    0.5
    >>> work_follows(usd, np.full(40, 10.0))
    0.0
    """
    known = (potential_usd > 0) & (service_h > 0)
    if int(known.sum()) < _FEWEST:
        return 0.0
    x, y = np.log(potential_usd[known]), np.log(service_h[known])
    spread = float(x.var())
    slope = float(np.mean((x - x.mean()) * (y - y.mean()))) / spread if spread > 0 else 0.0
    return min(1.0, max(0.0, slope))


def drawn_futures(plan: Plan, ahead: Ahead, *, rng: np.random.Generator) -> Futures:
    """Draw futures of potential and work.

    Parameters
    ----------
    plan : Plan
        Its potential is the forecast one already.
    ahead : Ahead
        Of the plan's accounts, in their order.
    rng : numpy.random.Generator
    """
    accounts = plan.accounts
    # What differs from the growth that the plan is made for, (futures, n).
    relative = np.maximum(ahead.draws(FUTURES, rng) / ahead.factor, 0.0)
    usd = np.nan_to_num(accounts["potential_usd"].to_numpy(float))
    hours = np.nan_to_num(accounts["service_h"].to_numpy(float))
    travel = np.nan_to_num(accounts["travel_h"].to_numpy(float))
    work = work_follows(usd, hours)
    position = {str(name): at for at, name in enumerate(plan.territories["territory_id"])}
    row = np.array([position[str(each)] for each in accounts["territory_id"]])
    drawn = {
        "potential_usd": relative * usd,
        # Who is called on more often is driven to more often.
        "workload_h": relative**work * (hours + travel),
    }
    deviations, planned = {}, {}
    for measure in _MEASURES:
        if measure not in plan.measures:
            continue
        loads = np.zeros((len(position), FUTURES))
        np.add.at(loads, row, drawn[measure].T)
        goal = plan.territories[f"{measure}_goal"].to_numpy(float)
        goals = (goal / goal.sum())[:, None] * loads.sum(axis=0)
        deviations[measure] = loads / goals - 1.0
        planned[measure] = plan.territories[f"{measure}_deviation"].to_numpy(float)
    return Futures(deviations=deviations, planned=planned, work=work)


def held_in(futures: Futures, tolerances: Mapping[str, float]) -> Held:
    """Hold the territories of every future against the bands that the scenario asks for."""
    inside = {
        measure: np.abs(away) <= tolerances[measure] + LIMIT
        for measure, away in futures.deviations.items()
    }
    both = np.logical_and.reduce(list(inside.values()))
    return Held(
        by_territory=both.mean(axis=1),
        by_measure={name: float(each.mean(axis=1).min()) for name, each in inside.items()},
        all_at_once=float(both.all(axis=0).mean()),
    )


def tightened(futures: Futures, measure: str, tolerance: float, *, share: float) -> float:
    """Return the band within which territories can be planned so that they hold in a share.

    What futures add to a territory's deviation is taken as it was drawn; the widest deviation is
    looked for at which the least sure territory still holds, on either side of its goal.
    """
    noise = futures.deviations[measure] - futures.planned[measure][:, None]

    def least(away: float) -> float:
        return min(
            float((np.abs(side * away + noise) <= tolerance).mean(axis=1).min())
            for side in (-1.0, 1.0)
        )

    low, high = _TIGHTEST * tolerance, tolerance
    # Where even a territory on its goal holds less often, nearly as often as that is asked.
    share = min(share, least(0.0) - _AIM)
    if least(high) >= share:
        return tolerance
    for _ in range(20):
        middle = (low + high) / 2.0
        low, high = (middle, high) if least(middle) >= share else (low, middle)
    return low


def on_goal(futures: Futures) -> Futures:
    """Return the same futures as if every territory had been planned exactly on its goal."""
    return replace(
        futures,
        deviations={
            name: each - futures.planned[name][:, None] for name, each in futures.deviations.items()
        },
        planned={name: np.zeros_like(each) for name, each in futures.planned.items()},
    )


def robust_design(
    scenario: Scenario, *, share: float | None = None, design: Callable[[Scenario], Plan]
) -> Plan:
    """Design so that every territory's bands hold in a share of futures, in at most three rounds.

    Each round tightens the bands by how far futures carry territories away from where they were
    planned, and is judged by futures of its own. The plan of the most futures is returned; it says
    what it reached.

    Parameters
    ----------
    scenario : Scenario
        With [forecast].at and a history.
    share : float, optional
        0 to 1; else [forecast].robust.
    design : callable
        From a scenario to a plan.

    Raises
    ------
    InputError
        There is no quarter to plan for, or neither work nor potential is balanced.
    """
    from territory.incentives.forecast.potential_ahead import ahead_of
    from territory.inputs.tables.tables import read_tables

    at = scenario.forecast.at
    if at is None:
        raise InputError(
            Message(
                "a robust plan needs the quarter that it is for",
                hint="write --at 2027Q4, or at under [forecast]",
            )
        )
    asked = {
        name: scenario.measures[name].tolerance for name in _MEASURES if name in scenario.measures
    }
    if not asked:
        raise InputError(
            Message(
                "neither workload_h nor potential_usd is balanced, so no future can break a band",
                hint="leave --robust out, or balance one of them under [balance]",
            )
        )
    wanted = scenario.forecast.robust if share is None else share
    tables = read_tables(scenario)
    tight, whole_at = dict(asked), dict(asked)
    best: Plan | None = None
    score, work, most = (False, -1.0), 0.0, 1.0
    rounds: list[dict[str, object]] = []
    for number in range(1 + ROUNDS):
        try:
            plan = design(_with_tolerances(scenario, tight))
        except InfeasibleError:
            if best is None:
                raise
            rounds.append({**_told_bands(tight), "status": "infeasible"})
            tight = _halfway(tight, whole_at)
            continue
        ahead = ahead_of(tables, plan.accounts, at)
        seed = scenario.solve.seed
        futures = drawn_futures(plan, ahead, rng=np.random.default_rng([seed, 0]))
        judged = drawn_futures(plan, ahead, rng=np.random.default_rng([seed, 1 + number]))
        held = held_in(judged, asked)
        least = float(held.by_territory.min())
        ceiling = float(held_in(on_goal(judged), asked).by_territory.min())
        rounds.append(
            {
                **_told_bands(tight),
                "status": plan.status,
                "least_held": round(least, 4),
                "all_at_once": round(held.all_at_once, 4),
                "on_goal": round(ceiling, 4),
                **{f"least_held_{name}": round(each, 4) for name, each in held.by_measure.items()},
            }
        )
        whole = plan.status in {"optimal", "feasible"}
        if best is None or (whole, least) > score:
            best, score, work, most = plan, (whole, least), futures.work, ceiling
        if whole and least >= min(wanted, ceiling - _AIM):
            break
        if not whole and number:
            tight = _halfway(tight, whole_at)
            continue
        whole_at = dict(tight)
        # Two bands hold at once less often than either: what is missing is asked of both.
        both = (1.0 + wanted) / 2.0
        aim = wanted + _AIM + (both - wanted - _AIM) * number / max(1, ROUNDS - 1)
        closer = {
            name: min(tight[name], tightened(futures, name, each, share=min(aim, both)))
            for name, each in asked.items()
        }
        if all(abs(closer[name] - tight[name]) < 1e-4 for name in asked):
            break
        tight = closer
    assert best is not None
    told = _told(best.record, asked, wanted, score[1], rounds, work, most)
    return replace(best, record=told)


def _halfway(tight: Mapping[str, float], whole_at: Mapping[str, float]) -> dict[str, float]:
    """Return bands between those that no plan was found for and the last that one was found for."""
    return {name: (each + whole_at[name]) / 2.0 for name, each in tight.items()}


def _told_bands(tight: Mapping[str, float]) -> dict[str, float]:
    return {f"tolerance_{name}": round(each, 4) for name, each in tight.items()}


def _with_tolerances(scenario: Scenario, tight: Mapping[str, float]) -> Scenario:
    measures = {
        name: scenario.measures[name].model_copy(update={"tolerance": each})
        for name, each in tight.items()
    }
    return scenario.model_copy(update={"measures": {**scenario.measures, **measures}})


def _told(
    record: PlanRecord,
    asked: Mapping[str, float],
    wanted: float,
    score: float,
    rounds: list[dict[str, object]],
    work: float,
    most: float,
) -> PlanRecord:
    reached = "reached" if score >= wanted else "not reached"
    bands = " and ".join(
        f"{_word(name)} ±{100 * each:.0f} % (planned with "
        f"±{100 * record.measures[name].tolerance:.1f} %)"
        for name, each in asked.items()
    )
    note = (
        f"robust: {bands} hold in at least {100 * score:.0f} % of {FUTURES:,} drawn futures for "
        f"every territory (wanted {100 * wanted:.0f} %: {reached}); an account with 1 % more "
        f"potential is drawn with {work:.2f} % more work, as in this plan"
    )
    if score < wanted:
        note += (
            f"; planned exactly on its goal the least sure territory would hold in {100 * most:.0f}"
            " %, so fewer territories, wider bands or an earlier quarter would help"
            if most < wanted + _AIM
            else "; no plan was found within narrower bands"
        )
    robust = {
        "share": wanted,
        "held": round(score, 4),
        "work_per_potential": round(work, 4),
        "rounds": rounds,
    }
    return record.but(notes=[*record.notes, note], robust=robust)


def _word(measure: str) -> str:
    return measure_label(measure).partition(" (")[0].lower()
