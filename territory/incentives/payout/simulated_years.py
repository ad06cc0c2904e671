"""Many drawn years of an alignment: attainment, accounts won, growth of strategic accounts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from territory.errors import InputError
from territory.incentives.forecast.noise import Noise, drawn_luck
from territory.incentives.forecast.outlook import outlook_of
from territory.incentives.payout.bonuses import bonus_columns
from territory.incentives.payout.payplan import Year
from territory.incentives.payout.roles import rep_plans
from territory.incentives.payout.won import accounts_won
from territory.incentives.quota.quarters import own_quotas, wider
from territory.incentives.quota.quotas import Quotas, company_goal, quotas_of
from territory.messages import Message, counted

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from territory.incentives.facts import Alignment, IncentiveCase

    Floats = NDArray[np.float64]

__all__ = ["SimulatedYears", "simulated_years", "team_attainment"]


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
        What each rep is held to (`own_quotas`); NaN without a territory.
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
    A rep is judged on the quarters it is there: its sales and quota of these have the ratio of the
    territory's year, and spread wider the fewer they are. Teams and the company have the whole.

    Returns
    -------
    dict
        ``plan`` and perhaps ``today``.
    """
    options = case.pay_plan.simulation
    luck = drawn_luck(case.scenario.solve.seed, options.draws, len(case.reps))
    factors = noise.factors(luck.company, luck.own)
    # The same luck, of the quarters that each rep is judged on.
    judged = noise.factors(luck.company, luck.own[:, :-1], wider=wider(case))
    alignments: list[Alignment] = ["today", "plan"] if case.has_today else ["plan"]
    return {name: _years(case, name, factors, judged, luck.won) for name in alignments}


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
    case: IncentiveCase, alignment: Alignment, factors: Floats, judged: Floats, luck: Floats
) -> SimulatedYears:
    quotas = quotas_of(case, alignment)
    goal = quotas.goal_usd
    sold = _expected(case, alignment)
    by_account = pd.DataFrame({"sales": sold, **bonus_columns(case, sold, alignment)})
    ids = quotas.table.index
    sums = by_account.groupby(case.accounts[alignment].to_numpy()).sum()
    unassigned = float(sums["sales"].get("", 0.0))
    sums = sums.reindex(ids).fillna(0.0)
    territory = case.reps[alignment].to_numpy(dtype=object)
    at = ids.get_indexer(pd.Index(territory))
    has = at >= 0
    own = factors[:, :-1]
    expected = np.where(has, sums["sales"].to_numpy()[at], 0.0)
    sales = own * expected
    quota = np.where(has, quotas.quota_usd.to_numpy(dtype=np.float64)[at], np.nan)
    with np.errstate(divide="ignore", invalid="ignore"):
        attainment = np.where(quota > 0, judged * expected / quota, 1.0)
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
        quota_usd=own_quotas(case, quota),
        year=Year(
            attainment=attainment,
            team_attainment=team_attainment(case, company / goal, sales, quota[None, :]),
            new_logos=accounts_won(luck, np.where(has, sums["won"].to_numpy()[at], 0.0)),
            logo_usd=_mean_logo(sums, at, has),
            strategic_usd=np.maximum(
                own * np.where(has, sums["strategic_next"].to_numpy()[at], 0.0)
                - np.where(has, sums["strategic_least"].to_numpy()[at], 0.0),
                0.0,
            ),
        ),
        sales_usd=company,
        notes=tuple(notes),
    )


def _mean_logo(sums: pd.DataFrame, at: NDArray[np.intp], has: NDArray[np.bool_]) -> Floats:
    """Return (r,) the bonus for an account won in each rep's territory, on average."""
    won = sums["won"].to_numpy(dtype=np.float64)
    usd = np.divide(sums["won_usd"].to_numpy(), won, out=np.zeros_like(won), where=won > 0)
    return np.where(has, usd[at], 0.0)


def team_attainment(case: IncentiveCase, company: Floats, sales: Floats, quota: Floats) -> Floats:
    """Return the attainment of each rep's team, by the level that the plan of the role names.

    A rep's district is that of the plan.

    Parameters
    ----------
    case : IncentiveCase
    company : (draws,) float64
        The company's attainment.
    sales, quota : (draws, r) and (draws or 1, r) float64
        Of the reps' territories; a quota of NaN or 0 belongs to no team.

    Returns
    -------
    (draws, r) float64

    Raises
    ------
    InputError
        A plan pays by district and there are none.
    """
    out = np.broadcast_to(company[:, None], sales.shape)
    by_district = np.zeros(sales.shape[1], dtype=np.bool_)
    for reps, plan in rep_plans(case):
        by_district[reps] = plan.team.level == "district" and plan.team.weight > 0
    if not by_district.any():
        return out
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
    out = out.copy()
    known = np.nan_to_num(np.broadcast_to(quota, sales.shape)[0]) > 0
    for name in dict.fromkeys(district[by_district]):
        paid, members = by_district & (district == name), known & (district == name)
        out[:, paid] = 1.0
        if members.any():
            asked = np.broadcast_to(quota, sales.shape)[:, members].sum(axis=1)
            out[:, paid] = (sales[:, members].sum(axis=1) / asked)[:, None]
    return out
