"""The reason of every account: why it moves or stays, with its second best, in one sentence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from solvers.moves.alternatives import neighbour_moves
from solvers.problem.reach import pin_of
from territory.arrays import Longs
from territory.currency import code
from territory.encoding.encode import planners_limit
from territory.encoding.explain.outline import frayed
from territory.encoding.explain.position import TERMS, Position, Priced
from territory.wording import amounts_apart, measure_label

if TYPE_CHECKING:
    from territory.plan import Plan

__all__ = [
    "CODES",
    "HARD",
    "Breach",
    "breaches",
    "count_reasons",
    "in_all",
    "reasons",
    "second_best",
    "term_words",
    "usd",
]


CODES = {
    "vacant": "had no rep today",
    "closed": "today's territory is not in the plan",
    "pinned": "a rule gives it to its territory",
    "kept": "a rule leaves it with its territory of today, perhaps until a day",
    "forbidden": "a rule keeps it out of the other territory",
    "radius": "too far from the other territory's home",
    "together": "a rule keeps it together with others",
    "unit": "goes with its unit, whose other accounts were of this territory already",
    "contiguity": "the other territory, or its own, would be in pieces",
    "compactness": "a territory would be less compact than a rule asks",
    "balance": "a territory would leave its band",
    "moves": "more would change hands than the cap allows",
    "cost": "the plan costs less with it here",
    "open": "nothing stands against the other territory; the plan is not the best in this point",
}
"""Reason codes, and what each says."""

HARD = frozenset({"pinned", "kept", "forbidden", "radius", "together"})
"""Codes of rules that an account's or unit's own move breaks, whatever else moves."""

_TERM_WORDS = dict(
    zip(TERMS, ("travel", "nights away", "relationships", "split systems", "borders"), strict=True)
)
_SMALL_USD = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Breach:
    """One rule that a move would break.

    Attributes
    ----------
    code : str
        One of `CODES`.
    rule : str
        The rule's name with its territory or measure, for tables.
    words : str
        Half a sentence with the numbers.
    value, limit : float
        What would be, and what is allowed; NaN where a rule has no numbers.
    """

    code: str
    rule: str
    words: str
    value: float = float("nan")
    limit: float = float("nan")


def usd(value: float) -> str:
    """Return dollars as a whole number with thousands separators, without a sign."""
    return f"{abs(value):,.0f} {code()}"


def breaches(position: Position, priced: Priced, row: int) -> list[Breach]:
    """Return the rules that one move would break, the unit's own first, with numbers."""
    moves = priced.moves
    item, t = int(moves.units[row]), int(moves.to[row])
    there = position.ids[t]
    problem = position.encoding.problem
    out = []
    if moves.pinned[row]:
        out.append(_pinned(position, item))
    if moves.forbidden[row]:
        words = f"a rule forbids it in {there}"
        out.append(Breach(code="forbidden", rule="forbidden", words=words))
    if moves.far[row]:
        far = float(problem.rules.distance[item, t]) if problem.rules.distance is not None else 0.0
        words = f"it lies {far:.2f} times the allowed radius from the home of {there}"
        out.append(Breach(code="radius", rule="radius", words=words, value=far, limit=1.0))
    if moves.apart[row]:
        group = position.group_name.get(int(problem.rules.together[item]), "its group")
        words = f"{group} has to stay with one territory"
        out.append(Breach(code="together", rule=f"together {group}", words=words))
    if moves.torn[row] or moves.empties[row]:
        out.append(_torn(position, priced, row))
    if moves.ragged[row]:
        rule, words, value, limit = frayed(position, moves, row)
        out.append(Breach(code="compactness", rule=rule, words=words, value=value, limit=limit))
    for a, measure in enumerate(position.case.measures):
        if moves.excess[row, a] <= 0:
            continue
        who = position.ids[int(moves.tight[row, a])]
        load = float(moves.tight_load[row, a])
        tolerance = position.case.scenario.measures[measure].tolerance
        limit = planners_limit(float(moves.tight_limit[row, a]), tolerance, load)
        side = "at most" if load > limit else "at least"
        label, _, unit = measure_label(measure).removesuffix(")").partition(" (")
        is_, allowed = amounts_apart(measure, load, limit)
        words = (
            f"the {label.lower()} of {who} would be {is_} {unit}".rstrip()
            + f", where {side} {allowed} is allowed"
        )
        rule = f"balance {measure} {who}"
        out.append(Breach(code="balance", rule=rule, words=words, value=load, limit=limit))
    for r in np.flatnonzero(moves.over_cap[row]).tolist():
        value, limit = in_all(position, r, float(moves.amounts[row, r]))
        what = position.caps[r].what
        words = f"{value:,.0f} {what} would change hands in all, where at most {limit:,.0f} may"
        out.append(Breach(code="moves", rule="moves", words=words, value=value, limit=limit))
    return out


