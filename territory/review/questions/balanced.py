"""Is it balanced: loads, accounts, sales and certainty are spread as the goals are."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from territory.messages import counted
from territory.review.fairness import fairness, outsiders
from territory.review.questions.check import Check, extreme, named, unknown
from territory.wording import LIMIT, beside_band, measure_label, percent, signed_percent
from territory.workforce.travel_check import OTHER_TOURS

if TYPE_CHECKING:
    import pandas as pd

    from territory.inputs.scenario.review import ReviewKeys
    from territory.plan import Plan

__all__ = ["balanced_checks"]


_FULLEST = 3
"""Territories with overfull days that are named."""


def balanced_checks(plan: Plan, frame: pd.DataFrame, keys: ReviewKeys) -> Iterator[Check]:
    """Yield whether loads are in their bands, even, within capacity, and surely so."""
    beyond = outsiders(plan)
    for row in fairness(plan).to_dict("records"):
        label = measure_label(row["measure"]).partition(" (")[0]
        own = beyond[beyond["measure"] == row["measure"]]
        worst = (
            f"worst {row['worst_territory']}, "
            f"{beside_band(row['worst_deviation'], row['tolerance'])}"
        )
        yield Check(
            question="balanced",
            what=f"{label} of every territory within ± {percent(row['tolerance'], 0)} of its goal",
            passed=own.empty,
            found=worst if own.empty else f"{len(own):,} outside, {worst}",
            evidence=(
                *(
                    f"{each['territory_id']} {signed_percent(each['deviation'])}: {each['why']}"
                    for each in own.to_dict("records")
                ),
                *([f"Gini {row['gini']:.3f}"] if math.isfinite(row["gini"]) else []),
                *(
                    [f"largest ÷ smallest {row['max_min']:.2f}"]
                    if math.isfinite(row["max_min"])
                    else []
                ),
            ),
            hard=True,
            compares=True,
        )
    if "workload_h" in plan.measures:
        yield _routed(plan)
    yield _utilised(frame, keys)
    yield from _spread_checks(plan, frame, keys)
    yield _sure(plan, frame, keys)


def _sure(plan: Plan, frame: pd.DataFrame, keys: ReviewKeys) -> Check:
    """Judge how sure the balance of the potential is, by what any plan could reach."""
    what = (
        "Potential surely inside its band: probability at least "
        f"{percent(keys.probability_least, 0)} of what is attainable"
    )
    if "probability" not in frame or "probability_attainable" not in frame:
        return unknown("balanced", what, "the potential has no interval")
    best = frame["probability_attainable"].astype(float)
    rows = frame.assign(sure=frame["probability"] / best.where(best > 0))
    wrong = rows[rows["sure"] < keys.probability_least]
    at, _ = extreme(rows, "sure", lowest=True)
    own = rows[rows["territory_id"] == at].to_dict("records")[0]
    review = plan.record.review
    inside, everywhere = review.get("expected_inside"), review.get("all_inside")
    told = [f"{counted(len(wrong), 'territory', 'territories')} below"] if len(wrong) else []
    if inside is not None and everywhere is not None:
        told.append(
            f"{float(str(inside)):.1f} of {len(frame):,} territories are expected inside, all at "
            f"once with a probability of {percent(float(str(everywhere)), 0)}"
        )
    return Check(
        question="balanced",
        what=what,
        passed=wrong.empty,
        found=f"least {at}, {percent(own['probability'], 0)} of "
        f"{percent(own['probability_attainable'], 0)}",
        evidence=tuple(told),
        compares=True,
    )


def _routed(plan: Plan) -> Check:
    """Whether the workload holds by the hours of the plan's own tours."""
    tolerance = plan.record.measures["workload_h"].tolerance
    what = f"Workload by routed tours within ± {percent(tolerance, 0)} of its goal"
    if "routed_deviation" not in plan.territories:
        return unknown("balanced", what, "the plan was not routed: design it at normal effort")
    rows = plan.territories.set_index("territory_id")["routed_deviation"]
    worst = str(rows.abs().idxmax())
    beyond = rows[rows.abs() > tolerance + LIMIT]
    found = f"worst {worst}, {beside_band(float(rows[worst]), tolerance)}"
    return Check(
        question="balanced",
        what=what,
        passed=beyond.empty,
        found=found if beyond.empty else f"{len(beyond):,} outside, {found}",
        evidence=(
            *(
                f"{at} {signed_percent(float(each))}{_by_tours(plan, str(at))}"
                for at, each in beyond.items()
            ),
            *_near_the_edge(plan, tolerance),
            *_full_days(plan),
            *_first_estimate(plan),
        ),
        hard=True,
        compares=True,
    )


