"""Bands that hold in futures: at most three rounds narrow them, and what was reached is said."""

from dataclasses import replace
from importlib import import_module
from types import SimpleNamespace

import numpy as np
import pytest

from territory.encoding.desk.closer import Closer
from territory.errors import InputError
from territory.inputs.tables.tables import read_tables
from territory.monitor.robust import _Judged, robust_design
from tests.territory.monitor.worlds import demo_plan, demo_scenario
from tests.territory.plans import balanced_plan

BANDS = {"workload_h": 0.10, "potential_usd": 0.10}


def planned_at(away):
    """Today's demo plan as if its territories lay so far from their goals, above and below."""
    plan = demo_plan()
    territories = plan.territories.copy()
    side = np.where(np.arange(len(territories)) % 2, 1.0, -1.0)
    for measure in BANDS:
        territories[f"{measure}_goal"] = territories[measure] / (1.0 + side * away[measure])
        goal = territories[f"{measure}_goal"] / territories[f"{measure}_goal"].sum()
        load = territories[measure] / territories[measure].sum()
        territories[f"{measure}_deviation"] = load / goal - 1.0
    return replace(plan, territories=territories, record=balanced_plan().record)


def edge_plan(given):
    """The plan of who looks at nothing but the bands: every territory at an edge of them."""
    return planned_at({name: given.measures[name].tolerance for name in BANDS})


class Closers:
    """Searches that always end so far out in the bands that each territory was given."""

    def __init__(self, *, out: float = 1.0, dearer: float = 0.0):
        self.asked: list[dict] = []
        self.out, self.dearer = out, dearer

    def __call__(self, plan, scenario, widths, *, started_s, turn, mended):
        self.asked.append(widths)
        found = planned_at({name: self.out * each for name, each in widths.items()})
        cost = found.record.objective + self.dearer * len(self.asked)
        return Closer(plan=replace(found, record=found.record.but(objective=cost)), kept=True)


@pytest.fixture(scope="module")
def company(tmp_path_factory):
    """The demo company's scenario and tables, read once."""
    scenario = demo_scenario(tmp_path_factory.mktemp("company"))
    return scenario, read_tables(scenario)


@pytest.fixture
def scenario(company, monkeypatch):
    """Levels and reasons of a plan, and reading tables, are others' tests."""
    monkeypatch.setattr("territory.inputs.tables.tables.read_tables", lambda given: company[1])
    module = import_module("territory.design")
    monkeypatch.setattr(module, "told", lambda plan, scenario, tables: plan)
    return company[0]


def test_every_territory_is_narrowed_by_its_own_futures_until_all_hold(scenario):
    scenario = scenario.with_overrides(at="2026Q4")
    closer = Closers()
    plan = robust_design(scenario, share=0.8, design=edge_plan, closer=closer)
    told = plan.record.further["robust"]
    assert 1 <= len(closer.asked) <= 3
    for measure, tolerance in BANDS.items():
        width = closer.asked[0][measure]
        assert (width < tolerance).all()
        # The more a territory strays, the narrower it is planned.
        assert np.unique(width.round(4)).size > 10
    assert told["rounds"][0]["least_held"] < 0.5
    assert 0.8 <= told["held"] <= told["most"]
    assert "wanted 80 %: reached" in plan.record.notes[-1]
    assert "a year more than the plan without it" in plan.record.notes[-1]


def test_a_plan_says_of_each_territory_how_often_it_holds_and_could(scenario):
    scenario = scenario.with_overrides(at="2026Q4")
    plan = robust_design(scenario, share=0.8, design=edge_plan, closer=Closers())
    rows = plan.territories
    assert rows["held_in_futures"].min() == plan.record.further["robust"]["held"]
    most = plan.record.further["robust"]["most"]
    assert rows["held_on_goal"].min() == pytest.approx(most, abs=1e-4)
    assert rows["held_in_futures"].between(0.0, 1.0).all()


