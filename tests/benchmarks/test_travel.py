"""The second opinion on tours, on worlds with known answers; the figures that are kept."""

from pathlib import Path

import numpy as np
import pytest

from tests.benchmarks import provenance
from tests.benchmarks.companies import COMPANIES, errors_of
from tests.benchmarks.strangers_tours import calendar_hours, year_hours
from tests.benchmarks.travel import judged
from tests.territory.worlds import grid_scenario

RESULTS = Path(__file__).parent / "results" / "travel.csv"


def line(*at_min):
    """Base at 0 and stops on a line, as minutes and degrees."""
    x = np.array([0.0, *at_min])
    return np.abs(x[:, None] - x[None, :]), np.column_stack([x / 60.0, np.zeros(len(x))])


def hours(at_min, calls, stay, **more):
    settings = {"weeks": 4, "day_min": 480.0, "far_min": 120.0, "days": 5, **more}
    minutes, lonlat = line(*at_min)
    return year_hours(minutes, lonlat, np.array(calls, float), np.array(stay, float), **settings)


def test_stops_that_lie_on_one_way_share_it_where_a_day_is_long_enough():
    assert hours([30, 60], [4, 4], [60, 60]) == pytest.approx(4 * 120 / 60)
    assert hours([30, 60], [4, 4], [240, 240]) == pytest.approx(4 * (60 + 120) / 60)


def test_far_places_are_joined_over_nights_where_near_ones_are_not():
    assert hours([200, 210], [4, 4], [240, 240]) == pytest.approx(4 * 420 / 60)
    assert hours([200, 210], [4, 4], [240, 240], days=1) == pytest.approx(4 * 820 / 60)


def test_a_place_called_on_twice_a_week_is_driven_to_twice():
    assert hours([30], [8], [10]) == pytest.approx(8 * 60 / 60)


def routed(at_min, weeks, stay, **more):
    settings = {"n_days": 5, "day_min": 480.0, "far_min": 120.0, "days": 5, "night_min": 0.0}
    minutes, _ = line(*at_min)
    return calendar_hours(minutes, weeks, np.array(stay, float), **{**settings, **more})


def test_a_given_calendar_keeps_its_week_and_pays_for_nights():
    assert routed([30, 60], [[1, 2]] * 4, [60, 60]) == pytest.approx(4 * 120 / 60)
    # Two trips on one day of work: the nearer stop is taken along, however late that is.
    assert routed([30, 60], [[1, 2]], [300, 300]) == pytest.approx(180 / 60)
    assert routed([30, 60], [[1, 2]], [300, 300], n_days=1) == pytest.approx(120 / 60)
    # Staying away saves 300 minutes: not where a night is worth more.
    assert routed([150, 160], [[1, 2]], [160, 150]) == pytest.approx(320 / 60)
    assert routed([150, 160], [[1, 2]], [160, 150], night_min=310.0) == pytest.approx(620 / 60)


def test_a_benchmark_run_names_the_plan_its_estimate_and_the_stranger(tmp_path):
    found = judged(str(grid_scenario(tmp_path)), "quick", 1)
    assert {"near", "estimate_near", "stranger_near", "outside", "cpu_s"} <= set(found)
    assert 0.7 < found["stranger_level"] < 1.4
    assert 0.8 < found["calendar_level"] < 1.2
    assert found["settled"] is False  # quick plans are not routed


def assert_hours_hold(row, hours):
    """Halves within 5 %, a territory within 15 %, and no rank with distance that says anything.

    Where both halves are off by less than 2 %, errors of nothing stand in some order.
    """
    halves = max(abs(float(row[f"{hours}_{part}"])) for part in ("near", "far"))
    assert halves <= 0.05
    assert abs(float(row[f"{hours}_worst"])) <= 0.15
    assert halves <= 0.02 or abs(float(row[f"{hours}_rank"] or 0.0)) <= 0.3


def test_the_kept_figures_meet_the_bounds_that_the_readme_states():
    rows = [row for row in provenance.read_rows([RESULTS]) if row["travel_of"] == "texas_ortho"]
    assert sorted(row["seed"] for row in rows) == ["1", "2", "3"]
    for row in rows:
        assert not row["error"]
        assert row["outside"] == "0"
        assert max(abs(float(row[part])) for part in ("near", "far")) <= 0.05
        assert abs(float(row["worst"])) <= 0.15
        assert abs(float(row["rank"] or 0.0)) <= 0.3
        # So do the hours that it was solved with last, and those that it was found by.
        for hours in ("estimate", "searched"):
            assert_hours_hold(row, hours)


def test_the_kept_figures_of_the_real_case_hold_on_every_seed():
    rows = [row for row in provenance.read_rows([RESULTS]) if row["travel_of"] == "real_texas"]
    assert sorted(row["seed"] for row in rows) == ["1", "2", "3"]
    for row in rows:
        assert not row["error"]
        assert (row["outside"], row["settled"]) == ("0", "True")
        assert max(abs(float(row[part])) for part in ("near", "far", "worst")) <= 0.05
        assert abs(float(row["rank"] or 0.0)) <= 0.3
        # So do the hours that it was solved with last, and those that it was found by.
        for hours in ("estimate", "searched"):
            assert_hours_hold(row, hours)


@pytest.mark.parametrize(
    ("of", "outside", "worst", "spread", "level"),
    [
        # Plans use their bands up to the edge: by other tours of 2 to 3 % spread one territory in
        # 20 is outside, by up to 6 % of the band.
        ("texas_ortho", 1, 0.106, 0.03, 0.03),
        # Over its long ways the stranger's routing is the longer one, in one territory by 19 %.
        ("real_texas", 3, 0.117, 0.055, 0.04),
    ],
)
def test_the_plans_calendar_holds_by_a_strangers_routing_too(of, outside, worst, spread, level):
    rows = [row for row in provenance.read_rows([RESULTS]) if row["travel_of"] == of]
    assert rows
    for row in rows:
        assert int(row["calendar_outside"]) <= outside
        assert float(row["calendar_worst_deviation"]) <= worst
        assert float(row["calendar_spread"]) <= spread < float(row["stranger_spread"])
        assert abs(float(row["calendar_level"]) - 1.0) <= level


def test_the_estimate_is_not_off_one_way_where_nobody_fitted_it(tmp_path):
    # 0.16 near and 0.13 far by the constants of before, which were fitted to Texas.
    found = errors_of(COMPANIES["co"], tmp_path)
    assert abs(found["near_error"]) <= 0.1
    assert abs(found["far_error"]) <= 0.1
