"""Headers that mean the same, as CRM systems and public files write them.

Salesforce and Dynamics in labels and API names, Veeva (`*__v`, `*_vod__c`), HubSpot, NPPES, CMS.
Case, blanks, punctuation, endings of systems and words in brackets do not matter. A stand-in is
taken where there is none of the others: the shipping address where no billing address is.
"""

from __future__ import annotations

from territory.inputs.headers.languages import ABROAD

__all__ = [
    "ACCOUNT_ID",
    "ACCOUNT_ID_STAND_INS",
    "BARE_IDS",
    "CALLS",
    "CITY",
    "CITY_STAND_INS",
    "COUNTRY",
    "COUNTRY_STAND_INS",
    "COUNTY",
    "CURRENCY",
    "CUSTOMER",
    "ENDS",
    "FTE",
    "GPO",
    "HOME_CITY",
    "HOME_LAT",
    "HOME_LON",
    "HOME_ZIP",
    "IDN",
    "IDN_STAND_INS",
    "INVOICED",
    "LAT",
    "LAT_STAND_INS",
    "LON",
    "LON_STAND_INS",
    "NAME",
    "OWNER",
    "PERIOD",
    "PIPELINE",
    "POTENTIAL",
    "REP_ID",
    "REP_ID_STAND_INS",
    "REP_NAME",
    "REVENUE",
    "SERVICE",
    "STARTS",
    "STATE",
    "STATE_STAND_INS",
    "STREET",
    "STREET_STAND_INS",
    "TERRITORY",
    "TODAY",
    "TYPE",
    "TYPE_STAND_INS",
    "UNIT",
    "ZIP",
    "ZIP_STAND_INS",
]

_NPPES = "provider business practice location address"

ACCOUNT_ID = (
    *("account", "account no", "account number", "acct", "acct id", "acct no", "acct number"),
    *("customer id", "customer no", "customer number", "facility id", "id", "record id"),
    *("hs object id", "company id", "hco id", "accountid", "account id 18", "case safe id"),
    *("account external id", "provider id", "site id", "location id", "cust id", "cust no"),
    *("cust number", "cust num", "customer num", "customer nbr", "client id", "client no"),
    *("client number", "account nbr", "acct num", "acct nbr"),
    *ABROAD["account_id"],
)
BARE_IDS = ("id", "record id", "hs object id", "case safe id")
"""Names of a row's own id: in a table of something else they are not its account's."""

