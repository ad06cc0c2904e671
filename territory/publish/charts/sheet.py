"""One chart's sheet: an empty figure of a size in points, and the inline SVG that it becomes."""

from __future__ import annotations

import hashlib
import io
import logging
import re
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from markupsafe import Markup

__all__ = ["ALARM", "BAND", "COLOURS", "GRID", "INK", "SOFT", "Axis", "clean", "quiet", "svg"]

COLOURS = ("#2a6f97", "#c77f1f", "#5b8c4a", "#bc4b51", "#5b4b8a", "#6f7f8f")
"""Colour of each series, in order; they repeat after the last."""
INK, SOFT, GRID, BAND, ALARM = "#1c2833", "#51606f", "#dde4ea", "#e4ebf1", "#b3261e"
"""Text, quiet text, grid, the allowed band, and what lies outside it."""

_LONGEST = 34
"""Letters of a name in a chart; the rest is an ellipsis."""

_Draw = Callable[..., None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """What is drawn along one side of a chart.

    Attributes
    ----------
    values : sequence of float or of str
        Numbers, or the names of periods in their order.
    label : str
        Words beside the axis.
    show : callable
        Text of a value on the axis.
    """

    values: Sequence[float] | Sequence[str]
    label: str = ""
    show: Callable[[float], str] = "{:g}".format


def clean(text: object, longest: int = _LONGEST) -> str:
    r"""Return a name as charts show it: control characters written out, long ones shortened.

    Examples
    --------
    >>> clean("a\x1bb"), clean("North-by-north-west", 12)
    ('a\\x1bb', 'North-b…west')
    """
    from geo.map.escaping import brief
    from territory.messages import visible

    return brief(visible(str(text)), longest)


@contextmanager
def quiet() -> Iterator[None]:
    """Draw with the product's settings: no formulas in text, text as text, fixed ids.

    Letters that the font of the machine lacks are the reader's browser's to draw, so matplotlib's
    warnings of them say nothing here.
    """
    import matplotlib as mpl

    settings: Any = {
        "svg.fonttype": "none", "svg.hashsalt": "territory", "text.parse_math": False,
        "font.family": "sans-serif", "font.size": 9.0, "axes.edgecolor": GRID,
        "axes.labelcolor": SOFT, "text.color": INK, "xtick.color": SOFT, "ytick.color": SOFT,
        "axes.spines.top": False, "axes.spines.right": False, "axes.unicode_minus": False,
        "xtick.major.size": 0, "ytick.major.size": 0, "axes.axisbelow": True,
    }  # fmt: skip
    fonts = logging.getLogger("matplotlib.font_manager")
    level = fonts.level
    fonts.setLevel(logging.ERROR)  # a font without bold letters is no news to a planner
    with warnings.catch_warnings(), mpl.rc_context():
        warnings.filterwarnings("ignore", message="Glyph ", category=UserWarning)
        mpl.rcdefaults()
        mpl.rcParams.update(settings)
        try:
            yield
        finally:
            fonts.setLevel(level)


def svg(
    draw: _Draw, *, width: float, height: float, label: str, panels: int = 1, digits: int = 2
) -> Markup:
    """Draw on one pair of axes, or several side by side, and return the chart as inline SVG.

    Parameters
    ----------
    draw : callable
        Takes as many Axes as there are panels.
    width, height : float
        Of the chart in points; the page shows it as wide as its column.
    label : str
        What a screen reader says.

    panels : int
        How many pairs of axes stand side by side.
    digits : int
        Decimals of a place on the sheet.

    Returns
    -------
    Markup
        ``<svg class="chart">``, also a whole SVG file, without ids that another chart on the
        page could have, styles that reach beyond it, scripts or links. Text is text, and escaped.
    """
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure
    from matplotlib.layout_engine import ConstrainedLayoutEngine

    with quiet():
        figure = Figure(figsize=(width / 72, height / 72), dpi=72)
        FigureCanvasSVG(figure)
        draw(*(figure.add_subplot(1, panels, at + 1) for at in range(panels)))
        # Saving a figure that has a layout draws it twice, only to make room for its texts.
        ConstrainedLayoutEngine().execute(figure)
        out = io.StringIO()
        figure.savefig(out, format="svg", transparent=True, metadata={"Date": None})
    return _inline(out.getvalue(), label, width, digits)


def _inline(text: str, label: str, width: float, digits: int) -> Markup:
    """Return the drawing of a file as an element of a page."""
    from markupsafe import Markup, escape

    body = text[text.index("<svg") :]
    head, _, rest = body.partition(">")
    box = re.search(r'viewBox="[^"]+"', head)
    rest = re.sub(r"<metadata>.*?</metadata>", "", rest, flags=re.DOTALL)
    rest = re.sub(r'<style type="text/css">.*?</style>', "", rest, flags=re.DOTALL)
    used = set(re.findall(r'(?:url\(#|href="#)([^)"]+)', rest))
    rest = re.sub(r' id="([^"]+)"', lambda found: found[0] if found[1] in used else "", rest)
    own = hashlib.sha256((label + rest).encode()).hexdigest()[:8]
    rest = re.sub(r'(id="|url\(#|href="#)', rf"\g<1>c{own}-", rest)
    rest = re.sub(r"<!--.*?-->", "", rest, flags=re.DOTALL)
    rest = re.sub(rf"(?<=\d\.\d{{{digits}}})\d+", "", rest)
    rest = re.sub(r"\n\s*", "\n", rest)
    return Markup(
        f'<svg class="chart" {box[0] if box else ""} role="img" aria-label="{escape(label)}" '
        f'stroke-linejoin="round" style="width:100%;max-width:{1.4 * width:.0f}px" '
        f'xmlns="http://www.w3.org/2000/svg" '
        f'xmlns:xlink="http://www.w3.org/1999/xlink">{rest.strip()}'
    )
