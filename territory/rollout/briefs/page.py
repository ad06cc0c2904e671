"""The brief as a page: one sheet of paper, A4 or Letter, without scripts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape
from typing import TYPE_CHECKING, Protocol

from geo.geography import polygons_of
from territory.messages import visible

if TYPE_CHECKING:
    from territory.plan import Plan
    from territory.rollout.briefs.brief import Brief, Table

__all__ = ["SmallMaps", "brief_page", "small_maps"]


class Bounded(Protocol):
    """An outline: a polygon or multipolygon."""

    bounds: tuple[float, float, float, float]
    """West, south, east, north."""
    is_empty: bool


SmallMaps = Mapping[str, Mapping[str, Bounded]]
"""Outlines by ``plan`` and, where it is known, ``today``: geometries by territory id."""

_PARTS = re.compile(r" \([^()]* [+-][\d,]+\)")
"""The parts of a reason's amount, as in " (relationships -5,446, borders +233)"."""

_STYLE = """
@page { size: auto;
  margin: 10mm;
  }
* { box-sizing: border-box;
  }
body { margin: 0;
  color: #1c2833;
  font: 10.5px/1.35 system-ui, "Segoe UI", Roboto, Arial, sans-serif;
  }
main { width: 186mm;
  max-width: 100%;
  margin: 0 auto;
  padding: 4mm;
  }
@media print { main { width: auto;
  padding: 0;
  } }
header { display: flex;
  justify-content: space-between;
  border-bottom: 2px solid #1c2833;
  padding-bottom: 4px;
  }
h1 { margin: 0;
  font-size: 19px;
  line-height: 1.2;
  overflow-wrap: anywhere;
  }
h2 { margin: 9px 0 3px;
  font-size: 12px;
  }
p { margin: 5px 0;
  } .lead { font-size: 12.5px;
  font-weight: 600;
  }
.soft { color: #5b6b7a;
  } .good { color: #2c6b3e;
  } .bad { color: #b3261e;
  }
.two { display: grid;
  grid-template-columns: 1fr 1fr;
  gap: 0 14px;
  align-items: start;
  }
.two > div { min-width: 0;
  }
table { width: 100%;
  border-collapse: collapse;
  font-variant-numeric: tabular-nums;
  table-layout: fixed;
  }
th, td { padding: 1.5px 3px;
  border-bottom: 1px solid #dde4ea;
  text-align: right;
  vertical-align: top;
  }
th { color: #5b6b7a;
  font-weight: 600;
  } th:first-child, td:first-child { text-align: left;
  }
table.figures th:first-child { width: 37%;
  } table.figures th:last-child { width: 15%;
  }
table.moves th:nth-child(1) { width: 33%;
  } table.moves th:nth-child(2), table.moves th:nth-child(3) { width: 13%;
  }
td.name, td.why, th.why { text-align: left;
  } td.name { overflow: hidden;
  white-space: nowrap;
  text-overflow: ellipsis;
  }
td.why { color: #5b6b7a;
  font-size: 9px;
  line-height: 1.2;
  } td.why span { display: -webkit-box;
  -webkit-line-clamp: 2;
  -webkit-box-orient: vertical;
  overflow: hidden;
  }
ul { margin: 2px 0;
  padding-left: 15px;
  }
dl { display: grid;
  grid-template-columns: max-content 1fr;
  gap: 1px 10px;
  margin: 2px 0;
  }
dt { color: #5b6b7a;
  } dd { margin: 0;
  }
svg { display: block;
  width: 100%;
  height: 42mm;
  background: #f5f8fa;
  }
footer { margin-top: 8px;
  border-top: 1px solid #dde4ea;
  padding-top: 3px;
  font-size: 9px;
  color: #5b6b7a;
  }
@media screen { td.why span { display: block; } }
@media screen and (max-width: 600px) {
  table.moves tr { display: grid; grid-template-columns: 1fr auto auto; }
  table.moves td, table.moves th { border-bottom: 0; }
  table.moves tr { border-bottom: 1px solid #dde4ea; }
  table.moves td.why { grid-column: 1 / -1; }
  table.moves th.why { display: none; }
  table.moves td.name { white-space: normal; }
  body { font-size: 13px; }
  .two { grid-template-columns: minmax(0, 1fr); }
  table.moves tr > * { width: auto; }
  table.moves td:nth-child(2) { white-space: nowrap; }
  td.why, footer { font-size: 11px; }
  dl { grid-template-columns: 1fr; }
  dt { margin-top: 4px; }
  }
"""


