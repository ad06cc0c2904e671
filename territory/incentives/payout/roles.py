"""Pay by role: which plan each rep and each account is paid by."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING

import numpy as np

from territory.errors import InputError
from territory.incentives.payout.payplan import Earnings, Year, earned, target_pay_cents
from territory.messages import Message, counted

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from territory.incentives.facts import Alignment, IncentiveCase
    from territory.inputs.scenario.incentives import PayPlan

__all__ = [
    "account_plans",
    "paid",
    "rep_plans",
    "rep_roles",
    "target_cents",
]

_EARNINGS = ("base", "quota", "team", "new_logo", "strategic")


def rep_roles(case: IncentiveCase) -> NDArray[np.object_]:
    """Return (r,) the reps' roles, "" where none is given or the plan knows none."""
    if "role" not in case.reps or not case.pay_plan.roles:
        return np.full(len(case.reps), "", dtype=object)
    return case.reps["role"].fillna("").astype("str").str.strip().to_numpy(dtype=object)


def rep_plans(case: IncentiveCase) -> list[tuple[NDArray[np.bool_], PayPlan]]:
    """Return each plan with the (r,) reps that are paid by it; those without a role by [pay].

    Raises
    ------
    InputError
        A rep has a role that [pay.roles] does not have.
    """
    plan, roles = case.pay_plan, rep_roles(case)
    unknown = [at for at, role in enumerate(roles) if role and role not in plan.roles]
    if unknown:
        known = ", ".join(plan.roles)
        raise InputError(
            Message(
                f"{case.scenario.display}: {counted(len(unknown), 'rep')} with a role that "
                "[pay.roles] has no plan for",
                evidence=tuple(
                    (str(case.reps["rep_id"].iloc[at]), f'role "{roles[at]}"') for at in unknown
                ),
                hint=f"write [pay.roles.{roles[unknown[0]]}], or one of {known} in the reps table",
            )
        )
    return [(roles == role, plan.of_role(role)) for role in dict.fromkeys(roles.tolist())]


def account_plans(
    case: IncentiveCase, alignment: Alignment
) -> list[tuple[NDArray[np.bool_], PayPlan]]:
    """Return each plan with the (n,) accounts whose rep is paid by it; others by [pay]."""
    territory = case.accounts[alignment].to_numpy(dtype=object)
    out = []
    rest = np.ones(len(territory), dtype=np.bool_)
    for reps, plan in rep_plans(case):
        own = set(case.reps.loc[reps, alignment]) - {""}
        here = np.isin(territory, list(own)) & rest
        rest &= ~here
        out.append((here, plan))
    return [*out, (rest, case.pay_plan)]


def target_cents(
    case: IncentiveCase, there: NDArray[np.float64] | None = None
) -> NDArray[np.int64]:
    """Return (r,) base and target incentive of the reps, in cents.

    ``there``: the part of the year in which each seat is filled; of the planned year unless given.
    """
    fte = case.reps["fte"].to_numpy(dtype=np.float64)
    out = np.zeros(len(fte), dtype=np.int64)
    there = case.employed() if there is None else there
    for reps, plan in rep_plans(case):
        out[reps] = target_pay_cents(plan, fte[reps], there[reps])
    return out


def paid(case: IncentiveCase, year: Year, there: NDArray[np.float64] | None = None) -> Earnings:
    """Return what the reps earn in a year, each by the plan of the role.

    Parameters
    ----------
    case : IncentiveCase
    year : Year
        Arrays of shape (…, reps).
    there : float64, shape (reps,), optional
        The part of another year in which each seat was filled, past any ramp; that of the planned
        year, and its pace, unless given.
    """
    fte = case.reps["fte"].to_numpy(dtype=np.float64)
    pace = case.paces().mean(axis=1) if there is None else there
    there = case.employed() if there is None else there
    shape = np.broadcast_shapes(np.shape(year.attainment), fte.shape)
    out = {part: np.zeros(shape, dtype=np.int64) for part in _EARNINGS}
    for reps, plan in rep_plans(case):
        own = replace(
            year,
            **{
                field.name: np.broadcast_to(value, shape)[..., reps]
                for field in fields(year)
                if (value := getattr(year, field.name)) is not None
            },
        )
        part = earned(plan, own, fte[reps], pace[reps], there[reps])
        for name in _EARNINGS:
            out[name][..., reps] = getattr(part, name)
    return Earnings(**out)
