"""A CRM extract: the org's own records, read tolerantly from a folder of exported tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from territory.errors import InputError
from territory.inputs.flags import is_yes
from territory.inputs.sources.names import plain_name
from territory.messages import Message, quoted

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["OBJECTS", "Extract", "Table", "read_extract"]

OBJECTS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "Account": {
        "Id": ("id", "account id", "accountid", "account id 18", "case safe id"),
        "Name": ("name", "account name"),
        "OwnerId": ("ownerid", "owner id", "account owner id"),
    },
    "User": {
        "Id": ("id", "user id", "userid"),
        "Name": ("name", "full name", "user name"),
        "IsActive": ("isactive", "active", "status"),
        "EmployeeNumber": ("employeenumber", "employee number", "employee id", "rep id"),
    },
    "Territory2Model": {
        "Id": ("id", "territory2modelid"),
        "Name": ("name",),
        "DeveloperName": ("developername", "developer name"),
        "State": ("state",),
    },
    "Territory2Type": {
        "Id": ("id", "territory2typeid"),
        "DeveloperName": ("developername", "developer name"),
    },
    "Territory2": {
        "Id": ("id", "territory2id", "territory id"),
        "Name": ("name", "territory name"),
        "DeveloperName": ("developername", "developer name"),
        "Territory2ModelId": ("territory2modelid", "territory model id"),
        "Territory2TypeId": ("territory2typeid", "territory type id"),
        "ParentTerritory2Id": ("parentterritory2id", "parent territory id", "parent territory"),
        "ContactAccessLevel": ("contactaccesslevel", "contact access"),
    },
    "UserTerritory2Association": {
        "Id": ("id", "userterritory2associationid"),
        "UserId": ("userid", "user id", "user"),
        "Territory2Id": ("territory2id", "territory id", "territory"),
        "RoleInTerritory2": ("roleinterritory2", "role in territory", "role"),
    },
    "ObjectTerritory2Association": {
        "Id": ("id", "objectterritory2associationid", "association id"),
        "ObjectId": ("objectid", "object id", "account id", "accountid", "account"),
        "Territory2Id": ("territory2id", "territory id", "territory"),
        "AssociationCause": ("associationcause", "association cause"),
    },
    "Opportunity": {
        "Id": ("id", "opportunity id", "opportunityid"),
        "Name": ("name", "opportunity name"),
        "AccountId": ("accountid", "account id"),
        "OwnerId": ("ownerid", "owner id", "opportunity owner id"),
        "StageName": ("stagename", "stage"),
        "IsClosed": ("isclosed", "closed"),
        "CloseDate": ("closedate", "close date"),
        "Amount": ("amount",),
    },
    "Contact": {
        "Id": ("id", "contact id", "contactid"),
        "AccountId": ("accountid", "account id"),
        "OwnerId": ("ownerid", "owner id", "contact owner id"),
    },
}
"""The objects that are read, with their columns and what exports call them."""

_VAULT = {
    "account__v": "Account",
    "user__sys": "User",
    "territory__v": "Territory2",
    "user_territory__v": "UserTerritory2Association",
    "account_territory__v": "ObjectTerritory2Association",
}
"""What Vault calls them."""

_KEYS = {
    "Account": ("Id", "OwnerId"),
    "User": ("Id",),
    "Territory2": ("Id",),
    "Territory2Model": ("Id",),
    "Territory2Type": ("Id",),
    "UserTerritory2Association": ("UserId", "Territory2Id"),
    "ObjectTerritory2Association": ("ObjectId", "Territory2Id"),
    "Opportunity": ("Id", "AccountId", "OwnerId"),
    "Contact": ("Id", "AccountId", "OwnerId"),
}
"""Columns without which a table says nothing."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Table:
    """One object of an extract.

    Attributes
    ----------
    frame : DataFrame
        Text columns under the object's API names, "" where the file has none; further columns
        under their own names behind them.
    file : str
    lines : (n,) int64
        Line of each row in its file.
    """

    frame: pd.DataFrame
    file: str = ""
    lines: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, dtype=np.int64))

    def flags(self, column: str, *, default: bool) -> pd.Series:
        """Return a truth column; an empty cell is the default."""
        text = self.frame[column].str.strip().str.removesuffix("__v")  # Vault says active__v
        return is_yes(text).where(text.ne(""), default)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Extract:
    """What an org holds today.

    Attributes
    ----------
    tables : mapping of str to Table
        By object; one that was not delivered is absent.
    folder : str
        For messages.
    """

    tables: Mapping[str, Table]
    folder: str = ""

    def __contains__(self, name: str) -> bool:
        return name in self.tables

    def frame(self, name: str) -> pd.DataFrame:
        """Return an object's rows; an empty table with its columns where it was not delivered."""
        if name in self.tables:
            return self.tables[name].frame
        return pd.DataFrame({column: pd.Series(dtype="str") for column in OBJECTS[name]})


