"""Tell the encoding of bytes that are not UTF-8, by which of them makes words of their cells.

A byte above 127 in a name is an accented letter inside a word, or a mark between words; under
the wrong encoding it becomes a box, a capital inside small letters, a currency sign in a word.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["Charset", "told_charset"]

_WESTERN = {
    "cp1252": "Windows Latin-1",
    "mac_roman": "Mac Roman",
    "cp850": "DOS Latin-1 (code page 850)",
    "cp437": "DOS (code page 437)",
}
_OTHERS = {
    "cp1250": "Windows Central European",
    "cp1251": "Windows Cyrillic",
    "cp932": "Japanese (Shift-JIS)",
    "gb18030": "Chinese (GB 18030)",
}
_SMALL = dict.fromkeys("áéíóúñüöäßçãâêôàèøå", 1.0) | dict.fromkeys("æëîïìòõœùûýÿ", 0.5)
_CAPITAL = dict.fromkeys("ÁÉÍÓÚÑÜÖÄÇÃÂÊÔÀÈØÅ", 1.0) | dict.fromkeys("ÆËÎÏÌÒÕŒÙÛÝŸŠŽ", 0.5)
_BEFORE_DIGITS = frozenset("£€§")
_AFTER = frozenset("®™©°ªº²³½¼¾")
_BESIDE = frozenset("‘’“”–—…•«»·´¿¡\xa0")
_FRAGMENT = re.compile(rb"[^\x00-\x1f,;|\"]{0,40}[\x80-\xff][^\x00-\x1f,;|\"]{0,40}")
_MOST_FRAGMENTS = 2_000
_PLAUSIBLE = 0.2
_MARGIN = 0.25


@dataclass(frozen=True, slots=True, kw_only=True)
class Charset:
    """What the bytes say of their encoding.

    Attributes
    ----------
    codec, label : str
        The encoding that reads most like words, for Python and for people.
    sure : bool
        Whether its words are words, and no other encoding's are nearly as good.
    plausible : bool
        Whether most of its special characters stand where such characters stand.
    line : int
        Physical line of the first byte that is not UTF-8, from 1.
    readings : tuple of (codec, label, text)
        The first such cell in every encoding that can read the file, the best first.
    """

    codec: str
    label: str
    sure: bool
    plausible: bool
    line: int
    readings: tuple[tuple[str, str, str], ...]


def told_charset(data: bytes, first: int) -> Charset:
    """Return the encoding of bytes that are not UTF-8.

    Four Western encodings are told apart; files of other scripts are none of them, and are shown
    in the encodings that could read them.

    Parameters
    ----------
    data : bytes
        The whole file.
    first : int
        Position of the first byte that is not UTF-8.

    Notes
    -----
    Every character beyond ASCII counts up to 1 where it stands as such a character stands (a small
    letter in a word, a capital at its start, a mark beside it), -1 where not, and less where
    several of them follow each other; the encoding with the best mean wins, Windows Latin-1 where
    two are equal. A statistical guesser (charset-normalizer 3.5) takes "Nuñez" in Windows Latin-1
    for Central European "Nuńez".
    """
    found = list(dict.fromkeys(match.group() for match in _fragments(data)))
    scores: dict[str, float] = {}
    for codec in _WESTERN:
        try:
            data.decode(codec)
        except UnicodeDecodeError:
            continue
        values = [value for part in found for value in _judged(part.decode(codec))]
        scores[codec] = sum(values) / max(1, len(values))
    order = sorted(scores, key=lambda codec: -scores[codec])
    best = order[0]
    text = {codec: [part.decode(codec) for part in found] for codec in order}
    rivals = [c for c in order[1:] if scores[c] > scores[best] - _MARGIN and text[c] != text[best]]
    plausible = scores[best] >= _PLAUSIBLE
    shown = _cell(data, first)
    names = {**_WESTERN, **({} if plausible else _OTHERS)}
    codecs = [best, *rivals] if plausible else [best, *_OTHERS]
    return Charset(
        codec=best,
        label=_WESTERN[best],
        sure=plausible and not rivals,
        plausible=plausible,
        line=data[:first].count(b"\n") + 1,
        readings=tuple(
            (codec, names[codec], shown.decode(codec, "replace"))
            for codec in codecs
            if _reads(data, codec)
        ),
    )


def _fragments(data: bytes) -> list[re.Match[bytes]]:
    found: list[re.Match[bytes]] = []
    for match in _FRAGMENT.finditer(data):
        found.append(match)
        if len(found) >= _MOST_FRAGMENTS:
            break
    return found


def _reads(data: bytes, codec: str) -> bool:
    try:
        data.decode(codec)
    except UnicodeDecodeError:
        return False
    return True


def _cell(data: bytes, first: int) -> bytes:
    """Return the cell around a byte, without its quotes."""
    start = max(data.rfind(mark, 0, first) for mark in (b"\n", b",", b";", b"\t", b"|")) + 1
    ends = [data.find(mark, first) for mark in (b"\r", b"\n", b",", b";", b"\t", b"|")]
    end = min((at for at in ends if at >= 0), default=len(data))
    return data[start:end].strip(b' "')[:80]


def _judged(text: str) -> list[float]:
    """Return between -1 and 1.3 for each character beyond ASCII."""
    padded = f"  {text}  "
    return [
        _worth(padded[at - 2], padded[at - 1], padded[at], padded[at + 1], padded[at + 2])
        for at in range(2, len(padded) - 2)
        if ord(padded[at]) > 127
    ]


def _worth(start: str, before: str, character: str, after: str, end: str) -> float:
    if character.isalpha():
        foreign = sum(ord(other) > 127 and other.isalpha() for other in (before, after))
        if foreign:
            return 1.0 - foreign if character in _SMALL or character in _CAPITAL else -1.0
    if character in _SMALL:
        first, last = not before.isalpha(), not after.isalpha()
        if after.isupper() or (first and last):
            return -1.0
        return _SMALL[character] * (0.5 if first else 0.7 if last else 1.0)
    if character in _CAPITAL:
        inside = before.islower() or (before.isupper() and after.islower())
        return -1.0 if inside else _CAPITAL[character]
    between = before.isalpha() and after.isalpha()
    if character == "’" and between:  # children’s, l’hôpital, O’Brien
        return 1.3 if not end.isalpha() or not start.isalpha() else 0.5
    if character in _BEFORE_DIGITS:
        return -1.0 if after.isalpha() else 0.3
    if character in _AFTER:
        return 0.3 if before.isalnum() and not between else -1.0
    if character in _BESIDE:
        return 0.3 if not between or character in "–—·" else -1.0
    return -1.0