def _pinned(position: Position, item: int) -> Breach:
    owner = position.ids[pin_of(position.encoding.problem, item)]
    rule = position.kept.get(item)
    if rule is None:
        return Breach(code="pinned", rule="pinned", words=f"a rule pins it to {owner}")
    until = f" until {rule.until}" if rule.until else ""
    why = f" ({rule.why})" if rule.why else ""
    return Breach(code="kept", rule="kept", words=f"a rule leaves it with {owner}{until}{why}")


def in_all(position: Position, cap: int, amount: float) -> tuple[float, float]:
    """Return what changes hands in all, and what may, as the planner counts both.

    The problem's caps leave out what changes hands in any plan.

    Parameters
    ----------
    position : Position
    cap : int
        Column of the problem's `moved_cap`.
    amount : float
        What changes hands by the problem's weights.
    """
    each = position.caps[cap]
    return amount + each.forced, each.cap


def _torn(position: Position, priced: Priced, row: int) -> Breach:
    moves = priced.moves
    item, t = int(moves.units[row]), int(moves.to[row])
    s = int(position.table.assignment[item])
    here, there = position.ids[s], position.ids[t]
    if moves.empties[row]:
        return Breach(code="contiguity", rule=f"assigned {here}", words=f"{here} would be empty")
    parts = position.table.evaluation.n_parts
    if moves.parts_to[row] > parts[t]:
        n = int(moves.parts_to[row])
        words = f"it does not touch {there}, which would be in {n} pieces"
        return Breach(
            code="contiguity", rule=f"contiguity {there}", words=words, value=float(n), limit=1.0
        )
    n = int(moves.parts_from[row])
    words = f"{here} would fall into {n} pieces without it"
    return Breach(
        code="contiguity", rule=f"contiguity {here}", words=words, value=float(n), limit=1.0
    )


def term_words(terms: NDArray[np.float64]) -> str:
    """Return the parts of a change that count, largest first, as in ``travel +900, borders -12``.

    Examples
    --------
    >>> term_words(np.array([900.4, 0.0, -300.0, 0.0, 0.2]))
    'travel +900, relationships -300'
    """
    order = np.argsort(-np.abs(terms), kind="stable")
    return ", ".join(
        f"{_TERM_WORDS[TERMS[at]]} {terms[at]:+,.0f}"
        for at in order.tolist()
        if abs(terms[at]) >= _SMALL_USD
    )


