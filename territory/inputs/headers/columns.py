"""The tables a scenario can name, and what each of their columns means."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import cast

from territory.dictionary.accounts import ACCOUNT
from territory.dictionary.field import ColumnKind
from territory.dictionary.further_files import FURTHER_REPS
from territory.inputs.headers import standard as headers
from territory.inputs.headers.languages import ABROAD

__all__ = ["FACT_TABLES", "TABLES", "Column", "ColumnKind", "columns_of"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table.

    Parameters
    ----------
    name : str
        Our name.
    kind : ColumnKind
        How its cells are read: ``number`` is at least 0, ``positive`` above 0, ``signed``
        any number; the codes and the rest are text.
    description : str
        For messages.
    aliases : tuple of str, optional
        Headers that mean the same; case, blanks and punctuation do not matter.
    required : bool, optional
        Whether the table is unusable without it.
    stand_ins : tuple of str, optional
        Headers that are taken where there is none of the others.
    caution : str, optional
        What to warn of when a stand-in is taken.
    absent : str, optional
        What else to do where there is none, behind the hint.
    """

    name: str
    kind: ColumnKind
    description: str
    aliases: tuple[str, ...] = ()
    required: bool = False
    stand_ins: tuple[str, ...] = ()
    caution: str = ""
    absent: str = ""


_PRODUCT = ("product id", "sku", "product name", *ABROAD["product"])
_SALES_CAUTION = "a CRM's AnnualRevenue often is what the customer earns, not what it buys from you"

_HEADERS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = MappingProxyType(
    {
        "account_id": (headers.ACCOUNT_ID, headers.ACCOUNT_ID_STAND_INS),
        "name": (
            headers.NAME,
            ("account", "company", "customer", "client", "facility", "kunde", "klant", "cliente"),
        ),
        "type": (headers.TYPE, headers.TYPE_STAND_INS),
        "address": (headers.STREET, headers.STREET_STAND_INS),
        "city": (headers.CITY, headers.CITY_STAND_INS),
        "state": (headers.STATE, headers.STATE_STAND_INS),
        "zip": (headers.ZIP, headers.ZIP_STAND_INS),
        "county_fips": (headers.COUNTY, ()),
        "unit_id": (("unit", *ABROAD["unit"]), ()),
        "country": (headers.COUNTRY, headers.COUNTRY_STAND_INS),
        "lon": (headers.LON, headers.LON_STAND_INS),
        "lat": (headers.LAT, headers.LAT_STAND_INS),
        "idn": (headers.IDN, headers.IDN_STAND_INS),
        "gpo": (headers.GPO, ()),
        "tier": (("segment", "account tier", *ABROAD["tier"]), ()),
        "service_h": (headers.SERVICE, ()),
        "n_calls": (headers.CALLS, ()),
        "potential_usd": (headers.POTENTIAL, ()),
        "revenue_usd": (headers.REVENUE, ("annual revenue",)),
        "tenure_y": (("tenure", "tenure years"), ()),
        "pipeline_usd": (headers.PIPELINE, ()),
        "ccn": (("cms certification number", "medicare id"), ()),
        "npi": (("npi number", "npi num"), ()),
    }
)
"""Headers and stand-ins of the account's columns."""


def _account(name: str) -> Column:
    """Return a column of the accounts' table, from the one table of the account's columns."""
    field = next(each for each in ACCOUNT if each.name == name)
    aliases, stand_ins = _HEADERS[name]
    return Column(
        name,
        field.kind,
        field.sentence,
        aliases,
        required=name == "account_id",
        stand_ins=stand_ins,
        caution=_SALES_CAUTION if name == "revenue_usd" else "",
    )


_READ = {name: _account(name) for name in _HEADERS}
_COUNTRY = _READ["country"]
_ACCOUNT = replace(
    _READ["account_id"],
    aliases=tuple(each for each in headers.ACCOUNT_ID if each not in headers.BARE_IDS),
    stand_ins=(*headers.ACCOUNT_ID_STAND_INS, *headers.BARE_IDS),
)
"""The account in a table of something else, whose rows may have ids of their own."""

_BOUGHT = replace(_ACCOUNT, stand_ins=(*headers.CUSTOMER, *_ACCOUNT.stand_ins))
"""The account of a sale: invoices call it the customer."""

