"""Plans whose bands hold in most of the futures that a forecast leaves open."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from territory.arrays import Bools, Floats, Ints
from territory.currency import money
from territory.errors import InputError
from territory.messages import Message
from territory.monitor.chances import chances_of, most_held
from territory.monitor.futures import (
    FUTURES,
    MEASURES,
    Futures,
    Held,
    drawn_futures,
    held_in,
    on_goal,
    widths_that_hold,
)
from territory.monitor.steadied import steadied
from territory.wording import LIMIT, measure_label, percent

if TYPE_CHECKING:
    from territory.encoding.case import Case
    from territory.encoding.desk.closer import Closer
    from territory.encoding.encode import Encoding
    from territory.inputs.scenario.scenario import Scenario
    from territory.market.forecast.ahead import Ahead
    from territory.plan import Plan

__all__ = ["robust_design"]


ROUNDS = 3
"""Searches after the design, each with bands of its own for every territory."""
_SPARE = 0.02
"""Bands are narrowed for this much more than is wanted: what draws leave open."""
_NEARLY = 0.02
"""Of what no plan can: so much less is as good. Draws leave it open, and what the accounts of a
unit have in common is not in that bound."""
_EASED = 0.05
"""Who cannot hold as often as is wanted is asked for this much less than it could: bands that close
to its goals would take the room that others need."""
_MOST = 0.99
_NAMED = 5


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Judged:
    """A plan in drawn futures: what holds, and what would if its territories were on their goals.

    ``futures`` are those that bands are narrowed by; it is judged by others. ``most`` is how often
    each territory can hold at most, whatever plan, shape (k,).
    """

    plan: Plan
    futures: Futures
    held: Held
    on_goal: Held
    most: Floats

    @property
    def whole(self) -> bool:
        return self.plan.status in {"optimal", "feasible"}

    def rank(self, wanted: float) -> tuple[bool, float, float]:
        """Order plans: kept rules, how far territories are short of what is wanted, cost.

        Shortfalls are squared: the least sure counts most. What no plan can is not missed.
        """
        short = np.maximum(self.could(wanted) - self.held.by_territory, 0.0)
        return self.whole, -float((short**2).sum()), -float(self.plan.record.objective)

    def could(self, wanted: float) -> Floats:
        """Return what of it some plan may reach, by territory, (k,)."""
        return np.asarray(np.minimum(wanted, self.most - _NEARLY))

    def within(self, widths: Mapping[str, Floats]) -> Bools:
        """Return which territories are planned inside the bands that they were given, (k,)."""
        inside = [
            np.abs(self.futures.planned[name]) <= each + LIMIT for name, each in widths.items()
        ]
        return np.asarray(np.logical_and.reduce(inside))


def robust_design(
    scenario: Scenario,
    *,
    share: float | None = None,
    design: Callable[[Scenario], Plan],
    closer: Callable[..., Closer] | None = None,
) -> Plan:
    """Design so that every territory's bands hold in a share of futures, in at most three rounds.

    Each round narrows every territory's bands by how far futures carry that territory, searches
    anew, exchanges units where territories are short yet, and is judged by futures of its own. The
    plan whose territories are least short of what is wanted is returned; it says what it reached,
    and by territory what no plan could.

    Parameters
    ----------
    scenario : Scenario
        With [forecast].at and a history.
    share : float, optional
        0 to 1; else [forecast].robust.
    design : callable
        From a scenario to a plan.
    closer : callable, optional
        From a plan, the scenario, bands by territory and a way to mend what is found to another
        plan: `solved_closer`.

    Raises
    ------
    InputError
        There is no quarter to plan for, or neither work nor potential is balanced.
    """
    from territory.design import told
    from territory.encoding.desk.closer import solved_closer
    from territory.incentives.forecast.potential_ahead import ahead_of
    from territory.inputs.tables.tables import read_tables

    closer = closer or solved_closer
    at = scenario.forecast.at
    if at is None:
        raise InputError(
            Message(
                "a robust plan needs the quarter that it is for",
                hint="write --at 2027Q4, or at under [forecast]",
            )
        )
    asked = {
        name: scenario.measures[name].tolerance for name in MEASURES if name in scenario.measures
    }
    if not asked:
        raise InputError(
            Message(
                "neither workload_h nor potential_usd is balanced, so no future can break a band",
                hint="leave --robust out, or balance one of them under [balance]",
            )
        )
    wanted = scenario.forecast.robust if share is None else share
    tables = read_tables(scenario)
    started_s, limit_s = time.monotonic(), scenario.solve.time_limit_s

    def left_s() -> float:
        return np.inf if limit_s is None else limit_s - (time.monotonic() - started_s)

    first = design(scenario)
    ahead = ahead_of(tables, first.accounts, at)
    best = latest = begun = _judged(first, ahead, asked, scenario.solve.seed, 0)
    rounds: list[dict[str, object]] = [_round(best, {}, kept=True)]
    cpu_s = wall_s = 0.0
    more = np.full(len(first.territories), _SPARE)
    for number in range(1, 1 + ROUNDS):
        if not best.whole or latest.plan.interrupted or left_s() <= 0 or _enough(best, wanted):
            break
        could = latest.on_goal.by_territory
        aim = np.where(could >= wanted, np.clip(wanted + more, 0.0, _MOST), could - _EASED)
        widths = widths_that_hold(latest.futures, asked, share=aim)
        found = closer(
            best.plan, scenario, widths, started_s=started_s, turn=number,
            mended=_mender(best, ahead, asked, wanted, (scenario.solve.seed, number), left_s),
        )  # fmt: skip
        cpu_s, wall_s = cpu_s + found.cpu_s, wall_s + found.wall_s
        latest = _judged(found.plan, ahead, asked, scenario.solve.seed, number)
        rounds.append(_round(latest, widths, kept=found.kept))
        if latest.rank(wanted) > best.rank(wanted):
            best = latest
        # Who kept its bands and is short is asked for more; who did not keep them would only be
        # farther from narrower ones.
        short = np.maximum(wanted - latest.held.by_territory, 0.0)
        more += np.where(latest.within(widths), short, 0.0)
    plan = best.plan
    if plan is not first:
        spent = {
            "cpu_s": round(first.record.cpu_s + cpu_s, 3),
            "wall_s": round(first.record.wall_s + wall_s, 3),
        }
        plan = told(replace(plan, record=plan.record.but(**spent)), scenario, tables)
    return _with_words(replace(best, plan=plan), begun, wanted, asked, rounds)


def _mender(
    judged: _Judged,
    ahead: Ahead,
    asked: Mapping[str, float],
    wanted: float,
    seed: tuple[int, int],
    left_s: Callable[[], float],
) -> Callable[[Case, Encoding, Ints], tuple[Ints, float]]:
    """Return what exchanges units of a search's plan until territories hold as is wanted."""

    def mended(case: Case, encoding: Encoding, assignment: Ints) -> tuple[Ints, float]:
        n, item = encoding.problem.n, encoding.item_of_account
        chances = chances_of(case.accounts, item, n, ahead, asked)
        better, short = steadied(
            encoding.problem,
            assignment,
            chances,
            np.array([case.measures.index(name) for name in chances.measures]),
            aim=np.minimum(wanted + _SPARE, judged.most - 0.5 * _NEARLY),
            rng=np.random.default_rng(seed),
            done=lambda: left_s() <= 0,
        )
        return better.astype(np.int32), short

    return mended


