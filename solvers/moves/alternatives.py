"""What single moves would change: every term and rule, for many moves at once, as the referee says.

Prepared once for an assignment, a move costs as little as looking at its unit, its neighbours and
two territories; the referee would look at everything. Only for fixed centers.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from solvers.arrays import Bools, Floats, Ints, Longs
from solvers.errors import ProblemError
from solvers.problem import graph
from solvers.problem.bands import scale_of
from solvers.problem.compactness import shape_moves
from solvers.problem.evaluate import TOLERANCE, Evaluation, evaluate
from solvers.problem.problem import Problem
from solvers.problem.reach import banned, holds_land, strayed, too_far

__all__ = ["Alternatives", "Moves", "neighbour_moves"]

_CHUNK = 1 << 20
"""Numbers that the loads of one batch of moves may take."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Moves:
    """What p single moves would change, each on its own.

    Attributes
    ----------
    units, to : int64, shape (p,)
        What moves where; a unit that is there already changes nothing.
    cost, moves, splits, borders : float64, shape (p,)
        Change of each term of the objective; ``inf`` where the territory may not serve the unit.
    travel : float64, shape (p,)
        Change of the cost's travel part; 0 where the territory may not serve the unit.
    load_from, load_to : float64, shape (p, m)
        Loads of both territories afterwards.
    excess : float64, shape (p, m)
        Worst worsening of a territory's distance to its band, as a share of its goal; 0 for none.
        Third territories count where they were inside.
    tight : int32, shape (p, m)
        The territory concerned, -1 for none.
    tight_load, tight_limit : float64, shape (p, m)
        Its load afterwards and the limit that it would overstep.
    parts_from, parts_to : int32, shape (p,)
        Pieces of both territories afterwards.
    empties : bool, shape (p,)
        The unit is the last of its territory, or the last that contiguity asks about.
    amounts : float64, shape (p, r)
        What counts against each cap on changes afterwards.
    over_cap : bool, shape (p, r)
        Above the cap, and more so than before.
    pinned, forbidden, far, apart : bool, shape (p,)
        Rules of the unit broken there: pinned elsewhere, forbidden, beyond the radius, parted
        from what it must be together with.
    torn : bool, shape (p,)
        One of both territories would have more pieces than it has.
    frayed : int32, shape (p,)
        The one of both that would fall short, or further short, of the compactness that is asked,
        -1 for none.
    frayed_value, frayed_limit : float64, shape (p,)
        Its compactness afterwards, and what is asked of it then.
    shortfall : float64, shape (p,)
        Change of what all territories fall short of it; see `solvers.problem.compactness`.
    """

    units: Longs
    to: Longs
    cost: Floats
    moves: Floats
    splits: Floats
    borders: Floats
    travel: Floats
    load_from: Floats
    load_to: Floats
    excess: Floats
    tight: Ints
    tight_load: Floats
    tight_limit: Floats
    parts_from: Ints
    parts_to: Ints
    empties: Bools
    amounts: Floats
    over_cap: Bools
    pinned: Bools
    forbidden: Bools
    far: Bools
    apart: Bools
    torn: Bools
    frayed: Ints
    frayed_value: Floats
    frayed_limit: Floats
    shortfall: Floats

    @property
    def change(self) -> Floats:
        """Change of the objective, shape (p,)."""
        return self.cost + self.moves + self.splits + self.borders

    @property
    def of_the_unit(self) -> Bools:
        """Whether the move breaks a rule of its unit, shape (p,)."""
        return self.pinned | self.forbidden | self.far | self.apart

    @property
    def ragged(self) -> Bools:
        """Whether it frays the outline of a territory that is asked to be compact, shape (p,)."""
        return self.frayed >= 0

    @property
    def outright(self) -> Bools:
        """Whether it breaks one that bands, outlines and caps have no part in, shape (p,)."""
        return self.of_the_unit | self.torn | self.empties

    @property
    def allowed(self) -> Bools:
        """Whether the move breaks no rule that holds now, and worsens none that does not."""
        whole = self.over_cap.any(axis=1) | self.ragged
        return ~self.outright & ~whole & (self.excess <= 0).all(axis=1)

    def take(self, rows: NDArray[np.integer]) -> Moves:
        """Return some of the moves, in the order given."""
        return Moves(**{each.name: getattr(self, each.name)[rows] for each in fields(self)})


