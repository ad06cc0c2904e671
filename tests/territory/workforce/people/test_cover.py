"""Cover of a vacant territory: nearest first, only with slack, whole accounts, honest leftovers."""

from datetime import date

import pandas as pd
import pytest

import territory
from territory.errors import InputError
from territory.workforce.people.cover import propose_cover
from tests.territory.worlds import grid_scenario

FIRST, LAST = date(2027, 1, 1), date(2027, 12, 31)


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    path = grid_scenario(
        tmp_path_factory.mktemp("cover"), columns=6, rows=1, territories=2, extra="[capacity]\n"
    )
    scenario = territory.read_scenario(path).with_overrides(effort="quick")
    return territory.design(scenario), scenario


def with_capacity(plan, hours):
    from dataclasses import replace

    return replace(plan, territories=plan.territories.assign(capacity_h=hours))


def test_a_rep_with_slack_takes_whole_accounts_until_the_day(world):
    plan, scenario = world
    vacant, other = plan.territories["territory_id"].tolist()
    found = propose_cover(
        with_capacity(plan, [500.0, 5_000.0]), scenario, vacant, first=FIRST, last=LAST
    )
    own = plan.accounts[plan.accounts["territory_id"] == vacant]
    assert set(found.accounts["account_id"]) == set(own["account_id"])
    assert set(found.accounts["covered_by"]) == {other}
    assert set(found.accounts["until"]) == {"2027-12-31"}
    assert len(found.uncovered) == 0
    assert found.reps["hours"].iloc[0] == pytest.approx(found.accounts["hours"].sum(), abs=0.1)
    # The other rep lives farther away than the empty seat: covering costs travel.
    assert found.cost_usd > 0


def test_another_vacant_seat_covers_nothing(world):
    from dataclasses import replace

    plan, scenario = world
    gone, _ = plan.territories["territory_id"].tolist()
    rows = plan.territories.assign(rep_id=["R1", ""], capacity_h=5_000.0)
    plan = replace(plan, territories=rows)
    found = propose_cover(plan, scenario, gone, first=FIRST, last=LAST)
    assert len(found.uncovered) == len(found.accounts) > 0


@pytest.mark.parametrize(
    ("away", "pace"),
    [
        ({}, 1.0),
        ({"leave_from": "2027-01-01", "leave_to": "2027-03-31"}, 0.0),
        ({"start": "2027-04-01"}, 0.0),
        ({"end": "2027-03-31"}, 365 / 90),  # a year's capacity holds the first quarter only
        ({"start": "2027-02-15", "end": "2027-12-31"}, (45 / 90) / (320 / 365)),
    ],
)
def test_who_is_away_in_the_period_covers_for_the_days_that_are_left(world, away, pace):
    plan, scenario = world
    vacant, _ = plan.territories["territory_id"].tolist()
    year = scenario.capacity.model_copy(update={"year_from": "2027-01-01"})
    dated = scenario.model_copy(update={"capacity": year})
    ids = plan.territories["rep_id"].tolist()
    reps = pd.DataFrame({"rep_id": ids, **{name: ["", day] for name, day in away.items()}})
    until = date(2027, 3, 31)
    loaded = with_capacity(plan, [500.0, 5_000.0])
    found = propose_cover(loaded, dated, vacant, first=FIRST, last=until, reps=reps)
    if pace == 0:
        assert len(found.uncovered) == len(found.accounts) > 0
    else:
        whole = propose_cover(loaded, dated, vacant, first=FIRST, last=until)
        more = 5_000.0 * (pace - 1.0) * 90 / 365
        assert found.reps["slack_h"].iloc[0] == pytest.approx(
            whole.reps["slack_h"].iloc[0] + more, abs=0.2
        )


def test_without_slack_the_accounts_are_named_not_handed_over(world):
    plan, scenario = world
    vacant = plan.territories["territory_id"].iloc[0]
    found = propose_cover(with_capacity(plan, [1.0, 1.0]), scenario, vacant, first=FIRST, last=LAST)
    assert len(found.uncovered) == len(found.accounts) > 0
    assert len(found.reps) == 0
    assert found.cost_usd == 0.0


def test_nobody_is_loaded_above_the_slack_of_the_period(world):
    plan, scenario = world
    vacant, other = plan.territories["territory_id"].tolist()
    load = float(plan.accounts.loc[plan.accounts["territory_id"] == other, "workload_h"].sum())
    plan = with_capacity(plan, [500.0, load + 60.0])
    half = date(2027, 7, 1)
    found = propose_cover(plan, scenario, vacant, first=FIRST, last=half)
    slack = 60.0 * 182 / 365
    assert found.accounts.loc[found.accounts["covered_by"] != "", "hours"].sum() <= slack + 0.05
    assert 0 < len(found.uncovered) < len(found.accounts)


def test_a_wrong_territory_or_period_is_refused(world):
    plan, scenario = world
    plan = with_capacity(plan, [1.0, 1.0])
    with pytest.raises(InputError, match='no territory "T99"'):
        propose_cover(plan, scenario, "T99", first=FIRST, last=LAST)
    vacant = plan.territories["territory_id"].iloc[0]
    with pytest.raises(InputError, match="the cover ends on 2027-01-01, before it begins"):
        propose_cover(plan, scenario, vacant, first=LAST, last=FIRST)


def test_capacity_and_goals_follow_a_seat_that_starts_late(tmp_path):
    path = grid_scenario(
        tmp_path, columns=6, rows=1, territories=2, extra='[capacity]\nyear_from = "2027-01-01"\n'
    )
    table = pd.read_csv(tmp_path / "reps.csv", dtype=str, keep_default_na=False)
    table.assign(start=["", "2027-07-02"], tenure_y="5").to_csv(tmp_path / "reps.csv", index=False)
    plan = territory.design(territory.read_scenario(path).with_overrides(effort="quick"))
    hours = plan.territories["capacity_h"].tolist()
    assert hours[1] == pytest.approx(hours[0] * 183 / 365, rel=1e-4)
    goals = plan.territories["workload_h_goal"].tolist()
    assert goals[1] / goals[0] == pytest.approx(183 / 365, rel=1e-3)
