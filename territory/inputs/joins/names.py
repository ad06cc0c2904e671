"""How names are compared: without case, accents, blanks and punctuation, in either order."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

__all__ = ["login_key", "name_key", "person_key", "short_keys", "vacancy", "vacant_seats"]

_VACANT_WORDS = (
    r"vacant(?:e|\(e\))?|vacancy|vakan(?:t|z)|unassigned|unfilled|unstaffed|unbesetzt|vacature|"
    r"wakat|vakanssi|neobsazeno|ubesatt?|obesatt"
)
_NOBODY = (
    rf"{_VACANT_WORDS}|vacant (?:territory|position|seat|role)|not assigned|no owner|no rep|none|"
    r"to be (?:hired|filled|named|recruited|announced|confirmed|determined)|n/?a|-+|\?+|"
    r"open (?:territory|headcount|position|role|seat|rep)|(?:territory|position|seat) open|"
    r"system(?: admin(?:istrator)?)?|integration user|salesforce(?: admin)?|house accounts?|"
    r"n\.\s?n\.?|hauskonto|nicht (?:zugeordnet|zugewiesen|besetzt|vergeben)|(?:neu )?zu besetzen|"
    r"stelle (?:frei|offen|unbesetzt)|(?:freie|offene|vakante|unbesetzte) stelle|non pourvue?|"
    r"(?:poste )?[\u00e0a] (?:pourvoir|recruter)|poste (?:libre|ouvert|vacant)|"
    r"non (?:attribu|affect)\u00e9e?|por (?:cubrir|asignar)|sin (?:asignar|cubrir)|"
    r"niet toegewezen|openstaand|non assegnato|da assegnare|em aberto|por preencher|"
    r"\u7a7a\u5e2d|\u672a\u5b9a|\u6b20\u54e1|\u7a7a\u7f3a|\u5f85\u5b9a"
)
"""What stands for nobody in lists of owners and in rosters; no person is called so."""

_ALSO_NAMES = r"open|house|offen|frei|ledig|libre|vago|vaga|admin|queue|nn|tb[acdh]"
"""Words that stand for nobody and may be a family name or initials too."""

_VACANT = re.compile(rf"(?i)\s*(?:{_NOBODY}|{_ALSO_NAMES})\s*#?\d*\s*")
_SURE = re.compile(
    rf"(?i)\s*(?:(?:{_NOBODY})\s*#?\d*|(?:{_ALSO_NAMES})\s*#?\d+|"
    rf"(?:{_VACANT_WORDS}|open|offen|tbd|n\.\s?n\.?)\s*[-\u2013\u2014:/|(#].*|"
    rf".*(?:[-\u2013\u2014:/|]\s*|[(\[<])(?:{_VACANT_WORDS}|tbd|n\.\s?n\.?)[)\]>]?)\s*"
)
_GONE = re.compile(
    r"(?i)\b(?:former|inactive|deactivated|terminated|departed|resigned|retired|ex-rep|left|"
    r"do not use|no longer|ausgeschieden|ehemals|inaktiv|inactif|inactivo)\b|^\s*(?:zz+|xx+)[\s_-]"
)
_OPEN_WORDS = re.compile(
    r"(?i)^\s*(?:(?:vacant|vakant|unassigned|unbesetzt|tb[dh]|n\.\s?n\.)(?!\w)|"
    r"(?:open|house|offen)\s*(?:[-\u2013\u2014:/|(#]|(?:territory|position|account|seat)s?\b))"
)


def name_key(name: str) -> str:
    """Return what two spellings of one name have in common.

    Examples
    --------
    >>> name_key("O'Donnell, Kevin ") == name_key("KEVIN  ODONNELL") == name_key("Kevin O’Donnell")
    True
    """
    last, comma, first = name.partition(",")
    turned = f"{first} {last}" if comma and first.strip() and "," not in first else name
    plain = unicodedata.normalize("NFKD", turned).casefold()
    return "".join(c for c in plain if c.isalnum())


_SUFFIX = frozenset(
    {"jr", "sr", "ii", "iii", "iv", "md", "phd", "rn", "mba", "mr", "ms", "mrs", "dr"}
)


def person_key(name: str) -> str:
    """Return the words of a person's name in one order, "" where there are less than two.

    Left out are brackets, initials, titles, generations and the part of an e-mail behind "@".

    Examples
    --------
    >>> person_key("Example, Ada B. (TX)"), person_key("ada.example@example.com")
    ('ada example', 'ada example')
    """
    bare = re.sub(r"[(\[][^)\]]*[)\]]", " ", name.partition("@")[0])
    plain = unicodedata.normalize("NFKD", bare).casefold()
    plain = "".join(c for c in plain if not unicodedata.combining(c)).replace("'", "")
    words = re.sub(r"[\W_\d]+", " ", plain.replace("\u2019", "")).split()
    kept = sorted(word for word in words if len(word) > 1 and word not in _SUFFIX)
    return " ".join(kept) if len(kept) > 1 else ""


def login_key(label: str) -> str:
    r"""Return the letters of a name written short: "A. Lee", "alee@example.com", "CORP\alee".

    Examples
    --------
    >>> login_key("A. Lee"), login_key("Lee, A."), login_key("CORP\\alee (TX)")
    ('alee', 'alee', 'alee')
    """
    bare = re.sub(r"[(\[][^)\]]*[)\]]", " ", label.rpartition("\\")[2].partition("@")[0])
    return re.sub(r"[\d]+", "", name_key(bare.strip()))


def short_keys(name: str) -> frozenset[str]:
    """Return how a person's name may be written short: initial and last name, in either order.

    Examples
    --------
    >>> sorted(short_keys("Ann Lee")), short_keys("Bo")
    (['alee', 'leea'], frozenset())
    """
    last, comma, first = name.partition(",")
    words = [name_key(word) for word in (f"{first} {last}" if comma else name).split()]
    words = [word for word in words if word and word not in _SUFFIX]
    if len(words) < 2 or len(words[-1]) < 2:
        return frozenset()
    return frozenset({words[0][0] + words[-1], words[-1] + words[0][0]})


def vacancy(name: str) -> str:
    """Return why a name stands for nobody: "open", "former", or "" for a person.

    Examples
    --------
    >>> vacancy("Open Territory"), vacancy("J. Doe (inactive)"), vacancy("Rose House")
    ('open', 'former', '')
    >>> vacancy("(vakant)"), vacancy("<VACANT>")
    ('open', 'open')
    """
    bare = name.strip().strip("()[]<>*")
    if _VACANT.fullmatch(bare) or _OPEN_WORDS.match(bare):
        return "open"
    return "former" if _GONE.search(name) else ""


def vacant_seats(names: Sequence[str]) -> list[bool]:
    """Return which names of a roster stand for an empty seat, never a word that may be a name.

    "House" or "NN" is a seat in brackets, with a number, or where most names are of two words;
    of a roster that has last names or initials only, it is a person.

    Examples
    --------
    >>> vacant_seats(["Ada Example", "(vakant)", "N.N.", "TBD", "House, Ann", "N.N. Rao"])
    [False, True, True, True, False, False]
    >>> vacant_seats(["Lee", "House", "Vacant - Boston"])
    [False, False, True]
    """
    bare = [name.strip() for name in names]
    inside = [name.strip("()[]<>*") for name in bare]
    sure = [
        bool(_SURE.fullmatch(name) or _SURE.fullmatch(within))
        for name, within in zip(bare, inside, strict=True)
    ]
    named = [
        len(name.replace(",", " ").split()) > 1
        for name, within in zip(bare, inside, strict=True)
        if name and not _VACANT.fullmatch(within)
    ]
    whole = 2 * sum(named) > len(named)
    return [
        certain or bool(_VACANT.fullmatch(within) and (whole or within != name))
        for certain, name, within in zip(sure, bare, inside, strict=True)
    ]
