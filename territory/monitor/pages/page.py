"""The monitor on one page: what changed and why, every territory over time, drift, open actions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from territory.arrays import Floats
from territory.currency import short_money
from territory.messages import visible
from territory.monitor.pages.pictures import fans, funnel_chart, small_multiples
from territory.monitor.reviews.agenda import goal_words, value_words
from territory.monitor.reviews.balanced import balanced_scorecard
from territory.wording import plan_title, signed_percent

if TYPE_CHECKING:
    from markupsafe import Markup

    from territory.monitor.monitoring import Monitoring
    from territory.monitor.outlook import Outlook
    from territory.monitor.reviews.record import Review
    from territory.monitor.signals.signal import Signal

__all__ = ["draw_monitor", "moved_potential", "open_actions"]

_ACROSS = 10
"""Indicators side by side that fit on a sheet of paper."""

_BEHIND = 12
_DOWN, _UP, _CALM = "#c77f1f", "#2a6f97", "#dfe6ec"


def draw_monitor(
    found: Monitoring,
    *,
    ahead: Outlook | None = None,
    no_fans: str = "",
    reviews: Sequence[Review] = (),
) -> str:
    """Return the page as self-contained HTML without scripts; user's text is escaped.

    Parameters
    ----------
    found : Monitoring
    ahead : Outlook, optional
        For forecast fans.
    no_fans : str
        Why there are none, where a history was given.
    reviews : sequence of Review
        Closed ones: their actions that are not done are listed.
    """
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("territory.monitor.pages", "."), autoescape=True,
        undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    facts = found.facts
    content = {
        "title": f"{visible(plan_title(facts.plan.record))}, {facts.span.quarter}",
        "description": f"Plan live since {facts.span.go_live}, looked at on {facts.span.as_of}",
        "words": [visible(line) for line in found.words()],
        "signals": _signals(found),
        "scorecard": _scorecard(found),
        "heat": _heat(found),
        "calm": f"{found.calm()[:1].upper()}{found.calm()[1:]}.",
        "multiples": small_multiples(found) if facts.panel.known else [],
        "funnel": funnel_chart(found) if facts.panel.known else None,
        "fans": fans(ahead) if ahead is not None else [],
        "no_fans": visible(no_fans),
        "ahead": [visible(line) for line in ahead.words()] if ahead is not None else [],
        "drift": _drift_map(found),
        "changed": _changed(found),
        "actions": open_actions(reviews),
    }
    return environment.get_template("monitor.html.j2").render(content) + "\n"


def open_actions(reviews: Sequence[Review]) -> list[dict[str, str]]:
    """Return actions of closed reviews that are not done, the earliest due first."""
    rows = [
        {
            "due": item.due,
            "owner": visible(item.owner),
            "action": visible(item.action),
            "place": visible(item.place),
            "review": review.quarter,
        }
        for review in reviews
        for item in review.items
        if item.action.strip() and not item.done
    ]
    return sorted(rows, key=lambda row: (row["due"], row["place"]))


def _signals(found: Monitoring) -> list[dict[str, object]]:
    accounts = found.facts.accounts
    out = []
    for each in reversed(found.judged.signals):
        rows = each.cause.rows[:_BEHIND]
        out.append(
            {
                "head": _head(found, each),
                "where": ", ".join(visible(name) for name in each.territory_ids[:4]),
                "words": visible(each.cause.words),
                "sure": each.how_sure,
                "accounts": [
                    f"{visible(str(accounts['account_id'].iloc[row]))} "
                    f"{visible(str(accounts['name'].iloc[row]))}"
                    for row in rows
                ],
                "more": max(0, len(each.cause.rows) - _BEHIND),
            }
        )
    return out


def _head(found: Monitoring, signal: Signal) -> str:
    """Say what changed, where and by how much; what is not known is left out."""
    facts, name = found.facts, ""
    units = facts.plan.geography.units
    if signal.level == "unit" and signal.id in units.index:
        name = str(units.at[signal.id, "name"] or "")
    elif signal.level == "account":
        known = facts.accounts["account_id"].astype(str) == signal.id
        name = str(facts.accounts.loc[known, "name"].iloc[0]) if known.any() else ""
    named = f"{visible(name)} ({visible(signal.id)})" if name else visible(signal.id)
    change = f" {signed_percent(signal.change, 0)}" if np.isfinite(signal.change) else ""
    worth = f", {short_money(signal.usd_q)} a quarter" if np.isfinite(signal.usd_q) else ""
    return f"{signal.quarter}: {signal.level} {named}, {signal.cause.name}{change}{worth}"


def _scorecard(found: Monitoring) -> list[dict[str, object]]:
    rows = []
    for row in balanced_scorecard(found).to_dict("records"):
        goal = float(row["goal"])
        rows.append(
            {
                "side": row["perspective"],
                "label": row["label"],
                "value": value_words(float(row["value"]), str(row["unit"])),
                "goal": goal_words(goal, str(row["unit"])) if np.isfinite(goal) else "",
                "status": row["status"],
                "red": int(row["n_red"]),
                "kind": "lead" if row["leads"] else "lag",
                "owner": visible(str(row["owner"])),
            }
        )
    return rows


def _heat(found: Monitoring) -> list[dict[str, object]]:
    """Return the statuses of all territories as tables: names of indicators, and rows of cells.

    No table is wider than a sheet of paper, which would cut it.
    """
    table = found.indicators[found.indicators["level"] == "territory"]
    table = table[~table["indicator"].str.contains(":")]
    known = table.groupby("indicator", sort=False)["status"].apply(
        lambda each: bool((each != "not known").any())
    )
    names = [name for name in known.index if known[name]]
    labels = table.drop_duplicates("indicator").set_index("indicator")["label"]
    parts = max(1, -(-len(names) // _ACROSS))
    ends = [round(at * len(names) / parts) for at in range(parts + 1)]
    return [_heat_table(table, labels, names[low:high]) for low, high in pairwise(ends)]


def _heat_table(table: pd.DataFrame, labels: pd.Series, names: list[str]) -> dict[str, object]:
    rows = []
    for territory, part in table.groupby("id", sort=False):
        by = part.set_index("indicator")
        rows.append(
            {
                "id": visible(str(territory)),
                "cells": [
                    {
                        "status": str(by.at[name, "status"]),
                        "text": value_words(
                            float(by["value"].to_dict()[name]), str(by.at[name, "unit"])
                        ),
                    }
                    for name in names
                ],
            }
        )
    return {"names": [str(labels[name]) for name in names], "rows": rows}


def _drift_map(found: Monitoring) -> Markup | None:
    """Return the plan's territories by how their shares of the potential moved since the plan.

    None where today's potential is not known.
    """
    if found.now is None:
        return None
    from territory.publish.maps.outline_map import outline_maps

    plan, away = found.facts.plan, moved_potential(found)
    fills: Mapping[str, str] = {
        name: _shade(float(value))
        for name, value in zip(found.facts.territory_ids, away, strict=True)
    }
    return replace(outline_maps(plan), fills=fills).inline("plan", width=620.0)


def moved_potential(found: Monitoring) -> Floats:
    """Return by how much each territory's share of the potential grew since the plan, (k,)."""
    assert found.now is not None
    planned = np.nan_to_num(found.facts.accounts["potential_usd"].to_numpy(float))
    was, now = found.facts.by_territory(planned), found.now.potential_usd
    share = now / max(float(now.sum()), 1e-300)
    return np.where(was > 0, share * was.sum() / np.where(was > 0, was, 1.0) - 1.0, 0.0)


def _shade(value: float) -> str:
    """Return a colour: orange for less, blue for more, deeper the farther, calm within 2 %."""
    if abs(value) < 0.02:
        return _CALM
    base = _UP if value > 0 else _DOWN
    part = min(1.0, abs(value) / 0.15)
    mixed = [
        round(int(_CALM[at : at + 2], 16) * (1 - part) + int(base[at : at + 2], 16) * part)
        for at in (1, 3, 5)
    ]
    return "#" + "".join(f"{each:02x}" for each in mixed)


def _changed(found: Monitoring) -> list[dict[str, str]]:
    table = found.changed_accounts()
    counts = table.groupby("state").size()
    return [
        {
            "state": str(state),
            "count": f"{int(count):,}",
            "ids": ", ".join(
                visible(str(each)) for each in table[table["state"] == state]["account_id"].head(12)
            ),
        }
        for state, count in counts.items()
    ]