def _judged(
    plan: Plan, ahead: Ahead, asked: Mapping[str, float], seed: int, number: int
) -> _Judged:
    """Judge a plan by futures of its own, none of those that bands are narrowed by."""
    goal = plan.territories
    most = np.ones(len(goal))
    if "potential_usd" in asked:
        usd = goal["potential_usd_goal"].to_numpy(float)
        most = most_held(usd / usd.sum(), ahead, asked["potential_usd"])
    others = drawn_futures(plan, ahead, rng=np.random.default_rng([seed, 1 + number]))
    return _Judged(
        plan=plan,
        futures=drawn_futures(plan, ahead, rng=np.random.default_rng([seed, 0])),
        held=held_in(others, asked),
        on_goal=held_in(on_goal(others), asked),
        most=most,
    )


def _enough(judged: _Judged, wanted: float) -> bool:
    """Return whether every territory holds as often as is wanted, or as any plan can."""
    return bool((judged.held.by_territory >= judged.could(wanted)).all())


def _round(judged: _Judged, widths: Mapping[str, Floats], *, kept: bool) -> dict[str, object]:
    """Return what plan.json says of a round."""
    ids = judged.plan.territories["territory_id"].astype("str")
    bands = {
        f"widths_{name}": dict(zip(ids, np.round(each, 4).tolist(), strict=True))
        for name, each in widths.items()
    }
    return {
        "status": judged.plan.status,
        "objective": judged.plan.record.objective,
        "least_held": round(judged.held.least, 4),
        "all_at_once": round(judged.held.all_at_once, 4),
        "least_on_goal": round(judged.on_goal.least, 4),
        **{f"least_held_{name}": round(each, 4) for name, each in judged.held.by_measure.items()},
        **bands,
        "bands_kept": kept,
    }


