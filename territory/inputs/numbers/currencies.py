"""Currencies as files write them: codes, signs and short words, before or behind an amount."""

from __future__ import annotations

import re

__all__ = ["CODES", "CURRENCY", "code_of", "fits", "sign_in"]

_SIGNS = {
    **{"US$": "USD", "C$": "CAD", "CA$": "CAD", "CDN$": "CAD", "A$": "AUD", "AU$": "AUD"},
    **{"NZ$": "NZD", "S$": "SGD", "HK$": "HKD", "NT$": "TWD", "MX$": "MXN", "R$": "BRL"},
    **{"€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR", "₩": "KRW", "₪": "ILS", "₺": "TRY"},
    **{"₽": "RUB", "₴": "UAH", "₫": "VND", "₱": "PHP", "฿": "THB", "元": "CNY", "円": "JPY"},
    **{"zł": "PLN", "Kč": "CZK", "SFr.": "CHF", "Fr.": "CHF", "RMB": "CNY", "Rs.": "INR"},
    **{"Euro": "EUR", "EUROS": "EUR", "Ft": "HUF", "lei": "RON"},
}
"""Signs and words of one currency."""

_SHARED = {
    "$": frozenset(
        {"USD", "CAD", "AUD", "NZD", "SGD", "HKD", "TWD", "MXN", "CLP", "COP", "ARS", "BSD", "BBD"}
    ),
    "kr.": frozenset({"SEK", "NOK", "DKK", "ISK"}),
    "kr": frozenset({"SEK", "NOK", "DKK", "ISK"}),
}
"""Signs that several currencies share; a dollar without a word is the United States'."""

CODES = frozenset(
    {"USD", "EUR", "GBP", "CHF", "CAD", "AUD", "NZD", "JPY", "CNY", "INR", "KRW", "SGD", "HKD"}
    | {"TWD", "SEK", "NOK", "DKK", "ISK", "PLN", "CZK", "HUF", "RON", "BGN", "TRY", "ILS", "RUB"}
    | {"UAH", "BRL", "MXN", "CLP", "COP", "ARS", "PEN", "ZAR", "AED", "SAR", "QAR", "EGP", "THB"}
    | {"MYR", "IDR", "PHP", "VND"}
)
"""Codes of currencies that are known in cells and headers."""


def _pattern() -> str:
    signs = sorted({*_SIGNS, *_SHARED}, key=lambda sign: (-len(sign), sign))
    words = [re.escape(sign) for sign in signs if sign[-1].isalpha()]
    others = [re.escape(sign) for sign in signs if not sign[-1].isalpha()]
    return rf"{'|'.join(others)}|(?:{'|'.join([*sorted(CODES), *words])})(?!\w)"


CURRENCY = _pattern()
"""What a currency looks like, as a pattern without case; a code is not the start of a word."""

_BY_FOLDED = {sign.casefold(): code for sign, code in _SIGNS.items()}


def code_of(written: str) -> str:
    """Return the code of a currency as it is written; "$" and "kr" stay, for several share them.

    Examples
    --------
    >>> code_of("€"), code_of("usd"), code_of("US$"), code_of("Kr."), code_of("$")
    ('EUR', 'USD', 'USD', 'kr', '$')
    """
    bare = written.strip()
    folded = bare.casefold().rstrip(".") or bare
    if folded in _SHARED:
        return folded
    return _BY_FOLDED.get(bare.casefold(), bare.upper())


def fits(code: str, currency: str) -> bool:
    """Return whether an amount with a code or a shared sign may be in a currency.

    Examples
    --------
    >>> fits("$", "CAD"), fits("kr", "SEK"), fits("EUR", "USD")
    (True, True, False)
    """
    return code == currency.upper() or currency.upper() in _SHARED.get(code, ())


def sign_in(header: str) -> str:
    """Return the code that a header names for its amounts, "" for none.

    Examples
    --------
    >>> sign_in("revenue_eur"), sign_in("Umsatz (T€)"), sign_in("Sales in CHF"), sign_in("Sek")
    ('EUR', 'EUR', 'CHF', '')
    """
    words = re.sub(r"[\W_]+", " ", header).upper().split()
    for word in words[1:]:
        bare = word if word in CODES else word[1:] if word[:1] in {"T", "K", "M"} else ""
        if bare in CODES:
            return bare
    signs = [code for sign, code in _SIGNS.items() if not sign[-1].isalpha() and sign in header]
    return next((code for code in signs if code in CODES), "$" if "$" in header else "")
