"""A plain folium map of outlines, made to be built on: add layers, controls and markers to it."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from geo.map.escaping import html_text, script_json
from geo.map.offline import leaflet_css, library_scripts
from geo.map.scene import owners_of

if TYPE_CHECKING:
    import folium
    from geopandas import GeoDataFrame

    from geo.map.scene import Scene

__all__ = ["MOST_UNITS", "outline_map"]

MOST_UNITS = 20_000
"""Maps with more units have their territories alone: `draw` is for those."""

_LEGEND = """
.plain-legend { max-width: min(220px, 40vw); max-height: 45vh; overflow: auto; padding: 4px 8px;
  border-radius: 4px; background: #fff; color: #1c2833; font: 12px/1.4 system-ui, sans-serif; }
.plain-legend summary { font-weight: 600; cursor: pointer; }
.plain-legend i { display: inline-block; width: 12px; height: 12px; margin-right: 6px;
  border: 1px solid #8792a0; vertical-align: -1px; }
"""

# Leaflet looks for its marker's picture beside its style sheet, folium's icons come from a library
# on the network: both get a picture that is in the page.
_MARKERS = """
L.Icon.Default.imagePath = "";
L.Icon.Default.mergeOptions(%s);
L.AwesomeMarkers = {icon: (options) => L.divIcon({className: "", iconAnchor: [8, 8], html:
  '<svg width="16" height="16"><circle cx="8" cy="8" r="6" stroke="white" stroke-width="2"/></svg>'
  .replace("<circle", '<circle fill="' + String(options.markerColor || "blue")
  .replace(/[^a-z#0-9]/gi, "") + '"')})};
"""


def outline_map(
    outlines: GeoDataFrame,
    *,
    name: str,
    fills: Sequence[str],
    labels: Sequence[str],
    scene: Scene | None = None,
) -> folium.Map:
    """Return a folium map with one layer of outlines, fitted to it.

    Parameters
    ----------
    outlines : GeoDataFrame, k rows
        EPSG:4326; rows without a geometry are left out.
    name : str
        Of the layer, as a layer control shows it.
    fills : sequence of str, k
        Fill colours, ``#rrggbb``.
    labels : sequence of str, k
        Plain text of the tooltips; escaped here.
    scene : Scene, optional
        Its layers can be chosen, each with its legend, where it has at most `MOST_UNITS` units.

    Returns
    -------
    folium.Map
        Needs no network: Leaflet is written into the page, and there is no background layer.
        Add one with `folium.TileLayer`, and anything else that folium has; plug-ins of folium
        that name outside scripts load them from where folium says.
    """
    import folium

    shown = [each is not None and not each.is_empty for each in outlines.geometry]
    features = [
        {
            "type": "Feature",
            "properties": {"fill": fill, "label": html_text(label)},
            "geometry": geometry.__geo_interface__,
        }
        for geometry, fill, label, known in zip(
            outlines.geometry, fills, labels, shown, strict=True
        )
        if known
    ]
    page = folium.Map(tiles=None, control_scale=True, prefer_canvas=True)
    _inline(page)
    if features:
        territories = folium.GeoJson(
            {"type": "FeatureCollection", "features": features},
            name=name,
            style_function=_style,
            tooltip=folium.GeoJsonTooltip(fields=["label"], labels=False),
        )
        territories.add_to(page)
        if scene is not None and scene.layers and 0 < len(scene.shapes.units) <= MOST_UNITS:
            _add_layers(page, territories.get_name(), name, scene)
        elif scene is not None and scene.layers:
            _tell(page, scene)
        west, south, east, north = outlines.geometry[shown].total_bounds
        page.fit_bounds([[south, west], [north, east]])
    return page


def _add_layers(page: folium.Map, territories: str, name: str, scene: Scene) -> None:
    """Add the scene's layers, one of which is shown at a time, and their legend."""
    from geo.map.offline import resource

    data = {
        "plain": name,
        "units": scene.shapes.units,
        "owner": owners_of(scene.content, scene.content.units),
        "layers": [
            {
                "title": layer.title,
                "of": layer.of,
                "note": layer.note,
                "colours": layer.colours,
                "labels": layer.labels,
                "counts": layer.counts,
                "codes": layer.codes,
                "unknown": layer.n_unknown,
            }
            for layer in scene.layers
        ],
    }
    header: Any = page.get_root().header  # type: ignore[attr-defined]
    text = f"<style>{_LEGEND}</style><script>{resource('plain.js')}</script>"
    header.add_child(_raw(text), name="plain-layers")
    code = f"addPlainLayers({page.get_name()}, {territories}, {script_json(data)});"
    _script(page, "plain_layers", code)


def _tell(page: folium.Map, scene: Scene) -> None:
    """Say on the map why it has its territories alone."""
    n = len(scene.shapes.units)
    why = f"more than {MOST_UNITS:,}" if n else "the map has no shapes of units"
    _script(
        page,
        "plain_note",
        'const note = L.control({position: "topright"}); note.onAdd = () => {'
        ' const box = L.DomUtil.create("div", "plain-legend"); box.textContent = '
        f"{script_json(f'Territories only: {n:,} units, {why}. The page of the plan has layers.')};"
        f" return box; }}; note.addTo({page.get_name()});",
    )
    header: Any = page.get_root().header  # type: ignore[attr-defined]
    header.add_child(_raw(f"<style>{_LEGEND}</style>"), name="plain-note")


def _raw(text: str) -> Any:
    """Text that branca does not take for a template."""
    from branca.element import Element

    return Element(f"{{% raw %}}{text}{{% endraw %}}")


def _script(page: folium.Map, name: str, code: str) -> None:
    """Run code once the map is there."""
    from branca.element import MacroElement

    macro: Any = MacroElement()  # type: ignore[no-untyped-call]
    macro._name = name
    macro.code = code
    macro._template = _template("{% macro script(this, kwargs) %}{{ this.code }}{% endmacro %}")
    page.add_child(macro)


def _template(text: str) -> Any:
    from jinja2 import Template

    return Template(text)


def _inline(page: folium.Map) -> None:
    """Write Leaflet into the page instead of links to the network."""
    page.default_js, page.default_css = [], []
    header: Any = page.get_root().header  # type: ignore[attr-defined]
    scripts = "\n".join(f"<script>{each}</script>" for each in (*library_scripts(), _markers()))
    header.add_child(_raw(f"<style>{leaflet_css()}</style>\n{scripts}"), name="leaflet")


def _markers() -> str:
    images = files("xstatic.pkg.leaflet").joinpath("data", "images")

    def picture(name: str) -> str:
        content = base64.b64encode(images.joinpath(name).read_bytes()).decode("ascii")
        return f"data:image/png;base64,{content}"

    options = {
        "iconUrl": picture("marker-icon.png"),
        "iconRetinaUrl": picture("marker-icon-2x.png"),
        "shadowUrl": picture("marker-shadow.png"),
    }
    return _MARKERS % script_json(options)


def _style(feature: Mapping[str, Any]) -> dict[str, Any]:
    fill = feature["properties"]["fill"]
    return {"fillColor": fill, "fillOpacity": 0.6, "color": "#333333", "weight": 1}
