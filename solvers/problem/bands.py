"""The bands that apply to a plan: goal, lower and upper on the plan's own total."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from solvers.arrays import Floats, Ints

if TYPE_CHECKING:
    from solvers.problem.problem import Balance, Problem

__all__ = ["bands_of_plan", "own_scale", "scale_of"]


def own_scale(balance: Balance, loads: Floats) -> Floats:
    """Return by what each measure's goals and bands are multiplied for a plan, shape (m,).

    Parameters
    ----------
    balance : Balance
    loads : float64, shape (k, m)
        The plan's loads, travel included.

    Returns
    -------
    float64, shape (m,)
        ``Σ loads / Σ goals`` for a measure with travel, 1 for the others and where nothing is
        assigned.
    """
    return scale_of(balance, loads.sum(axis=0))


def scale_of(balance: Balance, total: Floats) -> Floats:
    """Return the same for plans of which only the totals are known, shape (..., m) like them."""
    scaled = (balance.travel_share > 0) & (total > 0)
    return np.where(scaled, total / balance.goal.sum(axis=0), 1.0)


def bands_of_plan(
    problem: Problem, loads: Floats, serving: Ints, n_units: Ints
) -> tuple[Floats, Floats, Floats]:
    """Return goal, lower and upper that apply to a plan, each of shape (k, m).

    Parameters
    ----------
    problem : Problem
    loads : float64, shape (k, m)
    serving : int32, shape (k,)
        Column that serves each territory, which decides its band where `Balance.center_upper` is
        given.
    n_units : int32, shape (k,)
    """
    balance = problem.balance
    upper = balance.upper
    if balance.center_upper is not None:
        upper = np.where((n_units > 0)[:, None], balance.center_upper[serving], upper)
    scale = own_scale(balance, loads)
    return balance.goal * scale, balance.lower * scale, upper * scale
