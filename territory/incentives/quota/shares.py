"""The spreading of a goal itself, on arrays: what is expected or blended, floors and caps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from territory.currency import money
from territory.errors import InputError
from territory.incentives.quota.spread import fill_between, whole_dollars
from territory.messages import Message

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from territory.arrays import Floats, Longs
    from territory.inputs.scenario.incentives import QuotaPlan

__all__ = ["BLEND_PARTS", "END", "EXPECTED_PARTS", "Shares", "expected_of", "run_rate", "shares_of"]

END = ("over_assignment", "limit")
EXPECTED_PARTS = ("retained", "momentum", "captured", "relief", "stretch", *END)
"""What a quota by expected sales is taken apart into; `limit` is what floors and caps add or take,
`stretch` what the company's goal asks beyond its expected sales."""
BLEND_PARTS = ("potential", "headroom", "run_rate", "sales_cycle", *END)
"""What a quota by a blend is taken apart into."""

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

Basis = Mapping[str, "Floats"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Shares:
    """Quotas of k territories.

    Attributes
    ----------
    field_usd : int
        What they sum to: the goal and its over-assignment.
    parts : tuple of str
        `EXPECTED_PARTS` or `BLEND_PARTS`.
    quota_usd : (k,) int64
        Whole dollars.
    wanted : (k, parts) float64
        What they are made of, dollars; each row sums to its quota before rounding.
    lower_usd, upper_usd : (k,) int64
        Floor and cap; 0 and all of it where there is none.
    limit : (k,) str
        "floor", "cap" or "".
    """

    field_usd: int
    parts: tuple[str, ...]
    quota_usd: Longs
    wanted: Floats
    lower_usd: Longs
    upper_usd: Longs
    limit: NDArray[np.str_]


def expected_of(retained: Floats, captured: Floats, momentum: Floats, relief: Floats) -> Floats:
    """Return (k,) the territories' expected sales, USD: at least 0."""
    return np.asarray(np.maximum(retained + captured + momentum - relief, 0.0))


def run_rate(last_usd: Floats, previous_usd: Floats, options: QuotaPlan) -> tuple[Floats, Floats]:
    """Return (k,) growth on the year before (NaN = not known) and last year carried on by it."""
    last = np.maximum(last_usd, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        trend = np.where(previous_usd > 0, last / previous_usd - 1.0, np.nan)
    limit = options.trend_limit
    carried = np.nan_to_num(np.clip(trend, -limit, limit))
    return trend, last * (1.0 + options.lasting_share * carried)


def shares_of(
    basis: Basis, options: QuotaPlan, *, goal_usd: int, ids: Sequence[str], display: str
) -> Shares:
    """Spread a goal over territories: see `quotas.spread_goal`.

    Parameters
    ----------
    basis : mapping of str to (k,) float64
        The columns of `basis.territory_basis` that the options need.
    options : QuotaPlan
    goal_usd : int
        Above 0.
    ids : sequence of str
        Of the territories, for messages.
    display : str
        Scenario file, for messages.

    Raises
    ------
    InputError
        Nothing to spread by; a goal below the floors or above the caps.
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
    _refuse_out_of_reach(basis, options, (lower, upper), (goal_usd, field_usd), ids, display)
    asked = field_usd * shares
    real = fill_between(asked, lower.astype(float), upper.astype(float), float(field_usd))
    quota = whole_dollars(real, field_usd, lower, upper)
    limit = np.where(real <= lower, np.where(asked < lower, "floor", ""), "")
    limit = np.where((real >= upper) & (asked > upper), "cap", limit)
    moved = quota - asked
    wanted[:, parts.index("limit")] = np.where(np.abs(moved) < 1.0, 0.0, real - asked)
    return Shares(
        field_usd=field_usd,
        parts=parts,
        quota_usd=quota,
        wanted=wanted,
        lower_usd=lower,
        upper_usd=upper,
        limit=limit,
    )


def _by_expected(basis: Basis, goal_usd: int, display: str) -> Floats:
    """Return (k, parts) dollars that sum to the goal in proportion to the expected sales."""
    expected = basis["expected_usd"]
    if not expected.sum() > 0:
        raise InputError(
            Message(
                f"{display}: no territory is expected to sell anything: there are neither sales of "
                "the last year nor headroom that can be revenue within it",
                hint="name a history or revenue_usd and potential_usd of the accounts, or write a "
                "[quotas.blend]",
            )
        )
    wanted = np.zeros((len(expected), len(EXPECTED_PARTS)))
    for at, name in enumerate(EXPECTED_PARTS[:4]):
        wanted[:, at] = basis[f"{name}_usd"]
    relief = EXPECTED_PARTS.index("relief")
    # Relief may not take more than there is.
    wanted[:, relief] = expected - wanted[:, :relief].sum(axis=1)
    wanted[:, EXPECTED_PARTS.index("stretch")] = expected * (goal_usd / expected.sum() - 1.0)
    return wanted


def _by_blend(basis: Basis, options: QuotaPlan, goal_usd: int, display: str) -> Floats:
    wanted = np.zeros((len(basis["last_usd"]), len(BLEND_PARTS)))
    for at, name in enumerate(_SOURCES):
        weight = getattr(options.blend, name)
        if weight == 0:
            continue
        source = basis[_SOURCES[name]]
        if source.sum() <= 0:
            raise InputError(
                Message(
                    f"{display}: quotas.blend.{name} is {weight:g}, but {_WHY_NONE[name]}",
                    hint=f"write {name} = 0.0 and give its weight to another part",
                )
            )
        wanted[:, at] = weight * goal_usd * source / source.sum()
    return wanted


def _limits(basis: Basis, options: QuotaPlan, field_usd: int) -> tuple[Longs, Longs]:
    """Return floor and cap in whole dollars; none where there are no sales to grow on."""
    last = np.maximum(basis["last_usd"], 0.0)
    lower = np.zeros(len(last), dtype=np.int64)
    if options.floor is not None:
        lower = np.ceil(last * (1.0 + options.floor) - 1e-6).astype(np.int64)
    upper = np.full(len(last), max(field_usd, int(lower.max(initial=0))), dtype=np.int64)
    if options.cap is not None:
        capped = np.floor(last * (1.0 + options.cap) + 1e-6).astype(np.int64)
        upper = np.where(last > 0, np.maximum(capped, lower), upper)
    return lower, upper


def _refuse_out_of_reach(
    basis: Basis,
    options: QuotaPlan,
    limits: tuple[Longs, Longs],
    sums: tuple[int, int],
    ids: Sequence[str],
    display: str,
) -> None:
    """Refuse a goal that no quotas between floor and cap sum to."""
    lower, upper = limits
    goal_usd, field_usd = sums
    low, high = int(lower.sum()), int(upper.sum())
    if low <= field_usd <= high:
        return
    below = field_usd < low
    last = float(np.maximum(basis["last_usd"], 0.0).sum())
    over = 1.0 + options.over_assignment
    key, bound, total = ("floor", lower, low) if below else ("cap", upper, high)
    reach = np.floor((field_usd / last - 1.0) * 1000) if below else np.ceil(
        (field_usd / last - 1.0) * 1000
    )  # fmt: skip
    bounded = basis["last_usd"] > 0
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
            evidence=tuple((str(ids[at]), f"{key} {money(int(bound[at]))}") for at in largest),
            hint=f"write {key} = {reach / 1000:.3f}, or a goal of at "
            f"{'least' if below else 'most'} {money(goal)}",
        )
    )
