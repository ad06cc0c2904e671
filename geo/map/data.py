"""What the scripts of a map page read: the scene as plain numbers and texts, packed small."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from geo.map.content import Column, as_number, deviation_text, is_out, plain_text, value_text
from geo.map.scene import Scene, flags_of, owners_of, texts_of

if TYPE_CHECKING:
    import pandas as pd

    from geo.map.panel import Tier

__all__ = ["CROWD", "map_data"]

_PER_DEGREE = 100_000
CROWD = 4_000
"""More account marks than this hide what lies below them."""
_MANY_FLOWS = 100
"""Arrows of accounts between territories that are drawn at once, the largest."""


def map_data(
    scene: Scene, marks: "Sequence[Tier]", *, overlays: Mapping[str, str]
) -> Mapping[str, object]:
    """Return the content of the page's data element.

    Parameters
    ----------
    scene : Scene
    marks : sequence of Tier
    overlays : mapping of str to str
        What can be switched on and off → its title.

    Returns
    -------
    mapping
        Texts as the user wrote them: `script_json` makes them harmless.
    """
    content, drawn = scene.content, scene.shapes
    homes = scene.homes
    west, south, east, north = drawn.bounds
    return {
        "bounds": [[round(south, 5), round(west, 5)], [round(north, 5), round(east, 5)]],
        "crowd": CROWD,
        "manyFlows": _MANY_FLOWS,
        "money": content.money,
        "fillOpacity": 0.6 if content.tiles else 1.0,
        "overlays": overlays,
        "territories": _territories(scene),
        "today": [
            {
                "id": name,
                "rep": content.today_reps.get(name, ""),
                "fill": scene.fills[name],
                "shape": shape,
            }
            for name, shape in zip(drawn.today_ids, drawn.today, strict=True)
        ],
        "flows": [[flow.origin, flow.target, flow.n_accounts] for flow in scene.flows],
        "areas": [
            {"name": area.name, "bounds": area.bounds, "n": len(area.territories)}
            for area in scene.areas
        ],
        "units": _units(scene),
        "levels": dict(zip(content.levels, drawn.levels, strict=True)),
        "layers": [
            {
                "key": layer.key,
                "title": layer.title,
                "group": layer.group,
                "note": layer.note,
                "of": layer.of,
                "kind": layer.kind,
                "colours": layer.colours,
                "labels": layer.labels,
                "counts": layer.counts,
                "codes": layer.codes,
                "values": [_short(value) for value in layer.values],
            }
            for layer in scene.layers
        ],
        "absent": [[title, why] for title, why in scene.absent.items()],
        "topTier": content.top_tier,
        "tiers": [
            {
                key: getattr(mark, key)
                for key in ("name", "title", "radius", "fill", "stroke", "weight")
            }
            for mark in marks
        ],
        "accounts": _accounts(scene, marks),
        "homes": {
            "id": list(texts_of(homes, "rep_id")),
            "name": list(texts_of(homes, "name")),
            "territory": owners_of(content, homes),
            "located": [int(kind == "center") for kind in texts_of(homes, "kind")],
            **_grid(homes["lon"], homes["lat"]),
        },
        "places": _places(content.places),
        "zips": _zips(content.zips),
    }


def _territories(scene: Scene) -> list[Mapping[str, object]]:
    content, drawn = scene.content, scene.shapes
    frame = content.territories
    labels = texts_of(frame, "label", list(map(str, frame.index)))
    reps, rep_ids = texts_of(frame, "rep"), texts_of(frame, "rep_id")
    result: list[Mapping[str, object]] = []
    for i, name in enumerate(frame.index):
        values = frame.iloc[i]
        rows = []
        for column in content.columns:
            text = value_text(values[column.name], column.kind, content.money)
            row: list[object] = [column.title, text]
            if column.deviation:
                deviation = as_number(values[column.deviation])
                out = is_out(deviation, column.tolerance)
                row += [deviation_text(deviation, tolerance=column.tolerance), out]
            rows.append(row)
        lon, lat = drawn.label_points[i]
        result.append(
            {
                "id": str(name),
                "label": labels.iloc[i],
                "rep": reps.iloc[i],
                "repId": rep_ids.iloc[i],
                "fill": scene.fills[str(name)],
                "rows": rows,
                "at": None if np.isnan(lon) else [round(float(lon), 5), round(float(lat), 5)],
                "size": float(drawn.sizes[i]),
                "shape": drawn.territories[i],
            }
        )
    return result


def _units(scene: Scene) -> Mapping[str, object]:
    content, drawn = scene.content, scene.shapes
    frame = content.units
    today = {name: at for at, name in enumerate(drawn.today_ids)}
    known = frame["today_known"] if "today_known" in frame.columns else [True] * len(frame)
    return {
        "id": list(map(str, frame.index)),
        "name": list(texts_of(frame, "name")),
        "territory": owners_of(content, frame),
        "today": [today.get(name, -1) for name in texts_of(frame, "today_id")] if today else [],
        "guessed": [int(not there) for there in known] if today else [],
        **_columns(frame, content.unit_columns),
        "shape": drawn.units,
        **_grid(drawn.points[:, 0], drawn.points[:, 1]),
    }


def _accounts(scene: Scene, marks: "Sequence[Tier]") -> Mapping[str, object]:
    content, frame = scene.content, scene.accounts
    rank = {mark.name: i for i, mark in enumerate(marks)}
    ids = list(texts_of(frame, "account_id"))
    return {
        "id": ids,
        "name": list(texts_of(frame, "name", ids)),
        "tier": [rank[name] for name in texts_of(frame, "tier")],
        "territory": owners_of(content, frame),
        "exception": flags_of(frame, "exception"),
        "today": _coded(texts_of(frame, "today_id")),
        "idn": _coded(texts_of(frame, "idn")),
        "gpo": _coded(texts_of(frame, "gpo")),
        "why": _coded(texts_of(frame, "why")),
        **_columns(frame, content.account_columns),
        **_grid(frame["lon"], frame["lat"]),
    }


def _columns(frame: "pd.DataFrame", columns: Sequence[Column]) -> Mapping[str, object]:
    """Return the columns with their values; words as codes, numbers as short as they are read."""
    values: list[object] = []
    for column in columns:
        if column.kind == "text":
            values.append(_coded(texts_of(frame, column.name)))
        elif column.low:
            parts = (column.name, column.low, column.high)
            values.append([[_short(as_number(v)) for v in frame[name]] for name in parts])
        else:
            values.append([_short(as_number(value)) for value in frame[column.name]])
    return {
        "columns": [[column.title, column.kind, int(bool(column.low))] for column in columns],
        "values": values,
    }


def _coded(texts: "pd.Series[str]") -> Mapping[str, object]:
    """Return the different texts once, and for each row which one it has; -1 for none."""
    words = sorted({text for text in texts if text})
    position = {word: at for at, word in enumerate(words)}
    return {"words": words, "codes": [position.get(text, -1) for text in texts] if words else []}


def _short(value: float) -> float | int | None:
    """Round a number to four digits, as far as anyone reads it."""
    if not np.isfinite(value):
        return None
    rounded = float(f"{value:.4g}")
    return int(rounded) if rounded.is_integer() else rounded


def _places(frame: "pd.DataFrame | None") -> Mapping[str, object]:
    if frame is None or frame.empty:
        return {"name": [], "kind": [], "x": [], "y": []}
    ordered = frame.sort_values(["rank", "name"], ascending=[False, True])
    return {
        "name": list(texts_of(ordered, "name")),
        "kind": [("city", "county", "state").index(kind) for kind in ordered["kind"]],
        **_grid(ordered["lon"], ordered["lat"]),
    }


def _zips(frame: "pd.DataFrame | None") -> Mapping[str, object]:
    if frame is None or frame.empty:
        return {"zip": [], "city": {"words": [], "codes": []}, "unit": [], "x": [], "y": []}
    return {
        "zip": [plain_text(code) for code in frame["zip"]],
        "city": _coded(texts_of(frame, "city")),
        "unit": [int(at) for at in frame["unit"]],
        **_grid(frame["lon"], frame["lat"]),
    }


def _grid(lon: Any, lat: Any) -> Mapping[str, list[int]]:
    def rounded(values: Any) -> list[int]:
        degrees = np.nan_to_num(np.asarray(values, dtype=np.float64))
        return [int(value) for value in np.rint(degrees * _PER_DEGREE)]

    return {"x": rounded(lon), "y": rounded(lat)}
