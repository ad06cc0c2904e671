"""The loop that holds a plan on the road: route it, correct the hours, solve again from the plan.

What routed tours take goes back into the estimate as a factor by territory and distance, so that
the next plan is balanced in hours that the tours will confirm.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from territory.arrays import Floats, Longs
from territory.encoding.roads import Roads
from territory.encoding.routed.classes import EDGES_MIN, class_of, nights_by_tours
from territory.wording import LIMIT
from territory.workforce.travel_check import TravelCheck, far_off, full_days

if TYPE_CHECKING:
    from territory.encoding.case import Case
    from territory.inputs.scenario.scenario import Scenario
    from territory.plan import Plan

__all__ = ["ESTIMATE", "MOST_ACCOUNTS", "ROOM", "Routed", "corrected", "rounds_of", "with_routed"]


MOST_ACCOUNTS = 40_000
"""Accounts up to which a plan is routed; beyond, tours would take longer than the plan."""

ROOM = 0.01
"""Share of a goal by which bands with travel inside are narrower once a plan was routed: an
assumption, 0 to 0.05. What is routed anew differs a little from what hours were corrected by."""

ESTIMATE = ("estimate_travel_h", "estimate_reason")
"""Columns of a territory: the hours it was found with, and why tours are far from them."""

_THIN_H = 40.0
"""Estimated hours of a distance class at which it counts half, its territory's ratio the other."""

_LEAST, _MOST = 0.25, 4.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Routed:
    """A plan and what its tours say.

    Attributes
    ----------
    plan : Plan
        With the routed columns in its territories.
    check : TravelCheck
    outside : int
        Territories outside their band by routed hours.
    """

    plan: Plan
    check: TravelCheck
    outside: int

    @property
    def rank(self) -> tuple[bool, int, float]:
        """Order of plans of one loop: kept rules, territories outside, worst routed deviation."""
        worst = float(self.plan.territories["routed_deviation"].abs().max())
        return bool(self.plan.record.violations), self.outside, worst


def rounds_of(scenario: Scenario, accounts: pd.DataFrame) -> int:
    """Return how often at most a plan of the accounts is routed and solved again.

    Not where no measure holds travel, nor where none of them (``n_calls``) is called on.
    """
    travels = any(each.travel for each in scenario.measures.values())
    called = accounts["n_calls"].ge(1).any()
    if len(accounts) > MOST_ACCOUNTS or not travels or not called:
        return 0
    given = scenario.travel.rounds
    if given is not None:
        return given
    return 0 if scenario.solve.effort == "quick" else 3


def corrected(case: Case, roads: Roads, check: TravelCheck) -> Roads:
    """Return the roads with hours and nights that meet the tours, by territory and distance.

    Parameters
    ----------
    case : Case
    roads : Roads
        What the routed plan was made with, corrected or not.
    check : TravelCheck
        Of that plan.

    Notes
    -----
    The factor of a territory and distance class (to 45, to 120 minutes, beyond) is routed ÷
    estimated hours, drawn to the territory's own ratio where the class has few hours: each counts
    half at 40 h. Classes are then scaled together so that the territory's hours are the routed.
    Nights go with the hours to accounts beyond `overnight_min`, without which nobody stays away, in
    the territory's own proportion; where neither tours nor the estimate know one it stays as it is.
    """
    territory = {name: t for t, name in enumerate(case.team["territory_id"])}
    rows = check.accounts
    at = rows["territory_id"].map(territory).to_numpy(dtype=np.int64)
    band = class_of(rows["minutes"].to_numpy(dtype=np.float64))
    shape = (len(case.team), len(EDGES_MIN) + 1)
    routed, estimate = np.zeros(shape), np.zeros(shape)
    np.add.at(routed, (at, band), rows["routed_h"].to_numpy(dtype=np.float64))
    np.add.at(estimate, (at, band), rows["travel_h"].to_numpy(dtype=np.float64))
    own = routed.sum(axis=1) / np.maximum(estimate.sum(axis=1), LIMIT)
    own = np.where(estimate.sum(axis=1) > 0, own, 1.0)[:, None]
    by_band = (routed + _THIN_H * own) / (estimate + _THIN_H)
    whole = (by_band * estimate).sum(axis=1, keepdims=True)
    by_band *= np.where(
        whole > 0, routed.sum(axis=1, keepdims=True) / np.maximum(whole, LIMIT), 1.0
    )
    by_band = np.clip(by_band, _LEAST, _MOST)
    where = class_of(roads.minutes)
    factor = by_band[np.arange(len(case.team))[None, :], where]
    before = np.ones(1) if roads.factor is None else roads.factor
    hours = np.round(roads.hours * factor, 4)
    per_h = _nights_per_h(case, roads, check, at, by_band[at, band])
    far_min = case.scenario.travel.overnight_min
    return replace(
        roads,
        hours=hours,
        nights=nights_by_tours(roads.minutes, hours, roads.nights, per_h, far_min),
        factor=np.round(before * factor, 6),
        nights_per_h=per_h,
        free=None,
    )


