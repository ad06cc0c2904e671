"""Forecasts of real panels beside their peers, and how fast balanced territories really drift.

Run it as ``python -m tests.benchmarks.forecasts FOLDER [--drift] [--out F.csv]`` with the folder of
the public files (Census populations of counties, CMS cases of surgery centers). Peers that need
no further package are computed here; AutoETS and AutoTheta were measured once with statsforecast
on the same rows and are written beside (they need pandas < 3).
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from territory.market.forecast.growth import carry_forward
from territory.market.forecast.model import forecast
from territory.monitor.drift import CUTS
from tests.benchmarks.provenance import commit, versions, write_rows

__all__ = ["PUBLISHED", "asc_cases", "centers", "counties", "drift"]

PUBLISHED = (
    {"panel": "county", "method": "AutoETS (statsforecast)", "median": 1.76, "p90": 5.27},
    {"panel": "county", "method": "AutoTheta (statsforecast)", "median": 1.48, "p90": 4.70},
)
"""Peers measured elsewhere on the same rows: absolute logarithmic errors in percent."""


def counties(folder: Path) -> list[dict[str, Any]]:
    """Forecast the population of counties and states of 2019 from 2010 to 2016."""
    table = pd.read_csv(
        folder / "census_co-est2019-alldata.csv", encoding="latin-1", dtype={"STATE": str}
    )
    values = table[[f"POPESTIMATE{year}" for year in range(2010, 2020)]].to_numpy(float)
    past, actual = values[:, :7], values[:, 9]
    found = forecast(past, horizon=3, groups=table["STATE"].to_numpy())
    growth = np.diff(np.log(past), axis=1)
    methods = {
        "territory-design": found.expected[:, 2],
        "last value": past[:, -1],
        "mean of three growths": past[:, -1] * np.exp(3 * growth[:, -3:].mean(axis=1)),
        "random walk with drift": past[:, -1] * np.exp(3 * growth.mean(axis=1)),
    }
    inside = (actual >= found.low[:, 2]) & (actual <= found.high[:, 2])
    rows = []
    for name, expected in methods.items():
        error = 100 * np.abs(np.log(expected / actual))
        rows.append(
            {
                "panel": "county",
                "method": name,
                "n": len(values),
                "median": round(float(np.median(error)), 3),
                "mean": round(float(error.mean()), 3),
                "p90": round(float(np.quantile(error, 0.9)), 3),
                "coverage": round(float(inside.mean()), 4) if name == "territory-design" else "",
            }
        )
    return [*rows, *PUBLISHED]


def asc_cases(path: Path, year: str) -> pd.Series:
    """Return orthopaedic cases by center of one edition of the CMS file."""
    table = pd.read_csv(path, dtype=str, encoding="latin-1")
    table = table[table["Year"] == year]
    cases = pd.to_numeric(table["ASC-17 Total Cases"], errors="coerce")
    return cases[cases > 0].groupby(table["Facility ID"]).sum()


def centers(folder: Path, *, seeds: int = 3) -> list[dict[str, Any]]:
    """Carry the cases of 2021 to 2023, five folds hidden in turn.

    Claims windows of the measure overlap and may span two years, and 2021 is a rebound year: the
    growth of 39 % is no forecast for others.
    """
    before = asc_cases(folder / "cms_asc_facility_2022-q3.csv", "2021")
    after = asc_cases(folder / "cms_asc_facility_2024-10.csv", "2023")
    both = pd.concat([before, after], axis=1, keys=["before", "after"], join="inner")
    x, y = both["before"].to_numpy(float), both["after"].to_numpy(float)
    sums: dict[str, list[float]] = {}
    covered = []
    for seed in range(seeds):
        fold = np.random.default_rng(seed).permutation(x.size) % 5
        expected, low, high, scaled = (np.empty(x.size) for _ in range(4))
        for each in range(5):
            hidden = fold == each
            known = np.where(hidden, np.nan, y)
            found = carry_forward(x, known)
            expected[hidden], low[hidden], high[hidden] = (part[hidden] for part in found)
            scaled[hidden] = x[hidden] * y[~hidden].sum() / x[~hidden].sum()
        for name, guess in (
            ("territory-design", expected),
            ("last value", x),
            ("last value × market growth", scaled),
        ):
            sums.setdefault(name, []).append(float(np.abs(guess - y).sum() / y.sum()))
        covered.append(float(((y >= low) & (y <= high)).mean()))
    return [
        {
            "panel": "surgery centers",
            "method": name,
            "n": x.size,
            "wmape": round(100 * float(np.mean(found)), 3),
            "coverage": round(float(np.mean(covered)), 4) if name == "territory-design" else "",
        }
        for name, found in sums.items()
    ]


def drift(folder: Path, *, counts: tuple[int, ...] = (20, 40, 80)) -> list[dict[str, float]]:
    """Cut the centers into k compact territories of equal cases in 2021, and see them in 2023.

    The cut is a recursive bisection of the ZIP codes' places by cases, `CUTS` times with the map
    turned a little: how many leave a band differs by the cut. Centers that opened count where they
    lie, those that closed count 0. ``median`` and ``worst`` are means over the cuts, ``least`` and
    ``most`` the fewest and most territories outside ±10 %.
    """
    from geo.us.zips import zip_points

    path = folder / "cms_asc_facility_2024-10.csv"
    older = folder / "cms_asc_facility_2022-q3.csv"
    before, after = asc_cases(older, "2021"), asc_cases(path, "2023")
    both = [pd.read_csv(each, dtype=str, encoding="latin-1") for each in (older, path)]
    zips = pd.concat(both)[["Facility ID", "ZIP Code"]].drop_duplicates("Facility ID")
    place = zips.set_index("Facility ID")["ZIP Code"].str.zfill(5)
    table = pd.concat([before, after], axis=1, keys=["before", "after"]).fillna(0.0)
    points = zip_points()
    table["zip"] = place.reindex(table.index)
    table = table.join(points, on="zip", how="inner")
    xy = table[["lon", "lat"]].to_numpy(float) * np.array([0.8, 1.0])
    rows = []
    cases = table[["before", "after"]].to_numpy(float)
    for k in counts:
        found = np.array([_moved(xy @ turned(cut), cases, k) for cut in range(CUTS)])
        median, worst, outside = found.T
        rows.append(
            {
                "k": k,
                "median": round(float(median.mean()), 4),
                "worst": round(float(worst.mean()), 4),
                "least": int(outside.min()),
                "most": int(outside.max()),
            }
        )
    return rows


def turned(cut: int) -> np.ndarray:
    """The turn of the map for one cut of many, a quarter of a circle in all."""
    angle = 0.5 * np.pi * cut / CUTS
    return np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])


def _moved(xy: np.ndarray, cases: np.ndarray, k: int) -> tuple[float, float, int]:
    """Median and largest relative change of the parts' shares, and how many leave ±10 %."""
    label = np.zeros(len(xy), dtype=np.int64)
    _bisect(xy, cases[:, 0], np.arange(len(xy)), k, label, 0)
    by = pd.DataFrame(cases).groupby(label).sum()
    share = by / by.mean()
    moved = (share[1] / share[0] - 1.0).abs()
    return float(moved.median()), float(moved.max()), int((moved > 0.10).sum())


