"""What `territory segment` does: the market stage alone, as tables and a short print."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from territory.console import Console
from territory.messages import counted, visible

if TYPE_CHECKING:
    import pandas as pd

    from territory.inputs.audit import Audit
    from territory.inputs.scenario import Scenario
    from territory.market.profile import Profile

__all__ = ["Segments", "segment", "segments_of"]

_SHOWN = 12


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Segments:
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


def segments_of(scenario: Scenario) -> Segments:
    """Read a scenario's tables, and value, score and segment its accounts.

    Sections that the scenario does not have leave the given columns as they are; then accounts
    are summed up by their type.

    Raises
    ------
    InputError
        The inputs cannot be used; every problem is named.
    """
    import pandas as pd

    from territory.inputs.places import locate
    from territory.inputs.tables import read_tables
    from territory.market.affiliations import read_affiliations
    from territory.market.potential import MARKET_ROW
    from territory.market.profile import fit_profile
    from territory.market.segments import segment_names, segment_table
    from territory.market.stage import market_accounts

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
    systems = pd.DataFrame()
    if tables.affiliations is not None and len(tables.affiliations):
        systems = read_affiliations(scenario, tables.affiliations, accounts).levels()
    profile = None
    if scenario.tiers is not None and scenario.tiers.profile is not None:
        profile = fit_profile(scenario, accounts, tables.history)
    return Segments(
        accounts=_columns(scenario, accounts),
        tiers=segment_table(accounts, "tier"),
        segments=segment_table(accounts, "segment"),
        systems=systems,
        profile=profile,
        audit=tables.audit + places.audit + audit,
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


def segment(console: Console, path: Path, *, out: Path | None, explain: str | None) -> int:
    """Write the market's tables and print them in short."""
    from territory.inputs.scenario import read_scenario
    from territory.market.tiers import explain_score
    from territory.publish.sheets import write_tables

    scenario = read_scenario(path)
    found = segments_of(scenario)
    explanation = None
    if explain is not None:
        explanation = explain_score(scenario, found.accounts, explain)
    folder = out or scenario.out.with_name(f"{scenario.name}.segments")
    files = write_tables(folder, found.tables(), workbook="segments.xlsx")
    if console.machine:
        console.json(
            {
                "status": "done",
                "accounts": len(found.accounts),
                "estimated": int((found.accounts["potential_estimated"] == "true").sum())
                if "potential_estimated" in found.accounts
                else 0,
                "tiers": found.tiers.to_dict("records"),
                "segments": found.segments.to_dict("records"),
                "explanation": explanation.text() if explanation else None,
                "profile": found.profile.text() if found.profile else None,
                "files": [str(file) for file in files],
            }
        )
        return 0
    for title, frame in (("tier", found.tiers), ("segment", found.segments)):
        _print(console, title, frame)
        console.data()
    for text in (explanation, found.profile):
        if text is not None:
            console.data("\n".join(visible(line) for line in text.text().splitlines()))
            console.data()
    for name in (f"{folder}", f"{files[-1]}"):
        console.data(visible(name))
    _say(console, found)
    return 0


def _print(console: Console, title: str, frame: pd.DataFrame) -> None:
    from territory.review.wording import compact_usd, percent

    header = [title, "accounts", "of all", "potential", "low", "high", "of all", "estimated"]
    rows = [
        [
            str(row[title]),
            f"{row['n_accounts']:,}",
            percent(row["accounts_share"]),
            compact_usd(row["potential_usd"]),
            compact_usd(row["potential_low_usd"]),
            compact_usd(row["potential_high_usd"]),
            percent(row["potential_share"]),
            f"{row['n_estimated']:,}",
        ]
        for row in frame.head(_SHOWN).to_dict("records")
    ]
    console.table(header, rows)
    if len(frame) > _SHOWN:
        console.data(f"and {counted(len(frame) - _SHOWN, title)} more")


def _say(console: Console, found: Segments) -> None:
    """Name what should be looked at on stderr."""
    console.messages(found.audit.messages("warning"))
    estimated = [item for item in found.audit.infos if item.kind in {"estimated", "scaled"}]
    for item in estimated:
        console.say(visible(item.what))
