"""Write a first scenario for the user's own files: what was guessed, and from what, beside it."""

from __future__ import annotations

import shlex
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from territory.errors import InputError
from territory.inputs.cells import write_table
from territory.inputs.first.draft import Draft
from territory.inputs.first.facts import currencies, inactive_rows, people, states_of
from territory.inputs.first.found import Found, found_tables
from territory.inputs.first.look import Sheet
from territory.inputs.first.measures import add_measures
from territory.inputs.scenario.files.layers import name_from
from territory.messages import Message, counted, quoted
from territory.whole import whole_file

if TYPE_CHECKING:
    from territory.audit import Audit

__all__ = ["FirstScenario", "first_scenario"]

_FEW_STATES = 0.01
_HOURS_A_REP = 1400.0
_ROUNDS = 5
_NOWHERE = frozenset({"no_place", "no_postal_place", "outside"})


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstScenario:
    """The file written, and one line for each table and guess, for people."""

    path: Path
    lines: list[tuple[str, str]]


def first_scenario(
    folder: Path, files: Sequence[Path], *, audit: Callable[[Path], Audit]
) -> FirstScenario:
    """Write ``scenario.toml`` and copies of the files into a new or empty folder.

    Parameters
    ----------
    folder : Path
        Files of the user's that lie in it already are not copied.
    files : sequence of Path
        Accounts, and whatever else there is: a roster, an alignment, sales, ZIP-to-territory.
    audit : callable
        Reads a scenario and returns what is wrong: what can be mended by a key is mended.

    Raises
    ------
    InputError
        A file cannot be read, no file has accounts, or the folder holds a scenario already.
    """
    path = folder / "scenario.toml"
    if path.exists():
        raise InputError(
            Message(f"{path} exists", hint="name another folder, or delete that file first")
        )
    found = found_tables(files)
    folder.mkdir(parents=True, exist_ok=True)
    copies = {sheet.path: _copied(sheet.path, folder) for sheet in found.sheets.values()}
    lines: list[tuple[str, str]] = []
    draft = _draft(folder, found, copies, lines)
    with whole_file(path, guard=False) as part:
        part.write_text(draft.text(), encoding="utf-8")
    for _ in range(_ROUNDS):
        try:
            wrong = audit(path)
        except InputError:  # what no key can mend is said by the check that follows
            break
        if not _mended(draft, found, wrong, lines):
            break
        with whole_file(path, guard=False) as part:
            part.write_text(draft.text(), encoding="utf-8")
    return FirstScenario(path=path, lines=lines)


def _copied(file: Path, folder: Path) -> str:
    """Copy a file into the folder, unless it is there; return its name below it."""
    here, home = file.resolve(), folder.resolve()
    if here.is_relative_to(home):
        return here.relative_to(home).as_posix()
    target = folder / file.name
    if target.exists() and target.read_bytes() != file.read_bytes():
        raise InputError(
            Message(f"{target} exists and is another file", hint="name another folder")
        )
    shutil.copyfile(file, target)
    return file.name


def _draft(
    folder: Path, found: Found, copies: dict[Path, str], lines: list[tuple[str, str]]
) -> Draft:
    draft = Draft(
        head=[
            "Written by `territory init --from`. Each guess says what it rests on: change what is "
            "wrong here, not in your files. Then run `territory check` and `territory design`.",
        ]
    )
    top = draft.section("")
    top.keys["name"] = name_from(folder.resolve().with_suffix(""))
    _currency(draft, found, lines)
    for kind, sheet in found.sheets.items():
        if kind not in {"polygons", "postal", "addresses", "calls"}:
            _table(draft, kind, sheet, copies[sheet.path], lines)
    _postal(draft, found, copies, lines)
    _owners(draft, folder, found, copies, lines)
    _geography(draft, found, copies, lines)
    add_measures(draft, found.accounts, lines, seats=_seats(draft, found))
    lines += [("not used", _why_unused(sheet, found)) for sheet in found.unused]
    return draft


def _currency(draft: Draft, found: Found, lines: list[tuple[str, str]]) -> None:
    codes = sorted({code for sheet in found.sheets.values() for code in currencies(sheet)})
    if codes and codes != ["USD"]:
        said = f"amounts in {' and in '.join(codes)}"
        if len(codes) == 1:
            top = draft.section("")
            top.keys["currency"] = codes[0]
            top.why["currency"] = "what the amounts say; nothing is converted"
        else:
            said += ": one plan reckons in one currency, `territory check` says where they stand"
        lines.append(("currency", said))


