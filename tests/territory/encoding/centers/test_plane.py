"""Hours in the plane are those on the road, in town and in the country alike."""

from pathlib import Path

import numpy as np

from territory.design import prepare
from territory.encoding.centers.plane import in_the_plane
from territory.encoding.centers.ways import best_places, places_of, ways_from
from territory.encoding.rules import items_of
from territory.inputs.scenario.scenario import read_scenario
from territory.workforce.workload import travel_hours

DEMO = Path(__file__).resolve().parents[4] / "scenarios" / "texas_ortho.toml"


def test_territories_take_the_same_hours_in_the_plane_as_on_the_road():
    case = prepare(read_scenario(DEMO)).case
    items = items_of(case)
    places = places_of(case, items)
    ways = ways_from(case, places)
    homes = case.team[["lon", "lat"]].to_numpy()
    label = np.argmin(((places[:, None] - homes) ** 2).sum(axis=2), axis=1).astype(np.int32)
    centers = best_places(case, items, ways, label)
    cost = in_the_plane(case, items, ways).problem.cost
    usd = cost.at(np.arange(items.n), centers[label])
    plane = np.bincount(label, usd, minlength=20) / case.scenario.objective.travel_usd_h
    _, hours, _ = travel_hours(case.scenario, case.accounts, places[centers], None)
    theirs = label[items.of_account]
    road = np.bincount(theirs, hours[np.arange(len(theirs)), theirs], minlength=20)
    # The places that serve a territory best lie nearer than any place around: a tenth in all.
    assert abs(plane.sum() / road.sum() - 1.0) < 0.1
    assert np.abs(plane / road - 1.0).max() < 0.25
    # Neither the short ways nor the long ones are favoured (−33 and +32 % by one speed).
    near = np.argsort(road / np.bincount(theirs, minlength=20))
    short, far = (plane[half].sum() / road[half].sum() for half in (near[:10], near[10:]))
    assert abs(far / short - 1.0) < 0.1


def test_no_line_falls_or_begins_below_nothing():
    from territory.encoding.centers.plane import _lines

    km = np.array([[1.0, 2.0, 3.0]] * 4)
    hours = np.array([[3.0, 5.0, 7.0], [3.0, 2.0, 1.0], [0.0, 2.0, 4.0], [0.0, 0.0, 0.0]])
    slope, height = _lines(km, hours)
    np.testing.assert_allclose(slope, [2.0, 0.0, 16 / 14, 0.0])
    np.testing.assert_allclose(height, [1.0, 2.0, 0.0, 0.0])