def small_maps(plan: Plan) -> SmallMaps:
    """Return the outlines that the small maps of all briefs are drawn from."""
    from territory.publish.maps.outline_map import outline_maps

    maps = outline_maps(plan)
    return {which: dict(frame.geometry.items()) for which, frame in maps.frames.items()}


def brief_page(brief: Brief, maps: SmallMaps, *, title: str) -> str:
    """Return the page; every text from outside is escaped, and nothing is loaded."""
    sections = [
        f'<p class="lead">{_ours(brief.headline)}</p>',
        '<div class="two"><div>',
        _map(brief, maps),
        "</div><div>",
        _figures(brief),
        "</div></div>",
        '<div class="two"><div>',
        _list("What is in it for you", brief.better, "good", "Nothing in these figures."),
        "</div><div>",
        _list("What you lose", brief.worse, "bad", "Nothing in these figures."),
        "</div></div>",
        _moves("You gain", "From", brief.gained),
        _moves("You hand over", "To", brief.lost),
        '<div class="two"><div>',
        _pairs("Your quota and pay", brief.pay),
        "</div><div>",
        _pairs("Dates", brief.dates),
        _pairs("What you are given (planning assumptions)", brief.resources),
        "</div></div>",
    ]
    where = _t(brief.territory)
    if brief.territory_today and brief.territory_today != brief.territory:
        where = f"{_t(brief.territory_today)} → {where}"
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="generator" content="territory-design">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
        "style-src 'unsafe-inline'\">"
        f"<title>{_t(brief.rep_name)}: {_t(brief.territory)}</title><style>{_STYLE}</style></head>"
        f"<body><main><header><div><h1>{_t(brief.rep_name)}</h1>"
        f'<span class="soft">{_t(title)}</span></div><h1>{where}</h1></header>'
        + "".join(sections)
        + "<footer>Confidential: for this rep and their manager. Revenue is a year's, as the "
        "accounts table has it; expected pay is the mean of simulated years, not a promise. "
        "Largest accounts by revenue are listed; the review sheet has all."
        "</footer></main></body></html>\n"
    )


_AMOUNT = re.compile(r"(?<=\d) (?=[BMk]\b)|(?<=\b[A-Z]{3}) (?=\d)")


def _t(text: str) -> str:
    return escape(visible(text), quote=True)


def _ours(text: str) -> str:
    """Return words of ours: an amount, its currency and its "M" or "k" stay on one line."""
    return _AMOUNT.sub("\u00a0", _t(text))


def _figures(brief: Brief) -> str:
    rows = []
    for each in brief.figures:
        css = "" if each.good is None else ' class="good"' if each.good else ' class="bad"'
        rows.append(
            f"<tr><td>{_t(each.label)}</td><td>{_ours(each.today)}</td><td>{_ours(each.plan)}</td>"
            f"<td{css}>{_t(each.change)}</td></tr>"
        )
    head = "<tr><th>Your figures</th><th>Today</th><th>Plan</th><th>Change</th></tr>"
    return f'<table class="figures">{head}{"".join(rows)}</table>'


def _list(title: str, lines: tuple[str, ...], css: str, none: str) -> str:
    items = "".join(f"<li>{_ours(line)}</li>" for line in lines)
    body = f'<ul class="{css}">{items}</ul>' if lines else f'<p class="soft">{none}</p>'
    return f"<h2>{title}</h2>{body}"


