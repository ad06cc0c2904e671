"""Draw a plan as one self-contained HTML map with folium."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from geo.map.content import Column, MapContent, as_number, deviation_text, is_out, value_text
from geo.map.escaping import html_text, script_json
from geo.map.offline import (
    fill,
    inline_scripts,
    leaflet_css,
    library_scripts,
    placeholder,
    resource,
    seal,
)
from geo.map.palette import colours
from geo.map.panel import Tier, panel_html, tiers
from geo.map.shapes import Shapes, shapes

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Column", "MapContent", "draw"]

_PER_DEGREE = 100_000
_CROWD = 4_000  # more account marks than this hide what lies below them
_LAYERS = {
    "territories": "Territories",
    "units": "Unit borders",
    "districts": "Districts",
    "regions": "Regions",
    "accounts": "Accounts",
    "homes": "Homes",
    "names": "Names",
}


def draw(content: MapContent) -> str:
    """Return the map as one HTML file that needs nothing but a browser.

    The same content gives the same text, byte for byte.

    Parameters
    ----------
    content : MapContent

    Returns
    -------
    str
        HTML.

    Notes
    -----
    The page holds `window.territoryMap` with the Leaflet map, its layers and the search function,
    for tests and for people who want to build on it.
    """
    drawn = shapes(
        content.territories,
        content.units,
        unit_limit=content.unit_limit,
        levels=[list(_texts(content.territories, name)) for name in content.levels.values()],
    )
    fills = _fills(content, drawn)
    accounts = _placed(content.accounts)
    homes = _placed(content.homes)
    tier_names = _texts(accounts, "tier")
    marks = tiers(tier_names)
    exceptions = _flags(accounts, "exception")
    data = {
        "bounds": _corners(drawn),
        "crowd": _CROWD,
        "fillOpacity": 0.6 if content.tiles else 1.0,
        "territories": _territories(content, drawn, fills),
        "units": _units(content, drawn),
        "levels": dict(zip(content.levels, drawn.levels, strict=True)),
        "tiers": [
            {
                key: getattr(mark, key)
                for key in ("name", "title", "radius", "fill", "stroke", "weight")
            }
            for mark in marks
        ],
        "accounts": _accounts(content, accounts, tier_names, marks, exceptions),
        "homes": {
            "id": list(_texts(homes, "rep_id")),
            "name": list(_texts(homes, "name")),
            "territory": _owners(content, homes),
            "located": [int(kind == "center") for kind in _texts(homes, "kind")],
            **_grid(homes["lon"], homes["lat"]),
        },
    }
    panel = panel_html(
        content,
        fills=fills,
        tier_marks=marks,
        borders_drawn=bool(drawn.units),
        n_homes=int((_texts(homes, "kind") != "center").sum()),
        n_centers=int((_texts(homes, "kind") == "center").sum()),
        n_exceptions=sum(exceptions),
        legend_notes=_legend_notes(content, drawn, len(accounts), len(homes)),
    )
    libraries = library_scripts()
    own = tuple(map(resource, ("panel.js", "map.js")))
    layers = [name for name in _LAYERS if _has_layer(content, name, drawn, accounts, homes)]
    skeleton = _skeleton(content, drawn, layers)
    page = fill(
        skeleton,
        {
            "title": html_text(content.title),
            "head": f"<style>{leaflet_css()}\n{resource('map.css')}</style>\n"
            f"{_elements(libraries)}",
            "body": f"{panel}\n{_elements(own)}\n"
            f'<script type="application/json" id="territory-data">{script_json(data)}</script>',
        },
    )
    return seal(page, scripts=[*libraries, *own, *inline_scripts(skeleton)], tiles=content.tiles)


def _elements(scripts: Sequence[str]) -> str:
    return "\n".join(f"<script>{source}</script>" for source in scripts)


def _skeleton(content: MapContent, drawn: Shapes, layers: Sequence[str]) -> str:
    """Let folium write the page; what is the user's text is filled in later."""
    import folium
    from branca.element import Element, MacroElement
    from folium.template import Template

    west, south, east, north = drawn.bounds
    page = folium.Map(
        location=[round((south + north) / 2, 5), round((west + east) / 2, 5)],
        zoom_start=5,
        min_zoom=3,
        max_zoom=17,
        tiles=None,
        prefer_canvas=True,
        control_scale=True,
        font_size="13px",
        attribution_control=content.tiles,
        zoom_snap=1 if content.tiles else 0.1,
    )
    page.default_js, page.default_css = [], []
    named: dict[str, Any] = {"map": page}
    if content.tiles:
        named["tiles"] = folium.TileLayer("OpenStreetMap", name="Street map", overlay=True)
    for name, title in _LAYERS.items():
        named[name] = folium.FeatureGroup(name=title, control=name in layers)
    named["layers"] = folium.LayerControl(collapsed=False)
    for name, part in named.items():
        # branca draws random names; fixed ones give the same file for the same plan
        part._id = name
        if part is not page:
            page.add_child(part)
    groups = ", ".join(f"{name}: {named[name].get_name()}" for name in _LAYERS)
    start: Any = MacroElement()  # type: ignore[no-untyped-call]
    start._id = "start"
    start._template = Template(
        "{% macro script(this, kwargs) %}"
        f"startTerritoryMap({page.get_name()}, {{ {groups} }}, {named['layers'].get_name()}, "
        'JSON.parse(document.getElementById("territory-data").textContent));'
        "{% endmacro %}"
    )
    page.add_child(start)
    figure: Any = page.get_root()
    figure.title = placeholder("title")
    figure.header.add_child(Element(placeholder("head")), name="head")
    figure.html.add_child(Element(placeholder("body")), name="body")
    return str(figure.render())


