"""Find, quarter by quarter, the accounts, systems, units and territories whose share changed.

One change shows in many groups: a territory, its counties, its systems. The most surprising group
is taken first, what it explains is taken out, and the rest is judged again, until nothing is left
that chance does not explain.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from territory.arrays import Floats
from territory.monitor.signals.charts import FEWEST_EVENTS, pulled_in
from territory.wording import LIMIT, NONZERO

__all__ = ["Change", "Group", "Scan", "scan", "scatter_of"]


_UNREMARKABLE = 0.01
"""Chance above which the rest of a group shows nothing by itself."""

_FITTED = 4_000
"""Accounts' quarters, from small to large, by which their scatter is estimated."""
_ONE_IN_A_THOUSAND = -5.4
"""Logarithm of the density there beside that of the middle."""

_MOST = 40
"""Changes of one quarter after which it is said that everything changed."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Group:
    """Accounts that may change together: level (territory, system, unit, account), id, rows."""

    level: str
    id: str
    rows: NDArray[np.intp]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Change:
    """A group whose share of the field changed, as of a quarter.

    Attributes
    ----------
    group : Group
    quarter : int
        Position among the quarters scanned.
    expected, actual : float
        Events of that quarter.
    chance : float
        Probability of so much by chance, both sides, for this one group.
    """

    group: Group
    quarter: int
    expected: float
    actual: float
    chance: float

    @property
    def ratio(self) -> float:
        """What is left of the share: 1 is no change."""
        return self.actual / self.expected


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scan:
    """Changes found, and what is expected of each account with and without them.

    Attributes
    ----------
    changes : tuple of Change
        By quarter, the most surprising first.
    expected, explained : float64, shape (n, Q)
        Events expected by the shares before, and with the changes found.
    phi, tau : float
        Scatter of accounts: variance φ μ + (τ μ)².
    tests : int
        Groups judged in the last quarter.
    limit : float
        Chance below which a group is told, both sides.
    """

    changes: tuple[Change, ...]
    expected: Floats
    explained: Floats
    phi: float
    tau: float
    tests: int
    limit: float


def scan(
    actual: Floats,
    base: Floats,
    groups: Sequence[Group],
    *,
    months: NDArray[np.float64],
    false_alarms: float = 0.005,
) -> Scan:
    """Judge all groups in each quarter.

    Parameters
    ----------
    actual : float64, shape (n, Q)
        Events by account and quarter.
    base : float64, shape (n,)
        Events a month before.
    groups : sequence of Group
    months : float64, shape (Q,)
        Months of each quarter that have passed, 1 to 3.
    false_alarms : float
        Chance a quarter that any group is told falsely (Bonferroni over all groups).

    Notes
    -----
    The market is what all accounts without a change sell ÷ their base, so that it cancels. Chance
    is a negative binomial with the scatter of the field (accounts, then groups by level). Fewer
    than `FEWEST_EVENTS` expected events a month get no verdict. O(changes · (n + groups)).
    """
    n, quarters = actual.shape
    base = np.asarray(base, dtype=np.float64)
    plain = np.column_stack([_market(actual[:, q], base) * base for q in range(quarters)])
    phi, tau = _scatter(actual, plain)
    usable = [group for group in groups if group.rows.size]
    member = _Members(usable, n)
    wide = {
        level: _between(member, level, actual, plain, phi, tau)
        for level in {group.level for group in usable}
    }
    factor, changed = np.ones(n), np.zeros(n, dtype=bool)
    explained = plain.copy()
    changes: list[Change] = []
    tests, limit = 0, false_alarms
    for q in range(quarters):
        for turn in range(_MOST + 1):
            still = ~changed if (~changed & (base > 0)).any() else np.ones(n, dtype=bool)
            mean = _market(actual[still, q], base[still]) * base * factor
            explained[:, q] = mean
            found, count = _worst(
                member,
                actual[:, q],
                mean,
                phi,
                tau,
                wide,
                float(months[q]),
                None if turn == 0 else limit,
            )
            if turn == 0:
                tests, limit = count, false_alarms / max(count, 1)
            if found is None or found[1] > limit or turn == _MOST:
                break
            at, chance = found
            rows = usable[at].rows
            expected, seen = float(mean[rows].sum()), float(actual[rows, q].sum())
            changes.append(
                Change(group=usable[at], quarter=q, expected=expected, actual=seen, chance=chance)
            )
            factor[rows] *= max(seen / expected, 1e-6)
            changed[rows] = True
    return Scan(
        changes=tuple(changes),
        expected=plain,
        explained=explained,
        phi=phi,
        tau=tau,
        tests=tests,
        limit=limit,
    )


class _Members:
    """Sums over groups by one sparse product."""

    def __init__(self, groups: Sequence[Group], n: int) -> None:
        from scipy.sparse import csr_array

        rows = np.concatenate([np.full(g.rows.size, at) for at, g in enumerate(groups)])
        columns = np.concatenate([group.rows for group in groups])
        self.matrix = csr_array((np.ones(rows.size), (rows, columns)), shape=(len(groups), n))
        self.levels = np.array([group.level for group in groups], dtype=object)

    def holds(self, larger: int, smaller: int) -> bool:
        """Return whether all accounts of one group are in another."""
        start, end = self.matrix.indptr[smaller : smaller + 2]
        first, last = self.matrix.indptr[larger : larger + 2]
        inside = np.isin(self.matrix.indices[start:end], self.matrix.indices[first:last])
        return bool(inside.all())

    def sums(self, values: Floats) -> Floats:
        """Return (g,) or (g, Q) sums of accounts' values."""
        return np.asarray(self.matrix @ values, dtype=np.float64)


