"""All number columns of a table in one spelling: undressed, then with points for decimals."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from territory.inputs.numbers.by_size import of_percent
from territory.inputs.numbers.dress import Undressed, undressed
from territory.inputs.numbers.header_units import header_unit
from territory.inputs.numbers.marks import settle_marks
from territory.messages import quoted

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["SettledNumbers", "settle_numbers"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SettledNumbers:
    """Number columns by our name.

    Attributes
    ----------
    texts : mapping of str to (n,) Series of str
        Digits, a point, a sign; cells that are not understood as they stand in the file.
    factors : mapping of str to (n,) float64
        What each number is to be multiplied with.
    notes, warnings, units, questions, marks : list of str
        How a column was read; amounts in another currency; numbers brought to our units by their
        header or size; what may mean two things, and that by its dots and commas.
    """

    texts: Mapping[str, pd.Series[str]]
    factors: Mapping[str, NDArray[np.float64]]
    notes: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    units: list[str] = field(default_factory=list)
    questions: list[str] = field(default_factory=list)
    marks: list[str] = field(default_factory=list)


def settle_numbers(
    texts: Mapping[str, pd.Series[str]],
    *,
    stored: Mapping[str, NDArray[np.bool_] | None],
    coordinates: frozenset[str],
    delimiter: str,
    decimal: Literal[".", ","] | None = None,
    currency: str = "USD",
    yearly: bool = False,
    as_written: Collection[str] = (),
) -> SettledNumbers:
    """Bring the number columns of one table into one spelling.

    Parameters
    ----------
    texts : mapping of str to (n,) Series of str
        The cells, by our name.
    stored : mapping of str to (n,) bool or None
        Cells that the file stores as numbers.
    coordinates : frozenset of str
        Columns of degrees.
    delimiter : str
        Of delimited text, else "".
    decimal : {".", ","}, optional
        What the planner says.
    currency : str
        Of the amounts.
    yearly : bool
        Whether amounts, hours and calls are a year's: a header may say that they are a month's.
    as_written : collection of str
        Columns whose headers are not asked for units.
    """
    # Cells that the file stores as numbers wear nothing, and their marks are no question.
    plain = {name for name, text in texts.items() if _all_stored(text, stored.get(name))}
    bare = {
        name: Undressed(text=text, factor=np.ones(len(text)))
        if name in plain
        else undressed(text, name, stored=stored.get(name), currency=currency)
        for name, text in texts.items()
    }
    marks = settle_marks(
        {name: column.text for name, column in bare.items() if name not in plain},
        stored=stored,
        coordinates=coordinates,
        delimiter=delimiter,
        decimal=decimal,
    )
    percent = [
        name
        for name, text in {**marks.texts, **{at: texts[at] for at in plain}}.items()
        if _percent(text, texts[name], name)
    ]
    read = {**marks.texts, **{name: texts[name] for name in plain}}
    factors = {
        name: column.factor / 100 if name in percent else column.factor
        for name, column in bare.items()
    }
    asked = {name for name, _ in marks.questions}  # refused: nothing follows from its header
    units = [
        said
        for name in texts
        if name not in percent and name not in as_written and name not in asked
        for said in _brought(name, texts[name], read[name], factors, yearly=yearly)
    ]
    return SettledNumbers(
        texts=read,
        factors=factors,
        units=units,
        notes=[f"{name}: its header says percent: 100 is 1" for name in percent]
        + [note for it in bare.values() for note in it.notes]
        + [n for _, n in marks.notes],
        warnings=[warning for it in bare.values() for warning in it.warnings],
        questions=[what for it in bare.values() for what in it.questions],
        marks=[what for _, what in marks.questions],
    )


def _brought(
    name: str,
    written: pd.Series[str],
    text: pd.Series[str],
    factors: dict[str, NDArray[np.float64]],
    *,
    yearly: bool,
) -> list[str]:
    """Bring one column to our unit, in place, where its header or its size names another."""
    import pandas as pd

    header = str(written.name or "")
    unit = header_unit(header, name, yearly=yearly)
    if unit is None and name != "fte":  # of bare numbers only these may be percent (`of_percent`)
        return []
    values = pd.to_numeric(text, errors="coerce").to_numpy(dtype=np.float64)
    known = np.flatnonzero(np.nan_to_num(values))
    if not len(known):
        return []
    first = quoted(str(written.iloc[known[0]]).strip())
    if of_percent(name, values * factors[name]):
        factors[name] = factors[name] / 100
        shown = f"{values[known[0]] * factors[name][known[0]]:g}"
        return [f"{name}: {first} is read as {shown}, in percent: each row is one rep"]
    if unit is None:
        return []
    if unit.odd:
        return [f"{name}: header {quoted(header)} speaks of {unit.what}; it is read as a year's"]
    if bool((factors[name] != 1).any()):
        return []
    factors[name] = factors[name] * unit.factor
    shown = f"{values[known[0]] * unit.factor:,.10g}"
    return [f"{name}: header {quoted(header)} says {unit.what}: {first} is read as {shown}"]


def _all_stored(text: pd.Series[str], stored: NDArray[np.bool_] | None) -> bool:
    return stored is not None and bool((stored | (text == "").to_numpy(dtype=bool)).all())


def _percent(text: pd.Series[str], written: pd.Series[str], name: str) -> bool:
    """Tell a column of bare percent: its header says so, and its numbers are no shares."""
    import pandas as pd

    header = str(written.name or "").lower()
    if name.endswith(("_h", "_usd", "_y")) or name in {"n_calls", "lon", "lat"}:
        return False
    if "%" not in header and not {"percent", "pct"} & set(header.replace("_", " ").split()):
        return False
    numbers = pd.to_numeric(text, errors="coerce")
    return not written.str.contains("%").any() and bool((numbers.abs() > 1.5).any())
