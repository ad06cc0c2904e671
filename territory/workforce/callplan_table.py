"""The call plan as a table: one row for each account type and tier, read, checked and looked up."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from territory.errors import InputError
from territory.inputs.type_names import type_name
from territory.messages import Message, closest, quoted
from territory.wording import LIMIT

if TYPE_CHECKING:
    import pandas as pd

    from territory.inputs.scenario.scenario import Scenario

__all__ = [
    "ANY",
    "FIGURES",
    "CallTable",
    "PlanRow",
    "call_table",
    "device_table",
    "read_call_table",
]

ANY = "*"
"""Stands for every type or tier that has no row of its own."""

FIGURES = (
    *("calls_q", "visit_min", "admin_min", "coverage", "case_h", "cases_per_visit"),
    *("training_h", "credentialing_h"),
)
"""The numbers of a row; accounts may have columns of the same names."""

_RANGE = ("calls_q_low", "calls_q_high")

SHIPPED = Path(__file__).with_name("callplan_device.csv")


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRow:
    """What one account takes in a year.

    Attributes
    ----------
    calls_q : float
        Sales calls a quarter.
    visit_min, admin_min : float
        Minutes for each call, at the account and in the office.
    coverage : float, 0 to 1
        Share of the procedures that the rep attends.
    case_h : float
        Hours for each of them.
    cases_per_visit : float, above 0
        How many are attended in one visit.
    training_h, credentialing_h : float
        Hours a year.
    calls_q_low, calls_q_high : float
        Range in which the calls of such an account may reasonably lie; NaN where none is told.
    source : str
        Where the numbers come from.
    """

    calls_q: float
    visit_min: float
    admin_min: float = 0.0
    coverage: float = 0.0
    case_h: float = 0.0
    cases_per_visit: float = 1.0
    training_h: float = 0.0
    credentialing_h: float = 0.0
    calls_q_low: float = math.nan
    calls_q_high: float = math.nan
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallTable:
    """Rows by (type, tier), either of which may be `ANY`.

    Attributes
    ----------
    rows : mapping
    file : str
        Where they come from, for messages.
    """

    rows: Mapping[tuple[str, str], PlanRow]
    file: str

    def find(self, kind: str, tier: str) -> PlanRow | None:
        """Return the row of a type and tier: its own, then any tier, then any type, then any."""
        keys = ((kind, tier), (kind, ANY), (ANY, tier), (ANY, ANY))
        return next((self.rows[key] for key in keys if key in self.rows), None)

    def missing(self, kind: str, tier: str) -> str:
        """Return in words what is not there for a type and tier that `find` does not know."""
        kinds = {each for each, _ in self.rows}
        if kind not in kinds:
            close = closest(kind, sorted(kinds))
            guess = f"; did you mean {quoted(close[0])}?" if close else ""
            return f"type {quoted(kind)} has no row in {self.file}{guess}"
        if not tier:
            return "has no tier"
        return f"type {quoted(kind)} with tier {quoted(tier)} has no row in {self.file}"

    def figures(
        self, kinds: pd.Series[str], tiers: pd.Series[str]
    ) -> tuple[NDArray[np.float64], list[tuple[NDArray[np.bool_], str]]]:
        """Look up all accounts at once.

        Returns
        -------
        float64 array, shape (n, 8)
            The columns of `FIGURES`; NaN where the table has no row.
        list of ((n,) bool, str)
            Which accounts have no row, and why.
        """
        import pandas as pd

        kind_code, kind_names = pd.factorize(kinds.to_numpy(dtype=object))
        tier_code, tier_names = pd.factorize(tiers.to_numpy(dtype=object))
        pair = kind_code * max(1, len(tier_names)) + tier_code
        known, of = np.unique(pair, return_inverse=True)
        values = np.full((len(known), len(FIGURES)), np.nan)
        lacking = []
        for at, code in enumerate(known.tolist()):
            kind = str(kind_names[code // len(tier_names)])
            tier = str(tier_names[code % len(tier_names)])
            row = self.find(kind, tier)
            if row is None:
                lacking.append((np.asarray(of == at), self.missing(kind, tier)))
            else:
                values[at] = [getattr(row, name) for name in FIGURES]
        return values[of], lacking

    def to_frame(self) -> pd.DataFrame:
        """Return the table as it is written: type, tier, the figures, source."""
        import pandas as pd

        return pd.DataFrame(
            [
                {"type": kind, "tier": tier}
                | {name: getattr(row, name) for name in (*FIGURES, *_RANGE, "source")}
                for (kind, tier), row in self.rows.items()
            ]
        )


def device_table() -> CallTable:
    """Return the shipped table of a device company: planning defaults, each row editable."""
    text = SHIPPED.read_text(encoding="utf-8")
    return _table(text, "the shipped call plan")


def read_call_table(path: Path, display: str) -> CallTable:
    """Read a call plan from a CSV file; lines that begin with # are comments.

    Parameters
    ----------
    path : Path
    display : str
        The file as the user wrote it.

    Raises
    ------
    InputError
        The file cannot be read, a column is missing or unknown, a value is no number of its range,
        or a type and tier have two rows; all of them at once.
    """
    from territory.inputs.sources.raw import SourceError
    from territory.inputs.sources.text.decode import decode

    try:
        text, _ = decode(path.read_bytes())
    except OSError as error:
        raise InputError(
            Message(f"{display}: the call plan cannot be read: {error.strerror or error}")
        ) from error
    except SourceError as error:
        raise InputError(
            Message(f"{display}: {error.what}", hint="save the file as CSV UTF-8")
        ) from error
    return _table(text, display)


def call_table(scenario: Scenario) -> CallTable:
    """Return the scenario's call plan: its file or the shipped one, with its own rows over it.

    Raises
    ------
    InputError
        The file cannot be used, or a new row leaves out what no row below it says.
    """
    plan = scenario.callplan
    if plan is None:
        return device_table()
    table = (
        device_table()
        if plan.file is None
        else read_call_table(scenario.resolve(plan.file), plan.file)
    )
    rows = dict(table.rows)
    wrong = []
    for number, change in enumerate(plan.rows, start=1):
        key = (change.type, change.tier)
        given = {name: value for name in FIGURES if (value := getattr(change, name)) is not None}
        below = table.find(*key)
        lacking = [name for name in ("calls_q", "visit_min") if name not in given]
        if below is None and lacking:
            wrong.append(
                Message(
                    f"{scenario.display}: callplan.rows entry {number} is a new row without "
                    f"{lacking[0]}: {table.missing(*key)}",
                    hint="write calls_q and visit_min, or correct its type and tier",
                )
            )
            continue
        if below is None:
            rows[key] = PlanRow(**given, source=scenario.display)
        else:
            rows[key] = replace(below, **given, source=scenario.display)
    if wrong:
        raise InputError(*wrong)
    return CallTable(rows=rows, file=table.file)


def _table(text: str, file: str) -> CallTable:
    header: list[str] = []
    rows: dict[tuple[str, str], PlanRow] = {}
    lines: dict[tuple[str, str], int] = {}
    wrong: list[Message] = []
    reader = csv.reader(io.StringIO(text, newline=""))
    for cells in reader:
        cut = [cell.strip() for cell in cells]
        if not any(cut) or cut[0].startswith("#"):
            continue
        if not header:
            header = cut
            _check_header(header, file)
            continue
        row = dict(zip(header, cut, strict=False))
        kind = row.get("type", "")
        kind = type_name(kind) if kind not in {"", ANY} else ANY
        key = (kind, row.get("tier", "") or ANY)
        if key in rows:
            wrong.append(
                Message(
                    f"{file}:{reader.line_num}: type {quoted(key[0])} with tier {quoted(key[1])} "
                    f"has a row already, in line {lines[key]}",
                    hint="keep one row for each type and tier",
                )
            )
            continue
        lines[key] = reader.line_num
        rows[key] = _row(row, f"{file}:{reader.line_num}", wrong)
    if not header or not (rows or wrong):
        wrong.append(Message(f"{file}: the call plan has no rows"))
    if wrong:
        raise InputError(*wrong)
    return CallTable(rows=rows, file=file)


def _check_header(header: Sequence[str], file: str) -> None:
    known = ("type", "tier", *(field.name for field in fields(PlanRow)))
    wrong = []
    for name in ("type", "tier", "calls_q", "visit_min"):
        if name not in header:
            close = closest(name, header)
            wrong.append(
                Message(
                    f"{file}: column {quoted(name)} is missing from the call plan",
                    hint=f"rename {quoted(close[0])}" if close else f"add a column {name}",
                )
            )
    for name in header:
        if name not in known:
            close = closest(name, known)
            wrong.append(
                Message(
                    f"{file}: column {quoted(name)} is unknown in a call plan",
                    hint=f"did you mean {quoted(close[0])}?" if close else f"known: {known}",
                )
            )
    if wrong:
        raise InputError(*wrong)


def _row(row: Mapping[str, str], place: str, wrong: list[Message]) -> PlanRow:
    given: dict[str, float] = {}
    for name in FIGURES:
        text = row.get(name, "")
        if not text and name not in {"calls_q", "visit_min"}:
            continue
        try:
            value = float(text)
        except ValueError:
            value = np.nan
        most = 1.0 if name == "coverage" else np.inf
        least = LIMIT if name == "cases_per_visit" else 0.0
        if not (np.isfinite(value) and least <= value <= most):
            wanted = {"coverage": "a share from 0 to 1", "cases_per_visit": "a number above 0"}
            wrong.append(
                Message(
                    f"{place}: {name} is {quoted(text)}; expected "
                    f"{wanted.get(name, 'a number of 0 or more')}",
                    hint="for 6 percent write 0.06" if name == "coverage" else "",
                )
            )
            value = 1.0
        given[name] = value
    for name in _RANGE:
        text = row.get(name, "")
        if text:
            try:
                given[name] = float(text)
            except ValueError:
                wrong.append(Message(f"{place}: {name} is {quoted(text)}; expected a number"))
    low, high = (given.get(name, math.nan) for name in _RANGE)
    if low > given["calls_q"] or high < given["calls_q"]:
        wrong.append(
            Message(
                f"{place}: calls_q is {given['calls_q']:g}, outside its range of {low:g} to "
                f"{high:g}",
                hint="correct calls_q_low and calls_q_high, or leave them empty",
            )
        )
    return PlanRow(**given, source=row.get("source", ""))
