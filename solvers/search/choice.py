"""What a restricted search may choose: a plan, its open units, and where each of them may go."""

from __future__ import annotations

from dataclasses import dataclass

from solvers.arrays import Bools, Ints, Longs

__all__ = ["Choice"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A plan, and which of its units may go where else.

    Attributes
    ----------
    base : int32, shape (n,)
        The plan; units that are not open stay as here.
    units : int64, shape (o,), ascending
        The open units.
    territories : int64, shape (c,)
        Territories that the open units choose among.
    allowed : bool, shape (o, c)
        The choices; always where the unit is now.
    columns : int32, shape (k,)
        Column of the cost that serves each territory meanwhile.
    """

    base: Ints
    units: Longs
    territories: Longs
    allowed: Bools
    columns: Ints
