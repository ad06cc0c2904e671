"""The outlook sums up, carries its back-test, and refuses thin histories with a reason."""

import pytest

from territory.errors import InputError
from territory.monitor.outlook import outlook
from tests.territory.monitor.worlds import demo_plan, demo_scenario, demo_year


@pytest.fixture(scope="module")
def scenario(tmp_path_factory: pytest.TempPathFactory):
    return demo_scenario(tmp_path_factory.mktemp("demo"))


def test_territories_and_units_are_sums_of_their_accounts(scenario):
    found = outlook(demo_plan(), scenario, quarters=2)
    assert found.quarters == ("2025-Q1", "2025-Q2")
    totals = [part.expected.sum(axis=0) for part in found.levels.values()]
    assert totals[1] == pytest.approx(totals[0])
    assert totals[2] == pytest.approx(totals[0])


def test_two_years_give_no_back_test_and_no_hot_spots_and_say_so(scenario):
    words = " ".join(outlook(demo_plan(), scenario, quarters=4).words())
    assert "not possible; 8 quarters are known, and 9 would allow one" in words
    assert "Three years would tell" in words


def test_three_years_give_a_back_test_whose_intervals_hold(scenario):
    year = demo_year(planted=False)
    found = outlook(demo_plan(), scenario, quarters=4, more=year.tables["actuals"])
    test = found.levels["unit"].test
    assert test is not None
    assert test.origins == 1
    assert 0.65 <= test.coverage <= 0.95
    assert found.quarters[0] == "2026-Q1"
    for level in ("account", "unit", "territory"):
        rows = found.table(level)
        ahead = rows["last_year_usd"] * (1.0 + rows["growth_y"])
        # What grows by level is one market: 6.2 % everywhere is no market of 6.9 %.
        market = rows["last_year_usd"].sum() * (1.0 + rows["market_growth_y"].iloc[0])
        assert ahead.sum() == pytest.approx(market)


def test_a_history_of_one_year_is_refused(scenario, tmp_path):
    import pandas as pd

    folder = scenario.folder
    history = pd.read_csv(folder / "texas_ortho" / "history.csv", dtype="str")
    short = demo_scenario(tmp_path)
    history[history["period"] >= "2024"].to_csv(
        short.folder / "texas_ortho" / "history.csv", index=False
    )
    with pytest.raises(InputError, match="the history has 4 periods; 8"):
        outlook(demo_plan(), short)


def test_a_history_that_lacks_a_quarter_is_refused_by_its_name(scenario):
    sales = demo_year(planted=False).tables["actuals"]
    gap = sales[~sales["period"].isin(["2025-04", "2025-05", "2025-06"])]
    with pytest.raises(InputError, match="no sales at all in 2025-Q2"):
        outlook(demo_plan(), scenario, quarters=4, more=gap)
