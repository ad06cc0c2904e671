"""A law fitted to counts of which some are only known to be small, against draws of a known law."""

import numpy as np
import pytest

from territory.market.value.censored import fit_below


def drawn(limit):
    x = np.exp(np.random.default_rng(1).normal(4.0, 1.0, 4_000))
    small = x < limit
    return x, np.where(small, np.nan, x), np.where(small, limit, np.nan), small


def test_the_law_is_found_although_the_small_counts_are_suppressed():
    x, values, most, small = drawn(40.0)
    one, group = np.zeros(len(x), dtype=np.int64), np.zeros(1, dtype=np.int64)
    law = fit_below(values, most, one, 1)
    assert law.mu[0] == pytest.approx(4.0, abs=0.06)
    assert law.sigma[0] == pytest.approx(1.0, abs=0.06)
    assert law.mean(group)[0] == pytest.approx(x.mean(), rel=0.05)
    limit = np.array([40.0])
    assert law.quantile_below(0.5, group, limit)[0] == pytest.approx(np.median(x[small]), rel=0.05)
    assert law.mean_below(group, limit)[0] == pytest.approx(x[small].mean(), rel=0.05)


def test_without_suppressed_counts_it_is_the_plain_law_and_without_known_ones_there_is_none():
    values = np.array([np.e, np.e**3, np.nan])
    most = np.array([np.nan, np.nan, 5.0])
    law = fit_below(values, most, np.array([0, 0, 1]), 2)
    assert law.mu[0] == pytest.approx(2.0)
    assert law.sigma[0] == pytest.approx(1.0)
    assert np.isnan(law.mu[1])


def test_nothing_below_a_limit_is_above_it_however_far_the_law_lies():
    values = np.array([1_000.0, 1_001.0, np.nan])
    most = np.array([np.nan, np.nan, 2.0])
    law = fit_below(values, most, np.zeros(3, dtype=np.int64), 1)
    found = law.quantile_below(0.9, np.zeros(1, dtype=np.int64), np.array([2.0]))
    assert 0 < found[0] <= 2.0
