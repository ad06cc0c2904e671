"""Would these quotas have been fair: last year's attainment against penetration, by one test."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from territory.errors import InputError
from territory.incentives.fairness.statistic import FairnessTest, correlation, fairness_test
from territory.incentives.forecast.outlook import (
    areas_of,
    drivers_of,
    headroom_usd,
    momentum_of,
    rates_of,
)
from territory.incentives.quota.basis import territory_basis
from territory.incentives.quota.quotas import spread_goal
from territory.inputs.scenario.incentives import Blend
from territory.messages import Message, counted

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from territory.incentives.facts import Alignment, IncentiveCase
    from territory.inputs.scenario.incentives import QuotaPlan
    from territory.inputs.time.sales import Sales

    Floats = NDArray[np.float64]

__all__ = ["AGAINST", "Backtest", "backtest_of"]

AGAINST = {"penetration": "penetration", "trend": "growth", "potential_usd": "potential"}
"""What attainment must not depend on, and its word."""

_FOLDS = 5
_WITHIN = 0.10
_SIMPLE = {
    "potential only": Blend(potential=1.0),
    "last year only": Blend(run_rate=1.0),
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Backtest:
    """Quotas that the first of two years would have given, and what the second year sold.

    Attributes
    ----------
    alignment : {"plan", "today"}
    spans : tuple of two str
        The quarters of the first and the second year.
    table : DataFrame
        Indexed by territory: ``size_usd`` (first year's sales), ``potential_usd``,
        ``penetration`` (their ratio), ``trend`` (growth in the first year, NaN = unknown),
        ``quota_usd``, ``revenue_usd`` (second year's) and ``attainment``.
    test : FairnessTest
        The one statistic that decides.
    correlations : DataFrame
        ``against, correlation``: Spearman's, of attainment with each of `AGAINST`; to look at, not
        to decide by.
    methods : DataFrame
        The scenario's method beside simpler ways to set quotas: ``method``, Spearman's correlation
        with penetration and potential, ``spread`` (standard deviation of attainment),
        ``within_share`` (territories that attain 90 to 110 %).
    notes : tuple of str
    """

    alignment: Alignment
    spans: tuple[str, str]
    table: pd.DataFrame
    test: FairnessTest
    correlations: pd.DataFrame
    methods: pd.DataFrame
    notes: tuple[str, ...] = ()

    @property
    def fair(self) -> bool | None:
        """Whether attainment does not follow penetration; None: it cannot be told."""
        return self.test.fair

    @property
    def verdict(self) -> str:
        """The same in words."""
        return self.test.words


def backtest_of(case: IncentiveCase, alignment: Alignment = "plan") -> Backtest:
    """Set last year's quotas by the scenario's method and compare them with what was sold.

    The goal is what the company sold in the second year, without over-assignment and without floor
    and cap, so that the field attains 100 %. Rates are measured on the two years before where the
    history has three; else a territory's are measured on the accounts of other territories, so
    that no quota knows what it is compared with. Potential and competitors' sales are today's, and
    the second year was sold under today's alignment whatever alignment is looked at.

    Raises
    ------
    InputError
        The history is shorter than two years, or either has no sales.
    """
    sales, options, display = case.sales, case.quota_plan, case.scenario.display
    if sales is None or sales.n_years < 2:
        known = "none" if sales is None else counted(sales.revenue_usd.shape[1], "quarter")
        raise InputError(
            Message(
                f"{display}: the fairness back-test needs eight quarters of history; there are "
                f"{known}",
                hint="add earlier sales to inputs.history, a row an account and quarter",
            )
        )
    territory, ids = case.accounts[alignment], case.territories(alignment)
    by_account, note = _first_year(case, sales, territory)
    basis = territory_basis(by_account, territory, ids, options)
    revenue = pd.Series(sales.year(0)).groupby(territory.to_numpy()).sum().reindex(ids).fillna(0.0)
    goal = round(float(revenue.sum()))
    if goal <= 0 or basis["last_usd"].sum() <= 0 or basis["expected_usd"].sum() <= 0:
        raise InputError(
            Message(
                f"{display}: no sales in {sales.span(1)} or in {sales.span(0)}",
                hint="the fairness back-test needs two years with sales in the history",
            )
        )
    table = _attained(basis, revenue, options, goal, display)
    notes = [note]
    judged = table[(table["quota_usd"] > 0) & (table["size_usd"] > 0)]
    if len(judged) < len(table):
        notes.append(
            f"{counted(len(table) - len(judged), 'territory', 'territories')} without sales in the "
            "first year left out of the back-test"
        )
    size = judged["penetration"] if judged["penetration"].gt(0).all() else judged["size_usd"]
    return Backtest(
        alignment=alignment,
        spans=(sales.span(1), sales.span(0)),
        table=table,
        test=fairness_test(
            np.log(size.to_numpy(dtype=np.float64)),
            judged["attainment"].to_numpy(dtype=np.float64),
            margin=options.fair_points,
            draws=options.draws,
            seed=case.scenario.solve.seed,
        ),
        correlations=pd.DataFrame(
            [
                {"against": word, "correlation": correlation(judged["attainment"], judged[column])}
                for column, word in AGAINST.items()
            ]
        ),
        methods=_methods(basis, revenue, options, goal, display),
        notes=tuple(notes),
    )


def _first_year(
    case: IncentiveCase, sales: Sales, territory: pd.Series
) -> tuple[pd.DataFrame, str]:
    """Return what the first year says of each account's second year, and how it was reckoned."""
    first = sales.year(1)
    drivers = drivers_of(case, sales, first, back=1)
    n = len(first)
    retained, captured, momentum = np.zeros(n), np.zeros(n), np.zeros(n)
    if sales.n_years >= 3:
        rates, fitted = rates_of(case, back=1)
        retained, captured = rates.retained(drivers), rates.captured(drivers)
        found = momentum_of(case, fitted, back=1)
        if found is not None:
            momentum = found.of(areas_of(case)) * (retained + captured)
        note = f"back-test: rates measured on {sales.span(2)} and {sales.span(1)}"
    else:
        folds = pd.factorize(territory, sort=True)[0] % _FOLDS
        for fold in range(_FOLDS):
            own = folds == fold
            if own.any():
                rates, _ = rates_of(case, ~own)
                retained[own] = rates.retained(drivers)[own]
                captured[own] = rates.captured(drivers)[own]
        note = (
            "back-test: with two years of history a territory's rates are measured on the accounts "
            "of other territories, and no area's growth is carried on"
        )
    potential = case.accounts["potential_usd"].to_numpy(dtype=np.float64)
    frame = pd.DataFrame(
        {
            "potential_usd": potential,
            "last_usd": first,
            "previous_usd": sales.year(2) if sales.n_years >= 3 else np.nan,
            "headroom_usd": headroom_usd(case, np.maximum(first, 0.0)),
            "reachable_usd": drivers.reach_usd,
            "retained_usd": retained,
            "captured_usd": captured,
            "momentum_usd": momentum,
            "relief_usd": 0.0,
        }
    )
    return frame, note


def _attained(
    basis: pd.DataFrame, revenue: pd.Series, options: QuotaPlan, goal: int, display: str
) -> pd.DataFrame:
    free = options.model_copy(update={"over_assignment": 0.0, "floor": None, "cap": None})
    quota = spread_goal(basis, free, goal_usd=goal, display=display).quota_usd
    potential = basis["potential_usd"]
    return pd.DataFrame(
        {
            "size_usd": basis["last_usd"],
            "potential_usd": potential,
            "penetration": (basis["last_usd"] / potential).where(potential > 0),
            "trend": basis["trend"],
            "quota_usd": quota,
            "revenue_usd": revenue.round(2),
            "attainment": (revenue / quota).where(quota > 0),
        }
    )


def _methods(
    basis: pd.DataFrame, revenue: pd.Series, options: QuotaPlan, goal: int, display: str
) -> pd.DataFrame:
    """Judge the method beside quotas by one thing alone and equal ones."""
    used = "this blend" if options.blend is not None else "expected sales (used)"
    tables = {used: _attained(basis, revenue, options, goal, display)}
    for name, blend in _SIMPLE.items():
        if name == "potential only" and basis["potential_usd"].sum() <= 0:
            continue
        simple = options.model_copy(update={"blend": blend})
        tables[name] = _attained(basis, revenue, simple, goal, display)
    only = options.model_copy(update={"blend": _SIMPLE["potential only"]})
    level = _attained(basis.assign(potential_usd=1.0), revenue, only, goal, display)
    first = tables[used]
    tables["equal quotas"] = level.assign(
        potential_usd=first["potential_usd"], penetration=first["penetration"]
    )
    rows = []
    for name, table in tables.items():
        attainment = table["attainment"].dropna()
        rows.append(
            {
                "method": name,
                "with_penetration": correlation(table["attainment"], table["penetration"]),
                "with_potential": correlation(table["attainment"], table["potential_usd"]),
                "spread": float(attainment.std()),
                "within_share": float(attainment.sub(1).abs().le(_WITHIN).mean()),
            }
        )
    return pd.DataFrame(rows)
