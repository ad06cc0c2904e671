"""The tables a scenario can name, and what each of their columns means."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Literal, cast

from territory.inputs.headers import standard as headers

__all__ = ["FACT_TABLES", "TABLES", "Column", "ColumnKind", "columns_of"]

ColumnKind = Literal[
    "id",
    "text",
    "zip",
    "fips",
    "ccn",
    "npi",
    "number",
    "positive",
    "signed",
    "lon",
    "lat",
    "period",
]


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
    """

    name: str
    kind: ColumnKind
    description: str
    aliases: tuple[str, ...] = ()
    required: bool = False
    stand_ins: tuple[str, ...] = ()
    caution: str = ""


_ACCOUNT = Column(
    "account_id",
    "id",
    "the account's own id",
    headers.ACCOUNT_ID,
    required=True,
    stand_ins=headers.ACCOUNT_ID_STAND_INS,
)
_ZIP = Column("zip", "zip", "ZIP code, five digits", headers.ZIP, stand_ins=headers.ZIP_STAND_INS)
_COUNTRY = Column(
    "country",
    "text",
    "country; says whether a postal code is a ZIP code",
    headers.COUNTRY,
    stand_ins=headers.COUNTRY_STAND_INS,
)
_LON = Column("lon", "lon", "longitude in degrees", headers.LON, stand_ins=headers.LON_STAND_INS)
_LAT = Column("lat", "lat", "latitude in degrees", headers.LAT, stand_ins=headers.LAT_STAND_INS)
_ACTIVITY = (
    Column("service_h", "number", "hours a year without travel", headers.SERVICE),
    Column("n_calls", "number", "calls a year", headers.CALLS),
    Column("potential_usd", "number", "potential in USD a year", headers.POTENTIAL),
)
_REVENUE = Column(
    "revenue_usd",
    "signed",
    "sales in USD a year; credits are negative",
    headers.REVENUE,
    stand_ins=("annual revenue",),
    caution="a CRM's AnnualRevenue often is what the customer earns, not what it buys from you",
)
_IDN = Column("idn", "text", "health system", headers.IDN, stand_ins=headers.IDN_STAND_INS)
_GPO = Column("gpo", "text", "purchasing group", headers.GPO)

TABLES: Mapping[str, tuple[Column, ...]] = MappingProxyType(
    {
        "accounts": (
            _ACCOUNT,
            Column(
                "name", "text", "the account's name", headers.NAME, stand_ins=("account", "company")
            ),
            Column(
                "type", "text", "hospital, asc, …", headers.TYPE, stand_ins=headers.TYPE_STAND_INS
            ),
            Column("address", "text", "street", headers.STREET, stand_ins=headers.STREET_STAND_INS),
            Column("city", "text", "city", headers.CITY, stand_ins=headers.CITY_STAND_INS),
            Column("state", "text", "USPS code", headers.STATE, stand_ins=headers.STATE_STAND_INS),
            _ZIP,
            Column("county_fips", "fips", "county FIPS code, five digits", headers.COUNTY),
            Column("unit_id", "text", "the unit it lies in", ("unit",)),
            _COUNTRY,
            _LON,
            _LAT,
            _IDN,
            _GPO,
            Column("tier", "text", "importance", ("segment", "account tier")),
            *_ACTIVITY,
            _REVENUE,
            Column("tenure_y", "number", "years with its rep", ("tenure", "tenure years")),
        ),
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
            _COUNTRY,
            Column("fte", "positive", "full-time equivalent", headers.FTE),
            Column("capacity_h", "positive", "hours a year", ("capacity", "capacity hours")),
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
                ),
                required=True,
            ),
            Column("name", "text", "the unit's name", ("unit name", "county name")),
            *_ACTIVITY,
        ),
        "alignment": (
            Column("account_id", "text", "an account", (*headers.ACCOUNT_ID, "object id")),
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
                headers.TERRITORY,
                required=True,
                stand_ins=headers.OWNER,
            ),
            Column("start_date", "text", "first day in force", headers.STARTS),
            Column("end_date", "text", "last day in force", headers.ENDS),
            Column(
                "role", "text", "primary, overlay, …", ("role in territory", "role in territory 2")
            ),
        ),
        "affiliations": (
            _ACCOUNT,
            _IDN,
            _GPO,
            Column("parent", "text", "owner", ("parent id", "parent account")),
        ),
        "history": (
            _ACCOUNT,
            Column("period", "period", "month, quarter or year", headers.PERIOD),
            Column("product", "text", "product", ("product id", "sku", "product name")),
            Column("revenue_usd", "signed", "sales in USD", headers.REVENUE, required=True),
            Column("units", "signed", "pieces", ("quantity", "qty", "volume")),
        ),
    }
)
"""Columns by table, in the order in which they are shown."""

_PERIOD = Column(
    "period",
    "period",
    "month, quarter or year",
    ("month", "quarter", "year", "date", "invoice date"),
)

FACT_TABLES: Mapping[str, tuple[Column, ...]] = MappingProxyType(
    {
        "actuals": (
            _ACCOUNT,
            replace(_PERIOD, required=True),
            Column("product", "text", "product", ("product id", "sku", "product name")),
            Column(
                "revenue_usd", "signed", "sales in USD", (*headers.REVENUE, "amount"), required=True
            ),
            Column("units", "number", "pieces", ("quantity", "qty", "volume", "cases", "orders")),
            Column("currency", "text", "currency of the amounts", ("currency code", "ccy")),
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
                ("created date", "open date", "created"),
                required=True,
            ),
            Column("closed", "text", "day it was closed", ("close date", "closed date")),
            Column(
                "status",
                "text",
                "open, won or lost",
                ("stage", "stage name", "outcome"),
                required=True,
            ),
            Column("amount_usd", "number", "value in USD", ("amount", "value", "deal size")),
            Column(
                "competitor", "text", "who won it", ("lost to", "main competitor", "competitors")
            ),
        ),
        "calls": (
            _ACCOUNT,
            replace(_PERIOD, required=True, aliases=(*_PERIOD.aliases, "call date", "visit date")),
            Column("n_calls", "number", "calls made", ("calls", "visits", "call count")),
            Column("travel_h", "number", "hours of travel booked", ("travel hours", "drive hours")),
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

_CODES = (
    Column("ccn", "ccn", "CMS certification number", ("cms certification number", "medicare id")),
    Column("npi", "npi", "national provider identifier", ("npi number",)),
)


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
    if table != "accounts":
        return columns
    own: dict[str, Column] = {}
    for names, kind in ((measures, "number"), (numbers[0], "number"), (numbers[1], "signed")):
        for name in names:
            own.setdefault(name, Column(name, cast("ColumnKind", kind), "a number"))
    for column in (*columns, *_CODES):
        own.pop(column.name, None)
    return (*columns, *_CODES, *own.values())
