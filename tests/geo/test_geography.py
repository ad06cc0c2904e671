"""Units and the points in them."""

import numpy as np
import pandas as pd
import pytest

from geo.us.boundaries import counties
from geo.us.zips import zip_points


@pytest.mark.parametrize("state", ["TX", "AK"])
def test_no_point_in_a_unit_is_ruled_out_by_the_bounds(state):
    # Alaska reaches across the antimeridian.
    land = counties([state])
    table = zip_points()
    lonlat = table[["lon", "lat"]].to_numpy()
    may = land.may_hold(lonlat)
    of_state = (table["state"] == state).to_numpy(dtype=bool) & table["lat"].notna().to_numpy()
    assert may[of_state].all()
    assert may.mean() < 0.2
    assert not land.may_hold(np.array([[np.nan, np.nan]])).any()
    assert pd.Series(may, index=table.index)["77030"] == (state == "TX")
