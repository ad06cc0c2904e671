"""What a sheet's XML says beside its values: hidden rows, merged cells, formulas not computed."""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from xml.parsers import expat
from xml.sax.saxutils import unescape

from geo.files import archives
from territory.inputs.sources.books.number_formats import fixed_formats

__all__ = ["DAMAGED", "SheetFacts", "active_sheet", "broken_cell", "sheet_facts"]

DAMAGED = (*archives.DAMAGED, ValueError)
"""What reading a sheet raises whose archive or numbers are damaged."""

_CHUNK = 1 << 24
_ENTITIES = {"&quot;": '"', "&apos;": "'"}
_SHEET = re.compile(rb"<(?:\w+:)?sheet\b([^>]*)>")
_ATTRIBUTE = re.compile(rb"([\w:]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_ROW = re.compile(rb"<(?:\w+:)?row\b[^>]*\bhidden=[\"'](?:1|true)[\"'][^>]*>")
_NUMBER = re.compile(rb"\br=[\"'](\d+)[\"']")
_UNCOMPUTED = re.compile(
    rb"<(?:\w+:)?c\b(?![^>]*\bt=[\"']str[\"'])[^>]*\br=[\"']([A-Z]+)(\d+)[\"'](?![^>]*/>)"
    rb"(?![^>]*\bt=[\"']str[\"'])[^>]*>\s*<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)\s*"
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
_LEGAL = bytes(set(range(256)) - {*range(9), 11, 12, *range(14, 32)})
"""Bytes that XML allows; nothing is left of a text without them where it is legal."""

_PLACE = re.compile(rb"\br=[\"']([A-Z]+)(\d+)[\"']")
_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\b[^>]*\bref=[\"']([A-Z]+)(\d+):([A-Z]+)(\d+)[\"']")


@dataclass(frozen=True, slots=True)
class SheetFacts:
    """What the values of a sheet do not show; rows and columns count from 0.

    Parameters
    ----------
    hidden : list of int
        Rows that a filter or the user hides.
    merged : list of (first row, first column, last row, last column)
    uncomputed : list of (row, column)
        Formulas without a stored value.
    illegal : bool
        Whether there are control characters that XML forbids.
    fixed : list of (row, column, pattern)
        Cells whose number format shows fixed digits, as 0000.
    all_told : bool
        Whether hidden rows could be told from the others.
    """

    hidden: list[int] = field(default_factory=list)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    uncomputed: list[tuple[int, int]] = field(default_factory=list)
    illegal: bool = False
    fixed: list[tuple[int, int, str]] = field(default_factory=list)
    all_told: bool = True


def sheet_facts(archive: zipfile.ZipFile, sheet: str) -> SheetFacts:
    """Return the facts of one sheet of an .xlsx archive; none where its part is not found."""
    facts = SheetFacts()
    part = _part_of(archive, sheet)
    if part is None:
        return facts
    illegal = False
    formats = fixed_formats(archive)
    cells = _cells_of(formats)
    for piece in _pieces(archive, part):
        illegal = illegal or bool(piece.translate(None, _LEGAL))
        if b"hidden" in piece:
            for row in _ROW.finditer(piece):
                number = _NUMBER.search(row.group())
                if number:
                    facts.hidden.append(int(number[1]) - 1)
        if b"<f" in piece or b":f" in piece:
            facts.uncomputed.extend(
                (int(cell[2]) - 1, _column(cell[1])) for cell in _UNCOMPUTED.finditer(piece)
            )
        if cells is not None:
            facts.fixed.extend(
                (int(place[2]) - 1, _column(place[1]), formats[int(found[2])])
                for found in cells.finditer(piece)
                if (place := _PLACE.search(found[1] + found[3])) is not None
            )
        if b"mergeCell" in piece:
            facts.merged.extend(
                (int(it[2]) - 1, _column(it[1]), int(it[4]) - 1, _column(it[3]))
                for it in _MERGED.finditer(piece)
            )
    return replace(facts, illegal=illegal)


def _cells_of(styles: Collection[int]) -> re.Pattern[bytes] | None:
    """Return the pattern of cells with one of some styles, and no text; None for no styles."""
    if not styles:
        return None
    numbers = "|".join(str(style) for style in sorted(styles)).encode()
    return re.compile(
        rb"<(?:\w+:)?c\b(?![^>]*\bt=[\"'](?:s|str|inlineStr|b|e|d)[\"'])([^>]*?)\bs=[\"']("
        + numbers
        + rb")[\"']([^>]*)>"
    )


def active_sheet(archive: zipfile.ZipFile) -> int:
    """Return the position of the sheet that was open when the workbook was saved."""
    try:
        book = archive.read("xl/workbook.xml")
    except KeyError:
        return 0
    found = re.search(rb"\bactiveTab=[\"'](\d{1,5})[\"']", book)
    return int(found[1]) if found else 0


def broken_cell(archive: zipfile.ZipFile, sheet: str) -> tuple[str, str]:
    """Return the first cell that breaks the file's own rules, and how; ("", "") if none is found.

    XML that is not well-formed, a number that is none, a text that the file does not have.
    """
    part = _part_of(archive, sheet)
    if part is None:
        return "", "the workbook names the sheet and does not contain it"
    reader = _CellReader(_n_texts(archive))
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    try:
        with archive.open(part) as stream:
            parser.ParseFile(stream)
    except _FoundError as found:
        return found.cell, found.what
    except expat.ExpatError as error:
        where = f"line {error.lineno}, column {error.offset + 1} of {part}"
        return reader.cell, f"XML that is not well-formed ({where})"
    except DAMAGED:
        return reader.cell, "its compressed data are damaged"
    return "", ""


class _FoundError(Exception):
    def __init__(self, cell: str, what: str) -> None:
        self.cell, self.what = cell, what
        super().__init__(what)


class _CellReader:
    """Follows the cells of a sheet and stops at the first that cannot be read."""

    def __init__(self, n_texts: int | None) -> None:
        self.n_texts = n_texts
        self.cell, self.kind, self.parts, self.inside = "", "", list[str](), False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        tag = name.rpartition(" ")[2]
        if tag == "c":
            self.cell, self.kind = attributes.get("r", self.cell), attributes.get("t", "n")
        self.inside = tag == "v"
        if self.inside:
            self.parts = []

    def text(self, data: str) -> None:
        if self.inside:
            self.parts.append(data)

    def end(self, name: str) -> None:
        if not self.inside or name.rpartition(" ")[2] != "v":
            return
        self.inside = False
        value = "".join(self.parts).strip()
        if self.kind == "n" and value:
            try:
                float(value)
            except ValueError:
                shown = value[:40]
                raise _FoundError(self.cell, f'the value "{shown}" is stored as a number') from None
        n = self.n_texts
        if self.kind == "s" and n is not None and not (value.isdigit() and int(value[:18]) < n):
            what = f"text number {value[:18]} of a file that has {n:,} texts"
            raise _FoundError(self.cell, what)


def _n_texts(archive: zipfile.ZipFile) -> int | None:
    try:
        with archive.open("xl/sharedStrings.xml") as stream:
            count, rest = 0, b""
            while chunk := stream.read(_CHUNK):
                piece = rest + chunk
                count += len(re.findall(rb"<(?:\w+:)?si[\s/>]", piece))
                rest = piece[-8:] if not piece.endswith(b">") else b""
                count -= len(re.findall(rb"<(?:\w+:)?si[\s/>]", rest))
            return count
    except KeyError:
        return 0
    except DAMAGED:
        return None


def _pieces(archive: zipfile.ZipFile, part: str) -> Iterator[bytes]:
    """Yield the sheet's XML in pieces that end with a whole row."""
    with archive.open(part) as stream:
        rest = b""
        while chunk := stream.read(_CHUNK):
            piece = rest + chunk
            cut = piece.rfind(b"row>") + 4
            if cut < 4:
                cut = len(piece) if len(piece) > 4 * _CHUNK else 0
            yield piece[:cut]
            rest = piece[cut:]
        yield rest


def _part_of(archive: zipfile.ZipFile, sheet: str) -> str | None:
    """Return the name of the archive's part that holds a sheet."""
    try:
        book = archive.read("xl/workbook.xml")
        relations = archive.read("xl/_rels/workbook.xml.rels")
    except (KeyError, *DAMAGED):
        return None
    wanted = ""
    for found in _SHEET.finditer(book):
        attributes = _attributes(found[1])
        if attributes.get("name") == sheet:
            wanted = next((v for key, v in attributes.items() if key.endswith(":id")), "")
    for found in re.finditer(rb"<(?:\w+:)?Relationship\b([^>]*)>", relations):
        attributes = _attributes(found[1])
        if wanted and attributes.get("Id") == wanted:
            target = attributes.get("Target", "")
            name = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            name = posixpath.normpath(name)
            return name if name in archive.namelist() else None
    return None


def _attributes(text: bytes) -> dict[str, str]:
    return {
        key.decode(): unescape((double or single).decode("utf-8", "replace"), _ENTITIES)
        for key, double, single in _ATTRIBUTE.findall(text)
    }


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1
