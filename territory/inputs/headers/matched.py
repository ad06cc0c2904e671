"""Find our columns among a file's headers: written names, the user's mapping, known aliases."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from territory.inputs.headers.columns import Column
from territory.inputs.sources.names import plain_name, plain_names
from territory.inputs.sources.raw import Note
from territory.messages import Severity, closest, quoted, visible

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Matched", "matched_headers"]

_MISSPELLED = 0.75
"""Likeness from which a header may be a column's name misspelled: with a dozen names for a column
one is always a little like some header ("date" like "state"), and a wrong hint misleads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Matched:
    """What the headers of a table mean.

    Attributes
    ----------
    headers : dict
        Our name → header; one header may serve two of our columns where the user says so.
    notes : list of Note
        Aliases used, mapped headers that are absent, required columns that are absent.
    refused : frozenset of str
        Our columns about which there is a question or an error: nothing more is said of them.
    """

    headers: dict[str, str]
    notes: list[Note]
    refused: frozenset[str]


def matched_headers(
    cells: pd.DataFrame, columns: Sequence[Column], mapping: Mapping[str, str]
) -> Matched:
    """Find our columns among the headers of a table.

    The user's mapping comes first, then our own names, then the aliases of a column, then the
    headers that may stand in for it, provided that exactly one header matches; headers with the
    same cells count as one.

    Parameters
    ----------
    cells : (n, w) DataFrame of str
        The table, its headers as written in the file.
    columns : sequence of Column
        What the table may have.
    mapping : mapping of str to str
        Our name → header, from the scenario.
    """
    headers = [str(name) for name in cells.columns]
    out = Matched(headers={}, notes=[], refused=frozenset())
    refused: set[str] = set()
    for ours, written in mapping.items():
        name = re.sub(r"\s+", " ", written).strip()
        if name in headers:
            out.headers[ours] = name
        else:
            refused.add(ours)
            out.notes.append(_absent(ours, written, headers))
    free = [header for header in headers if header not in out.headers.values()]
    for column in columns:
        if column.name in mapping:
            continue
        rivals, how = _candidates(column, free)
        if len(rivals) > 1 and bool(cells[rivals].nunique(axis=1).le(1).all()):
            how = f"{how}; {', '.join(map(quoted, rivals[1:]))} has the same cells"
            rivals = rivals[:1]
        if len(rivals) > 1:
            refused.add(column.name)
            out.notes.append(_question(column, rivals))
        elif rivals:
            out.headers[column.name] = rivals[0]
            if not (column.required and rivals[0] in _like(column.stand_ins, [rivals[0]])):
                # An NPI may serve as id and as NPI; any other header serves one column.
                free.remove(rivals[0])
            if how or rivals[0] != column.name:
                what = f"column {quoted(rivals[0])} was read as {column.name}{how}"
                severity: Severity = "warning" if column.caution and how else "info"
                out.notes.append((severity, "alias", 0, what, ""))
        elif column.required:
            refused.add(column.name)
            out.notes.append(_missing(column, headers))
    return Matched(headers=out.headers, notes=out.notes, refused=frozenset(refused))


def _absent(ours: str, written: str, headers: Sequence[str]) -> Note:
    close = closest(written, headers)
    what = f"has no column {quoted(written)}, which the scenario names for {ours}; "
    hint = f"did you mean {quoted(close[0])}?" if close else ""
    return ("error", "missing_column", 0, f"{what}it has {_listed(headers)}", hint)


def _question(column: Column, rivals: Sequence[str]) -> Note:
    listed = " and ".join(map(quoted, rivals))
    what = f"has {len(rivals)} columns that could be {column.name}: {listed}"
    hint = f'Write columns = {{{column.name} = "{visible(rivals[0])}"}} for this table '
    return ("error", "header", 0, what, f"{hint}in the scenario, or the other one")


_OTHER_KIND = re.compile(
    r"(?i)%|\bpercent|\bpct\b|[(\[]\s*(?:units?|pcs|pieces|qty|quantity|#|count|days|score|rank|"
    r"index|st(?:ü|ue)ck|pi[eè]ces|unidades)\s*[)\]]"
)


def _candidates(column: Column, headers: Sequence[str]) -> tuple[list[str], str]:
    """Return the headers that fit a column best, and what to say of them.

    A share or a count of pieces is no amount, and no number of hours or calls.
    """
    if column.name.endswith(("_usd", "_h")) or column.name == "n_calls":
        headers = [name for name in headers if not _OTHER_KIND.search(name)]
    own = [column.name] if column.name in headers else []
    own = own or [name for name in headers if plain_name(name) == plain_name(column.name)]
    if len(own) == 1:
        other = [name for name in _like(column.aliases, headers) if name != own[0]]
        return own, f"; {', '.join(map(quoted, other))} was not" if other else ""
    found = _like((column.name, *column.aliases), headers)
    if found:
        return found, ""
    stand_in = _like(column.stand_ins, headers)
    return stand_in, f": {column.caution}" if stand_in and column.caution else ""


def _like(names: Sequence[str], headers: Sequence[str]) -> list[str]:
    wanted = {plain_name(name) for name in names}
    whole = [header for header in headers if plain_name(header) in wanted]
    return whole or [header for header in headers if wanted & set(plain_names(header))]


def _missing(column: Column, headers: Sequence[str]) -> Note:
    plain = {plain_name(header): header for header in headers}
    wanted = [plain_name(name) for name in (column.name, *column.aliases)]
    close = [plain[match] for name in wanted for match in closest(name, plain, least=_MISSPELLED)]
    what = f"has no column {column.name} ({column.description}); it has {_listed(headers)}"
    header = close[0] if close else "HEADER"
    hint = f"did you mean {quoted(visible(header))}? " if close else ""
    return (
        "error",
        "missing_column",
        0,
        what,
        f'{hint}Write columns = {{{column.name} = "{header}"}} for this table in the scenario'
        f"{column.absent}",
    )


def _listed(headers: Sequence[str]) -> str:
    shown = ", ".join(quoted(header) for header in headers[:12])
    return f"{shown} and {len(headers) - 12} more" if len(headers) > 12 else shown or "none"
