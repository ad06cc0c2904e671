"""Realign a plan little, or answer a shock: today's field, the frontier, and what waiting costs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

import solvers
from territory.audit import Audit
from territory.currency import money
from territory.inputs.scenario.workforce import ResponseKeys
from territory.messages import counted
from territory.monitor.facts.facts import matched_now
from territory.monitor.indicators.now import today_accounts
from territory.monitor.realign.frontier import Frontier, frontier_of
from territory.monitor.realign.paths import WIDTH
from territory.monitor.realign.shocks import Hit, Shock, hit_by
from territory.monitor.realign.standing import Standing, standing_of
from territory.monitor.realign.waiting import USUAL_SD_Q, Waiting, drift_sd, waiting_of

if TYPE_CHECKING:
    from territory.inputs.scenario.scenario import Scenario
    from territory.plan import Plan

__all__ = ["Answer", "ShockAnswer", "accounts_now", "answer_shocks", "realign"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Answer:
    """The frontier of small changes with the cost of waiting.

    Attributes
    ----------
    plan : Plan
        As it was.
    frontier : Frontier
    waiting : Waiting
    sd_q : float
        Drift of a territory in a quarter, and where it is from (``sd_from``).
    """

    plan: Plan
    frontier: Frontier
    waiting: Waiting
    sd_q: float
    sd_from: str

    def table(self) -> pd.DataFrame:
        """Return the frontier with the costs of waiting, one row a number of moves."""
        return self.frontier.table().merge(self.waiting.table, on="n_moves")

    def plan_at(self, n_moves: int) -> Plan:
        """Return the plan after so many moves."""
        return self.frontier.standing.plan_with(self.frontier.at(n_moves).assignment)

    def words(self) -> list[str]:
        """Say what to do, and what it rests on."""
        lines = [
            self.waiting.words,
            f"Territories drift by {100 * self.sd_q:.1f} % a quarter ({self.sd_from}).",
        ]
        lines += [said for said in (self.frontier.words_of_outside(),) if said]
        inside = [len(each.moves) for each in self.frontier.steps if not each.outside]
        if self.frontier.fewest and inside and inside[0] == self.frontier.fewest:
            lines.append(
                f"{counted(inside[0], 'move')} bring every territory inside its bands; it is "
                "proved that no fewer do."
            )
        elif self.frontier.fewest:
            lines.append(
                f"At least {counted(self.frontier.fewest, 'move')} must be made to bring every "
                "territory inside its bands (a bound)."
            )
        further = self.frontier.steps[1:]
        best = [len(each.moves) for each in further if self.frontier.is_best(each)]
        if best and self.frontier.steps[0].outside:
            which = counted(best[0], "move") if len(best) == 1 else f"{best[0]} to {best[-1]} moves"
            if best != list(range(best[0], best[-1] + 1)):
                which = f"{', '.join(map(str, best))} moves"
            lines.append(
                f"For {which} it is proved that no set of as many leaves less outside the bands"
                + (
                    "."
                    if len(best) == len(further)
                    else "; for other numbers the table tells a bound."
                )
            )
        into = self.frontier.into_bands
        if into is not None and not into.nested:
            proved = "proved" if len(into.moves) == self.frontier.fewest else "not proved"
            lines.append(
                f"The set of {counted(len(into.moves), 'move')} that brings all territories in "
                "stands alone: it does not begin with the moves above; that no fewer would do is "
                f"{proved}."
            )
        alone = [
            len(step.moves) for step in self.frontier.steps if not step.nested and step is not into
        ]
        if alone:
            moves = "move" if alone == [1] else "moves"
            lines.append(
                f"At {', '.join(map(str, alone))} {moves} another set leaves clearly less outside "
                "than the path, and stands alone."
            )
        elif len(further) > 1 and len(best) < len(further):
            lines.append(
                f"{WIDTH} paths followed side by side found no set of as many moves that leaves "
                "clearly less outside than this path."
            )
        return lines


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ShockAnswer:
    """What shocks do by territory, and the answers with their prices, cheapest first."""

    hit: Hit
    answer: Answer
    answers: pd.DataFrame

    def words(self) -> list[str]:
        """Say what happened and what is cheapest."""
        best = self.answers.iloc[0]
        cheapest = self.answers.iloc[int(self.answers["cost_usd"].to_numpy().argmin())]
        saved = float(best["cost_usd"]) - float(cheapest["cost_usd"])
        told = f"Cheapest answer within a year: {best['answer']} ({money(best['cost_usd'])})."
        if saved > 0:
            told = (
                f"Answer within a year: {best['answer']} ({money(best['cost_usd'])}). "
                f"{cheapest['answer']} would save {money(saved)}, which is inside the noise."
            )
        return [*self.hit.words, told, *self.answer.words()[1:]]


def accounts_now(
    plan: Plan, path: Path | None, scenario: Scenario | None = None
) -> tuple[pd.DataFrame, Audit]:
    """Return today's accounts in the plan's columns; the plan's own without a file.

    ``scenario`` says the currency of its amounts.
    """
    if path is None:
        return plan.accounts.assign(here=True), Audit()
    matched, audit = matched_now(path, plan, scenario)
    return today_accounts(plan, matched), audit


def realign(
    plan: Plan,
    scenario: Scenario,
    accounts: pd.DataFrame,
    *,
    max_moves: int,
    quarters: float | None = None,
    response: ResponseKeys | None = None,
) -> Answer:
    """Return how little to change.

    Parameters
    ----------
    plan : Plan
    scenario : Scenario
        The plan's.
    accounts : DataFrame
        See `accounts_now`.
    max_moves : int
        Units that may change hands at most.
    quarters : float, optional
        Since go-live: the plan's own drift is then known; else what is usual is taken.
    response : ResponseKeys, optional
        How sales answer to effort; else the scenario's [sizing], else planning defaults.
    """
    standing = standing_of(plan, scenario, accounts)
    frontier = frontier_of(standing, max_moves=max_moves)
    sd, source = USUAL_SD_Q, "usual on real centers, see `territory monitor`"
    last = standing.measures[-1]
    if quarters and f"{last}_deviation" in plan.territories:
        was = plan.territories[f"{last}_deviation"].to_numpy(float)
        own = drift_sd(was, frontier.steps[0].deviations[:, -1], quarters)
        if own > 0:
            sd, source = own, "this plan's own since go-live"
    waiting = waiting_of(
        frontier,
        sd_q=sd,
        sales_per_h=_sales_per_h(standing),
        response=response or _response(scenario),
        rng=np.random.default_rng(scenario.solve.seed),
    )
    return Answer(plan=plan, frontier=frontier, waiting=waiting, sd_q=sd, sd_from=source)


def answer_shocks(
    plan: Plan,
    scenario: Scenario,
    shocks: Sequence[Shock],
    *,
    max_moves: int,
    more: dict[str, pd.Series] | None = None,
) -> ShockAnswer:
    """Return what shocks do, and answers priced over a year: wait, move little, cover a vacancy."""
    hit = hit_by(plan, tuple(shocks), more or {})
    answer = realign(plan, scenario, hit.accounts, max_moves=max_moves)
    response = _response(scenario)
    vacancy = 0.0
    rows = []
    cover = 0.0
    if hit.vacant:
        vacancy, cover = _vacancy(answer.frontier.standing, hit.vacant, response)
    for row in answer.waiting.table.to_dict("records"):
        n = int(row["n_moves"])
        name = "leave it" if n == 0 else counted(n, "move")
        rows.append((name, float(row["total_usd"]) + vacancy, n, False))
        if cover < vacancy:
            rows.append((f"{name}, neighbours cover", float(row["total_usd"]) + cover, n, True))
    table = pd.DataFrame(rows, columns=["answer", "cost_usd", "n_moves", "covered"])
    table = table.sort_values(["cost_usd", "n_moves"], kind="stable", ignore_index=True)
    least = float(table["cost_usd"].iloc[0])
    stay = table[table["n_moves"] == 0].iloc[0]
    if answer.waiting.best == 0 and float(stay["cost_usd"]) - least < abs(least) * 0.1 + 1.0:
        # What is inside the noise is no reason to move anybody.
        first = table.index == int(table.index[table["n_moves"] == 0][0])
        table = pd.concat([table[first], table[~first]], ignore_index=True)
    return ShockAnswer(hit=hit, answer=answer, answers=table)


def _response(scenario: Scenario) -> ResponseKeys:
    found = getattr(scenario.sizing, "response", None) if scenario.sizing else None
    return found if isinstance(found, ResponseKeys) else ResponseKeys()


def _sales_per_h(standing: Standing) -> float:
    accounts = standing.opened.case.accounts
    hours = accounts["service_h"] + standing.plan.accounts["travel_h"].fillna(0.0)
    return float(standing.revenue_usd.sum()) / max(float(hours.sum()), 1e-300)


def _vacancy(
    standing: Standing, vacant: dict[str, float], response: ResponseKeys
) -> tuple[float, float]:
    """Return the sales that vacancies lose, uncovered and with neighbours' spare hours.

    Nobody calls for some months: sales fall to what the response curve says of no effort. Covered,
    the neighbours give the hours by which they are below the upper edge of their bands; the way to
    foreign accounts takes half as long again.
    """
    problem, assignment = standing.problem, standing.assignment
    sales_usd = np.bincount(assignment, weights=standing.revenue_usd, minlength=problem.k)
    at = standing.column("workload_h")
    if at is None:
        hours, spare = np.ones(problem.k), np.zeros(problem.k)
    else:
        loads = solvers.evaluate(problem, assignment).loads[:, at]
        upper = (1.0 + standing.tolerance[at]) * standing.share[:, at] * loads.sum()
        hours, spare = loads, np.maximum(upper - loads, 0.0)
    position = {name: at for at, name in enumerate(standing.territory_ids)}
    lost = covered = 0.0
    for territory, months in vacant.items():
        own = position[territory]
        near = (
            {
                int(assignment[other])
                for unit in np.flatnonzero(assignment == own).tolist()
                for other in problem.indices[problem.indptr[unit] : problem.indptr[unit + 1]]
            }
            - {own}
            - {position[each] for each in vacant}
        )
        part = min(months, 12.0) / 12.0
        sales = float(sales_usd[own]) * part
        need = 1.5 * float(hours[own]) * part
        given = float(spare[sorted(near)].sum()) * part if near else 0.0
        effort = min(1.0, given / max(need, 1e-300))
        lost += sales * (1.0 - response.at_zero)
        covered += sales * (1.0 - _sales_at(effort, response))
    return lost, covered


def _sales_at(effort: float, response: ResponseKeys) -> float:
    if effort <= 0:
        return float(response.at_zero)
    c, d = response.exponent(), response.half()
    grown = effort**c
    return float(
        response.at_zero + (response.at_saturation - response.at_zero) * grown / (d + grown)
    )
