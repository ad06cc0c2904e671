"""A plan with the scenario's incentives: who has which account, today and in the plan."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from territory.errors import InputError
from territory.incentives.pace import PACES
from territory.incentives.seats import rep_rows, roles_without_plan, team_rows
from territory.inputs.time.presence import filled_months, is_vacant, presence
from territory.inputs.time.sales import Sales, sales_of
from territory.messages import Message, counted

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from territory.inputs.scenario.incentives import PayPlan, QuotaPlan
    from territory.inputs.scenario.scenario import Scenario
    from territory.inputs.tables.tables import Tables
    from territory.plan import Plan

__all__ = ["Alignment", "IncentiveCase", "incentive_case", "joined"]

Alignment = Literal["plan", "today"]
"""Whose territories: the plan's, or those of today's alignment."""

_QUOTAS = "write a [quotas] section, for instance growth = 0.08"
_NAMED = 8
_PAY = "write a [pay] section with base_usd and target_incentive_usd"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class IncentiveCase:
    """Everything that quotas and pay are computed from.

    Attributes
    ----------
    scenario : Scenario
    accounts : DataFrame
        ``account_id, type, tier, potential_usd, plan, today, at_risk_usd``: the territories of an
        account in both alignments ("" = none), and the revenue lost when it changes hands; where
        the plan knows it ``competitor_usd`` (NaN = not known).
    last_usd : (n,) float64
        Sales of the last four quarters.
    sales : Sales or None
        By quarter; None without a history.
    team : DataFrame
        ``territory_id, rep_id, rep_name, district_id`` of the plan.
    reps : DataFrame
        ``rep_id, rep_name, plan, today, fte, earnings_usd``: a rep's territories ("" = none) and
        last year's earnings (NaN = not given); perhaps ``pace_1`` to ``pace_4``, the ramp, and
        ``employed``, the part of the year in which the seat is filled and paid, and ``new``,
        whether the rep begins in the year or after it. Vacant seats are no reps.
    filled : float64, shape (r, 3, 12), or None
        Part of each month in which a rep's seat is filled: of the year before the planned one, of
        that and of the year after; months from the year's first. None: all of it.
    notes : tuple of str
        What was assumed.
    cycle_months : mapping of str to float
        Sales cycle by account type, as won deals tell; a type without enough of them is absent.
    by_products : mapping of tuple of str to Sales
        Sales of the products that the pay plan names.
    """

    scenario: Scenario
    accounts: pd.DataFrame
    last_usd: NDArray[np.float64]
    sales: Sales | None
    team: pd.DataFrame
    reps: pd.DataFrame
    filled: NDArray[np.float64] | None = None
    notes: tuple[str, ...] = ()
    cycle_months: Mapping[str, float] = field(default_factory=dict)
    by_products: Mapping[tuple[str, ...], Sales] = field(default_factory=dict)

    def sales_of_products(self, products: tuple[str, ...]) -> Sales | None:
        """Return the sales of some products, of all where none is named; None if not known."""
        return self.by_products.get(products) if products else self.sales

    @property
    def quota_plan(self) -> QuotaPlan:
        """The scenario's [quotas]; InputError where there is none."""
        if self.scenario.quotas is None:
            raise InputError(Message(f"{self.scenario.display} has no [quotas]", hint=_QUOTAS))
        return self.scenario.quotas

    @property
    def pay_plan(self) -> PayPlan:
        """The scenario's [pay]; InputError where there is none."""
        if self.scenario.pay is None:
            raise InputError(Message(f"{self.scenario.display} has no [pay]", hint=_PAY))
        return self.scenario.pay

    @property
    def has_today(self) -> bool:
        """Whether any account has a territory in today's alignment."""
        return bool(self.accounts["today"].ne("").any())

    def employed(self) -> NDArray[np.float64]:
        """Return (r,) the part of the year in which each rep's seat is filled; 1 if not known."""
        if "employed" not in self.reps:
            return np.ones(len(self.reps))
        return self.reps["employed"].to_numpy(dtype=np.float64)

    def months(self) -> NDArray[np.float64]:
        """Return (r, 3, 12) which part of each month a seat is filled, last, this and next year."""
        return np.ones((len(self.reps), 3, 12)) if self.filled is None else self.filled

    def first_month(self) -> int | None:
        """Return the first month of the planned year, 12 · year + month from 0; None: not known.

        That of ``capacity.year_from``, in which reps' dates are counted, or the one after the
        history.
        """
        capacity = self.scenario.capacity
        if capacity is not None and capacity.year_from is not None:
            day = date.fromisoformat(capacity.year_from)
            return 12 * day.year + day.month - 1
        if self.sales is None:
            return None
        return 3 * int(self.sales.first + self.sales.revenue_usd.shape[1])

    def paces(self) -> NDArray[np.float64]:
        """Return (r, 4) the reps' pace by quarter: 1 past the ramp."""
        if PACES[0] not in self.reps:
            return np.ones((len(self.reps), len(PACES)))
        return np.asarray(self.reps[list(PACES)].to_numpy(dtype=np.float64))

    def territories(self, alignment: Alignment) -> pd.Index:
        """Return the ids of an alignment's territories, in the plan's order where it has them."""
        planned = list(self.team["territory_id"])
        if alignment == "plan":
            kept, more = planned, []
        else:
            used = set(self.accounts["today"]) | set(self.reps["today"])
            used.discard("")
            kept = [name for name in planned if name in used]
            more = sorted(used - set(kept))
        ids: pd.Index = pd.Index([*kept, *more], dtype="str", name="territory_id")
        return ids


