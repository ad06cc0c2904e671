"""Compiled local search: contiguity of one move, and annealing over moves of units on the rim."""

from __future__ import annotations

import numpy as np

from solvers.kernels import (
    Field,
    Floats,
    Ints,
    State,
    breach,
    compiled,
    draw,
    inlined,
    move,
    shift,
)

__all__ = ["anneal", "keeps_together", "probe", "touches"]


@inlined
def touches(f: Field, s: State, u: int, b: int) -> bool:
    """Tell whether unit u borders territory b in the contiguity graph."""
    for at in range(f.indptr[u], f.indptr[u + 1]):  # noqa: SIM110 - numba has no generators
        if s.label[f.indices[at]] == b:
            return True
    return False


@inlined
def keeps_together(f: Field, s: State, u: int) -> bool:
    """Tell whether the neighbours of u in its own territory stay connected without u.

    First inside the ring of u's neighbours by bits, then by a search in the territory that ends as
    soon as all of them are met.
    """
    a = s.label[u]
    start = f.indptr[u]
    degree = f.indptr[u + 1] - start
    met = 0
    reach = 0
    if degree <= 62:
        mask = 0
        for p in range(degree):
            if s.label[f.indices[start + p]] == a:
                mask |= 1 << p
                met += 1
        if met <= 1:
            return True
        reach = mask & -mask
        front = reach
        while front != 0:
            fresh = 0
            for p in range(degree):
                if (front >> p) & 1:
                    fresh |= f.ring[start + p]
            front = fresh & mask & ~reach
            reach |= front
        if reach == mask:
            return True
    s.tick[0] += 1
    now = s.tick[0]
    s.stamp[u] = now
    tail = 0
    left = 0
    for p in range(degree):
        v = f.indices[start + p]
        if s.label[v] != a:
            continue
        if (degree <= 62 and (reach >> p) & 1) or (degree > 62 and tail == 0):
            s.stamp[v] = now
            s.queue[tail] = v
            tail += 1
        else:
            left += 1
            s.stamp[v] = -now
    head = 0
    while head < tail and left > 0:
        v = s.queue[head]
        head += 1
        for at in range(f.indptr[v], f.indptr[v + 1]):
            to = f.indices[at]
            if s.label[to] == a and s.stamp[to] != now:
                if s.stamp[to] == -now:
                    left -= 1
                s.stamp[to] = now
                s.queue[tail] = to
                tail += 1
    return left == 0


@compiled
def _in_one_piece(f: Field, s: State, start: int) -> bool:
    """Tell whether the territory of a non-exempt unit is connected, by one full search."""
    t = s.label[start]
    s.tick[0] += 1
    now = s.tick[0]
    s.stamp[start] = now
    s.queue[0] = start
    head, tail = 0, 1
    while head < tail:
        v = s.queue[head]
        head += 1
        for at in range(f.indptr[v], f.indptr[v + 1]):
            to = f.indices[at]
            if s.label[to] == t and s.stamp[to] != now:
                s.stamp[to] = now
                s.queue[tail] = to
                tail += 1
    return tail == s.asked[t]


@compiled
def _group_fits(f: Field, s: State, first: int, last: int, a: int, b: int) -> bool:
    """Tell whether both territories are connected after a together group went from a to b."""
    if s.n_units[a] == 0:
        return False
    if not f.connected:
        return True
    seen_a, seen_b = s.asked[a] == 0, s.asked[b] == 0
    for at in range(first, last):
        u = f.mates[at]
        if f.exempt[u]:
            continue
        if not seen_b:
            seen_b = True
            if not _in_one_piece(f, s, u):
                return False
        if not seen_a:
            for to in range(f.indptr[u], f.indptr[u + 1]):
                if s.label[f.indices[to]] == a:
                    seen_a = True
                    if not _in_one_piece(f, s, f.indices[to]):
                        return False
                    break
    return True


@inlined
def _accepts(s: State, change: float, heat: float) -> bool:
    if change <= 0.0:
        return True
    if change >= 30.0 * heat:
        return False
    chance = float(draw(s.rng) >> np.uint64(11)) * (1.0 / 9007199254740992.0)
    return chance < np.exp(-change / heat)


