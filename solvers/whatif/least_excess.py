"""What a few changed units can do at best for the bands: a bound for each number of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from solvers.arrays import Bools, Floats, Ints, Longs
from solvers.errors import ProblemError
from solvers.mip.quiet import off_stdout
from solvers.problem.reach import banned, strayed, too_far

if TYPE_CHECKING:
    import scipy.sparse as _sparse

    from solvers.problem.problem import Problem

__all__ = ["EXACT_PAIRS", "MOST_PAIRS", "LeastExcess", "least_excess"]

MOST_PAIRS = 40_000
"""Pairs of a unit and a territory beyond which nothing is bounded: each costs a column."""

EXACT_PAIRS = 2_400
"""Pairs up to which units stay whole in the model, and a set that reaches the bound is looked for:
some seconds of work. Beyond, the bound is that of parts of units."""

_NOTHING = 1e-9
_NODES = 50
"""Nodes of branch and bound a model: work is counted, so the same bound every time."""

_ROUNDS = 4
"""Times that a set in several pieces is cut off, and the next best one looked at."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LeastExcess:
    """What at most 0, 1, 2, … changed units can do.

    Attributes
    ----------
    bound : float64, shape (most + 1,)
        No set of so many leaves less outside the bands; NaN from where there are more than
        `MOST_PAIRS`.
    found : tuple of int32 array, shape (n,), or None
        By number, an assignment that the model found and that breaks no rule but bands; None
        where there is none.
    """

    bound: Floats
    found: tuple[Ints | None, ...]


def least_excess(
    problem: Problem,
    assignment: NDArray[np.integer],
    *,
    share: Floats,
    tolerance: Floats,
    most: int,
    movable: Bools,
) -> LeastExcess:
    """Return what lies outside the bands at least once at most 0, 1, … units have changed.

    Parameters
    ----------
    problem : Problem
        With fixed centers and a price for every pair.
    assignment : int, shape (n,)
        Before the changes.
    share : float64, shape (k, m)
        Of a measure's total that is each territory's goal.
    tolerance : float64, shape (m,)
        Half-widths of the bands, as shares of the goals.
    most : int, 0 and up
    movable : bool, shape (n,)
        Units that may change.

    Returns
    -------
    LeastExcess
        Of Σ over territories and measures of max(|load / goal - 1| - tolerance, 0).

    Raises
    ------
    ProblemError
        The centers are free, or pairs have no price.

    Notes
    -----
    A mixed-integer model (HiGHS) of pairs x_it, with Σ x_it ≤ K and x_it at most the number of the
    unit's neighbours that have the territory then: a unit d borders away needs d changes. Where a
    set leaves a territory in pieces, it is cut off (what lies between a piece and the rest has to
    come along) and the model is solved again. Caps and groups are left out of it, so that no set of
    K does better than the bound. Goals follow the total, which moves with the ways; they are held
    to its largest value.
    """
    if problem.free_centers or not problem.cost.complete:
        raise ProblemError("cost", "of free centers or lists", "a price for every pair")
    start = np.asarray(assignment, dtype=np.int64)
    loads = _amounts(problem, np.arange(problem.n), start, start, problem.k)
    over = np.abs(loads / (share * loads.sum(axis=0)) - 1.0) - tolerance
    bound = np.full(most + 1, np.nan)
    bound[0] = float(np.maximum(over, 0.0).sum())
    found: list[Ints | None] = [None] * (most + 1)
    pairs = _pairs(problem, start, most, movable)
    for count in range(1, most + 1):
        near = pairs.away <= count
        if int(near.sum()) > MOST_PAIRS:
            break
        # What few changes cannot do, fewer cannot; what is done already stays done.
        bound[count] = bound[count - 1]
        if bound[count] <= _NOTHING or not near.any():
            continue
        here = _Pairs(pairs.unit[near], pairs.to[near], pairs.away[near])
        model = _Model(problem, start, loads, here, share, tolerance, count)
        least, found[count] = model.solved(whole=here.unit.size <= EXACT_PAIRS)
        bound[count] = min(bound[count], max(least, 0.0))
    return LeastExcess(bound=bound, found=tuple(found))