def _postal(
    draft: Draft, found: Found, copies: dict[Path, str], lines: list[tuple[str, str]]
) -> None:
    """Name the table of postal codes, and the cities of reps who have no other home."""
    apart = found.sheets.get("addresses")
    if apart is not None:
        keys = {"file": copies[apart.path], **({"sheet": apart.sheet} if apart.sheet else {})}
        draft.section("inputs.accounts").keys["addresses"] = {**keys, **apart.columns}
        rows = counted(len(apart.raw.lines), "row")
        lines.append(("addresses", f"{rows} of {quoted(keys['file'])}, by their column "
                      f"{quoted(apart.columns['account'])}"))  # fmt: skip
    _calls_made(draft, found, copies, lines)
    reps = found.sheets.get("reps")
    sheet = found.sheets.get("postal")
    if sheet is not None:
        table = {"file": copies[sheet.path], **sheet.columns}
        n = counted(len(sheet.raw.lines), "postal code")
        draft.section("inputs.accounts").keys["postal_points"] = table
        lines.append(("postal", f"{n} with their points, of {quoted(table['file'])}"))
    if reps is None or "city" not in reps.columns or {"lon", "lat"} <= set(reps.columns):
        return
    if "zip" not in reps.columns or (sheet is None and not found.american):
        section = draft.section("inputs.reps")
        section.keys["place_by_city"] = True
        section.why["place_by_city"] = "the homes have no better place"


def _calls_made(
    draft: Draft, found: Found, copies: dict[Path, str], lines: list[tuple[str, str]]
) -> None:
    """Count the accounts' calls a year from calls made, where they have no column of them."""
    calls = found.sheets.get("calls")
    if calls is None:
        return
    section, file = draft.section("inputs.accounts"), copies[calls.path]
    sheet = {"sheet": calls.sheet} if isinstance(calls.sheet, str) else {}
    section.keys["calls_made"] = {"file": file, **sheet}
    section.why["calls_made"] = "no column of calls a year: as many as in the last year with calls"
    n = counted(len(calls.raw.lines), "row")
    some = int(found.accounts["n_calls"].notna().sum())
    lines.append((
        "calls", f"{n} of {quoted(file)}{_where(calls)} are calls made: {counted(some, 'account')} "
        "are planned with as many a year. Take the key calls_made away to plan by type",
    ))  # fmt: skip


def _why_unused(sheet: Sheet, found: Found) -> str:
    where = _where(sheet)
    rows = counted(len(sheet.raw.lines), "row")
    if sheet.kind == "calls":
        return (
            f"{rows} of {quoted(sheet.path.name)}{where} are calls made. A plan needs the calls to "
            "be made: a column n_calls of the accounts, or the call plan. After go-live "
            f"`territory monitor PLAN --calls {shlex.quote(sheet.path.name)}` compares both"
        )
    if sheet.kind in found.sheets:
        other = found.sheets[sheet.kind]
        name = quoted(other.path.name) + _where(other)
        return (
            f"{rows} of {quoted(sheet.path.name)}{where} look like {sheet.kind} too; "
            f"{name} has more rows and was taken"
        )
    headers = ", ".join(map(quoted, sheet.raw.frame.columns[:6]))
    return f"{rows} of {quoted(sheet.path.name)}{where}: no table that is known ({headers})"


def _where(sheet: Sheet) -> str:
    names = (sheet.sheet,) if isinstance(sheet.sheet, str) else sheet.sheet or ()
    listed = ", ".join(map(quoted, names))
    return f", sheet{'s' * (len(names) > 1)} {listed}" if names else ""


