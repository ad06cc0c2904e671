"""What stands on a brief: one value a page, every figure in words already."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Brief", "Figure", "Table"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One line of the table: label, today, plan, change; "not known" where a value is missing."""

    label: str
    today: str
    plan: str
    change: str
    good: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Accounts gained or lost: the largest, and how many more there are."""

    rows: tuple[tuple[str, str, str, str], ...]
    n: int
    revenue: str

    @property
    def more(self) -> int:
        """How many are not shown."""
        return self.n - len(self.rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """Everything on one rep's page.

    Attributes
    ----------
    rep_id, rep_name, territory, territory_today : str
    headline : str
        What the change comes to, in one honest sentence.
    figures : tuple of Figure
    gained, lost : Table
    n_kept : int
    better, worse : tuple of str
        What is in it for the rep, and what is not, in the rep's own figures.
    pay : tuple of (str, str)
        Quota, expected pay and guarantee; empty where the scenario has no pay plan.
    dates : tuple of (str, str)
    resources : tuple of (str, str)
    """

    rep_id: str
    rep_name: str
    territory: str
    territory_today: str
    headline: str
    figures: tuple[Figure, ...]
    gained: Table
    lost: Table
    n_kept: int
    better: tuple[str, ...]
    worse: tuple[str, ...]
    pay: tuple[tuple[str, str], ...]
    dates: tuple[tuple[str, str], ...]
    resources: tuple[tuple[str, str], ...]
