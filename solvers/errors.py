"""Errors that the solvers raise, with the values that name the cause, and the checks of arrays."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from solvers.arrays import Bools, Floats

__all__ = [
    "ProblemError",
    "SolverError",
    "check_indices",
    "check_numbers",
    "check_shape",
    "first_true",
]


class SolverError(Exception):
    """Base of every error that leaves this package on purpose."""


class ProblemError(SolverError, ValueError):
    """A problem that makes no sense, found before any work is done.

    Parameters
    ----------
    field : str
        Name of the `Problem` field, e.g. ``"activity"``.
    value : object
        The offending value.
    expected : str
        What would have been right, in words.
    index : tuple of int, optional
        Where in the field, e.g. ``(17, 0)`` for unit 17 in measure 0.

    Examples
    --------
    >>> raise ProblemError("goal", 0.0, "a number above 0", index=(2, 1))
    Traceback (most recent call last):
    solvers.errors.ProblemError: goal[2, 1] is 0.0; expected a number above 0
    """

    def __init__(
        self, field: str, value: object, expected: str, *, index: tuple[int, ...] = ()
    ) -> None:
        self.field = field
        self.value = value
        self.expected = expected
        self.index = index
        place = f"{field}[{', '.join(map(str, index))}]" if index else field
        super().__init__(f"{place} is {value}; expected {expected}")


def first_true(mask: Bools) -> tuple[int, ...] | None:
    """Return the index of the first True of a mask of any shape, or None."""
    if not mask.any():
        return None
    return tuple(int(j) for j in np.unravel_index(int(np.argmax(mask)), mask.shape))


def check_shape(field: str, value: NDArray[np.generic], expected: tuple[int, ...]) -> None:
    """Raise `ProblemError` where an array has not the shape that is expected."""
    if value.shape != expected:
        raise ProblemError(field, f"of shape {value.shape}", f"shape {expected}")


def check_numbers(field: str, value: Floats, *, lowest: float = 0.0, above: bool = False) -> None:
    """Raise `ProblemError` where an array of any shape holds NaN, infinities or too low values.

    Parameters
    ----------
    field : str
    value : float64, any shape
    lowest : float
        Least value that is right; where `above`, values must be greater.
    above : bool
    """
    low = value <= lowest if above else value < lowest
    if (at := first_true(~np.isfinite(value) | low)) is not None:
        word = "above" if above else "not below"
        raise ProblemError(field, float(value[at]), f"a finite number {word} {lowest:g}", index=at)


def check_indices(field: str, value: NDArray[np.integer], top: int, *, lowest: int = -1) -> None:
    """Raise `ProblemError` where an array of any shape is not of integers `lowest` to `top` - 1."""
    if not np.issubdtype(value.dtype, np.integer):
        raise ProblemError(field, f"of type {value.dtype}", "integers")
    if (at := first_true((value < lowest) | (value >= top))) is not None:
        raise ProblemError(field, int(value[at]), f"{lowest} to {top - 1}", index=at)
