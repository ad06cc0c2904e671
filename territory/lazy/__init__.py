"""Doors that open at once: a room's names are imported when they are used, not before."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping

__all__ = ["door"]


def door(
    room: str, names: Mapping[str, str]
) -> tuple[Callable[[str], object], Callable[[], list[str]], list[str]]:
    """Return ``__getattr__``, ``__dir__`` and ``__all__`` of a room (PEP 562).

    Parameters
    ----------
    room : str
        ``__name__`` of the package.
    names : mapping of str to str
        The module of each name, ``.part`` below the room or absolute, and behind a colon what it
        is called there. No name is that of a module of the room: importing the module would take
        the name over.
    """

    def get(name: str) -> object:
        if name in names:
            module, _, called = names[name].partition(":")
            return getattr(importlib.import_module(module, room), called or name)
        raise AttributeError(f"module {room!r} has no attribute {name!r}")

    return get, lambda: sorted(names), sorted(names)
