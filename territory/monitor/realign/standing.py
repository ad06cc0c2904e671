"""A plan in today's accounts, as the problem that it was solved as: rules, prices and bands."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

import solvers
from territory.arrays import Floats, Ints
from territory.encoding.desk.desk import Moved
from territory.encoding.encode import Encoding, encode, handover_usd
from territory.encoding.reopen import Reopened, refuse_older, reopened

if TYPE_CHECKING:
    from territory.inputs.scenario.scenario import Scenario
    from territory.plan import Plan

__all__ = ["Standing", "standing_of"]


_USUAL = {"hop_min": 10.0, "on_site_min": 60.0, "n_calls": 0.0}
"""What an account is held to take where neither it nor any other one says it."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Standing:
    """A plan with today's accounts in it: n items (units, then accounts apart), k territories.

    Attributes
    ----------
    plan : Plan
        With today's accounts; its territory is each account's present one.
    opened : Reopened
    encoding : Encoding
        Every rule of the scenario; whoever leaves the plan's territory is handed over.
    n_accounts : int64, shape (n,)
    revenue_usd, price_usd : float64, shape (n,)
        Of the accounts in each item; the price of handing them over once.
    tolerance : float64, shape (m,)
        Half-widths of the bands, as shares of the goals.
    """

    plan: Plan
    opened: Reopened
    encoding: Encoding
    n_accounts: NDArray[np.int64]
    revenue_usd: Floats
    price_usd: Floats
    tolerance: Floats

    @property
    def problem(self) -> solvers.Problem:
        """Return today's question to the solver."""
        return self.encoding.problem

    @property
    def assignment(self) -> Ints:
        """Return the territory of each item in the plan, (n,)."""
        return self.opened.assignment

    @property
    def measures(self) -> tuple[str, ...]:
        """Return the names of the balanced measures."""
        return self.opened.case.measures

    @property
    def unit_ids(self) -> tuple[str, ...]:
        """Return the ids of the first items, which are units."""
        return self.opened.case.unit_ids

    @property
    def territory_ids(self) -> list[str]:
        """Return the ids of the territories, (k,)."""
        return [str(each) for each in self.opened.case.team["territory_id"]]

    @property
    def share(self) -> Floats:
        """Return each territory's part of a measure's total that is its goal, (k, m)."""
        goal = self.problem.balance.goal
        return np.asarray(goal / goal.sum(axis=0))

    def deviations(self, loads: Floats) -> Floats:
        """Return loads against goals that follow the total, as fractions, (…, k, m)."""
        total = loads.sum(axis=-2, keepdims=True)
        return np.asarray(loads / np.maximum(self.share * total, 1e-300) - 1.0)

    def column(self, measure: str) -> int | None:
        """Return where a measure stands; None where it is not balanced."""
        return self.measures.index(measure) if measure in self.measures else None

    def plan_with(self, assignment: Ints) -> Plan:
        """Return the plan with another assignment of its items; nothing is proved of it."""
        moved = np.flatnonzero(assignment != self.assignment)
        desk = Moved(
            plan=self.plan,
            opened=self.opened,
            encoding=self.encoding,
            roads=self.opened.roads,
            target=np.asarray(assignment, dtype=np.int32),
            moved=moved.astype(np.int64),
        )
        _, after = desk.after(anew=True)
        note = (
            f"realigned: {moved.size} units and {int(self.n_accounts[moved].sum())} accounts moved "
            "since the plan, by today's accounts; travel is estimated, nothing is proved"
        )
        record = replace(
            after.record,
            bound=None,
            gap=None,
            bound_for="",
            stop_reason="finished",
            notes=(*after.record.notes, note),
        )
        return replace(after, record=record)


