"""How headers are compared: without case, blanks, punctuation and the suffixes of systems."""

from __future__ import annotations

import re

__all__ = ["plain_name"]


def plain_name(header: str) -> str:
    """Return a header without case, blanks and punctuation.

    Examples
    --------
    >>> plain_name("ZIP Code") == plain_name("zip_code")
    True
    """
    return re.sub(r"[\W_]+", "", header.lower())