def _bisect(
    xy: np.ndarray, weight: np.ndarray, rows: np.ndarray, k: int, label: np.ndarray, first: int
) -> None:
    """Label rows with k neighbouring parts of equal weight, cutting the longer side."""
    if k == 1:
        label[rows] = first
        return
    left = k // 2
    axis = int(np.ptp(xy[rows], axis=0).argmax())
    order = rows[np.argsort(xy[rows, axis], kind="stable")]
    reached = np.cumsum(weight[order])
    at = int(np.searchsorted(reached, reached[-1] * left / k))
    _bisect(xy, weight, order[:at], left, label, first)
    _bisect(xy, weight, order[at:], k - left, label, first + left)


def main(arguments: list[str]) -> None:
    """Print, and write where asked."""
    folder = Path(arguments[0])
    rows = drift(folder) if "--drift" in arguments else [*counties(folder), *centers(folder)]
    stamp = {"commit": commit(), "versions": versions("numpy", "scipy", "pandas")}
    if "--out" in arguments:
        names = list(dict.fromkeys(name for row in rows for name in row))
        full = [{name: row.get(name, "") for name in names} | stamp for row in rows]
        write_rows(Path(arguments[arguments.index("--out") + 1]), full)
    sys.stdout.write(pd.DataFrame(rows).to_string(index=False) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
