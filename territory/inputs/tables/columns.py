"""The tables a scenario can name, and what each of their columns means."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, cast

__all__ = ["TABLES", "Column", "ColumnKind", "columns_of"]

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
    (
        *("account", "account no", "account number", "acct", "acct id", "acct no", "acct number"),
        *("customer id", "customer no", "customer number", "facility id", "id"),
    ),
    required=True,
)
_TERRITORY_NAMES = ("territory", "terr", "terr id", "territory code", "territory no", "terr no")
_ZIP = Column(
    "zip",
    "zip",
    "ZIP code, five digits",
    ("zip code", "zipcode", "zip5", "postal code", "postalcode", "postcode"),
)
_COUNTRY = Column(
    "country",
    "text",
    "country; says whether a postal code is a ZIP code",
    ("country code", "billing country", "country region", "country name"),
)
_LON = Column("lon", "lon", "longitude in degrees", ("longitude", "lng", "long"))
_LAT = Column("lat", "lat", "latitude in degrees", ("latitude",))
_ACTIVITY = (
    Column("service_h", "number", "hours a year without travel", ("service hours",)),
    Column("n_calls", "number", "calls a year", ("calls", "calls per year", "call count")),
    Column("potential_usd", "number", "potential in USD a year", ("potential",)),
)
_REVENUE_NAMES = ("revenue", "sales", "sales usd", "net sales")
_STARTS = (
    *("start", "effective date", "effective start", "effective start date", "effective from"),
    *("from", "valid from", "from date", "begin date", "active from"),
)
_ENDS = (
    *("end", "effective end", "effective end date", "effective to", "to", "valid to", "to date"),
    *("valid until", "active to", "expiration date", "termination date"),
)
_IDN = Column("idn", "text", "health system", ("idn name", "health system", "system"))
_GPO = Column("gpo", "text", "purchasing group", ("gpo name", "purchasing group"))

TABLES: Mapping[str, tuple[Column, ...]] = MappingProxyType(
    {
        "accounts": (
            _ACCOUNT,
            Column("name", "text", "the account's name", ("account name", "facility name")),
            Column("type", "text", "hospital, asc, …", ("account type", "facility type")),
            Column("address", "text", "street", ("street", "address 1", "address line 1")),
            Column("city", "text", "city", ("town", "city/town")),
            Column("state", "text", "USPS code", ("st", "state code", "state/province")),
            _ZIP,
            Column(
                "county_fips",
                "fips",
                "county FIPS code, five digits",
                ("fips", "county fips code", "fips code", "countyfp", "geoid"),
            ),
            Column("unit_id", "text", "the unit it lies in", ("unit",)),
            _COUNTRY,
            _LON,
            _LAT,
            _IDN,
            _GPO,
            Column("tier", "text", "importance", ("segment", "account tier")),
            *_ACTIVITY,
            Column("revenue_usd", "signed", "sales in USD a year", _REVENUE_NAMES),
            Column("tenure_y", "number", "years with its rep", ("tenure", "tenure years")),
        ),
        "reps": (
            Column(
                "rep_id",
                "id",
                "the rep's own id",
                ("rep", "rep no", "employee id", "employee no", "user id", "id"),
                required=True,
            ),
            Column("name", "text", "the rep's name", ("rep name", "full name", "employee name")),
            Column("territory_id", "text", "the rep's territory", _TERRITORY_NAMES),
            Column("lon", "lon", "longitude of the home", ("longitude", "home lon", "lng", "long")),
            Column("lat", "lat", "latitude of the home", ("latitude", "home lat")),
            Column("zip", "zip", "ZIP code of the home", (*_ZIP.aliases, "home zip")),
            _COUNTRY,
            Column("fte", "positive", "full-time equivalent", ()),
            Column("capacity_h", "positive", "hours a year", ("capacity", "capacity hours")),
        ),
        "units": (
            Column(
                "unit_id",
                "id",
                "county FIPS code, ZIP code or polygon id",
                ("unit", "geo id", "geoid", "county fips", "fips", *_ZIP.aliases, "zip", "id"),
                required=True,
            ),
            Column("name", "text", "the unit's name", ("unit name", "county name")),
            *_ACTIVITY,
        ),
        "alignment": (
            Column("account_id", "text", "an account", _ACCOUNT.aliases[:-1]),
            Column(
                "unit_id",
                "text",
                "a unit",
                ("unit", "geo id", "county fips", "fips", *_ZIP.aliases, "zip"),
            ),
            Column(
                "territory_id",
                "text",
                "today's territory or rep",
                (
                    *_TERRITORY_NAMES,
                    "owner",
                    "owner id",
                    "owner name",
                    "account owner",
                    "sales rep",
                ),
                required=True,
            ),
            Column("start_date", "text", "first day in force", _STARTS),
            Column("end_date", "text", "last day in force", _ENDS),
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
            Column(
                "period",
                "period",
                "month, quarter or year",
                (
                    "month",
                    "quarter",
                    "year",
                    "date",
                    "invoice date",
                    "fiscal period",
                    "fiscal quarter",
                ),
            ),
            Column("product", "text", "product", ("product id", "sku", "product name")),
            Column("revenue_usd", "signed", "sales in USD", _REVENUE_NAMES, required=True),
            Column("units", "signed", "pieces", ("quantity", "qty", "volume")),
        ),
    }
)
"""Columns by table, in the order in which they are shown."""

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
    columns = TABLES[table]
    if table != "accounts":
        return columns
    own: dict[str, Column] = {}
    for names, kind in ((measures, "number"), (numbers[0], "number"), (numbers[1], "signed")):
        for name in names:
            own.setdefault(name, Column(name, cast("ColumnKind", kind), "a number"))
    for column in (*columns, *_CODES):
        own.pop(column.name, None)
    return (*columns, *_CODES, *own.values())
