"""How kernels are compiled: kept on disk where that can be, without reference counts or the GIL."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import numba

__all__ = ["compiled", "inlined"]

F = TypeVar("F", bound=Callable[..., Any])


def _jit(function: F, **options: Any) -> F:
    try:
        made: F = numba.njit(cache=True, nogil=True, error_model="numpy", **options)(function)
    except RuntimeError:  # no folder for the cache: a read-only installation without a home
        made = numba.njit(nogil=True, error_model="numpy", **options)(function)
    return made


def compiled(function: F) -> F:
    """Compile with numba; kept on disk where some folder can be written, else for this process.

    Without reference counts, so such a kernel may not make arrays of its own.
    """
    return _jit(function, _nrt=False)


def inlined(function: F) -> F:
    """Compile as `compiled` does, and into every kernel that calls the function."""
    return _jit(function, _nrt=False, forceinline=True)
