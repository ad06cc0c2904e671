"""Turn marked rows of accounts into findings: by line where the file is known, else by id."""

from __future__ import annotations

from typing import TYPE_CHECKING, NotRequired, TypedDict, Unpack

import numpy as np
from numpy.typing import NDArray

from territory.audit import Finding
from territory.inputs.findings.rows import Rows, issue_of
from territory.messages import Severity, counted, figure, quoted

if TYPE_CHECKING:
    import pandas as pd

    from territory.inputs.scenario.scenario import Scenario

__all__ = ["About", "about_rows", "about_table", "among", "file_of", "numbers_of", "texts_of"]

_NAMED = 5


def file_of(scenario: Scenario, table: str = "accounts") -> str:
    """Return a table's file as the user wrote it; the scenario's where there is none."""
    source = getattr(scenario.inputs, table)
    if source is None:
        return scenario.display
    return source.file or f"sample {source.sample}"


def about_table(
    scenario: Scenario,
    *,
    kind: str,
    what: str,
    severity: Severity = "info",
    repair: str = "",
    column: str = "",
    table: str = "accounts",
) -> Finding:
    """Return a finding about a whole table."""
    return Finding(
        severity=severity, kind=kind, table=table, file=file_of(scenario, table), column=column,
        what=what, repair=repair,
    )  # fmt: skip


class About(TypedDict):
    """What findings about rows say, as `Finding` has it."""

    severity: Severity
    kind: str
    column: str
    what: str
    repair: NotRequired[str]


def about_rows(
    scenario: Scenario,
    accounts: pd.DataFrame,
    mask: NDArray[np.bool_],
    *,
    rows: Rows | None = None,
    **about: Unpack[About],
) -> list[Finding]:
    """Return findings about marked accounts.

    Parameters
    ----------
    scenario : Scenario
    accounts : DataFrame, n rows
        With ``account_id``; the column that the findings are about gives the value that is shown.
    mask : (n,) bool
        Which accounts.
    rows : Rows, optional
        File and line of each account; without them one finding names the first five ids.
    **about
        See `About`.
    """
    if not mask.any():
        return []
    severity, kind, column, what = (
        about["severity"], about["kind"], about["column"], about["what"],
    )  # fmt: skip
    values = accounts[column] if column in accounts else accounts["account_id"]
    if rows is not None and severity != "info":
        shown = values.where(mask, None).map(figure)
        issue = issue_of(mask, shown, severity=severity, kind=kind, column=column, what=what)
        return rows.findings(issue)
    first = np.flatnonzero(mask)[:_NAMED]
    named = ", ".join(
        f"{quoted(str(accounts['account_id'].iloc[row]))} {figure(values.iloc[row])}"
        for row in first.tolist()
    )
    more = "" if mask.sum() <= _NAMED else ", …"
    n = counted(int(mask.sum()), "account")
    said = f"{column} of {n} {what}: {named}{more}"
    return [
        about_table(
            scenario,
            kind=kind,
            what=said,
            severity=severity,
            column=column,
            repair=about.get("repair", ""),
        )
    ]


def numbers_of(accounts: pd.DataFrame, column: str) -> NDArray[np.float64]:
    """Return a column as (n,) numbers, NaN where it says none; an absent one is all missing."""
    import pandas as pd

    if column not in accounts:
        return np.full(len(accounts), np.nan)
    return pd.to_numeric(accounts[column], errors="coerce").to_numpy(dtype=np.float64)


def among(text: pd.Series[str], values: pd.Series[str]) -> NDArray[np.bool_]:
    """Return (n,) which texts are among others: `isin`, which is slow with many texts."""
    import pandas as pd

    if not len(values):
        return np.zeros(len(text), dtype=bool)
    return np.asarray(pd.Index(values).unique().get_indexer(pd.Index(text)) >= 0, dtype=bool)


def texts_of(accounts: pd.DataFrame, column: str) -> pd.Series[str]:
    """Return a column as (n,) text without blanks around it, "" where it says nothing."""
    import pandas as pd

    given = accounts[column]
    if not isinstance(given.dtype, pd.StringDtype):
        given = given.astype(object).where(given.notna(), "").astype("str")
    return given.fillna("").str.strip()
