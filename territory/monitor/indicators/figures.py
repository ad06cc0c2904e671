"""Compute each indicator by territory as a part of a whole, so that districts sum theirs up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from territory.arrays import Floats
from territory.market.tier_order import names_of_plan, tier_order

if TYPE_CHECKING:
    from territory.monitor.facts.facts import Facts
    from territory.monitor.indicators.now import Now

__all__ = ["Part", "parts_of", "quotas_known"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Part:
    """Part and whole of an indicator by territory, (k,) each; its value is part ÷ whole.

    ``counts`` says that both are counts of which the part is a share: then small ones are shrunk
    and intervals are binomial. ``minus_one``: the value is part ÷ whole − 1.
    ``sd`` is that of one answer, where the value is a mean of answers.
    ``events``, (k,), are the pieces behind the part, where it is held against sales of before.
    """

    part: Floats
    whole: Floats
    counts: bool = False
    minus_one: bool = False
    sd: float = float("nan")
    events: Floats | None = None


def parts_of(facts: Facts, now: Now | None, quotas: pd.DataFrame | None = None) -> dict[str, Part]:
    """Return what is known; an indicator that is absent here is not known."""
    out: dict[str, Part] = {}
    if facts.panel.priced and quotas is not None:
        _quota(facts, quotas, out)
    quarter = facts.span.in_quarter()
    width = quarter.stop - quarter.start
    usual, now_sold = facts.base_revenue_usd, facts.panel.revenue_usd
    if not facts.panel.priced:
        usual, now_sold = facts.base_events, facts.panel.events
    before = facts.by_territory(usual) * width
    if facts.panel.known and before.sum() > 0:
        sold = facts.by_territory(now_sold[:, quarter].sum(axis=1))
        # Against the field's, so that season and market cancel.
        grown = float(sold.sum()) / float(before.sum())
        events = facts.by_territory(facts.panel.events[:, quarter].sum(axis=1))
        out["sales_change"] = Part(
            part=sold, whole=before * grown, minus_one=True, events=np.maximum(events, 0.0)
        )
    if facts.panel.known:
        _customers(facts, out)
    _deals(facts, out)
    _calls(facts, out)
    if facts.satisfaction is not None and len(facts.satisfaction):
        rows = facts.satisfaction["row"].to_numpy(np.intp)
        territory = facts.territory[rows]
        k = len(facts.territory_ids)
        score = facts.satisfaction["score"].to_numpy(float)
        count = np.bincount(territory, minlength=k).astype(float)
        total = np.bincount(territory, weights=score, minlength=k)
        sd = float(score.std(ddof=1)) if score.size > 1 else np.nan
        out["satisfaction"] = Part(part=np.asarray(total, dtype=np.float64), whole=count, sd=sd)
    if facts.roster is not None:
        away = facts.roster[facts.roster["state"].isin(["gone", "on leave"])]["territory_id"]
        new = facts.roster[facts.roster["state"] == "new"]["territory_id"]
        vacant = set(away) - set(new)
        there = np.array([float(name not in vacant) for name in facts.territory_ids])
        out["reps_in_place"] = Part(part=there, whole=np.ones(there.size))
    if now is not None:
        out["workload_now"] = Part(part=now.workload_h, whole=now.workload_goal_h, minus_one=True)
        out["potential_now"] = Part(
            part=now.potential_usd, whole=now.potential_goal_usd, minus_one=True
        )
        if now.routed_h is not None:
            out["routed_now"] = Part(part=now.routed_h, whole=now.capacity_h)
    _own(facts, out)
    return out


def quotas_known(facts: Facts) -> tuple[pd.DataFrame | None, str]:
    """Return ``territory_id, quarter, quota_usd`` of the plan's year; None and why there are none.

    Without [quotas] nobody asks why.
    """
    if facts.scenario is None or facts.scenario.quotas is None:
        return None, ""
    from territory.errors import InputError
    from territory.incentives.facts import incentive_case
    from territory.incentives.quota.quarters import quarterly_quotas
    from territory.incentives.quota.quotas import quotas_of

    try:
        case = incentive_case(facts.scenario, facts.plan)
        table = quarterly_quotas(case, quotas_of(case))
    except InputError as error:
        return None, error.messages[0].fact
    names = sorted(table["quarter"].astype("str").unique())
    if facts.span.quarter not in names:
        return None, f"they are of {names[0]} to {names[-1]}, and this is {facts.span.quarter}"
    return table, ""


def _quota(facts: Facts, table: pd.DataFrame, out: dict[str, Part]) -> None:
    order = {name: at for at, name in enumerate(facts.territory_ids)}
    quarters = {facts.span.quarter_at(at) for at in range(facts.span.count)}
    # The quotas' own year, which need not be the calendar's.
    year = set(table["quarter"].astype("str"))
    if facts.span.quarter not in year:
        return
    k = len(order)
    due, whole, share = np.zeros(k), np.zeros(k), np.zeros(k)
    for row in table.to_dict("records"):
        at = order[str(row["territory_id"])]
        whole[at] += float(row["quota_usd"])
        if row["quarter"] in quarters:
            part = _part_of_quarter(facts, str(row["quarter"]))
            due[at] += float(row["quota_usd"]) * part
            share[at] += float(row["season_share"]) * part
    in_year = [at for at in range(facts.span.count) if facts.span.quarter_at(at) in year]
    sold = facts.by_territory(facts.panel.revenue_usd[:, in_year].sum(axis=1))
    out["quota_attainment"] = Part(part=sold, whole=due)
    out["run_rate"] = Part(part=sold / np.maximum(share, 1e-300), whole=whole)
    if facts.deals is not None:
        left = np.maximum(whole - sold, 0.0)
        live = facts.deals[facts.deals["outcome"] == "open"]
        territory = facts.territory[live["row"].to_numpy(np.intp)]
        amount = np.nan_to_num(live["amount_usd"].to_numpy(float))
        cover = np.bincount(territory, weights=amount, minlength=k).astype(float)
        out["pipeline_cover"] = Part(part=cover, whole=left)


def _part_of_quarter(facts: Facts, quarter: str) -> float:
    months = sum(
        facts.span.step for at in range(facts.span.count) if facts.span.quarter_at(at) == quarter
    )
    return min(1.0, months / 3.0)


def _customers(facts: Facts, out: dict[str, Part]) -> None:
    accounts = facts.accounts
    window = 12 // facts.span.step
    late = facts.panel.events[:, -window:].sum(axis=1) > 0
    top = str(facts.plan.record.review.get("top_tier") or "A")
    here = ~accounts["state"].isin(["closed", "merged"]).to_numpy()
    ideal = (accounts["tier"].astype("str") == top).to_numpy() & here
    if ideal.any():
        out["ideal_engaged"] = Part(
            part=facts.by_territory((ideal & late).astype(float)),
            whole=facts.by_territory(ideal.astype(float)),
            counts=True,
        )
    sold = facts.panel.revenue_usd[:, -window:].sum(axis=1) * window / min(window, facts.span.count)
    potential = accounts["potential_now_usd"].to_numpy(float)
    planned = accounts["potential_usd"].to_numpy(float)
    potential = np.where(np.isfinite(potential), potential, np.nan_to_num(planned)) * here
    if potential.sum() > 0 and facts.panel.priced:
        out["penetration"] = Part(
            part=facts.by_territory(sold), whole=facts.by_territory(potential)
        )
    had = facts.base_events > 0
    recent = facts.panel.events[:, -max(1, 6 // facts.span.step) :].sum(axis=1) > 0
    if had.any():
        # Who buys seldom is no loss because it did not in half a year, however much at once.
        often = had & facts.base_steady
        out["retention"] = Part(
            part=facts.by_territory((often & recent).astype(float)),
            whole=facts.by_territory(often.astype(float)),
            counts=True,
        )


def _deals(facts: Facts, out: dict[str, Part]) -> None:
    if facts.deals is None or not len(facts.deals):
        return
    closed = facts.deals[facts.deals["outcome"] != "open"]
    k = len(facts.territory_ids)
    territory = facts.territory[closed["row"].to_numpy(np.intp)]
    lost = (closed["outcome"].eq("lost") & closed["competitor"].str.strip().ne("")).to_numpy()
    if closed["competitor"].str.strip().ne("").any():
        out["competitor_losses"] = Part(
            part=np.bincount(territory, weights=lost.astype(float), minlength=k).astype(float),
            whole=np.bincount(territory, minlength=k).astype(float),
            counts=True,
        )


def _calls(facts: Facts, out: dict[str, Part]) -> None:
    if facts.calls_made is None:
        return
    quarter = facts.span.in_quarter()
    months = facts.span.step * (quarter.stop - quarter.start)
    planned = np.nan_to_num(facts.accounts["n_calls"].to_numpy(float)) / 12.0 * months
    made = facts.calls_made[:, quarter].sum(axis=1)
    due = planned >= 1.0
    out["reach"] = Part(
        part=facts.by_territory((due & (made > 0)).astype(float)),
        whole=facts.by_territory(due.astype(float)),
        counts=True,
    )
    out["frequency"] = Part(
        part=facts.by_territory(_counted(made, planned)), whole=facts.by_territory(planned)
    )
    for tier in tier_order(facts.accounts["tier"].unique(), names_of_plan(facts.plan)):
        mine = (facts.accounts["tier"].astype("str") == tier).to_numpy() & (planned > 0)
        if tier and mine.any():
            out[f"frequency:{tier}"] = Part(
                part=facts.by_territory(np.where(mine, _counted(made, planned), 0.0)),
                whole=facts.by_territory(np.where(mine, planned, 0.0)),
            )
            called = mine & due
            out[f"reach:{tier}"] = Part(
                part=facts.by_territory((called & (made > 0)).astype(float)),
                whole=facts.by_territory(called.astype(float)),
                counts=True,
            )
    if facts.travel_booked_h is not None:
        booked = facts.by_territory(facts.travel_booked_h.sum(axis=1))
        plan_h = facts.plan.territories["travel_h"].to_numpy(float)
        part = facts.span.step * facts.span.count / 12.0
        out["travel_booked"] = Part(part=booked, whole=plan_h * part)


def _counted(made: Floats, planned: Floats) -> Floats:
    """Return calls that count: chance in small numbers does, twice the plan at one account not."""
    return np.minimum(made, 1.5 * planned + 1.0)


def _own(facts: Facts, out: dict[str, Part]) -> None:
    keys: Mapping[str, object] = facts.scenario.monitor.own if facts.scenario else {}
    if not keys or facts.own is None or facts.scenario is None:
        return
    from territory.errors import InputError
    from territory.messages import Message, quoted

    for name, own in facts.scenario.monitor.own.items():
        if own.column not in facts.own:
            raise InputError(
                Message(
                    f"monitor.own.{name}.column is {quoted(own.column)}, and today's accounts have "
                    "no such column",
                    hint="correct the name, or take the indicator out",
                )
            )
        value = facts.own[own.column].astype(float)
        by_id = pd.Series(value.to_numpy(), index=facts.own["account_id"].astype("str"))
        found = facts.accounts["account_id"].map(by_id[~by_id.index.duplicated()]).to_numpy(float)
        known = np.isfinite(found)
        count = facts.by_territory(known.astype(float))
        whole = count if own.how == "mean" else np.ones(count.size)
        out[name] = Part(part=facts.by_territory(np.where(known, found, 0.0)), whole=whole)