def _in_short(why: str) -> str:
    """Return a reason without the parts of its amount, so that its end is on the printed page.

    Examples
    --------
    >>> _in_short("back in T8 it would save 52 USD (travel -68, borders +16), but it breaks.")
    'back in T8 it would save 52 USD, but it breaks.'
    """
    return _PARTS.sub("", why)


def _moves(title: str, other: str, table: Table) -> str:
    if not table.n:
        return f"<h2>{title}: no account</h2>"
    rows = "".join(
        f'<tr><td class="name">{_t(name)}</td><td>{_t(sales)}</td><td>{_t(place)}</td>'
        f'<td class="why"><span>{_t(_in_short(why))}</span></td></tr>'
        for name, sales, place, why in table.rows
    )
    more = f'<p class="soft">and {table.more:,} more</p>' if table.more else ""
    plural = "account" if table.n == 1 else "accounts"
    head = f'<tr><th>Account</th><th>Revenue</th><th>{other}</th><th class="why">Why</th></tr>'
    return (
        f"<h2>{title} {table.n:,} {plural} with {_t(table.revenue)} of revenue</h2>"
        f'<table class="moves">{head}{rows}</table>{more}'
    )


def _pairs(title: str, pairs: tuple[tuple[str, str], ...]) -> str:
    if not pairs:
        return ""
    rows = "".join(f"<dt>{_t(key)}</dt><dd>{_t(value)}</dd>" for key, value in pairs)
    return f"<h2>{title}</h2><dl>{rows}</dl>"


def _map(brief: Brief, maps: SmallMaps) -> str:
    """Draw the territory in the plan, filled, over its outline of today, dashed."""
    own = maps["plan"].get(brief.territory)
    before = maps.get("today", {}).get(brief.territory_today)
    shown = [shape for shape in (own, before) if shape is not None and not shape.is_empty]
    if not shown:
        return '<p class="soft">The territory has no area on the map.</p>'
    bounds = [shape.bounds for shape in shown]
    west, south = min(b[0] for b in bounds), min(b[1] for b in bounds)
    east, north = max(b[2] for b in bounds), max(b[3] for b in bounds)
    pad = 0.12 * max(east - west, north - south)
    west, south, east, north = west - pad, south - pad, east + pad, north + pad
    scale = 600.0 / max(east - west, north - south)

    def path(shape: object) -> str:
        rings = [ring for part in polygons_of(shape) for ring in (part.exterior, *part.interiors)]
        return " ".join(
            "M"
            + "L".join(
                f"{(x - west) * scale:.1f},{(north - y) * scale:.1f}" for x, y in ring.coords
            )
            + "Z"
            for ring in rings
        )

    inside = [
        (name, shape)
        for name, shape in maps["plan"].items()
        if name != brief.territory
        and shape.bounds[0] < east
        and shape.bounds[2] > west
        and shape.bounds[1] < north
        and shape.bounds[3] > south
    ]
    lines = [
        f'<path d="{path(shape)}" fill="#ffffff" stroke="#c3cbd3" stroke-width="1.5"/>'
        for _, shape in inside
    ]
    if own is not None:
        lines.append(
            f'<path d="{path(own)}" fill="#9cc3dd" fill-rule="evenodd" stroke="#2a6f97" '
            'stroke-width="3"/>'
        )
    if before is not None:
        lines.append(
            f'<path d="{path(before)}" fill="none" stroke="#b3261e" stroke-width="3" '
            'stroke-dasharray="9 6"/>'
        )
    key = "blue: the plan" + ("; dashed red: today" if before is not None else "")
    width, height = (east - west) * scale, (north - south) * scale
    return (
        f'<svg viewBox="0 0 {width:.0f} {height:.0f}" role="img" '
        f'aria-label="map of the territory">{"".join(lines)}</svg><p class="soft">{key}</p>'
    )
