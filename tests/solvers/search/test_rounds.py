"""The order of work on worlds whose best plan is known by trying all."""

from dataclasses import replace

import numpy as np
import pytest

from solvers.effort import PROFILES
from solvers.problem.evaluate import evaluate
from solvers.search import anneal, closing, rounds
from solvers.search.best import Best
from solvers.search.rounds import Parts, go_on, polish, search_plans
from solvers.stop import Budget
from tests.solvers import worlds
from tests.solvers.enumeration import optimum

QUICK = PROFILES["quick"]
EDGES = worlds.grid_edges(3, 4)
STRIPES = np.repeat(np.arange(3), 4).astype(np.int32)


def fixed(**rules):
    cost = np.random.default_rng(2).integers(1, 30, (12, 3)).astype(float)
    return worlds.matrix_problem(cost, np.ones(12), EDGES, **({"tolerance": 0.3} | rules))


def free(**rules):
    return worlds.planar_problem(
        worlds.grid_xy(3, 4), np.ones(12), 3, EDGES, **({"tolerance": 0.3} | rules)
    )


def run_of(problem, first=STRIPES, budget=None):
    told = []
    run = Best(
        problem=problem, observer=told.append, budget=budget or Budget(), assignment=first.copy(),
        evaluation=evaluate(problem, first),
    )  # fmt: skip
    return run, told


def searched(problem, *, seed=0, budget=None, profile=QUICK):
    run, _ = run_of(problem, budget=budget)
    search_plans(run, profile, STRIPES, np.random.default_rng(seed), seed)
    return run


def parts_that(anew=lambda some: None, close=lambda some: None, blocks=None):
    return Parts(blocks, anew, close)


def listening(monkeypatch, order):
    """Notes when plans are mended and merged."""
    for stage in ("_mend", "_merge_and_anneal"):
        does = getattr(rounds, stage)

        def tell(run, *rest, does=does, stage=stage):
            order.append(stage)
            does(run, *rest)

        monkeypatch.setattr(rounds, stage, tell)


def test_regions_are_searched_anew_and_closed_before_a_plan_is_mended_and_plans_are_merged(
    monkeypatch,
):
    order = []
    listening(monkeypatch, order)
    run, _ = run_of(free())
    parts = parts_that(order.append, lambda some: order.append("close"))
    search_plans(run, QUICK, STRIPES, np.random.default_rng(0), 0, parts)
    assert order[1:] == ["close", "_mend", "_merge_and_anneal"]
    assert isinstance(order[0], Best)
    assert order[0] is not run


def test_a_large_plan_is_annealed_by_blocks_before_its_regions_and_nothing_is_merged(monkeypatch):
    order, steps = [], []
    listening(monkeypatch, order)
    does = anneal.anneal

    def counted(search, schedule, **keys):
        steps.append((schedule.hot, keys["steps"]))
        does(search, schedule, **keys)

    monkeypatch.setattr(rounds.anneal, "anneal", counted)
    run, _ = run_of(free())
    parts = parts_that(
        lambda some: order.append("anew"),
        lambda some: order.append("close"),
        lambda some: order.append("blocks"),
    )
    profile = replace(QUICK, before_blocks=(5, 100))
    search_plans(run, profile, STRIPES, np.random.default_rng(0), 0, parts)
    assert order == ["blocks", "anew", "close", "_mend"]
    assert steps == [(3.0, 100 * 12)]


@pytest.mark.parametrize(
    ("again", "blocks", "order"),
    [
        (0, False, []),
        (12, False, ["anew", "_merge_and_anneal"]),
        (12, True, ["anew"]),
    ],
    ids=["not of so many units", "of some", "of a large one"],
)
def test_parts_of_the_best_plan_are_searched_once_more(monkeypatch, again, blocks, order):
    found, given = [], []
    merge = rounds._merge_and_anneal
    monkeypatch.setattr(
        rounds,
        "_merge_and_anneal",
        lambda run, profile, *rest: given.append(profile.merges) or merge(run, profile, *rest),
    )
    listening(monkeypatch, found)
    first = next(p for p in [STRIPES, STRIPES[::-1].copy()] if evaluate(free(), p).feasible)
    run, _ = run_of(free(), first)
    parts = parts_that(
        lambda some: found.append("anew"),
        lambda some: found.append("close"),
        (lambda some: found.append("blocks")) if blocks else None,
    )
    go_on(run, replace(QUICK, again=again), 0, parts)
    assert found == order
    assert given == [2] * order.count("_merge_and_anneal")  # half as many as of a fresh plan
    broken, _ = run_of(free(), np.zeros(12, dtype=np.int32))
    go_on(broken, replace(QUICK, again=99), 0, parts)
    assert found == order


def test_plans_of_different_beginnings_have_their_regions_searched_before_one_is_mended():
    problem, asked = free(), []
    run, _ = run_of(problem)
    profile = replace(QUICK, starts=9, drawn=9, redrawn=3)
    search_plans(run, profile, STRIPES, np.random.default_rng(0), 0, parts_that(asked.append))
    assert len(asked) == 3
    one, two = (anneal.open_search(problem, STRIPES, seed=seed) for seed in (0, 1))
    met = [rounds._Met(float(at), STRIPES, who) for at, who in enumerate((two, two, one, two, one))]
    assert rounds._of_each_start(met) == [0, 2]


