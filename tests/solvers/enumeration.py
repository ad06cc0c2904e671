"""Every plan of a tiny problem, by sets as bit masks: an oracle that shares no code with `solvers`.

A set of units is a number whose bits are the units. Each territory's possible sets are found first
(in one piece, within the bands that hold for it alone, pinned units in, forbidden ones out), with
every center that may serve them; then sets that share no unit and leave none are put together.
"""

from __future__ import annotations

import itertools

import numpy as np

from solvers import CandidateCost, MatrixCost, PairCost, PlanarCost

SLACK = 1e-9


def tables(problem):
    """Cost, travel and distance of every unit from every column, in plain loops."""
    cost, n = problem.cost, problem.n
    if isinstance(cost, MatrixCost):
        price = np.array(cost.cost)
        travel = price if cost.travel is None else np.array(cost.travel)
    elif isinstance(cost, CandidateCost):
        price = np.full((n, cost.k), np.inf)
        for i in range(n):
            for at in range(cost.indptr[i], cost.indptr[i + 1]):
                price[i, cost.territory[at]] = cost.cost[at]
        travel = price
    elif isinstance(cost, PairCost):
        price = travel = np.array(cost.pair)
    else:
        to = cost.xy if cost.home_xy is None else cost.home_xy
        away = np.sqrt(((cost.xy[:, None] - to[None]) ** 2).sum(axis=2))
        price = travel = cost.offset[:, None] + cost.weight[:, None] * away**cost.power
    far = problem.rules.distance
    if far is None:
        far = np.zeros_like(price)
        if isinstance(cost, PlanarCost):
            far = away
    return price, travel, np.asarray(far)


def connected_sets(problem):
    """For every mask: whether its units that contiguity asks about are in one piece."""
    n = problem.n
    near = [0] * n
    for i in range(n):
        for j in problem.indices[problem.indptr[i] : problem.indptr[i + 1]].tolist():
            near[i] |= 1 << j
    asked = sum(1 << i for i in range(n) if not problem.rules.exempt[i])
    land_needed = bin(asked).count("1") >= problem.k
    out = np.zeros(1 << n, dtype=bool)
    for mask in range(1, 1 << n):
        land = mask & asked
        if not land:
            out[mask] = not land_needed
            continue
        seen = grown = land & -land
        while grown:
            step = 0
            while grown:
                low = grown & -grown
                step |= near[low.bit_length() - 1]
                grown ^= low
            grown = step & land & ~seen
            seen |= grown
        out[mask] = seen == land
    return out


def masks_of(labels):
    """Mask of the units with each assignment 0 and up."""
    out = {}
    for unit, assignment in enumerate(np.asarray(labels).tolist()):
        if assignment >= 0:
            out[assignment] = out.get(assignment, 0) | 1 << unit
    return out


def optimum(problem, *, with_plans=False):
    """Least objective of all plans that keep every rule, ``inf`` where there is none.

    Parameters
    ----------
    with_plans : bool
        Also return how many plans (with their centers) there are.
    """
    n, k, m = problem.n, problem.k, problem.m
    rules, balance, changes = problem.rules, problem.balance, problem.changes
    price, travel, far = tables(problem)
    bits = (np.arange(1 << n)[:, None] >> np.arange(n)) & 1
    floats = bits.astype(float)
    ok = connected_sets(problem) if rules.contiguity else np.arange(1 << n) > 0
    for mask in masks_of(rules.together).values():
        here = np.arange(1 << n) & mask
        ok &= (here == 0) | (here == mask)
    pinned = masks_of(rules.pinned)
    plain = balance.travel_share == 0
    load = floats @ balance.activity
    goal_all = balance.goal.sum(axis=0)
    options = []
    for t in range(k):
        mine = ok.copy()
        here = np.arange(1 << n)
        mine &= (here & pinned.get(t, 0)) == pinned.get(t, 0)
        for other, mask in pinned.items():
            if other != t:
                mine &= (here & mask) == 0
        for unit, territory in rules.forbidden.tolist():
            if territory == t:
                mine &= (here >> unit) & 1 == 0
        slack = SLACK * balance.goal[t]
        inside = load >= balance.lower[t] - slack
        if balance.center_upper is None:
            inside &= load <= balance.upper[t] + slack
        mine &= inside[:, plain].all(axis=1)
        sets = np.flatnonzero(mine)
        options.append(_served(problem, t, sets, bits, floats, load, price, travel, far))
    fixed = _fixed_terms(problem)
    moved = [
        [
            sum(
                float(weight[i])
                for i in range(n)
                if changes.current[i] >= 0 and changes.current[i] != t and (mask >> i) & 1
            )
            for mask in options[t][0].tolist()
        ]
        if len(options[t][0])
        else []
        for t in range(k)
        for weight in [*changes.moved_weight.T, changes.move_cost]
    ]
    r = changes.moved_cap.size
    use = [np.array(moved[t * (r + 1) : (t + 1) * (r + 1)], dtype=float) for t in range(k)]
    best, count = np.inf, 0
    for plan in _partitions(problem, options, (1 << n) - 1):
        at = np.array(plan)  # (k, plans): row of each territory's option
        cost = sum(options[t][1][at[t]] + use[t][r][at[t]] for t in range(k))
        keep = np.ones(at.shape[1], dtype=bool)
        for c in range(r):
            total = sum(use[t][c][at[t]] for t in range(k))
            keep &= total <= changes.moved_cap[c] * (1 + SLACK) + SLACK
        loads = np.stack([options[t][2][at[t]] for t in range(k)])  # (k, plans, m)
        whole = loads.sum(axis=0)
        for a in range(m):
            if plain[a]:
                continue
            scale = whole[:, a] / goal_all[a]
            for t in range(k):
                top = options[t][3][at[t], a] * scale
                low = balance.lower[t, a] * scale
                slack = SLACK * balance.goal[t, a] * scale
                keep &= (loads[t, :, a] <= top + slack) & (loads[t, :, a] >= low - slack)
        if not keep.any():
            continue
        count += int(keep.sum())
        sets = np.stack([options[t][0][at[t]] for t in range(k)])[:, keep]
        cost = cost[keep] + fixed(sets)
        best = min(best, float(cost.min()))
    return (best, count) if with_plans else best


