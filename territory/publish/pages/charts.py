"""Small charts as inline SVG: deviation bars, a cost bar, the map of territories in outline."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from markupsafe import Markup

    from territory.plan import Plan

__all__ = ["COST_COLOURS", "cost_bar", "deviation_bar", "territory_map"]

COST_COLOURS = ("#2a6f97", "#e0a458", "#9a8c98", "#6a994e", "#bc4b51", "#8d99ae")
"""Fill of each part of the cost, in order; a further part takes the last."""

_BAR_WIDTH, _BAR_HEIGHT = 104.0, 16.0
_MAP_WIDTH = 960.0
_DOTS = 5_000
"""More accounts than these are no longer dots but a stain."""
_LABELS = 60
"""More territories than these have no readable labels at this size."""
_AROUND = (
    (0.0, 0.0),
    *(
        (dx * r, dy * r)
        for r in (22.0, 36.0, 52.0, 70.0)
        for dx, dy in ((0, 1), (0, -1), (1, 0), (-1, 0), (1, 1), (-1, 1), (1, -1), (-1, -1))
    ),
)
"""Where a label may go, nearest first."""

_Point = tuple[float, float]


def deviation_bar(deviation: float, tolerance: float) -> Markup:
    """Return a bar from the goal to the deviation, over the allowed band.

    Parameters
    ----------
    deviation : float
        Fraction; a bar longer than twice the band ends in an arrow.
    tolerance : float
        Fraction, half the width of the band.
    """
    from markupsafe import Markup

    middle, half = _BAR_WIDTH / 2, _BAR_WIDTH / 2 - 6
    scale = half / (2 * tolerance) if tolerance > 0 else half
    end = max(-half, min(half, deviation * scale))
    band = tolerance * scale
    outside = abs(deviation) > tolerance + 1e-6
    colour = "#b3261e" if outside else "#2a6f97"
    arrow = ""
    if abs(deviation * scale) > half:
        tip, base = (
            (middle + end + 5, middle + end) if end > 0 else (middle + end - 5, middle + end)
        )
        arrow = f'<path d="M{base:.1f} 3L{tip:.1f} 8L{base:.1f} 13z" fill="{colour}"/>'
    return Markup(
        f'<svg class="bar" width="{_BAR_WIDTH:.0f}" height="{_BAR_HEIGHT:.0f}" '
        f'viewBox="0 0 {_BAR_WIDTH:.0f} {_BAR_HEIGHT:.0f}" role="img" '
        f'aria-label="{100 * deviation:+.1f} percent">'
        f'<rect x="{middle - band:.1f}" y="1" width="{2 * band:.1f}" height="14" rx="2" '
        'fill="#e4ebf1"/>'
        f'<rect x="{min(middle, middle + end):.1f}" y="4" width="{max(abs(end), 0.8):.1f}" '
        f'height="8" fill="{colour}"/>{arrow}'
        f'<line x1="{middle}" x2="{middle}" y1="0" y2="16" stroke="#51606f"/></svg>'
    )


def cost_bar(values: Sequence[float]) -> Markup:
    """Return one bar divided in proportion to the values, in the order of `COST_COLOURS`."""
    from markupsafe import Markup

    total = sum(values)
    parts, left = [], 0.0
    for value, colour in zip(values, _colours(len(values)), strict=True):
        width = 100 * value / total if total > 0 else 0.0
        parts.append(
            f'<rect x="{left:.2f}%" y="0" width="{width:.2f}%" height="18" fill="{colour}"/>'
        )
        left += width
    return Markup(
        f'<svg class="cost" width="100%" height="18" role="img" '
        f'aria-label="parts of the cost">{"".join(parts)}</svg>'
    )


def _colours(n: int) -> list[str]:
    return [COST_COLOURS[min(at, len(COST_COLOURS) - 1)] for at in range(n)]


def territory_map(plan: Plan) -> Markup:
    """Return the territories in outline with their ids, the accounts as dots, the homes as marks.

    Colours are those of the interactive map. Borders are simplified for drawing only.
    """
    from markupsafe import Markup, escape

    from geo.outlines import outlines, simplified
    from territory.messages import visible

    labels = plan.alignment.set_index("unit_id")["territory_id"].loc[list(plan.geography.ids)]
    frame = outlines(plan.geography, labels.to_numpy(dtype=object)).frame
    west, south, east, north = (float(edge) for edge in frame.total_bounds)
    span = max(east - west, (north - south) * 1.2, 1.0)
    page = _Page(west=west, north=north, scale=_MAP_WIDTH / span)
    height, width = (north - south) * page.scale, (east - west) * page.scale
    drawn = simplified(frame, span / 1200)
    fills = _fills(plan, frame)
    shapes = [
        f'<path d="{"".join(page.ring(ring) for ring in _rings(shape))}" '
        f'fill="{fills[str(territory)]}"/>'
        for territory, shape in drawn.geometry.items()
    ]
    names, leads = [], []
    for territory, (x, y), (anchor_x, anchor_y) in _labels(drawn, page):
        names.append(f'<text x="{x:.0f}" y="{y:.0f}">{escape(visible(territory))}</text>')
        if (x, y) != (anchor_x, anchor_y):
            leads.append(
                f'<line x1="{anchor_x:.0f}" y1="{anchor_y:.0f}" x2="{x:.0f}" y2="{y:.0f}"/>'
            )
    return Markup(
        f'<svg class="map" viewBox="-6 -6 {width + 12:.0f} {height + 12:.0f}" role="img" '
        f'aria-label="map of the territories">'
        f'<g class="areas">{"".join(shapes)}</g>'
        f'<g class="dots">{"".join(_dots(plan, page))}</g>'
        f'<g class="homes">{"".join(_homes(plan, page))}</g>'
        f'<g class="leads">{"".join(leads)}</g>'
        f'<g class="ids">{"".join(names)}</g></svg>'
    )


def _labels(drawn: Any, page: _Page) -> Iterator[tuple[str, _Point, _Point]]:
    """Yield id, place and anchor of each label; those of small territories give way to others.

    A label that would cover one already placed goes to the nearest free place around its anchor.
    """
    if len(drawn) > _LABELS:
        return
    placed: list[tuple[float, float, float]] = []
    largest_first = sorted(
        drawn.geometry.items(), key=lambda item: (-float(item[1].area), str(item[0]))
    )
    for territory, shape in largest_first:
        anchor = page.at(*_label_point(shape))
        half = 4.8 * len(str(territory)) + 3

        def free(x: float, y: float, half: float = half) -> bool:
            return all(
                abs(x - other_x) > half + other_half or abs(y - other_y) > 17
                for other_x, other_y, other_half in placed
            )

        around = ((anchor[0] + dx, anchor[1] + dy) for dx, dy in _AROUND)
        x, y = next((point for point in around if free(*point)), anchor)
        placed.append((x, y, half))
        yield str(territory), (x, y), anchor


class _Page:
    """From metres on the ground to units of the drawing, north up."""

    def __init__(self, *, west: float, north: float, scale: float) -> None:
        self.west, self.north, self.scale = west, north, scale

    def at(self, x: float, y: float) -> tuple[float, float]:
        return (x - self.west) * self.scale, (self.north - y) * self.scale

    def ring(self, ring: Any) -> str:
        points = [self.at(x, y) for x, y in list(ring.coords)[:-1]]
        return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points) + "Z"


def _rings(shape: Any) -> Iterator[Any]:
    for part in getattr(shape, "geoms", [shape]):
        yield part.exterior
        yield from part.interiors


def _label_point(shape: Any) -> tuple[float, float]:
    """Return the middle of the largest part, or a point in it where the middle lies outside."""
    largest = max(getattr(shape, "geoms", [shape]), key=lambda part: float(part.area))
    middle = largest.centroid
    point = middle if largest.contains(middle) else largest.representative_point()
    return float(point.x), float(point.y)


def _fills(plan: Plan, frame: Any) -> Mapping[str, str]:
    """Return the colours of the interactive map."""
    from geo.map.palette import colours
    from geo.map.shapes import shared_borders

    ids = [str(name) for name in plan.territories["territory_id"]]
    drawn = [str(name) for name in frame.index]
    edges = [(drawn[a], drawn[b]) for a, b in shared_borders(list(frame.geometry))]
    return colours(ids, edges)


def _dots(plan: Plan, page: _Page) -> Iterator[str]:
    if len(plan.accounts) > _DOTS:
        return
    for x, y in _places(plan, plan.accounts, page):
        yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="1.6"/>'


def _homes(plan: Plan, page: _Page) -> Iterator[str]:
    for x, y in _places(plan, plan.reps, page):
        yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5"/>'


def _places(plan: Plan, frame: Any, page: _Page) -> Iterator[tuple[float, float]]:
    from geo.crs import to_xy

    known = frame.dropna(subset=["lon", "lat"])
    if known.empty:
        return
    for x, y in to_xy(known[["lon", "lat"]].to_numpy(), plan.geography.crs):
        yield page.at(float(x), float(y))
