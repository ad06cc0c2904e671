"""Compiled simulated annealing over moves of units on the rim, singly and in ejection chains."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from solvers.arrays import LIMIT
from solvers.kernels.carry import carry, give_back
from solvers.kernels.compile import compiled, inlined
from solvers.kernels.moves import cut_edges, draw, move, shift, wide
from solvers.kernels.records import Bools, Field, Floats, Ints, Longs, State

__all__ = ["anneal", "group_fits", "in_one_piece", "may_pass"]


@inlined
def may_pass(
    indptr: Longs,
    indices: Ints,
    ring: Longs,
    assignment: Ints,
    stamp: Longs,
    queue: Ints,
    tick: Longs,
    u: int,
    b: int,
) -> bool:
    """Tell whether unit u borders territory b and its own territory stays in one piece without it.

    Asked first of the ring of u's neighbours, by bits, then by a search in the territory that ends
    as soon as all of u's neighbours there are met.

    `indptr` (n + 1,) and `indices` (e,) are the adjacency, `ring` (e,) the bits of who of a ring is
    next to whom; `assignment`, `stamp` and `queue` (n,), `tick` (1,).
    """
    a = assignment[u]
    start = indptr[u]
    degree = indptr[u + 1] - start
    met = 0
    mask = 0
    touching = False
    for p in range(degree):
        t = assignment[indices[start + p]]
        if t == a:
            met += 1
            if p < 62:
                mask |= 1 << p
        elif t == b:
            touching = True
    if not touching:
        return False
    if met <= 1:
        return True
    reach = 0
    if degree <= 62:
        reach = mask & -mask
        front = reach
        while front != 0:
            fresh = 0
            for p in range(degree):
                if (front >> p) & 1:
                    fresh |= ring[start + p]
            front = fresh & mask & ~reach
            reach |= front
        if reach == mask:
            return True
    tick[0] += 1
    now = tick[0]
    stamp[u] = now
    tail = 0
    left = 0
    for p in range(degree):
        v = indices[start + p]
        if assignment[v] != a:
            continue
        if (degree <= 62 and (reach >> p) & 1) or (degree > 62 and tail == 0):
            stamp[v] = now
            queue[tail] = v
            tail += 1
        else:
            left += 1
            stamp[v] = -now
    head = 0
    while head < tail and left > 0:
        v = queue[head]
        head += 1
        for at in range(indptr[v], indptr[v + 1]):
            to = indices[at]
            if assignment[to] == a and stamp[to] != now:
                if stamp[to] == -now:
                    left -= 1
                stamp[to] = now
                queue[tail] = to
                tail += 1
    return left == 0


@compiled
def in_one_piece(
    indptr: Longs,
    indices: Ints,
    assignment: Ints,
    stamp: Longs,
    queue: Ints,
    tick: Longs,
    start: int,
    size: int,
) -> bool:
    """Tell whether a search from unit `start` meets `size` units of its territory.

    `indptr` (n + 1,) and `indices` (e,) are the adjacency; `assignment`, `stamp`, `queue` (n,),
    `tick` (1,).
    """
    t = assignment[start]
    tick[0] += 1
    now = tick[0]
    stamp[start] = now
    queue[0] = start
    head, tail = 0, 1
    while head < tail:
        v = queue[head]
        head += 1
        for at in range(indptr[v], indptr[v + 1]):
            to = indices[at]
            if assignment[to] == t and stamp[to] != now:
                stamp[to] = now
                queue[tail] = to
                tail += 1
    return tail == size


@inlined
def _accepts(rng: NDArray[np.uint64], change: float, heat: float) -> bool:
    if change <= 0.0:
        return True
    if change >= 30.0 * heat:
        return False
    chance = float(draw(rng) >> np.uint64(11)) * (1.0 / 9007199254740992.0)
    return chance < np.exp(-change / heat)


@compiled
def group_fits(
    indptr: Longs,
    indices: Ints,
    assignment: Ints,
    stamp: Longs,
    queue: Ints,
    tick: Longs,
    members: Ints,
    exempt: Bools,
    asked: Longs,
    a: int,
) -> bool:
    """Tell whether both territories are in one piece after a together group left territory a.

    `indptr` (n + 1,) and `indices` (e,) are the adjacency; `assignment`, `stamp`, `queue`, `exempt`
    (n,), `tick` (1,), `members` (g,) the group, `asked` (k,).
    """
    left_a, left_b = asked[a] > 0, True
    if not left_a:
        for at in range(members.size):
            if not exempt[members[at]]:
                return False
    for at in range(members.size):
        u = wide(members[at])
        if exempt[u]:
            continue
        if left_b:
            left_b = False
            size = asked[assignment[u]]
            if not in_one_piece(indptr, indices, assignment, stamp, queue, tick, u, size):
                return False
        for to in range(indptr[u], indptr[u + 1]):
            v = wide(indices[to])
            if left_a and assignment[v] == a:
                left_a = False
                if not in_one_piece(indptr, indices, assignment, stamp, queue, tick, v, asked[a]):
                    return False
    return True


@inlined
def _pick(bits: np.uint64, size: int) -> int:
    """Turn 32 random bits into a number from 0 to size - 1."""
    return wide(((bits & np.uint64(0xFFFFFFFF)) * np.uint64(size)) >> np.uint64(32))


@compiled
def anneal(
    f: Field,
    s: State,
    hot: float,
    cold: float,
    steps: int,
    chain: int,
    best: Floats,
    best_assignment: Ints,
) -> int:
    """Propose `steps` moves while the heat falls from `hot` to `cold`; return how many were made.

    Simulated annealing (Kirkpatrick, Gelatt, Vecchi 1983, doi:10.1126/science.220.4598.671) with
    ejection chains: where the bands refuse a move that the costs would allow, the territory that
    took the unit passes on another, up to `chain` units (at most 8) in one proposal.

    `best` (violation, objective) and `best_assignment` (n,) are overwritten where a better one is
    met: less violation first, then a lower objective.
    """
    heat = hot
    cooling = (cold / hot) ** (64.0 / steps) if steps > 64 else 1.0
    made = 0
    quiet = 0
    for step in range(steps + 1):
        # A copy costs n, so the best is noted every n / 4 proposals at most, and at the end.
        if step == steps or (quiet * 4 >= f.n and made > 0):
            violation = s.totals[1] if s.totals[1] > LIMIT else 0.0
            if violation < best[0] or (
                violation == best[0] and s.totals[0] < best[1] - LIMIT * abs(best[1])
            ):
                best[0] = violation
                best[1] = s.totals[0]
                quiet = 0
                for u in range(f.n):
                    best_assignment[u] = s.assignment[u]
        if step == steps or s.rim_size[0] == 0:
            break
        if step & 63 == 63:
            heat *= cooling
        quiet += 1
        bits = draw(s.rng)
        u = wide(s.rim[_pick(bits >> np.uint64(32), s.rim_size[0])])
        a = wide(s.assignment[u])
        degree = f.near_ptr[u + 1] - f.near_ptr[u]
        if f.roam[u] and (degree == 0 or (bits >> np.uint64(32)) & np.uint64(1) == 0):
            b = wide(f.roster[u, _pick(bits, f.roster.shape[1])])
        elif degree > 0:
            b = wide(s.assignment[f.near[f.near_ptr[u] + _pick(bits, degree)]])
        else:
            continue
        if a == b or s.n_units[a] <= 1:
            continue
        grouped = f.mate_of[u] >= 0
        first, length = 0, chain
        if grouped:
            first = f.mate_ptr[f.mate_of[u]]
            length = f.mate_ptr[f.mate_of[u] + 1] - first
            if s.n_units[a] <= length:
                continue
            u = wide(f.mates[first])
        worth, priced, plain, barred = 0.0, 0.0, 0.0, 0.0
        depth = 0
        back = False
        heavy = False
        while True:
            # Moves of a chain are made one by one; all are taken back if the last is refused.
            done = False
            if not back:
                one = shift(f, s, u, a, b)
                worth += one[0]
                priced += one[1]
                plain += one[2]
                barred += one[3]
                if f.idle[u] and not f.bordered:
                    priced += f.border_price * cut_edges(f.indptr, f.indices, s.assignment, u, b)
                last = depth == length - 1
                if grouped:
                    done = last and barred == 0.0 and _accepts(s.rng, worth + priced, heat)
                    good = done or not last
                else:
                    done = barred == 0.0 and _accepts(s.rng, worth + priced, heat)
                    good = done or (
                        not last and barred == 0.0 and priced > 0.0 and worth < 3.0 * heat
                    )
                    good = good and s.n_units[a] > 1
                    if good and f.connected and not f.exempt[u]:
                        good = s.asked[a] > 1 and (
                            s.asked[b] == 0
                            or may_pass(
                                f.indptr,
                                f.indices,
                                f.ring,
                                s.assignment,
                                s.stamp,
                                s.queue,
                                s.tick,
                                u,
                                b,
                            )
                        )
                        heavy = f.carries and depth == 0 and not good
                if good:
                    s.trail[depth, 0] = u
                    s.trail[depth, 1] = a
                    depth += 1
                else:
                    done = False
                    back = True
            if back:
                depth -= 1
                if depth < 0:
                    break
                u = s.trail[depth, 0]
                b = s.trail[depth, 1]
            move(f, s, u, b)
            if back:
                continue
            if done and grouped and f.connected:
                done = group_fits(
                    f.indptr,
                    f.indices,
                    s.assignment,
                    s.stamp,
                    s.queue,
                    s.tick,
                    f.mates[first : first + length],
                    f.exempt,
                    s.asked,
                    a,
                )
                back = not done
            if done:
                s.totals[0] += worth
                s.totals[1] += plain
                made += 1
                break
            if back:
                continue
            if grouped:
                u = wide(f.mates[first + depth])
                continue
            # The territory that took the unit passes on another one from near the same border.
            bits = draw(s.rng)
            v = u
            for _ in range(1 + _pick(bits >> np.uint64(40), 5)):
                bits = draw(s.rng)
                degree = f.near_ptr[v + 1] - f.near_ptr[v]
                if degree == 0:  # a named account borders nobody
                    break
                w = wide(f.near[f.near_ptr[v] + _pick(bits, degree)])
                if s.assignment[w] == b:
                    v = w
            degree = f.near_ptr[v + 1] - f.near_ptr[v]
            if degree == 0:
                back = True
                continue
            c = wide(s.assignment[f.near[f.near_ptr[v] + _pick(bits >> np.uint64(32), degree)]])
            if v == u or c == b or f.locked[v] or f.mate_of[v] >= 0:
                back = True
                continue
            u, a, b = v, b, c
        if heavy:
            count, worth, priced, plain = carry(f, s, u, b)
            if count > 0 and _accepts(s.rng, worth + priced, heat):
                s.totals[0] += worth
                s.totals[1] += plain
                made += 1
            else:
                give_back(f, s, count)
    return made
