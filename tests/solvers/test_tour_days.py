"""What a year of tours says of itself, from the days that were routed."""

from solvers.tour_days import Day, Nights, Tours


def day(*stops, travel=60.0, away=False):
    return Day(
        week=0, day=0, stops=stops, arrive_min=(30.0,) * len(stops),
        travel_min=travel, on_site_min=45.0 * len(stops), away=away,
    )  # fmt: skip


def tours(*days, n_visits):
    return Tours(days=days, weeks=(0,), n_weeks=48, n_visits=n_visits, day_min=480.0)


def test_what_was_routed_is_scaled_up_to_the_year_by_visits():
    some = tours(day(1, 2, travel=90.0, away=True), day(3, travel=30.0), n_visits=12)
    assert some.routed_visits == 3
    assert (some.travel_min, some.year_travel_min) == (120.0, 480.0)
    assert (some.nights, some.year_nights) == (1, 4.0)
    assert some.stops_per_day == 1.5


def test_nothing_routed_is_no_travel_and_no_nights():
    none = tours(n_visits=12)
    assert (none.routed_visits, none.year_travel_min, none.year_nights) == (0, 0.0, 0.0)


def test_without_a_price_no_trip_is_far_enough_for_a_night():
    assert Nights().far_min == float("inf")
