"""Read delimited text: delimiter and encoding found out, every row with its physical line."""

from __future__ import annotations

import csv
import io
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from territory.inputs.sources.headers import clean_headers
from territory.inputs.sources.raw import Options, RawTable, SourceError
from territory.messages import Severity, counted

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

__all__ = ["decode", "read_csv", "sniff_delimiter"]

_DELIMITERS = (",", ";", "\t", "|")
_NAMES = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
_SNIFFED_ROWS = 50
_LARGEST_BLOCK = 2**31 - 1

_Note = tuple[Severity, str, int, str, str]


def read_csv(path: Path, options: Options) -> RawTable:
    """Read a delimited text file; see `open_table`."""
    text, notes = decode(path.read_bytes(), options.encoding)
    if not text.strip():
        raise SourceError("is empty", kind="empty_table")
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        raise SourceError(
            f"line {line} contains a NUL character; this is no text table",
            hint="export the table again as CSV UTF-8",
        )
    delimiter = options.delimiter or sniff_delimiter(text)
    frame, lines, more = _fast(text, delimiter) or _careful(text, delimiter)
    notes += more
    if delimiter != ",":
        notes.append(("info", "delimiter", 0, f"read with {_NAMES[delimiter]} as delimiter", ""))
    return RawTable(frame=frame, lines=lines, notes=tuple(notes))


def decode(data: bytes, encoding: str | None = None) -> tuple[str, list[_Note]]:
    """Return the text of a file, and a note when it is not UTF-8.

    UTF-8 and UTF-16 with their marks are recognised; what is no UTF-8 is read as Windows-1252,
    the superset of Latin-1 that spreadsheets write.
    """
    if encoding is not None:
        try:
            return data.decode(encoding).removeprefix("\ufeff"), []
        except LookupError:
            raise SourceError(f'encoding "{encoding}" is unknown', hint="write utf-8") from None
        except UnicodeError:
            raise SourceError(f"is not text in the encoding {encoding}") from None
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return data.decode("utf-16"), [("info", "encoding", 0, "read as UTF-16", "")]
        except UnicodeError:
            raise SourceError("is not text: its UTF-16 is broken") from None
    try:
        return data.decode("utf-8-sig"), []
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        try:
            text, name = data.decode("cp1252"), "Windows Latin-1"
        except UnicodeDecodeError:
            text, name = data.decode("latin-1"), "Latin-1"
        what = f"read as {name}, because line {line} is not UTF-8"
        return text, [("info", "encoding", 0, what, "")]


def sniff_delimiter(text: str) -> str:
    r"""Return the delimiter that cuts the first rows into the most columns of equal number.

    Examples
    --------
    Commas inside a name do not mislead it:

    >>> sniff_delimiter("id;name;zip\nA-1;Smith, Jones;01002\nA-2;Lee, Wu, Co;77030\n")
    ';'
    """
    head = "\n".join(text[:200_000].splitlines()[: _SNIFFED_ROWS * 2])
    best, best_score = ",", (0.0, 0)
    for delimiter in _DELIMITERS:
        try:
            rows = [
                len(row)
                for _, row in zip(
                    range(_SNIFFED_ROWS),
                    csv.reader(io.StringIO(head), delimiter=delimiter),
                    strict=False,
                )
                if row
            ]
        except csv.Error:
            continue
        if not rows or rows[0] < 2:
            continue
        share = Counter(rows)[rows[0]] / len(rows)
        if (share, rows[0]) > best_score:
            best, best_score = delimiter, (share, rows[0])
    return best


def _fast(text: str, delimiter: str) -> tuple[pd.DataFrame, NDArray[np.int64], list[_Note]] | None:
    """Read a regular table without a Python loop over its rows; None when a row is irregular."""
    import pandas as pd
    import pyarrow as pa
    from pyarrow import compute
    from pyarrow import csv as arrow

    data = text.rstrip("\r\n").encode()
    if not data or len(data) >= _LARGEST_BLOCK or data[:1] in b"\r\n":
        return None
    first = next(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    irregular: list[int] = []

    def refuse(row: Any) -> str:
        irregular.append(1)
        return "skip"

    names = [str(at) for at in range(len(first))]
    try:
        table = arrow.read_csv(
            pa.py_buffer(data),
            read_options=arrow.ReadOptions(
                use_threads=False, block_size=len(data) + 1, column_names=names
            ),
            parse_options=arrow.ParseOptions(
                delimiter=delimiter,
                newlines_in_values=True,
                ignore_empty_lines=False,
                invalid_row_handler=refuse,
            ),
            convert_options=arrow.ConvertOptions(
                column_types={name: pa.string() for name in names},
                strings_can_be_null=False,
                quoted_strings_can_be_null=False,
            ),
        )
    except pa.ArrowInvalid:
        return None
    if irregular or data.count(b'"') % 2:
        return None
    breaks = np.zeros(table.num_rows, dtype=np.int64)
    if b'"' in data:
        for column in table.columns:
            breaks += compute.count_substring_regex(column, "\r\n|\r|\n").to_numpy()
    starts = np.cumsum(np.r_[1, breaks[:-1] + 1])
    dtype = pd.StringDtype(na_value=np.nan)
    columns = [
        pd.Series(pd.array(column.combine_chunks(), dtype=dtype)) for column in table.columns
    ]
    cells = pd.concat(columns, axis=1, keys=range(len(first))) if columns else pd.DataFrame()
    return _finished(cells, starts, [])


def _careful(text: str, delimiter: str) -> tuple[pd.DataFrame, NDArray[np.int64], list[_Note]]:
    """Read row by row, and name every row that is irregular."""
    import pandas as pd

    rows: list[list[str]] = []
    lines: list[int] = []
    notes: list[_Note] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    start = 1
    width = 0
    try:
        for row in reader:
            line, start = start, reader.line_num + 1
            if not any(row):
                continue
            if not rows:
                width = len(row)
            if len(row) > width:
                extra = row[width:]
                if any(cell.strip() for cell in extra):
                    what = f"{counted(len(row), 'field')} under {counted(width, 'header')}"
                    notes.append(("error", "wide_row", line, what, ""))
                row = row[:width]  # noqa: PLW2901
            elif len(row) < width:
                what = f"{counted(len(row), 'field')} under {counted(width, 'header')}"
                notes.append(("error", "short_row", line, what, ""))
                row = row + [""] * (width - len(row))  # noqa: PLW2901
            rows.append(row)
            lines.append(line)
    except csv.Error as error:
        reason = "a quote is opened and never closed" if "end of data" in str(error) else str(error)
        raise SourceError(
            f"line {start}: {reason}", hint="a quote inside a quoted field is written twice"
        ) from None
    if not rows:
        raise SourceError("is empty", kind="empty_table")
    cells = pd.DataFrame(rows, columns=pd.RangeIndex(width), dtype="str")
    return _finished(cells, np.asarray(lines, dtype=np.int64), notes)


def _finished(
    cells: pd.DataFrame, lines: NDArray[np.int64], notes: list[_Note]
) -> tuple[pd.DataFrame, NDArray[np.int64], list[_Note]]:
    """Make the first row the header, and leave out rows without any content."""
    header = [str(cell) for cell in cells.iloc[0]]
    body = cells.iloc[1:]
    filled = np.zeros(len(body), dtype=bool)
    for at in range(body.shape[1]):
        filled |= (body.iloc[:, at] != "").to_numpy()
    if not filled.all():
        body = body[filled]
    frame, more = clean_headers(body.reset_index(drop=True), header)
    return frame, lines[1:][filled], [*notes, *more]
