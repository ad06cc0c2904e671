"""Draw a plan as one self-contained HTML map with folium."""

from collections.abc import Sequence
from typing import Any

from geo.map.content import Column, MapContent
from geo.map.data import CROWD, map_data
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
from geo.map.panel import panel_html, tiers
from geo.map.scene import Scene, scene_of, texts_of

__all__ = ["Column", "MapContent", "draw"]

_OVERLAYS = {
    "accounts": "Accounts",
    "homes": "Homes",
    "units": "Unit borders",
    "districts": "Districts",
    "regions": "Regions",
    "places": "Place names",
}
_SCRIPTS = ("format.js", "cells.js", "labels.js", "layers.js", "search.js", "panel.js", "map.js")


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
    The page holds `window.territoryMap` with the Leaflet map, its layers, what is written on it
    and the search function, for tests and for people who want to build on it.
    """
    scene = scene_of(content)
    tier_names = texts_of(scene.accounts, "tier")
    marks = tiers(tier_names)
    fills = [scene.fills[str(name)] for name in content.territories.index]
    overlays = [name for name in _OVERLAYS if _has_overlay(scene, name)]
    panel = panel_html(scene, fills=fills, tier_marks=marks, legend_notes=_legend_notes(scene))
    libraries = library_scripts()
    own = tuple(map(resource, _SCRIPTS))
    skeleton = _skeleton(content, scene)
    data = map_data(scene, marks, overlays={name: _OVERLAYS[name] for name in overlays})
    page = fill(
        skeleton,
        {
            "title": html_text(content.title),
            "head": f"<style>{leaflet_css()}\n{resource('map.css')}</style>\n"
            f"{_elements(libraries)}",
            "body": f"{panel}\n{_elements(own)}\n"
            f'<script type="application/json" id="territory-data">{script_json(data)}</script>',
        },
    ).replace("<html>", '<html lang="en">', 1)
    return seal(page, scripts=[*libraries, *own, *inline_scripts(skeleton)], tiles=content.tiles)


def _elements(scripts: Sequence[str]) -> str:
    return "\n".join(f"<script>{source}</script>" for source in scripts)


def _skeleton(content: MapContent, scene: Scene) -> str:
    """Let folium write the page; what is the user's text is filled in later."""
    import folium
    from branca.element import Element, MacroElement
    from folium.template import Template

    west, south, east, north = scene.shapes.bounds
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
    for name, part in named.items():
        # branca draws random names; fixed ones give the same file for the same plan
        part._id = name
        if part is not page:
            page.add_child(part)
    start: Any = MacroElement()  # type: ignore[no-untyped-call]
    start._id = "start"
    start._template = Template(
        "{% macro script(this, kwargs) %}"
        f"startTerritoryMap({page.get_name()}, "
        'JSON.parse(document.getElementById("territory-data").textContent));'
        "{% endmacro %}"
    )
    page.add_child(start)
    figure: Any = page.get_root()
    figure.title = placeholder("title")
    figure.header.add_child(Element(placeholder("head")), name="head")
    figure.html.add_child(Element(placeholder("body")), name="body")
    return str(figure.render())


def _has_overlay(scene: Scene, name: str) -> bool:
    content = scene.content
    empty = {
        "units": not scene.shapes.units,
        "accounts": scene.accounts.empty,
        "homes": scene.homes.empty,
        "districts": "districts" not in content.levels,
        "regions": "regions" not in content.levels,
        "places": content.places is None or content.places.empty,
    }
    return not empty.get(name, False)


def _legend_notes(scene: Scene) -> list[str]:
    content, n_accounts = scene.content, len(scene.accounts)
    notes = []
    if len(content.units) and not scene.shapes.units:
        notes.append(
            f"The borders of the {len(content.units):,} units are not drawn, only the outlines "
            "of their territories; search finds each unit."
        )
    if n_accounts > CROWD:
        notes.append(
            f"Of the {n_accounts:,} accounts at most {CROWD:,} in view are drawn, the best tiers "
            "first; zoom in to see all."
        )
    for what, frame, shown in (
        ("accounts", content.accounts, n_accounts),
        ("homes", content.homes, len(scene.homes)),
    ):
        if len(frame) > shown:
            notes.append(f"{len(frame) - shown:,} {what} without a place are not drawn.")
    return notes
