"""What the checklist looks at: each check with its threshold, its figure and its evidence."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from territory.messages import counted
from territory.review.fairness import fairness, outsiders
from territory.review.scorecard import figures
from territory.wording import beside_band, compact_usd, measure_label, percent, signed_percent

if TYPE_CHECKING:
    import pandas as pd

    from territory.plan import Plan

__all__ = ["Check", "Question", "aligned_checks", "balanced_checks", "clear_checks"]

Question = Literal["balanced", "clear", "aligned"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing that was looked at.

    Attributes
    ----------
    question : Question
    what : str
        What is asked for, with its threshold.
    passed : bool or None
        None: the plan has no data to tell.
    found : str
        The figure that decides, with the territory it is about.
    evidence : tuple of str
        What else a reader needs, such as the binding rule of a territory that is outside.
    hard : bool
        Whether a plan that fails it must not be rolled out.
    """

    question: Question
    what: str
    passed: bool | None
    found: str
    evidence: tuple[str, ...] = ()
    hard: bool = False


def balanced_checks(plan: Plan, frame: pd.DataFrame, keys: Any) -> Iterator[Check]:
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
            evidence=tuple(
                f"{each['territory_id']} {signed_percent(each['deviation'])}: {each['why']}"
                for each in own.to_dict("records")
            ),
            hard=True,
        )
        even = row["gini"] <= keys.gini_most if math.isfinite(row["gini"]) else None
        ratio = row["max_min"]
        yield Check(
            question="balanced",
            what=f"{label} evenly spread: Gini at most {keys.gini_most:.2f}",
            passed=even,
            found="not known" if even is None else f"Gini {row['gini']:.3f}",
            evidence=(f"largest ÷ smallest {ratio:.2f}",) if math.isfinite(ratio) else (),
        )
    if "workload_h" in plan.measures:
        yield _routed(plan)
    yield _utilised(frame, keys)
    yield from _spread_checks(plan, frame, keys)
    what = (
        "potential surely inside its band: probability at least "
        f"{percent(keys.probability_least, 0)}"
    )
    if "probability" not in frame:
        yield _unknown("balanced", what, "the potential has no interval")
        return
    at, low = _extreme(frame, "probability", lowest=True)
    unsure = int(frame["probability"].lt(keys.probability_least).sum())
    yield Check(
        question="balanced",
        what=_upper(what),
        passed=low >= keys.probability_least,
        found=f"least {at}, {percent(low, 0)}",
        evidence=(f"{counted(unsure, 'territory', 'territories')} below",) if unsure else (),
    )


def _routed(plan: Plan) -> Check:
    """Whether the workload holds by the hours of the plan's own tours."""
    tolerance = plan.record.measures["workload_h"].tolerance
    what = f"Workload by routed tours within ± {percent(tolerance, 0)} of its goal"
    if "routed_deviation" not in plan.territories:
        return _unknown("balanced", what, "the plan was not routed: design it at normal effort")
    rows = plan.territories.set_index("territory_id")["routed_deviation"]
    worst = str(rows.abs().idxmax())
    beyond = rows[rows.abs() > tolerance + 1e-9]
    found = f"worst {worst}, {beside_band(float(rows[worst]), tolerance)}"
    return Check(
        question="balanced",
        what=what,
        passed=beyond.empty,
        found=found if beyond.empty else f"{len(beyond):,} outside, {found}",
        evidence=tuple(f"{at} {signed_percent(float(each))}" for at, each in beyond.items()),
        hard=True,
    )


def _utilised(frame: pd.DataFrame, keys: Any) -> Check:
    what = (
        f"Every rep's workload between {percent(keys.utilisation_least, 0)} and "
        f"{percent(keys.utilisation_most, 0)} of the capacity"
    )
    if "utilisation" not in frame:
        return _unknown("balanced", what, "the reps have no capacity in hours")
    value = frame["utilisation"].astype(float)
    wrong = frame[(value < keys.utilisation_least - 1e-9) | (value > keys.utilisation_most + 1e-9)]
    (low, least), (high, most) = (_extreme(frame, "utilisation", lowest=x) for x in (True, False))
    return Check(
        question="balanced",
        what=what,
        passed=wrong.empty,
        found=f"{low} {percent(least, 0)} to {high} {percent(most, 0)}",
        evidence=_named(wrong, "utilisation"),
    )


