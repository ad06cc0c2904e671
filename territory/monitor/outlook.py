"""Where demand will grow: sales and potential ahead by account, unit and territory, with intervals.

Every forecast carries a back-test on the same history; what cannot be forecast says why.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from territory.arrays import Floats
from territory.currency import money
from territory.errors import InputError
from territory.inputs.scenario.monitor import ForecastKeys
from territory.inputs.time.sales import Sales, sales_of
from territory.market.forecast.ahead import refuse_missing
from territory.market.forecast.growth import ForecastRefusedError
from territory.market.forecast.model import BackTest, Forecast, back_test, forecast
from territory.messages import Message
from territory.wording import Z80, percent, signed_percent

if TYPE_CHECKING:
    from territory.inputs.scenario.scenario import Scenario
    from territory.plan import Plan

__all__ = ["LEVELS", "Outlook", "outlook"]


SEASON = 4
LEVELS = ("account", "unit", "territory")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Level:
    """One level's forecast: ids (m,), sales by quarter (m, q), what was found and how it did."""

    ids: NDArray[np.object_]
    sales: Floats
    found: Forecast
    test: BackTest | None
    expected: Floats
    potential_usd: Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Outlook:
    """Forecasts of all levels; expected sales of units and territories are sums of accounts.

    Attributes
    ----------
    quarters : tuple of str
        The coming ones.
    levels : dict of str to Level
    covariate : str
        What was tried as a covariate and whether it helped, in words; "" where none.
    """

    quarters: tuple[str, ...]
    levels: dict[str, Level]
    covariate: str
    false_share: float

    @property
    def judged(self) -> bool:
        """Whether more than one growth is known of each unit, so that chance can be told."""
        return int(self.levels["unit"].sales.shape[1]) >= 3 * SEASON

    def hot(self, level: str) -> NDArray[np.bool_]:
        """Tell which ids of a level surely grow faster than the market; none if not `judged`."""
        found = self.levels[level].found.hot(false_share=self.false_share)
        return found if self.judged else np.zeros(found.size, dtype=bool)

    def table(self, level: str) -> pd.DataFrame:
        """Return one row an id: sales last year and ahead with 80 % intervals, growth, hot."""
        part = self.levels[level]
        market = part.found.market_rate
        out = pd.DataFrame({f"{level}_id": part.ids})
        out["last_year_usd"] = part.sales[:, -SEASON:].sum(axis=1)
        # As in the forecast: all together they grow as the market does.
        out["growth_y"] = part.found.grown(SEASON) - 1.0
        out["market_growth_y"] = float(np.expm1(SEASON * market))
        out["hot"] = self.hot(level)
        out["potential_usd"] = part.potential_usd
        steps = len(self.quarters)
        out["potential_ahead_usd"] = part.potential_usd * part.found.grown(steps)
        spread = np.sqrt(part.found.unit_sd**2 + part.found.market_sd**2)
        for at, name in enumerate(self.quarters):
            out[f"{name}_usd"] = part.expected[:, at]
            out[f"{name}_low_usd"] = part.expected[:, at] * np.exp(-Z80 * spread[:, at])
            out[f"{name}_high_usd"] = part.expected[:, at] * np.exp(Z80 * spread[:, at])
        return out

    def words(self) -> list[str]:
        """Say what is expected, how the method did, and where it grows."""
        unit = self.levels["unit"]
        found = unit.found
        first, last = self.quarters[0], self.quarters[-1]
        total = unit.expected.sum(axis=0)
        lines = [
            f"Sales of {first} to {last}: {money(total.sum())}; {first} {money(total[0])} "
            f"({money(found.total_low[0])} to {money(found.total_high[0])} in 8 of 10 cases); "
            f"the market grows by {signed_percent(float(np.expm1(SEASON * found.market_rate)))} "
            "a year."
        ]
        lines += [_test_words(each, self.levels[each], len(self.quarters)) for each in LEVELS]
        lines.append(_break_words(self.levels["territory"].found, first))
        grown = found.grown(SEASON) - 1.0
        hot = np.flatnonzero(self.hot("unit"))
        hot = hot[np.argsort(-found.growth.rate[hot], kind="stable")]
        named = [
            f"{unit.ids[at]} {signed_percent(float(grown[at]))}" for at in hot[:_TOLD].tolist()
        ]
        more = f" and {hot.size - _TOLD} more" if hot.size > _TOLD else ""
        lines.append(
            f"Units that surely grow faster than the market (at most "
            f"{percent(self.false_share, 0)} of them wrongly told): "
            f"{', '.join(named) or 'none'}{more}."
            if self.judged
            else "Hot spots are not told: two years show one growth, and nobody knows how much "
            "of it was chance. Three years would tell."
        )
        return [*lines, self.covariate] if self.covariate else lines


