"""All indicators at all levels as one table, each with goal, owner, cadence and how sure it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from territory.monitor.facts.baseline import USUAL_MONTHS
from territory.monitor.indicators.catalogue import Indicator, indicators_of
from territory.monitor.indicators.figures import Part, parts_of
from territory.monitor.indicators.survival import median_days
from territory.wording import LIMIT, Z80

if TYPE_CHECKING:
    from territory.arrays import Floats
    from territory.monitor.facts.facts import Facts
    from territory.monitor.indicators.now import Now

__all__ = ["ALL_AT_ONCE", "COLUMNS", "IndicatorRow", "edge_for_all", "indicator_table", "levels_of"]

COLUMNS = (
    "level", "id", "indicator", "label", "value", "low", "high", "goal", "status", "unit", "owner",
    "cadence", "leads", "perspective", "objective", "initiative", "source",
)  # fmt: skip

_AMBER = 0.05
"""A figure within this part of its goal is amber, unless its interval leaves it open."""


ALL_AT_ONCE = 0.1
"""Chance that a limit for all territories at once is passed by any that is at its goal."""


class IndicatorRow(TypedDict):
    """One row of the indicators' table."""

    indicator: str
    label: str
    level: str
    id: str
    status: str
    unit: str
    value: float
    goal: float
    low: float
    high: float


def levels_of(facts: Facts) -> list[tuple[str, str, NDArray[np.intp]]]:
    """Return territories, districts, regions and company: level, id, positions of territories."""
    team = facts.plan.territories
    out = [("territory", name, np.array([at])) for at, name in enumerate(facts.territory_ids)]
    for level in ("district", "region"):
        column = f"{level}_id"
        if column in team and (team[column].astype("str") != "").any():
            ids = team[column].astype("str").to_numpy()
            out += [
                (level, name, np.flatnonzero(ids == name))
                for name in sorted(set(ids.tolist()) - {""})
            ]
    out.append(("company", "company", np.arange(len(team))))
    return out