_IDN, _GPO = _READ["idn"], _READ["gpo"]
_CODES = (_READ["ccn"], _READ["npi"])
_ACTIVITY = (_READ["service_h"], _READ["n_calls"], _READ["potential_usd"])

TABLES: Mapping[str, tuple[Column, ...]] = MappingProxyType(
    {
        "accounts": tuple(column for column in _READ.values() if column not in _CODES),
        "reps": (
            Column(
                "rep_id",
                "id",
                "the rep's own id",
                headers.REP_ID,
                required=True,
                stand_ins=headers.REP_ID_STAND_INS,
            ),
            Column("name", "text", "the rep's name", headers.REP_NAME),
            Column("territory_id", "text", "the rep's territory", headers.TERRITORY),
            Column("lon", "lon", "longitude of the home", headers.HOME_LON),
            Column("lat", "lat", "latitude of the home", headers.HOME_LAT),
            Column("zip", "zip", "ZIP code of the home", headers.HOME_ZIP),
            Column("city", "text", "city of the home", headers.HOME_CITY),
            Column("state", "text", "state of the home", ("home state", *headers.STATE)),
            _COUNTRY,
            Column("fte", "positive", "full-time equivalent", headers.FTE),
            Column(
                "capacity_h",
                "positive",
                "hours a year",
                ("capacity", "capacity hours", *ABROAD["capacity"]),
            ),
        ),
        "units": (
            Column(
                "unit_id",
                "id",
                "county FIPS code, ZIP code or polygon id",
                (
                    "unit",
                    "geo id",
                    *headers.COUNTY,
                    "county fips",
                    *headers.ZIP,
                    "zip",
                    "zcta",
                    "id",
                    *ABROAD["unit"],
                ),
                required=True,
            ),
            Column("name", "text", "the unit's name", ("unit name", "county name")),
            *_ACTIVITY,
        ),
        "alignment": (
            replace(
                _ACCOUNT,
                kind="text",
                description="an account",
                aliases=(*_ACCOUNT.aliases, "object id"),
                required=False,
            ),
            Column(
                "unit_id",
                "text",
                "a unit",
                headers.UNIT,
            ),
            Column(
                "territory_id",
                "text",
                "today's territory or rep",
                (*headers.TERRITORY, *headers.TODAY),
                required=True,
                stand_ins=headers.OWNER,
            ),
            Column("start_date", "text", "first day in force", headers.STARTS),
            Column("end_date", "text", "last day in force", headers.ENDS),
            Column(
                "role",
                "text",
                "primary, overlay, …",
                (
                    *("role in territory", "role in territory 2", "alignment type", "role type"),
                    *("assignment type", "assignment role", "coverage type", "rolle", "rôle"),
                ),
                stand_ins=("is primary", "primary", "primary flag", "primary assignment", "team"),
            ),
            Column(
                "share",
                "text",
                "the rep's share where an account has several: the largest leads",
                (
                    *("split", "split %", "split pct", "share %", "share pct", "rep share"),
                    *("credit share", "credit split", "allocation %", "coverage %", "anteil"),
                ),
            ),
            Column(
                "status",
                "text",
                "whether the row is in force",
                ("is active", "active", "assignment status", "alignment status"),
            ),
        ),
        "affiliations": (
            _ACCOUNT,
            _IDN,
            _GPO,
            Column("parent", "text", "owner", ("parent id", "parent account")),
        ),
        "history": (
            _BOUGHT,
            Column("period", "period", "month, quarter or year", headers.PERIOD),
            Column("product", "text", "product", _PRODUCT),
            Column(
                "revenue_usd",
                "signed",
                "sales in USD",
                headers.REVENUE,
                required=True,
                stand_ins=headers.INVOICED,
                absent="; where only pieces are known, add a column of their worth",
            ),
            Column("units", "signed", "pieces", ("quantity", "qty", "volume", *ABROAD["pieces"])),
        ),
    }
)
"""Columns by table, in the order in which they are shown."""

_PERIOD = Column(
    "period",
    "period",
    "month, quarter or year",
    headers.PERIOD,
)

