"""Challenges to a plan: read from returned review sheets, every problem named with its row."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from territory.errors import InputError
from territory.inputs.sources.names import plain_name
from territory.messages import Message, closest, counted, quoted

if TYPE_CHECKING:
    import pandas as pd

    from territory.inputs.sources.raw import RawTable
    from territory.plan import Plan

__all__ = ["COLUMNS", "SHEET", "Challenge", "read_challenges", "waiting_challenges"]

SHEET = "Challenges"
"""Name of the sheet that people fill in."""
COLUMNS = ("account_id", "wanted_territory", "reason", "name")


@dataclass(frozen=True, slots=True, kw_only=True)
class Challenge:
    """Somebody wants an account to be in another territory.

    Attributes
    ----------
    id : str
        ``C001`` and so on, in the order of files and rows.
    account_id, planned, wanted : str
        The account, its territory in the plan, and the one that is asked for.
    reason, name : str
        As written: why, and who asks.
    file : str
    line : int
    """

    id: str
    account_id: str
    planned: str
    wanted: str
    reason: str
    name: str
    file: str
    line: int


def read_challenges(
    plan: Plan, place: str | Path, *, known: Iterable[tuple[str, str, str]] = ()
) -> list[Challenge]:
    """Read the sheet `Challenges` of one returned workbook, or of all in a folder.

    Empty rows are passed over, and so is the same wish of the same person in two files. People
    write names as well as ids: an account goes by its name, a territory by its rep's id or name,
    in any case, where that means one of the plan's only.

    Parameters
    ----------
    plan : Plan
    place : str or Path
    known : iterable of (str, str, str)
        Account, wanted territory and name of challenges that were read before: not read again,
        and numbers go on behind them.

    Raises
    ------
    InputError
        No workbook; a sheet or a column missing or renamed; an account or a territory that the
        plan does not have; a wish for where the account is already; no reason or no name. All
        problems of all files at once; nothing is taken over then.
    """
    files = _files(Path(place))
    accounts = plan.accounts
    planned = dict(zip(accounts["account_id"], accounts["territory_id"], strict=True))
    accounts_meant = _accounts_meant(accounts)
    territories = plan.territories["territory_id"].astype("str").tolist()
    territories_meant = _territories_meant(plan)
    problems: list[Message] = []
    found: list[Challenge] = []
    seen = set(known)
    before = len(seen)
    for path in files:
        wrong: list[tuple[str, ...]] = []
        try:
            raw, names = _sheet(path)
        except InputError as error:
            problems += error.messages
            continue
        for line, values in _rows(raw, names):
            account, wanted, reason, name = values
            account = _meant(account, planned, accounts_meant)
            wanted = _meant(wanted, territories, territories_meant)
            # What was read before may have been granted since: it asks for where it is.
            if not any((account, wanted, reason)) or (account, wanted, name) in seen:
                continue
            what = _problem(account, wanted, planned, territories)
            if not what and not (reason and name):
                what = f"has no {'reason' if not reason else 'name'}"
            if what:
                wrong.append((f"row {line}", account or quoted(""), what))
            else:
                seen.add((account, wanted, name))
                found.append(
                    Challenge(
                        id=f"C{before + len(found) + 1:03d}",
                        account_id=account,
                        planned=planned[account],
                        wanted=wanted,
                        reason=reason,
                        name=name,
                        file=path.name,
                        line=line,
                    )
                )
        if wrong:
            problems.append(
                Message(
                    f"{path}, sheet {SHEET}: {counted(len(wrong), 'row')} cannot be used",
                    evidence=tuple(wrong),
                    hint="correct the cells, or clear the row",
                )
            )
    if problems:
        raise InputError(*problems)
    return found


def waiting_challenges(plan: Plan, record: pd.DataFrame) -> list[Challenge]:
    """Return the challenges of a record that nobody has decided yet.

    What the plan has granted meanwhile is left out, and so are accounts that it no longer has.

    Parameters
    ----------
    plan : Plan
    record : DataFrame
        As `decisions.read_decisions` gives it.
    """
    planned = plan.accounts.set_index("account_id")["territory_id"]
    asked = record[record["kind"].eq("challenge")].drop_duplicates("id", keep="last")
    return [
        Challenge(
            id=str(row["id"]),
            account_id=str(row["account_id"]),
            planned=str(planned[row["account_id"]]),
            wanted=str(row["to"]),
            reason=str(row["asked_why"]),
            name=str(row["asked_by"]),
            file="",
            line=0,
        )
        for row in asked[asked["decision"].eq("received")].sort_values("id").to_dict("records")
        if row["account_id"] in planned and planned[row["account_id"]] != row["to"]
    ]


def _files(place: Path) -> list[Path]:
    if place.is_dir():
        files = sorted(
            path for path in place.iterdir()
            if path.suffix.lower() == ".xlsx" and not path.name.startswith("~$")
        )  # fmt: skip
    else:
        files = [place] if place.is_file() else []
    if not files:
        raise InputError(
            Message(
                f"{place} has no review sheet (.xlsx)",
                hint="`territory review-pack PLAN` writes them; put the returned ones there",
            )
        )
    return files


def _sheet(path: Path) -> tuple[RawTable, list[str]]:
    from territory.inputs.sources.open import open_table
    from territory.inputs.sources.raw import Options, SourceError

    try:
        raw = open_table(path, Options(sheet=SHEET, header_has="account_id"))
    except SourceError as error:
        hint = error.hint or f"the workbook needs its sheet {SHEET} with {', '.join(COLUMNS)}"
        raise InputError(Message(f"{path}, sheet {SHEET}: {error.what}", hint=hint)) from error
    headers = {plain_name(name): str(name) for name in raw.frame.columns}
    missing = [name for name in COLUMNS if plain_name(name) not in headers]
    if missing:
        raise InputError(
            Message(
                f"{path}, sheet {SHEET}: column {', '.join(map(quoted, missing))} is missing",
                evidence=(f"columns there: {', '.join(map(str, raw.frame.columns))}",),
                hint="give the columns their names back",
            )
        )
    return raw, [headers[plain_name(name)] for name in COLUMNS]


def _rows(raw: RawTable, names: Sequence[str]) -> Iterator[tuple[int, list[str]]]:
    from territory.inputs.cells import plain_cell

    columns = [raw.frame[name].tolist() for name in names]
    for line, *values in zip(raw.lines.tolist(), *columns, strict=True):
        yield int(line), [plain_cell(str(value).strip()) for value in values]


def _meant(value: str, ids: Container[str], meant: Mapping[str, str]) -> str:
    """Return the id that a cell means, or the cell itself."""
    return value if value in ids else meant.get(value.casefold(), value)


def _accounts_meant(accounts: pd.DataFrame) -> dict[str, str]:
    ids = accounts["account_id"].astype("str")
    # A spreadsheet that takes ids for numbers drops their zeros.
    bare = ids.where(~ids.str.fullmatch(r"\d+"), ids.str.lstrip("0"))
    return _unambiguous(ids.tolist(), [accounts["name"], bare])


def _territories_meant(plan: Plan) -> dict[str, str]:
    rows = plan.territories
    ids = rows["territory_id"].astype("str").tolist()
    return _unambiguous(ids, [rows["rep_id"], rows["rep_name"]])


def _unambiguous(ids: Sequence[str], others: Iterable[pd.Series]) -> dict[str, str]:
    """Return id by what else it is called, in lower case, where that means one id only."""
    meant: dict[str, set[str]] = {}
    names = [ids, *(column.fillna("").astype("str").tolist() for column in others)]
    for called in names:
        for name, each in zip(called, ids, strict=True):
            meant.setdefault(name.strip().casefold(), set()).add(each)
    return {name: next(iter(of)) for name, of in meant.items() if name and len(of) == 1}


def _problem(
    account: str, wanted: str, planned: Mapping[str, str], territories: Sequence[str]
) -> str:
    if not account:
        return "names no account"
    if account not in planned:
        near = closest(account, planned)
        return f"is no account of the plan{f'; near is {near[0]}' if near else ''}"
    if not wanted:
        return "names no territory"
    if wanted not in territories:
        near = closest(wanted, sorted(territories))
        hint = f"; near is {near[0]}" if near else ""
        return f"wants {quoted(wanted)}, which is no territory of the plan{hint}"
    if planned[account] == wanted:
        return f"wants {wanted}, where it is already"
    return ""
