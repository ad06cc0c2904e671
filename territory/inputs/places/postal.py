"""Postal codes of other countries, placed by a table of the user's own: code, lon, lat."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from territory.errors import InputError
from territory.inputs.headers import standard
from territory.inputs.joins.ids import match_ids, strangers
from territory.inputs.numbers.settled import settle_numbers
from territory.inputs.numbers.values import read_numbers
from territory.inputs.sources.names import plain_name
from territory.inputs.sources.open import open_table
from territory.inputs.sources.raw import Options, RawTable, SourceError
from territory.messages import Message, counted, quoted

if TYPE_CHECKING:
    from territory.inputs.scenario.sources import PostalPoints

__all__ = ["PostalPlaces", "is_geonames", "plain_code", "postal_headers", "postal_places"]

_HEADERS = {
    "code": ("code", *standard.ZIP, *standard.ZIP_STAND_INS, "fsa", "outcode", "postal"),
    "lon": ("lon", *standard.LON, "x", "lng wgs84"),
    "lat": ("lat", *standard.LAT, "y"),
}
_GEONAMES = {"code": 1, "lat": 9, "lon": 10}
_GEONAMES_WIDTH = 12


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PostalPlaces:
    """Where postal codes lie.

    Attributes
    ----------
    points : (n, 2) float64
        lon and lat in degrees; NaN where the table does not have the code.
    area : (n,) bool
        Placed by the area that the code begins with ("SW1A" of "SW1A 1AA").
    said : str
        How many codes were found, and which were not; "" where all were.
    """

    points: NDArray[np.float64]
    area: NDArray[np.bool_]
    said: str


def postal_places(path: Path, keys: PostalPoints, codes: pd.Series[str]) -> PostalPlaces:
    """Return where postal codes lie by a table of the user's.

    Codes are compared without case, blanks, hyphens, a country in front ("D-10115") and zeros in
    front where that leads to one code; letters behind an area may be missing in the table.

    Parameters
    ----------
    path : Path
        A table with a header, or a postal file of GeoNames, which has none.
    keys : PostalPoints
    codes : (n,) Series of str

    Raises
    ------
    InputError
        The table cannot be read or does not have the columns.
    """
    table = _table(path, keys)
    written = codes.str.strip()
    plain = written.map(plain_code)
    found = match_ids(plain, table.index)
    known = np.asarray(found.known, dtype=bool)
    area = np.zeros(len(codes), dtype=bool)
    if not known.all():
        beginnings = plain.map(_area)
        area = ~known & beginnings.isin(table.index).to_numpy(dtype=bool)
        ids = found.ids.where(~area, beginnings)
    else:
        ids = found.ids
    points = table.reindex(ids)[["lon", "lat"]].to_numpy(dtype=np.float64)
    lost = written[np.isnan(points[:, 0]) & (written != "").to_numpy(dtype=bool)]
    n = int((written != "").sum())
    said = ""
    if len(lost):
        said = (
            f"{len(lost):,} of {counted(n, 'postal code')} are not in it: {strangers(list(lost))}"
        )
    return PostalPlaces(points=points, area=area & ~np.isnan(points[:, 0]), said=said)


def plain_code(code: str) -> str:
    """Return a postal code without case, blanks, hyphens and a country in front of digits.

    Examples
    --------
    >>> plain_code("m5v 2t6"), plain_code("D-10115"), plain_code("1000-001"), plain_code("CH 8001")
    ('M5V2T6', '10115', '1000001', '8001')
    """
    bare = re.sub(r"[\s-]+", "", code.upper().replace("\u2013", "-"))
    return re.sub(r"^(?:[A-Z]{1,3})(?=\d{4,6}$)", "", bare)


def _area(code: str) -> str:
    """Return the area that a code begins with, "" where codes have none.

    The first half of British, Irish and Canadian codes, the digits of Dutch ones, the digits
    before the hyphen of Portuguese and Brazilian ones.
    """
    if re.fullmatch(r"[A-Z]\d[A-Z]\d[A-Z]\d", code):
        return code[:3]
    if re.fullmatch(r"\d{4}[A-Z]{2}", code):
        return code[:4]
    if re.fullmatch(r"[A-Z]{1,2}\d[A-Z\d]?\d[A-Z]{2}", code):
        return code[:-3]
    if re.fullmatch(r"[A-Z]\d[\dW][A-Z\d]{4}", code):
        return code[:3]
    return code[:-3] if re.fullmatch(r"\d{7,8}", code) else ""


def postal_headers(raw: RawTable) -> dict[str, str]:
    """Return the headers of code, lon and lat of a table of postal codes, as far as it has them."""
    plain = {plain_name(str(header)): str(header) for header in raw.frame}
    found: dict[str, str] = {}
    for key, names in _HEADERS.items():
        fitting = [plain[name] for name in map(plain_name, names) if name in plain]
        if fitting:
            found[key] = fitting[0]
    return found


def is_geonames(path: Path) -> bool:
    """Return whether a file is a postal file of GeoNames: no header, its first row a place."""
    with path.open("rb") as stream:
        first = stream.read(2_000).decode("utf-8", "replace").split("\n", 1)[0]
    cells = first.strip("\r\ufeff").split("\t")
    return (
        len(cells) == _GEONAMES_WIDTH
        and re.fullmatch(r"[A-Z]{2}", cells[0]) is not None
        and all(re.fullmatch(r"-?\d{1,3}\.\d+", cells[_GEONAMES[key]]) for key in ("lon", "lat"))
    )


def _table(path: Path, keys: PostalPoints) -> pd.DataFrame:
    known = frozenset(plain_name(name) for names in _HEADERS.values() for name in names)
    written = {"code": keys.code, "lon": keys.lon, "lat": keys.lat}
    known |= {plain_name(header) for header in written.values()}
    try:
        if path.is_file() and is_geonames(path):
            return _geonames(path)
        raw = open_table(path, Options(known=known))
    except SourceError as error:
        raise InputError(Message(f"{keys.file}: {error.what}", hint=error.hint)) from None
    likely = postal_headers(raw)
    chosen: dict[str, str] = {}
    for key, header in written.items():
        own = header if header in raw.frame else likely.get(key) if header == key else None
        if own is None:
            has = ", ".join(map(quoted, raw.frame.columns[:12]))
            raise InputError(
                Message(
                    f"{keys.file}: has no column {quoted(header)}; it has {has}",
                    hint=f"write {key} = the header of that column under postal_points",
                )
            )
        chosen[key] = own
    settled = settle_numbers(
        {key: raw.frame[chosen[key]] for key in ("lon", "lat")},
        stored={key: raw.stored_as_number.get(chosen[key]) for key in ("lon", "lat")},
        coordinates=frozenset({"lon", "lat"}), delimiter=raw.delimiter,
    )  # fmt: skip
    values = {
        key: read_numbers(settled.texts[key], key, kind="signed", factor=settled.factors[key])[0]
        for key in ("lon", "lat")
    }
    return _by_code(raw.frame[chosen["code"]], values["lon"], values["lat"], keys.file)


def _geonames(path: Path) -> pd.DataFrame:
    frame = pd.read_csv(
        path, sep="\t", header=None, dtype="str", keep_default_na=False,
        quoting=3, encoding="utf-8",
    )  # fmt: skip
    points = {key: pd.to_numeric(frame[at], errors="coerce") for key, at in _GEONAMES.items()
              if key != "code"}  # fmt: skip
    return _by_code(
        frame[_GEONAMES["code"]], points["lon"].to_numpy(), points["lat"].to_numpy(), path.name
    )


def _by_code(
    codes: pd.Series[str], lon: NDArray[np.float64], lat: NDArray[np.float64], file: str
) -> pd.DataFrame:
    table = pd.DataFrame({"lon": lon, "lat": lat}, index=codes.map(plain_code).to_numpy())
    good = table["lon"].abs().le(180) & table["lat"].abs().le(90) & (table.index != "")
    if not good.any():
        raise InputError(
            Message(
                f"{file}: has no row with a postal code and lon and lat in degrees",
                hint="name other headers under postal_points: code, lon and lat",
            )
        )
    return table[good].groupby(level=0).mean()
