"""What was found in the tables: every problem, guess and repair, worst first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from types import MappingProxyType
from typing import TYPE_CHECKING

from territory.audit_kinds import KINDS
from territory.errors import InputError
from territory.messages import EVIDENCE_LINES, Message, Severity, counted, quoted

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Audit", "Finding"]

_SEVERITY_RANK: Mapping[str, int] = MappingProxyType({"error": 0, "warning": 1, "info": 2})
_KIND_RANK: Mapping[str, int] = MappingProxyType({kind: at for at, kind in enumerate(KINDS)})
_NOUNS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "accounts": ("account", "accounts"),
        "reps": ("rep", "reps"),
        "units": ("unit", "units"),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One fact about one place in a table.

    Parameters
    ----------
    severity : {"error", "warning", "info"}
        Errors stop the work; warnings and infos go on.
    kind : str
        What sort of problem, for instance ``duplicate_id``; findings of one kind and table make
        one message.
    table : str
        For instance ``accounts``.
    file : str
        As the user wrote it.
    line : int
        Physical line of the file, from 1; 0 when the finding is about the whole table.
    id : str
        The user's own id.
    column : str
        Our name of the column.
    value : str
        As it stands in the file.
    what : str
        What is wrong, or what was done.
    repair : str
        The repair that can be made, or was made; empty when there is none.
    """

    severity: Severity
    kind: str
    table: str = ""
    file: str = ""
    line: int = 0
    id: str = ""
    column: str = ""
    value: str = ""
    what: str
    repair: str = ""


_SPELLING = frozenset(
    {"not_a_number", "not_finite", "out_of_range", "bad_code", "lost_zeros", "missing_marker"}
    | {"two_readings", "blanks", "unknown_zip", "unknown_fips", "id_changed"}
)
"""Kinds whose rows differ in nothing but their place: a cause is counted, not listed."""


def _evidence(group: list[Finding]) -> tuple[str | tuple[str, ...], ...]:
    """Return a line for each row, or one for each cause where rows are many and causes few."""
    causes: dict[tuple[str, str], list[Finding]] = {}
    for finding in group:
        causes.setdefault((finding.column, finding.what), []).append(finding)
    if len(causes) > EVIDENCE_LINES and group[0].kind in _SPELLING:
        # As many causes as rows, as with zeros put back: one line for each column.
        causes = {}
        for finding in group:
            causes.setdefault((finding.column, ""), []).append(finding)
        causes = {
            (name, f"{rows[0].what} and the like"): rows for (name, _), rows in causes.items()
        }
    lines: list[str | tuple[str, ...]] = []
    for (column, what), rows in causes.items():
        if len(rows) > EVIDENCE_LINES and rows[0].kind in _SPELLING:
            first = rows[0]
            label = f"{column}: " if column else ""
            value = f" {quoted(first.value)}" if column else ""
            where = f"{first.file}:{first.line}  {first.id}{value}"
            lines.append(f"{label}{len(rows):,} × {what}, first {where}")
        else:
            lines += [
                (
                    f"{finding.file}:{finding.line}",
                    finding.id,
                    f"{finding.column} {quoted(finding.value)}" if finding.column else "",
                    f"({finding.what})",
                )
                for finding in rows
            ]
    return tuple(lines)


def _order(finding: Finding) -> tuple[int, int, str, int]:
    return (
        _SEVERITY_RANK[finding.severity],
        _KIND_RANK.get(finding.kind, len(_KIND_RANK)),
        finding.table,
        finding.line,
    )


