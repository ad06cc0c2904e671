"""What is wrong with [quotas] and [pay] is said with file, key, value and a way out."""

import pytest

from territory.errors import InputError
from territory.inputs.scenario.scenario import read_scenario

HEAD = 'inputs.units = "units.csv"\nteam.territories = 3\n'
PAY = "[pay]\nbase_usd = 80000\ntarget_incentive_usd = 60000\n"
QUOTAS = "[quotas]\ngrowth = 0.05\n"


@pytest.fixture
def read(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def from_text(text):
        (tmp_path / "ny.toml").write_text(HEAD + text)
        return read_scenario("ny.toml")

    return from_text


def said(read, text):
    with pytest.raises(InputError) as caught:
        read(text)
    return str(caught.value)


def test_sections_that_are_absent_are_none(read):
    scenario = read("")
    assert scenario.quotas is None
    assert scenario.pay is None


def test_quotas_follow_expected_sales_by_default_and_a_plan_that_pays_the_target(read):
    scenario = read(QUOTAS + PAY)
    assert scenario.quotas.blend is None
    assert scenario.quotas.floor is None
    assert scenario.quotas.cap is None
    assert [tier.rate for tier in scenario.pay.rates] == [0.5, 1.75, 2.0, 2.5]
    assert scenario.hash != read(QUOTAS).hash


def test_a_weight_that_is_not_written_is_nothing(read):
    assert read(QUOTAS + "blend = {run_rate = 1.0}\n").quotas.blend.potential == 0


MESSAGES = {
    QUOTAS + "blend = {potential = 0.5, run_rate = 0.6}\n": (
        "error: ny.toml: quotas.blend has weights that sum to 1.1; expected a sum of 1\n\n"
        "hint: divide each weight by 1.1"
    ),
    QUOTAS + "blend = {potential = 50, run_rate = 50}\n": (
        "error: ny.toml: quotas.blend.potential is 50; expected a fraction between 0 and 1\n\n"
        "hint: for 50 percent write 0.5\n\n"
        "error: ny.toml: quotas.blend.run_rate is 50; expected a fraction between 0 and 1\n\n"
        "hint: for 50 percent write 0.5"
    ),
    "[quotas]\nfloor = 0.0\n": (
        "error: ny.toml: quotas has neither goal_usd nor growth; expected one of them\n\n"
        "hint: write growth = 0.08 for a goal 8 percent above last year's sales"
    ),
    QUOTAS + "goal_usd = 1000\n": (
        "error: ny.toml: quotas.growth is written beside goal_usd; expected one of them"
    ),
    "[quotas]\ngoal_usd = 1000.5\n": (
        "error: ny.toml: quotas.goal_usd is 1000.5; expected a whole number above 0"
    ),
    QUOTAS + "floor = 0.3\ncap = 0.2\n": (
        "error: ny.toml: quotas.floor is 0.3, above quotas.cap 0.2; expected at most the cap\n\n"
        "hint: floor and cap are growth on last year's sales, as in floor = 0.0, cap = 0.2"
    ),
    QUOTAS + "sales_cycle_months = {hospital = -3}\n": (
        "error: ny.toml: quotas.sales_cycle_months.hospital is -3; expected a number of at least 0"
        "\n\nhint: did you mean 3?"
    ),
    PAY + "cap = 0.9\n": (
        "error: ny.toml: pay.cap is 0.9, below the target; expected a multiple of at least 1\n\n"
        "hint: 1 is the target incentive: for twice the target write 2.0"
    ),
    PAY + "rates = [{above = 0.0, up_to = 0.7, rate = 1.0}, {above = 0.6, rate = 1.0}]\n": (
        "error: ny.toml: pay.rates overlap: entry 1 ends at 0.7, entry 2 begins above 0.6\n\n"
        "hint: write up_to = 0.6 in entry 1"
    ),
    PAY + "rates = [{above = 0.0, rate = 1.0}, {above = 0.6, rate = 1.0}]\n": (
        "error: ny.toml: pay.rates overlap: entry 1 has no end, entry 2 begins above 0.6\n\n"
        "hint: write up_to = 0.6 in entry 1"
    ),
    PAY + "rates = [{above = 0.0, up_to = 0.5, rate = 1.0}, {above = 0.6, rate = 1.0}]\n": (
        "error: ny.toml: pay.rates leave a gap: entry 1 ends at 0.5, entry 2 begins above 0.6\n\n"
        "hint: write up_to = 0.6 in entry 1"
    ),
    PAY + "rates = [{above = 0.0, up_to = 1.0, rate = 1.0}, {above = 0.0, rate = 1.0}]\n": (
        "error: ny.toml: pay.rates entry 2 begins above 0, entry 1 above 0; "
        "expected rising attainments\n\nhint: write the tiers in the order of their attainment"
    ),
    PAY + "rates = [{above = 0.5, rate = 2.0}]\n": (
        "error: ny.toml: pay.rates begin above 0.5; expected the first tier to begin above 0\n\n"
        "hint: write {above = 0.0, up_to = 0.5, rate = 0.0} before it"
    ),
    PAY + "rates = [{above = 0.0, up_to = 1.0, rate = 1.0}]\n": (
        "error: ny.toml: pay.rates end at 1: the last tier has up_to; expected no end\n\n"
        "hint: take up_to out of the last tier; `cap` limits what is paid"
    ),
    PAY + "rates = []\n": "error: ny.toml: pay.rates is an empty list; expected at least one tier",
    PAY + "rates = [{above = 0.0, up_to = 1.0, rate = 0.8}, {above = 1.0, rate = 1.0}]\n": (
        "error: ny.toml: pay.rates pay 0.8 of the target incentive at 100 percent; "
        "expected exactly 1\n\nhint: multiply the rates below 1.0 by 1.25"
    ),
    PAY
    + """rates = [
        {above = 0.0, up_to = 1.0, rate = 1.0},
        {above = 1.0, up_to = 1.2, rate = 2.0},
        {above = 1.2, rate = 1.5},
    ]\n""": (
        "error: ny.toml: pay.rates go backwards: entry 3 pays 1.5 above 1.2; expected at least 2"
        "\n\nhint: above the quota a dollar pays 1 or more (the average below it) and never less "
        "than the one before; limit the pay with cap instead"
    ),
    PAY + "rates = [{above = 0.0, up_to = 1.0, rate = 1.0}, {above = 1.0, rate = 0.5}]\n": (
        "error: ny.toml: pay.rates go backwards: entry 2 pays 0.5 above 1; expected at least 1"
        "\n\nhint: above the quota a dollar pays 1 or more (the average below it) and never less "
        "than the one before; limit the pay with cap instead"
    ),
    PAY + "rates = [{above = 0.0, rate = -1.0}]\n": (
        "error: ny.toml: pay.rates entry 1 rate is -1.0; expected a number of at least 0"
        "\n\nhint: did you mean 1?"
    ),
    "[pay]\nbase_usd = 80000\n": (
        "error: ny.toml: pay.target_incentive_usd is missing; expected a number above 0"
    ),
    PAY + 'team = {weight = 0.1, level = "squad"}\n': (
        'error: ny.toml: pay.team.level is "squad"; expected one of "company", "district"'
    ),
}


@pytest.mark.parametrize("text", MESSAGES, ids=lambda text: text.split("\n")[-2][:60])
def test_a_message_names_key_value_and_way_out(read, text):
    assert said(read, text) == MESSAGES[text]
