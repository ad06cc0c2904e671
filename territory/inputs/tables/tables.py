"""Read all tables of a scenario, and collect everything that is wrong with any of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, cast

import numpy as np

from territory.audit import Audit, Finding
from territory.inputs.defaults import default_values
from territory.inputs.findings.rows import Rows, issue_of
from territory.inputs.headers.columns import TABLES
from territory.inputs.headers.near import offer
from territory.inputs.joins.accounts import join_accounts
from territory.inputs.joins.leads import leading_rows, owners_apart
from territory.inputs.joins.owners import join_owners, join_reps
from territory.inputs.joins.references import check_alignment
from territory.inputs.joins.revenue import revenue_of_history
from territory.inputs.joins.review_columns import review_columns
from territory.inputs.once import kept
from territory.inputs.scenario.keys import Source
from territory.inputs.scenario.scenario import Scenario
from territory.inputs.sources.raw import SourceError
from territory.inputs.tables.number_columns import number_columns
from territory.inputs.tables.opened import opened
from territory.inputs.tables.options import TableOptions
from territory.inputs.tables.order import in_order
from territory.inputs.tables.reading import Reading, read_table
from territory.inputs.time.in_force import rows_in_force
from territory.inputs.time.overlaps import overlapping_periods
from territory.messages import Severity, closest, counted, figure, quoted

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

__all__ = ["Tables", "read_tables"]

_ACTIVITY = ("service_h", "n_calls", "potential_usd")
_MARKET = "market"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Tables:
    """The tables of a scenario, as far as they could be read.

    Attributes
    ----------
    accounts, reps, units, alignment, affiliations, history : DataFrame or None
        RangeIndex; every column of `TABLES` is there. Text columns are ``str`` with "" for
        missing, number columns ``float64`` with NaN for missing. Further columns of the file
        stand at the end as text.
    audit : Audit
        Everything that was found; `Audit.raise_if_errors` stops.
    rows : mapping of str to Rows
        File, lines and ids by table.
    """

    accounts: pd.DataFrame | None = None
    reps: pd.DataFrame | None = None
    units: pd.DataFrame | None = None
    alignment: pd.DataFrame | None = None
    affiliations: pd.DataFrame | None = None
    history: pd.DataFrame | None = None
    audit: Audit = field(default_factory=Audit)
    rows: Mapping[str, Rows] = field(default_factory=dict)

    def copied(self) -> Tables:
        """Return the tables so that changing a frame of one changes none of the other's."""

        def own(frame: pd.DataFrame | None) -> pd.DataFrame | None:
            return None if frame is None else frame.copy(deep=False)

        return replace(
            self,
            accounts=own(self.accounts),
            reps=own(self.reps),
            units=own(self.units),
            alignment=own(self.alignment),
            affiliations=own(self.affiliations),
            history=own(self.history),
        )

    @property
    def lines(self) -> Mapping[str, NDArray[np.int64]]:
        """Physical lines by table."""
        return {table: rows.lines for table, rows in self.rows.items()}

    @property
    def files(self) -> Mapping[str, str]:
        """Files by table, as the user wrote them."""
        return {table: rows.file for table, rows in self.rows.items()}

    def findings(
        self,
        table: str,
        rows: Sequence[int] | NDArray[np.integer],
        *,
        severity: Severity | str,
        kind: str,
        column: str = "",
        what: str,
        repair: str = "",
    ) -> list[Finding]:
        """Return one finding for each of some rows (positions), with file, line, id and value."""
        frame: pd.DataFrame = getattr(self, table)
        return [
            self.rows[table].finding(
                int(row),
                severity=cast("Severity", severity),
                kind=kind,
                what=what,
                column=column,
                value=figure(frame[column].iloc[int(row)]) if column in frame else "",
                repair=repair,
            )
            for row in rows
        ]


def read_tables(scenario: Scenario) -> Tables:
    """Read and check all tables that a scenario names.

    Bad data never raises here: it is in the audit, all of it, so that a user mends a table once.

    Parameters
    ----------
    scenario : Scenario
        Says where the tables are and how their columns are called.

    Returns
    -------
    Tables
        Frames, and the audit of all of them. Within one command (`territory.inputs.once`) each
        file is read once.
    """
    key = scenario.reading()
    if key is None:
        return _tables(scenario)
    return kept(("tables", key), lambda: _tables(scenario)).copied()


