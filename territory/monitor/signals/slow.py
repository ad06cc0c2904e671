"""What comes slowly: alarms of charts that no change of a quarter explains, with their causes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from territory.arrays import Floats
from territory.monitor.facts.baseline import USUAL_MONTHS
from territory.monitor.signals.causes import cause_of
from territory.monitor.signals.charts import FEWEST_EVENTS, LIMIT, Chart, chart_of
from territory.monitor.signals.purchases import Purchases, purchases_of
from territory.monitor.signals.scan import Group, Scan
from territory.monitor.signals.signal import Signal, usd_of
from territory.wording import NONZERO

if TYPE_CHECKING:
    from territory.monitor.facts.facts import Facts

__all__ = ["Looked", "fewer_purchases", "slow_changes"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Looked:
    """Periods that are looked at, (T,), as positions in the span, and their ``quarters``.

    ``of_quarter``, (T,), is the position of each one's quarter.
    """

    columns: NDArray[np.intp]
    of_quarter: NDArray[np.intp]
    quarters: list[str]


def slow_changes(
    facts: Facts, found: Scan, chart: Chart, scatter: Floats, looked: Looked,
    overloaded: frozenset[str],
) -> list[Signal]:  # fmt: skip
    """Return alarms of the charts of pieces that no change found explains.

    ``chart`` and ``scatter`` are those of all sales, see `chart_of`.
    """
    explained = facts.by_territory(found.explained)
    share = (explained / np.maximum(explained.sum(axis=0), 1e-300))[:, looked.of_quarter].T
    rest = chart_of(
        facts.by_territory(facts.panel.events)[:, looked.columns].T,
        share,
        phi=chart.phi,
        fewest=FEWEST_EVENTS * facts.span.step,
        known_from=USUAL_MONTHS / facts.span.step,
        scatter=scatter,
    )
    months = np.bincount(looked.of_quarter, minlength=len(looked.quarters))
    out = []
    for at in np.flatnonzero(rest.first >= 0).tolist():
        seen, side = int(rest.first[at]), int(rest.side[at])
        since = _since((rest.up if side > 0 else rest.down)[: seen + 1, at])
        mean = (found.explained / np.maximum(months, 1))[:, looked.of_quarter[since]].sum(axis=1)
        gap = facts.panel.events[:, looked.columns[since]].sum(axis=1) - mean
        rows = facts.territory == at
        change = float(gap[rows].sum()) / max(float(mean[rows].sum()), 1e-300)
        line = rest.up if side > 0 else rest.down
        out.append(
            _signal(
                facts, looked, at, overloaded, gap=gap, change=change, periods=since,
                how_sure=f"CUSUM {line[seen, at]:.1f} against a limit of {LIMIT:.0f}",
            )
        )  # fmt: skip
    return out


def fewer_purchases(
    facts: Facts, found: Scan, bought: Purchases, looked: Looked, overloaded: frozenset[str]
) -> list[Signal]:
    """Return alarms of the charts of purchases, in territories that are judged by them.

    How a change found in pieces shows in purchases nobody knows: who buys a third less may buy as
    often. So it must alarm with and without the changes found.
    """
    left = found.explained / np.maximum(found.expected, 1e-300)
    left = np.where(found.expected > 0, left, 1.0)[:, looked.of_quarter]
    rest = purchases_of(facts, looked.columns, bought.spoken, left=left, phi=bought.chart.phi)
    if rest is None:
        return []
    plain, other = bought.chart, rest.chart
    both = bought.spoken & (plain.first >= 0) & (other.first >= 0) & (plain.side == other.side)
    out = []
    for at in np.flatnonzero(both).tolist():
        side = int(plain.side[at])
        seen = max(int(plain.first[at]), int(other.first[at]))
        line = (other.up if side > 0 else other.down)[: seen + 1, at]
        blocks = _since(line)
        periods = np.flatnonzero(np.isin(bought.of_period, blocks))
        count, expected = (float(each[blocks, at].sum()) for each in (rest.count, rest.expected))
        # What a purchase was worth to each account, in pieces.
        size = bought.step // facts.span.step
        worth = facts.base_events * size / np.maximum(facts.base_orders, NONZERO)
        sold = facts.panel.events[:, looked.columns[periods]].reshape(len(worth), -1, size)
        usual = facts.base_orders * blocks.size
        gap = np.where(usual > 0, ((sold.sum(axis=2) > 0).sum(axis=1) - usual) * worth, 0.0)
        out.append(
            _signal(
                facts, looked, at, overloaded, gap=gap, change=count / max(expected, 1e-300) - 1.0,
                periods=periods,
                how_sure=f"CUSUM of purchases {line[-1]:.1f} against a limit of {LIMIT:.0f}: "
                f"{count:,.0f} accounts bought where {expected:,.0f} were expected",
            )
        )  # fmt: skip
    return out


def _since(line: Floats) -> NDArray[np.intp]:
    """Return the periods since a CUSUM, (t,), left 0 for the last time."""
    zeros = np.flatnonzero(line <= 0)
    return np.arange(int(zeros[-1]) + 1 if zeros.size else 0, line.size)


def _signal(
    facts: Facts, looked: Looked, at: int, overloaded: frozenset[str], *, gap: Floats,
    change: float, periods: NDArray[np.intp], how_sure: str,
) -> Signal:  # fmt: skip
    """Return the signal of a territory, by what its accounts sold more or less in some periods."""
    name = facts.territory_ids[at]
    rows = np.flatnonzero(facts.territory == at)
    quarter = looked.quarters[looked.of_quarter[periods[0]]]
    cause = cause_of(
        facts, Group(level="territory", id=name, rows=rows), quarter=quarter, down=change < 0,
        gap=gap, overloaded=name in overloaded,
    )  # fmt: skip
    last = facts.span.names[int(looked.columns[periods[-1]])]
    return Signal(
        level="territory", id=name, territory_ids=(name,), quarter=quarter, cause=cause,
        change=change, usd_q=usd_of(facts, rows, gap) * 3.0 / (facts.span.step * periods.size),
        how_sure=f"{how_sure}, first above in {last}",
    )  # fmt: skip
