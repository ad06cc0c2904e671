"""The heuristic's order of work: successive halving of many annealings, merging, mending.

Many short simulated annealings begin; of each round a quarter goes on, longer (successive halving,
Karnin, Koren, Somekh 2013). The plans met are merged, and what still breaks a rule is mended.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from solvers.arrays import Ints
from solvers.construct import repair, starts
from solvers.effort import Profile
from solvers.mip.partition import put_together
from solvers.problem.evaluate import Evaluation, evaluate
from solvers.search import anneal, merge
from solvers.search.arrays import lay_out
from solvers.search.best import Best, rank
from solvers.search.closing import GIVEN_HEATS, close, cut_anew
from solvers.search.threads import each

__all__ = ["Parts", "go_on", "polish", "search_plans"]

_RECUTS = 1
"""Models of a few territories, in each turn, that mend a given plan at any effort."""

_CENTERINGS = {"few": (40, 1, 5), "many": (40, 1, 40, 5)}
"""Turns of allocation and re-centring in the plans drawn after the first, in turn: centred for
long, territories lie well to each other, which counts most where they are many; left as drawn, a
few begin from elsewhere."""

_MANY = 24
"""Territories that are many: with 20 more long centrings ended outside the bands more often, with
25, 50 and 200 less often."""

_NEWS = 1e-5
"""Share of its cost by which a plan must be better for the search around it to go on."""

_SLOW_COOLING = 2000
"""Proposals a unit from which a hotter beginning pays, where no blocks go on from there."""

_SOFT = 0.5
"""First part of an annealing in which borders come to count, where centers are given: those that
are free move with their territories (US counties cost 0.2 % more by it)."""


class Parts(NamedTuple):
    """How a plan of many territories is made better a few of them at a time.

    Attributes
    ----------
    anneal : callable, optional
        Anneals blocks of a plan whose whole is too large for it.
    anew : callable
        Searches regions anew.
    close : callable
        Brings what is outside its band inside.
    """

    anneal: Callable[[Best], None] | None
    anew: Callable[[Best], None]
    close: Callable[[Best], None]


class _Met(NamedTuple):
    """A plan that a search ended a round with, and what it is worth."""

    worth: float
    assignment: Ints
    search: anneal.Search


_Judged = tuple[Ints, Evaluation]


def _plan(
    run: Best, first: Ints, rng: np.random.Generator, turn: int, centerings: Sequence[int]
) -> Ints:
    """An assignment to start from: the first, today's where changes matter, and fresh ones."""
    problem = run.problem
    changes = problem.changes
    today = (changes.current >= 0).any() and (changes.move_cost.any() or changes.moved_cap.size)
    if turn == 1 and today:
        return repair.complete(problem, changes.current)
    if turn > 0 and problem.free_centers:
        rounds = centerings[(turn - 1) % len(centerings)]
        return starts.first_plan(problem, rng, rounds=rounds, spent=run.budget.spent)
    # Homes leave nothing to draw: the same plan is annealed with other random numbers.
    return first


def search_plans(
    run: Best,
    profile: Profile,
    first: Ints,
    rng: np.random.Generator,
    seed: int,
    parts: Parts | None = None,
) -> float:
    """Anneal from several starts, the better ones for longer, and merge what they found.

    Parameters
    ----------
    run : Best
    profile : Profile
    first : int32, shape (n,), 0 to k - 1
        The first plan of all.
    rng : numpy.random.Generator
    seed : int
    parts : Parts, optional
        Of a problem of many territories: the best that was annealed is searched by them before it
        is mended. Models of a few territories find nothing after it.

    Returns
    -------
    float
        Share of the plans that ended a round within their bands, 0 to 1.
    """
    laid_out = lay_out(run.problem)
    n = run.problem.n
    rounds = profile.rounds_for(n, given=not run.problem.free_centers)
    large = parts is not None and parts.anneal is not None
    many = parts is not None and run.problem.k >= _MANY
    cycle = _CENTERINGS["many" if many else "few"]
    centerings = [min(turns, profile.centerings) for turns in cycle]
    if large:
        turns, proposals = profile.before_blocks
        centerings, rounds = [turns], [(profile.redrawn, int(min(profile.cap, proposals * n)))]

    def begin(turn: int, own: np.random.Generator) -> anneal.Search:
        plan = _plan(run, first, own, turn, centerings)
        return anneal.open_search(run.problem, plan, seed=seed * 1009 + turn, field=laid_out)

    pool: list[Callable[[], anneal.Search]] = [
        partial(begin, turn, own) for turn, own in enumerate(rng.spawn(rounds[0][0]))
    ]
    met: list[_Met] = []
    for count, steps in rounds:

        def work(opened: Callable[[], anneal.Search], steps: int = steps) -> anneal.Search:
            search = opened()
            anneal.anneal(
                search,
                anneal.Schedule(
                    hot=3.0 if large or steps > _SLOW_COOLING * n else 1.0,
                    cold=0.01,
                    tight=profile.tight,
                    follow=True,
                    soft=0.0 if run.problem.free_centers else _SOFT,
                ),
                steps=steps,
                budget=run.budget,
            )
            return search

        ranked = each(run, "improve", [partial(work, opened) for opened in pool[:count]])
        ranked.sort(key=_worth)
        for search in ranked:
            # What cannot be better than the best so far need not be judged. What breaks a band by
            # the search's own margins may keep it, so that only the objective tells.
            if not run.evaluation.feasible or search.best[1] < run.evaluation.objective:
                run.offer(search.best_assignment, "improve")
        if not ranked or run.budget.spent():
            return 1.0
        met += [_Met(_worth(search), search.best_assignment.copy(), search) for search in ranked]
        pool = [partial(_same, search) for search in ranked]
    within = float(np.mean([plan.search.best[0] <= 0.0 for plan in met]))
    met.sort(key=lambda plan: plan.worth)
    if parts is not None:
        few = _of_each_start(met)[: profile.redrawn]
        better = [_by_parts(run, met[at], parts) for at in few]
        rest = [plan for at, plan in enumerate(met) if at not in few]
        met = sorted(better, key=lambda plan: plan.worth) + rest
    _mend(run, profile, ranked[0], met, rng)
    if not run.evaluation.feasible:
        return within
    if profile.merges and not large:
        most = profile.met_for(given=not run.problem.free_centers, parts=parts is not None)
        _merge_and_anneal(run, profile, ranked[0], [plan.assignment for plan in met[:most]], seed)
    if parts is None and run.problem.free_centers and run.problem.k <= profile.polishes:
        anneal.load(ranked[0], run.assignment)
        turns = min(2 * run.problem.k, profile.polishes)
        cut_anew(run, ranked[0], "anywhere", turns, rng)
    return within


