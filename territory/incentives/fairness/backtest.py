"""Would these quotas have been fair: last year's attainment against size and potential."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from territory.errors import InputError
from territory.incentives.quota.basis import account_basis, territory_basis
from territory.incentives.quota.quotas import spread_goal
from territory.inputs.scenario.incentives import Blend
from territory.messages import Message, counted

if TYPE_CHECKING:
    from markupsafe import Markup
    from numpy.typing import NDArray

    from territory.incentives.facts import Alignment, IncentiveCase
    from territory.inputs.scenario.incentives import QuotaPlan

__all__ = ["Backtest", "backtest_of", "bootstrap_interval", "correlation", "verdict_of"]

AGAINST = {"size_usd": "size", "potential_usd": "potential"}
"""What attainment must not depend on, and its word."""

_FEWEST = 5
"""Territories below which a correlation says nothing."""
_SHARP = 0.5
"""An interval that reaches further than this does not prove the absence of a correlation."""
_LEVEL = 0.95
_WITHIN = 0.10

_SIMPLE = {
    "potential only": Blend(potential=1.0),
    "run-rate only": Blend(run_rate=1.0),
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
        ``quota_usd``, ``revenue_usd`` (second year's) and ``attainment``.
    correlations : DataFrame
        ``against, method, correlation, low, high``: of attainment with size and potential, by
        Spearman and Pearson, with a 95 % bootstrap interval.
    methods : DataFrame
        The scenario's blend beside simpler ways to set quotas: ``method``, Spearman correlation
        with size and potential, ``spread`` (standard deviation of attainment), ``within_share``
        (territories that attain 90 to 110 %).
    fair : bool or None
        False: a correlation is shown. True: none is, and a strong one can be ruled out. None: the
        territories are too few to say.
    verdict : str
        The same in words.
    notes : tuple of str
    """

    alignment: Alignment
    spans: tuple[str, str]
    table: pd.DataFrame
    correlations: pd.DataFrame
    methods: pd.DataFrame
    fair: bool | None
    verdict: str
    notes: tuple[str, ...] = ()

    def chart(self) -> Markup:
        """Return attainment over size and over potential as one SVG drawing."""
        from territory.publish.incentive_charts import attainment_chart

        return attainment_chart(self.table, self.correlations)


