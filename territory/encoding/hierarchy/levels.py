"""Districts of territories and regions of districts: the same engine, one level up."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from territory.arrays import Ints
from territory.encoding.hierarchy.grouping import Parts, grouped, merged
from territory.messages import counted
from territory.wording import LIMIT, measure_label, percent, signed_percent

if TYPE_CHECKING:
    from territory.inputs.scenario.review import HierarchyKeys
    from territory.inputs.scenario.scenario import Scenario
    from territory.plan import Plan

__all__ = ["LEVELS", "hierarchy_table", "number_of_groups", "with_hierarchy"]

LEVELS = {"district": "district_id", "region": "region_id"}
"""Levels above the territory, and the column of ``territories.csv`` that each one fills."""

_MARGIN = LIMIT

_NOTED = 4
"""Broken rules of a level that the plan's notes name; all of them are in the summary."""


def number_of_groups(n: int, span_min: int, span_max: int) -> int:
    """Return how many groups n parts make, each of them within the span where that is possible.

    Of several numbers the one whose mean size is nearest to the middle of the span is taken; where
    none fits, the one that leaves the span least.

    Parameters
    ----------
    n : int, 1 and up
    span_min, span_max : int, 1 ≤ span_min ≤ span_max

    Examples
    --------
    Twenty territories in districts of 6 to 10 make three; eleven cannot keep the span:

    >>> number_of_groups(20, 6, 10), number_of_groups(11, 6, 10), number_of_groups(3, 6, 10)
    (3, 2, 1)
    """
    middle = (span_min + span_max) / 2

    def leaves(groups: int) -> tuple[int, float]:
        fewest, most = n // groups, math.ceil(n / groups)
        return max(0, span_min - fewest) + max(0, most - span_max), abs(n / groups - middle)

    return min(range(1, n + 1), key=leaves)


def with_hierarchy(plan: Plan, scenario: Scenario) -> Plan:
    """Return the plan with its districts and regions; as it is without a section ``hierarchy``.

    Districts are connected over the plan's adjacency, hold `span_min` to `span_max` territories,
    and keep every measure within the tolerance around an equal share; among those the one with
    the least distance from the territories' centers to the middle of their district is looked for.
    Regions are made of districts in the same way. What cannot be kept is said in the notes.

    Parameters
    ----------
    plan : Plan
    scenario : Scenario

    Returns
    -------
    Plan
        With ``district_id`` and ``region_id`` at the end of ``territories`` and a key
        ``hierarchy`` in the summary: span, tolerance, and for each level number, status, and the
        rules that it does not keep.

    Notes
    -----
    Goals are equal shares of each measure; the span is one more measure in which every territory
    counts 1. The seed is the scenario's.
    """
    keys = scenario.hierarchy
    if keys is None:
        return plan
    parts = _territories(plan)
    n = len(parts.xy)
    wanted = min(keys.districts or number_of_groups(n, keys.span_min, keys.span_max), n)
    districts = grouped(parts, wanted, keys, seed=scenario.solve.seed, spanned=True)
    above = merged(parts, districts)
    free = keys.regions is None
    if keys.regions is not None:
        wanted = min(keys.regions, districts.n)
    elif districts.n <= keys.span_max:
        wanted = 1
    else:
        wanted = number_of_groups(districts.n, keys.span_min, keys.span_max)
    regions = grouped(above, wanted, keys, seed=scenario.solve.seed, spanned=free)
    territories = plan.territories.assign(
        district_id=_names(districts.of_part, keys.district_prefix),
        region_id=_names(regions.of_part[districts.of_part], keys.region_prefix),
    )
    plan = replace(plan, territories=territories)
    table = hierarchy_table(plan)
    broken = {
        level: list(_broken(table[table["level"] == level], keys, spanned=spanned))
        for level, spanned in (("district", True), ("region", free))
    }
    levels = {
        level: {"n": groups.n, "status": groups.status, "broken": broken[level]}
        for level, groups in (("district", districts), ("region", regions))
    }
    notes = [note for each in broken.values() for note in _noted(each)]
    known = {
        "span_min": keys.span_min,
        "span_max": keys.span_max,
        "tolerance": keys.tolerance,
        "levels": levels,
    }
    told = [*plan.record.notes, *notes]
    return replace(plan, record=plan.record.but(notes=told, hierarchy=known))


