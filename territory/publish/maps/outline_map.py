"""The territories in outline, today's or the plan's: for pages (SVG) and slides (PNG)."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from geo.geography import polygons_of
from territory.publish.charts.sheet import INK, clean, quiet, svg

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from geopandas import GeoDataFrame
    from markupsafe import Markup
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from territory.plan import Plan

__all__ = ["OutlineMaps", "outline_maps"]

_DOTS = 3_000
"""More accounts than these are no longer dots but a stain."""
_LABELS = 60
"""More territories than these have no readable names at this size."""
_STEPS = 900.0
"""The map's longer side in the steps that outlines are simplified to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutlineMaps:
    """A plan's territories and those of today, in the same colours and on the same ground.

    Attributes
    ----------
    frames : mapping of str to GeoDataFrame
        ``plan`` and, where today's alignment is known, ``today`` → outlines by territory id.
    fills : mapping of str to str
        Colour by territory id: that of the interactive map.
    dots, homes : ndarray, (n, 2)
        Accounts and the reps' places in the same coordinates.
    """

    frames: Mapping[str, GeoDataFrame]
    fills: Mapping[str, str]
    dots: NDArray[np.float64]
    homes: NDArray[np.float64]

    @property
    def has_today(self) -> bool:
        """Whether today's territories are known."""
        return "today" in self.frames

    def inline(self, which: str, *, width: float = 440.0) -> Markup:
        """Return the map ``plan`` or ``today`` as inline SVG of a width in points."""
        west, south, east, north = self._bounds
        height = width * min(1.4, (north - south) / max(east - west, 1.0))
        words = (
            "map of today's territories" if which == "today" else "map of the plan's territories"
        )
        return svg(
            lambda axes: self._draw(axes, which), width=width, height=height, label=words, digits=1
        )

    def png(self, which: str, *, width: float, height: float, scale: float = 2.0) -> bytes:
        """Return the map as a PNG for a place of a size in points, ``scale`` pixels for each."""
        from matplotlib.figure import Figure

        from territory.publish.charts.fonts import families

        with quiet():
            import matplotlib as mpl

            mpl.rcParams["font.family"] = families()
            figure = Figure(figsize=(width / 72, height / 72), dpi=72 * scale, layout="constrained")
            self._draw(figure.add_subplot(), which, drawn=True)
            out = io.BytesIO()
            figure.savefig(out, format="png", metadata={"Software": None})
        return out.getvalue()

    @property
    def _bounds(self) -> tuple[float, float, float, float]:
        west, south, east, north = (float(edge) for edge in self.frames["plan"].total_bounds)
        return west, south, east, north

    def _draw(self, axes: Axes, which: str, *, drawn: bool = False) -> None:
        from territory.publish.charts.fonts import drawable
        from territory.publish.maps.names import free_places

        west, south, east, north = self._bounds
        frame = self.frames[which]
        for name, shape in frame.geometry.items():
            _area(axes, shape, self.fills.get(str(name), "#c3cbd3"))
        if len(self.dots) <= _DOTS and len(self.dots):
            _dots(axes, self.dots)
        if len(self.homes):
            axes.plot(self.homes[:, 0], self.homes[:, 1], "o", color="#ffffff", markersize=4.2,
                      markeredgecolor=INK, markeredgewidth=1.1)  # fmt: skip
        names = [str(name) for name in frame.index]
        if len(names) <= _LABELS:
            anchors = [_anchor(shape) for shape in frame.geometry]
            span = max(east - west, north - south)
            sizes = [(0.0115 * span * (len(clean(name, 12)) + 1), 0.033 * span) for name in names]
            for name, at, place in zip(names, anchors, free_places(anchors, sizes), strict=True):
                text = clean(name, 12)
                axes.annotate(
                    drawable(text) if drawn else text, at, place, ha="center", va="center",
                    fontsize=8, fontweight="bold",
                    arrowprops={"arrowstyle": "-", "lw": 0.6, "shrinkA": 0, "shrinkB": 0}
                    if place != at else None,
                    bbox={"boxstyle": "round,pad=0.1", "fc": "white", "alpha": 0.75, "lw": 0},
                )  # fmt: skip
                if place != at:
                    axes.plot(*at, ".", color=INK, markersize=3.5)
        pad = 0.01 * max(east - west, north - south)
        axes.set_xlim(west - pad, east + pad)
        axes.set_ylim(south - pad, north + pad)
        axes.set_aspect("equal")
        axes.set_axis_off()


def outline_maps(plan: Plan) -> OutlineMaps:
    """Return the maps of a plan; borders are simplified for drawing only."""
    import numpy as np

    from geo.crs import to_xy
    from geo.map.palette import colours
    from geo.map.shapes import shared_borders
    from geo.outlines import outlines, simplified
    from territory.publish.maps.map import neighbours
    from territory.publish.maps.map_layers import layer_units, today_neighbours

    geography = plan.geography
    units = layer_units(plan)
    ids = list(geography.ids)
    labels = {"plan": plan.alignment.set_index("unit_id")["territory_id"].loc[ids]}
    if "today_id" in units and units["today_id"].ne("").all():
        labels["today"] = units["today_id"].loc[ids]
    west, south, east, north = geography.units.total_bounds
    step = float(max(east - west, north - south, 1.0)) / _STEPS
    whole = {
        which: outlines(geography, owner.to_numpy(dtype=object)).frame
        for which, owner in labels.items()
    }
    drawn = [str(name) for name in whole["plan"].index]
    met = [(drawn[a], drawn[b]) for a, b in shared_borders(list(whole["plan"].geometry))]
    known = [str(name) for name in plan.territories["territory_id"]]
    closed = sorted(set(map(str, whole["today"].index)) - set(known)) if "today" in whole else []

    def places(frame: pd.DataFrame) -> NDArray[np.float64]:
        there = frame.dropna(subset=["lon", "lat"])
        if there.empty:
            return np.empty((0, 2))
        return np.asarray(to_xy(there[["lon", "lat"]].to_numpy(), geography.crs))

    return OutlineMaps(
        frames={which: simplified(frame, step) for which, frame in whole.items()},
        fills=colours(
            [*known, *closed],
            [*met, *neighbours(plan)],
            today=today_neighbours(plan, units),
        ),
        dots=places(plan.accounts),
        homes=places(plan.reps),
    )


def _area(axes: Axes, shape: object, colour: str) -> None:
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    rings = [
        Path(list(ring.coords), closed=True)
        for part in polygons_of(shape)
        for ring in (part.exterior, *part.interiors)
    ]
    if rings:
        axes.add_patch(
            PathPatch(Path.make_compound_path(*rings), facecolor=colour, edgecolor="#ffffff", lw=1)
        )


def _dots(axes: Axes, places: NDArray[np.float64]) -> None:
    """Draw the dots as one path of round ends; an element for each would weigh ten times more."""
    import numpy as np
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    n = len(places)
    steps = np.repeat(places, 2, axis=0)
    steps[1::2, 0] += 1.0
    codes = np.tile([Path.MOVETO, Path.LINETO], n)
    axes.add_patch(
        PathPatch(Path(steps, codes), fill=False, edgecolor=INK, lw=1.7, alpha=0.4,
                  capstyle="round")
    )  # fmt: skip


def _anchor(shape: object) -> tuple[float, float]:
    """Return the middle of the largest part, or a point in it where the middle lies outside."""
    largest = max(polygons_of(shape), key=lambda part: float(part.area))
    middle = largest.centroid
    point = middle if largest.contains(middle) else largest.representative_point()
    return float(point.x), float(point.y)
