"""How account types are written here: one spelling for tables and scenario files."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["type_name"]


def type_name(written: str) -> str:
    """Return how a type is written here; letters of every script are kept apart.

    Examples
    --------
    >>> type_name("Hospital - Acute"), type_name("Universitätsklinikum"), type_name("clinic__v")
    ('hospital_acute', 'universitatsklinikum', 'clinic')
    """
    bare = unicodedata.normalize("NFKD", re.sub(r"(?:__v|__c|_vod)$", "", written.casefold()))
    plain = "".join(letter for letter in bare if not "\u0300" <= letter <= "\u036f")
    return re.sub(r"[\W_]+", "_", unicodedata.normalize("NFC", plain)).strip("_") or "other"
