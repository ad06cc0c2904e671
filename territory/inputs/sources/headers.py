"""Name the columns of a table by its header row, and note headers absent or written twice."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from territory.inputs.sources.raw import Note
from territory.messages import quoted

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["clean_headers"]


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