@compiled
def _try_group(f: Field, s: State, u: int, b: int, heat: float) -> bool:
    """Propose to move a whole together group; undone unless accepted."""
    a = s.label[u]
    first, last = f.mate_ptr[f.mate_of[u]], f.mate_ptr[f.mate_of[u] + 1]
    worth = 0.0
    priced = 0.0
    plain = 0.0
    for at in range(first, last):
        one = shift(f, s, f.mates[at], a, b)
        worth += one[0]
        priced += one[1]
        plain += one[2]
        move(f, s, f.mates[at], b)
    if _accepts(s, worth + priced, heat) and _group_fits(f, s, first, last, a, b):
        s.totals[0] += worth
        s.totals[1] += plain
        return True
    for at in range(first, last):
        move(f, s, f.mates[at], a)
    return False


@inlined
def _border(f: Field, s: State, u: int, a: int, b: int) -> int:
    """How many edges more would be cut if u went from a to b."""
    cut = 0
    for at in range(f.indptr[u], f.indptr[u + 1]):
        t = s.label[f.indices[at]]
        if t == a:
            cut += 1
        elif t == b:
            cut -= 1
    return cut


@inlined
def _propose(f: Field, s: State) -> tuple[int, int]:
    """Draw a unit of the rim and a territory for it; the territory is its own where none fits."""
    bits = draw(s.rng)
    u = s.rim[((bits >> np.uint64(32)) * np.uint64(s.rim_size[0])) >> np.uint64(32)]
    low = bits & np.uint64(0xFFFFFFFF)
    degree = f.near_ptr[u + 1] - f.near_ptr[u]
    if f.roam[u] and f.roster.shape[0] > 0 and (degree == 0 or (bits & np.uint64(1)) == 0):
        b = f.roster[u, (low * np.uint64(f.roster.shape[1])) >> np.uint64(32)]
        return u, b
    if degree == 0:
        return u, s.label[u]
    return u, s.label[f.near[f.near_ptr[u] + np.int64((low * np.uint64(degree)) >> np.uint64(32))]]


@compiled
def probe(f: Field, s: State, draws: int, sizes: Floats) -> int:
    """Write the sizes of the objective's change for random moves; return how many there are."""
    found = 0
    if s.rim_size[0] == 0:
        return 0
    for _ in range(draws):
        u, b = _propose(f, s)
        a = s.label[u]
        if a != b and s.n_units[a] > 1:
            size = abs(shift(f, s, u, a, b)[0])
            if size > 0:
                sizes[found] = size
                found += 1
    return found


@compiled
def anneal(
    f: Field, s: State, hot: float, cold: float, steps: int, best: Floats, best_label: Ints
) -> int:
    """Propose `steps` moves while the heat falls from `hot` to `cold`; return how many were made.

    `best` (violation, objective) and `best_label` are overwritten where a better assignment is met:
    less violation first, then a lower objective.
    """
    if s.rim_size[0] == 0:
        return 0
    heat = hot
    cooling = (cold / hot) ** (64.0 / steps) if steps > 64 else 1.0
    made = 0
    quiet = 0
    for step in range(steps):
        if step & 63 == 63:
            heat *= cooling
        if s.rim_size[0] == 0:
            break
        u, b = _propose(f, s)
        a = s.label[u]
        quiet += 1
        if a == b or s.n_units[a] <= 1:
            continue
        if f.ruled and breach(f, s, u, b):
            continue
        if f.mate_of[u] >= 0:
            if not _try_group(f, s, u, b, heat):
                continue
        else:
            worth, priced, plain = shift(f, s, u, a, b)
            change = worth + priced
            if f.idle[u]:
                change += f.border_price * _border(f, s, u, a, b)
            if not _accepts(s, change, heat):
                continue
            if (
                f.connected
                and not f.exempt[u]
                and not (
                    (touches(f, s, u, b) or s.asked[b] == 0)
                    and s.asked[a] > 1
                    and keeps_together(f, s, u)
                )
            ):
                continue
            s.totals[0] += worth
            s.totals[1] += plain
            move(f, s, u, b)
        made += 1
        if quiet * 4 >= f.n and _better(s, best):
            quiet = 0
            _keep(f, s, best, best_label)
    if _better(s, best):
        _keep(f, s, best, best_label)
    return made


@inlined
def _better(s: State, best: Floats) -> bool:
    violation = s.totals[1] if s.totals[1] > 1e-9 else 0.0
    if violation != best[0]:
        return violation < best[0]
    return s.totals[0] < best[1] - 1e-9 * abs(best[1])


@compiled
def _keep(f: Field, s: State, best: Floats, best_label: Ints) -> None:
    best[0] = s.totals[1] if s.totals[1] > 1e-9 else 0.0
    best[1] = s.totals[0]
    for u in range(f.n):
        best_label[u] = s.label[u]