def incentive_case(scenario: Scenario, plan: Plan) -> IncentiveCase:
    """Join a plan with the scenario's history and reps.

    Raises
    ------
    InputError
        A table cannot be read, or a period of the history cannot.
    """
    from territory.inputs.tables.tables import read_tables

    tables = read_tables(scenario)
    tables.audit.plus(roles_without_plan(scenario, tables)).raise_if_errors()
    changed = plan.record.input_hash != scenario.input_hash()
    case = joined(scenario, tables, plan.accounts, plan.territories)
    return (
        replace(case, notes=(*case.notes, "the input tables have changed since the plan was made"))
        if changed
        else case
    )


def joined(
    scenario: Scenario, tables: Tables, planned: pd.DataFrame, territories: pd.DataFrame
) -> IncentiveCase:
    """Join tables with the accounts and territories of a plan, or of what stands for one.

    Parameters
    ----------
    scenario : Scenario
    tables : Tables
        Without errors.
    planned : DataFrame
        ``account_id, type, tier, potential_usd, revenue_usd, territory_id, current_territory_id``;
        perhaps ``handover_usd, competitor_usd, idn, gpo``.
    territories : DataFrame
        ``territory_id, rep_id, rep_name``; perhaps ``district_id``.

    Raises
    ------
    InputError
        A period of the history, a date, an amount or a deal cannot be read, or products of the
        pay plan are unknown.
    """
    accounts = _accounts(scenario, planned)
    sales = sales_of(
        planned["account_id"].tolist(),
        tables.history,
        file=tables.files.get("history", "history"),
        lines=tables.lines.get("history"),
    )
    notes = list(sales.notes) if sales else []
    if sales is None or sales.n_years == 0:
        last = planned["revenue_usd"].fillna(0.0).to_numpy(dtype=np.float64)
        short = "is no history" if sales is None else "are fewer than four quarters of history"
        notes.append(f"there {short}: last year's sales are the accounts' revenue_usd, no trend")
        sales = None
    else:
        last = sales.year()
    cycle_months, told = _cycles(scenario, accounts)
    notes += told
    filled = None
    if tables.reps is not None:
        file = tables.files.get("reps", "reps")
        seats = tables.reps.loc[~is_vacant(tables.reps, file=file)]
        filled = filled_months(seats, scenario.capacity, file=file)
    case = IncentiveCase(
        scenario=scenario,
        filled=filled,
        accounts=accounts,
        last_usd=last,
        sales=sales,
        team=team_rows(territories),
        reps=rep_rows(
            planned, territories, tables.reps, tables.files.get("reps", "reps"), scenario.capacity
        ),
        notes=tuple(notes),
        cycle_months=cycle_months,
        by_products=_by_products(scenario, planned, tables, sales),
    )
    # Worst first: of many notes the first five are shown.
    first = (*_unserved(case, _there(scenario, tables)), *_between(case), *_of_no_account(case))
    return replace(case, notes=(*first, *case.notes))


def _there(scenario: Scenario, tables: Tables) -> dict[str, float]:
    """Return by rep which part of the planned year the seat is filled and not on leave."""
    if tables.reps is None:
        return {}
    seats = tables.reps.drop(columns="pto_days", errors="ignore")
    there = presence(seats, scenario.capacity, file=tables.files.get("reps", "reps"))["present"]
    return dict(zip(seats["rep_id"].astype("str"), there, strict=True))


def _unserved(case: IncentiveCase, there: dict[str, float]) -> Iterator[str]:
    """Name the plan's territories without a rep, all year or for a part of it.

    Their forecast takes them for served ones.
    """
    team = case.team.sort_values("territory_id")
    territories, reps = (team[name].astype("str") for name in ("territory_id", "rep_id"))
    empty = territories[reps.eq("")].tolist()
    if 0 < len(empty) < len(team):
        has = "has" if len(empty) == 1 else "have"
        yield (
            f"{counted(len(empty), 'territory', 'territories')} {has} no rep ({_named(empty)}): "
            "what is expected there is what served accounts buy, so less is sold unless others "
            "cover them (territory cover)"
        )
    shares = [(name, there.get(rep, 1.0)) for name, rep in zip(territories, reps, strict=True)]
    partly = [(name, part) for name, part in shares if part < 1.0]
    if partly:
        has, its = ("has its", "its") if len(partly) == 1 else ("have their", "their")
        shown = [f"{name} {100 * part:.0f} %" for name, part in partly]
        yield (
            f"{counted(len(partly), 'territory', 'territories')} {has} rep for a part of the "
            f"planned year only ({_named(shown)}): {its} hours, the rep's quota and pay follow the "
            "dates; what is expected of the territory is not lowered, so less is sold unless "
            "others cover it meanwhile"
        )


