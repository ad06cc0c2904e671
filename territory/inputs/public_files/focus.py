"""What a facility does, by words of its name: for what its published counts leave open."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["FOCUSES", "focus_of_names"]

FOCUSES = MappingProxyType(
    {
        "orthopaedics": r"\bORTHO|\bSPINE|\bSPINAL|\bJOINT|\bHAND\b|\bFOOT\b|\bPODIAT|\bSPORTS",
        "eye": r"\bEYES?\b|OPHTHALM|OCULAR|\bSIGHT|\bVISION|\bCATARACT|\bRETINA|\bLASIK",
        "endoscopy": r"ENDOSCOP|\bGASTRO|\bGI\b|\bDIGEST|\bCOLON",
        "heart and vessels": r"\bHEART|\bCARDI|VASCULAR|\bVEIN|\bDIALYSIS|\bNEPHRO|\bKIDNEY",
        "urology": r"\bUROLOG|\bLITHOTR",
        "pain": r"\bPAIN\b",
        "women and fertility": r"\bFERTILITY|\bWOMEN|\bGYNEC|\bOBSTET",
        "cancer": r"\bCANCER|\bONCOLOG",
        "rehabilitation": r"\bREHAB",
        "emergency": r"\bER\b|\bEMERGENCY",
        "children": r"\bCHILD|\bPEDIATR",
        "surgery": r"\bSURG",
    }
)
"""Focus → words that tell it; of several the first in this order. Words of CMS and HIFLD files."""


def focus_of_names(names: pd.Series[str]) -> pd.Series[str]:
    """Return the focus that each name tells, "" where it tells none.

    Examples
    --------
    >>> import pandas as pd
    >>> focus_of_names(pd.Series(["Texas Orthopedic Hospital", "EYE 35 ASC", "MERCY"])).tolist()
    ['orthopaedics', 'eye', '']
    """
    import pandas as pd

    out = pd.Series("", index=names.index, dtype="str")
    for focus, words in FOCUSES.items():
        told = names.str.contains(words, flags=re.IGNORECASE, regex=True) & (out == "")
        out = out.mask(told, focus)
    return out.astype("str")
