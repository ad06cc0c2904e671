"""A workbook that was damaged on its way is refused in words, and is nobody's work."""

import re
import zipfile

import pytest
from openpyxl import Workbook

from territory.errors import InputError
from territory.own_files import is_ours
from territory.publish.excel.carried import carried
from territory.publish.excel.moves_sheet import read_moves
from territory.publish.excel.opened import opened


@pytest.fixture
def book(tmp_path):
    path = tmp_path / "book.xlsx"
    made = Workbook()
    made.properties.creator = "territory-design"
    sheet = made.active
    sheet.title = "Moves"
    for row in range(200):
        sheet.append([row, f"text {row}"])
    made.save(path)
    return path


def hurt(path, part):
    """Overwrite the packed bytes of one part."""
    with zipfile.ZipFile(path) as archive:
        info = archive.getinfo(part)
    data = bytearray(path.read_bytes())
    start = info.header_offset + 30 + len(part)
    data[start : start + info.compress_size] = b"\xff" * info.compress_size
    path.write_bytes(data)


@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/styles.xml"])
def test_a_part_that_cannot_be_unpacked_is_refused_and_nothing_is_carried(book, part):
    hurt(book, part)
    with pytest.raises(InputError, match="cannot be read as an Excel workbook"):
        read_moves(book)
    assert carried(book, own=()) == {}


def test_a_book_whose_maker_cannot_be_read_is_nobodys_work(book, tmp_path):
    assert is_ours(book, fresh=book)
    hurt(book, "docProps/core.xml")
    assert not is_ours(book, fresh=book)


def test_a_row_longer_than_the_header_is_carried_whole(tmp_path):
    made, path = Workbook(), tmp_path / "notes.xlsx"
    for row in (["id"], ["A1", "a word beside it"], ["A2"]):
        made.active.append(row)
    made.save(path)
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:  # as programs write it that do not say its size
        for name, data in parts.items():
            archive.writestr(name, re.sub(rb"<dimension[^>]*/>", b"", data))
    frame, formats = carried(path, own=())["Sheet"]
    assert frame.to_numpy().tolist() == [["A1", "a word beside it"], ["A2", None]]
    assert len(formats) == 2


def test_a_book_that_is_absent_says_so_in_the_systems_words(tmp_path):
    with pytest.raises(FileNotFoundError), opened(tmp_path / "none.xlsx"):
        pass
