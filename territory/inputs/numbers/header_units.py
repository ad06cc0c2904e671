"""What a header says of its numbers: thousands, minutes, months, a quarter's instead of a year's.

Our columns are dollars, hours and years, each a year's. "Potential ($K)", "Service minutes" and
"Calls per quarter" are brought to that, and said; what cannot be is warned about.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from territory.inputs.numbers.currencies import CODES

__all__ = ["HeaderUnit", "header_unit"]

_CURRENCY = rf"(?:us\$|[$€£¥₹]|{'|'.join(sorted(CODES)).lower()})"
_THOUSAND = re.compile(
    rf"thousands?|\btsd\b|\bt\s?{_CURRENCY}|[(\[]\s*'?000'?s?\s*[)\]]|{_CURRENCY}\s*'?000'?s?\b|"
    rf"\bx\s*1[,.]?000\b|\b1[,.]?000s\b|{_CURRENCY}\s*k\b|\bk\s*{_CURRENCY}|\bk\s*$|[(\[]\s*k\s*[)\]]|"
    rf"_k(?:_|$)|'000s?\b|\bmil(?:es)? de\b|\ben miles\b|\bem mil\b|\bmilliers\b|\bmigliaia\b|"
    rf"\bduizend(?:en)?\b|\btausend\b"
)
_MILLION = re.compile(
    rf"millions?|\bmio\b|\bmill\b|{_CURRENCY}\s*m{{1,2}}n?\b|\bm{{1,2}}n?\s*{_CURRENCY}|"
    rf"[(\[]\s*m{{1,2}}n?\s*[)\]]|_mm?(?:_|$)|\bmillones\b|\bmilh(?:ões|oes)\b|\bmilioni\b|"
    rf"\bmiljoen(?:en)?\b|\bmillionen\b"
)
_BILLION = re.compile(rf"billions?|\bmrd\b|{_CURRENCY}\s*bn?\b|\bbn\b|[(\[]\s*bn?\s*[)\]]")
_LAKH = re.compile(r"\b(?:lakhs?|lacs?)\b")
_CRORE = re.compile(rf"\bcrores?\b|\bcrs\b|(?:{_CURRENCY}|\brs\.?)\s*cr\b|[(\[]\s*cr\s*[)\]]")
_EAST_ASIAN = tuple(
    (re.compile(rf"(?<![百千十]){sign}|[(（\[【]\s*{sign}"), scale, what)
    for sign, scale, what in (
        ("百万", 1e6, "millions"),
        ("百萬", 1e6, "millions"),
        ("백만", 1e6, "millions"),
        ("千[円元圓원]|천\\s*원", 1e3, "thousands"),
        ("億|亿|억", 1e8, "hundreds of millions"),
        ("[万萬만]", 1e4, "tens of thousands"),
    )
)
_CENT = re.compile(r"\b(?:us )?cents?\b|\bpence\b|\brappen\b|\bcentimes\b|\bcéntimos\b")
_EACH = r"(?:\bper|\ba|/|\beach|\bpro|\bje|\bpar|\bpor|\bal|\bper)"
_PERIODS: tuple[tuple[re.Pattern[str], float, str], ...] = (
    (
        re.compile(
            rf"\b(?:weekly|wöchentlich|hebdomadaire|semanal|settimanale|wekelijks)|"
            rf"{_EACH}\s*(?:week|wk|woche|semaine|semana|settimana)\b"
        ),
        52.0,
        "a week",
    ),
    (
        re.compile(
            rf"\b(?:monthly|monatlich|mensuel|mensual|mensal|mensile|maandelijks)|"
            rf"{_EACH}\s*(?:month|mon|mo|mth|monat|mois|mes|mês|mese|maand)\b"
        ),
        12.0,
        "a month",
    ),
    (
        re.compile(
            rf"\b(?:quarterly|quartalsweise|trimestriel|trimestral|trimestrale)|"
            rf"{_EACH}\s*(?:quarter|qtr|qrt|q|quartal|trimestre|kwartaal)\b"
        ),
        4.0,
        "a quarter",
    ),
)
_UNYEARLY = re.compile(r"(?:\bper|/|\beach)\s*(?:visit|call|day|case|procedure|trip|appointment)\b")
_MINUTES = re.compile(r"\b(?:minutes?|mins?)\b")
_SECONDS = re.compile(r"\b(?:seconds?|secs?)\b")
_DAYS = re.compile(r"\b(?:days?|tage)\b")
_MONTHS = re.compile(r"\b(?:months?|mths?|mos?|monate)\b")


@dataclass(frozen=True, slots=True)
class HeaderUnit:
    """What a header says: numbers are multiplied with `factor`; `what` names the unit.

    `odd` is set where the header speaks of a unit that no factor leads to a year from.
    """

    factor: float
    what: str
    odd: bool = False


def header_unit(header: str, column: str, *, yearly: bool) -> HeaderUnit | None:
    """Return what a header says of the unit of its numbers; None where it says nothing else.

    Parameters
    ----------
    header : str
        As written in the file.
    column : str
        Our name.
    yearly : bool
        Whether the table's amounts and hours are a year's; sales by period are not.

    Examples
    --------
    >>> header_unit("Potential ($K)", "potential_usd", yearly=True)
    HeaderUnit(factor=1000.0, what='thousands', odd=False)
    >>> header_unit("Calls per quarter", "n_calls", yearly=True)
    HeaderUnit(factor=4.0, what='calls a quarter', odd=False)
    >>> header_unit("Sales per month", "revenue_usd", yearly=False) is None
    True
    """
    text = re.sub(r"(?<=[a-z])(?=[A-Z][a-z])", " ", header)
    text = re.sub(r"_(?=[a-z]{2,})", " ", text.strip()).lower()
    if column in {"lon", "lat", "fte"}:
        return None
    if column.endswith("_y"):
        return _years(text)
    own = _scale(text) if column.endswith("_usd") else None
    if column.endswith("_h"):
        own = _hours(text)
    elif own is None and not column.endswith("_usd") and column != "n_calls":
        return None
    if not yearly or (own is not None and own.odd):
        return own
    factor = 1.0 if own is None else own.factor
    noun = {"n_calls": "calls"}.get(column, "hours" if column.endswith("_h") else "an amount")
    for pattern, times, what in _PERIODS:
        if pattern.search(text):
            return HeaderUnit(factor * times, " ".join([noun if own is None else own.what, what]))
    match = _UNYEARLY.search(text)
    if match is not None:
        return HeaderUnit(factor, re.sub(r"[\W_]+", " ", match[0]).strip(), odd=True)
    return own


def _scale(text: str) -> HeaderUnit | None:
    """Return the thousands, lakhs, millions or cents that amounts are in."""
    for pattern, scale, what in (
        *_EAST_ASIAN,
        (_LAKH, 1e5, "lakhs"),
        (_CRORE, 1e7, "crores"),
        (_THOUSAND, 1e3, "thousands"),
        (_MILLION, 1e6, "millions"),
        (_BILLION, 1e9, "billions"),
        (_CENT, 0.01, "cents"),
    ):
        if pattern.search(text):
            return HeaderUnit(scale, what)
    return None


def _hours(text: str) -> HeaderUnit | None:
    """Return the other unit of time that hours are in; what stands in brackets is the unit."""
    inside = " ".join(re.findall(r"[(\[]([^)\]]*)[)\]]", text))
    if _MINUTES.search(inside):
        return HeaderUnit(1 / 60, "minutes")
    if "hour" not in text and _MINUTES.search(text):
        return HeaderUnit(1 / 60, "minutes")
    if "hour" not in text and _SECONDS.search(text):
        return HeaderUnit(1 / 3600, "seconds")
    if _DAYS.search(text) and not re.search(r"\bhours?\b|\bhrs?\b|\bh\b", text):
        return HeaderUnit(1.0, "days", odd=True)
    return None


def _years(text: str) -> HeaderUnit | None:
    """Return the shorter unit of time that years are in."""
    if _MONTHS.search(text) and not re.search(r"\byears?\b|\byrs?\b", text):
        return HeaderUnit(1 / 12, "months")
    if _DAYS.search(text) and not re.search(r"\byears?\b", text):
        return HeaderUnit(1 / 365.25, "days")
    return None
