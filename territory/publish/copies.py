"""Pages that are drawn side by side, each by a copy of this process that ends with its page."""

from __future__ import annotations

import gc
import os
import signal
import sys
import time
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

__all__ = ["Copies", "drawn_by_copies"]

_ENDINGS = ("SIGINT", "SIGTERM", "SIGHUP")

_IDLE_S = 20.0
"""Seconds without any work after which a copy is taken to hang, and its page is drawn here."""

_SAFE = sys.platform == "linux"
"""Whether a copy of a process may go on with libraries that the first one has loaded."""


class Copies:
    """Copies of this process, each of which draws a page."""

    def __init__(self) -> None:
        self._running: dict[str, int] = {}

    def begin(self, name: str, draw: Callable[[], object]) -> None:
        """Begin to draw a page."""
        self._running[name] = _copy(draw)

    def waited(self, name: str) -> bool:
        """Wait for a page and say whether it is drawn.

        Where it is not, because the copy failed, was ended or was never made, the caller draws it,
        and meets the error itself.
        """
        drawn = name in self._running and _drawn(self._running[name])
        self._running.pop(name, None)
        return drawn

    def end(self) -> None:
        """End those that nobody has waited for, wherever they are."""
        for copy in self._running.values():
            with suppress(ProcessLookupError, ChildProcessError):
                os.kill(copy, signal.SIGKILL)
                os.waitpid(copy, 0)
        self._running.clear()


@contextmanager
def drawn_by_copies(pages: Mapping[str, Callable[[], object]]) -> Iterator[Copies]:
    """Begin to draw pages in copies of this process, one a page, while the block does other work.

    A copy has all that was known at the beginning of the block, without reading it again, and
    takes little memory of its own. Nothing comes back from it but the files that it writes. Copies
    that nobody has waited for are ended with the block.

    Parameters
    ----------
    pages : mapping of str to callable
        What draws each page into its file. None are begun outside Linux, where copies are not safe
        to work on, so that none is ever drawn by one.

    Yields
    ------
    Copies
    """
    copies = Copies()
    try:
        with suppress(OSError):  # where no room is left for one, the caller draws
            for name, draw in pages.items() if _SAFE else ():
                copies.begin(name, draw)
        yield copies
    finally:
        copies.end()


def _drawn(copy: int) -> bool:
    """Wait for a copy to end, and say whether well; one that no longer does anything is ended."""
    worked, since = -1.0, time.monotonic()
    while True:
        ended, status = os.waitpid(copy, os.WNOHANG)
        if ended:
            return status == 0
        if (now := _worked_s(copy)) > worked:
            worked, since = now, time.monotonic()
        elif time.monotonic() - since > _IDLE_S:
            os.kill(copy, signal.SIGKILL)
            os.waitpid(copy, 0)
            return False
        time.sleep(0.01)


def _worked_s(copy: int) -> float:
    """CPU seconds of a process so far; 0 where the system does not tell."""
    with suppress(OSError):
        # After the name, which may hold blanks: user and system time are 14th and 15th of all.
        told = Path(f"/proc/{copy}/stat").read_text("utf-8").rpartition(")")[2].split()
        return (int(told[11]) + int(told[12])) / os.sysconf("SC_CLK_TCK")
    return 0.0


def _copy(draw: Callable[[], object]) -> int:
    """Let a copy of this process draw a page, and return its number."""
    with warnings.catch_warnings():
        # Python warns of copies of processes with threads: those of the search have ended, or wait
        # for work and hold nothing that a page asks for.
        warnings.simplefilter("ignore", DeprecationWarning)
        number = os.fork()
    if number:
        return number
    status = 1
    try:
        for name in _ENDINGS:  # a terminal's Ctrl+C goes to all: the first process decides
            signal.signal(getattr(signal, name), signal.SIG_IGN)
        gc.freeze()  # what is shared stays shared
        # A line of progress may be half written by a thread that the copy does not have.
        with Path(os.devnull).open("w", encoding="utf-8") as sys.stderr:
            draw()
        status = 0
    finally:
        os._exit(status)
