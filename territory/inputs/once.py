"""Within one command what is read or placed once is kept, whoever asks for it again."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar, cast

__all__ = ["kept", "once"]

_T = TypeVar("_T")

_KEPT: ContextVar[dict[Hashable, object] | None] = ContextVar("kept", default=None)


@contextmanager
def once() -> Iterator[None]:
    """Keep what `kept` makes until the end of the outermost block; outside of one nothing is kept.

    A command is such a block. A notebook is none: there a file may change between two cells.
    """
    if _KEPT.get() is not None:
        yield
        return
    token = _KEPT.set({})
    try:
        yield
    finally:
        _KEPT.reset(token)


def kept(key: Hashable, make: Callable[[], _T]) -> _T:
    """Return what was made under this key in the block, else make it.

    Parameters
    ----------
    key : hashable
        All that the value depends on.
    make : callable
        What it raises is not kept.

    Examples
    --------
    >>> made = []
    >>> with once():
    ...     _ = [kept("table", lambda: made.append("read")) for _ in range(3)]
    >>> made
    ['read']
    """
    known = _KEPT.get()
    if known is None:
        return make()
    if key not in known:
        known[key] = make()
    return cast("_T", known[key])
