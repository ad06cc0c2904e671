"""The keys of [quotas] and [pay]: how a goal is spread over territories, and what reps are paid."""

from collections.abc import Mapping
from itertools import pairwise
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
    "Blend",
    "NewLogo",
    "PayPlan",
    "QuotaPlan",
    "RateTier",
    "Simulation",
    "Strategic",
    "TeamPay",
]

Growth = Annotated[float, Field(strict=True, gt=-1, allow_inf_nan=False)]

_LASTING = 0.5
"""Part of growth that lasts where no year can tell: an assumption, 0 to 1 are possible."""

_EXACT = 1e-6
"""How far sums of weights and of tiers may be off: what people round."""


class Blend(Keys):
    """Weights of what a quota is made of; they sum to 1, and one not written is 0."""

    potential: Fraction = Field(0.0, description="Share of the market's yearly potential.")
    headroom: Fraction = Field(0.0, description="Share of the potential that is not yet sold to.")
    run_rate: Fraction = Field(0.0, description="Share of last year's sales, carried on.")
    sales_cycle: Fraction = Field(
        0.0, description="Share of the headroom that can turn into revenue within the year."
    )

    @model_validator(mode="after")
    def _sums_to_one(self) -> Self:
        total = self.potential + self.headroom + self.run_rate + self.sales_cycle
        if abs(total - 1) > _EXACT:
            hint = f"divide each weight by {total:g}" if total else "write run_rate = 1.0"
            raise problem("", f"has weights that sum to {total:g}; expected a sum of 1", hint=hint)
        return self


def _months() -> dict[str, float]:
    return {"hospital": 9.0, "critical_access": 9.0, "asc": 5.0, "clinic": 4.0, "other": 6.0}


class QuotaPlan(Keys):
    """How the company's goal is spread over the territories. Defaults are planning defaults."""

    goal_usd: Annotated[int, Field(strict=True, gt=0)] | None = Field(
        None, description="The company's goal for the year, whole dollars; or write growth."
    )
    growth: Growth | None = Field(
        None,
        description="The company's goal as growth on its sales of the last year: 0.08 for "
        "8 percent; whatever the territories are.",
    )
    over_assignment: Fraction = Field(
        0.03, description="How much more than the goal the quotas sum to."
    )
    floor: Growth | None = Field(
        None,
        description="Least growth of a quota on its territory's last year; no floor if not "
        "written.",
    )
    cap: Growth | None = Field(
        None,
        description="Most growth of a quota on its territory's last year; no cap if not written.",
    )
    blend: Blend | None = Field(
        None,
        description="Spread by these weights instead of by each territory's expected sales.",
    )
    retention: Positive | None = Field(
        None,
        description="Share of last year's sales that is bought again; measured in the history if "
        "not written.",
    )
    capture: Mapping[Text, Fraction] = Field(
        default_factory=dict,
        description="Share of the reachable headroom won in a year by tier; measured in the "
        "history if not written.",
    )
    competitor_hold: Fraction = Field(
        1.0, description="Share of what competitors sell that cannot be won within the year."
    )
    trend_weight: Fraction | None = Field(
        None,
        description="How much of an area's own growth lasts, after what is chance in it; measured "
        "where the history has three years or more and nothing is written, else 0.5.",
    )
    trend_limit: Fraction = Field(
        0.25, description="Growth or decline beyond this is not carried on."
    )
    relief: Fraction = Field(
        1.0,
        description="Share of the revenue at risk in accounts that change hands that a quota does "
        "not ask for.",
    )
    sales_cycle_months: Annotated[Mapping[TypeName, Amount], BeforeValidator(once_a_type)] = Field(
        default_factory=_months,
        description="Months until revenue by account type, `other` is the fallback; measured where "
        "a deals table tells.",
    )
    deals: Text | None = Field(
        None,
        description="Table of deals (account_id, opened, closed, status): types with ten won deals "
        "or more have their median time as sales cycle.",
    )
    draws: Annotated[int, Field(strict=True, ge=200, le=100_000)] = Field(
        2000, description="Permutations of the fairness back-test and draws of next year."
    )
    fair_points: Annotated[float, Field(strict=True, gt=0, le=0.5)] = Field(
        0.075,
        description="Points of attainment (fraction) for a standard deviation of penetration that "
        "are still fair: the margin of the back-test.",
    )

    @property
    def lasting_share(self) -> float:
        """Part of an area's growth that lasts, as written or as assumed; 0 to 1."""
        return _LASTING if self.trend_weight is None else self.trend_weight

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        if self.goal_usd is None and self.growth is None:
            raise problem(
                "",
                "has neither goal_usd nor growth; expected one of them",
                hint="write growth = 0.08 for a goal 8 percent above last year's sales",
            )
        if self.goal_usd is not None and self.growth is not None:
            raise problem("growth", "is written beside goal_usd; expected one of them")
        if self.floor is not None and self.cap is not None and self.floor > self.cap:
            raise problem(
                "floor",
                f"is {self.floor:g}, above quotas.cap {self.cap:g}; expected at most the cap",
                hint="floor and cap are growth on last year's sales, as in floor = 0.0, cap = 0.2",
            )
        return self


