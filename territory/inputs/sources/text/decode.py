"""Turn the bytes of a text file into text, and say where that was not plain UTF-8."""

from __future__ import annotations

import re

from territory.inputs.sources.raw import Note, SourceError
from territory.inputs.sources.text.charset import told_charset
from territory.messages import Severity, counted, quoted

__all__ = ["decode"]


_TWICE = re.compile(
    r"[\u00c2-\u00c5\u00d0\u00d1\u00e2][\u0080-\u00bf\u0152-\u0178\u02c6\u02dc\u2013-\u203a\u20ac\u2122]"
)
"""A letter of two or three bytes of UTF-8 that was read as Windows Latin-1."""


def decode(data: bytes, encoding: str | None = None) -> tuple[str, list[Note]]:
    """Return the text of a file, and a note when it is not UTF-8; see `_decoded`.

    Marks of the order of bytes within the text are no letters and fall out. Text that was encoded
    twice ("ClÃ\u00adnica" for "Clínica") is read as it was meant, with a warning.
    """
    text, notes = _decoded(data, encoding)
    if "\ufeff" in text:
        text = text.replace("\ufeff", "")
    found = None if text.isascii() else _TWICE.search(text)
    if found is None:
        return text, notes
    once = _once(text)
    if once is None:
        return text, notes
    line = text.count("\n", 0, found.start()) + 1
    was, now = (it.split("\n")[line - 1].strip()[:40] for it in (text, once))
    what = f"its letters were encoded twice: {quoted(was)} was read as {quoted(now)}"
    return once, [*notes, ("warning", "encoding", line, what, "export it again as CSV UTF-8")]


def _once(text: str) -> str | None:
    """Return text without its second encoding; None where not all of it has one."""
    try:
        return b"".join(
            letter.encode("latin-1") if "\x80" <= letter <= "\x9f" else letter.encode("cp1252")
            for letter in text
        ).decode("utf-8")
    except UnicodeError:
        return None


def _decoded(data: bytes, encoding: str | None = None) -> tuple[str, list[Note]]:
    """Return the text of a file, and a note when it is not UTF-8.

    UTF-8, and UTF-16 and UTF-32 with their marks, are recognised; what is none of them is read in
    the Western encoding that makes words of it.

    Raises
    ------
    SourceError
        The text cannot be read in the encoding named, or no encoding makes words of it.
    """
    if encoding is not None:
        try:
            return data.decode(encoding).removeprefix("\ufeff"), []
        except LookupError:
            raise SourceError(f'encoding "{encoding}" is unknown', hint="write utf-8") from None
        except UnicodeError:
            raise SourceError(f"is not text in the encoding {encoding}") from None
    if data.startswith((b"\xff\xfe\0\0", b"\0\0\xfe\xff")):
        try:
            return data.decode("utf-32"), [("info", "encoding", 0, "read as UTF-32", "")]
        except UnicodeError:
            raise SourceError("is not text: its UTF-32 is broken") from None
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return data.decode("utf-16"), [("info", "encoding", 0, "read as UTF-16", "")]
        except UnicodeError:
            raise SourceError("is not text: its UTF-16 is broken") from None
    if data[:1] and data[:400].count(0) > len(data[:400]) // 3:
        return _decoded(data, "utf-16-le" if data[1:2] == b"\0" else "utf-16-be")
    try:
        return data.decode("utf-8-sig"), []
    except UnicodeDecodeError as error:
        first = error.start
    mixed = _line_by_line(data)
    if mixed is not None:
        return mixed
    return _told(data, first)


def _told(data: bytes, first: int) -> tuple[str, list[Note]]:
    """Read a file in the encoding that makes words of it; refuse it where none does."""
    told = told_charset(data, first)
    shown = [f"{quoted(text)} in {label}" for _, label, text in told.readings]
    key = ", ".join(f'"{codec}"' for codec, _, _ in told.readings[1:])
    if not told.plausible:
        raise SourceError(
            f"line {told.line} is not UTF-8, and which encoding it is cannot be told: "
            f"it reads {', '.join(shown)}",
            hint=f"write encoding = {key.replace(', ', ' or ')} for this table under [inputs], "
            "or save the file as CSV UTF-8",
        )
    what = f"line {told.line} is not UTF-8; read as {told.label}: {shown[0].rpartition(' in ')[0]}"
    if told.sure:
        severity: Severity = "info" if told.codec == "cp1252" else "warning"
        hint = "" if severity == "info" else 'where that is wrong, write encoding = "cp1252"'
    else:
        severity = "warning"
        what += f"; it could also be {', '.join(shown[1:])}"
        hint = f"where that is right, write encoding = {key.replace(', ', ' or ')}"
    return data.decode(told.codec), [(severity, "encoding", told.line, what, hint)]


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
