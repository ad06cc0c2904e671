"""Other CRMs: plain tables with text ids, a team and dates, in the same order and reversible."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING

import pandas as pd

from territory.rollout.crm.files import LoadFile

if TYPE_CHECKING:
    from datetime import date

    from territory.rollout.change_set import ChangeSet
    from territory.rollout.crm.matching import Org
    from territory.rollout.waves import Waves

__all__ = ["csv_load"]


def csv_load(
    change: ChangeSet, org: Org | None, waves: Waves, days: Mapping[int, date | None]
) -> tuple[list[LoadFile], dict[int, list[LoadFile]]]:
    """Return the files that all waves share, and those of each wave.

    Ids are the plan's own; the CRM's stand beside them where an extract knows them.
    """
    accounts = change.accounts
    backup = accounts[["account_id", "team", "from", "rep_from"]].rename(
        columns={"from": "territory_id", "rep_from": "rep_id"}
    )
    new = change.territories[change.territories["status"].eq("new")]
    created = new[["territory_id", "team", "district_id", "region_id"]]
    first = [
        LoadFile(number=1, object="assignments", operation="backup", frame=backup),
        LoadFile(number=3, object="territories", operation="insert", frame=created),
        LoadFile(number=96, object="territories", operation="delete", frame=created),
    ]
    by_wave: dict[int, list[LoadFile]] = {}
    for wave in waves.numbers:
        day = days.get(wave)
        by_wave[wave] = [
            *_assignments(change, org, day, waves.of_account.eq(wave)),
            *_members(change, day, {name for name, at in waves.of.items() if at == wave}),
        ]
    return first, by_wave


def _assignments(
    change: ChangeSet, org: Org | None, day: date | None, inside: pd.Series
) -> list[LoadFile]:
    accounts = change.accounts[inside]
    moved = accounts[accounts["change"].ne("stays")]
    old = moved[moved["from"].ne("")]
    # Who comes to a territory without a rep keeps the owner of today, as in every CRM.
    owned = accounts[accounts["rep_changes"] & accounts["rep_to"].ne("")]
    begin = day.isoformat() if day else ""
    end = (day - timedelta(days=1)).isoformat() if day else ""

    def rows(frame: pd.DataFrame, side: str, **more: str) -> pd.DataFrame:
        known = {} if org is None else org.accounts
        ids = [known.get(name, "") for name in frame["account_id"]]
        crm = {} if org is None else {"crm_id": ids}
        return pd.DataFrame(
            {
                "account_id": frame["account_id"],
                **crm,
                "team": frame["team"],
                "territory_id": frame[side],
                **more,
            },
            dtype="str",
        )

    def owners(side: str, date_: str) -> pd.DataFrame:
        return pd.DataFrame(
            {
                "account_id": owned["account_id"],
                "team": owned["team"],
                "rep_id": owned[side],
                "effective_from": date_,
            },
            dtype="str",
        )

    plan = [
        (4, "assignments", "delete", rows(old, "from", effective_to=end)),
        (5, "assignments", "insert", rows(moved, "to", effective_from=begin)),
        (8, "owners", "update", owners("rep_to", begin)),
        (91, "owners", "update", owners("rep_from", "")),
        (94, "assignments", "delete", rows(moved, "to", effective_to="")),
        (95, "assignments", "insert", rows(old, "from", effective_from="")),
    ]
    return [
        LoadFile(number=number, object=name, operation=what, frame=frame)
        for number, name, what, frame in plan
    ]


def _members(change: ChangeSet, day: date | None, inside: set[str]) -> list[LoadFile]:
    frame = change.territories[change.territories["territory_id"].isin(inside)]
    changed = frame[frame["rep_from"].ne(frame["rep_to"])]

    def rows(column: str) -> pd.DataFrame:
        some = changed[changed[column].ne("")]
        return pd.DataFrame(
            {"rep_id": some[column], "team": some["team"], "territory_id": some["territory_id"]},
            dtype="str",
        )

    ended, begun = (
        rows("rep_from"),
        rows("rep_to").assign(effective_from=day.isoformat() if day else ""),
    )
    plan = [
        (6, "delete", ended),
        (7, "insert", begun),
        (92, "delete", begun),
        (93, "insert", ended),
    ]
    return [
        LoadFile(number=number, object="members", operation=what, frame=each)
        for number, what, each in plan
    ]
