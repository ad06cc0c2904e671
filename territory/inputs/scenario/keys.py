"""The keys of a scenario file: what each one means, its type, its default."""

from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from territory.inputs.scenario.incentives import PayPlan, QuotaPlan
from territory.inputs.scenario.market import Affiliation, Market, Tiers
from territory.inputs.scenario.monitor import ForecastKeys, MonitorKeys
from territory.inputs.scenario.parts import (
    Amount,
    Count,
    Day,
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
from territory.inputs.scenario.review import HierarchyKeys, ReviewKeys
from territory.inputs.scenario.rollout import ResourceKeys, RolloutKeys
from territory.inputs.scenario.sources import Inputs, Source
from territory.inputs.scenario.workforce import CallPlan, Capacity, SizingKeys

__all__ = [
    "AccountDefaults",
    "Geography",
    "Inputs",
    "KeepRule",
    "MeasureOptions",
    "Objective",
    "Outputs",
    "Rules",
    "ScenarioKeys",
    "Solve",
    "Source",
    "Team",
    "TerritoryRule",
    "TogetherRule",
    "Travel",
]

Threads = Annotated[int, Field(strict=True, ge=1)]

# Columns of the plan folder that a measure of the same name would overwrite.
_RESERVED = frozenset(
    {"account_id", "name", "unit_id", "territory_id", "rep_id", "lon", "lat", "travel_h", "tier"}
    | {"exception", "type", "zip", "county_fips", "n_units", "n_accounts", "n_parts"}
)


class Geography(Keys):
    """The smallest pieces that are assigned."""

    kind: Literal["us_counties", "us_zips", "polygons", "points", "belgium_cantons"] = Field(
        "us_counties", description="Where the units come from."
    )
    states: tuple[Annotated[str, Field(strict=True, pattern="^[A-Z]{2}$")], ...] = Field(
        (), description='USPS codes as in ["TX", "OK"]; empty: all conterminous states.'
    )
    file: Text | None = Field(
        None,
        description="Polygon file, for kind = polygons; ZCTAs for kind = us_zips.",
    )
    id: Text | None = Field(None, description="Column of the unit ids in the polygon file.")
    name_column: Text | None = Field(None, description="Column of the unit names.")
    layer: Text | None = Field(None, description="Layer of the polygon file.")
    split_above: Amount = Field(
        0.4, description="Share of a goal above which a unit is split; 0: never."
    )
    gap_m: Amount | None = Field(
        None,
        description="Widest gap in metres across which polygons are neighbours; 2 % of their "
        "width, at most 500, when not written; 0: only what touches.",
    )
    crs: Annotated[str, Field(strict=True, pattern=r"^(auto|EPSG:\d{4,6})$")] = Field(
        "auto", description='Equal-area reference system, "auto" or as in "EPSG:5070".'
    )

    @model_validator(mode="after")
    def _polygons_have_a_file(self) -> Self:
        if self.kind == "polygons" or (self.kind == "us_zips" and (self.file or self.id)):
            for key in ("file", "id"):
                if getattr(self, key) is None:
                    raise problem(key, f'is missing; kind = "{self.kind}" needs file and id')
        else:
            for key in ("file", "id", "name_column", "layer", "gap_m"):
                if getattr(self, key) is not None:
                    raise problem(
                        key,
                        f'is only for kind = "polygons"; the kind is "{self.kind}"',
                        hint='write kind = "polygons" or take the key out',
                    )
        return self


class Team(Keys):
    """How many territories there are, and what they are called."""

    territories: Annotated[int, Field(strict=True, ge=1, le=100_000)] | None = Field(
        None, description="Number of territories; one per rep when not written."
    )
    prefix: Text = Field("T", description="Ids are T01, T02, … where no rep names a territory.")


class MeasureOptions(Keys):
    """A quantity in which the territories are balanced."""

    tolerance: Fraction = Field(0.10, description="Allowed relative deviation from the goal.")
    goal: Literal["capacity", "equal"] = Field(
        "capacity", description="Goals follow the reps' capacity, or are the same for all."
    )
    travel: Flag = Field(
        False,
        description="Travel hours are part of it: true for workload_h, false for all others.",
    )


class Travel(Keys):
    """How long the way takes."""

    circuity: Annotated[float, Field(strict=True, ge=1, allow_inf_nan=False)] | None = Field(
        None, description="Road distance divided by straight distance."
    )
    urban_kmh: Positive | None = Field(None, description="Speed in towns.")
    rural_kmh: Positive | None = Field(None, description="Speed elsewhere.")
    calls_per_trip: Annotated[float, Field(strict=True, ge=1, allow_inf_nan=False)] | None = Field(
        None,
        description="Stops of every trip; what fits into the day when not written.",
    )
    overnight_min: Amount = Field(
        120.0, description="Least minutes one way for a night away: an assumption, 90 to 180."
    )
    night_usd: Amount = Field(
        178.0,
        description="Cost of a night away: 110 lodging and 68 meals, the standard rates of GSA for "
        "fiscal years 2025 and 2026 (bulletin FTR 26-01); in cities up to 430.",
    )
    most_days: Annotated[int, Field(strict=True, ge=1, le=5)] = Field(
        5, description="Most days of a trip; 1 where nobody stays away overnight."
    )
    rounds: Annotated[int, Field(strict=True, ge=0, le=3)] | None = Field(
        None,
        description="Times the plan's territories are routed and the plan solved again; "
        "3 at normal and best effort, 0 at quick, when not written.",
    )
    matrix: Text | None = Field(None, description="File of travel minutes, instead of estimates.")


class AccountDefaults(Keys):
    """Values for accounts of a type that have none of their own."""

    service_h: Amount | None = Field(None, description="Hours a year without travel.")
    n_calls: Amount | None = Field(None, description="Calls a year.")
    potential_usd: Amount | None = Field(None, description="Potential in USD a year.")


class TerritoryRule(Keys):
    """Units and accounts of one territory."""

    territory: Text = Field(description="Territory id.")
    units: Texts = Field((), description="Unit ids, in quotes.")
    accounts: Texts = Field((), description="Account ids, in quotes.")

    @model_validator(mode="after")
    def _names_something(self) -> Self:
        if not self.units and not self.accounts:
            raise problem("", "names no units and no accounts; expected at least one")
        return self


class KeepRule(Keys):
    """Accounts that stay with the territory that they have today."""

    accounts: Texts = Field(description="Account ids, in quotes.")
    until: Day | None = Field(
        None, description="Last day on which they stay; a go-live after it frees them."
    )
    why: Text | None = Field(None, description="For people.")

    @model_validator(mode="after")
    def _names_something(self) -> Self:
        if not self.accounts:
            raise problem("accounts", "is empty; expected at least one account")
        return self


class TogetherRule(Keys):
    """Units and accounts that one territory holds together."""

    name: Text = Field(description="How messages call this group.")
    units: Texts = Field((), description="Unit ids, in quotes.")
    accounts: Texts = Field((), description="Account ids, in quotes.")

    @model_validator(mode="after")
    def _names_two(self) -> Self:
        if len(self.units) + len(self.accounts) < 2:
            raise problem("", "names fewer than two units and accounts; expected at least two")
        return self


class Rules(Keys):
    """What a plan must keep."""

    contiguity: Flag = Field(True, description="Every territory is in one piece.")
    radius_km: Positive | None = Field(None, description="Farthest unit from its center.")
    radius_min: Positive | None = Field(None, description="Longest way from the center.")
    compactness_least: (
        Annotated[float, Field(strict=True, gt=0, lt=1, allow_inf_nan=False)] | None
    ) = Field(
        None,
        description="Least Polsby-Popper compactness of a territory; coast beyond its border "
        "inland does not count.",
    )
    max_moved_accounts: Count | None = Field(None, description="Accounts that may change rep.")
    max_moved_revenue: Fraction | None = Field(None, description="Revenue that may change rep.")
    max_moved_workload: Fraction | None = Field(
        None, description="Hours of service (without travel) that may change rep."
    )
    keep: tuple[KeepRule, ...] = Field((), description="Must stay where they are today.")
    pinned: tuple[TerritoryRule, ...] = Field((), description="Must be in the territory.")
    forbidden: tuple[TerritoryRule, ...] = Field((), description="Must not be in the territory.")
    together: tuple[TogetherRule, ...] = Field((), description="Must share a territory.")
    keep_idn_whole: Flag | Texts = Field(
        False, description="Health systems with one territory each: true (all) or their names."
    )


class Objective(Keys):
    """What a plan costs, in USD a year."""

    travel_usd_h: Amount = Field(75.0, description="Cost of one hour on the road.")
    handover: Fraction = Field(
        0.05, description="Share of an account's yearly revenue at risk when its rep changes."
    )
    handover_tenure: Fraction = Field(
        0.01, description="Added to that share for each year the rep has had the account."
    )
    handover_pipeline: Fraction = Field(
        0.1,
        description="Share of an account's open deals (column pipeline_usd) at risk when its rep "
        "changes. A planning assumption, 0 to 1.",
    )
    idn_split_usd: Amount = Field(
        2000.0, description="Cost of each further territory that a health system is split over."
    )
    border_usd_km: Amount = Field(
        4.0,
        description="Cost of a kilometre of border between territories: a ragged map costs "
        "clarity. A planning assumption, 0 to 10; coasts and bridges are free.",
    )


class Solve(Keys):
    """How hard to look."""

    effort: Literal["quick", "normal", "best"] = Field("normal", description="How long to look.")
    seed: Count = Field(1, description="Same inputs and seed: same plan.")
    time_limit_s: Positive | None = Field(None, description="Cap on the seconds of looking.")
    threads: Threads | None = Field(
        None, description="Most threads; as many as the machine allows when not written. Same plan."
    )


class Outputs(Keys):
    """What is written, and where."""

    dir: Text = Field("runs", description="Folder below the scenario's folder.")
    tiles: Flag = Field(False, description="Add an online background layer to the map.")
    formats: tuple[Literal["gpkg", "xlsx", "html"], ...] = Field(
        ("gpkg", "xlsx", "html"), description="Beside the CSV files, which are always written."
    )


def _default_measures() -> dict[str, MeasureOptions]:
    return {"workload_h": MeasureOptions(travel=True), "potential_usd": MeasureOptions()}


class ScenarioKeys(Keys):
    """All keys of a scenario file."""

    name: Annotated[str, Field(strict=True, pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*$")] = Field(
        "", description="Name of the plan's folder; the file's name when not written."
    )
    title: Annotated[str, Field(strict=True, max_length=120)] = Field(
        "", description="What pages call the plan; its name when not written."
    )
    company: Annotated[str, Field(strict=True, max_length=120)] = Field(
        "", description="Whose plan it is."
    )
    currency: Annotated[str, Field(strict=True, pattern="^[A-Z]{3}$")] = Field(
        "USD", description="Currency of all amounts of the tables; nothing is converted."
    )
    description: Annotated[str, Field(strict=True)] = Field("", description="For people.")
    extends: Text | None = Field(
        None, description="File below this folder, or embedded scenario; write only differences."
    )
    inputs: Inputs = Field(default_factory=Inputs, description="The tables.")
    geography: Geography = Field(default_factory=Geography, description="The units.")
    team: Team = Field(default_factory=Team, description="The territories.")
    measures: Mapping[Name, MeasureOptions] = Field(
        default_factory=_default_measures,
        description="What is balanced; workload_h and potential_usd when none is written.",
    )
    travel: Travel = Field(default_factory=Travel, description="How long the way takes.")
    defaults: Annotated[Mapping[TypeName, AccountDefaults], BeforeValidator(once_a_type)] = Field(
        default_factory=dict, description="Values by account type; `other` is the fallback."
    )
    market: Market | None = Field(None, description="Potential from volumes; absent: as given.")
    tiers: Tiers | None = Field(None, description="Score, tiers, segments; absent: as given.")
    affiliations: Affiliation | None = Field(
        None, description="Which owner is the health system; absent: as given."
    )
    callplan: CallPlan | None = Field(
        None, description="Calls and hours by type and tier; absent: as given."
    )
    capacity: Capacity | None = Field(
        None, description="Hours a rep has, where the reps table says none; absent: as given."
    )
    sizing: SizingKeys | None = Field(
        None, description="What `territory size` reckons with; absent: its defaults."
    )
    rules: Rules = Field(default_factory=Rules, description="What a plan must keep.")
    objective: Objective = Field(default_factory=Objective, description="What a plan costs.")
    solve: Solve = Field(default_factory=Solve, description="How hard to look.")
    outputs: Outputs = Field(default_factory=Outputs, description="What is written.")
    quotas: QuotaPlan | None = Field(None, description="How a goal becomes quotas.")
    pay: PayPlan | None = Field(None, description="What reps are paid.")
    hierarchy: HierarchyKeys | None = Field(
        None, description="Districts and regions above the territories; absent: none."
    )
    review: ReviewKeys = Field(
        default_factory=ReviewKeys, description="What the scorecard and its checklist look at."
    )
    monitor: MonitorKeys = Field(
        default_factory=MonitorKeys, description="What is watched after go-live."
    )
    forecast: ForecastKeys = Field(
        default_factory=ForecastKeys, description="How potential and sales are carried forward."
    )
    rollout: RolloutKeys = Field(
        default_factory=RolloutKeys, description="Waves, dates and the CRM's names at go-live."
    )
    resources: ResourceKeys = Field(
        default_factory=ResourceKeys, description="Support, collateral, budget by account mix."
    )

    @model_validator(mode="before")
    @classmethod
    def _workload_contains_travel(cls, value: object) -> object:
        if not isinstance(value, dict):
            return value
        measures = value.get("measures")
        if not isinstance(measures, dict):
            return value
        if not measures:
            return {key: part for key, part in value.items() if key != "measures"}
        workload = measures.get("workload_h")
        if not isinstance(workload, dict) or "travel" in workload:
            return value
        return {**value, "measures": {**measures, "workload_h": {**workload, "travel": True}}}

    @model_validator(mode="after")
    def _keys_agree(self) -> Self:
        if self.inputs.accounts is None and self.inputs.units is None:
            raise problem("inputs", "names neither accounts nor units; expected at least one")
        if self.team.territories is None and self.inputs.reps is None:
            raise problem(
                "team.territories",
                "is missing, and there is no reps table to count",
                hint="write the number of territories, or name a reps table under [inputs]",
            )
        for name, measure in self.measures.items():
            if name in _RESERVED:
                raise problem(
                    f"measures.{name}",
                    "has the name of a column of the plan; expected another name",
                    hint="rename it in the table's columns, as in {my_measure = \"" + name + '"}',
                )
            if measure.travel and name != "workload_h":
                raise problem(
                    f"measures.{name}.travel",
                    "is true; only workload_h contains travel: it is service_h + travel_h",
                    hint="balance workload_h, or take the key out",
                )
            if name == "workload_h" and not measure.travel:
                raise problem(
                    "measures.workload_h.travel",
                    "is false; workload_h is service_h + travel_h in every table of the plan",
                    hint="balance service_h, which has no travel, or take the key out",
                )
        return self