class RateTier(Keys):
    """One stretch of attainment and the rate of pay in it."""

    above: Amount = Field(description="Attainment at which the tier begins: 1.0 is the quota.")
    up_to: Positive | None = Field(
        None, description="Attainment at which it ends; only the last tier has no end."
    )
    rate: Amount = Field(
        description="Multiple of the target rate (target incentive divided by the quota)."
    )


class TeamPay(Keys):
    """The part of the incentive that is paid on the attainment of more than one rep."""

    weight: Fraction = Field(0.0, description="Share of the target incentive.")
    level: Literal["company", "district"] = Field("company", description="Whose attainment.")


class NewLogo(Keys):
    """A bonus for each account won."""

    usd: Amount = Field(description="Bonus for an account without sales the year before.")
    by_tier: Mapping[Text, Amount] = Field(
        default_factory=dict, description="Bonus by the account's tier instead of usd."
    )
    idn_usd: Amount | None = Field(
        None, description="Bonus for an account of a health system, where that is more."
    )
    gpo_usd: Amount | None = Field(
        None, description="Bonus for an account of a purchasing group, where that is more."
    )
    min_revenue_usd: Amount = Field(0.0, description="Sales in the year from which it counts.")
    cap_usd: Positive | None = Field(
        None, description="Most bonus a year of a full-time rep past the ramp."
    )


class Strategic(Keys):
    """A share of the growth of strategic accounts."""

    share: Fraction = Field(description="Share of the growth beyond min_growth that is paid.")
    min_growth: Amount = Field(0.0, description="Growth on last year from which it is paid.")
    tiers: Texts = Field(("A",), description="Tiers whose accounts are strategic.")
    accounts: Texts = Field((), description="Further strategic accounts: ids, in quotes.")
    products: Texts = Field(
        (), description="Only these products' sales count, as the history names them; else all."
    )
    cap_usd: Positive | None = Field(
        None, description="Most bonus a year of a full-time rep past the ramp."
    )


class Simulation(Keys):
    """How next year is drawn. Defaults are planning defaults."""

    draws: Annotated[int, Field(strict=True, ge=100, le=100_000)] = Field(
        2000, description="Years that are drawn."
    )
    company_attainment: Positive | None = Field(
        None,
        description="Sales of the company as a multiple of its goal; the forecast if not written.",
    )
    company_sd: Fraction = Field(
        0.04, description="Spread of what all territories share (standard deviation of its log)."
    )
    territory_sd: Fraction | None = Field(
        None, description="Spread of a territory's own; measured in the history if not written."
    )


def _rates() -> tuple[RateTier, ...]:
    return (
        RateTier(above=0.0, up_to=0.6, rate=0.5),
        RateTier(above=0.6, up_to=1.0, rate=1.75),
        RateTier(above=1.0, up_to=1.2, rate=2.0),
        RateTier(above=1.2, rate=2.5),
    )


class RolePay(Keys):
    """What a role is paid otherwise than the others; what is not written is the plan's."""

    base_usd: Amount | None = Field(None, description="Salary a year.")
    target_incentive_usd: Positive | None = Field(
        None, description="Incentive at exactly 100 percent."
    )
    rates: tuple[RateTier, ...] | None = Field(None, description="Tiers of attainment.")
    cap: Positive | None = Field(None, description="Most that the tiers pay.")
    team: TeamPay | None = Field(None, description="Paid on others' attainment.")
    new_logo: NewLogo | None = Field(None, description="Bonus on top of target pay.")
    strategic: Strategic | None = Field(None, description="Bonus on top of target pay.")

    def own(self) -> dict[str, object]:
        """Return what the role has of its own; a plan's record says null of the rest."""
        given = {name: getattr(self, name) for name in type(self).model_fields}
        return {name: value for name, value in given.items() if value is not None}


