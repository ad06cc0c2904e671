"""What a pre-flight audit finds: where it stands, what it is, what to do; some of it blocks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Literal

from territory.messages import Message, counted

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["CHECKS", "Flaw", "blocking", "flaw_messages", "flaws_table"]

CHECKS = {
    "missing_extract": (
        "tables of the extract are missing",
        "export them into one folder and give --extract DIR; to look at the files first, "
        "`territory rollout-example PLAN --out DIR` makes an extract up",
    ),
    "missing_id": ("records have no counterpart in the CRM", "add them there, or give their ids"),
    "bad_id": ("ids are no CRM ids", "export ids again, 15 or 18 characters, as text"),
    "duplicate": ("records stand twice in the extract", "export again, or delete one of the two"),
    "duplicate_account": ("accounts stand twice in the plan", "make one account of each"),
    "unassigned": ("accounts have no territory", "design the plan again, or assign them"),
    "first_territory": (
        "accounts are in no territory of the CRM today; the files give them their first",
        "if they are in one, export ObjectTerritory2Association again",
    ),
    "not_assigned": (
        "accounts are in no territory of the CRM after loading",
        "`territory rollout-check` with --loaded tells what the CRM refused",
    ),
    "doubly_assigned": (
        "accounts are in several territories of the team today",
        "delete the wrong associations in the CRM and export again, or --accept doubly_assigned",
    ),
    "assigned_by_rule": (
        "associations were made by assignment rules, which no load can delete",
        "change the rule or exclude the account in the CRM, then export again",
    ),
    "inactive_owner": ("new owners are inactive users", "activate the user, or name another rep"),
    "vacant_owner": (
        "accounts go to a territory without a rep and keep their owner",
        "name a rep, or let them be covered meanwhile",
    ),
    "go_live": ("day of the go-live is missing", "write rollout.go_live, or add --go-live DATE"),
    "team": (
        "team is named otherwise in the scenario than in the plan's tables, which count",
        "design the plan again, or set rollout.team back",
    ),
    "platform": (
        "territories or memberships are Salesforce's own in Classic CRM, not the account loader's",
        "`--crm salesforce` on the same org writes them (Territory2, UserTerritory2Association): "
        "load its files 03, 06 and 07 before these",
    ),
    "parent": (
        "new territories have no place below the CRM's one root that the extract knows",
        "make their district or region there, export territory__v (or Territory2) again",
    ),
    "member": (
        "memberships that end are not in the extract: their deletes go by external_id__v REP_T",
        "export user_territory__v with id, user__v and territory__v, or delete them by hand",
    ),
    "name": (
        "names are refused by the CRM",
        "give it another territory_id in the tables of reps and of today, and design again",
    ),
    "code_before": (
        "fields of the territory's code are not in the extract: going back clears them",
        "export Account with that field, so that the twins bring its values back",
    ),
    "role": ("roles are not in the CRM's list", "write rollout.role as the CRM spells it"),
    "open_deal": ("open opportunities change hands or wait", "see opportunities.csv"),
    "drift": (
        "accounts are in another territory in the CRM than in the plan's alignment of today",
        "the CRM counts for the files; design again from a fresh alignment to be sure",
    ),
    "other_owner": ("accounts that move are owned by somebody else than their rep", ""),
    "inactive_before": (
        "owners of today are inactive: a rollback could not give the accounts back to them",
        "",
    ),
}
"""What each check says, after a count, and its hint."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Flaw:
    """One finding of the audit."""

    severity: Literal["error", "warning", "info"]
    check: str
    object: str
    id: str
    what: str
    file: str = ""
    line: int = 0


def blocking(flaws: Iterable[Flaw], *, accepted: Sequence[str] = ()) -> list[Flaw]:
    """Return the flaws that forbid to write load files."""
    return [each for each in flaws if each.severity == "error" and each.check not in accepted]


def flaws_table(flaws: Iterable[Flaw]) -> pd.DataFrame:
    """Return the audit as a table, errors first."""
    import pandas as pd

    rank = {"error": 0, "warning": 1, "info": 2}
    rows = sorted(
        flaws, key=lambda each: (rank[each.severity], each.check, each.file, each.line, each.id)
    )
    columns = ["severity", "check", "object", "id", "what", "file", "line"]
    return pd.DataFrame([asdict(each) for each in rows], columns=columns)


def flaw_messages(flaws: Iterable[Flaw]) -> list[Message]:
    """Return one message for each check that found something."""
    groups: dict[tuple[str, str], list[Flaw]] = {}
    for each in flaws:
        groups.setdefault((each.severity, each.check), []).append(each)
    order = {"error": 0, "warning": 1, "info": 2}
    said = []
    for (_, check), found in sorted(groups.items(), key=lambda item: order[item[0][0]]):
        fact, hint = CHECKS[check]
        said.append(
            Message(
                f"{counted(len(found), 'finding')}: {fact}",
                evidence=tuple(
                    (_place(each), each.id, each.what) if _place(each) else (each.id, each.what)
                    for each in found
                ),
                hint=hint,
                severity=found[0].severity,
            )
        )
    return said


def _place(flaw: Flaw) -> str:
    return f"{flaw.file}:{flaw.line}" if flaw.file and flaw.line else flaw.file
