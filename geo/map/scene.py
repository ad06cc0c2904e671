"""A map's content made ready to draw: light shapes, colours, classes, flows and dense areas.

The interactive page, the notebook's map and the picture files all draw the same scene.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from geo.map.content import MapContent
from geo.map.layers import Classes, classified, deviation_classes, tier_classes
from geo.map.palette import colours
from geo.map.shapes import Shapes, shapes

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["DenseArea", "Flow", "Scene", "flags_of", "owners_of", "placed", "scene_of", "texts_of"]

_SMALL = 0.055
"""A territory whose side is below this share of the map's diagonal is hard to see."""
_NEAR = 0.06
"""Small ones nearer than this share of the diagonal are one dense area."""
_WIDEST = 0.3
"""Side of a dense area as a share of the diagonal: a wider one is no closer view."""
_MOST_AREAS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class DenseArea:
    """Several small territories close to each other, worth a map of their own.

    Attributes
    ----------
    name : str
        The largest city in it, or its largest territory.
    bounds : (float, float, float, float)
        west, south, east, north in degrees.
    territories : tuple of int
        Rows of the territories in it.
    """

    name: str
    bounds: tuple[float, float, float, float]
    territories: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """Accounts that go from one territory of today to one of the plan."""

    origin: str
    target: str
    n_accounts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What is drawn.

    Attributes
    ----------
    content : MapContent
    shapes : Shapes
    accounts, homes : DataFrame
        Those with a place.
    fills : mapping of str to str
        Colour by territory id, of the plan's and of today's territories.
    layers : tuple of Classes
        Every layer of numbers there is something to show of.
    absent : mapping of str to str
        Title of a layer that cannot be shown → why.
    flows : tuple of Flow
        Largest first.
    areas : tuple of DenseArea
    """

    content: MapContent
    shapes: Shapes
    accounts: "pd.DataFrame"
    homes: "pd.DataFrame"
    fills: Mapping[str, str]
    layers: tuple[Classes, ...]
    absent: Mapping[str, str]
    flows: tuple[Flow, ...]
    areas: tuple[DenseArea, ...]


def scene_of(content: MapContent) -> Scene:
    """Prepare the content for drawing.

    Parameters
    ----------
    content : MapContent

    Returns
    -------
    Scene
        The same for the same content.
    """
    drawn = shapes(
        content.territories,
        content.units,
        unit_limit=content.unit_limit,
        levels=[list(texts_of(content.territories, name)) for name in content.levels.values()],
        matched=content.matched,
    )
    accounts = placed(content.accounts)
    layers, absent = _layers(content, accounts)
    ids = [str(name) for name in content.territories.index]
    met = [(ids[a], ids[b]) for a, b in drawn.neighbours]
    return Scene(
        content=content,
        shapes=drawn,
        accounts=accounts,
        homes=placed(content.homes),
        fills=colours(
            [*ids, *drawn.today_ids],
            [*met, *content.neighbours],
            today=content.today_neighbours,
        ),
        layers=layers,
        absent=absent,
        flows=_flows(content),
        areas=_dense_areas(content, drawn),
    )


def _layers(
    content: MapContent, accounts: "pd.DataFrame"
) -> tuple[tuple[Classes, ...], Mapping[str, str]]:
    absent = dict(content.absent)
    found = [*deviation_classes(content)]
    for layer in content.layers:
        if not len(content.units):
            absent[layer.title] = "the plan has no units"
            continue
        classes = classified(layer, content.units, content.money)
        if classes.n_none + classes.n_unknown == len(classes.codes):
            absent[layer.title] = "not known of any unit"
        else:
            found.append(classes)
    if content.top_tier:
        tiers = list(texts_of(accounts, "tier"))
        if content.top_tier in tiers:
            found.append(tier_classes(content, tiers, owners_of(content, accounts)))
        else:
            absent[f"Tier {content.top_tier} accounts"] = "no account has this tier"
    return tuple(found), absent


def _flows(content: MapContent) -> tuple[Flow, ...]:
    frame = content.accounts
    if "today_id" not in frame.columns:
        return ()
    before, after = texts_of(frame, "today_id"), texts_of(frame, "territory_id")
    moved = (before != "") & (before != after)
    counts = Counter(zip(before[moved], after[moved], strict=True))
    flows = [Flow(origin=a, target=b, n_accounts=n) for (a, b), n in counts.items()]
    return tuple(sorted(flows, key=lambda flow: (-flow.n_accounts, flow.origin, flow.target)))


def _dense_areas(content: MapContent, drawn: Shapes) -> tuple[DenseArea, ...]:
    """Join small territories that are near each other, the largest groups first."""
    west, south, east, north = drawn.bounds
    shrink = np.cos(np.radians((south + north) / 2))
    diagonal = float(np.hypot((east - west) * shrink, north - south))
    boxes = [_box(shape) for shape in drawn.territories]
    small = [
        at
        for at, (box, point) in enumerate(zip(boxes, drawn.label_points, strict=True))
        if box is not None
        and not np.isnan(point).any()
        and np.sqrt((box[2] - box[0]) * shrink * (box[3] - box[1])) < _SMALL * diagonal
    ]
    groups: list[list[int]] = []
    for at in small:
        joined = [at]
        for group in list(groups):
            near = any(
                _gap(drawn.label_points[at], drawn.label_points[b], shrink) < _NEAR * diagonal
                for b in group
            )
            if near and _side([boxes[b] for b in (*joined, *group)], shrink) < _WIDEST * diagonal:
                joined += group
                groups.remove(group)
        groups.append(sorted(joined))
    crowded = sorted((group for group in groups if len(group) > 1), key=lambda g: (-len(g), g))
    areas: list[DenseArea] = []
    for group in crowded[:_MOST_AREAS]:
        bounds = _around([boxes[at] for at in group])
        city = _city_in(content.places, bounds, areas)
        name = city or str(content.territories.index[group[0]])
        areas.append(
            DenseArea(
                name=name,
                bounds=bounds,
                territories=tuple(group),
            )
        )
    return tuple(areas)


def _around(boxes: Sequence[Any]) -> tuple[float, float, float, float]:
    corners = np.array(boxes, dtype=np.float64)
    west, south = corners[:, :2].min(axis=0)
    east, north = corners[:, 2:].max(axis=0)
    return tuple(round(float(edge), 5) for edge in (west, south, east, north))  # type: ignore[return-value]


def _side(boxes: Sequence[Any], shrink: float) -> float:
    """Return the longer side of the box around boxes, in degrees of latitude."""
    west, south, east, north = _around(boxes)
    return max((east - west) * shrink, north - south)


def _gap(a: Any, b: Any, shrink: float) -> float:
    return float(np.hypot((a[0] - b[0]) * shrink, a[1] - b[1]))


def _box(shape: Sequence[Sequence[Sequence[int]]]) -> tuple[float, float, float, float] | None:
    """Return the extent of packed polygons in degrees."""
    rings = [np.array(part[0]).reshape(-1, 2).cumsum(axis=0) / 1e5 for part in shape]
    if not rings:
        return None
    points = np.concatenate(rings)
    (west, south), (east, north) = points.min(axis=0), points.max(axis=0)
    return float(west), float(south), float(east), float(north)


def _city_in(
    places: "pd.DataFrame | None", bounds: Sequence[float], areas: Sequence[DenseArea]
) -> str:
    """Return the largest city within bounds and in none of the areas before; "" for none."""
    if places is None or places.empty:
        return ""

    def within(box: Sequence[float]) -> "pd.Series[bool]":
        west, south, east, north = box
        return places["lon"].between(west, east) & places["lat"].between(south, north)

    inside = places["kind"].eq("city") & within(bounds)
    for area in areas:
        inside &= ~within(area.bounds)
    found = places[inside].sort_values("rank", ascending=False)["name"]
    return "" if found.empty else str(found.iloc[0])


def placed(frame: "pd.DataFrame") -> "pd.DataFrame":
    """Return the rows that have a longitude and a latitude, as numbers."""
    from geo.map.content import as_number

    places = frame[["lon", "lat"]].apply(lambda column: column.map(as_number))
    return frame.assign(lon=places["lon"], lat=places["lat"]).dropna(subset=["lon", "lat"])


def texts_of(
    frame: "pd.DataFrame", name: str, default: Sequence[str] | None = None
) -> "pd.Series[str]":
    """Return a column as text; what is missing or empty becomes the default, or "".

    As objects: texts are gone through one by one, which Arrow makes a Python text for each time.
    """
    import pandas as pd

    fallback = pd.Series("" if default is None else default, index=frame.index, dtype=object)
    if name not in frame.columns:
        return fallback
    values = frame[name]
    texts = values.astype(object).map(str).where(values.notna(), "")
    return texts.where(texts != "", fallback)


def flags_of(frame: "pd.DataFrame", name: str) -> list[int]:
    """Return a column of truth values as 0 and 1; exceptions read back from CSV are words."""
    return [int(text.lower() not in ("", "false", "0", "no")) for text in texts_of(frame, name)]


def owners_of(content: MapContent, frame: "pd.DataFrame") -> list[int]:
    """Return the row of each row's territory, −1 for none."""
    position = {str(name): i for i, name in enumerate(content.territories.index)}
    return [position.get(name, -1) for name in texts_of(frame, "territory_id")]
