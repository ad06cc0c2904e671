"""Errors that the solvers raise, each carrying the values that a caller needs to name the cause."""

from __future__ import annotations

__all__ = ["ProblemError", "SolverError"]


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
