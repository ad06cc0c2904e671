"""Many drawn years of an alignment: attainment, accounts won, growth of strategic accounts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from territory.errors import InputError
from territory.incentives.forecast.noise import Noise
from territory.incentives.forecast.outlook import outlook_of
from territory.incentives.payout.payplan import Year
from territory.incentives.quota.quotas import Quotas, company_goal, quotas_of
from territory.messages import Message, counted

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from territory.incentives.facts import Alignment, IncentiveCase

    Floats = NDArray[np.float64]

__all__ = ["SimulatedYears", "simulated_years", "strategic_accounts", "won_accounts"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SimulatedYears:
    """Drawn years of one alignment.

    Attributes
    ----------
    quotas : Quotas
    territory_ids : (r,) object
        A rep's territory, "" = none.
    has_territory : (r,) bool
    quota_usd : (r,) float64
        NaN without a territory.
    year : Year
        Arrays (draws, r).
    sales_usd : (draws,) float64
        Of the company, territories without a rep and accounts without a territory included.
    notes : tuple of str
    """

    quotas: Quotas
    territory_ids: NDArray[np.object_]
    has_territory: NDArray[np.bool_]
    quota_usd: Floats
    year: Year
    sales_usd: Floats
    notes: tuple[str, ...] = ()


def simulated_years(case: IncentiveCase, noise: Noise) -> dict[str, SimulatedYears]:
    """Draw the same years for the plan and, where there is one, for today's alignment.

    A rep's own factor goes with the rep, not with the territory, so that the difference between
    the alignments is the alignment's doing. Territories without a rep have factors of their own.

    Returns
    -------
    dict
        ``plan`` and perhaps ``today``.
    """
    options = case.pay_plan.simulation
    rng = np.random.default_rng([case.scenario.solve.seed, 0x9A7])
    n_reps = len(case.reps)
    factors = noise.draw(rng, options.draws, n_reps + 1)
    luck = rng.random((options.draws, n_reps))
    alignments: list[Alignment] = ["today", "plan"] if case.has_today else ["plan"]
    return {name: _years(case, name, factors, luck) for name in alignments}


def _expected(case: IncentiveCase, alignment: Alignment) -> Floats:
    """Return (n,) the accounts' expected sales: the forecast, or scaled to a stated attainment.

    The factor is that of today's lines, so that what changes hands costs what it costs.
    """
    sold = outlook_of(case, alignment).expected_usd
    attained = case.pay_plan.simulation.company_attainment
    if attained is None:
        return sold
    whole = float(outlook_of(case, "today").expected_usd.sum())
    return sold * (attained * company_goal(case) / whole) if whole > 0 else sold


def _years(
    case: IncentiveCase, alignment: Alignment, factors: Floats, luck: Floats
) -> SimulatedYears:
    quotas = quotas_of(case, alignment)
    goal = quotas.goal_usd
    sold = _expected(case, alignment)
    by_account = pd.DataFrame({"sales": sold, **_bonus_columns(case, sold)})
    ids = quotas.table.index
    sums = by_account.groupby(case.accounts[alignment].to_numpy()).sum()
    unassigned = float(sums["sales"].get("", 0.0))
    sums = sums.reindex(ids).fillna(0.0)
    territory = case.reps[alignment].to_numpy(dtype=object)
    at = ids.get_indexer(pd.Index(territory))
    has = at >= 0
    own = factors[:, :-1]
    sales = own * np.where(has, sums["sales"].to_numpy()[at], 0.0)
    quota = np.where(has, quotas.quota_usd.to_numpy(dtype=np.float64)[at], np.nan)
    with np.errstate(divide="ignore", invalid="ignore"):
        attainment = np.where(quota > 0, sales / quota, 1.0)
    vacant = ~np.isin(np.arange(len(ids)), at[has])
    rest = float(sums["sales"].to_numpy()[vacant].sum()) + unassigned
    company = sales.sum(axis=1) + rest * factors[:, -1]
    notes = []
    if unassigned > 0:
        n_open = int((case.accounts[alignment] == "").sum())
        notes.append(f"{alignment}: {counted(n_open, 'account')} without a territory")
    if vacant.any():
        notes.append(
            f"{alignment}: {counted(int(vacant.sum()), 'territory', 'territories')} without a rep"
        )
    if (has & ~(quota > 0)).any():
        notes.append(f"{alignment}: a quota of 0 counts as attained")
    return SimulatedYears(
        quotas=quotas,
        territory_ids=np.where(has, territory, ""),
        has_territory=has,
        quota_usd=quota,
        year=Year(
            attainment=attainment,
            team_attainment=_team_attainment(case, company / goal, sales, quota),
            new_logos=_won(luck, np.where(has, sums["won"].to_numpy()[at], 0.0)),
            strategic_usd=_strategic_growth(case, sums, at, own),
        ),
        sales_usd=company,
        notes=tuple(notes),
    )


def strategic_accounts(case: IncentiveCase) -> NDArray[np.bool_]:
    """Return (n,) whether an account is strategic by the pay plan."""
    options = case.pay_plan.strategic
    if options is None:
        return np.zeros(len(case.accounts), dtype=np.bool_)
    accounts = case.accounts
    known = set(accounts["account_id"])
    unknown = [name for name in options.accounts if name not in known]
    if unknown:
        raise InputError(
            Message(
                f"{case.scenario.display}: pay.strategic.accounts names "
                f"{counted(len(unknown), 'account')} that the plan does not have",
                evidence=tuple(unknown),
                hint="write account ids of accounts.csv, in quotes",
            )
        )
    chosen = accounts["tier"].isin(options.tiers) | accounts["account_id"].isin(options.accounts)
    return np.asarray(chosen.to_numpy(dtype=np.bool_))


def won_accounts(case: IncentiveCase) -> NDArray[np.bool_] | None:
    """Return (n,) which accounts were won last year by the pay plan; None without two years."""
    options, sales = case.pay_plan.new_logo, case.sales
    if options is None or sales is None or sales.n_years < 2:
        return None
    enough = np.maximum(options.min_revenue_usd, 0.01)
    return np.asarray((sales.year(1) <= 0) & (sales.year(0) >= enough))


def _bonus_columns(case: IncentiveCase, sold: Floats) -> dict[str, Floats]:
    """Return per account: the chance of being won, and last year's and next year's strategic sales.

    The chance is last year's: accounts won among those without sales the year before.
    """
    open_now = case.last_usd <= 0
    won = won_accounts(case)
    rate = 0.0
    if won is not None and case.sales is not None:
        before = int((case.sales.year(1) <= 0).sum())
        rate = float(won.sum()) / before if before else 0.0
    strategic = strategic_accounts(case)
    return {
        "won": np.where(open_now, rate, 0.0),
        "strategic_last": np.where(strategic, np.maximum(case.last_usd, 0.0), 0.0),
        "strategic_next": np.where(strategic, sold, 0.0),
    }


def _won(luck: Floats, mean: Floats) -> Floats:
    """Draw the accounts won, Poisson by inversion: more to win is never fewer won."""
    from scipy.stats import poisson

    return np.asarray(poisson.ppf(luck, np.maximum(mean, 1e-12)[None, :]), dtype=np.float64)


def _strategic_growth(
    case: IncentiveCase, sums: pd.DataFrame, at: NDArray[np.intp], own: Floats
) -> Floats:
    options = case.pay_plan.strategic
    if options is None:
        return np.zeros_like(own)
    last = np.where(at >= 0, sums["strategic_last"].to_numpy()[at], 0.0)
    coming = np.where(at >= 0, sums["strategic_next"].to_numpy()[at], 0.0)
    return np.maximum(own * coming - last * (1.0 + options.min_growth), 0.0)


def _team_attainment(case: IncentiveCase, company: Floats, sales: Floats, quota: Floats) -> Floats:
    """Return (draws, r) the attainment of a rep's team; a rep's district is that of the plan."""
    if case.pay_plan.team.level == "company" or case.pay_plan.team.weight == 0:
        return np.broadcast_to(company[:, None], sales.shape)
    district_of = case.team.set_index("territory_id")["district_id"]
    district = case.reps["plan"].map(district_of).fillna("").to_numpy(dtype=object)
    if not (district != "").any():
        raise InputError(
            Message(
                f'{case.scenario.display}: pay.team.level is "district", but the plan has no '
                "districts",
                hint='write level = "company", or design the plan with a [hierarchy] section',
            )
        )
    attainment = np.ones_like(sales)
    for name in dict.fromkeys(district):
        members = (district == name) & (quota > 0)
        if members.any():
            together = sales[:, members].sum(axis=1) / quota[members].sum()
            attainment[:, district == name] = together[:, None]
    return attainment
