"""Changes to a scenario written in code: texts as in a file, keys by name, tables as DataFrames."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, cast

from territory.errors import InputError
from territory.messages import Message, quoted

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["SHORT", "frame_digest", "keys_of", "merged", "tables_of"]

SHORT: Mapping[str, str] = {
    "effort": "effort",
    "seed": "seed",
    "time_limit": "time_limit_s",
    "threads": "threads",
}
"""Names that stand for keys of ``[solve]``, as the command line has them."""


def keys_of(texts: Sequence[str], values: Mapping[str, object]) -> dict[str, object]:
    """Return the keys that some texts and values write, nested as in a file.

    Parameters
    ----------
    texts : sequence of str
        ``"measures.workload_h.tolerance=0.15"``: a line of TOML; a value that is no TOML is text.
    values : mapping
        `SHORT` names, or sections with their keys: ``{"solve": {"seed": 3}}``.

    Raises
    ------
    InputError
        A text without ``=`` or with a key that is none.

    Examples
    --------
    >>> keys_of(["measures.workload_h.tolerance=0.15", "name=wide"], {"effort": "quick"})
    {'measures': {'workload_h': {'tolerance': 0.15}}, 'name': 'wide', 'solve': {'effort': 'quick'}}
    """
    found: dict[str, object] = {}
    for text in texts:
        name, sign, value = text.partition("=")
        if not sign:
            raise InputError(
                Message(
                    f"{quoted(text)} changes nothing; expected key=value",
                    hint='write for instance "measures.workload_h.tolerance=0.15"',
                )
            )
        found = merged(found, _parsed(name.strip(), value.strip()))
    for key, part in values.items():
        found = merged(found, {"solve": {SHORT[key]: part}} if key in SHORT else {key: part})
    return found


def _parsed(name: str, value: str) -> dict[str, object]:
    try:
        return tomllib.loads(f"{name} = {value}")
    except tomllib.TOMLDecodeError:
        pass
    try:
        where = tomllib.loads(f"{name} = 0")
    except tomllib.TOMLDecodeError:
        raise InputError(
            Message(
                f"{quoted(name)} is no key of a scenario",
                hint="write the section and the key with dots: solve.effort",
            )
        ) from None
    return _ended(where, value)


def _ended(keys: Mapping[str, object], value: str) -> dict[str, object]:
    """Put a text where the path of keys ends."""
    return {
        key: _ended(below, value) if isinstance(below, dict) else value
        for key, below in keys.items()
    }


def merged(base: Mapping[str, object], over: Mapping[str, object]) -> dict[str, object]:
    """Return keys with others written over them, section by section."""
    out = dict(base)
    for key, value in over.items():
        old = out.get(key)
        both = isinstance(old, Mapping) and isinstance(value, Mapping)
        out[key] = merged(old, value) if both else value  # type: ignore[arg-type]
    return out


def tables_of(values: Mapping[str, object]) -> dict[str, pd.DataFrame]:
    """Return those values that are tables."""
    return {
        name: cast("pd.DataFrame", value)
        for name, value in values.items()
        if hasattr(value, "columns") and hasattr(value, "ndim")
    }


def frame_digest(frame: pd.DataFrame) -> str:
    """Return the SHA-256 of a table: of its column names and cells as text."""
    import hashlib

    return hashlib.sha256(frame.to_csv(index=False).encode("utf-8")).hexdigest()
