"""Signals of simulated fields: steady ones stay quiet, losses are seen, markets cancel."""

import numpy as np
import pytest

from territory.monitor.signals.charts import (
    FEWEST_EVENTS,
    chart_of,
    cusum,
    dispersion,
    funnel,
    risk_of,
    standardised_shares,
)
from territory.monitor.signals.scan import scatter_of


def steady_field(seed: int, *, phi: float = 2.0, k: int = 20, periods: int = 12):
    """Counts of a field whose shares never change, in a market that wanders; φ as asked."""
    rng = np.random.default_rng(seed)
    usual = rng.uniform(20.0, 80.0, k)
    market = np.exp(np.cumsum(rng.normal(0.0, 0.03, periods)))
    level = np.outer(market, usual)
    events = rng.poisson(rng.gamma(level / (phi - 1.0), phi - 1.0)).astype(float)
    return events, usual / usual.sum()


def test_steady_fields_of_twenty_rarely_alarm_in_a_year():
    charts = [chart_of(*steady_field(seed)) for seed in range(300)]
    assert np.mean([(chart.first >= 0).any() for chart in charts]) <= 0.12
    assert np.mean([(chart.first >= 0).mean() for chart in charts]) <= 0.01


def test_a_lasting_loss_of_a_third_is_seen_and_its_side_is_said():
    seen = []
    for seed in range(100):
        events, share = steady_field(seed)
        events[:, 0] = np.round(events[:, 0] * 2 / 3)
        chart = chart_of(events, share)
        seen.append(chart.first[0] >= 0)
        assert chart.side[0] in (0, -1)
    assert np.mean(seen) >= 0.8


def test_a_market_that_halves_alarms_nobody():
    events = np.outer([1.0, 0.5, 0.4, 0.4], [100.0, 200.0, 300.0])
    assert np.allclose(standardised_shares(events, np.array([1, 2, 3]) / 6), 0.0)


def test_few_events_get_no_verdict():
    events = np.full((12, 2), 0.4 * FEWEST_EVENTS)
    events[:, 0] = 0.0
    chart = chart_of(events, np.array([0.5, 0.5]))
    assert np.isnan(chart.score).all()
    assert (chart.first == -1).all()


def test_over_dispersion_is_found_though_some_territories_are_in_trouble():
    scores = np.random.default_rng(0).normal(0.0, np.sqrt(3.0), (12, 40))
    scores[:, :3] += 20.0
    # Three of forty and a standard error widen it by half; the plain mean square is ten times it.
    assert 3.0 / 1.6 <= dispersion(scores) <= 3.0 * 1.6
    assert np.mean(scores**2) > 25.0
    assert dispersion(np.zeros((12, 40))) == 1.0


def test_cumulative_sums_follow_page_by_hand():
    up, down = cusum(np.array([[1.0], [1.0], [np.nan], [-3.0]]))
    assert up[:, 0].tolist() == [0.75, 1.5, 1.5, 0.0]
    assert down[:, 0].tolist() == [0.0, 0.0, 0.0, 2.75]


def test_the_risk_says_how_often_it_cries_wolf_and_what_it_would_see():
    risk = risk_of(k=20, periods=12, events=40, phi=2.0, rng=np.random.default_rng(1))
    assert 0.001 <= risk.false_one <= 0.007
    assert risk.false_any <= 0.12
    assert risk.seen == pytest.approx(0.23, abs=0.04)
    surer = risk_of(k=20, periods=12, events=400, phi=2.0, rng=np.random.default_rng(1))
    assert surer.seen > risk.seen


def test_a_funnel_names_the_one_that_differs_from_a_scattered_field():
    named, others = [], []
    for seed in range(50):
        rng = np.random.default_rng(seed)
        base = np.full(20, 400.0)
        rate = rng.normal(1.0, 0.1, 20)
        rate[7] = 0.4
        found = funnel(rng.poisson(base * rate).astype(float), base)
        named.append(found.outside[7])
        others.append(np.delete(found.outside, 7).mean())
        assert 0.0 < found.tau < 0.25
    assert np.mean(named) >= 0.95
    assert np.mean(others) <= 0.03


