"""Quotas: a company's goal spread over territories by a stated blend, to the dollar."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from territory.errors import InputError
from territory.incentives.quota.basis import quota_basis
from territory.incentives.quota.spread import fill_between, whole_dollars
from territory.messages import Message

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from territory.incentives.facts import Alignment, IncentiveCase
    from territory.inputs.scenario.incentives import QuotaPlan

__all__ = ["PARTS", "Quotas", "quotas_of", "spread_goal"]

PARTS = ("potential", "headroom", "run_rate", "sales_cycle", "over_assignment", "limit")
"""What a quota is taken apart into; `limit` is what floors and caps add or take."""

_SOURCES = {
    "potential": "potential_usd",
    "headroom": "headroom_usd",
    "run_rate": "run_rate_usd",
    "sales_cycle": "reachable_usd",
}
_WHY_NONE = {
    "potential": "no account has a potential",
    "headroom": "every account buys all of its potential",
    "run_rate": "nothing was sold in the last four quarters",
    "sales_cycle": "no headroom can turn into revenue within the year",
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Quotas:
    """Quotas of one alignment.

    Attributes
    ----------
    goal_usd : int
        The company's goal.
    field_usd : int
        What the quotas sum to: the goal and its over-assignment.
    options : QuotaPlan
    table : DataFrame
        Indexed by territory: the basis (see `basis.territory_basis`), then ``quota_usd``,
        ``growth`` on the run-rate, ``lower_usd``, ``upper_usd``, ``limit`` ("floor", "cap" or "")
        and ``part_NAME_usd`` for each of `PARTS`: whole dollars that sum to the quota.
    """

    goal_usd: int
    field_usd: int
    options: QuotaPlan
    table: pd.DataFrame

    @property
    def quota_usd(self) -> pd.Series:
        """Quota by territory, whole dollars."""
        return self.table["quota_usd"]


def quotas_of(case: IncentiveCase, alignment: Alignment = "plan") -> Quotas:
    """Spread the scenario's goal over the territories of an alignment.

    Raises
    ------
    InputError
        No [quotas]; a weight without anything to weigh; a goal below the floors or above the caps.
    """
    options = case.quota_plan
    basis = quota_basis(case, alignment)
    goal = options.goal_usd
    if goal is None:
        assert options.growth is not None
        goal = round(float(basis["run_rate_usd"].sum()) * (1.0 + options.growth))
    display = case.scenario.display
    if alignment == "today":
        display += " (today's alignment)"
    return spread_goal(basis, options, goal_usd=goal, display=display)


def spread_goal(
    basis: pd.DataFrame, options: QuotaPlan, *, goal_usd: int, display: str = "quotas"
) -> Quotas:
    """Spread a goal over territories.

    A quota is the blend of the territory's shares in potential, headroom, run-rate and reachable
    headroom, times the goal and its over-assignment. Where that is outside floor and cap it is
    held there, and the other quotas are scaled by one factor; a territory without a run-rate has
    neither. Rounding is by largest remainder.

    Parameters
    ----------
    basis : DataFrame
        Indexed by territory: ``potential_usd, headroom_usd, run_rate_usd, reachable_usd``.
    options : QuotaPlan
    goal_usd : int
        Above 0.
    display : str
        Scenario file, for messages.
    """
    field_usd = round(goal_usd * (1.0 + options.over_assignment))
    wanted = np.zeros((len(basis), len(PARTS)))
    for at, name in enumerate(_SOURCES):
        weight = getattr(options.blend, name)
        if weight == 0:
            continue
        source = basis[_SOURCES[name]].to_numpy(dtype=np.float64)
        if source.sum() <= 0:
            raise InputError(
                Message(
                    f"{display}: quotas.blend.{name} is {weight:g}, but {_WHY_NONE[name]}",
                    hint=f"write {name} = 0.0 and give its weight to another part",
                )
            )
        wanted[:, at] = weight * goal_usd * source / source.sum()
    shares = wanted.sum(axis=1)
    shares = shares / shares.sum()
    wanted[:, PARTS.index("over_assignment")] = (field_usd - goal_usd) * shares
    lower, upper = _limits(basis, options, field_usd)
    _refuse_out_of_reach(basis, options, (lower, upper), (goal_usd, field_usd), display)
    blended = field_usd * shares
    real = fill_between(blended, lower.astype(float), upper.astype(float), float(field_usd))
    quota = whole_dollars(real, field_usd, lower, upper)
    limit = np.where(real <= lower, np.where(blended < lower, "floor", ""), "")
    limit = np.where((real >= upper) & (blended > upper), "cap", limit)
    moved = quota - blended
    wanted[:, PARTS.index("limit")] = np.where(np.abs(moved) < 1.0, 0.0, real - blended)
    parts = np.array(
        [whole_dollars(row, int(total)) for row, total in zip(wanted, quota, strict=True)]
    ).reshape(len(basis), len(PARTS))
    rate = basis["run_rate_usd"].to_numpy(dtype=np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        growth = np.where(rate > 0, quota / rate - 1.0, np.nan)
    table = basis.assign(
        quota_usd=quota,
        growth=growth,
        lower_usd=lower,
        upper_usd=np.where(rate > 0, upper, np.nan),
        limit=limit,
        **{f"part_{name}_usd": parts[:, at] for at, name in enumerate(PARTS)},
    )
    return Quotas(goal_usd=goal_usd, field_usd=field_usd, options=options, table=table)


def _limits(
    basis: pd.DataFrame, options: QuotaPlan, field_usd: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return floor and cap in whole dollars; none where there is no run-rate to grow on."""
    rate = basis["run_rate_usd"].to_numpy(dtype=np.float64)
    lower = np.ceil(rate * (1.0 + options.floor) - 1e-6).astype(np.int64)
    upper = np.floor(rate * (1.0 + options.cap) + 1e-6).astype(np.int64)
    upper = np.where(rate > 0, np.maximum(upper, lower), field_usd)
    return lower, upper


def _refuse_out_of_reach(
    basis: pd.DataFrame,
    options: QuotaPlan,
    limits: tuple[NDArray[np.int64], NDArray[np.int64]],
    sums: tuple[int, int],
    display: str,
) -> None:
    """Refuse a goal that no quotas between floor and cap sum to."""
    lower, upper = limits
    goal_usd, field_usd = sums
    low, high = int(lower.sum()), int(upper.sum())
    if low <= field_usd <= high:
        return
    below = field_usd < low
    rate = float(basis["run_rate_usd"].sum())
    over = 1.0 + options.over_assignment
    key, bound, total = ("floor", lower, low) if below else ("cap", upper, high)
    reach = np.floor((field_usd / rate - 1.0) * 1000) if below else np.ceil(
        (field_usd / rate - 1.0) * 1000
    )  # fmt: skip
    bounded = basis["run_rate_usd"].to_numpy() > 0
    largest = [at for at in np.argsort(-bound, kind="stable") if bounded[at]]
    goal = int(np.ceil(low / over)) if below else int(np.floor(high / over))
    raise InputError(
        Message(
            f"{display}: a goal of ${goal_usd:,} with over_assignment "
            f"{options.over_assignment:g} makes quotas of ${field_usd:,}, "
            f"${abs(total - field_usd):,} {'below the floors' if below else 'above the caps'} of "
            f"${total:,} (quotas.{key} {getattr(options, key):g} on a run-rate of ${rate:,.0f})",
            evidence=tuple((str(basis.index[at]), f"{key} ${int(bound[at]):,}") for at in largest),
            hint=f"write {key} = {reach / 1000:.3f}, or a goal of at "
            f"{'least' if below else 'most'} ${goal:,}",
        )
    )
