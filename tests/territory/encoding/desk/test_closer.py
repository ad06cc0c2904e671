"""A plan searched on within bands of its own for each territory, and judged by those of all."""

from types import SimpleNamespace

import numpy as np
import pytest

import solvers
from territory.encoding.desk.closer import solved_closer
from territory.encoding.reopen import scenario_of


@pytest.fixture(scope="module")
def scenario(pinned_plan):
    """The rules that the pinned plan was made by."""
    return scenario_of(pinned_plan)


def widths_of(plan, *each):
    """Return the widths of one measure of the plan."""
    return {next(iter(plan.record.measures)): np.array(each)}


def test_wide_bands_leave_a_plan_that_keeps_every_rule(pinned_plan, scenario):
    found = solved_closer(pinned_plan, scenario, widths_of(pinned_plan, 1.0, 1.0))
    assert found.kept
    assert found.plan.status in {"optimal", "feasible"}
    assert found.plan.record.objective <= pinned_plan.record.objective + 0.01
    assert found.plan.record.bound <= found.plan.record.objective + 0.01


def test_bands_that_no_plan_keeps_end_in_one_of_the_scenarios_own(pinned_plan, scenario):
    found = solved_closer(pinned_plan, scenario, widths_of(pinned_plan, 0.0, 0.0))
    assert not found.kept
    assert found.plan.status in {"optimal", "feasible"}
    (name, options), *_ = found.plan.record.measures.items()
    assert found.plan.territories[f"{name}_deviation"].abs().max() <= options.tolerance + 1e-6
    # The tables tell the bands that were asked for, not those that were searched with.
    limit = found.plan.territories[f"{name}_goal"] * (1.0 + options.tolerance)
    assert found.plan.territories[f"{name}_upper"].to_numpy() == pytest.approx(limit, abs=1e-3)


def test_the_same_plan_and_bands_give_the_same_plan(pinned_plan, scenario):
    one, other = (
        solved_closer(pinned_plan, scenario, widths_of(pinned_plan, 0.05, 0.05)).plan
        for _ in range(2)
    )
    assert one.alignment.equals(other.alignment)


@pytest.mark.parametrize(("keeps_rules", "anew"), [(True, [1, 1]), (False, [1, 0])])
def test_a_search_that_breaks_the_scenarios_rules_gives_way_to_the_plan(
    pinned_plan, scenario, monkeypatch, keeps_rules, anew
):
    begun, solve = [], solvers.solve

    def watched(problem, *, start=None, **options):
        begun.append(int(start is None))
        return solve(problem, start=start, **options)

    monkeypatch.setattr(solvers, "solve", watched)
    monkeypatch.setattr(
        solvers, "evaluate", lambda *_: SimpleNamespace(feasible=keeps_rules, objective=0.0)
    )
    solved_closer(pinned_plan, scenario, widths_of(pinned_plan, 0.0, 0.0))
    assert begun == anew


def test_a_plan_that_needs_no_search_is_mended_only(pinned_plan, scenario, monkeypatch):
    def refused(*given, **options):
        raise AssertionError("searched")

    monkeypatch.setattr(solvers, "solve", refused)
    width = widths_of(pinned_plan, 0.0, 0.0)
    found = solved_closer(
        pinned_plan, scenario, width, mended=lambda case, encoding, given: (given, 0.0)
    )
    assert found.plan.alignment.equals(pinned_plan.alignment)
    assert not found.kept


def test_of_all_beginnings_the_one_that_is_least_short_is_taken(pinned_plan, scenario):
    shorts = iter([0.3, 0.1, 0.2])
    seen = []

    def mended(case, encoding, given):
        seen.append(given)
        return given, next(shorts)

    found = solved_closer(
        pinned_plan, scenario, widths_of(pinned_plan, 1.0, 1.0), mended=mended, turn=1
    )
    assert len(seen) == 3
    assert found.plan.status in {"optimal", "feasible"}
