"""Signals that can be trusted: a field's own scatter, funnels for a snapshot, CUSUMs over time.

Every figure is held against the field's share of the total, so that a market that grows or shrinks
alarms nobody. How far shares scatter by themselves is estimated from the field, not assumed; what a
chart would miss, and how often it would cry wolf, is computed and said beside it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from territory.arrays import Bools, Floats
from territory.wording import LIMIT as ROUNDING

__all__ = [
    "FEWEST_EVENTS",
    "Chart",
    "Funnel",
    "Risk",
    "chart_of",
    "cusum",
    "dispersion",
    "funnel",
    "pulled_in",
    "risk_of",
    "standardised_shares",
]

SLACK = 0.25
"""Slack k of the CUSUM, in standard deviations: tuned to shifts of half a deviation."""

LIMIT = 8.0
"""Decision limit h of the CUSUM, in standard deviations.
With k = 0.25 a steady territory alarms about once in 370 periods in the long run, on either side
(Montgomery: Introduction to Statistical Quality Control, 7th ed., table 9.3)."""

_TRUST = 0.1
"""Least weight of a share's own history beside the field's middle."""

FEWEST_EVENTS = 10.0
"""Events a period under which a territory gets no verdict: counts are too small to tell."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Funnel:
    """A snapshot: which territories differ from the field by more than the field scatters.

    Attributes
    ----------
    center : float
        The field's rate.
    low, high : float64, shape (k, 2)
        Limits at 95 and 99.8 % for each territory.
    tau : float
        Standard deviation of true differences between territories: the field's own scatter.
    outside : bool, shape (k,)
        Beyond the 99.8 % limits.
    """

    center: float
    low: Floats
    high: Floats
    tau: float
    outside: Bools


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Chart:
    """Two-sided CUSUMs of territories' shares.

    Attributes
    ----------
    score : float64, shape (T, k)
        Standardised shares; NaN where a period has fewer than `FEWEST_EVENTS` events.
    up, down : float64, shape (T, k)
        Cumulative sums above and below, in standard deviations.
    phi : float
        Over-dispersion: how much more the field scatters than pure chance.
    scatter : float64, shape (k,)
        The same of each territory: one that lives of a few large accounts scatters more.
    first : int64, shape (k,)
        Period of the first alarm, -1 where there is none.
    side : int64, shape (k,)
        +1 where it was above, -1 below, 0 without an alarm.
    """

    score: Floats
    up: Floats
    down: Floats
    phi: float
    scatter: Floats
    first: NDArray[np.int64]
    side: NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Risk:
    """What a chart would say falsely, and what it would see.

    Attributes
    ----------
    false_one, false_any : float
        Chance of a false alarm within the periods, for one territory and for any of the field.
    seen : float
        Chance that a lasting loss of `loss` is seen within the periods, in a median territory.
    loss : float
        Share lost, 0–1.
    periods : int
    """

    false_one: float
    false_any: float
    seen: float
    loss: float
    periods: int


def dispersion(score: Floats) -> float:
    """Estimate over-dispersion φ from standardised values, at least 1.

    The mean square around the median with the outer tenths pulled in, scaled as for a normal
    distribution: single territories in trouble do not hide others, and it is surer than a median
    absolute deviation. A standard error is added: too small by luck is alarms. NaN is left out.
    """
    known = score[np.isfinite(score)]
    wider = 1.0 + np.sqrt(2.0 / max(known.size, 1))
    return max(float(wider) * pulled_in(known), 1.0) if known.size >= 10 else 1.0


def pulled_in(values: Floats) -> float:
    """Mean square of values of which the outer tenths are pulled in, as if all were normal."""
    low, high = np.quantile(values, [0.1, 0.9])
    # E[min(|Z|, z)²] of a standard normal with z its 90 % quantile.
    return float(np.mean((np.clip(values, low, high) - np.median(values)) ** 2)) / 0.67865


def funnel(events: Floats, base: Floats) -> Funnel:
    """Judge a rate at one moment: events per base, with the field's own scatter added.

    Parameters
    ----------
    events : float64, shape (k,), 0 and up
        Sales events, accounts kept, calls made.
    base : float64, shape (k,), 0 and up
        What was expected, or could have been.

    Notes
    -----
    On square roots, which have the same chance variance 1 ÷ (4 base) everywhere; τ² by DerSimonian
    and Laird's moments over values of which the outer tenths are pulled in.

    References
    ----------
    Spiegelhalter: Funnel plots for comparing institutional performance, Statistics in Medicine 24
    (2005), https://doi.org/10.1002/sim.1970
    """
    known = base > 0
    center = float(events[known].sum() / max(float(base[known].sum()), 1e-300))
    root = np.sqrt(np.where(known, events / np.where(known, base, 1.0), np.nan))
    chance = np.where(known, 1.0 / (4.0 * np.where(known, base, 1.0)), np.nan)
    z = (root - np.sqrt(center)) / np.sqrt(chance)
    found = z[known]
    weight = 1.0 / chance[known]
    phi = pulled_in(found) if found.size else 0.0
    spare = float(weight.sum() - (weight**2).sum() / max(float(weight.sum()), 1e-300))
    tau2 = max((found.size * phi - (found.size - 1)) / spare, 0.0) if spare > 0 else 0.0
    reach = np.sqrt(chance + tau2)[:, None] * np.array([1.959963984540054, 3.090232306167813])
    below = np.maximum(np.sqrt(center) - reach, 0.0) ** 2
    above = (np.sqrt(center) + reach) ** 2
    rate = root**2
    enough = known & (base * center >= FEWEST_EVENTS)
    outside = enough & ((rate < below[:, 1]) | (rate > above[:, 1]))
    return Funnel(center=center, low=below, high=above, tau=float(np.sqrt(tau2)), outside=outside)