def _near_the_edge(plan: Plan, tolerance: float) -> Iterator[str]:
    """Say which territories another way of planning their tours may put outside."""
    table = plan.territories
    if "routed_travel_h" not in table or "routed_workload_h" not in table:
        return
    off = table["routed_deviation"].astype(float).abs()
    spread = OTHER_TOURS * table["routed_travel_h"] / table["routed_workload_h"] * (1.0 + off)
    near = table[(off <= tolerance + LIMIT) & (off + spread > tolerance)]
    if len(near):
        rows = zip(near["territory_id"], near["routed_deviation"], strict=True)
        yield (
            f"inside, but nearer to the edge than tours planned in another way differ (by "
            f"{percent(OTHER_TOURS, 0)} of the hours on the road): "
            + ", ".join(f"{at} {signed_percent(float(each))}" for at, each in rows)
            + "; a narrower tolerance of the workload leaves room for that"
        )


def _full_days(plan: Plan) -> Iterator[str]:
    """Name the territories whose calls do not fit into the days of the week."""
    told = plan.record.routed.further.get("full_days") if plan.record.routed else None
    if isinstance(told, list) and told:
        more = f", and {len(told) - _FULLEST} more" if len(told) > _FULLEST else ""
        yield (
            f"calls do not fit into the week's days everywhere: {'; '.join(told[:_FULLEST])}{more}"
        )


def _first_estimate(plan: Plan) -> Iterator[str]:
    """Name the territories whose hours were far off its tours when the plan was searched."""
    told = plan.record.routed.further if plan.record.routed else {}
    first = told.get("searched", told.get("estimate"))
    named = first.get("far_off") if isinstance(first, dict) else None
    if isinstance(named, list):
        yield from (f"when it was searched, before its tours: {each}" for each in named)


def _by_tours(plan: Plan, territory: str) -> str:
    """Say why a territory is outside by its tours: their hours beside those that are planned."""
    table = plan.territories
    if "routed_travel_h" not in table or "travel_h" not in table:
        return ""
    own = table[table["territory_id"] == territory]
    driven, planned = (float(own[name].sum()) for name in ("routed_travel_h", "travel_h"))
    nights = float(own["routed_nights"].sum()) if "routed_nights" in table else 0.0
    away = f", {nights:,.0f} nights away" if nights >= 1 else ""
    return f": {driven:,.0f} h on the road by tours, {planned:,.0f} h planned{away}"


def _utilised(frame: pd.DataFrame, keys: ReviewKeys) -> Check:
    what = (
        f"Every rep's workload between {percent(keys.utilisation_least, 0)} and "
        f"{percent(keys.utilisation_most, 0)} of the capacity"
    )
    if "utilisation" not in frame:
        return unknown("balanced", what, "the reps have no capacity in hours")
    value = frame["utilisation"].astype(float)
    wrong = frame[
        (value < keys.utilisation_least - LIMIT) | (value > keys.utilisation_most + LIMIT)
    ]
    (low, least), (high, most) = (extreme(frame, "utilisation", lowest=x) for x in (True, False))
    return Check(
        question="balanced",
        what=what,
        passed=wrong.empty,
        found=f"{low} {percent(least, 0)} to {high} {percent(most, 0)}",
        evidence=named(wrong, "utilisation"),
    )


def _spread_checks(plan: Plan, frame: pd.DataFrame, keys: ReviewKeys) -> Iterator[Check]:
    """Yield whether accounts, the top tier, sales and single large accounts are spread."""
    for name, label in (
        ("n_accounts", "Accounts"),
        ("n_top_accounts", f"Accounts of tier {keys.top_tier or 'A'}"),
        ("sales_usd", "Sales of the last year"),
    ):
        what = f"{label} of every territory within ± {percent(keys.spread_most, 0)} of its share"
        if f"{name}_deviation" not in frame or frame[f"{name}_deviation"].isna().all():
            yield unknown("balanced", what, "there are none")
            continue
        off = frame[f"{name}_deviation"].astype(float)
        wrong = frame[off.abs() > keys.spread_most]
        at = int(np.nanargmax(off.abs().to_numpy(dtype=np.float64)))
        yield Check(
            question="balanced",
            what=what,
            passed=wrong.empty,
            found=f"worst {frame['territory_id'].iloc[at]}, {signed_percent(float(off.iloc[at]))}",
            evidence=tuple(
                f"{row['territory_id']} {signed_percent(row[f'{name}_deviation'])}"
                for row in wrong.to_dict("records")
            ),
            compares=True,
        )
    most = percent(keys.concentration_most, 0)
    what = f"No account has more than {most} of its territory's potential"
    accounts = plan.accounts
    total = accounts.groupby("territory_id")["potential_usd"].transform("sum")
    share = (accounts["potential_usd"] / total.where(total > 0)).astype(float)
    if share.isna().all():
        yield unknown("balanced", what, "the potential is not known")
        return
    large = accounts.assign(share=share)[share > keys.concentration_most]
    largest = accounts.assign(share=share).nlargest(1, "share").to_dict("records")[0]
    yield Check(
        question="balanced",
        what=what,
        passed=large.empty,
        found=f"largest {largest['account_id']} of {largest['territory_id']}, "
        f"{percent(largest['share'], 0)}",
        evidence=tuple(
            f"{row['account_id']} {percent(row['share'], 0)} of {row['territory_id']}"
            for row in large.to_dict("records")
        ),
    )
