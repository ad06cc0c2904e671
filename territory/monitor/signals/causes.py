"""Tell what is behind a change: accounts, rep, market, competitor, workload, or nothing seen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from territory.currency import money
from territory.messages import counted
from territory.monitor.facts.calendar import month_of_day, quarter_name

if TYPE_CHECKING:
    from territory.monitor.facts.facts import Facts
    from territory.monitor.signals.scan import Group

__all__ = ["CAUSES", "Cause", "cause_of", "gone_reps"]

CAUSES = (
    "account loss",
    "rep change",
    "market",
    "competitor",
    "workload over capacity",
    "stalled",
    "taken over",
    "growth",
)
"""Words for causes; "stalled" and "growth" are what is left when no fact explains a change."""

_TOLD = 3
"""Competitors that are named."""

_HALF = 0.5
"""Share of a gap that a set of accounts must explain to be called its cause."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """One of `CAUSES`, what is known about it, and positions of the accounts behind it."""

    name: str
    words: str
    rows: tuple[int, ...]


def gone_reps(facts: Facts) -> pd.DataFrame:
    """Return reps who left or are on leave: ``territory_id, rep_id, name, state, quarter``."""
    columns = ["territory_id", "rep_id", "name", "state", "quarter"]
    if facts.roster is None:
        return pd.DataFrame(columns=columns, dtype="str")
    away = facts.roster[facts.roster["state"].isin(["gone", "on leave"])]
    quarters = [_quarter(str(since)) or facts.span.quarter for since in away["since"].tolist()]
    return away.assign(quarter=quarters)[columns].astype("str").reset_index(drop=True)


def cause_of(
    facts: Facts,
    group: Group,
    *,
    quarter: str,
    down: bool,
    gap: NDArray[np.float64],
    overloaded: bool,
) -> Cause:
    """Return the cause of a group's change.

    Parameters
    ----------
    facts : Facts
    group : Group
    quarter : str
        In which it began, as 2025-Q3.
    down : bool
    gap : float64, shape (n,)
        Actual less expected events of all accounts in that quarter.
    overloaded : bool
        Whether today's workload of the territory is above its band.
    """
    rows = group.rows[np.argsort(gap[group.rows] if down else -gap[group.rows], kind="stable")]
    behind = tuple(int(row) for row in rows if (gap[row] < 0) == down and gap[row] != 0)
    whole = float(np.abs(gap[group.rows][(gap[group.rows] < 0) == down]).sum())
    if not down:
        gone = _gone(facts, _neighbours(facts, group.rows), quarter)
        gain = float(gap[group.rows[~np.isin(group.rows, gone)]].sum())
        if gone.size and -float(gap[gone].sum()) >= _HALF * gain:
            return Cause(
                name="taken over", words=_taken(facts, gone, gap, len(behind)), rows=behind
            )
        opened = facts.accounts["state"].to_numpy()[group.rows] == "opened"
        words = f"{_selling(len(behind))} more"
        if opened.any():
            words += f", {counted(int(opened.sum()), 'account')} opened"
        name = "market" if group.level == "unit" else "growth"
        return Cause(name=name, words=words, rows=behind)
    sets = _sets(facts, group, quarter, gap)
    for name, (members, words) in sets.items():
        part = float(np.abs(np.minimum(gap[members], 0.0)).sum()) if members.size else 0.0
        if whole > 0 and part >= _HALF * whole:
            chosen = set(members.tolist())
            return Cause(name=name, words=words, rows=tuple(r for r in behind if r in chosen))
    rep = _rep(facts, group, quarter)
    if rep:
        return Cause(name="rep change", words=rep, rows=behind)
    if group.level == "unit":
        return Cause(name="market", words=f"{_selling(len(behind))} less", rows=behind)
    if overloaded:
        words = "today's workload is above the band: calls do not fit into the rep's hours"
        return Cause(name="workload over capacity", words=words, rows=behind)
    words = f"{_selling(len(behind))} less, and no fact given here explains it"
    return Cause(name="stalled", words=words, rows=behind)


def _selling(count: int) -> str:
    return f"{counted(count, 'account')} {'buys' if count == 1 else 'buy'}"


def _gone(facts: Facts, rows: NDArray[np.intp], quarter: str) -> NDArray[np.intp]:
    """Return those of some accounts that are closed, or bought before and nothing since."""
    state = facts.accounts["state"].to_numpy()[rows]
    silent = facts.panel.events[rows, _position(facts, quarter) :].sum(axis=1) == 0
    closed = np.isin(state, ["closed", "merged"])
    gone: NDArray[np.intp] = rows[closed | (silent & (facts.base_events[rows] > 0))]
    return gone


def _neighbours(facts: Facts, rows: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return all accounts of the units that some accounts lie in, these first."""
    unit = facts.accounts["unit_id"].fillna("").astype("str")
    here = np.array(unit.isin(set(unit.iloc[rows]) - {""}))
    here[rows] = False
    return np.concatenate([rows, np.flatnonzero(here)])


_MERGED = "if they were merged, write merged_into in today's accounts"