ACCOUNT_ID_STAND_INS = (
    *("external id", "ccn", "provider ccn", "rndrng prvdr ccn", "prvdr num", "facility ccn"),
    *("cms certification number", "npi", "rndrng npi", "objectid"),
)
NAME = (
    *("account name", "facility name", "company name", "customer name", "hospital name"),
    *("hco name", "formatted name", "organization name", "corporate name", "fac name"),
    *("provider organization name", "provider organization name legal business name"),
    *("rndrng prvdr org name", "practice name", "site name", "provider name"),
    *ABROAD["name"],
)
TYPE = (
    *("account type", "facility type", "hospital type", "customer type", "hco type"),
    *("customer type code", "provider type", "type of facility", "site of care"),
    *("account class", "facility class", "customer class", "account classification"),
    *ABROAD["type"],
)
TYPE_STAND_INS = (
    *("record type", "record type name", "account subtype", "business type", "industry"),
    *("healthcare provider taxonomy code 1", "rndrng prvdr type", "prvdr ctgry cd"),
)
STREET = (
    *("street", "address 1", "address line 1", "street address", "billing street"),
    *("billing address", "billing address line 1", "address1 line1", "st adr"),
    *("address 1 street 1", "provider first line business practice location address"),
    *("rndrng prvdr st1", "facility address"),
    *ABROAD["street"],
)
STREET_STAND_INS = (
    "shipping street",
    "mailing street",
    "shipping address line 1",
    "address2 line1",
)
CITY = (
    *("town", "city/town", "billing city", "address1 city", "address 1 city", "city name"),
    *(f"{_NPPES} city name", "rndrng prvdr city", "facility city"),
    *ABROAD["city"],
)
CITY_STAND_INS = ("shipping city", "mailing city", "address2 city")
STATE = (
    *("st", "state code", "state/province", "billing state", "billing state/province"),
    *("billing state code", "state/region", "address1 stateorprovince", "state cd", "state name"),
    *("address 1 state/province", f"{_NPPES} state name", "rndrng prvdr state abrvtn"),
    *("hospital state", "facility state", "state abbreviation"),
    *ABROAD["state"],
)
STATE_STAND_INS = (
    *("shipping state", "shipping state/province", "shipping state code", "mailing state"),
    *("mailing state/province", "province", "address2 stateorprovince"),
)
ZIP = (
    *("zip code", "zipcode", "zip5", "zip cd", "postal code", "postalcode", "postcode"),
    *(
        "zip/postal code",
        "zip/postal",
        "postal/zip",
        "postal/zip code",
        "billing zip",
        "billing zip/postal code",
        "billing postal code",
    ),
    *("billing zip code", "address1 postalcode", "address 1 zip/postal code", "postal cd"),
    *(f"{_NPPES} postal code", "rndrng prvdr zip5", "hospital zip", "facility zip", "zip 5"),
    *ABROAD["zip"],
)
ZIP_STAND_INS = (
    *("shipping zip", "shipping zip/postal code", "shipping postal code", "shipping zip code"),
    *("mailing zip", "mailing zip/postal code", "mailing postal code", "address2 postalcode"),
)
COUNTRY = (
    *("country code", "billing country", "billing country code", "country region"),
    *("country/region", "country name", "address1 country", "address 1 country/region"),
    *(f"{_NPPES} country code", f"{_NPPES} country code (if outside u.s.)"),
    *ABROAD["country"],
)
COUNTRY_STAND_INS = ("shipping country", "mailing country", "shipping country code")
COUNTY = (
    *("fips", "county fips code", "fips code", "countyfp", "geoid", "county code"),
    *("fips county", "countyfips", "county geoid"),
)
LON = (
    "longitude",
    "lng",
    "long",
    "billing longitude",
    "address1 longitude",
    "geo longitude",
    *ABROAD["lon"],
)
LON_STAND_INS = ("shipping longitude", "mailing longitude", "x")
LAT = (
    "latitude",
    "billing latitude",
    "address1 latitude",
    "geo latitude",
    *ABROAD["lat"],
)
LAT_STAND_INS = ("shipping latitude", "mailing latitude", "y")
SERVICE = (
    "service hours",
    "hours per year",
    "annual hours",
    "service hours per year",
    *ABROAD["service_h"],
)
CALLS = (
    *("calls", "calls per year", "call count", "visits per year", "annual visits"),
    *("annual calls", "planned calls", "visits", "calls a year", "visits a year", "calls/yr"),
    *("calls/year", "visits/yr", "visits/year", "planned visits", "planned calls/yr"),
    *("planned visits/yr", "planned calls/year", "planned visits/year"),
    *ABROAD["n_calls"],
)
POTENTIAL = (
    *("potential", "annual potential", "potential revenue", "market potential"),
    *("revenue potential", "potential per year", "tam", "potential $", "est annual potential"),
    *("estimated annual potential", "est potential", "estimated potential", "potential/yr"),
    *ABROAD["potential"],
)
REVENUE = (
    *("revenue", "sales", "sales usd", "net sales", "ltm revenue", "revenue ltm", "ltm sales"),
    *("ttm revenue", "t12m revenue", "trailing 12 month revenue", "last 12 months sales"),
    *("last 12 months revenue", "total revenue", "sales amount", "net revenue"),
    *ABROAD["revenue"],
)
CURRENCY = (
    *("currency code", "currency iso code", "iso currency", "ccy", "curr", "waers", "w\u00e4hrung"),
    *("waehrung", "devise", "moneda", "valuta", "moeda", "waluta", "transaction currency"),
    *("transaction currency id", "account currency", "deal currency code"),
)
INVOICED = (
    *("net amount", "amount", "invoice amount", "line amount", "net value", "extended price"),
    *("invoiced amount", "total", "line total", "sales value", "betrag", "nettobetrag", "montant"),
    *("nettowert", "montant ht", "importe", "importo", "valor", "bedrag"),
)
CUSTOMER = (
    *("customer", "cust", "cust no", "client", "sold to", "sold to party", "ship to", "bill to"),
    *("kunde", "cliente", "klant", "ship to party", "customer code"),
)
PIPELINE = (
    *("pipeline", "open pipeline", "pipeline amount", "open opportunities", "open deals"),
    *("open opportunity amount", "open pipeline amount"),
    *ABROAD["pipeline"],
)
IDN = (
    "idn name",
    "health system",
    "system",
    "health sys name",
    "health system name",
    "idn parent",
    *ABROAD["idn"],
)
IDN_STAND_INS = (
    *("parent account", "parent account name", "parent company", "parent", "ultimate parent"),
    *(
        "parent organization lbn",
        "parentaccountid",
        "parent id",
        "primary parent",
        "corporate parent",
    ),
)
GPO = (
    "gpo name",
    "purchasing group",
    "gpo affiliation",
    "primary gpo",
    *ABROAD["gpo"],
)
TERRITORY = (
    "territory",
    "terr",
    "terr id",
    "territory code",
    "territory no",
    "terr no",
    "territory name",
    *ABROAD["territory"],
)
TODAY = (
    *("current territory id", "current territory", "current terr", "current territory name"),
    *("territory today", "todays territory", "existing territory", "existing territory id"),
    *("present territory", "current terr id", "current alignment", "current territory code"),
    *("assigned territory", "assigned territory id"),
)
"""Today's territory, in a file that may have another one beside it."""