def _market(actual: Floats, base: Floats) -> float:
    return float(actual[base > 0].sum() / max(float(base.sum()), 1e-300))


def scatter_of(mean: Floats, row: NDArray[np.intp], k: int, *, phi: float, tau: float) -> Floats:
    """Return by how much k territories scatter by their accounts', in pure chance's, (k,).

    Parameters
    ----------
    mean : float64, shape (n,)
        Expected events of each account in a quarter.
    row : intp, shape (n,)
        Its territory.
    k : int
    phi, tau : float
        Of accounts in a quarter, as in `Scan`.

    Examples
    --------
    Sixty events of one account scatter more than sixty of ten:

    >>> rows = np.array([0] + [1] * 10)
    >>> scatter_of(np.array([60.0] + [6.0] * 10), rows, 2, phi=1.0, tau=0.2).round(2).tolist()
    [3.4, 1.24]
    """
    size = np.bincount(row, mean, k)
    square = np.bincount(row, mean**2, k)
    return np.asarray(phi + tau**2 * square / np.maximum(size, NONZERO))


def _scatter(actual: Floats, mean: Floats) -> tuple[float, float]:
    """Estimate φ (1 and up) and τ of accounts, as likely as can be by the law they are judged by.

    Medians of squares, as if all were normal, are too small where few large orders come seldom: a
    negative binomial knows that most such quarters are empty. Accounts that changed count as far as
    one in a thousand would stray.
    """
    from scipy.optimize import minimize
    from scipy.special import gammaln

    known = mean >= 3.0
    if known.sum() < 20:
        return 1.0, 0.15
    order = np.argsort(mean[known], kind="stable")
    take = order[np.unique(np.linspace(0, order.size - 1, _FITTED).astype(np.int64))]
    mu, seen = mean[known][take], np.maximum(actual[known][take], 0.0)

    def unlikely(law: Floats) -> float:
        phi, tau = 1.0 + np.exp(law[0]), np.exp(law[1])
        size = np.maximum(mu / (phi - 1.0 + tau**2 * mu), NONZERO)
        density = (
            gammaln(seen + size) - gammaln(size) - gammaln(seen + 1.0)
            + size * np.log(size / (size + mu)) + seen * np.log(mu / (size + mu))
        )  # fmt: skip
        usual = -0.5 * np.log(2.0 * np.pi * mu * (phi + tau**2 * mu))
        return -float(np.maximum(density, usual + _ONE_IN_A_THOUSAND).sum())

    found = minimize(
        unlikely, np.log([0.5, 0.3]), method="Nelder-Mead", options={"maxiter": 120, "xatol": 0.01},
    )  # fmt: skip
    # With a standard error, as for whole groups.
    wider = 1.0 + float(np.sqrt(2.0 / mu.size))
    return wider * (1.0 + float(np.exp(found.x[0]))), np.sqrt(wider) * float(np.exp(found.x[1]))


