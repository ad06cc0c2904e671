"""From any exception to what the user is told and the exit code: nothing ends in a traceback."""

from __future__ import annotations

import errno
import traceback
from pathlib import Path

from territory.errors import InputError, TerritoryError
from territory.messages import Message

__all__ = ["failure_of"]

_USERS_FILES = frozenset(
    {
        errno.EACCES,
        errno.EPERM,
        errno.EROFS,
        errno.ENOSPC,
        errno.EDQUOT,
        errno.EFBIG,
        errno.EIO,
        errno.ELOOP,
        errno.ENXIO,
        errno.ENOENT,
        errno.EEXIST,
        errno.ENOTDIR,
        errno.EISDIR,
        errno.ENAMETOOLONG,
    }
)
"""Operating system errors that the user can mend; any other one is a bug or a broken disk."""

_PACKAGES = ("territory", "solvers", "geo")


def failure_of(error: Exception) -> TerritoryError:
    """Return the explained error for an exception.

    Parameters
    ----------
    error : Exception
        What ended a command: an explained error is returned as it is; a wrong command line and
        files that cannot be read or written are inputs; anything else is a bug.

    Returns
    -------
    TerritoryError

    Examples
    --------
    >>> failure_of(FileNotFoundError(2, "No such file or directory", "a.toml")).exit_code
    2
    >>> print(failure_of(KeyError("x")))
    error: this is a bug: KeyError: 'x'
    <BLANKLINE>
    hint: run it again as `territory --debug …` and report what it prints
    """
    if isinstance(error, TerritoryError):
        return error
    if hasattr(error, "format_message"):  # the base class of the parser's errors is not public
        return InputError(_usage(error))
    if isinstance(error, OSError) and error.errno in _USERS_FILES:
        place = f"{error.filename}: " if error.filename else ""
        return InputError(Message(f"{place}{error.strerror}"))
    if isinstance(error, MemoryError):
        return TerritoryError(
            Message(
                "the memory of this machine does not suffice",
                hint="take larger units (counties instead of ZIPs) or fewer states",
            )
        )
    return TerritoryError(
        Message(
            f"this is a bug: {type(error).__name__}: {_first_line(error)}",
            evidence=_origin(error),
            hint="run it again as `territory --debug …` and report what it prints",
        )
    )


def _usage(error: Exception) -> Message:
    """Say what is wrong with the command line, in one line."""
    said = str(error.format_message())  # type: ignore[attr-defined]
    fact = " ".join(said.split()).rstrip(".").replace("Value error, ", "")
    context = getattr(error, "ctx", None)
    command = getattr(context, "command_path", "") or "territory"
    return Message(fact[:1].lower() + fact[1:], hint=f"see `{command} --help`")


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [""])[0]


def _origin(error: Exception) -> tuple[str, ...]:
    """Name the innermost line of the product's own code."""
    root = Path(__file__).resolve().parents[2]
    frames = [
        (Path(frame.filename).resolve(), frame)
        for frame in traceback.extract_tb(error.__traceback__)
    ]
    own = [
        f"{path.relative_to(root)}:{frame.lineno} in {frame.name}"
        for path, frame in frames
        if any(path.is_relative_to(root / package) for package in _PACKAGES)
    ]
    return (own[-1],) if own else ()
