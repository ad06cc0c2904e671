"""The parts of a map page that are plain HTML: head, scorecard table, search box and legend."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from geo.map.content import (
    MapContent,
    as_number,
    deviation_text,
    is_out,
    plain_text,
    value_text,
)
from geo.map.escaping import brief, html_text
from geo.map.offline import resource
from geo.map.scene import Scene, flags_of, texts_of

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Tier", "panel_html", "tiers"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tier:
    """How the accounts of one tier are drawn.

    Attributes
    ----------
    name : str
        As in the accounts table; "" is untiered.
    title : str
        What people read.
    count : int
        Accounts of this tier on the map.
    radius, weight : float
        Of the circle, pixels.
    fill, stroke : str
        Colours "#RRGGBB".
    """

    name: str
    title: str
    count: int
    radius: float
    fill: str
    stroke: str
    weight: float


# radius, fill, stroke, weight: size falls with the tier, and from C on the circle is open, so that
# tiers are told apart without colour.
_MARKS: tuple[tuple[float, str, str, float], ...] = (
    (7.5, "#14202E", "#FFFFFF", 1.4),
    (5.6, "#14202E", "#FFFFFF", 1.2),
    (4.6, "#FFFFFF", "#14202E", 1.6),
    (3.2, "#FFFFFF", "#14202E", 1.1),
)
_UNTIERED = (3.2, "#7A8794", "#FFFFFF", 0.8)


def tiers(names: "pd.Series[str]") -> tuple[Tier, ...]:
    """Return the tiers that occur, best first, with their marks.

    Parameters
    ----------
    names : Series of str
        Tier of each account, "" for none.

    Returns
    -------
    tuple of Tier
        A to D have marks of their own; other names get them in sorted order, the last one for all
        that are left.
    """
    counts = names.value_counts()
    usual = ("A", "B", "C", "D")
    present = sorted(str(name) for name in counts.index if name != "")
    letters = set(present) <= set(usual)
    found = []
    for rank, name in enumerate(present):
        mark = _MARKS[usual.index(name) if letters else min(rank, len(_MARKS) - 1)]
        found.append((name, f"Tier {name}", mark))
    if "" in counts.index:
        found.append(("", "Untiered" if present else "Account", _UNTIERED))
    return tuple(
        Tier(
            name=name,
            title=title,
            count=int(counts[name]),
            radius=radius,
            fill=fill,
            stroke=stroke,
            weight=weight,
        )
        for name, title, (radius, fill, stroke, weight) in found
    )


def panel_html(
    scene: Scene,
    *,
    fills: Sequence[str],
    tier_marks: Sequence[Tier],
    legend_notes: Sequence[str],
) -> str:
    """Return head, panel and legend as finished HTML in which every text is escaped.

    Parameters
    ----------
    scene : Scene
    fills : sequence of str, length k
        Colour of each territory.
    tier_marks : sequence of Tier
    legend_notes : sequence of str
        Remarks on what is not drawn.

    Returns
    -------
    str
    """
    from jinja2 import Environment
    from markupsafe import Markup

    def finalize(value: object) -> object:
        return value if isinstance(value, Markup) else Markup(html_text(value))

    environment = Environment(
        autoescape=True, finalize=finalize, trim_blocks=True, lstrip_blocks=True
    )
    content = scene.content
    kinds = texts_of(scene.homes, "kind")
    n_centers, n_homes = int((kinds == "center").sum()), int((kinds != "center").sum())
    n_exceptions = sum(flags_of(scene.accounts, "exception"))
    return environment.from_string(resource("map.html.j2")).render(
        title=content.title,
        subtitle=content.subtitle,
        badge=content.badge,
        status=content.status,
        tone=content.tone,
        facts=list(content.facts.items()),
        notes=list(content.notes),
        heads=_heads(content),
        rows=_rows(content, fills),
        tiers=[
            {
                "title": tier.title,
                "count": f"{tier.count:,}",
                "radius": f"{tier.radius:g}",
                "fill": tier.fill,
                "stroke": "#14202E" if tier.stroke == "#FFFFFF" else tier.stroke,
                "weight": f"{tier.weight if tier.stroke != '#FFFFFF' else 0:g}",
            }
            for tier in tier_marks
        ],
        homes=f"{n_homes:,}" if n_homes else "",
        centers=f"{n_centers:,}" if n_centers else "",
        exceptions=f"{n_exceptions:,}" if n_exceptions else "",
        borders=bool(scene.shapes.units),
        levels=list(content.levels),
        legend_notes=list(legend_notes),
        searched=", ".join(_searched(content)),
    )


def _searched(content: MapContent) -> list[str]:
    """Return what there is to search, in people's words."""
    accounts = content.accounts
    there = {
        "territory, rep": len(content.territories) > 0,
        "account": len(accounts) > 0,
        "IDN": bool((texts_of(accounts, "idn") != "").any()),
        "GPO": bool((texts_of(accounts, "gpo") != "").any()),
        "ZIP": content.zips is not None and len(content.zips) > 0,
        "county, city": content.places is not None and len(content.places) > 0,
        "unit": len(content.units) > 0,
    }
    return [name for name, known in there.items() if known]


def _heads(content: MapContent) -> list[Mapping[str, object]]:
    heads: list[Mapping[str, object]] = [{"title": "Territory", "numeric": False}]
    units = {"hours": "h a year", "usd": content.currency}
    for column in content.columns:
        heads.append(
            {
                "title": column.title,
                "unit": units.get(column.kind, ""),
                "numeric": column.kind != "text",
            }
        )
        if column.deviation:
            within = "" if math.isnan(column.tolerance) else f"±{column.tolerance * 100:g} %"
            hint = f"{column.title}: deviation from the goal"
            if within:
                hint += f"; {within} is allowed"
            heads.append({"title": "vs. goal", "unit": within, "numeric": True, "hint": hint})
    return heads


def _rows(content: MapContent, fills: Sequence[str]) -> list[Mapping[str, object]]:
    frame = content.territories
    rows: list[Mapping[str, object]] = []
    for position, (name, fill) in enumerate(zip(frame.index, fills, strict=True)):
        values = frame.iloc[position]
        cells: list[Mapping[str, object]] = []
        for column in content.columns:
            value = values[column.name]
            text = value_text(value, column.kind, content.money)
            cells.append(
                {
                    "value": _sortable(value, text if column.kind == "text" else None),
                    "text": text.removesuffix(" h"),
                }
            )
            if column.deviation:
                cells.append(_deviation_cell(values[column.deviation], column.tolerance))
        label = plain_text(values.get("label", "")) or str(name)
        rows.append(
            {
                "label": label,
                "brief": brief(label, 34),
                "rep": plain_text(values.get("rep", "")),
                "fill": fill,
                "cells": cells,
            }
        )
    return rows


def _deviation_cell(value: object, tolerance: float) -> Mapping[str, object]:
    number = as_number(value)
    cell: dict[str, object] = {
        "value": _sortable(value),
        "text": deviation_text(value, tolerance=tolerance) or "–",
    }
    if not math.isnan(number) and tolerance > 0:
        cell["out"] = is_out(number, tolerance)
        width = min(abs(number) / tolerance, 1.0) * 50
        start = 50 - width if number < 0 else 50
        cell["bar"] = f"left:{start:.0f}%;width:{width:.0f}%"
    return cell


def _sortable(value: object, text: str | None = None) -> str:
    if text is not None:
        return text
    number = as_number(value)
    return "" if math.isnan(number) else repr(number)
