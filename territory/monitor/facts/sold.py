"""Sales since go-live by account and period, and what was usual before; or that none are known."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from territory.arrays import Floats
from territory.audit import Finding
from territory.currency import money
from territory.inputs.findings.rows import issue_of
from territory.monitor.facts.baseline import Baseline, baseline_of
from territory.monitor.facts.calendar import Span
from territory.monitor.facts.matched import UNKNOWN, rows_of_ids
from territory.monitor.facts.panel import (
    Panel,
    gaps_and_overlaps,
    lengths_told,
    missing_reports,
    outside_time,
    period_months,
    spread_over,
)

if TYPE_CHECKING:
    from territory.inputs.scenario.scenario import Scenario
    from territory.inputs.tables.reading import Reading

__all__ = ["no_sales", "rows_known", "sales_since"]


def sales_since(
    reading: Reading,
    accounts: pd.DataFrame,
    span: Span,
    scenario: Scenario | None,
    *,
    territory_ids: list[str],
    went_live: str,
) -> tuple[Panel, Baseline, list[Finding]]:
    """Return sales of the span by account, what was usual before, and what was found.

    Parameters
    ----------
    reading : Reading
        Of actuals.
    accounts : DataFrame, n rows
        See `matched_accounts`.
    span : Span
    scenario : Scenario or None
        For the history before go-live.
    territory_ids : list of str
        The plan's territories.
    went_live : str
        Where the day of go-live is from.
    """
    frame, rows = reading.frame, reading.rows
    assert frame is not None
    start, length = period_months(frame)
    inside, found = outside_time(frame, rows, start, length, span)
    findings = [*found, *lengths_told(length[inside], rows)]
    if not any(each.kind == "other_year" and each.severity == "error" for each in found):
        findings += gaps_and_overlaps(frame, rows, start, length, inside, span)
    limit = scenario.monitor.unknown_most if scenario else 0.02
    row, found = rows_known(accounts, reading, inside, limit=limit)
    findings += found
    panel = _panel(accounts, frame, row, start, length, inside & (row >= 0), span)
    base = baseline_of(scenario, accounts, panel, span, frame, went_live=went_live)
    at = pd.Index(territory_ids).get_indexer(pd.Index(accounts["territory_id"].astype("str")))
    sold, before = np.zeros((len(territory_ids), span.count)), np.zeros(len(territory_ids))
    np.add.at(sold, at[at >= 0], panel.events[at >= 0])
    np.add.at(before, at[at >= 0], base.events[at >= 0])
    findings += missing_reports(sold, before, rows, ids=territory_ids, names=span.names)
    return panel, base, findings


def no_sales(accounts: pd.DataFrame, span: Span) -> tuple[Panel, Baseline]:
    """Return what stands for sales that nobody gave: zeros, and ``known`` is False."""
    n = len(accounts)
    nothing = np.zeros((n, span.count))
    panel = Panel(
        account_ids=accounts["account_id"].to_numpy(object), events=nothing, revenue_usd=nothing,
        counted_as="", priced=False, known=False,
    )  # fmt: skip
    zero = np.zeros(n)
    none = np.zeros(n, dtype=bool)
    base = Baseline(
        events=zero, revenue_usd=zero, steady=none, orders=zero, orders_step=span.step, words=""
    )
    return panel, base


def rows_known(
    accounts: pd.DataFrame, reading: Reading, inside: NDArray[np.bool_], *, limit: float
) -> tuple[NDArray[np.intp], list[Finding]]:
    """Return each row's account position, -1 unknown; too much with unknown ones is an error."""
    frame, rows = reading.frame, reading.rows
    assert frame is not None
    ids = frame["account_id"]
    row = rows_of_ids(accounts, ids)
    unknown = inside & (row < 0)
    if not unknown.any():
        return row, []
    told = next((it for it in ("revenue_usd", "units") if it in frame and frame[it].any()), None)
    spent = frame[told].fillna(0.0).to_numpy(float) if told else None
    share = (
        1.0
        if spent is None
        else float(np.abs(spent[unknown]).sum() / max(float(np.abs(spent[inside]).sum()), 1e-300))
    )
    # Of whom nobody is known, nothing can be told: other ids than the plan's.
    severe = (spent is not None and share > limit) or bool(unknown[inside].all())
    what = (
        UNKNOWN if spent is None else f"{UNKNOWN}; such rows are {100 * share:.1f} % of the sales"
    )
    issue = issue_of(
        unknown, ids, severity="error" if severe else "warning", kind="unknown_account",
        column="account_id", what=what if severe else f"{what}; left out",
    )  # fmt: skip
    return row, rows.findings(issue)


def _panel(
    accounts: pd.DataFrame,
    frame: pd.DataFrame,
    row: NDArray[np.intp],
    start: NDArray[np.int64],
    length: NDArray[np.int64],
    take: NDArray[np.bool_],
    span: Span,
) -> Panel:
    spent = frame["revenue_usd"].fillna(0.0).to_numpy(float)
    pieces = frame["units"].to_numpy(float)
    if np.isfinite(pieces[take]).any():
        events, counted_as = np.nan_to_num(pieces), "pieces"
    else:
        sold = take & (spent > 0)
        # By month, so that rows of quarters count as months do.
        usual = float(np.median(spent[sold] / length[sold])) if sold.any() else 1.0
        events, counted_as = (
            np.maximum(spent, 0.0) / usual,
            f"parts of {money(usual)} (a month of the median row)",
        )

    def spread(value: Floats) -> Floats:
        return spread_over(
            row[take], start[take], length[take], value[take],
            n=len(accounts), first=span.first, step=span.step, count=span.count,
        )  # fmt: skip

    return Panel(
        account_ids=accounts["account_id"].to_numpy(object),
        events=spread(events),
        revenue_usd=spread(spent),
        counted_as=counted_as,
        priced=bool(np.isfinite(frame["revenue_usd"].to_numpy(float)).any()),
    )
