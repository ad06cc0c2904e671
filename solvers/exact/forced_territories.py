"""Which territories can hold a unit at all: every connected set within the bands, listed.

Where a unit is heavy, or sits in a corner, few sets are left; one means that the territory is known
before any optimization, none that no plan exists.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from math import ceil, floor, inf
from operator import add, ge

import numpy as np

from solvers.arrays import LIMIT, Bools, Floats
from solvers.problem.problem import Problem
from solvers.problem.reach import is_pinned

__all__ = ["Bands", "Listing", "common_bands", "forced_territories", "list_territories"]


_HEAVY = 0.25
"""Share of the upper band from which a unit's territories are worth listing."""


_SMALL = 12
"""Units of a piece up to which it is looked at before any larger one."""


@dataclass(frozen=True, kw_only=True)
class Bands:
    """Loosest bands of any territory in the measures without travel.

    Attributes
    ----------
    weight : float64, shape (n, p)
    need, room : float64, shape (p,)
        Lower and upper band, widened by the referee's tolerance.
    """

    weight: Floats
    need: Floats
    room: Floats

    @cached_property
    def rows(self) -> list[list[float]]:
        """Weights as plain lists, made once for many listings."""
        rows: list[list[float]] = self.weight.tolist()
        return rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """Sets found for one unit.

    Attributes
    ----------
    sets : tuple of tuples of int
    complete : bool
        Whether these are all; else the search was given up.
    reach : tuple of int
        Units that share a connected set below the upper band with the unit.
    """

    sets: tuple[tuple[int, ...], ...]
    complete: bool
    reach: tuple[int, ...]


def common_bands(problem: Problem) -> Bands | None:
    """Return the bands that hold for every territory; None where sets cannot be judged by them.

    Units that contiguity does not ask about and groups that join distant units break the argument.
    """
    plain = np.flatnonzero(problem.balance.travel_share == 0)
    grouped = (problem.rules.together >= 0).any() or (
        problem.free_centers and is_pinned(problem).any()
    )
    if not problem.rules.contiguity or plain.size == 0 or problem.rules.exempt.any() or grouped:
        return None
    upper = problem.balance.upper[:, plain].max(axis=0)
    if problem.balance.center_upper is not None:
        upper = problem.balance.center_upper[:, plain].max(axis=0)
    slack = LIMIT * problem.balance.goal[:, plain].max(axis=0)
    return Bands(
        weight=problem.balance.activity[:, plain],
        need=problem.balance.lower[:, plain].min(axis=0) - slack,
        room=upper + slack,
    )


def list_territories(
    problem: Problem,
    bands: Bands,
    unit: int,
    *,
    available: Bools,
    most_looks: int,
    most_sets: int,
    whole: bool = True,
    stop: Callable[[], bool] | None = None,
) -> Listing:
    """List the connected sets within the bands that hold a unit.

    Parameters
    ----------
    problem : Problem
    bands : Bands
    unit : int
    available : bool, shape (n,)
        Units that may be used.
    most_looks, most_sets : int
        Where to give up.
    whole : bool
        Leave out sets whose rest falls in pieces that no whole number of territories can fill.
    stop : callable, optional
        Asked every hundred looks whether to give up.

    Notes
    -----
    Each neighbour of a growing set is first taken, then shut out, so that every set comes up
    once.
    """
    weight, need, room = bands.rows, bands.need.tolist(), bands.room.tolist()
    measures = range(len(need))
    around = _Around(problem, available)
    rest_of = _Rest(bands, around)

    def fits(load: list[float]) -> bool:
        return all(load[a] <= room[a] for a in measures)

    def enough(load: list[float]) -> bool:
        return all(load[a] >= need[a] for a in measures)

    found: list[tuple[int, ...]] = []
    reached = {unit}
    start = list(weight[unit])
    if not fits(start):
        return Listing(sets=(), complete=True, reach=(unit,))
    alone: tuple[int, ...] = (unit,)
    if enough(start) and (not whole or rest_of.fits(alone)):
        found.append(alone)
    stack = [(start, tuple(around[unit]), frozenset(alone), alone)]
    looks = 0
    while stack:
        load, rim, seen, held = stack.pop()
        if not rim:
            continue
        looks += 1
        stopped = stop is not None and looks % 100 == 0 and stop()
        if looks > most_looks or len(found) > most_sets or stopped:
            return Listing(sets=tuple(found), complete=False, reach=tuple(sorted(reached)))
        first, rest = rim[0], rim[1:]
        shut = seen | {first}
        stack.append((load, rest, shut, held))
        more = [load[a] + weight[first][a] for a in measures]
        if not fits(more):
            continue
        reached.add(first)
        taken = (*held, first)
        if enough(more) and (not whole or rest_of.fits(taken)):
            found.append(taken)
        fresh = [v for v in around[first] if v not in shut and v not in rest]
        stack.append((more, (*rest, *fresh), shut, taken))
    return Listing(sets=tuple(found), complete=True, reach=tuple(sorted(reached)))


