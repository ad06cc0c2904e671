"""The ledger of a move: what it gives and takes, territory by territory, and what it breaks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from territory.encoding.desk.desk import Desk
from territory.encoding.desk.named import Move
from territory.encoding.desk.preparing import whole_figures
from territory.encoding.reopen import scenario_of
from territory.incentives.payout.by_territory import money_by_territory
from territory.review.ledger.told import Row, Told, apart
from territory.workforce.travel_check import check_travel

if TYPE_CHECKING:
    from territory.inputs.scenario.scenario import Scenario
    from territory.plan import Plan

__all__ = ["Ledger", "Move", "ledger_of"]

SUMS = ("workload_h", "travel_h", "potential_usd", "revenue_usd")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ledger:
    """What moves change.

    Attributes
    ----------
    moves : tuple of Move
    territories : DataFrame
        One row a territory that gives or takes and figure: ``territory_id, figure, before, after,
        change``. Figures: ``n_accounts``, hours, USD, ``M_deviation`` for each measure,
        ``routed_travel_h`` and ``routed_nights`` where tours are made, ``quota_usd`` and
        ``pay_usd`` (expected) where they are asked for. NaN is not known.
    plan : DataFrame
        ``figure, before, after, change``: the objective and its terms in USD a year, worst
        deviations, accounts and revenue in new hands against today.
    accounts : DataFrame
        Accounts that the moves give to another territory: ``account_id, name, from, to, today``,
        then ``revenue_usd, potential_usd, handover_usd`` and ``pipeline_usd`` where it is known.
    broken, mended : tuple of str
        Rules that the moves break, and that they mend, in words.
    after : Plan
        The plan once the moves are made.
    """

    moves: tuple[Move, ...]
    territories: pd.DataFrame
    plan: pd.DataFrame
    accounts: pd.DataFrame
    broken: tuple[str, ...]
    mended: tuple[str, ...]
    after: Plan

    def told(self) -> Told:
        """Return the ledger as rows, for people and machines."""
        return Told(
            moves=self.moves,
            territories=_rows(self.territories),
            plan=_rows(self.plan),
            accounts=_rows(self.accounts),
            broken=self.broken,
            mended=self.mended,
            tolerances={name: each.tolerance for name, each in self.after.record.measures.items()},
        )

    def to_dict(self) -> Mapping[str, object]:
        """Return everything for machines; what is not known is None."""
        return self.told().to_dict()


def _rows(frame: pd.DataFrame) -> tuple[Row, ...]:
    return tuple(
        {str(name): value for name, value in row.items()} for row in frame.to_dict("records")
    )


def ledger_of(
    plan: Plan | Desk, moves: Sequence[Move], *, tours: bool = True, pay: bool = False
) -> Ledger:
    """Judge moves without making them.

    Parameters
    ----------
    plan : Plan or Desk
        A plan that many moves are tried on is opened once, as a `Desk`.
    moves : sequence of Move
    tours : bool
        Whether the territories that give or take are routed, before and after.
    pay : bool
        Whether quotas and expected pay are worked out; needs the scenario's own files.

    Raises
    ------
    InputError
        Something is unknown, moved twice, or nothing changes.
    """
    desk = (plan if isinstance(plan, Desk) else Desk(plan)).moved(moves)
    plan = desk.plan
    _, after = desk.after()
    scenario = scenario_of(plan)
    parts = [_figures(plan, after, desk.affected)]
    if tours:
        parts.append(_toured(plan, after, scenario, desk.affected))
    if pay:
        parts.append(_paid(plan, after, scenario, desk.affected))
    rows = pd.concat(parts, ignore_index=True)
    order = {name: at for at, name in enumerate(desk.affected)}
    rows = rows.sort_values(
        "territory_id", key=lambda ids: ids.map(order), kind="stable", ignore_index=True
    )
    broken, mended = _rules(plan, after)
    return Ledger(
        moves=tuple(moves),
        territories=rows.assign(change=rows["after"] - rows["before"]),
        plan=_whole(plan, after),
        accounts=_handed_over(plan, after),
        broken=broken,
        mended=mended,
        after=after,
    )


def _long(before: pd.DataFrame, after: pd.DataFrame, ids: Sequence[str]) -> pd.DataFrame:
    """Two tables with one row a territory, as figures one below the other."""
    old, new = (table.loc[list(ids)].to_numpy(dtype=np.float64) for table in (before, after))
    names = before.columns.tolist()
    return pd.DataFrame(
        {
            "territory_id": np.repeat(np.asarray(list(ids), dtype=object), len(names)),
            "figure": names * len(ids),
            "before": old.ravel(),
            "after": new.ravel(),
        }
    )


def _figures(before: Plan, after: Plan, ids: Sequence[str]) -> pd.DataFrame:
    tables = []
    for plan in (before, after):
        accounts = plan.accounts[plan.accounts["territory_id"].isin(ids)]
        sums = accounts.groupby("territory_id")[[*SUMS, *_open_deals(plan)]].sum(min_count=1)
        rows = plan.territories.set_index("territory_id").loc[list(ids)]
        # What nobody's account says is not known; a territory without accounts has nothing.
        frame = sums.reindex(rows.index)
        frame[rows["n_accounts"] == 0] = 0.0
        frame.insert(0, "n_accounts", rows["n_accounts"].astype(float))
        for name in before.measures:
            frame[f"{name}_deviation"] = rows[f"{name}_deviation"]
        tables.append(frame)
    return _long(tables[0], tables[1], ids)


def _toured(before: Plan, after: Plan, scenario: Scenario, ids: Sequence[str]) -> pd.DataFrame:
    """Hours and nights of a routed year, before and after."""
    names = {"tour_h": "routed_travel_h", "nights": "routed_nights"}
    tables = []
    for plan in (before, after):
        served = plan.accounts[plan.accounts["n_calls"] >= 1]["territory_id"].unique()
        called = [each for each in ids if each in served]
        table = pd.DataFrame(0.0, index=pd.Index(ids), columns=list(names.values()))
        if called:
            found = check_travel(plan, scenario, territories=called).table
            found = found.set_index("territory_id")[list(names)].rename(columns=names)
            table.update(found)
        tables.append(table)
    return _long(tables[0], tables[1], ids)


def _paid(before: Plan, after: Plan, scenario: Scenario, ids: Sequence[str]) -> pd.DataFrame:
    """Quota and expected pay of the reps, where the scenario has both."""
    old, new = (money_by_territory(plan, scenario) for plan in (before, after))
    return _long(old, new, ids)


def _whole(before: Plan, after: Plan) -> pd.DataFrame:
    old, new = whole_figures(before), whole_figures(after)
    rows = [{"figure": name, "before": float(old[name]), "after": float(new[name])} for name in new]
    frame = pd.DataFrame(rows)
    return frame.assign(change=frame["after"] - frame["before"])


def _handed_over(before: Plan, after: Plan) -> pd.DataFrame:
    origin = before.accounts["territory_id"].to_numpy(dtype=object)
    at = origin != after.accounts["territory_id"].to_numpy(dtype=object)
    rows = after.accounts[at]
    money = ["revenue_usd", "potential_usd", "handover_usd"]
    money += _open_deals(after)
    return pd.DataFrame(
        {
            "account_id": rows["account_id"].to_numpy(),
            "name": rows["name"].to_numpy(),
            "from": origin[at],
            "to": rows["territory_id"].to_numpy(),
            "today": rows["current_territory_id"].fillna("").to_numpy(),
            **{name: rows[name].to_numpy(dtype=float) for name in money},
        }
    )


def _open_deals(plan: Plan) -> list[str]:
    """Return the column of open deals, where the company gave it."""
    return [name for name in ("pipeline_usd",) if name in plan.accounts]


def _rules(before: Plan, after: Plan) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Rules broken after and not before, and the other way round, in the plans' words."""

    def named(plan: Plan) -> list[tuple[str, str, str, str]]:
        return [
            (each.rule, each.territory_id, each.measure, each.text)
            for each in plan.record.violations
        ]

    return apart(named(before), named(after))
