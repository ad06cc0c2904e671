"""The market of a scenario at a glance: accounts, tiers, segments, systems, ideal customer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from territory.audit import Audit
    from territory.inputs.scenario.scenario import Scenario
    from territory.market.customers.profile import Profile

__all__ = ["Overview", "market_overview"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Overview:
    """The market of a scenario.

    Parameters
    ----------
    accounts : DataFrame
        One row an account, with potential, score, tier and segment.
    tiers, segments : DataFrame
        See `territory.market.segments.segment_table`.
    systems : DataFrame
        Owners and their levels; empty without an affiliations table.
    profile : Profile or None
        The ideal customer, where the scenario asks for it.
    audit : Audit
    """

    accounts: pd.DataFrame
    tiers: pd.DataFrame
    segments: pd.DataFrame
    systems: pd.DataFrame
    profile: Profile | None
    audit: Audit

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return the tables to write by name; empty ones are left out."""
        tables = {"accounts": self.accounts, "tiers": self.tiers, "segments": self.segments}
        if len(self.systems):
            tables["systems"] = self.systems
        if self.profile is not None and self.profile.refused is None:
            tables["profile"] = self.profile.coefficients
            tables["calibration"] = self.profile.calibration
        return tables


def market_overview(scenario: Scenario) -> Overview:
    """Read a scenario's tables, and value, score and segment its accounts.

    Sums count what the plan counts: [defaults] fills a potential that nobody gives.

    Sections that the scenario does not have leave the given columns as they are; then accounts
    are summed up by their type.

    Raises
    ------
    InputError
        The inputs cannot be used; every problem is named.
    """
    import pandas as pd

    from territory.audit import Audit
    from territory.inputs.defaults import with_defaults
    from territory.inputs.places.places import locate
    from territory.inputs.tables.tables import read_tables
    from territory.market.customers.profile import fit_profile
    from territory.market.idn.affiliations import read_affiliations
    from territory.market.segments import segment_names, segment_table
    from territory.market.stage import market_accounts
    from territory.market.value.potential import MARKET_ROW

    tables = read_tables(scenario)
    tables.audit.raise_if_errors()
    places = locate(scenario, tables)
    places.audit.raise_if_errors()
    accounts, audit = market_accounts(scenario, tables, places.accounts)
    audit.raise_if_errors()
    accounts = accounts[accounts["type"] != MARKET_ROW].reset_index(drop=True)
    if "segment" not in accounts:
        accounts["segment"] = segment_names(accounts, ["type"], {})
    accounts["tier"] = accounts["tier"].where(accounts["tier"] != "", "none")
    accounts, defaults = with_defaults(scenario, accounts, ["potential_usd"])
    if "potential_mean_usd" in accounts:
        mean = accounts["potential_mean_usd"]
        accounts["potential_mean_usd"] = mean.fillna(accounts["potential_usd"])
    systems = pd.DataFrame()
    if tables.affiliations is not None and len(tables.affiliations):
        systems = read_affiliations(scenario, tables.affiliations, accounts).levels()
    profile = None
    if scenario.tiers is not None and scenario.tiers.profile is not None:
        profile = fit_profile(scenario, accounts, tables.history)
    return Overview(
        accounts=_columns(scenario, accounts),
        tiers=segment_table(accounts, "tier", tiers=scenario.tiers.names if scenario.tiers else ()),
        segments=segment_table(accounts, "segment"),
        systems=systems,
        profile=profile,
        audit=tables.audit + places.audit + audit + Audit(defaults),
    )


def _columns(scenario: Scenario, accounts: pd.DataFrame) -> pd.DataFrame:
    """Put what was found first: who, what it is worth, how it ranks."""
    first = [
        *("account_id", "name", "type", "tier", "score", "segment", "potential_usd"),
        *("potential_low_usd", "potential_high_usd", "potential_estimated", "potential_basis"),
        *("idn", "idn_owner", "gpo", "revenue_usd"),
    ]
    known = [name for name in first if name in accounts]
    rest = [name for name in accounts.columns if name not in known]
    return accounts[[*known, *rest]]
