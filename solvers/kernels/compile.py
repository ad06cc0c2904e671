"""How kernels are compiled: kept on disk where that can be, without reference counts or the GIL.

What is kept on disk is used only while the texts of all kernels are those it was compiled from.
"""

from __future__ import annotations

import hashlib
import importlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import numba

__all__ = ["SOURCES", "compiled", "inlined"]

F = TypeVar("F", bound=Callable[..., Any])


def _refused() -> None:
    raise ImportError


def _load_without_blas() -> None:
    """Load numba's array functions without SciPy's BLAS, which no kernel calls.

    Its import takes 0.15 s of CPU, as long as judging a move of an account.
    """
    linalg: Any = importlib.import_module("numba.np.linalg")
    asked, linalg.ensure_blas = linalg.ensure_blas, _refused
    try:
        importlib.import_module("numba.np.arraymath")
    finally:
        linalg.ensure_blas = asked


_load_without_blas()


def _digest() -> str:
    whole = hashlib.sha256()
    for path in sorted(Path(__file__).parent.rglob("*.py")):
        whole.update(path.read_bytes())
    return whole.hexdigest()


SOURCES = _digest()
"""What all kernels' texts come to: a kernel on disk holds those that it calls as they were then."""


def _jit(function: F, **options: Any) -> F:
    try:
        made: F = numba.njit(cache=True, nogil=True, error_model="numpy", **options)(function)
        # numba itself looks at the age of this kernel's own file, not at the texts of its callees.
        file = getattr(getattr(made, "_cache", None), "_cache_file", None)
        if file is not None:
            file._source_stamp = SOURCES
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
