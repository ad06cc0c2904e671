"""The two records of flat arrays that the kernels work on: a field that stays, a state that moves.

`solvers.search.arrays` builds them from a problem and an assignment.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from solvers.arrays import Bools, Floats, Ints, Longs

__all__ = [
    "CENTROID",
    "DENSE",
    "PLANE",
    "SPARSE",
    "Bools",
    "Field",
    "Floats",
    "Ints",
    "Longs",
    "State",
]

DENSE, SPARSE, PLANE, CENTROID = 0, 1, 2, 3
"""How a unit's cost is found: table, candidate list, distance to a point, moving centroid."""


class Field(NamedTuple):
    """What a search never changes; n units, k territories, m measures, r caps, g groups."""

    n: int
    k: int
    m: int
    mode: int  # DENSE, SPARSE, PLANE or CENTROID
    power: int  # of the distance, where the mode is PLANE
    connected: bool  # whether territories must be in one piece
    ruled: bool  # whether any unit is barred from any territory
    priced: bool  # whether moves from today's alignment, their caps or split groups matter
    bordered: bool  # whether the border between territories has a price
    free: bool  # whether centers on units are to be located while searching
    carries: bool  # whether a unit that may not leave alone takes along what it would cut off
    indptr: Longs  # contiguity graph: CSR without the exempt units' edges
    indices: Ints
    ring: Longs  # for each CSR entry, the bits of the row's other entries that it touches
    near_ptr: Longs  # proposal graph: from which units a unit may take its next territory
    near: Ints
    border: Floats  # price of the border with each entry of near where it is cut, or empty
    goal: Floats  # (k, m) as the problem gives them, before any scaling
    lower: Floats  # (k, m)
    upper: Floats  # (k, m)
    center_upper: Floats  # (n, m) or (0, 0): upper bands by center
    weight: Floats  # (n,) of the distance
    offset: Floats  # (n,)
    x: Floats  # (n,)
    y: Floats  # (n,)
    table: Floats  # (n, columns) cost where DENSE
    travel: Floats  # (n, columns) travel part where DENSE and told apart
    row_ptr: Longs  # candidate lists where SPARSE
    row_territory: Ints
    row_cost: Floats
    row_travel: Floats
    activity: Floats  # (n, m)
    share: Floats  # (m,) travel share
    shared: bool  # whether any share is above 0
    locked: Bools  # (n,) never moved
    exempt: Bools  # (n,) contiguity does not ask
    idle: Bools  # (n,) without cost: kept by the length of the border instead
    border_price: float  # of a cut edge of an idle unit
    roam: Bools  # (n,) also proposes territories of its roster
    roster: Ints  # (n, c) or (0, 0): territories that a roaming unit may try
    barred_ptr: Longs  # (n + 1,) forbidden territories of each unit
    barred: Ints
    mate_of: Ints  # (n,) together group, -1 where none
    mate_ptr: Longs
    mates: Ints
    current: Ints  # (n,) today's territory, -1 where none
    move_cost: Floats  # (n,)
    moved_weight: Floats  # (n, r)
    moved_cap: Floats  # (r,)
    moved_scale: Floats  # (r,) what counts as an excess of 1
    group_ptr: Longs  # (n + 1,) split-priced groups of each unit
    groups: Ints
    group_price: Floats  # (g,)
    radius: float
    distance: Floats  # (n, columns) or (0, 0)
    big: float  # price of a breach


class State(NamedTuple):
    """What every move changes."""

    assignment: Ints  # (n,) territory
    n_units: Longs  # (k,)
    asked: Longs  # (k,) units that contiguity asks about
    load: Floats  # (k, m)
    goal: Floats  # (k, m), with lower and upper scaled to the plan's own total
    lower: Floats  # (k, m)
    upper: Floats  # (k, m)
    price: Floats  # (k, m) of an excess of one goal
    cap_price: Floats  # (r,) of an excess of one scale
    mass: Floats  # (k,) Σ weight
    cx: Floats  # (k,) centroid where CENTROID, center where PLANE
    cy: Floats  # (k,)
    col: Ints  # (k,) column of the cost
    moved: Floats  # (r,)
    held: Ints  # (g, k) units of each group in each territory
    foreign: Ints  # (n,) proposal neighbours in other territories
    rim: Ints  # (n,) units that may move: the first rim_size entries
    place: Ints  # (n,) position in rim, -1 where not there
    rim_size: Longs  # (1,)
    stamp: Longs  # (n,) last search that saw the unit
    queue: Ints  # (n,)
    trail: Longs  # (n, 2) units and old territories of a chain being tried
    tick: Longs  # (1,) number of the last search
    rng: NDArray[np.uint64]  # (1,)
    totals: Floats  # (2,): objective, violation
    tight: Floats  # (1,) share of each band's half-width that is held back for now
    own: Floats  # (k,) room: cost of each territory
    order: Ints  # (n,) room: units by territory
    placed: Ints  # (n,) territory when centers were located last, -1 before that
    first: Longs  # (k + 1,) room: where each territory's units begin in order
