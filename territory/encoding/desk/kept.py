"""A prepared plan as one file beside its tables, for as long as those are the tables it came of."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from geo.files.archives import DAMAGED
from geo.roads.trips import Trips
from solvers import Shapes
from territory.currency import heard
from territory.encoding.desk.prepared import (
    Before,
    Held,
    Land,
    MeasureKeys,
    Prepared,
    Prices,
    Radius,
    Team,
    Texts,
)
from territory.encoding.verify import Caps
from territory.incentives.payout.prepared import Money, MoneyHeld, MoneyKeys, MoneyReps
from territory.workforce.tour_year import TourKeys

__all__ = ["NAME", "read_prepared", "write_prepared"]

NAME = "desk.npz"
"""Name of the file in a plan folder."""

_FORM = 5
_DAMAGED = (*DAMAGED, ValueError, KeyError, TypeError, AttributeError, RuntimeError)
"""What numpy and zipfile raise over files that are cut short or are something else."""

_FACTS = "facts"
_SHAPES = "shapes"
_MONEY = "money_"
"""What the names of arrays for quotas and pay begin with: read only when they are asked for."""
_Part = Held | Land | Team | MoneyHeld | MoneyReps | Shapes
T = TypeVar("T", Held, Land, Team, MoneyHeld, MoneyReps, Shapes)
Array = NDArray[np.generic]


def write_prepared(
    prepared: Prepared,
    folder: Path,
    *,
    of: Iterable[str],
    beside: Iterable[str] = (),
    money_of: Iterable[str] = (),
) -> None:
    """Write a prepared plan into the folder of its tables.

    Parameters
    ----------
    prepared : Prepared
    folder : Path
    of : iterable of str
        Names of the files there that it was made from: once one of them is another, what is
        written here does not count.
    beside : iterable of str
        Paths of files elsewhere that it was made from, as the plan names them.
    money_of : iterable of str
        Paths of the files that quotas and pay were worked out from; one that is absent then must
        be absent when they are told.
    """
    names = list(of)
    facts = {
        "form": _FORM,
        "files": {name: _print_of(folder / name) for name in names},
        "beside": {path: _print_of(Path(path)) for path in beside},
        "measures": [asdict(each) for each in prepared.measures],
        "quotas": prepared.quotas,
        "money": None if prepared.money is None else asdict(prepared.money.keys),
        "money_of": {path: _print_of(Path(path)) for path in money_of},
        **{
            name: asdict(getattr(prepared, name))
            for name in ("prices", "caps", "radius", "trips", "tours", "before")
        },
    }
    parts: dict[str, _Part] = {
        "held": prepared.held,
        "land": prepared.land,
        "team": prepared.team,
    }
    if prepared.shapes is not None:
        parts[_SHAPES] = prepared.shapes
    if prepared.money is not None:
        parts |= {f"{_MONEY}held": prepared.money.held, f"{_MONEY}reps": prepared.money.reps}
    arrays = {
        f"{part}.{name}": array
        for part, given in parts.items()
        for name, array in _arrays(given).items()
    }
    said = np.frombuffer(json.dumps(facts).encode(), dtype=np.uint8)
    np.savez(folder / NAME, allow_pickle=False, **{_FACTS: said}, **arrays)


def read_prepared(folder: Path, *, money: bool = False) -> Prepared | None:
    """Read a prepared plan back; None where there is none, or where its tables are others now.

    With ``money`` also what quotas and pay need, where it is kept and of the files as they are.
    """
    path = folder / NAME
    if not path.is_file():
        return None
    try:
        with path.open("rb") as raw, np.load(raw, allow_pickle=False) as file:
            facts = json.loads(file[_FACTS].tobytes())
            if facts["form"] != _FORM:
                return None
            files = {folder / name: said for name, said in facts["files"].items()}
            beside = {Path(name): said for name, said in facts["beside"].items()}
            if any(_print_of(path) != said for path, said in {**files, **beside}.items()):
                return None
            if "" in beside.values():  # nobody would see that it is another
                return None
            money = money and _told(facts["money_of"])
            arrays = {
                name: file[name] for name in file.files if money or not name.startswith(_MONEY)
            }
        before = facts["before"]
        heard(facts["prices"]["currency"])
        return Prepared(
            held=_part(Held, "held", arrays),
            land=_part(Land, "land", arrays),
            team=_part(Team, "team", arrays),
            measures=tuple(MeasureKeys(**each) for each in facts["measures"]),
            prices=Prices(**facts["prices"]),
            caps=Caps(**facts["caps"]),
            radius=Radius(**facts["radius"]),
            trips=Trips(**facts["trips"]),
            tours=TourKeys(**facts["tours"]),
            quotas=bool(facts["quotas"]),
            before=Before(
                figures=before["figures"], broken=[tuple(each) for each in before["broken"]]
            ),
            shapes=_shapes(arrays),
            money=_money(facts["money"], arrays) if money and facts["money"] else None,
        )
    except _DAMAGED:
        return None  # cut short, or of another version: the tables themselves are opened


def _told(files: Mapping[str, str]) -> bool:
    """Whether files elsewhere are what they were."""
    return all(_print_of(Path(name)) == said for name, said in files.items())


def _shapes(arrays: Mapping[str, Array]) -> Shapes | None:
    if f"{_SHAPES}.least" not in arrays:
        return None
    found = _part(Shapes, _SHAPES, arrays)
    return replace(found, least=float(found.least))


def _money(facts: Mapping[str, object], arrays: Mapping[str, Array]) -> Money:
    make: Callable[..., MoneyKeys] = MoneyKeys
    return Money(
        held=_part(MoneyHeld, f"{_MONEY}held", arrays),
        reps=_part(MoneyReps, f"{_MONEY}reps", arrays),
        keys=make(**{**facts, "roles": tuple(cast("list[str]", facts["roles"]))}),
    )


def _arrays(part: _Part) -> dict[str, Array]:
    out: dict[str, Array] = {}
    for each in fields(part):
        value = getattr(part, each.name)
        if isinstance(value, Texts):
            out[f"{each.name}.block"], out[f"{each.name}.ends"] = value.block, value.ends
        else:
            out[each.name] = np.asarray(value)
    return out


def _part(kind: type[T], name: str, arrays: Mapping[str, Array]) -> T:
    given: dict[str, Array | Texts] = {}
    for each in fields(kind):
        key = f"{name}.{each.name}"
        given[each.name] = (
            Texts(
                block=arrays[f"{key}.block"].astype(np.uint8, copy=False),
                ends=arrays[f"{key}.ends"].astype(np.int64, copy=False),
            )
            if f"{key}.block" in arrays
            else arrays[key]
        )
    make: Callable[..., T] = kind
    return make(**given)


def _print_of(path: Path) -> str:
    """Return the SHA-256 of a file, "" where there is none."""
    if not path.is_file():
        return ""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
