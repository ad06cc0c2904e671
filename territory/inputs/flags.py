"""Truths as files write them: true, Y, x, 1, Ja, oui, WAHR, a tick; everything else is no."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["STATES", "is_no", "is_yes"]

STATES = frozenset({"on", "off", "active", "inactive", "aktiv", "inaktiv", "primary", "checked"})
"""Yes or no of whether something is in force; of other questions they could say either."""

_YES = frozenset(
    {"true", "t", "yes", "y", "x", "1", "1.0", "-1", "on", "active", "primary", "checked"}
    | {"wahr", "ja", "j", "aktiv", "vrai", "oui", "o", "verdadero", "s\u00ed", "si", "vero", "sim"}
    | {"verdadeiro", "waar", "sand", "sant", "tak", "\u2713", "\u2714", "\u2611", "\u221a"}
)

_NO = frozenset(
    {"", "false", "f", "no", "n", "0", "0.0", "off", "inactive", "falsch", "nein", "inaktiv"}
    | {"faux", "non", "falso", "onwaar", "nee", "falsk", "nej", "nei", "nie", "n\u00e3o", "nao"}
)


def is_yes(text: pd.Series[str]) -> pd.Series[bool]:
    """Tell the cells, (n,), that say yes, in any case and in the languages of spreadsheets.

    Examples
    --------
    >>> import pandas as pd
    >>> is_yes(pd.Series(["WAHR", " y ", "False", "", "x", "maybe"])).tolist()
    [True, True, False, False, True, False]
    """
    return text.astype("str").str.strip().str.casefold().isin(_YES)


def is_no(text: pd.Series[str]) -> pd.Series[bool]:
    """Tell the cells, (n,), that say no, an empty one among them; others are neither.

    Examples
    --------
    >>> import pandas as pd
    >>> is_no(pd.Series(["FALSCH", " n ", "False", "", "0", "maybe"])).tolist()
    [True, True, True, True, True, False]
    """
    return text.astype("str").str.strip().str.casefold().isin(_NO)