class Alternatives:
    """An assignment prepared for the question what else it could be.

    Parameters
    ----------
    problem : Problem
        With fixed centers.
    assignment : int, shape (n,)
        Every unit 0 to k - 1.

    Raises
    ------
    ProblemError
        The centers are free, or a unit has no territory.
    """

    def __init__(self, problem: Problem, assignment: NDArray[np.integer]) -> None:
        if problem.free_centers:
            raise ProblemError("cost", "one with free centers", "fixed centers")
        self.problem = problem
        self.assignment = np.asarray(assignment, dtype=np.int64)
        self.evaluation: Evaluation = evaluate(problem, assignment)
        if self.assignment.min(initial=0) < 0 or self.assignment.max(initial=0) >= problem.k:
            raise ProblemError("assignment", "with units of no territory", "0 to k - 1")
        self._owner = graph.owners(problem.indptr).astype(np.int64)
        exempt = problem.rules.exempt
        self._piece = graph.parts(problem.indptr, problem.indices, assignment, exempt)
        self._n_land = np.bincount(self.assignment[~exempt], minlength=problem.k)
        self._remains = graph.pieces_without(
            problem.indptr, problem.indices, self.assignment, exempt
        )
        self._held = self._group_counts()
        current = problem.changes.current
        moved = (current >= 0) & (self.assignment != current)
        self._moved = problem.changes.moved_weight[moved].sum(axis=0)
        self._mates = self._mate_counts()

    def _group_counts(self) -> Ints:
        """Count each group's units in each territory, shape (g, k)."""
        groups, k = self.problem.groups, self.problem.k
        n_groups = groups.price.size
        group = np.repeat(np.arange(n_groups), np.diff(groups.indptr))
        flat = np.bincount(group * k + self.assignment[groups.units], minlength=n_groups * k)
        return flat.reshape(n_groups, k).astype(np.int32)

    def moves(self, units: NDArray[np.integer], to: NDArray[np.integer]) -> Moves:
        """Return what each move would change, each on its own.

        Parameters
        ----------
        units, to : int, shape (p,)
        """
        return self._moves(np.asarray(units).astype(np.int64), np.asarray(to).astype(np.int64))

    def _moves(self, units: Longs, to: Longs) -> Moves:
        problem, rules, changes = self.problem, self.problem.rules, self.problem.changes
        here = self.assignment[units]
        same = here == to
        price = _difference(problem.cost.at(units, to), problem.cost.at(units, here))
        away, there = (_travel(problem, units, columns) for columns in (here, to))
        known = changes.current[units] >= 0
        leaves = ((to != changes.current[units]) & known).astype(np.float64)
        leaves -= (here != changes.current[units]) & known
        amounts = self._moved + leaves[:, None] * changes.moved_weight[units]
        cap = changes.moved_cap * (1.0 + TOLERANCE) + TOLERANCE
        closer, borders = self._around(units, to)
        exempt = rules.exempt[units]
        parts = self.evaluation.n_parts
        fewer = np.where(exempt | same, 0, self._remains[units] - 1)
        more = np.where(exempt | same, 0, 1 - closer)
        parts_from = (parts[here] + fewer).astype(np.int32)
        parts_to = (parts[to] + more).astype(np.int32)
        asked = rules.contiguity
        last = ~exempt & (self._n_land[here] == 1) & holds_land(problem)
        mate = rules.together[units]
        bands = self._loads(units, here, to, away, there)
        outlines = shape_moves(problem.shapes, self.assignment, problem.k, units, to)
        return Moves(
            units=units,
            to=to,
            cost=np.where(same, 0.0, price),
            moves=changes.move_cost[units] * leaves,
            splits=self._splits(units, here, to),
            borders=borders,
            travel=there - away,
            load_from=bands.load_from,
            load_to=bands.load_to,
            excess=bands.excess,
            tight=bands.tight,
            tight_load=bands.load,
            tight_limit=bands.limit,
            parts_from=parts_from,
            parts_to=parts_to,
            empties=~same & ((self.evaluation.n_units[here] == 1) | last),
            amounts=amounts,
            over_cap=(amounts > cap) & (amounts > self._moved),
            pinned=~same & strayed(problem, units, to),
            forbidden=~same
            & (banned(problem, units, to) | ~np.isfinite(problem.cost.at(units, to))),
            far=~same & too_far(problem, units, to),
            apart=~same & self._parted(mate, to),
            torn=asked & ~same & ((fewer > 0) | (more > 0)),
            frayed=outlines.frayed,
            frayed_value=outlines.value,
            frayed_limit=outlines.limit,
            shortfall=outlines.shortfall,
        )

    def _mate_counts(self) -> Ints:
        """Count the units to be kept together by group and territory, shape (groups, k)."""
        together, k = self.problem.rules.together, self.problem.k
        units = np.flatnonzero(together >= 0)
        n_groups = int(together.max(initial=-1)) + 1
        flat = np.bincount(together[units] * k + self.assignment[units], minlength=n_groups * k)
        return flat.reshape(n_groups, k).astype(np.int32)

    def _parted(self, mate: Ints, to: Longs) -> Bools:
        """Return where others of the unit's group would be elsewhere, whoever they are."""
        out = np.zeros(mate.size, dtype=bool)
        rows = np.flatnonzero(mate >= 0)
        group = mate[rows]
        out[rows] = self._mates[group, to[rows]] < self._mates[group].sum(axis=1) - 1
        return out

    def _around(self, units: Longs, to: Longs) -> tuple[Longs, Floats]:
        """Return how many pieces of the new territory each unit touches; the borders' change."""
        problem = self.problem
        start, stop = problem.indptr[units], problem.indptr[units + 1]
        count = stop - start
        move = np.repeat(np.arange(units.size), count)
        at = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
        entry = start[move] + at
        other = problem.indices[entry].astype(np.int64)
        there = self.assignment[other]
        km = problem.borders.km[entry]
        change = np.where(there == self.assignment[units][move], km, 0.0)
        change -= np.where(there == to[move], km, 0.0)
        change[(self.assignment[units] == to)[move]] = 0.0
        borders = np.bincount(move, weights=change, minlength=units.size) * problem.borders.price
        joins = (there == to[move]) & ~problem.rules.exempt[other]
        n_pieces = int(self._piece.max(initial=0)) + 1
        touched = np.unique(move[joins] * n_pieces + self._piece[other[joins]])
        closer: Longs = np.bincount(touched // n_pieces, minlength=units.size).astype(np.int64)
        return closer, np.asarray(borders, dtype=np.float64)

    def _splits(self, units: Longs, here: Longs, to: Longs) -> Floats:
        """Return the change of the price of split groups."""
        groups = self.problem.groups
        if groups.price.size == 0:
            return np.zeros(units.size)
        import scipy.sparse as sp

        group = np.repeat(np.arange(groups.price.size), np.diff(groups.indptr))
        member = sp.csr_array(
            (np.ones(group.size), (groups.units, group)),
            shape=(self.problem.n, groups.price.size),
        )
        rows = member[units].tocoo()
        move, which = rows.coords
        opens = (self._held[which, to[move]] == 0).astype(np.float64)
        closes = self._held[which, here[move]] == rows.data
        change = np.where(here[move] == to[move], 0.0, opens - closes) * groups.price[which]
        total = np.bincount(move, weights=change, minlength=units.size)
        return np.asarray(total, dtype=np.float64)

    def _loads(self, units: Longs, here: Longs, to: Longs, away: Floats, there: Floats) -> _Bands:
        """Return the loads afterwards, and by measure the territory whose band suffers most."""
        problem, before = self.problem, self.evaluation
        balance = problem.balance
        p, m, k = units.size, problem.m, problem.k
        given, share = balance.activity[units], balance.travel_share
        leaves, arrives = given + away[:, None] * share, given + there[:, None] * share
        out = _Bands(
            load_from=np.zeros((p, m)),
            load_to=np.zeros((p, m)),
            excess=np.zeros((p, m)),
            tight=np.full((p, m), -1, dtype=np.int32),
            load=np.zeros((p, m)),
            limit=np.zeros((p, m)),
        )
        column = np.arange(m)[None, :]
        step = max(1, _CHUNK // max(1, k * m))
        for low in range(0, p, step):
            rows = np.arange(low, min(p, low + step))
            at = np.arange(rows.size)
            loads = np.repeat(before.loads[None], rows.size, axis=0)
            loads[at, here[rows]] -= leaves[rows]
            loads[at, to[rows]] += arrives[rows]
            own = loads.sum(axis=1)
            scale = scale_of(balance, own)[:, None, :]
            goal, upper, lower = (
                each * scale for each in (balance.goal, balance.upper, balance.lower)
            )
            beyond = np.maximum(np.maximum(loads - upper, lower - loads), 0.0)
            worse = np.where(beyond > TOLERANCE * goal, beyond, 0.0) / goal - before.excess
            # A third territory that is outside already is no affair of this move.
            third = np.repeat((before.excess > 0)[None], rows.size, axis=0)
            third[at, here[rows]] = False
            third[at, to[rows]] = False
            worse[third | (worse <= TOLERANCE)] = 0.0
            tight = worse.argmax(axis=1)
            pick = (at[:, None], tight, column)
            found = worse[pick]
            limit = np.where(loads[pick] > upper[pick], upper[pick], lower[pick])
            out.load_from[rows] = loads[at, here[rows]]
            out.load_to[rows] = loads[at, to[rows]]
            out.excess[rows] = found
            out.tight[rows] = np.where(found > 0, tight, -1)
            out.load[rows] = np.where(found > 0, loads[pick], 0.0)
            out.limit[rows] = np.where(found > 0, limit, 0.0)
        return out


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Bands:
    """Loads after each move, and what suffers most."""

    load_from: Floats
    load_to: Floats
    excess: Floats
    tight: Ints
    load: Floats
    limit: Floats


def _difference(new: Floats, old: Floats) -> Floats:
    """Return new - old; ``inf`` where the new one is, even where both are."""
    with np.errstate(invalid="ignore"):
        out = new - old
    return np.where(np.isfinite(new), out, np.inf)


def _travel(problem: Problem, units: Longs, columns: Longs) -> Floats:
    travel = problem.cost.travel_at(units, columns)
    return np.where(np.isfinite(travel), travel, 0.0)


def neighbour_moves(problem: Problem, assignment: NDArray[np.integer]) -> tuple[Longs, Longs]:
    """Return each unit with each other territory that it touches, sorted, both of shape (p,)."""
    owner = graph.owners(problem.indptr).astype(np.int64)
    territory = np.asarray(assignment, dtype=np.int64)
    there = territory[problem.indices]
    pairs = np.unique((owner * problem.k + there)[territory[owner] != there])
    return pairs // problem.k, pairs % problem.k
