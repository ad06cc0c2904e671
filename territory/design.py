"""The composition root: from a scenario to a plan, one frozen stage after the other."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

# The package's door loads this file: everything heavy is imported where it is used.
from territory.currency import speaks
from territory.errors import InputError
from territory.messages import Message, counted
from territory.wording import NONZERO

if TYPE_CHECKING:
    from geo.geography import Geography
    from solvers.events import Observer
    from solvers.stop import StopRule
    from territory.audit import Audit
    from territory.encoding.case import Case
    from territory.encoding.roads import Estimate
    from territory.inputs.places.places import Places
    from territory.inputs.scenario.scenario import Scenario
    from territory.inputs.tables.tables import Tables
    from territory.plan import Plan

__all__ = ["Prepared", "audit", "design", "prepare", "today", "told"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Prepared:
    """A checked case with its polygons and everything that was noticed on the way."""

    case: Case
    geography: Geography
    tables: Tables
    audit: Audit


@speaks
def design(
    scenario: Scenario, *, observer: Observer | None = None, stop: StopRule | None = None
) -> Plan:
    """Return the best plan found within the scenario's effort, with what is proved about it.

    Parameters
    ----------
    scenario : Scenario
    observer : Observer, optional
        Called with an `solvers.Event` at every step forward.
    stop : StopRule, optional
        Asked between pieces of work; a reason ends the search with the best plan so far.

    Raises
    ------
    InputError
        The inputs cannot be used; every problem is named.
    TravelError
        A given travel matrix is incomplete.
    InfeasibleError
        Proved: no plan keeps all rules; the message names those that conflict.
    """
    from solvers.events import ignore
    from solvers.first_run import compile_kernels, must_compile
    from solvers.stop import never
    from territory.encoding.conflicts import explain_violations

    if scenario.rules.max_moved_accounts == 0:
        return today(scenario)
    prepared = prepare(scenario)
    if must_compile():
        compile_kernels(observer or ignore)
    # Of what was solved only the ways are kept until the plan is explained, by the same ones.
    plan, solved = _solved(prepared, observer=observer or ignore, stop=stop or never)
    return told(explain_violations(plan), scenario, prepared.tables, stop=stop, solved=solved)


def _solved(prepared: Prepared, *, observer: Observer, stop: StopRule) -> tuple[Plan, Estimate]:
    """Locate centers where there are no homes, search, and read the best as a plan."""
    from solvers.stop import after_seconds, any_of
    from territory.encoding.attempts import Attempts
    from territory.encoding.conflicts import refuse_conflict
    from territory.encoding.encode import encode
    from territory.encoding.explain.ways_out import with_ways_out
    from territory.encoding.roads import Estimate
    from territory.encoding.routed.road_loop import held_on_the_road, solved_first
    from territory.encoding.travel import roads_of

    scenario = prepared.case.scenario
    started_s, limit_s = time.monotonic(), scenario.solve.time_limit_s
    # Where centers are to be located, that may take half of the user's time.
    half_s = None if limit_s is None else limit_s / 2.0
    case, roads = roads_of(prepared.case, observer=observer, stop=stop, limit_s=half_s)
    attempts = Attempts(
        case,
        geography=prepared.geography,
        audit=prepared.audit,
        observer=observer,
        stop=stop,
        started_s=started_s,
    )
    left_s = attempts.left_s()
    clock = stop if left_s is None else any_of(stop, after_seconds(left_s))
    encoding = encode(case, roads)
    if not roads.located:
        refuse_conflict(case, encoding.problem)
    result = solved_first(attempts, encoding.problem, roads)
    if result.status == "infeasible" and not roads.located:
        refuse_conflict(case, encoding.problem, search=True, stop=clock)
    plan = held_on_the_road(attempts, attempts.plan(encoding, result, roads), result, roads)
    if roads.own is None:  # of a plan's own ways alone nothing can be said about others
        plan = with_ways_out(
            plan, case, encoding.problem, result, located=roads.located, stop=clock
        )
    return plan, Estimate(case=case, roads=roads)


@speaks
def today(scenario: Scenario) -> Plan:
    """Return today's alignment as a plan: the same figures, hours, rules and outputs.

    Raises
    ------
    InputError
        The inputs cannot be used, or there is no alignment of today.
    """
    from territory.encoding.conflicts import explain_violations
    from territory.encoding.todays_plan import todays_plan

    prepared = prepare(scenario)
    plan = todays_plan(prepared.case, geography=prepared.geography, audit=prepared.audit)
    return told(explain_violations(plan), scenario, prepared.tables)


def told(
    plan: Plan,
    scenario: Scenario,
    tables: Tables,
    *,
    stop: StopRule | None = None,
    solved: Estimate | None = None,
) -> Plan:
    """Put to a solved plan its levels, what it is judged by, the user's columns, the reasons.

    Who asks the work to stop gets what the plan is recomputed and judged from: no levels, no
    reasons and no shapes, which other commands can add.
    """
    from territory.encoding.explain.column import with_reasons
    from territory.encoding.hierarchy.levels import with_hierarchy
    from territory.review.context import with_review
    from territory.review.given import with_given

    def hurried() -> bool:
        return plan.interrupted or (stop is not None and stop() is not None)

    plan = plan if hurried() else with_hierarchy(plan, scenario)
    plan = with_given(with_review(plan, scenario, tables, shape=not hurried()), tables)
    return plan if hurried() else with_reasons(plan, over=hurried, solved=solved)


def prepare(scenario: Scenario) -> Prepared:
    """Read, place and check everything up to the solver, or refuse with all problems at once."""
    return _prepared(scenario, *_read(scenario))


def _prepared(scenario: Scenario, tables: Tables, places: Places, found: Audit) -> Prepared:
    """Check and split what was read and placed."""
    import numpy as np

    from geo.adjacency import rook
    from geo.crs import to_lonlat
    from territory.audit import Audit
    from territory.encoding.case import Case
    from territory.encoding.outlines.compact import shapes_of
    from territory.incentives.before import check_incentives
    from territory.incentives.forecast.potential_ahead import at_quarter
    from territory.incentives.seats import roles_without_plan
    from territory.inputs.places.places import findings_of
    from territory.inputs.places.split import split_heavy
    from territory.inputs.places.today import current_of
    from territory.review.context import check_review
    from territory.workforce.team import seat_findings, team_of
    from territory.workforce.workload import account_loads

    found.plus(roles_without_plan(scenario, tables)).raise_if_errors()
    most = max(len(places.geography), len(places.accounts))
    if scenario.team.territories is not None and scenario.team.territories > most:
        _refuse_crowded(scenario, most, scenario.team.territories)
    team = team_of(scenario, places, rows=tables.rows.get("reps"))
    seats = seat_findings(scenario, places, rows=tables.rows.get("reps"))
    accounts, defaults = account_loads(scenario, places.accounts)
    accounts, planned_for = at_quarter(scenario, tables, accounts)
    places = replace(places, accounts=accounts, audit=Audit())
    columns = ["service_h" if name == "workload_h" else name for name in scenario.measures]
    service = accounts[columns].to_numpy(dtype=np.float64)
    share = service / np.maximum(service.sum(axis=0), NONZERO) * len(team)
    places = split_heavy(places, share, split_above=scenario.geography.split_above)
    _refuse_crowded(scenario, len(places.geography), len(team))
    check_review(scenario, tables, places.geography.ids)
    own = scenario.geography.file is not None
    adjacency = rook(places.geography, gap_m=scenario.geography.gap_m if own else 0.0)
    current = current_of(tables, places.geography.ids)
    accounts_current = current.of_accounts(places.accounts)
    check_incentives(scenario, tables, places.accounts, accounts_current)
    unit_xy = places.geography.points_xy()
    return Prepared(
        case=Case(
            scenario=scenario,
            unit_ids=places.geography.ids,
            unit_lonlat=to_lonlat(unit_xy, places.geography.crs),
            unit_xy=unit_xy,
            adjacency=adjacency,
            accounts=places.accounts,
            team=team,
            current=accounts_current,
            unit_current=current.of_units(places.geography.ids),
            shapes=shapes_of(scenario, places.geography, adjacency),
        ),
        geography=places.geography,
        tables=tables,
        audit=found
        + defaults
        + seats
        + planned_for
        + places.audit
        + Audit(findings_of(adjacency.notes, table="adjacency")),
    )


def audit(scenario: Scenario) -> Audit:
    """Collect what is wrong or worth knowing about the inputs, without raising for bad rows."""
    from territory.inputs.tables.tables import read_tables

    tables = read_tables(scenario)
    if tables.audit.errors:
        return tables.audit
    places, placed = _located(scenario, tables)
    found = tables.audit + placed
    return found if found.errors else _prepared(scenario, tables, places, found).audit


def _read(scenario: Scenario) -> tuple[Tables, Places, Audit]:
    """Read and place everything, value the market; bad places are errors of the audit."""
    from territory.inputs.tables.tables import read_tables

    tables = read_tables(scenario)
    tables.audit.raise_if_errors()
    places, found = _located(scenario, tables)
    return tables, places, tables.audit + found


def _located(scenario: Scenario, tables: Tables) -> tuple[Places, Audit]:
    from geo.errors import GeographyError
    from territory.inputs.places.places import locate
    from territory.market.stage import with_market
    from territory.workforce.stage import with_work

    try:
        places = locate(scenario, tables)
    except GeographyError as error:
        raise InputError(
            Message(f"{scenario.display}: {error.fact}", evidence=error.evidence, hint=error.hint)
        ) from error
    valued, market = with_market(scenario, tables, places)
    worked, work = with_work(scenario, tables, valued)
    return worked, places.audit + market + work


def _refuse_crowded(scenario: Scenario, n: int, k: int) -> None:
    if k > n:
        raise InputError(
            Message(
                f"{scenario.display}: {counted(k, 'territory', 'territories')} for "
                f"{counted(n, 'unit')}: every territory needs a unit of its own",
                hint="use smaller units (geography.kind, split_above) or fewer territories",
            )
        )
