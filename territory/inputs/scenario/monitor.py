"""The keys of [monitor] and [forecast]: goals and owners of the review, and how to look ahead."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from territory.inputs.scenario.parts import (
    Amount,
    Count,
    DayText,
    Fraction,
    Keys,
    Name,
    Text,
    problem,
)

__all__ = ["EscalationKeys", "ForecastKeys", "IndicatorKeys", "MonitorKeys", "OwnIndicator"]

_DAY = r"^\d{4}-\d{2}(-\d{2})?$"
Horizon = Annotated[int, Field(strict=True, ge=1, le=12)]


class IndicatorKeys(Keys):
    """What differs for one indicator from the catalogue."""

    goal: Annotated[float, Field(strict=True, allow_inf_nan=False)] | None = Field(
        None, description="Value to reach; a fraction where the indicator is a share."
    )
    owner: Text | None = Field(None, description="Who answers for it.")
    cadence: Literal["month", "quarter", "year"] | None = Field(
        None, description="How often it is looked at."
    )
    initiative: Text | None = Field(None, description="What is done about it.")
    show: Annotated[bool, Field(strict=True)] = Field(True, description="false leaves it out.")


class OwnIndicator(Keys):
    """An indicator made of a column of today's accounts."""

    column: Text = Field(description="Column of the file of --accounts; its cells are numbers.")
    how: Literal["sum", "mean"] = Field("mean", description="Of a territory's accounts.")
    goal: Annotated[float, Field(strict=True, allow_inf_nan=False)] | None = Field(
        None, description="Value to reach."
    )
    better: Literal["higher", "lower"] = Field("higher", description="Which way is good.")
    owner: Text = Field("sales operations", description="Who answers for it.")
    cadence: Literal["month", "quarter", "year"] = Field("quarter", description="How often.")
    objective: Text = Field("own", description="What it serves.")
    perspective: Literal["growth", "customer", "process", "people"] = Field(
        "process", description="Part of the balanced scorecard."
    )
    leads: Annotated[bool, Field(strict=True)] = Field(False, description="Whether it leads.")


class EscalationKeys(Keys):
    """When an item that stays red goes up a level."""

    rep_to_district: Count = Field(1, description="Reviews in red before the district takes it.")
    district_to_region: Count = Field(2, description="Reviews in red before the region takes it.")
    region_to_company: Count = Field(3, description="Reviews in red before the company takes it.")
    days_to_act: Count = Field(45, description="Days after the review by which an action is due.")


class MonitorKeys(Keys):
    """What `territory monitor` and the quarterly review look at."""

    go_live: Annotated[DayText, Field(pattern=_DAY)] | None = Field(
        None, description='First day of the plan, as in "2025-01-01"; else the day after [history].'
    )
    currency: Text | None = Field(
        None,
        description="Of all amounts of the facts, else the plan's; another one in a file is "
        "refused.",
    )
    unknown_most: Fraction = Field(
        0.02, description="Largest share of the sales with accounts that nobody knows."
    )
    loss_seen: Fraction = Field(
        0.15, description="Lasting loss of which the chance to be seen in a year is said."
    )
    false_alarms: Fraction = Field(
        0.005, description="Chance a quarter that any account, system or unit is reported falsely."
    )
    score_most: Amount = Field(10.0, description="Top of the scale of satisfaction.")
    indicators: Mapping[Name, IndicatorKeys] = Field(
        default_factory=dict, description="Goals, owners and cadences that differ."
    )
    own: Mapping[Name, OwnIndicator] = Field(
        default_factory=dict, description="Own columns as indicators."
    )
    escalation: EscalationKeys = Field(
        default_factory=EscalationKeys, description="When a red item goes up a level."
    )

    @model_validator(mode="after")
    def _levels_rise(self) -> Self:
        steps = self.escalation
        if not steps.rep_to_district <= steps.district_to_region <= steps.region_to_company:
            raise problem(
                "escalation",
                "goes up later at a lower level than at a higher one; expected rising numbers",
            )
        return self


class ForecastKeys(Keys):
    """How potential and sales are carried forward."""

    at: Annotated[str, Field(strict=True, pattern=r"^\d{4}-?[Qq][1-4]$")] | None = Field(
        None, description='Quarter that `design` plans for, as in "2027Q4"; absent: today.'
    )
    quarters: Horizon = Field(4, description="Quarters ahead, 1 to 12.")
    group: Literal["none", "state", "type", "tier", "territory"] = Field(
        "none", description="Accounts whose growth is pulled together."
    )
    growth_column: Text | None = Field(
        None, description="Growth a year of each unit, tried as a covariate: a column of [units]."
    )
    hot_false_share: Fraction = Field(
        0.1, description="Largest expected share of wrong ones among the hot spots told."
    )
    robust: Fraction = Field(
        0.8, description="Share of drawn futures in which bands hold (`design --robust`)."
    )
