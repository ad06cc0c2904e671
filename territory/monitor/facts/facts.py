"""All facts since go-live, read, checked and matched with the plan; what is absent is not known."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from territory.arrays import Bools, Floats
from territory.audit import Audit, Finding
from territory.currency import DEFAULT
from territory.errors import InputError
from territory.inputs.findings.rows import issue_of
from territory.inputs.tables.field_facts import FACTS, read_fact_table
from territory.messages import Message
from territory.monitor.facts.calendar import Span, day_of, span_of
from territory.monitor.facts.deals import read_deals
from territory.monitor.facts.matched import matched_accounts, with_known_ids
from territory.monitor.facts.panel import (
    Panel,
    gaps,
    outside_time,
    period_months,
    spread_over,
    step_of,
    wrong_currency,
)
from territory.monitor.facts.roster import matched_reps
from territory.monitor.facts.sold import no_sales, rows_known, sales_since

if TYPE_CHECKING:
    from territory.inputs.findings.rows import Rows
    from territory.inputs.scenario.scenario import Scenario
    from territory.inputs.tables.reading import Reading
    from territory.plan import Plan

__all__ = ["Facts", "actual_sales", "facts_of", "matched_now"]

_PERIODS = ("actuals", "calls", "satisfaction")
"""Facts whose periods say when the plan began, where nobody else does."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Facts:
    """What happened since go-live.

    Attributes
    ----------
    plan : Plan
    scenario : Scenario or None
    span : Span
    accounts : DataFrame, n rows
        The plan's accounts and those that opened, see `matched_accounts`.
    panel : Panel
        Sales by account (rows of ``accounts``) and period; not ``known`` where none were given.
    base_events, base_revenue_usd : float64, shape (n,)
        Pieces and USD a period before the span, see `baseline_of`.
    base_steady : bool, shape (n,)
        Of whom half a year's silence would say that they stopped.
    base_orders : float64, shape (n,), 0–1
        Blocks of ``orders_step`` months before the span in which each bought, out of one.
    base_from : str
        What the baseline rests on.
    roster, deals, satisfaction : DataFrame or None
    calls_made, travel_booked_h : float64, shape (n, T), or None
    own : DataFrame or None
        Today's accounts as read, with all further columns.
    audit : Audit
    not_known : tuple of str
        Options that were not given.
    """

    plan: Plan
    scenario: Scenario | None
    span: Span
    accounts: pd.DataFrame
    panel: Panel
    base_events: Floats
    base_revenue_usd: Floats
    base_steady: Bools
    base_orders: Floats
    orders_step: int
    base_from: str
    roster: pd.DataFrame | None
    deals: pd.DataFrame | None
    satisfaction: pd.DataFrame | None
    calls_made: Floats | None
    travel_booked_h: Floats | None
    own: pd.DataFrame | None
    audit: Audit
    not_known: tuple[str, ...]

    @property
    def territory(self) -> NDArray[np.intp]:
        """Position of each account's territory among the plan's, (n,)."""
        index = pd.Index(self.plan.territories["territory_id"].astype("str"))
        return np.asarray(index.get_indexer(pd.Index(self.accounts["territory_id"].astype("str"))))

    @property
    def territory_ids(self) -> list[str]:
        """The plan's territories in order."""
        return [str(each) for each in self.plan.territories["territory_id"]]

    def by_territory(self, values: Floats) -> Floats:
        """Sum accounts (n, …) to territories (k, …)."""
        k = len(self.plan.territories)
        out = np.zeros((k, *values.shape[1:]))
        np.add.at(out, self.territory, values)
        return out


