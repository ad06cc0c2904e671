"""Open a workbook that people have edited, or that was damaged on its way."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from geo.files.archives import DAMAGED
from territory.errors import InputError
from territory.messages import Message

if TYPE_CHECKING:
    from openpyxl import Workbook

__all__ = ["opened"]

_UNREADABLE = (
    *DAMAGED,
    *(KeyError, IndexError, ValueError, TypeError, AttributeError, RuntimeError),
    SyntaxError,  # what the parsers of XML raise
)


@contextmanager
def opened(path: Path) -> Iterator[Workbook]:
    """Yield a workbook whose rows are read as they are asked for.

    Parameters
    ----------
    path : Path
        An ``.xlsx`` file.

    Raises
    ------
    InputError
        It is no workbook, or reading it came upon damage.
    """
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    path.open("rb").close()  # a file that is absent or locked says so in the system's words
    try:
        book = load_workbook(path, read_only=True)
        try:
            yield book
        finally:
            book.close()
    except (*_UNREADABLE, InvalidFileException) as error:
        raise InputError(
            Message(
                f"{path} cannot be read as an Excel workbook: {error}",
                hint="open it in Excel and save it again, or take it from a backup",
            )
        ) from error