class _Around(dict[int, list[int]]):
    """Available neighbours of each unit, looked up when they are first asked for."""

    def __init__(self, problem: Problem, available: Bools) -> None:
        """Keep the graph, CSR, and who is available, shape (n,)."""
        super().__init__()
        self._graph = problem.indptr, problem.indices
        self._available = available

    def __missing__(self, unit: int) -> list[int]:
        """Look up a unit's neighbours."""
        indptr, indices = self._graph
        near = indices[indptr[unit] : indptr[unit + 1]]
        out: list[int] = near[self._available[near]].tolist()
        self[unit] = out
        return out


class _Rest:
    """What is left beside a set of units."""

    def __init__(self, bands: Bands, around: _Around) -> None:
        """Keep the bands as plain lists, and the weights from which any piece surely fits."""
        self._around = around
        self._weight = bands.rows
        self._need, self._room = bands.need.tolist(), bands.room.tolist()
        # T / need - T / room ≥ 1: a whole number lies between; without a lower band any does.
        self._plenty = [
            max(need, need * room / max(room - need, 1e-300)) if need > 0 else 0.0
            for need, room in zip(self._need, self._room, strict=True)
        ]

    def fits(self, held: tuple[int, ...]) -> bool:
        """Whether each piece beside the held units can be filled by whole territories.

        A piece that is so large that some whole number surely fits is not walked to its end, and
        what is cut off is mostly small: small pieces are looked at first.
        """
        return self._fit(held, _SMALL) and self._fit(held, len(self._weight))

    def _fit(self, held: tuple[int, ...], most: int) -> bool:
        """Whether each piece of at most so many units fits."""
        piece_of = dict.fromkeys(held, -1)
        for start in [v for u in held for v in self._around[u]]:
            if start in piece_of:
                continue
            piece_of[start] = start
            total, stack, large, walked = [0.0] * len(self._need), [start], False, 0
            while stack and not large:
                unit = stack.pop()
                total = [*map(add, total, self._weight[unit])]
                walked += 1
                large = walked > most or all(map(ge, total, self._plenty))
                for v in self._around[unit]:
                    piece = piece_of.get(v)
                    if piece is None:
                        piece_of[v] = start
                        stack.append(v)
                    elif piece not in (start, -1):  # of a large piece left before its end
                        large = True
            if not (large or self._whole_number(total)):
                return False
        return True

    def _whole_number(self, total: list[float]) -> bool:
        """Whether a whole number of territories, one or more, has room for a piece and fills it."""
        for load, need, room in zip(total, self._need, self._room, strict=True):
            fewest = ceil(load / room - LIMIT) if room > 0 else (inf if load > 0 else 0)
            most = floor(load / need + LIMIT) if need > 0 else inf
            if fewest > most or most < 1:
                return False
        return True


def forced_territories(problem: Problem, *, most_looks: int = 30_000) -> list[tuple[int, ...]]:
    """Return territories that every plan has, found one after another.

    A unit for which a single set is left has that set; taken out of the geography, it may leave
    other units with a single set in turn. An empty tuple among them says that a unit is left with
    none: no plan exists.

    Notes
    -----
    Only heavy units are looked at; a light one has too many sets to list.
    """
    bands = common_bands(problem)
    if bands is None:
        return []
    share = (bands.weight / np.where(bands.room > 0, bands.room, np.inf)).max(axis=1)
    heavy = np.flatnonzero(share >= _HEAVY)
    heavy = heavy[np.argsort(-share[heavy], kind="stable")]
    available = np.ones(problem.n, dtype=np.bool_)
    forced: list[tuple[int, ...]] = []
    settled = False
    while not settled:
        settled = True
        for unit in heavy[available[heavy]].tolist():
            listing = list_territories(
                problem,
                bands,
                unit,
                available=available,
                most_looks=most_looks,
                most_sets=1,
            )
            if listing.complete and not listing.sets:
                return [*forced, ()]
            if listing.complete and len(listing.sets) == 1:
                forced.append(listing.sets[0])
                available[list(listing.sets[0])] = False
                settled = False
                break
    return forced
