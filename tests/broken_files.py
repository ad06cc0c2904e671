"""Broken files of every format, and what `territory check` says of each.

``python -m tests.broken_files 300 --seed 1`` makes so many files (truncated, bits flipped, parts
swapped, zeroed, bombs, other suffixes), checks each in a process of its own, and prints those that
end in a bug, in more than 30 CPU s or in more than 1 GB. The processes are forks, so that 300 cost
what 300 checks cost and not 300 starts.
"""

from __future__ import annotations

import argparse
import gzip
import importlib
import io
import os
import pkgutil
import resource
import shutil
import signal
import sys
import tempfile
import zipfile
from pathlib import Path

import numpy as np

HEAD = "account_id,name,type,zip,lon,lat,service_h,n_calls,potential_usd\n"
ROWS = [
    f"A-{at:02d},Clinic {at},asc,770{at % 30 + 1:02d},{-95.4 + at / 50:.3f},"
    f"{29.7 + at / 60:.3f},{10 + at % 5}.5,12,{1000 + at}\n"
    for at in range(24)
]
SCENARIO = """[inputs]
accounts = "{file}"
[geography]
kind = "us_counties"
states = ["TX"]
[team]
territories = 2
[measures.workload_h]
tolerance = 0.9
"""
POLYGONS = """[inputs]
units = "units.csv"
[geography]
kind = "polygons"
file = "{file}"
id = "code"
[team]
territories = 2
[measures.workload_h]
tolerance = 0.9
"""
TABLES = ("csv", "tsv", "xlsx", "ods", "parquet", "gpkg", "geojson", "html", "zip", "csv.gz", "kml",
          "kmz")  # fmt: skip
LAYERS = ("gpkg", "geojson", "topojson", "shp", "fgb", "kml", "zip")
DAMAGES = ("truncated", "flipped", "swapped", "bombed", "zeroed", "renamed")
SUFFIXES = (*("csv", "txt", "xlsx", "xlsm", "xlsb", "xls", "ods", "parquet", "gpkg", "geojson"),
            *("json", "topojson", "shp", "fgb", "toml", "pdf", "zip", "gz", "kml"))  # fmt: skip
SECONDS, MEGABYTES = 30, 1024
"""What the check of one file may use."""
FORMATS = (*(("table", name) for name in TABLES), *(("layer", name) for name in LAYERS),
           ("scenario", "toml"))  # fmt: skip


def table_bytes(kind: str) -> bytes:
    """Return a good accounts table of a format."""
    import geopandas
    import openpyxl
    import pandas as pd

    text = HEAD + "".join(ROWS)
    if kind == "csv":
        return text.encode()
    if kind == "csv.gz":
        return gzip.compress(text.encode())
    if kind == "zip":
        return _archive({"accounts.csv": text.encode()})
    if kind == "tsv":
        return text.replace(",", "\t").encode("utf-16")
    frame = pd.read_csv(io.StringIO(text), dtype={"zip": "str"})
    if kind == "html":
        return f"<html><body>{frame.to_html(index=False)}</body></html>".encode()
    if kind == "xlsx":
        book = openpyxl.Workbook()
        for row in [list(frame.columns), *frame.values.tolist()]:
            book.active.append(row)
        out = io.BytesIO()
        book.save(out)
        return out.getvalue()
    if kind == "ods":
        return _ods(frame)
    if kind == "parquet":
        out = io.BytesIO()
        frame.to_parquet(out)
        return out.getvalue()
    points = geopandas.GeoDataFrame(
        frame, geometry=geopandas.points_from_xy(frame["lon"], frame["lat"]), crs=4326
    )
    if kind == "kmz":
        return _archive({"doc.kml": _layer(points, "kml")["a.kml"]})
    return _layer(points, kind)[f"a.{kind}"]


