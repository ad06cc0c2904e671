"""Tiny worlds written to disk as a planner would have them: polygons, tables, a scenario."""

import csv
import json
from pathlib import Path

__all__ = ["PINNED_RULES", "TWO_SIDES", "grid_scenario"]

TWO_SIDES = [
    {"account_id": f"A{r}{c}", "territory_id": "T02" if c > 1 or (r, c) == (0, 0) else "T01"}
    for r in (0, 1)
    for c in range(6)
]
"""Today of a grid of six columns: two territories, A00 with the far one."""

PINNED_RULES = """
[rules]
pinned = [{territory = "T02", accounts = ["A00"]}]
radius_km = 200
[objective]
border_usd_km = 3.0
"""


def grid_scenario(
    folder: Path,
    *,
    columns: int = 4,
    rows: int = 2,
    territories: int = 2,
    reps: bool = True,
    extra: str = "",
    accounts: list[dict[str, object]] | None = None,
    alignment: list[dict[str, object]] | None = None,
    pages: bool = False,
) -> Path:
    """Write a grid of square units near Abilene with one account each, and two reps at its ends.

    A plan of it has no map, report and workbook unless `pages` are wanted: drawing takes longer
    than all the rest.

    ::

        U00 U01 U02 U03        accounts A00 … A13, one in the middle of each unit,
        U10 U11 U12 U13        20 h of service, 10 calls, 1,000 USD each; reps R1 west, R2 east
    """
    folder.mkdir(parents=True, exist_ok=True)
    features = []
    rows_out = []
    for r in range(rows):
        for c in range(columns):
            west, north = -100.0 + 0.2 * c, 32.0 - 0.2 * r
            ring = [
                [west, north - 0.2],
                [west + 0.2, north - 0.2],
                [west + 0.2, north],
                [west, north],
                [west, north - 0.2],
            ]
            features.append(
                {
                    "type": "Feature",
                    "properties": {"unit": f"U{r}{c}", "name": f"Unit {r}{c}"},
                    "geometry": {"type": "Polygon", "coordinates": [ring]},
                }
            )
            rows_out.append(
                {
                    "account_id": f"A{r}{c}",
                    "name": f"Clinic {r}{c}",
                    "type": "clinic",
                    "lon": round(west + 0.1, 6),
                    "lat": round(north - 0.1, 6),
                    "service_h": 20.0,
                    "n_calls": 10,
                    "potential_usd": 1000.0,
                    "revenue_usd": 200.0,
                    "tenure_y": 2,
                    "idn": "",
                    "tier": "B",
                }
            )
    (folder / "grid.geojson").write_text(
        json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8"
    )
    write_rows(folder / "accounts.csv", accounts or rows_out)
    tables = ['accounts = "accounts.csv"']
    if reps:
        middle = 32.0 - 0.1 * rows
        ends = [
            -99.9 + 0.2 * (columns - 1) * t / max(1, territories - 1) for t in range(territories)
        ]
        write_rows(
            folder / "reps.csv",
            [
                {"rep_id": f"R{t + 1}", "name": f"Rep {t + 1}", "lon": round(lon, 6), "lat": middle}
                for t, lon in enumerate(ends)
            ],
        )
        tables.append('reps = "reps.csv"')
    if alignment:
        write_rows(folder / "alignment.csv", alignment)
        tables.append('alignment = "alignment.csv"')
    team = "" if reps else f"[team]\nterritories = {territories}\n"
    path = folder / "grid.toml"
    path.write_text(
        "\n".join(
            [
                'name = "grid"',
                "[inputs]",
                *tables,
                "[geography]",
                'kind = "polygons"',
                'file = "grid.geojson"',
                'id = "unit"',
                'name_column = "name"',
                "split_above = 0",
                team,
                "[solve]",
                'effort = "quick"',
                "" if pages or "[outputs]" in extra else '[outputs]\nformats = ["gpkg"]',
                extra,
            ]
        ),
        encoding="utf-8",
    )
    return path


def write_rows(path: Path, rows: list[dict[str, object]]) -> None:
    """Write rows as CSV with the header of the first."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
