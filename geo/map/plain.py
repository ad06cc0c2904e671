"""A plain folium map of outlines, made to be built on: add layers, controls and markers to it."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from geo.map.escaping import html_text, script_json
from geo.map.offline import leaflet_css, library_scripts

if TYPE_CHECKING:
    import folium
    from geopandas import GeoDataFrame

__all__ = ["outline_map"]

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
    outlines: GeoDataFrame, *, name: str, fills: Sequence[str], labels: Sequence[str]
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
        folium.GeoJson(
            {"type": "FeatureCollection", "features": features},
            name=name,
            style_function=_style,
            tooltip=folium.GeoJsonTooltip(fields=["label"], labels=False),
        ).add_to(page)
        west, south, east, north = outlines.geometry[shown].total_bounds
        page.fit_bounds([[south, west], [north, east]])
    return page


def _inline(page: folium.Map) -> None:
    """Write Leaflet into the page instead of links to the network."""
    from branca.element import Element

    page.default_js, page.default_css = [], []
    header: Any = page.get_root().header  # type: ignore[attr-defined]
    scripts = "\n".join(f"<script>{each}</script>" for each in (*library_scripts(), _markers()))
    # branca takes the text for a template; in a raw block it stays what it is
    text = f"{{% raw %}}<style>{leaflet_css()}</style>\n{scripts}{{% endraw %}}"
    header.add_child(Element(text), name="leaflet")


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
