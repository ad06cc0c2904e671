"""Compare plans: every figure, the cost part by part, who has what, and what differs besides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pandas as pd

from territory.currency import code, in_words, speaks
from territory.dictionary.accounts import carried
from territory.errors import InputError
from territory.incentives.payout.by_territory import money_by_territory
from territory.messages import Message, counted
from territory.review.figures import plan_figures
from territory.wording import term_label

if TYPE_CHECKING:
    from territory.plan import Plan

__all__ = ["Comparison", "compare", "from_to"]

SUMS = ("workload_h", "travel_h", "potential_usd", "revenue_usd")

_DIGITS = 6
"""Digits behind the point in what is written: less than a cent, and no noise of sums."""

_MOST_LETTERS = 60
_MOST_KEYS = 8
"""Keys of two scenarios that are told apart by name; of more it is said how many."""

_MONEY = {
    "quota_usd": "Quotas, USD a year",
    "pay_usd": "Expected pay of all reps, USD a year",
    "pay_held_harmless_usd": "of it with nobody below last year, USD a year",
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Comparison:
    """Plans beside the first of them.

    Attributes
    ----------
    names : tuple of str
        What each plan is called; the first is what the others are held against.
    figures : DataFrame
        ``figure, label``, then for each plan its value and for all but the first
        ``NAME_change``: the scorecard's figures, the objective and its terms in USD a year, worst
        deviations. NaN where a plan does not have the figure.
    territories : DataFrame
        ``plan, territory_id, rep_id, n_accounts, workload_h, travel_h, potential_usd,
        revenue_usd``, where the plan has them ``quota_usd``, ``pay_usd`` (expected) and
        ``pay_held_harmless_usd``, and the change of each against the first plan, NaN where the
        first has no such territory or does not know it.
    moved : DataFrame
        ``plan, account_id, name, from, to, revenue_usd, potential_usd``: accounts that both plans
        have and that lie in another territory than in the first; ``from`` is empty where the first
        is today's alignment and nobody had the account.
    matrix : DataFrame
        ``plan, from, to, n_accounts, revenue_usd, potential_usd``.
    differs : tuple of str
        What makes the plans unlike beside their lines: other accounts, inputs, rules or teams.
    """

    names: tuple[str, ...]
    figures: pd.DataFrame
    territories: pd.DataFrame
    moved: pd.DataFrame
    matrix: pd.DataFrame
    differs: tuple[str, ...]

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return the tables by the name of their file or sheet."""
        return {
            "figures": self.figures,
            "territories": self.territories,
            "moved": self.moved,
            "matrix": self.matrix,
            "differs": pd.DataFrame({"differs": list(self.differs)}, dtype="str"),
        }


@speaks
def compare(plans: Mapping[str, Plan], *, pay: bool = True) -> Comparison:
    """Hold plans against the first of them.

    Parameters
    ----------
    plans : mapping of str to Plan
        At least two, by the names that they shall have.
    pay : bool
        Whether quotas and expected pay are worked out where a plan's scenario has them (seconds).

    Raises
    ------
    InputError
        There are fewer than two plans, or two have no account in common.
    """
    names = tuple(plans)
    if len(names) < 2:
        raise InputError(Message("one plan is nothing to compare with", hint="name a second one"))
    first = plans[names[0]]
    money, unpaid = _money(plans) if pay else ({}, [])
    moved, territories = [], []
    differs: list[str] = []
    for name in names[1:]:
        other = plans[name]
        common = set(first.accounts["account_id"]) & set(other.accounts["account_id"])
        if not common:
            raise InputError(
                Message(
                    f"{names[0]} and {name} have no account in common",
                    hint="compare plans of one company; account_id is matched as text",
                )
            )
        moved.append(_moved(first, other, name))
        territories.append(_territories(names[0], first, name, other, money))
        differs += _differences(names[0], first, name, other)
    rows = pd.concat(moved, ignore_index=True)
    matrix = (
        rows.groupby(["plan", "from", "to"], sort=True)
        .agg(
            n_accounts=("account_id", "size"),
            revenue_usd=("revenue_usd", _known_sum),
            potential_usd=("potential_usd", _known_sum),
        )
        .reset_index()
    )
    return Comparison(
        names=names,
        figures=_figures(plans, money),
        territories=pd.concat(territories, ignore_index=True),
        moved=rows,
        matrix=matrix,
        differs=tuple(dict.fromkeys([*differs, *unpaid])),
    )


