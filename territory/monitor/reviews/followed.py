"""What became of the last review: done or not, and did the figures move beyond noise."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
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
    "key", "ended", "what", "owner", "due", "done", "before", "now", "noise", "moved",
)  # fmt: skip


def followed_up(found: Monitoring, earlier: Sequence[Review]) -> pd.DataFrame:
    """Return what became of the last review's items.

    Returns
    -------
    DataFrame
        ``key, ended`` ("decision", "action" or "escalation"), ``what, owner, due, done, before,
        now, noise, moved``. ``moved`` is of a figure "better", "worse", "inside the noise",
        "unchanged" or "not known", of a signal "still there" or "gone"; noise is half the interval
        of then and now together, and a band's figure is better where it is nearer to its goal.
    """
    if not earlier:
        return pd.DataFrame(columns=list(COLUMNS))
    now = {
        key_of("figure", str(row["indicator"]), str(row["id"])): row
        for row in cast("list[IndicatorRow]", found.indicators.to_dict("records"))
    }
    signals = {
        key_of("signal", f"{each.level} {each.id}", place_of(each)): each.change
        for each in found.judged.signals
    }
    keys = found.facts.scenario.monitor if found.facts.scenario else None
    better = {each.name: each.better for each in indicators_of(keys)}
    rows = []
    for item in earlier[-1].items:
        row = now.get(item.key)
        value = noise = float("nan")
        if item.kind == "signal":
            value = signals.get(item.key, value)
            moved = "still there" if item.key in signals else "gone"
        elif row is not None:
            value = float(row["value"])
            noise = float(np.hypot(item.noise, noise_of(found, row)))
            moved = _moved(item, value, noise, better.get(item.indicator, "higher"))
        else:
            moved = "not known"
        rows.append(
            {
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
