"""From a plan on the desk to the arrays that judging a move needs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from territory.arrays import Floats
from territory.encoding.decode import patchable
from territory.encoding.desk.desk import Desk
from territory.encoding.desk.prepared import (
    MINUTE,
    Before,
    Held,
    Land,
    MeasureKeys,
    Prepared,
    Prices,
    Radius,
    Team,
    Texts,
)
from territory.encoding.outlines.compact import asked_shapes
from territory.encoding.reopen import scenario_of
from territory.encoding.verify import Caps
from territory.errors import InputError
from territory.workforce.travel_check import tour_keys, week_days
from territory.workforce.workload import on_site_h, trips_of

if TYPE_CHECKING:
    from territory.encoding.case import Case
    from territory.plan import Plan

__all__ = ["can_be_prepared", "files_beside", "prepared_of", "whole_figures"]


COUNTED = ("moved_accounts", "moved_revenue_usd", "split_idns")
"""Totals of a plan that a ledger tells."""


def can_be_prepared(plan: Plan) -> bool:
    """Whether judging moves of a plan needs no more than can be kept of it.

    It does where the plan does not know its own ways, or was made by rules that this version reads
    otherwise.
    """
    try:
        scenario_of(plan)
    except InputError:
        return False
    told = ["minutes", "travel_h", "nights"]
    return patchable(plan.accounts) and bool(plan.accounts[told].notna().all(axis=None))


def prepared_of(desk: Desk) -> Prepared | None:
    """Return the plan prepared, or None where it cannot be (`can_be_prepared`)."""
    plan, opened, ways = desk.plan, desk.opened, desk.ways
    if not can_be_prepared(plan):
        return None
    given = _given(ways.given)
    if given is None:
        return None
    case, model = opened.case, ways.model
    scenario, options = case.scenario, case.scenario.objective
    rules = scenario.rules
    return Prepared(
        held=_held(desk, given),
        land=_land(desk),
        team=_team(desk),
        measures=tuple(
            MeasureKeys(name=name, tolerance=each.tolerance)
            for name, each in scenario.measures.items()
        ),
        prices=Prices(
            travel_usd_h=options.travel_usd_h,
            night_usd=scenario.travel.night_usd,
            idn_split_usd=options.idn_split_usd,
            border_usd_km=options.border_usd_km,
            circuity=model.circuity,
            urban_kmh=model.urban_kmh,
            rural_kmh=model.rural_kmh,
            urban_km=model.urban_km,
            contiguity=rules.contiguity,
            currency=scenario.currency,
        ),
        caps=Caps(
            max_moved_accounts=rules.max_moved_accounts,
            max_moved_revenue=rules.max_moved_revenue,
            max_moved_workload=rules.max_moved_workload,
        ),
        radius=Radius(radius_km=rules.radius_km, radius_min=rules.radius_min),
        trips=trips_of(scenario),
        tours=tour_keys(scenario),
        quotas=scenario.quotas is not None,
        shapes=None if case.shapes is None else asked_shapes(case),
        before=Before(
            figures=whole_figures(plan),
            broken=[
                (each.rule, each.territory_id, each.measure, each.text)
                for each in plan.record.violations
            ],
        ),
    )


def files_beside(plan: Plan) -> list[str]:
    """Return the paths of the files outside its folder that a plan is prepared from.

    As `scenario_of` finds them: beside the scenario, whose path the plan says.
    """
    matrix = scenario_of(plan).travel.matrix
    if matrix is None:
        return []
    return [str(Path(str(plan.record.scenario_path)).parent / matrix)]


def whole_figures(plan: Plan) -> dict[str, float]:
    """Return the figures of the whole plan that a ledger tells; NaN is not known."""
    record = plan.record
    unknown = {} if "revenue_usd" in record.totals else {"moved_revenue_usd": float("nan")}
    return {
        "objective": record.objective,
        **record.terms,
        **{f"{name}_worst": each.imbalance for name, each in record.measures.items()},
        **{name: float(record.totals[name]) for name in COUNTED},
        **unknown,
    }


def _given(minutes: Floats | None) -> NDArray[np.uint32] | None:
    """Return the company's own minutes as they are kept; None where they are too many for it."""
    if minutes is None:
        return np.zeros((0, 0), dtype=np.uint32)
    steps = np.rint(minutes * MINUTE)
    if steps.max(initial=0.0) > np.iinfo(np.uint32).max:
        return None
    return steps.astype(np.uint32)