def _with_words(
    judged: _Judged,
    begun: _Judged,
    wanted: float,
    asked: Mapping[str, float],
    rounds: list[dict[str, object]],
) -> Plan:
    """Return the plan with what it holds in, and could at most, by territory and in words.

    ``begun`` is the plan before bands were narrowed.
    """
    plan, held, most = judged.plan, judged.held, judged.on_goal
    territories = plan.territories.assign(
        held_in_futures=held.by_territory.round(4), held_on_goal=most.by_territory.round(4),
        held_at_most=judged.most.round(4),
    )  # fmt: skip
    bands = " and ".join(f"{_word(name)} ±{100 * each:.0f} %" for name, each in asked.items())
    done = _enough(judged, wanted)
    cannot = int((judged.most < wanted).sum())
    said = f"{'' if done else 'not '}reached"
    said += f" by all that can, {cannot} cannot" if done and cannot else ""
    note = (
        f"robust: {bands} hold in at least {percent(held.least, 0)} of {FUTURES:,} drawn futures "
        f"for every territory (wanted {percent(wanted, 0)}: {said}), and "
        f"for all {held.by_territory.size} at once in {percent(held.all_at_once, 0)}; standing "
        f"exactly on their goals the same territories would hold in {percent(most.least, 0)} and "
        f"{percent(most.all_at_once, 0)}; an account with 1 % more potential is drawn with "
        f"{judged.futures.work:.2f} % more work, as in this plan"
    )
    dearer = plan.record.objective - begun.plan.record.objective
    if plan is not begun.plan:
        note += (
            f"; it costs {money(dearer)} a year more than the plan without it, whose least sure "
            f"territory holds in {percent(begun.held.least, 0)}"
        )
    notes = [*plan.record.notes, note, *_short(judged, wanted, rounds)]
    robust = {
        "share": wanted,
        "held": round(held.least, 4),
        "held_all": round(held.all_at_once, 4),
        "most": round(most.least, 4),
        "most_all": round(most.all_at_once, 4),
        "cannot": {
            str(name): round(float(each), 4)
            for name, each in zip(territories["territory_id"], judged.most, strict=True)
            if each < wanted
        },
        "work_per_potential": round(judged.futures.work, 4),
        "rounds": rounds,
    }
    record = plan.record.but(notes=notes, robust=robust)
    return replace(plan, territories=territories, record=record)


def _short(judged: _Judged, wanted: float, rounds: list[dict[str, object]]) -> list[str]:
    """Name the territories that hold less often than is wanted, and what would help."""
    held, goal, most = judged.held.by_territory, judged.on_goal.by_territory, judged.most
    ids = judged.plan.territories["territory_id"].astype("str").tolist()
    notes = []
    cannot = np.flatnonzero(most < wanted)
    if cannot.size:
        usd = judged.plan.territories["potential_usd_goal"].to_numpy(float)
        named = [
            f"{ids[at]} cannot hold in more than {percent(most[at], 0)} (holds in "
            f"{percent(held[at], 0)}; goal {money(usd[at])})"
            for at in cannot[np.argsort(most[cannot], kind="stable")][:_NAMED]
        ]
        more = f" and {cannot.size - _NAMED} more cannot" if cannot.size > _NAMED else ""
        notes.append(
            f"robust: {', '.join(named)}{more}, whatever plan: so little potential strays too far "
            "by what its own accounts grow apart, also right on its goals; fewer territories, "
            "wider bands or an earlier quarter would help"
        )
    short = np.flatnonzero(held < judged.could(wanted))
    if not short.size:
        return notes
    named = [
        f"{ids[at]} {percent(held[at], 0)} (on its goals {percent(goal[at], 0)})"
        for at in short[np.argsort(held[short], kind="stable")][:_NAMED]
    ]
    more = f" and {short.size - _NAMED} more" if short.size > _NAMED else ""
    why = []
    hopeless = int((goal[short] < wanted).sum())
    if hopeless:
        why.append(
            f"{hopeless} of them would be short on their goals too, with the accounts that they "
            "have here"
        )
    if hopeless < short.size:
        why.append(
            f"for {short.size - hopeless} no plan near enough to their goals was found within "
            f"{ROUNDS} rounds, where more effort may help"
        )
    broken = sum(each["status"] == "no_solution" for each in rounds[1:])
    if broken:
        why.append(
            f"in {broken} of {len(rounds) - 1} rounds the plan nearest to the goals broke another "
            "rule, as a cap on moved accounts, where a looser one would help"
        )
    notes.append(f"robust: hold less often than wanted: {', '.join(named)}{more}; {'; '.join(why)}")
    return notes


def _word(measure: str) -> str:
    return measure_label(measure).partition(" (")[0].lower()