def go_on(run: Best, profile: Profile, seed: int, parts: Parts) -> None:
    """Make the best plan better by its parts once more, and merge what lies around it.

    Parameters
    ----------
    run : Best
        Nothing is done where its plan breaks a rule.
    profile : Profile
    seed : int
    parts : Parts
    """
    if not run.evaluation.feasible or run.problem.n > profile.again or run.budget.spent():
        return
    parts.anew(run)
    if parts.anneal is not None:
        return
    search = anneal.open_search(run.problem, run.assignment, seed=seed, field=lay_out(run.problem))
    # It lies well by now: half as many plans, half as far from it.
    few = replace(profile, merges=-(-profile.merges // 2), around=profile.around / 2)
    _merge_and_anneal(run, few, search, [], seed + 1)


def _of_each_start(met: list[_Met]) -> list[int]:
    """Where the best plan of each start stands among plans sorted by worth, best first."""
    first: dict[int, int] = {}
    for at, plan in enumerate(met):
        first.setdefault(id(plan.search), at)
    return list(first.values())


def _by_parts(run: Best, plan: _Met, parts: Parts) -> _Met:
    """The plan searched by its parts, told to the run."""
    judged = evaluate(run.problem, plan.assignment)
    own = replace(run, assignment=plan.assignment, evaluation=judged, trace=[])
    if parts.anneal is not None:
        parts.anneal(own)
    parts.anew(own)
    parts.close(own)
    run.keep(own.assignment, own.evaluation, "improve")
    terms, excess = own.evaluation.objective, float(own.evaluation.excess.sum())
    return plan._replace(worth=_worth_of(excess, terms), assignment=own.assignment)


def _same(search: anneal.Search) -> anneal.Search:
    return search


def _merge_and_anneal(
    run: Best, profile: Profile, search: anneal.Search, plans: list[Ints], seed: int
) -> None:
    """Merge some plans, anneal around the best, and merge what that found, again and again."""
    problem, field = run.problem, search.field
    met = [(plan, evaluate(problem, plan)) for plan in plans]
    if plans:
        met += _merge_all(run, profile, met)
    steps = int(profile.steps_for(problem.n) * profile.around)

    def around(turn: int, start: Ints) -> _Judged:
        other = anneal.open_search(problem, start, seed=seed * 1009 + 7919 + turn, field=field)
        # The heats differ, so that some plans stay close and others come from farther away.
        heats = anneal.Schedule(hot=0.2 * 2 ** (turn % 4), cold=0.01, first_price=2.0, forget=0.5)
        anneal.anneal(other, heats, steps=steps, budget=run.budget)
        return other.best_assignment, evaluate(problem, other.best_assignment)

    def once(turn: int) -> bool:
        """Anneal around the best and merge; whether that made it better."""
        before = run.evaluation.objective
        numbers = range(turn * profile.merges, (turn + 1) * profile.merges)
        found = each(run, "improve", [partial(around, at, run.assignment) for at in numbers])
        for assignment, judged in found:
            run.keep(assignment, judged, "improve")
        met.extend([*found, *_merge_all(run, profile, found)])
        return run.evaluation.objective < before * (1.0 - _NEWS)

    idle = 0
    for turn in range(profile.turns):
        # Where nothing was found yet, only luck may be missing: once more with other numbers.
        idle = 0 if once(turn) else idle + 1
        if run.budget.spent() or idle >= profile.patience + (idle > turn):
            break
    for turn in range(profile.turns):
        if not _put_together(run, profile, met) or not once(profile.turns + turn):
            return


def _put_together(run: Best, profile: Profile, plans: list[_Judged]) -> bool:
    """Choose among the territories of all plans; whether that makes the best plan better."""
    before = run.evaluation.objective
    if profile.partition <= 0.0 or run.budget.spent():
        return False
    judged = sorted([(run.assignment, run.evaluation), *plans], key=lambda pair: rank(pair[1]))
    plan = put_together(run.problem, judged, budget=run.budget.share(profile.partition))
    if plan is not None:
        run.offer(plan, "merge")
    return run.evaluation.objective < before * (1.0 - _NEWS)


def _merge_all(run: Best, profile: Profile, plans: list[_Judged]) -> list[_Judged]:
    """Merge plans two by two until one is left, then that one with the best; what came of it."""
    problem = run.problem
    out: list[_Judged] = []
    judged = sorted([(run.assignment, run.evaluation), *plans], key=lambda pair: rank(pair[1]))
    judged = [judged[0]] + [
        two for one, two in pairwise(judged) if not np.array_equal(one[0], two[0])
    ]
    turn = 0
    while len(judged) > 1 and not run.budget.spent():
        half = -(-len(judged) // 2)
        pairs = list(zip(judged, judged[half:], strict=False))

        def one(
            at: int, turn: int = turn, pairs: Sequence[tuple[_Judged, _Judged]] = pairs
        ) -> tuple[_Judged, _Judged]:
            first, other = pairs[at]
            merged = merge.merge(
                problem,
                [first[0], other[0]],
                first[1].centers,
                effort=profile.merge_effort,
                turn=turn + at,
                budget=run.budget,
            )
            said = first if merged is None else (merged, evaluate(problem, merged))
            return said if rank(said[1]) < rank(first[1]) else first, said

        both = each(run, "merge", [partial(one, at) for at in range(len(pairs))])
        out += [said for _, said in both]
        # What none had time for stays as it was.
        found = [better for better, _ in both]
        found += [first for first, _ in pairs[len(found) :]]
        for assignment, said in found:
            run.keep(assignment, said, "merge")
        judged = sorted([*found, *judged[len(pairs) : half]], key=lambda pair: rank(pair[1]))
        turn += len(pairs)
    return out


def _mend(
    run: Best,
    profile: Profile,
    search: anneal.Search,
    met: list[_Met],
    rng: np.random.Generator,
) -> None:
    """Where no plan met keeps every rule, let one of the best do so."""
    finalists = met[: profile.finalists]
    steps = profile.steps_for(run.problem.n) // 3
    turns = profile.reheats
    for plan in finalists:
        if run.evaluation.feasible or turns <= 0 or run.budget.spent():
            return
        anneal.load(search, plan.assignment)
        stay = plan is finalists[-1]
        turns -= close(run, profile, search, steps, rng, turns=turns, stay=stay)


def _worth(search: anneal.Search) -> float:
    """Objective of a search's best, dearer by half of what is violated: a little can be mended."""
    return _worth_of(*search.best)


def _worth_of(excess: float, objective: float) -> float:
    return float(objective * (1.0 + 0.5 * excess))


def polish(
    run: Best,
    profile: Profile,
    first: Ints,
    rng: np.random.Generator,
    seed: int,
    others: Sequence[Ints] = (),
) -> None:
    """Repair and improve a given assignment without leaving its surroundings and those of others.

    Parameters
    ----------
    run : Best
    profile : Profile
    first : int32, shape (n,), 0 to k - 1
    rng : numpy.random.Generator
    seed : int
    others : sequence of int32, shape (n,), 0 to k - 1
        Plans to merge it with.
    """
    search = anneal.open_search(run.problem, first, seed=seed, field=lay_out(run.problem))
    steps = profile.steps_for(run.problem.n) // 16
    report = lambda _: run.look("improve")  # noqa: E731
    anneal.settle_violations(search, steps=steps, budget=run.budget, report=report)
    anneal.anneal(
        search,
        anneal.Schedule(hot=0.02, cold=0.002, looks=40, first_price=4.0),
        steps=steps,
        budget=run.budget,
        report=report,
    )
    run.offer(search.best_assignment, "improve")
    gentle = replace(profile, recuts=max(profile.recuts, _RECUTS))
    steps = profile.steps_for(run.problem.n) // 3
    close(run, gentle, search, steps, rng, turns=profile.reheats, heats=GIVEN_HEATS)
    if others and run.evaluation.feasible and not run.budget.spent():
        most = profile.met_for(given=not run.problem.free_centers, parts=False)
        _merge_and_anneal(run, profile, search, list(others[:most]), seed)
