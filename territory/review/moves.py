"""The moves: which units and accounts change territory against today, and the figures behind it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import numpy as np

from territory.review.scorecard import moved_mask
from territory.wording import measure_label, signed_percent

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from territory.plan import Plan

__all__ = ["MOVE_COLUMNS", "flows", "moves", "today_deviations", "today_imbalance"]

MOVE_COLUMNS = (
    "unit_id",
    "account_id",
    "name",
    "from",
    "to",
    "today",
    "why",
    "n_accounts",
    "revenue_usd",
    "potential_usd",
)


def moves(plan: Plan) -> pd.DataFrame:
    """Return the changes of territory, largest revenue first.

    A unit of which every account that has a territory today moves from one and the same
    territory is one row with an empty ``account_id``; every other moved account is a row of its
    own.

    Returns
    -------
    DataFrame
        Columns `MOVE_COLUMNS`; ``from`` and ``to`` are territory ids, ``today`` states how the
        measures without travel stand today in both territories, ``why`` is the reason of the move
        (of a unit: of its first account), "" where the plan knows none. Empty without a current
        alignment.
    """
    import pandas as pd

    accounts = plan.accounts
    known = accounts[accounts["current_territory_id"].fillna("").ne("")]
    moved = known[moved_mask(known)]
    if moved.empty:
        return pd.DataFrame({column: [] for column in MOVE_COLUMNS})
    origins = known.groupby("unit_id")["current_territory_id"].nunique()
    targets = accounts.groupby("unit_id")["territory_id"].nunique()
    whole = moved["unit_id"].map(origins).eq(1) & moved["unit_id"].map(targets).eq(1)
    reasons = _Reasons(plan, known)
    rows = [_row(group, "", reasons) for _, group in moved[whole].groupby("unit_id", sort=False)]
    rows += [
        _row(moved.loc[[at]], str(account_id), reasons)
        for at, account_id in moved.loc[~whole, "account_id"].items()
    ]
    names = plan.geography.units["name"]
    for row in rows:
        if not row["account_id"]:
            row["name"] = str(names.get(row["unit_id"], row["unit_id"]))
    frame = pd.DataFrame(rows, columns=list(MOVE_COLUMNS))
    order = ["revenue_usd", "unit_id", "account_id"]
    return frame.sort_values(order, ascending=[False, True, True], ignore_index=True)


def _row(group: pd.DataFrame, account_id: str, reasons: _Reasons) -> dict[str, object]:
    first = group.iloc[0]
    origin, target = str(first["current_territory_id"]), str(first["territory_id"])
    return {
        "unit_id": str(first["unit_id"]),
        "account_id": account_id,
        "name": str(first["name"]),
        "from": origin,
        "to": target,
        "today": reasons(origin, target),
        "why": str(first["why"]) if "why" in group else "",
        "n_accounts": len(group),
        # of accounts whose revenue nobody knows the sum is not known, and that of none is 0
        **{
            name: round(float(group[name].sum(min_count=min(1, len(group)))), 2)
            for name in ("revenue_usd", "potential_usd")
        },
    }


class _Reasons:
    """How far two territories are from their goals today, in words, for each pair of them once."""

    def __init__(self, plan: Plan, known: pd.DataFrame) -> None:
        self._measures = [
            measure for measure in plan.measures if not plan.record.measures[measure].travel
        ]
        self._goals: Mapping[str, Mapping[str, float]] = {
            measure: dict(
                zip(
                    plan.territories["territory_id"],
                    plan.territories[f"{measure}_goal"],
                    strict=True,
                )
            )
            for measure in self._measures
        }
        self._loads: Mapping[str, Mapping[str, float]] = {
            measure: {
                str(territory): float(load)
                for territory, load in known.groupby("current_territory_id")[measure].sum().items()
            }
            for measure in self._measures
        }
        self._known: dict[tuple[str, str], str] = {}

    def __call__(self, origin: str, target: str) -> str:
        key = (origin, target)
        if key not in self._known:
            self._known[key] = "; ".join(self._parts(origin, target))
        return self._known[key]

    def _parts(self, origin: str, target: str) -> Iterable[str]:
        closed = [
            territory
            for territory in (origin, target)
            if any(territory not in goals for goals in self._goals.values())
        ]
        for territory in closed:
            yield f"{territory} is no territory of this plan"
        for measure in self._measures:
            shown = [
                f"{territory} {self._deviation(measure, territory)}"
                for territory in (origin, target)
                if territory not in closed
            ]
            if shown:
                label = measure_label(measure).partition(" (")[0]
                yield f"{label} today against the goal: {', '.join(shown)}"

    def _deviation(self, measure: str, territory: str) -> str:
        goal = self._goals[measure][territory]
        load = self._loads[measure].get(territory, 0.0)
        return signed_percent(load / goal - 1 if goal else None)


def flows(plan: Plan) -> pd.DataFrame:
    """Return what each territory keeps, gains and loses against today.

    Returns
    -------
    DataFrame
        ``territory_id, n_kept, n_gained, n_lost, gained_usd, lost_usd`` (revenue; NaN where that of
        none of its accounts is known), in the plan's order; accounts without a territory today are
        not counted.
    """
    import pandas as pd

    accounts = plan.accounts
    known = accounts[accounts["current_territory_id"].fillna("").ne("")]
    mask = moved_mask(known)
    moved, kept = known[mask], known[~mask]
    ids = plan.territories["territory_id"]

    def spread(values: pd.Series) -> NDArray[np.float64]:
        return values.reindex(ids).fillna(0).to_numpy(dtype=np.float64)

    def revenue(side: str) -> NDArray[np.float64]:
        if not plan.accounts["revenue_usd"].notna().any():
            return np.full(len(ids), np.nan)
        sums = moved.groupby(side)["revenue_usd"].sum(min_count=1).reindex(ids)
        return sums.mask(~ids.isin(moved[side]).to_numpy(), 0.0).to_numpy(dtype=np.float64)

    gained, lost = moved.groupby("territory_id"), moved.groupby("current_territory_id")
    return pd.DataFrame(
        {
            "territory_id": ids.to_numpy(),
            "n_kept": spread(kept.groupby("territory_id").size()).astype(int),
            "n_gained": spread(gained.size()).astype(int),
            "n_lost": spread(lost.size()).astype(int),
            "gained_usd": revenue("territory_id"),
            "lost_usd": revenue("current_territory_id"),
        }
    )


def today_imbalance(plan: Plan) -> Mapping[str, float]:
    """Return the worst deviation from the plan's goals under today's alignment.

    Returns
    -------
    mapping of str to float
        Fraction, 0 and up, by measure of `today_deviations`.
    """
    return {name: float(found.abs().max()) for name, found in today_deviations(plan).items()}


def today_deviations(plan: Plan) -> Mapping[str, pd.Series]:
    """Return how far each territory is from the plan's share of today's total, today.

    Counted are the accounts that have a territory today. A measure with travel is left out unless
    it is the workload and the plan knows today's travel of those accounts (``current_travel_h``).

    Returns
    -------
    mapping of str to Series
        Signed fraction by ``territory_id`` in the plan's order, by measure; a territory that no
        account has today is at −1.
    """
    accounts = plan.accounts
    known = accounts[accounts["current_territory_id"].fillna("").ne("")]
    ids = plan.territories["territory_id"]
    found: dict[str, pd.Series] = {}
    for measure, options in plan.record.measures.items():
        total = float(accounts[measure].sum())
        loads = _todays(known, measure, with_travel=options.travel)
        if loads is None or total <= 0 or known.empty:
            continue
        today = loads.groupby(known["current_territory_id"]).sum().reindex(ids).fillna(0.0)
        goals = plan.territories.set_index("territory_id")[f"{measure}_goal"]
        goals = goals / goals.sum() * float(today.sum())
        if (goals > 0).all():
            found[measure] = today / goals - 1
    return found


def _todays(known: pd.DataFrame, measure: str, *, with_travel: bool) -> pd.Series | None:
    if not with_travel:
        return known[measure]
    if measure != "workload_h" or "current_travel_h" not in known:
        return None
    travel = known["current_travel_h"]
    return known["service_h"] + travel if travel.notna().all() else None
