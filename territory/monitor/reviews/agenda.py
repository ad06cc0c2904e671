"""What a review opens with: every red figure and every signal, with evidence, owner and level."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast

import numpy as np

from territory.currency import short_money
from territory.inputs.scenario.monitor import EscalationKeys
from territory.messages import counted
from territory.monitor.indicators.table import (
    ALL_AT_ONCE,
    IndicatorRow,
    edge_for_all,
    levels_of,
)
from territory.monitor.reviews.noise import noise_of
from territory.wording import percent, signed_percent

if TYPE_CHECKING:
    from territory.monitor.monitoring import Monitoring
    from territory.monitor.reviews.record import Item, Review
    from territory.monitor.signals.signal import Signal

__all__ = [
    "LEVELS",
    "agenda_of",
    "goal_words",
    "key_of",
    "level_after",
    "place_of",
    "value_words",
]

LEVELS = ("rep", "district", "region", "company")
"""Who answers, the lowest first."""

_OWNERS = {
    "rep": "rep",
    "district": "district manager",
    "region": "region manager",
    "company": "head of sales",
}


def key_of(kind: str, indicator: str, place: str) -> str:
    """Return the name under which an item is found again in the next review."""
    return f"{kind}:{indicator}:{place}"


def place_of(signal: Signal) -> str:
    """Return where a signal is answered for: the territory with most of it."""
    return signal.territory_ids[0] if signal.territory_ids else signal.id


def level_after(reviews_red: int, rules: EscalationKeys, start: str) -> str:
    """Return the level that answers for an item after so many reviews in red, this one counted.

    Examples
    --------
    A rep's item goes to the district in its second review, to the region in its third:

    >>> rules = EscalationKeys()
    >>> [level_after(n, rules, "rep") for n in (1, 2, 3, 4, 5)]
    ['rep', 'district', 'region', 'company', 'company']
    """
    limits = (rules.rep_to_district, rules.district_to_region, rules.region_to_company)
    at = LEVELS.index(start)
    by_rule = sum(reviews_red > limit for limit in limits)
    return LEVELS[min(max(at, by_rule), len(LEVELS) - 1)]


def agenda_of(
    found: Monitoring,
    earlier: Sequence[Review],
    rules: EscalationKeys,
    *,
    day: datetime.date,
) -> list[Item]:
    """Return the items of a review, the highest level first.

    A red figure of a territory is the rep's, of a district the district's, and where nobody is at
    work the level above answers. It goes up one level by the rules when it stays red, and at once
    when an action of it is overdue or it was escalated, then to the level that was named.

    Parameters
    ----------
    found : Monitoring
    earlier : sequence of Review
        Oldest first. Of one that is still open only what was red in it counts: how its items end
        is not said yet.
    rules : EscalationKeys
    day : date
        Of the review: actions due before it are overdue.
    """
    from territory.monitor.reviews.record import Item

    items: list[Item] = []
    for level, place, row, worst in _reds(found):
        figure = (
            f"{row['label']}: {value_words(row['value'], str(row['unit']))}, goal "
            f"{goal_words(row['goal'], str(row['unit']))}"
        )
        # Above a territory it is red for how many are red below, whatever the whole shows.
        evidence = [figure, *worst] if level == "territory" else [*worst[:1], figure, *worst[1:]]
        start = "rep" if level == "territory" else level
        indicator = str(row["indicator"])
        items.append(
            Item(
                key=key_of("figure", indicator, place), kind="figure", indicator=indicator,
                level=level, place=place, answers=start, value=round(float(row["value"]), 6),
                noise=round(noise_of(found, row), 6), evidence=tuple(evidence), owner="",
            )
        )  # fmt: skip
    for each in found.judged.signals:
        if each.quarter != found.facts.span.quarter:
            continue
        place = place_of(each)
        names = found.facts.accounts["account_id"].astype("str")
        behind = ", ".join(str(names.iloc[row]) for row in each.cause.rows[:5])
        evidence = [f"{each.cause.name}: {each.cause.words}", each.how_sure]
        if np.isfinite(each.usd_q):
            evidence.append(f"{short_money(each.usd_q)} a quarter")
        if behind:
            more = len(each.cause.rows) - 5
            evidence.append(f"behind it: {behind}" + (f" and {more} more" if more > 0 else ""))
        indicator = f"{each.level} {each.id}"
        key = key_of("signal", indicator, place)
        # A change at once and a slow one of the same territory end in one decision.
        said = next((at for at, item in enumerate(items) if item.key == key), None)
        if said is not None:
            items[said] = replace(items[said], evidence=(*items[said].evidence, *evidence))
            continue
        items.append(
            Item(
                key=key, kind="signal", indicator=indicator,
                level="territory", place=place, answers="rep", value=round(each.change, 6),
                noise=0.0,
                evidence=tuple(evidence), owner="",
            )
        )  # fmt: skip
    team = _Team.of(found)
    items = [_answered(item, earlier, rules, day, team) for item in items]
    rank = {name: at for at, name in enumerate(LEVELS)}
    return sorted(items, key=lambda item: (-rank[item.answers], item.key))


def _reds(
    found: Monitoring,
) -> Iterator[tuple[str, str, IndicatorRow, list[str]]]:
    """Yield level, id, row and evidence of what is red, each cause once.

    A figure that is red in more than half of the territories of a level is that level's item, not
    its territories'; tiers are evidence of their figure; the run rate is no item where the
    attainment is.
    """
    table = found.indicators
    rows = {
        (str(row["indicator"]), str(row["level"]), str(row["id"])): row
        for row in cast("list[IndicatorRow]", table.to_dict("records"))
    }
    names = [name for name in dict.fromkeys(table["indicator"]) if ":" not in str(name)]
    levels = levels_of(found.facts)
    territory_ids = found.facts.territory_ids
    told: set[tuple[str, str]] = set()
    for name in names:
        free = set(range(len(territory_ids)))
        for level, place, members in reversed(levels):
            mine = [at for at in members.tolist() if at in free]
            red = [
                at for at in mine
                if rows[name, "territory", territory_ids[at]]["status"] == "red"
            ]  # fmt: skip
            wide = level == "territory" or (len(mine) > 1 and len(red) > 0.5 * len(mine))
            if not red or not wide:
                continue
            free -= set(mine)
            if name == "run_rate" and ("quota_attainment", place) in told:
                continue
            told.add((name, place))
            row = rows[name, level, place]
            evidence = []
            if level != "territory":
                ids = ", ".join(territory_ids[at] for at in red[:6])
                more = f" and {len(red) - 6} more" if len(red) > 6 else ""
                evidence.append(f"red in {len(red)} of {len(mine)} territories: {ids}{more}")
            tiers = [
                f"tier {key[0].partition(':')[2]} {value_words(each['value'], str(each['unit']))}"
                for key, each in rows.items()
                if key[0].startswith(f"{name}:") and key[1:] == (level, place)
            ]
            if level == "territory" and row["low"] < row["high"]:
                ends = [value_words(row[end], str(row["unit"])) for end in ("low", "high")]
                evidence.append(
                    f"80 % interval {ends[0]} to {ends[1]}: {_by_chance(row, len(territory_ids))}"
                )
            yield level, place, row, [*evidence, *([", ".join(tiers)] if tiers else [])]


def _by_chance(row: IndicatorRow, k: int) -> str:
    """Say how often chance alone makes such a figure red, for one territory and for all."""
    any_of = 1.0 - (1.0 - ALL_AT_ONCE) ** k
    edge, goal = edge_for_all(row, k), row["goal"]
    surely = edge < goal if row["value"] < goal else edge > goal
    words = value_words(edge, row["unit"])
    verdict = (
        "chance alone does so to any of them in fewer than one review of ten"
        if surely
        else "chance alone may do so to one of them"
    )
    return (
        f"of territories at the goal about one in ten is red by chance, of {k} any in about "
        f"{percent(any_of, 0)} of reviews; for all {k} at once the interval ends at {words}: "
        f"{verdict}"
    )


@dataclass(frozen=True, slots=True)
class _Team:
    """Who is at work in each territory, as people call them."""

    reps: dict[str, str]
    vacant: frozenset[str]

    @classmethod
    def of(cls, found: Monitoring) -> _Team:
        """Read the plan's reps, and the territories whose rep the roster says is away."""
        table = found.indicators
        here = table[table["indicator"].eq("reps_in_place") & table["level"].eq("territory")]
        vacant = frozenset(here.loc[here["value"].lt(1.0), "id"].astype("str"))
        team = found.facts.plan.territories
        names = team["rep_name"] if "rep_name" in team else team["rep_id"]
        reps = {
            str(territory): f"{name} ({rep})" if str(name) and str(name) != str(rep) else str(rep)
            for territory, rep, name in zip(
                team["territory_id"], team["rep_id"], names.fillna("").astype("str"), strict=True
            )
            if isinstance(rep, str) and rep
        }
        return cls(reps, vacant)


