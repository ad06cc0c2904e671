"""Ids and names as CRM systems take them: 18-character ids, developer names, Veeva's names."""

from __future__ import annotations

import re

__all__ = [
    "NAME_LENGTH",
    "developer_name",
    "name_problem",
    "salesforce_id",
    "veeva_name_problem",
]

NAME_LENGTH = 80
"""Most characters of Territory2.Name and DeveloperName."""

_ID = re.compile(r"[0-9A-Za-z]{15}(?:[0-9A-Za-z]{3})?")
_SUFFIX = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
_DEVELOPER = re.compile(r"[A-Za-z](?:_?[A-Za-z0-9])*")


def salesforce_id(text: str) -> str:
    """Return an id with its 18 characters; "" for what is no id.

    The last three characters say which of the first fifteen are capitals, five a character, so
    that an id survives programs that ignore case.

    Examples
    --------
    >>> salesforce_id("001A0000006Vm9r"), salesforce_id("A-10001")
    ('001A0000006Vm9rIAC', '')

    An id of 18 characters whose check does not fit has been changed on its way:

    >>> salesforce_id("001a0000006vm9rIAC")
    ''
    """
    text = text.strip()
    if not _ID.fullmatch(text) or not any(letter.isdigit() for letter in text):
        return ""
    ending = ""
    for start in (0, 5, 10):
        bits = sum(1 << at for at in range(5) if "A" <= text[start + at] <= "Z")
        ending += _SUFFIX[bits]
    whole = text[:15] + ending
    return whole if len(text) == 15 or text == whole else ""


def developer_name(text: str) -> str:
    """Return a developer name for a territory: letters, digits, single underscores.

    Examples
    --------
    >>> developer_name("T01"), developer_name("48-Nord/West "), developer_name("München")
    ('T01', 'T_48_Nord_West', 'M_nchen')
    """
    plain = re.sub(r"_+", "_", re.sub(r"[^A-Za-z0-9]+", "_", text)).strip("_")
    if not plain or not plain[0].isalpha():
        plain = f"T_{plain}".rstrip("_")
    return plain


def name_problem(name: str) -> str:
    """Return what Salesforce refuses about a developer name, "" for a good one.

    Examples
    --------
    >>> name_problem("T01"), name_problem("1__A")
    ('', 'has characters other than letters, digits and single underscores')
    """
    if len(name) > NAME_LENGTH:
        return f"has {len(name)} characters; at most {NAME_LENGTH} are allowed"
    if not _DEVELOPER.fullmatch(name):
        return "has characters other than letters, digits and single underscores"
    return ""


def veeva_name_problem(name: str) -> str:
    """Return what Veeva refuses about a territory's name, "" for a good one.

    Examples
    --------
    >>> veeva_name_problem("T01"), veeva_name_problem("01"), veeva_name_problem("A;B")
    ('', 'begins with a zero', 'has a semicolon')
    """
    if not name:
        return "is empty"
    if name.startswith("0"):
        return "begins with a zero"
    for sign, word in ((" ", "a space"), (",", "a comma"), (";", "a semicolon")):
        if sign in name:
            return f"has {word}"
    return ""
