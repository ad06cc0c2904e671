"""Compiled looks: pieces of annealing with prices, centers and bands put right in between."""

from __future__ import annotations

import numpy as np

from solvers.arrays import LIMIT, NONZERO
from solvers.kernels.anneal import anneal
from solvers.kernels.compile import compiled, inlined
from solvers.kernels.moves import excess, refresh, serve, wide
from solvers.kernels.records import CENTROID, PLANE, Field, Floats, Ints, State

__all__ = ["WIDE", "locate", "looks", "raise_prices", "settle"]

MARGIN = 2e-4
"""Share of the goal by which bands that hang on the plan's own total are kept more tightly."""

RAISE, EASE = 1.05, 0.9
"""How the price of a rule changes from look to look while it is broken, and while it is kept."""

HOLD = 0.6
"""Part of an annealing after which no price falls any more."""

CAP = 1e5
"""Most that a rule may cost, in least prices."""

WIDE = 400
"""Units from which a territory keeps its center during a run of looks: trying all is too dear."""


@compiled
def settle(f: Field, s: State, moved: bool) -> None:
    """Derive loads and totals from the assignment, with the bands that apply to this plan.

    `moved` says that units were but moved, one by one, since that was done last.
    A measure with travel has its bands scaled to the plan's own total and kept more tightly by
    `MARGIN`, as later moves change that total; `tight` holds back a share of each half-width.
    """
    out = refresh(f, s, moved)
    held = s.tight[0]
    for j in range(f.m):
        scale, margin = 1.0, 0.0
        if f.share[j] > 0.0:
            whole, total = 0.0, 0.0
            for t in range(f.k):
                whole += f.goal[t, j]
                total += s.load[t, j]
            margin = MARGIN
            if total > 0.0:
                scale = total / whole
        for t in range(f.k):
            goal, low, top = f.goal[t, j], f.lower[t, j], f.upper[t, j]
            if f.center_upper.size > 0:
                top = f.center_upper[s.col[t], j]
            if top - low > 8.0 * margin * goal:
                if low > 0.0:
                    low += margin * goal
                top -= margin * goal
            if low > 0.0:
                low += held * (goal - low)
            if top > goal:
                top -= held * (top - goal)
            s.goal[t, j] = goal * scale
            s.lower[t, j] = low * scale
            s.upper[t, j] = top * scale
    s.totals[1] = out + excess(f, s)


@compiled
def raise_prices(f: Field, s: State, share: float, ease: float) -> None:
    """Let every rule that is broken pay more, and every other one `ease` times what it paid.

    The least price of an excess of one goal is `share` times the territory's own cost: dear where
    territories are wide, cheap in cities, as the cost of passing units on is.
    """
    for t in range(f.k):
        s.own[t] = 0.0
    for u in range(f.n):
        t = wide(s.assignment[u])
        cost, _, barred = serve(f, s, u, t)
        if f.mode == CENTROID:
            cost *= f.weight[u]
        if barred == 0.0 or cost < 1e300:
            s.own[t] += cost
    mean = 0.0
    for t in range(f.k):
        mean += s.own[t] / f.k
    whole = 0.0
    for t in range(f.k):
        own = max(s.own[t], 0.01 * mean + NONZERO * f.big)
        whole += own
        floor = share * own
        for j in range(f.m):
            load = s.load[t, j]
            slack = LIMIT * s.goal[t, j]
            out = load > s.upper[t, j] + slack or load < s.lower[t, j] - slack
            price = s.price[t, j] * (RAISE if out else ease)
            s.price[t, j] = min(max(price, floor), CAP * floor)
    for j in range(f.moved_cap.size):
        price = s.cap_price[j] * (RAISE if s.moved[j] > f.moved_cap[j] else ease)
        s.cap_price[j] = min(max(price, 0.05 * share * whole), 1e3 * share * whole)


@compiled
def _to_means(f: Field, s: State) -> None:
    """Put each center on the unit nearest to the territory's weighted centroid.

    That is the cheapest one for squared distances: from anywhere, a territory costs as much as from
    its centroid and its weight times the square of the way there.
    """
    for t in range(f.k):
        s.own[t] = 0.0
        s.cx[t] = 0.0
        s.cy[t] = 0.0
    for u in range(f.n):
        t = s.assignment[u]
        weight = f.weight[u] + NONZERO
        s.own[t] += weight
        s.cx[t] += weight * f.x[u]
        s.cy[t] += weight * f.y[u]
    for t in range(f.k):
        s.cx[t] /= max(s.own[t], NONZERO)
        s.cy[t] /= max(s.own[t], NONZERO)
        s.own[t] = np.inf
    for u in range(f.n):
        t = s.assignment[u]
        dx, dy = f.x[u] - s.cx[t], f.y[u] - s.cy[t]
        away = dx * dx + dy * dy
        if away < s.own[t]:
            s.own[t] = away
            s.col[t] = u
    for t in range(f.k):
        c = wide(s.col[t])
        s.cx[t] = f.x[c]
        s.cy[t] = f.y[c]


