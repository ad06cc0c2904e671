"""Whose postal codes are ZIP codes: those of rows that lie in the United States for sure."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas as pd

    from territory.inputs.scenario.scenario import Scenario

__all__ = ["american", "is_american"]

_NAMES = frozenset(
    {"us", "usa", "united states", "united states of america", "u s", "u s a", "pr", "puerto rico"}
)


def american(scenario: Scenario, country: pd.Series[str]) -> NDArray[np.bool_]:
    """Tell the rows, (n,), whose postal code places them in the United States.

    Berlin's 10115 and Manhattan's are the same five digits: a row's country decides where it is
    written, else the geography: counties, ZIPs and a list of states are American.
    """
    options = scenario.geography
    at_home = options.kind in {"us_counties", "us_zips"} or bool(options.states)
    return is_american(country, at_home=at_home)


def is_american(country: pd.Series[str], *, at_home: bool) -> NDArray[np.bool_]:
    """Tell the rows, (n,), of the United States: by their country, else by `at_home`."""
    plain = country.fillna("").str.lower().str.replace(r"[^a-z]+", " ", regex=True).str.strip()
    return np.where(plain == "", at_home, plain.isin(_NAMES)).astype(bool)
