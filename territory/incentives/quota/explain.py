"""A quota taken apart in words, with dollars that sum to it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, cast

from territory.currency import money, short_money
from territory.errors import InputError
from territory.messages import Message, quoted, visible
from territory.wording import percent, signed_percent

if TYPE_CHECKING:
    import pandas as pd

    from territory.incentives.quota.quotas import Quotas

__all__ = ["explain_quota", "explained"]

_LABELS = {
    "retained": "Retained",
    "momentum": "Area growth",
    "captured": "Headroom won",
    "relief": "Relief",
    "stretch": "Goal stretch",
    "potential": "Potential",
    "headroom": "Headroom",
    "run_rate": "Run-rate",
    "sales_cycle": "Sales cycle",
    "over_assignment": "Over-assignment",
    "limit": "Floor and cap",
}


def explain_quota(quotas: Quotas, territory_id: str) -> str:
    """Say in words what a territory's quota consists of.

    Returns
    -------
    str
        One line for the quota, then one for each part that is not 0: label, dollars, why. The
        dollars of the parts sum to the quota.

    Raises
    ------
    InputError
        No such territory.
    """
    if territory_id not in quotas.table.index:
        raise InputError(
            Message(
                f"there is no territory {quoted(territory_id)}",
                hint=f"the ids are {', '.join(map(str, quotas.table.index[:8]))}, …",
            )
        )
    row = cast("pd.Series", quotas.table.loc[territory_id])
    growth = row["growth"]
    on = (
        f", {signed_percent(growth)} on its last year of {money(row['last_usd'])}"
        if math.isfinite(growth)
        else ", with no sales to grow on"
    )
    lines = [f"{visible(territory_id)}: quota {money(row['quota_usd'])}{on}"]
    for label, usd, why in _parts(quotas, row):
        lines.append(f"  {label:<16}{money(usd):>13}  {why}")
    return "\n".join(lines)


def explained(quotas: Quotas) -> list[str]:
    """Return the words of every quota, in the order of the table."""
    return [explain_quota(quotas, str(name)) for name in quotas.table.index]


def _parts(quotas: Quotas, row: pd.Series) -> Iterator[tuple[str, int, str]]:
    for name in quotas.parts:
        usd = int(row[f"part_{name}_usd"])
        if usd or name in {"run_rate", "retained"}:
            yield _LABELS[name], usd, _why(quotas, row, name)


def _why(quotas: Quotas, row: pd.Series, name: str) -> str:
    options, table = quotas.options, quotas.table
    if name == "over_assignment":
        return f"the quotas sum to {percent(options.over_assignment)} more than the goal"
    if name == "limit":
        if row["limit"] == "floor":
            return f"raised to the floor: growth of at least {signed_percent(options.floor)}"
        if row["limit"] == "cap":
            return f"held at the cap: growth of at most {signed_percent(options.cap)}"
        return "its share of what floors and caps of other territories leave"
    if options.blend is None:
        return _why_expected(quotas, row, name)
    weight = f"{percent(getattr(options.blend, name), 0)} of the goal"
    sources = {
        "potential": ("potential_usd", "the field's potential"),
        "headroom": ("headroom_usd", "the potential not yet sold to"),
        "run_rate": ("run_rate_usd", "the field's run-rate"),
        "sales_cycle": ("reachable_usd", "the headroom that can be revenue within the year"),
    }
    column, what = sources[name]
    total = float(table[column].sum())
    share = percent(row[column] / total if total > 0 else None)
    words = f"{weight}, by its {share} of {what} ({short_money(row[column])})"
    if name == "run_rate":
        words += f": last four quarters {short_money(row['last_usd'])}{_trend(quotas, row)}"
    if name == "sales_cycle" and row["headroom_usd"] > 0:
        months = 12 * (1 - row["reachable_usd"] / row["headroom_usd"])
        words += f", its mean cycle {months:.1f} months"
    return words


def _why_expected(quotas: Quotas, row: pd.Series, name: str) -> str:
    """Say where a part of the expected sales comes from."""
    last, table = row["last_usd"], quotas.table
    if name == "retained":
        share = percent(row["retained_usd"] / last if last > 0 else None)
        return (
            f"its accounts' sales carried on: {share} of last year's {short_money(last)}, later "
            "quarters counting more"
        )
    if name == "momentum":
        return "growth of its area beyond its accounts' own, as far as it is no chance and lasts"
    if name == "captured":
        reach, headroom = row["reachable_usd"], row["headroom_usd"]
        words = f"{percent(row['captured_usd'] / reach if reach > 0 else None)} of "
        words += f"{short_money(reach)} that can be revenue within the year"
        if headroom > 0:
            months = 12 * (1 - reach / headroom)
            words += f" (headroom {short_money(headroom)}, mean sales cycle {months:.1f} months)"
        return words
    if name == "relief":
        return "revenue at risk in accounts that get another rep, not asked for"
    more = quotas.goal_usd / float(table["expected_usd"].sum()) - 1
    return f"the company's goal differs by {signed_percent(more)} from the expected sales of all"


def _trend(quotas: Quotas, row: pd.Series) -> str:
    if not math.isfinite(row["trend"]) or row["last_usd"] <= 0:
        return ""
    carried = row["run_rate_usd"] / row["last_usd"] - 1
    return f", grown {signed_percent(row['trend'])}, of which {signed_percent(carried)} carried on"
