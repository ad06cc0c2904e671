"""Intervals hold where markets break now and then, and what a break leaves of them is told."""

import numpy as np
import pytest

from territory.market.forecast.model import forecast


def sold(seed: int, *, years: int, broken: float | None = None, units: int = 40):
    """Quarters of units in a market whose growth wanders by 3 points a year.

    At every New Year it breaks with a chance of 0.2 by some 7 %, or by ``broken`` at the last.
    """
    rng = np.random.default_rng(seed)
    growth = 0.02 + rng.normal(0.0, 0.03, years)
    level = np.cumsum(np.repeat(growth / 4.0, 4))
    for year in range(years):
        if broken is None and rng.random() < 0.2:
            level[4 * year :] += rng.normal(0.0, 0.07)
    if broken is not None:
        level[-4:] += np.log1p(broken)
    usual = 2_000.0 * np.exp(rng.normal(0.0, 0.5, units))[:, None]
    return rng.poisson(usual * np.exp(level) * np.tile([0.9, 1.05, 1.0, 1.05], years)).astype(float)


@pytest.mark.parametrize(("known", "least"), [(3, 0.72), (4, 0.74)])
def test_totals_hold_in_markets_that_break_now_and_then(known, least):
    inside = []
    for seed in range(60):
        values = sold(seed, years=known + 1)
        found = forecast(values[:, :-4], horizon=4, season=4)
        total = values[:, -4:].sum(axis=0)
        inside.append((total >= found.total_low) & (total <= found.total_high))
    assert least <= np.mean(inside) <= 0.92  # of three years it was 0.62


def test_what_a_break_leaves_of_the_intervals_is_what_it_leaves():
    held, told = [], []
    for seed in range(60):
        values = sold(seed, years=4, broken=-0.05)
        found = forecast(values[:, :-4], horizon=1, season=4)
        held.append(
            ((values[:, -4] >= found.low[:, 0]) & (values[:, -4] <= found.high[:, 0])).mean()
        )
        told.append(found.held_in_a_break(-0.05))
    assert np.mean(told) == pytest.approx(np.mean(held), abs=0.1)
    assert np.mean(told) < 0.7
