"""The one statistic of fairness: its false alarms and its power are what it says, by simulation."""

import numpy as np
import pytest

from territory.incentives.fairness.statistic import correlation, fairness_test

K, SD, MARGIN = 20, 0.10, 0.075


def year(rng, *, slope=0.0, k=K, smaller=0.0):
    """Penetrations of k territories, and an attainment of `slope` points a standard deviation.

    Chance is by the factor ``exp(smaller)`` larger for each standard deviation below the mean.
    """
    size = rng.normal(size=k)
    z = (size - size.mean()) / size.std()
    return size, 1.0 + slope * z + rng.normal(0, SD, k) * np.exp(-smaller * z)


def found(cases, *, slope=0.0, k=K, smaller=0.0, **options):
    rng = np.random.default_rng(7)
    return [
        fairness_test(
            *year(rng, slope=slope, k=k, smaller=smaller),
            **{"margin": MARGIN, "draws": 400, "seed": 1} | options,
        )
        for _ in range(cases)
    ]


def test_fair_quotas_raise_a_false_alarm_in_at_most_one_case_of_twenty():
    tests = found(600)
    assert np.mean([test.p <= 0.05 for test in tests]) <= 0.05 + 2 * np.sqrt(0.05 * 0.95 / 600)
    assert np.mean([test.fair is False for test in tests]) <= 0.05


def test_fair_quotas_are_recognised_as_often_as_the_stated_power_says():
    tests = found(600)
    stated = np.mean([test.power for test in tests])
    recognised = np.mean([test.fair is True for test in tests])
    assert recognised >= 0.80
    assert recognised == pytest.approx(stated, abs=0.05)


def test_a_slope_at_the_margin_is_called_fair_in_at_most_one_case_of_twenty():
    tests = found(600, slope=MARGIN)
    assert np.mean([test.fair is True for test in tests]) <= 0.05 + 2 * np.sqrt(0.05 * 0.95 / 600)


@pytest.mark.parametrize(("k", "smaller"), [(8, 0.0), (8, 0.35), (8, 0.6), (20, 0.35), (20, 0.6)])
def test_small_territories_that_scatter_more_raise_no_more_false_alarms(k, smaller):
    tests = found(600, k=k, smaller=smaller)
    assert np.mean([test.p <= 0.05 for test in tests]) <= 0.05 + 2 * np.sqrt(0.05 * 0.95 / 600)
    assert np.mean([test.fair is False for test in tests]) <= 0.05
    stated = np.mean([test.power for test in tests])
    recognised = np.mean([test.fair is True for test in tests])
    assert recognised == pytest.approx(stated, abs=0.05 if k > 8 else 0.08)


def test_quotas_that_favour_large_territories_are_found():
    tests = found(100, slope=0.12)
    assert np.mean([test.fair is False for test in tests]) >= 0.95
    assert (
        "not fair: territories with higher penetration would have attained more" in tests[0].words
    )


def test_few_territories_are_undecided_and_say_with_which_power():
    tests = found(50, k=8)
    undecided = [test for test in tests if test.fair is None]
    assert undecided
    assert "fair quotas are recognised in" in undecided[0].words


def test_territories_that_are_all_alike_cannot_be_judged():
    test = fairness_test(np.ones(K), np.linspace(0.9, 1.1, K), margin=MARGIN, draws=200, seed=1)
    assert test.fair is None
    assert test.words.startswith("cannot be judged: 20 territories with sales in both years")


def test_correlation_of_ranks_is_scipy_s_and_nothing_where_nothing_varies():
    import pandas as pd
    from scipy import stats

    rng = np.random.default_rng(3)
    a, b = pd.Series(rng.normal(size=15)), pd.Series(rng.normal(size=15))
    assert correlation(a, b) == pytest.approx(stats.spearmanr(a, b).statistic)
    assert np.isnan(correlation(a * 0 + 1, b))
    # Of two territories every rank correlation is +1 or -1: it says nothing.
    assert np.isnan(correlation(a[:2], b[:2]))
