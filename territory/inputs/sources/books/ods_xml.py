"""What an OpenDocument sheet says beside its values: hidden rows, cells merged, zeros in front."""

from __future__ import annotations

import contextlib
import re
import zipfile
from collections.abc import Mapping
from xml.parsers import expat

from territory.inputs.sources.books.sheet_xml import DAMAGED, SheetFacts

__all__ = ["ods_facts"]

_TABLE = "urn:oasis:names:tc:opendocument:xmlns:table:1.0 "
_OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0 "
_MOST_ROWS = 1 << 20
_MOST_FIXED = 1 << 20
_MOST_SHOWN = 40
_FIXED = re.compile(r"(?:[A-Za-z]{1,6}[-_]?)?\d+(?:-\d+)*")
_CELLS = frozenset({f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"})


def ods_facts(archive: zipfile.ZipFile, sheet: str) -> SheetFacts:
    """Return the facts of one sheet of an .ods archive; what can no longer be read is left out."""
    reader = _Reader(sheet)
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    with (
        contextlib.suppress(KeyError, expat.ExpatError, *DAMAGED),
        archive.open("content.xml") as stream,
    ):
        parser.ParseFile(stream)
    return reader.facts


class _Reader:
    """Counts rows and columns of one table, from 0."""

    def __init__(self, sheet: str) -> None:
        self.sheet = sheet
        self.facts = SheetFacts()
        self.inside = False
        self.row = self.column = 0
        self.repeated = self.wide = 1
        self.value = ""
        self.shown: list[str] | None = None
        self.beside = 0

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == f"{_TABLE}table":
            self.inside = attributes.get(f"{_TABLE}name") == self.sheet
            self.row = 0
        if not self.inside:
            return
        if name == f"{_TABLE}table-row":
            self.column = 0
            self.repeated = _number(attributes.get(f"{_TABLE}number-rows-repeated"))
            if attributes.get(f"{_TABLE}visibility", "visible") != "visible":
                last = min(self.row + self.repeated, _MOST_ROWS)
                self.facts.hidden.extend(range(self.row, last))
        elif name in _CELLS:
            spanned = _number(attributes.get(f"{_TABLE}number-rows-spanned"))
            if spanned > 1:
                wide = _number(attributes.get(f"{_TABLE}number-columns-spanned"))
                self.facts.merged.append(
                    (self.row, self.column, self.row + spanned - 1, self.column + wide - 1)
                )
            self.wide = _number(attributes.get(f"{_TABLE}number-columns-repeated"))
            plain = attributes.get(f"{_OFFICE}value-type") == "float"
            self.value = attributes.get(f"{_OFFICE}value", "") if plain else ""
            self.shown = [] if self.value else None
        elif name == f"{_OFFICE}annotation":
            self.beside += 1

    def text(self, letters: str) -> None:
        if self.shown is not None and not self.beside:
            self.shown.append(letters)

    def end(self, name: str) -> None:
        if name == f"{_OFFICE}annotation":
            self.beside = max(0, self.beside - 1)
        elif name in _CELLS and self.inside:
            pattern = _pattern("".join(self.shown or ()).strip(), self.value)
            if pattern and len(self.facts.fixed) < _MOST_FIXED:
                last = min(self.row + self.repeated, _MOST_ROWS)
                self.facts.fixed.extend(
                    (row, self.column + at, pattern)
                    for row in range(self.row, last)
                    for at in range(min(self.wide, _MOST_SHOWN))
                )
            self.column += self.wide
            self.shown = None
        if name == f"{_TABLE}table":
            self.inside = False
        elif name == f"{_TABLE}table-row":
            self.row += self.repeated


def _pattern(text: str, value: str) -> str:
    r"""Return what a sheet shows around the digits of a number, "" where it shows the number alone.

    Examples
    --------
    >>> _pattern("02138", "2138") == "\0" * 5, _pattern("A-007", "7") == "A-" + "\0" * 3
    (True, True)
    >>> _pattern("2138", "2138"), _pattern("85%", "0.85"), _pattern("2024-01-31", "45322")
    ('', '', '')
    """
    if text == value or len(text) > _MOST_SHOWN or not _FIXED.fullmatch(text):
        return ""
    digits = re.sub(r"\D", "", text)
    whole = value.partition(".")
    if set(whole[2]) - {"0"} or digits.lstrip("0") != whole[0].lstrip("0") or text == whole[0]:
        return ""
    return re.sub(r"\d", "\0", text)


def _number(text: str | None) -> int:
    return int(text) if text and text.isdigit() and len(text) < 9 else 1