def _served(problem, t, sets, bits, floats, load, price, travel, far):
    """Sets with each center that may serve them: masks, costs, loads (o, m), upper bands (o, m)."""
    balance, n = problem.balance, problem.n
    shut = ~np.isfinite(price) | (far > problem.rules.radius * (1 + SLACK))
    cost_of = np.where(shut, 0.0, price)
    way_of = np.where(shut | ~np.isfinite(travel), 0.0, travel)
    columns = range(n) if problem.free_centers else [t]
    plain = balance.travel_share == 0
    found = []
    for j in columns:
        may = sets[(bits[sets] & shut[:, j]).sum(axis=1) == 0]
        upper = balance.upper[t]
        if problem.free_centers:
            may = may[(may >> j) & 1 == 1]
            if balance.center_upper is not None:
                upper = balance.center_upper[j]
                slack = SLACK * balance.goal[t]
                may = may[(load[may] <= upper + slack)[:, plain].all(axis=1)]
        cost = floats[may] @ cost_of[:, j]
        loads = load[may] + np.outer(floats[may] @ way_of[:, j], balance.travel_share)
        found.append((may, cost, loads, np.tile(upper, (may.size, 1))))
    out = [np.concatenate(each) for each in zip(*found, strict=True)]
    if problem.free_centers and plain.all():
        # Without travel in a band only the cheapest center of a set matters.
        order = np.lexsort((out[1], out[0]))
        first = np.unique(out[0][order], return_index=True)[1]
        out = [each[order][first] for each in out]
    return out


def _partitions(problem, options, everything):
    """Rows of options that share no unit and leave none, by the first territories' choice."""
    k = problem.k
    last = options[-1][0]
    order = np.argsort(last, kind="stable")
    ordered = last[order]
    if any(each[0].size == 0 for each in options):
        return
    if k == 1:
        yield [np.flatnonzero(last == everything)]
        return

    def rest_of(chosen, rest):
        """Match the last territory's options with what is left, one array for each territory."""
        low = np.searchsorted(ordered, rest, "left")
        high = np.searchsorted(ordered, rest, "right")
        count = high - low
        repeat = np.repeat(np.arange(rest.size), count)
        start = np.cumsum(count) - count
        at = low[repeat] + np.arange(repeat.size) - start[repeat]
        return [*(each[repeat] for each in chosen), order[at]]

    head = [options[t][0] for t in range(k - 2)]
    second = options[k - 2][0]
    for picks in itertools.product(*[range(each.size) for each in head]):
        used, clash = 0, False
        for t, p in enumerate(picks):
            mask = int(head[t][p])
            clash |= bool(used & mask)
            used |= mask
        if clash:
            continue
        free = np.flatnonzero((second & used) == 0)
        rest = (everything ^ used) ^ second[free]
        found = rest_of([*(np.full(free.size, p) for p in picks), free], rest)
        if found[0].size:
            yield found


def _fixed_terms(problem):
    """Return what a plan costs beyond its territories: split groups and borders."""
    groups = [
        (float(price), [int(u) for u in problem.groups.units[low:high]])
        for price, low, high in zip(
            problem.groups.price, problem.groups.indptr[:-1], problem.groups.indptr[1:], strict=True
        )
    ]
    edges = [
        (i, int(problem.indices[at]), float(problem.borders.km[at]))
        for i in range(problem.n)
        for at in range(problem.indptr[i], problem.indptr[i + 1])
        if i < problem.indices[at]
    ]

    def value(sets):
        out = np.zeros(sets.shape[1])
        for price, units in groups:
            mask = sum(1 << u for u in set(units))
            if mask:
                out += price * ((sets & mask != 0).sum(axis=0) - 1)
        for i, j, km in edges:
            same = (((sets >> i) & 1) & ((sets >> j) & 1)).any(axis=0)
            out += np.where(same, 0.0, problem.borders.price * km)
        return out

    return value