def facts_of(
    plan: Plan,
    files: Mapping[str, Path | None],
    *,
    as_of: str,
    scenario: Scenario | None = None,
    go_live: str | None = None,
) -> Facts:
    """Read and check everything.

    Parameters
    ----------
    plan : Plan
    files : mapping of str to Path or None
        By the names of `FACTS`; one at least. What is not given is not known.
    as_of : str
        Last day that counts.
    scenario : Scenario, optional
        For the history before go-live, [monitor] and [quotas].
    go_live : str, optional
        Overrides [monitor].go_live.

    Raises
    ------
    InputError
        Anything that cannot be used; everything is named at once.
    """
    given = {name: path for name, path in files.items() if path is not None}
    if not given:
        options = ", ".join(f"--{name}" for name in FACTS)
        raise InputError(
            Message(
                "no facts since go-live are given: there is nothing to judge",
                hint=f"name at least one of {options}",
            )
        )
    readings = {name: _read(path, name, plan, scenario) for name, path in given.items()}
    findings = [finding for each in readings.values() for finding in each.findings]
    _refuse(findings, readings)
    readings, found = _spelled(readings, plan)
    findings += found
    accounts, found = matched_accounts(plan, *_frame(readings, "accounts"))
    findings += found
    sales = readings.get("actuals")
    if sales is not None and sales.frame is not None:
        findings += wrong_currency(sales.frame, sales.rows, _currency(scenario))
        _refuse(findings, readings)
    last = day_of(as_of, "--as-of")
    began, source, length = _go_live(scenario, go_live, readings)
    span = span_of(began, last, step=step_of(length))
    if sales is None:
        panel, base = no_sales(accounts, span)
    else:
        ids = [str(each) for each in plan.territories["territory_id"]]
        panel, base, found = sales_since(
            sales, accounts, span, scenario, territory_ids=ids, went_live=source
        )
        findings += found
    deals, found = read_deals(*_frame(readings, "opportunities"), accounts=accounts, as_of=last)
    findings += found
    calls, found = _per_account(readings.get("calls"), accounts, span, ("n_calls", "travel_h"))
    findings += found
    roster, found = matched_reps(plan, *_frame(readings, "roster"), as_of=last)
    findings += found
    answers, found = _satisfaction(readings.get("satisfaction"), accounts, span, scenario)
    findings += found
    _refuse(findings, readings)
    return Facts(
        plan=plan,
        scenario=scenario,
        span=span,
        accounts=accounts,
        panel=panel,
        base_events=base.events,
        base_revenue_usd=base.revenue_usd,
        base_steady=base.steady,
        base_orders=base.orders,
        orders_step=base.orders_step,
        base_from=base.words,
        roster=roster,
        deals=deals,
        satisfaction=answers,
        calls_made=calls.get("n_calls"),
        travel_booked_h=calls.get("travel_h"),
        own=_frame(readings, "accounts")[0],
        audit=Audit(findings, rows=_row_counts(readings)),
        not_known=tuple(name for name in FACTS if name not in readings),
    )


def actual_sales(path: Path, plan: Plan, scenario: Scenario | None) -> pd.DataFrame:
    """Return the rows of actuals that are the plan's accounts', as `facts_of` reads them.

    Raises
    ------
    InputError
        The file cannot be used, or tells no money.
    """
    readings = {"actuals": _read(path, "actuals", plan, scenario)}
    _refuse(readings["actuals"].findings, readings)
    frame = _spelled(readings, plan)[0]["actuals"].frame
    assert frame is not None
    if not np.isfinite(frame["revenue_usd"].to_numpy(float)).any():
        currency = _currency(scenario)
        raise InputError(Message(f"{path} tells no sales in {currency}: they cannot be forecast"))
    return frame


def matched_now(path: Path, plan: Plan, scenario: Scenario | None) -> tuple[pd.DataFrame, Audit]:
    """Return today's accounts matched with the plan's, as `facts_of` reads them.

    Raises
    ------
    InputError
        The file cannot be used.
    """
    readings = {"accounts": _read(path, "accounts", plan, scenario)}
    findings = list(readings["accounts"].findings)
    _refuse(findings, readings)
    readings, found = _spelled(readings, plan)
    accounts, more = matched_accounts(plan, *_frame(readings, "accounts"))
    findings += [*found, *more]
    _refuse(findings, readings)
    return accounts, Audit(findings, rows={"accounts": len(readings["accounts"].rows.lines)})


def _read(path: Path, name: str, plan: Plan, scenario: Scenario | None) -> Reading:
    return read_fact_table(
        path, FACTS[name], geography=_geography(plan), currency=_currency(scenario),
        fiscal_start=_fiscal_start(scenario), numbers=_own_columns(name, scenario),
    )  # fmt: skip


def _own_columns(name: str, scenario: Scenario | None) -> tuple[str, ...]:
    """Return the columns of today's accounts that are the scenario's own indicators."""
    if name != "accounts" or scenario is None:
        return ()
    return tuple(dict.fromkeys(own.column for own in scenario.monitor.own.values()))


def _currency(scenario: Scenario | None) -> str:
    return (scenario.monitor.currency or scenario.currency) if scenario else DEFAULT


def _fiscal_start(scenario: Scenario | None) -> int | None:
    """Return the month in which the company's fiscal years begin, as its history says."""
    history = scenario.inputs.history if scenario else None
    return history.fiscal_start_month if history else None


def _geography(plan: Plan) -> str:
    units = plan.alignment["unit_id"].astype("str").str.split(":").str[0]
    return "us_counties" if units.str.fullmatch(r"\d{5}").all() and len(units) else "polygons"


def _spelled(
    readings: Mapping[str, Reading], plan: Plan
) -> tuple[dict[str, Reading], list[Finding]]:
    """Return the tables with account ids in the plan's spelling, today's accounts first."""
    known = pd.Index(plan.accounts["account_id"].astype("str"))
    out, findings = dict(readings), list[Finding]()
    for name in sorted(readings, key=lambda each: each != "accounts"):
        frame = readings[name].frame
        if frame is None or "account_id" not in frame:
            continue
        spelled, found = with_known_ids(frame, readings[name].rows, known)
        out[name] = replace(readings[name], frame=spelled)
        findings += found
        if name == "accounts":
            known = known.union(pd.Index(spelled["account_id"].astype("str")), sort=False)
    return out, findings


