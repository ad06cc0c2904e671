"""The record of a plan: what ``plan.json`` holds, with types, and how older ones are read."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, asdict, dataclass, field, fields, replace
from typing import Any, TypedDict, TypeVar, cast

from territory.errors import InputError
from territory.messages import Message

__all__ = [
    "SCHEMA_VERSION",
    "MeasureRecord",
    "Outputs",
    "PlanRecord",
    "RoutedRecord",
    "Violation",
    "plain",
]

SCHEMA_VERSION = 3
"""Version of the plan folder's layout. Folders of all earlier versions are read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureRecord:
    """A balanced measure: allowed deviation, what goals follow, and the worst deviation."""

    tolerance: float
    imbalance: float
    travel: bool = False
    goal: str = "capacity"


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """A broken rule in the planner's ids."""

    rule: str
    text: str
    territory_id: str = ""
    measure: str = ""
    value: float = 0.0
    limit: float = 0.0
    units: tuple[str, ...] = ()
    why: str = ""
    further: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutedRecord:
    """What routed tours say of the plan: rounds, territories outside the band, and how far."""

    rounds: int = 0
    outside: tuple[str, ...] = ()
    worst_deviation: float = 0.0
    further: Mapping[str, object] = field(default_factory=dict)

    def to_dict(self) -> dict[str, object]:
        """Return the plain values, as JSON has them."""
        told = _without(asdict(self), "further")
        return {**told, "outside": list(self.outside), **self.further}


