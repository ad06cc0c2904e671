"""A ledger as rows: what is shown to people and given to machines."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from territory.encoding.desk.named import Move

__all__ = ["Row", "Told", "apart"]

Row = Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What moves change, row by row.

    Attributes
    ----------
    moves : tuple of Move
    territories, plan, accounts : tuple of mappings
        The rows of `Ledger.territories`, `plan` and `accounts`; NaN is not known.
    broken, mended : tuple of str
        Rules that the moves break, and that they mend, in words.
    tolerances : mapping of str to float
        Of each measure.
    """

    moves: tuple[Move, ...]
    territories: tuple[Row, ...]
    plan: tuple[Row, ...]
    accounts: tuple[Row, ...]
    broken: tuple[str, ...]
    mended: tuple[str, ...]
    tolerances: Mapping[str, float]

    def to_dict(self) -> Mapping[str, object]:
        """Return everything for machines; what is not known is None."""
        return {
            "moves": [{"to": each.to, "what": list(each.what)} for each in self.moves],
            "territories": [_known(row) for row in self.territories],
            "plan": [_known(row) for row in self.plan],
            "accounts": [_known(row) for row in self.accounts],
            "broken": list(self.broken),
            "mended": list(self.mended),
        }


def _known(row: Row) -> dict[str, object]:
    return {
        name: None if isinstance(value, float) and math.isnan(value) else value
        for name, value in row.items()
    }


def apart(
    old: Sequence[tuple[str, str, str, str]], new: Sequence[tuple[str, str, str, str]]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the words of rules broken after and not before, and the other way round.

    Bands come last: there are many of them, and what is pinned must not be lost behind them.

    Parameters
    ----------
    old, new : sequence of (rule, territory, measure, words)

    Examples
    --------
    >>> apart([("balance", "T1", "hours", "too many")], [("moves", "", "", "two too many")])
    (('two too many',), ('too many',))
    """
    before, after = (
        {each[:3]: each[3] for each in sorted(rules, key=lambda rule: rule[0] == "balance")}
        for rules in (old, new)
    )
    return (
        tuple(text for key, text in after.items() if key not in before),
        tuple(text for key, text in before.items() if key not in after),
    )
