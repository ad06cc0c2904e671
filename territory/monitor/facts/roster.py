"""The reps of a day held against the plan's: who stays, is new, on leave or gone; since when."""

from __future__ import annotations

import datetime
import re
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from territory.inputs.findings.rows import issue_of
from territory.inputs.joins.ids import match_ids
from territory.messages import counted, quoted
from territory.monitor.facts.day_cells import day_numbers

if TYPE_CHECKING:
    from territory.audit import Finding
    from territory.inputs.findings.rows import Rows
    from territory.plan import Plan

__all__ = ["matched_reps"]

_LEAVE = re.compile(
    r"\bleave\b|\bloa\b|maternity|paternity|parental|sabbatical|\bsick|disability|"
    r"elternzeit|mutterschutz|krank|freigestellt|congé|arrêt|excedencia|baja médica|congedo|verlof"
)
_GONE = re.compile(
    r"\bleft\b|\bgone\b|terminat|\binactiv|not active|no longer|resign|retire|depart|\bex\b|"
    r"\bexited|\bquit\b|\bformer|separated|dismissed|laid off|\bvacant|\bended|"
    r"ausgeschieden|gekündigt|inaktiv|verlassen|\bparti\b|sorti\b|démission|cesad|\bbaja\b|"
    r"dimess|uscit|vertrokken|uit dienst|^(?:no|false|0|nein|non)$"
)
_HERE = re.compile(
    r"^$|^(?:yes|true|1|ja|oui|sí|si)$|activ|aktiv|actief|attiv|current|employed|at work|working|"
    r"\bnew\b|hired|onboard|ramp|training|probation|full.?time|part.?time|permanent|\bstays?\b|"
    r"in place|in post"
)


def matched_reps(
    plan: Plan, roster: pd.DataFrame | None, rows: Rows | None, *, as_of: datetime.date
) -> tuple[pd.DataFrame | None, list[Finding]]:
    """Hold the reps of a day against the plan's; who leaves later still stays.

    Returns
    -------
    DataFrame or None
        ``rep_id, name, territory_id, state`` (stays, new, gone, on leave), ``since`` (a day as
        ISO text, "" = not known); None without a roster.
    list of Finding
        Days that can be read two ways or not at all are errors; a status that is no word for being
        at work, on leave or gone is a warning, and its rep counts as at work.
    """
    if roster is None or rows is None:
        return None, []
    findings: list[Finding] = []
    day = np.full(len(roster), np.nan)
    if "since" in roster:
        day = day_numbers(roster, rows, "since", findings)
    status = pd.Series("", index=roster.index, dtype="str")
    if "status" in roster:
        status = roster["status"].astype("str").str.strip().str.lower()
    away = status.str.contains(_LEAVE)
    gone = status.str.contains(_GONE) & ~away
    strange = ~(away | gone | status.str.contains(_HERE)).to_numpy()
    findings += rows.findings(
        issue_of(
            strange, roster.get("status", status), severity="warning",
            kind="unknown_status", column="status",
            what="counts as at work; expected active, leave or left",
        )
    )  # fmt: skip
    team = plan.territories[["rep_id", "rep_name", "territory_id"]].astype("str")
    team = team[team["rep_id"] != ""].set_axis(["rep_id", "name", "territory_id"], axis=1)
    findings += _strangers(roster, rows, plan, team)
    fte = roster["fte"] if "fte" in roster else pd.Series(1.0, index=roster.index)
    away |= ~gone & ~(fte > 0)
    later = day > as_of.toordinal()
    known = (
        pd.DataFrame(
            {
                "rep_id": match_ids(roster["rep_id"].astype("str"), team["rep_id"]).ids,
                "name": roster["name"].astype("str"),
                "territory_id": roster["territory_id"].astype("str"),
                "state": np.where(
                    later, "stays", np.select([gone, away], ["gone", "on leave"], "stays")
                ),
                "since": [
                    "" if np.isnan(each) else datetime.date.fromordinal(int(each)).isoformat()
                    for each in day.tolist()
                ],
            }
        )
        .drop_duplicates("rep_id")
        .set_index("rep_id", drop=False)
        .rename_axis(None)
    )
    state = team["rep_id"].map(known["state"]).fillna("gone")
    since = team["rep_id"].map(known["since"]).fillna("")
    new = known[~known["rep_id"].isin(set(team["rep_id"])) & (known["state"] != "gone")]
    new = new.sort_values("rep_id").assign(state="new")
    out = pd.concat([team.assign(state=state, since=since), new], ignore_index=True)
    return out[["rep_id", "name", "territory_id", "state", "since"]], findings


def _strangers(roster: pd.DataFrame, rows: Rows, plan: Plan, team: pd.DataFrame) -> list[Finding]:
    """Name what a roster calls otherwise than the plan: reps by their ids, territories.

    Who is not in the roster is gone, so that a roster with none of the plan's reps is an error.
    """
    found = match_ids(roster["rep_id"].astype("str"), team["rep_id"])
    findings = [
        rows.whole(
            severity="warning",
            kind="joined",
            what=f"rep_id: {count:,} of {counted(len(roster), 'row')} found their rep {how}",
        )
        for count, how in found.how
    ]
    if len(team) and not found.known.any():
        some = ", ".join(map(quoted, team["rep_id"].tolist()[:3]))
        issue = issue_of(
            np.ones(len(roster), dtype=bool), roster["rep_id"], severity="error",
            kind="unknown_rep", column="rep_id", what=f"the plan has {some} …",
        )  # fmt: skip
        return [*findings, *rows.findings(issue)]
    ids = set(plan.territories["territory_id"].astype("str"))
    home = roster["territory_id"].astype("str").str.strip()
    issue = issue_of(
        (~home.isin(ids) & (home != "")).to_numpy(), home, severity="warning",
        kind="unknown_territory", column="territory_id",
        what="no territory of the plan; the rep is at work in none",
    )  # fmt: skip
    return [*findings, *rows.findings(issue)]