class TravelKeys(TypedDict, total=False):
    """How travel was estimated: the formula, and the keys of the scenario that a recount needs."""

    formula: str
    day_h: float
    overnight_min: float
    night_usd: float
    usd_h: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Outputs:
    """Which files a plan folder has."""

    formats: tuple[str, ...] = ()
    tiles: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRecord:
    """What is known about a plan beside its tables; all of it stands in ``plan.json``.

    Attributes
    ----------
    scenario, scenario_path, description : str
    synthetic : bool
        Whether the data are made up.
    scenario_hash, input_hash : str
        SHA-256 of keys and files, and of the files alone.
    effort : str
    seed : int
    versions : mapping
    status, stop_reason : str
        As the solver says them.
    objective : float
        USD a year: the sum of ``terms``.
    terms : mapping of str to float
        USD a year.
    bound, gap : float or None
        No plan can cost less; share of the objective above it. None: not proved.
    bound_for : str
        The condition of the bound, in words.
    wall_s, cpu_s : float
    totals : mapping of str to float
    measures : mapping of str to MeasureRecord
        In the scenario's order.
    imbalance : float
        Worst deviation of all measures.
    travel, objective_usd : mapping
        Keys of the scenario that a recount needs.
    violations : tuple of Violation
    conflict : object
        Rules that contradict each other, or None.
    notes : tuple of str
    outputs : Outputs
    crs : str
        The plan's equal-area system, as WKT.
    kind : str
        ``today`` for today's alignment, else "".
    keys : mapping
        All keys of the scenario, so that the plan can be opened again; empty where not kept.
    written : mapping
        Names of those that somebody wrote, section by section; empty where not kept.
    routed : RoutedRecord or None
        None: it was not routed.
    review, hierarchy : mapping
        What the stages of these names know; empty where they did not run.
    further : mapping
        Keys that other versions or stages write.
    """

    scenario: str
    status: str
    measures: Mapping[str, MeasureRecord]
    scenario_path: str = ""
    description: str = ""
    synthetic: bool = False
    scenario_hash: str = ""
    input_hash: str = ""
    effort: str = ""
    seed: int = 0
    versions: Mapping[str, str] = field(default_factory=dict)
    stop_reason: str = ""
    objective: float = 0.0
    terms: Mapping[str, float] = field(default_factory=dict)
    bound: float | None = None
    bound_for: str = ""
    gap: float | None = None
    wall_s: float = 0.0
    cpu_s: float = 0.0
    totals: Mapping[str, float] = field(default_factory=dict)
    imbalance: float = 0.0
    travel: TravelKeys = field(default_factory=TravelKeys)
    objective_usd: Mapping[str, float] = field(default_factory=dict)
    violations: tuple[Violation, ...] = ()
    conflict: object = None
    notes: tuple[str, ...] = ()
    outputs: Outputs = field(default_factory=Outputs)
    crs: str = ""
    kind: str = ""
    keys: Mapping[str, object] = field(default_factory=dict)
    written: Mapping[str, object] = field(default_factory=dict)
    review: Mapping[str, object] = field(default_factory=dict)
    routed: RoutedRecord | None = None
    hierarchy: Mapping[str, object] = field(default_factory=dict)
    further: Mapping[str, object] = field(default_factory=dict)

    @property
    def edits(self) -> tuple[Mapping[str, object], ...]:
        """Edits by hand, oldest first, as `territory.changes` writes them."""
        return tuple(cast("Sequence[Mapping[str, object]]", self.further.get("edits", ())))

    def but(self, **changes: object) -> PlanRecord:
        """Return the record with other values; a name that is no attribute goes to ``further``."""
        names = {each.name for each in fields(self)}
        known = {name: value for name, value in changes.items() if name in names}
        other = {name: value for name, value in changes.items() if name not in names}
        if other:
            known["further"] = {**self.further, **other}
        return replace(self, **_typed(known))

    def to_dict(self) -> dict[str, object]:
        """Return the record as plain values, as JSON has them; what is not there is left out."""
        out: dict[str, object] = {"schema_version": SCHEMA_VERSION}
        for each in fields(self):
            value = getattr(self, each.name)
            if each.name == "further" or (each.name in _OPTIONAL and not value):
                continue
            out[each.name] = value
        out["measures"] = {name: asdict(each) for name, each in self.measures.items()}
        out["violations"] = [
            _without(asdict(each), "further" if each.why else "further why")
            | {"units": list(each.units), **each.further}
            for each in self.violations
        ]
        if self.routed:
            out["routed"] = self.routed.to_dict()
        out["notes"] = list(self.notes)
        out["outputs"] = {"formats": list(self.outputs.formats), "tiles": self.outputs.tiles}
        return out | dict(self.further)

    def to_json(self) -> str:
        """Return the text of ``plan.json``; numbers that JSON has no word for become null."""
        return json.dumps(plain(self.to_dict()), indent=2, ensure_ascii=False) + "\n"

    @classmethod
    def from_dict(cls, values: Mapping[str, object]) -> PlanRecord:
        """Return the record that plain values of this version describe."""
        names = {each.name for each in fields(cls)}
        known = {name: value for name, value in values.items() if name in names}
        other = {k: v for k, v in values.items() if k not in names and k != "schema_version"}
        return cls(**_typed({**known, "further": other}))

    @classmethod
    def from_json(cls, text: str, *, place: str = "plan.json") -> PlanRecord:
        """Read ``plan.json`` of this or any earlier version.

        Parameters
        ----------
        text : str
        place : str
            Where it stands, for messages.

        Raises
        ------
        InputError
            It is no JSON, lacks what every plan has, or is of a later version.
        """
        try:
            values = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise InputError(
                Message(f"{place} is no JSON: {error}", hint="run the scenario again")
            ) from error
        version = values.get("schema_version") if isinstance(values, dict) else None
        if version not in range(1, SCHEMA_VERSION + 1):
            raise InputError(
                Message(
                    f"{place}: schema_version is {version}; this version reads 1 to "
                    f"{SCHEMA_VERSION}",
                    hint="run the scenario again with this version",
                )
            )
        lacking = [
            each.name
            for each in fields(cls)
            if each.default is MISSING and each.default_factory is MISSING
            if each.name not in values
        ]
        if lacking:
            raise InputError(
                Message(f"{place} lacks {', '.join(lacking)}", hint="run the scenario again")
            )
        wrong = _wrong_types(values)
        if wrong:
            fact, hint = f"{place} is no plan's record: {wrong[0]}", "run the scenario again"
            raise InputError(Message(fact, evidence=tuple(wrong[1:]), hint=hint))
        try:
            return cls.from_dict(values)
        except (TypeError, ValueError, AttributeError, KeyError) as error:
            raise InputError(
                Message(f"{place} is no plan's record: {error}", hint="run the scenario again")
            ) from error


def plain(value: object) -> object:
    """Replace numbers that JSON has no word for by None, and numpy scalars by Python's.

    Examples
    --------
    >>> plain({"error": float("nan"), "rounds": (1, 2)})
    {'error': None, 'rounds': [1, 2]}
    """
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if hasattr(value, "item") and not isinstance(value, str):
        return plain(value.item())
    return value


_P = TypeVar("_P", Violation, RoutedRecord)

_OPTIONAL = frozenset({"kind", "keys", "written", "review", "routed", "hierarchy", "scenario_path"})


