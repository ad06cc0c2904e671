"""What waiting another quarter costs, against the price of moving; "leave it" is an answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from territory.arrays import Floats
from territory.currency import money
from territory.messages import counted
from territory.monitor.realign.frontier import Frontier
from territory.monitor.realign.steps import Step
from territory.wording import LIMIT, Z80, percent

if TYPE_CHECKING:
    from territory.inputs.scenario.workforce import ResponseKeys
    from territory.monitor.realign.standing import Standing

__all__ = ["Waiting", "drift_sd", "waiting_of"]


DRAWS = 2_000
QUARTERS = 4
"""Quarters over which a move must pay for itself."""

USUAL_SD_Q = 0.012
"""Drift of a territory in a quarter where this plan's own is not known: US surgery centers 2021 to
2023, 80 territories: median 3.6 % in eight quarters (`territory.monitor.drift`); a median absolute
change of 3.6 % is a deviation of 5.3 %, and 5.3 % ÷ √8 is 1.9 % for the smallest territories; 20
territories give 1.0 %."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Waiting:
    """Costs by number of moves, and what to do.

    Attributes
    ----------
    table : DataFrame
        ``n_moves, p_break`` (that any band is broken after another quarter), ``lost_usd_q``
        (coverage lost to hours above bands), ``travel_usd_q``, ``waiting_usd_q`` (both),
        ``moving_usd`` (once), ``total_usd`` (moving and four quarters).
    best : int
        Number of moves of the least total; 0 where the gain is inside the noise.
    words : str
    """

    table: pd.DataFrame
    best: int
    words: str


def drift_sd(before: Floats, now: Floats, quarters: float) -> float:
    """Return how far a territory drifts in a quarter, robustly, as a fraction.

    Parameters
    ----------
    before, now : float64, shape (k,)
        Deviations at go-live and now.
    quarters : float
        Between them.
    """
    moved = np.abs(now - before)
    return float(1.4826 * np.median(moved) / np.sqrt(max(quarters, 0.25)))


def waiting_of(
    frontier: Frontier,
    *,
    sd_q: float,
    sales_per_h: float,
    response: ResponseKeys,
    rng: np.random.Generator,
) -> Waiting:
    """Judge each number of moves.

    Parameters
    ----------
    frontier : Frontier
    sd_q : float
        Drift of a territory in a quarter, see `drift_sd`.
    sales_per_h : float
        USD of sales an hour of planned work stands for.
    response : ResponseKeys
        How sales answer to effort: hours above a band are calls that are not made.
    rng : numpy.random.Generator
    """
    noise = rng.standard_normal((DRAWS, *frontier.steps[0].deviations.shape)) * sd_q
    standing = frontier.standing
    tolerance = standing.tolerance
    elasticity = _elasticity(response)
    rows, samples = [], []
    for step in frontier.steps:
        away = np.abs(step.deviations + noise)
        broken = (away > tolerance + LIMIT).any(axis=(1, 2))
        lost = _lost(step, standing, noise, sales_per_h, elasticity)
        travel = step.cost_usd_y / 4.0
        total = step.price_usd + QUARTERS * (lost + travel)
        samples.append(total)
        rows.append(
            {
                "n_moves": len(step.moves),
                "p_break": float(broken.mean()),
                "lost_usd_q": float(lost.mean()),
                "travel_usd_q": travel,
                "waiting_usd_q": float(lost.mean()) + travel,
                "moving_usd": step.price_usd,
                "total_usd": float(total.mean()),
            }
        )
    table = pd.DataFrame(rows)
    row = int(table["total_usd"].to_numpy().argmin())
    best = int(table["n_moves"].iloc[row])
    gain = samples[0] - samples[row]
    mean, sd = float(gain.mean()), float(gain.std())
    outside, left = frontier.steps[0].outside, frontier.steps[row].outside
    if best == 0 or mean <= Z80 * sd:
        why = (
            "there are no moves to compare it with"
            if len(frontier.steps) == 1
            else "no move pays for itself within a year"
            if best == 0
            else f"the gain of {money(mean)} by {counted(best, 'move')} is inside the noise "
            f"(± {money(sd)})"
        )
        words = (
            f"Leave it: {why}. Chance that a band is broken after another quarter: "
            f"{percent(table['p_break'].iloc[0], 0)}; waiting costs "
            f"{money(table['waiting_usd_q'].iloc[0])} a quarter."
        )
        if outside:
            whole = next((each for each in frontier.steps if not each.outside), None)
            words += (
                f" {outside} of {len(standing.territory_ids)} territories are outside a band now; "
                + (
                    f"{counted(len(whole.moves), 'move')} would bring all of them in."
                    if whole
                    else "no moves that bring all of them in were found."
                )
            )
        return Waiting(table=table, best=0, words=words)
    words = (
        f"Move {best}: it costs {money(frontier.steps[row].price_usd)} once and saves "
        f"{money(mean)} net within a year (± {money(sd)}); territories outside a band {outside} → "
        f"{left}; chance of a broken band after another quarter "
        f"{percent(table['p_break'].iloc[0], 0)} → {percent(table['p_break'].iloc[row], 0)}."
    )
    return Waiting(table=table, best=best, words=words)


def _lost(
    step: Step, standing: Standing, noise: Floats, sales_per_h: float, elasticity: float
) -> Floats:
    """Return USD a quarter of coverage lost by hours above the workload's band, (draws,)."""
    at = standing.column("workload_h")
    if at is None:
        return np.zeros(noise.shape[0])
    goal = standing.share[:, at] * step.loads[:, at].sum()
    over = np.maximum(step.deviations[:, at] + noise[:, :, at] - standing.tolerance[at], 0.0)
    return np.asarray((over * goal).sum(axis=1) / 4.0 * sales_per_h * elasticity)


def _elasticity(response: ResponseKeys) -> float:
    """Return the slope of the response curve at the planned effort."""
    low, d = response.at_zero, response.half()
    c = response.exponent()
    return (response.at_saturation - low) * c * d / (d + 1.0) ** 2
