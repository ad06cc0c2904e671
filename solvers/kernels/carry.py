"""Compiled composite moves: a unit that may not leave alone takes along what it would cut off.

References
----------
Jin, Guo: Fast and effective redistricting optimization via composite-move Tabu search (2026),
https://arxiv.org/abs/2605.06682
"""

from __future__ import annotations

from solvers.kernels.compile import compiled
from solvers.kernels.moves import cut_edges, move, shift, wide
from solvers.kernels.records import Field, State

__all__ = ["MOST", "carry", "give_back"]

MOST = 12
"""Most units that move as one."""


@compiled
def _behind(f: Field, s: State, u: int, b: int) -> int:
    """Write unit u and all but the largest piece of its territory without it into `trail`.

    A piece of more than `MOST` units is not looked through: one stays, and where another may be
    a second one nothing is carried. Returns how many units are written; 0 where u does not border
    b, where they are more than `MOST`, or where one of them must stay where it is.
    """
    a = wide(s.assignment[u])
    base = s.tick[0] + 1
    s.tick[0] = base
    s.stamp[u] = base
    touching = s.asked[b] == 0
    wider = False  # whether a piece of more than MOST units was met
    tail = 0  # the smaller pieces stand before it
    begin, most = 0, 0  # of the largest of them
    for p in range(f.indptr[u], f.indptr[u + 1]):
        v = wide(f.indices[p])
        if s.assignment[v] == b:
            touching = True
        if s.assignment[v] != a or s.stamp[v] >= base:
            continue
        s.tick[0] += 1
        now = s.tick[0]
        first = head = tail
        s.stamp[v] = now
        s.queue[tail] = v
        tail += 1
        joined = False
        while head < tail and tail - first <= MOST and not joined:
            w = wide(s.queue[head])
            head += 1
            for at in range(f.indptr[w], f.indptr[w + 1]):
                to = f.indices[at]
                if s.assignment[to] != a or s.stamp[to] == now or to == u:
                    continue
                if s.stamp[to] >= base:
                    joined = True  # a piece left before its end goes on here
                else:
                    s.stamp[to] = now
                    s.queue[tail] = to
                    tail += 1
        if not joined and tail - first > MOST and wider:
            return 0
        if joined or tail - first > MOST:
            wider = True
            tail = first
        elif tail - first > most:
            begin, most = first, tail - first
    if wider:
        most = 0
    elif tail == 0:
        return 0
    count = tail - most + 1
    if not touching or count > MOST:
        return 0
    s.trail[0, 0] = u
    length = 1
    for at in range(tail):
        if begin <= at < begin + most:
            continue
        v = wide(s.queue[at])
        if f.locked[v] or f.mate_of[v] >= 0:
            return 0
        s.trail[length, 0] = v
        length += 1
    return count


@compiled
def carry(f: Field, s: State, u: int, b: int) -> tuple[int, float, float, float]:
    """Give unit u, and the smaller pieces that its leaving cuts off, to territory b.

    Returns how many units moved, in the order of ``trail``, and what changed as `shift` tells it,
    the length of idle units' borders priced; 0 units where there is no such move.
    """
    a = wide(s.assignment[u])
    worth, priced, plain = 0.0, 0.0, 0.0
    count = _behind(f, s, u, b)
    for at in range(count):
        v = wide(s.trail[at, 0])
        s.trail[at, 1] = a
        one = shift(f, s, v, a, b)
        if one[3] != 0.0:
            give_back(f, s, at)
            return 0, 0.0, 0.0, 0.0
        worth += one[0]
        priced += one[1]
        plain += one[2]
        if f.idle[v] and not f.bordered:
            priced += f.border_price * cut_edges(f.indptr, f.indices, s.assignment, v, b)
        move(f, s, v, b)
    return count, worth, priced, plain


@compiled
def give_back(f: Field, s: State, count: int) -> None:
    """Take the first `count` moves of ``trail`` back, the last first."""
    for at in range(count - 1, -1, -1):
        move(f, s, wide(s.trail[at, 0]), wide(s.trail[at, 1]))
