"""A plan folder: written whole or not at all, and read back."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from territory.currency import currency_of, heard, speaks
from territory.errors import InputError, TravelError
from territory.messages import Message, quoted
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

LARGE = 5_000
"""Accounts or units from which on a plan is kept prepared (`desk.npz`): smaller ones are read as
fast as the program itself."""

MARKER = "plan.json"
"""The file by which a plan folder is known."""

_NEEDED = (MARKER, "territories.gpkg", *(f"{name}.csv" for name in TABLES))
"""Files that a plan is read from."""


@speaks
def save_plan(
    plan: Plan,
    folder: str | Path,
    *,
    at_once: Breakable | None = None,
    instead_of: Plan | None = None,
    side_by_side: bool = False,
) -> Path:
    """Write the plan folder whole or not at all, and return its path.

    An earlier plan in the same place is replaced only when the new one is complete.

    Parameters
    ----------
    plan : Plan
    folder : path
    at_once : callable, optional
        Opens a context that a planner's Ctrl+C breaks off by KeyboardInterrupt: workbook and pages
        are then left out, also one that is being written; what recomputes the plan comes first.
        Who pressed it before gets no outlines either.
    instead_of : Plan, optional
        The plan that was read there and is replaced: where another is there by now, nothing is.
    side_by_side : bool
        Whether workbook and pages may be drawn while the tables are written, each by a process of
        its own; the same files either way.

    Raises
    ------
    InputError
        The place is a file, a folder that is no plan folder, or cannot be written to; or another
        plan is there by now.
    """
    from territory.whole import whole_folder

    hurried = plan.interrupted or not _done(lambda: None, at_once)
    if not hurried:
        # As it will be read: a move and its undo end in the same files, to the byte.
        plan = replace(plan, geography=plan.geography.as_in_degrees())
    with whole_folder(folder, marker=MARKER) as fresh:
        _write(plan, fresh, at_once, hurried=hurried, side_by_side=side_by_side)
        if instead_of is not None:
            _refuse_overtaken(Path(folder), instead_of)
    return Path(folder)


def _refuse_overtaken(place: Path, known: Plan) -> None:
    """Refuse to replace a plan that is not the one that was read there."""
    path = place / MARKER
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    if text and PlanRecord.from_json(text, place=str(path)).to_json() == known.record.to_json():
        return
    raise InputError(
        Message(
            f"{quoted(str(place))} was changed by another command meanwhile",
            hint="the plan is as that command left it; give this command again",
        )
    )


def _write(
    plan: Plan, folder: Path, at_once: Breakable | None, *, hurried: bool, side_by_side: bool
) -> None:
    from geo.coverage.matched import matched
    from territory.encoding.desk.kept import NAME
    from territory.publish.copies import drawn_by_copies

    # Who pressed Ctrl+C waits: the plan is kept, its pages can be drawn later.
    pages = {} if hurried else _pages(plan, folder)
    left = [] if hurried else [NAME, *(name for name in pages if _asked(plan, name))]
    copied = {name: pages[name] for name in left if name in pages} if side_by_side else {}
    pages[NAME] = lambda: _prepare(plan, folder)
    if not hurried:  # asked once: outlines, map and report, each drawn by a copy, go by the answer
        _done(lambda: matched(plan.geography), at_once)
    with drawn_by_copies(copied) as copies:
        for whole, at_least in _tables(plan, folder, outlined=not hurried):
            if not _done(whole, at_once):
                copies.end()
                at_least()
        while left and _done(lambda: copies.waited(left[0]) or pages[left[0]](), at_once):
            left.pop(0)
    for name in left:
        (folder / name).unlink(missing_ok=True)


def _done(work: Callable[[], object], at_once: Breakable | None) -> bool:
    """Do work that is no loss; False where Ctrl+C broke it off, or was pressed before."""
    try:
        with at_once() if at_once else nullcontext():
            work()
    except KeyboardInterrupt:
        if at_once is None:
            raise
        return False
    return True


def _asked(plan: Plan, page: str) -> bool:
    """Whether the scenario asks for a page, by how its name ends."""
    return page.rpartition(".")[2] in plan.record.outputs.formats


def _tables(
    plan: Plan, folder: Path, *, outlined: bool
) -> Iterator[tuple[Callable[[], object], Callable[[], object]]]:
    """Yield what writes each file that the plan is read back from, and what does in a hurry."""
    from territory.inputs.cells import write_table
    from territory.inputs.findings.saved import write_audit
    from territory.publish.gis import write_geopackage

    record, audit, gis = folder / "plan.json", folder / "audit.csv", folder / "territories.gpkg"
    files: list[Callable[[], object]] = [
        lambda: record.write_text(plan.record.to_json(), encoding="utf-8"),
        *(partial(write_table, getattr(plan, name), folder / f"{name}.csv") for name in TABLES),
        lambda: write_audit(plan.audit, audit),
    ]
    yield from zip(files, files, strict=True)
    least = partial(write_geopackage, plan, gis, outlined=False)
    yield (partial(write_geopackage, plan, gis) if outlined else least), least


def _pages(plan: Plan, folder: Path) -> dict[str, Callable[[], object]]:
    """Return what draws each page into its file from the plan alone."""
    from territory.publish.excel.workbook import write_workbook
    from territory.publish.maps.map import draw_map
    from territory.publish.pages.report import draw_report

    def text(draw: Callable[[Plan], str], name: str) -> None:
        (folder / name).write_text(draw(plan), encoding="utf-8")

    return {
        "scorecard.xlsx": lambda: write_workbook(plan, folder / "scorecard.xlsx"),
        "map.html": lambda: text(draw_map, "map.html"),
        "report.html": lambda: text(draw_report, "report.html"),
    }


def _prepare(plan: Plan, folder: Path) -> None:
    """Keep a large plan prepared for judging moves of it, where all that they need is known."""
    size = max(len(plan.accounts), len(plan.alignment))
    if size < LARGE or not plan.record.keys:
        return
    from territory.encoding.desk.desk import Desk
    from territory.encoding.desk.kept import write_prepared
    from territory.encoding.desk.preparing import files_beside, prepared_of
    from territory.encoding.reopen import scenario_of
    from territory.incentives.payout.prepared import money_of

    saved = read_plan(folder)
    try:
        prepared = prepared_of(Desk(saved))
    except TravelError:
        return  # the company's own minutes are no longer there: who asks is told
    if prepared is None:
        return
    money = None
    scenario = scenario_of(saved)
    if scenario.quotas is not None:
        try:
            money = money_of(saved, scenario)
        except InputError:
            money = None  # who asks for quotas is told what is wrong
    write_prepared(
        replace(prepared, money=money),
        folder,
        of=_NEEDED,
        beside=files_beside(saved),
        money_of=[] if money is None else scenario.input_paths(),
    )


def read_plan(folder: str | Path) -> Plan:
    """Read a plan folder back.

    Raises
    ------
    InputError
        No plan there, a file of it missing, or one of a later version.
    """
    from territory.inputs.findings.saved import read_audit
    from territory.publish.gis import read_geopackage
    from territory.publish.saved_tables import check_together, read_saved
    from territory.whole import recover

    place = Path(folder)
    recover(place)
    missing = [name for name in _NEEDED if not (place / name).is_file()]
    if missing:
        raise InputError(
            Message(
                f"{place} is no plan folder: {', '.join(missing)} missing",
                hint="run `territory design SCENARIO` first; it prints where the plan is",
            )
        )
    try:
        text = (place / "plan.json").read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise InputError(
            Message(f"{place / 'plan.json'} is no text in UTF-8: {error.reason}",
                    hint="take the file from a backup, or run the scenario again")
        ) from None  # fmt: skip
    record = PlanRecord.from_json(text, place=str(place / "plan.json"))
    heard(currency_of(record))
    _check_review(record, place)
    tables: dict[str, pd.DataFrame] = {}
    for name in TABLES:
        tables[name] = read_saved(place / f"{name}.csv", measures=list(record.measures))
        if name in _WITH_TEAM and "team" not in tables[name]:
            rollout = record.keys.get("rollout")
            team = rollout.get("team", "core") if isinstance(rollout, Mapping) else "core"
            tables[name]["team"] = team
    geography, reps = read_geopackage(place / "territories.gpkg", crs=record.crs)
    check_together(place, tables, geography.ids, list(record.measures))
    return _with_numbers(
        Plan(
            record=record,
            geography=geography,
            reps=reps,
            audit=read_audit(place / "audit.csv"),
            folder=place.absolute(),
            **tables,
        )
    )


def _with_numbers(plan: Plan) -> Plan:
    """Return the plan with those further columns as numbers that its scenario reads as such."""
    import pandas as pd

    from territory.encoding.reopen import scenario_of
    from territory.inputs.tables.number_columns import number_columns

    try:
        positive, signed = number_columns(scenario_of(plan))
    except InputError:  # of an earlier version: what needs its rules says so
        return plan
    accounts = plan.accounts
    for name in {*positive, *signed} & set(accounts.columns.astype("str")):
        text = accounts[name].astype("str").str.strip()
        values = pd.to_numeric(text, errors="coerce")
        if not (values.isna() & ~text.isin(["", "nan"])).any():
            accounts = accounts.assign(**{name: values})
    return replace(plan, accounts=accounts)


_FIGURES = (
    *("office_share", "compactness", "expected_inside", "all_inside", "potential_low_usd"),
    *("potential_high_usd", "probability", "probability_attainable"),
)
"""Figures of the whole plan that its record keeps for the review."""


def _check_review(record: PlanRecord, place: Path) -> None:
    """Refuse limits of the checklist that a scenario could not have, and figures that are none."""
    from pydantic import ValidationError

    from territory.inputs.scenario.review import ReviewKeys

    given = {name: it for name, it in record.review.items() if name in ReviewKeys.model_fields}
    fault = ""
    try:
        ReviewKeys.model_validate(given)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, ("review", *first["loc"])))
        fault = f"{where}: {first['msg']}"
    for name in _FIGURES:
        value = record.review.get(name)
        if value is not None and (isinstance(value, bool) or not isinstance(value, int | float)):
            fault = fault or f"review.{name} is {quoted(str(value))}; expected a number"
    if fault:
        raise InputError(
            Message(
                f"{place / 'plan.json'}: {fault}",
                hint="take the file from a backup, or run the scenario again",
            )
        )
