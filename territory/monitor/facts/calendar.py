"""Months as numbers, quarters as names: when the plan went live and what is looked at."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass

from territory.errors import InputError
from territory.messages import Message, quoted

__all__ = ["Span", "day_of", "month_name", "month_of_day", "quarter_name", "span_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """The time since go-live.

    Attributes
    ----------
    go_live : date
    as_of : date
        The last day that counts.
    step : int
        Months of one period: 1, or 3 where the sales come by quarter.
    first : int
        Number of the first period's month: twelve times the year plus the month from 0.
    count : int
        Whole periods from go-live to the day.
    """

    go_live: datetime.date
    as_of: datetime.date
    step: int
    first: int
    count: int

    @property
    def names(self) -> tuple[str, ...]:
        """The periods in order, as 2025-04 or 2025-Q2."""
        name = month_name if self.step == 1 else quarter_name
        return tuple(name(self.first + self.step * at) for at in range(self.count))

    @property
    def quarter(self) -> str:
        """Quarter of the day."""
        return quarter_name(month_of_day(self.as_of))

    def quarter_at(self, period: int) -> str:
        """Quarter of a period, from 0."""
        return quarter_name(self.first + self.step * period)

    def in_quarter(self) -> slice:
        """Periods of the day's quarter."""
        length = 3 // self.step
        start = (self.count - 1) // length * length
        return slice(start, self.count)


def month_of_day(day: datetime.date) -> int:
    """Return the number of a day's month.

    Examples
    --------
    >>> month_of_day(datetime.date(2025, 4, 30)) == 12 * 2025 + 3
    True
    """
    return 12 * day.year + day.month - 1


def month_name(month: int) -> str:
    """Return a month's name.

    Examples
    --------
    >>> month_name(12 * 2025 + 3)
    '2025-04'
    """
    return f"{month // 12}-{month % 12 + 1:02d}"


def quarter_name(month: int) -> str:
    """Return the name of the quarter of a month.

    Examples
    --------
    >>> quarter_name(12 * 2025 + 3)
    '2025-Q2'
    """
    return f"{month // 12}-Q{month % 12 // 3 + 1}"


def day_of(text: str, what: str) -> datetime.date:
    """Read a day, or the first day of a month, that a planner wrote.

    Raises
    ------
    InputError
        It is none.
    """
    bare = text.strip()
    try:
        return datetime.date.fromisoformat(
            f"{bare}-01" if re.fullmatch(r"\d{4}-\d\d", bare) else bare
        )
    except ValueError:
        raise InputError(
            Message(f"{what} is {quoted(text)}, no day", hint="write it as in 2025-12-31")
        ) from None


def span_of(go_live: datetime.date, as_of: datetime.date, *, step: int) -> Span:
    """Return the whole periods between go-live and a day.

    Raises
    ------
    InputError
        The day is before go-live, or no whole period lies between.
    """
    if as_of < go_live:
        raise InputError(
            Message(
                f"--as-of is {as_of}, before the plan went live on {go_live}",
                hint="name a later day, or write the right go_live under [monitor]",
            )
        )
    first = month_of_day(go_live)
    if go_live.day > 1:
        first += 1
    first += -first % step if step > 1 else 0
    next_day = as_of + datetime.timedelta(days=1)
    count = (month_of_day(next_day) - first) // step
    if count < 1:
        unit = "month" if step == 1 else "quarter"
        raise InputError(
            Message(
                f"from {go_live} to {as_of} no whole {unit} has passed",
                hint=f"wait until the first {unit} is over; nothing can be judged before",
            )
        )
    return Span(go_live=go_live, as_of=as_of, step=step, first=first, count=count)
