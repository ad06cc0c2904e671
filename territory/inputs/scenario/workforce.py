"""The keys of [callplan], [capacity] and [sizing]: what the work is, and who can do it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from territory.inputs.scenario.parts import (
    Amount,
    Count,
    DayText,
    Fraction,
    Keys,
    Positive,
    Text,
    problem,
)
from territory.wording import LIMIT

__all__ = ["CallPlan", "CallRow", "Capacity", "ResponseKeys", "SizingKeys"]

Hours = Annotated[float, Field(strict=True, gt=0, le=24, allow_inf_nan=False)]
Days = Annotated[int, Field(strict=True, ge=1, le=366)]


class CallRow(Keys):
    """One row of the call plan: what is not written keeps the value of the table's row."""

    type: Text = Field(description='Account type, or "*" for all.')
    tier: Text = Field(description='Tier, or "*" for all.')
    calls_q: Amount | None = Field(None, description="Sales calls a quarter.")
    visit_min: Amount | None = Field(None, description="Minutes at the account, one call.")
    admin_min: Amount | None = Field(None, description="Minutes of preparation and records a call.")
    coverage: Fraction | None = Field(None, description="Share of the procedures attended.")
    case_h: Amount | None = Field(None, description="Hours for each attended procedure.")
    cases_per_visit: Positive | None = Field(None, description="Cases attended in one visit.")
    training_h: Amount | None = Field(None, description="Hours of in-service training a year.")
    credentialing_h: Amount | None = Field(None, description="Hours of credentialing a year.")


class CallPlan(Keys):
    """How much work an account is, by type and tier."""

    file: Text | None = Field(
        None, description="CSV table below this folder; the shipped device table when not written."
    )
    rows: tuple[CallRow, ...] = Field((), description="Changes to the table, and further rows.")
    types: Mapping[Text, Text] = Field(
        default_factory=dict,
        description='Types of the accounts and the type of the table that serves each: "health '
        'system" = "idn".',
    )
    tiers: Mapping[Text, Text] = Field(
        default_factory=dict,
        description='Tiers of the accounts and the tier of the table that serves each: "Gold" = '
        '"A".',
    )
    procedures: Text = Field("procedures", description="Column of the procedures a year.")
    given: Literal["replace", "keep"] = Field(
        "replace", description="Whether service_h and n_calls of the table are replaced or kept."
    )

    @model_validator(mode="after")
    def _rows_are_distinct(self) -> Self:
        keys = [(row.type, row.tier) for row in self.rows]
        for at, key in enumerate(keys):
            if key in keys[:at]:
                raise problem(
                    "rows", f'name type "{key[0]}" with tier "{key[1]}" twice; expected once'
                )
        return self


class Capacity(Keys):
    """Hours a year that a rep has for accounts and the way to them. Planning defaults, editable."""

    working_days: Days = Field(220, description="Days of work a year, without leave and holidays.")
    hours: Hours = Field(8.0, description="Hours of a working day.")
    admin_share: Fraction = Field(
        0.10, description="Share of them for meetings, training and office work."
    )
    year_from: DayText | None = Field(
        None,
        description="First day of the planned year, as in 2027-01-01: what start, end, leave_from, "
        "leave_to and ramp_from of the reps are counted in.",
    )
    ramp_months: Count = Field(6, description="Months until a new rep works at full pace.")
    ramp_start: Fraction = Field(0.5, description="Pace of a rep on the first day.")
    longest_day_h: Hours = Field(
        9.0, description="Longest day of a tour, from leaving home to being back."
    )

    @model_validator(mode="after")
    def _something_is_left(self) -> Self:
        if self.admin_share >= 1:
            raise problem("admin_share", "is 1: no hour is left for accounts; expected below 1")
        if self.year_from is not None and not _first_of_month(self.year_from):
            raise problem(
                "year_from",
                f'is "{self.year_from}"; expected the first day of a month, as in 2027-01-01',
            )
        if self.longest_day_h < self.hours:
            raise problem(
                "longest_day_h",
                f"is {self.longest_day_h:g}; expected at least the {self.hours:g} hours of a day",
            )
        return self


def _first_of_month(text: str) -> bool:
    try:
        return date.fromisoformat(text).day == 1
    except ValueError:
        return False


class ResponseKeys(Keys):
    """How an account's sales answer to effort; 1 is its sales with the planned effort.

    The answers to the questions that Lodish (1971) and Little (1970) ask managers. The defaults
    are planning defaults, editable: they give an elasticity of 0.30 at the plan, where the mean of
    published elasticities of personal selling is 0.34 (Albers, Mantrala and Sridhar 2010).
    """

    at_zero: Fraction = Field(0.4, description="Sales of the year when nobody calls.")
    at_half_more: Positive = Field(1.12, description="Sales with half as much effort again.")
    at_saturation: Positive = Field(1.6, description="Sales with any amount of effort.")

    def exponent(self) -> float:
        """Return c of the curve min + (max - min) x^c / (d + x^c); above 1 it is no longer concave.

        Examples
        --------
        >>> round(ResponseKeys().exponent(), 6)
        1.0
        """
        reached = (self.at_half_more - self.at_zero) / (self.at_saturation - self.at_zero)
        return math.log(self.half() * reached / (1.0 - reached)) / math.log(1.5)

    def half(self) -> float:
        """Return d of the same curve: with the planned effort (x = 1) sales are 1."""
        return (self.at_saturation - 1.0) / (1.0 - self.at_zero)

    @model_validator(mode="after")
    def _is_concave(self) -> Self:
        if not self.at_zero < 1 < self.at_half_more < self.at_saturation:
            raise problem(
                "",
                f"is {self.at_zero:g}, 1, {self.at_half_more:g}, {self.at_saturation:g} at none, "
                "planned, half more and any effort; expected numbers that ascend",
            )
        if self.exponent() > 1 + LIMIT:
            most = self._most_at_half_more()
            raise problem(
                "at_half_more",
                f"is {self.at_half_more:g}: the first calls would bring less than later ones; "
                f"expected at most {most:.4g} between {self.at_zero:g} and {self.at_saturation:g}",
                hint="lower at_half_more, lower at_zero, or raise at_saturation",
            )
        return self

    def _most_at_half_more(self) -> float:
        share = 1.5 / (self.half() + 1.5)
        return math.floor(1e4 * (self.at_zero + (self.at_saturation - self.at_zero) * share)) / 1e4


class SizingKeys(Keys):
    """What `territory size` reckons with. Planning defaults, editable."""

    rep_usd: Amount = Field(
        250_000.0, description="Cost of a full-time rep a year: pay, benefits, car, expenses."
    )
    margin: Fraction = Field(0.65, description="Share of sales left after the cost of goods.")
    penetration: Fraction | None = Field(
        None,
        description="Share of the potential sold with the planned effort; today's when not "
        "written (revenue by potential).",
    )
    within_usd: Amount = Field(
        20_000.0, description="Profit a year by which two sizes are called alike."
    )
    utilisation: Positive = Field(
        1.0, description="Most work for each hour of capacity; above it one more rep is needed."
    )
    most_effort: Annotated[float, Field(strict=True, ge=1, allow_inf_nan=False)] = Field(
        2.0, description="Most effort at an account, as a multiple of the plan."
    )
    homes: Literal["today", "anywhere"] = Field(
        "today", description="Keep today's homes and add to them, or place all reps anew."
    )
    response: ResponseKeys = Field(
        default_factory=ResponseKeys, description="How sales answer to effort."
    )
