"""The keys of [rollout] and [resources]: how a plan goes live, and how its team is equipped."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from territory.inputs.scenario.parts import Amount, Count, Day, Flag, Keys, Text, Texts, problem

__all__ = ["Access", "Equipment", "ResourceKeys", "RolloutKeys"]

Country = Literal[
    "AT", "BE", "CA", "CH", "DE", "DK", "ES", "FI", "FR", "GB", "IE", "IT", "LU", "NL", "NO", "PL",
    "PT", "SE", "US",
]  # fmt: skip
Months = Annotated[int, Field(strict=True, ge=0, le=12)]


class Access(Keys):
    """What the members of a new territory may do, in Salesforce's words."""

    account: Literal["Read", "Edit", "All"] = Field("Edit", description="AccountAccessLevel.")
    opportunity: Literal["None", "Read", "Edit"] = Field(
        "Edit", description="OpportunityAccessLevel."
    )
    case: Literal["None", "Read", "Edit"] = Field("Read", description="CaseAccessLevel.")
    contact: Literal["None", "Read", "Edit"] = Field(
        "Edit",
        description="ContactAccessLevel, written only where the extract shows that contacts are "
        "not controlled by their account.",
    )


class RolloutKeys(Keys):
    """How a plan goes live. Numbers are planning defaults."""

    go_live: Day | None = Field(
        None, description="First working day of the first wave, as in 2027-01-04."
    )
    pilot: Texts = Field((), description="Territories, districts or regions of the first wave.")
    waves: Literal["together", "districts", "regions"] = Field(
        "districts", description="Who follows the pilot: all together, or one after the other."
    )
    area_changes: Literal["with_their_wave", "last"] = Field(
        "with_their_wave",
        description="Accounts that change their district (or region): they tie both areas into one "
        "wave, or stay with the rep of today until all areas are live and make a last wave.",
    )
    wave_days: Annotated[int, Field(strict=True, ge=1)] = Field(
        28, description="Days from one wave to the next."
    )
    training_days: Count = Field(10, description="Days from the training to the go-live.")
    country: Country | None = Field(
        None,
        description="Country whose public holidays nobody works on (of the whole country, not "
        "regional ones), as in DE; US and BE where the units are theirs.",
    )
    holidays: tuple[Day, ...] = Field(
        (), description="Further days on which nobody works, as in [2026-12-31, 2027-01-06]."
    )
    year_end: Flag = Field(
        True,
        description="Nobody announces, introduces or trains from 24 December to 1 January; backing "
        "up and loading may be then.",
    )
    announce_days: Count = Field(
        21, description="Days from telling reps and customers to the go-live."
    )
    freeze_days: Count = Field(
        3, description="Days before the go-live in which nobody edits territories in the CRM."
    )
    late_stages: Texts = Field(
        ("Negotiation/Review", "Proposal/Price Quote", "Contracting", "Verbal"),
        description="Stages of deals that stay with their owner; as the CRM spells them.",
    )
    late_deal_days: Count = Field(
        90, description="Days after the go-live until which a late deal stays with its owner."
    )
    move_open_deals: Flag = Field(
        True, description="Open deals before the late stages follow their account."
    )
    move_contacts: Flag = Field(
        True, description="Contacts owned by the account's owner follow their account."
    )
    change_owners: Flag = Field(True, description="Account.OwnerId follows the territory.")
    guarantee_months: Months = Field(
        3, description="Months in which a rep is held harmless after the go-live."
    )
    role: str = Field("", description="RoleInTerritory2 of new memberships; as the CRM spells it.")
    territory_type: Text = Field("Sales_Territory", description="DeveloperName of new types.")
    model: Text | None = Field(None, description="DeveloperName of the model; found in the extract")
    code_field: Text | None = Field(
        None, description="Account field to stamp with the territory's code, for rules."
    )
    access: Access = Field(default_factory=Access, description="Access levels of new territories.")
    veeva: Literal["vault", "classic", "align"] = Field("vault", description="Which Veeva product.")
    delimiter: Literal[";", ", "] = Field(
        ";", description="Between the territories in one cell of Veeva's account loader."
    )
    team: Text = Field(
        "core", description="Name of the team in plan tables, edits, change sets and CRM files."
    )


class Equipment(Keys):
    """What one account of a kind asks for in a year."""

    clinical_h: Amount = Field(0.0, description="Hours of clinical support a year.")
    collateral_sets: Amount = Field(0.0, description="Sets of collateral a year.")
    budget_weight: Amount = Field(1.0, description="Weight in the discretionary budget.")


def _equipment() -> dict[str, Equipment]:
    return {
        "academic": Equipment(clinical_h=24.0, collateral_sets=6.0, budget_weight=4.0),
        "system": Equipment(clinical_h=12.0, collateral_sets=4.0, budget_weight=3.0),
        "hospital": Equipment(clinical_h=10.0, collateral_sets=3.0, budget_weight=2.0),
        "surgery_center": Equipment(clinical_h=8.0, collateral_sets=2.0, budget_weight=1.5),
        "practice": Equipment(clinical_h=2.0, collateral_sets=1.0, budget_weight=1.0),
        "other": Equipment(clinical_h=2.0, collateral_sets=1.0, budget_weight=1.0),
    }


def _kinds() -> dict[str, str]:
    return {
        "asc": "surgery_center",
        "clinic": "practice",
        "practice": "practice",
        "hospital": "hospital",
        "critical_access": "hospital",
        "academic": "academic",
    }


class ResourceKeys(Keys):
    """How clinical support, collateral and budget follow the mix of accounts; assumptions."""

    rules: Mapping[Text, Equipment] = Field(
        default_factory=_equipment, description="What an account asks for, by kind."
    )
    kinds: Mapping[Text, Text] = Field(
        default_factory=_kinds, description="Kind by account type; `other` for the rest."
    )
    academic_column: Text | None = Field(
        None, description="Accounts column that marks academic centers (yes, true, 1)."
    )
    academic_names: Texts = Field(
        ("University", "Academic", "Medical School", "Teaching"),
        description="Words in the name of a hospital that make it an academic center.",
    )
    systems: Flag = Field(
        True, description="Hospitals that belong to a health system are of the kind `system`."
    )
    budget_usd: Amount = Field(
        0.0, description="Discretionary budget of the whole field a year; 0: per account."
    )
    budget_per_weight_usd: Amount = Field(
        150.0, description="Budget of an account of weight 1, where no whole budget is given."
    )
    tier_factors: Mapping[Text, Amount] = Field(
        default_factory=dict, description="Factor on all three by tier, as in {A = 1.5}."
    )

    @model_validator(mode="before")
    @classmethod
    def _beside_the_defaults(cls, value: object) -> object:
        if not isinstance(value, dict):
            return value
        merged = dict(value)
        if isinstance(value.get("rules"), dict):
            merged["rules"] = {**_equipment(), **value["rules"]}
        if isinstance(value.get("kinds"), dict):
            merged["kinds"] = {**_kinds(), **value["kinds"]}
        return merged

    @model_validator(mode="after")
    def _kinds_are_known(self) -> Self:
        for type_, kind in self.kinds.items():
            if kind not in self.rules:
                known = ", ".join(self.rules)
                raise problem(f"kinds.{type_}", f'is "{kind}"; rules has {known}')
        return self