def _known_sum(values: pd.Series) -> float:
    """Return the sum of what is known, to the cent; NaN where nothing is."""
    return round(float(values.sum(min_count=1)), 2)


def from_to(before: Plan, after: Plan) -> Plan:
    """Return the second plan with the first as its today, so that map and moves show the change."""
    today = after.accounts["account_id"].map(_holders(before)).fillna("").astype("str")
    told = carried("explain", after.accounts.columns)  # against today, not against the first plan
    accounts = after.accounts.drop(columns=told).assign(current_territory_id=today)
    moved = today.ne("") & today.ne(accounts["territory_id"].astype("str"))
    count = accounts.loc[moved].groupby("territory_id").size()
    n_moved = after.territories["territory_id"].map(count).fillna(0).astype(int)
    return replace(
        after, accounts=accounts, territories=after.territories.assign(n_moved_accounts=n_moved)
    )


def _money(plans: Mapping[str, Plan]) -> tuple[dict[str, pd.DataFrame], list[str]]:
    """Quota and pay by plan and territory, and for which plans they are not known and why."""
    from territory.encoding.reopen import scenario_of

    found: dict[str, pd.DataFrame] = {}
    lacking: list[str] = []
    for name, plan in plans.items():
        try:
            found[name] = money_by_territory(plan, scenario_of(plan))
        except InputError as error:
            lacking.append(f"quota and pay of {name} are not known: {error.messages[0].fact}")
    return found, lacking