def _archive(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def _ods(frame) -> bytes:
    space = "urn:oasis:names:tc:opendocument:xmlns"
    cells = "".join(
        "<table:table-row>"
        + "".join(
            f'<table:table-cell office:value-type="string"><text:p>{value}</text:p>'
            "</table:table-cell>"
            for value in row
        )
        + "</table:table-row>"
        for row in [list(frame.columns), *frame.values.tolist()]
    )
    content = (
        f'<?xml version="1.0"?><office:document-content xmlns:office="{space}:office:1.0" '
        f'xmlns:table="{space}:table:1.0" xmlns:text="{space}:text:1.0"><office:body>'
        f'<office:spreadsheet><table:table table:name="A">{cells}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
    return out.getvalue()


def _layer(frame, kind: str) -> dict[str, bytes]:
    with tempfile.TemporaryDirectory() as folder:
        driver = "KML" if kind == "kml" else None
        frame.to_file(Path(folder) / f"a.{kind}", driver=driver)
        return {path.name: path.read_bytes() for path in sorted(Path(folder).iterdir())}


def layer_files(kind: str) -> dict[str, bytes]:
    """Return a good layer of polygons of a format, all its files."""
    import geopandas
    from shapely import box

    shapes = [box(-95 + i / 5, 30 + j / 5, -94.8 + i / 5, 30.2 + j / 5) for i in range(4)
              for j in range(3)]  # fmt: skip
    codes = [f"U{at:02d}" for at in range(12)]
    if kind == "topojson":
        return {"a.topojson": _topology(shapes, codes)}
    column = "Name" if kind == "kml" else "code"
    frame = geopandas.GeoDataFrame({column: codes}, geometry=shapes, crs=4326)
    if kind == "zip":
        return {"a.zip": _archive(_layer(frame, "shp"))}
    return _layer(frame, kind)


def _topology(shapes, codes) -> bytes:
    import json

    arcs = [[list(point) for point in shape.exterior.coords] for shape in shapes]
    parts = [{"type": "Polygon", "arcs": [[at]], "properties": {"code": code}}
             for at, code in enumerate(codes)]  # fmt: skip
    objects = {"units": {"type": "GeometryCollection", "geometries": parts}}
    return json.dumps({"type": "Topology", "arcs": arcs, "objects": objects}).encode()


def damaged(data: bytes, damage: str, rng: np.random.Generator) -> bytes:
    """Return a file with one sort of damage."""
    out = bytearray(data)
    if damage == "renamed":
        return data
    if damage == "truncated":
        return bytes(out[: int(rng.integers(0, len(out)))])
    if damage == "flipped":
        for at in rng.integers(0, len(out), int(rng.integers(1, 40))).tolist():
            out[at] ^= 1 << int(rng.integers(0, 8))
        return bytes(out)
    if damage == "swapped":
        cut = sorted(rng.integers(0, len(out), 2).tolist())
        return bytes(out[cut[1] :] + out[cut[0] : cut[1]] + out[: cut[0]])
    if damage == "zeroed":
        at = int(rng.integers(0, len(out)))
        out[at : at + 200] = bytes(min(200, len(out) - at))
        return bytes(out)
    return bomb(data, rng)


def bomb(data: bytes, rng: np.random.Generator) -> bytes:
    """Return a file that unpacks or reads to far more than it should."""
    if zipfile.is_zipfile(io.BytesIO(data)):
        out = io.BytesIO()
        with (
            zipfile.ZipFile(io.BytesIO(data)) as source,
            zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target,
        ):
            for name in source.namelist():
                part = source.read(name)
                if name.endswith(("sheet1.xml", "content.xml")):
                    if rng.random() < 0.5:
                        part += b" " * 200_000_000
                    else:
                        part = part.replace(b'r="2"', b'r="1999999999"').replace(
                            b"<table:table-cell ",
                            b'<table:table-cell table:number-columns-repeated="99999999" ', 1,
                        )  # fmt: skip
                elif name.endswith((".csv", ".kml", ".shp")):
                    part += part[-100:] * 2_000_000
                target.writestr(name, part)
        return out.getvalue()
    if data.lstrip().startswith(b"{"):
        if rng.random() < 0.5:
            return data[:-1] + b', "x": ' + b'{"a": ' * 300_000 + b"0" + b"}" * 300_001
        return b'{"type": "FeatureCollection", "features": ' + b"[" * 2_000_000
    if b"account_id" in data or b"[inputs]" in data:
        return data + b"x," * 3_000_000 + b"\n" + b'"' + data * 20
    return data + bytes(5_000_000)


def case(folder: Path, what: str, kind: str, damage: str, rng: np.random.Generator) -> None:
    """Write one broken file and its scenario."""
    if what == "scenario":
        (folder / "a.csv").write_bytes(table_bytes("csv"))
        good = SCENARIO.format(file="a.csv").encode()
        (folder / "s.toml").write_bytes(damaged(good, damage, rng))
        return
    if what in {"table", "given"}:
        suffix = Path(kind).suffix[1:] if what == "given" else "xls" if kind == "html" else kind
        data = Path(kind).read_bytes() if what == "given" else table_bytes(kind)
        if damage == "renamed":
            suffix = SUFFIXES[int(rng.integers(0, len(SUFFIXES)))]
        (folder / f"a.{suffix}").write_bytes(damaged(data, damage, rng))
        (folder / "s.toml").write_text(SCENARIO.format(file=f"a.{suffix}"))
        return
    files = layer_files(kind)
    if damage == "renamed":
        data, kind = files[f"a.{kind}"], SUFFIXES[int(rng.integers(0, len(SUFFIXES)))]
        files = {f"a.{kind}": data}
    names = sorted(files)
    chosen = names[int(rng.integers(0, len(names)))] if rng.random() < 0.5 else f"a.{kind}"
    for name, data in files.items():
        (folder / name).write_bytes(damaged(data, damage, rng) if name == chosen else data)
    rows = "".join(f"U{at:02d},{10 + at},12,100\n" for at in range(12))
    (folder / "units.csv").write_text(f"unit_id,service_h,n_calls,potential_usd\n{rows}")
    text = POLYGONS.format(file=f"a.{kind}")
    (folder / "s.toml").write_text(text.replace('"code"', '"Name"') if kind == "kml" else text)


def _reported(folder: Path) -> tuple[int, str, str]:
    """Run the check in a fork of this process, with limits; return its exit code and its words."""
    said, told = folder / ".stderr", folder / ".stdout"
    child = os.fork()
    if child:
        _, status, used = os.wait4(child, 0)
        seconds = used.ru_utime + used.ru_stime
        megabytes = used.ru_maxrss / 1024
        words = said.read_text(errors="replace")
        code = os.waitstatus_to_exitcode(status)
        limits = f"{seconds:.0f} CPU s" if code == -signal.SIGXCPU or seconds > SECONDS else ""
        limits = limits or (f"{megabytes:,.0f} MB" if megabytes > MEGABYTES else "")
        return code, words, limits
    code = 70
    try:
        os.chdir(folder)
        for number, path in ((1, told), (2, said)):
            os.dup2(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600), number)
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS + 5, SECONDS + 10))
        resource.setrlimit(resource.RLIMIT_AS, (8 << 30, 8 << 30))
        from territory.cli.app import run
        from territory.cli.console import Console

        code = run(["check", "s.toml"], Console())
    finally:
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        os._exit(code)


