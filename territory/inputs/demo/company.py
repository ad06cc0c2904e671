"""The embedded samples: a synthetic demo company in Texas, synthetic markets of two countries.

Everything in them is invented except the geography. They are pure functions of a fixed seed and
of the packaged geography, so that they come out the same everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from territory.errors import InputError
from territory.messages import Message, counted
from territory.whole import whole_file, whole_files

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import pandas as pd

__all__ = [
    "SEED",
    "SampleCompany",
    "belgium_market",
    "sample_table",
    "texas_ortho",
    "us_market",
    "us_market_accounts",
    "write_company",
]

SEED = 20_240_601

_NAME = "texas_ortho"
_ACCOUNT_COLUMNS = [
    "account_id",
    "name",
    "type",
    "address",
    "city",
    "state",
    "zip",
    "county_fips",
    "lon",
    "lat",
    "npi",
    "idn",
    "gpo",
    "tier",
    "service_h",
    "n_calls",
    "potential_usd",
    "revenue_usd",
    "tenure_y",
    "beds",
    "procedures",
    "payer_medicare",
    "payer_medicaid",
    "payer_commercial",
    "payer_managed_care",
    "competitor_share",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleCompany:
    """Hold the tables of the demo company, as they stand in its CSV files.

    Parameters
    ----------
    accounts, reps, alignment, history, affiliations : DataFrame
        ZIP, FIPS and NPI are text; an absent text is "", an absent number is missing.
    """

    accounts: pd.DataFrame
    reps: pd.DataFrame
    alignment: pd.DataFrame
    history: pd.DataFrame
    affiliations: pd.DataFrame

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return the tables by the name they have in a scenario's [inputs]."""
        return {
            "accounts": self.accounts,
            "reps": self.reps,
            "alignment": self.alignment,
            "affiliations": self.affiliations,
            "history": self.history,
        }


def texas_ortho() -> SampleCompany:
    """Build the synthetic demo company: about 1,200 accounts, 20 reps, two years of sales.

    Returns
    -------
    SampleCompany
        Fresh frames at each call.
    """
    company = _texas_ortho()
    return SampleCompany(**{name: frame.copy() for name, frame in company.tables().items()})


@cache
def _texas_ortho() -> SampleCompany:
    from geo.us.zips import zip_points
    from territory.inputs.demo.accounts import sample_accounts
    from territory.inputs.demo.draws import generator
    from territory.inputs.demo.history import (
        competitors_share,
        sample_affiliations,
        sample_history,
        yearly_revenue,
    )
    from territory.inputs.demo.reps import sample_alignment, sample_reps, sample_tenure

    rng = generator(SEED)
    reps = sample_reps(zip_points())
    accounts = sample_accounts(rng, reps)
    alignment = sample_alignment(rng, accounts, reps)
    accounts["tenure_y"] = sample_tenure(rng, alignment, reps)
    history = sample_history(rng, accounts)
    accounts["revenue_usd"] = yearly_revenue(accounts, history)
    accounts["competitor_share"] = competitors_share(generator(SEED + 1), accounts)
    affiliations = sample_affiliations(rng, accounts)
    return SampleCompany(
        accounts=accounts[_ACCOUNT_COLUMNS],
        reps=reps,
        alignment=alignment,
        history=history,
        affiliations=affiliations,
    )


def us_market() -> pd.DataFrame:
    """Build the synthetic US market by ZIP; see `territory.inputs.demo.market.us_market`."""
    from territory.inputs.demo import market

    return market.us_market()


def us_market_accounts() -> pd.DataFrame:
    """Build the US market as accounts of type market, for units that are not ZIPs."""
    from territory.inputs.demo import market

    return market.us_market_accounts()


def belgium_market() -> pd.DataFrame:
    """Build the synthetic Belgian market by canton; see `territory.inputs.demo.market`."""
    from territory.inputs.demo import market

    return market.belgium_market()


def sample_table(sample: str, table: str) -> pd.DataFrame:
    """Return one table of an embedded sample.

    Parameters
    ----------
    sample : str
        "texas_ortho", "us_market" or "belgium_market".
    table : str
        Its name in a scenario's [inputs], such as "accounts".

    Raises
    ------
    KeyError
        If there is no such sample, or the sample has no such table.
    """
    makers: Mapping[tuple[str, str], Callable[[], pd.DataFrame]] = {
        ("us_market", "units"): us_market,
        ("us_market", "accounts"): us_market_accounts,
        ("belgium_market", "units"): belgium_market,
    }
    if sample == _NAME:
        return texas_ortho().tables()[table]
    return makers[sample, table]()


def write_company(folder: Path, *, overwrite: bool = False) -> Path:
    """Write the demo company: its scenario file and its tables, all or nothing.

    Parameters
    ----------
    folder : Path
        Made if absent. Anything in it is left alone.
    overwrite : bool
        Write into a folder that is not empty; files of the demo company are replaced.

    Returns
    -------
    Path
        The scenario file, ``folder/texas_ortho.toml``; its tables are in ``folder/texas_ortho/``.

    Raises
    ------
    InputError
        If `folder` is a file, is not empty (unless `overwrite`) or cannot be written.
    """
    from territory.inputs.cells import write_table
    from territory.inputs.demo.scenario import SCENARIO_TEXT

    _refuse_unfit(folder, overwrite=overwrite)
    company = texas_ortho()
    # The scenario last: where it stands, its tables do.
    with whole_files(folder / _NAME, guard=not overwrite) as part:
        for name, frame in company.tables().items():
            write_table(frame, part / f"{name}.csv")
    with whole_file(folder / f"{_NAME}.toml", guard=not overwrite) as fresh:
        fresh.write_text(SCENARIO_TEXT, encoding="utf-8", newline="\n")
    return folder / f"{_NAME}.toml"


def _refuse_unfit(folder: Path, *, overwrite: bool) -> None:
    if folder.exists() and not folder.is_dir():
        raise InputError(Message(f"{folder} is a file", hint="name a new or an empty folder"))
    present = sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []
    if present and not overwrite:
        raise InputError(
            Message(
                f"{folder} is not empty: {counted(len(present), 'entry', 'entries')}",
                evidence=tuple(present),
                hint="name a new or an empty folder",
            )
        )
