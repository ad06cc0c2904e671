"""Number formats that show more than the number: zeros in front and letters, as in 0000 or "A-"000.

An id that a sheet shows as 0007 or A-007 is stored as 7. What the sheet shows is the id.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping

from geo.files.archives import DAMAGED

__all__ = ["fixed_formats", "shown"]

_FORMAT = re.compile(rb"<(?:\w+:)?numFmt\b([^>]*)/?>")
_XFS = re.compile(rb"<(?:\w+:)?cellXfs\b.*?</(?:\w+:)?cellXfs>", re.DOTALL)
_XF = re.compile(rb"<(?:\w+:)?xf\b([^>]*)>")
_ID = re.compile(rb"\bnumFmtId=[\"'](\d+)[\"']")
_CODE = re.compile(rb"\bformatCode=(?:\"([^\"]*)\"|'([^']*)')")
_TOKEN = re.compile(r"\"([^\"]*)\"|\\(.)|_(?:.)|\*(?:.)|(0)|([-\s()])")
_DIGIT = "\0"
_MOST = 40


def fixed_formats(archive: zipfile.ZipFile) -> Mapping[int, str]:
    """Return the formats of fixed digits by style of a cell; a digit's place is NUL.

    Only formats of at least two zeros and letters around them count: what may have decimals,
    groups of thousands, dates or percent changes nothing of a number.
    """
    try:
        styles = archive.read("xl/styles.xml")
    except (*DAMAGED, KeyError, ValueError):
        return {}
    patterns: dict[int, str] = {}
    for found in _FORMAT.finditer(styles):
        own, code = _ID.search(found[1]), _CODE.search(found[1])
        if own and code:
            text = (code[1] or code[2] or b"").decode("utf-8", "replace")
            pattern = _pattern(text.replace("&quot;", '"').replace("&amp;", "&"))
            if pattern:
                patterns[int(own[1])] = pattern
    if not patterns:
        return {}
    block = _XFS.search(styles)
    own_formats = [
        int(each[1]) if (each := _ID.search(found[1])) else 0
        for found in _XF.finditer(block.group() if block else b"")
    ]
    return {at: patterns[own] for at, own in enumerate(own_formats) if own in patterns}


def _pattern(code: str) -> str:
    r"""Return what a format shows around its digits, "" where it is of another kind.

    Examples
    --------
    >>> _pattern("0000") == "\0" * 4, _pattern('"A-"000') == "A-" + "\0" * 3
    (True, True)
    >>> _pattern("#,##0.00"), _pattern("0"), _pattern("yyyy-mm-dd")
    ('', '', '')
    """
    first = re.sub(r"^\[(?:\$[^\]]*|[A-Za-z]+)\]", "", code.split(";", maxsplit=1)[0])
    out, at = "", 0
    while at < len(first):
        found = _TOKEN.match(first, at)
        if found is None:
            return ""
        quoted, escaped, zero, plain = found.groups()
        out += quoted or escaped or plain or (_DIGIT if zero else "")
        at = found.end()
    return out if out.count(_DIGIT) >= 2 and len(out) <= _MOST else ""


def shown(number: float, pattern: str) -> str:
    r"""Return a whole number as a format of fixed digits shows it.

    Examples
    --------
    >>> shown(7.0, "A-\0\0\0"), shown(21381234, "\0\0\0\0\0-\0\0\0\0"), shown(12345, "\0\0\0")
    ('A-007', '02138-1234', '12345')
    """
    places = pattern.count(_DIGIT)
    digits = str(int(number)).zfill(places)
    more, rest = digits[: len(digits) - places], digits[len(digits) - places :]
    out, at = [], 0
    for letter in pattern:
        if letter != _DIGIT:
            out.append(letter)
            continue
        out.append((more if at == 0 else "") + rest[at])
        at += 1
    return "".join(out).strip()
