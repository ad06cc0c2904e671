"""Read delimited text: delimiter and encoding found out, every row with its physical line."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np

from territory.inputs.sources.raw import Note, Options, RawTable, SourceError
from territory.inputs.sources.report import Grid, table_of
from territory.messages import counted

__all__ = ["decode", "read_csv", "sniff_delimiter"]

_DELIMITERS = (",", ";", "\t", "|")
_NAMES = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
_SNIFFED_ROWS = 50
_LARGEST_BLOCK = 2**31 - 1
_MOST_PADDING = 10_000_000
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
    delimiter = options.delimiter or (declared[1] if declared else sniff_delimiter(text))
    grid = _fast(text, delimiter) or _careful(text, delimiter)
    if delimiter != ",":
        name = _NAMES.get(delimiter, repr(delimiter))
        notes.append(("info", "delimiter", 0, f"read with {name} as delimiter", ""))
    grid = replace(grid, lines=grid.lines + skipped, notes=[*notes, *grid.notes])
    return table_of(grid, known=options.known, header_has=options.header_has)


def decode(data: bytes, encoding: str | None = None) -> tuple[str, list[Note]]:
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
    if data[:1] and data[:400].count(0) > len(data[:400]) // 3:
        return decode(data, "utf-16-le" if data[1:2] == b"\0" else "utf-16-be")
    try:
        return data.decode("utf-8-sig"), []
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
    mixed = _line_by_line(data)
    if mixed is not None:
        return mixed
    try:
        text, name = data.decode("cp1252"), "Windows Latin-1"
    except UnicodeDecodeError:
        text, name = data.decode("latin-1"), "Latin-1"
    what = f"read as {name}, because line {line} is not UTF-8"
    return text, [("info", "encoding", 0, what, "")]


def _line_by_line(data: bytes) -> tuple[str, list[Note]] | None:
    """Read a file whose lines are UTF-8 but for some; None where no line needs UTF-8."""
    parts: list[str] = []
    bad: list[int] = []
    needed = 0
    for number, line in enumerate(data.removeprefix(b"\xef\xbb\xbf").split(b"\n"), start=1):
        try:
            parts.append(line.decode("utf-8"))
            needed += not line.isascii()
        except UnicodeDecodeError:
            bad.append(number)
            parts.append(_mixed(line))
    if needed <= len(bad):
        return None
    shown = ", ".join(map(str, bad[:5]))
    what = (
        f"{counted(len(bad), 'line')} not UTF-8 like the others: what is not was read as Windows "
    )
    what += f"Latin-1 (line {shown})"
    return "\n".join(parts), [("warning", "encoding", bad[0], what, "")]


def _mixed(line: bytes) -> str:
    """Return a line whose valid UTF-8 is kept and whose other bytes are Windows Latin-1."""
    text = line.decode("utf-8", "surrogateescape")
    return "".join(
        bytes([ord(c) - 0xDC00]).decode("cp1252", "replace") if 0xDC80 <= ord(c) <= 0xDCFF else c
        for c in text
    )


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
