"""The figures of the scorecard: name, label, and the sums over accounts that each is made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["FIGURES", "Figure"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One figure of the scorecard.

    Attributes
    ----------
    name : str
        Column; the suffix is its unit.
    label : str
        For people.
    part : str
        Column summed over the accounts of a territory; ``""`` for a figure of the territory.
    whole : str
        Column whose sum divides it, ``""`` for none: a ratio's plan value is the ratio of the sums.
    goal : {"share", "plan", ""}
        What the deviation is from: the territory's share of the total; the plan's own ratio;
        nothing.
    """

    name: str
    label: str
    part: str = ""
    whole: str = ""
    goal: Literal["share", "plan", ""] = "share"


FIGURES: tuple[Figure, ...] = (
    Figure(name="n_accounts", label="Accounts", part="n_accounts"),
    Figure(name="n_top_accounts", label="Accounts of the top tier", part="n_top_accounts"),
    Figure(name="n_calls", label="Calls a year", part="n_calls"),
    Figure(
        name="mean_travel_min",
        label="Minutes one way, mean of all calls",
        part="call_min",
        whole="n_calls",
        goal="plan",
    ),
    Figure(name="travel_h", label="Travel, hours a year", part="travel_h"),
    Figure(name="service_h", label="Work at accounts, hours a year", part="service_h"),
    Figure(name="workload_h", label="Workload, hours a year", part="workload_h"),
    Figure(name="capacity_h", label="Capacity, hours a year", goal=""),
    Figure(
        name="utilisation",
        label="Utilisation: workload ÷ capacity",
        part="workload_h",
        whole="capacity_h",
        goal="plan",
    ),
    Figure(
        name="travel_share",
        label="Travel: share of the workload",
        part="travel_h",
        whole="workload_h",
        goal="plan",
    ),
    Figure(
        name="selling_share",
        label="Selling share: hours at accounts ÷ all working hours",
        part="selling_h",
        whole="worked_h",
        goal="plan",
    ),
    Figure(name="potential_usd", label="Potential, USD a year", part="potential_usd"),
    Figure(
        name="potential_mean_usd",
        label="Potential to be expected: sum of the accounts' means",
        part="potential_mean_usd",
    ),
    Figure(
        name="potential_low_usd",
        label="Potential that 90 of 100 simulated markets reach",
        goal="",
    ),
    Figure(
        name="potential_high_usd",
        label="Potential that 10 of 100 simulated markets reach",
        goal="",
    ),
    Figure(
        name="probability",
        label="Probability that the potential is really inside its band",
        goal="",
    ),
    Figure(
        name="probability_attainable",
        label="the same, if the territory stood right on its goal",
        goal="",
    ),
    Figure(name="revenue_usd", label="Revenue, USD a year", part="revenue_usd"),
    Figure(
        name="penetration",
        label="Penetration: revenue ÷ potential, where the revenue is known",
        part="revenue_usd",
        whole="known_usd",
        goal="plan",
    ),
    Figure(
        name="white_space_usd",
        label="White space: potential that nobody serves yet, where that is known",
        part="white_space_usd",
    ),
    Figure(
        name="competitor_saturation",
        label="Competitors' sales ÷ potential, where they are known",
        part="competitor_usd",
        whole="rivals_known_usd",
        goal="plan",
    ),
    Figure(name="sales_usd", label="Sales of the last year", part="sales_usd"),
    Figure(name="sales_before_usd", label="Sales of the year before", part="sales_before_usd"),
    Figure(
        name="sales_trend",
        label="Trend: sales ÷ sales of the year before − 1",
        part="sales_usd",
        whole="sales_before_usd",
        goal="",
    ),
    Figure(name="n_growth_accounts", label="Accounts in growth areas", part="n_growth_accounts"),
    Figure(
        name="growth_share",
        label="Share of the potential in growth areas",
        part="growth_usd",
        whole="potential_usd",
        goal="plan",
    ),
    Figure(name="n_idns", label="Health systems with accounts here", goal=""),
    Figure(name="n_split_idns", label="of them served by other reps too", goal=""),
    Figure(
        name="split_idn_revenue_usd",
        label="Revenue of accounts of such health systems",
        part="split_idn_revenue_usd",
        goal="",
    ),
    Figure(name="compactness", label="Compactness (Polsby-Popper; circle 1)", goal=""),
    Figure(name="n_moved_accounts", label="Accounts new to this rep", part="moved", goal=""),
    Figure(
        name="moved_revenue_usd",
        label="Revenue of accounts new to this rep",
        part="moved_revenue_usd",
        goal="",
    ),
)
"""All figures in the order of the scorecard; those without data are left out of it."""