def _held(desk: Desk, given: NDArray[np.uint32]) -> Held:
    case, encoding, accounts = desk.opened.case, desk.encoding, desk.plan.accounts
    ids = pd.Index(case.team["territory_id"].astype("str"))
    today = accounts["current_territory_id"].fillna("").astype("str")
    position = ids.get_indexer(pd.Index(today)).astype(np.int32)
    idn, _ = pd.factorize(accounts["idn"].where(accounts["idn"].fillna("") != ""))

    def numbers(name: str) -> Floats:
        return pd.to_numeric(accounts[name]).to_numpy(dtype=np.float64)

    return Held(
        ids=Texts.of(accounts["account_id"].astype("str").tolist()),
        names=Texts.of(accounts["name"].fillna("").astype("str").tolist()),
        today_ids=Texts.of(today.tolist()),
        territory=ids.get_indexer(pd.Index(accounts["territory_id"])).astype(np.int32),
        item=encoding.item_of_account,
        idn=idn.astype(np.int32),
        today=np.where((position < 0) & (today != "").to_numpy(), -2, position).astype(np.int32),
        travel_h=numbers("travel_h"),
        nights=numbers("nights"),
        service_h=numbers("service_h"),
        workload_h=numbers("workload_h"),
        potential_usd=numbers("potential_usd"),
        revenue_usd=numbers("revenue_usd"),
        handover_usd=numbers("handover_usd"),
        pipeline_usd=numbers("pipeline_usd") if "pipeline_usd" in accounts else np.zeros(0),
        n_calls=numbers("n_calls"),
        minutes=numbers("minutes"),
        hop_min=numbers("hop_min"),
        on_site_min=numbers("on_site_min"),
        on_site_h=on_site_h(accounts),
        lonlat=accounts[["lon", "lat"]].to_numpy(dtype=np.float64),
        urban=desk.ways.urban[0],
        measures=np.column_stack([numbers(name) for name in case.measures]),
        given=given,
    )


def _land(desk: Desk) -> Land:
    case, problem = desk.opened.case, desk.encoding.problem
    edges = case.adjacency
    border = ~edges.bridge
    rules = case.scenario.rules
    points: Floats = np.zeros((0, 2))
    if rules.radius_km is not None or rules.radius_min is not None:
        points = case.unit_lonlat
    return Land(
        unit_ids=Texts.of(case.unit_ids),
        account_ids=Texts.of(
            desk.plan.accounts["account_id"].astype("str").iloc[desk.encoding.named].tolist()
        ),
        territory=desk.opened.assignment,
        activity=problem.balance.activity,
        goal=problem.balance.goal,
        lower=problem.balance.lower,
        upper=problem.balance.upper,
        travel_share=problem.balance.travel_share,
        indptr=problem.indptr,
        indices=problem.indices,
        exempt=problem.rules.exempt,
        pinned=problem.rules.pinned,
        forbidden=problem.rules.forbidden,
        together=problem.rules.together,
        current=problem.changes.current,
        moved_weight=problem.changes.moved_weight,
        moved_cap=problem.changes.moved_cap,
        edge_a=edges.a[border],
        edge_b=edges.b[border],
        edge_km=edges.border_km[border].round(4),
        unit_lonlat=points,
        unit_urban=desk.ways.model.urban(points).astype(np.float64),
    )


def _team(desk: Desk) -> Team:
    case, rows = desk.opened.case, desk.plan.territories
    routed = desk.plan.record.routed is not None and "routed_travel_h" in rows
    none: Floats = np.zeros(0)
    factors = desk.ways.factors
    return Team(
        ids=Texts.of(case.team["territory_id"].astype("str").tolist()),
        origins=desk.opened.roads.origins,
        urban=desk.ways.urban[1],
        shares=_shares(case),
        week_days=week_days(rows),
        deviations=np.column_stack(
            [rows[f"{name}_deviation"].to_numpy(dtype=np.float64) for name in case.measures]
        ),
        routed_travel_h=rows["routed_travel_h"].to_numpy(dtype=np.float64) if routed else none,
        routed_nights=rows["routed_nights"].to_numpy(dtype=np.float64) if routed else none,
        factor=np.zeros((0, 0)) if factors is None else factors,
        nights_per_h=none if desk.ways.nights_per_h is None else desk.ways.nights_per_h,
    )


def _shares(case: Case) -> Floats:
    return np.ascontiguousarray(case.shares, dtype=np.float64)
