"""The scan takes the group that explains a change, and no other."""

import numpy as np

from territory.monitor.signals.scan import Group, scan


def field(seed: int, *, n: int = 200, rate: float = 4.0, quarters: int = 4):
    """Accounts in ten territories, each with two systems; Poisson with the rates of before."""
    rng = np.random.default_rng(seed)
    base = rng.uniform(0.5 * rate, 1.5 * rate, n)
    market = np.array([1.0, 1.1, 0.9, 1.2])[:quarters]
    groups = [
        Group(level="territory", id=f"T{at}", rows=np.arange(20 * at, 20 * at + 20))
        for at in range(n // 20)
    ]
    groups += [
        Group(level="system", id=f"S{at}", rows=np.arange(10 * at, 10 * at + 10))
        for at in range(n // 10)
    ]
    return rng, base, 3.0 * base[:, None] * market, groups


def run(actual, base, groups):
    return scan(actual, base, groups, months=np.full(actual.shape[1], 3.0))


def test_steady_fields_are_quiet():
    alarms = 0
    for seed in range(60):
        rng, base, mean, groups = field(seed)
        alarms += bool(run(rng.poisson(mean).astype(float), base, groups).changes)
    assert alarms <= 4  # half a percent a quarter, two percent a year


def test_a_system_s_loss_is_the_system_s_not_its_territory_s():
    rng, base, mean, groups = field(1)
    mean[30:40, 2:] = 0.0
    found = run(rng.poisson(mean).astype(float), base, groups).changes
    assert [(each.group.id, each.quarter) for each in found] == [("S3", 2)]


def test_a_territory_s_loss_is_the_territory_s_not_its_systems():
    rng, base, mean, groups = field(2)
    mean[40:60, 1:] *= 0.4
    found = run(rng.poisson(mean).astype(float), base, groups).changes
    assert [(each.group.id, each.quarter) for each in found] == [("T2", 1)]


def test_a_market_that_doubles_is_no_change():
    rng, base, mean, groups = field(3)
    mean[:, 2:] *= 2.0
    assert not run(rng.poisson(mean).astype(float), base, groups).changes


def test_groups_of_few_events_get_no_verdict():
    rng, base, mean, groups = field(4, rate=0.2)
    mean[:20, 1:] = 0.0
    assert not run(rng.poisson(mean).astype(float), base, groups).changes


def lumpy_world(seed: int, *, shape: float = 2.0, boom: float = 1.0):
    """Return 60 counties of 12 accounts: each account's months scatter by 1 ÷ √shape."""
    rng = np.random.default_rng(seed)
    base = np.repeat(rng.gamma(1.0, 3.0, 60), 12) * rng.gamma(1.0, 1.0, 720) + 0.3
    county = np.repeat(np.arange(60), 12)
    mean = np.repeat(base[:, None], 12, axis=1)
    largest = int(np.bincount(county, base).argmax())
    mean[county == largest] *= boom
    months = rng.poisson(mean * rng.gamma(shape, 1.0 / shape, mean.shape))
    groups = [
        Group(level="unit", id=str(at), rows=np.flatnonzero(county == at)) for at in range(60)
    ]
    return months.reshape(720, 4, 3).sum(axis=2).astype(float), base, groups, str(largest)


def test_lumpy_accounts_do_not_make_whole_counties_scatter():
    actual, base, groups, largest = lumpy_world(3, boom=1.8)
    found = scan(actual, base, groups, months=np.full(4, 3.0))
    assert {(each.group.id, each.quarter) for each in found.changes} == {(largest, 0)}


def test_quiet_years_of_lumpy_accounts_are_quiet():
    alarmed = 0
    for seed in range(12):
        actual, base, groups, _ = lumpy_world(seed)
        alarmed += bool(scan(actual, base, groups, months=np.full(4, 3.0)).changes)
    assert alarmed <= 1
