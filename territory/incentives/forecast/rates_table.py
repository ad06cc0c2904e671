"""The rates behind quotas and forecast as a table, so that a stranger can recompute both."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from territory.incentives.forecast.noise import noise_of
from territory.incentives.forecast.outlook import known_share, outlook_of, sales_cycles

if TYPE_CHECKING:
    from territory.incentives.facts import IncentiveCase

__all__ = ["rates_table"]


def rates_table(case: IncentiveCase) -> pd.DataFrame:
    """Return every rate that a quota or an expected sale is made with.

    Returns
    -------
    DataFrame
        ``rate, of, customer, value, source``: ``retained`` (of the halves early, late, fresh and
        lapsed), ``captured`` (of a tier, by whether the account is a customer), ``momentum`` (of an
        area), ``momentum_share`` (of an area's growth that lasts), ``sales_cycle_months`` (of an
        account type), ``season`` (of a calendar quarter), ``competitor_share`` (of accounts whose
        competitors are not known) and ``spread`` (of the company's and of a territory's year).
        Rates are not rounded.
    """
    outlook, noise = outlook_of(case, "plan"), noise_of(case)
    rates = outlook.rates
    found: list[tuple[str, str, str, float, str]] = [
        ("retained", name, "", getattr(rates, name), rates.source)
        for name in ("early", "late", "fresh", "lapsed")
    ]
    found += [
        ("captured", tier, "yes" if customer else "no", rate, rates.source)
        for (tier, customer), rate in rates.capture.items()
    ]
    past = "the last year's sales beyond what the accounts explain"
    found += [("momentum", str(area), "", float(rate), past) for area, rate in
              outlook.lasting.items()]  # fmt: skip
    if outlook.momentum is not None:
        told = outlook.momentum
        found.append(("momentum_share", "company", "", told.share, told.source))
    months = sales_cycles(case)
    found += [
        ("sales_cycle_months", kind, "", months[kind],
         "won deals" if kind in case.cycle_months else "quotas.sales_cycle_months")
        for kind in sorted(months)
    ]  # fmt: skip
    if case.sales is not None:
        season = 3.0 * case.sales.season()[::3]
        found += [("season", f"Q{at}", "", float(share), "the history")
                  for at, share in enumerate(season, start=1)]  # fmt: skip
    if "competitor_usd" in case.accounts:
        found.append(
            ("competitor_share", "not known", "", known_share(case), "accounts that are known")
        )
    found.append(("spread", "company", "", noise.company_sd, "pay.simulation.company_sd"))
    found.append(("spread", "territory", "", noise.territory_sd, noise.source))
    table = pd.DataFrame(found, columns=["rate", "of", "customer", "value", "source"])
    return table.assign(value=table["value"].astype(np.float64) + 0.0)