def second_best(position: Position) -> Priced:
    """Return one alternative for each item: the cheapest that keeps the rules, else the cheapest.

    Looked at are the territories that an item touches, today's, and for what touches none the one
    that would cost least. A plan of one territory has no alternatives.
    """
    problem, label = position.encoding.problem, position.table.assignment
    units, to = neighbour_moves(problem, label)
    today = position.encoding.problem.changes.current.astype(np.int64)
    known = np.flatnonzero((today >= 0) & (today != label))
    lonely = np.setdiff1d(np.arange(problem.n), units)
    pairs = np.concatenate([units * problem.k + to, known * problem.k + today[known]])
    if problem.k > 1 and lonely.size:
        cost = np.array(problem.cost.at(lonely[:, None], np.arange(problem.k)[None, :]))
        cost[np.arange(lonely.size), label[lonely]] = np.inf
        pairs = np.concatenate([pairs, lonely * problem.k + cost.argmin(axis=1)])
    pairs = np.unique(pairs)
    priced = position.priced(pairs // problem.k, pairs % problem.k)
    moves = priced.moves
    hard = moves.of_the_unit
    order = np.lexsort((moves.to, priced.change, hard, ~moves.allowed, moves.units))
    first = order[np.unique(moves.units[order], return_index=True)[1]]
    return priced.take(first)


def reasons(plan: Plan | Position) -> pd.DataFrame:
    """Return why each account moves or stays.

    Parameters
    ----------
    plan : Plan or Position

    Returns
    -------
    DataFrame
        One row an account, in the plan's order: ``account_id, unit_id, from, to, moved, reason``
        (one of `CODES`), ``why`` (a sentence), ``other`` (the territory that it is compared with:
        today's for what moves, the second best for what stays), ``change_usd`` and each of
        `TERMS` (what the other would add), ``travel_h``, and the first rule that it would break
        with ``rule, value, limit``. ``from`` is empty where it had no rep today.
    """
    from territory.encoding.explain.position import open_position

    position = plan if isinstance(plan, Position) else open_position(plan)
    stays, best = _stay_rows(position), second_best(position)
    at_best = np.full(position.items.n, -1, dtype=np.int64)
    at_best[best.moves.units] = np.arange(best.moves.units.size)
    item = position.items.of_account
    label = position.table.assignment[item]
    moved = np.flatnonzero((position.current >= 0) & (position.current != label))
    back_pairs, back_row = np.unique(
        item[moved] * len(position.ids) + position.current[moved], return_inverse=True
    )
    back = position.priced(back_pairs // len(position.ids), back_pairs % len(position.ids))
    majority = position.encoding.problem.changes.current
    return _table(position, stays, best, at_best, back, moved, back_row, majority)


def count_reasons(table: pd.DataFrame) -> pd.DataFrame:
    """Return how many accounts move or stay for each reason: ``account, reason, accounts``."""
    what = table["moved"].map({True: "moves", False: "stays"})
    keys = pd.DataFrame({"account": what, "reason": table["reason"]})
    out = keys.groupby(["account", "reason"]).size().rename("accounts").reset_index()
    return out.sort_values(["account", "accounts"], ascending=[True, False], ignore_index=True)


def _stay_rows(position: Position) -> NDArray[np.bool_]:
    label = position.table.assignment[position.items.of_account]
    return np.asarray(position.current == label)


def _table(
    position: Position,
    stays: NDArray[np.bool_],
    best: Priced,
    at_best: Longs,
    back: Priced,
    moved: Longs,
    back_row: Longs,
    majority: NDArray[np.int32],
) -> pd.DataFrame:
    """Put a code and a sentence to each account; those of one item and one past are made once."""
    item = position.items.of_account
    label = position.table.assignment[item]
    row_of = np.full(item.size, -1, dtype=np.int64)
    row_of[moved] = back_row
    made: dict[tuple[int, int, str], tuple[object, ...]] = {}
    today = position.case.current.to_numpy()
    rows = []
    for account in range(item.size):
        i, s, before = int(item[account]), int(label[account]), str(today[account])
        is_move = row_of[account] >= 0
        priced, row = (back, int(row_of[account])) if is_move else (best, int(at_best[i]))
        key = (i, row if is_move else -1, before)
        found = made.get(key)
        if found is None:
            goes_with = is_move and int(majority[i]) == s
            found = _reason(position, priced, row, s, before, is_move, goes_with)
            made[key] = found
        rows.append(found)
    columns = ["reason", "why", "other", "change_usd", *TERMS, "travel_h", "rule", "value", "limit"]
    frame = pd.DataFrame(rows, columns=columns)
    head = pd.DataFrame(
        {
            "account_id": position.case.accounts["account_id"].to_numpy(),
            "unit_id": position.case.accounts["unit_id"].to_numpy(),
            "from": today,
            "to": np.asarray(position.ids, dtype=object)[label],
            "moved": (today != "") & ~stays,
        }
    )
    return pd.concat([head, frame], axis=1)


def _reason(
    position: Position,
    priced: Priced,
    row: int,
    s: int,
    before: str,
    is_move: bool,
    goes_with: bool,
) -> tuple[object, ...]:
    """Return one row's columns from ``reason`` on."""
    here = position.ids[s]
    if row < 0:
        code, lead = ("cost", "no other territory is in the plan")
        return (code, f"Stays with {here}: {lead}.", "", *[0.0] * 7, "", np.nan, np.nan)
    other = position.ids[int(priced.moves.to[row])]
    terms = priced.terms[row]
    change = float(terms.sum())  # of this row: `priced.change` sums all of them
    broken = breaches(position, priced, row)
    against = broken[0] if broken else None
    code, words = _judged(change, terms, broken, other=other, back=is_move)
    if is_move:
        start = f"Moves from {before} to {here}{_company(position, priced, row)}"
        if goes_with:
            unit = position.item_name(int(priced.moves.units[row]))
            code = "unit"
            words = f"its unit {unit} is served by {here} already, and an account follows its unit"
    elif before == "":
        code, start = "vacant", f"Goes to {here}, having had no rep"
    elif before not in position.number:
        code, start = "closed", f"Goes to {here}, as {before} is no territory of the plan"
    else:
        start = f"Stays with {here}{_company(position, priced, row)}"
    numbers = [round(change, 2), *[round(float(each), 2) for each in terms]]
    return (
        code,
        f"{start}: {words}.",
        other,
        *numbers,
        round(float(priced.travel_h[row]), 4),
        against.rule if against else "",
        against.value if against else np.nan,
        against.limit if against else np.nan,
    )


def _company(position: Position, priced: Priced, row: int) -> str:
    """Return how the account goes: alone, or with how many of its unit."""
    item = int(priced.moves.units[row])
    n = position.accounts_of[item].size
    if item >= len(position.case.unit_ids) or n < 2:
        return ""
    return f" with its unit {position.item_name(item)} ({n:,} accounts)"


def _judged(
    change: float,
    terms: NDArray[np.float64],
    broken: list[Breach],
    *,
    other: str,
    back: bool,
) -> tuple[str, str]:
    """Return the code of what speaks against the other territory, and half a sentence."""
    rest = term_words(terms)
    beside = f" ({rest})" if rest else ""
    lead = f"back in {other}" if back else f"in {other}, the second best,"
    hard = [each for each in broken if each.code in HARD]
    if change > -_SMALL_USD and not hard:
        cost = "the same" if change < _SMALL_USD else f"{usd(change)} a year more"
        also = f", and {broken[0].words}" if broken else ""
        return "cost", f"{lead} it would cost {cost}{beside}{also}"
    if broken:
        first = (hard or broken)[0]
        saves = "cost as much"
        if abs(change) >= _SMALL_USD:
            saves = f"{'cost' if change > 0 else 'save'} {usd(change)} a year{beside}"
        return first.code, f"{lead} it would {saves}, but {first.words}"
    return "open", f"{lead} it would save {usd(change)} a year{beside} and break no rule"
