"""The keys of a scenario that say what the market is worth, how accounts rank, who owns them."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from territory.inputs.scenario.parts import (
    Amount,
    Flag,
    Fraction,
    Keys,
    Name,
    Positive,
    Text,
    Texts,
    TypeName,
    once_a_type,
    problem,
)

__all__ = [
    "Access",
    "Affiliation",
    "Factor",
    "Market",
    "MarketType",
    "Medicare",
    "MedicareShare",
    "Peers",
    "ProfileKeys",
    "Tiers",
]

Share = Annotated[float, Field(strict=True, gt=0, le=1, allow_inf_nan=False)]
Level = Annotated[int, Field(strict=True, ge=1)]
Bands = tuple[Positive, ...]


def _ordered(key: str, limits: tuple[float, ...], *, descending: bool = False) -> None:
    steps = itertools.pairwise(reversed(limits) if descending else limits)
    if any(after <= before for before, after in steps):
        shown = ", ".join(f"{limit:g}" for limit in limits)
        wanted = "descend" if descending else "ascend"
        raise problem(key, f"is [{shown}]; expected numbers that {wanted}")


class Access(Keys):
    """What a purchasing group's contract lets the company sell; planning defaults, editable."""

    contract: Texts = Field(
        (), description="Purchasing groups with a contract; none named: access is 1 for all."
    )
    held: Amount = Field(1.0, description="Factor where a contract is held.")
    not_held: Amount = Field(0.5, description="Factor where the group has none.")
    unknown: Amount = Field(0.75, description="Factor where the group is unknown.")


class MarketType(Keys):
    """What differs for one type of account."""

    units_per_procedure: Positive | None = Field(None, description="Products used a procedure.")
    price_usd: Positive | None = Field(None, description="Price of one product.")


class MedicareShare(Keys):
    """Share of all procedures that Medicare's fee-for-service count is, with its range."""

    share: Share = Field(
        0.15,
        description="Share of all procedures that Medicare's count is. Medicare paid for 31 % of "
        "ambulatory surgery visits (NHSR 102, 2010); 49 % of its patients were not in Medicare "
        "Advantage in 2023, 69 % in 2016 (KFF): 0.15 and 0.21.",
    )
    low: Share = Field(0.10, description="Smallest share to be expected: an assumption.")
    high: Share = Field(0.25, description="Largest share to be expected: an assumption.")
    source: str = Field("", description="Where the share is from, in words; told in the audit.")

    @model_validator(mode="after")
    def _share_lies_between(self) -> Self:
        if not self.low <= self.share <= self.high:
            raise problem(
                "share", f"is {self.share:g}; expected from low {self.low:g} to high {self.high:g}"
            )
        return self


class Medicare(MedicareShare):
    """Volumes that count Medicare fee-for-service only; shares differ by source and year."""

    types: tuple[TypeName, ...] = Field((), description="Types counted so; empty: all accounts.")
    by_source: Mapping[Text, MedicareShare] = Field(
        default_factory=dict,
        description="Shares by the text of the column PROCEDURES_source, which imported tables "
        "have: publication and year, as in cms-asc 2023. Other sources take the share above.",
    )


class Peers(Keys):
    """Who an account without a volume is compared with: type × size × town or country."""

    kind: Text | None = Field(
        None, description="Text column that parts accounts of a type, as focus of imported ones."
    )
    size: Text = Field("beds", description="Number column that says how large an account is.")
    size_bands: Bands = Field((50.0, 150.0, 300.0), description="Where its bands are cut.")
    rurality: Text | None = Field(
        None, description="Text column of rurality; not written: town where accounts lie dense."
    )
    at_least: Annotated[int, Field(strict=True, ge=2)] = Field(
        8, description="Fewest peers with a volume; fewer: coarser groups, in the end all accounts."
    )

    @model_validator(mode="after")
    def _bands_ascend(self) -> Self:
        _ordered("size_bands", self.size_bands)
        return self


def _payer_factors() -> dict[str, float]:
    return {
        "payer_commercial": 1.10,
        "payer_managed_care": 1.00,
        "payer_medicare": 0.95,
        "payer_medicaid": 0.80,
    }


class Market(Keys):
    """Potential = procedures × units per procedure × price × payer factor × access."""

    procedures: Text = Field("procedures", description="Column of the procedures a year.")
    at_most: Text | None = Field(
        None, description="Column of the most that a suppressed count can be, as in 10 for <11."
    )
    units_per_procedure: Positive = Field(1.0, description="Products used a procedure.")
    price_usd: Positive = Field(description="Price of one product in USD.")
    by_type: Annotated[Mapping[TypeName, MarketType], BeforeValidator(once_a_type)] = Field(
        default_factory=dict, description="Other prices and units by account type."
    )
    given: Literal["replace", "keep"] = Field(
        "replace", description="Whether a potential_usd in the table is replaced or kept."
    )
    payer_factors: Mapping[Text, Amount] = Field(
        default_factory=_payer_factors,
        description="Column of a payer's share (0 to 1) = its factor; planning default, editable.",
    )
    payer_other: Amount = Field(1.0, description="Factor of the share that no column names.")
    access: Access = Field(default_factory=Access, description="Purchasing contracts.")
    medicare: Medicare | None = Field(None, description="Volumes that count Medicare only.")
    peers: Peers = Field(default_factory=Peers, description="How missing volumes are estimated.")
    volume_error: Fraction = Field(
        0.10, description="Error of a volume given for all payers; planning default, editable."
    )
    outlier: Annotated[float, Field(strict=True, gt=1, allow_inf_nan=False)] = Field(
        100.0, description="Times the peers' median from which a volume is reported (and kept)."
    )


