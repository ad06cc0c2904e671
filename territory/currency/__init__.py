"""Money as people read it, in the currency of the scenario or plan that is spoken of.

The door of every amount that is written for people: pages, workbook, deck, briefs and console say
`money(x)`, and words of ours that name the dollar go through `in_words`. Which currency that is, is
told once, where a scenario or plan is taken up: by `amounts_in` around a block, by `speaks` around
a function, by `heard` within a command. Columns of files keep their ends `_usd`: names, not units.
"""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import ParamSpec, TypeVar

__all__ = [
    "DEFAULT",
    "amounts_in",
    "code",
    "currency_of",
    "heard",
    "in_words",
    "money",
    "sheet_format",
    "short_money",
    "sign",
    "signed",
    "speaks",
]

DEFAULT = "USD"
_SIGNS: Mapping[str, str] = {
    "USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "INR": "₹", "KRW": "₩", "ILS": "₪",
}  # fmt: skip
"""Signs that stand for one currency; the others are written by their code."""

_P = ParamSpec("_P")
_T = TypeVar("_T")

_SPOKEN: ContextVar[str] = ContextVar("currency", default=DEFAULT)
_OPEN: ContextVar[bool] = ContextVar("currency_open", default=False)


@contextmanager
def amounts_in(currency: str = "", *, until_heard: bool = False) -> Iterator[None]:
    """Write amounts in a currency until the end of the block.

    Parameters
    ----------
    currency : str
        Three letters; as before where empty.
    until_heard : bool
        Whether `heard` changes it within the block, as in a command that reads a plan.
    """
    spoken, was_open = _SPOKEN.set(currency or _SPOKEN.get()), _OPEN.set(until_heard)
    try:
        yield
    finally:
        _OPEN.reset(was_open)
        _SPOKEN.reset(spoken)


def heard(currency: str) -> None:
    """Write what follows in a command in this currency; outside of a command nothing changes."""
    if _OPEN.get():
        _SPOKEN.set(currency or DEFAULT)


def currency_of(about: object) -> str:
    """Return the currency of a scenario, a plan, its record or the first of plans; "" of else."""
    if isinstance(about, Mapping):
        return next(filter(None, map(currency_of, about.values())), "")
    record = getattr(about, "record", about)
    keys = getattr(record, "keys", None)
    if isinstance(keys, Mapping):
        return str(keys.get("currency") or DEFAULT)
    own = getattr(about, "currency", "")
    return own if isinstance(own, str) else ""


def speaks(function: Callable[_P, _T]) -> Callable[_P, _T]:
    """Let a function write amounts in the currency of the first of its arguments that has one.

    Examples
    --------
    >>> class Plan: currency = "EUR"
    >>> speaks(lambda plan, usd: money(usd))(Plan(), 1200)
    '€1,200'
    """

    @functools.wraps(function)
    def spoken(*args: _P.args, **kwargs: _P.kwargs) -> _T:
        found = (currency_of(each) for each in (*args, *kwargs.values()))
        with amounts_in(next(filter(None, found), "")):
            return function(*args, **kwargs)

    return spoken


def code() -> str:
    """Return the three letters of the currency that is spoken."""
    return _SPOKEN.get()


def sign() -> str:
    """Return what stands before an amount: ``$``, ``€``, ``CHF`` and a space.

    Examples
    --------
    >>> with amounts_in("CHF"):
    ...     sign() + "12", money(12), in_words("Quota (USD)")
    ('CHF 12', 'CHF 12', 'Quota (CHF)')
    """
    return _SIGNS.get(code(), f"{code()} ")


def money(value: float, decimals: int = 0) -> str:
    """Return an amount with its currency.

    Examples
    --------
    >>> money(1234567.8), money(-12), money(0.456, 2)
    ('$1,234,568', '-$12', '$0.46')
    """
    size = f"{abs(value):,.{decimals}f}"
    below = value < 0 and any(digit in "123456789" for digit in size)
    return f"{'-' if below else ''}{sign()}{size}"


def signed(value: float) -> str:
    """Return a change with its sign; what rounds to nothing has none.

    Examples
    --------
    >>> signed(1200), signed(-3.4), signed(0.2)
    ('+$1,200', '-$3', '$0')
    """
    return f"{'+' if round(value) > 0 else ''}{money(value)}"


def short_money(value: float | None) -> str:
    """Return an amount as a reader says it; "–" where it is not known.

    Examples
    --------
    >>> short_money(12_345_678), short_money(45_600), short_money(-999.4), short_money(None)
    ('$12.3 M', '$45.6 k', '-$999', '–')
    """
    if value is None or not math.isfinite(value):
        return "–"
    size = abs(value)
    for limit, letter in ((1e9, "B"), (1e6, "M"), (1e4, "k")):
        if size >= limit:
            below = "-" if value < 0 else ""
            return f"{below}{sign()}{size / (1e3 if letter == 'k' else limit):,.1f} {letter}"
    return money(value)


def in_words(text: str) -> str:
    """Return words of ours in the currency that is spoken, where they name the dollar.

    Not for what users wrote: a clinic may be called "USD".

    Examples
    --------
    >>> with amounts_in("EUR"):
    ...     in_words("Potential, USD a year; $75 an hour")
    'Potential, EUR a year; €75 an hour'
    """
    if code() == DEFAULT:
        return text
    return re.sub(r"\$(?=[\d{])", sign().replace("\\", ""), re.sub(r"\bUSD\b", code(), text))


def sheet_format() -> str:
    """Return the number format of whole amounts in workbooks and charts of slides.

    Examples
    --------
    >>> sheet_format()
    '"$"#,##0'
    """
    return f'"{sign()}"#,##0'
