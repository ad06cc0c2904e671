"""Every figure of the scorecard by territory, beside its goal, and how each spreads."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from territory.currency import in_words
from territory.review.fairness import gini, goal_shares, max_min, per_share
from territory.review.figure_table import FIGURES, Figure
from territory.review.scorecard import moved_mask, outside

if TYPE_CHECKING:
    import pandas as pd

    from territory.plan import Plan

__all__ = [
    "office_share",
    "plan_figures",
    "split_idns",
    "territory_figures",
]


_SIMULATED = (
    "potential_low_usd",
    "potential_high_usd",
    "probability",
    "probability_attainable",
)
"""Figures that territories.csv brings along."""


def split_idns(accounts: pd.DataFrame) -> pd.Series:
    """Return for each account whether its health system has accounts in several territories."""
    named = accounts["idn"].fillna("").ne("")
    n = accounts[named].groupby("idn")["territory_id"].nunique()
    return accounts["idn"].map(n).fillna(0).gt(1) & named


def _parts(plan: Plan) -> pd.DataFrame:
    """Return what each account adds to the figures, one column a part; and its territory."""
    import pandas as pd

    accounts = plan.accounts
    review = plan.record.review
    top = str(review.get("top_tier") or "A")
    # What is unknown stays so: it is no revenue of nothing, and no white space.
    revenue, potential = accounts["revenue_usd"], accounts["potential_usd"]
    moved = moved_mask(accounts)
    split = split_idns(accounts)
    office = 1.0 - office_share(plan)
    records = accounts["admin_h"].fillna(0.0) if "admin_h" in accounts else 0.0
    parts = {
        "n_accounts": pd.Series(1.0, index=accounts.index),
        "n_top_accounts": accounts["tier"].eq(top).astype(float),
        "n_calls": accounts["n_calls"],
        "call_min": accounts["n_calls"] * accounts["minutes"],
        **{name: accounts[name] for name in ("travel_h", "service_h", "workload_h")},
        "selling_h": accounts["service_h"] - records,
        "worked_h": accounts["workload_h"] / office,
        "potential_usd": potential,
        "revenue_usd": revenue,
        "known_usd": potential.where(revenue.notna()),
        "split_idn_revenue_usd": revenue.where(split, 0.0),
        "moved": moved.astype(float),
        "moved_revenue_usd": revenue.where(moved, 0.0),
    }
    if "competitor_usd" in accounts:
        rival = accounts["competitor_usd"]
        parts["competitor_usd"] = rival
        parts["rivals_known_usd"] = potential.where(rival.notna())
        parts["white_space_usd"] = (potential - revenue - rival).clip(lower=0.0)
    if "potential_mean_usd" in accounts:
        # An account without a mean counts with its potential: it is taken as certain.
        parts["potential_mean_usd"] = accounts["potential_mean_usd"].fillna(potential)
    for name in ("sales_usd", "sales_before_usd"):
        if name in accounts:
            parts[name] = accounts[name].fillna(0.0)
    if "growth_area" in accounts:
        growing = accounts["growth_area"].astype(bool)
        parts["n_growth_accounts"] = growing.astype(float)
        parts["growth_usd"] = potential.where(growing, 0.0)
    return pd.DataFrame({"territory_id": accounts["territory_id"], **parts})


def office_share(plan: Plan) -> float:
    """Return the share of the working hours that goes into meetings, training and the office."""
    from territory.inputs.scenario.workforce import Capacity

    given = plan.record.review.get("office_share", Capacity().admin_share)
    return float(str(given))


def _columns(plan: Plan) -> pd.DataFrame:
    """Return the parts summed by territory, and the figures that belong to the territory."""
    ids = plan.territories["territory_id"]
    sums = _parts(plan).groupby("territory_id").sum(min_count=1)
    out = sums.reindex(ids)
    # A territory without accounts has nothing; one of which nothing is known has not.
    out.loc[~out.index.isin(sums.index)] = 0.0
    out = out.reset_index()
    source = plan.territories
    if "capacity_h" in source and source["capacity_h"].gt(0).all():
        out["capacity_h"] = source["capacity_h"].to_numpy(dtype=np.float64)
    if "compactness" in source:
        out["compactness"] = source["compactness"].to_numpy(dtype=np.float64)
    else:
        from territory.review.context import compactness

        out["compactness"] = compactness(plan)
    for name in _SIMULATED:
        if name in source:
            out[name] = source[name].to_numpy(dtype=np.float64)
    accounts = plan.accounts
    named = accounts[accounts["idn"].fillna("").ne("")]
    if len(named):
        for name, rows in (("n_idns", named), ("n_split_idns", named[split_idns(named)])):
            found = rows.groupby("territory_id")["idn"].nunique()
            out[name] = found.reindex(ids).fillna(0).to_numpy(dtype=np.float64)
    return out


_ALL = slice(None)


def _value(figure: Figure, columns: pd.DataFrame, rows: slice = _ALL) -> NDArray[np.float64]:
    """Return a figure for each territory, or, of one row of sums, for the plan."""
    part = columns[figure.part or figure.name].to_numpy(dtype=np.float64)[rows]
    if not figure.whole:
        return part
    whole = columns[figure.whole].to_numpy(dtype=np.float64)[rows]
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = np.where(whole > 0, part / whole, np.nan)
    return ratio - 1.0 if figure.name == "sales_trend" else ratio


def _available(columns: pd.DataFrame) -> list[Figure]:
    return [
        figure
        for figure in FIGURES
        if (figure.part or figure.name) in columns
        and (not figure.whole or figure.whole in columns)
        and not ("idn" in figure.name and "n_idns" not in columns)
    ]


def territory_figures(plan: Plan) -> pd.DataFrame:
    """Return the full scorecard: one row a territory, each figure with its deviation.

    Parameters
    ----------
    plan : Plan
        Best with `territory.review.context.with_review`; figures without data are left out.

    Returns
    -------
    DataFrame
        ``territory_id, rep``, ``district_id, region_id`` where there are some, then every figure
        and, where it has a goal, ``NAME_deviation`` (fraction), last ``outside`` (measures
        outside their band). Measures of the plan keep their own goals; every other sum is compared
        with the territory's share of the total, every ratio with the plan's.

    Notes
    -----
    Sums are over the rows of accounts.csv: ``white_space_usd`` of an account is potential −
    revenue − competitors' sales, at least 0; the travel minutes are weighted by calls. What is
    unknown of an account (revenue, competitors' sales) is left out of sums and ratios, not taken
    for 0; where nothing is known the figure is NaN. The interval of the potential is simulated.

    selling_share = (service_h − admin_h) ÷ (workload_h ÷ (1 − office share)): hours at accounts
    by all working hours, with records of calls (``admin_h``, where there is a call plan) and the
    office share of [capacity] left out of the former.
    """
    import pandas as pd

    columns, source = _columns(plan), plan.territories
    out: dict[str, object] = {
        "territory_id": source["territory_id"].to_numpy(),
        "rep": source["rep_name"].where(source["rep_name"].ne(""), source["rep_id"]).to_numpy(),
    }
    for name in ("district_id", "region_id"):
        if name in source:
            out[name] = source[name].to_numpy()
    figures = _available(columns)
    measured = [name for name in plan.measures if name not in {each.name for each in figures}]
    for figure in figures:
        value = _value(figure, columns)
        whole = figure.name.startswith("n_")
        out[figure.name] = value.astype(np.int64) if whole and _is_whole(value) else value
        deviation = _deviation(plan, figure, value, columns)
        if deviation is not None:
            out[f"{figure.name}_deviation"] = deviation
    for name in measured:
        out[name] = source[name].to_numpy()
        out[f"{name}_deviation"] = source[f"{name}_deviation"].to_numpy()
    out["outside"] = outside(plan).to_numpy()
    return pd.DataFrame(out)


def _is_whole(value: NDArray[np.float64]) -> bool:
    return bool(np.isfinite(value).all() and (value == np.rint(value)).all())


def _deviation(
    plan: Plan, figure: Figure, value: NDArray[np.float64], columns: pd.DataFrame
) -> NDArray[np.float64] | None:
    if figure.name in plan.measures:
        found = plan.territories[f"{figure.name}_deviation"].to_numpy(dtype=np.float64)
        return np.asarray(found)
    if not figure.goal:
        return None
    goal: float | NDArray[np.float64]
    if figure.goal == "share":
        goal = goal_shares(plan, figure.name) * np.nansum(value)
    else:
        goal = _value(figure, _totals(columns))[0]
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.where(goal > 0, value / goal - 1.0, np.nan))


def plan_figures(plan: Plan) -> pd.DataFrame:
    """Return each figure of the whole plan and how it spreads over the territories.

    Returns
    -------
    DataFrame
        ``figure, label, plan`` (the sum, or the ratio of the sums; the mean for compactness and
        probability), ``mean, low, low_territory, high, high_territory, max_min, cv`` (standard
        deviation ÷ mean), ``gini``. The last three are of the values in proportion to the
        territories' goals, so that a part-timer's smaller share is no unfairness; they are NaN for
        figures that can be below 0.
    """
    import pandas as pd

    columns = _columns(plan)
    totals = _totals(columns)
    accounts, ids = plan.accounts, plan.territories["territory_id"].tolist()
    named = accounts[accounts["idn"].fillna("").ne("")]
    counted = {
        "n_idns": named["idn"].nunique(),
        "n_split_idns": named.loc[split_idns(named), "idn"].nunique(),
    }
    rows = []
    for figure in _available(columns):
        value = _value(figure, columns)
        if figure.name in counted:  # a health system of two territories is one of the plan
            whole = float(counted[figure.name])
        elif figure.name in {"compactness", "probability", "probability_attainable"}:
            whole = _mean(value)
        elif figure.name in _SIMULATED:  # simulated for the whole, too: ends do not add up
            whole = float(str(plan.record.review.get(figure.name, math.nan)))
        else:
            whole = float(_value(figure, totals)[0])
        fair = per_share(plan, figure.name, value) if figure.goal == "share" else value
        signed = figure.name == "sales_trend"
        mean = _mean(fair)
        known = bool(np.isfinite(value).any())
        low, high = (int(np.nanargmin(value)), int(np.nanargmax(value))) if known else (0, 0)
        rows.append(
            {
                "figure": figure.name,
                "label": in_words(figure.label),
                "plan": whole,
                "mean": _mean(value),
                "low": float(value[low]),
                "low_territory": ids[low],
                "high": float(value[high]),
                "high_territory": ids[high],
                "max_min": math.nan if signed else max_min(fair),
                "cv": float(np.nanstd(fair) / mean) if mean > 0 and not signed else math.nan,
                "gini": math.nan if signed else gini(fair),
            }
        )
    return pd.DataFrame(rows)


def _totals(columns: pd.DataFrame) -> pd.DataFrame:
    return columns.sum(numeric_only=True, min_count=1).to_frame().T


def _mean(value: NDArray[np.float64]) -> float:
    known = value[np.isfinite(value)]
    return float(known.mean()) if known.size else math.nan