def hierarchy_table(plan: Plan) -> pd.DataFrame:
    """Return districts, then regions, with their span and loads; empty without a hierarchy.

    Returns
    -------
    DataFrame
        ``level, group_id, n_parts, n_territories, n_accounts``, then for each measure M ``M,
        M_goal`` (sum of its territories' goals), ``M_deviation`` from it (fraction) and
        ``M_from_equal`` (from an equal share for every leader), then ``travel_h, n_pieces``
        (1: in one piece) and ``territories`` (their ids).
        ``n_parts`` counts what the leader leads: territories, or districts.
    """
    source = plan.territories
    neighbours = _cut_edges(plan)
    rows: list[dict[str, object]] = []
    for level, column in LEVELS.items():
        if column not in source:
            continue
        below = "territory_id" if level == "district" else LEVELS["district"]
        groups = list(source.groupby(column, sort=False))
        for group_id, own in sorted(groups, key=lambda each: _natural(str(each[0]))):
            row: dict[str, object] = {
                "level": level,
                "group_id": str(group_id),
                "n_parts": own[below].nunique(),
                "n_territories": len(own),
                "n_accounts": int(own["n_accounts"].sum()),
            }
            for measure in plan.measures:
                load, goal = (float(own[name].sum()) for name in (measure, f"{measure}_goal"))
                equal = float(source[measure].sum()) / len(groups)
                row |= {
                    measure: load,
                    f"{measure}_goal": goal,
                    f"{measure}_deviation": load / goal - 1 if goal else math.nan,
                    f"{measure}_from_equal": load / equal - 1 if equal else math.nan,
                }
            row["travel_h"] = float(own["travel_h"].sum())
            row["n_pieces"] = _pieces(own.index.to_numpy(), neighbours)
            row["territories"] = ", ".join(own["territory_id"])
            rows.append(row)
    return pd.DataFrame(rows)


def _natural(name: str) -> tuple[int, str]:
    return len(name), name


def _territories(plan: Plan) -> Parts:
    from geo.crs import to_xy

    source = plan.territories
    lonlat = source[["center_lon", "center_lat"]].to_numpy(dtype=np.float64)
    return Parts(
        xy=to_xy(lonlat, plan.geography.crs) / 1000.0,
        load=source[list(plan.measures)].to_numpy(dtype=np.float64),
        edges=_cut_edges(plan),
    )


def _cut_edges(plan: Plan) -> NDArray[np.int64]:
    """Pairs of territories (rows) that meet in the plan's adjacency, over bridges too."""
    row = pd.Series(np.arange(len(plan.territories)), index=plan.territories["territory_id"])
    territory = plan.alignment.set_index("unit_id")["territory_id"].map(row)
    pairs = np.column_stack(
        [
            plan.adjacency[end].map(territory).fillna(-1).to_numpy(dtype=np.int64)
            for end in ("unit_a", "unit_b")
        ]
    )
    met = (pairs[:, 0] != pairs[:, 1]) & (pairs >= 0).all(axis=1)
    return np.unique(np.sort(pairs[met], axis=1), axis=0)


def _pieces(rows: NDArray[np.int64], edges: NDArray[np.int64]) -> int:
    """Return in how many pieces the parts in some rows are; `edges` (e, 2) are of all rows."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    own = np.unique(rows)
    a, b = np.searchsorted(own, edges[np.isin(edges, own).all(axis=1)]).T
    graph = csr_array((np.ones(len(a), dtype=np.int8), (a, b)), shape=(len(own), len(own)))
    return int(connected_components(graph, directed=False)[0])


def _names(label: Ints, prefix: str) -> list[str]:
    width = len(str(int(label.max()) + 1))
    return [f"{prefix}{int(number) + 1:0{width}d}" for number in label]


def _broken(table: pd.DataFrame, keys: HierarchyKeys, *, spanned: bool) -> Sequence[str]:
    """Say what a level does not keep: span, balance, one piece."""
    out = []
    alone = len(table) == 1
    for row in table.to_dict("records"):
        level, name = row["level"], row["group_id"]
        n = row["n_parts"]
        asked = spanned and not (alone and level == "region")
        if asked and not keys.span_min <= n <= keys.span_max:
            led = counted(n, *_WORDS[level])
            out.append(
                f"{level} {name} has {led}; the span of control is {keys.span_min} to "
                f"{keys.span_max}"
            )
        for measure in _measures(table):
            deviation = row[f"{measure}_from_equal"]
            if abs(deviation) > keys.tolerance + _MARGIN:
                label = measure_label(measure).partition(" (")[0].lower()
                out.append(
                    f"{label} of {level} {name} is {signed_percent(deviation)} from an equal "
                    f"share; ± {percent(keys.tolerance, 0)} was asked for"
                )
        if row["n_pieces"] > 1:
            out.append(f"{level} {name} is in {row['n_pieces']} pieces")
    return out


def _measures(table: pd.DataFrame) -> list[str]:
    columns = map(str, table.columns)
    return [name.removesuffix("_goal") for name in columns if name.endswith("_goal")]


def _noted(broken: list[str]) -> list[str]:
    more = len(broken) - _NOTED
    return broken if more <= 1 else [*broken[:_NOTED], f"and {more} more of this kind"]


_WORDS = {"district": ("territory", "territories"), "region": ("district",)}
"""What the leader of a group leads, as `counted` wants it."""
