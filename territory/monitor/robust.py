"""Plans whose bands hold in most of the futures that a forecast leaves open."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from territory.errors import InfeasibleError, InputError
from territory.messages import Message
from territory.plan_record import PlanRecord

if TYPE_CHECKING:
    from territory.inputs.scenario.scenario import Scenario
    from territory.market.forecast.ahead import Ahead
    from territory.plan import Plan

__all__ = ["Held", "futures_held", "robust_design"]

Floats = NDArray[np.float64]

ROUNDS = 3
FUTURES = 500
_MEASURE = "potential_usd"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Held:
    """In which share of futures each territory is inside its band, and all of them at once.

    ``excess`` is how much farther from its goal each territory lies than planned, in the wanted
    share of futures, (k,).
    """

    by_territory: Floats
    all_at_once: float
    excess: Floats


def futures_held(
    plan: Plan, ahead: Ahead, tolerance: float, *, share: float, rng: np.random.Generator
) -> Held:
    """Draw futures of the potential and hold the plan's territories against their bands.

    Goals keep the plan's shares of each future's own total, as the referee judges.

    Parameters
    ----------
    plan : Plan
        Its potential is the forecast one already.
    ahead : Ahead
        Of the plan's accounts, in their order.
    tolerance : float
        Of the potential, as the scenario asks.
    share : float
        Of futures.
    rng : numpy.random.Generator
    """
    base = np.nan_to_num(plan.accounts[_MEASURE].to_numpy(float))
    relative = ahead.draws(FUTURES, rng) / ahead.factor  # (futures, n)
    ids = [str(each) for each in plan.territories["territory_id"]]
    position = {name: at for at, name in enumerate(ids)}
    row = np.array([position[str(each)] for each in plan.accounts["territory_id"]])
    loads = np.zeros((len(ids), FUTURES))
    np.add.at(loads, row, (relative * base).T)
    goal = plan.territories[f"{_MEASURE}_goal"].to_numpy(float)
    goals = (goal / goal.sum())[:, None] * loads.sum(axis=0)
    away = np.abs(loads / goals - 1.0)
    inside = away <= tolerance + 1e-9
    planned = np.abs(plan.territories[f"{_MEASURE}_deviation"].to_numpy(float))
    return Held(
        by_territory=inside.mean(axis=1),
        all_at_once=float(inside.all(axis=0).mean()),
        excess=np.quantile(away, share, axis=1) - planned,
    )


def robust_design(
    scenario: Scenario, *, share: float | None = None, design: Callable[[Scenario], Plan]
) -> Plan:
    """Design so that every territory's band holds in a share of futures, in at most three rounds.

    Each round tightens the band of the potential by how far futures carry territories away from
    where they were planned. The plan of the most futures is returned; it says what it reached.

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
        There is no quarter to plan for, or the potential is not balanced.
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
    if _MEASURE not in scenario.measures:
        raise InputError(Message(f"{_MEASURE} is not balanced, so no future can break its band"))
    wanted = scenario.forecast.robust if share is None else share
    tables = read_tables(scenario)
    tolerance = scenario.measures[_MEASURE].tolerance
    tight = tolerance
    best: Plan | None = None
    score = (False, -1.0)
    rounds: list[dict[str, Any]] = []
    for _ in range(ROUNDS):
        try:
            plan = design(_with_tolerance(scenario, tight))
        except InfeasibleError:
            if best is None:
                raise
            rounds.append({"tolerance": round(tight, 4), "status": "infeasible"})
            break
        rng = np.random.default_rng(scenario.solve.seed)
        ahead = ahead_of(tables, plan.accounts, at)
        held = futures_held(plan, ahead, tolerance, share=wanted, rng=rng)
        least = float(held.by_territory.min())
        rounds.append(
            {
                "tolerance": round(tight, 4),
                "status": plan.status,
                "least_held": round(least, 4),
                "all_at_once": round(held.all_at_once, 4),
            }
        )
        whole = plan.status in {"optimal", "feasible"}
        if best is None or (whole, least) > score:
            best, score = plan, (whole, least)
        if whole and least >= wanted:
            break
        tight = max(0.1 * tolerance, tolerance - float(np.quantile(held.excess, 0.9)))
        if any(abs(tight - each["tolerance"]) < 1e-3 for each in rounds):
            break
    assert best is not None
    return replace(
        best, record=PlanRecord.from_dict(_told(best.summary, tolerance, wanted, score[1], rounds))
    )


def _with_tolerance(scenario: Scenario, tolerance: float) -> Scenario:
    measure = scenario.measures[_MEASURE].model_copy(update={"tolerance": tolerance})
    return scenario.model_copy(update={"measures": {**scenario.measures, _MEASURE: measure}})


def _told(
    summary: Mapping[str, Any],
    tolerance: float,
    wanted: float,
    score: float,
    rounds: list[dict[str, Any]],
) -> dict[str, Any]:
    reached = "reached" if score >= wanted else "not reached"
    note = (
        f"robust: the band of ±{100 * tolerance:.0f} % holds in at least {100 * score:.0f} % of "
        f"{FUTURES} drawn futures for every territory (wanted {100 * wanted:.0f} %: {reached}), "
        f"planned with ±{100 * float(summary['measures'][_MEASURE]['tolerance']):.1f} %"
    )
    return {
        **summary,
        "notes": [*summary.get("notes", []), note],
        "robust": {"share": wanted, "held": round(score, 4), "rounds": rounds},
    }
