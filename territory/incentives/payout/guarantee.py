"""What it costs to hold reps harmless: last year's earnings guaranteed for some months."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from territory.incentives.payout.payplan import Year
from territory.incentives.payout.roles import paid as paid_by_role
from territory.incentives.quota.next_year import month_shares
from territory.wording import LIMIT

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from territory.incentives.facts import IncentiveCase
    from territory.incentives.payout.last_year import LastYear
    from territory.incentives.payout.simulated_years import SimulatedYears

    Floats = NDArray[np.float64]

__all__ = ["guarantee_by_rep", "guarantee_cost", "paid_until"]

MONTHS = 12


def guarantee_cost(
    case: IncentiveCase, years: Mapping[str, SimulatedYears], before: LastYear
) -> pd.DataFrame:
    """Return the cost of a guarantee of one to twelve months.

    In each month of the guarantee a rep who earns less than in the same month of last year is
    paid the difference; months in which more is earned take nothing back. Sales come in by the
    history's season, and attainment counts from the beginning of the year, so accelerators pay
    late in the year, in both years alike.

    Returns
    -------
    DataFrame
        ``months`` 1 to 12; ``cost_usd`` (mean), ``p10_usd``, ``p90_usd`` of all reps together;
        ``n_reps``: reps who are paid something in at least half of the years; ``anyway_usd``: what
        the same guarantee would cost if nobody's territory changed, and ``increment_usd``, the
        rest, which the new territories cause (both NaN without an alignment of today);
        ``this_year_usd, next_year_usd``: what of the cost accrues in the planned year (until
        December where nothing tells which that is) and after it, and
        ``increment_this_year_usd, increment_next_year_usd`` of the increment. To the cent.

    Notes
    -----
    The guarantee begins with the month of ``rollout.go_live``, with the planned year where none is
    written, and accrues in the months in which it is paid, in proportion to the days of them on
    which the seat is filled. Months after the year's end are reckoned as the same months of the
    simulated year.
    """
    gross = _held(case, years["plan"], before)
    parts = ["cost_usd", "this_year_usd"]
    none = pd.DataFrame(np.nan, index=gross.index, columns=parts)
    anyway = _held(case, years["today"], before)[parts] if "today" in years else none
    more = (gross[parts] - anyway).round(2)
    return gross.assign(
        anyway_usd=anyway["cost_usd"],
        increment_usd=more["cost_usd"],
        increment_this_year_usd=more["this_year_usd"],
        increment_next_year_usd=(more["cost_usd"] - more["this_year_usd"]).round(2),
    )


def _months_before(case: IncentiveCase) -> int:
    """Return the months of the planned year that have passed when territories go live, 0 to 11."""
    rollout = getattr(case.scenario, "rollout", None)
    day = rollout.go_live if rollout is not None else None
    if day is None:
        return 0
    return (date.fromisoformat(str(day)).month - 1 - (case.first_month() or 0)) % MONTHS


def _held(case: IncentiveCase, years: SimulatedYears, before: LastYear) -> pd.DataFrame:
    """Return what the guarantee costs under one alignment, for one to twelve months."""
    rows = []
    until_end, this_year = MONTHS - _months_before(case), 0.0
    for month, paid in _paid(case, years, before):
        total = paid.sum(axis=1)
        if month <= until_end:
            this_year = float(total.mean())
        low, high = np.quantile(total, [0.1, 0.9])
        rows.append(
            {
                "months": month,
                "cost_usd": round(float(total.mean()), 2),
                "p10_usd": round(float(low), 2),
                "p90_usd": round(float(high), 2),
                "n_reps": int(((paid > 0).mean(axis=0) >= 0.5).sum()),
                "this_year_usd": round(this_year, 2),
            }
        )
    frame = pd.DataFrame(rows)
    return frame.assign(next_year_usd=(frame["cost_usd"] - frame["this_year_usd"]).round(2))


def guarantee_by_rep(case: IncentiveCase, months: int) -> pd.DataFrame:
    """Return what each rep is paid while held harmless for some months.

    Part of it falls due with unchanged territories too, because months and years differ: only
    the increment is the realignment's doing.

    Parameters
    ----------
    case : IncentiveCase
    months : int
        1 to 12.

    Returns
    -------
    DataFrame
        ``rep_id, rep_name, months, gross_usd`` (mean in the plan), ``anyway_usd`` (mean under
        today's alignment; NaN without one), ``increment_usd`` and ``p90_usd`` of the gross amount.
        To the cent.
    """
    from territory.incentives.forecast.noise import noise_of
    from territory.incentives.payout.last_year import last_year
    from territory.incentives.payout.simulated_years import simulated_years

    before = last_year(case)
    years = simulated_years(case, noise_of(case))
    paid = {
        name: next(sums for month, sums in _paid(case, part, before) if month == months)
        for name, part in years.items()
    }
    gross = paid["plan"].mean(axis=0).round(2)
    known = "today" in paid
    anyway = paid["today"].mean(axis=0).round(2) if known else np.full(len(gross), np.nan)
    return pd.DataFrame(
        {
            "rep_id": case.reps["rep_id"],
            "rep_name": case.reps["rep_name"],
            "months": months,
            "gross_usd": gross,
            "anyway_usd": anyway,
            "increment_usd": (gross - anyway).round(2),
            "p90_usd": np.quantile(paid["plan"], 0.9, axis=0).round(2),
        }
    )


def _paid(
    case: IncentiveCase, years: SimulatedYears, before: LastYear
) -> Iterator[tuple[int, Floats]]:
    """Yield what has been paid after 1 to 12 months of guarantee: (draws, r), USD to the cent."""
    season = month_shares(case)
    covered = years.has_territory & np.isfinite(before.total_usd)
    modelled = paid_by_role(case, before.year, before.filled).total / 100.0
    # Given earnings take the course over the year that modelled ones have.
    scale = np.divide(
        before.total_usd, modelled, out=np.zeros_like(modelled), where=covered & (modelled > 0)
    )
    last, this, coming = case.months().transpose(1, 0, 2)
    then = _by_month(case, before.year, season, last, before.filled)
    now = _by_month(case, years.year, season, this)
    paid = np.zeros(years.year.attainment.shape)
    first = _months_before(case)
    for length in range(1, MONTHS + 1):
        month = (first + length - 1) % MONTHS
        # Nobody is held harmless for days on which the seat is empty; after the year's end, where
        # it is in either year: the month is that of the simulated one.
        there = this if first + length <= MONTHS else np.minimum(this, coming)
        less = then(month) * scale * there[:, month] - now(month)
        paid += np.round(np.where(covered & (there[:, month] > 0), np.maximum(less, 0.0), 0.0), 2)
        yield length, paid.copy()


def _by_month(
    case: IncentiveCase, year: Year, season: Floats, filled: Floats, there: Floats | None = None
) -> Callable[[int], Floats]:
    """Return what is paid in a month, 0 for the year's first: (…, r), USD."""
    base, sales = (_course(each * filled) for each in (np.full(MONTHS, 1.0 / MONTHS), season))

    def until(month: int) -> Floats:
        return paid_until(case, year, base[:, month], sales[:, month], there)

    return lambda month: until(month) - (until(month - 1) if month else 0.0)


def _course(months: Floats) -> Floats:
    """Return which part of a year has come by the end of each month, (r, 12)."""
    until = np.cumsum(months, axis=1)
    whole = until[:, -1:]
    share = np.divide(until, whole, out=np.zeros_like(until), where=whole > 0)
    return np.where(until >= whole - LIMIT, 1.0, share)


def paid_until(
    case: IncentiveCase,
    year: Year,
    base: Floats | float,
    sales: Floats | float,
    there: Floats | None = None,
) -> Floats:
    """Return what has been paid by some day of the year, in USD.

    Parameters
    ----------
    case : IncentiveCase
    year : Year
        Arrays of shape (…, reps).
    base : float64, shape (reps,)
        Part of the base so far: by the months in which the seat is filled.
    sales : float64, shape (reps,)
        Part of the attainment, of the accounts won and of strategic growth so far.
    there : float64, shape (reps,), optional
        See `paid` of the roles.
    """
    so_far = replace(
        year,
        attainment=year.attainment * sales,
        team_attainment=year.team_attainment * sales,
        new_logos=year.new_logos * sales,
        strategic_usd=year.strategic_usd * sales,
    )
    pay = paid_by_role(case, so_far, there)
    return np.asarray((pay.total - pay.base + pay.base * base) / 100.0)
