"""Measure the map and the workbook at scale.

``python -m tests.benchmarks.map_scale [--accounts N] [--states TX,OK]`` draws all US ZIP cells with
N accounts in a browser without a network, and prints what it weighs and how long it takes to open;
then writes the workbook of the same plan.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from geo.geography import Geography
from territory.plan import Plan
from tests.territory.plans import small_plan

__all__ = ["large_plan", "measure", "measured"]


def large_plan(geography: Geography, *, n_accounts: int, k: int = 300, seed: int = 1) -> Plan:
    """Return a made-up plan: each unit goes to the nearest of k places, accounts anywhere."""
    rng = np.random.default_rng(seed)
    points = geography.units.geometry.representative_point()
    xy = np.column_stack([points.x, points.y])
    centers = xy[rng.choice(len(xy), size=k, replace=False)]
    owner = _nearest(xy, centers)
    before = _nearest(xy + rng.normal(0, 2e4, xy.shape), centers)
    ids = np.array([f"T{at + 1:03d}" for at in range(k)], dtype=object)
    degrees = points.to_crs(4326)
    at = rng.integers(0, len(xy), n_accounts)
    potential = rng.lognormal(10, 1.2, n_accounts).round(2)
    accounts = pd.DataFrame(
        {
            "account_id": [f"A{number:06d}" for number in range(n_accounts)],
            "name": [f"Clinic number {number} of the county" for number in range(n_accounts)],
            "unit_id": geography.units.index.to_numpy()[at],
            "territory_id": ids[owner[at]],
            "rep_id": [f"R{number + 1:03d}" for number in owner[at]],
            "lon": degrees.x.to_numpy()[at] + rng.normal(0, 0.02, n_accounts),
            "lat": degrees.y.to_numpy()[at] + rng.normal(0, 0.02, n_accounts),
            "potential_usd": potential,
            "service_h": 10.0,
            "travel_h": rng.gamma(2.0, 2.0, n_accounts).round(2),
            "tier": rng.choice(["A", "B", "C"], n_accounts),
            "exception": False,
            "type": rng.choice(["hospital", "clinic", "asc"], n_accounts),
            "n_calls": rng.integers(2, 40, n_accounts),
            "minutes": rng.gamma(2.0, 20.0, n_accounts).round(1),
            "revenue_usd": (potential * rng.uniform(0, 0.5, n_accounts)).round(2),
            "idn": [f"System {number}" for number in rng.integers(0, 400, n_accounts)],
            "current_territory_id": ids[before[at]],
            "competitor_usd": (potential * rng.uniform(0, 0.5, n_accounts)).round(2),
        }
    )
    accounts["workload_h"] = accounts["service_h"] + accounts["travel_h"]
    return replace(
        small_plan(status="feasible", violations=[]),
        accounts=accounts,
        alignment=pd.DataFrame({"unit_id": geography.units.index, "territory_id": ids[owner]}),
        territories=_territories(accounts, ids, owner, centers, geography),
        adjacency=pd.DataFrame(
            {"unit_a": [], "unit_b": [], "border_km": [], "kind": []}, dtype=object
        ),
        reps=pd.DataFrame(
            {"territory_id": ids, "rep_id": ids, "name": ids, "lon": np.nan, "lat": np.nan,
             "kind": "center"}
        ),
        geography=geography,
    )  # fmt: skip


def _nearest(xy: np.ndarray, centers: np.ndarray) -> np.ndarray:
    from scipy.spatial import cKDTree

    return cKDTree(centers).query(xy)[1]


def _territories(
    accounts: pd.DataFrame,
    ids: np.ndarray,
    owner: np.ndarray,
    centers: np.ndarray,
    geography: Geography,
) -> pd.DataFrame:
    own = accounts.groupby("territory_id")
    frame = pd.DataFrame({"territory_id": ids, "rep_id": ids, "rep_name": ids})
    frame["n_units"] = np.bincount(owner, minlength=len(ids))
    frame["n_accounts"] = own.size().reindex(ids, fill_value=0).to_numpy()
    for measure in ("workload_h", "potential_usd"):
        load = own[measure].sum().reindex(ids, fill_value=0.0).to_numpy()
        goal = load.mean()
        frame[measure], frame[f"{measure}_goal"] = load, goal
        frame[f"{measure}_lower"], frame[f"{measure}_upper"] = 0.9 * goal, 1.1 * goal
        frame[f"{measure}_deviation"] = load / goal - 1
    frame["travel_h"] = own["travel_h"].sum().reindex(ids, fill_value=0.0).to_numpy()
    frame["n_parts"], frame["center_kind"] = 1, "center"
    del centers, geography
    return frame.assign(center_lon=np.nan, center_lat=np.nan, n_moved_accounts=0)


_CLOCKED = "const t = performance.now(); %s; return performance.now() - t"
_DEEDS = {
    "layer_ms": "territoryMap.layers.choose('potential')",
    "search_ms": "const box = document.getElementById('search'); box.value = 'Houston';"
    "box.dispatchEvent(new Event('input'))",
    "select_ms": "territoryMap.visit.territory(20)",
}
"""What a reader does, and in whose name its milliseconds are told."""


def measured(page: Path) -> dict[str, float]:
    """Open a map in a browser without a network; return megabytes and seconds."""
    from tests.browser import Browser

    with tempfile.TemporaryDirectory() as profile:
        browser = Browser(Path(profile))
        try:
            began = time.monotonic()
            browser.open(page, width=1400, height=900)
            while not browser.run("return Boolean(window.territoryMap && territoryMap.written)"):
                time.sleep(0.02)
            opened = time.monotonic() - began
            pan = browser.run(
                "const m = territoryMap.map, t = performance.now();"
                "for (let i = 0; i < 10; i++) m.panBy([20, 0], {animate: false});"
                "return (performance.now() - t) / 10"
            )
            return {
                "size_mb": page.stat().st_size / 1e6,
                "open_s": opened,
                "pan_ms": float(str(pan)),
                **{name: float(str(browser.run(_CLOCKED % deed))) for name, deed in _DEEDS.items()},
                "heap_mb": float(str(browser.run("return performance.memory.usedJSHeapSize")))
                / 1e6,
            }
        finally:
            browser.driver.quit()


def measure(n_accounts: int = 100_000, k: int = 300, states: str = "") -> dict[str, float]:
    """Draw all ZIP cells with n accounts, open the map, write the workbook; return what it took."""
    from geo.us.zips import zips
    from territory.publish.excel.workbook import write_workbook
    from territory.publish.maps.map import draw_map

    geography = zips(states.split(",") if states else None)
    plan = large_plan(geography, n_accounts=n_accounts, k=k)
    found: dict[str, float] = {"accounts": n_accounts, "units": len(geography.units)}
    began = time.process_time()
    page = draw_map(plan)
    found["draw_cpu_s"] = time.process_time() - began
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "map.html"
        path.write_text(page, encoding="utf-8")
        found |= measured(path)
        began = time.process_time()
        book = Path(folder) / "scorecard.xlsx"
        write_workbook(plan, book)
        found["workbook_cpu_s"] = time.process_time() - began
        found["workbook_mb"] = book.stat().st_size / 1e6
    return found


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--accounts", type=int, default=100_000)
    parser.add_argument("--states", default="")
    parser.add_argument("--territories", type=int, default=300)
    given = parser.parse_args()
    found = measure(given.accounts, given.territories, given.states)
    print("  ".join(f"{name} {value:,.2f}" for name, value in found.items()))


if __name__ == "__main__":
    main()
