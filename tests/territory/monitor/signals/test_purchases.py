"""Where orders are few and large, charts of who buys speak: quiet years seldom, losses often."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from territory.inputs.demo.year_after import GO_LIVE
from territory.monitor.facts.baseline import _blocks, _bought, _settled
from territory.monitor.facts.facts import facts_of
from territory.monitor.signals.charts import chart_of
from territory.monitor.signals.judged import _groups, judge
from territory.monitor.signals.purchases import merged, purchases_of
from tests.territory.monitor.worlds import demo_plan, demo_scenario, demo_year, written

K, EACH = 20, 60


def orders(rng: np.random.Generator, n: int, periods: int, *, kept: np.ndarray | float = 1.0):
    """Pieces of n accounts that order four times a year, of very different sizes."""
    count = rng.poisson(kept * 4.0 / 12.0, (n, periods))
    return np.round(count * 40.0 * np.exp(0.8 * rng.standard_normal((n, periods))))


def field(seed: int, *, kept: float = 1.0, step: int = 1):
    """A field of 20 territories of 60 accounts; the first keeps a part of its orders."""
    rng = np.random.default_rng(seed)
    row = np.repeat(np.arange(K), EACH)
    before = orders(rng, row.size, 12)
    after = orders(rng, row.size, 12, kept=np.where(row == 0, kept, 1.0)[:, None])

    def by_territory(values):
        return np.stack([values[row == at].sum(axis=0) for at in range(K)])

    return SimpleNamespace(
        base_orders=_settled(_bought(_blocks(before, step)), step),
        base_events=_settled(before, 1),
        orders_step=step,
        span=SimpleNamespace(step=1),
        panel=SimpleNamespace(events=after),
        by_territory=by_territory,
    )


def test_quiet_years_of_few_large_orders_seldom_alarm_and_a_lost_half_is_seen():
    alarmed, seen = 0, 0
    for seed in range(40):
        quiet, lost = (
            purchases_of(field(seed, kept=kept), np.arange(12), np.ones(K, dtype=bool))
            for kept in (1.0, 0.5)
        )
        assert quiet.spoken.mean() > 0.9
        alarmed += bool((quiet.chart.first >= 0).any())
        seen += quiet.chart.phi < 1.3 and lost.chart.side[0] == -1
    assert alarmed <= 5
    assert seen >= 36


def test_a_history_of_quarters_makes_charts_of_quarters_shown_by_month():
    facts = field(1, kept=0.2, step=3)
    silent = np.arange(K) < 2
    found = purchases_of(facts, np.arange(11), silent)
    assert found.step == 3
    assert found.of_period.tolist() == [-1, -1, *[0] * 3, *[1] * 3, *[2] * 3]
    assert np.flatnonzero(found.spoken).tolist() == [0, 1]
    events = facts.by_territory(facts.panel.events)[:, :11].T
    share = np.full(K, 1.0 / K)
    pieces = chart_of(events, share, known_from=8.0)
    shown = merged(pieces, found)
    assert shown.first[0] == 3 * found.chart.first[0] + 4
    assert shown.down[:, 0].tolist() == [0.0, 0.0, *np.repeat(found.chart.down[:, 0], 3).tolist()]
    assert (shown.down[:, 2:] == pieces.down[:, 2:]).all()
    assert purchases_of(facts, np.arange(2), silent) is None
    assert purchases_of(facts, np.arange(11), np.zeros(K, dtype=bool)) is None


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory):
    """The demo company's year, in which accounts order four times a year."""
    folder: Path = tmp_path_factory.mktemp("lumpy")
    scenario = demo_scenario(folder / "company")
    files = written(demo_year(planted=False), folder / "year")
    only = {"actuals": files["actuals"]}
    found = facts_of(demo_plan(), only, as_of="2025-12-31", scenario=scenario, go_live=GO_LIVE)
    before = orders(np.random.default_rng(3), len(found.accounts), 12)
    return replace(
        found, base_events=_settled(before, 1), base_orders=_settled(_bought(before), 1),
        orders_step=1,
    )  # fmt: skip


def test_a_territory_whose_accounts_buy_less_often_is_a_signal_with_its_rates(facts):
    def judged(where):
        kept = np.where(where, 0.35, 1.0)[:, None]
        sold = orders(np.random.default_rng(4), len(facts.accounts), 12, kept=kept)
        return judge(
            replace(facts, panel=replace(facts.panel, events=sold, revenue_usd=850 * sold))
        )

    quiet = judged(facts.territory < 0)
    assert not [each for each in quiet.signals if each.level == "territory"]
    name = quiet.by_purchases[0]
    found = judged(facts.territory == facts.territory_ids.index(name))
    assert name in found.by_purchases
    assert name not in found.quiet
    signal = next(each for each in found.signals if each.id == name)
    assert signal.change == pytest.approx(-0.65, abs=0.15)
    assert signal.usd_q < 0
    assert "CUSUM of purchases" in signal.how_sure
    assert "accounts bought where" in signal.how_sure
    told = next(line for line in found.words if "count the accounts that buy in a month" in line)
    assert f"for any of {len(facts.territory_ids)}; a lasting loss of 15 %" in told
    assert found.risk.seen < 0.2
    assert {each.id for each in found.signals if each.level == "territory"} == {name}


def test_what_holds_one_account_is_told_as_that_account(facts):
    groups = _groups(facts)
    assert {group.level for group in groups} == {"territory", "system", "unit", "account"}
    assert all(group.rows.size > 1 for group in groups if group.level in {"system", "unit"})