def _tables(scenario: Scenario) -> Tables:
    findings: list[Finding] = []
    frames: dict[str, pd.DataFrame] = {}
    rows: dict[str, Rows] = {}
    refused: set[tuple[str, str]] = set()
    for table in TABLES:
        source: Source | None = getattr(scenario.inputs, table)
        if source is None:
            continue
        reading = _read(scenario, table, source, findings)
        if reading is None:
            continue
        findings += reading.findings
        refused |= {(table, column) for column in reading.refused}
        if reading.frame is not None:
            frames[table], rows[table] = reading.frame, reading.rows
    # A CRM's AnnualRevenue, which stands in for sales until there is a history of them.
    earned = [
        it for it in findings
        if (it.table, it.kind, it.severity) == ("accounts", "alias", "warning")
        and " was read as revenue_usd" in it.what
    ]  # fmt: skip
    joined = _join(scenario, frames, rows, refused, earned=bool(earned))
    if any(it.kind == "revenue_of_history" for it in joined):
        findings = [it for it in findings if it not in earned]
    findings += joined
    wrong = {
        (finding.table, finding.column, finding.line)
        for finding in findings
        if finding.severity == "error"
    }
    findings += _check_measures(scenario, frames, rows, wrong, refused)
    if "accounts" in frames:
        findings += review_columns(scenario.review, frames["accounts"], rows["accounts"])
    if "affiliations" in frames and scenario.affiliations is None:
        what = "its health systems are not used: the scenario has no section [affiliations]"
        hint = "write [affiliations] into the scenario, or take the table out"
        unused = rows["affiliations"]
        findings.append(unused.whole(severity="warning", kind="unused", what=what, repair=hint))
    if scenario.currency != "USD":
        what = f"{scenario.display}: currency is {scenario.currency}, and nothing is converted: "
        what += f"columns whose names end in _usd hold {scenario.currency}"
        findings.append(Finding(severity="warning", kind="currency", what=what))
    findings = [_formula_first(finding, findings) for finding in findings]
    totals = {table: len(frame) for table, frame in frames.items()}
    for table, frame in list(frames.items()):
        frames[table], rows[table] = in_order(table, frame, rows[table])
    audit = Audit(findings, rows=totals, source=scenario.display)
    return Tables(**frames, audit=audit, rows=rows)


def _formula_first(finding: Finding, findings: Sequence[Finding]) -> Finding:
    """Say of a column without values that its formulas have none stored, where that is why."""
    if finding.kind != "no_value" or finding.line:
        return finding
    formulas = [it for it in findings if it.kind == "formula" and it.table == finding.table]
    if not formulas:
        return finding
    what = f"{finding.what}; {counted(len(formulas), 'row')} have formulas without stored values"
    hint = "open and save the workbook in Excel once, or paste the values"
    return replace(finding, what=what, repair=hint)


def _join(
    scenario: Scenario,
    frames: dict[str, pd.DataFrame],
    rows: dict[str, Rows],
    refused: Collection[tuple[str, str]],
    *,
    earned: bool = False,
) -> list[Finding]:
    """Bring the ids of all tables into the accounts' and the reps' spelling."""
    findings: list[Finding] = []
    accounts = frames.get("accounts")
    if accounts is not None and len(accounts) and ("accounts", "account_id") not in refused:
        for table in ("alignment", "affiliations", "history"):
            if table in frames and (table, "account_id") not in refused:
                frames[table], found = join_accounts(frames[table], rows[table], accounts)
                findings += found
    if "history" in frames:
        overlaps = overlapping_periods(frames["history"], rows["history"])
        findings += overlaps
        if accounts is not None and not overlaps:
            frames["accounts"], found = revenue_of_history(
                accounts, frames["history"], rows["history"], earned=earned
            )
            findings += found
    alignment, reps = frames.get("alignment"), frames.get("reps")
    if alignment is not None:
        source = scenario.inputs.alignment
        assert source is not None
        keep, found = rows_in_force(
            alignment, rows["alignment"], as_of=source.as_of, role=source.role, order=source.dates
        )
        findings += found
        alignment = alignment[keep].reset_index(drop=True)
        rows["alignment"] = rows["alignment"].kept(keep)
        alignment, rows["alignment"], found = owners_apart(alignment, rows["alignment"], reps)
        findings += found + check_alignment(alignment, rows["alignment"])
        alignment, reps, found = join_owners(
            alignment, rows["alignment"], reps, prefix=scenario.team.prefix
        )
        findings += found
        keep, found = leading_rows(alignment, rows["alignment"], several=source.several)
        findings += found
        frames["alignment"] = alignment[keep].reset_index(drop=True)
        rows["alignment"] = rows["alignment"].kept(keep)
    if reps is not None:
        frames["reps"] = reps
        stopped = any(it.severity == "error" and it.kind == "orphan" for it in findings)
        own = None if stopped else frames.get("alignment")
        findings += join_reps(reps, rows["reps"], own, rows.get("alignment"))
    return findings


