"""Quotas and expected pay of a prepared plan whose accounts moved: as `money_by_territory` says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from territory.incentives.forecast.noise import Noise, drawn_luck
from territory.incentives.payout.payplan import Year, earned
from territory.incentives.payout.prepared import Money
from territory.incentives.payout.won import accounts_won
from territory.incentives.quota.shares import expected_of, run_rate, shares_of

if TYPE_CHECKING:
    from territory.arrays import Floats, Ints, Longs

__all__ = ["Drawn", "paid_after"]


class Drawn:
    """The luck of the years that pay is the mean of: drawn once, for any moves.

    Parameters
    ----------
    money : Money
    """

    def __init__(self, money: Money) -> None:
        keys = money.keys
        self._noise = Noise(
            company_sd=keys.company_sd, territory_sd=keys.territory_sd, source="as prepared"
        )
        self._wider = np.append(money.reps.wider, 1.0)
        self.luck = drawn_luck(keys.seed, keys.draws, len(money.reps.rep_territory))

    def factors(self, columns: Longs, *, judged: bool = False) -> Floats:
        """Return (draws, columns) factors of reps (the last one: of all others), as in `Noise`.

        With ``judged`` of the quarters that each is judged on.
        """
        luck, wider = self.luck, self._wider[columns] if judged else 1.0
        return self._noise.factors(luck.company, luck.own[:, columns], wider=wider)


def paid_after(
    money: Money,
    drawn: Drawn,
    territory: Ints,
    at_risk_usd: Floats,
    wanted: Longs,
    *,
    ids: Sequence[str],
) -> dict[str, Floats]:
    """Return quota and expected pay of some territories.

    Parameters
    ----------
    money : Money
    drawn : Drawn
    territory : int32, shape (n,)
        Of each account.
    at_risk_usd : float64, shape (n,)
        Revenue lost because the account gets another rep than today.
    wanted : int64, shape (w,)
    ids : sequence of str
        Of all territories.

    Returns
    -------
    dict of float64, shape (w,)
        ``quota_usd``, and ``pay_usd, pay_held_harmless_usd`` where there is a pay plan; NaN
        without a rep.

    Raises
    ------
    InputError
        As `quota.shares.shares_of`.
    """
    from territory.inputs.scenario.incentives import QuotaPlan

    held, keys, k = money.held, money.keys, len(ids)
    gross = held.retained_usd + held.captured_usd + held.momentum_usd
    risk = np.clip(at_risk_usd, 0.0, np.maximum(gross, 0.0))
    options = QuotaPlan.model_validate(keys.quotas)

    def summed(values: Floats) -> Floats:
        return np.bincount(territory, values, k).astype(np.float64)

    names = ("retained_usd", "captured_usd", "momentum_usd", "last_usd")
    basis = {name: summed(getattr(held, name)) for name in names}
    basis["relief_usd"] = summed(options.relief * risk)
    parts = ("retained_usd", "captured_usd", "momentum_usd", "relief_usd")
    basis["expected_usd"] = expected_of(*(basis[name] for name in parts))
    if options.blend is not None:
        for name in ("potential_usd", "headroom_usd", "reachable_usd"):
            basis[name] = summed(getattr(held, name))
        _, basis["run_rate_usd"] = run_rate(basis["last_usd"], summed(held.previous_usd), options)
    found = shares_of(basis, options, goal_usd=keys.goal_usd, ids=ids, display=keys.display)
    quota = found.quota_usd.astype(np.float64)
    out = {"quota_usd": quota[wanted]}
    if keys.pay is not None:
        sold = np.maximum(gross - risk, 0.0) * keys.factor
        out |= _pay(money, drawn, territory, sold, quota, wanted)
    return out


def _pay(
    money: Money, drawn: Drawn, territory: Ints, sold: Floats, quota: Floats, wanted: Longs
) -> dict[str, Floats]:
    held, paid, k = money.held, money.reps, len(quota)
    plans = money.keys.pay_plans()
    expected = np.bincount(territory, sold, k).astype(np.float64)
    place = {int(t): at for at, t in enumerate(paid.rep_territory.tolist()) if t >= 0}
    reps = np.array([place.get(t, -1) for t in wanted.tolist()], dtype=np.int64)
    pay, kept = np.full(len(wanted), np.nan), np.full(len(wanted), np.nan)
    who = reps[reps >= 0]
    if not who.size:
        return {"pay_usd": pay, "pay_held_harmless_usd": kept}
    at = paid.rep_territory[who]
    sales = drawn.factors(who, judged=True) * expected[at]
    with np.errstate(divide="ignore", invalid="ignore"):
        attained = np.where(quota[at] > 0, sales / quota[at], 1.0)
    team = np.ones_like(attained)
    if any(each.team.weight > 0 for each in plans):
        levels = [each.team.level for each in plans]
        team = _team(money, drawn, expected, quota, who, levels)
    if held.won.shape[1]:
        paid_by = paid.paid_by[territory]
        every = np.arange(len(territory))

        def summed(values: Floats) -> Floats:
            return np.asarray(np.bincount(territory, values[paid_by, every], k)[at])

        won, usd = summed(held.won), summed(held.won_usd)
        coming = np.bincount(territory, sold * held.strategic_share[paid_by, every], k)[at]
        beyond = drawn.factors(who) * coming - summed(held.strategic_usd)
        logos = accounts_won(drawn.luck.won[:, who], won)
        each_usd = np.divide(usd, won, out=np.zeros_like(won), where=won > 0)
    else:
        logos, each_usd, beyond = (np.zeros_like(attained) for _ in range(3))
    total = np.zeros(len(who))
    for number, plan in enumerate(plans):
        here = paid.rep_plan[who] == number
        if not here.any():
            continue
        year = Year(
            attainment=attained[:, here],
            team_attainment=team[:, here],
            new_logos=logos[:, here],
            strategic_usd=np.maximum(beyond[:, here], 0.0),
            logo_usd=each_usd[..., here],
        )
        own = who[here]
        made = earned(plan, year, paid.fte[own], paid.pace[own], paid.employed[own])
        total[here] = np.round(made.total.mean(axis=0)) / 100.0
    pay[reps >= 0] = total
    kept[reps >= 0] = np.fmax(total, paid.last_year_usd[who])
    return {"pay_usd": pay, "pay_held_harmless_usd": kept}


def _team(
    money: Money, drawn: Drawn, expected: Floats, quota: Floats, who: Longs, levels: Sequence[str]
) -> Floats:
    """Return (draws, who) attainment of each rep's team: the company's, or its district's."""
    paid = money.reps
    every = np.arange(len(paid.rep_territory))
    has = paid.rep_territory >= 0
    sales = drawn.factors(every) * np.where(has, expected[paid.rep_territory], 0.0)
    vacant = np.ones(len(expected), dtype=np.bool_)
    vacant[paid.rep_territory[has]] = False
    rest = float(expected[vacant].sum())
    others = drawn.factors(np.array([len(every)]))[:, 0]
    company = (sales.sum(axis=1) + rest * others) / money.keys.goal_usd
    out = np.repeat(company[:, None], len(who), axis=1)
    asked = np.where(has, quota[paid.rep_territory], 0.0)
    for column, rep in enumerate(who.tolist()):
        if levels[paid.rep_plan[rep]] != "district":
            continue
        members = (paid.rep_district == paid.rep_district[rep]) & (asked > 0)
        out[:, column] = 1.0
        if members.any():
            out[:, column] = sales[:, members].sum(axis=1) / asked[members].sum()
    return out