@inlined
def _slope(f: Field, s: State, c: int, begin: int, end: int) -> tuple[float, float, float, float]:
    """Cost of some units from where c is, its rise to the right and up, and the weight there.

    Sums of distances are convex: from anywhere else the territory costs no less than along this
    slope, and for each unit of weight that lies there as much more as it is away.
    """
    cost, right, up, there = 0.0, 0.0, 0.0, 0.0
    for at in range(begin, end):
        u = wide(s.order[at])
        dx, dy = f.x[c] - f.x[u], f.y[c] - f.y[u]
        away = np.sqrt(dx * dx + dy * dy)
        cost += f.offset[u] + f.weight[u] * away
        if away > 0.0:
            right += f.weight[u] * dx / away
            up += f.weight[u] * dy / away
        else:
            there += f.weight[u]
    return cost, right, up, there


@compiled
def locate(f: Field, s: State) -> None:
    """Put each territory's center on its cheapest unit, usable ones first (free centers).

    Usable is what lies within the radius of all units and has room for the load. Territories of
    more than `WIDE` units keep their center: `solvers.problem.centers` moves it between runs.
    A territory whose units are those of the last time keeps its center as well, and where distances
    alone count, most units are told by the slope of the cost to be no better.
    """
    anywhere = f.radius == np.inf and f.center_upper.size == 0
    if f.mode == PLANE and f.power == 2 and anywhere:
        _to_means(f, s)
        return
    even = f.mode == PLANE and f.power == 1 and anywhere
    for t in range(f.k):
        s.own[t] = 0.0
    for t in range(f.k + 1):
        s.first[t] = 0
    for u in range(f.n):
        t, before = s.assignment[u], s.placed[u]
        s.first[t + 1] += 1
        if t != before:
            s.own[t] = 1.0
            if before >= 0:
                s.own[before] = 1.0
            s.placed[u] = t
    for t in range(f.k):
        s.first[t + 1] += s.first[t]
    for u in range(f.n - 1, -1, -1):
        # Filled from behind, so that first[t + 1] ends as the beginning of territory t.
        t = s.assignment[u]
        s.first[t + 1] -= 1
        s.order[s.first[t + 1]] = u
    for t in range(f.k):
        begin = s.first[t + 1]
        end = f.n if t == f.k - 1 else s.first[t + 2]
        if begin == end or end - begin > WIDE or s.own[t] == 0.0:
            continue
        best, least, good = -1, np.inf, False
        now, base, right, up, there = wide(s.col[t]), 0.0, 0.0, 0.0, 0.0
        if even:
            base, right, up, there = _slope(f, s, now, begin, end)
            if s.assignment[now] == t:
                least, good = base + LIMIT * abs(base), True
        for i in range(begin, end):
            c = wide(s.order[i])
            if even:
                dx, dy = f.x[c] - f.x[now], f.y[c] - f.y[now]
                floor = base + right * dx + up * dy + there * np.sqrt(dx * dx + dy * dy)
                if floor > least + LIMIT * abs(least):
                    continue
            total, usable = 0.0, True
            for at in range(begin, end):
                u = wide(s.order[at])
                if f.mode == PLANE:
                    dx, dy = f.x[u] - f.x[c], f.y[u] - f.y[c]
                    cost = dx * dx + dy * dy
                    if f.power == 1:
                        cost = np.sqrt(cost)
                    total += f.offset[u] + f.weight[u] * cost
                else:
                    total += f.table[u, c]
                if f.radius < np.inf:
                    if f.distance.size > 0:
                        away = f.distance[u, c]
                    else:
                        away = np.hypot(f.x[u] - f.x[c], f.y[u] - f.y[c])
                    if away > f.radius:
                        usable = False
                if total >= least and (good or not usable):
                    break
            if f.center_upper.size > 0:
                for j in range(f.m):
                    if s.load[t, j] > f.center_upper[c, j] * (1.0 + LIMIT):
                        usable = False
            if (usable and not good) or (usable == good and total < least):
                best, least, good = c, total, usable
        if best >= 0:
            s.col[t] = best
            if f.mode == PLANE:
                s.cx[t] = f.x[best]
                s.cy[t] = f.y[best]


@compiled
def looks(
    f: Field,
    s: State,
    begin: int,
    end: int,
    whole: int,
    steps: int,
    hot: float,
    cold: float,
    first_price: float,
    last_price: float,
    plain: float,
    chain: int,
    best: Floats,
    best_assignment: Ints,
) -> None:
    """Anneal from look `begin` to before look `end` of `whole`, with `steps` proposals in each.

    Heat falls from `hot` to `cold` and the least price rises from `first_price` to `last_price`
    over all looks; chains of up to `chain` units are tried after the part `plain` of them.

    `best_assignment`, (n,), and its violation and objective, `best`, (2,), are changed in place.
    """
    for look in range(begin, end):
        low = look / whole
        high = (look + 1) / whole
        share = first_price * (last_price / first_price) ** low
        raise_prices(f, s, share, EASE if low < HOLD else 1.0)
        length = chain if low >= plain else 1
        anneal(
            f,
            s,
            hot * (cold / hot) ** low,
            hot * (cold / hot) ** high,
            steps,
            length,
            best,
            best_assignment,
        )
        if f.free:
            locate(f, s)
        settle(f, s, True)
        violation = s.totals[1] if s.totals[1] > LIMIT else 0.0
        if violation < best[0] or (violation == best[0] and s.totals[0] < best[1]):
            best[0] = violation
            best[1] = s.totals[0]
            for u in range(f.n):
                best_assignment[u] = s.assignment[u]