def indicator_table(
    facts: Facts,
    now: Now | None,
    *,
    phi: Floats | float = 1.0,
    quotas: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Return one row an indicator and level, columns `COLUMNS`.

    ``phi``, one number or (k,), is how much more than by pure chance sales of each territory
    scatter, as the signals estimate it; ``quotas`` are those of `quotas_known`.

    ``status`` is green, amber, red, "open" (the interval holds the goal: nobody knows), "no goal"
    or "not known". Shares of counts are shrunk to the field's before they are judged.
    """
    keys = facts.scenario.monitor if facts.scenario else None
    parts = parts_of(facts, now, quotas)
    levels = levels_of(facts)
    rows: list[dict[str, object]] = []
    bands = {
        "workload_now": _tolerance(facts, "workload_h"),
        "potential_now": _tolerance(facts, "potential_usd"),
    }
    for indicator in indicators_of(keys):
        if indicator.name == "cycle_days":
            rows += _cycles(facts, indicator, levels)
            continue
        names = [indicator.name, *sorted(n for n in parts if n.startswith(f"{indicator.name}:"))]
        for name in names:
            band = bands.get(indicator.name)
            rows += _rows(indicator, name, parts.get(name), levels, band, phi)
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _tolerance(facts: Facts, measure: str) -> float:
    measures = facts.plan.record.measures
    return measures[measure].tolerance if measure in measures else 0.1


def _rows(
    indicator: Indicator,
    name: str,
    part: Part | None,
    levels: list[tuple[str, str, NDArray[np.intp]]],
    tolerance: float | None,
    phi: Floats | float,
) -> list[dict[str, object]]:
    rate, strength = _field(part)
    rows = []
    for level, identity, members in levels:
        value = low = high = np.nan
        goal = indicator.goal if tolerance is None else tolerance
        if part is not None and part.minus_one and level == "company":
            # All territories together are 0 by definition: the farthest one says more.
            own = part.part / np.where(part.whole > 0, part.whole, np.nan) - 1.0
            if np.isfinite(own).any():
                value = low = high = float(own[np.nanargmax(np.abs(own))])
            goal = goal if tolerance is not None else np.nan
            row = _row(indicator, name, level, identity, value, low, high, goal)
            rows.append(row | {"label": f"{row['label']}, farthest territory"})
            continue
        if part is not None:
            top, bottom = float(part.part[members].sum()), float(part.whole[members].sum())
            value = top / bottom if bottom > 0 else np.nan
            low = high = value
            if part.counts and bottom > 0:
                low, high = _binomial(top, bottom, rate, strength)
            elif np.isfinite(part.sd) and bottom > 0:
                sd = part.sd / np.sqrt(bottom)
                low, high = value - Z80 * sd, value + Z80 * sd
            elif part.events is not None:
                # What was sold scatters, and what it is held against, known from `USUAL_MONTHS`.
                sold = part.events[members]
                own = np.broadcast_to(phi, part.events.shape)[members]
                count = max(float(sold.sum()), 1.0)
                chance = float((own * sold).sum()) / count * (1.0 + 3.0 / USUAL_MONTHS)
                # On roots, where counts scatter alike: less was sold, not less sure it is.
                off = Z80 * np.sqrt(value * chance / count) / 2.0
                low, high = (max(np.sqrt(value) + each, 0.0) ** 2 for each in (-off, off))
            if part.minus_one:
                value, low, high = value - 1.0, low - 1.0, high - 1.0
        rows.append(_row(indicator, name, level, identity, value, low, high, goal))
    return rows


def edge_for_all(row: IndicatorRow, k: int) -> float:
    """Return how near its goal a red figure may truly be, judged for k territories at once.

    The side of its 80 % interval towards the goal, by which one of ten at the goal is red by
    chance, is widened so that any of k is with probability `ALL_AT_ONCE` (Sidak 1967,
    https://doi.org/10.1080/01621459.1967.10482935).

    Notes
    -----
    Simulated quiet reviews of sales against before, with the scatter estimated by the charts: 8.6
    to 10 % of 20, 40 and 80 territories are red; any is beyond the limit for all in 6 to 11 % of
    the reviews.

    Examples
    --------
    >>> row = {"value": 6.0, "low": 5.0, "high": 7.0, "goal": 8.0, "unit": "score"}
    >>> round(edge_for_all(row, 1), 2), round(edge_for_all(row, 20), 2)
    (7.0, 8.0)
    """
    from scipy.special import expit, logit, ndtri

    edge = row["high"] if row["value"] < row["goal"] else row["low"]
    wider = float(ndtri((1.0 - ALL_AT_ONCE) ** (1.0 / k))) / Z80
    value = row["value"]
    # Counts scatter alike on roots, shares of them on log odds.
    if row["unit"] == "deviation":
        at, end = (float(np.sqrt(max(1.0 + each, 0.0))) for each in (value, edge))
        return max(at + (end - at) * wider, 0.0) ** 2 - 1.0
    if row["unit"] == "share" and 0.0 < edge < 1.0:
        at, end = (float(logit(np.clip(each, 1e-6, 1.0 - 1e-6))) for each in (value, edge))
        return float(expit(at + (end - at) * wider))
    return value + (edge - value) * wider


def _field(part: Part | None) -> tuple[float, float]:
    """Return the field's rate and how strongly small counts are drawn to it (a beta's a + b).

    By moments, see Efron and Morris 1975, https://doi.org/10.1080/01621459.1975.10479864.
    """
    if part is None or not part.counts or part.whole.sum() <= 0:
        return np.nan, np.nan
    rate = float(part.part.sum() / part.whole.sum())
    known = part.whole > 0
    if known.sum() < 3 or not 0.0 < rate < 1.0:
        return rate, 10.0
    share = part.part[known] / part.whole[known]
    weight = part.whole[known]
    spread = float(np.average((share - rate) ** 2, weights=weight))
    chance = rate * (1.0 - rate) * known.sum() / weight.sum()
    between = max(spread - chance, LIMIT)
    return rate, float(np.clip(rate * (1.0 - rate) / between - 1.0, 1.0, 1e4))


def _binomial(top: float, bottom: float, rate: float, strength: float) -> tuple[float, float]:
    """Return an 80 % interval of a share that is drawn to the field's."""
    from scipy.stats import beta

    rate = min(max(rate, 1e-6), 1.0 - 1e-6)
    a, b = strength * rate + top, strength * (1.0 - rate) + bottom - top
    limits = np.asarray(beta.ppf([0.1, 0.9], a, max(b, LIMIT)), dtype=np.float64)
    return float(limits[0]), float(limits[1])


def _cycles(
    facts: Facts, indicator: Indicator, levels: list[tuple[str, str, NDArray[np.intp]]]
) -> list[dict[str, object]]:
    """Return medians of the sales cycle; a level's goal is the company's unless one is given."""
    deals = facts.deals
    rows = []
    company = np.nan
    if deals is not None and len(deals):
        days, won = deals["days"].to_numpy(float), deals["outcome"].eq("won").to_numpy()
        territory = facts.territory[deals["row"].to_numpy(np.intp)]
        company = median_days(days, won).days
    goal = indicator.goal if np.isfinite(indicator.goal) else company
    for level, identity, members in levels:
        if deals is None or not len(deals):
            rows.append(
                _row(indicator, indicator.name, level, identity, np.nan, np.nan, np.nan, np.nan)
            )
            continue
        mine = np.isin(territory, members)
        found = median_days(days[mine], won[mine])
        own = np.nan if level == "company" and not np.isfinite(indicator.goal) else goal
        rows.append(
            _row(indicator, indicator.name, level, identity, found.days, found.low, found.high, own)
        )
    return rows


def _row(
    indicator: Indicator, name: str, level: str, identity: str, value: float, low: float,
    high: float, goal: float,
) -> dict[str, object]:  # fmt: skip
    tier = name.partition(":")[2]
    return {
        "level": level,
        "id": identity,
        "indicator": name,
        "label": f"{indicator.label}, tier {tier}" if tier else indicator.label,
        "value": value,
        "low": low,
        "high": high,
        "goal": goal,
        "status": status_of(value, low, high, goal, better=indicator.better),
        "unit": indicator.unit,
        "owner": indicator.owner,
        "cadence": indicator.cadence,
        "leads": indicator.leads,
        "perspective": indicator.perspective,
        "objective": indicator.objective,
        "initiative": indicator.initiative,
        "source": indicator.source,
    }


def status_of(value: float, low: float, high: float, goal: float, *, better: str) -> str:
    """Judge a figure with its interval against its goal.

    Examples
    --------
    Below its goal by more than it can be off by; maybe below; within its band:

    >>> status_of(0.5, 0.4, 0.6, 0.9, better="higher")
    'red'
    >>> status_of(0.8, 0.7, 0.95, 0.9, better="higher")
    'open'
    >>> status_of(-0.08, -0.08, -0.08, 0.1, better="band")
    'green'
    """
    if not np.isfinite(value):
        return "not known"
    if not np.isfinite(goal):
        return "no goal"
    if better == "band":
        return "green" if abs(value) <= goal + LIMIT else "red"
    sign = 1.0 if better == "higher" else -1.0
    if sign * (value - goal) >= 0:
        return "green"
    best = high if better == "higher" else low
    if np.isfinite(best) and sign * (best - goal) >= 0 and low < high:
        return "open"
    if not np.isfinite(best):
        return "open"
    near = _AMBER * (abs(goal) or 1.0)
    return "amber" if sign * (value - goal) >= -near else "red"
