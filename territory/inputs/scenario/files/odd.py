"""Refuse scenario files that would never end: pipes, devices, huge files, keys of many parts."""

from __future__ import annotations

import re
import stat
from pathlib import Path

from territory.errors import InputError
from territory.messages import Message

__all__ = ["refuse_deep", "refuse_odd"]

_LARGEST = 10_000_000
_MOST_PARTS = 100
# The parser of TOML takes time and memory with the square of a key's parts.
_DEEP_KEY = re.compile(
    r"""(?:(?:"[^"\n]{0,200}"|'[^'\n]{0,200}'|[\w-]{1,200})[ \t]*\.[ \t]*){100}"""
)


def refuse_odd(path: Path, display: str) -> None:
    """Refuse what is no file of a scenario's size.

    Raises
    ------
    InputError
        A pipe, a device, or more than ten megabytes.
    OSError
        The file is not there.
    """
    found = path.stat()
    if not stat.S_ISREG(found.st_mode) and not stat.S_ISDIR(found.st_mode):
        raise InputError(
            Message(f"{display} is no regular file, but a pipe or a device; expected a scenario")
        )
    if found.st_size > _LARGEST:
        size = found.st_size / 1e6
        raise InputError(
            Message(
                f"{display} has {size:,.0f} MB; a scenario has at most {_LARGEST / 1e6:,.0f} MB",
                hint="put tables into files of their own, named under [inputs]",
            )
        )


def refuse_deep(text: str, display: str) -> None:
    """Refuse a key of more parts than any scenario has.

    Raises
    ------
    InputError
        With the line of the key.
    """
    deep = _DEEP_KEY.search(text)
    if deep is None:
        return
    line = text.count("\n", 0, deep.start()) + 1
    raise InputError(
        Message(
            f"{display}:{line}: a key of more than {_MOST_PARTS} parts",
            hint="a key of a scenario has at most four, as in inputs.accounts.columns.zip",
        )
    )