@dataclass(frozen=True, slots=True)
class _Pairs:
    """Units and territories that they could go to, and how many borders lie between."""

    unit: Longs
    to: Longs
    away: Longs


def _pairs(problem: Problem, start: Longs, most: int, movable: Bools) -> _Pairs:
    """Return the pairs within so many borders, until there are too many to be of use."""
    n, k = problem.n, problem.k
    owner = np.repeat(np.arange(n), np.diff(problem.indptr))
    reached = np.zeros((n, k), dtype=bool)
    reached[np.arange(n), start] = True
    found: list[_Pairs] = []
    total = 0
    for away in range(1, most + 1):
        more = np.zeros((n, k), dtype=bool)
        np.logical_or.at(more, owner, reached[problem.indices])
        unit, to = np.nonzero(more & ~reached & movable[:, None])
        reached |= more
        if not unit.size:
            break
        allowed = ~banned(problem, unit, to) & ~strayed(problem, unit, to)
        allowed &= np.isfinite(problem.cost.at(unit, to)) & ~too_far(problem, unit, to)
        unit, to = unit[allowed], to[allowed]
        found.append(_Pairs(unit, to, np.full(unit.size, away)))
        total += unit.size
        if total > MOST_PAIRS:
            break
    none = np.zeros(0, dtype=np.int64)
    found = found or [_Pairs(none, none, none)]
    return _Pairs(*(np.concatenate(each) for each in zip(*map(_columns, found), strict=True)))


def _columns(pairs: _Pairs) -> tuple[Longs, Longs, Longs]:
    return pairs.unit, pairs.to, pairs.away


def _load(problem: Problem, unit: Longs, to: Longs) -> Floats:
    """Load of each pair by measure, shape (p, m)."""
    travel = problem.cost.travel_at(unit, to)
    travel = np.where(np.isfinite(travel), travel, 0.0)
    return np.asarray(
        problem.balance.activity[unit] + problem.balance.travel_share * travel[:, None]
    )


def _amounts(problem: Problem, unit: Longs, to: Longs, at: Longs, k: int) -> Floats:
    """Sum of the loads of pairs by territory, shape (k, m)."""
    amount = _load(problem, unit, to)
    return np.column_stack([np.bincount(at, column, k) for column in amount.T])


