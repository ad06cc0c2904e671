"""The rule `compactness_least` from the scenario to the plan's tables, the desk and the words."""

import dataclasses
import json

import numpy as np
import pytest

import territory
from territory.encoding.conflicts import explain_violations
from territory.encoding.desk.desk import Desk
from territory.encoding.desk.judged import after_moves, as_it_is, found, loads_of, rules_broken
from territory.encoding.desk.kept import read_prepared, write_prepared
from territory.encoding.desk.named import Move
from territory.encoding.desk.preparing import prepared_of
from territory.encoding.outlines.compact import asked_shapes, compactness_of, shapes_of
from territory.encoding.reopen import reopened
from territory.errors import InputError
from territory.inputs.scenario.scenario import read_scenario
from territory.plan_record import Violation
from territory.publish.folder import read_plan
from territory.review.ledger.quick import quick_ledger
from tests.territory.worlds import grid_scenario

RULE = "[rules]\ncompactness_least = {}\n"


def planned(folder, least, **more):
    path = grid_scenario(folder, columns=8, rows=4, territories=3, extra=RULE.format(least), **more)
    return territory.design(read_scenario(path))


@pytest.fixture(scope="module")
def compact(tmp_path_factory):
    """Without the rule the middle of three strips has 0.54; asked for 0.7 it is squarer."""
    folder = tmp_path_factory.mktemp("compact")
    made = planned(folder, 0.7)
    return made, read_plan(made.save(folder / "plan"))


def test_a_plan_keeps_in_its_own_tables_what_the_rule_asks(compact):
    made, saved = compact
    for plan in compact:
        rows = plan.territories
        assert (rows["compactness"] >= rows["compactness_limit"]).all()
        assert rows["compactness_limit"].max() == 0.7  # the middle one: more border than coast
        assert rows["compactness_limit"].min() < 0.5
    assert made.status == "feasible"
    owner = saved.alignment.set_index("unit_id")["territory_id"]
    again = compactness_of(saved.geography, owner, saved.territories["territory_id"].tolist())
    assert np.array_equal(again, made.territories["compactness"])


def test_without_the_rule_tables_and_problem_know_nothing_of_it(tmp_path):
    plan = territory.design(read_scenario(grid_scenario(tmp_path)))
    assert "compactness_limit" not in plan.territories
    desk = Desk(read_plan(plan.save(tmp_path / "plan")))
    assert desk.opened.case.shapes is None
    assert desk.encoding.problem.shapes.least == 0.0
    assert prepared_of(desk).shapes is None


def test_a_plan_opened_again_is_judged_by_the_rule_and_so_is_every_move(compact, tmp_path):
    _, saved = compact
    desk = Desk(saved)
    assert desk.encoding.problem.shapes.least == pytest.approx(0.7)
    assert desk.encoding.problem.shapes.least > 0.7
    rows = saved.territories.set_index("territory_id")
    middle = rows["compactness_limit"].idxmax()
    owner = saved.alignment.set_index("unit_id")["territory_id"]
    prepared = prepared_of(desk)
    write_prepared(prepared, tmp_path, of=[])
    kept = read_prepared(tmp_path)
    assert kept.shapes.least == prepared.shapes.least
    broke = 0
    for unit in owner.index[owner != middle].tolist():
        moves = [Move(to=middle, what=(unit,))]
        judged, plan = desk.moved(moves).after()
        told = [each.text for each in plan.record.violations if each.rule == "compactness"]
        assert len(told) == sum(each.rule == "compactness" for each in judged.violations)
        after = plan.territories
        assert len(told) == (after["compactness"] < after["compactness_limit"]).sum()
        _, target, moved = found(prepared, moves)
        new = after_moves(prepared, as_it_is(prepared), target, moved)
        loads = loads_of(prepared, new)
        goals = np.round(prepared.team.shares * loads.sum(axis=0), 4)
        quick = rules_broken(prepared, new, loads, goals)
        assert [each[3] for each in quick if each[0] == "compactness"] == told
        broke += bool(told)
    assert broke > 5
    assert quick_ledger(kept, moves) == quick_ledger(prepared, moves)


def test_a_rule_that_is_not_reached_is_told_in_figures_with_the_least_that_is(tmp_path):
    loose = RULE.format(0.97) + "[measures.potential_usd]\ntolerance = 0.9\n"
    path = grid_scenario(tmp_path, columns=6, rows=3, territories=3, extra=loose)
    plan = territory.design(read_scenario(path))
    assert plan.status == "no_solution"
    told = plan.record.violations
    assert {each.rule for each in told} == {"compactness"}
    for each in told:
        assert each.text == (
            f"compactness of territory {each.territory_id} is {each.value:.4f}; "
            f"expected at least {each.limit:.4f} (rules.compactness_least)"
        )
    asked = 0.97 * min(each.value / each.limit for each in told)
    (way,) = plan.record.further["ways_out"]
    words, _, least = way.removesuffix(", the rest unchanged").rpartition(" = ")
    assert words == "the plan at hand keeps rules.compactness_least"
    assert float(least) == pytest.approx(asked, abs=1e-3)


def test_where_coast_is_left_out_the_words_say_how_much(compact):
    made, _ = compact
    broken = Violation(
        rule="compactness",
        text="compactness of territory T01 is 0.1000; expected at least 0.3430",
        territory_id="T01",
        value=0.1,
        limit=0.343,
    )
    (told,) = explain_violations(replaced(made, broken)).record.violations
    assert told.why == (
        "rules.compactness_least = 0.7 asks no more of it, as 65 % of its outline is coast or the "
        "edge of the area, which counts as long as its border with others"
    )
    inland = dataclasses.replace(broken, limit=0.7)
    (told,) = explain_violations(replaced(made, inland)).record.violations
    assert told.why == ""


def replaced(plan, violation):
    return dataclasses.replace(plan, record=plan.record.but(violations=[violation]))


def test_units_that_do_not_touch_are_refused_with_the_gaps(tmp_path):
    path = grid_scenario(tmp_path, extra=RULE.format(0.2))
    layer = json.loads((tmp_path / "grid.geojson").read_text())
    for feature in layer["features"]:
        (ring,) = feature["geometry"]["coordinates"]
        west = min(lon for lon, _ in ring)
        feature["geometry"]["coordinates"] = [
            [[lon - 0.002 if lon > west else lon, lat] for lon, lat in ring]
        ]
    (tmp_path / "grid.geojson").write_text(json.dumps(layer))
    with pytest.raises(InputError) as refused:
        territory.prepare(read_scenario(path))
    said = str(refused.value)
    assert "rules.compactness_least is 0.2, but " in said
    assert "of the border between units runs along gaps" in said
    assert "U00 and U01: 2" in said
    assert "take rules.compactness_least out" in said
    lax = path.read_text().replace("compactness_least = 0.2", "")
    path.write_text(lax)
    territory.prepare(read_scenario(path))


def test_the_solver_asks_a_little_more_than_the_tables(compact):
    _, saved = compact
    case = reopened(saved).case
    assert case.shapes.least == 0.7
    assert asked_shapes(case).least == pytest.approx(0.7, rel=2e-6)
    rules = case.scenario.model_copy(
        update={"rules": case.scenario.rules.model_copy(update={"compactness_least": None})}
    )
    assert shapes_of(rules, saved.geography, case.adjacency) is None
