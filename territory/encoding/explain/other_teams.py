"""Where no plan was found: what one more rep, or a home elsewhere, would change."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from territory.messages import counted
from territory.wording import measure_label, signed_percent

if TYPE_CHECKING:
    from solvers.problem.evaluate import Evaluation
    from solvers.stop import StopRule
    from territory.encoding.case import Case

__all__ = ["other_teams"]

NEW = "one more"
"""What the further territory is called."""

FARTHEST = 2
"""Territories farthest outside their bands for whom something is tried."""

NEAR_KM = 10.0
"""A home nearer to the middle of its accounts is there already."""


@dataclass(frozen=True, slots=True)
class _Trial:
    """Another team, and its words."""

    words: str
    case: Case


def other_teams(
    case: Case,
    assignment: NDArray[np.int32],
    judged: Evaluation,
    *,
    located: bool,
    stop: StopRule,
) -> list[str]:
    """Try one more rep and a home elsewhere; say what each would change, best first.

    Parameters
    ----------
    case : Case
        With every territory's origin.
    assignment : int32, shape (items,)
        The least bad plan.
    judged : Evaluation
        The referee's word on it.
    located : bool
        Whether the origins are located centers, not homes: only one more rep is tried then.
    stop : StopRule

    Returns
    -------
    list of str
        One more rep, then a home elsewhere: of each the trial that misses least. Empty where
        minutes are given by a table, which knows no other homes.
    """
    if case.scenario.travel.matrix is not None:
        return []
    middles = _middles(case, assignment, judged)
    kinds = [_one_more(case, middles, located=located)]
    if not located:
        kinds.append(_elsewhere(case, middles))
    now = _miss(judged)
    told = []
    for trials in kinds:
        tried = []
        for trial in trials:
            if stop() is not None:
                break
            found = _searched(trial.case, located=located, stop=stop)
            if found is not None:
                tried.append((found, trial))
        if tried:
            best, trial = min(tried, key=lambda each: _miss(each[0]))
            told.append(_sentence(trial, best, now))
    return told


def _middles(
    case: Case, assignment: NDArray[np.int32], judged: Evaluation
) -> list[tuple[int, int]]:
    """Return the territories farthest outside, each with the account in the middle of its own."""
    from geo.travel import great_circle_km
    from territory.encoding.rules import items_of

    far = judged.excess.max(axis=1)
    owner = assignment[items_of(case).of_account]
    calls = case.accounts["n_calls"].to_numpy(dtype=np.float64)
    lonlat = case.accounts[["lon", "lat"]].to_numpy(dtype=np.float64)
    out = []
    for t in np.argsort(-far, kind="stable")[:FARTHEST].tolist():
        own = np.flatnonzero(owner == t)
        if far[t] > 0 and own.size:
            weight = np.maximum(np.nan_to_num(calls[own]), 1.0)
            away = great_circle_km(lonlat[own], lonlat[own])
            out.append((t, int(own[(away @ weight).argmin()])))
    return out


def _one_more(case: Case, middles: list[tuple[int, int]], *, located: bool) -> Iterator[_Trial]:
    team = case.team
    for t, account in middles:
        lon, lat = case.accounts[["lon", "lat"]].iloc[account]
        row = team.iloc[[t]].assign(
            territory_id=NEW, rep_id="", lon=lon, lat=lat,
            capacity=float(team["capacity"].median()),
        )  # fmt: skip
        more = pd.concat([team, row], ignore_index=True)
        if located:
            yield _Trial("one more rep", replace(case, team=more.assign(lon=np.nan, lat=np.nan)))
            return
        where = f"who lives where account {case.accounts['account_id'].iloc[account]} is"
        yield _Trial(f"one more rep {where}", replace(case, team=more))


def _elsewhere(case: Case, middles: list[tuple[int, int]]) -> Iterator[_Trial]:
    from geo.travel import great_circle_km

    team = case.team
    for t, account in middles:
        there = case.accounts[["lon", "lat"]].iloc[account].to_numpy(dtype=np.float64)
        home = team[["lon", "lat"]].iloc[t].to_numpy(dtype=np.float64)
        away = float(great_circle_km(home[None, :], there[None, :])[0, 0])
        if away < NEAR_KM:
            continue
        moved = team.copy()
        moved.loc[moved.index[t], ["lon", "lat"]] = there
        who, account_id = team["territory_id"].iloc[t], case.accounts["account_id"].iloc[account]
        words = f"the home of {who} where account {account_id} is, {away:,.0f} km away"
        yield _Trial(words, replace(case, team=moved))


def _searched(case: Case, *, located: bool, stop: StopRule) -> Evaluation | None:
    """Search once, begun anew; None where the rules contradict the other team."""
    import solvers
    from territory.encoding.encode import encode
    from territory.encoding.travel import locating_search, roads_of
    from territory.errors import TerritoryError

    if located:
        return locating_search(case, stop=stop)(lambda problem: problem, None)[1]
    try:
        case, roads = roads_of(case, stop=stop)
        problem = encode(case, roads).problem
    except TerritoryError:
        return None
    found = solvers.solve(
        problem,
        effort="quick",
        seed=case.scenario.solve.seed,
        stop=stop,
        prove=False,
    )
    return found.evaluation


def _miss(judged: Evaluation) -> tuple[bool, int, float]:
    """Return what a plan misses by, to compare: nothing, other rules, its farthest load."""
    others = sum(each.rule != "balance" for each in judged.violations)
    return not judged.feasible, others, float(judged.excess.max())


def _sentence(trial: _Trial, judged: Evaluation, now: tuple[bool, int, float]) -> str:
    """Say what another team changes: the territory that is then farthest from its goal, or out."""
    far = judged.excess if judged.excess.max() > 0 else np.abs(judged.deviation)
    t, a = (int(each) for each in np.unravel_index(int(far.argmax()), far.shape))
    who = trial.case.team["territory_id"].iloc[t]
    label = measure_label(trial.case.measures[a])
    farthest = f"{who} is {signed_percent(float(judged.deviation[t, a]))} in {label}"
    if judged.feasible:
        return f"a plan was found with {trial.words}, the rest unchanged: at most {farthest}"
    vain = f"with {trial.words} none was found either"
    others = [each.rule for each in judged.violations if each.rule != "balance"]
    broken = counted(len(others), "other rule is broken", "other rules are broken")
    broken += f" ({', '.join(dict.fromkeys(others))})"
    if judged.excess.max() <= 0:
        return f"{vain}: every band is kept there, but {broken}"
    misses = f"{100.0 * judged.excess.max():.1f} % of its goal outside its band"
    misses += f" ({100.0 * now[2]:.1f} now)" + (f", and {broken}" if others else "")
    return f"{vain}: {farthest}, {misses}"
