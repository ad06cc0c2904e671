"""Conflicts reach the planner with names, numbers and a way out; nothing is written."""

import re
from dataclasses import replace

import pytest

import territory
from solvers.conflict.report import Conflict, ConflictRule, Relaxation
from solvers.events import ignore
from solvers.stop import never
from territory.design import prepare
from territory.encoding.conflicts import conflict_message, explain_violations
from territory.encoding.encode import encode
from territory.encoding.travel import roads_of
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
    assert "rules.radius_km = 15: unit " in said
    (least,) = re.findall(r"widen the radius: set rules.radius_km to at least ([\d.]+)", said)
    followed = grid_scenario(tmp_path, extra=f"[rules]\nradius_km = {least}")
    assert territory.design(territory.read_scenario(followed)).status in {"optimal", "feasible"}


@pytest.fixture
def asked(tmp_path):
    """A case of two territories with a cap, and its problem."""
    rows = [
        {"account_id": f"A{r}{c}", "territory_id": "T01" if c < 2 else "T02"}
        for r in (0, 1)
        for c in range(4)
    ]
    path = grid_scenario(
        tmp_path,
        alignment=rows,
        extra="[rules]\nmax_moved_accounts = 2\nradius_km = 60.0",
    )
    case, roads = roads_of(
        prepare(territory.read_scenario(path)).case, observer=ignore, stop=never, limit_s=None
    )
    return case, encode(case, roads).problem


def message(asked, *rules, fixes=(), minimal=True):
    conflict = Conflict(
        rules=rules, relaxations=fixes, proved=True, minimal=minimal, method="model"
    )
    return str(conflict_message(*asked, conflict))


def test_a_band_says_its_side_and_territories_of_one_side_share_a_line(asked):
    upper = [
        ConflictRule(kind="balance", territory=t, measure=1, limit=9.0, side="at most")
        for t in (0, 1)
    ]
    lower = ConflictRule(kind="balance", territory=1, measure=1, limit=7.0, side="at least")
    said = message(asked, *upper, lower)
    assert "potential_usd of T01, T02 at most 10 % above the goal" in said
    assert "potential_usd of T02 at most 10 % below the goal" in said
    assert " 0 USD" not in said


def test_alone_is_said_of_one_unit_and_together_of_several(asked):
    def band(units):
        return ConflictRule(
            kind="balance", measure=1, units=units, value=3000.0, limit=2000.0, side="at most"
        )

    assert "unit U00 alone has 3,000 USD" in message(asked, band((0,)))
    assert "have together 3,000 USD" in message(asked, band((0, 1)))


def test_what_is_not_known_is_not_said_to_be_0(asked):
    said = message(
        asked,
        ConflictRule(kind="moves", measure=0, limit=2.0),
        ConflictRule(kind="radius", limit=1.0),
    )
    assert "no more may change hands than rules.max_moved_accounts = 2 allows" in said
    assert "none farther than rules.radius_km = 60 from its home or center" in said
    assert "0 would have to" not in said
    assert "0 %" not in said


def test_ways_out_name_the_keys_of_the_scenario(asked):
    rule = ConflictRule(kind="contiguity")
    said = message(
        asked,
        rule,
        fixes=(
            Relaxation(kind="moves", measure=0, amount=4.0),
            Relaxation(kind="tolerance", amount=0.301),
        ),
    )
    assert "set rules.max_moved_accounts to at least 4" in said
    assert "set measures.potential_usd.tolerance to at least 0.31" in said


def test_a_tolerance_that_no_scenario_can_hold_is_no_way_out(asked):
    rule, wide = ConflictRule(kind="balance"), Relaxation(kind="tolerance", measure=1, amount=1.58)
    said = message(asked, rule, fixes=(wide, Relaxation(kind="contiguity")))
    assert said.endswith("hint: set rules.contiguity to false")
    assert "leave potential_usd out of [measures]" in message(asked, rule, fixes=(wide,))


def test_a_set_that_is_not_the_smallest_is_not_called_so(asked):
    rules = [ConflictRule(kind="contiguity"), ConflictRule(kind="moves", measure=0)]
    assert "2 of them conflict" in message(asked, *rules)
    assert "some of these 2 conflict (there was no time" in message(asked, *rules, minimal=False)


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
