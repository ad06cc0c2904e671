"""Last year's earnings: given, or what the plan would have paid on last year's sales."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from territory.incentives.fairness.backtest import backtest_of
from territory.incentives.payout.bonuses import logo_usd, strategic_sales, won_last_year
from territory.incentives.payout.payplan import Year
from territory.incentives.payout.roles import paid, target_cents
from territory.incentives.payout.simulated_years import team_attainment
from territory.messages import counted

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from territory.incentives.facts import IncentiveCase

    Floats = NDArray[np.float64]

__all__ = ["LastYear", "last_year"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LastYear:
    """What every rep earned.

    Attributes
    ----------
    total_usd : (r,) float64
        To the cent; NaN for a rep who had no territory or was not there.
    year : Year
        What it was earned by, arrays (r,); it gives the earnings their course over the months.
    filled : (r,) float64
        The part of that year in which each seat was filled.
    notes : tuple of str
    """

    total_usd: Floats
    year: Year
    filled: Floats
    notes: tuple[str, ...]


def last_year(case: IncentiveCase) -> LastYear:
    """Return last year's earnings under today's alignment.

    ``earnings_usd`` of the reps table counts where it is given. Else it is what this pay plan
    would have paid on the quotas of the fairness back-test; without two years of history it is
    target pay. Seats are paid for the part of that year in which they were filled, and as past
    any ramp. Who begins within the planned year or after it earned nothing that would count.
    """
    reps = case.reps
    served = reps["today"].ne("").to_numpy() & case.has_today
    known = case.has_today and case.sales is not None and case.sales.n_years >= 2
    year = _year_of(case) if known else _at_goal(len(reps))
    filled = case.months()[:, 0].mean(axis=1)
    cents = paid(case, year, filled).total if known else target_cents(case, filled)
    given = reps["earnings_usd"].to_numpy(dtype=np.float64)
    if "new" in reps:
        served &= ~reps["new"].to_numpy(dtype=np.bool_) | np.isfinite(given)
    total = np.where(np.isfinite(given), np.round(given, 2), cents / 100.0)
    notes = []
    n_modelled = int((served & ~np.isfinite(given)).sum())
    if n_modelled:
        how = "what this plan would have paid on last year's sales" if known else "target pay"
        notes.append(f"last year's earnings of {counted(n_modelled, 'rep')} are {how}")
    total = np.where(served, total, np.nan)
    return LastYear(total_usd=total, year=year, filled=filled, notes=tuple(notes))


def _at_goal(n_reps: int) -> Year:
    one, none = np.ones(n_reps), np.zeros(n_reps)
    return Year(attainment=one, team_attainment=one, new_logos=none, strategic_usd=none)


def _year_of(case: IncentiveCase) -> Year:
    assert case.sales is not None
    test = backtest_of(case, "today")
    territory = case.reps["today"]
    won = won_last_year(case, "today")
    before, after = strategic_sales(case, "today")
    frame = pd.DataFrame(
        {
            "won": won.astype(float),
            "won_usd": np.where(won, logo_usd(case, "today"), 0.0),
            "growth": after - before,
        }
    )
    sums = frame.groupby(case.accounts["today"].to_numpy()).sum().reindex(territory).fillna(0.0)
    each = (sums["won_usd"] / sums["won"].where(sums["won"] > 0)).fillna(0.0)
    sold, asked = (
        test.table[name].reindex(territory).fillna(0.0).to_numpy(dtype=np.float64)[None, :]
        for name in ("revenue_usd", "quota_usd")
    )
    # The goal of the back-test is what the company sold.
    team = team_attainment(case, np.ones(1), sold, asked)[0]
    return Year(
        attainment=test.table["attainment"].reindex(territory).fillna(1.0).to_numpy(),
        team_attainment=team,
        new_logos=sums["won"].to_numpy(),
        logo_usd=each.to_numpy(),
        strategic_usd=np.maximum(sums["growth"].to_numpy(), 0.0),
    )
