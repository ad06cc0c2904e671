"""One column of a file: its name, how its cells are read, its unit, its source, its formula."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

__all__ = ["ColumnKind", "Field", "fields_of", "named"]

ColumnKind = Literal[
    "id",
    "text",
    "truth",
    "zip",
    "fips",
    "ccn",
    "npi",
    "number",
    "positive",
    "signed",
    "lon",
    "lat",
    "period",
]

_NUMBERS = frozenset({"number", "positive", "signed", "lon", "lat"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One column of a file.

    Attributes
    ----------
    name : str
        In the file. ``{measure}`` and the like stand for names that the scenario gives.
    kind : ColumnKind
        ``number`` is at least 0, ``positive`` above 0, ``signed`` any number, ``truth`` "true" or
        "false" in files and a boolean in tables; all others are text,
        even where they look like numbers.
    unit : str
        Of a number, e.g. "h a year"; "" for counts, shares and text.
    source : str
        Who makes it.
    formula : str
        How it is reckoned from other columns; "" where it is given or found.
    sentence : str
    """

    name: str
    kind: ColumnKind = "text"
    unit: str = ""
    source: str = ""
    formula: str = ""
    sentence: str

    @property
    def is_number(self) -> bool:
        """Whether the cells are numbers."""
        return self.kind in _NUMBERS


def fields_of(lines: str, *, source: str = "") -> tuple[Field, ...]:
    """Return the columns that a table of text describes.

    Parameters
    ----------
    lines : str
        A line each: ``name | kind | unit | sentence | formula``; the formula may be left out.
    source : str
        Of all of them.

    Examples
    --------
    >>> [one] = fields_of("travel_h | number | h a year | hours on the road | a + b")
    >>> one.name, one.is_number, one.formula
    ('travel_h', True, 'a + b')
    """
    found = []
    for line in lines.strip().splitlines():
        name, kind, unit, sentence, *formula = (part.strip() for part in line.split(" | "))
        found.append(
            Field(
                name=name,
                kind=_kind(kind),
                unit="" if unit == "-" else unit,
                source=source,
                formula=formula[0] if formula else "",
                sentence=sentence,
            )
        )
    return tuple(found)


def _kind(text: str) -> ColumnKind:
    kinds: Mapping[str, ColumnKind] = {each: each for each in ColumnKind.__args__}  # type: ignore[attr-defined]
    return kinds[text]


def named(fields: Iterable[Field]) -> Mapping[str, Field]:
    """Return the columns by name."""
    return {field.name: field for field in fields}
