"""After loading: success and error files read back, what is open, and twins with their ids."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from territory.errors import InputError
from territory.inputs.sources.names import plain_name
from territory.messages import Message, quoted
from territory.rollout.crm.files import LoadFile, write_load_files
from territory.rollout.crm.salesforce import CLEAR
from territory.rollout.findings import Flaw
from territory.rollout.folder import ListedFile, Manifest
from territory.rollout.result import MARKER

if TYPE_CHECKING:
    from territory.rollout.crm.extract import Extract

__all__ = ["Loaded", "audit_after", "check_loaded", "with_loaded", "write_rollback"]

_SAID = ("error", "sferror", "errors", "errormessage", "status", "responsestatus")
"""Columns in which loaders write why a record was refused (Vault's: ``errors``)."""
_TWIN = re.compile(r"9\d_")
_SUCCESS, _ERROR = re.compile(r"success", re.IGNORECASE), re.compile(r"error|fail", re.IGNORECASE)
_TWINS = {4: 95, 5: 94, 6: 93, 7: 92, 8: 91, 9: 90, 3: 96}
_OLD_FIELDS = {
    "ObjectTerritory2Association": ["ObjectId", "Territory2Id", "AssociationCause"],
    "UserTerritory2Association": ["UserId", "Territory2Id", "RoleInTerritory2"],
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Loaded:
    """What came of a load.

    Attributes
    ----------
    files : DataFrame
        One row a load file: ``file, wave, object, operation, rows, n_loaded, n_failed, n_open``.
    failed : DataFrame
        ``file, line, key, error`` of each record that the CRM refused.
    rollback : tuple of (int, LoadFile)
        By wave, twins of what was loaded, with ids.
    created : DataFrame
        Territory2 records that the load made: ``Id`` and the columns of file 03.
    """

    files: pd.DataFrame
    failed: pd.DataFrame
    rollback: tuple[tuple[int, LoadFile], ...]
    created: pd.DataFrame

    @property
    def complete(self) -> bool:
        """Whether every record of every file was loaded."""
        return bool(self.files["n_open"].sum() == 0 and self.files["n_failed"].sum() == 0)


def check_loaded(folder: str | Path, loaded: str | Path) -> Loaded:
    """Read the success and error files of a rollout folder's load.

    A result file belongs to the load file with whose name its own begins, without part and
    ending; the loaders' own names (``success120126.csv``) do where folder and columns leave only
    one file. Both Data Loader (``ID, STATUS``; ``ERROR``) and Bulk API 2.0 (``sf__Id``,
    ``sf__Error``) are read, and Vault Loader (``id``; ``errors``). Of twins that were loaded to go
    back only what failed is told: they take nothing of what came of the load.

    Raises
    ------
    InputError
        No rollout folder; no result file; a result file that belongs to no load file.
    """
    place, results = Path(folder), Path(loaded)
    manifest = read_manifest(place)
    listed = [
        row
        for row in manifest["files"]
        if _number(row["file"]) < 90 and row["operation"] != "backup"
    ]
    found = list(_results(results, listed))
    twins = [path for path, good, file in found if not file and not good]
    if not any(file for _, _, file in found):
        raise InputError(
            Message(
                f"{loaded} has no success or error file",
                hint="leave them beside the load files, with `success` or `error` in their names",
            )
        )
    rows: list[dict[str, object]] = []
    failures: list[dict[str, object]] = []
    back: list[tuple[int, LoadFile]] = []
    created: list[pd.DataFrame] = []
    backups = _backups(place, manifest)
    for row in listed:
        sent = _read(place / row["file"])
        ours = [(path, good) for path, good, file in found if file == row["file"]]
        done = [_read(path) for path, good in ours if good]
        bad = [(path, _read(path)) for path, good in ours if not good]
        wins = pd.concat(done, ignore_index=True) if done else sent.iloc[:0].assign(Id_="")
        n_loaded, n_failed = len(wins), sum(len(frame) for _, frame in bad)
        rows.append(
            {
                "file": row["file"],
                "wave": row["wave"],
                "object": row["object"],
                "operation": row["operation"],
                "rows": len(sent),
                "n_loaded": n_loaded,
                "n_failed": n_failed,
                "n_open": max(0, len(sent) - n_loaded - n_failed),
            }
        )
        for path, frame in bad:
            failures += _failures(path, frame, sent)
        if n_loaded and manifest["crm"] == "salesforce":
            back.append((int(row["wave"]), _twin(row, _with_ids(wins, sent), backups)))
            if row["object"] == "Territory2":
                created.append(_with_ids(wins, sent))
    for path in twins:
        failures += _failures(path, _read(path), _read(path))
    return Loaded(
        files=pd.DataFrame(rows),
        failed=pd.DataFrame(failures, columns=["file", "line", "key", "error"]),
        rollback=tuple(back),
        created=pd.concat(created, ignore_index=True) if created else pd.DataFrame(),
    )


def write_rollback(folder: str | Path, loaded: Loaded) -> list[str]:
    """Write check.csv, failed.csv and the twins with ids into ``rollback``; return their places."""
    from territory.inputs.cells import write_table
    from territory.whole import whole_files

    place = Path(folder)
    with whole_files(place) as fresh:
        write_table(loaded.files, fresh / "check.csv")
        write_table(loaded.failed, fresh / "failed.csv")
    written = [str(place / "check.csv"), str(place / "failed.csv")]
    waves = sorted({wave for wave, _ in loaded.rollback})
    for wave in waves:
        target = place / "rollback" / (f"wave_{wave}" if wave else "first")
        target.mkdir(parents=True, exist_ok=True)
        files = sorted((file for at, file in loaded.rollback if at == wave), key=lambda f: f.number)
        with whole_files(target, guard=False) as fresh:
            names = write_load_files(files, fresh)
        written += [str(target / name) for name, _, _ in names]
    return written


def with_loaded(extract: Extract, loaded: Loaded) -> Extract:
    """Return the extract with the territories that a load has made."""
    if loaded.created.empty or "Territory2" not in extract:
        return extract
    table = extract.tables["Territory2"]
    known = set(table.frame["Id"])
    fresh = loaded.created[~loaded.created["Id"].isin(known)]
    frame = pd.concat([table.frame, fresh], ignore_index=True).fillna("")
    frame = frame[[*table.frame.columns]].astype("str")
    lines = pd.Series([*table.lines.tolist(), *([0] * len(fresh))]).to_numpy()
    return replace(
        extract, tables={**extract.tables, "Territory2": replace(table, frame=frame, lines=lines)}
    )


def audit_after(folder: str | Path, extract: Extract) -> list[Flaw]:
    """Compare a fresh extract with the target of a Salesforce rollout.

    Finds accounts that are in no territory, in several, in another than planned, or owned by
    somebody else than their rep.
    """
    from territory.rollout.crm.matching import with_whole_ids

    place = Path(folder)
    target = _read(place / "target.csv")
    extract, flaws = with_whole_ids(extract)
    managed = set(target["Territory2Id"]) - {""}
    changes = _read(place / "change_set.csv")
    frame = extract.frame("ObjectTerritory2Association")
    here = frame[frame["Territory2Id"].isin(managed)]
    places = here.groupby("ObjectId")["Territory2Id"].agg(sorted).to_dict()
    accounts = extract.frame("Account")
    owner = dict(zip(accounts["Id"], accounts["OwnerId"], strict=True))
    touched = set(
        changes.loc[
            changes["change"].ne("stays") | changes["rep_changes"].str.lower().eq("true"),
            "account_id",
        ]
    )
    for row in target.to_dict("records"):
        object_id, wanted = str(row["ObjectId"]), str(row["Territory2Id"])
        found = places.get(object_id, [])
        what = ""
        if not found:
            check, what = "not_assigned", "is in no territory of the CRM"
        elif len(found) > 1:
            check, what = "doubly_assigned", f"in {len(found)} territories: {', '.join(found)}"
        elif found[0] != wanted:
            check, what = "drift", f"in {found[0]}; planned is {wanted} ({row['territory_id']})"
        elif (
            row["account_id"] in touched
            and row["OwnerId"]
            and owner.get(object_id) != row["OwnerId"]
        ):
            check = "other_owner"
            what = f"owner {owner.get(object_id, 'not known')}; planned is {row['OwnerId']}"
        if what:
            flaws.append(
                Flaw(
                    severity="error",
                    check=check,
                    object="Account",
                    id=str(row["account_id"]),
                    what=what,
                )
            )
    return flaws


def read_manifest(folder: Path) -> Manifest:
    """Read a rollout folder's list of files."""
    path = folder / MARKER
    if not path.is_file():
        raise InputError(
            Message(
                f"{folder} is no rollout folder: {MARKER} missing",
                hint="run `territory rollout PLAN --crm salesforce --out DIR` first",
            )
        )
    manifest: Manifest = json.loads(path.read_text(encoding="utf-8"))
    return manifest


def _number(file: str) -> int:
    return int(Path(file).name[:2])


def _read(path: Path) -> pd.DataFrame:
    frame = pd.read_csv(path, dtype="str", keep_default_na=False, encoding="utf-8-sig")
    return frame


def _results(folder: Path, listed: list[ListedFile]) -> Iterator[tuple[Path, bool, str]]:
    """Yield result file, whether of successes, and its load file; "" of a twin to go back."""
    if not folder.is_dir():
        raise InputError(Message(f"{folder} is no folder"))
    stems = {row["file"]: Path(row["file"]).stem for row in listed}
    for path in sorted(folder.rglob("*.csv")):
        good, bad = _SUCCESS.search(path.stem), _ERROR.search(path.stem)
        if not (good or bad) or path.name in {"failed.csv"}:
            continue
        parent = path.parent.relative_to(folder).as_posix()
        if _TWIN.match(path.stem) or parent.startswith("rollback"):
            yield path, bool(good), ""
            continue
        near = [file for file, stem in stems.items() if path.stem.startswith(stem)]
        same = [file for file in near if Path(file).parent.as_posix() == parent]
        owners = same or near or _by_columns(path, listed)
        best = max((len(stems[file]) for file in owners), default=0)
        owners = [file for file in owners if len(stems[file]) == best]
        if len(owners) != 1:
            raise InputError(
                Message(
                    f"{path} belongs to {'no' if not owners else 'several'} load file",
                    evidence=tuple(owners),
                    hint="let its name begin with the load file's, as in "
                    f"{next(iter(stems.values()), '04_X_delete')}_success.csv",
                )
            )
        yield path, bool(good), owners[0]


def _by_columns(path: Path, listed: list[ListedFile]) -> list[str]:
    header = {plain_name(name) for name in pd.read_csv(path, nrows=0).columns}
    return [row["file"] for row in listed if plain_name(row["object"]) in header]


def _with_ids(wins: pd.DataFrame, sent: pd.DataFrame) -> pd.DataFrame:
    """Return the loaded rows under the load file's columns, with the CRM's id as ``Id``."""
    names = {plain_name(name): name for name in wins.columns}
    key = next((names[each] for each in ("sfid", "id") if each in names), None)
    columns = {
        name: wins[names[plain_name(name)]] if plain_name(name) in names else ""
        for name in sent.columns
    }
    ids = wins[key] if key is not None else ""
    return pd.DataFrame({**columns, "Id": ids}).astype("str")


def _failures(path: Path, frame: pd.DataFrame, sent: pd.DataFrame) -> Iterator[dict[str, object]]:
    names = {plain_name(name): name for name in frame.columns}
    said = next((names[each] for each in _SAID if each in names), None)
    for line, row in enumerate(frame.to_dict("records"), start=2):
        key = " ".join(
            str(row[names[plain_name(name)]])
            for name in sent.columns[:2]
            if plain_name(name) in names
        )
        error = str(row[said]) if said else ""
        yield {"file": path.name, "line": line, "key": key, "error": error}


def _backups(folder: Path, manifest: Manifest) -> dict[str, pd.DataFrame]:
    parts: dict[str, list[pd.DataFrame]] = {}
    for row in manifest["files"]:
        if row["operation"] == "backup":
            parts.setdefault(row["object"], []).append(_read(folder / row["file"]))
    return {name: pd.concat(frames, ignore_index=True) for name, frames in parts.items()}


def _twin(row: ListedFile, loaded: pd.DataFrame, backups: Mapping[str, pd.DataFrame]) -> LoadFile:
    """Return the inverse of what was loaded of one file."""
    number, object_, operation = _number(row["file"]), row["object"], row["operation"]
    if operation == "insert":
        frame, what = loaded[["Id"]], "delete"
    else:
        before = backups.get(object_)
        if before is None:
            raise InputError(Message(f"there is no backup of {quoted(object_)} to go back to"))
        old = before.set_index("Id")
        ids = loaded["Id"].tolist()
        if operation == "delete":
            frame = old.loc[ids, _OLD_FIELDS[object_]].reset_index(drop=True)
            what = "insert"
        else:
            column = next(name for name in loaded.columns if name != "Id")
            values = old.loc[ids, column].to_numpy() if column in old else ""
            frame = pd.DataFrame({"Id": ids, column: values}).replace({column: {"": CLEAR}})
            what = "update"
    # Two files of one object (owners, codes; parts; levels) have two twins.
    later = "/later/" in f"/{row['file']}"
    _, _, own = Path(row["file"]).stem.partition(f"_{object_}_{operation}")
    label = "_".join(filter(None, ["later" if later else "", own.lstrip("_")]))
    return LoadFile(number=_TWINS[number], object=object_, operation=what, frame=frame, label=label)
