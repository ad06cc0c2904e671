"""Take the one file out of an archive that is meant: a zipped shapefile or table, a .kmz, a .gz.

Nothing is unpacked beside the archive, no path in it is followed, and what would unpack to far
more than a table of its size needs is refused.
"""

from __future__ import annotations

import gzip
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO

from geo.errors import GeographyError

__all__ = ["DAMAGED", "unpacked"]

_RANKS = (
    (".shp", ".gpkg", ".fgb", ".geojson", ".topojson", ".kml"),
    (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".parquet"),
    (".csv", ".tsv"),
    (".txt", ".json"),
)
_MOST_TIMES = 200
_ALWAYS = 16 * 2**20
_MOST = 2 * 2**30
_CHUNK = 2**20
DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError)
"""What reading an archive raises that is damaged, cut short or packed in a way nobody knows."""


@contextmanager
def unpacked(path: Path, suffixes: Sequence[str]) -> Iterator[Path]:
    """Yield the file that an archive holds, in a folder that is gone afterwards.

    Parameters
    ----------
    path : Path
        A .zip, .kmz or .gz.
    suffixes : sequence of str
        Of files that can be read; of several the layer goes before the workbook before the text.

    Raises
    ------
    GeographyError
        It is damaged, protected, far too large when unpacked, or holds none or several such files.
    """
    with tempfile.TemporaryDirectory(prefix="territory-") as folder:
        try:
            inner = _taken(path, suffixes, Path(folder))
        except RuntimeError:  # what zipfile raises for encrypted members
            raise GeographyError(
                f"{path} is protected by a password", hint="unpack it and name the file inside"
            ) from None
        except DAMAGED as error:
            raise GeographyError(
                f"{path} is a damaged archive ({type(error).__name__})",
                hint="copy or download it again",
            ) from None
        yield inner


def _taken(path: Path, suffixes: Sequence[str], folder: Path) -> Path:
    most = min(_MOST, _ALWAYS + _MOST_TIMES * path.stat().st_size)
    if path.suffix.lower() == ".gz":
        name = path.name[: -len(".gz")]
        if Path(name).suffix.lower() not in suffixes:
            raise GeographyError(f"{path} is an archive, and its name does not say of what")
        with gzip.open(path) as stream:
            _copied(stream, folder / name, most, path)
        return folder / name
    with zipfile.ZipFile(path) as archive:
        members = [
            each for each in archive.infolist()
            if not each.is_dir() and not each.filename.startswith("__MACOSX/")
            and not PurePosixPath(each.filename).name.startswith((".", "~$"))
        ]  # fmt: skip
        chosen = _chosen(path, [each.filename for each in members], suffixes)
        stem = str(PurePosixPath(chosen).with_suffix(""))
        left = most
        for each in members:
            parts = PurePosixPath(each.filename)
            together = str(parts.with_suffix("")) == stem and chosen.lower().endswith(".shp")
            if each.filename == chosen or together:
                with archive.open(each) as stream:
                    left -= _copied(stream, folder / parts.name, left, path)
        return folder / PurePosixPath(chosen).name


def _chosen(path: Path, names: Sequence[str], suffixes: Sequence[str]) -> str:
    """Return the one member that is meant."""
    for rank in _RANKS:
        fitting = [
            name for name in names
            if (end := PurePosixPath(name).suffix.lower()) in rank and end in suffixes
        ]  # fmt: skip
        if len(fitting) > 1:
            raise GeographyError(
                f"{path} holds {len(fitting):,} files that can be read",
                evidence=[f'"{name}"' for name in fitting],
                hint="unpack it and name one of them",
            )
        if fitting:
            return fitting[0]
    raise GeographyError(
        f"{path} holds no file that can be read",
        evidence=[f'"{name}"' for name in names],
        hint="unpack it and name the file inside",
    )


def _copied(stream: IO[bytes] | gzip.GzipFile, target: Path, most: int, path: Path) -> int:
    """Copy a member and return its size; stop where it is larger than it may be."""
    size = 0
    with target.open("wb") as out:
        while piece := stream.read(_CHUNK):
            size += len(piece)
            if size > most:
                raise GeographyError(
                    f"{path} unpacks to more than {most / 2**20:,.0f} MB, far more than a table "
                    "of its size needs",
                    hint="unpack it and name the file inside",
                )
            out.write(piece)
    shutil.copystat(path, target)
    return size
