"""What an OpenDocument sheet says beside its values: hidden rows, cells merged over rows."""

from __future__ import annotations

import contextlib
import zipfile
from collections.abc import Mapping
from xml.parsers import expat

from territory.inputs.sources.books.sheet_xml import DAMAGED, SheetFacts

__all__ = ["ods_facts"]

_TABLE = "urn:oasis:names:tc:opendocument:xmlns:table:1.0 "
_MOST_ROWS = 1 << 20
_CELLS = frozenset({f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"})


def ods_facts(archive: zipfile.ZipFile, sheet: str) -> SheetFacts:
    """Return the facts of one sheet of an .ods archive; what can no longer be read is left out."""
    reader = _Reader(sheet)
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
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
        self.repeated = 1

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
            self.column += _number(attributes.get(f"{_TABLE}number-columns-repeated"))

    def end(self, name: str) -> None:
        if name == f"{_TABLE}table":
            self.inside = False
        elif name == f"{_TABLE}table-row":
            self.row += self.repeated


def _number(text: str | None) -> int:
    return int(text) if text and text.isdigit() and len(text) < 9 else 1
