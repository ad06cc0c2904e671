"""Headers that speak of one of our columns and were not taken for it: offered, never guessed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from territory.audit import Finding
from territory.inputs.findings.rows import Rows
from territory.inputs.headers.columns import TABLES
from territory.inputs.sources.header_rows import NUMBER_LIKE
from territory.inputs.sources.names import plain_name
from territory.messages import quoted, visible

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["near_headers", "offer", "unread_sales"]

_SHORT = 5
_SHARE = 0.8
_SAMPLE = 500


def near_headers(frame: pd.DataFrame, table: str, column: str) -> list[str]:
    """Return the headers of numbers that have a name of a column as one of their words.

    Parameters
    ----------
    frame : (n, w) DataFrame
        A table as read: what was not understood is kept as text under its header.
    table, column : str
        Ours.
    """
    own = {each.name for each in TABLES[table]}
    names = next((each for each in TABLES[table] if each.name == column), None)
    words = {column.split("_", maxsplit=1)[0]}
    for alias in names.aliases if names else ():
        if alias.isalpha() and len(alias) >= _SHORT:
            words.add(alias)
    if column == "service_h":
        words |= {"hours", "hrs", "stunden", "heures", "horas", "ore"}
    plain = {plain_name(word) for word in words}
    found = []
    for header in map(str, frame.columns):
        spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", header)
        parts = {plain_name(part) for part in re.split(r"[\W_\d]+", spaced)}
        if header not in own and parts & plain and _numbers(frame[header]):
            found.append(header)
    return found


def _numbers(cells: pd.Series[str]) -> bool:
    head = [str(cell).strip() for cell in cells.iloc[:_SAMPLE]]
    some = [cell for cell in head if cell]
    return bool(some) and sum(
        NUMBER_LIKE.fullmatch(cell) is not None for cell in some
    ) >= _SHARE * len(some)


def offer(frame: pd.DataFrame, table: str, column: str) -> str:
    """Return the hint that names the first header that could be meant, "" for none."""
    near = near_headers(frame, table, column)
    if not near:
        return ""
    return (
        f"did you mean {quoted(visible(near[0]))}? Write columns = "
        f'{{{column} = "{near[0]}"}} for this table in the scenario'
    )


def unread_sales(frame: pd.DataFrame, rows: Rows) -> list[Finding]:
    """Warn of headers that speak of sales where no column was read as sales."""
    near = near_headers(frame, rows.table, "revenue_usd")
    if not near:
        return []
    which = "could be it" if len(near) == 1 else "could be meant"
    what = f"no column was read as revenue_usd, and {', '.join(map(quoted, near[:5]))} {which}: "
    what += "without it handing over an account costs nothing"
    repair = offer(frame, rows.table, "revenue_usd")
    return [rows.whole(severity="warning", kind="missing_column", what=what, repair=repair)]
