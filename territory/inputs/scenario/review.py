"""The keys of a scenario that say who leads the reps, and by what a plan is judged."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from territory.inputs.scenario.parts import Amount, Count, Fraction, Keys, Text, Texts, problem

__all__ = ["HierarchyKeys", "ReviewKeys"]

Some = Annotated[int, Field(strict=True, ge=1)]


class HierarchyKeys(Keys):
    """Districts of neighbouring territories, and regions of neighbouring districts."""

    span_min: Some = Field(6, description="Fewest territories that one manager leads.")
    span_max: Some = Field(10, description="Most territories that one manager leads.")
    districts: Some | None = Field(
        None, description="Number of districts; found from the span when not written."
    )
    regions: Some | None = Field(
        None, description="Number of regions; one while a single leader can span the districts."
    )
    tolerance: Fraction = Field(
        0.20, description="Allowed relative deviation of a district's loads; planning default."
    )
    district_prefix: Text = Field("D", description="Districts are D1, D2, …")
    region_prefix: Text = Field("RG", description="Regions are RG1, RG2, …")

    @model_validator(mode="after")
    def _span_is_a_range(self) -> Self:
        if self.span_min > self.span_max:
            raise problem(
                "span_min",
                f"is {self.span_min}, above span_max, which is {self.span_max}",
                hint="a span of control of 6 to 10 is span_min = 6, span_max = 10",
            )
        if self.districts and self.regions and self.regions > self.districts:
            raise problem(
                "regions", f"is {self.regions}; there are only {self.districts} districts"
            )
        return self


class ReviewKeys(Keys):
    """What the scorecard counts, and from where on its checklist says no; planning defaults."""

    growth_column: Text | None = Field(
        None,
        description="Accounts column that marks growth areas: yes/no, or a growth rate (fraction).",
    )
    growth_above: Annotated[float, Field(strict=True, allow_inf_nan=False)] = Field(
        0.0, description="Growth rates above this make a growth area."
    )
    growth_units: Texts = Field(
        (), description="Units that are growth areas; a county holds its ZIPs too."
    )
    competitor_column: Text | None = Field(
        None,
        description="Accounts column with competitors' sales (name ends in _usd) or their share of "
        "the potential (fraction).",
    )
    top_tier: Text | None = Field(
        None,
        description="Tier of the accounts that matter most; the first of [tiers] names, or A, when "
        "not written.",
    )
    draws: Some = Field(2000, description="Draws of the simulation of the potential.")
    seed: Count = Field(1, description="Seed of the simulation.")
    utilisation_most: Amount = Field(
        1.0, description="Largest workload of a rep as a share of the capacity."
    )
    utilisation_least: Amount = Field(
        0.75, description="Smallest workload of a rep as a share of the capacity."
    )
    probability_least: Fraction = Field(
        0.50,
        description="Least probability that a territory is really inside its band, as a share of "
        "what it would be right on the goal.",
    )
    exceptions_most: Fraction = Field(
        0.05, description="Largest share of accounts outside the territory of their unit."
    )
    split_revenue_most: Fraction = Field(
        0.50, description="Largest share of the health systems' revenue that several reps serve."
    )
    compactness_least: Fraction = Field(
        0.05, description="Smallest Polsby-Popper compactness of a territory."
    )
    travel_share_most: Fraction = Field(
        0.40, description="Largest share of a territory's workload that is travel."
    )
    correlation: Fraction = Field(
        0.3, description="Correlation of the errors of the potential of two accounts of a county."
    )
    correlation_basis: Fraction = Field(
        0.2,
        description="Correlation of the errors of two accounts valued in the same way (the same "
        "peers, the same share of Medicare); assumption, 0 to 0.5.",
    )
    covered_least: Fraction = Field(
        0.90,
        description="Least share of the potential of growth areas and of the top tier in "
        "territories whose rep has time for them.",
    )
    growth_load: Fraction = Field(
        0.05,
        description="Growth of the work in growth areas that their reps must have room for "
        "(fraction of its hours a year).",
    )
    detour_most: Amount = Field(
        1.5,
        description="Most that growth areas and the top tier may lie from their reps' homes, as a "
        "multiple of the distance to the nearest home of any rep (weighted by potential).",
    )
    spread_most: Amount = Field(
        0.60,
        description="Largest deviation of a territory's accounts, top-tier accounts and sales from "
        "its share (fraction).",
    )
    concentration_most: Fraction = Field(
        0.40, description="Largest share of a territory's potential in one account."
    )
    moved_revenue_most: Fraction = Field(
        0.30, description="Largest share of today's revenue whose rep changes."
    )

    @model_validator(mode="after")
    def _correlations_are_parts(self) -> Self:
        if self.correlation + self.correlation_basis > 1.0:
            raise problem(
                "correlation_basis",
                f"is {self.correlation_basis:g}, and correlation {self.correlation:g}; expected "
                "at most 1 together: what is left is each account's own error",
            )
        return self

    @model_validator(mode="after")
    def _utilisation_is_a_range(self) -> Self:
        if self.utilisation_least > self.utilisation_most:
            raise problem(
                "utilisation_least",
                f"is {self.utilisation_least:g}, above utilisation_most, which is "
                f"{self.utilisation_most:g}",
            )
        return self