def test_a_territory_of_a_few_large_accounts_is_held_against_its_own_scatter():
    rng = np.random.default_rng(4)
    # Twenty territories with as many events; the first lives of three accounts, all others of 60.
    row = np.repeat(np.arange(20), [3, *[60] * 19])
    mean = np.repeat(600.0, row.size) / np.bincount(row)[row]
    scatter = scatter_of(mean, row, 20, phi=1.0, tau=0.4)
    plain, told = 0, 0
    for _ in range(60):
        # An account's months scatter by tau in a quarter, √3 of it in a month.
        shape = 1.0 / (3.0 * 0.4**2)
        drawn = rng.poisson(mean / 3.0 * rng.gamma(shape, 1.0 / shape, (12, row.size)))
        events = np.stack([np.bincount(row, each, 20) for each in drawn])
        share = np.full(20, 0.05)
        plain += chart_of(events, share, known_from=12.0).first[0] >= 0
        told += chart_of(events, share, known_from=12.0, scatter=scatter).first[0] >= 0
    assert plain >= 20
    assert told <= 2


def test_orders_that_come_seldom_get_no_verdict():
    rng = np.random.default_rng(2)
    events = rng.poisson(4.0, (12, 20)) * 40.0  # 160 pieces a month, in four orders
    chart = chart_of(events, np.full(20, 0.05), known_from=8.0)
    assert chart.phi > 20.0
    assert np.isnan(chart.score).all()
    assert (chart.first < 0).all()


def test_charts_of_lumpy_accounts_seldom_alarm():
    rng = np.random.default_rng(5)
    alarmed = 0
    for _ in range(40):
        size = rng.gamma(12.0, 1.0 / 12.0, (20, 20)) * 150.0  # eight months before, twelve after
        events = rng.poisson(size).astype(float)
        share = events[:8].sum(axis=0) / events[:8].sum()
        alarmed += bool((chart_of(events[8:], share, known_from=8.0).first >= 0).any())
    assert alarmed <= 5


def test_what_is_seen_of_a_loss_is_what_is_stated():
    """Print, by loss and scatter, the share of seeds 0 to 59 in which it is seen within a year."""
    for phi in (1.5, 2.0, 3.0):
        for loss in (0.15, 0.25, 0.35, 0.5):
            seen = 0
            for seed in range(60):
                events, share = steady_field(seed, phi=phi)
                rng = np.random.default_rng([seed, 1])
                middle = int(np.argsort(share)[10])
                events[:, middle] = rng.binomial(events[:, middle].astype(int), 1.0 - loss)
                seen += chart_of(events, share).first[middle] >= 0
            usual = float(np.median(share) * events.sum(axis=1).mean())
            stated = risk_of(
                k=20, periods=12, events=usual, phi=phi, loss=loss, rng=np.random.default_rng(0)
            ).seen
            print(f"phi {phi}: a loss of {loss:.0%}: seen {seen / 60:.2f}, stated {stated:.2f}")
            assert seen / 60 == pytest.approx(stated, abs=0.2)


def test_fields_whose_accounts_scatter_by_as_much_as_they_sell_are_quiet_in_most_years():
    rng = np.random.default_rng(7)
    row = np.repeat(np.arange(20), 60)
    alarmed = 0
    for _ in range(100):
        size = rng.lognormal(1.5, 1.0, row.size)
        drawn = rng.poisson(size * rng.exponential(1.0, (24, row.size)))
        events = np.stack([np.bincount(row, each, 20) for each in drawn]).astype(float)
        base = drawn[:12].mean(axis=0)
        scatter = scatter_of(3.0 * base, row, 20, phi=1.0, tau=1.0 / np.sqrt(3.0))
        share = np.bincount(row, base, 20) / base.sum()
        chart = chart_of(events[12:], share, known_from=12.0, scatter=scatter)
        alarmed += bool((chart.first >= 0).any())
    print(f"{alarmed} of 100 fields with an alarm in a quiet year")
    assert alarmed <= 6


def test_a_chart_says_how_much_each_territory_scatters():
    events, share = steady_field(3)
    beside = np.ones(20)
    beside[4] = 5.0
    chart = chart_of(events, share, scatter=beside)
    assert chart.scatter[4] == pytest.approx(5.0 * chart.phi)
    assert np.delete(chart.scatter, 4) == pytest.approx(chart.phi)


def test_who_loses_so_much_that_too_little_is_expected_keeps_its_verdict():
    events = np.full((12, 20), 60.0)
    events[:, 0] = [14.0, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2]
    share = np.append(14.0, np.full(19, 60.0)) / (14.0 + 19 * 60.0)
    chart = chart_of(events, share, phi=1.0, known_from=8.0)
    # As more is learned of it fewer than ten are expected; it was silent from there on.
    assert np.isfinite(chart.score[:, 0]).all()
    assert chart.side[0] == -1
