"""Measure reading and checking accounts: `python -m tests.benchmarks.reading [N] [xlsx|csv]`.

Fifteen columns as a CRM exports them. CPU seconds are user and system, of this process and of the
one that opens the workbook; issue: 100,000 accounts from xlsx in under 4 CPU s and 1 GB.
"""

from __future__ import annotations

import json
import resource
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

from territory.inputs.scenario.scenario import read_scenario
from territory.inputs.tables.tables import read_tables

__all__ = ["export", "measure"]

_SCENARIO = """
name = "read"
[inputs]
accounts = "{file}"
[geography]
kind = "us_counties"
[team]
territories = 20
"""


def export(n: int, *, seed: int = 1) -> pd.DataFrame:
    """Return n accounts as a CRM exports them: 15 columns, ZIPs with a place, NPIs that check."""
    from geo.us.zips import zip_points

    rng = np.random.default_rng(seed)
    points = zip_points()
    points = points[points["trouble"] == ""]
    at = rng.integers(0, len(points), n)
    potential = rng.lognormal(10, 1, n).round(2)
    system = rng.integers(0, 400, n)
    return pd.DataFrame(
        {
            "Account ID": [f"A{row:07d}" for row in range(n)],
            "Account Name": [f"St. Mary's Clinic {row}" for row in range(n)],
            "Account Type": rng.choice(["Hospital", "ASC", "Clinic"], n),
            "Street": [f"{row % 9999} Main St" for row in range(n)],
            "City": points["city"].to_numpy(dtype=object)[at],
            "ZIP": points.index.to_numpy(dtype=object)[at],
            "Latitude": points["lat"].to_numpy()[at].round(5),
            "Longitude": points["lon"].to_numpy()[at].round(5),
            "Potential USD": potential,
            "Revenue USD": (potential * rng.uniform(0, 0.5, n)).round(2),
            "Calls per year": rng.integers(2, 40, n),
            "Service hours": rng.uniform(2, 9, n).round(2),
            "IDN": np.where(rng.random(n) < 0.4, [f"System {one}" for one in system], ""),
            "NPI": [_npi(f"1{row:08d}") for row in rng.integers(0, 10**8, n)],
            "Owner": [f"Rep {one:03d}" for one in rng.integers(0, 300, n)],
        }
    )


def _npi(digits: str) -> str:
    """Add the check digit of nine digits, as the ten of an NPI have it."""
    total = 24
    for at, digit in enumerate(reversed(digits)):
        number = int(digit) * (1 if at % 2 else 2)
        total += number - 9 if number > 9 else number
    return f"{digits}{-total % 10}"


def measure(n: int = 100_000, kind: str = "xlsx") -> dict[str, float]:
    """Return seconds and the most memory of reading and checking n accounts."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"accounts.{kind}"
        table = export(n)
        if kind == "csv":
            table.to_csv(path, index=False)
        else:
            table.to_excel(path, index=False, engine="xlsxwriter")
        del table
        text = _SCENARIO.format(file=path.name)
        (path.parent / "scenario.toml").write_text(text, encoding="utf-8")
        scenario = read_scenario(path.parent / "scenario.toml")
        size, wall, cpu = path.stat().st_size, time.perf_counter(), _cpu_s()
        found = read_tables(scenario)
        taken = {"wall_s": time.perf_counter() - wall, "cpu_s": _cpu_s() - cpu}
    assert found.accounts is not None and len(found.accounts) == n, found.audit.findings[:3]
    child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return {
        "accounts": n,
        "file_mb": round(size / 1e6, 1),
        **{name: round(value, 2) for name, value in taken.items()},
        "peak_mb_of_the_workbook_process": round(child) if kind == "xlsx" else 0,
    }


def _cpu_s() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


if __name__ == "__main__":
    size = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    sys.stdout.write(json.dumps(measure(size, *sys.argv[2:3])) + "\n")