FACT_TABLES: Mapping[str, tuple[Column, ...]] = MappingProxyType(
    {
        "actuals": (
            _BOUGHT,
            replace(_PERIOD, required=True),
            Column("product", "text", "product", _PRODUCT),
            Column(
                "revenue_usd",
                "signed",
                "sales in USD",
                (*headers.REVENUE, "amount"),
                required=True,
                stand_ins=headers.INVOICED,
            ),
            Column(
                "units",
                "number",
                "pieces",
                ("quantity", "qty", "volume", "cases", "orders", "units sold", *ABROAD["pieces"]),
            ),
            Column("currency", "text", "currency of the amounts", headers.CURRENCY),
        ),
        "opportunities": (
            replace(
                _ACCOUNT,
                aliases=tuple(name for name in _ACCOUNT.aliases if name not in {"id", "record id"}),
            ),
            Column("opportunity_id", "text", "the deal's own id", ("opportunity", "deal id", "id")),
            Column(
                "opened",
                "text",
                "day it was opened",
                ("created date", "open date", "created", *ABROAD["opened"]),
                required=True,
            ),
            Column(
                "closed",
                "text",
                "day it was closed",
                ("close date", "closed date", *ABROAD["closed"]),
            ),
            Column(
                "status",
                "text",
                "open, won or lost",
                ("stage", "stage name", "outcome", *ABROAD["outcome"]),
                required=True,
            ),
            Column(
                "amount_usd",
                "number",
                "value in USD",
                ("amount", "value", "deal size", *ABROAD["amount"]),
            ),
            Column(
                "competitor",
                "text",
                "who won it",
                ("lost to", "main competitor", "competitors", *ABROAD["competitor"]),
            ),
        ),
        "calls": (
            _ACCOUNT,
            replace(
                _PERIOD,
                required=True,
                aliases=(*_PERIOD.aliases, "call date", "visit date", "activity date", "due date"),
            ),
            Column(
                "n_calls",
                "number",
                "calls made",
                (
                    *("calls", "visits", "call count", "visit count", "calls made", "visits made"),
                    *("number of calls", "number of visits", "no of calls", "no of visits"),
                    *("# calls", "# visits", "calls done", "visits done", "completed calls"),
                    *("calls completed", "completed visits", "actual calls", "actual visits"),
                    *("total calls", "total visits", *ABROAD["n_calls"]),
                ),
            ),
            Column(
                "travel_h",
                "number",
                "hours of travel booked",
                (
                    *("travel hours", "drive hours", "hours of travel", "driving hours"),
                    *("travel time (h)", "drive time (h)", "hours driven"),
                ),
            ),
        ),
        "satisfaction": (
            _ACCOUNT,
            _PERIOD,
            Column(
                "score",
                "number",
                "answer on the scale of [monitor]",
                ("nps", "csat", "rating"),
                required=True,
            ),
        ),
    }
)
"""Tables of what happened after go-live; a scenario names none of them."""


_REP_NUMBERS = tuple(
    Column(field.name, field.kind, field.sentence)
    for field in FURTHER_REPS
    if field.kind in {"number", "positive", "signed"}
)
"""Numbers of reps that a table may have under these names or mapped ones, and else lacks."""


def columns_of(
    table: str,
    measures: tuple[str, ...] = (),
    numbers: tuple[tuple[str, ...], tuple[str, ...]] = ((), ()),
) -> tuple[Column, ...]:
    """Return the columns of a table; accounts may have codes and the scenario's own numbers.

    Parameters
    ----------
    table : str
    measures : tuple of str
        The scenario's measures.
    numbers : (tuple of str, tuple of str)
        Further number columns that it reads: of at least 0, and of any sign.
    """
    columns = TABLES[table] if table in TABLES else FACT_TABLES[table]
    if table == "reps":
        return (*columns, *_REP_NUMBERS)
    if table != "accounts":
        return columns
    own: dict[str, Column] = {}
    for names, kind in ((measures, "number"), (numbers[0], "number"), (numbers[1], "signed")):
        for name in names:
            own.setdefault(name, Column(name, cast("ColumnKind", kind), "a number"))
    for column in (*columns, *_CODES):
        own.pop(column.name, None)
    return (*columns, *_CODES, *own.values())