def _between(
    member: _Members, level: str, actual: Floats, mean: Floats, phi: float, tau: float
) -> float:
    """Return τ² of whole groups of a level beyond their accounts' scatter, robustly.

    DerSimonian and Laird's moments, so that large groups count by what they say of it: a small one
    scatters by its accounts alone. Around the middle group of each quarter, and with the outer
    tenths pulled in, so that who changed does not widen it. A standard error is added: what a few
    groups leave open is not taken for certain.
    """
    at = member.levels == level
    mu, seen = member.sums(mean)[at], member.sums(actual)[at]
    own = phi * mu + tau**2 * member.sums(mean**2)[at]
    good = mu >= 3 * FEWEST_EVENTS
    if level == "account" or good.sum() < 8:
        return 0.0
    for q in range(mu.shape[1]):
        rows = good[:, q]
        if rows.any():
            mu[:, q] *= _middle(seen[rows, q] / mu[rows, q], mu[rows, q])
    mu, seen, own = mu[good], seen[good], own[good]
    square = pulled_in((seen - mu) / np.sqrt(own)) + float(np.sqrt(2.0 / mu.size))
    return float(max(square - 1.0, 0.0) * mu.size / np.sum(mu**2 / own))


def _middle(values: Floats, weight: Floats) -> float:
    """Return the weighted median of values, 0 and up; 1 where it is 0."""
    order = np.argsort(values, kind="stable")
    at = int(np.searchsorted(np.cumsum(weight[order]), 0.5 * float(weight.sum())))
    return float(values[order[min(at, order.size - 1)]]) or 1.0


def _worst(
    member: _Members,
    actual: Floats,
    mean: Floats,
    phi: float,
    tau: float,
    wide: dict[str, float],
    months: float,
    limit: float | None,
) -> tuple[tuple[int, float] | None, int]:
    """Return the most surprising group with its chance, and how many were judged.

    Where a smaller group inside it is as good an explanation, because the rest of the larger one
    shows nothing by itself, the smaller one is returned.
    """
    mu, seen = member.sums(mean), member.sums(actual)
    extra = np.array([wide[level] for level in member.levels])
    own = phi * mu + tau**2 * member.sums(mean**2)
    judged = np.flatnonzero(mu >= months * FEWEST_EVENTS)
    if not judged.size:
        return None, 0
    chance = np.ones(mu.size)
    chance[judged] = _chance(mu[judged], seen[judged], (own + extra * mu**2)[judged])
    distance = np.abs(seen - mu) / np.sqrt(np.maximum(own, 1e-300))
    # Chances too small for a double are told apart by their distance in deviations.
    worst = int(judged[np.lexsort((-distance[judged], chance[judged]))[0]])
    limit = limit if limit is not None else 1.0 / judged.size
    best = worst
    for at in judged[(chance[judged] <= limit)].tolist():
        if mu[at] >= mu[best] or not member.holds(worst, at):
            continue
        rest, spread = mu[worst] - mu[at], own[worst] - own[at] + extra[worst] * mu[worst] ** 2
        left = _chance(
            np.array([max(rest, LIMIT)]), np.array([seen[worst] - seen[at]]), np.array([spread])
        )
        if left[0] > _UNREMARKABLE:
            best = at
    return (best, float(chance[best])), judged.size


def _chance(mu: Floats, seen: Floats, spread: Floats) -> Floats:
    """Return the two-sided chance of so many or so few events, by a negative binomial."""
    from scipy.stats import nbinom

    spread = np.maximum(spread, 1.0001 * mu)
    size = mu**2 / (spread - mu)
    share = size / (size + mu)
    low = nbinom.cdf(np.floor(seen), size, share)
    high = nbinom.sf(np.ceil(seen) - 1, size, share)
    out: Floats = np.minimum(2.0 * np.minimum(low, high), 1.0)
    return out
