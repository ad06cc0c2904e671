"""The plan as one self-contained map: its tables turned into what `geo.map.draw` draws."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from territory.currency import code, sign, speaks
from territory.messages import counted
from territory.publish.gis import territory_layer
from territory.review.scorecard import WholeFigures, figures
from territory.whole import whole_file
from territory.wording import (
    amount,
    measure_label,
    percent,
    plan_title,
    signed_percent,
    sources_of,
    status_words,
)

if TYPE_CHECKING:
    import folium
    import pandas as pd

    from geo.map.content import Column, Kind, Level, MapContent, Tone
    from territory.plan import Plan

__all__ = ["draw_map", "folium_map", "map_content", "neighbours", "write_map"]

_MARKET = "market"
"""Type of an account that stands for all demand of a unit: it is drawn as its unit."""

_MOST_REASONS = 20_000
"""With more accounts than this only those that move say why: a page has to open in seconds."""

_TONES: Mapping[str, Tone] = {
    "optimal": "good",
    "feasible": "plain",
    "interrupted": "plain",
    "infeasible": "bad",
    "no_solution": "bad",
}


@speaks
def draw_map(plan: Plan) -> str:
    """Return the map of a plan as one HTML file that needs no network.

    Parameters
    ----------
    plan : Plan

    Returns
    -------
    str
        HTML; the same plan gives the same text.
    """
    from geo.map.draw import draw

    return draw(map_content(plan))


@speaks
def write_map(plan: Plan, path: str | Path) -> Path:
    """Write the map of a plan to a file, replacing it only when whole.

    Parameters
    ----------
    plan : Plan
    path : str or Path

    Returns
    -------
    Path
    """
    target = Path(path)
    with whole_file(target) as fresh:
        fresh.write_text(draw_map(plan), encoding="utf-8")
    return target


def map_content(plan: Plan) -> MapContent:
    """Return what the map of a plan shows.

    Parameters
    ----------
    plan : Plan

    Returns
    -------
    MapContent
        Market accounts, which stand for a whole unit, appear in their unit's tooltip and not as
        marks.
    """
    from geo.coverage.matched import known_matched
    from geo.map.content import Column, MapContent
    from territory.publish.maps.map_layers import (
        absent_layers,
        layer_units,
        layers_of,
        names_on_map,
        today_neighbours,
        zips_on_map,
    )

    record, numbers = plan.record, figures(plan)
    units = layer_units(plan)
    k = len(plan.territories)
    return MapContent(
        title=f"{plan_title(record)}: {counted(k, 'territory', 'territories')}",
        subtitle=_subtitle(plan, numbers),
        money=sign(),
        currency=code(),
        status=status_words(record),
        tone="bad" if record.violations else _TONES.get(plan.status, "plain"),
        badge="synthetic demo data" if record.synthetic else "",
        territories=_territories(plan),
        units=units,
        matched=known_matched(plan.geography),
        accounts=_accounts(plan),
        homes=plan.reps,
        columns=[*_columns(plan)],
        account_columns=[*_account_columns(plan)],
        unit_columns=[
            Column(name="n_accounts", title="Accounts", kind="count"),
            Column(name="potential_usd", title="Potential", kind="usd"),
            Column(name="workload_h", title="Workload", kind="hours"),
        ],
        layers=layers_of(plan, units),
        absent=absent_layers(plan),
        today_reps=_today_reps(plan),
        today_neighbours=today_neighbours(plan, units),
        places=names_on_map(plan),
        zips=zips_on_map(plan),
        top_tier=str(record.review.get("top_tier") or "A"),
        facts=dict(_facts(plan, numbers)),
        notes=[*_notes(plan)],
        neighbours=neighbours(plan),
        levels=_levels(plan),
        tiles=record.outputs.tiles,
    )


def _subtitle(plan: Plan, numbers: WholeFigures) -> str:
    described = plan.record.description
    counts = f"{counted(numbers['accounts'], 'account')} in {counted(numbers['units'], 'unit')}"
    sources = sources_of(plan.record) if "CC BY" in sources_of(plan.record) else ""
    return " · ".join(filter(None, (described or counts, sources)))


def _columns(plan: Plan) -> Iterator[Column]:
    from geo.map.content import Column

    yield Column(name="n_accounts", title="Accounts", kind="count")
    for measure in plan.measures:
        kind: Kind = (
            "hours" if measure.endswith("_h") else "usd" if measure.endswith("_usd") else "number"
        )
        yield Column(
            name=measure,
            title=_title(measure),
            kind=kind,
            deviation=f"{measure}_deviation",
            tolerance=float(plan.record.measures[measure].tolerance),
        )
    if "travel_h" not in plan.measures:
        yield Column(name="travel_h", title="Travel", kind="hours")
    for level, column in _levels(plan).items():
        yield Column(name=column, title=level[:-1].capitalize(), kind="text")


def _levels(plan: Plan) -> Mapping[Level, str]:
    """Return the levels above the territories; one group that holds all of them is not drawn."""
    known: Mapping[Level, str] = {"districts": "district_id", "regions": "region_id"}
    frame = plan.territories
    return {
        level: column
        for level, column in known.items()
        if column in frame and frame[column].nunique() > 1
    }


def _title(measure: str) -> str:
    return measure_label(measure).partition(" (")[0]


def _facts(plan: Plan, numbers: WholeFigures) -> Iterator[tuple[str, str]]:
    from geo.map.content import value_text

    for measure, options in plan.record.measures.items():
        worst = numbers["imbalance"][measure]
        allowed = f"±{float(options.tolerance) * 100:g} %"
        yield f"{_title(measure)}, farthest from goal", f"{percent(worst)} ({allowed} allowed)"
    yield (
        "Travel",
        f"{amount('travel_h', numbers['travel_h'])} h a year, "
        f"{percent(numbers['travel_share'], 0)} of the workload",
    )
    if numbers["has_current"]:
        moved = f"{numbers['moved_accounts']:,} ({percent(numbers['moved_accounts_share'])})"
        yield "Accounts that change rep", moved
    objective = plan.record.objective
    if math.isfinite(objective):
        yield "Cost of the plan", f"{value_text(objective, 'usd', sign())} a year"


def _notes(plan: Plan) -> Iterator[str]:
    yield from (each.text for each in plan.record.violations)
    yield from plan.record.notes


def _territories(plan: Plan) -> pd.DataFrame:
    frame = plan.territories.set_index("territory_id", drop=False)
    named = frame["rep_name"].fillna("").ne("")
    return frame.assign(
        label=frame["territory_id"], rep=frame["rep_name"].where(named, frame["rep_id"])
    )


def _account_columns(plan: Plan) -> Iterator[Column]:
    from geo.map.content import Column

    accounts = plan.accounts
    named: Sequence[tuple[str, str, Kind]] = (
        ("type", "Type", "text"),
        ("idn", "IDN", "text"),
        ("gpo", "GPO", "text"),
        ("potential_usd", "Potential", "usd"),
        ("sales_usd", "Sales, last year", "usd"),
        ("revenue_usd", "Revenue", "usd"),
        ("competitor_usd", "Competitors' sales", "usd"),
        ("n_calls", "Calls a year", "number"),
        ("workload_h", "Workload", "hours"),
        ("travel_h", "of it travel", "hours"),
    )
    for name, title, kind in named:
        if name not in accounts or (name == "revenue_usd" and "sales_usd" in accounts):
            continue
        low, high = (f"{name.removesuffix('_usd')}_{end}_usd" for end in ("low", "high"))
        interval = low in accounts and high in accounts
        yield Column(
            name=name,
            title=title,
            kind=kind,
            low=low if interval else "",
            high=high if interval else "",
        )


def _today_reps(plan: Plan) -> Mapping[str, str]:
    """Return who has a territory today: the plan keeps the reps of the territories that stay."""
    frame = _territories(plan)
    return dict(zip(frame["territory_id"].astype(str), frame["rep"].astype(str), strict=True))


def _accounts(plan: Plan) -> pd.DataFrame:
    accounts = plan.accounts.assign(exception=plan.apart)
    if "current_territory_id" in accounts and accounts["current_territory_id"].fillna("").any():
        accounts = accounts.assign(today_id=accounts["current_territory_id"].fillna(""))
    if "why" in accounts and len(accounts) > _MOST_REASONS:
        stays = accounts["current_territory_id"].eq(accounts["territory_id"])
        accounts = accounts.assign(why=accounts["why"].mask(stays, ""))
    return accounts[accounts["type"].ne(_MARKET)] if "type" in accounts else accounts


def neighbours(plan: Plan) -> list[tuple[str, str]]:
    """Return the pairs of territories that meet in the plan's adjacency, over bridges too."""
    territory = plan.alignment.set_index("unit_id")["territory_id"]
    a = plan.adjacency["unit_a"].map(territory)
    b = plan.adjacency["unit_b"].map(territory)
    met = a.ne(b) & a.notna() & b.notna()
    return sorted({(str(x), str(y)) for x, y in zip(a[met], b[met], strict=True)})


@speaks
def folium_map(plan: Plan) -> folium.Map:
    """Return a folium map of the territories and of the plan's layers, fitted to them.

    Parameters
    ----------
    plan : Plan

    Returns
    -------
    folium.Map
        In the colours of the interactive map; the tooltip tells rep, loads and deviations. A
        control chooses among the layers that there are data for, each with its legend.
    """
    from geo.map.plain import outline_map
    from geo.map.scene import scene_of

    frame = territory_layer(plan)
    ids = [str(each) for each in frame["territory_id"]]
    scene = scene_of(map_content(plan))
    labels = [_label(plan, row) for _, row in plan.territories.iterrows()]
    return outline_map(
        frame,
        name="Territories",
        fills=[scene.fills[each] for each in ids],
        labels=labels,
        scene=scene,
    )


def _label(plan: Plan, row: pd.Series) -> str:
    rep = row["rep_name"] or row["rep_id"]
    loads = [
        f"{measure_label(name)} {amount(name, row[name])} "
        f"({signed_percent(row[f'{name}_deviation'])})"
        for name in plan.measures
    ]
    return " · ".join([f"{row['territory_id']} {rep}".strip(), *loads])
