"""The indicators of the review: what each serves, its goal, owner, cadence and source."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from territory.inputs.scenario.monitor import MonitorKeys

__all__ = ["CATALOGUE", "Indicator", "indicators_of"]

Perspective = Literal["growth", "customer", "process", "people"]


@dataclass(frozen=True, slots=True)
class Indicator:
    """One figure of the review.

    Attributes
    ----------
    name, label : str
        As in files, and for people.
    perspective : {"growth", "customer", "process", "people"}
        Part of the balanced scorecard.
    objective, initiative : str
        What it serves, and what is done about it.
    unit : {"share", "days", "score", "ratio", "deviation", "hours", "count", "number"}
    better : {"higher", "lower", "band"}
    goal : float
        NaN where a band or another figure is the goal.
    owner : str
    source : str
        Option of the command line, or what it is computed from.
    leads : bool
        Whether it moves before sales do.
    cadence : str
    """

    name: str
    label: str
    perspective: Perspective
    objective: str
    initiative: str
    unit: str
    better: Literal["higher", "lower", "band"]
    goal: float
    owner: str
    source: str
    leads: bool = False
    cadence: str = "quarter"


_NAN = float("nan")

CATALOGUE: tuple[Indicator, ...] = (
    Indicator("quota_attainment", "Quota attainment", "growth", "reach the goal", "account plans",
         "share", "higher", 1.0, "rep", "actuals, [quotas]", cadence="month"),
    Indicator("run_rate", "Run rate to the year's end", "growth", "reach the goal", "account plans",
         "share", "higher", 1.0, "rep", "actuals, [quotas]", leads=True, cadence="month"),
    Indicator("sales_change", "Sales against before, less the market", "growth",
         "grow with the market", "growth accounts first", "deviation", "higher", 0.0,
         "district manager", "actuals"),
    Indicator("ideal_engaged", "Ideal customers who buy", "growth", "win the ideal customers",
         "hunting list of the top tier", "share", "higher", 0.6, "rep", "actuals, tiers",
         leads=True),
    Indicator("penetration", "Share of potential", "growth", "win the ideal customers",
         "hunting list of the top tier", "share", "higher", 0.15, "district manager",
         "actuals, accounts"),
    Indicator("pipeline_cover", "Pipeline ÷ what is left of the quota", "growth", "reach the goal",
         "fill the pipeline", "ratio", "higher", 3.0, "rep", "opportunities, [quotas]",
         leads=True, cadence="month"),
    Indicator("cycle_days", "Sales cycle, median days", "process", "close faster",
         "deal reviews above the median", "days", "lower", _NAN, "sales operations",
         "opportunities"),
    Indicator("retention", "Customers kept", "customer", "keep what is won", "churn list",
         "share", "higher", 0.9, "rep", "actuals, history"),
    Indicator("competitor_losses", "Deals lost to competitors", "customer", "keep what is won",
         "win-back plan", "share", "lower", 0.15, "district manager", "opportunities", leads=True),
    Indicator("satisfaction", "Satisfaction", "customer", "keep what is won", "service recovery",
         "score", "higher", 8.0, "district manager", "satisfaction", leads=True),
    Indicator("reach", "Accounts called, of those planned", "process", "work the call plan",
         "call plan in the CRM", "share", "higher", 0.85, "rep", "calls", leads=True,
         cadence="month"),
    Indicator("frequency", "Calls made, of those planned", "process", "work the call plan",
         "call plan in the CRM", "share", "higher", 0.85, "rep", "calls", leads=True,
         cadence="month"),
    Indicator("workload_now", "Workload now against its goal", "people", "balanced workload",
         "realign little", "deviation", "band", _NAN, "sales operations", "accounts",
         leads=True),
    Indicator("potential_now", "Potential now against its goal", "people", "fair chances",
         "realign little", "deviation", "band", _NAN, "sales operations", "accounts", leads=True),
    Indicator("routed_now", "Routed hours now ÷ capacity", "people", "balanced workload",
         "realign little", "share", "lower", 1.0, "sales operations", "accounts, tours",
         leads=True),
    Indicator("travel_booked", "Travel booked ÷ planned", "people", "balanced workload",
         "tour planning", "ratio", "lower", 1.1, "rep", "calls"),
    Indicator("reps_in_place", "Territories with a rep at work", "people", "no vacant territory",
         "recruiting, interim cover", "share", "higher", 1.0, "district manager", "roster",
         leads=True, cadence="month"),
)  # fmt: skip
"""Planning defaults, editable under [monitor.indicators]; goals are starting points, not norms."""


def indicators_of(keys: MonitorKeys | None) -> tuple[Indicator, ...]:
    """Return the catalogue with a scenario's changes, and its own indicators after it.

    Raises
    ------
    InputError
        The scenario changes an indicator that does not exist.
    """
    from territory.errors import InputError
    from territory.messages import Message, closest, quoted

    if keys is None:
        return CATALOGUE
    known = {each.name for each in CATALOGUE}
    for name in keys.indicators:
        if name not in known:
            close = closest(name, sorted(known))
            raise InputError(
                Message(
                    f"monitor.indicators.{name} is no indicator",
                    hint=f"did you mean {quoted(close[0])}?"
                    if close
                    else f"expected one of {', '.join(sorted(known))}",
                )
            )
    out = []
    for each in CATALOGUE:
        change = keys.indicators.get(each.name)
        if change is None:
            out.append(each)
        elif change.show:
            given = change.model_dump(exclude={"show"}, exclude_none=True)
            out.append(replace(each, **given))
    for name, own in keys.own.items():
        out.append(
            Indicator(
                name=name,
                label=name.replace("_", " ").capitalize(),
                perspective=own.perspective,
                objective=own.objective,
                initiative="",
                unit="number",
                better=own.better,
                goal=_NAN if own.goal is None else own.goal,
                owner=own.owner,
                cadence=own.cadence,
                leads=own.leads,
                source=f"accounts, column {own.column}",
            )
        )
    return tuple(out)