def _named(each: list[str]) -> str:
    return ", ".join(each[:_NAMED]) + (", …" if len(each) > _NAMED else "")


def _of_no_account(case: IncentiveCase) -> Iterator[str]:
    """Name tiers and types that pay and quotas write and no account has: that is for nobody."""
    pay, quotas = case.scenario.pay, case.scenario.quotas
    known, named = set(case.accounts["tier"]), dict[str, str]()
    if quotas is not None:
        named |= dict.fromkeys(quotas.capture, "quotas.capture")
    for plan in [] if pay is None else [pay, *(pay.of_role(role) for role in pay.roles)]:
        if plan.new_logo is not None:
            named |= dict.fromkeys(plan.new_logo.by_tier, "pay: new_logo.by_tier")
        if plan.strategic is not None and not plan.strategic.accounts:
            named |= dict.fromkeys(plan.strategic.tiers, "pay: strategic.tiers")
    for tier, key in named.items():
        if tier not in known:
            yield f'{key} names tier "{tier}", which no account has'
    if quotas is not None and "sales_cycle_months" in quotas.model_fields_set:
        for kind in quotas.sales_cycle_months:
            if kind != "other" and kind not in set(case.accounts["type"]):
                yield f'quotas.sales_cycle_months names type "{kind}", which no account has'


def _between(case: IncentiveCase) -> Iterator[str]:
    """Say where the planned year does not follow the history."""
    first = case.first_month()
    if case.sales is None or first is None:
        return
    end = 3 * int(case.sales.first + case.sales.revenue_usd.shape[1])
    if first != end:
        begins, after = (f"{at // 12}-{at % 12 + 1:02d}" for at in (first, end))
        yield (
            f"the planned year begins with {begins} (capacity.year_from), the history ends before "
            f"{after}: what is expected is the year after the history, in the quarters of the "
            "planned one"
        )


def _cycles(scenario: Scenario, accounts: pd.DataFrame) -> tuple[dict[str, float], tuple[str, ...]]:
    """Return the sales cycles that the scenario's won deals tell, and how they were measured."""
    from territory.incentives.cycles import measured_cycles

    deals = scenario.quotas.deals if scenario.quotas is not None else None
    if deals is None:
        return {}, ()
    return measured_cycles(scenario.resolve(deals), accounts, shown=deals)


def _by_products(
    scenario: Scenario, planned: pd.DataFrame, tables: Tables, sales: Sales | None
) -> dict[tuple[str, ...], Sales]:
    """Return the sales of every set of products that the pay plan names, in the whole's quarters.

    Raises
    ------
    InputError
        A product is named that the history does not have.
    """
    pay, history = scenario.pay, tables.history
    if pay is None or history is None or sales is None:
        return {}
    plans = [pay, *(pay.of_role(role) for role in pay.roles)]
    wanted = {each.strategic.products for each in plans if each.strategic is not None} - {()}
    out = {}
    for products in sorted(wanted):
        known = set(history["product"].astype("str")) if "product" in history else set()
        unknown = [name for name in products if name not in known]
        if unknown:
            raise InputError(
                Message(
                    f"{scenario.display}: pay.strategic.products names {', '.join(unknown)}; the "
                    f"history has {', '.join(sorted(known)[:6]) or 'no column product'}",
                    hint="write products as the history names them",
                )
            )
        own = history.loc[history["product"].isin(products)]
        found = sales_of(
            planned["account_id"].tolist(),
            own.reset_index(drop=True),
            file=tables.files.get("history", "history"),
            lines=None,
        )
        if found is not None:
            out[products] = found.in_quarters_of(sales)
    return out


def _accounts(scenario: Scenario, accounts: pd.DataFrame) -> pd.DataFrame:
    moved = accounts["current_territory_id"].ne("") & accounts["current_territory_id"].ne(
        accounts["territory_id"]
    )
    if "handover_usd" in accounts:
        risk = accounts["handover_usd"]
    else:
        risk = accounts["revenue_usd"].fillna(0.0) * scenario.objective.handover
    columns: dict[str, object] = {
        "account_id": accounts["account_id"],
        "type": accounts["type"],
        "tier": accounts["tier"],
        "potential_usd": accounts["potential_usd"].astype(float).fillna(0.0),
        "plan": accounts["territory_id"],
        "today": accounts["current_territory_id"],
        "at_risk_usd": risk.fillna(0.0).where(moved, 0.0),
    }
    if "competitor_usd" in accounts:
        columns["competitor_usd"] = accounts["competitor_usd"].astype(float)
    for name in ("idn", "gpo"):
        columns[name] = accounts.get(name, "")
    return pd.DataFrame(columns).reset_index(drop=True)
