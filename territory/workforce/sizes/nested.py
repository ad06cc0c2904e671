"""Forces that nest: every size is the one before it and one rep, and the best of it is kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from solvers.locate import Force, Work, add_home, drop_home, recentre
from territory.arrays import Floats

__all__ = ["forces_of", "kept_best"]


def forces_of(
    work: Work, base: Force, full_h: float, sizes: Sequence[int]
) -> tuple[dict[int, Force], dict[int, tuple[str, str, Floats, float]], dict[int, int]]:
    """Every size of the force, what changes from its neighbour nearer to today's, who is last.

    The last of n reps is the one whom the force of n - 1 does not have.
    """
    forces = {base.k: base} if base.k else {}
    changes: dict[int, tuple[str, str, Floats, float]] = {}
    last: dict[int, int] = {}
    force = base
    for n in range(base.k + 1, sizes[-1] + 1):
        before = force.total_travel_h() if force.k else np.nan
        force = recentre(work, add_home(work, force, full_h))
        changes[n] = ("added", "", force.lonlat[-1], before - force.total_travel_h())
        forces[n], last[n] = force, n - 1
    force = base
    for n in range(base.k - 1, sizes[0] - 1, -1):
        fewer, out = drop_home(work, force)
        saved = force.total_travel_h() - fewer.total_travel_h()
        changes[n] = ("left_out", force.name[out], force.lonlat[out], saved)
        last[n + 1] = out
        force = fewer
        forces[n] = force
    return forces, changes, last


def kept_best(
    work: Work,
    forces: Mapping[int, Force],
    last: Mapping[int, int],
    sizes: Sequence[int],
    now: Force | None,
    today: int,
    reckoned: Callable[[Force], dict[str, float]],
) -> dict[int, tuple[Force, dict[str, float]]]:
    """Return the best force of each size and its figures: n + 1 reps never sell less than n."""
    kept: dict[int, tuple[Force, dict[str, float]]] = {}
    for n in sizes:
        options = [now if now is not None and n == today else forces[n]]
        if n - 1 in kept and n in last:
            options += _with_one_more(work, kept[n - 1][0], forces[n], last[n])
        found = [(force, reckoned(force)) for force in options]
        kept[n] = max(found, key=lambda each: float(each[1]["sales_usd"]))
    return kept


def _with_one_more(work: Work, fewer: Force, force: Force, at: int) -> list[Force]:
    """Return a kept force with one rep more: who takes over what is near, and who does nothing."""
    more = Force(
        lonlat=np.vstack([fewer.lonlat, force.lonlat[at]]),
        capacity_h=np.append(fewer.capacity_h, force.capacity_h[at]),
        fixed=np.append(fewer.fixed, force.fixed[at]),
        travel_h=np.column_stack([fewer.travel_h, force.travel_h[:, at]]),
        name=(*fewer.name, force.name[at]),
        territory=fewer.territory,
        price=np.append(fewer.price, 0.0),
    )
    # Points that are nearer to the new rep than to their own, the nearest first, until it is full.
    there = more.travel_h[np.arange(len(fewer.territory)), fewer.territory]
    order = np.argsort(more.travel_h[:, -1] - there, kind="stable")
    order = order[(more.travel_h[:, -1] < there)[order]]
    full = np.cumsum((more.travel_h[:, -1] + work.service_h)[order]) <= more.capacity_h[-1]
    territory = fewer.territory.copy()
    territory[order[full]] = fewer.k
    return [more, replace(more, territory=territory)]