_KINDS: Mapping[str, tuple[str, tuple[type, ...]]] = {
    "str": ("a text", (str,)),
    "int": ("a whole number", (int,)),
    "float": ("a number", (int, float)),
    "bool": ("true or false", (bool,)),
    "Mapping": ("a table", (Mapping,)),
    "TravelKeys": ("a table", (Mapping,)),
    "Outputs": ("a table", (Mapping,)),
    "RoutedRecord": ("a table", (Mapping,)),
    "tuple": ("a list", (list, tuple)),
}


def _wrong_types(values: Mapping[str, object], kind: type = PlanRecord) -> list[str]:
    """Return a sentence for each value that is not of its attribute's type."""
    wrong: list[str] = []
    for each in fields(kind):
        if each.name not in values or each.name == "further":
            continue
        value, written = values[each.name], str(each.type)
        base = written.replace(" | None", "").partition("[")[0]
        if base not in _KINDS or (value is None and ("None" in written or base == "float")):
            continue
        noun, types = _KINDS[base]
        number = isinstance(value, bool) and base in {"int", "float"}
        if not isinstance(value, types) or number:
            wrong.append(f"{each.name} is {json.dumps(value, default=str)[:40]}; expected {noun}")
    if kind is PlanRecord and not wrong:
        wrong += _wrong_parts(values)
    return wrong


def _wrong_parts(values: Mapping[str, object]) -> list[str]:
    """Return a sentence for each wrong value inside measures, violations and numbers by name."""
    wrong: list[str] = []
    parts: list[tuple[str, object, type]] = [
        *((f"measures.{name}", each, MeasureRecord) for name, each in _items(values, "measures")),
        *(
            (f"violations[{at}]", each, Violation)
            for at, each in enumerate(cast("Sequence[object]", values.get("violations") or ()))
        ),
        *(("routed", each, RoutedRecord) for each in [values.get("routed")] if each),
    ]
    for place, each, kind in parts:
        if not isinstance(each, Mapping):
            wrong.append(f"{place} is {json.dumps(each, default=str)[:40]}; expected a table")
        else:
            wrong += [f"{place}.{sentence}" for sentence in _wrong_types(each, kind)]
    for name in ("terms", "totals", "objective_usd"):
        wrong += [
            f"{name}.{key} is {json.dumps(each, default=str)[:40]}; expected a number"
            for key, each in _items(values, name)
            if not (each is None or (isinstance(each, int | float) and not isinstance(each, bool)))
        ]
    return wrong


def _items(values: Mapping[str, object], name: str) -> list[tuple[str, object]]:
    found = values.get(name)
    return list(found.items()) if isinstance(found, Mapping) else []


def _without(values: Mapping[str, object], names: str) -> dict[str, object]:
    return {key: value for key, value in values.items() if key not in names.split()}


def _typed(values: Mapping[str, object]) -> dict[str, Any]:
    """Give plain values the record's types."""
    out: dict[str, Any] = dict(values)
    if "measures" in out:
        out["measures"] = {
            name: each if isinstance(each, MeasureRecord) else MeasureRecord(**each)
            for name, each in cast(
                "Mapping[str, MeasureRecord | dict[str, Any]]", out["measures"]
            ).items()
        }
    if "violations" in out:
        given = cast("Sequence[Violation | Mapping[str, object]]", out["violations"] or ())
        out["violations"] = tuple(_part(Violation, each, "units") for each in given)
    if out.get("routed"):
        out["routed"] = _part(
            RoutedRecord, cast("RoutedRecord | Mapping[str, object]", out["routed"]), "outside"
        )
    if "notes" in out:
        out["notes"] = tuple(map(str, cast("Sequence[object]", out["notes"] or ())))
    if "outputs" in out and not isinstance(out["outputs"], Outputs):
        written = cast("Mapping[str, Sequence[str]]", out["outputs"])
        out["outputs"] = Outputs(
            formats=tuple(written.get("formats", ())), tiles=bool(written.get("tiles", False))
        )
    return out


def _part(kind: type[_P], given: _P | Mapping[str, object], many: str) -> _P:
    """Give plain values the type of a part; what it does not know goes to its ``further``."""
    if isinstance(given, kind):
        return given
    written = cast("Mapping[str, object]", given)
    names = {each.name for each in fields(kind)} - {"further"}
    known: dict[str, Any] = {name: each for name, each in written.items() if name in names}
    other = {name: each for name, each in written.items() if name not in names}
    known[many] = tuple(known.get(many, ()))
    return kind(**known, further=other)
