"""How much of last year's sales is carried on, and how much of the headroom comes in a year."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from territory.wording import NONZERO

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = [
    "CAPTURE",
    "RETENTION",
    "Drivers",
    "Rates",
    "default_rates",
    "fit_rates",
]

RETENTION = 0.92
"""Planning default without two years of history: what a customer buys again; 0.85 to 0.97."""
CAPTURE = (0.08, 0.06, 0.04, 0.03)
"""Planning default by tier, the best first: share of the reachable headroom won in a year; half
to twice of it. Tiers beyond the fourth take the last."""

LAPSED = 0.1
"""Planning default: of customers that bought nothing for half a year, those who come back."""

_AS_IF_ACCOUNTS = 30.0
"""A tier's own share is believed as if this many average accounts behaved like all tiers."""
_AS_IF_HALVES = 3.0
_N = 4
"""Columns of the halves."""
_FEWEST = 30
"""Fewest accounts with sales in either year from which rates are measured."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Drivers:
    """What next year's sales of n accounts are explained by.

    Attributes
    ----------
    early_usd, late_usd : (n,) float64
        The halves of a year without their season, each brought to a year: an account won in the
        second half counts twice what it has bought, one lost in the first half nothing.
    reach_usd : (n,) float64
        Headroom that can be revenue within the year.
    tier : (n,) object
    customer : (n,) bool
        Whether anything was bought in the year.
    """

    early_usd: Floats
    late_usd: Floats
    reach_usd: Floats
    tier: NDArray[np.object_]
    customer: NDArray[np.bool_]

    def part(self, chosen: NDArray[np.bool_]) -> Drivers:
        """Return the drivers of some accounts."""
        return Drivers(
            early_usd=self.early_usd[chosen],
            late_usd=self.late_usd[chosen],
            reach_usd=self.reach_usd[chosen],
            tier=self.tier[chosen],
            customer=self.customer[chosen],
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rates:
    """What becomes of sales and headroom within a year.

    Attributes
    ----------
    early, late : float
        Share of the year's earlier and later half that is carried on where an account bought in
        both; growth of all customers is in them, so they may sum to more than 1.
    fresh, lapsed : float
        Share of the later half where nothing was bought before it, and of the earlier half where
        nothing was bought after it.
    capture : mapping of (tier, customer) to float
        Share of the reachable headroom that comes in.
    source : str
        Where they come from, in words.
    """

    early: float
    late: float
    fresh: float
    lapsed: float
    capture: dict[tuple[str, bool], float]
    source: str

    def retained(self, drivers: Drivers) -> Floats:
        """Return (n,) what is carried on."""
        return np.asarray(
            _halves(drivers) @ np.array([self.early, self.late, self.fresh, self.lapsed])
        )

    def captured(self, drivers: Drivers) -> Floats:
        """Return (n,) what comes out of headroom."""
        share = np.zeros(len(drivers.reach_usd))
        for (tier, customer), rate in self.capture.items():
            share[(drivers.tier == tier) & (drivers.customer == customer)] = rate
        return np.asarray(share * drivers.reach_usd)


def _halves(drivers: Drivers) -> Floats:
    """Return (n, 4) the halves of the year: of steady accounts, of fresh and of lapsed ones."""
    early, late = drivers.early_usd, drivers.late_usd
    fresh, lapsed = (early <= 0) & (late > 0), (late <= 0) & (early > 0)
    return np.column_stack(
        [
            np.where(lapsed, 0.0, early),
            np.where(fresh, 0.0, late),
            np.where(fresh, late, 0.0),
            np.where(lapsed, early, 0.0),
        ]
    )


def _groups(tiers: Sequence[str]) -> list[tuple[str, bool]]:
    return [(tier, customer) for tier in tiers for customer in (True, False)]


def default_rates(
    tiers: Sequence[str],
    *,
    retention: float | None = None,
    capture: dict[str, float] | None = None,
    source: str = "planning defaults: there are not two years of history to measure them",
) -> Rates:
    """Return the planning defaults, or what the scenario writes, for the tiers in their order."""
    keep = RETENTION if retention is None else retention
    own = capture or {}
    by_tier = {
        tier: own.get(tier, CAPTURE[min(at, len(CAPTURE) - 1)]) for at, tier in enumerate(tiers)
    }
    return Rates(
        early=keep / 2,
        late=keep / 2,
        fresh=keep,
        lapsed=keep * LAPSED,
        capture={(tier, customer): by_tier[tier] for tier, customer in _groups(tiers)},
        source=source,
    )


def fit_rates(
    drivers: Drivers,
    sold_usd: Floats,
    scale_usd: Floats,
    tiers: Sequence[str],
) -> Rates | None:
    """Measure the rates of a year whose sales are known; None where there is too little.

    Parameters
    ----------
    drivers : Drivers
        Of the year before.
    sold_usd : (n,) float64
        What the accounts bought in the year.
    scale_usd : (n,) float64
        Size of an account: the variance of its sales is taken as proportional to it.
    tiers : sequence of str
        In their order.

    Notes
    -----
    Non-negative least squares, weighted by 1 / scale, on the two halves of the year before and on
    the reachable headroom of customers and of others; then by tier, where each tier's rate is
    drawn to that of all tiers as if 30 average accounts behaved so. The result is scaled by one
    factor to the year's total. O(n) for a fixed number of tiers.

    References
    ----------
    Efron and Morris 1975, data analysis using Stein's estimator,
    doi:10.1080/01621459.1975.10479864.
    """
    active = (drivers.early_usd + drivers.late_usd > 0) | (sold_usd > 0)
    if int(active.sum()) < _FEWEST or not (drivers.early_usd.sum() + drivers.late_usd.sum()) > 0:
        return None
    weight = 1.0 / np.sqrt(np.maximum(scale_usd, max(float(np.median(scale_usd)) * 1e-3, 1.0)))
    halves = _halves(drivers)
    customers = np.where(drivers.customer, drivers.reach_usd, 0.0)
    others = np.where(drivers.customer, 0.0, drivers.reach_usd)
    pooled = _solve(np.column_stack([halves, customers, others]), sold_usd, weight, None)
    groups = _groups(tiers)
    columns = [
        np.where((drivers.tier == tier) & (drivers.customer == customer), drivers.reach_usd, 0.0)
        for tier, customer in groups
    ]
    center = np.array(
        [*pooled[:_N], *(pooled[_N] if customer else pooled[_N + 1] for _, customer in groups)]
    )
    found = _solve(np.column_stack([halves, *columns]), sold_usd, weight, center)
    total = float(np.column_stack([halves, *columns]).sum(axis=0) @ found)
    if not total > 0:
        return None
    found = found * float(sold_usd.sum()) / total
    return Rates(
        early=float(found[0]),
        late=float(found[1]),
        fresh=float(found[2]),
        lapsed=float(found[3]),
        capture=dict(zip(groups, found[_N:].tolist(), strict=True)),
        source=f"measured on {int(active.sum()):,} accounts that bought in the last two years",
    )


def _solve(x: Floats, y: Floats, weight: Floats, center: Floats | None) -> Floats:
    """Solve by non-negative least squares; coefficients are drawn to a center if there is one."""
    from scipy.optimize import nnls

    x, y = x * weight[:, None], y * weight
    # n rows become as many as there are columns: the triangle of the QR decomposition is enough.
    gram, right = x.T @ x, x.T @ y
    information = gram.diagonal()
    pull = np.full(len(gram), _AS_IF_HALVES / max(len(y), 1) * information[:2].mean())
    aim = np.zeros(len(gram))
    aim[:_N] = RETENTION / 2, RETENTION / 2, RETENTION, RETENTION * LAPSED
    if center is None:
        pull[_N:] = 0.0
    else:
        pull[_N:] = _AS_IF_ACCOUNTS / max(len(y), 1) * information[_N:].sum()
        aim = center
    gram = gram + np.diag(pull + NONZERO * max(float(gram.diagonal().max()), NONZERO))
    right = right + pull * aim
    root = np.linalg.cholesky(gram)
    solution, _ = nnls(root.T, np.linalg.solve(root, right))
    return np.asarray(solution, dtype=np.float64)