def standing_of(plan: Plan, scenario: Scenario, accounts: pd.DataFrame) -> Standing:
    """Return a plan in today's accounts.

    Parameters
    ----------
    plan : Plan
    scenario : Scenario
        The plan's: rules, speeds, costs. Names of accounts that are no longer there are left out.
    accounts : DataFrame
        Columns of the plan's accounts; ``here`` (bool) where some are closed. Accounts that lie in
        no unit of the plan, or in another territory's, stay where they are.

    Raises
    ------
    InputError
        An earlier version wrote the plan.
    TravelError
        The scenario names a travel matrix that is no longer there.
    """
    refuse_older(plan)
    rows = _rows_of_today(plan, accounts)
    today = replace(plan, accounts=rows)
    opened = reopened(today, scenario=_rules_of_today(scenario, rows))
    case = replace(opened.case, handover=None)
    opened = replace(opened, case=case)
    encoding = encode(case, opened.roads)
    item, n = encoding.item_of_account, encoding.problem.n
    revenue = pd.to_numeric(case.accounts["revenue_usd"]).fillna(0.0).to_numpy(dtype=np.float64)
    return Standing(
        plan=today,
        opened=opened,
        encoding=encoding,
        n_accounts=np.bincount(item, minlength=n),
        revenue_usd=np.bincount(item, revenue, n).astype(np.float64),
        price_usd=np.bincount(item, handover_usd(case), n).astype(np.float64),
        tolerance=np.array([each.tolerance for each in case.scenario.measures.values()]),
    )


def _rows_of_today(plan: Plan, accounts: pd.DataFrame) -> pd.DataFrame:
    """Return those who are there with the plan's columns, complete as far as travel needs them."""
    if "here" in accounts:
        accounts = accounts[accounts["here"].astype(bool)]
    wanted = [*plan.accounts.columns, "tenure_y"]
    rows = accounts.reindex(columns=list(dict.fromkeys(wanted))).reset_index(drop=True)
    territory = rows["territory_id"].astype("str")
    owner = plan.alignment.set_index(plan.alignment["unit_id"].astype("str"))["territory_id"]
    unit = [_unit_of(str(each), owner.index) for each in rows["unit_id"]]
    owned = pd.Series(unit, index=rows.index).map(owner).astype("object")
    apart = (owned != territory) | rows["exception"].eq(True)
    # An account apart is an item of its own: which unit it names does not count.
    rows["unit_id"] = [each or str(owner.index[0]) for each in unit]
    rows["exception"] = apart
    rows["current_territory_id"] = territory
    for name, usual in _USUAL.items():
        known = pd.to_numeric(rows[name], errors="coerce").astype(float)
        middle = float(known.median()) if known.notna().any() else usual
        rows[name] = known.fillna(middle)
    for name in ("service_h", "revenue_usd", "potential_usd"):
        rows[name] = pd.to_numeric(rows[name], errors="coerce").fillna(0.0).astype(float)
    placed = rows[["lon", "lat"]].notna().all(axis=1)
    # What is new and placed is estimated from its place, not from its territory's usual.
    fresh = placed & rows["minutes"].isna()
    rows.loc[fresh, "travel_h"] = np.nan
    usual_place = rows.groupby(territory)[["lon", "lat"]].transform("median")
    for name in ("lon", "lat"):
        rows[name] = rows[name].fillna(usual_place[name]).fillna(rows[name].median())
    return rows


def _unit_of(unit: str, known: pd.Index) -> str:
    """Return the plan's unit that holds an account: its own or the one that it was split from."""
    while unit and unit not in known:
        unit = unit.rpartition(":")[0]
    return unit


def _rules_of_today(scenario: Scenario, rows: pd.DataFrame) -> Scenario:
    """Return the scenario without the names of accounts and systems that are no longer there."""
    here = set(rows["account_id"].astype("str"))
    rules = scenario.rules
    kept: dict[str, object] = {}
    for name in ("keep", "pinned", "forbidden", "together"):
        each = [
            rule.model_copy(update={"accounts": tuple(a for a in rule.accounts if a in here)})
            for rule in getattr(rules, name)
        ]
        kept[name] = tuple(rule for rule in each if rule.accounts or getattr(rule, "units", ()))
    if isinstance(rules.keep_idn_whole, tuple):
        systems = set(rows["idn"].astype("str")) if "idn" in rows else set()
        kept["keep_idn_whole"] = tuple(each for each in rules.keep_idn_whole if each in systems)
    return scenario.model_copy(update={"rules": rules.model_copy(update=kept)})
