"""The account: every column that is read, carried, saved and shown, in one table.

Reading (`inputs.headers.columns`), carrying through the stages, saving, reading back
(`publish.folder`), the workbook and the command ``territory columns`` all derive from it. A new
column of the account is one row here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Literal

from territory.dictionary.field import ColumnKind, Field

__all__ = ["ACCOUNT", "AccountField", "carried", "further", "in_order", "standard"]

Stage = Literal["given", "market", "work", "plan", "review", "explain"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountField(Field):
    """One column of the account.

    Attributes
    ----------
    read : bool
        Whether it is a column of the user's table.
    stage : {"given", "market", "work", "plan", "review", "explain"}
        Who gives it its last value: the user, or one of the stages on the way to the plan.
    saved : bool
        Whether every ``accounts.csv`` has it; others are there where a stage gave them.
    """

    read: bool = False
    stage: Stage = "plan"
    saved: bool = False


_SOURCE = {
    "given": "the user's table",
    "market": "the market's stage ([market], [tiers], [segments], [affiliations])",
    "work": "the call plan ([callplan])",
    "plan": "the plan",
    "review": "the review ([review], the sales history)",
    "explain": "the plan's own model, as `territory explain` tells it",
}


def _read(
    name: str, kind: ColumnKind, sentence: str, unit: str = "", *, saved: bool = False
) -> AccountField:
    return AccountField(
        name=name, kind=kind, sentence=sentence, unit=unit, source=_SOURCE["given"],
        read=True, stage="given", saved=saved,
    )  # fmt: skip


def _made(
    stage: Stage, name: str, kind: ColumnKind, sentence: str, unit: str = "", formula: str = ""
) -> AccountField:
    return AccountField(
        name=name, kind=kind, sentence=sentence, unit=unit, formula=formula,
        source=_SOURCE[stage], stage=stage, saved=stage == "plan",
    )  # fmt: skip


ACCOUNT: tuple[AccountField, ...] = (
    _read("account_id", "id", "the account's own id", saved=True),
    _read("name", "text", "the account's name", saved=True),
    _read("unit_id", "text", "the unit it lies in", saved=True),
    _made("plan", "territory_id", "id", "the territory that serves it"),
    _made("plan", "rep_id", "id", "the rep of that territory"),
    _read("lon", "lon", "longitude in degrees", "degrees", saved=True),
    _read("lat", "lat", "latitude in degrees", "degrees", saved=True),
    _read("potential_usd", "number", "potential in USD a year", "USD a year", saved=True),
    _read("service_h", "number", "hours a year without travel", "h a year", saved=True),
    _made(
        "plan", "travel_h", "number", "hours a year on the road to it, from its rep's home",
        "h a year",
        "n_calls * (2 * minutes + (stops_per_trip - 1) * hop_min) / stops_per_trip / 60 "
        "* travel_factor",
    ),
    _made(
        "plan", "workload_h", "number", "hours a year that it takes", "h a year",
        "service_h + travel_h",
    ),
    _read("tier", "text", "importance", saved=True),
    _made(
        "plan", "exception", "truth", "whether it is assigned by name, apart from its unit",
    ),
    _read("type", "text", "hospital, asc, …", saved=True),
    _read("n_calls", "number", "calls a year", "calls a year", saved=True),
    _made("plan", "minutes", "number", "way from its rep's home, one way", "min"),
    _made(
        "plan", "hop_min", "number", "way from the stop before it on a trip", "min",
        "0.75 * mean way to the four nearest called accounts "
        "/ sqrt(min(1, their mean calls a week))",
    ),
    _made("plan", "on_site_min", "number", "stay of one call", "min",
          "60 * (service_h - admin_h) / max(n_calls, 1)"),
    _made(
        "plan", "stops_per_trip", "number", "stops that fit into a trip that visits it", "",
        "max(2, (60 * travel.day_h - on_site_min - 2 * minutes + hop_min) "
        "/ max(hop_min + on_site_min, 1)); "
        "of trips with nights: what fits into their days, 2 to 9",
    ),
    _made(
        "plan", "travel_factor", "positive", "what routed tours made of the estimate; 1 = unrouted"
    ),
    _made("plan", "nights", "number", "nights away that its calls need",
          "nights a year",
          "n_calls * (days of the trip - 1) / stops_per_trip; where tours say otherwise, travel_h "
          "* nights_per_h of its territory beyond travel.overnight_min, 0 nearer"),
    _read(
        "revenue_usd", "signed", "sales in USD a year; credits are negative", "USD a year",
        saved=True,
    ),
    _read("idn", "text", "health system", saved=True),
    _made(
        "plan", "current_territory_id", "id", "the territory that serves it today; empty: none"
    ),
    _made(
        "plan", "current_travel_h", "number",
        "hours a year on the road from its rep of today; empty: not known", "h a year",
        "as travel_h, from today's home",
    ),
    _made(
        "plan", "handover_usd", "number", "price of giving it to another rep", "USD a year",
        "max(revenue_usd, 0) * min(1, objective.handover + objective.handover_tenure * tenure_y) "
        "+ objective.handover_pipeline * pipeline_usd; "
        "0 without a rep today",
    ),
    _made("plan", "team", "text", "the team whose territories these are: rollout.team"),
    _made(
        "market", "potential_mean_usd", "number",
        "its potential on average; totals to be expected sum these", "USD a year",
    ),
    _made(
        "market", "potential_low_usd", "number", "lower end of its potential (80 of 100 accounts)",
        "USD a year",
    ),
    _made(
        "market", "potential_high_usd", "number", "upper end of its potential (80 of 100 accounts)",
        "USD a year",
    ),
    _made("market", "potential_estimated", "truth", "whether its volume was taken from peers"),
    _made("market", "potential_basis", "text", "how its potential was reckoned, in words"),
    _made(
        "market", "procedures_all_payers", "number", "procedures of all payers", "a year",
        "procedures / share that the source counts",
    ),
    _made("market", "score", "number", "score that its tier follows from, 0 to 1", "",
          "sum of score_{factor}"),
    _made("market", "segment", "text", "segment of [segments]"),
    _made("market", "idn_owner", "text", "its direct owner, below the health system"),
    _made("market", "score_{factor}", "signed", "points that one factor of [tiers] adds", "",
          "weight * value of the factor scaled to 0-1"),
    _made("work", "planned_calls", "number", "sales calls", "a year", "4 * calls_q"),
    _made("work", "case_visits", "number", "visits to attend cases", "a year",
          "procedures * coverage / cases_per_visit"),
    _made("work", "calls_h", "number", "hours of calls", "h a year",
          "planned_calls * visit_min / 60"),
    _made("work", "admin_h", "number", "hours of office work", "h a year",
          "planned_calls * admin_min / 60"),
    _made("work", "cases_h", "number", "hours of attended cases", "h a year",
          "procedures * coverage * case_h"),
    _made("work", "training_h", "number", "hours of training", "h a year"),
    _made("work", "credentialing_h", "number", "hours of credentialing", "h a year"),
    _made("review", "sales_usd", "signed", "sales of the last four quarters", "USD a year"),
    _made("review", "sales_before_usd", "signed", "sales of the four quarters before",
          "USD a year"),
    _made("review", "growth_area", "truth", "whether it lies where demand grows"),
    _made("review", "competitor_usd", "number", "what competitors sell to it", "USD a year"),
    _made("explain", "reason", "text",
          "why it moves or stays: vacant, closed, pinned, forbidden, radius, together, unit, "
          "contiguity, balance, moves, cost, open"),
    _made("explain", "why", "text", "the same in a sentence, with the numbers"),
    _read("address", "text", "street"),
    _read("city", "text", "city"),
    _read("state", "text", "USPS code"),
    _read("zip", "zip", "ZIP code, five digits"),
    _read("county_fips", "fips", "county FIPS code, five digits"),
    _read("country", "text", "country; says whether a postal code is a ZIP code"),
    _read("gpo", "text", "purchasing group"),
    _read("tenure_y", "number", "years with its rep", "years"),
    _read("pipeline_usd", "number", "open deals, what they would bring", "USD"),
    _read("ccn", "ccn", "CMS certification number"),
    _read("npi", "npi", "national provider identifier"),
)  # fmt: skip
"""Columns of ``accounts.csv`` in their order; what only the user's table has stands at the end."""

