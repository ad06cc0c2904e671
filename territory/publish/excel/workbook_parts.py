"""Cell styles by column name, and a workbook file that says the same every time."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from territory.currency import sheet_format

if TYPE_CHECKING:
    from territory.publish.excel.rows import Rows

__all__ = ["Style", "normalised", "style_of"]

_WHOLE = "#,##0"
_DECIMAL = "#,##0.00"
_SHARE = "0.0%"
_DEVIATION = "+0.0%;-0.0%;0.0%"
_DEGREES = "0.000000"
_TEXT = "@"

_SHARES = frozenset({"utilisation", "penetration", "competitor_saturation", "probability"})
_STAMP = (1980, 1, 1, 0, 0, 0)
"""The earliest time that a ZIP archive can hold."""


@dataclass(frozen=True, slots=True)
class Style:
    """How a cell looks.

    Attributes
    ----------
    number_format : str
        Excel's code; ``@`` keeps what is typed as text.
    bold, fill, wrap, right, top : bool
    size : int
        Points.
    """

    number_format: str = "General"
    bold: bool = False
    fill: bool = False
    wrap: bool = False
    size: int = 11
    right: bool = False
    top: bool = False

    def parts(self) -> Mapping[str, object]:
        """Return the attributes to set on a cell."""
        from openpyxl.styles import Alignment, Font, PatternFill

        parts: dict[str, object] = {}
        if self.number_format != "General":
            parts["number_format"] = self.number_format
        if self.bold or self.size != 11:
            parts["font"] = Font(name="Calibri", bold=self.bold, size=self.size)
        if self.fill:
            parts["fill"] = PatternFill("solid", fgColor="DCE6F1")
        if self.wrap:
            side = "right" if self.right else "left"
            parts["alignment"] = Alignment(wrap_text=True, vertical="top", horizontal=side)
        elif self.top:
            parts["alignment"] = Alignment(vertical="top")
        return parts


def style_of(column: str, *, number: bool) -> Style:
    """Return the style of a column by its name: unit suffixes say what the numbers are.

    Examples
    --------
    >>> style_of("zip", number=False).number_format, style_of("travel_h", number=True).number_format
    ('@', '#,##0.00')
    >>> style_of("potential_usd_deviation", number=True).number_format
    '+0.0%;-0.0%;0.0%'
    """
    if not number:
        return Style(_TEXT)
    if column.endswith("_deviation"):
        return Style(_DEVIATION)
    if column in _SHARES or re.search(r"(^|_)(share|attainment|growth|trend)$", column):
        return Style(_SHARE)
    if re.search(r"_usd(_|$)", column):
        return Style(sheet_format())
    if column in {"lon", "lat"}:
        return Style(_DEGREES)
    if column.startswith("n_") or column == "line":
        return Style(_WHOLE)
    return Style(_DECIMAL)


def normalised(content: bytes, *, rows: Mapping[str, Rows] | None = None) -> bytes:
    """Return an Office file without the time of its writing.

    Parameters
    ----------
    content : bytes
    rows : mapping of str to Rows, optional
        Name of a part → what stands behind the rows of its sheet.
    """
    dated = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        zipfile.ZipFile(dated, "w", zipfile.ZIP_DEFLATED) as out,
    ):
        for name in sorted(source.namelist()):
            part = source.read(name)
            if name == "docProps/core.xml":
                part = re.sub(rb">\d{4}-\d\d-\d\dT[\d:.]+Z?<", b">1980-01-01T00:00:00Z<", part)
            entry = zipfile.ZipInfo(name, _STAMP)
            entry.compress_type = zipfile.ZIP_DEFLATED
            further = (rows or {}).get(name)
            if further is None:
                out.writestr(entry, part)
                continue
            at = part.rindex(b"</sheetData>")
            entry.file_size = len(part) + further.n_bytes  # decides how large sizes are written
            with out.open(entry, "w") as file:
                file.write(part[:at])
                for block in further:
                    file.write(block)
                file.write(part[at:])
    return dated.getvalue()
