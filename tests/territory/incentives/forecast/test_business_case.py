"""What the business case rests on: the time that each territory's accounts get, today and after."""

from types import SimpleNamespace

import pandas as pd
import pytest

from territory.incentives.forecast.business_case import _room


def world(*, current_travel: list[float]):
    """Four accounts of 100 h; today T01 has three of them, in the plan each territory two."""
    accounts = pd.DataFrame(
        {"service_h": 100.0, "travel_h": 20.0, "current_travel_h": current_travel}
    )
    territories = pd.DataFrame({"territory_id": ["T01", "T02"], "capacity_h": [260.0, 260.0]})
    served = pd.DataFrame(
        {"today": ["T01", "T01", "T01", "T02"], "plan": ["T01", "T01", "T02", "T02"]}
    )
    return SimpleNamespace(accounts=served), SimpleNamespace(
        accounts=accounts, territories=territories
    )


def test_an_overloaded_territory_has_less_time_for_each_account():
    case, plan = world(current_travel=[20.0] * 4)
    assert _room(case, plan, "plan") == pytest.approx([1.1] * 4)
    assert _room(case, plan, "today") == pytest.approx([200 / 300] * 3 + [2.0])


def test_todays_time_is_reckoned_with_todays_travel_where_it_is_known():
    case, plan = world(current_travel=[10.0, 10.0, 10.0, float("nan")])
    assert _room(case, plan, "today") == pytest.approx([230 / 300] * 3 + [2.0])
    assert _room(case, plan, "plan") == pytest.approx([1.1] * 4)