_NAMES = frozenset(field.name for field in ACCOUNT)


def standard(name: str) -> AccountField | None:
    """Return the column of a name, or None for one of the user's own."""
    family = "score_{factor}" if name.startswith("score_") else name
    return next((field for field in ACCOUNT if field.name == family), None)


def carried(stage: Stage, columns: Iterable[object]) -> list[str]:
    """Return those of some columns that a stage gives and the plan's accounts take over."""
    there = [str(name) for name in columns]
    out = []
    for field in ACCOUNT:
        if field.stage != stage or field.saved:
            continue
        if field.name.endswith("{factor}"):
            prefix = field.name.removesuffix("{factor}")
            out += [name for name in there if name.startswith(prefix)]
        elif field.name in there:
            out.append(field.name)
    return out


def further(columns: Iterable[str], taken: Collection[str]) -> dict[str, str]:
    """Return what the columns of the user's table are called in the plan, those it lacks.

    Parameters
    ----------
    columns : iterable of str
        Of the user's table.
    taken : collection of str
        Columns that the plan's accounts have already.

    Returns
    -------
    dict of str to str
        A name that the plan uses for something else gets ``given_`` in front.

    Examples
    --------
    >>> further(["account_id", "Rep note", "minutes", "zip"], {"account_id", "minutes"})
    {'Rep note': 'Rep note', 'minutes': 'given_minutes', 'zip': 'zip'}
    """
    read = {field.name for field in ACCOUNT if field.read}
    out: dict[str, str] = {}
    for name in columns:
        if name in taken and (name in read or name not in _NAMES):
            continue  # the plan has it, perhaps as a measure
        free = name if name in read or name not in _NAMES else f"given_{name}"
        while free in taken or free in out.values():
            free = f"given_{free}"
        out[name] = free
    return out


def in_order(columns: Iterable[str]) -> list[str]:
    """Return columns of every plan in the table's order; others keep theirs, behind."""
    there = list(columns)
    saved = [field.name for field in ACCOUNT if field.saved and field.name in there]
    return [*saved, *(name for name in there if name not in saved)]
