"""Contiguity of what units choose: the rows that keep territories in one piece, and mending."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from solvers.arrays import Bools, Ints, Longs
from solvers.problem import graph
from solvers.problem.neighbours import contiguity_graph

if TYPE_CHECKING:
    from solvers.problem.problem import Problem
    from solvers.search.choice import Choice

__all__ = ["Cut", "cuts", "first_cuts", "mended"]


@dataclass(frozen=True, slots=True)
class Cut:
    """All held units in the territory only if one of the wall is; none held: one must be.

    Both are pairs (row of the open unit, position of the territory).
    """

    held: tuple[tuple[int, int], ...]
    wall: tuple[tuple[int, int], ...]


def _rows(problem: Problem, choice: Choice) -> Longs:
    row = np.full(problem.n, -1, dtype=np.int64)
    row[choice.units] = np.arange(choice.units.size)
    return row


def first_cuts(problem: Problem, choice: Choice) -> list[Cut]:
    """A unit joins a territory that surely has others only beside one of its units."""
    row = _rows(problem, choice)
    indptr, indices = contiguity_graph(problem)
    exempt = problem.rules.exempt
    asked = (row < 0) & ~exempt
    held = np.bincount(choice.base[asked], minlength=problem.k)
    out = []
    for i, j in np.argwhere(choice.allowed).tolist():
        u, t = int(choice.units[i]), int(choice.territories[j])
        if exempt[u] or held[t] == 0:
            continue
        near = indices[indptr[u] : indptr[u + 1]]
        if ((row[near] < 0) & (choice.base[near] == t)).any():
            continue
        rows = row[near]
        rows = rows[rows >= 0]
        wall = tuple((int(v), j) for v in rows if choice.allowed[v, j])
        out.append(Cut(((i, j),), wall))
    return out


def cuts(problem: Problem, choice: Choice, assignment: Ints) -> list[Cut]:
    """Separators: rows against every territory that an assignment leaves in pieces.

    `assignment` is (n,), 0 to k - 1.
    """
    rules = problem.rules
    part = graph.parts(problem.indptr, problem.indices, assignment, rules.exempt)
    row = _rows(problem, choice)
    out: list[Cut] = []
    for j, t in enumerate(choice.territories.tolist()):
        units = np.flatnonzero((assignment == t) & ~rules.exempt)
        names = np.unique(part[units])
        if names.size < 2:
            continue
        fixed = units[row[units] < 0]
        weight = np.bincount(np.searchsorted(names, part[fixed]), minlength=names.size)
        if fixed.size == 0:
            weight = np.bincount(np.searchsorted(names, part[units]), minlength=names.size)
        main = int(names[np.argmax(weight)])
        anchors = fixed[part[fixed] == main] if fixed.size else units[part[units] == main]
        root = int(anchors[0])
        may = ~rules.exempt & ((row < 0) & (choice.base == t))
        may[choice.units] = choice.allowed[:, j] & ~rules.exempt[choice.units]
        for name in names.tolist():
            if name != main:
                piece = units[part[units] == name].astype(np.int32)
                out += _against(problem, choice, row, piece, root, may, j)
    return out


def _against(
    problem: Problem, choice: Choice, row: Longs, piece: Ints, root: int, may: Bools, j: int
) -> list[Cut]:
    """Rows that let a piece stay only where one of the units between it and the root joins."""
    wall = graph.separator(problem.indptr, problem.indices, piece, root, may)
    rows = row[wall]
    # A fixed unit of the territory in the wall would have been of the piece.
    pairs = tuple((int(v), j) for v in np.unique(rows[rows >= 0]))
    extra = ((int(row[root]), j),) if row[root] >= 0 else ()
    if (row[piece] < 0).any():  # a fixed unit cannot leave
        return [Cut(extra, pairs)]
    return [Cut(((int(i), j), *extra), pairs) for i in np.unique(row[piece]).tolist()]


def mended(problem: Problem, choice: Choice, assignment: Ints) -> Ints | None:
    """Put stray pieces back to where the plan had them, then let neighbours take what is left.

    None where rules fight and a territory stays in pieces.

    Assignments are (n,), 0 to k - 1.
    """
    from solvers.construct.repair import complete

    out: Ints = assignment.copy()
    rules = problem.rules
    for _ in range(6):
        part = graph.parts(problem.indptr, problem.indices, out, rules.exempt)
        stray: list[Longs] = []
        for t in choice.territories.tolist():
            units = np.flatnonzero((out == t) & ~rules.exempt)
            names, sizes = np.unique(part[units], return_counts=True)
            if names.size > 1:
                stray.append(units[part[units] != names[np.argmax(sizes)]])
        if not stray:
            return out
        back = np.concatenate(stray)
        if (out[back] == choice.base[back]).all():
            break
        out[back] = choice.base[back]
    whole: Ints = complete(problem, out)
    count = graph.n_parts(problem.indptr, problem.indices, whole, problem.k, rules.exempt)
    return None if (count > 1).any() else whole
