"""Open layer files by their suffix: the content has to be what the name says, and stays local.

GDAL chooses a driver by content, and some contents are programs: a virtual layer or a pipeline in
a file named ``.geojson`` would read other files and call the network. Those drivers are switched
off, and what a file begins with is looked at before it is opened.
"""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from geo.errors import GeographyError

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

__all__ = ["LAYER_SUFFIXES", "check_layer_file", "geometry_kind", "list_layers", "read_layer"]

LAYER_SUFFIXES = (".gpkg", ".geojson", ".json", ".topojson", ".shp", ".fgb")
"""Suffixes of layer files that are read."""

# Drivers that follow what a file's content says: other files, other machines, commands.
_FOLLOWING = ("OGR_VRT", "WFS", "OAPIF", "CSW", "HTTP")
_JSON_TYPES = frozenset(
    {"FeatureCollection", "Feature", "Topology", "GeometryCollection", "Point", "MultiPoint"}
    | {"LineString", "MultiLineString", "Polygon", "MultiPolygon"}
)
_MAGIC = {".gpkg": b"SQLite format 3\x00", ".shp": b"\x00\x00\x27\x0a", ".fgb": b"fgb\x03"}
_HEAD = 65_536


def check_layer_file(path: Path) -> None:
    """Refuse a layer file whose content is not what its suffix says.

    Raises
    ------
    GeographyError
        Also for what is no regular file, a suffix that is not read, and paths of GDAL's own.
    """
    suffix = path.suffix.lower()
    if str(path).startswith("/vsi"):
        raise GeographyError(f"{path} is no path of a file", hint="copy the file and name the copy")
    if suffix not in LAYER_SUFFIXES:
        raise GeographyError(
            f"{path} is a {suffix or 'file without suffix'}; expected one of "
            f"{', '.join(LAYER_SUFFIXES)}",
            hint="unpack it and name the layer inside" if suffix == ".zip" else "",
        )
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise GeographyError(f"{path} is no regular file; expected a layer of polygons")
        with path.open("rb") as stream:
            head = stream.read(_HEAD)
    except OSError as error:
        raise GeographyError(f"{path} cannot be read: {error.strerror}") from None
    if suffix in _MAGIC:
        if not head.startswith(_MAGIC[suffix]):
            raise GeographyError(
                f"{path} is no {suffix} file: it begins with other bytes",
                hint="export the layer again",
            )
        if suffix == ".shp":
            _check_parts(path)
        return
    _check_json(path, head)


def _check_parts(path: Path) -> None:
    """Refuse a shapefile without the parts that hold its ids and where its shapes begin."""
    beside = {each.name.lower() for each in path.parent.iterdir()}
    missing = [part for part in (".shx", ".dbf") if f"{path.stem}{part}".lower() not in beside]
    if missing:
        raise GeographyError(
            f"{path} is one part of a shapefile; {' and '.join(missing)} of the same name "
            f"{'is' if len(missing) == 1 else 'are'} not beside it",
            hint="copy all its parts into the folder: .shp, .shx, .dbf and .prj",
        )


def _check_json(path: Path, head: bytes) -> None:
    bare = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not bare.startswith(b"{"):
        what = "a virtual layer or web page" if bare.startswith(b"<") else "no JSON"
        raise GeographyError(
            f"{path} is {what}, although its name ends in {path.suffix}",
            hint="export the layer itself as GeoPackage or GeoJSON",
        )
    kinds = re.findall(rb'"type"\s*:\s*"([^"]{1,40})"', bare)
    named = {kind.decode("utf-8", "replace") for kind in kinds}
    if not named & _JSON_TYPES or b"gdal_streamed" in bare.lower():
        raise GeographyError(
            f"{path} is JSON, but no GeoJSON or TopoJSON",
            hint="export the layer as GeoPackage or GeoJSON",
        )


def list_layers(path: Path) -> list[str]:
    """Return the names of the layers of a file.

    Raises
    ------
    GeographyError
        It is no layer file.
    """
    check_layer_file(path)
    _switch_off()
    import pyogrio
    from pyogrio.errors import DataSourceError

    try:
        return [str(name) for name in pyogrio.list_layers(path)[:, 0]]
    except (DataSourceError, ValueError, IndexError, UnicodeDecodeError) as error:
        raise _unreadable(path, error) from None


def geometry_kind(path: Path, layer: str | None = None) -> str:
    """Return what the shapes of a layer are, as "MultiPolygon"; "" for none or several kinds.

    Raises
    ------
    GeographyError
        It is no layer file.
    """
    check_layer_file(path)
    _switch_off()
    import pyogrio
    from pyogrio.errors import DataLayerError, DataSourceError

    try:
        kind = str(pyogrio.read_info(path, layer=layer).get("geometry_type") or "")
    except (DataSourceError, DataLayerError, ValueError, IndexError, UnicodeDecodeError) as error:
        raise _unreadable(path, error) from None
    return "" if kind == "Unknown" else kind


def read_layer(path: Path, layer: str | None = None) -> GeoDataFrame:
    """Read one layer with its attributes; TopoJSON without a system is in degrees.

    Raises
    ------
    GeographyError
        It is no layer file, or is damaged.
    """
    check_layer_file(path)
    _switch_off()
    import geopandas
    import pyogrio
    from pyogrio.errors import DataLayerError, DataSourceError, GeometryError
    from shapely.errors import ShapelyError

    try:
        frame = pyogrio.read_dataframe(path, layer=layer)
    except (
        *(DataSourceError, DataLayerError, GeometryError, ShapelyError, ValueError, IndexError),
        *(UnicodeDecodeError, OverflowError, OSError, RuntimeError),
    ) as error:
        raise _unreadable(path, error) from None
    if isinstance(frame, geopandas.GeoDataFrame) and frame.crs is None:
        bounds = frame.total_bounds
        degrees = bool((abs(bounds[[0, 2]]) <= 180).all() and (abs(bounds[[1, 3]]) <= 90).all())
        if path.suffix.lower() in {".topojson", ".json", ".geojson"} and degrees:
            frame = frame.set_crs(4326)
    return frame


def _unreadable(path: Path, error: Exception) -> GeographyError:
    said = (str(error).splitlines() or [""])[0][:160].replace(str(path), path.name)
    return GeographyError(
        f"{path} cannot be read as a layer: {said or type(error).__name__}",
        hint="open it in a GIS and export it again as GeoPackage",
    )


def _switch_off() -> None:
    """Switch off the drivers that follow a file's content; they are chosen when GDAL starts."""
    import sys

    if "pyogrio" not in sys.modules:
        skip = os.environ.get("OGR_SKIP", "")
        os.environ["OGR_SKIP"] = ",".join(filter(None, (skip, *_FOLLOWING)))
    import pyogrio

    pyogrio.set_gdal_config_options(
        {"GDAL_HTTP_TIMEOUT": 1, "GDAL_HTTP_MAX_RETRY": 0, "CPL_VSIL_CURL_ALLOWED_EXTENSIONS": ".-"}
    )
