"""Whether a file was written by this product: only such a file is ever replaced by another."""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path

from geo.files.archives import DAMAGED

__all__ = ["SIGNATURE", "is_ours", "signed_svg"]

SIGNATURE = "territory-design"
"""What the product writes into its pages, workbooks, slides and pictures as their maker."""

_LOOKED_AT = 65_536
_COLUMNS = 4


def signed_svg(chart: str) -> str:
    """Return a chart with its maker in front, so that it can be written again.

    Examples
    --------
    >>> signed_svg("<svg></svg>").splitlines()
    ['<!-- territory-design -->', '<svg></svg>']
    """
    return f"<!-- {SIGNATURE} -->\n{chart}\n"


def is_ours(path: Path, *, fresh: Path) -> bool:
    """Whether the file in a place is an earlier edition of the one that is to replace it.

    Tables are known by their first columns, JSON by its first key, other texts by their first
    line, everything else by the product's signature inside. An empty file is nobody's work.

    Parameters
    ----------
    path : Path
        What stands there.
    fresh : Path
        What this product has just written, of the same kind.

    Returns
    -------
    bool
    """
    if not path.is_file():
        return False
    if path.stat().st_size == 0:
        return True
    if path.suffix.lower() == ".csv":
        return _columns(path) == _columns(fresh)
    if path.suffix.lower() in {".xlsx", ".pptx"}:
        return _is_made_here(path)
    if SIGNATURE.encode() in _ends(path):
        return True
    if path.suffix.lower() in {".json", ".geojson"}:
        return _keys(path) == _keys(fresh) != []
    if path.suffix.lower() in {".txt", ".md", ".toml", ".ics", ".yaml"}:
        return _first_line(path) == _first_line(fresh)
    return path.read_bytes() == fresh.read_bytes()


def _columns(path: Path) -> list[str]:
    return [name.strip(' "\r\n') for name in re.split("[,;\t]", _first_line(path))][:_COLUMNS]


def _first_line(path: Path) -> str:
    with path.open(encoding="utf-8-sig", errors="replace") as file:
        return file.readline(_LOOKED_AT).strip()


def _is_made_here(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as book, book.open("docProps/core.xml") as said:
            return SIGNATURE.encode() in said.read(_LOOKED_AT)
    except (*DAMAGED, KeyError, RuntimeError):
        return False


def _ends(path: Path) -> bytes:
    with path.open("rb") as file:
        head = file.read(_LOOKED_AT)
        file.seek(max(0, path.stat().st_size - _LOOKED_AT))
        return head + file.read(_LOOKED_AT)


def _keys(path: Path) -> list[str]:
    """Names of a JSON object at its top."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, OSError, RecursionError):
        return []
    return sorted(found) if isinstance(found, dict) else []