def standardised_shares(events: Floats, share: Floats, *, fewest: float = FEWEST_EVENTS) -> Floats:
    """Hold each territory's share of a period's events against its expected share, (T, k).

    Parameters
    ----------
    events : float64, shape (T, k), 0 and up
        Events (orders, cases) by period; the period's total cancels the market.
    share : float64, shape (k,) or (T, k)
        Expected shares, summing to 1.
    fewest : float
        Expected events of a period below which there is no verdict.

    Returns
    -------
    (T, k) float64
        In deviations by pure chance; NaN where fewer than ``fewest`` are expected.
    """
    total = events.sum(axis=1, keepdims=True)
    expected = total * share
    spread = np.sqrt(np.maximum(expected * (1.0 - share), 1e-300))
    return np.asarray(np.where(expected >= fewest, (events - expected) / spread, np.nan))


def cusum(score: Floats, *, slack: float = SLACK) -> tuple[Floats, Floats]:
    """Accumulate what lies above and below, (T, k) each; a missing value adds nothing.

    References
    ----------
    Page: Continuous inspection schemes, Biometrika 41 (1954), https://doi.org/10.1093/biomet/41.1-2.100
    """
    known = np.isfinite(score)
    value = np.where(known, score, 0.0)
    step = np.where(known, slack, 0.0)
    up, down = np.zeros_like(value), np.zeros_like(value)
    high = low = np.zeros(value.shape[1:])
    for t in range(value.shape[0]):
        high = np.maximum(0.0, high + value[t] - step[t])
        low = np.maximum(0.0, low - value[t] - step[t])
        up[t], down[t] = high, low
    return up, down


def chart_of(
    events: Floats,
    share: Floats,
    *,
    phi: float | None = None,
    fewest: float = FEWEST_EVENTS,
    known_from: float | None = None,
    scatter: Floats | None = None,
) -> Chart:
    """Chart the shares of territories over time.

    Parameters
    ----------
    events : float64, shape (T, k)
    share : float64, shape (k,) or (T, k)
    phi : float, optional
        Over-dispersion known from earlier periods; estimated from these ones when left out.
    fewest : float
        Events a period under which there is no verdict: `FEWEST_EVENTS` a month.
    known_from : float, optional
        Periods of sales from which the shares are known. Shares are then estimates: each period
        adds to them, and what they may be off by widens the limits. Left out they are certain.
    scatter : float64, shape (k,), optional
        Variance of each territory's events by its accounts' own scatter, in chance's: one that
        lives of a few large accounts scatters more than the field. Only their ratios count.

    References
    ----------
    Hawkins: Self-starting CUSUM charts for location and scale, The Statistician 36 (1987),
    https://doi.org/10.2307/2348827
    """
    own = np.ones(events.shape[1]) if scatter is None else scatter
    beside = own / max(float(np.median(own)), 1e-300)
    if known_from is None:
        pure = standardised_shares(events, share, fewest=fewest) / np.sqrt(beside)
        found = dispersion(pure) if phi is None else max(phi, 1.0)
    else:
        relative, known = np.ones(events.shape[1]), np.full(events.shape[1], known_from)
        found = max(phi or 1.0, 1.0)
        for turn in range(2):
            pure = _self_starting(events, share, relative, known, found * beside)
            # By what was usual at first: who loses so much that less is expected is told of.
            enough = (events.sum(axis=1, keepdims=True) * share * relative).mean(axis=0) >= fewest
            pure = np.where(enough, pure / np.sqrt(beside), np.nan)
            found = dispersion(pure) if phi is None else found
            if not turn:
                relative, known = _shrunk(events, share, known_from, found * beside)
    # Of events that come in lumps only so many are worth one each.
    counted = (events.sum(axis=1, keepdims=True) * share).mean(axis=0) / (found * beside)
    pure = np.where(counted >= FEWEST_EVENTS, pure, np.nan)
    score = pure / np.sqrt(found)
    up, down = cusum(score)
    first = np.full(score.shape[1], -1, dtype=np.int64)
    side = np.zeros(score.shape[1], dtype=np.int64)
    for t in range(score.shape[0]):
        fresh = (first < 0) & (np.maximum(up[t], down[t]) > LIMIT)
        first[fresh] = t
        side[fresh] = np.where(up[t, fresh] > down[t, fresh], 1, -1)
    return Chart(
        score=score, up=up, down=down, phi=found, scatter=found * beside, first=first, side=side
    )  # fmt: skip


