"""Quarters of fiscal years: a review is called by the calendar's quarter that is the same."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from territory.errors import InputError
from territory.messages import Message, quoted

if TYPE_CHECKING:
    from territory.inputs.scenario.scenario import Scenario

__all__ = ["calendar_quarter", "fiscal_start", "fiscal_words", "is_fiscal"]


_NAME = re.compile(r"FY\s*(\d{4})[\s-]*Q([1-4])", re.IGNORECASE)


def is_fiscal(text: str) -> bool:
    """Return whether a quarter is written as one of a fiscal year.

    Examples
    --------
    >>> is_fiscal("FY2026 Q3"), is_fiscal("2026Q3")
    (True, False)
    """
    return _NAME.fullmatch(text.strip()) is not None


def fiscal_start(scenario: Scenario | None) -> int:
    """Return the month, 1 to 12, in which a company's fiscal years begin: 1 where none is said.

    That of the history, else of ``capacity.year_from``.
    """
    if scenario is None:
        return 1
    history, capacity = scenario.inputs.history, scenario.capacity
    if history is not None and history.fiscal_start_month:
        return int(history.fiscal_start_month)
    if capacity is not None and capacity.year_from is not None:
        return int(capacity.year_from[5:7])
    return 1


def calendar_quarter(text: str, scenario: Scenario | None) -> str:
    """Return the calendar's quarter, as files are called, that a fiscal quarter is.

    Fiscal years are called by the calendar's year in which they end.

    Raises
    ------
    InputError
        The company's fiscal years are the calendar's, not known, or of other quarters.
    """
    match = _NAME.fullmatch(text.strip())
    start = fiscal_start(scenario)
    if match is None or start == 1:
        raise InputError(
            Message(
                f"{quoted(text)} is a quarter of a fiscal year, and no fiscal year is known that "
                "begins in another month than January",
                hint="write the calendar's quarter, as 2027Q1, or fiscal_start_month of the "
                "history under [inputs]",
            )
        )
    if (start - 1) % 3:
        raise InputError(
            Message(
                f"{quoted(text)} is no quarter of the calendar: fiscal years begin in month "
                f"{start}, and reviews look at the calendar's quarters",
                hint="write the calendar's quarter that ends within it, as 2027Q1",
            )
        )
    first = 12 * (int(match[1]) - 1) + start - 1 + 3 * (int(match[2]) - 1)
    return f"{first // 12}Q{first % 12 // 3 + 1}"


def fiscal_words(name: str, scenario: Scenario | None) -> str:
    """Say which quarter of the fiscal year a review's is; nothing where these are the calendar's.

    Parameters
    ----------
    name : str
        As files are called: 2025Q4.
    scenario : Scenario, optional
        Whose fiscal year; the calendar's without one.
    """
    start = fiscal_start(scenario)
    if start == 1:
        return ""
    if (start - 1) % 3:
        return (
            f"{name} is the calendar's quarter: fiscal years begin in month {start}, and their "
            "quarters are others"
        )
    months = 12 * int(name[:4]) + 3 * (int(name[-1]) - 1) - (start - 1)
    return f"{name} is the calendar's quarter, FY{months // 12 + 1} Q{months % 12 // 3 + 1} here"
