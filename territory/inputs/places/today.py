"""Today's alignment: which territory has each account and unit now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from territory.inputs.joins.ids import match_ids

if TYPE_CHECKING:
    from territory.inputs.tables.tables import Tables

__all__ = ["Current", "current_of"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Current:
    """Today's territories by account and by unit.

    Attributes
    ----------
    by_account, by_unit : Series
        Territory ids by account id and by unit id (a county, ZIP or polygon).
    """

    by_account: pd.Series
    by_unit: pd.Series

    def of_accounts(self, accounts: pd.DataFrame) -> pd.Series:
        """Return each account's territory of today, "" where none.

        An account's own row counts first, then the row of its unit or of a unit that contains it,
        then the row of its ZIP.
        """
        own = accounts["account_id"].map(self.by_account).astype(object)
        found = own.where(own.notna(), self._inherited(accounts["unit_id"]))
        by_zip = accounts["zip"].map(self.by_unit)
        return found.where(found.notna(), by_zip).fillna("").astype("str")

    def of_units(self, unit_ids: tuple[str, ...]) -> pd.Series:
        """Return each unit's territory of today, its parent's where it has no row, else ""."""
        return self._inherited(pd.Series(unit_ids, dtype="str")).fillna("").astype("str")

    def _inherited(self, unit: pd.Series) -> pd.Series:
        """Look units up, then their parents "48201:77030" → "48201"."""
        found = unit.map(self.by_unit).astype(object)
        parent = unit
        while len(self.by_unit) and parent.str.contains(":").any() and found.isna().any():
            parent = parent.str.rpartition(":")[0].where(parent.str.contains(":"), parent)
            found = found.where(found.notna(), parent.map(self.by_unit))
        return found


def current_of(tables: Tables, unit_ids: Sequence[str]) -> Current:
    """Read today's alignment from the tables; empty where none is given.

    Unit ids that differ from the geography's in zeros, case or blanks are its units all the same.
    """
    table = tables.alignment
    if table is None:
        empty = pd.Series([], dtype="str", index=pd.Index([], dtype="str"))
        return Current(by_account=empty, by_unit=empty)
    if (table["unit_id"] != "").any():
        table = table.assign(unit_id=match_ids(table["unit_id"], unit_ids).ids)
    return Current(
        by_account=_by(table, "account_id"),
        by_unit=_by(table, "unit_id"),
    )


def _by(table: pd.DataFrame, key: str) -> pd.Series:
    rows = table[(table[key] != "") & (table["territory_id"] != "")].drop_duplicates(key)
    return pd.Series(rows["territory_id"].to_numpy(), index=pd.Index(rows[key]), dtype="str")
