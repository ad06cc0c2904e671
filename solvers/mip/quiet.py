"""Libraries that print from C, whatever they are told, keep off standard output."""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

__all__ = ["off_stdout"]

_ONE_AT_A_TIME = Lock()


@contextmanager
def off_stdout() -> Iterator[None]:
    """Send what is printed on standard output to standard error for a while.

    HiGHS tells of a few of its steps by ``printf`` even where its output is off; a line of its own
    before the object that a command with ``--json`` prints makes that unreadable.
    """
    with _ONE_AT_A_TIME:
        try:
            libc, kept = ctypes.CDLL(None), os.dup(1)
        except (OSError, TypeError):  # no such output, or a system without one C library
            yield
            return
        sys.stdout.flush()
        libc.fflush(None)
        os.dup2(2, 1)
        try:
            yield
        finally:
            libc.fflush(None)
            os.dup2(kept, 1)
            os.close(kept)
