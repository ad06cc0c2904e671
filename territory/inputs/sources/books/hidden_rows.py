"""Rows that old and binary workbooks hide, by a filter or by hand: .xls and .xlsb.

References
----------
[MS-XLS] 2.4.221 (Row), 2.4.28 (BoundSheet8); [MS-XLSB] 2.4.740 (BrtRowHdr), 2.4.307 (BrtBundleSh);
[MS-CFB] 2 (sectors of a compound file).
"""

from __future__ import annotations

import re
import struct
import zipfile
from collections.abc import Iterator

from geo.files.archives import DAMAGED

__all__ = ["hidden_in_xls", "hidden_in_xlsb"]

_ROW_HEADER, _BUNDLE = 0, 156
_BIFF_ROW, _BIFF_SHEET, _BIFF_START, _BIFF_END = 0x0208, 0x0085, 0x0809, 0x000A
_END_OF_CHAIN = 0xFFFFFFFA
_SMALL_STREAM = 4096
_BROKEN = (*DAMAGED, struct.error, IndexError, ValueError, KeyError)


def hidden_in_xlsb(archive: zipfile.ZipFile, sheet: str) -> list[int] | None:
    """Return the hidden rows of a sheet, from 0; None where that cannot be told."""
    try:
        relation = dict(_bundles(archive.read("xl/workbook.bin"))).get(sheet)
        links = archive.read("xl/_rels/workbook.bin.rels").decode("utf-8", "replace")
        found = next(
            link for link in re.findall(r"<Relationship\b[^>]*>", links)
            if f'Id="{relation}"' in link
        )  # fmt: skip
        target = re.search(r'Target="([^"]+)"', found)
        if target is None:
            return None
        part = target[1].lstrip("/") if target[1].startswith("/") else f"xl/{target[1]}"
        return [
            struct.unpack_from("<I", body)[0]
            for kind, body in _binary_records(archive.read(part))
            if kind == _ROW_HEADER and body[11] & 0x10
        ]
    except (*_BROKEN, StopIteration):
        return None


def _bundles(data: bytes) -> Iterator[tuple[str, str]]:
    """Yield name and relation of each sheet."""
    for kind, body in _binary_records(data):
        if kind == _BUNDLE:
            relation, at = _wide(body, 8)
            name, _ = _wide(body, at)
            yield name, relation


def _wide(body: bytes, at: int) -> tuple[str, int]:
    n = struct.unpack_from("<I", body, at)[0]
    end = at + 4 + 2 * n
    return body[at + 4 : end].decode("utf-16-le", "replace"), end


def _binary_records(data: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at < len(data):
        kind, at = data[at], at + 1
        if kind & 0x80:
            kind, at = (kind & 0x7F) | (data[at] & 0x7F) << 7, at + 1
        size = 0
        for step in range(4):
            byte, at = data[at], at + 1
            size |= (byte & 0x7F) << (7 * step)
            if not byte & 0x80:
                break
        yield kind, data[at : at + size]
        at += size


def hidden_in_xls(data: bytes, sheet: str) -> list[int] | None:
    """Return the hidden rows of a sheet, from 0; None where that cannot be told."""
    try:
        book = _book_stream(data)
        if book is None:
            return None
        start = next(
            struct.unpack_from("<I", body)[0]
            for kind, body in _biff_records(book, 0)
            if kind == _BIFF_SHEET and _biff_name(body) == sheet
        )
        return [
            struct.unpack_from("<H", body)[0]
            for kind, body in _biff_records(book, start)
            if kind == _BIFF_ROW and struct.unpack_from("<H", body, 12)[0] & 0x20
        ]
    except (*_BROKEN, StopIteration):
        return None


def _biff_name(body: bytes) -> str:
    n, wide = body[6], body[7] & 1
    raw = body[8 : 8 + (2 * n if wide else n)]
    return raw.decode("utf-16-le" if wide else "latin-1", "replace")


def _biff_records(book: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    """Yield the records of one substream; charts inside it have substreams of their own."""
    depth = 0
    while at + 4 <= len(book):
        kind, size = struct.unpack_from("<HH", book, at)
        body = book[at + 4 : at + 4 + size]
        at += 4 + size
        depth += (kind == _BIFF_START) - (kind == _BIFF_END)
        if depth == 1:
            yield kind, body
        elif depth <= 0:
            return


def _book_stream(data: bytes) -> bytes | None:
    """Return the stream of the workbook in a compound file; None where there is none."""
    size = 1 << struct.unpack_from("<H", data, 30)[0]
    if size not in {512, 4096}:
        return None
    n_fat, first = struct.unpack_from("<I", data, 44)[0], struct.unpack_from("<I", data, 48)[0]
    heads = list(struct.unpack_from("<109I", data, 76))
    extra = struct.unpack_from("<I", data, 68)[0]
    while extra < _END_OF_CHAIN and len(heads) < n_fat:
        block = struct.unpack_from(f"<{size // 4}I", data, (extra + 1) * size)
        heads += block[:-1]
        extra = block[-1]
    fat: list[int] = []
    for sector in heads[:n_fat]:
        fat += struct.unpack_from(f"<{size // 4}I", data, (sector + 1) * size)

    def chain(sector: int) -> bytes:
        parts, seen = [], 0
        while sector < _END_OF_CHAIN and seen <= len(fat):
            parts.append(data[(sector + 1) * size : (sector + 2) * size])
            sector, seen = fat[sector], seen + 1
        return b"".join(parts)

    folder = chain(first)
    for at in range(0, len(folder) - 127, 128):
        length = struct.unpack_from("<H", folder, at + 64)[0]
        name = folder[at : at + max(0, length - 2)].decode("utf-16-le", "replace")
        if name in {"Workbook", "Book"}:
            start, total = struct.unpack_from("<II", folder, at + 116)
            return chain(start)[:total] if total >= _SMALL_STREAM else None
    return None