def test_a_cheaper_plan_is_judged_even_where_the_search_holds_it_for_broken(monkeypatch):
    """Bands with travel are kept with a margin in a search: what breaks that may keep the bands."""
    problem = fixed()
    begin = next(
        plan for plan in [STRIPES, STRIPES[::-1].copy()] if evaluate(problem, plan).feasible
    )
    run, _ = run_of(problem, begin)

    def held_for_broken(search, *_, **__):
        search.best[:] = 99.0, optimum(problem)
        search.best_assignment[:] = best

    best = searched(problem).assignment
    monkeypatch.setattr(rounds.anneal, "anneal", held_for_broken)
    monkeypatch.setattr(rounds, "_mend", lambda *_: None)
    search_plans(run, replace(QUICK, merges=0), begin, np.random.default_rng(0), 0)
    assert run.objective == pytest.approx(optimum(problem))


def test_a_plan_whose_regions_were_searched_is_worth_what_it_became():
    problem = free()
    run, _ = run_of(problem)
    best = searched(problem).assignment
    plan = rounds._Met(99.0, STRIPES, anneal.open_search(problem, STRIPES, seed=0))
    parts = parts_that(lambda some: some.offer(best, "improve"))
    found = rounds._by_parts(run, plan, parts)
    assert np.array_equal(found.assignment, best)
    assert found.worth == pytest.approx(optimum(problem)) == run.objective


def test_many_territories_are_more_often_centred_for_long_and_models_of_few_find_nothing_there(
    monkeypatch,
):
    """Whether a plan has regions, which are searched anew, tells many from few."""
    centred, models = [], []

    def first_plan(problem, rng, *, rounds, spent):
        centred.append(rounds)
        return STRIPES

    monkeypatch.setattr(rounds.starts, "first_plan", first_plan)
    monkeypatch.setattr(rounds, "cut_anew", lambda *_: models.append(1))
    monkeypatch.setattr(rounds, "_MANY", 3)
    cycles = {}
    for name, parts in (("few", None), ("many", parts_that())):
        centred.clear()
        models.clear()
        run, _ = run_of(free())
        profile = replace(QUICK, starts=9, drawn=9, polishes=3)
        search_plans(run, profile, STRIPES, np.random.default_rng(0), 0, parts)
        cycles[name] = (list(centred), len(models))
    assert cycles == {
        "few": ([40, 1, 5, 40, 1, 5, 40, 1], 1), "many": ([40, 1, 40, 5, 40, 1, 40, 5], 0)
    }  # fmt: skip


@pytest.mark.parametrize(
    ("problem", "parts", "most"),
    [(free(), None, 4), (free(), parts_that(), 3), (fixed(), None, 2)],
    ids=["free", "in parts", "given"],
)
def test_more_plans_are_merged_where_centers_are_free(problem, parts, most, monkeypatch):
    merged = []
    monkeypatch.setattr(
        rounds, "_merge_all", lambda run, profile, plans: merged.append(len(plans)) or []
    )
    profile = replace(QUICK, steps=2e4, each=9, each_given=9, merges=1, turns=1, partition=0.0)
    for met, in_parts, given in ((4, 3, 2), (0, 0, 0)):
        less = replace(profile, met=met, met_parts=in_parts, met_given=given)
        search_plans(run_of(problem)[0], less, STRIPES, np.random.default_rng(0), 0, parts)
    # Of what was annealed around the best one plan each, and the plans met before it.
    assert merged == [most, 1, 1]


TODAY = {
    "current": np.arange(12, dtype=np.int32) % 3, "move_cost": np.full(12, 8.0),
    "contiguity": False,
}  # fmt: skip


@pytest.mark.parametrize(
    "problem",
    [fixed(), fixed(contiguity=False), fixed(**TODAY), fixed(travel_share=np.array([0.02]))],
    ids=["pieces", "anywhere", "today", "travel"],
)
def test_with_homes_a_quick_search_finds_the_best_of_all_plans(problem):
    run = searched(problem)
    assert run.evaluation.feasible
    assert run.evaluation.objective == pytest.approx(optimum(problem))


def test_with_free_centers_a_quick_search_finds_the_best_of_all_plans():
    run = searched(free())
    assert run.evaluation.objective == pytest.approx(optimum(free()))


def test_the_same_seed_gives_the_same_plan_and_the_first_one_is_left_alone():
    before = STRIPES.copy()
    one, two = (searched(free(), seed=4) for _ in range(2))
    assert np.array_equal(one.assignment, two.assignment)
    assert np.array_equal(STRIPES, before)


def test_what_is_outside_its_band_after_the_rounds_is_mended_by_models_and_reheating():
    """One short annealing leaves it to chance; the turns that follow do not."""
    hard = fixed(tolerance=0.0)
    short = replace(QUICK, steps=2e3, each=1, starts=1, recuts=2, reheats=6)
    run = searched(hard, profile=short)
    assert run.evaluation.feasible
    assert run.evaluation.loads[:, 0].tolist() == [4.0, 4.0, 4.0]


