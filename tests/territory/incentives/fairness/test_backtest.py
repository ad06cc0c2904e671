"""The back-test finds quotas that favour size or potential, and does not call silence proof."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from territory.errors import InputError
from territory.incentives.fairness.backtest import (
    backtest_of,
    bootstrap_interval,
    correlation,
    verdict_of,
)
from tests.territory.incentives.worlds import SIZE, field, history, quota_plan

RUN_RATE = {"blend": {"run_rate": 1.0}, "cap": 1.0, "floor": -0.5}


def pairs(k=40, seed=5):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=k)
    return pd.Series(x), pd.Series(0.6 * x + rng.normal(size=k))


@pytest.mark.parametrize("ranks", [True, False])
def test_correlations_are_scipy_s(ranks):
    a, b = pairs()
    expected = (stats.spearmanr if ranks else stats.pearsonr)(a, b).statistic
    assert correlation(a, b, ranks=ranks) == pytest.approx(expected)


def test_a_side_that_does_not_vary_has_no_correlation():
    assert np.isnan(correlation(pd.Series([1.0, 1, 1]), pd.Series([1.0, 2, 3]), ranks=False))


def test_the_interval_is_seeded_and_holds_the_value():
    a, b = pairs()
    options = {"ranks": False, "draws": 2000}
    low, high = bootstrap_interval(a, b, **options, seed=1)
    assert (low, high) == bootstrap_interval(a, b, **options, seed=1)
    assert (low, high) != bootstrap_interval(a, b, **options, seed=2)
    assert low < correlation(a, b, ranks=False) < high


def test_the_bootstrap_interval_is_near_fisher_s():
    a, b = pairs(k=200)
    low, high = bootstrap_interval(a, b, ranks=False, draws=4000, seed=1)
    fisher = stats.pearsonr(a, b).confidence_interval(0.95)
    assert (low, high) == pytest.approx((fisher.low, fisher.high), abs=0.05)


def test_quotas_on_run_rate_attain_alike_when_all_grow_alike():
    test = backtest_of(field(quotas=quota_plan(**RUN_RATE)))
    assert test.table["attainment"].tolist() == pytest.approx([1.0] * 6, abs=1e-5)
    assert test.table["size_usd"].tolist() == pytest.approx([size / 1.1 for size in SIZE])
    assert int(test.table["quota_usd"].sum()) == round(sum(SIZE))
    assert test.spans == ("2023-Q1 to 2023-Q4", "2024-Q1 to 2024-Q4")


def test_quotas_on_potential_favour_territories_that_sell_much():
    blend = {"potential": 1.0}
    test = backtest_of(field(quotas=quota_plan(blend=blend, floor=-0.99, cap=9.0)))
    size = test.correlations.query("against == 'size' and method == 'spearman'").iloc[0]
    assert size["correlation"] == pytest.approx(1.0)
    assert size["low"] > 0
    assert test.fair is False
    assert test.verdict.startswith("not fair: territories with larger sales would have attained")


def test_simpler_methods_stand_beside_the_blend():
    methods = backtest_of(field()).methods.set_index("method")
    assert list(methods.index) == ["this blend", "potential only", "run-rate only", "equal quotas"]
    assert methods.loc["equal quotas", "with_size"] == pytest.approx(1.0)
    assert methods.loc["run-rate only", "within_share"] == 1.0
    assert methods.loc["run-rate only", "spread"] < methods.loc["equal quotas", "spread"]


def test_growth_beyond_the_cap_widens_it_and_says_so():
    case = field(quotas=quota_plan(cap=0.05), revenue=history([0.3] * 6))
    test = backtest_of(case)
    assert "growth of +30.0 % lies outside floor and cap" in test.notes[0]


def test_too_little_history_is_refused():
    with pytest.raises(InputError, match="needs eight quarters of history; there are 4 quarters"):
        backtest_of(field(revenue=history(years=1)))


def rows(*intervals):
    return pd.DataFrame(
        [
            {"against": against, "method": "spearman", "correlation": (low + high) / 2,
             "low": low, "high": high}
            for against, (low, high) in zip(("size", "potential"), intervals, strict=True)
        ]
    )  # fmt: skip


def test_intervals_around_nothing_are_fair_only_when_they_are_narrow():
    fair, words = verdict_of(rows((-0.2, 0.3), (-0.3, 0.2)), 80)
    assert fair is True
    assert words.startswith("fair: attainment does not follow size or potential (size: Spearman")
    fair, words = verdict_of(rows((-0.4, 0.7), (-0.3, 0.2)), 12)
    assert fair is None
    assert words.startswith("no unfairness shown, and none ruled out: 12 territories leave room")


def test_an_interval_that_leaves_zero_out_is_not_fair():
    fair, words = verdict_of(rows((-0.4, 0.7), (-0.8, -0.1)), 12)
    assert fair is False
    assert "smaller potential would have attained more (Spearman -0.45" in words


def test_few_territories_cannot_be_judged():
    fair, words = verdict_of(rows((-1, 1), (-1, 1)), 3)
    assert fair is None
    assert words.startswith("cannot be judged: 3 territories")
