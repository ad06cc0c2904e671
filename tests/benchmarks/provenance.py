"""What a figure was measured with (commit, versions, machine), and the CSV files that keep it."""

from __future__ import annotations

import csv
import os
import platform
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

__all__ = ["commit", "machine", "read_rows", "rounded", "stamp", "versions", "write_rows"]

ROOT = Path(__file__).resolve().parents[2]


def commit() -> str:
    """Short name of the checked-out commit, with a ``+`` where files differ from it."""

    def git(*words: str) -> str:
        done = subprocess.run(
            ["git", *words], cwd=ROOT, capture_output=True, text=True, check=False
        )
        return done.stdout.strip() if done.returncode == 0 else ""

    name = git("rev-parse", "--short=10", "HEAD")
    changed = git("status", "--porcelain", "--", "solvers", "geo", "territory")
    return (name + ("+" if changed else "")) or "unknown"


def versions(*packages: str) -> str:
    """Versions of Python and of packages, e.g. ``"python 3.11.7; ortools 9.15"``."""
    out = [f"python {platform.python_version()}"]
    for package in packages or ("ortools", "numpy", "scipy", "numba"):
        try:
            out.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            out.append(f"{package} not installed")
    return "; ".join(out)


def machine() -> str:
    """Processor, cores and system, without the machine's name."""
    cpu = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.is_file():
        for line in info.read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("model name"):
                cpu = line.partition(":")[2].strip()
                break
    return f"{cpu}, {os.cpu_count()} cores, {platform.system()}"


def stamp(*packages: str) -> dict[str, str]:
    """Columns that say what a row was measured with: commit, versions, machine."""
    return {"commit": commit(), "versions": versions(*packages), "machine": machine()}


def rounded(value: float, digits: int = 6) -> float | str:
    """Round a number to significant digits; empty where it is not finite."""
    number = float(value)
    if number != number or number in (float("inf"), float("-inf")):
        return ""
    return float(f"{number:.{digits}g}")


def write_rows(path: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write rows as CSV, whole or not at all; columns are those of the first row."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    with part.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]) if rows else [], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    part.replace(path)


def read_rows(paths: Iterable[Path]) -> list[dict[str, str]]:
    """Read the rows of CSV files, one after the other."""
    rows: list[dict[str, str]] = []
    for path in paths:
        with path.open(encoding="utf-8", newline="") as file:
            rows += csv.DictReader(file)
    return rows
