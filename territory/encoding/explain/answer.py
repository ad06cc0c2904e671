"""What is said of one account or unit: every other territory with its price and its rules."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from territory.currency import code
from territory.encoding.explain.exchange import Exchange, smallest_exchange
from territory.encoding.explain.position import TERMS, Position
from territory.encoding.explain.reasons import breaches, reasons, second_best

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["Answer", "explain_item"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Answer:
    """Why an account or unit is where it is.

    Attributes
    ----------
    name, territory : str
        What is asked about, and where it is.
    accounts : DataFrame
        Its accounts as in `reasons`.
    alternatives : DataFrame
        One row each other territory, the most possible and cheapest first: ``territory_id,
        change_usd``, each of `TERMS`, ``travel_h``, then for each measure ``M_from, M_to`` (loads
        of both territories afterwards), ``n_broken`` and ``broken`` (rules in words).
    second : str
        The second-best territory; empty where there is no other.
    exchanges : mapping of str to (Exchange or None)
        What would have to move besides, for the second best and for today's territory.
    words : tuple of str
        The same in sentences.
    """

    name: str
    territory: str
    accounts: pd.DataFrame
    alternatives: pd.DataFrame
    second: str
    exchanges: Mapping[str, Exchange | None]
    words: tuple[str, ...]


def explain_item(position: Position, item: int, rows: Sequence[int] | None = None) -> Answer:
    """Explain a unit or a named account.

    Parameters
    ----------
    position : Position
    item : int
    rows : sequence of int, optional
        Rows of the accounts asked about; all of the item's unless given.
    """
    s = int(position.table.assignment[item])
    others = np.array([t for t in range(len(position.ids)) if t != s], dtype=np.int64)
    priced = position.priced(np.full(others.size, item), others)
    broken = [breaches(position, priced, row) for row in range(others.size)]
    measures = position.case.measures
    table = pd.DataFrame({"territory_id": [position.ids[t] for t in others.tolist()]})
    table["change_usd"] = priced.change.round(2)
    for at, term in enumerate(TERMS):
        table[term] = priced.terms[:, at].round(2)
    table["travel_h"] = priced.travel_h.round(4)
    for a, measure in enumerate(measures):
        table[f"{measure}_from"] = priced.moves.load_from[:, a].round(4)
        table[f"{measure}_to"] = priced.moves.load_to[:, a].round(4)
    table["n_broken"] = [len(each) for each in broken]
    table["broken"] = ["; ".join(each.words for each in found) for found in broken]
    torn = [any(each.code == "contiguity" for each in found) for found in broken]
    possible = np.array(table["n_broken"] == 0)
    order = np.lexsort((np.array(table["change_usd"]), np.array(torn), ~possible))
    kept = position.accounts_of[item] if rows is None else np.asarray(rows, dtype=np.int64)
    best = second_best(position)
    wanted = [int(t) for t in best.moves.to[best.moves.units == item]]
    second = position.ids[wanted[0]] if wanted else ""
    today = np.unique(position.current[kept])
    wanted += [int(t) for t in today if t >= 0 and t != s and t not in wanted]
    exchanges = {position.ids[t]: smallest_exchange(position, item, t) for t in wanted}
    return Answer(
        name=position.item_name(item),
        territory=position.ids[s],
        accounts=reasons(position).iloc[kept].reset_index(drop=True),
        alternatives=table.iloc[order].reset_index(drop=True),
        second=second,
        exchanges=exchanges,
        words=tuple(_exchange_words(position, found, name) for name, found in exchanges.items()),
    )


def _exchange_words(position: Position, exchange: Exchange | None, second: str) -> str:
    if exchange is None:
        return f"no exchange was found that would make {second} possible"
    side = "more" if exchange.change_usd > 0 else "less"
    price = f"the plan would cost {abs(exchange.change_usd):,.0f} {code()} a year {side}"
    if len(exchange.moves) == 1:
        return f"{second} is possible without moving anything else; {price}"
    label = position.table.assignment
    named = [
        f"{position.item_name(item)} from {position.ids[label[item]]} to {position.ids[t]}"
        for item, t in exchange.moves[1:]
    ]
    listed = ", ".join(named[:6]) + (f" and {len(named) - 6:,} more" if len(named) > 6 else "")
    verb = "moves" if len(named) == 1 else "move"
    how = "" if exchange.least else " (found by a re-solve; fewer may do)"
    return f"{second} is possible if {listed} {verb} too{how}; {price}"
