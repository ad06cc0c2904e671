"""The back-test sets last year's quotas by the method used, and does not know the answer."""

from dataclasses import replace

import numpy as np
import pytest

from territory.errors import InputError
from territory.incentives.fairness.backtest import backtest_of
from tests.territory.incentives.worlds import SIZE, field, history, quota_plan

RUN_RATE = {"blend": {"run_rate": 1.0}}


def test_quotas_on_run_rate_attain_alike_when_all_grow_alike():
    test = backtest_of(field(quotas=quota_plan(**RUN_RATE)))
    assert test.table["attainment"].tolist() == pytest.approx([1.0] * 6, abs=1e-5)
    assert test.table["size_usd"].tolist() == pytest.approx([size / 1.1 for size in SIZE])
    assert int(test.table["quota_usd"].sum()) == round(sum(SIZE))
    assert test.spans == ("2023-Q1 to 2023-Q4", "2024-Q1 to 2024-Q4")
    assert test.fair is True


def test_quotas_on_potential_favour_territories_that_sell_much():
    test = backtest_of(field(quotas=quota_plan(blend={"potential": 1.0})))
    size = test.correlations.set_index("against")["correlation"]["penetration"]
    assert size == pytest.approx(1.0)
    assert test.fair is False
    assert test.verdict.startswith("not fair: territories with higher penetration would have")


def test_it_judges_the_method_that_is_used_beside_simpler_ones():
    methods = backtest_of(field()).methods["method"].tolist()
    assert methods == ["expected sales (used)", "potential only", "last year only", "equal quotas"]
    blended = backtest_of(field(quotas=quota_plan(**RUN_RATE))).methods["method"].tolist()
    assert blended[0] == "this blend"


def test_floor_and_cap_of_next_year_do_not_bend_last_year_s_quotas():
    one = backtest_of(field()).table
    other = backtest_of(field(quotas=quota_plan(cap=0.06, floor=0.04))).table
    assert (one["quota_usd"] == other["quota_usd"]).all()


def test_a_quota_does_not_know_what_its_own_territory_sold_in_the_year_it_is_for():
    """Whatever T1 sells in the second year moves the goal, but not its share of the quotas."""
    case, shares = field(), []
    for factor in (1.0, 3.0):
        revenue = history()
        revenue[:2, 4:] *= factor
        sales = replace(case.sales, revenue_usd=revenue)
        table = backtest_of(replace(case, sales=sales, last_usd=revenue[:, 4:].sum(axis=1))).table
        shares.append(table["quota_usd"] / table["quota_usd"].sum())
    assert shares[0]["T1"] == pytest.approx(shares[1]["T1"], abs=1e-6)


def test_too_little_history_is_refused():
    with pytest.raises(InputError, match="needs eight quarters of history; there are 4 quarters"):
        backtest_of(field(revenue=history(years=1)))


def test_a_year_without_sales_is_refused():
    revenue = history()
    revenue[:, :4] = np.where(revenue[:, :4] > 0, 0.0, 0.0)
    case = field(revenue=revenue, quotas=quota_plan(**RUN_RATE))
    with pytest.raises(InputError, match="no sales in 2023-Q1 to 2023-Q4"):
        backtest_of(case)
