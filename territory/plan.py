"""A plan: who serves what, what that comes to, and what is proved; saved and read back whole."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from territory.errors import InputError
from territory.inputs.audit import Audit
from territory.messages import Message

if TYPE_CHECKING:
    import pandas as pd

    from geo.boundaries import Geography

__all__ = ["SCHEMA_VERSION", "Drawing", "Plan", "check_target", "read_plan"]

SCHEMA_VERSION = 1
"""Version of the plan folder's layout; a reader refuses one it does not know."""

TABLES = ("alignment", "accounts", "territories", "adjacency")
"""Tables of a plan that are written as CSV files of the same name."""

TEXT_COLUMNS = frozenset(
    [
        "unit_id",
        "territory_id",
        "account_id",
        "name",
        "rep_id",
        "rep_name",
        "tier",
        "type",
        "idn",
        "gpo",
        "zip",
        "county_fips",
        "current_territory_id",
        "unit_a",
        "unit_b",
        "kind",
        "center_kind",
        "unit_name",
        "level",
        "parent",
        "exception",
        "growth_area",
        "district_id",
        "region_id",
        "potential_estimated",
        "potential_basis",
        "segment",
        "idn_owner",
    ]
)
"""Columns of a plan's tables that are text even where they look like numbers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Territories with everything needed to explain, draw, load and recompute them.

    Attributes
    ----------
    summary : mapping
        The content of ``plan.json``: scenario, hashes, seed, versions, status, objective and its
        terms in USD a year, bound, gap, seconds, totals, measures, violations, conflict.
    alignment : DataFrame
        ``unit_id, territory_id``: the geography.
    accounts : DataFrame
        One row an account, columns of the plan folder's ``accounts.csv``.
    territories : DataFrame
        One row a territory, columns of ``territories.csv``.
    adjacency : DataFrame
        ``unit_a, unit_b, border_km, kind``: what contiguity was judged on.
    reps : DataFrame
        ``territory_id, rep_id, name, lon, lat, kind``; kind is ``home`` or ``center`` (located).
    geography : Geography
        The units that were assigned, with polygons.
    audit : Audit
        What was found in the inputs and done about it.
    """

    summary: Mapping[str, Any]
    alignment: pd.DataFrame
    accounts: pd.DataFrame
    territories: pd.DataFrame
    adjacency: pd.DataFrame
    reps: pd.DataFrame
    geography: Geography
    audit: Audit = field(default_factory=Audit)

    @property
    def status(self) -> str:
        """Solver status: optimal, feasible, infeasible, no_solution or interrupted."""
        return str(self.summary["status"])

    @property
    def measures(self) -> tuple[str, ...]:
        """Names of the balanced measures, in the scenario's order."""
        return tuple(self.summary["measures"])

    def scorecard(self) -> pd.DataFrame:
        """Return one row a territory with loads, deviations and travel, ready to read."""
        from territory.review.scorecard import scorecard

        return scorecard(self)

    def map(self) -> Drawing:
        """Return the map as one self-contained HTML page; notebooks show it."""
        from territory.publish.map import draw_map

        return Drawing(html=draw_map(self))

    def save(self, folder: str | Path) -> Path:
        """Write the plan folder whole or not at all, and return its path.

        An earlier plan in the same place is replaced only when the new one is complete.

        Raises
        ------
        InputError
            The place is a file, or a folder that is no plan folder.
        """
        target = Path(folder)
        check_target(target)
        target.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
        try:
            fresh.chmod(0o755)
            _write(self, fresh)
            if target.exists():
                old = Path(tempfile.mkdtemp(prefix=f".{target.name}-old-", dir=target.parent))
                target.rename(old / target.name)
                fresh.rename(target)
                shutil.rmtree(old)
            else:
                fresh.rename(target)
        except BaseException:
            shutil.rmtree(fresh, ignore_errors=True)
            raise
        return target

    def _repr_html_(self) -> str:
        from territory.review.scorecard import scorecard_html

        return scorecard_html(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """A self-contained HTML page that notebooks show and anyone can save."""

    html: str

    def save(self, path: str | Path) -> Path:
        """Write the page to a file, replacing it only when whole."""
        target = Path(path)
        fresh = target.with_name(f".{target.name}.new")
        fresh.write_text(self.html, encoding="utf-8")
        fresh.replace(target)
        return target

    def _repr_html_(self) -> str:
        from html import escape

        page = escape(self.html, quote=True)
        return f'<iframe srcdoc="{page}" style="width:100%;height:640px;border:0"></iframe>'


def check_target(folder: Path) -> None:
    """Refuse a place that a plan cannot be saved to, before the work is done.

    Raises
    ------
    InputError
        It is a file or a folder that holds something else, or its parent cannot be written to.
    """
    if folder.exists() and not (folder.is_dir() and _replaceable(folder)):
        raise InputError(
            Message(
                f"{folder} exists and is no plan folder",
                hint="name another folder with --out, or move that one away",
            )
        )
    parent = next(each for each in folder.absolute().parents if each.exists())
    if not (parent.is_dir() and os.access(parent, os.W_OK)):
        raise InputError(
            Message(f"{parent} cannot be written to", hint="name another folder with --out")
        )


def _replaceable(folder: Path) -> bool:
    """Whether a folder holds a plan, or nothing."""
    return (folder / "plan.json").is_file() or not any(folder.iterdir())


def _write(plan: Plan, folder: Path) -> None:
    from territory.inputs.saving import write_table
    from territory.publish.gis import write_geopackage
    from territory.publish.map import draw_map
    from territory.publish.report import draw_report
    from territory.publish.workbook import write_workbook

    (folder / "plan.json").write_text(
        json.dumps(plan.summary, indent=2, ensure_ascii=False) + "\n", encoding="utf-8"
    )
    for name in TABLES:
        write_table(getattr(plan, name), folder / f"{name}.csv")
    plan.audit.write(folder / "audit.csv")
    write_geopackage(plan, folder / "territories.gpkg")
    formats = plan.summary["outputs"]["formats"]
    if "xlsx" in formats:
        write_workbook(plan, folder / "scorecard.xlsx")
    if "html" in formats:
        (folder / "map.html").write_text(draw_map(plan), encoding="utf-8")
        (folder / "report.html").write_text(draw_report(plan), encoding="utf-8")


def read_plan(folder: str | Path) -> Plan:
    """Read a plan folder back.

    Raises
    ------
    InputError
        No plan there, a file of it missing, or one of a later version.
    """
    import pandas as pd

    from territory.inputs.audit import read_audit
    from territory.publish.gis import read_geopackage

    place = Path(folder)
    needed = ["plan.json", "territories.gpkg", *(f"{name}.csv" for name in TABLES)]
    missing = [name for name in needed if not (place / name).is_file()]
    if missing:
        raise InputError(
            Message(
                f"{place} is no plan folder: {', '.join(missing)} missing",
                hint="run `territory design SCENARIO` first; it prints where the plan is",
            )
        )
    summary = json.loads((place / "plan.json").read_text(encoding="utf-8"))
    if summary.get("schema_version") != SCHEMA_VERSION:
        raise InputError(
            Message(
                f"{place / 'plan.json'}: schema_version is {summary.get('schema_version')}; "
                f"this version reads {SCHEMA_VERSION}",
                hint="run the scenario again with this version",
            )
        )
    tables: dict[str, pd.DataFrame] = {}
    for name in TABLES:
        header = pd.read_csv(place / f"{name}.csv", nrows=0).columns
        text = {column: "str" for column in header if column in TEXT_COLUMNS}
        frame = pd.read_csv(place / f"{name}.csv", dtype=text, keep_default_na=False, na_values={})
        for column in header:
            if column in TEXT_COLUMNS:
                frame[column] = _unguarded(frame[column])
            elif frame[column].dtype == object or str(frame[column].dtype) == "str":
                frame[column] = pd.to_numeric(frame[column].replace("", float("nan")))
        tables[name] = frame
    geography, reps = read_geopackage(place / "territories.gpkg", crs=summary["crs"])
    return Plan(
        summary=summary,
        geography=geography,
        reps=reps,
        audit=read_audit(place / "audit.csv"),
        **tables,
    )


def _unguarded(column: pd.Series) -> pd.Series:
    """Take off the apostrophe that guards a cell against being read as a formula."""
    from territory.inputs.saving import plain_cell

    return column.map(plain_cell).astype("str")
