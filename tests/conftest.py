"""Shared fixtures: the real public files, the benchmark instances and a browser, where they are."""

import gc
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.browser import Browser

# One thread for BLAS, before NumPy is loaded, for every process that the tests start, too: its
# threads spin where cores are busy, and a test process runs on every core there is.
for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(variable, "1")

# Python looks through all that is loaded for circles that nobody holds after every 700 new things;
# that was a seventh of what the tests cost. They make many things and keep few.
gc.set_threshold(50_000, 20, 20)

ROOT = Path(__file__).resolve().parents[1]

# One profile for all: the same examples on every machine, and no clock that a busy machine breaks.
settings.register_profile("territory", deadline=None, derandomize=True)
settings.load_profile("territory")


def _folder(variable: str, default: Path, what: str) -> Path:
    folder = Path(os.environ.get(variable) or default)
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


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Headless Chromium without a network; skips where there is none, but never in CI."""
    missing = [name for name in ("chromium", "chromedriver") if shutil.which(name) is None]
    if missing:
        reason = f"the map is looked at in Chromium; missing here: {', '.join(missing)}"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    started = Browser(tmp_path_factory.mktemp("chromium"))
    yield started
    started.close()


@pytest.fixture(scope="session", autouse=True)
def one_process() -> Iterator[None]:
    """Draw pages in the tests' own process: a copy for each would load its libraries each time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("territory.publish.copies._SAFE", False)
        yield


@pytest.fixture(scope="session", autouse=True)
def no_power_cut() -> Iterator[None]:
    """Do not wait for the disk after each file: what a power cut leaves is not looked at here.

    What is left when a program dies at any step, these among them, is tested in processes of
    their own, in `territory/test_whole.py`.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda handle: None)
        yield


@pytest.fixture(scope="module")
def read_once() -> Iterator[None]:
    """Keep what tables and places were read, as within one command, for all tests of a module.

    A file that changes is read again: its size and its time are part of what is kept by.
    """
    from territory.inputs.once import once

    with once():
        yield


def pytest_collection_modifyitems(items):
    """Files with long tests go first, whole, so that no process is left with one at the end.

    Whole: what the tests of a file share is made once, not anew for its short tests later on.
    """
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)
