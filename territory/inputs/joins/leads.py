"""Which rep leads where an account (or unit) has several today: share, role, or a question."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from territory.audit import Finding
from territory.inputs.findings.rows import Rows
from territory.inputs.joins.names import vacancy
from territory.inputs.joins.owners import rep_of
from territory.inputs.joins.references import repeated
from territory.messages import counted, quoted

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["leading_rows", "named_in", "owners_apart"]

_LEADS = re.compile(r"(?i)\b(?:primary|prim\b|lead|main|principal|haupt|titulaire|hoofd)")
_BETWEEN = re.compile(r"\s*(?:[;/|+\n]|\s&\s|\s(?:and|und|et|en|y)\s)\s*")
_NUMBER = re.compile(r"^\s*(\d+(?:[.,]\d+)?)\s*%?\s*$")
_NAMED = 3


def named_in(cell: str) -> list[str]:
    """Return what may be several names in one cell, with ; / | + & or "and" between.

    Examples
    --------
    >>> named_in("VACANT - Ohio / Ada Example"), named_in("Bo Ek")
    (['VACANT - Ohio', 'Ada Example'], ['Bo Ek'])
    """
    return [each for each in _BETWEEN.split(cell) if each]


def owners_apart(
    alignment: pd.DataFrame, rows: Rows, reps: pd.DataFrame | None
) -> tuple[pd.DataFrame, Rows, list[Finding]]:
    """Return the alignment with a row for each rep of a cell that names several.

    Parameters
    ----------
    alignment : DataFrame
        With ``territory_id``: a territory, a rep's id or name, or some with ; / | + & between.
    rows : Rows
    reps : DataFrame or None
        Of whom every part of such a cell is one, or nobody ("open"); other cells stay whole.
    """
    if reps is None:
        return alignment, rows, []
    labels = alignment["territory_id"].str.strip()
    known = set(reps["territory_id"]) | set(reps["rep_id"]) | set(reps["name"])
    parts: dict[str, list[str]] = {}
    for label in labels.unique().tolist():
        found = named_in(label)
        if label in known or len(found) < 2 or rep_of(label, reps) is not None:
            continue
        if all(rep_of(each, reps) is not None or vacancy(each) for each in found):
            parts[label] = found
    if not parts:
        return alignment, rows, []
    several = [parts.get(label, [label]) for label in labels.tolist()]
    at = np.repeat(np.arange(len(labels)), [len(each) for each in several])
    apart = alignment.iloc[at].reset_index(drop=True)
    apart = apart.assign(
        territory_id=np.asarray([name for each in several for name in each], dtype=object)
    ).astype({"territory_id": "str"})
    first = next(iter(parts))
    what = (
        f"territory_id: {counted(int(labels.isin(list(parts)).sum()), 'row')} name several reps, "
        f"as {quoted(first)}: each is read as {len(parts[first])} rows"
    )
    return apart, rows.taken(at), [rows.whole(severity="info", kind="joined", what=what)]


def leading_rows(
    alignment: pd.DataFrame, rows: Rows, *, several: str | None = None
) -> tuple[NDArray[np.bool_], list[Finding]]:
    """Return (n,) the rows that lead, one territory an account or unit, and what was left out.

    Parameters
    ----------
    alignment : DataFrame
        ``account_id, unit_id, territory_id, role, share``; territories as they are, "" where
        nobody serves today.
    rows : Rows
    several : {"first"}, optional
        What leads where neither share nor role says it; else that is a question about each.

    Notes
    -----
    Whoever serves comes before a vacant row, then the one largest share, then the one role that
    says primary, lead or main.
    """
    account = alignment["account_id"]
    column = np.where(account != "", "account_id", "unit_id")
    own = account.where(account != "", alignment["unit_id"])
    territory = alignment["territory_id"]
    keep = np.ones(len(alignment), dtype=bool)
    both = alignment.assign(own=own, column=column)
    pairs = both[own.ne("")].drop_duplicates(["column", "own", "territory_id"])
    contested = pairs[pairs.duplicated(["column", "own"], keep=False)]
    if contested.empty:
        return keep, []
    share = _shares(alignment["share"]) if "share" in alignment else np.zeros(len(alignment))
    leads = alignment["role"].str.contains(_LEADS).to_numpy(dtype=bool)
    told: dict[str, list[str]] = {}
    which = list(zip(contested["column"], contested["own"], strict=True))
    pairs = both[own.isin(set(contested["own"]))]
    groups: dict[tuple[str, str], list[int]] = {each: [] for each in which}
    places = np.flatnonzero(own.isin(set(contested["own"])).to_numpy(dtype=bool)).tolist()
    for row, each in zip(places, zip(pairs["column"], pairs["own"], strict=True), strict=True):
        if each in groups:
            groups[each].append(row)
    for (_, name), members in groups.items():
        at = np.array(members, dtype=np.intp)
        why, lead = _lead(at, territory, share, leads, several)
        if lead is None:
            continue
        others = sorted({str(territory.iloc[row]) or "vacant" for row in at} - {lead})
        told.setdefault(why, []).append(f"{name}: {lead} before {', '.join(others)}")
        keep[at] = (territory.iloc[at] == lead).to_numpy(dtype=bool)
    findings = [
        rows.whole(
            severity="warning", kind="several_reps",
            what=f"{counted(len(cases), 'account or unit', 'accounts or units')} with several reps "
            f"today: {why} leads, the others serve with it and are left out; "
            f"{'; '.join(cases[:_NAMED])}",
        )
        for why, cases in told.items()
    ]  # fmt: skip
    left = rows.kept(keep)
    for name in ("account_id", "unit_id"):
        ids = own.where(column == name, "")[keep].reset_index(drop=True)
        same = alignment.assign(own=own)[keep].duplicated(["own", "territory_id"])
        findings += repeated(
            ids.where(~same.reset_index(drop=True), ""), left, name, kind="conflict",
            severity="error", what="another territory on line",
        )  # fmt: skip
    return keep, [_in_one_cell(each) for each in findings]


def _in_one_cell(finding: Finding) -> Finding:
    """Say of a cell that names several reps that the other stands in it."""
    if finding.kind == "conflict" and finding.what.endswith(f"line {finding.line}"):
        return replace(finding, what="another rep in the same cell")
    return finding


def _lead(
    at: NDArray[np.intp],
    territory: pd.Series[str],
    share: NDArray[np.float64],
    leads: NDArray[np.bool_],
    several: str | None,
) -> tuple[str, str | None]:
    """Return what says who leads, and the territory that does; None where nothing says it."""
    served = at[(territory.iloc[at] != "").to_numpy(dtype=bool)]
    names = territory.iloc[served]
    if names.nunique() == 1:
        return "whoever serves", str(names.iloc[0])
    by_share = names[share[served] == share[served].max()]
    if by_share.nunique() == 1 and share[served].max() > 0:
        return "the larger share", str(by_share.iloc[0])
    by_role = names[leads[served]]
    if by_role.nunique() == 1:
        return "the role that says so", str(by_role.iloc[0])
    if several == "first":
        return "the first row", str(names.iloc[0])
    return "", None


def _shares(text: pd.Series[str]) -> NDArray[np.float64]:
    """Return (n,) shares as numbers, 0 where none is written: only their order counts."""
    known = {
        cell: float(found[1].replace(",", "."))
        for cell in text.unique().tolist()
        if (found := _NUMBER.match(cell))
    }
    return np.array([known.get(cell, 0.0) for cell in text.tolist()])
