"""How headers are compared: without case, blanks, punctuation and the suffixes of systems."""

from __future__ import annotations

import re

__all__ = ["plain_name", "plain_names"]


_SYSTEM = re.compile(r"(?:_vod__c|__vod__c|_vod__v|__vod|__pc|__c|__v|__r|__s)$", re.IGNORECASE)
_BRACKETS = re.compile(r"[(\[][^)\]]*[)\]]")


def plain_name(header: str) -> str:
    """Return a header without case, blanks, punctuation and the endings that systems add.

    Examples
    --------
    >>> plain_name("ZIP Code") == plain_name("zip_code") == plain_name("Zip_Code__c")
    True
    """
    return re.sub(r"[\W_]+", "", _SYSTEM.sub("", header.strip()).lower())


def plain_names(header: str) -> tuple[str, ...]:
    """Return a header as `plain_name` does, and once more without what it has in brackets.

    Examples
    --------
    >>> plain_names("Account ID (18)")
    ('accountid18', 'accountid')
    """
    whole, bare = plain_name(header), plain_name(_BRACKETS.sub(" ", header))
    return (whole,) if bare in {whole, ""} else (whole, bare)