def backtest_of(case: IncentiveCase, alignment: Alignment = "plan") -> Backtest:
    """Set last year's quotas by the scenario's method and compare them with what was sold.

    The goal is what the company sold in the second year, without over-assignment, so that the
    field attains 100 %; floor and cap are widened to the company's growth where it lies outside
    them. There is no trend: the first year is all that is known. Potential is today's, and the
    second year was sold under today's alignment whatever alignment is looked at.

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
    first, second = sales.year(1), sales.year(0)
    territory, ids = case.accounts[alignment], case.territories(alignment)
    by_account = account_basis(case.accounts, first, None, options)
    basis = territory_basis(by_account, territory, ids, options)
    revenue = pd.Series(second).groupby(territory.to_numpy()).sum().reindex(ids).fillna(0.0)
    goal = round(float(revenue.sum()))
    if goal <= 0 or basis["run_rate_usd"].sum() <= 0:
        raise InputError(
            Message(
                f"{display}: no sales in {sales.span(1)} or in {sales.span(0)}",
                hint="the fairness back-test needs two years with sales in the history",
            )
        )
    growth = goal / float(basis["run_rate_usd"].sum()) - 1.0
    fitted = options.model_copy(
        update={
            "over_assignment": 0.0,
            "floor": min(options.floor, growth - 0.001),
            "cap": max(options.cap, growth + 0.001),
        }
    )
    table = _attained(basis, revenue, fitted, goal, display)
    notes = []
    if fitted.floor < options.floor or fitted.cap > options.cap:
        notes.append(
            f"the company's growth of {100 * growth:+.1f} % lies outside floor and cap, which are "
            "widened to it"
        )
    judged = table[(table["quota_usd"] > 0) & (table["size_usd"] > 0)]
    if len(judged) < len(table):
        notes.append(
            f"{counted(len(table) - len(judged), 'territory', 'territories')} without sales in the "
            "first year left out of the correlations"
        )
    correlations = _correlations(judged, draws=options.draws, seed=case.scenario.solve.seed)
    fair, verdict = verdict_of(correlations, len(judged))
    return Backtest(
        alignment=alignment,
        spans=(sales.span(1), sales.span(0)),
        table=table,
        correlations=correlations,
        methods=_methods(basis, revenue, fitted, goal, display),
        fair=fair,
        verdict=verdict,
        notes=tuple(notes),
    )


def _attained(
    basis: pd.DataFrame, revenue: pd.Series, options: QuotaPlan, goal: int, display: str
) -> pd.DataFrame:
    quota = spread_goal(basis, options, goal_usd=goal, display=display).quota_usd
    return pd.DataFrame(
        {
            "size_usd": basis["last_usd"],
            "potential_usd": basis["potential_usd"],
            "quota_usd": quota,
            "revenue_usd": revenue.round(2),
            "attainment": (revenue / quota).where(quota > 0),
        }
    )


def _methods(
    basis: pd.DataFrame, revenue: pd.Series, options: QuotaPlan, goal: int, display: str
) -> pd.DataFrame:
    """Judge the blend beside quotas by one thing alone, without limits, and equal ones."""
    free = {"floor": -0.999999, "cap": 1e6}
    tables = {"this blend": _attained(basis, revenue, options, goal, display)}
    for name, blend in _SIMPLE.items():
        if name == "potential only" and basis["potential_usd"].sum() <= 0:
            continue
        simple = options.model_copy(update={"blend": blend, **free})
        tables[name] = _attained(basis, revenue, simple, goal, display)
    equal = basis.assign(potential_usd=1.0)
    only = options.model_copy(update={"blend": _SIMPLE["potential only"], **free})
    tables["equal quotas"] = _attained(equal, revenue, only, goal, display).assign(
        potential_usd=basis["potential_usd"]
    )
    rows = []
    for name, table in tables.items():
        attainment = table["attainment"].dropna()
        rows.append(
            {
                "method": name,
                **{
                    f"with_{word}": correlation(table["attainment"], table[column], ranks=True)
                    for column, word in AGAINST.items()
                },
                "spread": float(attainment.std()),
                "within_share": float(attainment.sub(1).abs().le(_WITHIN).mean()),
            }
        )
    return pd.DataFrame(rows)


def correlation(a: pd.Series, b: pd.Series, *, ranks: bool) -> float:
    """Return Spearman's (``ranks``) or Pearson's correlation; NaN where one does not vary."""
    known = a.notna() & b.notna()
    x = a[known].to_numpy(dtype=np.float64)
    y = b[known].to_numpy(dtype=np.float64)
    return float(_correlate(x[None, :], y[None, :], ranks=ranks)[0]) if len(x) > 1 else np.nan


def bootstrap_interval(
    a: pd.Series, b: pd.Series, *, ranks: bool, draws: int, seed: int
) -> tuple[float, float]:
    """Return the 95 % percentile bootstrap interval of a correlation.

    Parameters
    ----------
    a, b : (k,) Series
    ranks : bool
        Spearman's instead of Pearson's.
    draws : int
        Resamples of the k pairs; those in which one side does not vary are left out.
    seed : int

    References
    ----------
    Efron, Tibshirani: Bootstrap methods for standard errors, confidence intervals, and other
    measures of statistical accuracy. Statistical Science 1986. doi:10.1214/ss/1177013815
    """
    rng = np.random.default_rng(seed)
    chosen = rng.integers(len(a), size=(draws, len(a)))
    x, y = a.to_numpy(dtype=np.float64)[chosen], b.to_numpy(dtype=np.float64)[chosen]
    values = _correlate(x, y, ranks=ranks)
    values = values[np.isfinite(values)]
    if not len(values):
        return (np.nan, np.nan)
    low, high = np.quantile(values, [(1 - _LEVEL) / 2, (1 + _LEVEL) / 2])
    return float(low), float(high)


def _correlate(
    x: NDArray[np.float64], y: NDArray[np.float64], *, ranks: bool
) -> NDArray[np.float64]:
    """Correlate row by row, (draws, k) with (draws, k)."""
    if ranks:
        from scipy.stats import rankdata

        x, y = rankdata(x, axis=1), rankdata(y, axis=1)
    x = x - x.mean(axis=1, keepdims=True)
    y = y - y.mean(axis=1, keepdims=True)
    size = np.sqrt((x**2).sum(axis=1) * (y**2).sum(axis=1))
    with np.errstate(divide="ignore", invalid="ignore"):
        values: NDArray[np.float64] = np.where(size > 0, (x * y).sum(axis=1) / size, np.nan)
    return np.clip(values, -1.0, 1.0)


def _correlations(table: pd.DataFrame, *, draws: int, seed: int) -> pd.DataFrame:
    rows = []
    for column, word in AGAINST.items():
        for method in ("spearman", "pearson"):
            ranks = method == "spearman"
            pair = (table["attainment"], table[column])
            value, low, high = np.nan, np.nan, np.nan
            if len(table) >= _FEWEST:
                value = correlation(*pair, ranks=ranks)
                low, high = bootstrap_interval(*pair, ranks=ranks, draws=draws, seed=seed)
            rows.append(
                {
                    "against": word,
                    "method": method,
                    "correlation": value,
                    "low": low,
                    "high": high,
                }
            )
    return pd.DataFrame(rows)


def verdict_of(correlations: pd.DataFrame, n_territories: int) -> tuple[bool | None, str]:
    """Say what the correlations show; silence about a correlation is not called its absence.

    Returns
    -------
    fair : bool or None
        False where any interval leaves 0 out; True where all contain it and end within ± 0.5;
        else None.
    verdict : str
        One sentence without a full stop.
    """
    if n_territories < _FEWEST or correlations["low"].isna().all():
        return None, (
            f"cannot be judged: {counted(n_territories, 'territory', 'territories')} with sales in "
            f"both years and different attainments are needed, at least {_FEWEST}"
        )
    known = correlations.dropna(subset=["low"])
    shown = known[(known["low"] > 0) | (known["high"] < 0)]
    if len(shown):
        worst = max(shown.to_dict("records"), key=lambda row: abs(float(row["correlation"])))
        way = "larger" if worst["correlation"] > 0 else "smaller"
        of = "sales" if worst["against"] == "size" else "potential"
        return False, (
            f"not fair: territories with {way} {of} would have attained more ({_shown(worst)})"
        )
    widest = float(known[["low", "high"]].abs().to_numpy().max())
    ranks = known[known["method"] == "spearman"]
    figures = "; ".join(f"{row['against']}: {_shown(row)}" for row in ranks.to_dict("records"))
    if widest <= _SHARP:
        return True, f"fair: attainment does not follow size or potential ({figures})"
    number = counted(n_territories, "territory", "territories")
    return None, (
        f"no unfairness shown, and none ruled out: {number} leave room for a correlation of "
        f"{widest:.2f} ({figures})"
    )


def _shown(row: Mapping[Any, Any]) -> str:
    name = str(row["method"]).capitalize()
    return (
        f"{name} {row['correlation']:+.2f}, 95 % interval {row['low']:+.2f} to {row['high']:+.2f}"
    )
