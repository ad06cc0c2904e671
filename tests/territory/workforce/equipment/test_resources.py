"""Support, collateral and budget follow the mix of accounts, by rules that can be edited."""

from dataclasses import replace

import pytest

from territory.errors import InputError
from territory.inputs.scenario.rollout import ResourceKeys
from territory.inputs.scenario.scenario import read_scenario
from territory.workforce.equipment.resources import (
    ASSUMPTION,
    account_kinds,
    resource_rules,
    resources_of,
    unruled_types,
)
from tests.territory.plans import small_plan


def plan_with(**columns):
    plan = small_plan()
    return replace(plan, accounts=plan.accounts.assign(**columns))


def test_the_kind_of_an_account_follows_type_system_and_name():
    plan = plan_with(
        type=["hospital", "hospital", "hospital", "asc", "clinic", "dentist"] * 2,
        idn=["", "Mercy", "Mercy", "Mercy", "", ""] * 2,
        name=["City", "City", "University Hospital", "University ASC", "x", "y"] * 2,
    )
    kinds = account_kinds(plan).tolist()[:6]
    assert kinds == ["hospital", "system", "academic", "surgery_center", "practice", "other"]


def test_types_that_no_rule_knows_are_told():
    plan = plan_with(type=["klinikum", "hospital", "praxis", "praxis", "asc", ""] * 2)
    assert unruled_types(plan) == {"praxis": 4, "klinikum": 2}
    assert unruled_types(plan, ResourceKeys(kinds={"praxis": "practice"})) == {"klinikum": 2}
    written = ResourceKeys(kinds={"Klinikum": "hospital", "Praxis": "practice"})
    assert unruled_types(plan, written) == {}  # the tables write types in small letters


def test_hours_and_sets_are_the_sums_of_the_rules():
    table = resources_of(plan_with(type="asc"))
    # Four surgery centers a territory: 8 h and 2 sets each.
    assert table["clinical_h"].tolist() == [32.0, 32.0, 32.0]
    assert table["collateral_sets"].tolist() == [8, 8, 8]
    assert table["budget_usd"].tolist() == [900.0, 900.0, 900.0]


def test_a_whole_budget_is_spread_to_the_cent():
    keys = ResourceKeys(budget_usd=100.0)
    assert sorted(resources_of(plan_with(type="asc"), keys)["budget_usd"]) == [33.33, 33.33, 33.34]


def test_rules_of_the_scenario_stand_beside_the_defaults_which_are_called_assumptions():
    keys = ResourceKeys.model_validate({"rules": {"practice": {"clinical_h": 5.0}}})
    rules = resource_rules(keys).set_index("kind")
    assert rules.at["practice", "clinical_h"] == 5.0
    assert rules.at["practice", "source"] == "scenario, [resources]"
    assert rules.at["academic", "source"] == ASSUMPTION


def test_a_kind_without_a_rule_is_refused(tmp_path):
    path = tmp_path / "a.toml"
    path.write_text(
        'inputs.units = "u.csv"\nteam.territories = 2\n[resources.kinds]\nlab = "laboratory"\n'
    )
    with pytest.raises(InputError, match="laboratory"):
        read_scenario(path)
