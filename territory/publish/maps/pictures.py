"""The map of a plan as a picture file for slides and print, without a browser."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from territory.errors import InputError
from territory.messages import Message, quoted

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from geo.map.scene import Scene
    from territory.plan import Plan

__all__ = ["FORMATS", "layer_names", "write_picture"]

FORMATS = ("svg", "png", "pdf")
"""File formats of a picture."""

_INK, _UNKNOWN = "#22303F", "#AAB4BF"


def layer_names(scene: Scene) -> list[str]:
    """Return what the map of a plan can be coloured by."""
    today = ["today"] if scene.shapes.today_ids else []
    return ["territories", *today, *(layer.key for layer in scene.layers)]


def write_picture(plan: Plan, path: Path, *, layer: str = "territories") -> Path:
    """Draw one layer of a plan's map; the same plan gives the same bytes.

    Parameters
    ----------
    plan : Plan
    path : Path
        Its ending says the format, one of `FORMATS`.
    layer : str
        One of `layer_names`.

    Raises
    ------
    InputError
        The format or the layer is not known; the message names those that are.
    """
    import matplotlib as mpl
    from matplotlib.figure import Figure

    from geo.map.scene import scene_of
    from territory.publish.charts.fonts import drawable, families
    from territory.publish.charts.sheet import quiet
    from territory.publish.maps.map import map_content

    kind = path.suffix.lower().lstrip(".")
    if kind not in FORMATS:
        raise InputError(
            Message(f"format {quoted(kind)} is not known", hint=f"use one of {', '.join(FORMATS)}")
        )
    scene = scene_of(map_content(plan))
    if layer not in layer_names(scene):
        raise InputError(
            Message(
                f"the plan has no layer {quoted(layer)}",
                evidence=tuple(f"{title}: {why}" for title, why in scene.absent.items()),
                hint=f"use one of {', '.join(layer_names(scene))}",
            )
        )
    with quiet():
        mpl.rcParams["font.family"] = families()
        figure = Figure(figsize=(13.33, 7.5), dpi=144, layout="constrained")
        axes = figure.add_subplot()
        _draw(axes, scene, layer, letters=str if kind == "svg" else drawable)
        stamp: dict[str, object] = {"svg": {"Date": None}, "pdf": {"CreationDate": None}, "png": {}}
        path.parent.mkdir(parents=True, exist_ok=True)
        figure.savefig(path, format=kind, metadata=stamp[kind])
    return path


def _draw(axes: Axes, scene: Scene, layer: str, *, letters: Callable[[str], str]) -> None:
    from matplotlib.patches import Patch

    from territory.publish.charts.sheet import clean

    drawn, content = scene.shapes, scene.content
    ids = [str(name) for name in content.territories.index]
    handles = []
    found = next((each for each in scene.layers if each.key == layer), None)
    today = layer == "today"
    names, outlines = (drawn.today_ids, drawn.today) if today else (ids, drawn.territories)
    if found is None:
        for name, shape in zip(names, outlines, strict=True):
            _fill(axes, shape, scene.fills[name])
    else:
        shapes = drawn.units if found.of == "units" else drawn.territories
        for code, shape in zip(found.codes, shapes, strict=True):
            colour = {"?": _UNKNOWN, ".": "#FFFFFF"}.get(code)
            _fill(axes, shape, colour or found.colours[int(code)])
        handles = [
            Patch(facecolor=colour, edgecolor=_INK, linewidth=0.5, label=f"{label}  ({n:,})")
            for colour, label, n in zip(found.colours, found.labels, found.counts, strict=True)
        ]
        if found.n_unknown:
            handles.append(Patch(facecolor=_UNKNOWN, label=f"not known  ({found.n_unknown:,})"))
        if found.n_none:
            empty = f"no accounts  ({found.n_none:,})"
            handles.append(Patch(facecolor="#FFFFFF", edgecolor=_INK, linewidth=0.5, label=empty))
    for shape in outlines:
        _fill(axes, shape, "none", edge=_INK)
    _, south, _, north = drawn.bounds
    title = found.title if found else "Today" if today else "Plan"
    axes.set_title(letters(clean(f"{content.title}: {title}", 120)), loc="left", fontweight="bold")
    if handles:
        axes.legend(handles=handles, loc="center left", bbox_to_anchor=(1.0, 0.5), frameon=False)
    axes.set_aspect(1 / np.cos(np.radians((south + north) / 2)))
    axes.set_axis_off()
    anchors = [
        _middle(shape) if today else _point(drawn.label_points[ids.index(name)])
        for name, shape in zip(names, outlines, strict=True)
        if shape
    ]
    shown = [letters(clean(name, 40)) for name, shape in zip(names, outlines, strict=True) if shape]
    _write(axes, shown, anchors)


def _write(axes: Axes, names: Sequence[str], anchors: Sequence[tuple[float, float]]) -> None:
    """Write the names where none covers another; many are small, so that they find room."""
    from territory.publish.maps.names import free_places

    figure = axes.get_figure(root=True)
    assert figure is not None
    figure.draw_without_rendering()  # lays the page out: only then letters have a place and size
    points = 9.0 if len(names) <= 60 else 7.0 if len(names) <= 150 else 5.5
    pixels = points * figure.dpi / 72
    sizes = [(0.7 * pixels * len(name) + 0.6 * pixels, 1.5 * pixels) for name in names]
    at = [_point(pair) for pair in axes.transData.transform(np.array(anchors).reshape(-1, 2))]
    for name, anchor, here, there in zip(names, anchors, at, free_places(at, sizes), strict=True):
        place = _point(axes.transData.inverted().transform(there).tolist())
        led = math.dist(here, there) > pixels
        axes.annotate(
            name, anchor, place, ha="center", va="center", fontsize=points, fontweight="bold",
            arrowprops={"arrowstyle": "-", "linewidth": 0.7, "shrinkA": 0, "shrinkB": 0}
            if led else None,
            bbox={"boxstyle": "round,pad=0.15", "facecolor": "white", "alpha": 0.75, "lw": 0},
        )  # fmt: skip
        if led:
            axes.plot(*anchor, "o", color=_INK, markersize=points / 4)


_Shape = Sequence[Sequence[Sequence[float]]]
"""Polygons, each of rings: x and y steps in turn, in 1/100,000 of a unit."""


def _middle(shape: _Shape) -> tuple[float, float]:
    points = np.concatenate([_ring(part[0]) for part in shape])
    x, y = (points.min(axis=0) + points.max(axis=0)) / 2
    return float(x), float(y)


def _point(pair: Sequence[float]) -> tuple[float, float]:
    return float(pair[0]), float(pair[1])


def _ring(steps: Sequence[float]) -> NDArray[np.float64]:
    return np.array(steps, dtype=np.float64).reshape(-1, 2).cumsum(axis=0) / 1e5


def _fill(axes: Axes, shape: _Shape, colour: str, *, edge: str = "none") -> None:
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path as Outline

    rings = [_ring(ring) for part in shape for ring in part]
    if not rings:
        return
    outline = Outline.make_compound_path(
        *(Outline(np.vstack([ring, ring[:1]]), closed=True) for ring in rings)
    )
    width = 1.1 if edge != "none" else 0.0
    axes.add_patch(PathPatch(outline, facecolor=colour, edgecolor=edge, linewidth=width))
    axes.autoscale_view()
