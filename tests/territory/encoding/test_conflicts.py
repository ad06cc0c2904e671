"""Conflicts reach the planner with names, numbers and a way out; nothing is written."""

from dataclasses import replace

import pytest

import territory
from territory.encoding.conflicts import explain_violations
from tests.territory.plans import small_plan
from tests.territory.worlds import grid_scenario


def refused(path):
    with pytest.raises(territory.InfeasibleError) as caught:
        territory.design(territory.read_scenario(path))
    assert caught.value.exit_code == 4
    return str(caught.value)


def test_pins_beyond_a_band_are_named_with_the_band_they_break(tmp_path):
    rule = '[rules]\npinned = [{territory = "T01", units = ["U00", "U01", "U02", "U10", "U11"]}]'
    text = refused(grid_scenario(tmp_path, extra=rule))
    assert text == (
        "error: no alignment can satisfy all rules: 2 of them conflict\n"
        "  pinned   unit U00, unit U01, unit U02 and 2 more to territory T01: 5,000 USD\n"
        "  balance  potential_usd of T01 at most 4,400 USD (tolerance 0.1)\n"
        "\n"
        "hint: unpin at least 600 USD of T01, or set measures.potential_usd.tolerance to at "
        "least 0.25"
    )


def test_an_account_above_the_band_is_named_and_a_team_advised(tmp_path):
    path = grid_scenario(tmp_path)
    text = (tmp_path / "accounts.csv").read_text().replace("1000.0", "90000.0", 1)
    (tmp_path / "accounts.csv").write_text(text)
    said = refused(path)
    assert "balance  potential_usd of every territory at most 53,350 USD" in said
    assert "unit U00 alone has 90,000 USD" in said
    assert "or give it to a team" in said


def test_a_unit_that_every_home_is_too_far_from_is_named(tmp_path):
    said = refused(grid_scenario(tmp_path, extra="[rules]\nradius_km = 15.0"))
    assert "radius" in said
    assert "widen the radius to" in said


def outside(workload, potential):
    """Return the small plan with its first territory off by the given deviations."""
    plan = small_plan()
    rows = plan.territories.copy()
    first = rows.index[0]
    for measure, deviation in (("workload_h", workload), ("potential_usd", potential)):
        goal = rows.at[first, f"{measure}_goal"]
        rows.loc[first, [measure, f"{measure}_deviation"]] = [goal * (1 + deviation), deviation]
    goal = rows.at[first, "potential_usd_goal"]
    broken = {
        "rule": "balance",
        "territory_id": rows.at[first, "territory_id"],
        "measure": "potential_usd",
        "value": goal * (1 + potential),
        "limit": goal * 0.9,
        "text": "",
    }
    record = plan.record.but(violations=[broken])
    (told,) = explain_violations(replace(plan, territories=rows, record=record)).record.violations
    return told.why


def test_a_territory_full_of_work_but_short_of_potential_says_so_with_its_ratio():
    why = outside(0.098, -0.12)
    assert why.startswith(
        "Workload (h) is already +9.8 % from its goal, so the territory cannot take more: "
    )
    assert "of Potential (USD) for each of Workload (h), the plan as a whole" in why


def test_a_territory_with_room_in_every_other_measure_lacks_only_an_exchange():
    assert outside(0.01, -0.12) == (
        "no exchange with its neighbours that keeps the other rules was found"
    )


@pytest.mark.parametrize(
    ("rules", "first", "second"),
    [
        (
            'pinned = [{territory = "T01", accounts = ["A00"]}]\n'
            'forbidden = [{territory = "T01", accounts = ["A00"]}]\n',
            "pinned     account A00 to territory T01",
            "forbidden  account A00 not to territory T01",
        ),
        (
            'pinned = [{territory = "T01", accounts = ["A00"]}, '
            '{territory = "T02", accounts = ["A03"]}]\n'
            'together = [{name = "g", accounts = ["A00", "A03"]}]\n',
            "account A00 to territory T01, account A03 to territory T02",
            "account A00 and account A03 in one territory",
        ),
    ],
)
def test_two_rules_that_contradict_each_other_are_both_named(tmp_path, rules, first, second):
    said = refused(grid_scenario(tmp_path, extra="[rules]\n" + rules))
    assert "2 of them contradict each other" in said
    assert first in said
    assert second in said
