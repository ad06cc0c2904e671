"""The rows of one table as findings speak of them: file, line and the user's id."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from territory.audit import Finding
from territory.messages import Severity, quoted

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Issue", "Rows", "issue_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """One kind of problem in one column, row by row.

    Parameters
    ----------
    severity : {"error", "warning", "info"}
        The caller may decide otherwise: a bad ZIP matters less where coordinates are given.
    kind : str
        See `territory.audit_kinds`.
    column : str
        Our name.
    rows : (p,) intp
        Positions in the table.
    values, whats, repairs : list of p str
        As written in the file, what is wrong, what it could be instead ("" where unknown).
    """

    severity: Severity
    kind: str
    column: str
    rows: NDArray[np.intp]
    values: list[str]
    whats: list[str]
    repairs: list[str]

    def subset(self, keep: NDArray[np.bool_]) -> Issue:
        """Return the issue of some of its rows; ``keep`` is (n,) over the table."""
        chosen = [at for at, row in enumerate(self.rows) if keep[row]]
        return replace(
            self,
            rows=self.rows[chosen],
            values=[self.values[at] for at in chosen],
            whats=[self.whats[at] for at in chosen],
            repairs=[self.repairs[at] for at in chosen],
        )

    def kept(self, keep: NDArray[np.bool_]) -> Issue:
        """Return the issue for a table of which only the rows of ``keep`` remain."""
        part = self.subset(keep)
        return replace(part, rows=(np.cumsum(keep) - 1)[part.rows])


def issue_of(
    mask: NDArray[np.bool_],
    text: pd.Series[str],
    *,
    severity: Severity,
    kind: str,
    column: str,
    what: str,
) -> Issue:
    """Return the issue of all marked rows, with the same words for each."""
    rows = np.flatnonzero(mask)
    return Issue(
        severity=severity,
        kind=kind,
        column=column,
        rows=rows,
        values=[str(value) for value in text.iloc[rows].tolist()],
        whats=[what] * len(rows),
        repairs=[""] * len(rows),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Names of the rows of one table.

    Parameters
    ----------
    table, file : str
        Our name of the table; the file as the user wrote it.
    lines : (n,) int64
        Physical lines.
    ids : sequence of n str
        The user's ids.
    """

    table: str
    file: str
    lines: NDArray[np.int64]
    ids: Sequence[str]

    def kept(self, keep: NDArray[np.bool_]) -> Rows:
        """Return the names of the rows that remain; ``keep`` is (n,)."""
        return self.taken(np.flatnonzero(keep))

    def taken(self, at: NDArray[np.intp]) -> Rows:
        """Return the names of some rows, in the order of their positions; one may come again."""
        chosen: list[int] = at.tolist()
        return replace(self, lines=self.lines[chosen], ids=[self.ids[at] for at in chosen])

    def finding(
        self, row: int, *, severity: Severity, kind: str, what: str, **more: str
    ) -> Finding:
        """Return a finding about one row."""
        return Finding(
            severity=severity,
            kind=kind,
            table=self.table,
            file=self.file,
            line=int(self.lines[row]),
            id=str(self.ids[row]),
            what=what,
            **more,
        )

    def whole(self, *, severity: Severity, kind: str, what: str, repair: str = "") -> Finding:
        """Return a finding about the whole table."""
        return Finding(
            severity=severity, kind=kind, table=self.table, file=self.file, what=what, repair=repair
        )

    def several(
        self, at: NDArray[np.intp], values: pd.Series, *, severity: Severity, kind: str, what: str
    ) -> Finding:
        """Return one finding about several rows that names the first of them.

        Parameters
        ----------
        at : intp, shape (q,), q > 0
            Positions of the rows.
        values : (n,) Series
            The column that tells, with its name.
        severity, kind, what
            The words that stand before the first row's place.
        """
        first = int(at[0])
        told = f"{values.name} {quoted(str(values.iloc[first]))}"
        return self.whole(
            severity=severity, kind=kind, what=f"{what}first on line {self.lines[first]}, {told}"
        )

    def findings(self, issue: Issue) -> list[Finding]:
        """Return an issue as findings, one a row; an info becomes one line about the column."""
        if not len(issue.rows):
            return []
        if issue.severity == "info":
            count = f"{len(issue.rows):,} of {len(self.lines):,}"
            what = f"{issue.column}: {issue.whats[0]} in {count} rows"
            example = f"for instance line {self.lines[issue.rows[0]]}, {issue.values[0]!r}"
            return [self.whole(severity="info", kind=issue.kind, what=f"{what}, {example}")]
        return [
            self.finding(
                int(row),
                severity=issue.severity,
                kind=issue.kind,
                what=what,
                column=issue.column,
                value=value,
                repair=repair,
            )
            for row, value, what, repair in zip(
                issue.rows, issue.values, issue.whats, issue.repairs, strict=True
            )
        ]