class PayPlan(Keys):
    """What a full-time rep is paid a year. Rates, weights and cap are planning defaults."""

    base_usd: Amount = Field(description="Salary a year.")
    target_incentive_usd: Positive = Field(
        description="Incentive at exactly 100 percent; base and this make target pay."
    )
    rates: tuple[RateTier, ...] = Field(
        default_factory=_rates, description="Tiers of attainment, from 0 upwards without gaps."
    )
    cap: Positive | None = Field(
        None, description="Most that the tiers pay, as a multiple of the target incentive."
    )
    by_fte: Flag = Field(True, description="A half-time rep has half of base and incentive.")
    team: TeamPay = Field(default_factory=TeamPay, description="Paid on others' attainment.")
    new_logo: NewLogo | None = Field(None, description="Bonus on top of target pay.")
    strategic: Strategic | None = Field(None, description="Bonus on top of target pay.")
    simulation: Simulation = Field(default_factory=Simulation, description="Next year, drawn.")
    roles: Mapping[Name, RolePay] = Field(
        default_factory=dict,
        description="By the reps' column role (hunter, farmer, hybrid, specialist, manager): what "
        "is paid otherwise.",
    )

    def of_role(self, role: str) -> Self:
        """Return the plan of a role: this one with what the role has of its own."""
        given = self.roles.get(role)
        if given is None:
            return self
        return self.model_copy(update={**given.own(), "roles": {}})

    @model_validator(mode="after")
    def _roles_fit(self) -> Self:
        for name, role in self.roles.items():
            try:
                _refuse_bad_tiers(self.model_copy(update={**role.own(), "roles": {}}))
            except ValueError as error:
                raise problem(f"roles.{name}", f"has a plan that cannot be: {error}") from None
        return self

    @model_validator(mode="after")
    def _tiers_fit(self) -> Self:
        _refuse_bad_tiers(self)
        return self


def _refuse_bad_tiers(plan: PayPlan) -> None:
    """Refuse tiers that leave gaps, overlap, fall, or do not pay the target at 100 percent."""
    tiers = plan.rates
    if not tiers:
        raise problem("rates", "is an empty list; expected at least one tier")
    if tiers[0].above != 0:
        raise problem(
            "rates",
            f"begin above {tiers[0].above:g}; expected the first tier to begin above 0",
            hint=f"write {{above = 0.0, up_to = {tiers[0].above:g}, rate = 0.0}} before it",
        )
    for at, (tier, following) in enumerate(pairwise(tiers), start=1):
        _refuse_misfit(at, tier, following)
    if tiers[-1].up_to is not None:
        raise problem(
            "rates",
            f"end at {tiers[-1].up_to:g}: the last tier has up_to; expected no end",
            hint="take up_to out of the last tier; `cap` limits what is paid",
        )
    _refuse_backwards(tiers)
    at_goal = sum(
        tier.rate * (min(1.0, tier.up_to or 1.0) - tier.above) for tier in tiers if tier.above < 1
    )
    if abs(at_goal - 1) > _EXACT:
        hint = (
            f"multiply the rates below 1.0 by {1 / at_goal:.6g}"
            if at_goal > 0
            else "give a tier below 1.0 a rate above 0"
        )
        raise problem(
            "rates",
            f"pay {at_goal:g} of the target incentive at 100 percent; expected exactly 1",
            hint=hint,
        )
    if plan.cap is not None and plan.cap < 1:
        raise problem(
            "cap",
            f"is {plan.cap:g}, below the target; expected a multiple of at least 1",
            hint="1 is the target incentive: for twice the target write 2.0",
        )


def _refuse_misfit(at: int, tier: RateTier, following: RateTier) -> None:
    """Refuse a tier that does not end where the next one begins."""
    where = f"entry {at + 1} begins above {following.above:g}"
    if following.above <= tier.above:
        raise problem(
            "rates",
            f"{where}, entry {at} above {tier.above:g}; expected rising attainments",
            hint="write the tiers in the order of their attainment",
        )
    if tier.up_to is None or tier.up_to > following.above:
        end = "has no end" if tier.up_to is None else f"ends at {tier.up_to:g}"
        raise problem(
            "rates",
            f"overlap: entry {at} {end}, {where}",
            hint=f"write up_to = {following.above:g} in entry {at}",
        )
    if tier.up_to < following.above:
        raise problem(
            "rates",
            f"leave a gap: entry {at} ends at {tier.up_to:g}, {where}",
            hint=f"write up_to = {following.above:g} in entry {at}",
        )


def _refuse_backwards(tiers: tuple[RateTier, ...]) -> None:
    """Refuse rates that fall where the rep is above the quota."""
    before = 1.0
    for at, tier in enumerate(tiers, start=1):
        if tier.up_to is not None and tier.up_to <= 1:
            continue
        if tier.rate < before:
            raise problem(
                "rates",
                f"go backwards: entry {at} pays {tier.rate:g} above {max(tier.above, 1.0):g}; "
                f"expected at least {before:g}",
                hint="above the quota a dollar pays 1 or more (the average below it) and never "
                "less than the one before; limit the pay with cap instead",
            )
        before = tier.rate
