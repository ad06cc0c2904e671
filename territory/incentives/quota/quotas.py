"""Quotas: a company's goal spread over territories by what each can sell, to the dollar."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from territory.currency import money
from territory.errors import InputError
from territory.incentives.quota.basis import quota_basis
from territory.incentives.quota.spread import fill_between, whole_dollars
from territory.messages import Message

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from territory.incentives.facts import Alignment, IncentiveCase
    from territory.inputs.scenario.incentives import QuotaPlan

    Floats = NDArray[np.float64]

__all__ = ["BLEND_PARTS", "EXPECTED_PARTS", "Quotas", "company_goal", "quotas_of", "spread_goal"]

_END = ("over_assignment", "limit")
EXPECTED_PARTS = ("retained", "momentum", "captured", "relief", "stretch", *_END)
"""What a quota by expected sales is taken apart into; `limit` is what floors and caps add or take,
`stretch` what the company's goal asks beyond its expected sales."""
BLEND_PARTS = ("potential", "headroom", "run_rate", "sales_cycle", *_END)
"""What a quota by a blend is taken apart into."""

_PAST = ("retained", "momentum", "relief")

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
        whole = [name for name in self.parts if name not in {"stretch", *_END}]
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
    field_usd = round(goal_usd * (1.0 + options.over_assignment))
    parts: tuple[str, ...]
    if options.blend is None:
        parts, wanted = EXPECTED_PARTS, _by_expected(basis, goal_usd, display)
    else:
        parts, wanted = BLEND_PARTS, _by_blend(basis, options, goal_usd, display)
    shares = wanted.sum(axis=1)
    shares = shares / shares.sum()
    wanted[:, parts.index("over_assignment")] = (field_usd - goal_usd) * shares
    lower, upper = _limits(basis, options, field_usd)
    _refuse_out_of_reach(basis, options, (lower, upper), (goal_usd, field_usd), display)
    asked = field_usd * shares
    real = fill_between(asked, lower.astype(float), upper.astype(float), float(field_usd))
    quota = whole_dollars(real, field_usd, lower, upper)
    limit = np.where(real <= lower, np.where(asked < lower, "floor", ""), "")
    limit = np.where((real >= upper) & (asked > upper), "cap", limit)
    moved = quota - asked
    wanted[:, parts.index("limit")] = np.where(np.abs(moved) < 1.0, 0.0, real - asked)
    dollars = np.array(
        [whole_dollars(row, int(total)) for row, total in zip(wanted, quota, strict=True)]
    ).reshape(len(basis), len(parts))
    last = basis["last_usd"].to_numpy(dtype=np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        growth = np.where(last > 0, quota / last - 1.0, np.nan)
    table = basis.assign(
        quota_usd=quota,
        growth=growth,
        lower_usd=lower if options.floor is not None else np.nan,
        upper_usd=np.where(last > 0, upper, np.nan) if options.cap is not None else np.nan,
        limit=limit,
        **{f"part_{name}_usd": dollars[:, at] for at, name in enumerate(parts)},
    )
    return Quotas(goal_usd=goal_usd, field_usd=field_usd, options=options, parts=parts, table=table)


def _by_expected(basis: pd.DataFrame, goal_usd: int, display: str) -> Floats:
    """Return (k, parts) dollars that sum to the goal in proportion to the expected sales."""
    expected = basis["expected_usd"].to_numpy(dtype=np.float64)
    if not expected.sum() > 0:
        raise InputError(
            Message(
                f"{display}: no territory is expected to sell anything: there are neither sales of "
                "the last year nor headroom that can be revenue within it",
                hint="name a history or revenue_usd and potential_usd of the accounts, or write a "
                "[quotas.blend]",
            )
        )
    wanted = np.zeros((len(basis), len(EXPECTED_PARTS)))
    for at, name in enumerate(EXPECTED_PARTS[:4]):
        wanted[:, at] = basis[f"{name}_usd"].to_numpy(dtype=np.float64)
    relief = EXPECTED_PARTS.index("relief")
    # Relief may not take more than there is.
    wanted[:, relief] = expected - wanted[:, :relief].sum(axis=1)
    wanted[:, EXPECTED_PARTS.index("stretch")] = expected * (goal_usd / expected.sum() - 1.0)
    return wanted


def _by_blend(basis: pd.DataFrame, options: QuotaPlan, goal_usd: int, display: str) -> Floats:
    wanted = np.zeros((len(basis), len(BLEND_PARTS)))
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
    return wanted


def _limits(
    basis: pd.DataFrame, options: QuotaPlan, field_usd: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return floor and cap in whole dollars; none where there are no sales to grow on."""
    last = np.maximum(basis["last_usd"].to_numpy(dtype=np.float64), 0.0)
    lower = np.zeros(len(last), dtype=np.int64)
    if options.floor is not None:
        lower = np.ceil(last * (1.0 + options.floor) - 1e-6).astype(np.int64)
    upper = np.full(len(last), max(field_usd, int(lower.max(initial=0))), dtype=np.int64)
    if options.cap is not None:
        capped = np.floor(last * (1.0 + options.cap) + 1e-6).astype(np.int64)
        upper = np.where(last > 0, np.maximum(capped, lower), upper)
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
    last = float(basis["last_usd"].clip(lower=0.0).sum())
    over = 1.0 + options.over_assignment
    key, bound, total = ("floor", lower, low) if below else ("cap", upper, high)
    reach = np.floor((field_usd / last - 1.0) * 1000) if below else np.ceil(
        (field_usd / last - 1.0) * 1000
    )  # fmt: skip
    bounded = basis["last_usd"].to_numpy() > 0
    largest = [at for at in np.argsort(-bound, kind="stable") if bounded[at]]
    goal = int(np.ceil(low / over)) if below else int(np.floor(high / over))
    raise InputError(
        Message(
            f"{display}: a goal of {money(goal_usd)} with over_assignment "
            f"{options.over_assignment:g} makes quotas of {money(field_usd)}, "
            f"{money(abs(total - field_usd))} "
            f"{'below the floors' if below else 'above the caps'} of "
            f"{money(total)} (quotas.{key} {getattr(options, key):g} on last year's "
            f"{money(last)})",
            evidence=tuple(
                (str(basis.index[at]), f"{key} {money(int(bound[at]))}") for at in largest
            ),
            hint=f"write {key} = {reach / 1000:.3f}, or a goal of at "
            f"{'least' if below else 'most'} {money(goal)}",
        )
    )
