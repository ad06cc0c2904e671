"""A plan folder: written whole or not at all, and read back."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from territory.errors import InputError
from territory.inputs.cells import plain_cell
from territory.messages import Message
from territory.plan import Plan
from territory.plan_record import PlanRecord

if TYPE_CHECKING:
    import pandas as pd


Breakable = Callable[[], AbstractContextManager[None]]

__all__ = ["MARKER", "TABLES", "read_plan", "save_plan"]

TABLES = ("alignment", "accounts", "territories", "adjacency")
"""Tables of a plan that are written as CSV files of the same name."""

_WITH_TEAM = ("alignment", "accounts", "territories")
"""Tables whose rows name their team; folders before version 3 had one team and did not say so."""

MARKER = "plan.json"
"""The file by which a plan folder is known."""


def save_plan(plan: Plan, folder: str | Path, *, at_once: Breakable | None = None) -> Path:
    """Write the plan folder whole or not at all, and return its path.

    An earlier plan in the same place is replaced only when the new one is complete.

    Parameters
    ----------
    plan : Plan
    folder : path
    at_once : callable, optional
        Opens a context that a planner's Ctrl+C breaks off by KeyboardInterrupt: workbook and pages
        are then left out, also one that is being written; what recomputes the plan comes first.

    Raises
    ------
    InputError
        The place is a file, a folder that is no plan folder, or cannot be written to.
    """
    from territory.whole import whole_folder

    with whole_folder(folder, marker=MARKER) as fresh:
        _write(plan, fresh, at_once)
    return Path(folder)


def _write(plan: Plan, folder: Path, at_once: Breakable | None) -> None:
    from territory.inputs.cells import write_table
    from territory.inputs.findings.saved import write_audit
    from territory.publish.excel.workbook import write_workbook
    from territory.publish.gis import write_geopackage
    from territory.publish.maps.map import draw_map
    from territory.publish.pages.report import draw_report

    (folder / "plan.json").write_text(plan.record.to_json(), encoding="utf-8")
    for name in TABLES:
        write_table(getattr(plan, name), folder / f"{name}.csv")
    write_audit(plan.audit, folder / "audit.csv")
    write_geopackage(plan, folder / "territories.gpkg")
    pages: dict[str, tuple[str, Callable[[Path], object]]] = {
        "scorecard.xlsx": ("xlsx", lambda path: write_workbook(plan, path)),
        "map.html": ("html", lambda path: path.write_text(draw_map(plan), encoding="utf-8")),
        "report.html": ("html", lambda path: path.write_text(draw_report(plan), encoding="utf-8")),
    }
    # Who pressed Ctrl+C waits: the plan is kept, its pages can be drawn later.
    formats = () if plan.status == "interrupted" else plan.record.outputs.formats
    for name, (wanted, draw) in pages.items():
        if wanted not in formats:
            continue
        try:
            with at_once() if at_once else nullcontext():
                draw(folder / name)
        except KeyboardInterrupt:
            if at_once is None:
                raise
            (folder / name).unlink(missing_ok=True)
            break


def read_plan(folder: str | Path) -> Plan:
    """Read a plan folder back.

    Raises
    ------
    InputError
        No plan there, a file of it missing, or one of a later version.
    """
    from territory.inputs.findings.saved import read_audit
    from territory.publish.gis import read_geopackage
    from territory.whole import recover

    place = Path(folder)
    recover(place)
    needed = ["plan.json", "territories.gpkg", *(f"{name}.csv" for name in TABLES)]
    missing = [name for name in needed if not (place / name).is_file()]
    if missing:
        raise InputError(
            Message(
                f"{place} is no plan folder: {', '.join(missing)} missing",
                hint="run `territory design SCENARIO` first; it prints where the plan is",
            )
        )
    text = (place / "plan.json").read_text(encoding="utf-8")
    record = PlanRecord.from_json(text, place=str(place / "plan.json"))
    tables: dict[str, pd.DataFrame] = {}
    for name in TABLES:
        tables[name] = _table(place / f"{name}.csv", measures=list(record.measures))
        if name in _WITH_TEAM and "team" not in tables[name]:
            rollout = record.keys.get("rollout")
            team = rollout.get("team", "core") if isinstance(rollout, Mapping) else "core"
            tables[name]["team"] = team
    geography, reps = read_geopackage(place / "territories.gpkg", crs=record.crs)
    return Plan(
        record=record,
        geography=geography,
        reps=reps,
        audit=read_audit(place / "audit.csv"),
        **tables,
    )


def _table(path: Path, *, measures: Collection[str]) -> pd.DataFrame:
    """Read a table back: numbers as the dictionary says, the user's own columns as text."""
    import pandas as pd

    from territory.dictionary.accounts import standard
    from territory.publish.dictionary import text_columns

    header = pd.read_csv(path, nrows=0).columns
    text = set(text_columns(path.name))
    if path.name == "accounts.csv":
        text |= {name for name in header if standard(name) is None and name not in measures}
    types = {name: "str" for name in header if name in text}
    frame = pd.read_csv(path, dtype=types, keep_default_na=False, na_values={})
    for column in header:
        if column in text:
            frame[column] = _plain(frame[column])
        elif frame[column].dtype == object or str(frame[column].dtype) == "str":
            frame[column] = pd.to_numeric(frame[column].replace("", float("nan")))
    frame.columns = pd.Index([plain_cell(column) for column in frame.columns])
    return frame


def _plain(column: pd.Series[str]) -> pd.Series[str]:
    """Return a text column without the guards of cells; only those that may have one are read."""
    column = column.astype("str")
    guarded = column.str.startswith("'")
    return column.where(~guarded, column[guarded].map(plain_cell)) if guarded.any() else column