def verdict(folder: Path) -> str:
    """Run the check; return "" where it ends as it should, else what is wrong."""
    code, words, limits = _reported(folder)
    if limits:
        return limits
    if "this is a bug" in words or code not in {0, 2, 4}:
        return f"exit {code}: {words.strip()[:300]}"
    if code and "error:" not in words:
        return f"exit {code} without a word"
    return ""


def _load() -> None:
    """Import what the check imports, once for all forks."""
    for name in ("geopandas", "pyarrow.csv", "pyogrio", "python_calamine", "territory.design"):
        importlib.import_module(name)
    for package in ("geo", "territory.inputs"):
        found = importlib.import_module(package)
        for each in pkgutil.walk_packages(found.__path__, f"{package}."):
            importlib.import_module(each.name)


def main() -> int:
    """Run so many cases and print what went wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", type=int)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="Folder for the cases that went wrong.")
    parser.add_argument("--from", dest="good", type=Path, nargs="*", default=[],
                        help="Good files to break beside those made here.")  # fmt: skip
    options = parser.parse_args()
    _load()
    wrong = 0
    for at in range(options.count):
        rng = np.random.default_rng([options.seed, at])
        kinds = [*FORMATS, *(("given", str(path.resolve())) for path in options.good)]
        what, kind = kinds[at % len(kinds)]
        damage = DAMAGES[(at % len(kinds) + at // len(kinds)) % len(DAMAGES)]
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            case(folder, what, kind, damage, rng)
            said = verdict(folder)
            if said:
                wrong += 1
                sys.stdout.write(f"{at}: {what} {kind} {damage}: {said}\n")
                sys.stdout.flush()
                if options.keep:
                    shutil.copytree(folder, options.keep / str(at), dirs_exist_ok=True)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    sys.stdout.write(f"{options.count - wrong} of {options.count} end in a clear message or are "
                     f"read; most memory of one: {peak:,.0f} MB\n")  # fmt: skip
    return int(wrong > 0)


if __name__ == "__main__":
    os.environ.setdefault("NO_COLOR", "1")
    sys.exit(main())
