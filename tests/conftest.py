"""Shared fixtures: where the real public files and benchmark instances lie, if they are here at all."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


def _folder(variable: str, default: Path, what: str) -> Path:
    folder = Path(os.environ.get(variable, default))
    if not folder.is_dir():
        pytest.skip(f"{what} are not here: {folder} is no folder (set {variable})")
    return folder


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Folder of the real public files; skips where they are absent."""
    return _folder("TERRITORY_REAL_DATA", ROOT.parent / "shared" / "data", "the real public files")


@pytest.fixture(scope="session")
def benchmark_data() -> Path:
    """Folder of the published instances; skips where they are absent."""
    return _folder(
        "TERRITORY_BENCHMARKS", ROOT.parent / "shared" / "benchmarks", "the published instances"
    )
