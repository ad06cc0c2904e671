"""In which currency the amounts of a table are: by their headers and by a column of codes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING

from territory.inputs.headers import standard
from territory.inputs.numbers.currencies import CODES, code_of, fits, sign_in
from territory.inputs.sources.names import plain_name
from territory.messages import counted, quoted

if TYPE_CHECKING:
    import pandas as pd

    from territory.audit import Finding
    from territory.inputs.findings.rows import Rows

__all__ = ["code_column", "currency_findings"]

_HEADERS = frozenset(map(plain_name, ("currency", *standard.CURRENCY)))


def code_column(frame: pd.DataFrame) -> tuple[str, Counter[str]]:
    """Return the header of the column that says each row's currency, and rows by code.

    Returns
    -------
    (str, Counter)
        "" and nothing where there is no such column.
    """
    for header in map(str, frame.columns):
        if plain_name(header) not in _HEADERS:
            continue
        count: Counter[str] = Counter(map(code_of, frame[header].tolist()))
        del count[""]
        if count and set(count) <= CODES | {"$", "kr"}:
            return header, count
    return "", Counter()


def currency_findings(
    frame: pd.DataFrame, headers: Mapping[str, str], rows: Rows, *, currency: str
) -> list[Finding]:
    """Find amounts in another currency than the plan's: one is warned about, two are an error.

    Parameters
    ----------
    frame : (n, w) DataFrame of str
        The table, its headers as written in the file.
    headers : mapping of str to str
        Our name -> header.
    rows : Rows
    currency : str
        The plan's.
    """
    money = {ours: header for ours, header in headers.items() if ours.endswith("_usd")}
    if not money:
        return []
    found: list[Finding] = []
    column, count = code_column(frame)
    if len(count) > 1:
        listed = " and ".join(
            f"{code} ({counted(n, 'row')})" for code, n in sorted(count.items(), key=_most)[:4]
        )
        what = f"amounts in {listed} stand in one table, by its column {quoted(column)}"
        leave = f'convert them to {currency}, or leave rows out with where = "…"'
        found.append(rows.whole(severity="error", kind="other_currency", what=what, repair=leave))
    elif count and not fits(code := next(iter(count)), currency):
        what = f"column {quoted(column)} says {code}, the plan reckons in {currency}; "
        what += "amounts are taken as they are, nothing is converted"
        found.append(
            rows.whole(
                severity="warning", kind="other_currency", what=what, repair=_hint(code, currency)
            )
        )
    for ours, header in money.items():
        # Our own name says a column's meaning: its amounts are in the scenario's currency.
        code = "" if plain_name(header) == plain_name(ours) else sign_in(header)
        if code and not fits(code, currency):
            what = f"{ours}: header {quoted(header)} says {code}, the plan reckons in {currency}; "
            what += "amounts are taken as they are, nothing is converted"
            found.append(
                rows.whole(
                    severity="warning",
                    kind="other_currency",
                    what=what,
                    repair=_hint(code, currency),
                )
            )
    return found


def _hint(code: str, currency: str) -> str:
    shown = code if len(code) == len("USD") else "CODE"
    return f'convert the amounts to {currency}, or write currency = "{shown}" into the scenario'


def _most(item: tuple[str, int]) -> tuple[int, str]:
    return -item[1], item[0]
