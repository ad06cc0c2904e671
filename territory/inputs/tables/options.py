"""What a scenario says about how one of its tables is to be read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

__all__ = ["UNIT_CODE", "TableOptions"]

UNIT_CODE = {"us_counties": "fips", "us_zips": "zip"}
"""The code that names a unit, by kind of geography."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TableOptions:
    """What the scenario says about a table.

    Parameters
    ----------
    table, file : str
        Our name of the table; the file as the user wrote it.
    columns : mapping of str to str
        Our name → header.
    measures : tuple of str
        The scenario's measures: own ones are number columns of accounts.
    numbers : (tuple of str, tuple of str)
        Further number columns of accounts: of at least 0, and of any sign.
    geography : str
        The kind of units.
    repair : bool
        Whether to make the repairs that can be made.
    decimal : {".", ","}, optional
        The mark of decimals, where the planner says it.
    guarded : bool
        Whether cells may carry apostrophes against spreadsheets (CSV does).
    currency : str
        Of the amounts.
    exclude, where
        Rows that are left out, and the condition of those that are kept.
    dates : {"day first", "month first"}, optional
        What 3/4/2024 means, where the planner says it.
    fiscal_start : int, optional
        Month in which fiscal years begin.
    as_written : tuple of str
        Our columns whose headers are not asked for units.
    states : tuple of str
        States of the United States that the geography is cut to.
    postal, by_city : bool
        Whether rows can be placed later by a table of postal codes, or by their cities.
    """

    table: str
    file: str
    columns: Mapping[str, str]
    measures: tuple[str, ...] = ()
    numbers: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
    geography: str = "us_counties"
    repair: bool = False
    decimal: Literal[".", ","] | None = None
    guarded: bool = False
    currency: str = "USD"
    exclude: tuple[str, ...] = ()
    where: str | None = None
    dates: Literal["day first", "month first"] | None = None
    fiscal_start: int | None = None
    as_written: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    postal: bool = False
    by_city: bool = False

    @property
    def us(self) -> bool:
        """Whether everything lies in the United States."""
        return self.geography in UNIT_CODE

    @property
    def at_home(self) -> bool:
        """Whether a row without a country lies in the United States."""
        return self.us or bool(self.states)