_TOLD = 8
_BREAK = 0.05
"""A break of the market, as a price cut brings it, by which it is told what intervals leave out."""


def _break_words(found: Forecast, first: str) -> str:
    """Say which part of the intervals is the market's, and what a break would do to them."""
    return (
        f"In each interval of a territory the market, common to all, counts for "
        f"{percent(found.market_sd[0])} in {first} (one standard deviation); it is no doubt about "
        f"shares. A break that the history does not show is in none: were the market "
        f"{percent(_BREAK, 0)} lower at once, {percent(found.held_in_a_break(-_BREAK), 0)} of the "
        "territories would lie inside theirs. `territory shock` reckons with one."
    )


def _test_words(level: str, part: Level, steps: int) -> str:
    quarters = part.sales.shape[1]
    if part.test is None:
        return (
            f"Back-test by {level}: not possible; {quarters} quarters are known, and "
            f"{2 * SEASON + 1} would allow one. The intervals rest on the scatter within the "
            "latest year, and on the assumption that the market's growth changes by "
            f"{100 * part.found.assumed_sd_y:.1f} points a year (usual are 1, in calm markets, to "
            "8, after shocks)."
        )
    test = part.test
    ahead = min(steps, quarters - 2 * SEASON)
    return (
        f"Back-test by {level}, {ahead} quarters ahead from {test.origins} earlier "
        f"{'origin' if test.origins == 1 else 'origins'}: off by {percent(test.wmape)} of sales "
        f"(the same quarter again {percent(test.persistence)}, with the market's growth "
        f"{percent(test.drift)}); 80 % intervals held {percent(test.coverage, 0)}."
    )


def outlook(
    plan: Plan,
    scenario: Scenario,
    *,
    quarters: int | None = None,
    more: pd.DataFrame | None = None,
) -> Outlook:
    """Forecast sales and potential of a plan's accounts, units and territories.

    Parameters
    ----------
    plan : Plan
    scenario : Scenario
        With a history of at least eight quarters, and the keys of [forecast].
    quarters : int, optional
        Quarters ahead, 1 to 12; else the scenario's.
    more : DataFrame, optional
        ``account_id, period, revenue_usd`` after the history.

    Raises
    ------
    InputError
        The history is too thin, or lacks a quarter; the message says what it has.
    """
    from territory.inputs.tables.tables import read_tables

    keys: ForecastKeys = scenario.forecast
    horizon = quarters or keys.quarters
    tables = read_tables(scenario)
    tables.audit.raise_if_errors()
    history = tables.history
    if history is not None and more is not None:
        history = pd.concat([history, more[["account_id", "period", "revenue_usd"]]])
    accounts = plan.accounts
    sales = sales_of([str(each) for each in accounts["account_id"]], history)
    if sales is None:
        raise InputError(
            Message(
                f"{scenario.display} has no history, so nothing can be forecast",
                hint="name a table of sales by account and quarter under [inputs]",
            )
        )
    refuse_missing(sales.revenue_usd, sales.first, scenario.display)
    groups = _groups(accounts, keys)
    covariate = _covariate(tables.units, accounts, keys)
    levels: dict[str, Level] = {}
    words = ""
    try:
        for level in LEVELS:
            one, words_of = _level(level, accounts, sales, horizon, groups, covariate)
            levels[level] = one
            words = words_of or words
    except ForecastRefusedError as error:
        raise InputError(
            Message(
                f"{scenario.display}: no forecast: {error}",
                hint=f"give at least {2 * SEASON} quarters of history; {2 * SEASON + horizon} "
                "allow a back-test",
            )
        ) from error
    levels = _summing(levels, accounts)
    last = sales.first + sales.revenue_usd.shape[1]
    names = tuple(f"{q // 4}-Q{q % 4 + 1}" for q in range(last, last + horizon))
    return Outlook(quarters=names, levels=levels, covariate=words, false_share=keys.hot_false_share)


def _key(level: str, accounts: pd.DataFrame) -> pd.Series:
    if level == "account":
        return accounts["account_id"].astype("str")
    if level == "unit":
        return accounts["unit_id"].astype("str").str.split(":").str[0]
    return accounts["territory_id"].astype("str")