def _answered(
    item: Item, earlier: Sequence[Review], rules: EscalationKeys, day: datetime.date, team: _Team
) -> Item:
    """Return an item with the level that answers for it by now, and why."""
    past = 0
    for review in reversed(earlier):
        if item.key not in {each.key for each in review.items}:
            break
        past += 1
    answers, evidence = level_after(past + 1, rules, item.answers), item.evidence
    if answers == "rep" and item.place in team.vacant:
        answers, evidence = "district", (*evidence, "no rep is at work there: the district answers")
    ended = [each for each in reversed(earlier) if each.closed]
    before = next((i for each in ended for i in each.items if i.key == item.key), None)
    if past:
        evidence = (*evidence, f"red in {counted(past + 1, 'review')} in a row")
    if before is not None and before.due and before.due < day.isoformat() and not before.done:
        answers = max(answers, _above(before.answers), key=LEVELS.index)
        evidence = (*evidence, f"action of {before.owner}, due {before.due}, is not done")
    if past and before is not None and before.ending == "escalation":
        named = [level for level in LEVELS if level in before.escalation.lower().split()]
        answers = max(answers, _above(before.answers), *named, key=LEVELS.index)
        evidence = (*evidence, f"escalated: {before.escalation}")
    owner = team.reps.get(item.place, _OWNERS["rep"]) if answers == "rep" else _OWNERS[answers]
    return replace(item, answers=answers, evidence=evidence, owner=owner)


def _above(level: str) -> str:
    return LEVELS[min(LEVELS.index(level) + 1, len(LEVELS) - 1)]


def goal_words(value: float, unit: str) -> str:
    """Return a goal as people read it: a deviation's is how far it may lie on either side."""
    words = value_words(value, unit)
    return words.replace("+", "±") if unit == "deviation" and value > 0 else words


def value_words(value: float, unit: str) -> str:
    """Return a figure as people read it."""
    if not np.isfinite(value):
        return "not known"
    if unit == "share":
        return percent(value)
    if unit == "deviation":
        return signed_percent(value)
    return f"{value:,.1f}"