def read_extract(folder: str | Path) -> Extract:
    """Read a folder of exported tables, of any format that the product reads.

    A file belongs to the object whose API name its name holds (``01_Territory2_2026.csv``, or
    Vault's ``territory__v.csv``); what its header calls a column, in labels or API names, does not
    matter, nor do case and blanks.

    Raises
    ------
    InputError
        No folder, no file of a known object, two files of one object, a file that is no table, or
        columns without which a table says nothing; all at once.
    """
    from territory.inputs.sources.open import TABLE_SUFFIXES, open_table
    from territory.inputs.sources.raw import SourceError

    place = Path(folder)
    if not place.is_dir():
        raise InputError(
            Message(
                f"{folder} is no folder",
                hint="export Account, User, Territory2 and its associations as CSV files, one "
                "object a file, into one folder; `territory rollout-example PLAN --out DIR` "
                "writes one to compare with",
            )
        )
    tables: dict[str, Table] = {}
    problems: list[Message] = []
    for path in sorted(place.iterdir()):
        name = _object_of(path.stem)
        if path.suffix.lower() not in TABLE_SUFFIXES or name is None:
            continue
        if name in tables:
            problems.append(
                Message(f"{folder} has two files of {name}: {tables[name].file}, {path.name}")
            )
            continue
        try:
            raw = open_table(path)
        except SourceError as error:
            problems.append(Message(f"{path} {error.what}", hint=error.hint))
            continue
        frame, missing = _named(name, raw.frame)
        if missing and not (_vaults_own(path.stem) and missing == ["OwnerId"]):
            problems.append(
                Message(
                    f"{path}: column {', '.join(map(quoted, missing))} is missing",
                    evidence=(f"columns there: {', '.join(raw.frame.columns)}",),
                    hint=f"export {name} with {', '.join(_KEYS[name])}",
                )
            )
        tables[name] = Table(frame=frame, file=path.name, lines=raw.lines)
    if not tables and not problems:
        problems.append(
            Message(
                f"{folder} has no table of a known object",
                hint=f"name the files after the objects: {', '.join(OBJECTS)}",
            )
        )
    if problems:
        raise InputError(*problems)
    return Extract(tables=tables, folder=str(folder))


def _object_of(stem: str) -> str | None:
    """Return the object that a file name holds: the longest, so that Territory2Model wins."""
    if own := _vaults_own(stem):
        return _VAULT[own]
    plain = plain_name(stem)
    found = [name for name in OBJECTS if name.lower() in plain]
    return max(found, key=len) if found else None


def _vaults_own(stem: str) -> str:
    """Return Vault's object that a file name holds, the longest; "" for none."""
    return max((name for name in _VAULT if name in stem.lower()), key=len, default="")


def _named(name: str, raw: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    columns = OBJECTS[name]
    headers = {plain_name(header): header for header in reversed(raw.columns)}
    taken: dict[str, str] = {}
    for column, names in columns.items():
        header = _first(headers, (column, *names), taken.values())
        if header is not None:
            taken[column] = header
    data = {column: raw[taken[column]].str.strip() if column in taken else "" for column in columns}
    used = set(taken.values())
    data |= {
        header: raw[header].str.strip()
        for header in raw.columns
        if header not in used and header not in data
    }
    frame = pd.DataFrame(data, index=raw.index).reset_index(drop=True).astype("str")
    return frame, [column for column in _KEYS[name] if column not in taken]


def _first(headers: Mapping[str, str], names: Iterable[str], taken: Iterable[str]) -> str | None:
    used = set(taken)
    for name in names:
        header = headers.get(plain_name(name))
        if header is not None and header not in used:
            return header
    return None
