"""What a rule's names stand for among the items that the solver assigns."""

from dataclasses import replace

import numpy as np
import pytest

from territory.design import prepare
from territory.encoding.rules import changes_of, distance_in_radii, groups_of, items_of, rules_of
from territory.errors import InputError
from territory.inputs.scenario.scenario import read_scenario
from tests.territory.worlds import grid_scenario


def case_of(folder, **given):
    return prepare(read_scenario(grid_scenario(folder, **given))).case


def test_a_pin_on_a_split_unit_reaches_all_its_children(tmp_path):
    case = case_of(tmp_path, extra='[rules]\npinned = [{territory = "T02", units = ["U00"]}]')
    # As if U00 had been split into U00:a and U00:b, of which the second has the account.
    ids = ("U00:a", "U00:b", *case.unit_ids[2:])
    accounts = case.accounts.assign(unit_id=case.accounts["unit_id"].replace("U00", "U00:b"))
    accounts = accounts[accounts["unit_id"] != "U01"].reset_index(drop=True)
    split = replace(case, unit_ids=ids, accounts=accounts)
    assert rules_of(split, items_of(split)).pinned.tolist() == [1, 1, -1, -1, -1, -1, -1, -1]


def two_reps_in_one_unit(folder, cap):
    """A00 and A99 lie in one unit and have different reps today; all others are T02's."""
    path = grid_scenario(folder, extra=f"[rules]\n{cap}", alignment=[{"a": 1}])
    text = (folder / "accounts.csv").read_text()
    first = text.splitlines()[1]
    (folder / "accounts.csv").write_text(text + first.replace("A00", "A99") + "\n")
    rows = [f"A{r}{c},T02" for r in (0, 1) for c in range(4) if (r, c) != (0, 0)]
    today = ["account_id,territory_id", "A00,T01", "A99,T02", *rows]
    (folder / "alignment.csv").write_text("\n".join(today) + "\n")
    return prepare(read_scenario(path)).case


def test_accounts_that_must_move_are_taken_off_the_cap_once(tmp_path):
    case = two_reps_in_one_unit(tmp_path, "max_moved_accounts = 5")
    changes = changes_of(case, items_of(case))
    assert changes.moved_cap.tolist() == [4.0]
    assert changes.moved_weight[:, 0].tolist() == [1.0] * 8


def test_a_unit_of_several_reps_is_todays_of_who_has_most_of_it_there(tmp_path):
    case = two_reps_in_one_unit(tmp_path, "max_moved_accounts = 5")
    for owners, most in ((("T01", "T02", "T02"), 1), (("T01", "T01", "T02"), 0)):
        # A01 is moved beside the two, and all three have these reps today.
        here = case.accounts["account_id"].isin(["A00", "A99", "A01"]).to_numpy()
        accounts = case.accounts.assign(
            unit_id=case.accounts["unit_id"].mask(here, "U00"), revenue_usd=0.0
        )
        current = case.current.copy()
        current[here] = owners
        now = replace(case, accounts=accounts, current=current)
        assert changes_of(now, items_of(now)).current[0] == most


def test_a_cap_below_what_must_move_is_refused_with_both_figures(tmp_path):
    case = two_reps_in_one_unit(tmp_path, "max_moved_accounts = 0")
    with pytest.raises(InputError, match="at most 0 accounts may move; 1 must"):
        changes_of(case, items_of(case))


def test_a_split_system_has_the_price_of_the_scenario(tmp_path):
    path = grid_scenario(tmp_path, extra="[objective]\nidn_split_usd = 250.0")
    text = (tmp_path / "accounts.csv").read_text().splitlines()
    text[1], text[4] = (text[at].replace(",,B", ",North,B") for at in (1, 4))
    (tmp_path / "accounts.csv").write_text("\n".join(text) + "\n")
    case = prepare(read_scenario(path)).case
    groups = groups_of(case, items_of(case))
    assert (groups.units.tolist(), groups.price.tolist()) == ([0, 3], [250.0])


@pytest.mark.parametrize("rule", ["radius_km = 10", "radius_min = 10"])
def test_an_item_is_as_far_as_its_farthest_account_and_an_empty_one_as_its_point(tmp_path, rule):
    case = case_of(tmp_path, extra=f"[rules]\n{rule}")
    far = case.accounts.iloc[[0]].assign(account_id="A99", lat=case.accounts["lat"].iloc[0] + 0.05)
    import pandas as pd

    accounts = pd.concat([far, case.accounts.iloc[:-1]], ignore_index=True)
    crowded = replace(case, accounts=accounts)
    minutes = np.arange(len(accounts), 0.0, -1.0)[:, None] * 10.0
    origins = case.accounts[["lon", "lat"]].to_numpy()[:1]
    reach = distance_in_radii(crowded, items_of(crowded), minutes, np.full((8, 1), 70.0), origins)
    if rule.startswith("radius_min"):
        assert reach[0, 0] == pytest.approx(8.0)  # of 80 and 70 minutes
        assert reach[7, 0] == pytest.approx(7.0)  # no account: the unit's own point
    else:
        assert reach[0, 0] == pytest.approx(0.556, abs=0.001)  # 0.05 degrees of latitude
        assert reach[7, 0] > 5.0