class Factor(Keys):
    """One part of the score."""

    name: Name = Field(description="Its name in tables and explanations.")
    column: Text = Field(description="Column of accounts, or trend, penetration, profile.")
    weight: Fraction = Field(description="Its weight; all weights sum to 1.")
    scale: Literal["rank", "min_max", "log", "values"] = Field(
        "rank", description="How it becomes 0 to 1: share of accounts below, range, values by text."
    )
    lower_is_better: Flag = Field(False, description="Turn the scale around.")
    values: Mapping[Annotated[str, Field(strict=True)], Fraction] = Field(
        default_factory=dict, description="Text = 0 to 1, for scale = values."
    )
    missing: Fraction = Field(0.5, description="Where the value is unknown.")

    @model_validator(mode="after")
    def _values_belong_to_their_scale(self) -> Self:
        if self.scale == "values" and not self.values:
            raise problem("values", 'is missing; scale = "values" needs text = number pairs')
        if self.scale != "values" and self.values:
            raise problem("values", f'is only for scale = "values"; the scale is "{self.scale}"')
        return self


class ProfileKeys(Keys):
    """The ideal customer: what won accounts have in common."""

    features: Annotated[tuple[Text, ...], Field(min_length=1)] = Field(
        description="Columns of accounts, known before a sale."
    )
    outcome: Text | None = Field(
        None,
        description="Column with won or lost; not written: won is who has revenue in the history.",
    )


def _factors() -> tuple[Factor, ...]:
    return (Factor(name="potential", column="potential_usd", weight=1.0),)


class Tiers(Keys):
    """A transparent score, and the tiers cut from it."""

    names: Annotated[Texts, Field(min_length=2)] = Field(
        ("A", "B", "C", "D"), description="Tiers, the best first."
    )
    factors: Annotated[tuple[Factor, ...], Field(min_length=1)] = Field(
        default_factory=_factors, description="Parts of the score; their weights sum to 1."
    )
    thresholds: tuple[Fraction, ...] | None = Field(
        None, description="Lowest score of each tier but the last, descending."
    )
    shares: tuple[Fraction, ...] | None = Field(
        None, description="Cumulative share of each tier but the last, ascending."
    )
    share_of: Text = Field("accounts", description="What shares count: accounts, or a column.")
    segments: Texts = Field(("type",), description="Columns whose combinations are the segments.")
    bands: Mapping[Text, Bands] = Field(
        default_factory=dict, description="Where number columns of segments are cut."
    )
    profile: ProfileKeys | None = Field(None, description="The ideal customer's model.")

    def limits(self) -> tuple[float, ...]:
        """Return the cumulative shares; planning defaults of 15, 40 and 75 % for four tiers."""
        if self.shares is not None:
            return self.shares
        defaults = (0.15, 0.40, 0.75)
        n = len(self.names) - 1
        return defaults if n == len(defaults) else tuple((at + 1) / (n + 1) for at in range(n))

    @model_validator(mode="after")
    def _factors_agree(self) -> Self:
        total = math.fsum(factor.weight for factor in self.factors)
        if abs(total - 1.0) > 1e-6:
            parts = " + ".join(f"{factor.name} {factor.weight:g}" for factor in self.factors)
            scaled = ", ".join(
                f"{factor.name} {factor.weight / total:.4g}" for factor in self.factors
            ) if total else ""  # fmt: skip
            raise problem(
                "factors",
                f"have weights that sum to {total:g} ({parts}); expected 1",
                hint=f"in the same proportions: {scaled}" if scaled else "write weights above 0",
            )
        for key, names in (
            ("names", list(self.names)),
            ("factors", [factor.name for factor in self.factors]),
        ):
            twice = sorted({name for name in names if names.count(name) > 1})
            if twice:
                raise problem(key, f"name {twice[0]} more than once; expected each name once")
        if self.profile is None and any(factor.column == "profile" for factor in self.factors):
            raise problem(
                "factors",
                'use the column "profile", and there is no [tiers.profile]',
                hint="name the features under [tiers.profile]",
            )
        return self

    @model_validator(mode="after")
    def _limits_agree(self) -> Self:
        if self.thresholds is not None and self.shares is not None:
            raise problem("shares", "is written beside thresholds; expected one of them")
        n = len(self.names) - 1
        for key, limits in (("thresholds", self.thresholds), ("shares", self.shares)):
            if limits is None:
                continue
            if len(limits) != n:
                raise problem(
                    key, f"has {len(limits)} numbers for {n + 1} tiers; expected {n} (the last "
                    "tier takes the rest)",
                )  # fmt: skip
            _ordered(key, limits, descending=key == "thresholds")
        for column, limits in self.bands.items():
            _ordered(f"bands.{column}", limits)
        return self


class Affiliation(Keys):
    """Who owns the accounts."""

    level: Literal["top", "direct"] | Level = Field(
        "top",
        description='Which owner is the health system: "top", "direct", or a level from the top.',
    )
    hcp_types: tuple[TypeName, ...] = Field(
        ("hcp",), description="Account types that are persons: their parents are ties, not owners."
    )
