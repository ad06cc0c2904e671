"""A tiny plan made by hand, with hostile names: the world in which outputs are tested.

Six square counties of 40 km in Texas, two rows of three; a territory is a column of two::

    48004 | 48005 | 48006
    48001 | 48002 | 48201:77030
     T01     T02      T03

Each unit holds two accounts. T03 is above the band of ``potential_usd``; three accounts change
territory: both of unit 48005 (a whole unit) and one of unit 48001 (a single account).
"""

import geopandas
import pandas as pd
import pyproj

from geo.geography import Geography
from territory.audit import Audit, Finding
from territory.plan import Plan
from territory.plan_record import PlanRecord

CRS = pyproj.CRS.from_epsg(5070)

NO_PAGES = {"formats": [], "tiles": False}
"""Outputs of a plan whose pages nobody looks at: they take longer to draw than all the rest."""

HOSTILE_NAMES = (
    '=HYPERLINK("http://evil.example","Mercy")',
    "+1-555 Clinic",
    "-2+3 Hospital",
    "@SUM(A1:A9)",
    "<script>window.hit=1</script>",
    "</script><img src=x onerror=window.hit=2>",
    "`${window.hit=3}` {{7*7}} {% raw %}",
    "\x1b[31mRed\x1b[0m Cross\x07",
    "\u202eevil \u2028 line",
    'Hôpital Saint-Luc 東京 & "O\'Brien" \\ Söhne',
    "[bold red]Markup[/] :smile: #N/A",
    "Two\r\nlines\tand a tab",
)
"""One for each account, in order."""

UNIT_IDS = ("48001", "48002", "48201:77030", "48004", "48005", "48006")
UNIT_TERRITORY = ("T01", "T02", "T03", "T01", "T02", "T03")
REP_NAMES = ("=cmd|' /C calc'!A0", "<b>Ann</b> \x1b]0;title\x07", "Bo Söderström")
_EDGES = ((0, 1), (1, 2), (3, 4), (4, 5), (0, 3), (1, 4), (2, 5))


