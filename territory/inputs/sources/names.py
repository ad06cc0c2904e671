"""How headers are compared: without case, blanks, punctuation and the suffixes of systems."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from territory.inputs.numbers.currencies import CODES

__all__ = ["plain_name", "plain_names"]


_SYSTEM = re.compile(r"(?:_vod__c|__vod__c|_vod__v|__vod|__pc|__c|__v|__r|__s)$", re.IGNORECASE)
_RELATED = re.compile(r"(?:__vr|__r|_vod__r|2)?\.(?=[A-Za-z])", re.IGNORECASE)
_BRACKETS = re.compile(r"[(\[][^)\]]*[)\]]")
_SCALE = r"(?:mm|[tkm]|tsd\.?|mio\.?|mrd\.?|'?000'?s?|thousands?|millions?)"
_MONEY = re.compile(
    rf"[\s_,]+(?:in[\s_]+)?{_SCALE}?[\s_]*(?:{'|'.join(sorted(CODES))}|us\$|[$€£¥])"
    rf"[\s_]*{_SCALE}?\s*$|[\s_,]+(?:in[\s_]+)?(?:'?000'?s?|thousands?|millions?|tsd\.?)\s*$",
    re.IGNORECASE,
)
_ACCENTS = dict.fromkeys(range(0x300, 0x370))


@lru_cache(maxsize=8192)
def plain_name(header: str) -> str:
    """Return a header without case, blanks, punctuation, accents and the endings of systems.

    Examples
    --------
    >>> plain_name("ZIP Code") == plain_name("zip_code") == plain_name("Zip_Code__c")
    True
    >>> plain_name("Código Postal"), plain_name("N° client"), plain_name("territory__vr.name__v")
    ('codigopostal', 'nclient', 'territoryname')
    """
    bare = _SYSTEM.sub("", _RELATED.sub(".", header.strip())).lower()
    if not bare.isascii():
        bare = unicodedata.normalize("NFKD", bare).translate(_ACCENTS)
    return re.sub(r"[\W_]+", "", bare)


def plain_names(header: str) -> tuple[str, ...]:
    """Return a header as `plain_name` does, and once more without brackets and a currency.

    Examples
    --------
    >>> plain_names("Account ID (18)"), plain_names("Potential in TEUR")
    (('accountid18', 'accountid'), ('potentialinteur', 'potential'))
    >>> plain_names("Potential in '000 USD")[1], plain_names("Revenue ($) thousands")[1]
    ('potential', 'revenue')
    """
    whole = plain_name(header)
    bare = plain_name(_MONEY.sub(" ", _BRACKETS.sub(" ", header)))
    return (whole,) if bare in {whole, ""} else (whole, bare)
