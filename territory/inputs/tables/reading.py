"""Turn one raw table into typed columns, with a finding for every cell that needs a word."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from territory.audit import Finding
from territory.inputs.cells import without_guards
from territory.inputs.findings.rows import Issue, Rows, issue_of
from territory.inputs.headers.columns import FACT_TABLES, TABLES, Column, columns_of
from territory.inputs.headers.matched import matched_headers
from territory.inputs.joins.references import case_twins, repeated, two_homes
from territory.inputs.numbers.lost_ids import lost_ids, unwrapped_ids
from territory.inputs.numbers.settled import SettledNumbers, settle_numbers
from territory.inputs.numbers.values import read_numbers
from territory.inputs.reshape.reshape import reshaped
from territory.inputs.selection.narrow import narrowed
from territory.inputs.selection.repeats import with_repeats_told, without_repeats
from territory.inputs.sources.names import plain_name
from territory.inputs.sources.raw import RawTable
from territory.inputs.tables.codes import CODE_READERS, read_codes
from territory.inputs.tables.column_wide import column_wide
from territory.inputs.tables.filled import filled
from territory.inputs.tables.money import currency_findings
from territory.inputs.tables.options import UNIT_CODE, TableOptions
from territory.inputs.tables.place_columns import (
    check_coordinates,
    check_places,
    foreign_codes,
    other_states,
)
from territory.inputs.time.column import read_period_column
from territory.messages import Severity, counted, quoted

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Reading", "read_table"]

_NUMBERS = frozenset({"number", "positive", "signed", "lon", "lat"})
_PLACES = frozenset({"lon", "lat", "zip", "fips"})
_PLACE_COLUMNS = ("lon", "lat", "zip", "county_fips", "unit_id")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Reading:
    """A table as far as it could be read; None when it has no ids.

    ``refused`` are the columns that one finding speaks of: nothing more is said of them.
    """

    frame: pd.DataFrame | None
    rows: Rows
    findings: list[Finding]
    refused: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Cells:
    """Text cells by our column name, and where they came from."""

    texts: Mapping[str, pd.Series[str]]
    extra: Mapping[str, pd.Series[str]]
    raw: RawTable
    rows: Rows
    options: TableOptions
    refused: set[str] = field(default_factory=set)

    def stored(self, name: str) -> NDArray[np.bool_] | None:
        """Return which cells of a column the file stores as numbers."""
        return self.raw.stored_as_number.get(str(self.texts[name].name))

    def dates(self, name: str) -> NDArray[np.bool_] | None:
        """Return which cells of a column the file stores as dates."""
        return self.raw.stored_as_date.get(str(self.texts[name].name))


def read_table(raw: RawTable, options: TableOptions) -> Reading:
    """Read all columns of one table; see the frames described in `Tables`."""
    import pandas as pd

    table = options.table
    columns = columns_of(table, options.measures, options.numbers)
    raw = reshaped(raw, table, options.columns)
    matched = matched_headers(raw.frame, columns, options.columns)
    raw = narrowed(
        raw, matched.headers, columns[0].name, exclude=options.exclude, where=options.where
    )
    if table in {"accounts", "reps", "units"}:
        raw = without_repeats(raw, matched.headers.get(columns[0].name))
    elif table == "actuals":
        raw = with_repeats_told(raw, matched.headers.get(columns[0].name))
    _without_second_units(matched.headers, options)
    texts, extra, findings = _named(raw, matched.headers, columns, options)
    findings += replace(raw, notes=(*raw.notes, *matched.notes)).findings(table, options.file)
    key = columns[0].name
    nothing = pd.Series([""] * len(raw.lines), dtype="str")
    ids = texts.get(key, nothing).str.strip()
    if table == "alignment" and "unit_id" in texts:
        ids = ids.where(ids != "", texts["unit_id"].str.strip())
    rows = Rows(table=table, file=options.file, lines=raw.lines, ids=ids.tolist())
    if not len(raw.lines):
        findings.append(rows.whole(severity="error", kind="empty_table", what="has no rows"))
    if table in TABLES:
        money = currency_findings(raw.frame, matched.headers, rows, currency=options.currency)
        findings += money
    refused = set(matched.refused)
    if table == "alignment" and not {"account_id", "unit_id"} & set(texts):
        what = "has neither a column account_id nor a column unit_id"
        findings.append(rows.whole(severity="error", kind="missing_column", what=what))
        return Reading(frame=None, rows=rows, findings=findings)
    if columns[0].required and key not in texts:
        return Reading(frame=None, rows=rows, findings=findings)
    cells = _Cells(texts=texts, extra=extra, raw=raw, rows=rows, options=options, refused=refused)
    frame, more = _typed(cells, columns)
    gone = frozenset(cells.refused)
    return Reading(frame=frame, rows=rows, findings=findings + more, refused=gone)


def _without_second_units(headers: dict[str, str], options: TableOptions) -> None:
    """Take the ZIP of an alignment by account for what it is: an address, not a unit."""
    unit = plain_name(headers.get("unit_id", ""))
    named = "unit_id" in options.columns or unit in {"unitid", "unit", "geoid"}
    if options.table == "alignment" and "account_id" in headers and not named:
        headers.pop("unit_id", None)


def _named(
    raw: RawTable, mapped: Mapping[str, str], columns: tuple[Column, ...], options: TableOptions
) -> tuple[dict[str, pd.Series[str]], dict[str, pd.Series[str]], list[Finding]]:
    """Return our columns and the further ones, by name, as text without guards."""
    known = {column.name for column in columns}
    texts: dict[str, pd.Series[str]] = {}
    extra: dict[str, pd.Series[str]] = {}
    notes: list[tuple[str, str]] = []
    guarded = 0
    taken = set(mapped.values())
    named = [*mapped.items(), *((str(name), str(name)) for name in raw.frame if name not in taken)]
    for name, header in named:
        text = raw.frame[header]
        if options.guarded:
            text, cells = without_guards(text)
            guarded += int(cells.sum())
        if name in known and header in taken:
            texts[name] = text
        else:
            extra[f"{name} (file)" if name in known else name] = text
    if extra:
        what = f"further columns are kept as text: {', '.join(quoted(name) for name in extra)}"
        notes.append(("extra_columns", what))
    if guarded:
        what = f"guards against formulas were taken off {counted(guarded, 'cell')}"
        notes.append(("guards", what))
    found = [
        Finding(severity="info", kind=kind, table=options.table, file=options.file, what=what)
        for kind, what in notes
    ]
    # Sorted, so that the order of a file's columns changes nothing in what is written of them.
    return texts, dict(sorted(extra.items())), found


def _typed(cells: _Cells, columns: tuple[Column, ...]) -> tuple[pd.DataFrame, list[Finding]]:
    """Return the frame with all columns of the table, and what its cells gave rise to."""
    import pandas as pd

    options, rows = cells.options, cells.rows
    settled, findings = _settled(cells, columns)
    texts = {**cells.texts, **settled.texts}
    n = len(rows.lines)
    always = {column.name for column in {**TABLES, **FACT_TABLES}[options.table]}
    values: dict[str, object] = {}
    place_issues: dict[str, list[Issue]] = {}
    for column in columns:
        number = column.kind in _NUMBERS
        text = texts.get(column.name)
        if text is None:
            if column.name in always:
                values[column.name] = np.full(n, np.nan) if number else _blank(n)
            continue
        if number:
            values[column.name], issues = read_numbers(
                text, column.name, kind=_sign(column), written=cells.texts[column.name],
                factor=settled.factors.get(column.name),
            )  # fmt: skip
        elif column.kind in {"zip", "fips", "ccn", "npi"}:
            asked = text.where(~foreign_codes(texts, options), "") if column.kind == "zip" else text
            values[column.name], issues = read_codes(
                asked, column.name, column.kind,
                stored=cells.stored(column.name), repair=options.repair,
            )  # fmt: skip
        elif column.kind == "period":
            values[column.name], issues, found = read_period_column(
                text, column.name, rows, fiscal_start=options.fiscal_start, order=options.dates
            )
            findings += found
        else:
            values[column.name], issues = _text(cells, column)
        if column.kind in _PLACES and options.table in {"accounts", "reps"}:
            place_issues[column.kind] = issues
        else:
            for issue in issues:
                whole = _column_wide(cells, column, issue)
                findings += [whole] if whole else rows.findings(issue)
    foreign = foreign_codes(texts, options)
    if options.postal or foreign.any():
        codes = texts.get("zip", _blank(n)).str.strip().reset_index(drop=True)
        values["postal_code"] = codes.where(foreign, "")
    frame = pd.DataFrame({**values, **cells.extra}, index=pd.RangeIndex(n))
    findings += _identity(frame, rows, columns[0])
    if options.table in {"accounts", "reps"}:
        findings += _places(frame, cells, place_issues)
    return filled(frame, texts, rows, findings), findings


def _sign(column: Column) -> str:
    return "signed" if column.kind in {"lon", "lat"} else column.kind


def _column_wide(cells: _Cells, column: Column, issue: Issue) -> Finding | None:
    """Return one finding where the whole column fails for one cause, and note it as refused."""

    def reads(text: pd.Series[str]) -> NDArray[np.bool_]:
        found: NDArray[np.bool_]
        if column.kind in CODE_READERS:
            codes, _ = read_codes(text, column.name, column.kind)
            found = (codes != "").to_numpy(dtype=bool)
        else:
            found = ~np.isnan(read_numbers(text, column.name, kind=_sign(column))[0])
        return found

    finding = column_wide(
        issue,
        cells.texts[column.name],
        cells.rows,
        others=cells.extra,
        reads=reads if column.kind in CODE_READERS or column.kind in {"lon", "lat"} else None,
    )
    if finding is not None:
        cells.refused.add(column.name)
    return finding


def _settled(cells: _Cells, columns: tuple[Column, ...]) -> tuple[SettledNumbers, list[Finding]]:
    """Return the number columns in one spelling, and what that rests on."""
    kinds = {column.name: column.kind for column in columns if column.kind in _NUMBERS}
    found = settle_numbers(
        {name: text for name, text in cells.texts.items() if name in kinds},
        stored={name: cells.stored(name) for name in cells.texts},
        coordinates=frozenset(name for name, kind in kinds.items() if kind in {"lon", "lat"}),
        delimiter=cells.raw.delimiter,
        decimal=cells.options.decimal,
        currency=cells.options.currency,
        yearly=cells.options.table in {"accounts", "units", "reps"},
        as_written=cells.options.as_written,
    )
    rows = cells.rows
    table = cells.options.table
    ask = f'write decimal = "," or decimal = "." for {cells.options.table} under [inputs]'
    told: list[tuple[Severity, str, list[str], str]] = [
        ("error", "two_readings", found.marks, ask),
        ("error", "two_readings", found.questions, "write the column in one way"),
        *(("warning", "other_currency", [it], _currency_hint(it)) for it in found.warnings),
        (
            "warning",
            "header_unit",
            found.units,
            f'where that is wrong write as_written = ["…"] for {table} under [inputs]',
        ),
        ("info", "two_readings", found.notes, ""),
    ]
    return found, [
        rows.whole(severity=severity, kind=kind, what=what, repair=repair)
        for severity, kind, whats, repair in told
        for what in whats
    ]


def _currency_hint(what: str) -> str:
    code = what.partition(" are written in ")[2].partition(",")[0]
    shown = code if code.isalpha() and len(code) == len("USD") else "CODE"
    return f'write currency = "{shown}" into the scenario, or convert the amounts'


def _blank(n: int) -> pd.Series[str]:
    import pandas as pd

    return pd.Series([""] * n, dtype="str")


def _text(cells: _Cells, column: Column) -> tuple[pd.Series[str], list[Issue]]:
    """Return a text column: ids without blanks around them, units as codes, names verbatim."""
    text, options = cells.texts[column.name], cells.options
    if not column.name.endswith("_id"):
        return text.reset_index(drop=True), []
    bare = text.str.strip()
    issues: list[Issue] = []
    padded = (bare != text).to_numpy(dtype=bool)
    if padded.any():
        issues.append(
            issue_of(
                padded, text, severity="info", kind="blanks", column=column.name,
                what="blanks around ids were taken off",
            )
        )  # fmt: skip
    stored = cells.stored(column.name)
    code = UNIT_CODE.get(options.geography)
    if column.name == "unit_id" and code and options.table in {"units", "alignment"}:
        child = bare.str.contains(":", regex=False)
        codes, found = read_codes(
            bare.where(~child, ""), "unit_id", code, stored=stored, repair=options.repair
        )
        # An alignment survives a unit that no longer exists; market data would be lost unseen.
        soft = options.table == "alignment"
        issues += [
            replace(issue, severity="warning")
            if soft and issue.severity == "error" and issue.kind != "lost_zeros"
            else issue
            for issue in found
        ]
        return codes.where(~child, bare), issues
    bare, unwrapped = unwrapped_ids(bare, column.name)
    issues += unwrapped
    lost = lost_ids(bare, column.name, stored=stored, dates=cells.dates(column.name))
    if any(issue.severity == "error" for issue in lost):
        cells.refused.add(column.name)
    return bare.reset_index(drop=True), issues + lost


def _identity(frame: pd.DataFrame, rows: Rows, key: Column) -> list[Finding]:
    """Find rows without an id and rows that repeat one."""
    if key.kind != "id":
        return []
    ids = frame[key.name]
    findings: list[Finding] = []
    if rows.table != "units" or not (ids == "").all():
        written = np.asarray([value == "" for value in rows.ids], dtype=bool)
        findings += rows.findings(
            issue_of(
                written, ids, severity="error", kind="missing_id", column=key.name,
                what=f"{key.name} is empty",
            )
        )  # fmt: skip
    if rows.table == "reps":
        again, found = two_homes(frame, rows)
        findings += found
        ids = ids.where(~again, "")
    if rows.table in {"accounts", "reps", "units"}:
        findings += case_twins(ids, rows, key.name)
        findings += repeated(
            ids, rows, key.name, kind="duplicate_id", severity="error", what="first on line"
        )
    return findings


def _places(frame: pd.DataFrame, cells: _Cells, issues: dict[str, list[Issue]]) -> list[Finding]:
    """Judge the place columns together and blank what cannot be used."""
    rows, texts, options = cells.rows, cells.texts, cells.options
    kinds = {column.name: column for column in columns_of(options.table)}
    lon, lat = frame["lon"].to_numpy(dtype=float), frame["lat"].to_numpy(dtype=float)
    empty = _blank(len(frame))
    lon, lat, pairs = check_coordinates(
        lon, lat, (texts.get("lon", empty), texts.get("lat", empty)),
        us=options.us, repair=options.repair,
    )  # fmt: skip
    frame["lon"], frame["lat"] = lon, lat
    told = {int(row) for kind in ("lon", "lat") for it in issues.get(kind, []) for row in it.rows}
    # "lon without lat" says nothing new where lat was no number.
    fresh = np.asarray([row not in told for row in range(len(frame))], dtype=bool) if told else None
    pairs = [issue.subset(fresh) for issue in pairs] if fresh is not None else pairs
    ordered = [
        *issues.get("lon", []), *issues.get("lat", []), *pairs,
        *issues.get("zip", []), *issues.get("fips", []),
    ]  # fmt: skip
    findings = check_places(
        frame, rows, ordered,
        required=options.table == "accounts" and not (options.postal or options.by_city),
        column_wide=lambda issue: _column_wide(cells, kinds[issue.column], issue),
        quiet=bool(cells.refused & set(_PLACE_COLUMNS)),
    )  # fmt: skip
    if options.us and options.table == "accounts" and "state" in texts and "zip" in texts:
        for issue in other_states(frame):
            findings += rows.findings(issue)
    return findings