def clear_checks(
    plan: Plan, frame: pd.DataFrame, whole: pd.DataFrame, keys: Any
) -> Iterator[Check]:
    """Yield whether everybody knows what is whose: one territory each, in one piece."""
    accounts, ids = plan.accounts, plan.territories["territory_id"]
    doubled = int(accounts["account_id"].duplicated().sum())
    lost = int((~accounts["territory_id"].isin(ids)).sum())
    units = int(plan.alignment["unit_id"].duplicated().sum())
    units += int((~plan.alignment["territory_id"].isin(ids)).sum())
    yield Check(
        question="clear",
        what="Every account and unit in exactly one territory",
        passed=not (doubled or lost or units),
        found=f"{counted(doubled + lost, 'account')} and {counted(units, 'unit')} are not",
        hard=True,
    )
    apart = plan.territories[plan.territories["n_parts"].gt(1)]
    asked = any(each.rule == "contiguity" for each in plan.record.violations)
    yield Check(
        question="clear",
        what="Every territory in one piece",
        passed=apart.empty,
        found=f"{counted(len(apart), 'territory is', 'territories are')} not",
        evidence=tuple(
            f"{row['territory_id']} in {row['n_parts']} pieces" for row in apart.to_dict("records")
        ),
        hard=asked,
    )
    other = [
        each
        for each in plan.record.violations
        if each.rule not in {"balance", "contiguity", "assigned"}
    ]
    yield Check(
        question="clear",
        what="Every other rule of the scenario kept",
        passed=not other,
        found=f"{counted(len(other), 'rule')} broken",
        evidence=tuple(str(each.text) for each in other),
        hard=True,
    )
    n = int(accounts["exception"].astype(str).str.lower().eq("true").sum())
    share = n / max(len(accounts), 1)
    yield Check(
        question="clear",
        what=f"At most {percent(keys.exceptions_most, 0)} of accounts outside the territory of "
        "their unit",
        passed=share <= keys.exceptions_most,
        found=f"{n:,} ({percent(share)})",
    )
    yield _whole_systems(plan, whole, keys)
    yield _worst(
        "clear",
        f"Every territory compact: Polsby-Popper at least {keys.compactness_least:.2f}",
        frame,
        "compactness",
        least=keys.compactness_least,
    )


def _whole_systems(plan: Plan, whole: pd.DataFrame, keys: Any) -> Check:
    what = (
        f"At most {percent(keys.split_revenue_most, 0)} of the health systems' revenue split "
        "between reps"
    )
    if "n_idns" not in whole.index:
        return _unknown("clear", what, "no account names a health system")
    named = plan.accounts["idn"].fillna("").ne("")
    revenue = float(plan.accounts.loc[named, "revenue_usd"].fillna(0.0).sum())
    split, n, total = (
        float(whole["plan"][name]) for name in ("split_idn_revenue_usd", "n_split_idns", "n_idns")
    )
    found = f"{n:,.0f} of {counted(int(total), 'health system')} split"
    if revenue <= 0:
        return Check(question="clear", what=what, passed=n == 0, found=found)
    return Check(
        question="clear",
        what=what,
        passed=split / revenue <= keys.split_revenue_most,
        found=f"{found}, with {compact_usd(split)} or {percent(split / revenue, 0)}",
    )


def aligned_checks(plan: Plan, frame: pd.DataFrame, keys: Any) -> Iterator[Check]:
    """Yield whether the hours go where the potential is, and what the change costs."""
    accounts = plan.accounts
    top = accounts["tier"].eq(keys.top_tier)
    yield _covered(plan, frame, top, f"Tier {keys.top_tier}", keys, "no account has this tier")
    growing = None
    if "growth_area" in accounts:
        growing = accounts["growth_area"].astype(str).str.lower().eq("true")
    yield _covered(plan, frame, growing, "Growth areas", keys, "the scenario names no growth areas")
    yield _worst(
        "aligned",
        f"Travel at most {percent(keys.travel_share_most, 0)} of every territory's workload",
        frame.assign(travel_share=1.0 - frame["selling_share"].astype(float)),
        "travel_share",
        most=keys.travel_share_most,
    )
    what = f"At most {percent(keys.moved_revenue_most, 0)} of today's revenue gets another rep"
    known = figures(plan)
    share = known["moved_revenue_share"]
    if share is None:
        yield _unknown("aligned", what, "today's alignment or its revenue is not known")
        return
    yield Check(
        question="aligned",
        what=what,
        passed=share <= keys.moved_revenue_most,
        found=f"{percent(share)}, {counted(known['moved_accounts'], 'account')}",
    )


