"""One shape for everything the product says: a fact, at most five lines of evidence, a hint."""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import KW_ONLY, dataclass
from math import isnan
from typing import Literal

__all__ = [
    "EVIDENCE_LINES",
    "Message",
    "Severity",
    "closest",
    "counted",
    "figure",
    "likeness",
    "quoted",
    "visible",
]

Severity = Literal["error", "warning", "info"]

EVIDENCE_LINES = 5
_LONGEST_VALUE = 80
_ALIKE, _ALIKE_SHORT = 0.6, 0.5
# Control and format characters (escape sequences, right-to-left overrides), line separators and
# lone surrogates: a terminal obeys or chokes on them.
_HIDDEN_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


def visible(text: str) -> str:
    r"""Return the text with everything a terminal would obey written out.

    Names and ids come from other people's files, so an escape sequence or a right-to-left
    override in one of them must not change what the reader sees.

    Parameters
    ----------
    text : str
        Text.

    Returns
    -------
    str
        The same text; control and format characters appear as ``\x1b`` or ``\u202e``.

    Examples
    --------
    A red-colour escape sequence becomes harmless and readable:

    >>> visible("St. Mary\x1b[31m")
    'St. Mary\\x1b[31m'
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        character.encode("unicode_escape").decode("ascii")
        if unicodedata.category(character) in _HIDDEN_CATEGORIES
        else character
        for character in text
    )


_LOOKED_AT = 1_000


def quoted(value: object) -> str:
    """Return a value as it is shown in a message: text in quotes, shortened when very long.

    Examples
    --------
    Text is quoted, numbers are not, and truth values read as TOML writes them:

    >>> quoted("1002"), quoted(15), quoted(True)
    ('"1002"', '15', 'true')
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    # A damaged file may have a cell of megabytes: no more of it is looked at than is shown.
    text = visible(str(value)[:_LOOKED_AT])
    if len(text) > _LONGEST_VALUE:
        text = f"{text[:_LONGEST_VALUE]}…"
    return f'"{text}"' if isinstance(value, str) else text


def figure(value: object) -> str:
    """Return a cell as it stands in a message: a number with all digits it was given, never 1e+06.

    Examples
    --------
    >>> figure(1196240.0), figure(0.1), figure(float("nan")), figure("12 beds")
    ('1196240', '0.1', '', '12 beds')
    """
    if isinstance(value, float):
        return "" if isnan(value) else f"{value:.15g}"
    return str(value)


def likeness(one: str, other: str) -> float:
    """Return from 0 to 1 how alike two texts are spelled, whatever their case.

    Notes
    -----
    Twice the matching characters over all characters, after Ratcliff and Obershelp (`difflib`).
    """
    from difflib import SequenceMatcher

    return SequenceMatcher(None, one.casefold(), other.casefold()).ratio()


def closest(
    wanted: str, known: Iterable[str], *, most: int = 1, least: float | None = None
) -> list[str]:
    """Return the known words that are spelled most like one that is not known, best first.

    Parameters
    ----------
    wanted : str
        Case and blanks around it do not matter.
    known : iterable of str
    most : int, at least 1
        How many at most.
    least : float, 0 to 1, optional
        `likeness` from which a word counts; 0.6 where left out, 0.5 for words of up to three
        letters, such as codes of states.

    Examples
    --------
    >>> closest("Workload_hours", ["workload_h", "potential_usd"])
    ['workload_h']
    >>> closest("workload_h", ["revenue_usd"])
    []

    Zeros that a spreadsheet drops come first:

    >>> closest("34", ["00234", "00034"])
    ['00034']
    """
    from difflib import get_close_matches

    wanted = wanted.strip().casefold()
    written: dict[str, list[str]] = {}
    for word in dict.fromkeys(known):
        written.setdefault(word.strip().casefold(), []).append(word)
    if least is None:
        least = _ALIKE_SHORT if len(wanted) <= len("abc") else _ALIKE
    bare = wanted.lstrip("0") if wanted.isdecimal() else ""
    same = [each for each in written if bare and each.lstrip("0") == bare]
    found = [*same, *(each for each in get_close_matches(wanted, written, n=most, cutoff=least)
                      if each not in same)]  # fmt: skip
    return [word for each in found for word in written[each]][:most]


def counted(number: int, noun: str, plural: str | None = None) -> str:
    """Return a count with its noun, with thousands separators.

    Parameters
    ----------
    number : int
        How many.
    noun : str
        Singular.
    plural : str, optional
        Plural, where it is not the singular with an ``s``.

    Returns
    -------
    str
        For instance ``1 account`` or ``1,204 accounts``.

    Examples
    --------
    >>> counted(1, "territory", "territories"), counted(1204, "account")
    ('1 territory', '1,204 accounts')
    """
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


@dataclass(frozen=True, slots=True)
class Message:
    """What happened, the evidence for it, and what one can do.

    Parameters
    ----------
    fact : str
        One sentence without a full stop, with values and the user's own ids.
    evidence : tuple of str or tuple of str, optional
        Lines, worst first. A line given as a tuple is set in columns. Lines after the fifth are
        counted, not shown.
    hint : str, optional
        Something one can do.
    severity : {"error", "warning", "info"}, default "error"
        The first word of the text.
    """

    fact: str
    _: KW_ONLY
    evidence: tuple[str | tuple[str, ...], ...] = ()
    hint: str = ""
    severity: Severity = "error"

    def text(self) -> str:
        """Return the message as it is shown to a person.

        Examples
        --------
        >>> print(Message("tolerance is 15", hint="for 15 percent write 0.15").text())
        error: tolerance is 15
        <BLANKLINE>
        hint: for 15 percent write 0.15
        """
        lines = [f"{self.severity}: {visible(self.fact)}"]
        lines += [f"  {line}" for line in _aligned(self.evidence[:EVIDENCE_LINES])]
        if len(self.evidence) > EVIDENCE_LINES:
            lines.append(f"  and {len(self.evidence) - EVIDENCE_LINES:,} more")
        if self.hint:
            lines += ["", f"hint: {visible(self.hint)}"]
        return "\n".join(lines)

    def __str__(self) -> str:
        """Return the message as it is shown to a person."""
        return self.text()


def _aligned(evidence: Sequence[str | tuple[str, ...]]) -> list[str]:
    """Set the tuples among the lines in columns, two blanks apart."""
    rows = [
        (visible(line),) if isinstance(line, str) else tuple(visible(cell) for cell in line)
        for line in evidence
    ]
    columns = max((len(row) for row in rows), default=0)
    widths = [
        max((len(row[at]) for row in rows if at < len(row) - 1), default=0) for at in range(columns)
    ]
    return [
        "  ".join(
            [*(cell.ljust(width) for cell, width in zip(row[:-1], widths, strict=False)), row[-1]]
        ).rstrip()
        for row in rows
        if row
    ]
