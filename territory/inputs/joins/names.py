"""How names are compared: without case, accents, blanks and punctuation, in either order."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["login_key", "name_key", "person_key", "short_keys", "vacancy"]

_VACANT = re.compile(
    r"(?i)\s*(?:open|vacant|vacancy|house(?: accounts?)?|unassigned|not assigned|no owner|no rep|"
    r"none|tbd|tbh|to be hired|n/?a|-+|open (?:territory|headcount|position|role)|"
    r"vacant (?:territory|position)|territory open|admin|system(?: admin(?:istrator)?)?|"
    r"integration user|salesforce(?: admin)?|queue|vakant|offen|unbesetzt|n\.\s?n\.|hauskonto|"
    r"nicht (?:zugeordnet|zugewiesen|besetzt)|non (?:attribu\u00e9|affect\u00e9)e?|vacante|libre|"
    r"sin asignar|niet toegewezen|openstaand|non assegnato)\s*\d*\s*"
)
_GONE = re.compile(
    r"(?i)\b(?:former|inactive|deactivated|terminated|departed|resigned|retired|ex-rep|left|"
    r"do not use|no longer|ausgeschieden|ehemals|inaktiv|inactif|inactivo)\b|^\s*(?:zz+|xx+)[\s_-]"
)
_OPEN_WORDS = re.compile(r"(?i)^\s*(?:open|vacant|house|unassigned)\b")


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
