"""What became of reviews: done or not, and did the figures move beyond noise."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, cast

import numpy as np
import pandas as pd

from territory.monitor.indicators.catalogue import indicators_of
from territory.monitor.reviews.agenda import key_of, place_of
from territory.monitor.reviews.noise import noise_of

if TYPE_CHECKING:
    from territory.monitor.indicators.table import IndicatorRow
    from territory.monitor.monitoring import Monitoring
    from territory.monitor.reviews.record import Item, Review

__all__ = ["followed_up", "followed_words"]

COLUMNS = (
    "review", "key", "ended", "what", "owner", "due", "done", "before", "now", "noise", "moved",
)  # fmt: skip


def followed_up(found: Monitoring, earlier: Sequence[Review]) -> pd.DataFrame:
    """Return what became of the last review's items, and of older actions that are not done.

    An item that was red again is that of the later review.

    Parameters
    ----------
    found : Monitoring
    earlier : sequence of Review
        Closed ones, oldest first.

    Returns
    -------
    DataFrame
        ``review, key, ended`` ("decision", "action" or "escalation"), ``what, owner, due, done,
        before, now, noise, moved``. ``moved`` is of a figure "better", "worse", "inside the
        noise", "unchanged" or "not known", of a signal "still there" or "gone"; noise is half the
        interval of then and now together, and a band's figure is better where it is nearer to its
        goal.
    """
    now = {
        key_of("figure", str(row["indicator"]), str(row["id"])): row
        for row in cast("list[IndicatorRow]", found.indicators.to_dict("records"))
    }
    signals = {
        key_of("signal", f"{each.level} {each.id}", place_of(each)): each.change
        for each in found.judged.signals
    }
    # Whose leaving shows in the sales by now is told by them.
    team = found.facts.plan.territories
    rep_of = dict(zip(found.facts.territory_ids, team["rep_id"].astype("str"), strict=True))
    for each in found.judged.signals:
        place = place_of(each)
        if each.cause.name == "rep change" and place in rep_of:
            signals.setdefault(key_of("signal", f"rep {rep_of[place]}", place), each.change)
    keys = found.facts.scenario.monitor if found.facts.scenario else None
    better = {each.name: each.better for each in indicators_of(keys)}
    rows = []
    for quarter, item in _followed(earlier):
        row = now.get(item.key)
        value = noise = float("nan")
        if item.kind == "signal":
            value = signals.get(item.key, value)
            # A change of sales that nobody gave this time is not gone; a rep's leave is.
            seen = found.facts.panel.known or item.indicator.startswith("rep ")
            moved = "still there" if item.key in signals else "gone" if seen else "not known"
        elif row is not None:
            value = float(row["value"])
            noise = float(np.hypot(item.noise, noise_of(found, row)))
            moved = _moved(item, value, noise, better.get(item.indicator, "higher"))
        else:
            moved = "not known"
        rows.append(
            {
                "review": quarter,
                "key": item.key,
                "ended": item.ending,
                "what": item.words,
                "owner": item.owner,
                "due": item.due,
                "done": item.done,
                "before": round(item.value, 6),
                "now": round(value, 6),
                "noise": round(noise, 6),
                "moved": moved,
            }
        )
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _followed(earlier: Sequence[Review]) -> Iterator[tuple[str, Item]]:
    """Yield quarter and item: the last review's, then actions before it that wait."""
    seen: set[str] = set()
    for review in reversed(earlier):
        last = review is earlier[-1]
        for item in review.items:
            if last or (item.key not in seen and item.ending == "action" and not item.done):
                yield review.quarter, item
        seen |= {item.key for item in review.items}


def followed_words(row: Mapping[Hashable, object]) -> str:
    """Say what became of one item: how it ended, whether it is done, and the figure."""
    # A unit's id may hold a colon too: the place stands behind the last one.
    indicator, _, place = str(row["key"]).partition(":")[2].rpartition(":")
    kind, what = str(row["ended"]), str(row["what"])
    if kind == "action":
        due = f" by {row['due']}" if row["due"] else ""
        state = "done" if row["done"] else "not done"
        told = f"action “{what}” ({row['owner']}{due}): {state}"
    else:
        told = f"{kind} “{what}”"
    moved = str(row["moved"])
    figure = f"the signal is {moved}" if moved in {"still there", "gone"} else f"figure {moved}"
    return f"{place} {indicator}: {told}; {figure}"


def _moved(item: Item, now: float, noise: float, better: str) -> str:
    before = item.value
    if not (np.isfinite(before) and np.isfinite(now) and np.isfinite(noise)):
        return "not known"
    if abs(now - before) <= 1e-6:
        return "unchanged"
    if abs(now - before) <= noise:
        return "inside the noise"
    if better == "band":
        return "better" if abs(now) < abs(before) else "worse"
    return "better" if (now > before) == (better == "higher") else "worse"
