"""Ways for some pairs are those of all pairs; centers go where their territory is cheap."""

from dataclasses import replace

import numpy as np
import pytest

from territory.design import prepare
from territory.encoding.centers.ways import best_places, places_of, ways_from
from territory.encoding.rules import items_of
from territory.inputs.scenario.scenario import read_scenario
from territory.workforce.workload import travel_hours
from tests.territory.worlds import grid_scenario


def case_of(folder, **given):
    return prepare(read_scenario(grid_scenario(folder, reps=False, **given))).case


def test_some_pairs_are_those_of_all(tmp_path):
    case = case_of(tmp_path, columns=8)
    places = places_of(case, items_of(case))
    minutes, hours, nights = travel_hours(case.scenario, case.accounts, places, None)
    ways = ways_from(case, places)
    rows, at = np.array([3, 0, 15]), np.array([[1, 15], [9, 0], [0, 7]])
    some, km = ways.minutes(rows, at)
    np.testing.assert_allclose(some, minutes[rows[:, None], at], atol=1e-4)
    assert km[1, 1] == 0.0
    here = ways.hours(rows, some)
    np.testing.assert_allclose(here[0], hours[rows[:, None], at], atol=1e-3)
    np.testing.assert_allclose(here[1], nights[rows[:, None], at], atol=1e-3)
    same, _ = ways.minutes(rows, np.array([1, 2]))
    np.testing.assert_allclose(same, minutes[rows][:, [1, 2]], atol=1e-4)


def test_a_center_lies_where_its_territory_costs_least_by_road_with_nights_priced(tmp_path):
    case = case_of(tmp_path, columns=12, extra="[travel]\novernight_min = 30\nnight_usd = 2")
    items = items_of(case)
    places = places_of(case, items)
    label = (np.arange(items.n) % 12 > 8).astype(np.int32)
    _, hours, nights = travel_hours(case.scenario, case.accounts, places, None)
    usd = case.scenario.objective.travel_usd_h * hours + 2 * nights
    assert nights.any()
    best = best_places(case, items, ways_from(case, places), label)
    for t in (0, 1):
        own = np.flatnonzero(label == t)
        total = usd[np.isin(items.of_account, own)][:, own].sum(axis=0)
        assert usd[np.isin(items.of_account, own)][:, best[t]].sum() == pytest.approx(total.min())
        assert label[best[t]] == t


def test_the_radius_comes_before_the_cost_and_an_empty_territory_has_a_place(tmp_path):
    case = case_of(tmp_path, columns=9, rows=1)
    calls = np.where(np.arange(9) == 0, 500.0, case.accounts["n_calls"])
    case = replace(case, accounts=case.accounts.assign(n_calls=calls))
    items = items_of(case)
    ways, all_first = ways_from(case, places_of(case, items)), np.zeros(9, dtype=np.int32)
    assert best_places(case, items, ways, all_first).tolist() == [0, 0]
    for radius in ({"radius_km": 90.0}, {"radius_min": 90.0}):
        rules = case.scenario.rules.model_copy(update=radius)
        bound = replace(case, scenario=case.scenario.model_copy(update={"rules": rules}))
        assert 3 <= best_places(bound, items, ways, all_first)[0] <= 5


def test_an_account_with_most_hours_is_the_place_of_its_unit_and_an_empty_unit_its_own(tmp_path):
    path = grid_scenario(tmp_path, reps=False)
    file = tmp_path / "accounts.csv"
    head, first, *rows = file.read_text().splitlines()
    near = first.replace("A00", "A99").replace("-99.9,31.9,20.0", "-99.95,31.95,35.0")
    file.write_text("\n".join([head, first, near, *rows[:-1]]) + "\n")  # U13 has no account
    case = prepare(read_scenario(path)).case
    places = places_of(case, items_of(case))
    at = list(case.unit_ids)
    assert places[at.index("U00")].tolist() == [-99.95, 31.95]
    assert places[at.index("U13")].tolist() == case.unit_lonlat[at.index("U13")].tolist()