def _table(draft: Draft, kind: str, sheet: Sheet, file: str, lines: list[tuple[str, str]]) -> None:
    section = draft.section(f"inputs.{kind}")
    where = _where(sheet)
    n = counted(len(sheet.raw.lines), "row")
    section.comments.append(f"{n} of {quoted(file)}{where}.")
    section.comments += [f"{what[:1].upper()}{what[1:]}." for _, kind_, _, what, _ in
                         sheet.raw.notes if kind_ in {"title_rows", "report_rows"}]  # fmt: skip
    header, gone = inactive_rows(sheet) if kind in {"accounts", "reps"} else ("", {})
    if gone:
        listed = ", ".join(quoted(value) for value in gone)
        single = " or ".join(f"'{value}'" for value in gone)
        n_gone = counted(sum(gone.values()), "row")
        condition = f'where = "not (`{header}` in ({single.replace(" or ", ", ")}))"'
        section.comments.append(
            f"{n_gone} say {listed} in column {quoted(header)} and are read like the others. To "
            f"leave them out write {condition} here."
        )
        lines.append(("inactive", f"{n_gone} of {kind} say {listed} in column {quoted(header)}: "
                      "the scenario says how to leave them out"))  # fmt: skip
    section.keys["file"] = file
    if sheet.sheet:
        section.keys["sheet"] = sheet.sheet
    if kind in {"accounts", "reps", "alignment", "units"}:
        section.keys["repair"] = True
        section.why["repair"] = "zeros that a spreadsheet dropped are put back"
    columns = draft.section(f"inputs.{kind}.columns")
    for ours, header in sheet.columns.items():
        columns.keys[ours] = header
        if sheet.why.get(ours, "its header") != "its header":
            columns.why[ours] = f"guessed from {sheet.why[ours]}"
    mapped = ", ".join(f"{ours} = {quoted(header)}" for ours, header in sheet.columns.items())
    lines.append((kind, f"{n} of {quoted(file)}{where}: {mapped}"))


