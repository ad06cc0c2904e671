"""How wide the columns of a sheet are, how high its rows, and which columns paper shows."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from territory.currency import money, sheet_format

if TYPE_CHECKING:
    import pandas as pd

    from territory.publish.excel.workbook_parts import Style


__all__ = [
    "LINE_POINTS",
    "WRAPPED",
    "header_lines",
    "longest",
    "n_printed",
    "row_lines",
    "width_of",
]

WRAPPED = 40
"""Text columns that are longer than this many letters are wrapped."""
LINE_POINTS = 15.0
"""Height of a line of 11 points."""
UPRIGHT = 95.0
"""Letters across an upright page: sheets that are no wider need not lie across."""

_LOOKED_AT = 200
"""Rows that decide on a column's width."""
_WIDEST = 60.0
_ON_PAPER = 260.0
"""Letters across a page at the smallest print that is still read, about 55 %."""
_MOST_LINES = 12
_SHOWN: dict[str, Callable[[float], str]] = {
    "#,##0": "{:,.0f}".format,
    "#,##0.00": "{:,.2f}".format,
    "0.000000": "{:.6f}".format,
}


def longest(column: pd.Series, style: Style) -> int:
    """Return the most letters that a cell of a column shows, by its first rows.

    Examples
    --------
    >>> import pandas as pd
    >>> from territory.publish.excel.workbook_parts import Style
    >>> longest(pd.Series([1 / 3, 2000.5]), Style("#,##0.00"))
    8
    """
    known = {**_SHOWN, sheet_format(): money}
    shown = known.get(style.number_format, _percents if "%" in style.number_format else str)

    def letters(value: object) -> int:
        if isinstance(value, float | int) and not isinstance(value, bool):
            return len(shown(value)) if value == value else 0  # noqa: PLR0124 - NaN only
        return len(str(value))

    return max(map(letters, column.head(_LOOKED_AT).tolist()), default=0)


def _percents(value: float) -> str:
    return f"{value:+.1%}"


def width_of(title: str, letters: int, *, people: bool) -> float:
    """Return a column's width in letters: headings for people may take several lines."""
    wide = max((len(word) for word in title.split()), default=0) if people else len(title)
    told = letters if letters <= WRAPPED else max(WRAPPED, letters // 4)
    return min(_WIDEST, max(wide, min(len(title), 14), told) + 2.5)


def header_lines(titles: Sequence[str], widths: Sequence[float]) -> int:
    """Return how many lines the heading with the most of them takes."""
    return max(
        (len(textwrap.wrap(t, max(1, int(w - 1)))) for t, w in zip(titles, widths, strict=True)),
        default=1,
    )


def row_lines(values: Sequence[object], wrapped: Sequence[tuple[int, float]]) -> int:
    """Return how many lines a row takes; `wrapped` has the place and width of such columns.

    Examples
    --------
    >>> row_lines(["short", "a sentence that is longer than its column"], [(1, 22.5)])
    3
    """
    most = 1
    for at, width in wrapped:
        letters = len(str(values[at]))
        # Lines break at words: a few letters of each stay empty, and bold or wide ones take more.
        most = max(most, -(-letters // max(1, int(width - 3))) if letters > width - 2 else 1)
    return min(most, _MOST_LINES)


def n_printed(widths: Sequence[float]) -> int:
    """Return how many columns, from the first on, paper shows so that they can be read.

    Examples
    --------
    >>> n_printed([20.0] * 50), n_printed([20.0] * 5)
    (13, 5)
    """
    room = _ON_PAPER
    for at, width in enumerate(widths):
        room -= width
        if room < 0:
            return max(1, at)
    return len(widths)
