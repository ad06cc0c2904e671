"""Quotas: a company's goal spread over territories by what each can sell, to the dollar."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from territory.currency import money
from territory.errors import InputError
from territory.incentives.quota.basis import quota_basis
from territory.incentives.quota.shares import BLEND_PARTS, END, EXPECTED_PARTS, shares_of
from territory.incentives.quota.spread import whole_dollars
from territory.messages import Message

if TYPE_CHECKING:
    from territory.incentives.facts import Alignment, IncentiveCase
    from territory.inputs.scenario.incentives import QuotaPlan

__all__ = ["BLEND_PARTS", "EXPECTED_PARTS", "Quotas", "company_goal", "quotas_of", "spread_goal"]

_PAST = ("retained", "momentum", "relief")


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
    parts : tuple of str
        `EXPECTED_PARTS` or `BLEND_PARTS`.
    table : DataFrame
        Indexed by territory: the basis (see `basis.territory_basis`), then ``quota_usd``,
        ``growth`` on the last year, ``lower_usd``, ``upper_usd`` (NaN = no limit), ``limit``
        ("floor", "cap" or "") and ``part_NAME_usd`` for each of `parts`: whole dollars that sum to
        the quota.
    """

    goal_usd: int
    field_usd: int
    options: QuotaPlan
    parts: tuple[str, ...]
    table: pd.DataFrame

    @property
    def quota_usd(self) -> pd.Series:
        """Quota by territory, whole dollars."""
        return self.table["quota_usd"]

    @property
    def history_share(self) -> float:
        """Share of the quota dollars that past sales explain: retained, momentum or run-rate.

        Stretch, over-assignment and limits are spread by the rest and follow what it follows.
        """
        source = _PAST if self.options.blend is None else ("run_rate",)
        whole = [name for name in self.parts if name not in {"stretch", *END}]
        past, every = (
            sum(float(self.table[f"part_{name}_usd"].sum()) for name in names)
            for names in (source, whole)
        )
        return past / every if every else float("nan")


def company_goal(case: IncentiveCase) -> int:
    """Return the company's goal: given, or growth on all of its sales of the last year.

    It is one number, whatever the territories are.

    Raises
    ------
    InputError
        Growth is asked for and nothing was sold.
    """
    options = case.quota_plan
    if options.goal_usd is not None:
        return options.goal_usd
    assert options.growth is not None
    last = float(case.last_usd.sum())
    goal = round(last * (1.0 + options.growth))
    if goal <= 0:
        raise InputError(
            Message(
                f"{case.scenario.display}: quotas.growth is {options.growth:g}, but the company's "
                f"sales of the last year are {money(last)}",
                hint="write goal_usd = the company's goal in whole dollars instead of growth",
            )
        )
    return goal


def quotas_of(case: IncentiveCase, alignment: Alignment = "plan") -> Quotas:
    """Spread the scenario's goal over the territories of an alignment.

    Raises
    ------
    InputError
        No [quotas]; nothing to spread by; a goal below the floors or above the caps.
    """
    display = case.scenario.display
    if alignment == "today":
        display += " (today's alignment)"
    basis = quota_basis(case, alignment)
    return spread_goal(basis, case.quota_plan, goal_usd=company_goal(case), display=display)


def spread_goal(
    basis: pd.DataFrame, options: QuotaPlan, *, goal_usd: int, display: str = "quotas"
) -> Quotas:
    """Spread a goal over territories.

    A quota is the territory's share of the expected sales (or of the blend, where the scenario
    writes one) times the goal and its over-assignment. Where that is outside floor and cap, which
    are growth on the territory's last year, it is held there, and the other quotas are scaled by
    one factor; a territory that sold nothing has neither. Rounding is by largest remainder, equal
    remainders by the territories' order.

    Parameters
    ----------
    basis : DataFrame
        Indexed by territory: see `basis.territory_basis`.
    options : QuotaPlan
    goal_usd : int
        Above 0.
    display : str
        Scenario file, for messages.
    """
    numbers = basis.select_dtypes("number")
    columns = {str(name): numbers[name].to_numpy(dtype=np.float64) for name in numbers}
    found = shares_of(
        columns, options, goal_usd=goal_usd, ids=basis.index.tolist(), display=display
    )
    dollars = np.array(
        [
            whole_dollars(row, int(total))
            for row, total in zip(found.wanted, found.quota_usd, strict=True)
        ]
    ).reshape(len(basis), len(found.parts))
    last = columns["last_usd"]
    with np.errstate(divide="ignore", invalid="ignore"):
        growth = np.where(last > 0, found.quota_usd / last - 1.0, np.nan)
    table = basis.assign(
        quota_usd=found.quota_usd,
        growth=growth,
        lower_usd=found.lower_usd if options.floor is not None else np.nan,
        upper_usd=np.where(last > 0, found.upper_usd, np.nan)
        if options.cap is not None
        else np.nan,
        limit=found.limit,
        **{f"part_{name}_usd": dollars[:, at] for at, name in enumerate(found.parts)},
    )
    return Quotas(
        goal_usd=goal_usd,
        field_usd=found.field_usd,
        options=options,
        parts=found.parts,
        table=table,
    )
