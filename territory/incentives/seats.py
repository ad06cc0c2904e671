"""Territories and reps as incentives know them: who sits where, how long, on which pay plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from territory.incentives.pace import quarter_paces
from territory.inputs.findings.rep_cells import telling_lines
from territory.inputs.findings.rows import issue_of
from territory.inputs.scenario.workforce import Capacity
from territory.inputs.time.presence import begins_later, is_vacant, presence

if TYPE_CHECKING:
    from territory.audit import Finding
    from territory.inputs.scenario.scenario import Scenario
    from territory.inputs.tables.tables import Tables

__all__ = ["rep_rows", "roles_without_plan", "team_rows"]


def roles_without_plan(scenario: Scenario, tables: Tables) -> list[Finding]:
    """Return an error for each rep with a role that ``[pay.roles]`` has no plan for.

    Where no role has a plan everybody is paid by ``[pay]``, whatever the role; so are reps without
    a role. Nobody is paid on a vacant seat.
    """
    reps, pay = tables.reps, scenario.pay
    if reps is None or "role" not in reps or pay is None or not pay.roles:
        return []
    rows = tables.rows["reps"]
    role = reps["role"].fillna("").astype("str").str.strip()
    with telling_lines(reps, rows):
        wrong = (role != "") & ~role.isin(list(pay.roles)) & ~is_vacant(reps, file=rows.file)
    issue = issue_of(
        wrong.to_numpy(dtype=bool), role, severity="error", kind="no_pay_plan", column="role",
        what=f"[pay.roles] has {', '.join(pay.roles)}",
    )  # fmt: skip
    return rows.findings(issue)


def team_rows(territories: pd.DataFrame) -> pd.DataFrame:
    """Return the territories with who sits there and their district, "" where none."""
    team = territories[["territory_id", "rep_id", "rep_name"]].reset_index(drop=True)
    has_districts = "district_id" in territories
    return team.assign(
        district_id=territories["district_id"].astype("str").to_numpy() if has_districts else ""
    )


def rep_rows(
    accounts: pd.DataFrame,
    team: pd.DataFrame,
    table: pd.DataFrame | None,
    file: str,
    capacity: Capacity | None,
) -> pd.DataFrame:
    """Return the reps with their territories; without a table each territory has a rep today."""
    planned = team[team["rep_id"].ne("")].set_index("rep_id")["territory_id"]
    if table is None:
        ids = team["rep_id"].where(team["rep_id"].ne(""), team["territory_id"])
        frame = pd.DataFrame(
            {
                "rep_id": ids,
                "rep_name": team["rep_name"],
                "plan": team["territory_id"],
                "today": team["territory_id"],
                "fte": 1.0,
                "earnings_usd": np.nan,
            }
        )
        known = set(accounts["current_territory_id"]) - {""}
        return frame.assign(today=frame["today"].where(frame["today"].isin(known), ""))
    # A seat is paid for the part of the year in which it is filled; leave and days off are paid.
    table = table.loc[~is_vacant(table, file=file)]
    there = presence(table, capacity, file=file)
    today = table["territory_id"].where(
        table["territory_id"].isin(set(accounts["current_territory_id"])), ""
    )
    return pd.DataFrame(
        {
            "rep_id": table["rep_id"],
            "rep_name": table["name"],
            "plan": table["rep_id"].map(planned).astype(object).fillna("").astype("str"),
            "today": today.astype("str"),
            "fte": table["fte"].fillna(1.0),
            "employed": there["employed"],
            "earnings_usd": _earnings(table),
            "new": begins_later(table, capacity, file=file),
            **({"role": table["role"].fillna("").astype("str")} if "role" in table else {}),
            **quarter_paces(table, capacity or Capacity(), file=file),
        }
    ).reset_index(drop=True)


def _earnings(table: pd.DataFrame) -> pd.Series:
    """Return last year's earnings, NaN where not given."""
    if "earnings_usd" not in table:
        return pd.Series(np.nan, index=table.index)
    return table["earnings_usd"].astype(float)