def _shrunk(events: Floats, share: Floats, known_from: float, phi: Floats) -> tuple[Floats, Floats]:
    """Pull shares that few sales tell towards the field's middle, as far as these are luck.

    Returns each share beside the given one, and the periods that it is known from now, (k,) each.
    Who sold little in the year before by luck would be told as growth else.

    References
    ----------
    Efron, Morris: Data analysis using Stein's estimator and its generalizations, Journal of the
    American Statistical Association 70 (1975), https://doi.org/10.1080/01621459.1975.10479864
    """
    given = np.broadcast_to(share, events.shape).mean(axis=0)
    usual = max(float(events.sum(axis=1).mean()), 1e-300)
    middle = float(given.mean())
    luck = phi * middle * (1.0 - middle) / max(known_from * usual, 1e-300)
    true = max(float(((given - middle) ** 2 - luck).mean()), 0.0)
    trust = np.maximum(true / (true + luck), _TRUST)
    now = middle + trust * (given - middle)
    return np.where(given > 0, now / np.where(given > 0, given, 1.0), 1.0), known_from / trust


def _self_starting(
    events: Floats, share: Floats, relative: Floats, known: Floats, phi: Floats
) -> Floats:
    """Standardise shares of which only so many periods are known, (T, k): see `chart_of`.

    ``relative`` is what is known of each share beside the given one, ``known`` from how many
    periods, ``phi`` how much events scatter, (k,) each. On square roots: what is expected is an
    estimate too, and where it is too small by luck a plain difference beside it would be surer
    than where it is too large. Roots are smaller on average by φ ÷ (8 √expected), which is added.
    """
    whole = np.broadcast_to(share, events.shape)
    total = events.sum(axis=1, keepdims=True)
    usual = total.mean()
    weight = known.copy()
    score = np.empty(events.shape)
    for t in range(events.shape[0]):
        now = whole[t] * relative
        now = now / max(float(now.sum()), 1e-300)
        expected = total[t] * now
        doubt = 1.0 + float(total[t, 0]) / np.maximum(weight * usual, 1e-300)
        root = np.sqrt(np.maximum(expected, 1e-300))
        gap = np.sqrt(np.maximum(events[t], 0.0)) - root + phi / (8.0 * root)
        spread = np.sqrt(np.maximum((1.0 - now) * doubt, 1e-300))
        score[t] = 2.0 * gap / spread
        seen = events[t] / np.maximum(total[t] * whole[t], 1e-300)
        relative = (weight * relative + np.where(whole[t] > 0, seen, 1.0)) / (weight + 1.0)
        weight = weight + 1.0
    return score


def _learned(values: Floats, off: Floats, known: float) -> Floats:
    """Hold values, (T, m), against what was learned of their mean, which began ``off``."""
    out = np.empty_like(values)
    mean, weight = off.copy(), known
    for t in range(values.shape[0]):
        out[t] = (values[t] - mean) / np.sqrt(1.0 + 1.0 / weight)
        mean = (weight * mean + values[t]) / (weight + 1.0)
        weight += 1.0
    return out


_FIELDS = 2_000
"""Simulated fields."""


def risk_of(
    *,
    k: int,
    periods: int,
    events: float,
    phi: float,
    loss: float = 0.15,
    rng: np.random.Generator,
    fewest: float = FEWEST_EVENTS,
    known_from: float | None = None,
) -> Risk:
    """Simulate steady fields and fields in which one territory loses a share, and count alarms.

    Parameters
    ----------
    k : int
        Territories, 2 and up.
    periods : int
    events : float
        Events of a median territory a period.
    phi : float
        Over-dispersion, 1 and up.
    loss : float
        Lasting loss that one territory has from the first period on, 0–1.
    rng : numpy.random.Generator
    fewest : float
        Events a period below which nothing is told.
    known_from : float, optional
        As in `chart_of`.
    """
    fields, share = _FIELDS, 1.0 / k
    chance = np.sqrt(phi * (1.0 - share) / max(events, ROUNDING))
    if events < fewest:
        return Risk(false_one=0.0, false_any=0.0, seen=0.0, loss=loss, periods=periods)
    shift = -loss * (1.0 - share) / (1.0 - loss * share) / chance
    steady = rng.standard_normal((periods, fields * k))
    changed = steady[:, :fields] + shift
    if known_from is not None:
        off = rng.standard_normal(fields * k) / np.sqrt(known_from)
        steady = _learned(steady, off, known_from)
        changed = _learned(changed, off[:fields], known_from)
    up, down = cusum(steady)
    alarm = ((up > LIMIT) | (down > LIMIT)).any(axis=0)
    _, lost = cusum(changed)
    return Risk(
        false_one=float(alarm.mean()),
        false_any=float(alarm.reshape(fields, k).any(axis=1).mean()),
        seen=float((lost > LIMIT).any(axis=0).mean()),
        loss=loss,
        periods=periods,
    )
