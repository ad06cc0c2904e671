"""What a broken plan teaches an integer model: separators, covers and no-goods as rows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from solvers.arrays import Bools, Ints
from solvers.problem import graph
from solvers.problem.evaluate import Evaluation
from solvers.problem.problem import Problem

__all__ = ["Cut", "balance_cuts", "fixed_separators", "free_separators", "this_very_plan"]


@dataclass(frozen=True, slots=True)
class Cut:
    """``Σ plus x - Σ minus x ≤ limit`` over (item, column) pairs."""

    plus: tuple[tuple[int, int], ...]
    minus: tuple[tuple[int, int], ...]
    limit: float


def _pieces(problem: Problem, assignment: NDArray[np.integer]) -> dict[int, list[Ints]]:
    """Pieces of every territory that has more than one, largest activity first."""
    part = graph.parts(problem.indptr, problem.indices, assignment, problem.rules.exempt)
    count = graph.n_parts(
        problem.indptr, problem.indices, assignment, problem.k, problem.rules.exempt
    )
    out: dict[int, list[Ints]] = {}
    for t in np.flatnonzero(count > 1).tolist():
        units = np.flatnonzero((assignment == t) & ~problem.rules.exempt)
        pieces = [units[part[units] == p].astype(np.int32) for p in np.unique(part[units])]
        out[t] = sorted(pieces, key=lambda s: (-s.size, int(s[0])))
    return out


def _usable(problem: Problem, of_unit: Ints, open_items: Bools) -> Bools:
    usable: Bools = open_items[of_unit] & ~problem.rules.exempt
    return usable


def fixed_separators(
    problem: Problem, of_unit: Ints, open_pairs: Bools, assignment: NDArray[np.integer]
) -> list[Cut]:
    """Cuts against the territories in pieces, columns being territories.

    For a unit a of a smaller piece and a unit b of the largest: both in the territory only if one
    of the units that separate them is. Where b must be in the territory, a alone needs one.

    Parameters
    ----------
    problem : Problem
    of_unit : int32, shape (n,)
        Item of each unit.
    open_pairs : bool, shape (q, k)
        Pairs that the model still holds.
    assignment : int, shape (n,)

    References
    ----------
    Oehrlein, Haunert: A cutting-plane method for contiguity-constrained spatial aggregation,
    Journal of Spatial Information Science 15 (2017), https://doi.org/10.5311/JOSIS.2017.15.379
    """
    out: list[Cut] = []
    sure = open_pairs.sum(axis=1) == 1
    for t, pieces in _pieces(problem, assignment).items():
        out.extend(_pairwise(problem, of_unit, open_pairs[:, t], t, pieces, sure))
    return out


def _pairwise(
    problem: Problem,
    of_unit: Ints,
    open_items: Bools,
    column: int,
    pieces: list[Ints],
    sure: Bools | None = None,
) -> list[Cut]:
    """Cuts between the largest piece and each other one, for a column without a root unit."""
    out: list[Cut] = []
    usable = _usable(problem, of_unit, open_items)
    main = pieces[0]
    held = main[sure[of_unit[main]]] if sure is not None else main[:0]
    root = int(held[0]) if held.size else int(main[_central(problem, main)])
    other = int(of_unit[root])
    for piece in pieces[1:]:
        wall = graph.separator(problem.indptr, problem.indices, piece, root, usable)
        minus = _pairs(of_unit[wall], column)
        for item in np.unique(of_unit[piece]).tolist():
            if held.size or item == other:
                out.append(Cut(((item, column),), minus, 0.0))
            else:
                out.append(Cut(((item, column), (other, column)), minus, 1.0))
    return out


def _central(problem: Problem, units: Ints) -> int:
    """Position of the unit with most activity, which a re-solve is least likely to drop."""
    return int(
        np.argmax(
            (problem.balance.activity[units] / problem.balance.activity.sum(axis=0)).sum(axis=1)
        )
    )


def _pairs(items: Ints, column: int) -> tuple[tuple[int, int], ...]:
    return tuple((item, column) for item in np.unique(items).tolist())


def free_separators(
    problem: Problem,
    of_unit: Ints,
    open_pairs: Bools,
    assignment: NDArray[np.integer],
    centers: NDArray[np.integer],
) -> list[Cut]:
    """Cuts against the territories in pieces, columns being the units that centers sit on.

    A unit reaches its center only through one of the units that separate its piece from it. What
    parts the piece from one center parts it from others, so every open column gets its own cut.

    `of_unit` and `assignment` are (n,), `open_pairs` (items, n), `centers` (k,).

    References
    ----------
    Validi, Buchanan, Lykhovyd: Imposing contiguity constraints in political districting models,
    Operations Research 70 (2022), https://doi.org/10.1287/opre.2021.2141
    """
    out: list[Cut] = []
    columns = np.flatnonzero(open_pairs[of_unit, np.arange(problem.n)] & ~problem.rules.exempt)
    for t, pieces in _pieces(problem, assignment).items():
        at = int(centers[t])
        if problem.rules.exempt[at]:
            out.extend(_pairwise(problem, of_unit, open_pairs[:, at], at, pieces))
            continue
        for piece in pieces:
            if at in piece:
                continue
            beside = np.concatenate(
                [problem.indices[problem.indptr[u] : problem.indptr[u + 1]] for u in piece]
            )
            for j in np.setdiff1d(columns, np.concatenate([piece, beside])).tolist():
                items = np.unique(of_unit[piece])
                items = items[open_pairs[items, j]]
                if items.size == 0:
                    continue
                usable = _usable(problem, of_unit, open_pairs[:, j])
                wall = graph.separator(problem.indptr, problem.indices, piece, j, usable)
                minus = _pairs(of_unit[wall], j)
                out.extend(Cut(((item, j),), minus, 0.0) for item in items.tolist())
    return out


def balance_cuts(
    problem: Problem,
    of_unit: Ints,
    open_pairs: Bools,
    assignment: NDArray[np.integer],
    columns: NDArray[np.integer],
    evaluation: Evaluation,
) -> list[Cut]:
    """Cuts against loads that a solver's tolerance let slip and the referee did not.

    Without travel in the measure no superset of a territory over its band, and no subset of one
    under it, will do; with travel only this very plan is excluded.

    `of_unit` and `assignment` are (n,), `open_pairs` (items, columns), `columns` (k,).
    """
    out: list[Cut] = []
    item_of = np.zeros(int(of_unit.max()) + 1, dtype=np.int64)
    item_of[of_unit] = columns[assignment]
    for breach in evaluation.violations:
        if breach.rule != "balance":
            continue
        column = int(columns[breach.territory])
        held = np.flatnonzero(item_of == column)
        if problem.balance.travel_share[breach.measure] > 0:
            everything: Iterable[tuple[int, int]] = enumerate(item_of.tolist())
            return [Cut(tuple(everything), (), float(item_of.size - 1))]
        if breach.value > breach.limit:
            out.append(Cut(_pairs(held.astype(np.int32), column), (), float(held.size - 1)))
        else:
            others = np.setdiff1d(np.flatnonzero(open_pairs[:, column]), held)
            plus = ((int(of_unit[column]), column),) if problem.free_centers else ()
            minus = _pairs(others.astype(np.int32), column)
            out.append(Cut(plus, minus, 0.0 if problem.free_centers else -1.0))
    return out


def this_very_plan(of_item: Ints, centers: NDArray[np.integer]) -> Cut:
    """Cut against one plan with the territory that each center serves.

    The same units may keep every rule in other territories.

    Parameters
    ----------
    of_item : int32, shape (q,)
        Territory of each item.
    centers : int, shape (k,)
    """
    pairs = list(enumerate(centers[of_item].tolist()))
    pairs += [(of_item.size + t, j) for t, j in enumerate(centers.tolist())]
    return Cut(tuple(pairs), (), float(len(pairs) - 1))
