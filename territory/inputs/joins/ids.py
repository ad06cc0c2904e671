"""Match ids of one table with those of another, where programs have changed their spelling."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from territory.inputs.joins.names import name_key
from territory.messages import quoted

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Matched", "match_ids", "strangers", "unique_keys"]

_CRM = re.compile(r"[0-9A-Za-z]{15}(?:[0-9A-Za-z]{3})?")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Matched:
    """Ids in the spelling of the other table.

    Attributes
    ----------
    ids : (n,) Series of str
        The other table's id where there is one, else as written.
    known : (n,) Series of bool
        Whether the other table has it; False for "".
    how : list of (int, str)
        How many rows were matched other than letter by letter, and by what, with an example.
    """

    ids: pd.Series[str]
    known: pd.Series[bool]
    how: list[tuple[int, str]]


def match_ids(
    written: pd.Series[str], known: Iterable[str], *, names: Mapping[str, str] | None = None
) -> Matched:
    """Match ids letter by letter, and what is left by what programs do to ids.

    Parameters
    ----------
    written : (n,) Series of str
        As they stand; "" for none.
    known : iterable of str
        The other table's ids.
    names : mapping of str to str, optional
        The other table's ids by name: taken where ids do not fit, without case and blanks.

    Notes
    -----
    In turn: the 15 and 18 characters of one CRM id; zeros in front and decimals behind digits;
    case and blanks; marks of thousands; punctuation; names. A step counts only where it leads to
    one id.
    """
    ids = list(dict.fromkeys(known))
    exact = set(ids)
    distinct = [str(value) for value in dict.fromkeys(written.tolist()) if value]
    open_ids = [value for value in distinct if value not in exact]
    found: dict[str, str] = {value: value for value in distinct if value in exact}
    counts = written.value_counts()
    how: list[tuple[int, str]] = []
    steps: list[tuple[str, Callable[[str], str], Mapping[str, str]]] = [
        ("by the 15 characters that both spellings of a CRM id share", _crm_key, {}),
        ("without zeros in front and decimals behind", _digits_key, {}),
        ("without case and blanks", _folded, {}),
        ("without marks of thousands", _thousands_key, {}),
        ("without hyphens and other punctuation", _letters_key, {}),
    ]
    if names and open_ids:
        by_name = unique_keys((name_key(name), id_) for name, id_ in names.items())
        steps.append(("by name, without case and blanks", name_key, by_name))
    for what, key, table in steps:
        if not open_ids:
            break
        index = table or unique_keys((key(value), value) for value in ids)
        hits = {value: index[spelled] for value in open_ids if (spelled := key(value)) in index}
        if hits:
            first, target = next(iter(hits.items()))
            rows = int(sum(counts[value] for value in hits))
            how.append((rows, f"{what}, as {quoted(first)} with {quoted(target)}"))
        found |= hits
        open_ids = [value for value in open_ids if value not in hits]
    return Matched(
        ids=written.map(lambda value: found.get(value, value)).astype("str"),
        known=written.isin(list(found)),
        how=how,
    )


def unique_keys(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return the keys that lead to one id only."""
    index: dict[str, str] = {}
    several: set[str] = set()
    for key, value in pairs:
        if key and index.setdefault(key, value) != value:
            several.add(key)
    return {key: value for key, value in index.items() if key not in several}


def _crm_key(value: str) -> str:
    """Return the first 15 characters of a CRM id, case kept, "" for anything else."""
    return value[:15] if _CRM.fullmatch(value) and any(c.isdigit() for c in value) else ""


def _folded(value: str) -> str:
    return "".join(value.casefold().split())


def _digits_key(value: str) -> str:
    """Return digits without zeros in front and decimals behind, "" for anything else."""
    match = re.fullmatch(r"0*(\d+?)(?:\.0+)?", value.strip())
    return match[1] if match else ""


def _thousands_key(value: str) -> str:
    """Return digits without commas or points between groups of three, "" for anything else."""
    bare = re.sub(r"(?<=\d)[.,\u00a0 ](?=\d{3}(?!\d))", "", value.strip())
    return _digits_key(bare)


def _letters_key(value: str) -> str:
    """Return letters and digits, "" where that is less than four of them."""
    bare = re.sub(r"[\W_]+", "", value.casefold())
    return bare if len(bare) >= 4 else ""


def strangers(written: Sequence[str], *, most: int = 5) -> str:
    """Return the most frequent of some ids, with how often they stand there."""
    from collections import Counter

    counted = Counter(written).most_common(most)
    return ", ".join(f"{quoted(value)} ({number:,})" for value, number in counted)
