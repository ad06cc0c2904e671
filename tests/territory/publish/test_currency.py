"""A plan in another currency says so wherever its amounts are shown."""

import io
import tempfile
from pathlib import Path

import pytest
from openpyxl import load_workbook
from pptx import Presentation

from territory.publish.excel.workbook import write_workbook
from territory.publish.maps.map import map_content
from territory.publish.pages.report import draw_report
from territory.publish.slides.deck import draw_deck
from tests.territory.plans import balanced_plan

NOTE = "All amounts are in EUR"


def in_workbook(plan):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.xlsx"
        write_workbook(plan, path)
        return " ".join(str(row[1].value) for row in load_workbook(path)["Summary"].iter_rows())


def in_deck(plan):
    slide = Presentation(io.BytesIO(draw_deck(plan))).slides[0]
    return " ".join(shape.text_frame.text for shape in slide.shapes if shape.has_text_frame)


@pytest.mark.parametrize("shown", [
    lambda plan: map_content(plan).subtitle, draw_report, in_workbook, in_deck,
], ids=["map", "report", "workbook", "deck"])  # fmt: skip
def test_another_currency_is_said(shown):
    assert NOTE in shown(balanced_plan(keys={"currency": "EUR"}))


def test_of_dollars_nothing_is_said():
    assert "amounts" not in map_content(balanced_plan(keys={"currency": "USD"})).subtitle
