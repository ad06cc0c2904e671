"""What has to be done until a plan lives, by whom, and when."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from territory.publish.pages.beside import Beside

__all__ = ["Step", "next_steps"]

_STEPS = (
    (-42, "Decide", "sales leadership", "accept the plan, or name what must change"),
    (-35, "Challenge", "managers", "each district reads its territories; changes are named edits"),
    (-28, "Load file", "sales operations", "territory rollout: change set, waves, CRM files"),
    (-21, "Announce", "managers", "briefs and reasons to every rep"),
    (-10, "Train", "sales operations", "new accounts, routes, quotas, CRM views"),
    (-1, "Load", "CRM administrator", "owners and territories, then the audit"),
    (0, "Go live", "reps", "serve the new territories"),
    (90, "Review", "sales leadership", "attainment, complaints, drift: territory monitor"),
)
"""Planning defaults: days from the go-live, step, who, what."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step.

    Attributes
    ----------
    when : str
        A date, or how long before or after the go-live.
    name, who, what : str
    """

    when: str
    name: str
    who: str
    what: str


def next_steps(beside: Beside, go_live: date | None = None) -> list[Step]:
    """Return the steps of the written rollout; without one those of every rollout.

    Parameters
    ----------
    beside : Beside
        Its ``timeline`` is taken where there is one.
    go_live : date, optional
        Dates the steps where no rollout is written.
    """
    if beside.timeline is not None:
        return list(_written(beside))
    return [
        Step(when=_when(day, go_live), name=name, who=who, what=what)
        for day, name, who, what in _STEPS
    ]


def _written(beside: Beside) -> Iterator[Step]:
    """Yield the steps of the first wave, then when each further wave goes live."""
    assert beside.timeline is not None
    frame = beside.timeline
    waves = list(dict.fromkeys(frame["wave"])) if "wave" in frame else []
    for row in frame.to_dict("records"):
        if waves and row["wave"] != waves[0] and row["step"] != "go live":
            continue
        day = int(row["day"]) if "day" in frame and row["day"] == row["day"] else 0
        name = str(row["step"]).capitalize()
        wave = f" (wave {row['wave']:g})" if len(waves) > 1 else ""
        when = str(row["date"]) or _when(day, None)
        yield Step(when=when, name=name + wave, who=str(row["who"]), what=str(row["what"]))


def _when(day: int, go_live: date | None) -> str:
    if go_live is not None:
        return (go_live + timedelta(days=day)).isoformat()
    if day == 0:
        return "go-live"
    weeks, days = divmod(abs(day), 7)
    length = f"{weeks} weeks" if not days and weeks > 1 else f"{abs(day)} days"
    if abs(day) == 1:
        length = "1 day"
    return f"{length} {'before' if day < 0 else 'after'}"
