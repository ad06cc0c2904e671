"""The planner's names become arrays, and the arrays say what the names said."""

from dataclasses import replace

import numpy as np
import pytest

from territory.design import design, prepare
from territory.encoding.encode import MARGIN, encode, encode_places, handover_usd
from territory.encoding.rules import items_of
from territory.encoding.travel import roads_of
from territory.errors import InputError
from territory.inputs.scenario.scenario import read_scenario
from tests.territory.worlds import grid_scenario


def encoded(path):
    case, roads = roads_of(prepare(read_scenario(path)).case)
    return case, roads, encode(case, roads)


def test_one_account_a_unit_gives_its_loads_to_the_unit(tmp_path):
    _, roads, encoding = encoded(grid_scenario(tmp_path))
    problem = encoding.problem
    assert (problem.n, problem.k, problem.m) == (8, 2, 2)
    np.testing.assert_allclose(problem.balance.activity, [[20.0, 1000.0]] * 8)
    np.testing.assert_allclose(problem.cost.travel, roads.hours)
    np.testing.assert_allclose(problem.cost.cost, 75.0 * roads.hours)
    assert problem.balance.travel_share.tolist() == [1.0, 0.0]


def test_bands_are_a_hair_narrower_than_the_scenario_says(tmp_path):
    _, _, encoding = encoded(grid_scenario(tmp_path))
    problem = encoding.problem
    np.testing.assert_allclose(problem.balance.upper / problem.balance.goal, 1.1 - MARGIN)
    np.testing.assert_allclose(problem.balance.lower / problem.balance.goal, 0.9 + MARGIN)
    np.testing.assert_allclose(problem.balance.goal[:, 1], 4000.0)


def test_the_bands_leave_room_for_rounded_hours_and_cents(tmp_path):
    _, _, encoding = encoded(grid_scenario(tmp_path))
    balance = encoding.problem.balance
    rounding = 4 * np.array([0.5e-4, 0.5e-2])  # four accounts a territory, h and USD
    assert (1.1 * balance.goal - balance.upper >= rounding).all()
    assert (balance.lower - 0.9 * balance.goal >= rounding).all()


def test_a_handover_never_costs_more_than_the_revenue(tmp_path):
    alignment = [
        {"account_id": f"A{r}{c}", "territory_id": "T01"} for r in (0, 1) for c in range(4)
    ]
    path = grid_scenario(tmp_path, alignment=alignment, extra="[objective]\nhandover = 0.9")
    text = (tmp_path / "accounts.csv").read_text().replace("200.0,2,", "200.0,30,")
    (tmp_path / "accounts.csv").write_text(text)
    case, _, _ = encoded(path)
    np.testing.assert_allclose(handover_usd(case), 200.0)


def test_open_deals_are_priced_apart_from_the_revenue_and_by_their_own_key(tmp_path):
    alignment = [{"account_id": "A00", "territory_id": "T01"}]
    path = grid_scenario(tmp_path, alignment=alignment, extra="[objective]\nhandover = 0.0\n"
                         "handover_tenure = 0.0\nhandover_pipeline = 0.25\n")  # fmt: skip
    file = tmp_path / "accounts.csv"
    head, *rows = file.read_text().splitlines()
    rows = [f"{row},{1000 * at}" for at, row in enumerate(rows, start=1)]
    file.write_text("\n".join([f"{head},Open Pipeline", *rows]) + "\n")
    case, _, _ = encoded(path)
    price = dict(zip(case.accounts["account_id"], handover_usd(case), strict=True))
    assert price.pop("A00") == 250.0
    assert set(price.values()) == {0.0}  # who has no rep today is handed over by nobody


def test_without_homes_travel_in_hours_is_the_cost_by_the_price_of_an_hour(tmp_path):
    case = prepare(read_scenario(grid_scenario(tmp_path, reps=False))).case
    hours = np.arange(64.0).reshape(8, 8)
    places = case.unit_lonlat
    encoding = encode_places(case, items_of(case), places, hours, hours, hours)
    problem = encoding.problem
    np.testing.assert_allclose(problem.cost.pair, 75.0 * hours)
    np.testing.assert_allclose(problem.balance.travel_share, [1.0 / 75.0, 0.0])


def test_handing_an_account_over_costs_its_share_of_revenue_and_keeping_it_nothing(tmp_path):
    alignment = [
        {"account_id": f"A{r}{c}", "territory_id": "T01"} for r in (0, 1) for c in range(4)
    ]
    case, roads, encoding = encoded(grid_scenario(tmp_path, alignment=alignment))
    # 200 USD at 5 % and 1 % for each of two years
    np.testing.assert_allclose(handover_usd(case), 14.0)
    np.testing.assert_allclose(encoding.problem.cost.cost[:, 0], 75.0 * roads.hours[:, 0])
    np.testing.assert_allclose(encoding.problem.cost.cost[:, 1], 75.0 * roads.hours[:, 1] + 14.0)
    assert encoding.problem.changes.current.tolist() == [0] * 8


def test_accounts_of_one_unit_with_different_reps_are_priced_one_by_one(tmp_path):
    path = grid_scenario(
        tmp_path, columns=2, rows=1, alignment=[{"account_id": "A00", "territory_id": "T01"}]
    )
    text = (tmp_path / "accounts.csv").read_text()
    first = text.splitlines()[1].replace("A00", "A99").replace("200.0", "1000.0")
    (tmp_path / "accounts.csv").write_text(text + first + "\n")
    (tmp_path / "alignment.csv").write_text("account_id,territory_id\nA00,T01\nA99,T02\n")
    _, roads, encoding = encoded(path)
    cost = 75.0 * np.array([roads.hours[0] + roads.hours[2], roads.hours[1]])
    cost += [[70.0, 14.0], [0.0, 0.0]]
    np.testing.assert_allclose(encoding.problem.cost.cost, cost)