def test_rounds_end_with_the_first_plan_that_holds(scenario):
    scenario = scenario.with_overrides(at="2025Q2")
    closer = Closers(out=0.7, dearer=1000.0)
    plan = robust_design(scenario, share=0.6, design=edge_plan, closer=closer)
    assert len(closer.asked) == 1
    assert plan.record.objective == balanced_plan().record.objective + 1000.0


def test_what_no_plan_can_reach_is_said_of_each_territory_with_what_would_help(scenario):
    scenario = scenario.with_overrides(at="2027Q4")
    plan = robust_design(scenario, share=0.95, design=edge_plan, closer=Closers())
    told = plan.record.further["robust"]
    assert told["held"] < 0.95
    assert told["most"] < 0.95
    said = "; ".join(plan.record.notes)
    assert f"hold in {100 * told['most']:.0f} %" in said
    # Whatever the plan: the law of the forecast alone leaves none of them as sure as 95 %.
    assert "cannot hold in more than" in said
    assert "whatever plan" in said
    most = plan.territories.set_index("territory_id")["held_at_most"]
    assert told["cannot"] == most[most < 0.95].to_dict()
    assert (plan.territories["held_on_goal"] <= most.to_numpy() + 0.02).all()


def test_who_did_not_keep_its_bands_is_given_no_narrower_ones(scenario):
    scenario = scenario.with_overrides(at="2026Q4")
    closer = Closers(out=1.5)
    robust_design(scenario, share=0.8, design=edge_plan, closer=closer)
    first, *others = closer.asked
    assert others
    for later in others:
        for measure, width in later.items():
            assert (width > 0.85 * first[measure]).all()


def test_a_territory_that_cannot_hold_hides_no_other_that_is_short():
    wanted, cost = 0.8, SimpleNamespace(objective=1.0)
    hopeless_alone, two_short = (
        _Judged(
            plan=SimpleNamespace(status="feasible", record=cost),
            futures=None,
            held=SimpleNamespace(by_territory=np.array(each)),
            on_goal=None,
            most=np.array([0.73, 1.0, 1.0]),
        )
        for each in ([0.70, 0.9, 0.9], [0.72, 0.75, 0.75])
    )
    assert hopeless_alone.rank(wanted) > two_short.rank(wanted)


def test_rules_that_leave_no_room_are_said(scenario):
    scenario = scenario.with_overrides(at="2026Q4")
    closer = Closers()

    def breaking(*given, **options):
        found = closer(*given, **options)
        record = found.plan.record.but(status="no_solution")
        return replace(found, plan=replace(found.plan, record=record))

    plan = robust_design(scenario, share=0.8, design=edge_plan, closer=breaking)
    assert (
        "in 3 of 3 rounds the plan nearest to the goals broke another rule"
        in (plan.record.notes[-1])
    )


def test_a_plan_that_holds_already_is_left_as_it_is(scenario):
    scenario = scenario.with_overrides(at="2025Q1")
    closer = Closers()
    calm = planned_at(dict.fromkeys(BANDS, 0.0))
    plan = robust_design(scenario, share=0.8, design=lambda given: calm, closer=closer)
    assert not closer.asked
    assert plan.record.further["robust"]["held"] > 0.95


def test_a_plan_that_keeps_no_rules_is_not_searched_on(scenario):
    scenario = scenario.with_overrides(at="2025Q2")
    closer = Closers()
    broken = edge_plan(scenario)
    broken = replace(broken, record=broken.record.but(status="no_solution"))
    robust_design(scenario, share=0.8, design=lambda given: broken, closer=closer)
    assert not closer.asked


def test_a_robust_plan_without_a_quarter_is_refused(scenario):
    with pytest.raises(InputError, match="needs the quarter"):
        robust_design(scenario, design=lambda given: balanced_plan())


def test_a_plan_that_balances_neither_work_nor_potential_is_refused(scenario):
    scenario = scenario.with_overrides(at="2025Q2")
    other = {"n_beds": scenario.measures["potential_usd"]}
    with pytest.raises(InputError, match="no future can break a band"):
        robust_design(
            scenario.model_copy(update={"measures": other}), design=lambda given: balanced_plan()
        )