def test_a_spent_budget_ends_after_the_piece_at_hand_with_a_plan_no_worse_than_the_first():
    run = searched(fixed(), budget=Budget(limit_s=0.0))
    first = evaluate(fixed(), STRIPES)
    assert run.evaluation.feasible
    assert run.evaluation.objective <= first.objective


def test_polishing_repairs_and_improves_the_given_plan_without_starting_anew():
    problem = fixed()
    first = STRIPES.copy()
    first[4] = 0  # 5 units and 3: outside the band of ±10 %
    tight = fixed(tolerance=0.1)
    run, told = run_of(tight, first)
    assert not run.evaluation.feasible
    polish(run, QUICK, first, np.random.default_rng(0), 0)
    assert run.evaluation.feasible
    assert {event.stage for event in told} <= {"improve", "balance", "recombine"}
    better, _ = run_of(problem)
    polish(better, QUICK, STRIPES, np.random.default_rng(0), 0)
    assert better.evaluation.objective <= evaluate(problem, STRIPES).objective


def test_a_plan_that_the_referee_accepts_is_not_closed_for_the_margins_of_the_search(monkeypatch):
    """7e-5 outside by the search's own margins cost a whole design 3 of its 22 CPU seconds."""
    opened = rounds.anneal.open_search

    def outside(*words, **keys):
        search = opened(*words, **keys)
        search.best[0] = 7e-5
        return search

    for name in ("anneal", "settle_violations"):
        monkeypatch.setattr(rounds.anneal, name, lambda *_, **__: None)
    monkeypatch.setattr(rounds.anneal, "open_search", outside)
    monkeypatch.setattr(closing, "cut_anew", lambda *_: pytest.fail("nothing is to be closed"))
    run, _ = run_of(fixed(), STRIPES)
    assert run.evaluation.feasible
    polish(run, QUICK, STRIPES, np.random.default_rng(0), 0)


def test_a_given_plan_is_mended_by_models_of_a_few_territories_at_quick_too(monkeypatch):
    """Without any annealing only the models can bring three equal shares about."""
    for name in ("anneal", "settle_violations"):
        monkeypatch.setattr(rounds.anneal, name, lambda *_, **__: None)
    first = np.array([0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2], dtype=np.int32)
    run, _ = run_of(fixed(tolerance=0.0), first)
    polish(run, QUICK, first, np.random.default_rng(0), 0)
    assert run.evaluation.loads[:, 0].tolist() == [4.0, 4.0, 4.0]


@pytest.mark.parametrize("finds", [0, 1])
def test_territories_of_all_plans_are_put_together_at_last_and_searched_around_while_that_helps(
    monkeypatch, finds
):
    """A turn around the best plan follows each that is better, and nothing where none is."""
    turns, asked = [], []
    each = rounds.each

    def note(run, stage, work):
        if stage == "improve" and len(work) == 2:
            turns.append(len(asked))
        return each(run, stage, work)

    def together(run, profile, plans):
        asked.append(len(plans))
        return len(asked) <= finds

    monkeypatch.setattr(rounds, "each", note)
    monkeypatch.setattr(rounds, "_put_together", together)
    run, _ = run_of(fixed())
    search = anneal.open_search(run.problem, STRIPES, seed=0)
    rounds._merge_and_anneal(run, replace(QUICK, turns=1, merges=2), search, [], 0)
    # The turn after a plan put together finds nothing in a world of twelve units.
    assert turns == [0] + ([1] if finds else [])
    assert len(asked) == 1


def test_nothing_is_put_together_where_no_effort_is_given_for_it(monkeypatch):
    asked = []
    monkeypatch.setattr(rounds, "put_together", lambda *_, **__: asked.append(1))
    run, _ = run_of(fixed())
    assert not rounds._put_together(run, replace(QUICK, partition=0.0), [])
    assert not asked
    assert not rounds._put_together(run, QUICK, [])
    assert asked


def test_a_better_plan_that_was_put_together_is_kept(monkeypatch):
    problem = fixed()
    best = searched(problem).assignment
    monkeypatch.setattr(rounds, "put_together", lambda *_, **__: best)
    run, _ = run_of(problem)
    assert rounds._put_together(run, QUICK, [])
    assert np.array_equal(run.assignment, best)


@pytest.mark.parametrize(("problem", "soft"), [(fixed(), 0.5), (free(), 0.0)])
def test_borders_come_to_count_late_where_centers_are_given(monkeypatch, problem, soft):
    seen = []
    does = rounds.anneal.anneal

    def note(search, schedule, **options):
        seen.append(schedule)
        does(search, schedule, **options)

    monkeypatch.setattr(rounds.anneal, "anneal", note)
    monkeypatch.setattr(rounds, "_merge_and_anneal", lambda *_: None)
    searched(problem)
    begun = [each.soft for each in seen if each.follow]
    assert begun
    assert set(begun) == {soft}
