"""Dates of a rollout: the steps of each wave, and who serves an account from when until when."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pandas as pd

from territory.rollout.holidays import is_closed, is_year_end

if TYPE_CHECKING:
    from territory.inputs.scenario.rollout import RolloutKeys
    from territory.rollout.change_set import ChangeSet
    from territory.rollout.waves import Waves

__all__ = ["assignment_history", "go_live_days", "late_deal_days", "months_after", "timeline"]

_WITH_PEOPLE = ("announce", "introduce", "train")
"""Steps that reps and customers take part in: not at the year's end."""


def go_live_days(waves: Waves, keys: RolloutKeys) -> dict[int, date | None]:
    """Return the first day of each wave; None while no go-live is written.

    The first wave goes live on the day that is written, or on the next one of work; a later one
    not at the year's end either.
    """
    days: dict[int, date | None] = {}
    for at, wave in enumerate(waves.table["wave"].tolist()):
        days[int(wave)] = (
            None
            if keys.go_live is None
            else _working_day(
                keys.go_live + timedelta(days=at * keys.wave_days),
                keys,
                away=at > 0 and keys.year_end,
            )
        )
    return days


def late_deal_days(waves: Waves, keys: RolloutKeys) -> dict[int, date | None]:
    """Return until when late deals stay with their owner, by wave."""
    days = go_live_days(waves, keys)
    return {wave: _day(start, keys.late_deal_days, keys) for wave, start in days.items()}


def timeline(waves: Waves, keys: RolloutKeys) -> pd.DataFrame:
    """Return the steps: ``wave, wave_name, team, step, date, day, who, what``.

    ``date`` is a working day (moved to the day before a weekend, a holiday or, where reps take
    part, the year's end for what comes before the go-live, behind it for what comes after; a
    guarantee ends when it ends), "" while no go-live is written. ``day`` are days from the wave's
    go-live to that date.
    """
    steps = [
        (-keys.announce_days, "announce", "managers", "briefs and reasons to every rep"),
        (-keys.announce_days, "introduce", "reps", "first joint calls on accounts that move"),
        (
            -keys.training_days,
            "train",
            "sales operations",
            "new accounts, routes, quotas, CRM views",
        ),
        (-keys.freeze_days, "freeze", "CRM administrator", "no edits of territories and owners"),
        (-1, "back up", "CRM administrator", "fresh extract; run the pre-flight audit again"),
        (-1, "load", "CRM administrator", "files 02 to 09 in their order, then rollout-check"),
        (0, "go live", "reps", "serve the new territories"),
        (5, "audit", "sales operations", "fresh extract against the plan: rollout-check --extract"),
        (keys.late_deal_days, "late deals", "CRM administrator", "load what is in `later`"),
    ]
    if not keys.late_deal_days:
        steps.pop()
    rows: list[dict[str, object]] = []
    days = go_live_days(waves, keys)
    for number, name, team in waves.table[["wave", "name", "team"]].itertuples(index=False):
        start = days[int(number)]
        dated: list[tuple[int, date | None, str, str, str]] = [
            (day, _day(start, day, keys, step), step, who, what) for day, step, who, what in steps
        ]
        if keys.guarantee_months:
            end = None if start is None else months_after(start, keys.guarantee_months)
            offset = (
                keys.guarantee_months * 30 if end is None or start is None else (end - start).days
            )
            what = f"{keys.guarantee_months} months of hold-harmless end"
            dated.append((offset, end, "guarantee ends", "sales operations", what))
        if start is not None:
            dated = [
                (day if on is None else (on - start).days, on, step, who, what)
                for day, on, step, who, what in dated
            ]
        for day, on, step, who, what in sorted(dated, key=lambda each: each[0]):
            rows.append(
                {
                    "wave": number,
                    "wave_name": name,
                    "team": team,
                    "step": step,
                    "date": "" if on is None else on.isoformat(),
                    "day": day,
                    "who": who,
                    "what": what,
                }
            )
    return pd.DataFrame(rows)


def assignment_history(change: ChangeSet, waves: Waves, keys: RolloutKeys) -> pd.DataFrame:
    """Return who serves each account from when until when.

    ``account_id, territory_id, rep_id, team, effective_from, effective_to, wave``: an account that
    changes territory or rep has a row that ends the day before its wave's go-live and one that
    begins on it; the others have one row. "" is open, or not known.
    """
    days = go_live_days(waves, keys)
    accounts = change.accounts
    wave = waves.of_account
    begins = wave.map({each: day.isoformat() if day else "" for each, day in days.items()}).fillna(
        ""
    )
    ends = wave.map(
        {each: (day - timedelta(days=1)).isoformat() if day else "" for each, day in days.items()}
    ).fillna("")
    changed = accounts["change"].ne("stays") | accounts["rep_changes"]
    had = accounts["from"].ne("")
    old = pd.DataFrame(
        {
            "account_id": accounts["account_id"],
            "territory_id": accounts["from"],
            "rep_id": accounts["rep_from"],
            "team": change.team,
            "effective_from": "",
            "effective_to": ends,
            "wave": wave,
        }
    )[changed & had]
    new = pd.DataFrame(
        {
            "account_id": accounts["account_id"],
            "territory_id": accounts["to"],
            "rep_id": accounts["rep_to"],
            "team": change.team,
            "effective_from": begins.where(changed, ""),
            "effective_to": "",
            "wave": wave,
        }
    )
    both = pd.concat([old.assign(_order=0), new.assign(_order=1)])
    both = both.sort_values(["account_id", "_order"], ignore_index=True).drop(columns="_order")
    return both.assign(wave=both["wave"].astype("Int64"))


def months_after(day: date, months: int) -> date:
    """Return the same day some months later, or the last day of a shorter month.

    Examples
    --------
    >>> months_after(date(2027, 11, 30), 3).isoformat()
    '2028-02-29'
    """
    year, month = divmod(day.month - 1 + months, 12)
    first = date(day.year + year, month + 1, 1)
    following = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return first.replace(day=min(day.day, (following - timedelta(days=1)).day))


def _day(start: date | None, offset: int, keys: RolloutKeys, step: str = "") -> date | None:
    if start is None:
        return None
    day = start + timedelta(days=offset)
    return _working_day(
        day, keys, back=offset < 0, away=step in _WITH_PEOPLE and offset < 0 and keys.year_end
    )


def _working_day(day: date, keys: RolloutKeys, *, back: bool = False, away: bool = False) -> date:
    while is_closed(day, keys) or (away and is_year_end(day)):
        day += timedelta(days=-1 if back else 1)
    return day
