"""What one rep is told: their own figures before and after, and nobody else's pay."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import pandas as pd

from territory.currency import short_money
from territory.messages import counted
from territory.rollout.briefs.brief import Brief, Figure, Table
from territory.rollout.briefs.money import money_of, pay_lines
from territory.wording import LIMIT, percent, signed_percent

if TYPE_CHECKING:
    from territory.plan import Plan
    from territory.rollout.change_set import ChangeSet

__all__ = ["briefs_of"]

SHOWN = 5
"""Most accounts of a list on one page."""


def briefs_of(
    plan: Plan,
    change: ChangeSet,
    *,
    pay: pd.DataFrame | None = None,
    guarantee: pd.DataFrame | None = None,
    dates: pd.DataFrame | None = None,
    resources: pd.DataFrame | None = None,
    reps: Sequence[str] | None = None,
) -> list[Brief]:
    """Return the briefs of some reps or of all, in the plan's order.

    Parameters
    ----------
    plan : Plan
    change : ChangeSet
    pay, guarantee : DataFrame, optional
        Of all reps (`Pay.reps`, `guarantee_by_rep`); each brief takes its own row only.
    dates : DataFrame, optional
        The timeline's rows of each territory's wave, with a column ``territory_id``.
    resources : DataFrame, optional
        See `workforce.resources.resources_of`.
    reps : sequence of str, optional
        Rep ids.
    """
    rows = change.territories
    today = {rep: t for rep, t in zip(rows["rep_from"], rows["territory_id"], strict=True) if rep}
    chosen = plan.territories[plan.territories["rep_id"].ne("")]
    if reps is not None:
        chosen = chosen[chosen["rep_id"].isin(set(reps))]
    measured = _measured(plan)
    made = []
    for rep, name, territory in chosen[["rep_id", "rep_name", "territory_id"]].itertuples(
        index=False, name=None
    ):
        before = today.get(rep, "")
        made.append(
            _brief(
                plan,
                change,
                (rep, name, territory, before),
                measured=measured,
                money=money_of(rep, pay, guarantee),
                dates=_dates(territory, dates),
                resources=_resources(territory, resources),
            )
        )
    return made


def _brief(
    plan: Plan,
    change: ChangeSet,
    who: tuple[str, str, str, str],
    *,
    measured: dict[str, dict[str, dict[str, float]]],
    money: dict[str, float],
    dates: tuple[tuple[str, str], ...],
    resources: tuple[tuple[str, str], ...],
) -> Brief:
    rep, name, territory, before = who
    accounts = change.accounts
    mine = accounts["rep_to"].eq(rep)
    mine_today = accounts["rep_from"].eq(rep)
    gained, lost = accounts[mine & ~mine_today], accounts[mine_today & ~mine]
    now = measured["today"].get(before, {}) if before else {}
    then = measured["plan"][territory]
    capacity = _capacity(plan, territory)
    figures = _figures(now, then, capacity, money)
    better, worse = _in_it(now, then, money, (len(gained), len(lost)))
    share = now.get("workload_h", math.nan) / capacity, then["workload_h"] / capacity
    if share[0] > 1 >= share[1] or share[0] > share[1] > 1:
        words = f"work for {percent(share[1], 0)} of your hours instead of {percent(share[0], 0)}"
        better = (words, *better)
    elif share[1] > max(share[0], 1.0):
        words = f"work for {percent(share[1], 0)} of your hours instead of {percent(share[0], 0)}"
        worse = (words, *worse)
    kept = int((mine & mine_today).sum())
    return Brief(
        rep_id=rep,
        rep_name=name or rep,
        territory=territory,
        territory_today=before,
        headline=_headline(before, territory, kept, gained, lost),
        figures=figures,
        gained=_table(gained, "from", "rep_from"),
        lost=_table(lost, "to", "rep_to"),
        n_kept=kept,
        better=better,
        worse=worse,
        pay=pay_lines(money),
        dates=dates,
        resources=resources,
    )


def _measured(plan: Plan) -> dict[str, dict[str, dict[str, float]]]:
    """Return accounts, hours and dollars by territory, today and in the plan."""
    accounts = plan.accounts
    travel_today = accounts.get("current_travel_h", math.nan)
    sides = {
        "plan": ("territory_id", accounts["travel_h"]),
        "today": ("current_territory_id", travel_today),
    }
    out: dict[str, dict[str, dict[str, float]]] = {}
    for side, (column, travel) in sides.items():
        owner = accounts[column].fillna("")
        frame = pd.DataFrame(
            {
                "accounts": 1.0,
                "service_h": accounts["service_h"].astype(float),
                "travel_h": travel,
                "potential_usd": accounts["potential_usd"].astype(float).fillna(0.0),
                "revenue_usd": accounts["revenue_usd"].astype(float).fillna(0.0),
                **{name: accounts[name].fillna(0.0) for name in ("sales_usd",) if name in accounts},
            }
        )
        sums = frame.groupby(owner).sum(min_count=1)
        sums["workload_h"] = sums["service_h"] + sums["travel_h"]
        columns = {name: sums[name].to_numpy(dtype=float) for name in sums.columns}
        out[side] = {
            str(place): {str(name): float(values[at]) for name, values in columns.items()}
            for at, place in enumerate(sums.index)
        }
    empty = dict.fromkeys(columns, 0.0)
    for territory in plan.territories["territory_id"]:
        out["plan"].setdefault(territory, empty)
    return out


def _capacity(plan: Plan, territory: str) -> float:
    if "capacity_h" not in plan.territories:
        return math.nan
    row = plan.territories.loc[plan.territories["territory_id"].eq(territory), "capacity_h"]
    return float(row.iloc[0])


def _figures(
    now: dict[str, float], then: dict[str, float], capacity: float, money: dict[str, float]
) -> tuple[Figure, ...]:
    rows = [
        _figure("Accounts", now, then, "accounts", "{:,.0f}".format, None),
        _figure("Revenue a year in them", now, then, "revenue_usd", short_money, True),
        *(
            [_figure("Sales of the last year in them", now, then, "sales_usd", short_money, True)]
            if "sales_usd" in then
            else []
        ),
        _figure("Potential a year", now, then, "potential_usd", short_money, True),
        _figure("Workload, hours a year", now, then, "workload_h", "{:,.0f}".format, None),
        _figure("of it on the road", now, then, "travel_h", "{:,.0f}".format, False),
    ]
    if capacity > 0:
        share = {"share": now.get("workload_h", math.nan) / capacity}
        planned = {"share": then["workload_h"] / capacity}
        rows.append(_figure("Share of your hours", share, planned, "share", percent, None))
    quota = (
        {"q": money.get("today_quota_usd", math.nan)},
        {"q": money.get("plan_quota_usd", math.nan)},
    )
    if math.isfinite(quota[1]["q"]):
        rows.append(_figure("Quota", *quota, "q", short_money, None))
    expected = (
        {"p": money.get("today_pay_usd", math.nan)},
        {"p": money.get("plan_pay_usd", math.nan)},
    )
    if math.isfinite(expected[1]["p"]):
        rows.append(_figure("Expected pay", *expected, "p", short_money, True))
    return tuple(rows)


def _figure(
    label: str,
    now: dict[str, float],
    then: dict[str, float],
    key: str,
    said: Callable[[float], str],
    more_is_good: bool | None,
) -> Figure:
    before, after = now.get(key, math.nan), then.get(key, math.nan)
    known = math.isfinite(before) and math.isfinite(after)
    if not known:
        change, good = "not known", None
    else:
        step = after - before
        relative = signed_percent(step / before, 0) if before else "new"
        change = "–" if abs(step) < LIMIT else relative
        # What is shown as no change is neither gain nor loss.
        same = abs(step) < LIMIT or not any(digit in change for digit in "123456789n")
        good = None if more_is_good is None or same else (step > 0) == more_is_good
    return Figure(
        label=label,
        today=said(before) if math.isfinite(before) else "not known",
        plan=said(after) if math.isfinite(after) else "not known",
        change=change,
        good=good,
    )


def _table(frame: pd.DataFrame, side: str, rep: str) -> Table:
    shown = frame.sort_values(["revenue_usd", "account_id"], ascending=[False, True]).head(SHOWN)
    rows = tuple(
        (
            str(row["name"]),
            short_money(row["revenue_usd"]),
            str(row[side] or "nobody"),
            str(row["why"] or "the rep of its territory changes"),
        )
        for row in shown.to_dict("records")
    )
    total = float(frame["revenue_usd"].fillna(0.0).sum())
    return Table(rows=rows, n=len(frame), revenue=short_money(total))


def _headline(
    before: str, territory: str, kept: int, gained: pd.DataFrame, lost: pd.DataFrame
) -> str:
    if not before:
        return f"You begin in {territory} with {counted(len(gained) + kept, 'account')}."
    if not len(gained) and not len(lost):
        return f"Nothing changes for you: {territory} keeps {counted(kept, 'account')}."
    goes = float(lost["revenue_usd"].fillna(0.0).sum())
    comes = float(gained["revenue_usd"].fillna(0.0).sum())
    parts = [f"You keep {counted(kept, 'account')}"]
    if len(gained):
        parts.append(f"gain {len(gained):,} with {short_money(comes)} of revenue")
    if len(lost):
        parts.append(f"hand over {len(lost):,} with {short_money(goes)}")
    text = parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
    return f"{text}." if before == territory else f"You go from {before} to {territory}. {text}."


def _in_it(
    now: dict[str, float], then: dict[str, float], money: dict[str, float], moves: tuple[int, int]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return what gets better and what gets worse, from the rep's own figures only."""
    better: list[str] = []
    worse: list[str] = []

    def say(key: str, up: str, down: str, more_is_good: bool, said: Callable[[float], str]) -> None:
        step = then.get(key, math.nan) - now.get(key, math.nan)
        if not math.isfinite(step) or abs(step) <= 0.01 * abs(now.get(key, 0.0)):
            return
        text = (up if step > 0 else down).format(said(abs(step)))
        (better if (step > 0) == more_is_good else worse).append(text)

    hours = "{:,.0f}".format
    say(
        "travel_h",
        "{} hours more a year on the road",
        "{} hours less a year on the road",
        False,
        hours,
    )
    say(
        "potential_usd",
        "{} more potential to sell into",
        "{} less potential to sell into",
        True,
        short_money,
    )
    say(
        "revenue_usd",
        "{} more revenue to start from",
        "{} less revenue to start from",
        True,
        short_money,
    )
    step = money.get("change_usd", math.nan)
    target = money.get("target_pay_usd", math.nan)
    if math.isfinite(step) and math.isfinite(target) and abs(step) >= 0.01 * target:
        way = "more" if step > 0 else "less"
        text = f"{short_money(abs(step))} {way} expected pay next year, in the mean"
        (better if step > 0 else worse).append(text)
    if moves[1]:
        worse.append(f"{counted(moves[1], 'relationship')} to hand over")
    held = money.get("gross_usd", math.nan)
    if math.isfinite(held) and held > 0:
        months = int(money.get("months", 0))
        better.append(
            f"{months} months of hold-harmless: you are paid at least what you earned in the same "
            "months of last year"
        )
    return tuple(better), tuple(worse)


