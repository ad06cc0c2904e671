"""Whose postal codes are ZIP codes: those of rows that lie in the United States for sure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from territory.inputs.tables.codes import is_american

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from territory.inputs.scenario.scenario import Scenario

__all__ = ["american"]


def american(scenario: Scenario, country: pd.Series[str]) -> NDArray[np.bool_]:
    """Tell the rows, (n,), whose postal code places them in the United States.

    Berlin's 10115 and Manhattan's are the same five digits: a row's country decides where it is
    written, else the geography: counties, ZIPs and a list of states are American.
    """
    options = scenario.geography
    at_home = options.kind in {"us_counties", "us_zips"} or bool(options.states)
    return is_american(country, at_home=at_home)