def small_geography() -> Geography:
    """Return the six squares, with a hostile unit name."""
    side, west, south = 40_000.0, -60_000.0, 800_000.0
    left = [west + side * (at % 3) for at in range(6)]
    low = [south + side * (at // 3) for at in range(6)]
    squares = geopandas.GeoSeries.from_wkt(
        [
            f"POLYGON (({x} {y}, {x + side} {y}, {x + side} {y + side}, {x} {y + side}, {x} {y}))"
            for x, y in zip(left, low, strict=True)
        ]
    )
    units = geopandas.GeoDataFrame(
        {
            "name": ["Anderson", "=1+1", "<i>Harris</i>", "Archer", "Armstrong", "Atas\x1bcosa"],
            "level": ["county", "county", "zip", "county", "county", "county"],
            "parent": ["", "", "48201", "", "", ""],
        },
        geometry=list(squares),
        index=pd.Index(UNIT_IDS, name="unit_id", dtype="str"),
        crs=CRS,
    )
    return Geography(units=units, crs=CRS)


def _accounts(geography: Geography, t03_usd: float) -> pd.DataFrame:
    points = geography.points_lonlat()
    rows = []
    for at, name in enumerate(HOSTILE_NAMES):
        unit = at // 2
        territory = UNIT_TERRITORY[unit]
        potential = t03_usd if territory == "T03" else 100_000.0 + 1_000.0 * at
        service, travel = 100.0, 20.0 + at
        current = {0: "T02", 8: "T09", 9: "T09", 11: ""}.get(at, territory)
        rows.append(
            {
                "account_id": f"00{at:02d}" if at else "=A0",
                "name": name,
                "unit_id": UNIT_IDS[unit],
                "territory_id": territory,
                "rep_id": f"R{territory[1:]}",
                "lon": round(float(points[unit, 0]) + 0.02 * (at % 2), 6),
                "lat": round(float(points[unit, 1]), 6),
                "potential_usd": potential,
                "service_h": service,
                "travel_h": travel,
                "workload_h": service + travel,
                "tier": "ABCD"[at % 4],
                "exception": False,
                "type": "hospital" if at % 2 else "asc",
                "n_calls": 24.0,
                "minutes": 30.0,
                "hop_min": 10.0,
                "revenue_usd": 40_000.0 if at != 11 else float("nan"),
                "idn": "Mercy, <Inc>" if at < 6 else "",
                "current_territory_id": current,
            }
        )
    return pd.DataFrame(rows)


def _territories(accounts: pd.DataFrame) -> pd.DataFrame:
    rows = []
    for number, territory in enumerate(("T01", "T02", "T03")):
        own = accounts[accounts["territory_id"] == territory]
        moved = own["current_territory_id"].ne("") & own["current_territory_id"].ne(territory)
        row = {
            "territory_id": territory,
            "rep_id": f"R0{number + 1}",
            "n_units": own["unit_id"].nunique(),
            "n_accounts": len(own),
        }
        for measure in ("workload_h", "potential_usd"):
            load, goal = own[measure].sum(), accounts[measure].sum() / 3
            row |= {
                measure: load,
                f"{measure}_goal": goal,
                f"{measure}_lower": 0.9 * goal,
                f"{measure}_upper": 1.1 * goal,
                f"{measure}_deviation": load / goal - 1,
            }
        row |= {
            "travel_h": own["travel_h"].sum(),
            "n_parts": 1,
            "rep_name": REP_NAMES[number],
            "center_lon": own["lon"].mean(),
            "center_lat": own["lat"].mean(),
            "center_kind": "home" if number < 2 else "center",
            "n_moved_accounts": int(moved.sum()),
        }
        rows.append(row)
    return pd.DataFrame(rows)


def small_audit() -> Audit:
    """Return one finding of each severity."""
    return Audit(
        (
            Finding(
                severity="warning",
                kind="zip_lost_zero",
                table="accounts",
                file="accounts.csv",
                line=17,
                id="=A0",
                column="zip",
                value="1002\x1b[2J",
                what="ZIP codes have five digits; Excel drops leading zeros",
                repair="01002",
            ),
            Finding(
                severity="info",
                kind="bridge",
                table="units",
                what="the island <b>48006</b> is bridged to 48005",
            ),
        ),
        rows={"accounts": 12},
        source="texas.toml",
    )


def small_plan(*, t03_usd: float = 130_000.0, **changes: object) -> Plan:
    """Return the tiny plan; ``changes`` replace keys of its summary."""
    geography = small_geography()
    accounts = _accounts(geography, t03_usd)
    territories = _territories(accounts)
    deviations = {
        measure: float(territories[f"{measure}_deviation"].abs().max())
        for measure in ("workload_h", "potential_usd")
    }
    travel_usd = float(accounts["travel_h"].sum() * 75)
    objective = travel_usd + 6_000.0
    reps = pd.DataFrame(
        {
            "territory_id": territories["territory_id"],
            "rep_id": territories["rep_id"],
            "name": list(REP_NAMES),
            "lon": territories["center_lon"],
            "lat": territories["center_lat"],
            "kind": territories["center_kind"],
        }
    )
    summary = {
        "scenario": "tiny",
        "description": "Two rows of three <counties>",
        "synthetic": True,
        "scenario_hash": "ab12" * 16,
        "input_hash": "cd34" * 16,
        "effort": "quick",
        "seed": 7,
        "versions": {"territory-design": "0.1.0", "ortools": "9.15"},
        "status": "no_solution",
        "stop_reason": "finished",
        "objective": objective,
        "terms": {"travel_usd": travel_usd, "handover_usd": 6_000.0, "idn_split_usd": 0.0},
        "bound": objective * 0.969,
        "gap": 0.031,
        "wall_s": 1.25,
        "cpu_s": 1.5,
        "totals": {
            "accounts": len(accounts),
            "units": 6,
            "territories": 3,
            "potential_usd": float(accounts["potential_usd"].sum()),
            "service_h": float(accounts["service_h"].sum()),
            "travel_h": float(accounts["travel_h"].sum()),
            "workload_h": float(accounts["workload_h"].sum()),
            "moved_accounts": int(territories["n_moved_accounts"].sum()),
        },
        "measures": {
            "workload_h": {"tolerance": 0.1, "travel": True, "imbalance": deviations["workload_h"]},
            "potential_usd": {
                "tolerance": 0.1,
                "travel": False,
                "imbalance": deviations["potential_usd"],
            },
        },
        "imbalance": max(deviations.values()),
        "travel": {"calls_per_trip": 4.0},
        "violations": [
            {
                "rule": "balance",
                "territory_id": "T03",
                "measure": "potential_usd",
                "value": 520_000.0,
                "limit": 497_200.0,
                "text": "potential_usd of T03 is 520,000; expected at most 497,200\x1b[1m <b>",
            }
        ],
        "conflict": None,
        "notes": ["travel is estimated from great-circle distances, not from a road network"],
        "outputs": {"formats": ["gpkg", "xlsx", "html"], "tiles": False},
        "crs": "EPSG:5070",
    }
    summary |= changes
    summary["measures"] = {
        name: {"imbalance": 0.0} | dict(each)
        for name, each in summary["measures"].items()  # type: ignore[attr-defined]
    }
    alignment = pd.DataFrame({"unit_id": UNIT_IDS, "territory_id": UNIT_TERRITORY})
    for table in (alignment, accounts, territories):
        table["team"] = "core"
    edges = [
        {"unit_a": UNIT_IDS[a], "unit_b": UNIT_IDS[b], "border_km": 40.0, "kind": "border"}
        for a, b in _EDGES
    ]
    return Plan(
        record=PlanRecord.from_dict(summary),
        alignment=alignment,
        accounts=accounts,
        territories=territories,
        adjacency=pd.DataFrame(edges),
        reps=reps,
        geography=geography,
        audit=small_audit(),
    )


def balanced_plan(**changes: object) -> Plan:
    """Return the tiny plan with T03 inside its band, feasible within 3.1 % of the bound."""
    return small_plan(t03_usd=105_000.0, **({"status": "feasible", "violations": []} | changes))