def _fills(content: MapContent, drawn: Shapes) -> list[str]:
    position = {str(name): i for i, name in enumerate(content.territories.index)}
    edges = set(drawn.neighbours)
    edges.update(
        (position[a], position[b]) for a, b in content.neighbours if a in position and b in position
    )
    return colours(len(position), sorted(edges))


def _territories(
    content: MapContent, drawn: Shapes, fills: Sequence[str]
) -> list[Mapping[str, object]]:
    frame = content.territories
    labels = _texts(frame, "label", list(map(str, frame.index)))
    reps = _texts(frame, "rep")
    result: list[Mapping[str, object]] = []
    for i, name in enumerate(frame.index):
        values = frame.iloc[i]
        rows = []
        for column in content.columns:
            row: list[object] = [column.title, value_text(values[column.name], column.kind)]
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
                "fill": fills[i],
                "rows": rows,
                "at": None if np.isnan(lon) else [round(float(lon), 5), round(float(lat), 5)],
                "size": float(drawn.sizes[i]),
                "shape": drawn.territories[i],
            }
        )
    return result


def _units(content: MapContent, drawn: Shapes) -> Mapping[str, object]:
    frame = content.units
    return {
        "id": list(map(str, frame.index)),
        "name": list(_texts(frame, "name")),
        "territory": _owners(content, frame),
        "columns": [column.title for column in content.unit_columns],
        "values": _printed(frame, content.unit_columns),
        "shape": drawn.units,
        **_grid(drawn.points[:, 0], drawn.points[:, 1]),
    }


def _accounts(
    content: MapContent,
    frame: "pd.DataFrame",
    tier_names: "pd.Series[str]",
    marks: Sequence[Tier],
    exceptions: Sequence[bool],
) -> Mapping[str, object]:
    rank = {mark.name: i for i, mark in enumerate(marks)}
    ids = list(_texts(frame, "account_id"))
    return {
        "id": ids,
        "name": list(_texts(frame, "name", ids)),
        "tier": [rank[name] for name in tier_names],
        "territory": _owners(content, frame),
        "exception": [int(flag) for flag in exceptions],
        "columns": [column.title for column in content.account_columns],
        "values": _printed(frame, content.account_columns),
        **_grid(frame["lon"], frame["lat"]),
    }


def _printed(frame: "pd.DataFrame", columns: Sequence[Column]) -> list[list[str]]:
    return [[value_text(value, c.kind) for value in frame[c.name]] for c in columns]


def _placed(frame: "pd.DataFrame") -> "pd.DataFrame":
    places = frame[["lon", "lat"]].apply(lambda column: column.map(as_number))
    return frame.assign(lon=places["lon"], lat=places["lat"]).dropna(subset=["lon", "lat"])


def _texts(
    frame: "pd.DataFrame", name: str, default: Sequence[str] | None = None
) -> "pd.Series[str]":
    """Return a column as text; what is missing or empty becomes the default, or ""."""
    import pandas as pd

    fallback = pd.Series("" if default is None else default, index=frame.index, dtype=object)
    if name not in frame.columns:
        return fallback
    values = frame[name]
    texts = values.map(str).where(values.notna(), "")
    return texts.where(texts != "", fallback)


def _flags(frame: "pd.DataFrame", name: str) -> list[bool]:
    """Return a column of truth values; exceptions read back from CSV are words."""
    return [text.lower() not in ("", "false", "0", "no") for text in _texts(frame, name)]


def _owners(content: MapContent, frame: "pd.DataFrame") -> list[int]:
    position = {str(name): i for i, name in enumerate(content.territories.index)}
    return [position.get(name, -1) for name in _texts(frame, "territory_id")]


def _grid(lon: Any, lat: Any) -> Mapping[str, list[int]]:
    def rounded(values: Any) -> list[int]:
        degrees = np.nan_to_num(np.asarray(values, dtype=np.float64))
        return [int(value) for value in np.rint(degrees * _PER_DEGREE)]

    return {"x": rounded(lon), "y": rounded(lat)}


def _corners(drawn: Shapes) -> list[list[float]]:
    west, south, east, north = drawn.bounds
    return [[round(south, 5), round(west, 5)], [round(north, 5), round(east, 5)]]


def _has_layer(
    content: MapContent,
    name: str,
    drawn: Shapes,
    accounts: "pd.DataFrame",
    homes: "pd.DataFrame",
) -> bool:
    empty = {
        "units": not drawn.units,
        "accounts": accounts.empty,
        "homes": homes.empty,
        "districts": "districts" not in content.levels,
        "regions": "regions" not in content.levels,
    }
    return not empty.get(name, False)


def _legend_notes(content: MapContent, drawn: Shapes, n_accounts: int, n_homes: int) -> list[str]:
    notes = []
    if len(content.units) and not drawn.units:
        notes.append(
            f"The borders of the {len(content.units):,} units are not drawn, only the outlines "
            "of their territories; search finds each unit."
        )
    if n_accounts > _CROWD:
        notes.append(
            f"Of the {n_accounts:,} accounts at most {_CROWD:,} in view are drawn, the best tiers "
            "first; zoom in to see all."
        )
    for what, frame, shown in (
        ("accounts", content.accounts, n_accounts),
        ("homes", content.homes, n_homes),
    ):
        if len(frame) > shown:
            notes.append(f"{len(frame) - shown:,} {what} without a place are not drawn.")
    return notes
