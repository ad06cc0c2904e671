"""Who is outside a band and what else is broken: one plain sentence each, a reason said once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from territory.review.fairness import outsiders
from territory.wording import amount, measure_label, percent

if TYPE_CHECKING:
    from territory.plan import Plan

__all__ = ["foremost", "outside_lines"]

_MOST = 15
"""Lines that are read; a page of hundreds says nothing."""


def foremost(lines: Sequence[dict[str, str]], most: int = _MOST) -> list[dict[str, str]]:
    """Return the first lines, the worst, and how many more there are.

    Examples
    --------
    >>> [each["text"] for each in foremost([{"text": name, "why": ""} for name in "abcd"], most=2)]
    ['a', 'b', 'and 2 more: the scorecard has all territories outside a band in red']
    """
    if len(lines) <= most + 1:
        return list(lines)
    more = f"and {len(lines) - most:,} more"
    text = f"{more}: the scorecard has all territories outside a band in red"
    return [*lines[:most], {"text": text, "why": ""}]


def outside_lines(plan: Plan) -> Iterator[dict[str, str]]:
    """Yield ``text`` and ``why`` of each territory outside a band and each other broken rule.

    A reason that several share is said with the first of them; the others refer to it.
    """
    told: dict[str, str] = {}

    def reason(who: str, why: str) -> str:
        if not why:
            return ""
        if why in told:
            return f"For the same reason as {told[why]}."
        told[why] = who
        return why

    reps = dict(zip(plan.territories["territory_id"], plan.territories["rep_name"], strict=True))
    for row in outsiders(plan).to_dict("records"):
        name, measure = str(row["territory_id"]), str(row["measure"])
        rep = f" ({reps[name]})" if reps.get(name) else ""
        over = row["value"] > row["upper"]
        limit = row["upper"] if over else row["lower"]
        label = measure_label(measure).partition(" (")[0]
        text = (
            f"{name}{rep}: {label.lower()} {amount(measure, row['value'])}, "
            f"{percent(abs(row['value'] / limit - 1) if limit else None)} "
            f"{'above' if over else 'below'} the {'most' if over else 'least'} allowed, "
            f"{amount(measure, limit)}."
        )
        yield {"text": text, "why": reason(name, str(row["why"]))}
    for each in plan.record.violations:
        if each.rule != "balance":
            yield {"text": each.text, "why": reason(each.text, each.why)}