def _level(
    level: str,
    accounts: pd.DataFrame,
    sales: Sales,
    horizon: int,
    groups: pd.Series | None,
    covariate: pd.Series | None,
) -> tuple[Level, str]:
    codes, names = pd.factorize(_key(level, accounts), sort=True)
    revenue = np.maximum(sales.revenue_usd, 0.0)
    panel = np.zeros((len(names), revenue.shape[1]))
    np.add.at(panel, codes, revenue)
    potential = np.zeros(len(names))
    np.add.at(potential, codes, np.nan_to_num(accounts["potential_usd"].to_numpy(float)))
    own = None
    if groups is not None and level == "account":
        own = groups.to_numpy()
    told, words = None, ""
    ahead = max(1, min(horizon, panel.shape[1] - 2 * SEASON))
    test = back_test(panel, horizon=ahead, season=SEASON, groups=own)
    if covariate is not None and level == "unit":
        by_unit = covariate.groupby(codes).first().reindex(range(len(names))).to_numpy(float)
        with_it = back_test(panel, horizon=ahead, season=SEASON, covariate=by_unit)
        if test is None or with_it is None:
            words = "The growth column was not used: without a back-test nobody knows if it helps."
        elif with_it.wmape < test.wmape:
            words = (
                f"The growth column helps: off by {percent(with_it.wmape)} with it, "
                f"{percent(test.wmape)} without."
            )
            told, test = by_unit, with_it
        else:
            words = (
                f"The growth column does not help ({percent(with_it.wmape)} with it, "
                f"{percent(test.wmape)} without) and is not used."
            )
    found = forecast(panel, horizon=horizon, season=SEASON, groups=own, covariate=told)
    return Level(
        ids=np.asarray(names, dtype=object),
        sales=panel,
        found=found,
        test=test,
        expected=found.expected,
        potential_usd=potential,
    ), words


def _summing(levels: dict[str, Level], accounts: pd.DataFrame) -> dict[str, Level]:
    """Scale accounts to their units' forecasts, and sum territories up from them.

    Units know growth better than single accounts; a county's accounts share its growth.
    """
    from dataclasses import replace

    unit, account = levels["unit"], levels["account"]
    unit_of = pd.Index(unit.ids).get_indexer(pd.Index(_key("unit", accounts)))
    order = pd.Index(account.ids).get_indexer(pd.Index(_key("account", accounts)))
    expected = account.expected[order]
    sums = np.zeros_like(unit.expected)
    np.add.at(sums, unit_of, expected)
    scale = np.where(sums > 0, unit.expected / np.where(sums > 0, sums, 1.0), 1.0)
    expected = expected * scale[unit_of]
    by_account = np.zeros_like(account.expected)
    by_account[order] = expected
    territory = levels["territory"]
    codes = pd.Index(territory.ids).get_indexer(pd.Index(_key("territory", accounts)))
    by_territory = np.zeros_like(territory.expected)
    np.add.at(by_territory, codes, expected)
    by_unit = np.zeros_like(unit.expected)
    np.add.at(by_unit, unit_of, expected)
    return {
        "account": replace(account, expected=by_account),
        "unit": replace(unit, expected=by_unit),
        "territory": replace(territory, expected=by_territory),
    }


def _groups(accounts: pd.DataFrame, keys: ForecastKeys) -> pd.Series | None:
    column = {"type": "type", "tier": "tier", "territory": "territory_id"}.get(keys.group)
    if keys.group == "state":
        return accounts["unit_id"].astype("str").str[:2]
    return accounts[column].astype("str") if column and column in accounts else None


def _covariate(
    units: pd.DataFrame | None, accounts: pd.DataFrame, keys: ForecastKeys
) -> pd.Series | None:
    """Return each account's value of the units' growth column; None where there is none."""
    if keys.growth_column is None:
        return None
    if units is None or keys.growth_column not in units:
        raise InputError(
            Message(
                f"forecast.growth_column is {keys.growth_column}, and the units table has no such "
                "column",
                hint="name a units table under [inputs] with that column, or take the key out",
            )
        )
    value = pd.to_numeric(units[keys.growth_column], errors="coerce")
    by_unit = pd.Series(value.to_numpy(), index=units["unit_id"].astype("str"))
    by_unit = by_unit[~by_unit.index.duplicated()]
    return _key("unit", accounts).map(by_unit).reset_index(drop=True)