@dataclass(frozen=True, slots=True, init=False)
class Audit:
    """All findings, worst first.

    Parameters
    ----------
    findings : iterable of Finding
        In any order.
    rows : mapping of str to int, optional
        Number of rows by table, so that messages can say "3 of 1,204 accounts".
    source : str, optional
        The scenario as the user wrote it, for hints.

    Examples
    --------
    >>> finding = Finding(severity="error", kind="no_place", table="accounts", file="a.csv",
    ...                   line=17, id="A-1", column="zip", value="99999", what="unknown ZIP")
    >>> print(Audit([finding], rows={"accounts": 1204}).messages()[0].text())
    error: 1 of 1,204 accounts has no place on the map
      a.csv:17  A-1  zip "99999"  (unknown ZIP)
    <BLANKLINE>
    hint: give each of them lon and lat, or a ZIP code, or a county FIPS code
    """

    findings: tuple[Finding, ...] = ()
    rows: Mapping[str, int] = field(default_factory=dict)
    source: str = ""

    def __init__(
        self,
        findings: Iterable[Finding] = (),
        *,
        rows: Mapping[str, int] | None = None,
        source: str = "",
    ) -> None:
        object.__setattr__(self, "findings", tuple(sorted(findings, key=_order)))
        object.__setattr__(self, "rows", MappingProxyType(dict(rows or {})))
        object.__setattr__(self, "source", source)

    def __len__(self) -> int:
        """Return the number of findings."""
        return len(self.findings)

    def __bool__(self) -> bool:
        """Return whether there are findings."""
        return bool(self.findings)

    def __iter__(self) -> Iterator[Finding]:
        """Iterate over the findings, worst first."""
        return iter(self.findings)

    def __add__(self, other: Audit) -> Audit:
        """Return both audits as one."""
        return Audit(
            (*self.findings, *other.findings),
            rows={**self.rows, **other.rows},
            source=self.source or other.source,
        )

    def plus(self, findings: Iterable[Finding]) -> Audit:
        """Return this audit with further findings."""
        return Audit((*self.findings, *findings), rows=self.rows, source=self.source)

    @property
    def errors(self) -> tuple[Finding, ...]:
        """What stops the work."""
        return self._of("error")

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """What should be looked at."""
        return self._of("warning")

    @property
    def infos(self) -> tuple[Finding, ...]:
        """What was done with the tables."""
        return self._of("info")

    def _of(self, severity: Severity) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.severity == severity)

    def messages(self, *severities: Severity) -> tuple[Message, ...]:
        """Return the findings as messages: one for each kind and table, one for each whole table.

        Parameters
        ----------
        *severities : {"error", "warning", "info"}
            Which ones; all when none is named.

        Returns
        -------
        tuple of Message
            Worst first.
        """
        groups: dict[tuple[str, ...], list[Finding]] = {}
        for at, finding in enumerate(self.findings):
            if severities and finding.severity not in severities:
                continue
            if finding.line and finding.kind in KINDS:
                key: tuple[str, ...] = (finding.severity, finding.kind, finding.table)
            elif finding.line:
                key = (finding.severity, finding.kind, finding.table, finding.what)
            else:
                key = (finding.severity, finding.kind, finding.table, str(at))
            groups.setdefault(key, []).append(finding)
        return tuple(self._message(group) for group in groups.values())

    def _message(self, group: list[Finding]) -> Message:
        first = group[0]
        kind = KINDS.get(first.kind)
        hint = kind.hint if kind and first.severity != "info" else ""
        if first.line and any(finding.repair for finding in group):
            hint = (
                f"run `territory audit {self.source or 'SCENARIO'} --fix-preview` "
                "to see the repairs that can be made"
            )
        if not first.line:
            whole = f"{first.file}: {first.what}" if first.file else first.what
            evidence = (first.id,) if first.id else ()
            repair = first.repair if first.severity != "info" else ""
            return Message(whole, evidence=evidence, hint=repair, severity=first.severity)
        evidence_lines = _evidence(group)
        return Message(
            self._fact(group, kind.one if kind else "", kind.many if kind else ""),
            evidence=evidence_lines,
            hint=hint,
            severity=first.severity,
        )

    def _fact(self, group: list[Finding], one: str, many: str) -> str:
        table = group[0].table
        lines = len({(finding.file, finding.line) for finding in group})
        total = max(self.rows.get(table, 0), lines)
        noun = _NOUNS.get(table, (f"row of {table}", f"rows of {table}"))
        subject = f"{lines:,} of {counted(total, *noun)}"
        if one:
            return f"{subject} {one if lines == 1 else many}"
        return f"{subject}: {group[0].what}"

    def repairs(self) -> pd.DataFrame:
        """List the repairs that can be made: what ``territory audit --fix-preview`` shows.

        Returns
        -------
        DataFrame
            Columns table, file, line, id, column, value, repair; repairs that were already made
            are not among them.
        """
        import pandas as pd

        names = ["table", "file", "line", "id", "column", "value", "repair"]
        found = [
            [getattr(finding, name) for name in names]
            for finding in self.findings
            if finding.repair and finding.line
        ]
        return pd.DataFrame(found, columns=pd.Index(names))

    def to_frame(self) -> pd.DataFrame:
        """Return the findings as a table, one row each, worst first."""
        import pandas as pd

        names = [part.name for part in fields(Finding)]
        rows = [
            [*(getattr(finding, name) for name in names), self.rows.get(finding.table, 0)]
            for finding in self.findings
        ]
        return pd.DataFrame(rows, columns=pd.Index([*names, "of"]))

    def raise_if_errors(self) -> None:
        """Stop if there are errors.

        Raises
        ------
        InputError
            With one message for each kind of error.
        """
        messages = self.messages("error")
        if messages:
            raise InputError(*messages)
