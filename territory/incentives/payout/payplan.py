"""What a pay plan pays for an attainment: to the cent, and at 100 percent exactly target pay."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from territory.inputs.scenario.incentives import PayPlan

    Floats = NDArray[np.float64]
    Cents = NDArray[np.int64]

__all__ = ["Earnings", "Year", "earned", "payout", "target_pay_cents"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Year:
    """What counts for pay; arrays of one shape, reps in the last axis.

    Attributes
    ----------
    attainment, team_attainment : float64
        Sales divided by quota, of the rep and of the rep's team.
    new_logos : float64
        Accounts won.
    logo_usd : float64, or None
        Bonus for one of them, on average; the plan's for any account where None.
    strategic_usd : float64
        Growth of the strategic accounts beyond `min_growth`, at least 0.
    """

    attainment: Floats
    team_attainment: Floats
    new_logos: Floats
    strategic_usd: Floats
    logo_usd: Floats | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Earnings:
    """A year's pay in cents, by part; arrays of the year's shape."""

    base: Cents
    quota: Cents
    team: Cents
    new_logo: Cents
    strategic: Cents

    @property
    def total(self) -> Cents:
        """All parts together."""
        return self.base + self.quota + self.team + self.new_logo + self.strategic


def payout(plan: PayPlan, attainment: Floats) -> Floats:
    """Return what the tiers pay, as a multiple of the target incentive.

    Counted outwards from 100 percent, where it is exactly 1; never below 0, never above the cap.

    Parameters
    ----------
    plan : PayPlan
    attainment : float64 of any shape
        Sales divided by quota.

    Examples
    --------
    With 1 per point up to the quota and 2 above it, ten points more pay twenty percent more:

    >>> from territory.inputs.scenario.incentives import PayPlan
    >>> rates = [{"above": 0.0, "up_to": 1.0, "rate": 1.0}, {"above": 1.0, "rate": 2.0}]
    >>> plan = PayPlan(base_usd=1.0, target_incentive_usd=1.0, rates=rates)
    >>> payout(plan, np.array([0.5, 1.0, 1.1])).round(6).tolist()
    [0.5, 1.0, 1.2]
    """
    reached = np.maximum(np.asarray(attainment, dtype=np.float64), 0.0)
    multiple = np.ones_like(reached)
    for tier in plan.rates:
        end = np.inf if tier.up_to is None else tier.up_to
        if end > 1:
            begin = max(tier.above, 1.0)
            multiple += tier.rate * (np.clip(reached, begin, end) - begin)
        if tier.above < 1:
            until = min(end, 1.0)
            multiple -= tier.rate * (until - np.clip(reached, tier.above, until))
    return np.clip(multiple, 0.0, np.inf if plan.cap is None else plan.cap)


def target_pay_cents(plan: PayPlan, fte: Floats, employed: Floats | float = 1.0) -> Cents:
    """Return base and target incentive of reps by FTE and filled part of the year, in cents."""
    share = _share(plan, fte) * employed
    return _cents(plan.base_usd * share) + _cents(plan.target_incentive_usd * share)


def earned(
    plan: PayPlan,
    year: Year,
    fte: Floats,
    pace: Floats | float = 1.0,
    employed: Floats | float = 1.0,
) -> Earnings:
    """Return what reps earn in a year.

    Bonuses come on top of target pay. A rep who attains exactly 100 percent in a team that does,
    and has no bonus, earns exactly `target_pay_cents`: the team's part of the target is rounded,
    and the quota's part is the rest of it.

    Parameters
    ----------
    plan : PayPlan
    year : Year
        Arrays of shape (…, reps).
    fte : (reps,) float64
    pace : (reps,) float64
        Mean pace of the year, 1 past the ramp: caps of bonuses follow it, and the fte.
    employed : (reps,) float64
        Part of the year in which the seat is filled: nothing is paid for the rest of it, and
        bonuses for what the territory wins in the year count in that proportion.
    """
    share = _share(plan, fte) * employed
    # The pace of a quarter without a rep is 0, so it holds what is not employed already.
    room = _share(plan, fte) * pace
    whole = _cents(plan.target_incentive_usd * share)
    team = _cents(plan.team.weight * whole / 100.0)
    shape = np.broadcast_shapes(np.shape(year.attainment), np.shape(fte))
    zero = np.zeros(shape, dtype=np.int64)
    new_logo, strategic = zero, zero
    if plan.new_logo is not None:
        new_logo = _capped(
            (plan.new_logo.usd if year.logo_usd is None else year.logo_usd)
            * year.new_logos
            * employed,
            plan.new_logo.cap_usd,
            room,
        )
    if plan.strategic is not None:
        strategic = _capped(
            plan.strategic.share * year.strategic_usd * employed, plan.strategic.cap_usd, room
        )
    return Earnings(
        base=zero + _cents(plan.base_usd * share),
        quota=_cents((whole - team) / 100.0 * payout(plan, year.attainment)),
        team=_cents(team / 100.0 * payout(plan, year.team_attainment)) + zero,
        new_logo=new_logo + zero,
        strategic=strategic + zero,
    )


def _share(plan: PayPlan, fte: Floats) -> Floats:
    return np.asarray(fte, dtype=np.float64) if plan.by_fte else np.ones(np.shape(fte))


def _capped(usd: Floats, cap_usd: float | None, room: Floats) -> Cents:
    return _cents(usd if cap_usd is None else np.minimum(usd, cap_usd * room))


def _cents(usd: NDArray[np.floating]) -> Cents:
    """Round dollars to whole cents, half a cent upwards."""
    return np.floor(np.asarray(usd) * 100.0 + 0.5 + 1e-7).astype(np.int64)
