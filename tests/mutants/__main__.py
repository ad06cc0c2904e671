"""Run the mutants: each in a copy of the sources, against the tests of its room."""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue

from tests.mutants.catalogue import MUTANTS, Mutant

ROOT = Path(__file__).resolve().parents[2]
COPIED = ("territory", "solvers", "geo", "tests", "scenarios", "notebooks", "pyproject.toml")
LIMIT_S = 900


def copy_of_sources(where: Path) -> Path:
    """Copy what the tests need; compiled kernels are made once a copy."""
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, where / name, ignore=shutil.ignore_patterns("__pycache__"))
        elif source.exists():
            shutil.copy2(source, where / name)
    return where


def nearest_first(mutant: Mutant) -> tuple[str, ...]:
    """Return the mutant's tests, those of its own module first: most die there, in seconds."""
    path = Path("tests", mutant.path)
    mirror = path.with_name(f"test_{path.name}")
    own = (mirror.as_posix(),) if (ROOT / mirror).is_file() else ()
    within = own and any(mirror.is_relative_to(each) for each in mutant.tests)
    return (*own, *(each for each in mutant.tests if each not in own)) if within else mutant.tests


def kills(folder: Path, tests: tuple[str, ...]) -> bool:
    """Whether some test fails in the folder; a run without end has failed."""
    environment = {**os.environ, "PYTHONPATH": str(folder), "NUMBA_CACHE_DIR": str(folder / ".nb")}
    # Without the first, pytest drops a file whose folder is named too, and with it the order.
    options = ("--keep-duplicates", "-q", "-x", "-p", "no:cacheprovider")
    options += ("-m", "not slow and not browser and not real")
    try:
        done = subprocess.run(
            [sys.executable, "-m", "pytest", *options, *tests],
            cwd=folder, env=environment, capture_output=True, text=True, timeout=LIMIT_S,
            check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return True
    if done.returncode not in (0, 1, 2):  # 2: the mutant cannot even be imported
        raise SystemExit(f"the tests did not run:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return done.returncode != 0


def lives(mutant: Mutant, folder: Path) -> bool:
    """Whether all tests pass with the mutant's line in place."""
    path = folder / mutant.path
    text = path.read_text()
    path.write_text(text.replace(mutant.old, mutant.new))
    try:
        return not kills(folder, nearest_first(mutant))
    finally:
        path.write_text(text)


def main(arguments: list[str] | None = None) -> int:
    """Print each mutant with "dies" or "LIVES"; 0 where at most one in twelve lives."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("names", nargs="*", help="parts of names or paths; all where left out")
    parser.add_argument("--copies", type=int, default=os.cpu_count() or 1)
    given = parser.parse_args(arguments)
    chosen = [
        each for each in MUTANTS
        if not given.names or any(part in each.name or part in each.path for part in given.names)
    ]  # fmt: skip
    with tempfile.TemporaryDirectory(prefix="mutants-") as scratch:
        folders: SimpleQueue[Path] = SimpleQueue()
        for number in range(min(given.copies, len(chosen))):
            folders.put(copy_of_sources(Path(scratch, str(number))))

        def tried(mutant: Mutant) -> bool:
            folder = folders.get()
            try:
                alive = lives(mutant, folder)
            finally:
                folders.put(folder)
            print(f"{'LIVES' if alive else 'dies '}  {mutant.path}: {mutant.name}", flush=True)
            return alive

        with ThreadPoolExecutor(given.copies) as pool:
            alive = sum(pool.map(tried, chosen))
    print(f"{len(chosen) - alive} of {len(chosen)} mutants die")
    return int(alive > len(chosen) / 12)


if __name__ == "__main__":
    raise SystemExit(main())