class _Model:
    """The model of one number of changes: pairs, then excesses (k, m), then totals (m)."""

    def __init__(
        self,
        problem: Problem,
        start: Longs,
        loads: Floats,
        pairs: _Pairs,
        share: Floats,
        tolerance: Floats,
        count: int,
    ) -> None:
        self.problem, self.start, self.pairs = problem, start, pairs
        (k, m), p = loads.shape, pairs.unit.size
        total = loads.sum(axis=0)
        own = _load(problem, pairs.unit, start[pairs.unit])
        new = _load(problem, pairs.unit, pairs.to)
        # No more than this can be added by so many changes.
        grows = np.sort(np.maximum(new - own, 0.0), axis=0)[-count:].sum(axis=0)
        self.width = p + k * m + m
        self.weight = np.concatenate(
            [np.zeros(p), np.tile(total / (total + grows), k), np.zeros(m)]
        )
        self.rows: list[tuple[_sparse.csr_array, Floats, Floats]] = []
        for a in range(m):
            self._band_rows(a, share[:, a] * total[a], loads, new, own, float(tolerance[a]))
        self._put(np.ones((1, p)), np.full(1, float(count)))
        self._put(*_once(problem.n, pairs))
        self._put(*_touching(problem, pairs))

    def _put(self, matrix: Floats | _sparse.csr_array, high: Floats) -> None:
        """Add rows that ask something of the pairs alone."""
        import scipy.sparse as sp

        whole = sp.csr_array(matrix)
        rest = sp.csr_array((whole.shape[0], self.width - whole.shape[1]))
        low = np.full(whole.shape[0], -np.inf)
        self.rows.append((sp.csr_array(sp.hstack([whole, rest])), low, high))

    def _band_rows(
        self, a: int, goal: Floats, loads: Floats, new: Floats, own: Floats, tolerance: float
    ) -> None:
        """Add that the excess is what lies beyond either edge, and what the total comes to."""
        import scipy.sparse as sp

        (k, m), p = loads.shape, self.pairs.unit.size
        at, every = np.arange(p), np.arange(k)
        change = sp.csr_array((new[:, a], (self.pairs.to, at)), shape=(k, p)) - sp.csr_array(
            (own[:, a], (self.start[self.pairs.unit], at)), shape=(k, p)
        )
        scaled = sp.diags_array(1.0 / goal) @ change
        excess = sp.csr_array((-np.ones(k), (every, every * m + a)), shape=(k, k * m))
        for side in (1.0, -1.0):
            # side · load / goal - side · (1 + side · tolerance) · total after / before ≤ excess
            edge = np.full(k, -side * (1.0 + side * tolerance))
            after = sp.csr_array((edge, (every, np.full(k, a))), shape=(k, m))
            rows = sp.csr_array(sp.hstack([side * scaled, excess, after]))
            self.rows.append((rows, np.full(k, -np.inf), -side * loads[:, a] / goal))
        grown = (new[:, a] - own[:, a]) / loads[:, a].sum()
        one = sp.csr_array(([1.0], ([0], [a])), shape=(1, m))
        row = sp.hstack([sp.csr_array(-grown[None, :]), sp.csr_array((1, k * m)), one])
        self.rows.append((sp.csr_array(row), np.ones(1), np.ones(1)))

    def solved(self, *, whole: bool) -> tuple[float, Ints | None]:
        """Return the bound, and an assignment in one piece by territory where one was found."""
        from solvers.problem.evaluate import evaluate

        least = 0.0
        for _ in range(_ROUNDS if whole else 1):
            bound, chosen = self._once_solved(whole=whole)
            least = max(least, bound)
            if chosen is None or not whole:
                return least, None
            assignment = self.start.astype(np.int32)
            on = chosen > 0.5
            assignment[self.pairs.unit[on]] = self.pairs.to[on]
            before = {each.rule for each in evaluate(self.problem, self.start).violations}
            broken = {each.rule for each in evaluate(self.problem, assignment).violations}
            if not broken - before - {"balance"}:
                return least, assignment
            if not self._cut(assignment):
                return least, None
        return least, None

    def _once_solved(self, *, whole: bool) -> tuple[float, Floats | None]:
        import scipy.sparse as sp
        from scipy.optimize import Bounds, LinearConstraint, milp

        p = self.pairs.unit.size
        upper = np.concatenate([np.ones(p), np.full(self.width - p, np.inf)])
        with off_stdout():
            found = milp(
                self.weight,
                integrality=np.where(np.arange(self.width) < p, float(whole), 0.0),
                bounds=Bounds(np.zeros(self.width), upper),
                constraints=LinearConstraint(
                    sp.csr_array(sp.vstack([each[0] for each in self.rows])),
                    np.concatenate([each[1] for each in self.rows]),
                    np.concatenate([each[2] for each in self.rows]),
                ),
                options={"node_limit": _NODES, "mip_rel_gap": 1e-3},
            )
        bound = found.mip_dual_bound if whole else found.fun
        least = 0.0 if bound is None or not np.isfinite(bound) else float(bound)
        return least, None if found.x is None else found.x[:p]

    def _cut(self, assignment: Ints) -> bool:
        """Cut off pieces that hang on nothing; return whether there were any.

        A unit of the piece and one of the rest of its territory cannot both be there unless one of
        what surrounds the piece is, too.
        """
        from solvers.problem.graph import parts

        problem, k = self.problem, self.problem.k
        piece = parts(problem.indptr, problem.indices, assignment, problem.rules.exempt)
        land = np.flatnonzero(~problem.rules.exempt)
        size = np.bincount(piece[land], minlength=int(piece.max()) + 1)
        rows: list[tuple[dict[int, float], float]] = []
        for t in range(k):
            here = np.unique(piece[land[assignment[land] == t]])
            if here.size < 2:
                continue
            main = here[np.argmax(size[here])]
            root = int(np.flatnonzero(piece == main)[0])
            for each in here[here != main].tolist():
                inside = np.flatnonzero(piece == each)
                around = np.unique(
                    np.concatenate(
                        [problem.indices[problem.indptr[u] : problem.indptr[u + 1]] for u in inside]
                    )
                )
                around = around[piece[around] != each]
                rows += [self._separating(unit, root, around, t) for unit in inside.tolist()]
        if not rows:
            return False
        matrix = np.zeros((len(rows), self.pairs.unit.size))
        for at, (row, _) in enumerate(rows):
            matrix[at, list(row)] = list(row.values())
        self._put(matrix, np.array([limit for _, limit in rows]))
        return True

    def _separating(
        self, unit: int, root: int, around: NDArray[np.integer], t: int
    ) -> tuple[dict[int, float], float]:
        """Return [unit has t] + [root has t] - Σ [around has t] ≤ 1 in the pairs."""
        row: dict[int, float] = {}
        limit = 1.0
        for each, sign in [(unit, 1.0), (root, 1.0), *((int(u), -1.0) for u in around)]:
            if self.start[each] == t:
                limit -= sign  # it has it, unless it goes anywhere
                pairs, factor = np.flatnonzero(self.pairs.unit == each), -sign
            else:
                both = (self.pairs.unit == each) & (self.pairs.to == t)
                pairs, factor = np.flatnonzero(both), sign
            for pair in pairs.tolist():
                row[pair] = row.get(pair, 0.0) + factor
        return row, limit