def _read(
    scenario: Scenario, table: str, source: Source, findings: list[Finding]
) -> Reading | None:
    """Open and read one table; None when the file is no table."""
    shown = source.file or f"sample {source.sample}"
    try:
        raw = opened(scenario, table, source)
    except SourceError as error:
        key = f"inputs.{table} names it, from the scenario's folder"
        findings.append(
            Finding(
                severity="error", kind=error.kind, table=table, file=shown, what=error.what,
                repair=error.hint or (key if error.kind == "missing_file" else ""),
            )
        )  # fmt: skip
        return None
    return read_table(
        raw,
        TableOptions(
            table=table,
            file=shown,
            columns=source.columns,
            measures=tuple(name for name in scenario.measures if name != "workload_h"),
            numbers=number_columns(scenario),
            geography=scenario.geography.kind,
            repair=source.repair,
            decimal=source.decimal,
            currency=scenario.currency,
            exclude=source.exclude,
            as_written=source.as_written,
            where=source.where,
            dates=source.dates,
            fiscal_start=source.fiscal_start_month,
            states=scenario.geography.states,
            postal=source.postal_points is not None,
            by_city=source.place_by_city or source.place_by_state,
            guarded=source.file is not None,
        ),
    )


def _check_measures(
    scenario: Scenario,
    frames: Mapping[str, pd.DataFrame],
    rows: Mapping[str, Rows],
    wrong: Collection[tuple[str, str, int]],
    refused: Collection[tuple[str, str]],
) -> list[Finding]:
    """Find measures without a column, without values, or with nothing but zeros."""
    findings: list[Finding] = []
    demand = [table for table in ("accounts", "units") if table in frames]
    wanted: dict[str, str] = {}
    for name, measure in scenario.measures.items():
        if name == "workload_h":
            if scenario.callplan is None:
                wanted["service_h"] = name
                if measure.travel:
                    wanted["n_calls"] = name
        elif name != "potential_usd" or scenario.market is None:
            wanted[name] = name
    for column, name in wanted.items():
        total, complete = 0.0, True
        if any((table, column) in refused for table in demand):
            continue
        for table in demand:
            found, filled = _check_column(scenario, table, column, frames[table], rows[table])
            complete &= not found and all(one[:2] != (table, column) for one in wrong)
            findings += [it for it in found if (table, column, it.line) not in wrong]
            total += filled
        has_rows = any(len(frames[table]) for table in demand)
        stops = name != "workload_h" or column == "service_h"
        if has_rows and complete and total == 0.0 and stops:
            files = " and ".join(rows[table].file for table in demand)
            only = name == "workload_h" and scenario.measures[name].travel
            findings.append(
                Finding(
                    severity="warning" if only else "error",
                    kind="zero_total",
                    table=demand[0],
                    file=files,
                    column=column,
                    what=f"the total of {column} is 0, so measures.{name} "
                    + ("consists of travel only" if only else "cannot be balanced"),
                    repair=f"fill {column}, or take measures.{name} out of the scenario",
                )
            )
    return findings


def _check_column(
    scenario: Scenario, table: str, column: str, frame: pd.DataFrame, rows: Rows
) -> tuple[list[Finding], float]:
    """Return what is missing in one column, and its total with the defaults filled in."""
    if column not in frame:
        names = [str(name) for name in frame.columns]
        close = closest(column, names)
        if table == "units":
            return [], 0.0
        what = f"has no column {column}, which measures.{column} needs"
        hint = f"did you mean {quoted(close[0])}? " if close else ""
        header = close[0] if close else "HEADER"
        repair = f'{hint}Write columns = {{{column} = "{header}"}} for this table in the scenario'
        return [rows.whole(severity="error", kind="missing_column", what=what, repair=repair)], 0.0
    values = frame[column].to_numpy(dtype=float)
    missing = np.isnan(values)
    if missing.any() and column in _ACTIVITY:
        kinds = frame["type"] if "type" in frame else frame["unit_id"].map(lambda _: _MARKET)
        filled = default_values(scenario, kinds, column).to_numpy(dtype=float)
        values = np.where(missing, filled, values)
        missing = np.isnan(values)
    total = float(np.nansum(values))
    if not missing.any():
        return [], total
    if missing.all():
        what = f"has no {column}, and the scenario has no default for it"
        repair = offer(frame, rows.table, column)
        repair = repair or f"add the column {column}, or write {column} under [defaults.other]"
        return [rows.whole(severity="error", kind="no_value", what=what, repair=repair)], total
    kinds_text = frame["type"] if "type" in frame else frame["unit_id"]
    issue = issue_of(
        missing, kinds_text, severity="error", kind="no_value", column="type",
        what=f"no {column}",
    )  # fmt: skip
    return rows.findings(issue), total
