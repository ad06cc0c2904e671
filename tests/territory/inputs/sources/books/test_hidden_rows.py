"""Hidden rows of binary workbooks are found in their records; broken ones are not told."""

import io
import struct
import zipfile

import pytest

from territory.inputs.sources.books.hidden_rows import hidden_in_xls, hidden_in_xlsb

END, FREE = 0xFFFFFFFE, 0xFFFFFFFF


def biff(kind, body=b""):
    return struct.pack("<HH", kind, len(body)) + body


def row(number, hidden):
    return biff(0x0208, struct.pack("<6HHH", number, 0, 3, 255, 0, 0, 0x20 * hidden, 0))


def compound(book):
    """One sector of FAT, one of the folder, then the stream."""
    book = book.ljust(4096, b"\0")
    n = len(book) // 512
    fat = [0xFFFFFFFD, END, *range(3, 2 + n), END]
    fat += [FREE] * (128 - len(fat))
    head = bytearray(512)
    head[:8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    struct.pack_into("<H", head, 30, 9)
    struct.pack_into("<II", head, 44, 1, 1)
    struct.pack_into("<I", head, 68, END)
    struct.pack_into("<109I", head, 76, 0, *[FREE] * 108)
    name = "Workbook".encode("utf-16-le")
    entry = name.ljust(64, b"\0") + struct.pack("<H", len(name) + 2)
    entry = entry.ljust(116, b"\0") + struct.pack("<II", 2, len(book))
    return bytes(head) + struct.pack("<128I", *fat) + entry.ljust(512, b"\0") + book


@pytest.fixture
def xls():
    name = "\u00dc1".encode("utf-16-le")
    sheet = biff(0x0809) + row(1, False) + biff(0x0809) + row(9, True) + biff(0x000A)
    sheet += row(2, True) + row(5, True) + biff(0x000A)
    at = 4 + (4 + 8 + len(name)) + 4
    book = biff(0x0809) + biff(0x85, struct.pack("<IBBBB", at, 0, 0, 2, 1) + name) + biff(0x000A)
    return compound(book + sheet)


def test_rows_hidden_in_an_old_workbook_are_found(xls):
    assert hidden_in_xls(xls, "\u00dc1") == [2, 5]


def test_what_cannot_be_read_is_not_told(xls):
    assert hidden_in_xls(xls, "other") is None
    assert hidden_in_xls(xls[:1500], "\u00dc1") is None
    assert hidden_in_xls(b"", "a") is None


def binary(kind, body):
    code = bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])
    return code + bytes([len(body)]) + body


def wide(text):
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def test_rows_hidden_in_a_binary_workbook_are_found():
    rows = b"".join(
        binary(0, struct.pack("<IIHBB", at, 0, 300, 0, 0x10 if hidden else 0) + b"\0" * 5)
        for at, hidden in enumerate([False, True, False, True])
    )
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as out:
        out.writestr(
            "xl/workbook.bin", binary(156, struct.pack("<II", 0, 1) + wide("rId1") + wide("A"))
        )
        out.writestr(
            "xl/_rels/workbook.bin.rels",
            '<Relationship Id="rId1" Target="worksheets/sheet1.bin"/>',
        )
        out.writestr("xl/worksheets/sheet1.bin", binary(129, b"") + rows)
    with zipfile.ZipFile(target) as archive:
        assert hidden_in_xlsb(archive, "A") == [1, 3]
        assert hidden_in_xlsb(archive, "B") is None
