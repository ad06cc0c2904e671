"""What bonuses are paid for: accounts won, and the growth of strategic accounts or products."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from territory.errors import InputError
from territory.incentives.payout.roles import account_plans
from territory.messages import Message, counted

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from territory.incentives.facts import Alignment, IncentiveCase
    from territory.inputs.scenario.incentives import PayPlan

    Floats = NDArray[np.float64]

__all__ = [
    "bonus_columns",
    "bonuses_by",
    "logo_usd",
    "logo_usd_by",
    "strategic_accounts",
    "strategic_sales",
    "won_accounts",
    "won_last_year",
]


def won_accounts(case: IncentiveCase, plan: PayPlan) -> NDArray[np.bool_]:
    """Return (n,) which accounts were won last year by a pay plan; none without two years."""
    sales, options = case.sales, plan.new_logo
    if options is None or sales is None or sales.n_years < 2:
        return np.zeros(len(case.accounts), dtype=np.bool_)
    enough = max(options.min_revenue_usd, 0.01)
    return np.asarray((sales.year(1) <= 0) & (sales.year(0) >= enough))


def won_last_year(case: IncentiveCase, alignment: Alignment) -> NDArray[np.bool_]:
    """Return (n,) which accounts were won last year, each by the plan of its rep."""
    out = np.zeros(len(case.accounts), dtype=np.bool_)
    for here, plan in account_plans(case, alignment):
        out[here] = won_accounts(case, plan)[here]
    return out


def logo_usd(case: IncentiveCase, alignment: Alignment) -> Floats:
    """Return (n,) the bonus for winning each account, by the plan of its rep; 0 where none.

    The amount of its tier, or that of accounts of a health system or purchasing group where it is
    one of those and that is more.
    """
    out = np.zeros(len(case.accounts))
    for here, plan in account_plans(case, alignment):
        out[here] = logo_usd_by(case, plan)[here]
    return out


def logo_usd_by(case: IncentiveCase, plan: PayPlan) -> Floats:
    """Return (n,) the bonus for winning each account by one plan; 0 where it has none."""
    accounts, options = case.accounts, plan.new_logo
    if options is None:
        return np.zeros(len(accounts))
    usd = accounts["tier"].map(dict(options.by_tier)).astype(float).fillna(options.usd)
    for column, least in (("idn", options.idn_usd), ("gpo", options.gpo_usd)):
        if least is not None and column in accounts:
            member = accounts[column].fillna("").astype("str").ne("")
            usd = usd.where(~member, usd.clip(lower=least))
    return np.asarray(usd.to_numpy(dtype=np.float64))


def strategic_accounts(case: IncentiveCase, plan: PayPlan | None = None) -> NDArray[np.bool_]:
    """Return (n,) whether an account is strategic by a pay plan; the scenario's where None.

    Raises
    ------
    InputError
        The plan names accounts that there are not.
    """
    options = (plan or case.pay_plan).strategic
    if options is None:
        return np.zeros(len(case.accounts), dtype=np.bool_)
    accounts = case.accounts
    known = set(accounts["account_id"])
    unknown = [name for name in options.accounts if name not in known]
    if unknown:
        raise InputError(
            Message(
                f"{case.scenario.display}: pay.strategic.accounts names "
                f"{counted(len(unknown), 'unknown account', 'unknown accounts')}",
                evidence=tuple(unknown),
                hint="write account ids of accounts.csv, in quotes",
            )
        )
    chosen = accounts["tier"].isin(options.tiers) | accounts["account_id"].isin(options.accounts)
    return np.asarray(chosen.to_numpy(dtype=np.bool_))


def strategic_sales(case: IncentiveCase, alignment: Alignment) -> tuple[Floats, Floats]:
    """Return (n,) the strategic sales from which growth counted last year, and those of the year.

    Both 0 for accounts that are not strategic by the plan of their rep, and without two years.
    """
    n = len(case.accounts)
    least, after = np.zeros(n), np.zeros(n)
    for here, plan in account_plans(case, alignment):
        options = plan.strategic
        sales = None if options is None else case.sales_of_products(options.products)
        if options is None or sales is None or sales.n_years < 2:
            continue
        chosen = here & strategic_accounts(case, plan)
        least[chosen] = (np.maximum(sales.year(1), 0.0) * (1.0 + options.min_growth))[chosen]
        after[chosen] = sales.year(0)[chosen]
    return least, after


def bonus_columns(case: IncentiveCase, sold: Floats, alignment: Alignment) -> dict[str, Floats]:
    """Return per account what next year's bonuses are drawn from.

    Returns
    -------
    dict of (n,) float64
        ``won``: the chance of being won, last year's among those without sales the year before,
        by what the plan of its rep calls won;
        ``won_usd``: times its bonus; ``strategic_next``: expected strategic sales, a product's
        share being last year's; ``strategic_least``: what they must exceed.
    """
    n = len(case.accounts)
    chance, won, coming, least = (np.zeros(n) for _ in range(4))
    for here, plan in account_plans(case, alignment):
        rate, logo, share, beyond = bonuses_by(case, plan)
        chance[here] = rate[here]
        won[here] = (rate * logo)[here]
        coming[here] = (sold * share)[here]
        least[here] = beyond[here]
    return {"won": chance, "won_usd": won, "strategic_next": coming, "strategic_least": least}


def bonuses_by(case: IncentiveCase, plan: PayPlan) -> tuple[Floats, Floats, Floats, Floats]:
    """Return what one plan pays for, of all accounts, whoever serves them.

    Returns
    -------
    tuple of (n,) float64
        The chance of being won; the bonus for it; the share of expected sales that is strategic;
        the strategic sales that must be exceeded.
    """
    n, sales = len(case.accounts), case.sales
    before = 0
    if sales is not None and sales.n_years >= 2:
        before = int((sales.year(1) <= 0).sum())
    rate = float(won_accounts(case, plan).sum()) / before if before else 0.0
    chance = np.where(case.last_usd <= 0, rate, 0.0)
    options = plan.strategic
    if options is None:
        return chance, logo_usd_by(case, plan), np.zeros(n), np.zeros(n)
    last, share = np.maximum(case.last_usd, 0.0), np.ones(n)
    if options.products:
        of_products = case.sales_of_products(options.products)
        own = np.zeros(n) if of_products is None else np.maximum(of_products.year(), 0.0)
        share = np.divide(own, last, out=np.zeros(n), where=last > 0)
    share = np.where(strategic_accounts(case, plan), share, 0.0)
    return chance, logo_usd_by(case, plan), share, last * share * (1.0 + options.min_growth)