def _taken(facts: Facts, gone: NDArray[np.intp], gap: NDArray[np.float64], count: int) -> str:
    """Say that what some accounts buy more is what others, who are gone, bought."""
    order = gone[np.argsort(gap[gone], kind="stable")]
    ids = [str(facts.accounts["account_id"].iloc[row]) for row in order[:3]]
    more = f" and {gone.size - len(ids)} more" if gone.size > len(ids) else ""
    return (
        f"{_selling(count)} more; {', '.join(ids)}{more}, gone since, bought "
        f"{-float(gap[gone].sum()):,.0f} of it a quarter: {_MERGED}"
    )


def _heir(facts: Facts, gone: NDArray[np.intp], gap: NDArray[np.float64]) -> str:
    """Name the account of the same unit that buys what one account no longer does, else ""."""
    if gone.size != 1:
        return ""
    near = _neighbours(facts, gone)[1:]
    if not near.size:
        return ""
    best = int(near[np.argmax(gap[near])])
    lost = -float(gap[gone[0]])
    if lost <= 0 or not _HALF * lost <= gap[best] <= lost / _HALF:
        return ""
    name = str(facts.accounts["account_id"].iloc[best])
    return f"; {name} of the same unit buys {gap[best]:,.0f} more a quarter: {_MERGED}"


def _winners(names: list[str]) -> str:
    """Say who won deals, who won most first, with how many where there are several.

    Examples
    --------
    >>> _winners(["Zeta", "Alpha", "Zeta"]), _winners(["Beta"])
    ('Zeta (2), Alpha (1)', 'Beta')
    >>> _winners([*["Zeta"] * 2, "Alpha", "Beta", "Gamma", "Delta"])
    'Zeta (2), Alpha (1), Beta (1) and 2 others'
    """
    won = Counter(names)
    order = sorted(won, key=lambda name: (-won[name], name))
    if len(order) == 1:
        return order[0]
    told = ", ".join(f"{name} ({won[name]})" for name in order[:_TOLD])
    return told if len(order) <= _TOLD else f"{told} and {counted(len(order) - _TOLD, 'other')}"


def _sets(
    facts: Facts, group: Group, quarter: str, gap: NDArray[np.float64]
) -> dict[str, tuple[NDArray[np.intp], str]]:
    """Return the accounts of a group that a fact speaks of, by cause."""
    out: dict[str, tuple[NDArray[np.intp], str]] = {}
    inside = set(group.rows.tolist())
    if facts.deals is not None:
        lost = facts.deals[
            (facts.deals["outcome"] == "lost") & (facts.deals["competitor"].str.strip() != "")
        ]
        lost = lost[lost["row"].isin(inside) & lost["closed"].map(_near(quarter))]
        if len(lost):
            names = _winners(lost["competitor"].tolist())
            usd = float(lost["amount_usd"].fillna(0.0).sum())
            words = f"{counted(len(lost), 'deal')} lost to {names}, worth {money(usd)}"
            out["competitor"] = (lost["row"].unique().astype(np.intp), words)
    gone = _gone(facts, group.rows, quarter)
    if gone.size:
        state = facts.accounts["state"].to_numpy()
        closed = int(np.isin(state[gone], ["closed", "merged"]).sum())
        words = f"{counted(int(gone.size), 'account')} bought nothing since"
        which = "and is closed" if gone.size == 1 else f"{closed} of them closed"
        words += f", {which}" if closed else ""
        words += _heir(facts, gone, gap)
        out["account loss"] = (gone, words)
    return out


def _rep(facts: Facts, group: Group, quarter: str) -> str:
    """Return what is known of a rep who left the group's one territory by that quarter, else ""."""
    own = facts.accounts["territory_id"].astype("str").iloc[group.rows].unique()
    if len(own) != 1:
        return ""
    away = gone_reps(facts)
    away = away[(away["territory_id"] == own[0]) & (away["quarter"] <= quarter)]
    if len(away):
        one = away.iloc[0]
        verb = "is on leave" if one["state"] == "on leave" else "left"
        return f"{one['name']} ({one['rep_id']}) {verb} in {one['quarter']}"
    if group.level == "territory" and facts.calls_made is not None:
        first = _position(facts, quarter)
        months = facts.span.step * (facts.span.count - first)
        planned = facts.accounts["n_calls"].to_numpy(float)[group.rows].sum() / 12.0 * months
        made = facts.calls_made[group.rows, first:].sum()
        if planned > 0 and made < _HALF * planned:
            return f"only {made:,.0f} of {planned:,.0f} planned calls were made"
    return ""


def _position(facts: Facts, quarter: str) -> int:
    """Return the first period of a quarter."""
    names = [facts.span.quarter_at(at) for at in range(facts.span.count)]
    return names.index(quarter) if quarter in names else 0


def _quarter(day: str) -> str:
    import datetime

    return quarter_name(month_of_day(datetime.date.fromisoformat(day))) if day else ""


def _near(quarter: str) -> Callable[[float], bool]:
    """Return whether an ordinal day lies in a quarter or the one before it."""
    import datetime

    year, number = int(quarter[:4]), int(quarter[-1])
    end = 12 * year + 3 * number
    low = datetime.date((end - 6) // 12, (end - 6) % 12 + 1, 1).toordinal()
    high = datetime.date(end // 12, end % 12 + 1, 1).toordinal()
    return lambda day: low <= day < high
