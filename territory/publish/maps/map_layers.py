"""The numbers of units that a map can show, today's territories by unit, and the names around."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

    from geo.map.content import Layer
    from territory.plan import Plan

__all__ = [
    "absent_layers",
    "layer_units",
    "layers_of",
    "names_on_map",
    "today_neighbours",
    "zips_on_map",
]

_NO_SALES = "the plan has no sales history; name one under [inputs] and design again"
_NO_RIVALS = "competitors are not known; name a column as review.competitor_column"
_NO_GROWTH = "no growth areas are named; set review.growth_units or review.growth_column"
_NO_TODAY = "today's alignment is not known; name one under [inputs]"


def layer_units(plan: Plan) -> GeoDataFrame:
    """Return the units with everything that a layer can show.

    Returns
    -------
    GeoDataFrame
        Sums over the unit's accounts, NaN where no account of it has a value, and ratios of sums;
        ``today_id`` and ``today_known`` where today's alignment is known.
    """
    units, accounts = plan.geography.units, plan.accounts
    ids = units.index
    by_unit = accounts.groupby("unit_id")
    territory = plan.alignment.set_index("unit_id")["territory_id"]

    def total(column: str) -> NDArray[np.float64]:
        if column not in accounts:
            return np.full(len(ids), np.nan)
        return by_unit[column].sum(min_count=1).reindex(ids).to_numpy(dtype=np.float64)

    n = by_unit.size().reindex(ids, fill_value=0).to_numpy(dtype=np.float64)
    potential, hours = total("potential_usd"), total("workload_h")
    sold = "sales_usd" if "sales_usd" in accounts else "revenue_usd"
    sales, rivals = total(sold), total("competitor_usd")
    # As in the scorecard. Unknown is not 0: ratios and white space are of the accounts whose
    # revenue is known.
    revenue = total("revenue_usd")
    bought, held = (_or_unknown(accounts, each) for each in ("revenue_usd", "competitor_usd"))
    worth = accounts["potential_usd"]
    bought_of, held_of, free = (
        each.groupby(accounts["unit_id"]).sum(min_count=1).reindex(ids).to_numpy(dtype=np.float64)
        for each in (
            worth.where(bought.notna()),
            worth.where(held.notna()),
            (worth - bought - held).clip(lower=0.0),
        )
    )
    area_km2 = units.geometry.area.to_numpy() / 1e6
    with np.errstate(divide="ignore", invalid="ignore"):
        columns = {
            "potential_per_account": potential / n,
            "potential_per_km2": potential / area_km2,
            "potential_per_h": np.where(hours > 0, potential / hours, np.nan),
            "accounts_per_1000_km2": np.where(n > 0, 1000 * n / area_km2, np.nan),
            "penetration": np.where(bought_of > 0, revenue / bought_of, np.nan),
            "competitor_share": np.where(held_of > 0, rivals / held_of, np.nan),
            "white_space_usd": free,
        }
    if "growth_area" in accounts:
        growing = accounts["growth_area"].astype(float)
        found = growing.groupby(accounts["unit_id"]).max().reindex(ids)
        columns["growing"] = found.to_numpy(dtype=np.float64)
    out: GeoDataFrame = units.assign(
        territory_id=territory.reindex(ids).fillna(""),
        n_accounts=n.astype(int),
        potential_usd=potential,
        workload_h=hours,
        travel_h=total("travel_h"),
        sales_usd=sales,
        **columns,
    )
    today = _today(plan)
    return out if today is None else out.assign(today_id=today[0], today_known=today[1])


def layers_of(plan: Plan, units: GeoDataFrame) -> list[Layer]:
    """Return the layers that there are data for, in the order in which they are offered."""
    from geo.map.content import Layer

    found = [
        Layer(key="potential", title="Potential", group="Market", column="potential_usd",
              kind="usd", note="Potential a year."),
        Layer(key="potential-per-account", title="Potential per account", group="Market",
              column="potential_per_account", kind="usd", note="Potential a year ÷ accounts."),
        Layer(key="potential-per-km2", title="Potential per km²", group="Market",
              column="potential_per_km2", kind="usd", note="Potential a year ÷ area."),
        Layer(key="potential-per-hour", title="Potential per hour", group="Market",
              column="potential_per_h", kind="usd", note="Potential ÷ hours of work with travel."),
        Layer(key="accounts-per-area", title="Accounts per 1,000 km²", group="Market",
              column="accounts_per_1000_km2", note="Accounts ÷ area."),
    ]  # fmt: skip
    if _known(units, "competitor_share"):
        found += [
            Layer(key="competitors", title="Competitors' share", group="Market", ramp="orange",
                  column="competitor_share", kind="share",
                  note="Competitors' sales ÷ potential; 0 is: looked, and none there."),
            Layer(key="white-space", title="White space", group="Market", ramp="green",
                  column="white_space_usd", kind="usd",
                  note="Potential that neither we nor competitors serve."),
        ]  # fmt: skip
    if "growing" in units:
        found.append(
            Layer(key="growth", title="Growth areas", group="Market", ramp="flag",
                  column="growing", words=("growth area", "elsewhere"))
        )  # fmt: skip
    if _known(units, "sales_usd"):
        found += [
            Layer(key="sales", title="Sales today", group="Sales", ramp="green",
                  column="sales_usd", kind="usd", note=_span(plan)),
            Layer(key="penetration", title="Penetration", group="Sales", ramp="green",
                  column="penetration", kind="share",
                  note="Revenue ÷ potential, where the revenue is known."),
        ]  # fmt: skip
    found += [
        Layer(key="workload", title="Workload", group="Work", ramp="purple",
              column="workload_h", kind="hours", note="Hours a year, with travel."),
        Layer(key="travel", title="Travel", group="Work", ramp="purple", column="travel_h",
              kind="hours", note="Hours a year on the road."),
    ]  # fmt: skip
    return found


def _span(plan: Plan) -> str:
    span = plan.record.review.get("sales_span")
    return f"Sales {span}." if span else "Revenue a year, as the accounts give it."


def _or_unknown(accounts: pd.DataFrame, column: str) -> pd.Series:
    return accounts[column].astype(float) if column in accounts else accounts["lon"] * np.nan


def _known(units: pd.DataFrame, column: str) -> bool:
    return bool(units[column].notna().any())


def absent_layers(plan: Plan) -> Mapping[str, str]:
    """Return the layers that the plan has no data for, and what would bring them."""
    accounts = plan.accounts
    absent = {}
    if not {"sales_usd", "revenue_usd"} & set(accounts.columns):
        absent["Sales and penetration"] = _NO_SALES
    if "competitor_usd" not in accounts:
        absent["Competitors and white space"] = _NO_RIVALS
    if "growth_area" not in accounts:
        absent["Growth areas"] = _NO_GROWTH
    if _today(plan) is None:
        absent["Today and changes"] = _NO_TODAY
    return absent


def _today(plan: Plan) -> tuple[pd.Series, pd.Series] | None:
    """Return each unit's territory of today, and whether its own accounts say so.

    The territory is that of most of the unit's accounts today. A unit without such accounts takes
    after its neighbours, those with the longest border first, ring by ring.
    """
    import pandas as pd

    accounts, ids = plan.accounts, plan.geography.units.index
    if "current_territory_id" not in accounts:
        return None
    current = accounts["current_territory_id"].fillna("").astype(str)
    known = accounts[current.ne("")]
    if known.empty:
        return None
    counts = known.groupby(["unit_id", "current_territory_id"]).size().reset_index(name="n")
    counts = counts.sort_values(
        ["unit_id", "n", "current_territory_id"], ascending=[True, False, True]
    )
    owner = counts.drop_duplicates("unit_id").set_index("unit_id")["current_territory_id"]
    owned = owner.reindex(ids).fillna("").astype(str)
    found = {str(unit): str(name) for unit, name in zip(ids, owned, strict=True)}
    said = pd.Series([bool(found[str(unit)]) for unit in ids], index=ids)
    around: dict[str, list[tuple[float, str]]] = {str(unit): [] for unit in ids}
    rows = plan.adjacency
    for a, b, border in zip(rows["unit_a"], rows["unit_b"], rows["border_km"], strict=True):
        around[str(a)].append((float(border), str(b)))
        around[str(b)].append((float(border), str(a)))
    empty = sorted(unit for unit in found if not found[unit])
    while empty:
        ring = {}
        for unit in empty:
            near = sorted((-border, other) for border, other in around[unit] if found[other])
            if near:
                ring[unit] = found[near[0][1]]
        if not ring:
            break
        found.update(ring)
        empty = [unit for unit in empty if unit not in ring]
    return pd.Series([found[str(unit)] for unit in ids], index=ids, dtype="str"), said


def today_neighbours(plan: Plan, units: GeoDataFrame) -> list[tuple[str, str]]:
    """Return the pairs of today's territories that meet."""
    if "today_id" not in units:
        return []
    a = plan.adjacency["unit_a"].map(units["today_id"])
    b = plan.adjacency["unit_b"].map(units["today_id"])
    met = a.ne(b) & a.fillna("").ne("") & b.fillna("").ne("")
    return sorted({(min(x, y), max(x, y)) for x, y in zip(a[met], b[met], strict=True)})


def names_on_map(plan: Plan) -> pd.DataFrame:
    """Return the cities, counties and states that lie in the plan's units."""
    import pandas as pd

    from geo.map.places import cities_within, names_of_units

    units = plan.geography.units
    return pd.concat([cities_within(units), names_of_units(units)], ignore_index=True)


def zips_on_map(plan: Plan) -> pd.DataFrame | None:
    """Return the US ZIP codes of the plan's units; None where the ids are not American."""
    from geo.map.places import zips_within

    units = plan.geography.units
    first = units.index.str.partition(":").to_frame()[0]
    american = first.str.fullmatch(r"\d{5}").mean() > 0.5
    return zips_within(units) if american else None
