"""Charts of how often accounts buy: a verdict where orders are too large and too few for pieces.

Pieces of few large orders scatter so much that a chart of them says nothing. That an account bought
at all in a period is one event whatever the order's size, and scatters like chance.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from territory.arrays import Bools, Floats
from territory.monitor.facts.baseline import LOOKED_AT, USUAL_MONTHS
from territory.monitor.signals.charts import FEWEST_EVENTS, Chart, Risk, chart_of, risk_of

if TYPE_CHECKING:
    from territory.monitor.facts.facts import Facts

__all__ = ["Purchases", "merged", "purchases_of"]


_FEW = 3.0
"""Purchases a month from which a territory says how much they scatter."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Purchases:
    """Charts of purchases by territory, over blocks of periods.

    Attributes
    ----------
    chart : Chart
        Over the b blocks.
    count, expected : float64, shape (b, k)
        Accounts that bought in a block, and how many by the share before.
    of_period : intp, shape (T,)
        Block of each period looked at, -1 before the first whole one.
    spoken : bool, shape (k,)
        Territories that are judged by them: no chart of pieces speaks, and purchases suffice.
    step : int
        Months of a block: those of the sales or of the history, whichever are longer.
    """

    chart: Chart
    count: Floats
    expected: Floats
    of_period: NDArray[np.intp]
    spoken: Bools
    step: int

    def risk(self, k: int, *, loss: float) -> Risk:
        """Return what the charts would say falsely and what they would see, see `risk_of`."""
        usual = self.expected.mean(axis=0)[self.spoken]
        return risk_of(
            k=max(2, k),
            periods=LOOKED_AT // self.step,
            events=float(np.median(usual)) if usual.size else 0.0,
            phi=self.chart.phi,
            loss=loss,
            rng=np.random.default_rng(2),
            fewest=FEWEST_EVENTS * self.step,
            known_from=USUAL_MONTHS / self.step,
        )


def purchases_of(
    facts: Facts,
    columns: NDArray[np.intp],
    silent: Bools,
    *,
    left: Floats | None = None,
    phi: float | None = None,
) -> Purchases | None:
    """Chart purchases; None where no whole block has passed or no chart is silent.

    Parameters
    ----------
    facts : Facts
    columns : intp, shape (T,)
        Periods that are looked at.
    silent : bool, shape (k,)
        Territories whose chart of pieces says nothing because orders are few and large.
    left : float64, shape (n, T), optional
        What the changes found leave of each account's sales; all of it when left out.
    phi : float, optional
        Known over-dispersion.
    """
    size = max(1, facts.orders_step // facts.span.step)
    blocks = columns.size // size
    if not blocks or not silent.any() or not facts.base_orders.sum() > 0:
        return None
    skipped = columns.size - blocks * size
    n = len(facts.base_orders)
    sold = facts.panel.events[:, columns[skipped:]].reshape(n, blocks, size).sum(axis=2)
    usual = np.repeat(facts.base_orders[:, None], blocks, axis=1)
    if left is not None:
        usual = usual * left[:, skipped + size - 1 :: size]
    count = facts.by_territory((sold > 0).astype(np.float64)).T
    before = facts.by_territory(usual).T
    share = before / np.maximum(before.sum(axis=1, keepdims=True), 1e-300)
    step = facts.span.step * size
    known = USUAL_MONTHS / step
    if phi is None:
        # By all territories of which a few purchases are expected, not by who gets a verdict only.
        phi = chart_of(count, share, fewest=_FEW * step, known_from=known).phi
    chart = chart_of(count, share, phi=phi, fewest=FEWEST_EVENTS * step, known_from=known)
    return Purchases(
        chart=chart,
        count=count,
        expected=count.sum(axis=1, keepdims=True) * share,
        of_period=np.repeat(np.arange(-1, blocks), [skipped, *[size] * blocks]),
        spoken=silent & np.isfinite(chart.score).all(axis=0),
        step=step,
    )


def merged(pieces: Chart, purchases: Purchases) -> Chart:
    """Return one chart a territory, over the periods: that of purchases where they are `spoken`."""
    own, at, spoken = purchases.chart, purchases.of_period, purchases.spoken

    def taken(of_pieces: Floats, of_blocks: Floats, before: float) -> Floats:
        spread = np.where(at[:, None] >= 0, of_blocks[np.maximum(at, 0)], before)
        return np.where(spoken, spread, of_pieces)

    end = np.append(np.flatnonzero(np.diff(at)), at.size - 1)[-len(own.score) :]
    first = np.where(own.first >= 0, end[np.maximum(own.first, 0)], -1)
    return replace(
        pieces,
        score=taken(pieces.score, own.score, np.nan),
        up=taken(pieces.up, own.up, 0.0),
        down=taken(pieces.down, own.down, 0.0),
        first=np.where(spoken, first, pieces.first),
        side=np.where(spoken, own.side, pieces.side),
    )
