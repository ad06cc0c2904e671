"""A plan that is opened again knows which keys its scenario wrote: some rules ask it."""

import re
from pathlib import Path

import pytest

import territory
from territory.encoding.reopen import scenario_of
from territory.inputs.scenario.scenario import Scenario, read_scenario
from territory.inputs.scenario.written import as_written, kept_keys, written_keys
from territory.publish.folder import read_plan
from tests.territory.worlds import grid_scenario

ROOT = Path(__file__).resolve().parents[4]


@pytest.mark.parametrize("name", ["texas_market", "texas_roles", "real_texas", "us_zips"])
def test_all_keys_of_a_record_are_told_apart_from_those_that_were_written(name):
    scenario = read_scenario(ROOT / "scenarios" / f"{name}.toml")
    opened = Scenario.model_validate(scenario.model_dump(mode="json", exclude={"extends"}))
    assert written_keys(opened) != written_keys(scenario)
    as_written(opened, written_keys(scenario))
    told = {key: each for key, each in written_keys(scenario).items() if key != "extends"}
    assert written_keys(opened) == told
    values = scenario.model_dump(exclude={"extends"})
    assert opened.model_dump(exclude={"extends"}) == values  # they stay


def test_a_plan_that_is_opened_again_asks_what_its_scenario_asked(tmp_path):
    extra = '[market]\nprocedures = "n_calls"\nprice_usd = 100.0\n[rollout]\nteam = "core"\n'
    scenario = read_scenario(grid_scenario(tmp_path, extra=extra))
    opened = scenario_of(read_plan(territory.design(scenario).save(tmp_path / "plan")))
    for each in (scenario, opened):
        assert "team" in each.rollout.model_fields_set
        assert "payer_factors" not in each.market.model_fields_set
        assert "size" not in each.market.peers.model_fields_set


def test_which_keys_were_written_is_asked_of_sections_that_say_it():
    """Whoever asks it elsewhere finds here whether a plan opened again knows."""
    asked = {
        (path.relative_to(ROOT).as_posix(), found)
        for path in (ROOT / "territory").rglob("*.py")
        for found in re.findall(r"(\w+)\.model_fields_set", path.read_text(encoding="utf-8"))
    }
    assert {where for where, _ in asked} == {
        "territory/incentives/facts.py",
        "territory/rollout/preflight.py",
        "territory/market/value/potential_checks.py",
        "territory/inputs/scenario/written.py",
        "territory/monitor/realign/shocks.py",  # of a file of its own, which is read anew
    }


def test_a_plan_keeps_the_same_of_its_scenario_when_it_is_opened_and_written_again():
    """What another scenario was extended by is no key: an undo would not end in the same bytes."""
    scenario = read_scenario(ROOT / "scenarios" / "texas_market.toml")
    kept = kept_keys(scenario)
    opened = Scenario.model_validate(kept["keys"])
    as_written(opened, kept["written"])
    assert kept_keys(opened) == kept
