"""Slides to write on: titles, sentences, native tables and charts, pictures."""

from __future__ import annotations

import io
import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, cast

from territory.messages import visible

if TYPE_CHECKING:
    from pptx.dml.color import RGBColor
    from pptx.parts.chart import ChartPart
    from pptx.presentation import Presentation
    from pptx.shapes.graphfrm import GraphicFrame
    from pptx.slide import Slide
    from pptx.text.text import _Paragraph

__all__ = ["Deck", "Tone"]

Tone = Literal["plain", "good", "careful", "bad"]

_WIDE, _HIGH = 13.333, 7.5
_MARGIN = 0.6
_COLOURS: Mapping[Tone, str] = {
    "plain": "1C2833", "good": "2F6B40", "careful": "8A5A00", "bad": "B3261E",
}  # fmt: skip
_SERIES = ("B9C3CD", "2A6F97", "C77F1F")
_FEW = 7
"""Columns of a table whose letters can be large."""
_LONGEST = 160


class Deck:
    """A presentation in 16:9 that is filled from top to bottom, one slide after the other.

    All places and sizes are in inches. Every text of the user's is text: control characters are
    written out, and nothing in a chart's data sheet is a formula or a link.
    """

    def __init__(self, *, title: str) -> None:
        import datetime

        import pptx
        from pptx.util import Inches

        self._show: Presentation = pptx.Presentation()
        self._show.slide_width, self._show.slide_height = Inches(_WIDE), Inches(_HIGH)
        about = self._show.core_properties
        about.title, about.author = _text(title), "territory-design"
        about.created = about.modified = datetime.datetime(1980, 1, 1)
        self._slide: Slide | None = None

    def slide(self, title: str, *, notes: str = "") -> None:
        """Begin a slide; the notes are what the speaker reads."""
        from pptx.enum.text import PP_ALIGN
        from pptx.util import Inches

        self._slide = self._show.slides.add_slide(self._show.slide_layouts[5])
        place = self._current.shapes.title
        assert place is not None  # the layout has one
        place.left, place.top = Inches(_MARGIN), Inches(0.35)
        place.width, place.height = Inches(_WIDE - 2 * _MARGIN), Inches(0.85)
        frame = place.text_frame
        frame.word_wrap = True
        self._write(frame.paragraphs[0], title, size=28, bold=True)
        frame.paragraphs[0].alignment = PP_ALIGN.LEFT
        frame = self._current.notes_slide.notes_text_frame if notes else None
        if frame is not None:
            frame.text = _text(notes, 2000)

    @property
    def _current(self) -> Slide:
        assert self._slide is not None  # `slide` comes first
        return self._slide

    def text(
        self,
        lines: Sequence[str | tuple[str, Tone]],
        *,
        left: float = _MARGIN,
        top: float,
        width: float = _WIDE - 2 * _MARGIN,
        height: float = 0.6,
        size: float = 16,
        bold: bool = False,
    ) -> None:
        """Write sentences below each other."""
        from pptx.util import Inches, Pt

        box = self._current.shapes.add_textbox(
            Inches(left), Inches(top), Inches(width), Inches(height)
        )
        frame = box.text_frame
        frame.word_wrap = True
        for at, line in enumerate(lines):
            words, tone = line if isinstance(line, tuple) else (line, "plain")
            paragraph = frame.paragraphs[0] if at == 0 else frame.add_paragraph()
            paragraph.space_after = Pt(size / 3)
            self._write(paragraph, words, size=size, bold=bold, tone=tone)

    def table(
        self,
        head: Sequence[str],
        rows: Sequence[Sequence[str]],
        *,
        top: float,
        widths: Sequence[float],
        left: float = _MARGIN,
        height: float = 5.6,
        numbers_from: int = 1,
    ) -> None:
        """Add a native table; letters get smaller until the rows fit into the height.

        Parameters
        ----------
        numbers_from : int
            Columns from this one on are aligned right.
        """
        from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
        from pptx.util import Inches

        n = len(rows) + 1
        high = min(0.42, height / n)
        size = max(7.0, min(14.0 if len(head) <= _FEW else 11.0, 72 * high * 0.5))
        shape = self._current.shapes.add_table(
            n, len(head), Inches(left), Inches(top), Inches(sum(widths)), Inches(high * n)
        )
        table = shape.table
        for at, width in enumerate(widths):
            table.columns[at].width = Inches(width)
        for y, row in enumerate([head, *rows]):
            table.rows[y].height = Inches(high)
            for x, value in enumerate(row):
                cell = table.cell(y, x)
                cell.margin_top = cell.margin_bottom = Inches(0.02)
                cell.margin_left = cell.margin_right = Inches(0.06)
                cell.vertical_anchor = MSO_ANCHOR.MIDDLE
                paragraph = cell.text_frame.paragraphs[0]
                self._write(
                    paragraph, value, size=size, bold=y == 0, tone=None if y == 0 else "plain"
                )
                if x >= numbers_from:
                    paragraph.alignment = PP_ALIGN.RIGHT

    def bars(
        self,
        names: Sequence[str],
        series: Mapping[str, Sequence[float]],
        *,
        title: str,
        left: float,
        top: float,
        width: float,
        height: float,
        number_format: str,
    ) -> None:
        """Add a native bar chart, the first name on top; NaN, not known, has no bar."""
        from pptx.chart.data import CategoryChartData
        from pptx.enum.chart import XL_CHART_TYPE, XL_LEGEND_POSITION, XL_TICK_LABEL_POSITION
        from pptx.util import Inches, Pt

        data: Any = CategoryChartData(number_format=number_format)  # type: ignore[no-untyped-call]
        data.categories = [_text(name, 40) for name in names]
        for name, values in series.items():
            known = [float(v) if math.isfinite(v) else None for v in values]
            data.add_series(_text(name, 40), known)
        shape = self._current.shapes.add_chart(
            XL_CHART_TYPE.BAR_CLUSTERED,
            Inches(left),
            Inches(top),
            Inches(width),
            Inches(height),
            data,
        )
        chart = cast("GraphicFrame", shape).chart
        chart.has_title = True
        chart.chart_title.text_frame.text = _text(title)
        chart.chart_title.text_frame.paragraphs[0].runs[0].font.size = Pt(14)
        chart.has_legend = len(series) > 1
        if chart.has_legend:
            chart.legend.position = XL_LEGEND_POSITION.BOTTOM
            chart.legend.include_in_layout = False
            chart.legend.font.size = Pt(11)
        chart.category_axis.reverse_order = True
        chart.category_axis.tick_label_position = XL_TICK_LABEL_POSITION.LOW
        chart.category_axis.tick_labels.font.size = Pt(
            max(6.0, min(12.0, 40 * height / max(1, len(names))))
        )
        chart.value_axis.tick_labels.font.size = Pt(10)
        chart.value_axis.tick_labels.number_format = number_format
        chart.value_axis.tick_labels.number_format_is_linked = False
        chart.value_axis.major_gridlines.format.line.color.rgb = _colour("DDE4EA")
        plot = chart.plots[0]
        plot.gap_width = 40
        plot.overlap = 0
        colours = _SERIES[1:] if len(series) == 1 else _SERIES
        for each, colour in zip(plot.series, colours, strict=False):
            each.format.fill.solid()
            each.format.fill.fore_color.rgb = _colour(colour)
            each.invert_if_negative = False
        # xlsxwriter's own sheet would run names that begin with "=".
        cast("ChartPart", chart.part).chart_workbook.update_from_xlsx_blob(
            _data_sheet(names, series)
        )

    def picture(self, png: bytes, *, left: float, top: float, width: float, words: str) -> None:
        """Add a picture; the words are what a screen reader says."""
        from pptx.util import Inches

        shape = self._current.shapes.add_picture(
            io.BytesIO(png), Inches(left), Inches(top), width=Inches(width)
        )
        shape._element.xpath("./p:nvPicPr/p:cNvPr")[0].set("descr", _text(words))

    def content(self) -> bytes:
        """Return the file."""
        out = io.BytesIO()
        self._show.save(out)
        return out.getvalue()

    @staticmethod
    def _write(
        paragraph: _Paragraph, words: str, *, size: float, bold: bool, tone: Tone | None = "plain"
    ) -> None:
        from pptx.util import Pt

        run = paragraph.add_run()
        run.text = _text(words, 400)
        run.font.size, run.font.bold = Pt(size), bold
        if tone is not None:
            run.font.color.rgb = _colour(_COLOURS[tone])


def _colour(code: str) -> RGBColor:
    from pptx.dml.color import RGBColor

    red, green, blue = bytes.fromhex(code)
    return RGBColor(red, green, blue)  # type: ignore[no-untyped-call]


def _text(value: object, longest: int = _LONGEST) -> str:
    from geo.map.escaping import brief

    return brief(visible(str(value)), longest)


def _data_sheet(names: Sequence[str], series: Mapping[str, Sequence[float]]) -> bytes:
    """Return the chart's data as PowerPoint opens it for editing: names are text cells."""
    from territory.publish.excel.writing import Cells, book_bytes, empty_book

    book = empty_book()
    sheet = book.workbook.create_sheet("Sheet1")
    cell = Cells(sheet)
    sheet.append([None, *(cell(_text(name, 40)) for name in series)])
    for name, *values in zip(names, *series.values(), strict=True):
        numbers = (float(value) if math.isfinite(value) else None for value in values)
        sheet.append([cell(_text(name, 40)), *numbers])
    return book_bytes(book)