def _owners(
    draft: Draft, folder: Path, found: Found, copies: dict[Path, str],
    lines: list[tuple[str, str]],
) -> None:  # fmt: skip
    """Take today's alignment from the accounts' owners, and the reps where there is no roster."""
    sheet = found.sheets.get("accounts")
    owned = sheet is not None and bool(sheet.owner)
    if sheet is not None and owned and "alignment" not in found.sheets:
        section = draft.section("inputs.alignment")
        section.comments.append("Today's territories: who owns each account.")
        section.keys["file"] = copies[sheet.path]
        if sheet.sheet:
            section.keys["sheet"] = sheet.sheet
        columns = draft.section("inputs.alignment.columns")
        columns.keys = {"account_id": sheet.columns["account_id"], "territory_id": sheet.owner}
        columns.why["territory_id"] = "owners are matched to the reps by name"
        names, nobody = people(sheet.raw.frame[sheet.owner].tolist())
        vacant = ", ".join(f"{quoted(name)} {n:,}" for name, n in nobody.most_common(5))
        said = f"{counted(len(names), 'owner')} in column {quoted(sheet.owner)}"
        lines.append(("alignment", said + (f"; nobody: {vacant}" if vacant else "")))
    if "reps" in found.sheets:
        known = found.sheets["reps"].columns
        if not ({"zip", "city"} & set(known) or {"lon", "lat"} <= set(known)):
            what = "no column says where the reps live, so the plan chooses the centers: a column "
            lines.append(("homes", f"{what}zip, or lon and lat, would supply it"))
        return
    labels = sheet.raw.frame[sheet.owner].tolist() if sheet is not None and owned else []
    if "alignment" in found.sheets:
        labels = found.sheets["alignment"].cells("territory_id").tolist()
    names, _ = people(labels)
    if len(names) > 1:
        import pandas as pd

        write_table(pd.DataFrame({"rep_id": names, "name": names}), folder / "reps.csv")
        section = draft.section("inputs.reps")
        section.comments.append(
            "There was no roster: these are the owners of today. Add a column zip with their "
            "homes; without homes the plan chooses the centers of the territories."
        )
        section.keys["file"] = "reps.csv"
        lines.append(("reps", f"{counted(len(names), 'rep')} from today's owners, in reps.csv"))
        return
    hours = found.accounts["service_h"].sum() if "service_h" in found.accounts else 0.0
    k = max(2, round(float(hours) / _HOURS_A_REP)) if hours else max(2, len(found.accounts) // 60)
    section = draft.section("team")
    section.comments.append("There is no roster and no owner: name a table of reps, or correct it.")
    section.keys["territories"] = int(k)
    how = (
        f"{hours:,.0f} hours of service, {_HOURS_A_REP:,.0f} a rep" if hours else "60 accounts each"
    )
    section.why["territories"] = f"a guess: {how}"
    lines.append(("team", f"{k} territories, a guess from {how}: a roster would supply it"))


def _geography(
    draft: Draft, found: Found, copies: dict[Path, str], lines: list[tuple[str, str]]
) -> None:
    section = draft.section("geography")
    polygons = found.sheets.get("polygons")
    if polygons is not None:
        section.keys.update({"kind": "polygons", "file": copies[polygons.path], **polygons.columns})
        section.why["id"] = f"guessed from {polygons.why['id']}"
        n = counted(len(polygons.raw.lines), "area")
        lines.append(("geography", f"{n} of {quoted(section.keys['file'])}, by their column "
                      f"{quoted(polygons.columns['id'])}"))  # fmt: skip
        return
    count = states_of(found.accounts) if len(found.accounts) else None
    if not found.american or (count is None and "units" not in found.sheets):
        section.keys["kind"] = "points"
        section.comments.append("Few places lie in the United States: each account is a unit.")
        lines.append(("geography", "points: each account is a unit of its own"))
        draft.section("rules").keys["contiguity"] = True
        return
    section.keys["kind"] = "us_counties"
    if count:
        section.keys["states"] = sorted(count)
        shown = ", ".join(f"{state} {n:,}" for state, n in count.most_common(12))
        section.comments.append(f"Accounts by state, from their ZIP codes: {shown}.")
        few = [state for state, n in count.items() if n < _FEW_STATES * len(found.accounts)]
        if few:
            section.comments.append(
                f"Few accounts: {', '.join(sorted(few))}. Leave them out with where = "
                "\"state not in ('…')\" under [inputs.accounts] if they are no part of this plan."
            )
        lines.append(("geography", f"US counties of {', '.join(sorted(count))}"))


def _seats(draft: Draft, found: Found) -> int:
    """Return how many territories there will be, as far as it is known; 0 where it is not."""
    given = draft.sections["team"].keys.get("territories") if "team" in draft.sections else None
    if isinstance(given, int):
        return given
    return len(found.sheets["reps"].raw.lines) if "reps" in found.sheets else 0


def _mended(draft: Draft, found: Found, audit: Audit, lines: list[tuple[str, str]]) -> bool:
    """Add the key that mends what the audit found; return whether there was one."""
    errors = audit.errors
    section = draft.section("inputs.accounts") if "accounts" in found.sheets else None
    lost = [it.id for it in errors if it.kind in _NOWHERE and it.table == "accounts"]
    if section is not None and lost:
        if "place_by_city" not in section.keys and {"city", "state"} & set(
            found.sheets["accounts"].columns
        ):
            section.keys["place_by_city"] = True
            section.why["place_by_city"] = f"{counted(len(lost), 'account')} have no better place"
            lines.append(("places", f"{counted(len(lost), 'account')} placed by their cities"))
            return True
        if "place_by_state" not in section.keys and "state" in found.sheets["accounts"].columns:
            section.keys["place_by_state"] = True
            section.why["place_by_state"] = f"{counted(len(lost), 'account')} have a state only"
            said = f"{counted(len(lost), 'account')} of which only the state is known: "
            lines.append(("places", f"{said}{', '.join(lost[:5])}; a ZIP code would place them"))
            return True
        if "exclude" not in section.keys and len(lost) <= 0.1 * len(found.accounts):
            section.keys["exclude"] = lost
            section.why["exclude"] = "they have no place inside the geography"
            lines.append(
                ("left out", f"{counted(len(lost), 'account')} without a place: {lost[0]}")
            )
            return True
    if any((it.table, it.kind) == ("alignment", "in_force") for it in errors):
        section, today = draft.section("inputs.alignment"), date.today()
        if "as_of" not in section.keys:
            section.keys["as_of"] = today
            section.why["as_of"] = "some rows begin or end later: those in force today count"
            lines.append(("as of", f"alignment of {today}: rows that begin later are left out"))
            return True
    if "alignment" in {it.table for it in errors if it.kind == "orphan"}:
        name = "inputs.alignment"
        if name in draft.sections:
            del draft.sections[name]
            draft.sections.pop(f"{name}.columns", None)
            lines.append(("alignment", "left out: its owners or accounts match nothing here"))
            return True
    return False
