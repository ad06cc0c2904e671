"""Read delimited text: the delimiter found out, every row with its physical line."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np

from territory.inputs.sources.raw import Options, RawTable, SourceError
from territory.inputs.sources.report import MOST_COLUMNS, table_of
from territory.inputs.sources.rows.grid import Grid
from territory.inputs.sources.text.decode import decode
from territory.messages import counted

__all__ = ["read_csv", "sniff_delimiter"]

_DELIMITERS = (",", ";", "\t", "|", "^", "~")
_NAMES = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar", "^": "caret", "~": "tilde"}
_SNIFFED_ROWS = 50
_LARGEST_BLOCK = 2**31 - 1
_MOST_PADDING = 10_000_000
_DRAWN = re.compile(r"(?m)^[ \t]*(?=[^\n]*--)[-+|:= ]{3,}$|^[ \t]*\(\d+ rows?\)[ \t]*$")
_SEP_LINE = re.compile(r"\s*\"?sep=(.)\"?[;,]*[ \t]*(?:\r\n|\r|\n)", re.IGNORECASE)


def read_csv(path: Path, options: Options) -> RawTable:
    """Read a delimited text file; see `open_table`."""
    text, notes = decode(path.read_bytes(), options.encoding)
    if text.rstrip("\r\n").endswith("\x1a"):
        text = text.rstrip("\r\n\x1a") + "\n"
        notes.append(
            ("info", "encoding", 0, "the end mark (Ctrl+Z) of an old system was left out", "")
        )
    if not text.strip():
        raise SourceError("is empty", kind="empty_table")
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        raise SourceError(
            f"line {line} contains a NUL character; this is no text table",
            hint="export the table again as CSV UTF-8",
        )
    declared = _SEP_LINE.match(text)
    skipped = 0
    if declared:
        text, skipped = text[declared.end() :], 1
        notes.append(("info", "delimiter", 1, "line 1 names the delimiter and was left out", ""))
    unwrapped = _unwrapped(text)
    if unwrapped is not None:
        text = unwrapped
        notes.append(("info", "format", 0, "each line was one quoted cell; it was taken apart", ""))
    delimiter = options.delimiter or (declared[1] if declared else sniff_delimiter(text))
    if delimiter == "|":
        # Lines that draw a table in a terminal, and the count of rows below it.
        text = _DRAWN.sub("", text)
    grid = _fast(text, delimiter) or _careful(text, delimiter)
    if delimiter != ",":
        name = _NAMES.get(delimiter, repr(delimiter))
        notes.append(("info", "delimiter", 0, f"read with {name} as delimiter", ""))
    grid = replace(grid, lines=grid.lines + skipped, notes=[*notes, *grid.notes])
    return table_of(grid, known=options.known, header_has=options.header_has)


def _unwrapped(text: str) -> str | None:
    """Return lines that are one quoted cell each without their quotes, None for other texts.

    Excel makes them of a file with another delimiter than the system's.
    """
    if not text.startswith('"'):
        return None
    cells: list[str] = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), strict=True):
            if len(row) > 1:
                return None
            cells += row
    except csv.Error:
        return None
    delimiters = [mark for mark in _DELIMITERS[:3] if all(mark in cell for cell in cells)]
    return "\n".join(cells) + "\n" if delimiters and len(cells) > 1 else None


def sniff_delimiter(text: str) -> str:
    r"""Return the delimiter that cuts the first rows into the most columns of equal number.

    Examples
    --------
    Commas inside a name do not mislead it:

    >>> sniff_delimiter("id;name;zip\nA-1;Smith, Jones;01002\nA-2;Lee, Wu, Co;77030\n")
    ';'

    Nor do decimal commas below a title:

    >>> sniff_delimiter("Accounts of 2026\n\nid;lon;lat\n1;9,93;53,59\n2;10,01;53,61\n")
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
        if not rows:
            continue
        # Above a table there may be a title, which is one cell.
        widths = Counter(rows)
        width = rows[0] if rows[0] > 1 else max(widths, key=lambda each: (widths[each], each))
        if width > 1 and (widths[width] / len(rows), width) > best_score:
            best, best_score = delimiter, (widths[width] / len(rows), width)
    return best


def _fast(text: str, delimiter: str) -> Grid | None:
    """Read a regular table without a Python loop over its rows; None when a row is irregular."""
    import pandas as pd

    try:
        import pyarrow as pa
        from pyarrow import compute
        from pyarrow import csv as arrow
    except ImportError:  # an extra: without it tables are read row by row, to the same cells
        return None

    data = text.rstrip("\r\n").encode("utf-8", "replace")
    if not data or len(data) >= _LARGEST_BLOCK or data[:1] in b"\r\n":
        return None
    try:
        first = next(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error:
        return None
    if len(first) > MOST_COLUMNS:
        raise SourceError(
            f"line 1 has {len(first):,} fields; this is no table with a header",
            hint="export the table again as CSV UTF-8",
        )
    irregular: list[int] = []

    def refuse(row: object) -> str:
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
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
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
    cells = pd.concat(columns, axis=1, keys=range(len(first)))
    return Grid(cells=cells, lines=starts, delimiter=delimiter)


def _careful(text: str, delimiter: str) -> Grid:
    """Read row by row; rows may differ in their number of fields."""
    import pandas as pd

    rows: list[list[str]] = []
    lines: list[int] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    start = 1
    try:
        for row in reader:
            line, start = start, reader.line_num + 1
            if any(row):
                rows.append(row)
                lines.append(line)
    except csv.Error as error:
        reason = "a quote is opened and never closed" if "end of data" in str(error) else str(error)
        raise SourceError(
            f"line {start}: {reason}", hint="a quote inside a quoted field is written twice"
        ) from None
    if not rows:
        raise SourceError("is empty", kind="empty_table")
    widths = np.asarray([len(row) for row in rows], dtype=np.int64)
    width = int(widths.max())
    if width * len(rows) > _MOST_PADDING + 20 * len(text):
        line = lines[int(widths.argmax())]
        raise SourceError(
            f"line {line} has {counted(width, 'field')}; this is no table with a header",
            hint="export the table again as CSV UTF-8",
        )
    padded = [row if len(row) == width else [*row, *[""] * (width - len(row))] for row in rows]
    return Grid(
        cells=pd.DataFrame(padded, columns=pd.RangeIndex(width), dtype="str"),
        lines=np.asarray(lines, dtype=np.int64),
        widths=widths,
        delimiter=delimiter,
    )