OWNER = (
    *("owner", "owner id", "owner name", "account owner", "account owner alias", "company owner"),
    *("sales rep", "rep", "rep name", "rep id", "hubspot owner id", "salesperson", "owning user"),
    *("primary owner", "primary rep", "account manager", "territory manager"),
    *("current owner", "current rep", "current rep name", "current rep id", "assigned rep"),
    *("assigned to", "current account owner"),
    *ABROAD["owner"],
)
REP_ID = (
    *("rep", "rep no", "employee id", "employee no", "user id", "userid", "id", "rep number"),
    *("federation id", "systemuserid", "hubspot owner id", "employee number", "personnel number"),
    *("employee #", "employee", "emp id", "emp no", "emp #", "associate id"),
    *ABROAD["rep_id"],
)
REP_ID_STAND_INS = (
    *("rep name", "full name", "employee name", "name", "username", "email", "sales rep"),
    *("user", "user full name", "owner"),
    *ABROAD["rep_name"],
)
REP_NAME = (
    "user name",
    "rep name",
    "full name",
    "employee name",
    "sales rep",
    "user full name",
    "fullname",
    *ABROAD["rep_name"],
)
_HOME = ("home", "wohnort", "privat", "domicile", "domicilio", "thuis", "residence")


def _at_home(names: tuple[str, ...]) -> tuple[str, ...]:
    """Return names of a place as they are written for a home: "home lat", "Breitengrad Wohnort"."""
    both = ((f"{word} {name}", f"{name} {word}") for name in names for word in _HOME)
    return (*names, *(each for pair in both for each in pair))


HOME_LON = _at_home(LON)
HOME_LAT = _at_home(LAT)
UNIT = (
    "unit",
    "geo id",
    *COUNTY,
    "county fips",
    *ZIP,
    "zip",
    "zcta",
    "geo code",
    *ABROAD["unit"],
)
HOME_CITY = ("home city", "wohnort", "domicile", *CITY)
HOME_ZIP = (
    *_at_home((*ZIP, "zip/postal code")),
    *ABROAD["home_zip"],
)
FTE = (
    "full time equivalent",
    "fte percent",
    "fte pct",
    "percent fte",
    *ABROAD["fte"],
)
STARTS = (
    *("start", "effective date", "effective start", "effective start date", "effective from"),
    *("from", "valid from", "from date", "begin date", "active from"),
    *ABROAD["starts"],
)
ENDS = (
    *("end", "effective end", "effective end date", "effective to", "to", "valid to", "to date"),
    *("valid until", "active to", "expiration date", "termination date"),
    *ABROAD["ends"],
)
PERIOD = (
    *("month", "quarter", "year", "date", "invoice date", "fiscal period", "fiscal quarter"),
    *("close date", "order date", "posting date", "year month", "sales month", "invoice month"),
    *("billing month", "billing date", "posting period", "period name", "calendar month"),
    *("week starting", "week beginning", "week start", "week of", "week commencing", "week ending"),
    *("week start date", "week end date", "week end", "month starting", "month ending"),
    *("month start", "month end", "period start", "period ending", "quarter ending"),
    *ABROAD["period"],
)
