"""Rows of totals: their label says so, or their numbers are the sums of the rows above."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from territory.inputs.sources.header_rows import NUMBER_LIKE
from territory.inputs.sources.raw import Note
from territory.inputs.sources.rows.grid import Grid, left_out, texts_of
from territory.messages import counted, quoted
from territory.wording import LIMIT

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

__all__ = ["group_of", "is_total", "repeated_labels", "totals"]

_ALONE = (
    r"gesamtergebnis|teilergebnis|ergebnis|overall result|result|résultat|durchschnitt|mittelwert|"
    r"moyenne|promedio|anzahl|minimum|maximum|übertrag|running total|page total|totaux|\*{1,4}|Σ|"
    r"المجموع|общо|сума|sum"
)
_BEGIN = (
    r"(?:(?:grand|sub|overall|report|page|running)[\s-]*)?totals?|gesamt(?:summe)?|summe|"
    r"zwischensumme|sous-total|somme|sub ?totale|totale|eindtotaal|subtotaal|totaal|totalt|suma|"
    r"summa|razem|ogółem|celkem|toplam|yhteensä|i alt|итого|всего|average|mean|median|overall|"
    r"sum (?:of|-)"
)
_END = r"(?:sub)?totals?|(?:gesamt|teil)?ergebnis|zwischensumme"
_WORDS = re.compile(
    rf"(?i)\s*(?:{_BEGIN})(?!\w)|\s*(?:{_ALONE})\s*:?\s*$|\s*(?:合計|小計|総計|总计|合计|總計|합계)|"
    rf"\s*(?:record )?count\s*(?::|$)|.*\S\s+(?:{_END})\s*:?\s*$"
)
_LONE = re.compile(rf"(?i)\s*(?:{_BEGIN}|{_ALONE}|合計|小計|総計|总计|合计|總計|합계)\s*:?\s*$")
_GROUP = re.compile(
    rf"(?i)\s*(\S.*?)\s*[:-]?\s+(?:{_END})\s*:?\s*$|\s*(?:{_BEGIN})[\s:-]+(\S.*?)\s*$"
)
_KIND = re.compile(r"(?i)sum|count|avg|average|min|max|median")
_MOST_CANDIDATES = 2_000
_FEW = 0.7
_NARROW = 4
_SURE = 1_000.0


def is_total(text: str) -> bool:
    """Return whether a label says that its row is a total, average or count.

    Examples
    --------
    >>> [is_total(it) for it in ("Grand Total", "TX Ergebnis", "**", "Σ", "Totality Clinic")]
    [True, True, True, True, False]
    """
    return _WORDS.match(text) is not None


def group_of(label: str) -> str:
    """Return the group that a label is the total of, "" for none.

    Examples
    --------
    >>> group_of("Ann Lee Total"), group_of("Total North"), group_of("Grand Total")
    ('Ann Lee', 'North', '')
    """
    if _LONE.match(label):
        return ""
    found = _GROUP.match(label)
    return "" if found is None else (found[1] or found[2] or "").strip()


def totals(
    grid: Grid,
    body: NDArray[np.intp],
    counts: NDArray[np.int64],
    gone: NDArray[np.bool_],
    notes: list[Note],
) -> NDArray[np.bool_]:
    """Find the rows of totals and subtotals below a header, and add them to the notes.

    A row with less in it than others and one text at most is a total where the text says so, or
    where its numbers are the sums of the rows above it, back to another total or to the top.

    Parameters
    ----------
    grid : Grid
    body : (r,) int
        Its rows below the header.
    counts : (r,) int
        Their filled cells.
    gone : (r,) bool
        Rows that are known to be no data.
    notes : list of Note
        What was left out is added.
    """
    out = np.zeros(len(body), dtype=bool)
    typical = int(np.median(counts))
    full = np.zeros(len(body), dtype=bool)
    if typical <= _NARROW:  # in a narrow table a total has all cells
        first = grid.cells.iloc[body, 0].str.strip()
        full = (first.isin(_lone(first)) & ~gone & (counts >= typical)).to_numpy(dtype=bool)
    few = np.flatnonzero(~gone & ((counts < typical) | full))
    labelled = np.zeros(len(few), dtype=bool)
    for at in range(min(grid.cells.shape[1], 4)):
        labelled |= np.array(
            [is_total(cell) for cell in grid.cells.iloc[body[few], at]], dtype=bool
        )
    sparse = (counts[few] <= _FEW * typical) | (few == len(body) - 1)
    if int((sparse & ~labelled).sum()) > _MOST_CANDIDATES:
        sparse = few == len(body) - 1
    sums = _Sums(grid, body, gone)
    unproved = []
    for at in few[labelled | sparse].tolist():
        texts = [cell.strip() for cell in texts_of(grid.cells, int(body[at])) if cell.strip()]
        words = [text for text in texts if not NUMBER_LIKE.fullmatch(text)]
        # Salesforce writes beside the label what it is: "Subtotal", "Sum".
        words = words[:1] + [text for text in words[1:] if not _KIND.fullmatch(text)]
        label = texts[0] if is_total(texts[0]) else ""
        if len(words) > 1 or (words and words[0] != texts[0]):
            continue
        proved = sums.hold(at, skip=int(bool(words or label) and not _KIND.fullmatch(texts[0])))
        if proved or (label and not full[at]):
            out[at] = True
            sums.leave_out(at)
            if not proved and not _LONE.match(label) and counts[at] > _FEW * typical:
                unproved.append(at)
    sure = out.copy()
    sure[unproved] = False
    left_out(grid, body[sure], ("row of totals was", "rows of totals were"), notes)
    left_out(
        grid,
        body[unproved],
        ("row that calls itself a total was", "rows that call themselves totals were"),
        notes,
        severity="warning",
        repair="its numbers are no sums of the rows above: give it its missing cells if it is data",
    )
    return out


def _lone(labels: pd.Series[str]) -> list[str]:
    return [text for text in labels.unique().tolist() if _LONE.match(text)]


class _Sums:
    """Sums of the number columns of a table, from any total to any row."""

    def __init__(self, grid: Grid, body: NDArray[np.intp], gone: NDArray[np.bool_]) -> None:
        self.grid, self.body, self.gone = grid, body, gone.copy()
        self.starts = [0]
        self.columns: list[list[NDArray[np.float64]]] | None = None

    def leave_out(self, at: int) -> None:
        """Take a row for a total: no later one contains it."""
        self.gone[at] = True
        self.starts.append(at + 1)

    def hold(self, at: int, *, skip: int) -> bool:
        """Return whether all numbers of a row are sums of the rows above; `skip` its label."""
        columns = self._columns()
        filled = [
            it
            for it, cell in enumerate(texts_of(self.grid.cells, int(self.body[at])))
            if cell.strip() and not _KIND.fullmatch(cell.strip())
        ][skip:]
        if not filled:
            return False
        for reading in range(2):
            for start in reversed(self.starts):
                above = np.flatnonzero(~self.gone[start:at]) + start
                if len(above) < 2:
                    continue
                found = [float(columns[it][reading][at]) for it in filled]
                wanted = [float(np.nansum(columns[it][reading][above])) for it in filled]
                if not all(found) or not np.allclose(found, wanted, rtol=LIMIT, atol=0.01):
                    continue
                if len(found) > 1 or at == len(self.body) - 1 or abs(found[0]) >= _SURE:
                    return True
        return False

    def _columns(self) -> list[list[NDArray[np.float64]]]:
        import pandas as pd

        if self.columns is None:
            self.columns = []
            for at in range(self.grid.cells.shape[1]):
                text = self.grid.cells.iloc[self.body, at].str.replace(r"[^\d.,+-]", "", regex=True)
                swapped = text.str.translate({ord("."): None, ord(","): "."})
                plain = text.str.replace(",", "", regex=False)
                self.columns.append(
                    [pd.to_numeric(it, errors="coerce").to_numpy(float) for it in (plain, swapped)]
                )
        return self.columns


def repeated_labels(
    cells: pd.DataFrame,
    names: Sequence[str],
    lines: NDArray[np.int64],
    group_lines: Sequence[tuple[int, str]],
    notes: list[Note],
) -> pd.DataFrame:
    """Repeat the labels of a pivot table that stand in the first row of their group only.

    Parameters
    ----------
    cells : (n, w) DataFrame of str
        The rows of the table, without its totals.
    names : sequence of str
        Headers.
    lines : (n,) int64
        Where the rows stand.
    group_lines : sequence of (int, str)
        Line of each total and the group that it is the total of, "" where it names none: then
        each part between two totals has to begin with its label, and to have no other.
    notes : list of Note
        What was filled is added.
    """
    for at in range(cells.shape[1]):
        column = cells.iloc[:, at].str.strip()
        empty = (column == "").to_numpy(dtype=bool)
        if not empty.any():
            continue
        filled = column.replace("", None).ffill().fillna("")
        last = np.searchsorted(lines, [line for line, _ in group_lines]) - 1
        starts = _starts(empty, last)
        ends = [
            (int(row), group)
            for row, (_, group) in zip(last.tolist(), group_lines, strict=True)
            if row >= 0 and filled.iloc[row] == group
        ]
        groups = set(column[column != ""])
        named = {group for _, group in ends} == groups and min(len(groups), len(ends)) >= 2
        if not named and not starts:
            continue
        example = ends[0][1] if named else column.iloc[starts[0]]
        cells = cells.copy()
        cells.isetitem(at, filled.array)
        what = f"{counted(int(empty.sum()), 'row')} took {quoted(names[at])} from the row above: "
        what += f"the totals show that it stands once for its group, as {quoted(example)}"
        notes.append(("warning", "merged", int(lines[np.flatnonzero(empty)[0]]), what, ""))
    return cells


def _starts(empty: NDArray[np.bool_], last: NDArray[np.intp]) -> list[int]:
    """Return the first rows of the parts between totals, [] unless each has its label there only.

    Parameters
    ----------
    empty : (n,) bool
        Cells of a column without a label.
    last : (t,) int
        The last row above each total.
    """
    bounds = [0, *sorted({int(row) + 1 for row in last} - {0})]
    if bounds[-1] != len(empty) or len(bounds) <= 2:
        return []
    parts = [empty[start:end] for start, end in pairwise(bounds)]
    if not all(len(part) and not part[0] and part[1:].all() for part in parts):
        return []
    return bounds[:-1]
