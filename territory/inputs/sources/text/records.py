"""JSON that is a table: a list of records, as interfaces of CRM systems answer, or one a line."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from territory.inputs.sources.frames import raw_from_frame
from territory.inputs.sources.raw import Note, RawTable, SourceError
from territory.messages import quoted

__all__ = ["holds_records", "read_records"]

_HEAD = 4096
_LISTS = ("records", "value", "results", "items", "data", "rows")
_INSIDE = frozenset({"attributes", "properties"})


def holds_records(path: Path) -> bool:
    """Return whether a JSON file begins like records rather than like a layer."""
    with path.open("rb") as stream:
        head = stream.read(_HEAD)
    text = head.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace").lstrip()
    if text.startswith("["):
        return text[1:].lstrip().startswith("{")
    if not text.startswith("{"):
        return False
    if path.suffix.lower() in {".jsonl", ".ndjson"}:
        return True
    layer = any(f'"{word}"' in text for word in ("FeatureCollection", "Feature", "Topology"))
    return not layer and any(f'"{name}"' in text for name in _LISTS) and "[" in text


def read_records(path: Path) -> RawTable:
    """Read records as a table: their keys are the headers, keys within keys are joined by a dot.

    Raises
    ------
    SourceError
        If the text is no JSON, or holds no list of records.
    """
    import pandas as pd

    text = path.read_bytes().decode("utf-8-sig", "replace")
    notes: list[Note] = []
    try:
        if path.suffix.lower() in {".jsonl", ".ndjson"}:
            found: object = [json.loads(line) for line in text.splitlines() if line.strip()]
        else:
            found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise SourceError(f"is no JSON: {error}", hint="export it again") from None
    if isinstance(found, dict):
        name = next((it for it in _LISTS if isinstance(found.get(it), list)), "")
        if found.get("done") is False or found.get("@odata.nextLink") or found.get("paging"):
            what = "says that further pages follow; only this one is here"
            notes.append(("warning", "format", 0, what, "export all of it, for instance as CSV"))
        notes.append(("info", "format", 0, f"its list {quoted(name)} was read", ""))
        found = found.get(name)
    rows = [it for it in found if isinstance(it, dict)] if isinstance(found, list) else []
    if not rows or not isinstance(found, list) or len(rows) < len(found):
        raise SourceError("is JSON, but no list of records", hint="export the table as CSV")
    return raw_from_frame(pd.DataFrame.from_records([_flat(row) for row in rows]), tuple(notes))


def _flat(row: Mapping[str, object], before: str = "") -> dict[str, object]:
    """Return a record with the keys of records in it beside its own; lists stay texts."""
    out: dict[str, object] = {}
    for key, value in row.items():
        name = f"{before}{key}"
        if isinstance(value, dict):
            if {"type", "url"} >= set(value) or key.startswith("@"):
                continue  # what Salesforce says of each record, not of the account
            inside = key in _INSIDE and not before
            out |= {
                k: v for k, v in _flat(value, "" if inside else f"{name}.").items() if k not in out
            }
        elif isinstance(value, list):
            out[name] = json.dumps(value, ensure_ascii=False)
        elif isinstance(value, bool):
            out[name] = str(value).lower()
        else:
            out[name] = value
    return out
