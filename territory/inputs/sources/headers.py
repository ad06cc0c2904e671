"""Find our columns among a file's headers: written names, the user's mapping, known aliases."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from territory.inputs.sources.names import plain_name
from territory.inputs.sources.raw import Note
from territory.inputs.tables.columns import Column
from territory.messages import quoted, visible

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["clean_headers", "matched_headers"]


def clean_headers(
    cells: pd.DataFrame, header: Sequence[str]
) -> tuple[pd.DataFrame, list[int], list[Note]]:
    """Name the columns of a table, say which were kept, and note headers absent or written twice.

    A column without header and without content (a trailing delimiter) is left out.
    """
    import pandas as pd

    names: list[str] = []
    keep: list[int] = []
    notes: list[Note] = []
    for at, written in enumerate(header):
        name = re.sub(r"\s+", " ", written.replace("\ufeff", "")).strip()
        if not name:
            if bool((cells.iloc[:, at] == "").all()):
                continue
            name = f"column_{at + 1}"
            notes.append(
                ("warning", "header", 0, f"column {at + 1} has no header; kept as {name}", "")
            )
        if name in names:
            notes.append(
                (
                    "error",
                    "header",
                    0,
                    f"has two columns named {quoted(name)}",
                    "rename one of them",
                )
            )
            name = f"{name}_{at + 1}"
        names.append(name)
        keep.append(at)
    frame = cells.iloc[:, keep].copy()
    frame.columns = pd.Index(names, dtype="str")
    return frame, keep, notes


def matched_headers(
    headers: Sequence[str], columns: Sequence[Column], mapping: Mapping[str, str]
) -> tuple[dict[str, str], list[Note]]:
    """Return header → our name for the columns that a table has.

    The user's mapping comes first, then our own names, then the aliases of a column, provided
    that exactly one header matches.

    Parameters
    ----------
    headers : sequence of str
        As written in the file.
    columns : sequence of Column
        What the table may have.
    mapping : mapping of str to str
        Our name → header, from the scenario.

    Returns
    -------
    found : dict
        Header → our name.
    notes : list
        Aliases used, mapped headers that are absent, required columns that are absent.
    """
    found: dict[str, str] = {}
    notes: list[Note] = []
    for ours, written in mapping.items():
        name = re.sub(r"\s+", " ", written).strip()
        if name in headers:
            found[name] = ours
        else:
            close = difflib.get_close_matches(name, headers, n=1, cutoff=0.5)
            notes.append(
                (
                    "error",
                    "missing_column",
                    0,
                    f"has no column {quoted(written)}, which the scenario names for {ours}; "
                    f"it has {_listed(headers)}",
                    f"did you mean {quoted(close[0])}?" if close else "",
                )
            )
    taken = set(mapping)
    free = [header for header in headers if header not in found]
    for column in columns:
        if column.name in taken:
            continue
        header = _header_of(column, free)
        rivals = _rivals(column, free) if header is None else []
        if rivals:
            listed = " and ".join(map(quoted, rivals))
            what = f"has {len(rivals)} columns that could be {column.name}: {listed}"
            hint = f'Write columns = {{{column.name} = "{visible(rivals[0])}"}} for this table '
            notes.append(("error", "header", 0, what, f"{hint}in the scenario, or the other one"))
            continue
        if header is None:
            if column.required:
                notes.append(_missing(column, headers))
            continue
        found[header] = column.name
        free.remove(header)
        if header != column.name:
            notes.append(
                ("info", "alias", 0, f"column {quoted(header)} was read as {column.name}", "")
            )
    return found, notes


def _header_of(column: Column, headers: Sequence[str]) -> str | None:
    if column.name in headers:
        return column.name
    for names in ((column.name,), column.aliases):
        wanted = {plain_name(name) for name in names}
        matches = [header for header in headers if plain_name(header) in wanted]
        if len(matches) == 1:
            return matches[0]
    return None


def _rivals(column: Column, headers: Sequence[str]) -> list[str]:
    """Return the headers that fit a column where more than one does: the user has to say which."""
    wanted = {plain_name(name) for name in (column.name, *column.aliases)}
    found = [header for header in headers if plain_name(header) in wanted]
    return found if len(found) > 1 else []


def _missing(column: Column, headers: Sequence[str]) -> Note:
    plain = {plain_name(header): header for header in headers}
    wanted = [plain_name(name) for name in (column.name, *column.aliases)]
    close = [
        plain[match]
        for name in wanted
        for match in difflib.get_close_matches(name, plain, n=1, cutoff=0.6)
    ]
    what = f"has no column {column.name} ({column.description}); it has {_listed(headers)}"
    header = close[0] if close else "HEADER"
    hint = f"did you mean {quoted(visible(header))}? " if close else ""
    return (
        "error",
        "missing_column",
        0,
        what,
        f'{hint}Write columns = {{{column.name} = "{header}"}} for this table in the scenario',
    )


def _listed(headers: Sequence[str]) -> str:
    shown = ", ".join(quoted(header) for header in headers[:12])
    return f"{shown} and {len(headers) - 12} more" if len(headers) > 12 else shown or "none"
