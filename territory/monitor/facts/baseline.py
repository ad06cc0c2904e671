"""What accounts bought before: the share of the field that is expected of each territory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from territory.arrays import Bools, Floats
from territory.monitor.facts.matched import rows_of_ids
from territory.monitor.facts.panel import Panel, period_months, spread_over
from territory.wording import NONZERO

if TYPE_CHECKING:
    from territory.inputs.scenario.scenario import Scenario
    from territory.monitor.facts.calendar import Span

__all__ = ["LOOKED_AT", "USUAL_MONTHS", "Baseline", "baseline_of"]


LOOKED_AT = 12
"""Months that charts look at; a longer time since go-live gives its own baseline."""


_DECAY_Q = 0.5
"""Weight of a quarter against the one after it: what is usual is what was bought last."""

_PRIOR = 4.0
"""Periods that the field's pauses count for beside an account's own."""
_UNUSUAL = 0.05
"""Chance of a silence below which an account is held to have stopped."""

_HALF_A_YEAR = 6
"""Months."""

USUAL_MONTHS = 8.0
"""Months of steady sales that know a share as well as a year's, weighted so."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Baseline:
    """Pieces and USD a period of each account, (n,), and where they come from.

    ``steady``, (n,), are the accounts of which half a year's silence would say that they stopped.
    ``orders``, (n,), are blocks of ``orders_step`` months with a purchase, out of one: the periods
    of the sales, or of the history where these are longer.
    """

    events: Floats
    revenue_usd: Floats
    steady: Bools
    orders: Floats
    orders_step: int
    words: str