def _covered(
    plan: Plan, frame: pd.DataFrame, chosen: Any, name: str, keys: Any, missing: str
) -> Check:
    """Judge whether the reps who have some accounts have time for them, territory by territory."""
    what = (
        f"{name} covered: at least {percent(keys.covered_least, 0)} of their potential with reps "
        f"who are at most {percent(keys.utilisation_most, 0)} utilised"
    )
    if chosen is None or not chosen.any():
        return _unknown("aligned", what, missing)
    if "utilisation" not in frame:
        return _unknown("aligned", what, "the reps have no capacity in hours")
    accounts = plan.accounts.loc[chosen]
    worth = accounts.groupby("territory_id")["potential_usd"].sum()
    total = float(worth.sum())
    if not total > 0:
        return _unknown("aligned", what, "they have no potential")
    used = frame.set_index("territory_id")[["utilisation", "workload_h", "capacity_h"]]
    own = used.reindex(worth.index).assign(worth=worth).sort_values("worth", ascending=False)
    over = own[~(own["utilisation"] <= keys.utilisation_most + 1e-9)]
    share = 1.0 - float(over["worth"].sum()) / total
    own["slack"] = own["capacity_h"] - own["workload_h"]
    shown = own.loc[over.index] if len(over) else own.head(3)
    return Check(
        question="aligned",
        what=what,
        passed=share >= keys.covered_least,
        found=f"{percent(share, 0)}; {len(over):,} of {len(own):,} territories over capacity",
        evidence=tuple(
            f"{row['territory_id']}: {compact_usd(row['worth'])}, slack {row['slack']:+,.0f} h"
            for row in shown.reset_index(names="territory_id").to_dict("records")
        ),
    )


def _spread_checks(plan: Plan, frame: pd.DataFrame, keys: Any) -> Iterator[Check]:
    """Yield whether accounts, the top tier, sales and single large accounts are spread."""
    for name, label in (
        ("n_accounts", "Accounts"),
        ("n_top_accounts", f"Accounts of tier {keys.top_tier}"),
        ("sales_usd", "Sales of the last year"),
    ):
        what = f"{label} of every territory within ± {percent(keys.spread_most, 0)} of its share"
        if f"{name}_deviation" not in frame or frame[f"{name}_deviation"].isna().all():
            yield _unknown("balanced", what, "there are none")
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
        )
    most = percent(keys.concentration_most, 0)
    what = f"No account has more than {most} of its territory's potential"
    accounts = plan.accounts
    total = accounts.groupby("territory_id")["potential_usd"].transform("sum")
    share = (accounts["potential_usd"] / total.where(total > 0)).astype(float)
    if share.isna().all():
        yield _unknown("balanced", what, "the potential is not known")
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


def _worst(
    question: Question,
    what: str,
    frame: pd.DataFrame,
    name: str,
    *,
    least: float = -math.inf,
    most: float = math.inf,
) -> Check:
    """Judge every territory's figure by a limit; the worst one is named."""
    value = frame[name].astype(float)
    if value.isna().all():
        return _unknown(question, what, "it cannot be measured here")
    wrong = frame[(value < least) | (value > most)]
    at, worst = _extreme(frame, name, lowest=math.isfinite(least))
    shown = percent(worst) if name.endswith("_share") else f"{worst:.2f}"
    return Check(
        question=question,
        what=what,
        passed=wrong.empty,
        found=f"worst {at}, {shown}",
        evidence=_named(wrong, name),
    )


def _extreme(frame: pd.DataFrame, name: str, *, lowest: bool) -> tuple[str, float]:
    """Return the territory with the lowest or highest value, and the value."""
    value = frame[name].to_numpy(dtype=np.float64)
    at = int(np.nanargmin(value) if lowest else np.nanargmax(value))
    return str(frame["territory_id"].iloc[at]), float(value[at])


def _named(wrong: pd.DataFrame, name: str) -> tuple[str, ...]:
    shares: Sequence[str] = ("utilisation", "travel_share", "probability")
    return tuple(
        f"{row['territory_id']} "
        + (percent(row[name], 0) if name in shares else f"{row[name]:.2f}")
        for row in wrong.to_dict("records")
    )


def _unknown(question: Question, what: str, why: str) -> Check:
    return Check(question=question, what=_upper(what), passed=None, found=f"not known: {why}")


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]