def test_a_named_account_leaves_its_unit_and_contiguity_does_not_ask_about_it(tmp_path):
    rule = '[rules]\npinned = [{territory = "T02", accounts = ["A00"]}]'
    _, _, encoding = encoded(grid_scenario(tmp_path, extra=rule))
    problem = encoding.problem
    assert problem.n == 9
    assert problem.balance.activity[0].tolist() == [0.0, 0.0]
    assert problem.balance.activity[8].tolist() == [20.0, 1000.0]
    assert problem.rules.exempt.tolist() == [False] * 8 + [True]
    assert problem.rules.pinned.tolist() == [-1] * 8 + [1]
    assert encoding.item_of_account[0] == 8


def test_a_health_system_kept_whole_is_one_group_of_named_accounts(tmp_path):
    path = grid_scenario(tmp_path, extra="[rules]\nkeep_idn_whole = true")
    text = (tmp_path / "accounts.csv").read_text().splitlines()
    text[1] = text[1].replace(",,B", ",North Health,B")
    text[4] = text[4].replace(",,B", ",North Health,B")
    (tmp_path / "accounts.csv").write_text("\n".join(text) + "\n")
    _, _, encoding = encoded(path)
    assert encoding.problem.rules.together.tolist() == [-1] * 8 + [0, 0]


def test_the_radius_forbids_far_territories_by_the_farthest_account(tmp_path):
    _, _, encoding = encoded(grid_scenario(tmp_path, extra="[rules]\nradius_km = 40.0"))
    allowed = encoding.problem.rules.distance <= encoding.problem.rules.radius
    # columns of the grid are 18.9 km apart: each home reaches three of the four
    assert allowed.tolist() == [[True, False], [True, True], [True, True], [False, True]] * 2


def test_an_unknown_unit_in_a_rule_is_refused_with_the_nearest_name(tmp_path):
    path = grid_scenario(
        tmp_path, extra='[rules]\nforbidden = [{territory = "T01", units = ["U0X"]}]'
    )
    with pytest.raises(
        InputError, match=r'rules\.forbidden names 1 unknown unit\n  "U0X"'
    ) as caught:
        encoded(path)
    assert 'did you mean "U' in str(caught.value)


def test_an_account_pinned_twice_is_refused_with_both_territories(tmp_path):
    rule = (
        '[rules]\npinned = [{territory = "T01", units = ["U00"]}, '
        '{territory = "T02", units = ["U00"]}]'
    )
    with pytest.raises(InputError, match="gives unit U00 to both T01 and T02"):
        encoded(grid_scenario(tmp_path, extra=rule))


def test_a_cap_on_moves_that_mixed_units_already_break_is_refused_with_the_numbers(tmp_path):
    path = grid_scenario(
        tmp_path,
        columns=2,
        rows=1,
        alignment=[{"account_id": "A00", "territory_id": "T01"}],
        extra="[rules]\nmax_moved_accounts = 0",
    )
    text = (tmp_path / "accounts.csv").read_text()
    (tmp_path / "accounts.csv").write_text(text + text.splitlines()[1].replace("A00", "A99") + "\n")
    (tmp_path / "alignment.csv").write_text("account_id,territory_id\nA00,T01\nA99,T02\n")
    with pytest.raises(InputError, match="at most 0 accounts may move; 1 must"):
        encoded(path)


def test_more_territories_than_units_are_refused(tmp_path):
    path = grid_scenario(tmp_path, columns=2, rows=1, territories=3, reps=False)
    with pytest.raises(InputError, match="3 territories for 2 units"):
        prepare(read_scenario(path))


def test_free_centers_within_a_radius_are_found_where_the_cheapest_ones_break_it(tmp_path):
    """Six accounts in a row, two of them dear: centers there would leave others too far away."""
    rows = ["account_id,name,lon,lat,service_h,n_calls,potential_usd"]
    for name, lon in zip("ABCDEF", (-98.0, -97.47, -96.94, -94.82, -94.29, -93.76), strict=True):
        rows.append(f"{name},{name},{lon},32.0,10,{50 if name in 'AD' else 2},1000")
    (tmp_path / "accounts.csv").write_text("\n".join(rows) + "\n")
    (tmp_path / "free.toml").write_text(
        '[inputs]\naccounts = "accounts.csv"\n[geography]\nkind = "points"\nsplit_above = 0\n'
        "[team]\nterritories = 2\n[measures.workload_h]\ntolerance = 1.0\n"
        "[measures.potential_usd]\ntolerance = 1.0\n[rules]\nradius_km = 60\n"
        '[solve]\neffort = "quick"\n[outputs]\nformats = ["gpkg"]\n'
    )
    plan = design(read_scenario(tmp_path / "free.toml"))
    assert plan.record.status == "optimal"
    assert sorted(plan.territories["center_lon"].round(2)) == [-97.47, -94.29]


def test_nights_away_are_priced_and_room_for_tours_narrows_only_bands_with_travel(tmp_path):
    case, roads, plain = encoded(grid_scenario(tmp_path))
    nights = np.zeros_like(roads.nights)
    nights[0] = 2.0
    away = encode(case, replace(roads, nights=nights), room=0.02).problem
    more = away.cost.cost - plain.problem.cost.cost
    np.testing.assert_allclose(more[0], 2.0 * case.scenario.travel.night_usd)
    assert not more[1:].any()
    upper = away.balance.upper / away.balance.goal
    np.testing.assert_allclose(upper[:, 0], 1.08 - MARGIN)
    np.testing.assert_allclose(upper[:, 1], 1.1 - MARGIN)