def _nights_per_h(
    case: Case, roads: Roads, check: TravelCheck, at: Longs, factor: Floats
) -> Floats:
    """Return nights away for each hour to far accounts, shape (k,); NaN where nothing tells it.

    ``at``, ``factor``: the territory of each account of the tours, and what its hours get.
    """
    rows, k = check.accounts, len(case.team)
    far = rows["minutes"].to_numpy(dtype=np.float64) >= case.scenario.travel.overnight_min
    hours = np.round(rows["travel_h"].to_numpy(dtype=np.float64) * factor, 4)
    far_h = np.bincount(at, np.where(far, hours, 0.0), k)
    estimate = np.bincount(at, rows["nights"].to_numpy(dtype=np.float64), k)
    table = check.table.set_index("territory_id")["nights"]
    tours = table.reindex(case.team["territory_id"]).fillna(0.0).to_numpy(dtype=np.float64)
    told = (far_h > 0) & ((tours > 0) | (estimate > 0))
    before = np.full(k, np.nan) if roads.nights_per_h is None else roads.nights_per_h
    return np.where(told, np.round(tours / np.maximum(far_h, LIMIT), 8), before)


def with_routed(plan: Plan, check: TravelCheck, *, rounds: int) -> Routed:
    """Return the plan with routed hours by territory, and how many leave the band by them.

    The goal is the capacity's share of the routed total, as the goal of the estimate is.
    """
    table = check.table.set_index("territory_id")
    out = plan.territories.copy()
    ids = out["territory_id"]
    service = plan.accounts.groupby("territory_id")["service_h"].sum()
    travel = table["tour_h"].reindex(ids).fillna(0.0).to_numpy(dtype=np.float64)
    load = service.reindex(ids).fillna(0.0).to_numpy(dtype=np.float64) + travel
    out["routed_travel_h"] = travel.round(4)
    out["routed_nights"] = table["nights"].reindex(ids).fillna(0.0).to_numpy(dtype=np.float64)
    out["routed_workload_h"] = load.round(4)
    reasons = far_off(plan, check)
    out["estimate_travel_h"] = table["estimate_h"].reindex(ids).fillna(0.0).to_numpy()
    out["estimate_reason"] = pd.array([reasons.get(str(each), "") for each in ids], dtype="str")
    options = plan.record.measures.get("workload_h")
    share = _goal_shares(plan)
    deviation = load / (share * load.sum()) - 1.0
    out["routed_deviation"] = deviation.round(6)
    tolerance = options.tolerance if options else float("inf")
    beyond = np.abs(deviation) > tolerance + LIMIT
    routed_told = {
        "rounds": rounds,
        "outside": [str(each) for each in ids[beyond]],
        "worst_deviation": round(float(np.abs(deviation).max()), 6),
        **check.errors(),
        "far_off": [f"{name}: {reason}" for name, reason in reasons.items()],
        "full_days": [f"{name}: {words}" for name, words in full_days(check).items()],
    }
    return Routed(
        plan=replace(plan, territories=out, record=plan.record.but(routed=routed_told)),
        check=check,
        outside=int(beyond.sum()),
    )


def _goal_shares(plan: Plan) -> Floats:
    """Each territory's share of the workload: that of its goal, or of the capacity."""
    frame: pd.DataFrame = plan.territories
    goal = frame["workload_h_goal"] if "workload_h_goal" in frame else frame["capacity_h"]
    values = goal.to_numpy(dtype=np.float64)
    if not np.isfinite(values).all() or values.sum() <= 0:
        return np.full(len(frame), 1.0 / len(frame))
    return np.asarray(values / values.sum(), dtype=np.float64)