def baseline_of(
    scenario: Scenario | None,
    accounts: pd.DataFrame,
    panel: Panel,
    span: Span,
    actuals: pd.DataFrame,
    *,
    went_live: str,
) -> Baseline:
    """Return what was usual before the periods that are judged.

    The year before the last twelve months, where the plan is older than that; else the last year
    of the scenario's history; else the year before go-live of the actuals themselves, where they
    tell half of it at least; else the first half of what came since, and then less can be seen.
    Accounts that stopped before the end of it count 0, those that were won in it count from their
    first sale on: what is expected is what they bought at its end. Who buys seldom has not stopped
    by being silent for as long as the field's and its own pauses last: see `_settled`.
    """
    window = LOOKED_AT // span.step
    if span.count >= 2 * window:
        part = slice(span.count - 2 * window, span.count - window)
        return Baseline(
            events=_settled(panel.events[:, part], span.step),
            revenue_usd=_settled(panel.revenue_usd[:, part], span.step),
            steady=_steady(panel.events[:, part], span.step),
            orders=_settled(_bought(panel.events[:, part]), span.step),
            orders_step=span.step,
            words=f"sales of {span.names[part.start]} to {span.names[part.stop - 1]}",
        )
    found = _from_history(scenario, accounts, panel, span)
    if found is None:
        words = "the year before go-live in the actuals"
        found = _year_before(actuals, accounts, panel, span, words, least=_HALF_A_YEAR)
    if found is not None:
        return found
    half = max(1, min(span.count // 2, window // 2))
    return Baseline(
        events=_settled(panel.events[:, :half], span.step),
        revenue_usd=_settled(panel.revenue_usd[:, :half], span.step),
        steady=_steady(panel.events[:, :half], span.step),
        orders=_settled(_bought(panel.events[:, :half]), span.step),
        orders_step=span.step,
        words=f"the first {half} periods after go-live: there is no history before it "
        f"(go-live: {went_live})",
    )


def _from_history(
    scenario: Scenario | None, accounts: pd.DataFrame, panel: Panel, span: Span
) -> Baseline | None:
    if scenario is None or scenario.inputs.history is None:
        return None
    from territory.inputs.tables.tables import read_tables

    tables = read_tables(scenario)
    if tables.history is None:
        return None
    words = "the last year of the scenario's history before go-live"
    return _year_before(tables.history, accounts, panel, span, words)


def _year_before(
    frame: pd.DataFrame,
    accounts: pd.DataFrame,
    panel: Panel,
    span: Span,
    words: str,
    *,
    least: int = 1,
) -> Baseline | None:
    """Return what a table tells of the year before go-live; None of fewer months than ``least``."""
    start, length = period_months(frame)
    row = rows_of_ids(accounts, frame["account_id"])
    take = (row >= 0) & (start >= span.first - 12) & (start + length <= span.first)
    told = pd.DataFrame({"start": start[take], "length": length[take]}).drop_duplicates("start")
    if int(told["length"].sum()) < least:
        return None
    step = 3 if int(length[take].max()) > 1 else 1
    units = frame["units"].to_numpy(float) if panel.counted_as == "pieces" else None
    revenue = frame["revenue_usd"].to_numpy(float)
    money = np.nan_to_num(revenue)
    counted = units is not None and bool(np.isfinite(units).any())
    events = (
        np.nan_to_num(units)
        if units is not None and counted
        else np.maximum(money, 0.0) / max(panel.usd_an_event, NONZERO)
    )
    if counted and panel.priced and not np.isfinite(revenue[take]).any():
        # Pieces alone: worth what the account, or else the field, paid for them since.
        money = events * panel.price()[row]
        words += ", its pieces at the prices paid since"
    factor = span.step / step
    # Periods before the first that is told are no pauses.
    silent = (int(told["start"].min()) - (span.first - 12)) // step

    def spread(value: Floats) -> Floats:
        return spread_over(
            row[take], start[take], length[take], value[take],
            n=len(accounts), first=span.first - 12, step=step, count=12 // step,
        )[:, silent:]  # fmt: skip

    pieces = spread(events)
    blocks = _blocks(pieces, max(1, span.step // step))
    return Baseline(
        events=_settled(pieces, step) * factor,
        revenue_usd=_settled(spread(money), step) * factor,
        steady=_steady(pieces, step),
        orders=_settled(_bought(blocks), max(span.step, step)),
        orders_step=max(span.step, step),
        words=words,
    )


def _blocks(values: Floats, size: int) -> Floats:
    """Sum periods to blocks of ``size``, newest last; what fills none is left out."""
    count = max(1, values.shape[1] // size)
    kept = values[:, max(0, values.shape[1] - count * size) :]
    return np.asarray(kept.reshape(len(values), count, -1).sum(axis=2), dtype=np.float64)


def _bought(values: Floats) -> Floats:
    """Return 1 where something was bought in a period, else 0."""
    return np.asarray(values > 0, dtype=np.float64)


def _settled(values: Floats, step: int) -> Floats:
    """Return what each account bought a period at the end, (n,): see `baseline_of`.

    An account has stopped where so long a silence as that at the end is less likely than one in
    twenty, by how often the field's and its own periods between two purchases were silent, or
    where it lasts for the last third and the field has no pauses.

    Examples
    --------
    Steady, won in the third of four quarters, lost after the second:

    >>> found = _settled(np.array([[3.0, 3, 3, 3], [0, 0, 4, 4], [9, 9, 0, 0]]), 3)
    >>> bool(found[0] < found[1]), float(found[2])
    (True, 0.0)

    Where pauses are usual, a pause is no end:

    >>> bool(_settled(np.array([[3.0, 0, 0, 3], [3.0, 0, 3, 3], [9, 0, 9, 0]]), 3)[2] > 0)
    True
    """
    bought = values > 0
    periods = values.shape[1]
    season = values.sum(axis=0) / max(float(values.sum(axis=0).mean()), 1e-300)
    first = np.where(bought.any(axis=1), bought.argmax(axis=1), periods)
    late, pausing = _goes_on(bought, first)
    age = np.arange(periods - 1, -1, -1.0) * step / 3.0
    # Of who buys seldom the last quarter says little more than those before it, and a silent one
    # before its first purchase may have been a pause.
    there = np.where(np.arange(periods) >= first[:, None], 1.0, pausing[:, None])
    counted = there * (_DECAY_Q ** (1.0 - pausing))[:, None] ** age
    weight = (counted * season).sum(axis=1)
    out: Floats = np.where(
        late & (weight > 0), (values * counted).sum(axis=1) / np.maximum(weight, 1e-300), 0.0
    )
    return out


def _steady(values: Floats, step: int) -> Bools:
    """Return who buys so often that half a year without a purchase is no pause, (n,).

    Examples
    --------
    Who buys each quarter, and who buys in one of four where most others do:

    >>> _steady(np.array([[3.0, 3, 3, 3]] * 9 + [[8.0, 0, 0, 8]]), 3).tolist()[-2:]
    [True, False]
    """
    bought = values > 0
    first = np.where(bought.any(axis=1), bought.argmax(axis=1), values.shape[1])
    _, pausing = _goes_on(bought, first)
    return np.asarray(bought.any(axis=1) & (pausing ** (_HALF_A_YEAR / step) < _UNUSUAL))


def _goes_on(bought: Bools, first: NDArray[np.intp]) -> tuple[Bools, Floats]:
    """Return which accounts have not stopped, and the share of silent periods, (n,) each."""
    periods = bought.shape[1]
    last = periods - 1 - bought[:, ::-1].argmax(axis=1)
    between = np.maximum(last - first - 1, 0)
    pauses = np.where(first < periods, last - first + 1 - bought.sum(axis=1), 0)
    usual = float(pauses.sum()) / max(float(between.sum()), 1.0)
    own = (pauses + _PRIOR * usual) / (between + _PRIOR)
    silent = periods - 1 - last
    goes_on = (silent < max(1, periods // 3)) | (own**silent >= _UNUSUAL)
    return np.asarray((first < periods) & goes_on), np.asarray(own)