def _dates(territory: str, dates: pd.DataFrame | None) -> tuple[tuple[str, str], ...]:
    if dates is None:
        return ()
    words = {
        "introduce": "first joint calls",
        "train": "training",
        "go live": "go-live",
        "last accounts": "accounts of other areas come and go",
        "late deals": "late deals change hands",
        "guarantee ends": "guarantee ends",
    }
    rows = dates[dates["territory_id"].eq(territory) & dates["step"].isin(words)]
    return tuple(
        (words[str(step)], str(day) or _days_from_go_live(int(offset)))
        for step, day, offset in rows[["step", "date", "day"]].itertuples(index=False, name=None)
    )


def _days_from_go_live(offset: int) -> str:
    if offset == 0:
        return "the day of the go-live"
    side = "before" if offset < 0 else "after"
    return f"{counted(abs(offset), 'day')} {side} the go-live"


def _resources(territory: str, resources: pd.DataFrame | None) -> tuple[tuple[str, str], ...]:
    if resources is None:
        return ()
    row = resources[resources["territory_id"].eq(territory)].iloc[0]
    return (
        ("Clinical support", f"{row['clinical_h']:,.0f} h a year"),
        ("Collateral", f"{row['collateral_sets']:,} sets a year"),
        ("Discretionary budget", f"{short_money(float(row['budget_usd']))} a year"),
    )
