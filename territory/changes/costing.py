"""What each challenge would cost, which is cheapest, and which cannot be had together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from territory.changes.challenges import Challenge
    from territory.encoding.desk.desk import Desk
    from territory.plan import Plan
    from territory.review.ledger.ledger import Ledger

__all__ = ["cost_challenges"]

_COLUMNS = (
    *("rank", "challenge", "account_id", "account", "planned", "wanted", "name", "reason"),
    *("change_usd", "workload_h", "potential_usd", "revenue_usd", "n_broken", "breaks"),
    *("conflicts_with", "file", "line", "verdict"),
)


def cost_challenges(plan: Plan, challenges: Sequence[Challenge]) -> pd.DataFrame:
    """Judge each challenge by the ledger of its move, and rank them.

    Challenges that break no rule come first, the cheapest first; then those that break rules, the
    fewest first. Of what breaks none, each is judged once more on top of the better ranked ones:
    what breaks a rule only then conflicts with them. Two wishes for one account always conflict.

    Returns
    -------
    DataFrame
        ``rank, challenge, account_id, account, planned, wanted, name, reason, change_usd`` (of the
        plan's objective, a year), ``workload_h`` and ``potential_usd`` that move,
        ``revenue_usd``, ``n_broken``, ``breaks``, ``conflicts_with``, ``verdict``, ``file, line``.
    """
    from territory.encoding.desk.desk import Desk
    from territory.encoding.desk.named import Move
    from territory.review.ledger.ledger import ledger_of

    desk = Desk(plan)
    accounts = {str(row["account_id"]): row for row in plan.accounts.to_dict("records")}
    rows = []
    for each in challenges:
        what = desk.ids.of_account(each.account_id)
        ledger = ledger_of(desk, [Move(to=each.wanted, what=(what,))], tours=False)
        account = accounts[each.account_id]
        rows.append(
            {
                "challenge": each.id,
                "account_id": each.account_id,
                "account": str(account["name"]),
                "planned": each.planned,
                "wanted": each.wanted,
                "name": each.name,
                "reason": each.reason,
                "change_usd": round(_objective(ledger), 2),
                "workload_h": float(account["workload_h"]),
                "potential_usd": float(account["potential_usd"]),
                "revenue_usd": float(account["revenue_usd"]),
                "n_broken": len(ledger.broken),
                "breaks": "; ".join(ledger.broken),
                "conflicts_with": "",
                "file": each.file,
                "line": each.line or None,
            }
        )
    if not rows:
        return pd.DataFrame(columns=list(_COLUMNS))
    frame = pd.DataFrame(rows)
    frame = frame.sort_values(["n_broken", "change_usd", "challenge"], ignore_index=True)
    frame["conflicts_with"] = _conflicts(desk, frame)
    frame.insert(0, "rank", range(1, len(frame) + 1))
    return frame.assign(verdict=[_verdict(row) for row in frame.to_dict("records")])


def _objective(ledger: Ledger) -> float:
    row = ledger.plan[ledger.plan["figure"].eq("objective")]
    return float(row["change"].iloc[0])


def _conflicts(desk: Desk, ranked: pd.DataFrame) -> list[str]:
    """Return with which better ranked challenges each cannot be had, in the order of ranks.

    Of two wishes for one account only one can be granted, whether it breaks a rule or not.
    """
    from territory.encoding.desk.named import Move
    from territory.review.ledger.ledger import ledger_of

    taken: dict[str, tuple[str, str]] = {}
    wishes_of: dict[str, list[tuple[str, str]]] = {}
    said = []
    for row in ranked.to_dict("records"):
        name, account, wanted = str(row["challenge"]), str(row["account_id"]), str(row["wanted"])
        before = wishes_of.setdefault(account, [])
        rivals = [other for other, place in before if place != wanted]
        before.append((name, wanted))
        if rivals or row["n_broken"] or account in taken:
            said.append(" ".join(rivals))
            continue
        if taken:
            wishes = [(place, other) for other, (_, place) in taken.items()]
            moves = [
                Move(to=place, what=(desk.ids.of_account(other),))
                for place, other in [*wishes, (wanted, account)]
            ]
            if ledger_of(desk, moves, tours=False).broken:
                near = [
                    other
                    for key, (other, place) in taken.items()
                    if {place, str(_planned(ranked, key))} & {wanted, str(row["planned"])}
                ]
                said.append(" ".join(near or [other for other, _ in taken.values()]))
                continue
        taken[account] = (name, wanted)
        said.append("")
    return said


def _planned(ranked: pd.DataFrame, account: str) -> str:
    return str(ranked.loc[ranked["account_id"].eq(account), "planned"].iloc[0])


def _verdict(row: dict[object, object]) -> str:
    if row["n_broken"]:
        return "breaks rules"
    if row["conflicts_with"]:
        return "possible, not together with others"
    cost = float(str(row["change_usd"]))
    return "possible, and saves" if cost < 0 else "possible, and costs"
