"""An integer model over (item, column) pairs: how to read its solutions and how to cut them off."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from solvers.arrays import Floats, Ints
from solvers.mip.cuts import Cut
from solvers.mip.model import Model, Rows

__all__ = ["PairModel"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PairModel:
    """A model and what its variables mean.

    Attributes
    ----------
    model : Model
        Its first variables are the pairs; what follows is the builder's business.
    item, column : int32, shape (p,)
        Item and column of each pair variable.
    place : int64, shape (q, columns), or (q + k, columns)
        Variable of each pair, -1 where it is closed. Free centers that are told which territory
        they serve have those variables in k further rows.
    items : int
        Items q; 0 for all rows of `place`.
    """

    model: Model
    item: Ints
    column: Ints
    place: NDArray[np.int64]
    items: int = 0

    def centers_of(self, values: Floats) -> Ints | None:
        """Center of each territory in a solution, shape (k,); None where they are not told."""
        if not 0 < self.items < len(self.place):
            return None
        told = self.place[self.items :]
        out: Ints = np.argmax(np.where(told >= 0, values[told], -1.0), axis=1).astype(np.int32)
        return out

    def columns_of(self, values: Floats) -> Ints:
        """Column of each item in a solution, shape (q,)."""
        weight = np.zeros((self.items or len(self.place), self.place.shape[1]))
        weight[self.item, self.column] = values[: self.item.size]
        best: Ints = np.argmax(weight, axis=1).astype(np.int32)
        return best

    def with_cuts(self, cuts: Iterable[Cut]) -> Model:
        """Return the model with the cuts as rows; closed pairs count as 0."""
        rows = Rows(self.model.objective.size)
        for cut in cuts:
            plus = [int(self.place[pair]) for pair in cut.plus]
            minus = [int(self.place[pair]) for pair in cut.minus]
            columns = np.array([v for v in (*plus, *minus) if v >= 0], dtype=np.int64)
            sign = [1.0] * sum(v >= 0 for v in plus) + [-1.0] * sum(v >= 0 for v in minus)
            if columns.size and (cut.limit < 0 or any(v >= 0 for v in plus)):
                rows.add(columns, np.array(sign), -np.inf, cut.limit)
        return self.model.with_rows(rows) if rows.count else self.model