def _figures(plans: Mapping[str, Plan], money: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    columns = {}
    labels: dict[str, str] = {}
    for name, plan in plans.items():
        record = plan.record
        values = {"objective_usd": float(record.objective)}
        labels.setdefault("objective_usd", f"Cost, {code()} a year")
        for term, usd in record.terms.items():
            values[term] = float(usd)
            labels.setdefault(term, f"{term_label(term)}, {code()} a year")
        for measure in plan.measures:
            worst = plan.territories[f"{measure}_deviation"].abs().max()
            values[f"{measure}_worst"] = float(worst)
            labels.setdefault(f"{measure}_worst", f"{measure}: worst deviation")
        for row in plan_figures(plan).to_dict("records"):
            values[str(row["figure"])] = float(row["plan"])
            labels.setdefault(str(row["figure"]), str(row["label"]))
        for column, label in _MONEY.items():
            if column in money.get(name, ()):
                values[column] = float(money[name][column].sum())
                labels.setdefault(column, in_words(label))
        columns[name] = pd.Series(values)
    frame = pd.DataFrame(columns).reindex(list(labels))
    out = pd.DataFrame({"figure": list(labels), "label": list(labels.values())})
    first, *others = plans
    out[first] = frame[first].round(_DIGITS).to_numpy()
    for name in others:
        out[name] = frame[name].round(_DIGITS).to_numpy()
        out[f"{name}_change"] = (frame[name] - frame[first]).round(_DIGITS).to_numpy()
    return out


def _holders(plan: Plan) -> pd.Series:
    """Return who has each account: today's own, which may be nobody ("") or a closed territory.

    Today's plan counts such accounts to the territory around them.
    """
    accounts = plan.accounts.set_index("account_id")
    if plan.record.kind == "today":
        return accounts["current_territory_id"].fillna("").astype("str")
    return accounts["territory_id"]


def _moved(first: Plan, other: Plan, name: str) -> pd.DataFrame:
    rows = other.accounts
    origin = rows["account_id"].map(_holders(first))
    at = origin.notna() & origin.ne(rows["territory_id"])
    return pd.DataFrame(
        {
            "plan": name,
            "account_id": rows.loc[at, "account_id"],
            "name": rows.loc[at, "name"],
            "from": origin[at],
            "to": rows.loc[at, "territory_id"],
            "revenue_usd": rows.loc[at, "revenue_usd"],
            "potential_usd": rows.loc[at, "potential_usd"],
        }
    ).reset_index(drop=True)


def _sums(plan: Plan, money: pd.DataFrame | None) -> pd.DataFrame:
    rows = plan.accounts.groupby("territory_id")
    frame = rows[list(SUMS)].sum()
    frame.insert(0, "n_accounts", rows.size())
    frame = frame.reindex(plan.territories["territory_id"].astype("str")).fillna(0.0)
    return frame if money is None else frame.join(money)


def _territories(
    one: str, first: Plan, name: str, other: Plan, money: Mapping[str, pd.DataFrame]
) -> pd.DataFrame:
    before, after = _sums(first, money.get(one)), _sums(other, money.get(name))
    before = before.reindex(columns=after.columns)
    change = (after - before.reindex(after.index)).add_suffix("_change")
    out = pd.concat([after, change], axis=1).round(_DIGITS)
    out.insert(0, "rep_id", other.territories["rep_id"].to_numpy())
    out.insert(0, "territory_id", out.index)
    out.insert(0, "plan", name)
    return out.reset_index(drop=True)


def _differences(one: str, first: Plan, two: str, other: Plan) -> Sequence[str]:
    out = _counted_around(one, first) + _counted_around(two, other)
    for what, column in (("account", "account_id"), ("territory", "territory_id")):
        tables = [
            plan.accounts if column == "account_id" else plan.territories for plan in (first, other)
        ]
        mine, theirs = (set(table[column].astype("str")) for table in tables)
        for name, only in ((one, mine - theirs), (two, theirs - mine)):
            if only:
                some = ", ".join(sorted(only)[:5]) + (" …" if len(only) > 5 else "")
                out.append(f"only {name} has {counted(len(only), what)} ({some})".replace(
                    "territorys", "territories"))  # fmt: skip
    by = [plan.record.routed is not None for plan in (first, other)]
    if by[0] != by[1]:
        toured, not_toured = (one, two) if by[0] else (two, one)
        out.append(
            f"travel of {toured} is that of routed tours, of {not_toured} the estimate's: their "
            "hours, workload and cost do not compare; plan both at effort normal or best"
        )
    old, new = (_flat(plan.record.keys) for plan in (first, other))
    unlike = [key for key in {**old, **new} if old.get(key) != new.get(key)] if old and new else []
    same_files = bool(first.record.input_hash)
    if first.record.input_hash != other.record.input_hash:
        out.append(f"{one} and {two} were made from other input files")
    elif first.record.scenario_hash != other.record.scenario_hash and not (same_files and unlike):
        out.append(f"{one} and {two} were made from other scenario or inputs")
    if unlike:
        out += [
            f"{key} is {_short(old.get(key))} in {one}, {_short(new.get(key))} in {two}"
            for key in unlike[:_MOST_KEYS]
        ]
        if len(unlike) > _MOST_KEYS:
            more = counted(len(unlike) - _MOST_KEYS, "further key")
            out.append(f"their scenarios differ in {more}")
    return out


def _counted_around(name: str, plan: Plan) -> list[str]:
    held = _holders(plan)
    around = int(held.ne(plan.accounts.set_index("account_id")["territory_id"]).sum())
    if not around:
        return []
    return [
        f"{counted(around, 'account')} of {name} without a territory of the team; its figures "
        "count them to the territory around"
    ]


def _short(value: object) -> str:
    text = "not set" if value is None else str(value)
    return text if len(text) <= _MOST_LETTERS else f"{text[:_MOST_LETTERS]}…"


def _flat(keys: Mapping[str, object], path: str = "") -> dict[str, object]:
    """Return a scenario's keys by their path, as people write them; what is not said is left out.

    Examples
    --------
    >>> _flat({"objective": {"handover": 0.3, "border_usd_km": None}, "name": "x"})
    {'objective.handover': 0.3, 'name': 'x'}
    """
    out: dict[str, object] = {}
    for name, value in keys.items():
        if isinstance(value, Mapping):
            out |= _flat(value, f"{path}{name}.")
        elif value is not None:
            out[f"{path}{name}"] = value
    return out