def _once(n: int, pairs: _Pairs) -> tuple[_sparse.csr_array, Floats]:
    """Each unit goes to one territory at most."""
    import scipy.sparse as sp

    p = pairs.unit.size
    matrix = sp.csr_array((np.ones(p), (pairs.unit, np.arange(p))), shape=(n, p))
    several = np.flatnonzero(np.bincount(pairs.unit, minlength=n) > 1)
    return matrix[several], np.ones(several.size)


def _touching(problem: Problem, pairs: _Pairs) -> tuple[_sparse.csr_array, Floats]:
    """What does not touch its new territory yet needs a neighbour that goes there too."""
    import scipy.sparse as sp

    p, k = pairs.unit.size, problem.k
    key = pairs.unit * k + pairs.to
    order = np.argsort(key)
    far = np.flatnonzero(pairs.away > 1)
    degree = np.diff(problem.indptr)[pairs.unit[far]]
    row = np.repeat(np.arange(far.size), degree)
    first = np.repeat(problem.indptr[pairs.unit[far]], degree)
    step = np.arange(row.size) - np.repeat(np.cumsum(degree) - degree, degree)
    wanted = problem.indices[first + step].astype(np.int64) * k + pairs.to[far][row]
    place = np.minimum(np.searchsorted(key[order], wanted), p - 1)
    there = key[order][place] == wanted
    matrix = sp.csr_array(
        (-np.ones(int(there.sum())), (row[there], order[place[there]])), shape=(far.size, p)
    )
    own = sp.csr_array((np.ones(far.size), (np.arange(far.size), far)), shape=(far.size, p))
    return sp.csr_array(own + matrix), np.zeros(far.size)