def _frame(readings: Mapping[str, Reading], name: str) -> tuple[pd.DataFrame | None, Rows | None]:
    reading = readings.get(name)
    return (None, None) if reading is None else (reading.frame, reading.rows)


def _refuse(findings: list[Finding], readings: Mapping[str, Reading]) -> None:
    Audit(findings, rows=_row_counts(readings)).raise_if_errors()


def _row_counts(readings: Mapping[str, Reading]) -> dict[str, int]:
    return {each.rows.table: len(each.rows.lines) for each in readings.values()}


def _go_live(
    scenario: Scenario | None, given: str | None, readings: Mapping[str, Reading]
) -> tuple[datetime.date, str, NDArray[np.int64]]:
    """Return the first day, where it is from, and months of the periods that are looked at.

    Periods are those of the sales, and without them those of the calls or of the answers.
    """
    start = length = np.zeros(0, dtype=np.int64)
    source = ""
    for name in _PERIODS:
        frame = _frame(readings, name)[0]
        if frame is not None and not (start >= 0).any():
            start, length = period_months(frame)
            source = f"the first period of the {name}"
    if given:
        return day_of(given, "--go-live"), "--go-live", length
    if scenario is not None and scenario.monitor.go_live:
        key = "monitor.go_live"
        return day_of(scenario.monitor.go_live, key), key, length
    known = start[start >= 0]
    if not known.size:
        what = "the actuals have" if "actuals" in readings else "what is given has"
        raise InputError(Message(f"{what} no period", hint="write --go-live 2025-01-01"))
    first = int(known.min())
    return datetime.date(first // 12, first % 12 + 1, 1), source, length


def _per_account(
    reading: Reading | None, accounts: pd.DataFrame, span: Span, columns: tuple[str, ...]
) -> tuple[dict[str, Floats], list[Finding]]:
    """Return (n, T) sums of columns that the file has."""
    if reading is None or reading.frame is None:
        return {}, []
    frame, rows = reading.frame, reading.rows
    start, length = period_months(frame)
    inside, findings = outside_time(frame, rows, start, length, span)
    row, unknown = rows_known(accounts, reading, inside, limit=1.0)
    if inside.any():
        findings += gaps(rows, start, length, inside, span, severe=False)
    take = inside & (row >= 0)
    if "n_calls" in columns and np.isnan(frame["n_calls"].to_numpy(float)).all():
        findings += _one_each(frame, rows)
    out = {}
    for name in columns:
        value = frame[name].to_numpy(float)
        if name == "n_calls" and np.isnan(value).all():
            value = np.ones(len(frame))  # one row, one call
        if np.isfinite(value).any():
            out[name] = spread_over(
                row[take], start[take], length[take], np.nan_to_num(value)[take],
                n=len(accounts), first=span.first, step=span.step, count=span.count,
            )  # fmt: skip
    return out, [*findings, *unknown]


def _one_each(frame: pd.DataFrame, rows: Rows) -> list[Finding]:
    """Tell that rows count as one call each, where no account has two in a period: a table of sums.

    Where accounts have several rows in a period, it is a list of calls.
    """
    if frame.duplicated(["account_id", "period"]).any():
        return []
    what = f"has no column of calls made: each of its {len(frame):,} rows counts as one call"
    repair = "call the column n_calls, if it tells how many"
    return [rows.whole(severity="warning", kind="one_each", what=what, repair=repair)]


def _satisfaction(
    reading: Reading | None, accounts: pd.DataFrame, span: Span, scenario: Scenario | None
) -> tuple[pd.DataFrame | None, list[Finding]]:
    """Return ``row, score`` of answers until the day; scores above the scale are errors."""
    if reading is None or reading.frame is None:
        return None, []
    frame, rows = reading.frame, reading.rows
    most = scenario.monitor.score_most if scenario else 10.0
    score = frame["score"].to_numpy(float)
    issue = issue_of(
        score > most, frame["score"].astype("str"), severity="error", kind="out_of_range",
        column="score", what=f"expected 0 to {most:g}",
    )  # fmt: skip
    findings = rows.findings(issue)
    row, unknown = rows_known(accounts, reading, np.isfinite(score), limit=1.0)
    keep = (row >= 0) & np.isfinite(score)
    if (frame["period"] != "").any():
        start, length = period_months(frame)
        keep &= (start >= span.first) & (start + length <= span.first + span.count * span.step)
    return pd.DataFrame({"row": row[keep], "score": score[keep]}), [*findings, *unknown]
