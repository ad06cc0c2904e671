"""Open layer files by their suffix: the content has to be what the name says, and stays local.

GDAL chooses a driver by content, and some contents are programs: a virtual layer or a pipeline in
a file named ``.geojson`` would read other files and call the network. Those drivers are switched
off, and what a file begins with is looked at before it is opened.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from geo.errors import GeographyError
from geo.files.archives import unpacked

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

__all__ = ["LAYER_SUFFIXES", "check_layer_file", "geometry_kind", "list_layers", "read_layer"]

_SINGLE = (".gpkg", ".geojson", ".json", ".topojson", ".shp", ".fgb", ".kml")
LAYER_SUFFIXES = (*_SINGLE, ".kmz", ".zip")
"""Suffixes of layer files that are read; .zip and .kmz are archives that hold one."""

# Drivers that follow what a file's content says: other files, other machines, commands.
_FOLLOWING = ("OGR_VRT", "WFS", "OAPIF", "CSW", "HTTP")
_JSON_TYPES = frozenset(
    {"FeatureCollection", "Feature", "Topology", "GeometryCollection", "Point", "MultiPoint"}
    | {"LineString", "MultiLineString", "Polygon", "MultiPolygon"}
)
_MAGIC = {".gpkg": b"SQLite format 3\x00", ".shp": b"\x00\x00\x27\x0a", ".fgb": b"fgb\x03"}
_ARCHIVES = frozenset({".zip", ".kmz"})
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
            f"{', '.join(LAYER_SUFFIXES)}"
        )
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise GeographyError(f"{path} is no regular file; expected a layer of polygons")
        with path.open("rb") as stream:
            head = stream.read(_HEAD)
    except OSError as error:
        raise GeographyError(f"{path} cannot be read: {error.strerror}") from None
    if suffix in _ARCHIVES:
        if not head.startswith(b"PK"):
            raise GeographyError(f"{path} is no {suffix} archive: it begins with other bytes")
        return
    if suffix in _MAGIC:
        if not head.startswith(_MAGIC[suffix]):
            raise GeographyError(
                f"{path} is no {suffix} file: it begins with other bytes",
                hint="export the layer again",
            )
        if suffix == ".shp":
            _check_parts(path)
        return
    if suffix == ".kml":
        _check_kml(path, head)
    else:
        _check_json(path, _as_utf8(head))


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


def _check_kml(path: Path, head: bytes) -> None:
    if b"<kml" not in head or b"<!DOCTYPE" in head or b"<!ENTITY" in head:
        raise GeographyError(
            f"{path} is no KML, although its name ends in .kml",
            hint="export the layer as GeoPackage or GeoJSON",
        )


def _as_utf8(data: bytes) -> bytes:
    """Return JSON as UTF-8 without a byte order mark; UTF-16 is told by its mark or its zeros."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace").encode("utf-8", "replace")
    if data[:4:2] == b"\0\0" or data[1:4:2] == b"\0\0":
        kind = "utf-16-be" if data[0] == 0 else "utf-16-le"
        return data.decode(kind, "replace").encode("utf-8", "replace")
    return data.removeprefix(b"\xef\xbb\xbf")


@contextmanager
def _source(path: Path) -> Iterator[Path | bytes]:
    """Yield what GDAL is to open: the file, what an archive holds, or JSON written anew in UTF-8.

    What is wrong with the file inside an archive is said of the archive.
    """
    check_layer_file(path)
    _switch_off()
    suffix = path.suffix.lower()
    if suffix in _ARCHIVES:
        with unpacked(path, _SINGLE) as inner:
            try:
                with _source(inner) as found:
                    yield found
            except GeographyError as error:
                shown = f'"{inner.name}" in {path}'
                raise GeographyError(
                    error.fact.replace(str(inner), shown), evidence=error.evidence, hint=error.hint
                ) from None
        return
    if suffix in {".json", ".geojson", ".topojson"}:
        with path.open("rb") as stream:
            head = stream.read(4)
        if _as_utf8(head) != head:
            yield _as_utf8(path.read_bytes())
            return
    yield path


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


@contextmanager
def _read(path: Path) -> Iterator[Path | bytes]:
    """Yield what pyogrio opens; what it raises about the file is said in our words."""
    from pyogrio.errors import DataLayerError, DataSourceError, GeometryError
    from shapely.errors import ShapelyError

    try:
        with _source(path) as source:
            yield source
    except GeographyError:
        raise
    except (
        *(DataSourceError, DataLayerError, GeometryError, ShapelyError, ValueError, IndexError),
        *(UnicodeDecodeError, OverflowError, OSError, RuntimeError, UnboundLocalError),
    ) as error:
        raise _unreadable(path, error) from None


def list_layers(path: Path) -> list[str]:
    """Return the names of the layers of a file.

    Raises
    ------
    GeographyError
        It is no layer file.
    """
    _switch_off()
    import pyogrio

    with _read(path) as source:
        return [str(name) for name in pyogrio.list_layers(source)[:, 0]]


def geometry_kind(path: Path, layer: str | None = None) -> str:
    """Return what the shapes of a layer are, as "MultiPolygon"; "" for none or several kinds.

    Raises
    ------
    GeographyError
        It is no layer file.
    """
    _switch_off()
    import pyogrio

    with _read(path) as source:
        kind = str(pyogrio.read_info(source, layer=layer).get("geometry_type") or "")
    return "" if kind == "Unknown" else kind


def read_layer(path: Path, layer: str | None = None) -> GeoDataFrame:
    """Read one layer with its attributes; what has no system and looks like degrees is in WGS 84.

    That a system was assumed where the format names one stands in ``attrs["assumed_crs"]``.

    Raises
    ------
    GeographyError
        It is no layer file, or is damaged.
    """
    _switch_off()
    import geopandas
    import pyogrio

    with _read(path) as source:
        frame = pyogrio.read_dataframe(source, layer=layer)
    if isinstance(frame, geopandas.GeoDataFrame) and frame.crs is None:
        bounds = frame.total_bounds
        degrees = bool((abs(bounds[[0, 2]]) <= 180).all() and (abs(bounds[[1, 3]]) <= 90).all())
        if degrees:
            frame = frame.set_crs(4326)
            assumed = path.suffix.lower() not in {".topojson", ".json", ".geojson"}
            frame.attrs["assumed_crs"] = assumed
    return frame


def _unreadable(path: Path, error: Exception) -> GeographyError:
    said = (str(error).splitlines() or [""])[0][:160].replace(str(path), path.name)
    if isinstance(error, UnboundLocalError):  # pyogrio's, of a system that cannot be written out
        said = "its coordinate system is damaged"
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
